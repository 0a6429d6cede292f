"""Whoever calls whatever: a deposit pays the utility by readings only, and goes back to the customer."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.metered_utility.supplies import CUSTOMER, FIRST, METER, TERM, UTILITY, new_room, opened, signed
from tests.contracts.placed import HOSTILE_MOODS, now, wait


def custody() -> Custody:
    """Supplies that ended, were stopped, were read, and are fresh."""
    room = new_room()
    ended = opened(room)
    wait(TERM + 1)
    stopped, read, fresh = opened(room), opened(room), opened(room)
    wait(60)
    room.do("stop", stopped, sender=CUSTOMER)
    room.do("charge", *signed(room, read, FIRST + 10, now()))
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[ended, stopped, read, fresh],
        rightful=frozenset({CUSTOMER}),
        roles={"customer": CUSTOMER, "utility": UTILITY, "meter": METER.address, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_customer_gains_without_a_reading(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
