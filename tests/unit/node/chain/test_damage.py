"""Crashes lose nothing that was acknowledged, and what is damaged is named."""

import random
from collections.abc import Callable

import pytest

from node.chain.errors import ChainDamaged, ChainError, LayoutMismatch
from node.chain.records import (
    HEAD_KEY,
    LAYOUT_KEY,
    PRUNED_KEY,
    body_key,
    certificate_key,
    header_key,
    location_key,
    node_key,
    number_bytes,
    number_key,
    orphans_key,
    receipts_key,
    set_key,
)
from node.chain.verify import verify_chain
from node.primitives.types import Hash32
from node.state.errors import StateError
from node.state.trie import walk
from node.storage.errors import StorageError
from tests.unit.node.chain.test_pruning import random_block
from tests.unit.node.chain.transfers import USERS, Ledger


@pytest.mark.parametrize("seed", range(15))
def test_a_crash_at_any_write_leaves_the_head_before_or_after(seed: int) -> None:
    chance = random.Random(seed)
    ledger = Ledger(seed=seed, window=4)
    acknowledged = ledger.chain.head
    for _ in range(12):
        ledger.disk.crash_after(chance.randrange(4))
        nonces = dict(ledger.nonces)
        try:
            while True:
                nonces = dict(ledger.nonces)
                acknowledged = ledger.grow(*random_block(ledger, chance))
        except StorageError:
            ledger.disk.crash()
        ledger.open()
        head = ledger.chain.head
        assert head.number - acknowledged.number in (0, 1), f"seed {seed}"
        if head.number == acknowledged.number:
            assert head == acknowledged, f"seed {seed}"
            ledger.nonces = nonces
        acknowledged = head
    ledger.grow()
    verify_chain(ledger.chain, lambda done, of: None)


def grown() -> Ledger:
    ledger = Ledger()
    for value in range(1, 4):
        ledger.grow(ledger.pay(USERS[0], value=value), ledger.pay(USERS[1], value=value))
    return ledger


KEYS: dict[str, tuple[Callable[[Ledger], bytes], str]] = {
    "layout": (lambda ledger: LAYOUT_KEY, "layout record is missing"),
    "head": (lambda ledger: HEAD_KEY, "head pointer is missing"),
    "pruned": (lambda ledger: PRUNED_KEY, "oldest kept state is missing"),
    "genesis": (lambda ledger: header_key(0), "header of block 0 is missing"),
    "header": (lambda ledger: header_key(3), "header of block 3, the head, is missing"),
    "parent": (lambda ledger: header_key(2), "header of block 2 is missing"),
    "number": (lambda ledger: number_key(ledger.chain.head.hash), "block 3 is not found by its hash"),
    "body": (lambda ledger: body_key(3), "body of block 3 is missing"),
    "receipts": (lambda ledger: receipts_key(3), "receipts of block 3 is missing"),
    "certificate": (lambda ledger: certificate_key(3), "certificate of block 3 is missing"),
    "orphans": (lambda ledger: orphans_key(3), "list of what block 3 orphaned is missing"),
    "state": (lambda ledger: node_key((b"", ledger.chain.head.header.state_root)), "state of block 3 is missing"),
    "set": (lambda ledger: set_key(Hash32(ledger.chain.head.header.extra_data)), "validator set 0x.* is missing"),
}


@pytest.mark.parametrize("what", KEYS)
def test_a_missing_record_of_the_head_is_named_at_opening(what: str) -> None:
    ledger = grown()
    key, words = KEYS[what]
    ledger.store.write([(key(ledger), None)])
    with pytest.raises(ChainDamaged, match=f"the database is damaged: .*{words}"):
        ledger.reopen()


def test_a_head_pointer_that_went_back_is_noticed() -> None:
    ledger = grown()
    ledger.store.write([(HEAD_KEY, number_bytes(2) + ledger.chain.block_hash(2))])
    with pytest.raises(ChainDamaged, match="yet block 3 is there"):
        ledger.reopen()


def test_another_layout_is_refused() -> None:
    ledger = grown()
    ledger.store.write([(LAYOUT_KEY, (77).to_bytes(4, "big"))])
    with pytest.raises(LayoutMismatch, match="record layout 77"):
        ledger.reopen()


def first_fault(ledger: Ledger) -> str:
    with pytest.raises(ChainDamaged) as fault:
        verify_chain(ledger.chain, lambda done, of: None)
    return fault.value.what


def test_verification_walks_the_whole_chain_and_says_how_far_it_is() -> None:
    ledger = grown()
    seen: list[tuple[int, int]] = []
    verify_chain(ledger.chain, lambda done, of: seen.append((done, of)))
    assert seen == [(0, 4), (4, 4)]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (lambda ledger: header_key(1), "header of block 1 is missing"),
        (lambda ledger: body_key(2), "body of block 2 is missing"),
        (lambda ledger: receipts_key(1), "receipts of block 1 is missing"),
        (lambda ledger: certificate_key(1), "block 1 is refused: there is none"),
        (lambda ledger: number_key(ledger.chain.block_hash(1)), "block 1 is not found by its hash"),
        (lambda ledger: location_key(ledger.chain.block(2).transactions[1].hash), "transaction 1 of block 2"),
        (lambda ledger: node_key((b"", ledger.chain.head.header.state_root)), "state of block 3: node 0x"),
    ],
)
def test_a_missing_record_anywhere_is_found_by_verification(key: Callable[[Ledger], bytes], words: str) -> None:
    ledger = grown()
    ledger.store.write([(key(ledger), None)])
    assert words in first_fault(ledger)


@pytest.mark.parametrize("seed", range(60))
def test_any_flipped_bit_in_a_record_of_the_chain_is_found(seed: int) -> None:
    """Whatever record and bit: either reading stops or verification names it. (The store's own checksums would have
    spoken first; here they are got round.)"""
    chance = random.Random(seed)
    ledger = grown()
    kinds = (b"h", b"n", b"b", b"r", b"c", b"t", b"a", b"v")
    key, value = chance.choice([record for kind in kinds for record in ledger.store.scan(kind)])
    at = chance.randrange(8 if key[:1] == b"a" else 0, len(value))  # a node's height has nothing to be checked by
    flipped = bytearray(value)
    flipped[at] ^= 1 << chance.randrange(8)
    ledger.store.write([(key, bytes(flipped))])
    try:
        ledger.reopen()
        verify_chain(ledger.chain, lambda done, of: None)
    except (ChainError, StateError):
        return
    assert key[:1] == b"a", f"seed {seed}: {key!r} at {at}"
    assert key not in live_nodes(ledger), f"seed {seed}: {key!r} is a node of the head's state"


def live_nodes(ledger: Ledger) -> set[bytes]:
    root = ledger.chain.head.header.state_root
    return {node_key((b"", node_hash)) for node_hash, _, _ in walk(ledger.chain.nodes, b"", root)}
