"""Unmodified client libraries against a running network: each deploys a contract, calls it, reads its log, sees a
refusal in the contract's words, and sends a payment.

The network is the one at JIAOZI_RPC (with the funded key in JIAOZI_KEY), else a devnet started for these tests.
ethers and viem come from the package-lock beside this file, so node and npm must be there. The block period is the
default one of a second: an unmodified ethers repeats its answers, nonces among them, for 250 ms.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

import contracts
from tests.ports import free_ports

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
PAYEE = "0x00000000000000000000000000000000C0FFEE01"
AMOUNT_WEI = 12_345
DEVELOPMENT_KEY = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"
"""Of the well-known "test test ... junk" mnemonic, m/44'/60'/0'/0/9: one that a devnet doesn't use itself."""

VALIDATORS = 4
DEVNET_START_S = 60.0
CLIENT_S = 240.0


@dataclass(frozen=True, slots=True)
class Network:
    url: str
    key: str


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    if url := os.environ.get("JIAOZI_RPC"):
        yield Network(url, os.environ.get("JIAOZI_KEY", DEVELOPMENT_KEY))
        return
    folder = tmp_path_factory.mktemp("devnet")
    port = free_ports(VALIDATORS)[0]
    command = [
        *_node_command(),
        "devnet",
        "--validators",
        str(VALIDATORS),
        "--data-dir",
        str(folder / "data"),
        "--rpc-port",
        str(port),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        network = Network(f"http://127.0.0.1:{port}", DEVELOPMENT_KEY)
        _wait_until_it_answers(network.url, process, folder / "log")
        yield network
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the scripts are given: the contract and the payment."""
    artifact = contracts.compile_file(HERE / "tally.vy")
    path = tmp_path_factory.mktemp("case") / "case.json"
    document = {
        "abi": artifact.abi_json(),
        "bytecode": "0x" + artifact.creation_code.hex(),
        "arguments": [37],
        "payee": PAYEE,
        "amountWei": str(AMOUNT_WEI),
    }
    path.write_text(json.dumps(document))
    return path


@pytest.fixture(scope="module")
def node_modules() -> Path:
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("ethers and viem need node and npm, which are not installed")
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--prefer-offline"], cwd=HERE, check=True, capture_output=True, timeout=300
    )
    return HERE / "node_modules"


def test_web3_py_deploys_calls_and_pays(network: Network, case: Path) -> None:
    _check(_run([sys.executable, "web3_pay.py"], network, case), network, transaction_type=2)


def test_ethers_deploys_calls_and_pays(network: Network, case: Path, node_modules: Path) -> None:
    """On a zero-fee network ethers takes its legacy path: no priority fee, no type 2."""
    _check(_run(["node", "ethers_pay.mjs"], network, case), network, transaction_type=0)


def test_viem_deploys_calls_and_pays(network: Network, case: Path, node_modules: Path) -> None:
    _check(_run(["node", "viem_pay.mjs"], network, case), network, transaction_type=2)


def _run(command: list[str], network: Network, case: Path) -> dict[str, Any]:
    done = subprocess.run(
        [*command, network.url, network.key, str(case)], cwd=HERE, capture_output=True, text=True, timeout=CLIENT_S
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _check(said: dict[str, Any], network: Network, transaction_type: int) -> None:
    assert re.fullmatch(r"0x[0-9a-fA-F]{40}", said["deployed"])
    assert said["total"] == "42"
    assert said["event"][1] == "5"
    assert said["refusal"] == {"code": "CALL_EXCEPTION", "reason": "tally: nothing to add"}
    assert said["transactionType"] == transaction_type
    assert said["status"] == 1
    assert said["received"] == str(AMOUNT_WEI)
    assert said["enoughGas"]
    assert said["blockHash"] == said["receiptBlockHash"]
    code = httpx.post(
        network.url, json={"jsonrpc": "2.0", "id": 1, "method": "eth_getCode", "params": [said["deployed"], "latest"]}
    ).json()["result"]
    assert len(code) > 2


def _node_command() -> list[str]:
    """The installed command, or in a checkout without one the package itself."""
    installed = Path(sys.executable).with_name("jiaozi-node")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "node"]


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Polls readiness: a process of its own offers nothing else to wait for."""
    deadline = time.monotonic() + DEVNET_START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"jiaozi-node devnet ended with {process.returncode}:\n{log.read_text()}")
        try:
            if httpx.get(f"{url}/health/ready", timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"jiaozi-node devnet was not ready within {DEVNET_START_S:g} s:\n{log.read_text()}")
