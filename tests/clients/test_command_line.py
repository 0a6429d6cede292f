"""A firm deploys a contract of the suite by the command line and by the program in the documentation."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import contracts
from contracts.examples.town import CENTRAL_BANK, FIRST_PERSON, DevelopmentNetwork, Town, development_key
from scripts.network import Network

pytestmark = pytest.mark.e2e

PAGE = Path(contracts.__file__).parents[1] / "docs" / "contracts" / "examples.md"
BUYER = FIRST_PERSON


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=120)


def suite(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-m", "contracts", *words)


def test_the_program_of_the_page_opens_a_channel(devnet: Network, tmp_path: Path) -> None:
    program = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
    (tmp_path / "program.py").write_text(program.replace("http://127.0.0.1:8545", devnet.urls[0]))
    (tmp_path / "buyer.key").write_text("0x" + development_key(BUYER).hex() + "\n")
    town = Town(DevelopmentNetwork(devnet.urls[0]), say=lambda line: None)
    town.issue(town.person("buyer"), 50_00)
    done = run(tmp_path, "program.py")
    assert done.returncode == 0, done.stderr
    refused, opened = done.stdout.splitlines()
    assert refused.startswith("ecash: more than was allowed. ")
    assert re.fullmatch(r"opened 0x[0-9a-f]{64}; held: 50\.00", opened)


def test_custody_is_deployed_once_and_listed_once(devnet: Network, tmp_path: Path) -> None:
    for name, index in (("firm.key", BUYER), ("bank.key", CENTRAL_BANK)):
        (tmp_path / name).write_text(development_key(index).hex())
    at = ("--rpc", devnet.urls[0], "--json")

    nothing = suite(tmp_path, "verify", *at)
    assert nothing.returncode == 1 and "nothing is recorded in deployments/" in nothing.stderr
    deployed = suite(tmp_path, "deploy", "hotel_deposit", "--key-file", "firm.key", *at)
    assert deployed.returncode == 0, deployed.stderr
    first = json.loads(deployed.stdout)
    assert first["listed_as_custody"] is False and "list-custody" in deployed.stderr
    assert (tmp_path / "deployments" / f"{devnet.chain_id}.json").stat().st_mode & 0o777 == 0o644

    listing = ("list-custody", first["address"], "--key-file")
    refused = suite(tmp_path, *listing, "firm.key", *at)
    assert refused.returncode == 1 and "roles: not the admin" in refused.stderr
    for _ in ("now", "already"):
        listed = suite(tmp_path, *listing, "bank.key", *at)
        assert json.loads(listed.stdout) == {"address": first["address"], "listed_as_custody": True}, listed.stderr

    again = suite(tmp_path, "deploy", "hotel_deposit", "--key-file", "firm.key", *at)
    assert json.loads(again.stdout) == {**first, "listed_as_custody": True}
    assert json.loads(suite(tmp_path, "verify", *at).stdout) == {"hotel_deposit": first["address"]}

    second = suite(tmp_path, "deploy", "escrow", "--key-file", "firm.key", "--rpc", devnet.urls[0])
    assert "Every network has this contract from its genesis" in second.stderr
