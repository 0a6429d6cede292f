"""A deposit from the booking to its end."""

import pytest

from tests.contracts.deal_room import CONTRACT, DAY, HASH, STRANGER, TEN_YEARS, UNKNOWN, Room
from tests.contracts.hotel_deposit.stays import (
    ANSWER,
    ARBITER,
    CLAIMED,
    CLOSED,
    CONTESTED,
    DEPOSIT,
    GUEST,
    HOTEL,
    NIGHTS,
    OPEN,
    RULING,
    booked,
    new_room,
    terms,
)
from tests.contracts.moods import HONEST
from tests.contracts.placed import HOSTILE_MOODS, now, wait

EVIDENCE, REASON = b"\4" * 32, b"\5" * 32


@pytest.fixture
def room() -> Room:
    return new_room()


def claimed(room: Room, amount: int) -> bytes:
    id = booked(room)
    wait(NIGHTS)
    room.do("claim_damage", id, amount, EVIDENCE, sender=HOTEL)
    return id


def contested(room: Room, amount: int) -> bytes:
    id = claimed(room, amount)
    room.do("contest", id, REASON, sender=GUEST)
    return id


def test_a_deposit_is_recorded_and_logged(room: Room) -> None:
    foretold, check_out = room.read("next_id", GUEST), now() + NIGHTS
    logged = room.event("Opened", "open", *terms(room), sender=GUEST)
    assert logged == {
        "id": foretold,
        "guest": GUEST,
        "hotel": HOTEL,
        "arbiter": ARBITER,
        "token": room.token.address,
        "check_out": check_out,
        "deadline": check_out + ANSWER,
        "terms_hash": HASH,
        "held_before": 0,
        "held_after": DEPOSIT,
    }
    assert room.read("stay", foretold) == {
        "guest": GUEST,
        "hotel": HOTEL,
        "arbiter": ARBITER,
        "token": room.token.address,
        "deposit": DEPOSIT,
        "check_out": check_out,
        "answer_seconds": ANSWER,
        "deadline": check_out + ANSWER,
        "held": DEPOSIT,
        "evidence": bytes(32),
        "terms_hash": HASH,
        "state": OPEN,
    }
    assert room.read("last_deadline", foretold) == check_out + ANSWER
    assert (room.read("held", foretold), room.liabilities(), room.gain(GUEST)) == (DEPOSIT, DEPOSIT, -DEPOSIT)


def test_bad_terms_are_refused(room: Room) -> None:
    for place, value, refusal in (
        (0, bytes(20), "hotel_deposit: not a hotel"),
        (0, CONTRACT, "hotel_deposit: not a hotel"),
        (0, GUEST, "hotel_deposit: not a hotel"),
        (1, bytes(20), "hotel_deposit: not an arbiter"),
        (1, CONTRACT, "hotel_deposit: not an arbiter"),
        (1, GUEST, "hotel_deposit: not an arbiter"),
        (1, HOTEL, "hotel_deposit: not an arbiter"),
        (2, STRANGER, "hotel_deposit: not a token"),
        (2, CONTRACT, "hotel_deposit: not a token"),
        (3, 0, "hotel_deposit: no amount"),
        (4, now(), "deadlines: has passed already"),
        (4, now() + TEN_YEARS + 1, "deadlines: too far ahead"),
        (5, 0, "hotel_deposit: days out of range"),
        (5, 90 * DAY + 1, "hotel_deposit: days out of range"),
    ):
        changed = terms(room)
        changed[place] = value
        room.refused(refusal, "open", *changed, sender=GUEST)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "open", *terms(room), sender=GUEST)


def test_the_hotel_claims_from_check_out_and_the_rest_goes_back_at_once(room: Room) -> None:
    id = booked(room)
    wait(NIGHTS - 1)
    room.refused("hotel_deposit: guest is still there", "claim_damage", id, 1, EVIDENCE, sender=HOTEL)
    wait(1)
    room.refused("hotel_deposit: not open", "claim_damage", UNKNOWN, 1, EVIDENCE, sender=HOTEL)
    room.refused("hotel_deposit: not the hotel", "claim_damage", id, 1, EVIDENCE, sender=ARBITER)
    room.refused("hotel_deposit: no amount", "claim_damage", id, 0, EVIDENCE, sender=HOTEL)
    room.refused("hotel_deposit: more than the deposit", "claim_damage", id, DEPOSIT + 1, EVIDENCE, sender=HOTEL)
    room.refused("hotel_deposit: no evidence", "claim_damage", id, 1, bytes(32), sender=HOTEL)
    logged = room.event("DamageClaimed", "claim_damage", id, 100_00, EVIDENCE, sender=HOTEL)
    assert logged == {
        "id": id,
        "hotel": HOTEL,
        "amount": 100_00,
        "evidence": EVIDENCE,
        "deadline": now() + ANSWER,
        "held_before": DEPOSIT,
        "held_after": 100_00,
    }
    stay = room.read("stay", id)
    assert (stay["state"], stay["held"], stay["evidence"]) == (CLAIMED, 100_00, EVIDENCE)
    assert room.gain(GUEST) == -100_00
    room.refused("hotel_deposit: not open", "claim_damage", id, 1, EVIDENCE, sender=HOTEL)


def test_a_hotel_silent_after_check_out_gives_the_deposit_back(room: Room) -> None:
    id = booked(room)
    wait(NIGHTS + ANSWER)
    room.refused("hotel_deposit: deadline not passed", "exit", id, sender=GUEST)
    wait(1)
    room.refused("hotel_deposit: deadline has passed", "claim_damage", id, 1, EVIDENCE, sender=HOTEL)
    room.do("exit", id, sender=STRANGER)
    assert (room.gain(GUEST), room.gain(HOTEL), room.read("stay", id)["state"]) == (0, 0, CLOSED)
    room.refused("hotel_deposit: nothing held", "exit", id)
    room.refused("hotel_deposit: nothing held", "exit", UNKNOWN)


def test_an_accepted_claim_is_paid(room: Room) -> None:
    id = booked(room)
    room.refused("hotel_deposit: nothing claimed", "accept", id, sender=GUEST)
    wait(NIGHTS)
    room.do("claim_damage", id, DEPOSIT, EVIDENCE, sender=HOTEL)
    room.refused("hotel_deposit: not the guest", "accept", id, sender=HOTEL)
    assert room.event("Settled", "accept", id, sender=GUEST) == {
        "id": id,
        "by": GUEST,
        "to_hotel": DEPOSIT,
        "to_guest": 0,
        "held_before": DEPOSIT,
        "held_after": 0,
    }
    assert (room.gain(GUEST), room.gain(HOTEL)) == (-DEPOSIT, DEPOSIT)
    room.refused("hotel_deposit: nothing claimed", "accept", id, sender=GUEST)


def test_a_guest_silent_to_a_claim_has_accepted_it(room: Room) -> None:
    id = claimed(room, 5)
    wait(ANSWER)
    room.refused("hotel_deposit: deadline not passed", "exit", id)
    wait(1)
    room.refused("hotel_deposit: deadline has passed", "contest", id, REASON, sender=GUEST)
    room.do("exit", id)
    assert (room.gain(GUEST), room.gain(HOTEL)) == (-5, 5)


def test_a_contested_claim_is_decided_by_the_arbiter(room: Room) -> None:
    id = booked(room)
    room.refused("hotel_deposit: nothing claimed", "contest", id, REASON, sender=GUEST)
    wait(NIGHTS)
    room.do("claim_damage", id, 100, EVIDENCE, sender=HOTEL)
    room.refused("hotel_deposit: not contested", "rule", id, 1, sender=ARBITER)
    room.refused("hotel_deposit: not the guest", "contest", id, REASON, sender=HOTEL)
    wait(ANSWER)
    logged = room.event("Contested", "contest", id, REASON, sender=GUEST)
    assert logged == {"id": id, "guest": GUEST, "reason": REASON, "deadline": now() + RULING}
    assert room.read("stay", id)["state"] == CONTESTED
    room.refused("hotel_deposit: not the arbiter", "rule", id, 1, sender=HOTEL)
    room.refused("hotel_deposit: more than was claimed", "rule", id, 101, sender=ARBITER)
    wait(RULING)
    settled = room.event("Settled", "rule", id, 60, sender=ARBITER)
    assert (settled["by"], settled["to_hotel"], settled["to_guest"]) == (ARBITER, 60, 40)
    assert (room.gain(GUEST), room.gain(HOTEL), room.gain(ARBITER)) == (-60, 60, 0)


def test_an_arbiter_silent_for_30_days_gives_the_money_back(room: Room) -> None:
    id = contested(room, 100)
    wait(RULING)
    room.refused("hotel_deposit: deadline not passed", "exit", id)
    wait(1)
    room.refused("hotel_deposit: deadline has passed", "rule", id, 100, sender=ARBITER)
    room.do("exit", id)
    assert (room.gain(GUEST), room.gain(HOTEL)) == (0, 0)


def test_a_guest_may_give_in_and_the_hotel_too(room: Room) -> None:
    room.do("accept", contested(room, 100), sender=GUEST)
    assert (room.gain(GUEST), room.gain(HOTEL)) == (-100, 100)
    for id in (booked(room), claimed(room, 7), contested(room, 8)):
        room.refused("hotel_deposit: not the hotel", "give_back", id, sender=GUEST)
        room.do("give_back", id, sender=HOTEL)
        room.refused("hotel_deposit: nothing held", "give_back", id, sender=HOTEL)
    assert (room.gain(GUEST), room.gain(HOTEL), room.liabilities()) == (-100, 100, 0)


def test_a_refused_party_has_a_claim(room: Room) -> None:
    id = claimed(room, 100)
    room.token.do("block", HOTEL)
    room.do("accept", id, sender=GUEST)
    assert (room.owed(HOTEL), room.liabilities()) == (100, 100)
    room.token.do("set_mode", HONEST)
    room.do("claim", room.token.address, HOTEL)
    assert (room.gain(HOTEL), room.liabilities()) == (100, 0)


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    id = claimed(room, 100)
    other = booked(room)
    wait(NIGHTS + ANSWER + 1)
    room.nothing_reenters("accept", id, sender=GUEST, entered=["exit", other])
    assert room.read("held", other) == DEPOSIT
