"""How a credit ends, and to whom its cover returns."""

import boa
import pytest

from tests.contracts.letter_of_credit.counter import (
    APPLICANT,
    BENEFICIARY,
    CLOSED,
    CONFIRMER,
    DAY,
    DEPOSIT,
    ENDED,
    HONOURED,
    ISSUER,
    LARGEST,
    LATE,
    MONEY,
    SETTLING,
    STRANGER,
    TERM,
    Counter,
)
from tests.contracts.placed import wait, wait_until


@pytest.mark.parametrize(
    ("drawn", "to_applicant"),
    [(0, DEPOSIT), (1, DEPOSIT - 1), (DEPOSIT - 1, 1), (DEPOSIT, 0), (DEPOSIT + 1, 0), (LARGEST, 0)],
)
def test_drawings_take_the_deposit_first(counter: Counter, drawn: int, to_applicant: int) -> None:
    id = counter.issued()
    if drawn:
        counter.credits.do("honour", id, counter.present(id, drawn), sender=ISSUER)
    wait(TERM + 1)
    outcome = counter.credits.attempt("expire", id, sender=STRANGER)
    assert outcome.event("Closed").arguments == {
        "id": id,
        "by": STRANGER,
        "to_applicant": to_applicant,
        "to_issuer": LARGEST - drawn - to_applicant,
        "to_confirmer": 0,
        "held_before": LARGEST - drawn,
        "held_after": 0,
    }
    assert counter.gained(APPLICANT) == to_applicant - DEPOSIT
    assert counter.gained(ISSUER) == -min(LARGEST - DEPOSIT, max(0, drawn - DEPOSIT))
    assert counter.gained(BENEFICIARY) == drawn
    assert counter.of(id)["state"] == CLOSED
    counter.refused("not running", "expire", id, sender=STRANGER)
    counter.refused("nothing to exit", "exit", id, sender=STRANGER)
    counter.covered(id)


def test_a_credit_ends_from_the_second_after_its_expiry(counter: Counter) -> None:
    id = counter.issued()
    wait(TERM)
    for who in (APPLICANT, ISSUER, STRANGER):
        counter.refused("not expired", "expire", id, sender=who)
    wait(1)
    counter.credits.do("expire", id, sender=STRANGER)


def test_the_beneficiary_may_let_it_end_earlier(counter: Counter) -> None:
    id = counter.confirmed()
    counter.credits.do("expire", id, sender=BENEFICIARY)
    assert (counter.gained(APPLICANT), counter.gained(ISSUER), counter.gained(CONFIRMER)) == (0, 0, 0)


def test_a_credit_all_drawn_ends_at_once(counter: Counter) -> None:
    id = counter.confirmed()
    counter.credits.do("honour", id, counter.present(id, LARGEST - 1), sender=ISSUER)
    counter.refused("not expired", "expire", id, sender=STRANGER)
    counter.credits.do("honour", id, counter.present(id, 1), sender=ISSUER)
    counter.credits.do("expire", id, sender=STRANGER)
    assert (counter.gained(CONFIRMER), counter.gained(BENEFICIARY)) == (0, LARGEST)


def test_an_open_presentation_keeps_a_credit_alive(counter: Counter) -> None:
    id = counter.issued()
    wait(TERM - 1)
    number = counter.present(id, shipped=counter.of(id)["terms"]["latest_shipment"])
    wait(2)
    counter.refused("under examination", "expire", id, sender=STRANGER)
    counter.refused("under examination", "expire", id, sender=BENEFICIARY)
    counter.credits.do("honour", id, number, sender=ISSUER)
    counter.credits.do("expire", id, sender=STRANGER)


def test_the_last_deadline_leaves_time_to_examine_and_to_settle(counter: Counter) -> None:
    id = counter.issued()
    # Nine on a Monday and sixty days: a Friday, so the fifth banking day is the Friday after.
    expiry = counter.of(id)["terms"]["expiry"]
    assert (expiry // DAY + 3) % 7 == 4
    assert counter.credits.read("last_deadline", id) == (expiry // DAY + 8) * DAY - 1 + SETTLING
    wait_until(counter.credits.read("last_deadline", id))
    counter.refused("deadline not passed", "exit", id, sender=STRANGER)
    wait(1)
    counter.credits.do("exit", id, sender=STRANGER)
    assert (counter.gained(APPLICANT), counter.gained(ISSUER)) == (0, 0)
    assert counter.of(id)["state"] == CLOSED


def test_a_draft_that_nobody_issued_exits_after_its_expiry(counter: Counter) -> None:
    id = counter.drafted()
    wait(TERM)
    counter.refused("deadline not passed", "exit", id, sender=STRANGER)
    wait(1)
    counter.credits.do("exit", id, sender=STRANGER)
    assert counter.gained(APPLICANT) == 0
    counter.covered(id)


def test_exit_settles_every_presentation_as_silence_or_notice_have_it(counter: Counter) -> None:
    id = counter.confirmed()
    _, refused_by_issuer, refused_by_both, refused_by_confirmer, paid = (
        counter.present(id, amount) for amount in (1, 10, 100, 1_000, 10_000)
    )
    for number in (refused_by_issuer, refused_by_both):
        counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    for number in (refused_by_both, refused_by_confirmer):
        counter.credits.do("notice", id, number, LATE, sender=CONFIRMER)
    counter.credits.do("honour_confirmed", id, paid, sender=CONFIRMER)
    wait_until(counter.credits.read("last_deadline", id) + 1)
    counter.credits.do("exit", id, sender=STRANGER)
    # The issuer's silence pays three; the confirmer's silence pays one; one is refused by both.
    assert counter.gained(BENEFICIARY) == 1 + 10 + 1_000 + 10_000
    assert counter.gained(CONFIRMER) == -10
    assert counter.gained(ISSUER) + counter.gained(APPLICANT) == -(1 + 1_000 + 10_000)
    states = [counter.presentation(id, number)["state"] for number in range(1, 6)]
    assert states == [HONOURED, ENDED, ENDED, HONOURED, HONOURED]
    record = counter.of(id)
    assert (record["drawn"], record["reserved"]) == (11_011, 0)
    assert (record["cover_used"], record["confirmer_used"]) == (11_001, 10_010)
    assert counter.credits.read("open_presentations", id) == ()
    counter.covered(id)


def test_exit_does_not_pay_what_was_refused_and_only_waived(counter: Counter) -> None:
    id = counter.issued()
    number = counter.present(id)
    counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    counter.credits.do("waive", id, number, sender=APPLICANT)
    wait_until(counter.credits.read("last_deadline", id) + 1)
    counter.credits.do("exit", id, sender=STRANGER)
    assert counter.gained(BENEFICIARY) == 0


def test_what_the_confirmer_paid_on_a_refused_presentation_is_its_loss(counter: Counter) -> None:
    id = counter.confirmed()
    number = counter.present(id, 500)
    counter.credits.do("notice", id, number, LATE, sender=ISSUER)
    counter.credits.do("honour_confirmed", id, number, sender=CONFIRMER)
    wait_until(counter.credits.read("last_deadline", id) + 1)
    counter.credits.do("exit", id, sender=STRANGER)
    assert (counter.gained(BENEFICIARY), counter.gained(CONFIRMER)) == (500, -500)
    assert counter.gained(ISSUER) == counter.gained(APPLICANT) == 0
    assert counter.presentation(id, number)["state"] == ENDED


def test_exit_settles_as_many_as_can_be_open_even_if_every_payment_is_refused(counter: Counter) -> None:
    id = counter.confirmed()
    for _ in range(8):
        counter.present(id, 10)
    counter.money.do("set_mode", 6)  # burns all gas
    wait_until(counter.credits.read("last_deadline", id) + 1)
    outcome = counter.credits.attempt("exit", id, sender=STRANGER)
    assert outcome.accepted
    assert counter.credits.read("claimable", MONEY, BENEFICIARY) == 80
    assert counter.credits.read("claimable", MONEY, CONFIRMER) == LARGEST
    assert counter.credits.read("held", id) == 0


def test_claims_are_paid_after_the_end(counter: Counter) -> None:
    id = counter.issued()
    counter.money.do("block", ISSUER)
    wait(TERM + 1)
    counter.credits.do("expire", id, sender=STRANGER)
    assert counter.gained(APPLICANT) == 0
    with boa.env.anchor():
        counter.refused("claims: transfer still refused", "claim", MONEY, ISSUER, sender=STRANGER)
    counter.money.do("set_mode", 0)
    counter.credits.do("claim", MONEY, ISSUER, sender=STRANGER)
    assert counter.gained(ISSUER) == 0
