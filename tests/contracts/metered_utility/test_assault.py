"""Whoever calls whatever: a deposit pays the utility by readings only, and goes back to the customer."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.metered_utility.supplies import (
    CUSTOMER,
    DEPOSIT,
    FIRST,
    METER,
    TERM,
    UTILITY,
    new_room,
    opened,
    signed,
    terms,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

NEIGHBOUR, RIVAL = b"\xc3" * 20, b"\xc4" * 20


def custody() -> Custody:
    """Supplies that ended, were stopped, were read, and are fresh; and another customer's. Of one there is one more
    reading."""
    room = new_room()
    ended = opened(room)
    wait(TERM + 1)
    stopped, read, fresh = opened(room), opened(room), opened(room)
    wait(60)
    room.token.do("mint", NEIGHBOUR, DEPOSIT)
    others = room.do("open", tuple(terms(utility=RIVAL).values()), DEPOSIT - 100, sender=NEIGHBOUR)
    room.do("stop", stopped, sender=CUSTOMER)
    room.do("charge", *signed(room, read, FIRST + 10, now()))
    wait(60)
    return Custody(
        contract=room.contract,
        token=room.token,
        parties={
            **among((CUSTOMER,), [ended, stopped, fresh]),
            read: frozenset({CUSTOMER, UTILITY}),
            others: frozenset({NEIGHBOUR}),
        },
        ready={"open": [[tuple(terms().values()), 100]], "charge": [signed(room, read, FIRST + 30, now())]},
        roles={
            "customer": CUSTOMER,
            "other customer": NEIGHBOUR,
            "utility": UTILITY,
            "other utility": RIVAL,
            "meter": METER.address,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_customer_gains_without_a_reading(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
