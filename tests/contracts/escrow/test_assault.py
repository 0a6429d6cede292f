"""Whoever calls whatever: escrowed money reaches its parties and nobody else."""

import pytest

from contracts import load
from tests.contracts.assault import Custody, assail
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now

ALICE, BOB, ARBITER, STRANGER, MERCHANT = (bytes([0xA0 + number]) * 20 for number in range(5))
AMOUNT = 400


def custody() -> Custody:
    """Three deals of alice's with bob: one open for release, one disputed, one that nobody can dispute."""
    token = hostile_token(b"\xe6" * 20)
    escrow = Placed(load("escrow"), b"\xe5" * 20)
    token.do("mint", ALICE, 10 * AMOUNT)
    deals = []
    for arbiter in (ARBITER, ARBITER, bytes(20)):
        deal = escrow.do("open", BOB, arbiter, token.address, AMOUNT, now() + 1_000, b"\3" * 32, sender=ALICE)
        escrow.do("fund", deal, sender=ALICE)
        deals.append(deal)
    escrow.do("dispute", deals[1], sender=BOB)
    return Custody(
        contract=escrow,
        token=token,
        deals=deals,
        rightful=frozenset({ALICE, BOB}),
        roles={"payer": ALICE, "payee": BOB, "arbiter": ARBITER, "stranger": STRANGER, "merchant": MERCHANT},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
