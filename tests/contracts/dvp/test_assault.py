"""Whoever calls whatever: each leg reaches the other party or goes back, judged in both tokens."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.dvp.cast import (
    ASSET,
    BUYER,
    BUYER_KEY,
    MONEY,
    OTHER,
    SECRET,
    SELLER,
    SELLER_KEY,
    STRANGER,
    TERM,
    TERMS,
    WEALTH,
    as_bytes,
    new_scene,
)
from tests.contracts.placed import HOSTILE_MOODS, now

RIVAL = b"\xa4" * 20


def custody(token: bytes = MONEY) -> Custody:
    """Trades with either leg delivered, locks by hash and by key; and a trade of two others."""
    scene = new_scene()
    deals = [scene.propose(400, 300), scene.propose(200, 100)]
    scene.dvp.do("deliver", deals[0], sender=SELLER)
    scene.dvp.do("deliver", deals[1], sender=BUYER)
    lock, by_key = scene.lock(), scene.lock_by_key(70)
    deals += [lock, as_bytes(by_key)]
    scene.asset.do("mint", OTHER, WEALTH)
    scene.money.do("mint", RIVAL, WEALTH)
    terms = (OTHER, RIVAL, ASSET, 350, MONEY, 150, now() + TERM, TERMS)
    others = [scene.dvp.do("propose", *terms, sender=OTHER) for _ in range(2)]
    scene.dvp.do("deliver", others[0], sender=OTHER)
    scene.dvp.do("deliver", others[1], sender=RIVAL)
    return Custody(
        contract=scene.dvp,
        token=scene.asset if token == ASSET else scene.money,
        also=(scene.money if token == ASSET else scene.asset,),
        parties={**among((SELLER, BUYER), deals), **among((OTHER, RIVAL), others)},
        roles={"seller": SELLER, "buyer": BUYER, "other seller": OTHER, "other buyer": RIVAL, "stranger": STRANGER},
        ready={"unlock": [[lock, SECRET]], "transferWithKey": [[by_key, SELLER_KEY], [by_key, BUYER_KEY]]},
    )


WORLDS = {"asset": lambda: custody(ASSET), "money": lambda: custody(MONEY)}


@pytest.mark.parametrize("token", [ASSET, MONEY], ids=["asset", "money"])
@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(token: bytes, mood: str) -> None:
    attacked = custody(token)
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
