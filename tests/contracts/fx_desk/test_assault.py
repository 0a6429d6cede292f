"""Whoever calls whatever: what a taker put aside reaches the dealer against delivery, or the taker."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.fx_desk.cast import (
    DEALER,
    GIVES,
    OTHER,
    OTHER_KEY,
    PAYS,
    STRANGER,
    TAKER,
    WEALTH,
    WEEK,
    in_hostile_tokens,
    quoted,
    signed,
    to_hold,
)
from tests.contracts.placed import HOSTILE_MOODS, now

OTHER_DEALER = bytes.fromhex(OTHER_KEY.address[2:])


def custody(token: bytes = PAYS) -> Custody:
    """Three held deals with one dealer, both sides' payments for a fourth being claims already; and one with another
    dealer."""
    scene = in_hostile_tokens()
    takers = {1: TAKER, 2: TAKER, 3: TAKER, 4: TAKER}
    deals = [scene.hold(to_hold(nonce=nonce), 400 + nonce, sender=taker).result for nonce, taker in takers.items()]
    scene.pays.do("block", DEALER)
    scene.gives.do("block", TAKER)
    scene.desk.do("deliver", deals.pop(), sender=DEALER)
    for each in (scene.pays, scene.gives):
        each.do("set_mode", HOSTILE_MOODS["honest"])
    for each in (scene.pays, scene.gives):
        each.do("mint", OTHER_DEALER, WEALTH)
    theirs = to_hold(dealer=OTHER_DEALER, nonce=1)
    others = scene.desk.do("hold", theirs, signed(theirs, signer=OTHER_KEY), 700, sender=OTHER)
    at_once, later = quoted(nonce=11, taker=TAKER, expires=now() + WEEK), to_hold(nonce=12, expires=now() + WEEK)
    return Custody(
        contract=scene.desk,
        token=scene.pays if token == PAYS else scene.gives,
        held_in=scene.pays,
        also=(scene.gives if token == PAYS else scene.pays,),
        parties={**among((TAKER, DEALER), deals), others: frozenset({OTHER, OTHER_DEALER})},
        # By a quote that it signed.
        payers={DEALER: frozenset({TAKER})},
        roles={
            "taker": TAKER,
            "other taker": OTHER,
            "dealer": DEALER,
            "other dealer": OTHER_DEALER,
            "stranger": STRANGER,
        },
        ready={"take": [[at_once, signed(at_once), 400]], "hold": [[later, signed(later), 300]]},
    )


WORLDS = {"pays": lambda: custody(PAYS), "gives": lambda: custody(GIVES)}


@pytest.mark.parametrize("token", [PAYS, GIVES], ids=["pays", "gives"])
@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_dealer_and_takers_gains(token: bytes, mood: str) -> None:
    attacked = custody(token)
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
