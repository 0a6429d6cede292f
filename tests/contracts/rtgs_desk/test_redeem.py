"""Currency becomes reserves again, or goes back to the bank that put it aside."""

import pytest

from tests.contracts.currency import MINTER, PAUSER
from tests.contracts.placed import HOSTILE_MOODS, now, wait
from tests.contracts.rtgs_desk.cast import (
    ADMIN,
    APPROVED,
    BANK,
    CHECKER,
    DESK,
    MAKER,
    REDEMPTION,
    REFERENCE,
    SECOND_BANK,
    STRANGER,
    TERM,
    Desk,
    desk_in_currency,
    desk_in_hostile_token,
)


@pytest.fixture
def desk() -> Desk:
    """500 issued to the bank, which has 1,000 more from elsewhere."""
    found = desk_in_currency()
    assert found.approve(found.request(500)).accepted
    return found


def test_an_approved_redemption_burns_what_was_put_aside(desk: Desk) -> None:
    redeemed = desk.contract.attempt("redeem", 200, now() + TERM, REFERENCE, sender=BANK)
    id = redeemed.result
    requested = redeemed.event("Requested").arguments
    assert (requested["kind"], requested["held_before"], requested["held_after"]) == (REDEMPTION, 0, 200)
    assert desk.contract.read("held", id) == desk.contract.read("liabilities", desk.money.address) == 200
    assert desk.contract.read("redeeming") == 200
    approved = desk.approve(id).event("Approved").arguments
    assert (approved["issued_before"], approved["issued_after"]) == (500, 300)
    assert (approved["held_before"], approved["held_after"]) == (200, 0)
    assert desk.money.read("burned_by", DESK) == desk.contract.read("redeemed_of", BANK) == 200
    assert desk.contract.read("issued") == 300
    assert desk.state(id) == APPROVED
    assert desk.money.read("balanceOf", DESK) == desk.contract.read("liabilities", desk.money.address) == 0


def test_no_more_is_redeemed_than_is_issued_counting_what_waits(desk: Desk) -> None:
    desk.redeem(300)
    too_much = desk.contract.attempt("redeem", 201, now() + TERM, REFERENCE, sender=BANK)
    assert too_much.words == "rtgs_desk: more than is issued"
    desk.redeem(200)


def test_a_bank_redeems_what_another_was_issued(desk: Desk) -> None:
    desk.money.do("transfer", SECOND_BANK, 100, sender=BANK)
    id = desk.redeem(100, SECOND_BANK)
    assert desk.approve(id).accepted
    assert desk.contract.read("redeemed_of", SECOND_BANK) == 100


def test_a_bank_whose_licence_ended_still_redeems_but_a_stranger_never(desk: Desk) -> None:
    desk.contract.do("set_bank", BANK, False, sender=ADMIN)
    desk.redeem(1)
    refused = desk.contract.attempt("redeem", 1, now() + TERM, REFERENCE, sender=STRANGER)
    assert refused.words == "rtgs_desk: never was a bank"
    refused = desk.contract.attempt("request", 1, now() + TERM, REFERENCE, sender=BANK)
    assert refused.words == "rtgs_desk: not a listed bank"


@pytest.mark.parametrize("how", ["withdraw", "reject", "exit"])
def test_what_is_not_approved_goes_back_whole(desk: Desk, how: str) -> None:
    id = desk.redeem(200)
    desk.contract.do("review", id, sender=MAKER)
    if how == "exit":
        wait(TERM + 1)
    arguments = [id, REFERENCE] if how == "reject" else [id]
    sender = {"withdraw": BANK, "reject": CHECKER, "exit": STRANGER}[how]
    ended = desk.contract.attempt(how, *arguments, sender=sender)
    values = ended.event({"withdraw": "Withdrawn", "reject": "Rejected", "exit": "Lapsed"}[how]).arguments
    assert (values["held_before"], values["held_after"]) == (200, 0)
    assert desk.money.read("balanceOf", BANK) == 1_500
    assert desk.contract.read("redeeming") == desk.contract.read("liabilities", desk.money.address) == 0
    assert desk.contract.read("issued") == 500


def test_in_a_pause_redemption_goes_on_and_issue_waits(desk: Desk) -> None:
    redemption, issue, back = desk.redeem(100), desk.request(5), desk.redeem(7)
    desk.money.do("pause", sender=PAUSER)
    assert desk.approve(redemption).accepted
    assert not desk.approve(issue).accepted
    desk.contract.do("withdraw", back, sender=BANK)
    assert desk.money.read("balanceOf", BANK) == 1_400


def test_a_bank_that_cannot_be_paid_has_a_claim() -> None:
    desk = desk_in_hostile_token()
    assert desk.approve(desk.request(500)).accepted
    id = desk.redeem(200)
    desk.money.do("block", BANK)
    ended = desk.contract.attempt("withdraw", id, sender=BANK)
    assert ended.event("ClaimCredited").arguments["amount"] == 200
    assert desk.contract.read("claimable", desk.money.address, BANK) == 200
    desk.money.do("set_mode", HOSTILE_MOODS["honest"])
    desk.contract.do("claim", desk.money.address, BANK, sender=STRANGER)
    assert desk.money.read("balanceOf", BANK) == 500


def test_what_arrives_short_is_refused() -> None:
    desk = desk_in_hostile_token()
    assert desk.approve(desk.request(500)).accepted
    desk.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    refused = desk.contract.attempt("redeem", 200, now() + TERM, REFERENCE, sender=BANK)
    assert refused.words == "claims: less arrived than was sent"
    assert desk.contract.read("redeeming") == 0


def test_a_token_that_calls_back_gets_nowhere() -> None:
    desk = desk_in_hostile_token()
    assert desk.approve(desk.request(500)).accepted
    id = desk.redeem(200)
    wait(TERM + 1)
    payload = desk.contract.artifact.encode_call("exit", desk.redeem(100))
    wait(TERM + 1)
    desk.money.do("call_back", desk.contract.address, payload)
    desk.contract.do("exit", id, sender=STRANGER)
    assert (desk.money.read("reentries_tried"), desk.money.read("reentries_done")) == (1, 0)


def test_money_minted_elsewhere_is_not_this_desks_to_redeem() -> None:
    desk = desk_in_currency()
    desk.money.do("mint", BANK, 5, sender=MINTER)
    refused = desk.contract.attempt("redeem", 1, now() + TERM, REFERENCE, sender=BANK)
    assert refused.words == "rtgs_desk: more than is issued"
