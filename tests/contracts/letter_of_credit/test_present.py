"""Presenting documents, examining them, and who is paid."""

from typing import Any

import boa
import pytest
from eth_abi.abi import encode as abi_encode
from eth_utils.crypto import keccak

from tests.contracts.letter_of_credit.counter import (
    APPLICANT,
    BENEFICIARY,
    CONFIRMER,
    DAY,
    DEPOSIT,
    DOCUMENTS,
    ENDED,
    HONOURED,
    ISSUER,
    LARGEST,
    LATE,
    MONEY,
    NOMINATED,
    NONE,
    OPEN,
    PERIOD,
    STRANGER,
    TERM,
    Counter,
    monday,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until

DRAWING = 40_000_00
HOUR = 60 * 60


def end_of_day(second: int) -> int:
    return second - second % DAY + DAY - 1


def test_a_presentation_is_recorded_and_logged(counter: Counter) -> None:
    id = counter.issued()
    shipped = now() - DAY
    outcome = counter.credits.attempt("present", id, DRAWING, DOCUMENTS, shipped, 200, sender=BENEFICIARY)
    assert outcome.result == 1
    # Nine in the morning of a Monday: the banks have to the end of the next one.
    deadline = end_of_day(now() + 7 * DAY)
    assert outcome.event("Presented").arguments == {
        "id": id,
        "number": 1,
        "beneficiary": BENEFICIARY,
        "amount": DRAWING,
        "documents": tuple(DOCUMENTS),
        "shipment_date": shipped,
        "max_discount": 200,
        "examination_deadline": deadline,
    }
    assert counter.presentation(id, 1) == {
        "amount": DRAWING,
        "documents_hash": keccak(abi_encode(["bytes32[]"], [DOCUMENTS])),
        "shipment_date": shipped,
        "max_discount": 200,
        "examination_deadline": deadline,
        "claimant": BENEFICIARY,
        "issuer_refused": False,
        "confirmer_refused": False,
        "waived": False,
        "confirmer_paid": False,
        "state": OPEN,
    }
    assert counter.credits.read("available", id) == LARGEST - DRAWING
    assert counter.credits.read("open_presentations", id) == (1,)
    assert counter.of(id)["reserved"] == DRAWING


@pytest.mark.parametrize(
    ("day", "days_later"),
    [(0, 7), (1, 7), (2, 7), (3, 7), (4, 7), (5, 6), (6, 5)],
    ids=["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
)
def test_banks_have_five_banking_days_after_that_of_presentation(counter: Counter, day: int, days_later: int) -> None:
    id = counter.issued()
    wait(day * DAY)
    shown = counter.presentation(id, counter.present(id))
    assert shown["examination_deadline"] == end_of_day(now() + days_later * DAY)


def test_presenting_ends_with_the_expiry(counter: Counter) -> None:
    id = counter.issued(latest_shipment=now() + TERM)
    counter.refused("not the beneficiary", "present", id, 1, DOCUMENTS, now(), 0, sender=APPLICANT)
    wait(TERM)
    with boa.env.anchor():
        counter.present(id)
    wait(1)
    counter.refused("has expired", "present", id, 1, DOCUMENTS, now() - 1, 0, sender=BENEFICIARY)


def test_shipment_is_over_not_too_late_and_not_too_long_ago(counter: Counter) -> None:
    id = counter.issued()
    began = now()
    latest = counter.of(id)["terms"]["latest_shipment"]
    counter.refused("not shipped yet", "present", id, 1, DOCUMENTS, now() + 1, 0, sender=BENEFICIARY)
    wait(PERIOD)
    with boa.env.anchor():
        counter.present(id, shipped=began)
    wait(1)
    counter.refused("presented too late", "present", id, 1, DOCUMENTS, began, 0, sender=BENEFICIARY)
    wait_until(latest + 5)
    counter.refused("shipped too late", "present", id, 1, DOCUMENTS, latest + 1, 0, sender=BENEFICIARY)
    counter.present(id, shipped=latest)


def test_drawings_stay_within_the_tolerance(counter: Counter) -> None:
    id = counter.issued()
    counter.refused("no amount", "present", id, 0, DOCUMENTS, now(), 0, sender=BENEFICIARY)
    counter.refused("overdrawn", "present", id, LARGEST + 1, DOCUMENTS, now(), 0, sender=BENEFICIARY)
    counter.credits.do("honour", id, counter.present(id, DRAWING), sender=ISSUER)
    counter.present(id, DRAWING)
    left = LARGEST - 2 * DRAWING
    counter.refused("overdrawn", "present", id, left + 1, DOCUMENTS, now(), 0, sender=BENEFICIARY)
    counter.present(id, left)
    counter.refused("overdrawn", "present", id, 1, DOCUMENTS, now(), 0, sender=BENEFICIARY)


def test_presentations_have_documents_and_a_discount_within_reason(counter: Counter) -> None:
    id = counter.issued()
    counter.refused("no documents", "present", id, 1, [], now(), 0, sender=BENEFICIARY)
    counter.refused("discount out of range", "present", id, 1, DOCUMENTS, now(), 10_001, sender=BENEFICIARY)
    counter.present(id, discount=10_000)


def test_eight_presentations_may_be_open(counter: Counter) -> None:
    id = counter.issued()
    for _ in range(8):
        counter.present(id, 1)
    counter.refused("too many open", "present", id, 1, DOCUMENTS, now(), 0, sender=BENEFICIARY)
    counter.credits.do("honour", id, 3, sender=ISSUER)
    assert sorted(counter.credits.read("open_presentations", id)) == [1, 2, 4, 5, 6, 7, 8]
    counter.present(id, 1)
    counter.credits.do("take_back", id, 9, sender=BENEFICIARY)
    assert sorted(counter.credits.read("open_presentations", id)) == [1, 2, 4, 5, 6, 7, 8]


def test_the_issuer_honours_and_the_beneficiary_is_paid_at_once(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    outcome = counter.credits.attempt("honour", id, number, sender=ISSUER)
    assert outcome.event("Honoured").arguments == {
        "id": id,
        "number": number,
        "claimant": BENEFICIARY,
        "by": ISSUER,
        "value": DRAWING,
        "held_before": LARGEST,
        "held_after": LARGEST - DRAWING,
    }
    record = counter.of(id)
    assert (record["drawn"], record["reserved"], record["cover_used"]) == (DRAWING, 0, DRAWING)
    assert counter.gained(BENEFICIARY) == DRAWING
    assert counter.presentation(id, number)["state"] == HONOURED
    assert counter.credits.read("open_presentations", id) == ()
    counter.refused("no open presentation", "honour", id, number, sender=ISSUER)
    counter.covered(id)


def test_a_silent_issuer_is_precluded_and_anyone_has_the_cover_pay(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    wait_until(counter.presentation(id, number)["examination_deadline"])
    counter.refused("not the issuer", "honour", id, number, sender=STRANGER)
    with boa.env.anchor():
        counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    wait(1)
    counter.refused("precluded", "notice", id, number, LATE, sender=ISSUER)
    counter.credits.do("honour", id, number, sender=STRANGER)
    assert (counter.gained(BENEFICIARY), counter.gained(STRANGER)) == (DRAWING, 0)


def test_a_bank_lists_the_discrepancies_once(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id)
    counter.refused("no discrepancies", "notice", id, number, [], sender=ISSUER)
    counter.refused("not a bank", "notice", id, number, LATE, sender=APPLICANT)
    outcome = counter.credits.attempt("notice", id, number, LATE, sender=ISSUER)
    assert outcome.event("NoticeGiven").arguments == {
        "id": id,
        "number": number,
        "bank": ISSUER,
        "discrepancies": tuple(LATE),
    }
    shown = counter.presentation(id, number)
    assert (shown["issuer_refused"], shown["confirmer_refused"]) == (True, False)
    counter.refused("one notice only", "notice", id, number, LATE, sender=ISSUER)
    counter.credits.do("notice", id, number, LATE, sender=CONFIRMER)
    assert counter.presentation(id, number)["confirmer_refused"] is True
    counter.refused("one notice only", "notice", id, number, LATE, sender=CONFIRMER)


def test_a_named_confirmer_that_has_not_confirmed_examines_nothing(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    counter.refused("not a bank", "notice", id, number, LATE, sender=CONFIRMER)
    counter.refused("not confirmed", "honour_confirmed", id, number, sender=CONFIRMER)


def test_after_a_notice_only_waiver_and_issuer_together_pay(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    counter.refused("not the applicant", "waive", id, number, sender=ISSUER)
    counter.refused("nothing to waive", "waive", id, number, sender=APPLICANT)
    counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    counter.refused("discrepant", "honour", id, number, sender=ISSUER)
    wait(30 * DAY)
    counter.refused("discrepant", "honour", id, number, sender=STRANGER)
    outcome = counter.credits.attempt("waive", id, number, sender=APPLICANT)
    assert outcome.event("Waived").arguments == {"id": id, "number": number, "applicant": APPLICANT}
    counter.refused("waived already", "waive", id, number, sender=APPLICANT)
    counter.refused("not the issuer", "honour", id, number, sender=BENEFICIARY)
    counter.credits.do("honour", id, number, sender=ISSUER)
    assert counter.gained(BENEFICIARY) == DRAWING


def test_refused_documents_are_taken_back_and_presented_again(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id, LARGEST)
    counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    counter.refused("not the claimant", "take_back", id, number, sender=ISSUER)
    outcome = counter.credits.attempt("take_back", id, number, sender=BENEFICIARY)
    assert outcome.event("PresentationEnded").arguments == {"id": id, "number": number, "by": BENEFICIARY}
    assert counter.presentation(id, number)["state"] == ENDED
    assert counter.of(id)["reserved"] == 0
    again = counter.present(id, LARGEST)
    assert again == number + 1
    counter.credits.do("honour", id, again, sender=ISSUER)
    counter.refused("no open presentation", "take_back", id, again, sender=BENEFICIARY)


def test_a_nominated_bank_buys_at_a_discount_and_stands_in(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id, 100_01, discount=200)
    counter.refused("not nominated", "negotiate", id, number, 0, sender=STRANGER)
    counter.refused("discount too large", "negotiate", id, number, 201, sender=NOMINATED)
    outcome = counter.credits.attempt("negotiate", id, number, 200, sender=NOMINATED)
    assert outcome.event("Negotiated").arguments == {
        "id": id,
        "number": number,
        "bank": NOMINATED,
        "price": 98_01,
        "discount": 2_00,
    }
    assert (counter.gained(BENEFICIARY), counter.gained(NOMINATED)) == (98_01, -98_01)
    counter.refused("bought already", "negotiate", id, number, 0, sender=NOMINATED)
    counter.refused("not the claimant", "take_back", id, number, sender=BENEFICIARY)
    counter.credits.do("honour", id, number, sender=ISSUER)
    assert counter.gained(NOMINATED) == 2_00
    counter.covered(id)


def test_any_bank_buys_where_none_is_nominated(counter: Counter) -> None:
    id = counter.issued(nominated=NONE)
    number = counter.present(id, discount=10_000)
    for who in (BENEFICIARY, ISSUER):
        counter.refused("not a buyer", "negotiate", id, number, 0, sender=who)
    counter.credits.do("negotiate", id, number, 10_000, sender=STRANGER)
    assert (counter.gained(BENEFICIARY), counter.gained(STRANGER)) == (0, 0)
    assert counter.presentation(id, number)["claimant"] == STRANGER


@pytest.mark.parametrize("bank", [ISSUER, CONFIRMER])
def test_nobody_buys_after_a_notice(counter: Counter, bank: bytes) -> None:
    id = counter.confirmed()
    number = counter.present(id)
    counter.credits.do("notice", id, number, LATE, sender=bank)
    counter.refused("discrepant", "negotiate", id, number, 0, sender=NOMINATED)


def test_a_price_must_arrive_in_full(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    counter.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    counter.refused("claims: less arrived than was sent", "negotiate", id, number, 0, sender=NOMINATED)


def test_the_confirmer_pays_from_its_own_money_and_is_reimbursed_when_the_issuer_honours(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id)
    counter.refused("not the confirmer", "honour_confirmed", id, number, sender=BENEFICIARY)
    outcome = counter.credits.attempt("honour_confirmed", id, number, sender=CONFIRMER)
    assert outcome.event("ConfirmerPaid").arguments == {
        "id": id,
        "number": number,
        "claimant": BENEFICIARY,
        "value": DRAWING,
        "held_before": 2 * LARGEST,
        "held_after": 2 * LARGEST - DRAWING,
    }
    record, shown = counter.of(id), counter.presentation(id, number)
    assert (record["drawn"], record["reserved"]) == (DRAWING, 0)
    assert (record["cover_used"], record["confirmer_used"]) == (0, DRAWING)
    assert (shown["claimant"], shown["confirmer_paid"], shown["state"]) == (CONFIRMER, True, OPEN)
    assert counter.gained(BENEFICIARY) == DRAWING
    counter.refused("paid already", "honour_confirmed", id, number, sender=CONFIRMER)
    counter.refused("paid already", "notice", id, number, LATE, sender=CONFIRMER)
    counter.refused("bought already", "negotiate", id, number, 0, sender=NOMINATED)
    counter.covered(id)
    counter.credits.do("honour", id, number, sender=ISSUER)
    record = counter.of(id)
    assert (record["drawn"], record["reserved"]) == (DRAWING, 0)
    assert (record["cover_used"], record["confirmer_used"]) == (DRAWING, DRAWING)
    assert (counter.gained(BENEFICIARY), counter.gained(CONFIRMER)) == (DRAWING, -LARGEST + DRAWING)
    counter.covered(id)


def test_a_silent_confirmer_is_precluded_too(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id)
    counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    wait_until(counter.presentation(id, number)["examination_deadline"])
    counter.refused("not the confirmer", "honour_confirmed", id, number, sender=STRANGER)
    wait(1)
    counter.credits.do("honour_confirmed", id, number, sender=STRANGER)
    assert counter.gained(BENEFICIARY) == DRAWING
    counter.refused("discrepant", "honour", id, number, sender=ISSUER)


def test_a_confirmers_notice_does_not_bind_the_issuer(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id)
    counter.credits.do("notice", id, number, LATE, sender=CONFIRMER)
    counter.refused("discrepant", "honour_confirmed", id, number, sender=CONFIRMER)
    counter.refused("nothing to waive", "waive", id, number, sender=APPLICANT)
    counter.credits.do("honour", id, number, sender=ISSUER)
    assert counter.gained(BENEFICIARY) == DRAWING


def test_the_confirmer_pays_the_bank_that_bought(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id)
    counter.credits.do("negotiate", id, number, 100, sender=NOMINATED)
    counter.credits.do("honour_confirmed", id, number, sender=CONFIRMER)
    assert counter.gained(NOMINATED) == DRAWING // 100
    assert counter.presentation(id, number)["claimant"] == CONFIRMER


def test_what_the_confirmer_paid_stays_drawn_when_it_gives_up(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id, LARGEST)
    counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    counter.credits.do("honour_confirmed", id, number, sender=CONFIRMER)
    counter.credits.do("take_back", id, number, sender=CONFIRMER)
    record = counter.of(id)
    assert (record["drawn"], record["reserved"], record["cover_used"]) == (LARGEST, 0, 0)
    counter.refused("overdrawn", "present", id, 1, DOCUMENTS, now(), 0, sender=BENEFICIARY)
    counter.credits.do("expire", id, sender=STRANGER)
    assert (counter.gained(APPLICANT), counter.gained(ISSUER), counter.gained(CONFIRMER)) == (0, 0, -LARGEST)


def test_a_refused_claimant_has_a_claim(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    counter.money.do("block", BENEFICIARY)
    counter.credits.do("honour", id, number, sender=ISSUER)
    assert counter.credits.read("claimable", MONEY, BENEFICIARY) == DRAWING
    assert counter.credits.read("liabilities", MONEY) == LARGEST
    counter.money.do("set_mode", HOSTILE_MOODS["honest"])
    counter.credits.do("claim", MONEY, BENEFICIARY, sender=STRANGER)
    assert counter.gained(BENEFICIARY) == DRAWING


def test_two_credits_covers_are_apart(counter: Counter) -> None:
    first, second = counter.issued(), counter.confirmed(deposit=DEPOSIT)
    counter.credits.do("honour", first, counter.present(first, LARGEST), sender=ISSUER)
    assert counter.credits.read("held", first) == 0
    assert counter.credits.read("held", second) == 2 * LARGEST
    counter.covered(first, second)


GOOD_CALLS: list[tuple[str, Any]] = [
    ("honour", lambda id: (id, 1)),
    ("notice", lambda id: (id, 1, LATE)),
    ("expire", lambda id: (id,)),
    ("credit", lambda id: (id,)),
    ("held", lambda id: (id,)),
]


@pytest.mark.parametrize(("name", "arguments"), GOOD_CALLS, ids=[name for name, _ in GOOD_CALLS])
def test_nothing_re_enters_while_a_drawing_is_paid(counter: Counter, name: str, arguments: Any) -> None:
    """The token itself is an issuer, so only the lock refuses what it calls."""
    id = counter.issued()
    other = counter.drafted(LARGEST, issuer=MONEY)
    counter.credits.do("issue", other, sender=MONEY)
    number = counter.present(id)
    counter.present(other)
    if name == "expire":
        counter.credits.do("take_back", other, 1, sender=BENEFICIARY)
        wait(TERM + 1)
    sender = MONEY
    payload = counter.credits.artifact.encode_call(name, *arguments(other))
    with boa.env.anchor():
        assert counter.credits.attempt_raw(payload, sender=sender).accepted
    counter.money.do("call_back", counter.credits.address, payload)
    counter.credits.do("honour", id, number, sender=ISSUER)
    assert (counter.money.read("reentries_tried"), counter.money.read("reentries_done")) == (1, 0)
    assert counter.gained(BENEFICIARY) == DRAWING


def test_a_monday_is_a_monday() -> None:
    assert (monday(now()) // DAY + 3) % 7 == 0
    assert monday(now()) % DAY == 9 * HOUR
