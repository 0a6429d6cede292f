"""Release on a fact: the payer binds itself once, attestors decide, and whoever asks pays the payee."""

from pathlib import Path

import pytest

from contracts import compile_file, load
from tests.contracts.escrow.staged import (
    ARBITER,
    BY_CONDITION,
    CLOSED,
    FINANCIER,
    OPEN,
    PAYEE,
    PAYER,
    STRANGER,
    Staged,
    staged,
)
from tests.contracts.placed import GAS, Placed, now, wait_until

INSPECTOR = b"\xb7" * 20
NOT_A_CONTRACT = b"\xb8" * 20
QUESTION = b"\x07" * 32
ASKED_S = 100


def bound(*, at_least: int = 9_900, funded: int = 1) -> tuple[Staged, Placed, bytes]:
    """A deal whose first stage is released if the inspector attests enough; silence counts as nothing received."""
    deal = staged(funded=funded)
    conditions = Placed(load("conditions"), b"\xe8" * 20)
    question = conditions.do("prepare", QUESTION, [INSPECTOR], 1, now() + ASKED_S, 0, sender=PAYER)
    deal.do("release_on", 0, conditions.address, question, at_least, sender=PAYER)
    return deal, conditions, question


def odd_source(deal: Staged, answer: bytes) -> Placed:
    source = Placed(compile_file(Path(__file__).parent / "odd_source.vy"), b"\xe9" * 20)
    source.do("set_answer", answer)
    deal.do("release_on", 0, source.address, QUESTION, 5, sender=PAYER)
    return source


def words(final: int, number: int) -> bytes:
    return final.to_bytes(32, "big") + number.to_bytes(32, "big")


def test_the_payer_binds_a_stage_once() -> None:
    deal = staged()
    conditions = Placed(load("conditions"), b"\xe8" * 20)
    for caller in (PAYEE, ARBITER, STRANGER):
        deal.refused("escrow: not the payer", "release_on", 0, conditions.address, QUESTION, 1, sender=caller)
    deal.refused("escrow: no such stage", "release_on", 3, conditions.address, QUESTION, 1, sender=PAYER)
    deal.refused("escrow: not a contract", "release_on", 0, NOT_A_CONTRACT, QUESTION, 1, sender=PAYER)
    outcome = deal.do("release_on", 2, conditions.address, QUESTION, 1, sender=PAYER)
    terms = {"conditions": conditions.address, "question": QUESTION, "at_least": 1}
    assert outcome.event("TriggerSet").arguments == {"id": deal.id, "stage": 2, **terms}
    assert deal.escrow.read("trigger", deal.id, 2) == terms
    assert deal.escrow.read("trigger", deal.id, 1)["conditions"] == bytes(20)
    assert deal.deal()["state"] == OPEN
    deal.refused("escrow: bound already", "release_on", 2, conditions.address, QUESTION, 2, sender=PAYER)


def test_a_disputed_or_closed_deal_is_not_bound() -> None:
    deal = staged(funded=1)
    conditions = Placed(load("conditions"), b"\xe8" * 20)
    deal.do("dispute", sender=PAYEE)
    deal.refused("escrow: not open", "release_on", 0, conditions.address, QUESTION, 1, sender=PAYER)
    deal.do("rule", 300, sender=ARBITER)
    deal.refused("escrow: not open", "release_on", 0, conditions.address, QUESTION, 1, sender=PAYER)


@pytest.mark.parametrize(("received", "released"), [(9_899, False), (9_900, True), (10_000, True)])
def test_enough_releases(received: int, released: bool) -> None:
    deal, conditions, question = bound()
    deal.refused("escrow: condition is not met", "release_met", 0, sender=STRANGER)
    conditions.do("attest", question, received, bytes(32), sender=INSPECTOR)
    if not released:
        deal.refused("escrow: condition is not met", "release_met", 0, sender=PAYEE)
        return
    outcome = deal.do("release_met", 0, sender=STRANGER)
    assert outcome.event("StageReleased").arguments == {"id": deal.id, "stage": 0, "why": BY_CONDITION, "value": 300}
    assert (deal.balance(PAYEE), deal.balance(STRANGER)) == (300, 0)


def test_a_stage_without_a_fact_is_never_met() -> None:
    deal, conditions, question = bound(funded=2)
    conditions.do("attest", question, 10_000, bytes(32), sender=INSPECTOR)
    deal.refused("escrow: condition is not met", "release_met", 1, sender=PAYEE)


def test_at_the_deadline_a_fact_counts_as_released() -> None:
    deal, conditions, question = bound(funded=2)
    conditions.do("attest", question, 9_920, bytes(32), sender=INSPECTOR)
    wait_until(deal.deal()["deadline"] + 1)
    deal.do("exit", sender=PAYER)
    assert (deal.balance(PAYEE), deal.balance(PAYER), deal.deal()["state"]) == (300, 700, CLOSED)


def test_silent_attestors_leave_the_money_to_the_payer() -> None:
    deal, _, _ = bound()
    wait_until(deal.deal()["deadline"] + 1)
    deal.do("exit", sender=PAYEE)
    assert (deal.balance(PAYEE), deal.balance(PAYER)) == (0, 1_000)


def test_a_default_may_release_too() -> None:
    deal, _, _ = bound(at_least=0)
    wait_until(now() + ASKED_S + 1)
    deal.do("release_met", 0, sender=STRANGER)
    assert deal.balance(PAYEE) == 300


def test_a_fact_that_released_is_not_disputed_away() -> None:
    deal, conditions, question = bound()
    conditions.do("attest", question, 9_900, bytes(32), sender=INSPECTOR)
    deal.refused("escrow: approved and not paid yet", "dispute", sender=PAYER)


@pytest.mark.parametrize("assigned", [0, 100])
def test_a_source_that_changes_its_word_cannot_keep_the_payee_from_the_arbiter(assigned: int) -> None:
    deal, conditions, question = bound()
    if assigned:
        deal.do("assign", FINANCIER, assigned, sender=PAYEE)
    conditions.do("attest", question, 9_900, bytes(32), sender=INSPECTOR)
    if assigned:
        deal.refused("escrow: approved and not paid yet", "dispute", sender=PAYEE)
    else:
        deal.do("dispute", sender=PAYEE)


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        (words(1, 5), True),
        (words(1, 2**256 - 1), True),
        (words(1, 4), False),
        (words(0, 5), False),
        (words(2, 5), False),
        (words(1, 5)[:63], False),
        (b"", False),
    ],
)
def test_only_a_full_answer_decides(answer: bytes, met: bool) -> None:
    deal = staged(funded=1)
    odd_source(deal, answer)
    if met:
        deal.do("release_met", 0, sender=STRANGER)
    else:
        deal.refused("escrow: condition is not met", "release_met", 0, sender=STRANGER)


@pytest.mark.parametrize("fault", ["set_reverts", "set_burns_gas"])
def test_a_broken_source_holds_nothing_up(fault: str) -> None:
    deal = staged(funded=1)
    source = odd_source(deal, words(1, 5))
    source.do(fault, True)
    deal.refused("escrow: condition is not met", "release_met", 0, sender=STRANGER)
    wait_until(deal.deal()["deadline"] + 1)
    assert deal.do("exit", sender=STRANGER).gas < GAS // 10
    assert deal.balance(PAYER) == 1_000


def test_too_little_gas_for_the_question_ends_nothing() -> None:
    """Else whoever empties a deal could have the payee's fact overlooked."""
    deal, conditions, question = bound()
    conditions.do("attest", question, 10_000, bytes(32), sender=INSPECTOR)
    wait_until(deal.deal()["deadline"] + 1)
    for gas in range(25_000, 400_000, 5_000):
        if deal.escrow.attempt("exit", deal.id, sender=PAYER, gas=gas).accepted:
            break
    assert (deal.deal()["state"], deal.balance(PAYEE)) == (CLOSED, 300)
