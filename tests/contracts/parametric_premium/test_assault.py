"""Whoever calls whatever: cover and premium reach the insurer and the holder only."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.parametric_premium.covers import AMOUNT, ATTESTORS, HOLDER, INSURER, THRESHOLD, Insured
from tests.contracts.placed import HOSTILE_MOODS

INSURER_2, HOLDER_2 = b"\xc3" * 20, b"\xc4" * 20


def custody() -> Custody:
    """An offer, covers whose fact is open, and one whose fact is decided; another insurer's cover of another holder;
    attestors attack too."""
    room = Insured()
    decided = room.question()
    offered, live, due = room.offered(room.question()), room.live(room.question()), room.live(decided)
    for who in (INSURER_2, HOLDER_2):
        room.token.do("mint", who, 2 * AMOUNT)
    others = room.do("offer", HOLDER_2, *room.terms(decided)[1:], sender=INSURER_2)
    room.do("buy", others, sender=HOLDER_2)
    room.decide(decided, THRESHOLD)
    question = room.question()
    return Custody(
        contract=room.contract,
        token=room.token,
        parties={**among((INSURER, HOLDER), [offered, live, due]), others: frozenset({INSURER_2, HOLDER_2})},
        roles={
            "insurer": INSURER,
            "holder": HOLDER,
            "other insurer": INSURER_2,
            "other holder": HOLDER_2,
            "attestor": ATTESTORS[0],
            "other attestor": ATTESTORS[1],
            "stranger": STRANGER,
        },
        ready={"offer": [room.terms(question)]},
        others=[(room.facts, ["attest", "finalise", "default_outcome"])],
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_insurer_and_holder_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
