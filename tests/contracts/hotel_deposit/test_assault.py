"""Whoever calls whatever: a deposit reaches the guest and the hotel only."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import HASH, STRANGER
from tests.contracts.hotel_deposit.stays import ARBITER, DEPOSIT, GUEST, HOTEL, NIGHTS, booked, new_room, terms
from tests.contracts.placed import HOSTILE_MOODS, wait

GUEST_2, HOTEL_2 = b"\xd1" * 20, b"\xd2" * 20


def custody() -> Custody:
    """Deposits that are fresh, claimed on and contested; and one of another guest's at another hotel."""
    room = new_room()
    room.token.do("mint", GUEST_2, DEPOSIT)
    claimed, contested = booked(room), booked(room)
    others = room.do("open", HOTEL_2, *terms(room)[1:], sender=GUEST_2)
    wait(NIGHTS)
    fresh = booked(room)
    for id in (claimed, contested):
        room.do("claim_damage", id, 100, HASH, sender=HOTEL)
    room.do("claim_damage", others, 70, HASH, sender=HOTEL_2)
    room.do("contest", contested, HASH, sender=GUEST)
    return Custody(
        contract=room.contract,
        token=room.token,
        parties={**among((GUEST, HOTEL), [fresh, claimed, contested]), others: frozenset({GUEST_2, HOTEL_2})},
        roles={
            "guest": GUEST,
            "hotel": HOTEL,
            "other guest": GUEST_2,
            "other hotel": HOTEL_2,
            "arbiter": ARBITER,
            "stranger": STRANGER,
        },
        ready={"open": [terms(room)]},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_guest_and_hotel_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
