"""A validator whose sign-state is gone signs nothing until what it may have signed is final."""

from node.app.fresh_start import FreshStart
from node.consensus.messages import decode_message
from node.network.frames import Kind
from node.network.identity import PeerId
from node.primitives.types import Address, BlockNumber
from node.sync.core import AnswerBlocks
from node.sync.jobs import answer_blocks
from node.sync.wire import BlockRange, Status, encode_status
from tests.unit.node.app.standing import OBSERVER, PEERS, Standing, drops, payment, sent

SET = tuple(Address(bytes([number]) * 20) for number in range(1, 5))
OWN, *OTHERS = SET


def test_it_waits_for_a_quorum_of_reports() -> None:
    fresh = FreshStart(OWN)
    for reporter in OTHERS[:2]:
        fresh.heard(reporter, 7, SET)
        assert fresh.silent_until is None and not fresh.may_sign(1_000)
    fresh.heard(OTHERS[2], 5, SET)
    assert fresh.silent_until == 9, "two above the highest that was reported"
    assert not fresh.may_sign(8)
    assert fresh.may_sign(9)


def test_one_validator_is_counted_once_and_strangers_are_not() -> None:
    fresh = FreshStart(OWN)
    for number in range(5):
        fresh.heard(OTHERS[0], number, SET)
        fresh.heard(OWN, number, SET)
        fresh.heard(Address(b"\xff" * 20), number, SET)
    assert fresh.silent_until is None


def test_what_is_reported_later_does_not_move_the_mark() -> None:
    fresh = FreshStart(OWN)
    for reporter in OTHERS:
        fresh.heard(reporter, 3, SET)
    fresh.heard(OTHERS[0], 1_000, SET)
    assert fresh.silent_until == 5


def test_a_lower_report_does_not_take_back_a_higher_one() -> None:
    fresh = FreshStart(OWN)
    fresh.heard(OTHERS[0], 9, SET)
    fresh.heard(OTHERS[0], 2, SET)
    for reporter in OTHERS[1:]:
        fresh.heard(reporter, 1, SET)
    assert fresh.silent_until == 11


def test_a_validator_without_sign_state_signs_nothing_until_two_blocks_above_the_quorums_head() -> None:
    """Three others are at block 2; it follows them to 4, and votes at 5 only."""
    source, node = Standing(None), Standing(0, lost=True)
    for index in range(1, 4):
        node.join(PEERS[index], 2)
    for number in range(3):
        source.little.grow(payment(number))
    status = encode_status(
        Status(source.chain.head.header.number, source.chain.head.hash, source.chain.head.certificate)
    )
    for index in range(1, 4):
        node.frame(PEERS[index], Kind.STATUS, status)
    _catch_up(node, source)
    assert node.head == 3 and node.persisted == []
    node.submit(payment(3))
    node.wait(30_000)
    assert node.persisted == [], "3 + 2 is not final yet"
    source.little.grow(payment(3))
    source.little.grow(payment(4))
    _announce(node, source, PEERS[1])
    _catch_up(node, source)
    assert node.head == 5
    node.submit(payment(5))
    said = [decode_message(raw) for raw in sent(node.wait(70_000), Kind.CONSENSUS)]
    assert said and all(message.height == 6 for message in said), "now it takes part again"
    assert node.persisted


def test_who_has_its_sign_state_says_the_same_again_after_a_restart() -> None:
    node = Standing(0)
    said = sent(node.wait(70_000), Kind.CONSENSUS)
    node.start()
    again = sent(node.join(PEERS[1]), Kind.CONSENSUS)
    assert again and set(again) <= set(said)


def test_an_observers_word_about_its_head_counts_for_nothing() -> None:
    node = Standing(0, lost=True)
    node.join(OBSERVER, 0)
    status = encode_status(Status(node.chain.head.header.number, node.chain.head.hash, None))
    for _ in range(9):
        assert drops(node.frame(OBSERVER, Kind.STATUS, status)) == []
    assert node.ledger._fresh is not None and node.ledger._fresh.silent_until is None


def _announce(node: Standing, source: Standing, peer: PeerId) -> None:
    head = source.chain.head
    node.frame(peer, Kind.STATUS, encode_status(Status(head.header.number, head.hash, head.certificate)))


def _catch_up(node: Standing, source: Standing) -> None:
    """What peer 1 answers to the request under way."""
    answer = answer_blocks(source.chain, AnswerBlocks(PEERS[1], BlockRange(BlockNumber(node.head + 1), 128)))
    assert answer.payload is not None
    node.wait(300)
    for peer in PEERS[1:]:
        node.frame(peer, Kind.BLOCKS, answer.payload)
