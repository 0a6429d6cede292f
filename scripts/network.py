"""A development network under this program's control, and a client for it: what demo, bench and tests share.

Everything goes through the command line and JSON-RPC, as anybody's program would.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from contracts import ECASH, Artifact, load
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address

ROOT = Path(__file__).resolve().parent.parent
CALL_GAS = 500_000


class RpcError(Exception):
    def __init__(self, method: str, error: dict[str, Any]) -> None:
        super().__init__(f"{method}: {error['message']} ({error['code']})")
        self.code = int(error["code"])
        self.message = str(error["message"])
        self.data = error.get("data")


class Client:
    """JSON-RPC over one keep-alive connection."""

    def __init__(self, url: str, *, timeout_s: float = 30.0) -> None:
        self.url = url
        self._http = httpx.Client(timeout=timeout_s, trust_env=False)

    def call(self, method: str, *parameters: object) -> Any:
        """The result. Raises RpcError, or httpx.HTTPError where nobody answers."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        answer = self._http.post(self.url, json=request).json()
        if "error" in answer:
            raise RpcError(method, answer["error"])
        return answer["result"]

    def block_number(self) -> int:
        return int(self.call("eth_blockNumber"), 16)

    def read(self, artifact: Artifact, address: bytes, function: str, *arguments: object) -> Any:
        """What a view function of a contract answers at the head."""
        request = {"to": to_hex(address), "data": to_hex(artifact.encode_call(function, *arguments))}
        return artifact.decode_result(function, bytes.fromhex(self.call("eth_call", request, "latest")[2:]))

    def close(self) -> None:
        self._http.close()


@dataclass(slots=True)
class Payer:
    """A key and the nonce that it uses next. One program may use it at one time."""

    key: PrivateKey
    chain_id: int
    nonce: int = 0

    @property
    def address(self) -> Address:
        return self.key.address

    def sign(self, to: bytes | None, data: bytes, *, gas: int = CALL_GAS) -> str:
        """The raw transaction with the next nonce, as eth_sendRawTransaction takes it."""
        unsigned = UnsignedTransaction(
            kind=TransactionKind.DYNAMIC_FEE,
            chain_id=self.chain_id,
            nonce=self.nonce,
            gas=gas,
            to=None if to is None else Address(to),
            data=data,
        )
        self.nonce += 1
        return to_hex(sign_transaction(unsigned, self.key).raw)


@dataclass(slots=True)
class Validator:
    data_dir: Path
    url: str
    pid: int


@dataclass(slots=True)
class Network:
    """A running devnet. `process` is its parent; restarted validators are children of ours."""

    process: subprocess.Popen[bytes]
    chain_id: int
    validators: list[Validator]
    keys: tuple[PrivateKey, ...]
    outlives_us: bool
    restarted: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return [validator.url for validator in self.validators]

    def client(self, index: int = 0) -> Client:
        return Client(self.validators[index].url)

    def payer(self, index: int) -> Payer:
        """Development account `index`, with its nonce from the chain."""
        key = self.keys[index]
        client = self.client()
        nonce = int(client.call("eth_getTransactionCount", to_hex(key.address), "pending"), 16)
        client.close()
        return Payer(key, self.chain_id, nonce)

    def signal(self, index: int, number: signal.Signals) -> None:
        os.kill(self.validators[index].pid, number)

    def restart(self, index: int) -> None:
        """Starts a killed validator again, as its operator would."""
        validator = self.validators[index]
        with (validator.data_dir / "node.log").open("ab") as log:
            command = [sys.executable, "-m", "node", "run", "--data-dir", str(validator.data_dir)]
            process = _start(command, self.outlives_us, stdout=log, stderr=log)
        self.restarted.append(process)
        validator.pid = process.pid

    def wait_until_listening(self, index: int, limit_s: float = 30.0) -> None:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            try:
                if (
                    httpx.get(f"{self.validators[index].url}/health/live", timeout=2, trust_env=False).status_code
                    == 200
                ):
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise TimeoutError(f"validator {index} does not listen after {limit_s} s")


@contextmanager
def development_network(
    data_dir: Path, *, validators: int = 4, block_period_ms: int = 1000, extra: Sequence[str] = (), keep: bool = False
) -> Iterator[Network]:
    """`jiaozi-node devnet` on free ports, until the block ends. With `keep` it outlives us."""
    command = [sys.executable, "-m", "node", "devnet", "--json", "--no-issue", "--data-dir", str(data_dir)]
    command += ["--validators", str(validators), "--block-period-ms", str(block_period_ms), *extra]
    process = _start(command, keep, stdout=subprocess.PIPE, stderr=None)
    network = None
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the development network did not start; its words are above")
        network = _network(process, json.loads(line), keep)
        yield network
    finally:
        if not (keep and network is not None):
            _stop([process, *(network.restarted if network is not None else [])])


def _start(command: list[str], outlives_us: bool, *, stdout: Any, stderr: Any) -> subprocess.Popen[bytes]:
    """Ends with us, however we end, unless it is to outlive us."""
    stdin = subprocess.DEVNULL if outlives_us else subprocess.PIPE
    command = command if outlives_us else [*command, "--until-stdin-closes"]
    return subprocess.Popen(command, cwd=ROOT, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True)


def _network(process: subprocess.Popen[bytes], description: dict[str, Any], keep: bool) -> Network:
    return Network(
        outlives_us=keep,
        process=process,
        chain_id=description["chainId"],
        validators=[
            Validator(Path(entry["dataDir"]), entry["rpc"], entry["pid"]) for entry in description["validators"]
        ],
        keys=tuple(PrivateKey(bytes.fromhex(entry["privateKey"][2:])) for entry in description["accounts"]),
    )


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def supply_identity(client: Client, holders: Sequence[bytes]) -> tuple[int, int, int]:
    """(sum of the holders' balances, minted, burned), minor units, at the head."""
    ecash = load("ecash")
    balances = sum(client.read(ecash, ECASH, "balanceOf", holder) for holder in holders)
    minted, burned = (client.read(ecash, ECASH, name) for name in ("total_minted", "total_burned"))
    return balances, minted, burned


def token_holders(client: Client) -> set[bytes]:
    """Whoever ever received e-cash, from the Transfer events alone."""
    topic = to_hex(load("ecash").event_topic("Transfer"))
    logs = client.call("eth_getLogs", {"address": to_hex(ECASH), "topics": [topic], "fromBlock": "0x0"})
    return {bytes.fromhex(log["topics"][2][-40:]) for log in logs}


def to_hex(data: bytes) -> str:
    return "0x" + data.hex()
