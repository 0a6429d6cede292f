"""Whoever calls whatever: without the device's signature nothing leaves a purse but home to its owner."""

import pytest

from contracts.purse_payment import Payment
from tests.contracts.assault import Custody, assail
from tests.contracts.offline_purse.stage import KIOSK, OWNER, PASSKEY, SHOP, STRANGER, Stage
from tests.contracts.placed import HOSTILE_MOODS


def custody() -> Custody:
    """Four purses: fresh, partly spent, blocked, and one of a secure element."""
    stage = Stage.set()
    fresh, spent, blocked, secure = stage.issue(), stage.issue(), stage.issue(), stage.issue(device=PASSKEY)
    assert stage.redeem(spent, [Payment(1, 300, SHOP)]).accepted
    assert stage.prove(blocked, Payment(1, 1, SHOP), Payment(1, 1, KIOSK)).accepted
    return Custody(
        contract=stage.purse,
        token=stage.token,
        deals=[fresh, spent, blocked, secure],
        rightful=frozenset({OWNER}),
        roles={"owner": OWNER, "shop": SHOP, "kiosk": KIOSK, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_owner_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
