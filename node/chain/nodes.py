"""Trie nodes and code out of the database, the latest kept in memory."""

from collections.abc import Mapping
from typing import Final

from node.chain.records import code_key, node_key, node_of
from node.primitives.types import Hash32
from node.state.errors import MissingNode
from node.state.model import NodeKey, NodeReader
from node.storage.store import Reader

MAX_CACHED: Final = 32_768


class StoredNodes:
    """A NodeReader for any thread. A node never changes under its key, so what is remembered is never wrong."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._cache: dict[NodeKey, bytes] = {}

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        cached = self._cache.get((owner, node_hash))
        if cached is not None:
            return cached
        record = self._reader.get(node_key((owner, node_hash)))
        if record is None:
            raise MissingNode(owner, node_hash)
        raw = node_of(record)
        self.remember({(owner, node_hash): raw})
        return raw

    def code(self, code_hash: Hash32) -> bytes:
        code = self._reader.get(code_key(code_hash))
        if code is None:
            raise MissingNode(b"", code_hash)
        return code

    def remember(self, nodes: Mapping[NodeKey, bytes]) -> None:
        if len(self._cache) + len(nodes) > MAX_CACHED:
            self._cache = {}
        self._cache.update(nodes)


class OverlaidNodes:
    """Nodes and code of a block that is not written yet, above those that are."""

    def __init__(self, base: NodeReader, nodes: Mapping[NodeKey, bytes], code: Mapping[Hash32, bytes]) -> None:
        self._base = base
        self._nodes = nodes
        self._code = code

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        raw = self._nodes.get((owner, node_hash))
        return self._base.node(owner, node_hash) if raw is None else raw

    def code(self, code_hash: Hash32) -> bytes:
        code = self._code.get(code_hash)
        return self._base.code(code_hash) if code is None else code
