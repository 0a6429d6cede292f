"""The batched updater against HexaryTrie, an implementation that nobody here wrote."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from node.primitives.hashing import EMPTY_TRIE_ROOT, keccak
from node.primitives.rlp import encode, encode_int
from node.state.model import ACCOUNT_TRIE, TrieUpdate
from node.state.trie import BatchUpdate, leaves_of, look_up, walk
from node.state.update import ordered_root

Batch = Mapping[bytes, bytes | None]

SPREAD = [keccak(bytes([index])) for index in range(60)]
"""Keys as real ones are."""
CLUSTERED = [bytes(length) + keccak(bytes([length, index]))[length:] for length in (3, 9, 20) for index in range(8)]
"""Keys that share long prefixes: extensions are split and merged."""
ADJACENT = [bytes(31) + bytes([index]) for index in range(0, 256, 3)]
"""Keys that differ in the last byte: their leaves are so short that parents hold them inline."""

keys = st.sampled_from([*SPREAD, *CLUSTERED, *ADJACENT])


def batches() -> st.SearchStrategy[list[dict[bytes, bytes | None]]]:
    """A value begins with its key's last byte, so that no two places of a trie hold one and the same node."""
    values = st.none() | st.binary(max_size=40)
    batch = st.dictionaries(keys, values, max_size=40)
    return st.lists(
        batch.map(lambda found: {key: None if value is None else key[-1:] + value for key, value in found.items()}),
        max_size=6,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches())
def test_roots_and_stored_nodes_are_those_of_the_contents(
    batches: list[Batch], memory_nodes: Callable[[], Any]
) -> None:
    nodes = memory_nodes()
    model: dict[bytes, bytes] = {}
    root = EMPTY_TRIE_ROOT
    for batch in batches:
        update = _update(nodes, root, batch)
        nodes.commit(update)
        root = update.root
        for key, value in batch.items():
            if value is None:
                model.pop(key, None)
            else:
                model[key] = value
        assert root == _reference(model).root_hash
        assert nodes.nodes.keys() == nodes.keys_of(ACCOUNT_TRIE, root)
        for key in (*SPREAD[:20], *ADJACENT[:20]):
            assert look_up(nodes, ACCOUNT_TRIE, root, key.hex())[0] == model.get(key)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=batches().map(lambda found: found[0] if found else {}), second=st.data())
def test_a_batch_and_its_reverse_leave_no_trace(
    first: Batch, second: st.DataObject, memory_nodes: Callable[[], Any]
) -> None:
    nodes = memory_nodes()
    before = _update(nodes, EMPTY_TRIE_ROOT, first)
    nodes.commit(before)
    stored = dict(nodes.nodes)
    change = second.draw(st.dictionaries(keys, st.binary(min_size=33, max_size=40), min_size=1, max_size=20))
    after = _update(nodes, before.root, change)
    nodes.commit(after)
    nodes.commit(_update(nodes, after.root, {key: first.get(key) for key in change}))
    assert nodes.nodes == stored


def test_a_batch_that_changes_nothing_adds_and_orphans_nothing(memory_nodes: Callable[[], Any]) -> None:
    nodes = memory_nodes()
    contents = {key: key for key in SPREAD}
    update = _update(nodes, EMPTY_TRIE_ROOT, contents)
    nodes.commit(update)
    again = _update(nodes, update.root, {**contents, keccak(b"absent"): None})
    assert again == TrieUpdate(update.root, {}, frozenset())


def test_a_walk_meets_every_value_once(memory_nodes: Callable[[], Any]) -> None:
    nodes = memory_nodes()
    contents = {key: key[-2:] for key in (*SPREAD, *ADJACENT)}
    update = _update(nodes, EMPTY_TRIE_ROOT, contents)
    nodes.commit(update)
    values = [value for _, _, node in walk(nodes, ACCOUNT_TRIE, update.root) for value in leaves_of(node)]
    assert sorted(values) == sorted(contents.values())


@pytest.mark.parametrize("count", [0, 1, 2, 16, 127, 128, 129, 300])
def test_a_list_has_the_root_of_its_indices(count: int) -> None:
    items = [keccak(encode_int(index)) * (1 + index % 3) for index in range(count)]
    reference = HexaryTrie({})
    for index, item in enumerate(items):
        reference[encode(encode_int(index))] = item
    assert ordered_root(items) == reference.root_hash


def _update(nodes: Any, root: Any, batch: Batch) -> TrieUpdate:
    update: BatchUpdate[bytes | None] = BatchUpdate(nodes, ACCOUNT_TRIE, lambda old, new: new)
    new_root = update.apply(root, sorted((key.hex(), value) for key, value in batch.items()))
    return TrieUpdate(new_root, update.added, frozenset(update.orphaned))


def _reference(model: Mapping[bytes, bytes]) -> Any:
    trie = HexaryTrie({})
    for key, value in model.items():
        trie[key] = value
    return trie
