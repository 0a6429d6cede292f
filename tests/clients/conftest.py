"""A development network for clients that need a clock to move: one validator, so that little competes with them."""

from collections.abc import Iterator

import pytest

from scripts.network import Network, development_network

BLOCK_PERIOD_MS = 100


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("devnet") / "net"
    with development_network(folder, validators=1, block_period_ms=BLOCK_PERIOD_MS) as network:
        yield network
