"""titanoboa's network mode drives escrow and trade on a running network, by transactions alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address

from contracts.deployment import Network as Suite
from contracts.deployment import Wanted, deploy
from contracts.examples.town import development_key
from contracts.export import export
from contracts.web3_chain import Web3Chain
from scripts.network import Network

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
DEPLOYER = 13
CLIENT_S = 120.0


def test_titanoboa_plays_escrow_and_trade(devnet: Network, tmp_path: Path) -> None:
    url = devnet.urls[0]
    export(tmp_path, ["ecash", "escrow", "trade"])
    suite = deploy(Web3Chain(url, development_key(DEPLOYER)), Suite(devnet.chain_id, bytes(32)), [Wanted("trade")])
    trade = to_checksum_address(suite.address("trade"))
    command = [sys.executable, str(HERE / "boa_drive.py"), url, str(tmp_path), trade]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=CLIENT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "held": 500_00,
        "not the payer": "escrow: not the payer",
        "released": 500_00,
        "too early": "escrow: deadline has not passed",
        "refunded": 500_00,
        "duplicate": "trade: duplicate invoice",
        "matched": ["Approved", "Matched"],
        "owed": 1_130_00,
    }
