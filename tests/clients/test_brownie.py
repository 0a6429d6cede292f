"""Brownie drives escrow and trade on a running network, by contracts/brownie/ and the command that anybody uses.

Its environment is made from its own lock, once; without a package index to install from there is nothing to test.
"""

import os
import re
import subprocess

import pytest

from scripts.network import ROOT, Network

pytestmark = pytest.mark.e2e

SETUP_S = 240.0
CLIENT_S = 120.0


@pytest.fixture(scope="module")
def brownie_environment() -> None:
    done = run(["setup"], SETUP_S)
    if done.returncode and re.search("Could not find a version|No matching distribution|ConnectionError", done.stderr):
        pytest.skip("Brownie cannot be installed: no package index has what contracts/brownie/requirements.txt locks")
    assert done.returncode == 0, done.stderr


@pytest.mark.timeout(SETUP_S + CLIENT_S + 60)
def test_brownie_plays_escrow_and_trade(devnet: Network, brownie_environment: None) -> None:
    done = run(["test"], CLIENT_S, url=devnet.urls[0])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


@pytest.mark.timeout(SETUP_S + CLIENT_S + 60)
def test_brownie_runs_the_projects_script(devnet: Network, brownie_environment: None) -> None:
    done = run(["run", "trade"], CLIENT_S, url=devnet.urls[0])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1130.00 is owed" in done.stdout


def run(arguments: list[str], limit_s: float, url: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / "brownie"), *arguments]
    environment = {**os.environ, "JIAOZI_RPC": url} if url else None
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit_s)
