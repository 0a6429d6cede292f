"""From one bank's client to another's: burnt here, reserves moved, minted there, or all of it undone."""

import pytest

from contracts import load
from tests.contracts.currency import CENTRAL_BANK, PAUSER
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    CASE,
    CLEARING,
    COMPLIANCE,
    DAVE,
    FIRST,
    MONEY,
    REFERENCE,
    SECOND,
    SECOND_BANK,
    STRANGER,
    TERM,
    WEALTH,
    WEEK,
    Banks,
    account_id,
    banks_in_currency,
    banks_in_hostile_token,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait

OPEN, ACCEPTED, RETURNED = 1, 2, 3
NOBODY = bytes(20)


@pytest.fixture
def banks() -> Banks:
    return banks_in_currency()


def supplies(banks: Banks) -> tuple[int, int]:
    return int(banks.first.read("totalSupply")), int(banks.second.read("totalSupply"))


def reserves(banks: Banks) -> tuple[int, int]:
    return int(banks.first.read("reserves")), int(banks.second.read("reserves"))


def test_sending_burns_and_puts_the_reserves_aside(banks: Banks) -> None:
    sent = banks.send(150)
    id = sent.result
    assert sent.event("SentOut").arguments == {
        "id": id,
        "account": ALICE,
        "to_bank": SECOND,
        "payee": CAROL,
        "value": 150,
        "held_before": 600,
        "held_after": 450,
    }
    assert banks.clearing.read("deal", id) == {
        "from_bank": FIRST,
        "to_bank": SECOND,
        "sender": ALICE,
        "payee": CAROL,
        "amount": 150,
        "deadline": now() + TERM,
        "reference": REFERENCE,
        "state": OPEN,
    }
    assert supplies(banks) == reserves(banks) == (450, 400)
    assert banks.money.read("balanceOf", CLEARING) == banks.clearing.read("held", id) == 150
    assert banks.clearing.read("liabilities", MONEY) == 150
    assert banks.money.read("allowance", FIRST, CLEARING) == 0


def test_acceptance_moves_both_legs_at_once(banks: Banks) -> None:
    id = banks.send(150).result
    accepted = banks.clearing.attempt("accept", id, sender=SECOND_BANK)
    assert accepted.event("Accepted").arguments == {
        "id": id,
        "to_bank": SECOND,
        "payee": CAROL,
        "amount": 150,
        "held_before": 150,
        "held_after": 0,
    }
    assert supplies(banks) == reserves(banks) == (450, 550)
    assert banks.second.read("balanceOf", CAROL) == 550
    assert banks.money.read("balanceOf", CLEARING) == banks.clearing.read("liabilities", MONEY) == 0
    assert banks.clearing.read("deal", id)["state"] == ACCEPTED
    assert banks.clearing.attempt("accept", id, sender=SECOND_BANK).words == "interbank_swap: not open"


def test_only_the_payees_bank_accepts_and_in_time(banks: Banks) -> None:
    id = banks.send(150).result
    for sender in (BANK, ALICE, CAROL, STRANGER):
        refused = banks.clearing.attempt("accept", id, sender=sender)
        assert refused.words == "interbank_swap: not the payee's bank"
    wait(TERM + 1)
    assert banks.clearing.attempt("accept", id, sender=SECOND_BANK).words == "interbank_swap: deadline has passed"


def test_in_its_last_second_a_transfer_is_accepted_and_does_not_expire(banks: Banks) -> None:
    id = banks.send(150).result
    wait(TERM)
    assert banks.clearing.attempt("exit", id, sender=STRANGER).words == "interbank_swap: deadline has not passed"
    banks.clearing.do("accept", id, sender=SECOND_BANK)


def test_a_payee_without_an_account_is_not_credited_and_nothing_moves(banks: Banks) -> None:
    id = banks.send(150, payee=STRANGER).result
    assert banks.clearing.attempt("accept", id, sender=SECOND_BANK).words == "deposit_token: no account"
    assert banks.clearing.read("held", id) == 150
    banks.second.do("open_account", STRANGER, False, sender=SECOND_BANK)
    banks.clearing.do("accept", id, sender=SECOND_BANK)
    assert banks.second.read("balanceOf", STRANGER) == 150


@pytest.mark.parametrize("who", ["client", "from bank", "to bank"])
def test_each_party_calls_it_off(banks: Banks, who: str) -> None:
    id = banks.send(150).result
    assert banks.clearing.attempt("cancel", id, sender=STRANGER).words == "interbank_swap: not a party"
    assert banks.clearing.attempt("cancel", id, sender=CAROL).words == "interbank_swap: not a party"
    sender = {"client": ALICE, "from bank": BANK, "to bank": SECOND_BANK}[who]
    cancelled = banks.clearing.attempt("cancel", id, sender=sender)
    assert cancelled.event("Cancelled").arguments == {"id": id, "by": sender, "held_before": 150, "held_after": 0}
    returned = cancelled.event("Returned").arguments
    assert returned == {"id": id, "from_bank": FIRST, "sender": ALICE, "in_bank_money": True}
    assert supplies(banks) == reserves(banks) == (600, 400)
    assert banks.first.read("balanceOf", ALICE) == 600
    assert banks.clearing.attempt("cancel", id, sender=sender).words == "interbank_swap: not open"


def test_what_is_not_accepted_comes_back_for_anyones_asking(banks: Banks) -> None:
    id = banks.send(150).result
    wait(TERM + 1)
    expired = banks.clearing.attempt("exit", id, sender=STRANGER)
    assert expired.event("Expired").arguments == {"id": id, "by": STRANGER, "held_before": 150, "held_after": 0}
    assert banks.clearing.read("deal", id)["state"] == RETURNED
    assert supplies(banks) == reserves(banks) == (600, 400)
    assert banks.clearing.attempt("exit", id, sender=STRANGER).words == "interbank_swap: not open"


def test_a_bank_whose_licence_ended_does_not_get_the_reserves_back_and_the_client_does(banks: Banks) -> None:
    banks.first.do("set_licence", now() + WEEK, sender=CENTRAL_BANK)
    id = banks.send(150).result
    wait(WEEK + 1)
    expired = banks.clearing.attempt("exit", id, sender=STRANGER)
    assert expired.event("Returned").arguments["in_bank_money"] is False
    assert banks.money.read("balanceOf", ALICE) == WEALTH - 600 + 150
    assert supplies(banks) == reserves(banks) == (450, 400)
    assert banks.clearing.read("liabilities", MONEY) == banks.money.read("balanceOf", CLEARING) == 0


def test_in_a_pause_of_the_currency_the_client_is_paid_in_it(banks: Banks) -> None:
    id = banks.send(150).result
    banks.money.do("pause", sender=PAUSER)
    cancelled = banks.clearing.attempt("cancel", id, sender=ALICE)
    assert cancelled.event("Returned").arguments["in_bank_money"] is False
    assert banks.money.read("balanceOf", ALICE) == WEALTH - 600 + 150
    assert not banks.send(1).accepted


def test_a_frozen_client_gets_frozen_money_back(banks: Banks) -> None:
    id = banks.send(150).result
    banks.first.do("freeze", ALICE, 600, CASE, sender=COMPLIANCE)
    banks.clearing.do("cancel", id, sender=BANK)
    assert (banks.first.read("balanceOf", ALICE), banks.first.read("available", ALICE)) == (600, 0)


@pytest.mark.parametrize("mood", ["returns false", "takes a fee"])
def test_a_currency_that_misbehaves_moves_neither_leg(mood: str) -> None:
    banks = banks_in_hostile_token()
    id = banks.send(150).result
    banks.money.do("set_mode", HOSTILE_MOODS[mood])
    assert not banks.clearing.attempt("accept", id, sender=SECOND_BANK).accepted
    assert supplies(banks) == reserves(banks) == (450, 400)
    wait(TERM + 1)
    expired = banks.clearing.attempt("exit", id, sender=STRANGER)
    assert expired.event("Returned").arguments["in_bank_money"] is False
    owed = banks.clearing.read("claimable", MONEY, ALICE)
    assert owed == (150 if mood == "returns false" else 0)
    assert supplies(banks) == reserves(banks) == (450, 400)


def test_only_members_open_and_only_to_members(banks: Banks) -> None:
    arguments = (ALICE, SECOND, CAROL, 5, now() + TERM, REFERENCE)
    for sender in (ALICE, BANK, STRANGER):
        assert banks.clearing.attempt("open", *arguments, sender=sender).words == "interbank_swap: not a member"
    banks.clearing.do("set_member", SECOND, False, sender=CENTRAL_BANK)
    assert banks.send(5).words == "interbank_swap: no other member"
    to_itself = banks.first.attempt("transfer_out", FIRST, BOB, 5, now() + TERM, REFERENCE, sender=ALICE)
    assert to_itself.words == "interbank_swap: no other member"


def test_a_transfer_has_parties_an_amount_and_a_deadline(banks: Banks) -> None:
    for payee in (NOBODY, CLEARING):
        assert banks.send(5, payee=payee).words == "interbank_swap: no party"
    banks.money.do("mint", FIRST, 1, sender=b"\xcb" * 19 + b"\3")
    nothing = banks.clearing.attempt("open", ALICE, SECOND, CAROL, 0, now() + TERM, REFERENCE, sender=FIRST)
    assert nothing.words == "interbank_swap: no amount"
    assert banks.send(0).words == "deposit_token: no amount"
    late = banks.first.attempt("transfer_out", SECOND, CAROL, 5, now(), REFERENCE, sender=ALICE)
    assert late.words == "deadlines: has passed already"


def test_what_is_open_goes_on_after_a_membership_ends(banks: Banks) -> None:
    id, other = banks.send(100).result, banks.send(50).result
    for bank in (FIRST, SECOND):
        banks.clearing.do("set_member", bank, False, sender=CENTRAL_BANK)
    banks.clearing.do("accept", id, sender=SECOND_BANK)
    banks.clearing.do("cancel", other, sender=ALICE)
    assert supplies(banks) == (500, 500)


def test_the_central_bank_lists_members_and_hands_over_in_two_steps(banks: Banks) -> None:
    for name, arguments in (("set_member", (FIRST, False)), ("propose_admin", (STRANGER,))):
        for sender in (BANK, ALICE, STRANGER):
            assert banks.clearing.attempt(name, *arguments, sender=sender).words == "interbank_swap: not the admin"
    for wrong in (STRANGER, CLEARING, MONEY):
        refused = banks.clearing.attempt("set_member", wrong, True, sender=CENTRAL_BANK)
        assert refused.words == "interbank_swap: not bank money"
    ended = banks.clearing.attempt("set_member", FIRST, False, sender=CENTRAL_BANK)
    assert ended.event("MemberSet").arguments == {"bank": FIRST, "listed": False}
    banks.clearing.do("propose_admin", STRANGER, sender=CENTRAL_BANK)
    assert banks.clearing.attempt("accept_admin", sender=BANK).words == "interbank_swap: not the proposed admin"
    banks.clearing.do("accept_admin", sender=STRANGER)


def test_only_clearing_credits_and_only_clearing_calls_itself(banks: Banks) -> None:
    for name in ("credit_in", "credit_back"):
        for sender in (BANK, ALICE, CENTRAL_BANK):
            refused = banks.first.attempt(name, CASE, ALICE, 5, sender=sender)
            assert refused.words == "deposit_token: not the clearing"
    id = banks.send(5).result
    refused = banks.clearing.attempt("return_to_bank", id, sender=ALICE)
    assert refused.words == "interbank_swap: only by itself"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((NOBODY, CENTRAL_BANK), "interbank_swap: no currency"), ((MONEY, NOBODY), "interbank_swap: no admin")],
)
def test_clearing_without_its_parts_is_not_deployed(arguments: tuple[bytes, bytes], words: str) -> None:
    with pytest.raises(Exception, match=words):
        Placed(load("interbank_swap"), b"\x77" * 20, *arguments)


def test_transfers_in_both_directions_keep_every_unit(banks: Banks) -> None:
    there = banks.send(100).result
    arguments = (FIRST, BOB, 30, now() + TERM, REFERENCE)
    back = banks.second.do("transfer_out", *arguments, sender=CAROL)
    banks.clearing.do("accept", back, sender=BANK)
    banks.clearing.do("accept", there, sender=SECOND_BANK)
    assert banks.first.read("balanceOf", BOB) == 30
    assert supplies(banks) == reserves(banks) == (530, 470)
    assert banks.second.read("held", account_id(DAVE)) == 0
