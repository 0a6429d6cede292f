"""Whoever calls whatever: cover and premium reach the insurer and the holder only."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.parametric_premium.covers import ATTESTORS, HOLDER, INSURER, THRESHOLD, Insured
from tests.contracts.placed import HOSTILE_MOODS


def custody() -> Custody:
    """An offer, covers whose fact is open, and one whose fact is decided; attestors attack too."""
    room = Insured()
    decided = room.question()
    offered, live, due = room.offered(room.question()), room.live(room.question()), room.live(decided)
    room.decide(decided, THRESHOLD)
    return Custody(
        contract=room.contract,
        token=room.token,
        deals=[offered, live, due],
        rightful=frozenset({INSURER, HOLDER}),
        roles={"insurer": INSURER, "holder": HOLDER, "attestor": ATTESTORS[0], "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_insurer_and_holder_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
