"""What a state is to those who use it: reads of a pre-state, and a diff that makes the next one.

A pre-state never changes under its reader; whoever executes a block reads one and returns a StateDiff.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from node.primitives.hashing import EMPTY_CODE_HASH, EMPTY_TRIE_ROOT
from node.primitives.types import ZERO_WEI, Address, Hash32, Wei


@dataclass(frozen=True, slots=True)
class Account:
    """The four fields of an account leaf (Yellow Paper 4.1)."""

    nonce: int = 0
    balance: Wei = ZERO_WEI
    storage_root: Hash32 = EMPTY_TRIE_ROOT
    code_hash: Hash32 = EMPTY_CODE_HASH


class StateReader(Protocol):
    """The state after one block. Absent accounts are None, absent slots 0, absent code empty."""

    def account(self, address: Address) -> Account | None: ...

    def storage(self, address: Address, slot: int) -> int: ...

    def code(self, code_hash: Hash32) -> bytes: ...


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An account after the block; its storage root follows from the slots."""

    nonce: int
    balance: Wei
    code_hash: Hash32


@dataclass(frozen=True, slots=True)
class StateDiff:
    """What one block, or one genesis, changes.

    `accounts` holds None for an account that is gone. `cleared` accounts lose their old storage before `storage`
    (value 0 removes a slot) applies. `code` holds code that may be new, by its hash.
    """

    accounts: Mapping[Address, AccountChange | None]
    storage: Mapping[Address, Mapping[int, int]]
    cleared: frozenset[Address]
    code: Mapping[Hash32, bytes]


ACCOUNT_TRIE: bytes = b""
"""The owner of the account trie's nodes; a storage trie's owner is keccak(address)."""

NodeKey = tuple[bytes, Hash32]
"""(owner, node hash): two accounts with equal storage never share a node, so either may be deleted."""


class NodeReader(Protocol):
    """Where trie nodes and code come from. Raises MissingNode for what must be there and isn't."""

    def node(self, owner: bytes, node_hash: Hash32) -> bytes: ...

    def code(self, code_hash: Hash32) -> bytes: ...


@dataclass(frozen=True, slots=True)
class TrieUpdate:
    """The root after a diff, the nodes that it needs and were not there, and those it no longer needs."""

    root: Hash32
    added: Mapping[NodeKey, bytes]
    orphaned: frozenset[NodeKey]
