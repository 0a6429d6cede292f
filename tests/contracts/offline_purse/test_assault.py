"""Whoever calls whatever: without the device's signature nothing leaves a purse but home to its owner."""

import pytest

from contracts.purse_payment import Payment
from tests.contracts.assault import Custody, among, assail
from tests.contracts.offline_purse.stage import (
    CAP,
    CLONE,
    GRACE,
    KIOSK,
    OWNER,
    PASSKEY,
    SHOP,
    STRANGER,
    TERM,
    Stage,
    fields,
)
from tests.contracts.placed import HOSTILE_MOODS, now

NEIGHBOUR = b"\xa4" * 20


def custody() -> Custody:
    """Five purses: fresh, partly spent, blocked, one of a secure element, and another owner's. Of the spent one, and of
    no other, there is one more payment that the shop has not brought."""
    stage = Stage.set()
    fresh, spent, blocked, secure = stage.issue(), stage.issue(), stage.issue(), stage.issue(device=PASSKEY)
    assert stage.redeem(spent, [Payment(1, 300, SHOP)]).accepted
    assert stage.prove(blocked, Payment(1, 1, SHOP), Payment(1, 1, KIOSK)).accepted
    stage.token.do("mint", NEIGHBOUR, CAP)
    terms = [stage.token.address, CAP - 100, CLONE.address, 0, 0, now() + TERM, GRACE]
    others = stage.purse.do("issue", *terms, sender=NEIGHBOUR)
    payment = Payment(2, 200, SHOP)
    return Custody(
        contract=stage.purse,
        token=stage.token,
        parties={
            **among((OWNER,), [fresh, blocked, secure]),
            spent: frozenset({OWNER, SHOP}),
            others: frozenset({NEIGHBOUR}),
        },
        ready={"issue": [terms], "redeem": [[spent, [fields(payment)], [stage.signed(spent, payment)]]]},
        roles={"owner": OWNER, "other owner": NEIGHBOUR, "shop": SHOP, "kiosk": KIOSK, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_owner_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
