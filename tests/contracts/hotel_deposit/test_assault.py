"""Whoever calls whatever: a deposit reaches the guest and the hotel only."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import HASH, STRANGER
from tests.contracts.hotel_deposit.stays import ARBITER, GUEST, HOTEL, NIGHTS, booked, new_room
from tests.contracts.placed import HOSTILE_MOODS, wait


def custody() -> Custody:
    room = new_room()
    claimed, contested = booked(room), booked(room)
    wait(NIGHTS)
    fresh = booked(room)
    for id in (claimed, contested):
        room.do("claim_damage", id, 100, HASH, sender=HOTEL)
    room.do("contest", contested, HASH, sender=GUEST)
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[fresh, claimed, contested],
        rightful=frozenset({GUEST, HOTEL}),
        roles={"guest": GUEST, "hotel": HOTEL, "arbiter": ARBITER, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_guest_and_hotel_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
