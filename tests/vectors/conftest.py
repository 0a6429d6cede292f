"""Where the vectors are, that nobody here wrote: `JIAOZI_VECTORS`, by default ../shared/data beside the repository.

Where the folder is absent the tests skip and say so; under CI they fail, since there it must be present.
"""

import os
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from node.execution.engine import Engine
from node.execution.engines import NAMES, load_engine
from node.primitives.types import Hash32
from node.state.model import NodeKey, TrieUpdate

FOLDER = Path(os.environ.get("JIAOZI_VECTORS", Path(__file__).parents[2] / ".." / "shared" / "data"))
ABSENT = "the vectors are absent"


class MemoryNodes:
    """A NodeReader over dictionaries; `commit` is what a database would do with an update."""

    def __init__(self, update: TrieUpdate, code: Mapping[Hash32, bytes]) -> None:
        self.nodes: dict[NodeKey, bytes] = dict(update.added)
        self.codes: dict[Hash32, bytes] = dict(code)

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        return self.nodes[owner, node_hash]

    def code(self, code_hash: Hash32) -> bytes:
        return self.codes[code_hash]

    def commit(self, update: TrieUpdate, code: Mapping[Hash32, bytes]) -> None:
        for key in update.orphaned:
            del self.nodes[key]
        self.nodes.update(update.added)
        self.codes.update(code)


@cache
def archive(name: str) -> zipfile.ZipFile | None:
    path = FOLDER / name
    return zipfile.ZipFile(path) if path.exists() else None


def read_member(name: str, member: str) -> bytes:
    found = archive(name)
    assert found is not None
    return found.read(member)


def require(name: str) -> None:
    """Skips, or fails under CI, where the archive is absent."""
    if archive(name) is None:
        reason = f"no {name} in {FOLDER}; set JIAOZI_VECTORS"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `state_test_file` runs once a file of the archive."""
    if "state_test_file" in metafunc.fixturenames:
        found = archive("state-tests.zip")
        members = [ABSENT] if found is None else sorted(name for name in found.namelist() if name.endswith(".json"))
        metafunc.parametrize("state_test_file", members, ids=[Path(name).stem for name in members])


@pytest.fixture
def state_tests(state_test_file: str) -> bytes:
    """The bytes of one file of GeneralStateTests."""
    require("state-tests.zip")
    return read_member("state-tests.zip", state_test_file)


@pytest.fixture(params=[name for name in NAMES if name != "auto"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return load_engine(request.param)


@pytest.fixture
def rpc_compat() -> Mapping[str, bytes]:
    """genesis.json and chain.rlp."""
    require("rpc-compat.zip")
    found = archive("rpc-compat.zip")
    assert found is not None
    wanted = {Path(name).name: name for name in found.namelist() if Path(name).name in ("genesis.json", "chain.rlp")}
    return {name: found.read(member) for name, member in wanted.items()}


@pytest.fixture
def memory_nodes() -> type[MemoryNodes]:
    return MemoryNodes
