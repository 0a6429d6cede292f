"""Whoever calls whatever: a subsidy reaches those on the list and else its funder."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.disburse.setting import ALICE, BOB, CAROL, FUNDER, STRANGER, entry, new_world
from tests.contracts.placed import HOSTILE_MOODS


def custody() -> Custody:
    """Campaigns still short, paying, and paying in proportion with one entry collected."""
    world = new_world()
    short = world.funded(world.list(), 5)
    paying = world.funded(world.list())
    subsidy = world.list()
    shared = world.funded(subsidy, 300, pro_rata=True)
    world.disburse.do("start", shared, sender=FUNDER)
    world.disburse.do("collect", shared, *entry(subsidy, 0), sender=STRANGER)
    return Custody(
        contract=world.disburse,
        token=world.token,
        deals=[short, paying, shared],
        rightful=frozenset({FUNDER}),
        roles={"funder": FUNDER, "alice": ALICE, "bob": BOB, "carol": CAROL, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_list_and_the_funder_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=3)
