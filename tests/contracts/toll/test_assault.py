"""Whoever calls whatever: an account pays its operator by passages only, and goes back to the driver."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.placed import HOSTILE_MOODS, now, wait
from tests.contracts.toll.tags import DRIVER, NEXT_TAG, OPERATOR, TAG, TERM, new_room, opened, passed


def custody() -> Custody:
    """Accounts that ended, are ending, were used, and have a new tag."""
    room = new_room()
    ended = opened(room)
    wait(TERM + 1)
    ending, used, replaced = opened(room), opened(room), opened(room)
    wait(60)
    room.do("close", ending, sender=DRIVER)
    room.do("charge", *passed(room, used, 10, now()), sender=OPERATOR)
    room.do("replace_tag", replaced, NEXT_TAG.address, sender=DRIVER)
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[ended, ending, used, replaced],
        rightful=frozenset({DRIVER}),
        roles={"driver": DRIVER, "operator": OPERATOR, "tag": TAG.address, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_driver_gains_without_a_passage(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
