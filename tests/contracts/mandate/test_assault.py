"""Whoever calls whatever: what is held reaches the payee or the payer, and what is charged the payee alone."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.mandate.setting import (
    CAP,
    DEVICE,
    HOLD,
    INVOICE,
    OTHER,
    PAYEE,
    PAYER,
    STRANGER,
    WEALTH,
    WINDOW,
    World,
    new_world,
)
from tests.contracts.placed import HOSTILE_MOODS, now


def custody() -> Custody:
    """Holds fresh, captured in part, and of a revoked mandate; beside them a mandate and a session that go on."""
    world = new_world()
    going, revoked = world.grant(), world.grant()
    deals = [world.hold(going, CAP // 2), world.hold(revoked, CAP // 2), world.hold(revoked, CAP // 4)]
    world.mandate.do("capture", deals[1], 10, sender=PAYEE)
    world.mandate.do("revoke", revoked, sender=PAYER)
    world.mandate.do("charge", going, 5, INVOICE, sender=PAYEE)
    world.session(payee=PAYEE)
    return Custody(
        contract=world.mandate,
        token=world.token,
        deals=deals,
        rightful=frozenset({PAYER, PAYEE}),
        roles={"payer": PAYER, "payee": PAYEE, "device": DEVICE, "other": OTHER, "stranger": STRANGER},
        last_deadline=now() + HOLD,
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_payer_and_payee_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)


def test_without_consent_a_payer_loses_nothing() -> None:
    """Everyone but the payer itself and those it named tries everything; the payer's money stays."""
    world: World = new_world()
    world.grant(payee=OTHER, starts=now() + 20 * WINDOW, expires=now() + 30 * WINDOW)
    custody = Custody(
        contract=world.mandate,
        token=world.token,
        deals=[],
        rightful=frozenset(),
        roles={"other": OTHER, "device": DEVICE, "stranger": STRANGER},
    )
    # Nobody else has any money, so an accepted call moves none.
    assert world.balance(PAYER) == WEALTH
    custody = Custody(**{**custody.__dict__, "deals": [world.mandate.read("next_id", OTHER)]})
    assail(custody)
    assert world.balance(PAYER) == WEALTH
