"""Whoever calls whatever: the backing reaches merchants by the holders' will, and else the issuer; nobody drains it."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.pbm.setting import (
    ALICE,
    CLINIC,
    DELAY,
    ISSUER,
    MEMO,
    OPERATOR,
    OWNER,
    SHOP,
    STRANGER,
    World,
    new_world,
)
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Placed, wait


def custody() -> Custody:
    """Types fresh, spent in part, and with their merchant taken off the list."""
    world: World = new_world()
    deals = [world.vouchers(transferable=False) for _ in range(3)]
    world.pbm.do("spend", deals[1], SHOP, 4, MEMO, sender=ALICE)
    world.pbm.do("remove_merchant", deals[2], SHOP, sender=ISSUER)
    world.pbm.do("ban", CLINIC, sender=OWNER)
    wait(DELAY)
    return Custody(
        contract=world.pbm,
        token=world.token,
        deals=deals,
        rightful=frozenset({ISSUER, SHOP}),
        roles={
            "issuer": ISSUER,
            "owner": OWNER,
            "holder": ALICE,
            "merchant": SHOP,
            "banned": CLINIC,
            "operator": OPERATOR,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_merchants_and_the_issuer_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)


def test_while_a_holder_does_nothing_its_backing_stays() -> None:
    """Everybody else, the issuer and the owner among them, tries everything before the expiry."""
    attacked = custody()
    held = [attacked.contract.read("held", deal) for deal in attacked.deals]
    without = {name: who for name, who in attacked.roles.items() if name != "holder"}
    assail(
        Custody(
            contract=attacked.contract,
            token=attacked.token,
            deals=attacked.deals,
            rightful=attacked.rightful,
            roles=without,
            leave=lambda contract, deal: leave_full(contract, deal, held[list(attacked.deals).index(deal)]),
        )
    )


def leave_full(contract: Placed, deal: bytes, least: int) -> None:
    """At the expiry at least what the holder had is there: others can only have added to it."""
    assert contract.read("held", deal) >= least
    contract.do("exit", deal, sender=NOBODY)
