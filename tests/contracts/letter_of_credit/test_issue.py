"""Drafting, issuing, advising, confirming and amending."""

from typing import Any

import boa
import pytest

from tests.contracts.letter_of_credit.counter import (
    ADVISER,
    AMOUNT,
    APPLICANT,
    BENEFICIARY,
    CLOSED,
    CONFIRMED,
    CONFIRMER,
    CREDIT,
    DAY,
    DEPOSIT,
    DOCUMENTS,
    DRAFTED,
    ISSUED,
    ISSUER,
    LARGEST,
    MONEY,
    NONE,
    STRANGER,
    TERM,
    Counter,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

TEN_YEARS = 10 * 366 * DAY


def test_a_draft_is_recorded_and_holds_its_deposit(counter: Counter) -> None:
    terms = counter.terms()
    foretold = counter.credits.read("next_id", APPLICANT)
    outcome = counter.credits.attempt("draft", terms, DEPOSIT, sender=APPLICANT)
    assert outcome.result == foretold
    assert outcome.event("Drafted").arguments == {
        "id": foretold,
        "applicant": APPLICANT,
        "beneficiary": BENEFICIARY,
        "terms": terms,
        "held_before": 0,
        "held_after": DEPOSIT,
    }
    record = counter.of(foretold)
    assert (record["applicant"], record["terms"], record["deposit"]) == (APPLICANT, terms, DEPOSIT)
    assert record["state"] == DRAFTED
    assert counter.credits.read("last_deadline", foretold) == terms["expiry"]
    assert counter.credits.read("available", foretold) == 0
    counter.covered(foretold)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 1, "tolerance": 0},
        {"amount": 2**128, "tolerance": 1_000},
        {"presentation_period": 1},
        {"presentation_period": 366 * DAY},
        {"advising": NONE, "confirmer": NONE, "nominated": NONE},
        {"latest_shipment": 0},
    ],
)
def test_terms_at_their_limits_are_taken(counter: Counter, changes: dict[str, Any]) -> None:
    counter.drafted(0, **changes)
    counter.drafted(0, expiry=now() + TEN_YEARS)
    counter.drafted(0, expiry=now() + 1, latest_shipment=now() + 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": NONE}, "not an issuer"),
        ({"issuer": APPLICANT}, "not an issuer"),
        ({"issuer": CREDIT}, "not an issuer"),
        ({"beneficiary": NONE}, "not a beneficiary"),
        ({"beneficiary": APPLICANT}, "not a beneficiary"),
        ({"beneficiary": ISSUER}, "not a beneficiary"),
        ({"beneficiary": MONEY}, "not a beneficiary"),
        ({"beneficiary": CREDIT}, "not a beneficiary"),
        ({"confirmer": APPLICANT}, "not a confirmer"),
        ({"confirmer": ISSUER}, "not a confirmer"),
        ({"confirmer": BENEFICIARY}, "not a confirmer"),
        ({"confirmer": CREDIT}, "not a confirmer"),
        ({"nominated": APPLICANT}, "not a nominee"),
        ({"nominated": ISSUER}, "not a nominee"),
        ({"nominated": BENEFICIARY}, "not a nominee"),
        ({"nominated": CREDIT}, "not a nominee"),
        ({"token": STRANGER}, "not a token"),
        ({"token": CREDIT}, "not a token"),
        ({"presentation_period": 0}, "period out of range"),
        ({"presentation_period": 366 * DAY + 1}, "period out of range"),
        ({"amount": 0}, "no amount"),
        ({"amount": 2**128 + 1}, "amount out of range"),
        ({"tolerance": 1_001}, "tolerance too large"),
    ],
)
def test_bad_terms_are_refused(counter: Counter, changes: dict[str, Any], words: str) -> None:
    counter.refused(words, "draft", counter.terms(**changes), 0, sender=APPLICANT)


def test_expiry_lies_ahead_and_shipment_before_it(counter: Counter) -> None:
    for term, words in (
        (0, "deadlines: has passed already"),
        (TEN_YEARS + 1, "deadlines: too far ahead"),
    ):
        counter.refused(words, "draft", counter.terms(expiry=now() + term), 0, sender=APPLICANT)
    terms = counter.terms(expiry=now() + 9, latest_shipment=now() + 10)
    counter.refused("ships after expiry", "draft", terms, 0, sender=APPLICANT)


def test_a_deposit_is_at_most_the_largest_drawing(counter: Counter) -> None:
    counter.refused("deposit too large", "draft", counter.terms(), LARGEST + 1, sender=APPLICANT)
    id = counter.issued(LARGEST)
    assert counter.of(id)["funded"] == 0
    counter.covered(id)
    counter.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    counter.refused("claims: less arrived than was sent", "draft", counter.terms(), 100, sender=APPLICANT)


def test_the_issuer_covers_what_the_deposit_does_not(counter: Counter) -> None:
    id = counter.drafted()
    counter.refused("not the issuer", "issue", id, sender=APPLICANT)
    outcome = counter.credits.attempt("issue", id, sender=ISSUER)
    assert outcome.event("Issued").arguments == {
        "id": id,
        "issuer": ISSUER,
        "largest_drawing": LARGEST,
        "held_before": DEPOSIT,
        "held_after": LARGEST,
    }
    record = counter.of(id)
    assert (record["state"], record["funded"]) == (ISSUED, LARGEST - DEPOSIT)
    assert counter.gained(ISSUER) == -(LARGEST - DEPOSIT)
    assert counter.credits.read("held", id) == counter.credits.read("available", id) == LARGEST
    counter.refused("not a draft", "issue", id, sender=ISSUER)
    counter.covered(id)


def test_a_draft_is_issued_up_to_its_expiry(counter: Counter) -> None:
    id = counter.drafted()
    wait(TERM)
    with boa.env.anchor():
        counter.credits.do("issue", id, sender=ISSUER)
    wait(1)
    counter.refused("has expired", "issue", id, sender=ISSUER)


def test_a_cover_must_arrive_in_full(counter: Counter) -> None:
    drafted, issued = counter.drafted(), counter.issued()
    counter.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    counter.refused("claims: less arrived than was sent", "issue", drafted, sender=ISSUER)
    counter.refused("claims: less arrived than was sent", "confirm", issued, 0, sender=CONFIRMER)


@pytest.mark.parametrize("who", [APPLICANT, ISSUER])
def test_a_draft_is_withdrawn_by_applicant_or_issuer(counter: Counter, who: bytes) -> None:
    id = counter.drafted()
    counter.refused("not a party", "withdraw", id, sender=BENEFICIARY)
    outcome = counter.credits.attempt("withdraw", id, sender=who)
    assert outcome.event("Closed").arguments == {
        "id": id,
        "by": who,
        "to_applicant": DEPOSIT,
        "to_issuer": 0,
        "to_confirmer": 0,
        "held_before": DEPOSIT,
        "held_after": 0,
    }
    assert (counter.gained(APPLICANT), counter.of(id)["state"]) == (0, CLOSED)
    counter.refused("not a draft", "withdraw", id, sender=who)
    counter.covered(id)


def test_an_issued_credit_is_not_withdrawn(counter: Counter) -> None:
    id = counter.issued()
    counter.refused("not a draft", "withdraw", id, sender=ISSUER)


def test_the_adviser_says_once_that_the_credit_is_genuine(counter: Counter) -> None:
    id = counter.drafted()
    counter.refused("not running", "advise", id, sender=ADVISER)
    counter.credits.do("issue", id, sender=ISSUER)
    counter.refused("not the adviser", "advise", id, sender=ISSUER)
    outcome = counter.credits.attempt("advise", id, sender=ADVISER)
    assert outcome.event("Advised").arguments == {"id": id, "advising": ADVISER, "beneficiary": BENEFICIARY}
    assert counter.of(id)["advised"] is True
    counter.refused("advised already", "advise", id, sender=ADVISER)


def test_the_confirmer_adds_its_undertaking_with_money(counter: Counter) -> None:
    id = counter.issued()
    counter.refused("not the confirmer", "confirm", id, 0, sender=ISSUER)
    outcome = counter.credits.attempt("confirm", id, 0, sender=CONFIRMER)
    assert outcome.event("Confirmed").arguments == {
        "id": id,
        "confirmer": CONFIRMER,
        "value": LARGEST,
        "held_before": LARGEST,
        "held_after": 2 * LARGEST,
    }
    record = counter.of(id)
    assert (record["state"], record["confirmed_cover"]) == (CONFIRMED, LARGEST)
    assert counter.gained(CONFIRMER) == -LARGEST
    counter.refused("not to be confirmed", "confirm", id, 0, sender=CONFIRMER)
    counter.covered(id)


def test_a_credit_is_confirmed_before_presentations_and_up_to_its_expiry(counter: Counter) -> None:
    presented, unpresented, drafted = counter.issued(), counter.issued(), counter.drafted()
    counter.refused("not to be confirmed", "confirm", drafted, 0, sender=CONFIRMER)
    counter.present(presented)
    counter.refused("presented already", "confirm", presented, 0, sender=CONFIRMER)
    wait(TERM)
    with boa.env.anchor():
        counter.credits.do("confirm", unpresented, 0, sender=CONFIRMER)
    wait(1)
    counter.refused("has expired", "confirm", unpresented, 0, sender=CONFIRMER)


def amend(counter: Counter, id: bytes, **changes: int) -> int:
    terms = counter.of(id)["terms"]
    new = {name: terms[name] for name in ("amount", "tolerance", "expiry", "latest_shipment")} | changes
    number: int = counter.credits.do("amend", id, *new.values(), sender=ISSUER)
    return number


def test_an_amendment_needs_the_beneficiary_and_the_applicant_whose_deposit_is_at_stake(counter: Counter) -> None:
    id = counter.issued()
    terms = counter.of(id)["terms"]
    new = (120_000_00, 1_000, terms["expiry"] + DAY, terms["latest_shipment"] + DAY)
    counter.refused("not the issuer", "amend", id, *new, sender=APPLICANT)
    outcome = counter.credits.attempt("amend", id, *new, sender=ISSUER)
    assert outcome.result == 1
    assert outcome.event("AmendmentProposed").arguments == {
        "id": id,
        "number": 1,
        "amount": 120_000_00,
        "tolerance": 1_000,
        "expiry": new[2],
        "latest_shipment": new[3],
    }
    proposal = counter.credits.read("amendment", id)
    agreed = ("beneficiary_agreed", "confirmer_agreed", "applicant_agreed")
    assert [proposal[name] for name in agreed] == [False, True, False]
    counter.refused("not a party", "agree", id, 1, sender=ISSUER)
    counter.refused("no such amendment", "agree", id, 0, sender=BENEFICIARY)
    counter.refused("no such amendment", "agree", id, 2, sender=BENEFICIARY)
    outcome = counter.credits.attempt("agree", id, 1, sender=APPLICANT)
    assert outcome.event("AmendmentAgreed").arguments == {"id": id, "number": 1, "by": APPLICANT}
    assert counter.of(id)["terms"] == terms
    outcome = counter.credits.attempt("agree", id, 1, sender=BENEFICIARY)
    assert outcome.event("Amended").arguments == {
        "id": id,
        "number": 1,
        "largest_drawing": 132_000_00,
        "held_before": LARGEST,
        "held_after": 132_000_00,
    }
    amended = counter.of(id)["terms"]
    assert (amended["amount"], amended["tolerance"], amended["expiry"], amended["latest_shipment"]) == new
    assert counter.of(id)["funded"] == 132_000_00 - DEPOSIT
    assert counter.credits.read("available", id) == 132_000_00
    counter.refused("no such amendment", "agree", id, 1, sender=BENEFICIARY)
    counter.covered(id)


def test_without_a_deposit_the_beneficiary_alone_agrees(counter: Counter) -> None:
    id = counter.issued(0)
    number = amend(counter, id, amount=50_000_00)
    counter.credits.do("agree", id, number, sender=BENEFICIARY)
    assert counter.credits.read("available", id) == 52_500_00
    assert counter.credits.read("held", id) == LARGEST
    counter.covered(id)


def test_a_confirmer_agrees_too_and_adds_its_own_cover(counter: Counter) -> None:
    id = counter.confirmed(deposit=0)
    number = amend(counter, id, amount=200_000_00)
    counter.credits.do("agree", id, number, sender=BENEFICIARY)
    assert counter.credits.read("available", id) == LARGEST
    counter.credits.do("agree", id, number, sender=CONFIRMER)
    assert counter.credits.read("available", id) == 210_000_00
    assert (counter.gained(ISSUER), counter.gained(CONFIRMER)) == (-210_000_00, -210_000_00)
    assert counter.credits.read("held", id) == 420_000_00
    counter.covered(id)


def test_a_smaller_credit_asks_nobody_for_more(counter: Counter) -> None:
    id = counter.confirmed(deposit=0)
    number = amend(counter, id, amount=AMOUNT - 1)
    counter.credits.do("agree", id, number, sender=CONFIRMER)
    counter.credits.do("agree", id, number, sender=BENEFICIARY)
    assert (counter.gained(ISSUER), counter.gained(CONFIRMER)) == (-LARGEST, -LARGEST)


def test_what_was_proposed_before_a_confirmation_is_gone(counter: Counter) -> None:
    id = counter.issued(0)
    number = amend(counter, id, amount=200_000_00)
    counter.credits.do("confirm", id, number, sender=CONFIRMER)
    counter.refused("no such amendment", "agree", id, number, sender=BENEFICIARY)


def test_nobody_confirms_terms_that_were_amended_meanwhile(counter: Counter) -> None:
    id = counter.issued()
    number = amend(counter, id, amount=500_000_00)
    for party in (BENEFICIARY, APPLICANT):
        counter.credits.do("agree", id, number, sender=party)
    counter.refused("no such amendment", "confirm", id, 0, sender=CONFIRMER)
    counter.credits.do("confirm", id, number, sender=CONFIRMER)
    assert counter.gained(CONFIRMER) == -525_000_00


def test_a_newer_proposal_replaces_the_older(counter: Counter) -> None:
    id = counter.issued(0)
    first = amend(counter, id, amount=200_000_00)
    assert amend(counter, id, amount=150_000_00) == first + 1
    counter.refused("no such amendment", "agree", id, first, sender=BENEFICIARY)


def test_a_proposal_lives_up_to_the_expiry_it_proposes(counter: Counter) -> None:
    id = counter.issued(0)
    number = amend(counter, id, expiry=now() + DAY, latest_shipment=now())
    wait(DAY)
    with boa.env.anchor():
        counter.credits.do("agree", id, number, sender=BENEFICIARY)
    wait(1)
    counter.refused("no such amendment", "agree", id, number, sender=BENEFICIARY)


def test_an_amendment_leaves_room_for_what_was_presented_and_drawn(counter: Counter) -> None:
    id = counter.issued(0)
    counter.credits.do("honour", id, counter.present(id, 30_000_00), sender=ISSUER)
    counter.present(id, 20_000_00)
    number = amend(counter, id, amount=50_000_00 - 1, tolerance=0)
    counter.refused("drawn already", "agree", id, number, sender=BENEFICIARY)
    number = amend(counter, id, amount=50_000_00, tolerance=0)
    counter.credits.do("agree", id, number, sender=BENEFICIARY)
    assert counter.credits.read("available", id) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": 0}, "no amount"),
        ({"amount": 2**128 + 1}, "amount out of range"),
        ({"tolerance": 1_001}, "tolerance too large"),
        ({"expiry": 0}, "deadlines: has passed already"),
        ({"latest_shipment": 2**64}, "ships after expiry"),
    ],
)
def test_bad_amendments_are_refused(counter: Counter, changes: dict[str, int], words: str) -> None:
    id = counter.issued()
    terms = counter.of(id)["terms"]
    new = {name: terms[name] for name in ("amount", "tolerance", "expiry", "latest_shipment")} | changes
    counter.refused(words, "amend", id, *new.values(), sender=ISSUER)


def test_a_draft_is_not_amended(counter: Counter) -> None:
    id = counter.drafted()
    counter.refused("not running", "amend", id, AMOUNT, 0, now() + DAY, now(), sender=ISSUER)
    counter.refused("not running", "agree", id, 1, sender=BENEFICIARY)


def test_an_unknown_credit_is_empty_and_does_nothing(counter: Counter) -> None:
    unknown = b"\7" * 32
    assert counter.of(unknown)["state"] == 0
    for view in ("held", "last_deadline", "available"):
        assert counter.credits.read(view, unknown) == 0
    for name, arguments, words in (
        ("withdraw", (), "not a draft"),
        ("issue", (), "not a draft"),
        ("advise", (), "not running"),
        ("confirm", (0,), "not to be confirmed"),
        ("amend", (1, 0, now() + 1, 0), "not running"),
        ("agree", (0,), "not running"),
        ("present", (1, DOCUMENTS, 0, 0), "not running"),
        ("notice", (1, DOCUMENTS), "no open presentation"),
        ("waive", (1,), "no open presentation"),
        ("honour", (1,), "no open presentation"),
        ("honour_confirmed", (1,), "no open presentation"),
        ("negotiate", (1, 0), "no open presentation"),
        ("take_back", (1,), "no open presentation"),
        ("expire", (), "not running"),
        ("exit", (), "nothing to exit"),
        ("accept_draft", (), "not to be accepted"),
        ("pay_draft", (), "nothing to pay"),
        ("dishonour", (), "nothing to pay"),
    ):
        counter.refused(words, name, unknown, *arguments, sender=STRANGER)
