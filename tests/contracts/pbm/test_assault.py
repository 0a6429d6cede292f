"""Whoever calls whatever: the backing reaches merchants by the holders' will, and else the issuer; nobody drains it."""

from dataclasses import replace

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.pbm.setting import (
    ALICE,
    BOB,
    CLINIC,
    DELAY,
    ISSUER,
    MEMO,
    OPERATOR,
    OWNER,
    SHOP,
    STRANGER,
    WEALTH,
    World,
    new_world,
)
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Placed, wait

RIVAL, OTHER_SHOP = b"\xc1" * 20, b"\xc2" * 20


def custody() -> Custody:
    """Types fresh, spent in part, and with their merchant taken off the list; and another issuer's for another shop."""
    world: World = new_world()
    deals = [world.vouchers(transferable=False) for _ in range(3)]
    world.pbm.do("spend", deals[1], SHOP, 4, MEMO, sender=ALICE)
    world.pbm.do("remove_merchant", deals[2], SHOP, sender=ISSUER)
    world.pbm.do("ban", CLINIC, sender=OWNER)
    world.token.do("mint", RIVAL, WEALTH)
    others = world.create(sender=RIVAL, merchants=[OTHER_SHOP], transferable=False)
    world.wrap(others, BOB, 7, payer=RIVAL)
    wait(DELAY)
    return Custody(
        contract=world.pbm,
        token=world.token,
        parties={**among((ISSUER, SHOP), deals), others: frozenset({RIVAL, OTHER_SHOP})},
        hands_on=("add_merchant", "create_list"),
        roles={
            "issuer": ISSUER,
            "owner": OWNER,
            "holder": ALICE,
            "other issuer": RIVAL,
            "other holder": BOB,
            "other merchant": OTHER_SHOP,
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
    without = {name: who for name, who in attacked.roles.items() if "holder" not in name}
    assail(
        replace(
            attacked,
            roles=without,
            leave=lambda contract, deal: leave_full(contract, deal, held[attacked.deals.index(deal)]),
        )
    )


def leave_full(contract: Placed, deal: bytes, least: int) -> None:
    """At the expiry at least what the holder had is there: others can only have added to it."""
    assert contract.read("held", deal) >= least
    contract.do("exit", deal, sender=NOBODY)
