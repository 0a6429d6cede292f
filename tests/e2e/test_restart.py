"""A network that is stopped and started again goes on, also where its clock had been moved; and its operator's view."""

import subprocess
import sys
from pathlib import Path

import pytest

from contracts import ECASH, load
from scripts.network import ROOT, Network, development_network
from tests.e2e.test_faults import CITIZEN, fund, pay

pytestmark = pytest.mark.e2e


def test_a_network_whose_clock_was_moved_goes_on_after_a_restart_of_all(tmp_path: Path) -> None:
    with development_network(tmp_path / "net", block_period_ms=200) as network:
        fund(network, CITIZEN)
        client = network.client()
        client.call("evm_increaseTime", 3_600)
        pay(client, network.payer(CITIZEN), network.keys[7].address)
        moved_to = _timestamp(network)
    with development_network(tmp_path / "net", block_period_ms=200) as network:
        client = network.client()
        assert pay(client, network.payer(CITIZEN), network.keys[7].address) < 10
        assert _timestamp(network) >= moved_to
        assert client.read(load("ecash"), ECASH, "balanceOf", network.keys[7].address) == 2
        _operator_sees_all(network)


def _operator_sees_all(network: Network) -> None:
    for command, words in (("status", "4 of 4 connected"), ("peers", "3 connected")):
        asked = [sys.executable, "-m", "node", command, "--rpc", network.urls[0]]
        ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert words in ran.stdout


def _timestamp(network: Network) -> int:
    return int(network.client().call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
