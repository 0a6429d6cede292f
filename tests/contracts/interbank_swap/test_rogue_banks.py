"""A member bank that breaks the rules moves no leg alone, and never keeps its client's money."""

import functools
from pathlib import Path
from typing import NamedTuple

import pytest

from contracts import Artifact, compile_file
from tests.contracts.currency import CENTRAL_BANK, MINTER
from tests.contracts.deposit_token.cast import (
    ALICE,
    CAROL,
    CLEARING,
    MONEY,
    SECOND,
    SECOND_BANK,
    STRANGER,
    TERM,
    Banks,
    banks_in_currency,
    banks_in_hostile_token,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait

ROGUE, ROGUE_BANK = b"\xdd" * 20, b"\xbd" * 20
KEEPS_THE_RESERVES, CREDITS_FROM_NOTHING, BURNS_ALL_GAS, TAKES_HALF, CALLS_BACK = range(1, 6)


class Scene(NamedTuple):
    banks: Banks
    rogue: Placed

    def send(self, amount: int) -> bytes:
        id: bytes = self.rogue.do("send", STRANGER, SECOND, CAROL, amount, now() + TERM)
        return id


@functools.cache
def rogue_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "rogue_bank.vy")


@pytest.fixture
def scene() -> Scene:
    banks = banks_in_currency()
    rogue = Placed(rogue_artifact(), ROGUE, ROGUE_BANK, MONEY, CLEARING)
    banks.clearing.do("set_member", ROGUE, True, sender=CENTRAL_BANK)
    banks.money.do("mint", ROGUE, 500, sender=MINTER)
    return Scene(banks, rogue)


def test_a_bank_that_keeps_to_the_rules_is_no_rogue(scene: Scene) -> None:
    returned = scene.send(100)
    scene.banks.clearing.do("cancel", returned, sender=STRANGER)
    assert scene.rogue.read("balanceOf", STRANGER) == 100
    scene.banks.clearing.do("accept", scene.send(100), sender=SECOND_BANK)
    assert scene.banks.second.read("balanceOf", CAROL) == 500


@pytest.mark.parametrize("mode", [KEEPS_THE_RESERVES, CREDITS_FROM_NOTHING, BURNS_ALL_GAS, TAKES_HALF, CALLS_BACK])
def test_a_return_that_goes_wrong_at_the_bank_pays_the_client(scene: Scene, mode: int) -> None:
    id = scene.send(100)
    scene.rogue.do("set_mode", mode)
    wait(TERM + 1)
    expired = scene.banks.clearing.attempt("exit", id, sender=ALICE)
    assert expired.event("Returned").arguments["in_bank_money"] is False
    assert scene.banks.money.read("balanceOf", STRANGER) == 100
    assert scene.rogue.read("balanceOf", STRANGER) == 0
    assert scene.banks.money.read("balanceOf", ROGUE) == 400
    assert scene.banks.money.read("allowance", CLEARING, ROGUE) == 0
    assert scene.banks.clearing.read("liabilities", MONEY) == scene.banks.money.read("balanceOf", CLEARING) == 0


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (KEEPS_THE_RESERVES, "interbank_swap: not credited"),
        (CREDITS_FROM_NOTHING, "interbank_swap: reserves not moved"),
        (TAKES_HALF, "interbank_swap: reserves not moved"),
    ],
)
def test_an_acceptance_is_judged_by_what_it_did(scene: Scene, mode: int, words: str) -> None:
    arguments = (ROGUE, STRANGER, 100, now() + TERM, bytes(32))
    id = scene.banks.first.do("transfer_out", *arguments, sender=ALICE)
    scene.rogue.do("set_mode", mode)
    assert scene.banks.clearing.attempt("accept", id, sender=ROGUE_BANK).words == words
    assert scene.banks.clearing.read("held", id) == 100
    scene.banks.clearing.do("cancel", id, sender=ALICE)
    assert scene.banks.first.read("balanceOf", ALICE) == 600


def test_a_currency_that_grants_no_allowance_is_not_accepted_in() -> None:
    banks = banks_in_hostile_token()
    id = banks.send(100).result
    banks.money.do("set_mode", HOSTILE_MOODS["returns false"])
    refused = banks.clearing.attempt("accept", id, sender=SECOND_BANK)
    assert refused.words == "interbank_swap: approval refused"


def test_too_little_gas_returns_nothing_rather_than_something_else(scene: Scene) -> None:
    """Whoever calls with little gas must not turn bank money into currency."""
    id = scene.send(100)
    wait(TERM + 1)
    outcomes = set()
    for gas in range(60_000, 400_000, 10_000):
        if scene.banks.clearing.read("held", id) == 0:
            break
        done = scene.banks.clearing.attempt("exit", id, sender=ALICE, gas=gas)
        if done.accepted:
            outcomes.add(done.event("Returned").arguments["in_bank_money"])
    assert outcomes == {True}
