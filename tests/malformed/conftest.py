"""The bench of the table, and the seed of whatever is random here."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.rpc.asgi import Access
from node.rpc.limits import Limits
from node.rpc.method import Scope
from tests.malformed.surfaces import Bench
from tests.unit.node.app.standing import Standing
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import SoloNode, development_genesis, open_chain


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One for all rows: none of them changes anything."""
    solo = SoloNode(open_chain(development_genesis()))
    client = Client(solo, Limits(), Access(), frozenset({Scope.DEBUG, Scope.ADMIN}))
    folder: Path = tmp_path_factory.mktemp("folder")
    yield Bench(Standing(3), client, folder)
    client.close()
    solo.close()


@pytest.fixture
def seed() -> int:
    """JIAOZI_SEED, else 1; part of every failure of what is random."""
    return int(os.environ.get("JIAOZI_SEED", "1"))
