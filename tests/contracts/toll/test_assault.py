"""Whoever calls whatever: an account pays its operator by passages only, and goes back to the driver."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.placed import HOSTILE_MOODS, now, wait
from tests.contracts.toll.tags import DEPOSIT, DRIVER, NEXT_TAG, OPERATOR, TAG, TERM, new_room, opened, passed, terms

NEIGHBOUR, RIVAL = b"\xc3" * 20, b"\xc4" * 20


def custody() -> Custody:
    """Accounts that ended, are ending, were used, and have a new tag; and another driver's on another road. Of one
    there is one more passage."""
    room = new_room()
    ended = opened(room)
    wait(TERM + 1)
    ending, used, replaced = opened(room), opened(room), opened(room)
    wait(60)
    room.token.do("mint", NEIGHBOUR, DEPOSIT)
    others = room.do("open", RIVAL, *terms()[1:-1], DEPOSIT - 100, sender=NEIGHBOUR)
    room.do("close", ending, sender=DRIVER)
    room.do("charge", *passed(room, used, 10, now()), sender=OPERATOR)
    room.do("replace_tag", replaced, NEXT_TAG.address, sender=DRIVER)
    wait(60)
    return Custody(
        contract=room.contract,
        token=room.token,
        parties={
            **among((DRIVER,), [ended, ending, replaced]),
            used: frozenset({DRIVER, OPERATOR}),
            others: frozenset({NEIGHBOUR}),
        },
        ready={"open": [terms()], "charge": [passed(room, used, 20, now())]},
        roles={
            "driver": DRIVER,
            "other driver": NEIGHBOUR,
            "operator": OPERATOR,
            "other operator": RIVAL,
            "tag": TAG.address,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_driver_gains_without_a_passage(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
