"""Whoever calls whatever: a pledge reaches the lender or the pledger, and what is lent the borrower."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.peer_loan.loans import BORROWER, FIRST, GRACE, GUARANTOR, LENDER, live, new_room, pledged
from tests.contracts.placed import HOSTILE_MOODS, wait


def custody() -> Custody:
    """A pledge that waits, a loan in good order, and one that is late."""
    room = new_room()
    late = live(room)
    wait(FIRST + GRACE + 1)
    waiting, good = pledged(room), live(room)
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[waiting, good, late],
        rightful=frozenset({BORROWER, LENDER, GUARANTOR}),
        roles={"borrower": BORROWER, "lender": LENDER, "guarantor": GUARANTOR, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
