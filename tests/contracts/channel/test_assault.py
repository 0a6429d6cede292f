"""Whoever calls whatever: what is in a channel reaches its two parties, and a watcher only by a signed delegation."""

import pytest

from contracts.channel_state import State
from tests.contracts.assault import Custody, assail
from tests.contracts.channel.stage import ALICE, BOB, OPENING, STRANGER, WATCHER, Stage
from tests.contracts.placed import HOSTILE_MOODS


def custody() -> Custody:
    """Four channels: fresh, joined, closing by the payer, closing by the payee."""
    stage = Stage.set()
    fresh, joined, by_payer, by_payee = stage.open(), stage.open(joined=500), stage.open(), stage.open()
    assert stage.close(by_payer, OPENING, BOB, by=ALICE, conceded=300).accepted
    assert stage.close(by_payee, State(9, 400, 600), ALICE, by=BOB, conceded=400).accepted
    return Custody(
        contract=stage.channel,
        token=stage.token,
        deals=[fresh, joined, by_payer, by_payee],
        rightful=frozenset({ALICE.address, BOB.address}),
        roles={
            "payer": ALICE.address,
            "payee": BOB.address,
            "watcher": WATCHER.address,
            "stranger": STRANGER.address,
        },
        last_deadline=0,
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
