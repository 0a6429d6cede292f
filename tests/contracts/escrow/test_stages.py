"""Deals in stages: funded one by one, submitted, reviewed, and approved by word or by silence."""

import pytest

from contracts import load
from tests.contracts.escrow.staged import (
    ARBITER,
    BY_PAYER,
    BY_SILENCE,
    CLOSED,
    DISPUTED,
    EVIDENCE,
    FUNDED,
    OPEN,
    PAYEE,
    PAYER,
    REASON,
    REVIEW_S,
    RULING_S,
    STRANGER,
    TERM_S,
    TERMS,
    staged,
)
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

DAY_S = 24 * 60 * 60
MAX_AMOUNT = 2**128


def test_a_staged_deal_is_recorded_and_logged() -> None:
    escrow, token = Placed(load("escrow"), b"\xe5" * 20), hostile_token(b"\xe6" * 20)
    outcome = escrow.attempt(
        "open_staged", PAYEE, ARBITER, token.address, [300, 500, 200], now() + TERM_S, REVIEW_S, TERMS, sender=PAYER
    )
    opened, logged = outcome.event("Opened").arguments, outcome.event("Staged").arguments
    assert (opened["id"], opened["amount"], opened["payee"]) == (outcome.result, 1_000, PAYEE)
    assert logged == {"id": outcome.result, "amounts": (300, 500, 200), "review_seconds": REVIEW_S}
    deal = escrow.read("deal", outcome.result)
    assert (deal["amount"], deal["review_seconds"], deal["state"]) == (1_000, REVIEW_S, OPEN)
    assert (deal["stages_funded"], deal["answer_deadline"]) == (0, 0)
    stages = escrow.read("stages", outcome.result)
    assert [stage["amount"] for stage in stages] == [300, 500, 200]
    assert all(stage["funded"] == stage["released"] == stage["review_deadline"] == 0 for stage in stages)


def test_a_simple_deal_has_one_stage_and_no_review() -> None:
    escrow, token = Placed(load("escrow"), b"\xe5" * 20), hostile_token(b"\xe6" * 20)
    outcome = escrow.attempt("open", PAYEE, ARBITER, token.address, 7, now() + 1, TERMS, sender=PAYER)
    assert [event.name for event in outcome.events] == ["Opened"]
    assert [stage["amount"] for stage in escrow.read("stages", outcome.result)] == [7]
    assert escrow.read("deal", outcome.result)["review_seconds"] == 0


@pytest.mark.parametrize(
    ("amounts", "review_s", "refusal"),
    [
        ([], 0, "escrow: no stages"),
        ([5, 0, 5], 0, "escrow: no amount"),
        ([5], 90 * DAY_S + 1, "escrow: review too long"),
        ([MAX_AMOUNT + 1], 0, "escrow: amount out of range"),
        ([1, MAX_AMOUNT], 0, "escrow: amount out of range"),
        ([MAX_AMOUNT - 1, 1], 90 * DAY_S, ""),
        ([1] * 16, 0, ""),
    ],
)
def test_what_stages_may_be(amounts: list[int], review_s: int, refusal: str) -> None:
    escrow, token = Placed(load("escrow"), b"\xe5" * 20), hostile_token(b"\xe6" * 20)
    terms = (PAYEE, ARBITER, token.address, amounts, now() + TERM_S, review_s, TERMS)
    assert escrow.attempt("open_staged", *terms, sender=PAYER).words == refusal


def test_stages_are_funded_in_order_by_the_payer() -> None:
    deal = staged()
    deal.refused("escrow: not the payer", "fund", sender=PAYEE)
    held = 0
    for number, amount in enumerate((300, 500, 200)):
        outcome = deal.do("fund", sender=PAYER)
        funded = {"id": deal.id, "payer": PAYER, "value": amount, "held_before": held, "held_after": held + amount}
        assert outcome.event("Funded").arguments == funded
        assert outcome.event("StageFunded").arguments == {"id": deal.id, "stage": number, "value": amount}
        held += amount
        assert (deal.held(), deal.deal()["stages_funded"], deal.deal()["state"]) == (held, number + 1, FUNDED)
    deal.refused("escrow: not open", "fund", sender=PAYER)
    assert deal.escrow.read("liabilities", deal.token.address) == 1_000


def test_no_stage_is_funded_in_a_dispute() -> None:
    deal = staged(funded=1)
    deal.do("dispute", sender=PAYEE)
    deal.refused("escrow: not open", "fund", sender=PAYER)


def test_the_second_stage_is_funded_up_to_the_deadline() -> None:
    deal = staged(funded=1)
    wait_until(deal.deal()["deadline"])
    deal.do("fund", sender=PAYER)
    wait(1)
    deal.refused("escrow: deadline has passed", "fund", sender=PAYER)


def test_a_token_that_takes_a_fee_funds_a_stage_with_what_arrives() -> None:
    deal = staged()
    deal.token.do("set_mode", 3)
    deal.do("fund", sender=PAYER)
    assert deal.stage(0)["funded"] == deal.held() == 270


def test_an_approved_stage_is_paid_whole_and_the_deal_waits_for_the_next() -> None:
    deal = staged(funded=1)
    outcome = deal.do("approve", 0, sender=PAYER)
    released = {"id": deal.id, "stage": 0, "why": BY_PAYER, "value": 300}
    assert outcome.event("StageReleased").arguments == released
    paid = {"id": deal.id, "payee": PAYEE, "value": 300, "held_before": 300, "held_after": 0}
    assert outcome.event("Released").arguments == paid
    assert (deal.balance(PAYEE), deal.held(), deal.deal()["state"]) == (300, 0, FUNDED)
    deal.refused("escrow: stage holds nothing", "approve", 0, sender=PAYER)
    deal.refused("escrow: stage not funded", "approve", 1, sender=PAYER)


def test_stages_are_approved_in_any_order_and_the_last_closes_the_deal() -> None:
    deal = staged(funded=3)
    for number, left in ((1, 500), (0, 200)):
        deal.do("approve", number, sender=PAYER)
        assert (deal.held(), deal.deal()["state"]) == (left, FUNDED)
    outcome = deal.do("approve", 2, sender=PAYER)
    closed = {"id": deal.id, "by": PAYER, "held_before": 200, "held_after": 0}
    assert outcome.event("Closed").arguments == closed
    assert (deal.balance(PAYEE), deal.deal()["state"]) == (1_000, CLOSED)


def test_others_approve_nothing_and_nobody_in_a_dispute() -> None:
    deal = staged(funded=1)
    for caller in (PAYEE, ARBITER, STRANGER):
        deal.refused("escrow: not the payer", "approve", 0, sender=caller)
    deal.do("dispute", sender=PAYER)
    for name, extra, caller in (
        ("approve", (), PAYER),
        ("approve_deemed", (), STRANGER),
        ("release_met", (), STRANGER),
        ("submit", (EVIDENCE,), PAYEE),
        ("reject", (REASON,), PAYER),
    ):
        deal.refused("escrow: not funded", name, 0, *extra, sender=caller)


def test_an_amount_is_released_from_the_oldest_stages_first() -> None:
    deal = staged(funded=3)
    deal.do("approve", 1, sender=PAYER)
    outcome = deal.do("release", 400, sender=PAYER)
    parts = [each.arguments for each in outcome.events if each.name == "StageReleased"]
    assert [(part["stage"], part["value"], part["why"]) for part in parts] == [(0, 300, BY_PAYER), (2, 100, BY_PAYER)]
    assert deal.released() == [300, 500, 100]
    assert (deal.held(), deal.balance(PAYEE)) == (100, 900)
    deal.refused("escrow: more than is held", "release", 101, sender=PAYER)
    deal.do("approve", 2, sender=PAYER)
    assert (deal.balance(PAYEE), deal.deal()["state"]) == (1_000, CLOSED)


def test_a_submission_starts_the_review() -> None:
    deal = staged(funded=1)
    outcome = deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    review_deadline = now() + REVIEW_S
    submitted = {"id": deal.id, "stage": 0, "evidence": EVIDENCE, "review_deadline": review_deadline}
    assert outcome.event("Submitted").arguments == submitted
    assert (deal.stage(0)["evidence"], deal.stage(0)["review_deadline"]) == (EVIDENCE, review_deadline)
    assert deal.deal()["answer_deadline"] == review_deadline
    # A review that ends before the deadline does not shorten the deal.
    assert deal.escrow.read("last_deadline", deal.id) == deal.deal()["deadline"]
    deal.refused("escrow: under review already", "submit", 0, EVIDENCE, sender=PAYEE)


def test_bad_submissions_are_refused() -> None:
    deal = staged(funded=2)
    for caller in (PAYER, ARBITER, STRANGER):
        deal.refused("escrow: not the payee", "submit", 0, EVIDENCE, sender=caller)
    deal.refused("escrow: stage not funded", "submit", 2, EVIDENCE, sender=PAYEE)
    deal.do("approve", 0, sender=PAYER)
    deal.refused("escrow: stage holds nothing", "submit", 0, EVIDENCE, sender=PAYEE)
    wait_until(deal.deal()["deadline"])
    deal.do("submit", 1, EVIDENCE, sender=PAYEE)
    wait(1)
    deal.refused("escrow: deadline has passed", "submit", 1, EVIDENCE, sender=PAYEE)


def test_without_a_review_a_submission_is_a_record_only() -> None:
    deal = staged(funded=1, review_s=0)
    assert deal.do("submit", 0, EVIDENCE, sender=PAYEE).event("Submitted").arguments["review_deadline"] == 0
    deal.do("submit", 0, REASON, sender=PAYEE)
    assert deal.stage(0)["evidence"] == REASON
    deal.refused("escrow: not under review", "approve_deemed", 0, sender=PAYEE)
    deal.refused("escrow: not under review", "reject", 0, REASON, sender=PAYER)
    wait_until(deal.deal()["deadline"] + 1)
    deal.do("exit", sender=STRANGER)
    assert (deal.balance(PAYER), deal.balance(PAYEE)) == (1_000, 0)


def test_the_shortest_review_is_a_second() -> None:
    deal = staged(funded=1, review_s=1)
    assert deal.do("submit", 0, EVIDENCE, sender=PAYEE).event("Submitted").arguments["review_deadline"] == now() + 1
    wait(2)
    deal.do("approve_deemed", 0, sender=STRANGER)


def test_a_silent_payer_has_approved() -> None:
    deal = staged(funded=1)
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S)
    deal.refused("escrow: review is not over", "approve_deemed", 0, sender=PAYEE)
    wait(1)
    outcome = deal.do("approve_deemed", 0, sender=STRANGER)
    assert outcome.event("StageReleased").arguments["why"] == BY_SILENCE
    assert (deal.balance(PAYEE), deal.balance(STRANGER)) == (300, 0)


def test_silence_approves_only_what_was_submitted() -> None:
    deal = staged(funded=2)
    deal.do("submit", 1, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S + 1)
    deal.refused("escrow: not under review", "approve_deemed", 0, sender=PAYEE)
    deal.do("approve_deemed", 1, sender=PAYEE)
    assert (deal.balance(PAYEE), deal.held()) == (500, 300)


def test_a_rejected_stage_waits_to_be_submitted_again() -> None:
    deal = staged(funded=1)
    deal.refused("escrow: not under review", "reject", 0, REASON, sender=PAYER)
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    for caller in (PAYEE, ARBITER, STRANGER):
        deal.refused("escrow: not the payer", "reject", 0, REASON, sender=caller)
    wait(REVIEW_S)
    outcome = deal.do("reject", 0, REASON, sender=PAYER)
    rejected = {"id": deal.id, "stage": 0, "reason": REASON, "answer_deadline": now() + REVIEW_S}
    assert outcome.event("Rejected").arguments == rejected
    assert deal.stage(0)["review_deadline"] == 0
    wait(REVIEW_S + 1)
    deal.refused("escrow: not under review", "approve_deemed", 0, sender=PAYEE)
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S + 1)
    deal.refused("escrow: review is over", "reject", 0, REASON, sender=PAYER)
    deal.do("approve_deemed", 0, sender=PAYEE)


def test_a_review_past_the_deadline_keeps_the_deal_until_it_ends() -> None:
    deal = staged(funded=2)
    wait_until(deal.deal()["deadline"])
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    last = deal.deal()["deadline"] + REVIEW_S
    assert deal.escrow.read("last_deadline", deal.id) == last
    wait_until(last)
    deal.refused("escrow: deadline has not passed", "exit", sender=PAYER)
    wait(1)
    # Whoever empties it, the payer included, what silence approved is the payee's.
    outcome = deal.do("exit", sender=PAYER)
    paid = {"id": deal.id, "payee": PAYEE, "value": 300, "held_before": 800, "held_after": 500}
    back = {"id": deal.id, "payer": PAYER, "value": 500, "held_before": 500, "held_after": 0}
    assert outcome.event("Released").arguments == paid
    assert outcome.event("Refunded").arguments == back
    assert outcome.event("Closed").arguments == {"id": deal.id, "by": PAYER, "held_before": 800, "held_after": 0}
    assert (deal.balance(PAYEE), deal.balance(PAYER)) == (300, 700)
    assert (deal.deal()["paid"], deal.deal()["refunded"]) == (300, 500)


@pytest.mark.parametrize("caller", [PAYER, PAYEE, STRANGER])
def test_a_refund_after_the_last_deadline_is_an_exit(caller: bytes) -> None:
    deal = staged(funded=2)
    deal.do("submit", 1, EVIDENCE, sender=PAYEE)
    wait_until(deal.deal()["deadline"] + 1)
    deal.do("refund", sender=caller)
    assert (deal.balance(PAYEE), deal.balance(PAYER)) == (500, 500)


def test_an_exit_in_which_all_was_approved_logs_no_refund() -> None:
    deal = staged(funded=1)
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    wait_until(deal.deal()["deadline"] + 1)
    outcome = deal.do("exit", sender=STRANGER)
    assert [event.name for event in outcome.events] == ["Released", "Closed"]


def test_an_exit_between_stages_closes_an_empty_deal() -> None:
    deal = staged(funded=1)
    deal.do("approve", 0, sender=PAYER)
    wait_until(deal.deal()["deadline"])
    deal.refused("escrow: deadline has not passed", "exit", sender=STRANGER)
    wait(1)
    outcome = deal.do("exit", sender=STRANGER)
    assert [event.name for event in outcome.events] == ["Closed"]
    assert (deal.deal()["state"], deal.balance(PAYER)) == (CLOSED, 700)


def test_a_payee_rejected_at_the_last_moment_has_time_to_dispute() -> None:
    deal = staged(funded=1)
    wait_until(deal.deal()["deadline"])
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S)
    deal.do("reject", 0, REASON, sender=PAYER)
    deal.refused("escrow: deadline has passed", "submit", 0, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S)
    outcome = deal.do("dispute", sender=PAYEE)
    assert outcome.event("Disputed").arguments["ruling_deadline"] == deal.deal()["deadline"] + 2 * REVIEW_S + RULING_S
    deal.do("rule", 300, sender=ARBITER)
    assert deal.balance(PAYEE) == 300


def test_the_time_to_dispute_after_a_rejection_ends() -> None:
    deal = staged(funded=1)
    wait_until(deal.deal()["deadline"])
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    deal.do("reject", 0, REASON, sender=PAYER)
    wait(REVIEW_S + 1)
    deal.refused("escrow: deadline has passed", "dispute", sender=PAYEE)
    deal.do("exit", sender=STRANGER)
    assert deal.balance(PAYER) == 1_000


def test_a_dispute_stops_a_review_that_goes_on_but_not_one_that_ended() -> None:
    deal = staged(funded=2)
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S + 1)
    deal.refused("escrow: approved and not paid yet", "dispute", sender=PAYER)
    deal.do("approve_deemed", 0, sender=PAYEE)
    deal.do("submit", 1, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S)
    deal.do("dispute", sender=PAYER)
    assert deal.deal()["state"] == DISPUTED
    # A silent arbiter ends in a refund, also of what was under review.
    wait_until(deal.deal()["ruling_deadline"] + 1)
    deal.do("exit", sender=STRANGER)
    assert (deal.balance(PAYEE), deal.balance(PAYER)) == (300, 700)


def test_an_empty_deal_is_not_disputed() -> None:
    deal = staged(funded=1)
    deal.do("approve", 0, sender=PAYER)
    deal.refused("escrow: holds nothing", "dispute", sender=PAYEE)


def test_releasing_all_in_a_dispute_closes_a_deal_with_stages_to_come() -> None:
    deal = staged(funded=2)
    deal.do("dispute", sender=PAYEE)
    deal.refused("escrow: disputed, release all or nothing", "release", 799, sender=PAYER)
    deal.do("release", 800, sender=PAYER)
    assert (deal.deal()["state"], deal.balance(PAYEE), deal.released()) == (CLOSED, 800, [300, 500, 0])


def test_a_payee_who_gives_back_closes_a_deal_with_stages_to_come() -> None:
    deal = staged(funded=2)
    deal.do("approve", 0, sender=PAYER)
    deal.do("refund", sender=PAYEE)
    assert (deal.deal()["state"], deal.balance(PAYER), deal.held()) == (CLOSED, 700, 0)
    deal.refused("escrow: not open", "fund", sender=PAYER)


def test_an_unknown_deal_has_no_stages() -> None:
    deal = staged()
    unknown = b"\7" * 32
    assert deal.escrow.read("stages", unknown) == ()
    for name, arguments, refusal in (
        ("submit", (0, EVIDENCE), "escrow: not funded"),
        ("reject", (0, REASON), "escrow: not funded"),
        ("approve", (0,), "escrow: not funded"),
        ("approve_deemed", (0,), "escrow: not funded"),
        ("release_met", (0,), "escrow: not funded"),
    ):
        assert deal.escrow.attempt(name, unknown, *arguments, sender=PAYER).words == refusal
