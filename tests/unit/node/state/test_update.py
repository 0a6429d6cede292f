"""Diffs applied to states, against states built anew from their contents by other libraries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import rlp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from node.primitives.genesis import GenesisAccount
from node.primitives.hashing import EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak
from node.primitives.types import Address, Hash32, Wei
from node.state import TrieState, account_proof, apply_diff, genesis_state
from node.state.account import decode_account, encode_account
from node.state.errors import DamagedState, MissingNode
from node.state.model import ACCOUNT_TRIE, Account, AccountChange, StateDiff

ADDRESSES = [Address(keccak(bytes([index]))[:20]) for index in range(12)]
SLOTS = [0, 1, 2, 5, 2**255, 2**256 - 1]
CODE = b"\x60\x00"


@dataclass
class Contents:
    """An account as a model of the state has it."""

    nonce: int = 0
    balance: int = 0
    code_hash: Hash32 = EMPTY_CODE_HASH
    storage: dict[int, int] = field(default_factory=dict)


accounts = st.builds(
    AccountChange,
    nonce=st.integers(1, 2**64 - 1),
    balance=st.integers(0, 2**256 - 1).map(Wei),
    code_hash=st.sampled_from([EMPTY_CODE_HASH, keccak(CODE)]),
)
storages = st.dictionaries(st.sampled_from(SLOTS), st.sampled_from([0, 1, 127, 128, 2**64, 2**256 - 1]), max_size=6)


@st.composite
def diffs(draw: st.DrawFn) -> StateDiff:
    changed = draw(st.dictionaries(st.sampled_from(ADDRESSES), st.none() | accounts, max_size=8))
    alive = [address for address, change in changed.items() if change is not None]
    storage = draw(st.dictionaries(st.sampled_from(alive), storages, max_size=5)) if alive else {}
    cleared = draw(st.frozensets(st.sampled_from(alive), max_size=3)) if alive else frozenset()
    return StateDiff(changed, storage, cleared, {keccak(CODE): CODE})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(diffs(), min_size=1, max_size=5))
def test_a_history_of_diffs_gives_the_state_of_its_contents(
    history: list[StateDiff], memory_nodes: Callable[[], Any]
) -> None:
    nodes = memory_nodes()
    model: dict[Address, Contents] = {}
    root = EMPTY_TRIE_ROOT
    for diff in history:
        update = apply_diff(nodes, root, diff)
        nodes.commit(update, diff.code)
        root = update.root
        _apply_to_model(model, diff)
        assert root == _reference_root(model)
        assert nodes.nodes.keys() == _reachable(nodes, root, model)
        _assert_reads(TrieState(nodes, root), model)


def test_slots_alone_change_the_account_they_belong_to(memory_nodes: Callable[[], Any]) -> None:
    nodes = memory_nodes()
    update, code = genesis_state({ADDRESSES[0]: GenesisAccount(Wei(7), 1, CODE, {1: 1})})
    nodes.commit(update, code)
    nodes.commit(after := apply_diff(nodes, update.root, StateDiff({}, {ADDRESSES[0]: {1: 2}}, frozenset(), {})))
    state = TrieState(nodes, after.root)
    account = state.account(ADDRESSES[0])
    assert account is not None
    assert (account.nonce, account.balance, state.storage(ADDRESSES[0], 1)) == (1, 7, 2)


def test_equal_storage_of_two_accounts_is_stored_twice(memory_nodes: Callable[[], Any]) -> None:
    """So that one may go without the other."""
    nodes = memory_nodes()
    storage = {slot: slot + 1 for slot in range(40)}
    update, code = genesis_state({address: GenesisAccount(Wei(0), 1, CODE, storage) for address in ADDRESSES[:2]})
    nodes.commit(update, code)
    after = apply_diff(nodes, update.root, StateDiff({ADDRESSES[0]: None}, {}, frozenset(), {}))
    nodes.commit(after)
    state = TrieState(nodes, after.root)
    assert state.account(ADDRESSES[0]) is None
    assert [state.storage(ADDRESSES[1], slot) for slot in storage] == list(storage.values())


def test_a_pruned_state_says_which_node_is_missing(memory_nodes: Callable[[], Any]) -> None:
    nodes = memory_nodes()
    update, _ = genesis_state({address: GenesisAccount(Wei(1), 0, b"", {}) for address in ADDRESSES})
    diff = StateDiff({ADDRESSES[0]: AccountChange(1, Wei(1), EMPTY_CODE_HASH)}, {}, frozenset(), {})
    with pytest.raises(MissingNode) as raised:
        apply_diff(nodes, update.root, diff)
    assert raised.value.node_hash == update.root
    assert raised.value.owner == ACCOUNT_TRIE
    with pytest.raises(MissingNode):
        TrieState(nodes, update.root).account(ADDRESSES[0])


@given(
    nonce=st.integers(0, 2**64 - 1),
    balance=st.integers(0, 2**256 - 1).map(Wei),
    storage_root=st.binary(min_size=32, max_size=32).map(Hash32),
    code_hash=st.binary(min_size=32, max_size=32).map(Hash32),
)
def test_an_account_leaf_is_standard_rlp(nonce: int, balance: Wei, storage_root: Hash32, code_hash: Hash32) -> None:
    account = Account(nonce, balance, storage_root, code_hash)
    assert encode_account(account) == rlp.encode([nonce, balance, storage_root, code_hash])
    assert decode_account(encode_account(account)) == account


@pytest.mark.parametrize("raw", [b"", b"\x80", bytes(70), b"\xf8\x44" + bytes(68), rlp.encode([b"a", b"b"])])
def test_a_leaf_that_is_no_account_is_damage(raw: bytes) -> None:
    with pytest.raises(DamagedState):
        decode_account(raw)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(diff=diffs())
def test_proofs_convince_another_implementation(diff: StateDiff, memory_nodes: Callable[[], Any]) -> None:
    nodes = memory_nodes()
    update = apply_diff(nodes, EMPTY_TRIE_ROOT, diff)
    nodes.commit(update, diff.code)
    for address in ADDRESSES:
        proof = account_proof(nodes, update.root, address, SLOTS)
        leaf = b"" if proof.account is None else encode_account(proof.account)
        assert _convinces(update.root, keccak(address), proof.proof, leaf)
        storage_root = EMPTY_TRIE_ROOT if proof.account is None else proof.account.storage_root
        for slot in proof.slots:
            value = rlp.encode(slot.value) if slot.value else b""
            assert _convinces(storage_root, keccak(slot.slot.to_bytes(32, "big")), slot.proof, value)


def _convinces(root: Hash32, key: bytes, proof: tuple[bytes, ...], value: bytes) -> bool:
    if root == EMPTY_TRIE_ROOT:
        return proof == () and value == b""
    return bool(HexaryTrie.get_from_proof(root, key, [rlp.decode(raw) for raw in proof]) == value)


def _apply_to_model(model: dict[Address, Contents], diff: StateDiff) -> None:
    for address, change in diff.accounts.items():
        if change is None:
            model.pop(address, None)
            continue
        old = model.setdefault(address, Contents())
        old.nonce, old.balance, old.code_hash = change.nonce, change.balance, change.code_hash
        if address in diff.cleared:
            old.storage.clear()
        old.storage.update(diff.storage.get(address, {}))
        old.storage = {slot: value for slot, value in old.storage.items() if value}


def _reference_root(model: Mapping[Address, Contents]) -> bytes:
    trie = HexaryTrie({})
    for address, account in model.items():
        trie[keccak(address)] = rlp.encode(
            [account.nonce, account.balance, _reference_storage(account.storage), account.code_hash]
        )
    return bytes(trie.root_hash)


def _reference_storage(storage: Mapping[int, int]) -> bytes:
    trie = HexaryTrie({})
    for slot, value in storage.items():
        trie[keccak(slot.to_bytes(32, "big"))] = rlp.encode(value)
    return bytes(trie.root_hash)


def _reachable(nodes: Any, root: Hash32, model: Mapping[Address, Contents]) -> set[Any]:
    keys = set(nodes.keys_of(ACCOUNT_TRIE, root))
    for address, account in model.items():
        keys |= nodes.keys_of(keccak(address), Hash32(_reference_storage(account.storage)))
    return keys


def _assert_reads(state: TrieState, model: Mapping[Address, Contents]) -> None:
    for address in ADDRESSES:
        account, expected = state.account(address), model.get(address)
        if expected is None:
            assert account is None
            assert state.storage(address, 1) == 0
            continue
        assert account is not None
        assert (account.nonce, account.balance, account.code_hash) == (
            expected.nonce,
            expected.balance,
            expected.code_hash,
        )
        assert [state.storage(address, slot) for slot in SLOTS] == [expected.storage.get(slot, 0) for slot in SLOTS]
        assert state.code(account.code_hash) == (CODE if account.code_hash == keccak(CODE) else b"")
