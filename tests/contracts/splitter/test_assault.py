"""Whoever calls whatever: money that is divided reaches its payees, and what comes back reaches its payer."""

import pytest

from contracts import load
from tests.contracts.assault import Custody, among, assail
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token

OWNER, SELLER, TAX, PAYER, STRANGER, OTHER_PAYER = (bytes([0xA0 + number]) * 20 for number in range(6))
DAY_S = 24 * 60 * 60


def custody() -> Custody:
    """Three schemes, one with a change announced, with claims of a seller who was blocked, and payments to give back,
    of two payers."""
    token = hostile_token(b"\xe6" * 20)
    splitter = Placed(load("splitter"), b"\xe5" * 20)
    for who in (OWNER, PAYER, OTHER_PAYER):
        token.do("mint", who, 10_000)
    token.do("block", SELLER)
    schemes = [
        splitter.do("create_scheme", legs, DAY_S, sender=OWNER)
        for legs in ([(TAX, 100, 0), (SELLER, 0, 10_000)], [(SELLER, 0, 10_000)], [(SELLER, 0, 1), (TAX, 0, 9_999)])
    ]
    arguments = [(scheme, token.address, 500, 1, bytes(32)) for scheme in schemes]
    payments = [splitter.do("split", *each, sender=PAYER) for each in arguments]
    others = splitter.do("split", *arguments[1], sender=OTHER_PAYER)
    splitter.do("set_scheme", schemes[0], [(TAX, 0, 10_000)], sender=OWNER)
    splitter.do("set_returns", schemes[1], True, sender=SELLER)
    token.do("set_mode", HOSTILE_MOODS["honest"])
    return Custody(
        contract=splitter,
        token=token,
        parties={**among((SELLER, TAX, PAYER), [*schemes, *payments]), others: frozenset({SELLER, OTHER_PAYER})},
        # Who said so returns its parts; others never do.
        payers={SELLER: frozenset({PAYER, OTHER_PAYER})},
        agrees=("set_returns",),
        roles={
            "owner": OWNER,
            "seller": SELLER,
            "tax": TAX,
            "payer": PAYER,
            "other payer": OTHER_PAYER,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_payees_and_payer_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
    assert attacked.token.read("balanceOf", attacked.contract.address) >= attacked.contract.read(
        "liabilities", attacked.token.address
    )
