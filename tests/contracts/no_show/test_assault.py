"""Whoever calls whatever: a fee reaches the guest and the venue only."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.no_show.bookings import AHEAD, CONFIRM, DOOR, FEE, GUEST, VENUE, booked, new_room, terms
from tests.contracts.placed import HOSTILE_MOODS, wait

GUEST_2, VENUE_2 = b"\xc3" * 20, b"\xc4" * 20


def custody() -> Custody:
    """A booking that has started, one past its last deadline, a fresh one, and another guest's at another venue."""
    room = new_room()
    over = booked(room)
    wait(CONFIRM)
    started = booked(room)
    wait(AHEAD + 1)
    fresh = booked(room)
    room.token.do("mint", GUEST_2, FEE)
    others = room.do("book", *terms(room, venue=VENUE_2), sender=GUEST_2)
    return Custody(
        contract=room.contract,
        token=room.token,
        parties={**among((GUEST, VENUE), [over, started, fresh]), others: frozenset({GUEST_2, VENUE_2})},
        ready={"book": [terms(room)], "confirm_signed": [[started, DOOR.sign(room.read("arrival_digest", started))]]},
        roles={"guest": GUEST, "venue": VENUE, "other guest": GUEST_2, "other venue": VENUE_2, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_guest_and_venue_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
