"""Whoever calls whatever: each leg reaches the other party or goes back, judged in both tokens."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.dvp.cast import ASSET, BUYER, MONEY, OTHER, SELLER, STRANGER, as_bytes, new_scene
from tests.contracts.placed import HOSTILE_MOODS


def custody(token: bytes = MONEY) -> Custody:
    """Trades with either leg delivered, locks by hash and by key."""
    scene = new_scene()
    deals = [scene.propose(400, 300), scene.propose(200, 100)]
    scene.dvp.do("deliver", deals[0], sender=SELLER)
    scene.dvp.do("deliver", deals[1], sender=BUYER)
    deals += [scene.lock(), as_bytes(scene.lock_by_key(70))]
    return Custody(
        contract=scene.dvp,
        token=scene.asset if token == ASSET else scene.money,
        deals=deals,
        rightful=frozenset({SELLER, BUYER}),
        roles={"seller": SELLER, "buyer": BUYER, "other trader": OTHER, "stranger": STRANGER},
    )


@pytest.mark.parametrize("token", [ASSET, MONEY], ids=["asset", "money"])
@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(token: bytes, mood: str) -> None:
    attacked = custody(token)
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
