"""Whoever calls whatever: the money behind points reaches who holds them, or goes back to the issuer."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.placed import HOSTILE_MOODS, wait
from tests.contracts.points.programme import ALICE, BOB, ISSUER, LIFE, PERIOD, ends_in, new_room

SPENDER = b"\xc8" * 20


def custody() -> Custody:
    """Points that ended, old and young ones; the issuer's key does nothing either."""
    room = new_room()
    periods = []
    for number, holder in enumerate((ALICE, BOB, ALICE)):
        room.do("award", holder, 1_000, sender=ISSUER)
        periods.append(ends_in())
        wait(PERIOD * (LIFE + 1 if number == 0 else 1))
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=periods,
        rightful=frozenset({ISSUER}),
        roles={"spender": SPENDER, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_issuer_gains_while_the_holders_do_nothing(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
