"""Whoever calls whatever: pledges reach their seller and their lender, and nobody else."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.factoring.desk import (
    APPRAISER,
    DEBTOR,
    FINANCIER,
    INVENTORY,
    OTHER,
    SELLER,
    SOURCE,
    STRANGER,
    TERM,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, wait

DOCUMENTS = [bytes([number]) * 32 for number in range(1, 6)]


def custody() -> Custody:
    """Pledges asked on, advanced on, called, and in default, in goods that misbehave. Only goods are counted: money
    passes between those who agreed on it."""
    desk = Desk()
    for who in (FINANCIER, OTHER, APPRAISER, DEBTOR, STRANGER):
        desk.goods.do("mint", who, 10_000)
    defaulted = desk.advanced(INVENTORY, document=DOCUMENTS[0])
    wait(TERM + 1)
    desk.factoring.do("declare_default", defaulted)
    asked = desk.request(INVENTORY, document=DOCUMENTS[1])
    bound = desk.accepted(INVENTORY, desk.offer(1_000), document=DOCUMENTS[2])
    advanced = desk.advanced(INVENTORY, document=DOCUMENTS[3])
    called = desk.advanced(INVENTORY, document=DOCUMENTS[4])
    desk.factoring.do("appraise", called, 40_000_00, sender=APPRAISER)
    desk.factoring.do("margin_call", called, sender=FINANCIER)
    return Custody(
        contract=desk.factoring,
        token=desk.goods,
        deals=[defaulted, asked, bound, advanced, called],
        rightful=frozenset({SELLER, FINANCIER}),
        roles={
            "seller": SELLER,
            "financier": FINANCIER,
            "other financier": OTHER,
            "appraiser": APPRAISER,
            "debtor": DEBTOR,
            "source": SOURCE,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_seller_and_lender_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=1)
