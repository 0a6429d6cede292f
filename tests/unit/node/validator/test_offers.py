"""Offers by hash: repeated until acknowledged, never beyond the pool, never more than a frame holds."""

import pytest

from node.network.frames import LIMIT_OF, Kind
from node.network.identity import PeerId
from node.network.outgoing import SendFrame
from node.primitives.errors import RlpError
from node.primitives.hashing import keccak
from node.primitives.types import Hash32
from node.validator.offers import (
    MAX_HASHES,
    MAX_TRANSACTIONS_BYTES,
    REPEAT_MS,
    Offers,
    decode_hashes,
    decode_transactions,
    encode_hashes,
    encode_transactions,
)

A, B = PeerId("a"), PeerId("b")


def hashes(count: int) -> list[Hash32]:
    return [keccak(number.to_bytes(4, "big")) for number in range(count)]


def offered(offers: Offers, pool: set[Hash32], now_ms: int) -> dict[PeerId, list[Hash32]]:
    frames = offers.flush(pool, now_ms)
    assert all(isinstance(frame, SendFrame) and frame.kind is Kind.TRANSACTION_HASHES for frame in frames)
    return {frame.peer: list(decode_hashes(frame.payload)) for frame in frames if isinstance(frame, SendFrame)}


@pytest.fixture
def offers() -> Offers:
    offers = Offers()
    for peer in (A, B):
        offers.upon_peer_joined(peer, ())
    return offers


def test_everybody_but_the_bringer_is_offered_a_transaction(offers: Offers) -> None:
    (one,) = hashes(1)
    offers.add(one, known_to=A)
    assert offered(offers, {one}, 0) == {B: [one]}


def test_silence_is_answered_with_the_same_offer_a_second_later(offers: Offers) -> None:
    (one,) = hashes(1)
    offers.add(one, known_to=B)
    assert offers.next_due_ms(5) == 5
    assert offered(offers, {one}, 5) == {A: [one]}
    assert offers.next_due_ms(6) == 5 + REPEAT_MS
    assert offered(offers, {one}, 5 + REPEAT_MS - 1) == {}
    assert offered(offers, {one}, 5 + REPEAT_MS) == {A: [one]}
    assert offers.next_due_ms(5 + REPEAT_MS) == 5 + 2 * REPEAT_MS


def test_what_is_acknowledged_is_not_offered_again(offers: Offers) -> None:
    one, two = hashes(2)
    offers.add(one)
    offered(offers, {one}, 0)
    offers.add(two)
    offers.acknowledged(A, [one, two])
    assert offered(offers, {one, two}, REPEAT_MS) == {B: [two, one]}


def test_what_is_mined_is_not_offered_again(offers: Offers) -> None:
    one, two = hashes(2)
    offers.add(one)
    offered(offers, {one}, 0)
    offers.add(two)
    offers.forget([one, two])
    assert offered(offers, {one, two}, REPEAT_MS) == {}
    assert offers.next_due_ms(REPEAT_MS) is None


def test_what_has_left_the_pool_is_dropped_when_its_turn_comes(offers: Offers) -> None:
    one, two = hashes(2)
    offers.add(one)
    offers.add(two)
    assert offered(offers, {two}, 0) == {A: [two], B: [two]}
    assert offered(offers, set(), REPEAT_MS) == {}
    assert offers.next_due_ms(REPEAT_MS) is None


def test_who_joins_again_is_offered_the_whole_pool(offers: Offers) -> None:
    pool = hashes(3)
    for each in pool:
        offers.add(each)
    offered(offers, set(pool), 0)
    offers.acknowledged(A, pool)
    offers.upon_peer_left(A)
    offers.upon_peer_joined(A, pool)
    assert offered(offers, set(pool), 1) == {A: pool}


def test_an_answer_of_somebody_who_left_changes_nothing(offers: Offers) -> None:
    (one,) = hashes(1)
    offers.add(one)
    offers.upon_peer_left(A)
    offers.acknowledged(A, [one])
    assert offered(offers, {one}, 0) == {B: [one]}


def test_a_frame_holds_a_bounded_number_and_the_rest_is_due_at_once(offers: Offers) -> None:
    pool = hashes(MAX_HASHES + 3)
    for each in pool:
        offers.add(each, known_to=B)
    assert offered(offers, set(pool), 0) == {A: pool[:MAX_HASHES]}
    assert offers.next_due_ms(1) == 1
    assert offered(offers, set(pool), 1) == {A: pool[MAX_HASHES:]}
    assert LIMIT_OF[Kind.TRANSACTION_HASHES] >= 32 * MAX_HASHES


@pytest.mark.parametrize("size", [1, 31, 33, 32 * (MAX_HASHES + 1)])
def test_bytes_that_are_not_hashes_are_refused(size: int) -> None:
    with pytest.raises(RlpError, match=f"{size} bytes are not up to {MAX_HASHES} hashes of 32"):
        decode_hashes(bytes(size))


def test_hashes_read_back_are_the_same() -> None:
    pool = tuple(hashes(5))
    assert decode_hashes(encode_hashes(pool)) == pool


def test_transactions_are_split_into_frames_within_bounds() -> None:
    raws = [bytes([number]) * 100_000 for number in range(1, 30)]
    payloads = encode_transactions(raws)
    assert [raw for payload in payloads for raw in decode_transactions(payload)] == raws
    assert all(len(payload) < MAX_TRANSACTIONS_BYTES + 1_000 for payload in payloads)
    assert encode_transactions([]) == []
