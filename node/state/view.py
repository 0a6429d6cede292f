"""The state at one root, read through a NodeReader: the StateReader of everyone above the database."""

from typing import TypeVar

from node.primitives.hashing import EMPTY_CODE_HASH, EMPTY_TRIE_ROOT
from node.primitives.types import Address, Hash32
from node.state.account import account_path, decode_account, decode_slot, slot_path, storage_owner
from node.state.model import ACCOUNT_TRIE, Account, NodeReader
from node.state.nodes import NIBBLE, Child, Node, is_branch, parse_node

MAX_CACHED = 65_536
"""Entries of one kind a view remembers before it starts over: a bound, not a tuning knob."""

K = TypeVar("K")
V = TypeVar("V")


class TrieState:
    """Remembers accounts, slots and the upper nodes it went through. Safe to share between threads that only read."""

    def __init__(self, nodes: NodeReader, root: Hash32) -> None:
        self.root = root
        self._nodes = nodes
        self._parsed: dict[tuple[bytes, Hash32], Node] = {}
        self._accounts: dict[Address, Account | None] = {}
        self._slots: dict[tuple[Address, int], int] = {}
        self._code: dict[Hash32, bytes] = {}

    def account(self, address: Address) -> Account | None:
        try:
            return self._accounts[address]
        except KeyError:
            raw = self._value(ACCOUNT_TRIE, self.root, account_path(address))
            account = None if raw is None else decode_account(raw)
            return _remember(self._accounts, address, account)

    def storage(self, address: Address, slot: int) -> int:
        try:
            return self._slots[address, slot]
        except KeyError:
            account = self.account(address)
            if account is None or account.storage_root == EMPTY_TRIE_ROOT:
                return 0
            raw = self._value(storage_owner(address), account.storage_root, slot_path(slot))
            return _remember(self._slots, (address, slot), decode_slot(raw))

    def code(self, code_hash: Hash32) -> bytes:
        if code_hash == EMPTY_CODE_HASH:
            return b""
        try:
            return self._code[code_hash]
        except KeyError:
            return _remember(self._code, code_hash, self._nodes.code(code_hash))

    def _value(self, owner: bytes, root: Hash32, path: str) -> bytes | None:
        child: Child = b"" if root == EMPTY_TRIE_ROOT else root
        depth = 0
        while len(child) > 0:
            node = child if isinstance(child, list) else self._node(owner, child)
            if is_branch(node):
                child = node[NIBBLE[path[depth]]]
                depth += 1
            elif not path.startswith(node[0], depth):
                return None
            elif node[2]:
                value: bytes = node[1]
                return value
            else:
                depth += len(node[0])
                child = node[1]
        return None

    def _node(self, owner: bytes, key: Hash32) -> Node:
        try:
            return self._parsed[owner, key]
        except KeyError:
            return _remember(self._parsed, (owner, key), parse_node(self._nodes.node(owner, key)))


def _remember(cache: dict[K, V], key: K, value: V) -> V:
    if len(cache) >= MAX_CACHED:
        cache.clear()
    cache[key] = value
    return value
