"""Whoever calls whatever: reserves on their way reach the payee's bank, the sender's bank, or the client."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.currency import CENTRAL_BANK
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    COMPLIANCE,
    DAVE,
    FIRST,
    REFERENCE,
    SECOND,
    SECOND_BANK,
    STRANGER,
    TERM,
    banks_in_hostile_token,
)
from tests.contracts.placed import HOSTILE_MOODS, now


def custody() -> Custody:
    """Transfers both ways, one of them to somebody whom the other bank does not know."""
    banks = banks_in_hostile_token()
    deals = [banks.send(100).result, banks.send(70, payee=BOB).result]
    back = (FIRST, BOB, 50, now() + TERM, REFERENCE)
    deals.append(banks.second.do("transfer_out", *back, sender=CAROL))
    return Custody(
        contract=banks.clearing,
        token=banks.money,
        parties={**among((ALICE, FIRST, SECOND), deals[:2]), **among((CAROL, FIRST, SECOND), deals[2:])},
        roles={
            "sender": ALICE,
            "payee": CAROL,
            "other client": BOB,
            "fourth client": DAVE,
            "bank": BANK,
            "second bank": SECOND_BANK,
            "compliance": COMPLIANCE,
            "central bank": CENTRAL_BANK,
            "bank money": FIRST,
            "other bank money": SECOND,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_banks_and_the_client_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
