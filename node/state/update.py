"""A diff in; the new root, the nodes it adds and the nodes it orphans out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from node.primitives.genesis import GenesisAccount
from node.primitives.hashing import EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak
from node.primitives.types import Address, Hash32
from node.state.account import account_path, decode_account, encode_account, encode_slot, slot_path, storage_owner
from node.state.errors import MissingNode
from node.state.model import (
    ACCOUNT_TRIE,
    Account,
    AccountChange,
    NodeKey,
    NodeReader,
    StateDiff,
    TrieUpdate,
)
from node.state.trie import BatchUpdate, look_up, walk


@dataclass(slots=True)
class _AccountEdit:
    """What becomes of one account leaf. A field at None stays as it is, `gone` removes the leaf."""

    change: AccountChange | None
    storage_root: Hash32 | None
    gone: bool


def apply_diff(nodes: NodeReader, root: Hash32, diff: StateDiff) -> TrieUpdate:
    """Raises MissingNode where the pre-state is not in the database."""
    added: dict[NodeKey, bytes] = {}
    orphaned: set[NodeKey] = set()
    roots: dict[Address, Hash32] = {}
    gone = {address for address, change in diff.accounts.items() if change is None}
    for address in {*diff.storage, *diff.cleared, *gone}:
        slots = {} if address in gone else diff.storage.get(address, {})
        cleared = address in gone or address in diff.cleared
        roots[address] = _update_storage(nodes, root, address, slots, cleared, added, orphaned)
    edits = [
        (account_path(address), _AccountEdit(diff.accounts.get(address), roots.get(address), address in gone))
        for address in {*diff.accounts, *roots}
    ]
    edits.sort(key=itemgetter(0))
    batch = BatchUpdate(nodes, ACCOUNT_TRIE, _merge_account)
    new_root = batch.apply(root, edits)
    added.update(batch.added)
    orphaned.update(batch.orphaned)
    return TrieUpdate(new_root, added, frozenset(orphaned))


def genesis_state(alloc: Mapping[Address, GenesisAccount]) -> tuple[TrieUpdate, Mapping[Hash32, bytes]]:
    """The state that a genesis allocates, and its code by hash."""
    code = {keccak(account.code): account.code for account in alloc.values() if account.code}
    diff = StateDiff(
        accounts={
            address: AccountChange(account.nonce, account.balance, keccak(account.code))
            for address, account in alloc.items()
        },
        storage={address: account.storage for address, account in alloc.items() if account.storage},
        cleared=frozenset(),
        code=code,
    )
    return apply_diff(_NoNodes(), EMPTY_TRIE_ROOT, diff), code


def ordered_nodes(items: Iterable[bytes]) -> tuple[Hash32, Mapping[Hash32, bytes]]:
    """The trie of a list, keyed by the RLP of each index (Yellow Paper 4.3.2): its root and its nodes."""
    changes: list[tuple[str, bytes | None]] = [(encode_index(index).hex(), item) for index, item in enumerate(items)]
    changes.sort(key=itemgetter(0))
    batch = BatchUpdate(_NoNodes(), ACCOUNT_TRIE, _take)
    root = batch.apply(EMPTY_TRIE_ROOT, changes)
    return root, {key: raw for (_, key), raw in batch.added.items()}


def ordered_root(items: Iterable[bytes]) -> Hash32:
    """The root of the transactions, receipts or withdrawals of a block."""
    return ordered_nodes(items)[0]


def encode_index(index: int) -> bytes:
    if index < 0x80:
        return bytes((index or 0x80,))
    data = index.to_bytes((index.bit_length() + 7) // 8, "big")
    return bytes((0x80 + len(data),)) + data


def _update_storage(
    nodes: NodeReader,
    root: Hash32,
    address: Address,
    slots: Mapping[int, int],
    cleared: bool,
    added: dict[NodeKey, bytes],
    orphaned: set[NodeKey],
) -> Hash32:
    """The new storage root of one account."""
    owner = storage_owner(address)
    old_root = _storage_root(nodes, root, address)
    old_nodes: set[NodeKey] = set()
    if cleared:
        old_nodes = {(owner, key) for key, _, _ in walk(nodes, owner, old_root)}
        old_root = EMPTY_TRIE_ROOT
    batch = BatchUpdate(nodes, owner, _take)
    new_root = batch.apply(old_root, _slot_changes(slots))
    made = batch.added
    added.update((key, raw) for key, raw in made.items() if key not in old_nodes)
    orphaned.update(batch.orphaned)
    orphaned.update(old_nodes - made.keys())
    return new_root


def _storage_root(nodes: NodeReader, root: Hash32, address: Address) -> Hash32:
    raw, _ = look_up(nodes, ACCOUNT_TRIE, root, account_path(address))
    return EMPTY_TRIE_ROOT if raw is None else decode_account(raw).storage_root


def _slot_changes(slots: Mapping[int, int]) -> list[tuple[str, bytes | None]]:
    changes = [(slot_path(slot), encode_slot(value) if value else None) for slot, value in slots.items()]
    changes.sort(key=itemgetter(0))
    return changes


def _take(_: bytes | None, value: bytes | None) -> bytes | None:
    return value


def _merge_account(old: bytes | None, edit: _AccountEdit) -> bytes | None:
    if edit.gone:
        return None
    before = Account() if old is None else decode_account(old)
    fields = edit.change or before
    storage_root = before.storage_root if edit.storage_root is None else edit.storage_root
    return encode_account(Account(fields.nonce, fields.balance, storage_root, fields.code_hash))


class _NoNodes:
    """The database of a trie that begins empty."""

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        raise MissingNode(owner, node_hash)

    def code(self, code_hash: Hash32) -> bytes:
        assert code_hash == EMPTY_CODE_HASH
        return b""
