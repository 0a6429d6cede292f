"""A booking from its fee to its end."""

import pytest

from tests.contracts.deal_room import CONTRACT, DAY, HASH, STRANGER, TEN_YEARS, UNKNOWN, Room, typed_digest
from tests.contracts.moods import HONEST
from tests.contracts.no_show.bookings import (
    AHEAD,
    BOOKED,
    CAME,
    CANCELLED,
    CLOSED,
    CONFIRM,
    DECLINED,
    DOOR,
    EARLY,
    FEE,
    GUEST,
    LATE,
    NO_SHOW,
    VENUE,
    booked,
    new_room,
    steps,
    terms,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait
from tests.contracts.signers import Signer
from tests.contracts.signing_account import signing_account


@pytest.fixture
def room() -> Room:
    return new_room()


def shown(table: list[tuple[int, int]]) -> tuple[dict[str, int], ...]:
    return tuple({"until": until, "basis_points": share} for until, share in table)


def test_a_booking_is_recorded_and_logged(room: Room) -> None:
    foretold, starts, table = room.read("next_id", GUEST), now() + AHEAD, steps()
    assert room.event("Booked", "book", *terms(room), sender=GUEST) == {
        "id": foretold,
        "guest": GUEST,
        "venue": VENUE,
        "token": room.token.address,
        "starts": starts,
        "deadline": starts + CONFIRM,
        "steps": shown(table),
        "came_basis_points": 20_00,
        "terms_hash": HASH,
        "held_before": 0,
        "held_after": FEE,
    }
    assert room.read("booking", foretold) == {
        "guest": GUEST,
        "venue": VENUE,
        "token": room.token.address,
        "fee": FEE,
        "starts": starts,
        "deadline": starts + CONFIRM,
        "came_basis_points": 20_00,
        "held": FEE,
        "terms_hash": HASH,
        "state": BOOKED,
    }
    assert tuple(room.read("steps", foretold)) == shown(table)
    assert room.read("last_deadline", foretold) == starts + CONFIRM
    assert (room.read("held", foretold), room.gain(GUEST)) == (FEE, -FEE)


def test_bad_terms_are_refused(room: Room) -> None:
    end = now() + AHEAD
    for place, value, refusal in (
        (0, bytes(20), "no_show: not a venue"),
        (0, CONTRACT, "no_show: not a venue"),
        (0, GUEST, "no_show: not a venue"),
        (1, STRANGER, "no_show: not a token"),
        (1, CONTRACT, "no_show: not a token"),
        (2, 0, "no_show: no amount"),
        (2, 2**128 + 1, "no_show: amount out of range"),
        (3, now(), "deadlines: has passed already"),
        (3, now() + TEN_YEARS + 1, "deadlines: too far ahead"),
        (4, [(end, 0), (end, 1)], "no_show: times out of order"),
        (4, [(0, 0)], "no_show: times out of order"),
        (4, [(end + 1, 0)], "no_show: times out of order"),
        (4, [(end - 1, 2), (end, 1)], "no_show: later costs less"),
        (4, [(end, 100_01)], "no_show: share out of range"),
        (5, 100_01, "no_show: share out of range"),
    ):
        changed = terms(room)
        changed[place] = value
        room.refused(refusal, "book", *changed, sender=GUEST)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "book", *terms(room), sender=GUEST)


@pytest.mark.parametrize(
    ("after", "cost"),
    [
        (0, 0),
        (EARLY, 0),
        (EARLY + 1, 50_01),
        (LATE, 50_01),
        (LATE + 1, 75_01),
        (AHEAD - DAY, 75_01),
        (AHEAD - DAY + 1, FEE),
        (AHEAD, FEE),
    ],
)
def test_a_cancellation_costs_what_the_table_says_for_its_second(room: Room, after: int, cost: int) -> None:
    """Half of 100.01 is rounded up, as shares of money are."""
    id = booked(room)
    wait(after)
    assert room.read("cost_of_cancelling", id) == cost
    assert room.event("Ended", "cancel", id, sender=GUEST) == {
        "id": id,
        "by": GUEST,
        "how": CANCELLED,
        "to_venue": cost,
        "to_guest": FEE - cost,
        "held_before": FEE,
        "held_after": 0,
    }
    assert (room.gain(VENUE), room.gain(GUEST), room.read("booking", id)["state"]) == (cost, -cost, CLOSED)


def test_only_the_guest_cancels_and_not_after_the_start(room: Room) -> None:
    id = booked(room)
    room.refused("no_show: not booked", "cancel", UNKNOWN, sender=GUEST)
    room.refused("no_show: not the guest", "cancel", id, sender=VENUE)
    wait(AHEAD + 1)
    room.refused("no_show: has started", "cancel", id, sender=GUEST)


def test_a_venue_that_declines_gives_all_back(room: Room) -> None:
    id = booked(room)
    room.refused("no_show: not the venue", "decline", id, sender=GUEST)
    wait(AHEAD)
    assert room.event("Ended", "decline", id, sender=VENUE)["how"] == DECLINED
    assert (room.gain(GUEST), room.gain(VENUE)) == (0, 0)
    for name, sender in (("cancel", GUEST), ("decline", VENUE), ("confirm", VENUE), ("exit", STRANGER)):
        room.refused("no_show: not booked", name, id, sender=sender)
    room.refused("no_show: not booked", "confirm_signed", id, b"", sender=GUEST)


def test_of_a_guest_who_came_the_venue_keeps_what_was_agreed(room: Room) -> None:
    id = booked(room)
    room.refused("no_show: not the venue", "confirm", id, sender=GUEST)
    assert room.event("Ended", "confirm", id, sender=VENUE)["how"] == CAME
    assert (room.gain(VENUE), room.gain(GUEST)) == (20_00, -20_00)


def test_the_arrival_signed_at_the_door_is_good_for_its_booking_only(room: Room) -> None:
    id, other = booked(room), booked(room)
    signed = DOOR.sign(typed_digest("Jiaozi No Show", "Arrival(bytes32 id)", id))
    assert room.read("arrival_digest", id) == typed_digest("Jiaozi No Show", "Arrival(bytes32 id)", id)
    room.refused("no_show: venue has not signed", "confirm_signed", other, signed)
    forged = Signer(22).sign(room.read("arrival_digest", id))
    room.refused("no_show: venue has not signed", "confirm_signed", id, forged)
    ended = room.event("Ended", "confirm_signed", id, signed, sender=GUEST)
    assert (ended["how"], ended["by"], ended["to_venue"]) == (CAME, GUEST, 20_00)


def test_a_venue_may_be_a_contract(room: Room) -> None:
    venue = signing_account(b"\xc7" * 20)
    id = booked(room, venue=venue.address)
    room.refused("no_show: venue has not signed", "confirm_signed", id, b"")
    venue.do("sign", room.read("arrival_digest", id))
    room.do("confirm_signed", id, b"")
    assert room.token.read("balanceOf", venue.address) == 20_00


def test_three_days_after_the_start_the_guest_has_not_come(room: Room) -> None:
    id = booked(room)
    wait(AHEAD + CONFIRM)
    room.refused("no_show: deadline has not passed", "exit", id)
    wait(1)
    ended = room.event("Ended", "exit", id, sender=STRANGER)
    assert (ended["how"], ended["by"], ended["to_venue"], ended["to_guest"]) == (NO_SHOW, STRANGER, FEE, 0)
    assert (room.gain(VENUE), room.gain(GUEST)) == (FEE, -FEE)


def test_a_refused_guest_has_a_claim(room: Room) -> None:
    id = booked(room)
    room.token.do("block", GUEST)
    room.do("decline", id, sender=VENUE)
    assert (room.owed(GUEST), room.liabilities()) == (FEE, FEE)
    room.token.do("set_mode", HONEST)
    room.do("claim", room.token.address, GUEST)
    assert (room.gain(GUEST), room.liabilities()) == (0, 0)


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    id, other = booked(room), booked(room)
    wait(AHEAD + CONFIRM + 1)
    room.nothing_reenters("decline", id, sender=VENUE, entered=["exit", other])
    assert room.read("held", other) == FEE
