"""Catching up: one request at a time, from whoever claims most, and no claim is worth more than what it brings."""

from typing import Final

import pytest

from node.chain.chain import Chain
from node.chain.records import body_key
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, SendFrame
from node.primitives.rlp import encode, encode_int
from node.primitives.types import BlockNumber, Hash32
from node.sync.core import ANSWER_TIMEOUT_MS, GRACE_MS, AnswerBlocks, ImportBlocks, SyncCore, SyncEffect, WakeSync
from node.sync.jobs import BlocksAnswered, ImportDone, answer_blocks, import_blocks
from node.sync.wire import MAX_BLOCKS_ASKED, BlockRange, Status, decode_range, decode_status, encode_range, split_blocks
from tests.unit.node.chain.transfers import USERS, Ledger

NEAR, FAR, LIAR = PeerId("near"), PeerId("far"), PeerId("liar")
NOW: Final = 50_000


def status(number: int) -> Status:
    return Status(BlockNumber(number), Hash32(bytes([number % 256]) * 32), None)


def grown(blocks: int) -> Chain:
    ledger = Ledger()
    for _ in range(blocks):
        ledger.grow(ledger.pay(USERS[0]))
    return ledger.chain


def answered(chain: Chain, first: int, count: int) -> bytes:
    """What a node with this chain answers to one that asks for these."""
    serving = SyncCore(status(chain.head.number))
    (job,) = serving.upon_get_blocks(NEAR, encode_range(BlockRange(BlockNumber(first), count)))
    assert isinstance(job, AnswerBlocks)
    done = answer_blocks(chain, job)
    (answer,) = serving.upon_answered(done.peer, done.payload)
    assert isinstance(answer, SendFrame) and (answer.peer, answer.kind) == (NEAR, Kind.BLOCKS)
    return answer.payload


@pytest.fixture
def sync() -> SyncCore:
    """Of a node that has genesis alone."""
    return SyncCore(status(0))


def asked_of(effects: tuple[SyncEffect, ...]) -> list[PeerId]:
    return [each.peer for each in effects if isinstance(each, SendFrame) and each.kind is Kind.GET_BLOCKS]


def wakes(effects: tuple[SyncEffect, ...]) -> list[int]:
    return [each.at_ms for each in effects if isinstance(each, WakeSync)]


def test_a_peer_that_joins_hears_our_head_and_is_asked_for_what_follows_it(sync: SyncCore) -> None:
    effects = sync.upon_peer_joined(FAR, 9, NOW)
    told, asked, wake = effects
    assert isinstance(told, SendFrame) and decode_status(told.payload) == status(0)
    assert isinstance(asked, SendFrame) and (asked.peer, asked.kind) == (FAR, Kind.GET_BLOCKS)
    assert decode_range(asked.payload) == BlockRange(BlockNumber(1), MAX_BLOCKS_ASKED)
    assert wake == WakeSync(NOW + ANSWER_TIMEOUT_MS)


def test_one_request_is_under_way_at_a_time(sync: SyncCore) -> None:
    sync.upon_peer_joined(NEAR, 5, NOW)
    assert asked_of(sync.upon_peer_joined(FAR, 9, NOW)) == []
    assert asked_of(sync.upon_status(FAR, status(12), NOW + 1)) == []
    assert asked_of(sync.upon_wake(NOW + ANSWER_TIMEOUT_MS - 1)) == []


def test_who_claims_most_is_asked(sync: SyncCore) -> None:
    sync.upon_peer_joined(NEAR, 5, NOW)
    sync.upon_peer_joined(FAR, 9, NOW)
    assert asked_of(sync.upon_peer_left(NEAR, NOW)) == [FAR]
    assert sync.highest_claim == 9


def test_silence_moves_the_request_to_another_peer(sync: SyncCore) -> None:
    sync.upon_peer_joined(LIAR, 2**64 - 1, NOW)
    sync.upon_peer_joined(NEAR, 5, NOW)
    effects = sync.upon_wake(NOW + ANSWER_TIMEOUT_MS)
    assert asked_of(effects) == [NEAR]
    assert wakes(effects) == [NOW + 2 * ANSWER_TIMEOUT_MS]
    assert sync.claims[LIAR] == 0, "a claim that nobody keeps is forgotten"
    assert sync.highest_claim == 5


def test_a_new_status_makes_a_new_claim(sync: SyncCore) -> None:
    sync.upon_peer_joined(FAR, 9, NOW)
    assert asked_of(sync.upon_wake(NOW + ANSWER_TIMEOUT_MS)) == []
    assert asked_of(sync.upon_status(FAR, status(10), NOW + 5_000)) == [FAR]


def test_a_status_of_nobody_connected_claims_nothing(sync: SyncCore) -> None:
    assert sync.upon_status(FAR, status(10), NOW) == ()
    assert sync.claims == {}


def test_one_block_behind_waits_for_consensus_to_bring_it(sync: SyncCore) -> None:
    effects = sync.upon_peer_joined(NEAR, 1, NOW)
    assert asked_of(effects) == [] and wakes(effects) == [NOW + GRACE_MS]
    assert asked_of(sync.upon_wake(NOW + GRACE_MS - 1)) == []
    assert asked_of(sync.upon_wake(NOW + GRACE_MS)) == [NEAR]


def test_the_grace_begins_anew_with_every_head(sync: SyncCore) -> None:
    sync.upon_peer_joined(NEAR, 1, NOW)
    sync.upon_head(status(1), NOW + 150)
    effects = sync.upon_status(NEAR, status(2), NOW + 180)
    assert asked_of(effects) == [] and wakes(effects) == [NOW + 180 + GRACE_MS]


def test_a_new_head_is_announced_but_not_while_importing(sync: SyncCore) -> None:
    assert isinstance(sync.upon_head(status(1), NOW)[0], BroadcastFrame)
    sync.upon_peer_joined(FAR, 9, NOW)
    (job,) = sync.upon_blocks(FAR, encode([b"block"]), NOW)
    assert job == ImportBlocks(FAR, (b"block",)) and sync.importing
    assert sync.upon_head(status(2), NOW) == ()


@pytest.mark.parametrize("payload", [b"", b"\x80", b"\xc1", encode([b"x"]) + b"\0"])
def test_blocks_that_do_not_parse_cost_the_connection(sync: SyncCore, payload: bytes) -> None:
    sync.upon_peer_joined(LIAR, 9, NOW)
    sync.upon_peer_joined(NEAR, 5, NOW)
    dropped, *rest = sync.upon_blocks(LIAR, payload, NOW)
    assert isinstance(dropped, DropPeer) and dropped.peer == LIAR
    assert dropped.reason.startswith("BLOCKS that do not parse: ")
    assert asked_of(tuple(rest)) == [NEAR]


def test_an_empty_answer_forgets_the_claim(sync: SyncCore) -> None:
    sync.upon_peer_joined(LIAR, 9, NOW)
    sync.upon_peer_joined(NEAR, 5, NOW)
    assert asked_of(sync.upon_blocks(LIAR, encode([]), NOW)) == [NEAR]
    assert sync.claims[LIAR] == 0


def test_blocks_that_nobody_asked_for_are_not_looked_at(sync: SyncCore) -> None:
    assert sync.upon_blocks(LIAR, b"garbage", NOW) == ()
    sync.upon_peer_joined(NEAR, 5, NOW)
    assert sync.upon_blocks(LIAR, b"garbage", NOW) == ()
    sync.upon_blocks(NEAR, encode([b"block"]), NOW)
    assert sync.upon_blocks(NEAR, encode([b"block"]), NOW) == (), "its answer is being imported"


def test_a_refused_block_drops_its_sender_and_asks_another(sync: SyncCore) -> None:
    sync.upon_peer_joined(LIAR, 9, NOW)
    sync.upon_peer_joined(NEAR, 5, NOW)
    sync.upon_blocks(LIAR, encode([b"block"]), NOW)
    dropped, *rest = sync.upon_imported(LIAR, 3, "its certificate is no good", NOW)
    assert dropped == DropPeer(LIAR, "sent a block that is refused: its certificate is no good")
    assert asked_of(tuple(rest)) == [NEAR]


def test_blocks_that_bring_us_no_further_do_not_keep_us_from_asking_others(sync: SyncCore) -> None:
    sync.upon_peer_joined(LIAR, 9, NOW)
    sync.upon_peer_joined(NEAR, 5, NOW)
    sync.upon_blocks(LIAR, encode([b"a block that we have"]), NOW)
    assert asked_of(sync.upon_imported(LIAR, 0, None, NOW)) == [NEAR]


def test_blocks_that_consensus_brought_meanwhile_are_no_fault(sync: SyncCore) -> None:
    sync.upon_peer_joined(FAR, 9, NOW)
    sync.upon_blocks(FAR, encode([b"block"]), NOW)
    sync.upon_head(status(1), NOW)
    assert asked_of(sync.upon_imported(FAR, 0, None, NOW)) == [FAR]


def test_who_leaves_while_asked_is_replaced_and_its_import_ends_in_order(sync: SyncCore) -> None:
    sync.upon_peer_joined(FAR, 9, NOW)
    sync.upon_peer_joined(NEAR, 5, NOW)
    assert asked_of(sync.upon_peer_left(FAR, NOW)) == [NEAR]
    sync.upon_blocks(NEAR, encode([b"block"]), NOW)
    assert sync.upon_peer_left(NEAR, NOW) == () and sync.importing
    assert sync.upon_imported(NEAR, 1, None, NOW) == () and not sync.importing


@pytest.mark.parametrize("payload", [b"", b"\xc0", encode([b"\0", b"\x01"]), encode([encode_int(2**64), b""])])
def test_a_range_that_does_not_parse_costs_the_connection(sync: SyncCore, payload: bytes) -> None:
    (dropped,) = sync.upon_get_blocks(LIAR, payload)
    assert isinstance(dropped, DropPeer) and dropped.reason.startswith("GET_BLOCKS that does not parse: ")


def test_an_answer_holds_what_there_is_of_the_range_and_imports_elsewhere() -> None:
    chain, copy = grown(5), Ledger().chain
    assert len(split_blocks(answered(chain, 3, 2))) == 2
    job = ImportBlocks(NEAR, tuple(split_blocks(answered(chain, 1, 10_000))))
    assert import_blocks(copy, job) == ImportDone(NEAR, 5, None)
    assert copy.head.hash == chain.head.hash
    assert import_blocks(copy, job) == ImportDone(NEAR, 0, None), "what is there is passed over"


@pytest.mark.parametrize("first", [0, 6, 2**64 - 1])
def test_a_range_that_we_do_not_have_is_answered_with_nothing(first: int) -> None:
    assert answered(grown(5), first, 128) == encode([])


def test_an_answer_is_made_elsewhere_and_one_peer_is_made_one_at_a_time(sync: SyncCore) -> None:
    """A request of a few bytes costs reading and encoding megabytes."""
    three = BlockRange(BlockNumber(1), 3)
    assert sync.upon_get_blocks(NEAR, encode_range(three)) == (AnswerBlocks(NEAR, three),)
    assert sync.upon_get_blocks(NEAR, encode_range(three)) == ()
    assert sync.upon_get_blocks(FAR, encode_range(three)) == (AnswerBlocks(FAR, three),)
    assert sync.upon_answered(NEAR, b"blocks") == (SendFrame(NEAR, Kind.BLOCKS, b"blocks"),)
    assert sync.upon_get_blocks(NEAR, encode_range(three)) == (AnswerBlocks(NEAR, three),)


def test_a_damaged_record_costs_the_peer_its_answer_and_nothing_else(
    sync: SyncCore, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger()
    for _ in range(3):
        ledger.grow(ledger.pay(USERS[0]))
    ledger.store.write([(body_key(2), None)])
    done = answer_blocks(ledger.chain, AnswerBlocks(NEAR, BlockRange(BlockNumber(1), 3)))
    assert done == BlocksAnswered(NEAR, None)
    assert "the body of block 2 is missing" in caplog.text
    assert sync.upon_answered(NEAR, None) == (SendFrame(NEAR, Kind.BLOCKS, encode([])),)


def test_the_blocks_before_a_bad_one_are_taken() -> None:
    chain, copy = grown(3), Ledger().chain
    first, _, third = split_blocks(answered(chain, 1, 3))
    done = import_blocks(copy, ImportBlocks(NEAR, (first, third)))
    assert done.taken == 1 and done.refused is not None and done.refused.startswith("block refused: parent_hash is 0x")
    assert copy.head.number == 1


def test_a_peer_that_votes_on_a_final_height_is_shown_our_head(sync: SyncCore) -> None:
    (shown,) = sync.prove_head(FAR)
    assert isinstance(shown, SendFrame) and (shown.peer, shown.kind) == (FAR, Kind.STATUS)
    assert decode_status(shown.payload) == status(0)
