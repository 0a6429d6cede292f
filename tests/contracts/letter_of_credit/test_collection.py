"""Documentary collections: no bank undertakes anything, and no money is held."""

from typing import Any

import boa
import pytest

from tests.contracts.letter_of_credit.counter import (
    APPLICANT,
    BENEFICIARY,
    CREDIT,
    DAY,
    DISHONOURED,
    DRAFT_ACCEPTED,
    DRAWN,
    MONEY,
    NONE,
    PAID,
    STRANGER,
    Counter,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

PAPERS = b"\5" * 32
YEAR = 366 * DAY


def drawn(counter: Counter, *, tenor: int = 0) -> bytes:
    arguments = (APPLICANT, MONEY, 500, PAPERS, now() + DAY, tenor)
    id: bytes = counter.credits.do("collect", *arguments, sender=BENEFICIARY)
    return id


def test_a_collection_is_recorded_and_logged(counter: Counter) -> None:
    foretold = counter.credits.read("next_id", BENEFICIARY)
    arguments = (APPLICANT, MONEY, 500, PAPERS, now() + DAY, YEAR)
    outcome = counter.credits.attempt("collect", *arguments, sender=BENEFICIARY)
    assert outcome.result == foretold
    assert outcome.event("Drawn").arguments == {
        "id": foretold,
        "principal": BENEFICIARY,
        "drawee": APPLICANT,
        "token": MONEY,
        "amount": 500,
        "documents_hash": PAPERS,
        "deadline": now() + DAY,
        "tenor": YEAR,
    }
    assert counter.credits.read("collection", foretold) == {
        "principal": BENEFICIARY,
        "drawee": APPLICANT,
        "token": MONEY,
        "amount": 500,
        "documents_hash": PAPERS,
        "deadline": now() + DAY,
        "tenor": YEAR,
        "state": DRAWN,
    }
    assert counter.credits.read("held", foretold) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({0: NONE}, "not a drawee"),
        ({0: BENEFICIARY}, "not a drawee"),
        ({0: CREDIT}, "not a drawee"),
        ({1: STRANGER}, "not a token"),
        ({1: CREDIT}, "not a token"),
        ({2: 0}, "no amount"),
        ({4: 0}, "deadlines: has passed already"),
        ({5: YEAR + 1}, "tenor out of range"),
    ],
)
def test_bad_collections_are_refused(counter: Counter, changes: dict[int, Any], words: str) -> None:
    arguments = [APPLICANT, MONEY, 500, PAPERS, now() + DAY, 0]
    for index, value in changes.items():
        arguments[index] = value
    counter.refused(words, "collect", *arguments, sender=BENEFICIARY)


def test_the_drawee_pays_at_sight_straight_to_the_principal(counter: Counter) -> None:
    id = drawn(counter)
    counter.refused("not the drawee", "pay_draft", id, sender=STRANGER)
    outcome = counter.credits.attempt("pay_draft", id, sender=APPLICANT)
    assert outcome.event("DraftPaid").arguments == {
        "id": id,
        "principal": BENEFICIARY,
        "drawee": APPLICANT,
        "value": 500,
    }
    assert (counter.gained(BENEFICIARY), counter.gained(APPLICANT)) == (500, -500)
    assert counter.credits.read("collection", id)["state"] == PAID
    assert counter.credits.read("liabilities", MONEY) == 0
    counter.refused("nothing to pay", "pay_draft", id, sender=APPLICANT)
    counter.refused("nothing to pay", "dishonour", id, sender=APPLICANT)


def test_a_draft_with_a_tenor_is_accepted_and_paid_at_maturity(counter: Counter) -> None:
    id = drawn(counter, tenor=90 * DAY)
    counter.refused("not the drawee", "accept_draft", id, sender=BENEFICIARY)
    wait(DAY)
    outcome = counter.credits.attempt("accept_draft", id, sender=APPLICANT)
    maturity = now() + 90 * DAY
    assert outcome.event("DraftAccepted").arguments == {"id": id, "drawee": APPLICANT, "maturity": maturity}
    shown = counter.credits.read("collection", id)
    assert (shown["state"], shown["deadline"]) == (DRAFT_ACCEPTED, maturity)
    counter.refused("not to be accepted", "accept_draft", id, sender=APPLICANT)
    wait(90 * DAY)
    counter.refused("deadline not passed", "dishonour", id, sender=STRANGER)
    with boa.env.anchor():
        wait(1)
        outcome = counter.credits.attempt("dishonour", id, sender=STRANGER)
        assert outcome.event("Dishonoured").arguments == {"id": id, "by": STRANGER, "accepted": True}
    counter.credits.do("pay_draft", id, sender=APPLICANT)
    assert counter.gained(BENEFICIARY) == 500


def test_acceptance_ends_with_the_deadline_and_needs_a_tenor(counter: Counter) -> None:
    sight, usance = drawn(counter), drawn(counter, tenor=1)
    counter.refused("not to be accepted", "accept_draft", sight, sender=APPLICANT)
    wait(DAY + 1)
    counter.refused("deadline has passed", "accept_draft", usance, sender=APPLICANT)


def test_the_drawee_refuses_at_any_time_and_may_still_pay(counter: Counter) -> None:
    id = drawn(counter)
    counter.refused("deadline not passed", "dishonour", id, sender=BENEFICIARY)
    outcome = counter.credits.attempt("dishonour", id, sender=APPLICANT)
    assert outcome.event("Dishonoured").arguments == {"id": id, "by": APPLICANT, "accepted": False}
    assert counter.credits.read("collection", id)["state"] == DISHONOURED
    counter.refused("nothing to pay", "dishonour", id, sender=APPLICANT)
    counter.credits.do("pay_draft", id, sender=APPLICANT)
    assert counter.gained(BENEFICIARY) == 500


def test_a_refused_principal_has_a_claim(counter: Counter) -> None:
    id = drawn(counter)
    counter.money.do("block", BENEFICIARY)
    counter.credits.do("pay_draft", id, sender=APPLICANT)
    assert counter.credits.read("claimable", MONEY, BENEFICIARY) == 500


def test_a_payment_must_arrive_in_full(counter: Counter) -> None:
    id = drawn(counter)
    counter.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    counter.refused("claims: less arrived than was sent", "pay_draft", id, sender=APPLICANT)
