"""A database of dictionaries that holds an update to its word."""

from collections.abc import Mapping

import pytest

from node.primitives.types import Hash32
from node.state.errors import MissingNode
from node.state.model import NodeKey, TrieUpdate
from node.state.trie import walk


class MemoryNodes:
    """A NodeReader. What an update orphans must be there, what it adds must not, and nothing may be both."""

    def __init__(self) -> None:
        self.nodes: dict[NodeKey, bytes] = {}
        self.codes: dict[Hash32, bytes] = {}

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        try:
            return self.nodes[owner, node_hash]
        except KeyError:
            raise MissingNode(owner, node_hash) from None

    def code(self, code_hash: Hash32) -> bytes:
        return self.codes[code_hash]

    def commit(self, update: TrieUpdate, code: Mapping[Hash32, bytes] | None = None) -> None:
        assert update.orphaned <= self.nodes.keys()
        assert not update.added.keys() & self.nodes.keys()
        for key in update.orphaned:
            del self.nodes[key]
        self.nodes.update(update.added)
        self.codes.update(code or {})

    def keys_of(self, owner: bytes, root: Hash32) -> set[NodeKey]:
        return {(owner, key) for key, _, _ in walk(self, owner, root)}


@pytest.fixture
def memory_nodes() -> type[MemoryNodes]:
    return MemoryNodes
