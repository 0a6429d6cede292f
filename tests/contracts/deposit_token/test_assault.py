"""Whoever calls whatever: the reserves of a bank are its clients', and the bank's own keys cannot take them."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CASE,
    CLEARING,
    COMPLIANCE,
    DAVE,
    FIRST,
    SECOND_BANK,
    STRANGER,
    SUPERVISOR,
    account_id,
    banks_in_hostile_token,
)
from tests.contracts.placed import HOSTILE_MOODS


def custody() -> Custody:
    """Three accounts: free, partly frozen, and one whose owner has sent some on its way to another bank."""
    banks = banks_in_hostile_token()
    bank = banks.first
    bank.do("open_account", DAVE, False, sender=BANK)
    for client, amount in ((BOB, 300), (DAVE, 200)):
        bank.do("deposit", amount, sender=client)
    bank.do("freeze", BOB, 120, CASE, sender=COMPLIANCE)
    assert banks.send(50).accepted
    roles = {
        "client": ALICE,
        "frozen client": BOB,
        "third client": DAVE,
        "bank": BANK,
        "compliance": COMPLIANCE,
        "supervisor": SUPERVISOR,
        "second bank": SECOND_BANK,
        "stranger": STRANGER,
    }
    return Custody(
        contract=bank,
        token=banks.money,
        parties={account_id(who): frozenset({who}) for who in roles.values()},
        roles=roles,
        # What is sent out is cleared elsewhere: to the clearing contract, and back from it.
        payers={CLEARING: frozenset({ALICE, BOB, DAVE})},
        hands_on=("approve",),
        others=[(banks.clearing, ["accept", "cancel", "exit", "return_to_bank"])],
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_clients_gains(mood: str) -> None:
    attacked = custody()
    assert attacked.contract.address == FIRST
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
