"""Whoever calls whatever: what is in a channel reaches its two parties, and a watcher only by a signed delegation."""

import pytest

from contracts.channel_state import State
from tests.contracts.assault import Custody, among, assail
from tests.contracts.channel.stage import ALICE, BOB, DEPOSIT, OPENING, PERIOD, STRANGER, TERM, WATCHER, Stage, fields
from tests.contracts.placed import HOSTILE_MOODS, now
from tests.contracts.signers import Signer

CAROL, DAVE = Signer(15), Signer(16)


def custody() -> Custody:
    """Five channels: fresh, joined, closing by the payer, closing by the payee, and one of two others."""
    stage = Stage.set()
    stage.token.do("mint", CAROL.address, 10 * DEPOSIT)
    others = stage.open(payer=CAROL, payee=DAVE)
    fresh, joined, by_payer, by_payee = stage.open(), stage.open(joined=500), stage.open(), stage.open()
    assert stage.close(by_payer, OPENING, BOB, by=ALICE, conceded=300).accepted
    assert stage.close(by_payee, State(9, 400, 600), ALICE, by=BOB, conceded=400).accepted
    newer = State(2, 500, 500)
    delegation = BOB.sign(stage.signing(by_payer).delegation(WATCHER.address, 0))
    return Custody(
        contract=stage.channel,
        token=stage.token,
        parties={
            **among((ALICE.address, BOB.address), [fresh, joined, by_payer, by_payee]),
            others: frozenset({CAROL.address, DAVE.address}),
        },
        roles={
            "payer": ALICE.address,
            "payee": BOB.address,
            "other payer": CAROL.address,
            "other payee": DAVE.address,
            "watcher": WATCHER.address,
            "stranger": STRANGER.address,
        },
        ready={
            "open": [[BOB.address, stage.token.address, 200, PERIOD, now() + TERM]],
            "close": [[fresh, fields(OPENING), 100, stage.signed(fresh, OPENING, BOB)]],
            "challenge": [[by_payer, fields(newer), stage.signed(by_payer, newer, ALICE)]],
            "watch": [[by_payer, fields(newer), stage.signed(by_payer, newer, ALICE), 0, delegation]],
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_parties_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
