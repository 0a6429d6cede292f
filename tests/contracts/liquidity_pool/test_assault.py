"""Whoever calls whatever: the money of depositors who do nothing stays theirs."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.liquidity_pool.pool import ALICE, BOB, MEMO, OPERATOR, PAYER, id_of, new_room
from tests.contracts.placed import HOSTILE_MOODS

SPENDER = b"\xc8" * 20


def custody() -> Custody:
    """Interest is on its way, and one depositor's allowance was used up."""
    room = new_room((ALICE, BOB, PAYER))
    for depositor in (ALICE, BOB):
        room.do("deposit", 1_000, depositor, sender=depositor)
    room.do("pay_interest", 700, MEMO, sender=PAYER)
    room.do("approve", SPENDER, 1_000, sender=ALICE)
    room.do("transferFrom", ALICE, BOB, 1_000, sender=SPENDER)
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[id_of(ALICE), id_of(BOB), id_of(OPERATOR)],
        rightful=frozenset({ALICE, BOB, OPERATOR}),
        roles={"spender": SPENDER, "operator": OPERATOR, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_depositors_and_at_the_end_the_operator_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
