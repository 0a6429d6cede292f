"""Whoever calls whatever: what a bank put aside to redeem goes to the bank, or is burnt with two pairs of eyes."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.placed import HOSTILE_MOODS
from tests.contracts.rtgs_desk.cast import (
    ADMIN,
    BANK,
    CHECKER,
    DESK,
    MAKER,
    SECOND_BANK,
    STRANGER,
    desk_in_hostile_token,
)


def custody() -> Custody:
    """Two banks' redemptions, of which one is reviewed, and one more that waits."""
    desk = desk_in_hostile_token()
    for bank in (BANK, SECOND_BANK):
        desk.money.do("approve", DESK, 2**255, sender=bank)
        assert desk.approve(desk.request(1_000, bank)).accepted
    deals = [desk.redeem(400, BANK), desk.redeem(300, SECOND_BANK), desk.redeem(200, BANK)]
    desk.contract.do("review", deals[1], sender=MAKER)
    return Custody(
        contract=desk.contract,
        token=desk.money,
        deals=deals,
        rightful=frozenset({BANK, SECOND_BANK}),
        roles={
            "bank": BANK,
            "second bank": SECOND_BANK,
            "maker": MAKER,
            "checker": CHECKER,
            "central bank": ADMIN,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_banks_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
