"""Whoever calls whatever: a pledge reaches the lender or the pledger, and what is lent the borrower."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.peer_loan.loans import (
    BORROWER,
    FIRST,
    GRACE,
    GUARANTOR,
    LENDER,
    PRINCIPAL,
    live,
    new_room,
    pledged,
    requested,
    terms,
)
from tests.contracts.placed import HOSTILE_MOODS, wait

LENDER_2, GUARANTOR_2 = b"\xc3" * 20, b"\xc4" * 20


def custody() -> Custody:
    """A pledge that waits, a loan in good order, and one that is late; and a late one between others."""
    room = new_room()
    late = live(room)
    for who in (LENDER_2, GUARANTOR_2):
        room.token.do("mint", who, PRINCIPAL)
    others = requested(room, lender=LENDER_2, pledger=GUARANTOR_2)
    room.do("pledge", others, sender=GUARANTOR_2)
    room.do("fund", others, sender=LENDER_2)
    wait(FIRST + GRACE + 1)
    waiting, good = pledged(room), live(room)
    asked = requested(room)
    return Custody(
        contract=room.contract,
        token=room.token,
        parties={**among((LENDER, GUARANTOR), [waiting, good, late]), others: frozenset({LENDER_2, GUARANTOR_2})},
        roles={
            "borrower": BORROWER,
            "lender": LENDER,
            "guarantor": GUARANTOR,
            "other lender": LENDER_2,
            "other guarantor": GUARANTOR_2,
            "stranger": STRANGER,
        },
        ready={"request": [[tuple(terms().values())]], "pledge": [[asked]], "fund": [[waiting]]},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
