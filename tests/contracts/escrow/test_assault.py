"""Whoever calls whatever: escrowed money reaches its parties and nobody else."""

import pytest

from contracts import load
from tests.contracts.assault import Custody, among, assail
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now
from tests.contracts.signers import Signer

ALICE_KEY, BOB_KEY = Signer(0xA11CE), Signer(0xB0B)
ALICE, BOB = ALICE_KEY.address, BOB_KEY.address
ARBITER, STRANGER, MERCHANT, FINANCIER, CAROL, DAVE = (bytes([0xA0 + number]) * 20 for number in range(6))
AMOUNT = 400


def custody() -> Custody:
    """Three deals of alice's with bob: one open for release, one disputed, one that nobody can dispute; and carol's
    with dave."""
    token = hostile_token(b"\xe6" * 20)
    escrow = Placed(load("escrow"), b"\xe5" * 20)
    for payer in (ALICE, CAROL):
        token.do("mint", payer, 10 * AMOUNT)

    def funded(arbiter: bytes, payer: bytes = ALICE, payee: bytes = BOB) -> bytes:
        terms = (payee, arbiter, token.address, AMOUNT, now() + 1_000, b"\3" * 32)
        deal: bytes = escrow.do("open", *terms, sender=payer)
        escrow.do("fund", deal, sender=payer)
        return deal

    deals = [funded(arbiter) for arbiter in (ARBITER, ARBITER, bytes(20))]
    others = funded(ARBITER, CAROL, DAVE)
    agreed = (deals[0], AMOUNT // 4, AMOUNT - AMOUNT // 4, now() + 30 * 86_400)
    digest = escrow.read("settlement_digest", *agreed)
    escrow.do("dispute", deals[1], sender=BOB)
    return Custody(
        contract=escrow,
        token=token,
        parties={**among((ALICE, BOB), deals), others: frozenset({CAROL, DAVE})},
        roles={
            "payer": ALICE,
            "payee": BOB,
            "other payer": CAROL,
            "other payee": DAVE,
            "arbiter": ARBITER,
            "merchant": MERCHANT,
            "stranger": STRANGER,
        },
        hands_on=("assign", "agree_split"),
        ready={"settle_agreed": [[*agreed, ALICE_KEY.sign(digest), BOB_KEY.sign(digest)]]},
    )


def staged_custody() -> Custody:
    """Four deals of alice's with bob in stages: under review, bound to a fact, disputed, and between two stages; and
    one of carol's with dave. All that bob may still get is assigned to a financier.
    """
    token = hostile_token(b"\xe6" * 20)
    escrow, conditions = Placed(load("escrow"), b"\xe5" * 20), Placed(load("conditions"), b"\xe8" * 20)
    token.do("mint", ALICE, 10 * AMOUNT)
    token.do("mint", CAROL, 10 * AMOUNT)
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
    terms = (DAVE, ARBITER, token.address, [AMOUNT, AMOUNT // 3], now() + 1_000, 200, b"\3" * 32)
    others = escrow.do("open_staged", *terms, sender=CAROL)
    escrow.do("fund", others, sender=CAROL)
    return Custody(
        contract=escrow,
        token=token,
        parties={**among((ALICE, BOB, FINANCIER), deals), others: frozenset({CAROL, DAVE})},
        roles={
            "payer": ALICE,
            "payee": BOB,
            "other payer": CAROL,
            "other payee": DAVE,
            "financier": FINANCIER,
            "arbiter": ARBITER,
            "attestor": MERCHANT,
            "stranger": STRANGER,
        },
        hands_on=("assign", "agree_split"),
        others=[(conditions, ["attest", "finalise", "default_outcome"])],
    )


WORLDS = {"simple": custody, "staged": staged_custody}


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
