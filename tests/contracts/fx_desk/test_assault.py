"""Whoever calls whatever: what a taker put aside reaches the dealer against delivery, or the taker."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.fx_desk.cast import (
    DEALER,
    GIVES,
    OTHER,
    PAYS,
    STRANGER,
    TAKER,
    in_hostile_tokens,
    to_hold,
)
from tests.contracts.placed import HOSTILE_MOODS


def custody(token: bytes = PAYS) -> Custody:
    """Three held deals, of which one dealer's payment is a claim already."""
    scene = in_hostile_tokens()
    takers = {1: TAKER, 2: OTHER, 3: TAKER, 4: TAKER}
    deals = [scene.hold(to_hold(nonce=nonce), 400 + nonce, sender=taker).result for nonce, taker in takers.items()]
    scene.pays.do("block", DEALER)
    scene.desk.do("deliver", deals.pop(), sender=DEALER)
    scene.pays.do("set_mode", HOSTILE_MOODS["honest"])
    return Custody(
        contract=scene.desk,
        token=scene.pays if token == PAYS else scene.gives,
        deals=deals,
        rightful=frozenset({TAKER, OTHER, DEALER}),
        roles={"taker": TAKER, "other taker": OTHER, "dealer": DEALER, "stranger": STRANGER},
    )


@pytest.mark.parametrize("token", [PAYS, GIVES], ids=["pays", "gives"])
@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_dealer_and_takers_gains(token: bytes, mood: str) -> None:
    attacked = custody(token)
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
