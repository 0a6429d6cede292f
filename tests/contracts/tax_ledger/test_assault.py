"""Whoever calls whatever: tax reaches the authority, and what was paid too much the taxpayer."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.placed import HOSTILE_MOODS
from tests.contracts.tax_ledger.test_tax_ledger import AUTHORITY, BUYER, NET, SELLER, STRANGER, TAX, office


def custody() -> Custody:
    """Three invoices, the first paid, the second paid while the token blocked the authority: now its claim here."""
    desk = office()
    invoices = [desk.declared(bytes([number]) * 32, NET // 2, TAX // 2) for number in (1, 2, 3)]
    desk.do("pay", SELLER, desk.period(), TAX // 4, sender=SELLER)
    desk.token.do("block", AUTHORITY)
    desk.do("pay", SELLER, desk.period(), TAX // 2, sender=BUYER)
    desk.token.do("set_mode", HOSTILE_MOODS["honest"])
    return Custody(
        contract=desk.ledger,
        token=desk.token,
        parties=among((AUTHORITY, SELLER, BUYER), invoices),
        roles={"authority": AUTHORITY, "seller": SELLER, "buyer": BUYER, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_authority_and_taxpayers_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
