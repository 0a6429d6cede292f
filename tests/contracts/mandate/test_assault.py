"""Whoever calls whatever: what is held reaches the payee or the payer, and what is charged the payee alone."""

import pytest

from tests.contracts.assault import Custody, among, assail
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

OTHER_PAYER = b"\xbe" * 20


def custody() -> Custody:
    """Holds fresh, captured in part, of a revoked mandate and of another payer's; beside them a mandate and a session
    that go on."""
    world = new_world()
    going, revoked = world.grant(), world.grant()
    deals = [world.hold(going, CAP // 2), world.hold(revoked, CAP // 2), world.hold(revoked, CAP // 4)]
    world.mandate.do("capture", deals[1], 10, sender=PAYEE)
    world.mandate.do("revoke", revoked, sender=PAYER)
    world.mandate.do("charge", going, 5, INVOICE, sender=PAYEE)
    world.session(payee=PAYEE)
    world.token.do("mint", OTHER_PAYER, WEALTH)
    theirs = world.mandate.do("grant", world.terms(payee=OTHER), sender=OTHER_PAYER)
    others = world.mandate.do("hold", theirs, CAP // 3, now() + HOLD, sender=OTHER)
    return Custody(
        contract=world.mandate,
        token=world.token,
        parties={**among((PAYER, PAYEE), deals), others: frozenset({OTHER_PAYER, OTHER})},
        payers={PAYER: frozenset({PAYEE}), OTHER_PAYER: frozenset({OTHER})},
        hands_on=("grant", "open_session"),
        roles={
            "payer": PAYER,
            "payee": PAYEE,
            "other payer": OTHER_PAYER,
            "other payee": OTHER,
            "device": DEVICE,
            "stranger": STRANGER,
        },
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
    # Nobody else has any money, so an accepted call moves none.
    assert world.balance(PAYER) == WEALTH
    assail(
        Custody(
            contract=world.mandate,
            token=world.token,
            parties=among((), [world.mandate.read("next_id", OTHER)]),
            roles={"other": OTHER, "device": DEVICE, "stranger": STRANGER},
        )
    )
    assert world.balance(PAYER) == WEALTH
