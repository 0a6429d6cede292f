"""A cover from its offer to what the fact makes of it."""

from pathlib import Path

import pytest

from contracts import compile_file
from tests.contracts.deal_room import CONTRACT, HASH, STRANGER, TEN_YEARS, TOKEN, UNKNOWN
from tests.contracts.moods import HONEST
from tests.contracts.parametric_premium.covers import (
    AMOUNT,
    CLOSED,
    FACTS,
    GRACE,
    HOLDER,
    INSURER,
    LIVE,
    NO_ANSWER,
    NOT_MET,
    OFFERED,
    PAID_OUT,
    PREMIUM,
    TERM,
    THRESHOLD,
    TO_PAY,
    WITHDRAWN,
    Insured,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait


@pytest.fixture
def room() -> Insured:
    return Insured()


def test_an_offer_is_recorded_and_logged_with_all_of_the_cover_in_it(room: Insured) -> None:
    question, foretold = room.question(), room.read("next_id", INSURER)
    logged = room.event("Offered", "offer", *room.terms(question), sender=INSURER)
    agreed = {
        "insurer": INSURER,
        "holder": HOLDER,
        "token": TOKEN,
        "premium": PREMIUM,
        "conditions": FACTS,
        "question": question,
        "at_least": THRESHOLD,
        "pay_deadline": now() + TO_PAY,
        "fact_deadline": now() + TERM,
        "terms_hash": HASH,
    }
    assert logged == {"id": foretold, **agreed, "held_before": 0, "held_after": AMOUNT}
    assert room.read("cover", foretold) == {**agreed, "amount": AMOUNT, "held": AMOUNT, "state": OFFERED}
    assert (room.gain(INSURER), room.liabilities()) == (-AMOUNT, AMOUNT)
    assert room.read("last_deadline", foretold) == now() + TO_PAY
    assert room.read("last_deadline", UNKNOWN) == 0


def test_bad_offers_are_refused(room: Insured) -> None:
    question = room.question()
    for place, value, refusal in (
        (0, bytes(20), "parametric_premium: not a holder"),
        (0, CONTRACT, "parametric_premium: not a holder"),
        (0, INSURER, "parametric_premium: not a holder"),
        (1, STRANGER, "parametric_premium: not a token"),
        (1, CONTRACT, "parametric_premium: not a token"),
        (2, 0, "parametric_premium: no amount"),
        (3, 0, "parametric_premium: no amount"),
        (2, 2**128 + 1, "parametric_premium: out of range"),
        (3, 2**128 + 1, "parametric_premium: out of range"),
        (4, STRANGER, "parametric_premium: not a source"),
        (5, UNKNOWN, "deadlines: has passed already"),
        (7, now(), "deadlines: has passed already"),
        (7, now() + TEN_YEARS + 1, "deadlines: too far ahead"),
        (7, now() + TERM + 1, "parametric_premium: paid after fact"),
    ):
        changed = room.terms(question)
        changed[place] = value
        room.refused(refusal, "offer", *changed, sender=INSURER)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "offer", *room.terms(question), sender=INSURER)


def test_the_holder_pays_the_premium_and_then_the_fact_decides(room: Insured) -> None:
    question = room.question()
    id = room.offered(question)
    room.refused("parametric_premium: not live", "settle", id)
    room.refused("parametric_premium: not the holder", "buy", id, sender=STRANGER)
    wait(TO_PAY)
    logged = room.event("Bought", "buy", id, sender=HOLDER)
    assert logged == {"id": id, "holder": HOLDER, "held_before": AMOUNT, "held_after": AMOUNT + PREMIUM}
    assert (room.read("cover", id)["state"], room.read("held", id)) == (LIVE, AMOUNT + PREMIUM)
    room.refused("parametric_premium: not offered", "buy", id, sender=HOLDER)
    room.refused("parametric_premium: not offered", "withdraw", id, sender=INSURER)
    room.refused("parametric_premium: not decided yet", "settle", id)
    room.decide(question, THRESHOLD)
    logged = room.event("Settled", "settle", id, sender=STRANGER)
    assert logged == {
        "id": id,
        "by": STRANGER,
        "how": PAID_OUT,
        "to_holder": AMOUNT,
        "to_insurer": PREMIUM,
        "held_before": AMOUNT + PREMIUM,
        "held_after": 0,
    }
    assert (room.gain(HOLDER), room.gain(INSURER)) == (AMOUNT - PREMIUM, PREMIUM - AMOUNT)
    assert (room.read("cover", id)["state"], room.liabilities()) == (CLOSED, 0)
    room.refused("parametric_premium: not live", "settle", id)
    room.refused("parametric_premium: nothing held", "exit", id)


def test_a_value_below_the_threshold_sends_the_cover_back(room: Insured) -> None:
    question = room.question()
    id = room.live(question)
    room.decide(question, THRESHOLD - 1)
    settled = room.event("Settled", "settle", id)
    assert (settled["how"], settled["to_holder"], settled["to_insurer"]) == (NOT_MET, 0, AMOUNT + PREMIUM)
    assert (room.gain(HOLDER), room.gain(INSURER)) == (-PREMIUM, PREMIUM)


@pytest.mark.parametrize(("default", "how"), [(0, NOT_MET), (THRESHOLD, PAID_OUT)])
def test_silent_attestors_leave_it_to_the_questions_default(room: Insured, default: int, how: int) -> None:
    id = room.live(room.question(default))
    wait(TERM)
    room.refused("parametric_premium: not decided yet", "settle", id)
    wait(1)
    assert room.event("Settled", "settle", id)["how"] == how


def test_what_is_known_cannot_be_insured(room: Insured) -> None:
    question = room.question()
    id = room.offered(question)
    room.decide(question, THRESHOLD)
    room.refused("parametric_premium: decided already", "buy", id, sender=HOLDER)


def test_an_offer_is_taken_back_or_ends_by_itself(room: Insured) -> None:
    question = room.question()
    id, other = room.offered(question), room.offered(question)
    room.refused("parametric_premium: not the insurer", "withdraw", id, sender=HOLDER)
    assert room.event("Settled", "withdraw", id, sender=INSURER)["how"] == WITHDRAWN
    room.refused("parametric_premium: not offered", "withdraw", id, sender=INSURER)
    wait(TO_PAY)
    room.refused("parametric_premium: not over", "exit", other)
    wait(1)
    room.refused("parametric_premium: too late to pay", "buy", other, sender=HOLDER)
    room.do("exit", other, sender=STRANGER)
    assert (room.gain(INSURER), room.liabilities()) == (0, 0)
    room.refused("parametric_premium: nothing held", "exit", UNKNOWN)


def test_thirty_days_after_the_fact_anyone_ends_a_cover_as_the_fact_says(room: Insured) -> None:
    id = room.live(room.question(THRESHOLD))
    wait(TERM + GRACE)
    assert room.read("last_deadline", id) == now()
    room.refused("parametric_premium: not over", "exit", id)
    wait(1)
    assert room.event("Settled", "exit", id)["how"] == PAID_OUT


@pytest.mark.parametrize("question", [bytes(32), UNKNOWN])
def test_a_source_that_never_answers_in_form_gives_both_their_money_back(room: Insured, question: bytes) -> None:
    source = Placed(compile_file(Path(__file__).parent / "silent_source.vy"), b"\xb9" * 20)
    terms = room.terms(question)
    terms[4], terms[7] = source.address, now() + 1_000
    id = room.do("offer", *terms, sender=INSURER)
    room.do("buy", id, sender=HOLDER)
    wait(1_000 + GRACE + 1)
    room.refused("parametric_premium: not decided yet", "settle", id)
    ended = room.event("Settled", "exit", id)
    assert (ended["how"], ended["to_holder"], ended["to_insurer"]) == (NO_ANSWER, PREMIUM, AMOUNT)
    assert (room.gain(HOLDER), room.gain(INSURER)) == (0, 0)


def test_a_refused_holder_has_a_claim(room: Insured) -> None:
    question = room.question()
    id = room.live(question)
    room.decide(question, 2**255)
    room.token.do("block", HOLDER)
    room.do("settle", id)
    assert (room.owed(HOLDER), room.liabilities()) == (AMOUNT, AMOUNT)
    room.token.do("set_mode", HONEST)
    room.do("claim", TOKEN, HOLDER)
    assert room.gain(HOLDER) == AMOUNT - PREMIUM


def test_nothing_re_enters_while_money_moves(room: Insured) -> None:
    question = room.question()
    id, other = room.live(question), room.live(question)
    room.decide(question, THRESHOLD)
    room.nothing_reenters("settle", id, sender=HOLDER, entered=["settle", other])
    assert room.read("held", other) == AMOUNT + PREMIUM
