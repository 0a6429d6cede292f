"""Networks of real processes; each test that changes who is alive gets its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address

from scripts.network import Network, development_network


@dataclass(frozen=True, slots=True)
class Devnet:
    """`accounts`: (address, private key) of the twenty development accounts."""

    network: Network
    rpc_url: str
    accounts: list[tuple[str, str]]


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    """Four validators, for tests that only use the network."""
    with development_network(tmp_path_factory.mktemp("devnet") / "net", block_period_ms=200) as network:
        accounts = [(to_checksum_address(key.address), "0x" + key.secret.hex()) for key in network.keys]
        yield Devnet(network, network.urls[0], accounts)


@pytest.fixture
def own_network(tmp_path: Path) -> Iterator[Network]:
    """Four validators for one test to break."""
    with development_network(tmp_path / "net", block_period_ms=200) as network:
        yield network
