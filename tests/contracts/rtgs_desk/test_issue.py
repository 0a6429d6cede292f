"""Reserves become currency with two pairs of eyes, or not at all."""

import pytest

from tests.contracts.placed import now, wait
from tests.contracts.rtgs_desk.cast import (
    ADMIN,
    APPROVED,
    BANK,
    CHECKER,
    DESK,
    ISSUE,
    LAPSED,
    MAKER,
    REFERENCE,
    REJECTED,
    REQUESTED,
    REVIEWED,
    SECOND_BANK,
    STRANGER,
    TERM,
    WITHDRAWN,
    Desk,
    desk_in_currency,
)


@pytest.fixture
def desk() -> Desk:
    return desk_in_currency()


def test_an_approved_request_mints_to_the_bank(desk: Desk) -> None:
    requested = desk.contract.attempt("request", 500, now() + TERM, REFERENCE, sender=BANK)
    id = requested.result
    assert requested.event("Requested").arguments == {
        "id": id,
        "bank": BANK,
        "kind": ISSUE,
        "amount": 500,
        "deadline": now() + TERM,
        "reference": REFERENCE,
        "held_before": 0,
        "held_after": 0,
    }
    reviewed = desk.contract.attempt("review", id, sender=MAKER)
    assert reviewed.event("Reviewed").arguments == {"id": id, "maker": MAKER, "held_before": 0, "held_after": 0}
    assert desk.state(id) == REVIEWED
    approved = desk.contract.attempt("approve", id, sender=CHECKER)
    assert approved.event("Approved").arguments == {
        "id": id,
        "bank": BANK,
        "checker": CHECKER,
        "kind": ISSUE,
        "amount": 500,
        "issued_before": 0,
        "issued_after": 500,
        "held_before": 0,
        "held_after": 0,
    }
    assert desk.state(id) == APPROVED
    assert desk.money.read("balanceOf", BANK) == 1_500
    assert desk.contract.read("issued") == desk.money.read("minted_by", DESK) == 500
    assert (desk.contract.read("approved"), desk.contract.read("approved_of", BANK)) == (500, 500)
    assert desk.contract.read("held", id) == 0


def test_nothing_is_minted_to_a_bank_that_was_struck_off_meanwhile(desk: Desk) -> None:
    id = desk.request(500)
    desk.contract.do("review", id, sender=MAKER)
    desk.contract.do("set_bank", BANK, False, sender=ADMIN)
    assert desk.contract.attempt("approve", id, sender=CHECKER).words == "rtgs_desk: not a listed bank"
    desk.contract.do("set_bank", BANK, True, sender=ADMIN)
    assert desk.contract.attempt("approve", id, sender=CHECKER).accepted


def test_only_listed_banks_ask_and_for_something(desk: Desk) -> None:
    for sender, amount, deadline, words in (
        (STRANGER, 1, now() + TERM, "rtgs_desk: not a listed bank"),
        (BANK, 0, now() + TERM, "rtgs_desk: no amount"),
        (BANK, 1, now(), "deadlines: has passed already"),
        (BANK, 1, now() + 11 * 366 * 86_400, "deadlines: too far ahead"),
    ):
        assert desk.contract.attempt("request", amount, deadline, REFERENCE, sender=sender).words == words


def test_the_maker_reviews_and_the_checker_approves_and_nobody_else(desk: Desk) -> None:
    id = desk.request(500)
    assert desk.contract.attempt("approve", id, sender=CHECKER).words == "rtgs_desk: not reviewed"
    for sender in (BANK, CHECKER, STRANGER):
        assert desk.contract.attempt("review", id, sender=sender).words == "rtgs_desk: not the maker"
    desk.contract.do("review", id, sender=MAKER)
    assert desk.contract.attempt("review", id, sender=MAKER).words == "rtgs_desk: not requested"
    for sender in (BANK, MAKER, STRANGER):
        assert desk.contract.attempt("approve", id, sender=sender).words == "rtgs_desk: not the checker"


def test_a_maker_who_becomes_the_checker_does_not_approve_what_it_reviewed(desk: Desk) -> None:
    id = desk.request(500)
    desk.contract.do("review", id, sender=MAKER)
    admin = desk.contract.read("admin")
    desk.contract.do("set_operators", STRANGER, MAKER, sender=admin)
    assert desk.contract.attempt("approve", id, sender=MAKER).words == "rtgs_desk: reviewed it too"
    desk.contract.do("set_operators", STRANGER, CHECKER, sender=admin)
    desk.contract.do("approve", id, sender=CHECKER)


def test_an_order_is_answered_up_to_its_deadline_and_lapses_in_the_next_second(desk: Desk) -> None:
    first, second = desk.request(5), desk.request(5)
    desk.contract.do("review", first, sender=MAKER)
    wait(TERM)
    assert desk.contract.attempt("exit", first, sender=STRANGER).words == "rtgs_desk: deadline has not passed"
    wait(1)
    assert desk.contract.attempt("approve", first, sender=CHECKER).words == "rtgs_desk: deadline has passed"
    assert desk.contract.attempt("review", second, sender=MAKER).words == "rtgs_desk: deadline has passed"
    lapsed = desk.contract.attempt("exit", first, sender=STRANGER)
    assert lapsed.event("Lapsed").arguments == {"id": first, "by": STRANGER, "held_before": 0, "held_after": 0}
    assert desk.state(first) == LAPSED
    assert desk.contract.attempt("exit", first, sender=STRANGER).words == "rtgs_desk: not waiting"
    assert desk.money.read("balanceOf", BANK) == 1_000


def test_in_its_last_second_an_order_is_still_approved(desk: Desk) -> None:
    id = desk.request(5)
    desk.contract.do("review", id, sender=MAKER)
    wait(TERM)
    desk.contract.do("approve", id, sender=CHECKER)


def test_either_operator_rejects_and_the_bank_may_take_its_order_back(desk: Desk) -> None:
    for who in (MAKER, CHECKER):
        id = desk.request(5)
        assert desk.contract.attempt("reject", id, REFERENCE, sender=BANK).words == "rtgs_desk: not an operator"
        rejected = desk.contract.attempt("reject", id, REFERENCE, sender=who)
        assert rejected.event("Rejected").arguments == {
            "id": id,
            "by": who,
            "reason_hash": REFERENCE,
            "held_before": 0,
            "held_after": 0,
        }
        assert desk.state(id) == REJECTED
        assert desk.contract.attempt("reject", id, REFERENCE, sender=who).words == "rtgs_desk: not waiting"
    id = desk.request(5)
    assert desk.contract.attempt("withdraw", id, sender=SECOND_BANK).words == "rtgs_desk: not your order"
    desk.contract.do("withdraw", id, sender=BANK)
    assert desk.state(id) == WITHDRAWN
    assert desk.contract.attempt("withdraw", id, sender=BANK).words == "rtgs_desk: not waiting"


def test_the_quota_of_the_desk_bounds_what_is_issued(desk: Desk) -> None:
    id = desk.request(10_001)
    assert not desk.approve(id).accepted
    assert (desk.state(id), desk.contract.read("approved")) == (REVIEWED, 0)


def test_an_unknown_order_is_nothing(desk: Desk) -> None:
    unknown = b"\5" * 32
    assert desk.state(unknown) == 0 and desk.contract.read("last_deadline", unknown) == 0
    assert desk.contract.attempt("exit", unknown, sender=STRANGER).words == "rtgs_desk: not waiting"
    assert desk.state(desk.request(1)) == REQUESTED


def test_two_banks_never_get_the_same_id(desk: Desk) -> None:
    expected = desk.contract.read("next_id", BANK)
    assert desk.request(1) == expected != desk.request(1, SECOND_BANK)
