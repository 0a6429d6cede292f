"""Whoever calls whatever: a fee reaches the guest and the venue only."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.no_show.bookings import AHEAD, CONFIRM, GUEST, VENUE, booked, new_room
from tests.contracts.placed import HOSTILE_MOODS, wait


def custody() -> Custody:
    """A booking that has started, one past its last deadline, and a fresh one."""
    room = new_room()
    over = booked(room)
    wait(CONFIRM)
    started = booked(room)
    wait(AHEAD + 1)
    fresh = booked(room)
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[over, started, fresh],
        rightful=frozenset({GUEST, VENUE}),
        roles={"guest": GUEST, "venue": VENUE, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_guest_and_venue_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
