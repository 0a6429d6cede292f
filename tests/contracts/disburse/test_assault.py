"""Whoever calls whatever: a subsidy reaches those on the list and else its funder."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.disburse.setting import ALICE, BOB, CAROL, FUNDER, STRANGER, TERM, WEALTH, entry, new_world
from tests.contracts.placed import HOSTILE_MOODS, now

OTHER_FUNDER = b"\xbe" * 20


def custody() -> Custody:
    """Campaigns still short, paying, and paying in proportion with one entry collected; and another funder's."""
    world = new_world()
    short = world.funded(world.list(), 5)
    list_ = world.list()
    paying = world.funded(list_)
    subsidy = world.list()
    shared = world.funded(subsidy, 300, pro_rata=True)
    world.disburse.do("start", shared, sender=FUNDER)
    world.disburse.do("collect", shared, *entry(subsidy, 0), sender=STRANGER)
    world.token.do("mint", OTHER_FUNDER, WEALTH)
    theirs = world.list((400,), OTHER_FUNDER)
    terms = (world.token.address, theirs.root, theirs.total, False, now() + TERM)
    others = world.disburse.do("open", *terms, sender=OTHER_FUNDER)
    world.disburse.do("fund", others, theirs.total, sender=OTHER_FUNDER)
    return Custody(
        contract=world.disburse,
        token=world.token,
        parties={
            short: frozenset({FUNDER}),
            paying: frozenset({FUNDER, BOB}),
            shared: frozenset({FUNDER, CAROL}),
            others: frozenset({OTHER_FUNDER, ALICE}),
        },
        # Of the other entries nobody knows the proof.
        ready={
            "collect": [
                [paying, *entry(list_, 1)],
                [shared, *entry(subsidy, 2)],
                [others, *entry(theirs, 0)],
            ]
        },
        roles={
            "funder": FUNDER,
            "other funder": OTHER_FUNDER,
            "alice": ALICE,
            "bob": BOB,
            "carol": CAROL,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_list_and_the_funder_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=3)
