"""Whoever calls whatever: escrowed money reaches its parties and nobody else."""

import pytest

from contracts import load
from tests.contracts.assault import Custody, assail
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now

ALICE, BOB, ARBITER, STRANGER, MERCHANT, FINANCIER = (bytes([0xA0 + number]) * 20 for number in range(6))
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
        # Not the payee, who may assign its own money to whom it likes: see `staged_custody`.
        roles={"payer": ALICE, "arbiter": ARBITER, "stranger": STRANGER, "merchant": MERCHANT},
    )


def staged_custody() -> Custody:
    """Four deals of alice's with bob in stages: under review, bound to a fact, disputed, and between two stages.

    All that bob may still get is assigned to a financier, who takes no part: else bob might give his own money away.
    """
    token = hostile_token(b"\xe6" * 20)
    escrow, conditions = Placed(load("escrow"), b"\xe5" * 20), Placed(load("conditions"), b"\xe8" * 20)
    token.do("mint", ALICE, 10 * AMOUNT)
    deals = []
    for _ in range(4):
        terms = (BOB, ARBITER, token.address, [AMOUNT, AMOUNT // 2], now() + 1_000, 200, b"\3" * 32)
        deal = escrow.do("open_staged", *terms, sender=ALICE)
        escrow.do("fund", deal, sender=ALICE)
        deals.append(deal)
    escrow.do("submit", deals[0], 0, b"\5" * 32, sender=BOB)
    question = conditions.do("prepare", b"\7" * 32, [MERCHANT], 1, now() + 500, 0, sender=ALICE)
    escrow.do("release_on", deals[1], 0, conditions.address, question, 1, sender=ALICE)
    escrow.do("dispute", deals[2], sender=BOB)
    escrow.do("release", deals[3], AMOUNT - 100, sender=ALICE)
    for deal in deals:
        promised = AMOUNT // 2 + escrow.read("held", deal)
        escrow.do("assign", deal, FINANCIER, promised, sender=BOB)
    return Custody(
        contract=escrow,
        token=token,
        deals=deals,
        rightful=frozenset({ALICE, BOB, FINANCIER}),
        roles={"payer": ALICE, "payee": BOB, "arbiter": ARBITER, "attestor": MERCHANT, "stranger": STRANGER},
        others=[(conditions, ["attest", "finalise", "default_outcome"])],
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_and_their_assignee_gains(mood: str) -> None:
    attacked = staged_custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=1)


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
