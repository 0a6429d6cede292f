"""Paying in, paying out, and paying each other, within one bank."""

import pytest

from contracts import load
from tests.contracts.currency import CENTRAL_BANK, FREEZER, PAUSER
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    CASE,
    CLEARING,
    COMPLIANCE,
    FIRST,
    FULL,
    LOANS,
    MONEY,
    REFERENCE,
    SECOND_BANK,
    STRANGER,
    SUPERVISOR,
    WEALTH,
    YEAR,
    Banks,
    account_id,
    banks_in_currency,
    banks_in_hostile_token,
    pledge_bank_money,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait

NOBODY = bytes(20)


@pytest.fixture
def banks() -> Banks:
    return banks_in_currency()


def test_what_is_paid_in_is_held_in_full(banks: Banks) -> None:
    paid_in = banks.first.attempt("deposit", 100, sender=ALICE)
    assert paid_in.event("Deposited").arguments == {
        "id": account_id(ALICE),
        "account": ALICE,
        "value": 100,
        "held_before": 600,
        "held_after": 700,
    }
    assert banks.first.read("balanceOf", ALICE) == banks.first.read("totalSupply") == 700
    assert banks.first.read("reserves") == banks.first.read("liabilities", MONEY) == 700
    assert banks.money.read("balanceOf", FIRST) == banks.first.read("held", account_id(ALICE)) == 700
    assert banks.money.read("balanceOf", ALICE) == WEALTH - 700
    assert (banks.first.read("decimals"), banks.first.read("symbol")) == (2, "DEP")


def test_clients_pay_out_whenever_they_like_at_par(banks: Banks) -> None:
    paid_out = banks.first.attempt("withdraw", 250, sender=ALICE)
    assert paid_out.event("Withdrawn").arguments == {
        "id": account_id(ALICE),
        "account": ALICE,
        "value": 250,
        "held_before": 600,
        "held_after": 350,
    }
    assert banks.money.read("balanceOf", ALICE) == WEALTH - 350
    assert banks.first.read("totalSupply") == banks.first.read("reserves") == 350
    assert banks.first.attempt("withdraw", 351, sender=ALICE).words == "deposit_token: more than the balance"
    assert banks.first.attempt("withdraw", 0, sender=ALICE).words == "deposit_token: no amount"


def test_only_clients_pay_in_and_are_paid(banks: Banks) -> None:
    assert banks.first.attempt("deposit", 1, sender=CAROL).words == "deposit_token: no account"
    assert banks.first.attempt("deposit", 0, sender=ALICE).words == "deposit_token: no amount"
    assert banks.first.attempt("transfer", CAROL, 1, sender=ALICE).words == "deposit_token: no account"
    for nobody in (NOBODY, FIRST):
        assert banks.first.attempt("transfer", nobody, 1, sender=ALICE).words == "deposit_token: nobody"


def test_bank_money_is_an_erc20_token_between_clients(banks: Banks) -> None:
    paid = banks.first.attempt("transfer", BOB, 200, sender=ALICE)
    assert paid.event("Transfer").arguments == {"sender": ALICE, "receiver": BOB, "value": 200}
    assert paid.result is True
    banks.first.do("approve", STRANGER, 150, sender=BOB)
    spent = banks.first.attempt("transferFrom", BOB, ALICE, 100, sender=STRANGER)
    assert spent.result is True and banks.first.read("allowance", BOB, STRANGER) == 50
    too_much = banks.first.attempt("transferFrom", BOB, ALICE, 51, sender=STRANGER)
    assert too_much.words == "deposit_token: more than allowed"
    assert (banks.first.read("balanceOf", ALICE), banks.first.read("balanceOf", BOB)) == (500, 100)
    assert banks.first.attempt("transfer", BOB, 501, sender=ALICE).words == "deposit_token: more than the balance"


def test_the_bank_opens_and_closes_accounts(banks: Banks) -> None:
    for name, arguments in (("open_account", (CAROL, False)), ("close_account", (BOB,))):
        for sender in (SECOND_BANK, COMPLIANCE, SUPERVISOR, ALICE):
            assert banks.first.attempt(name, *arguments, sender=sender).words == "deposit_token: not the bank"
    opened = banks.first.attempt("open_account", CAROL, False, sender=BANK)
    assert opened.event("AccountOpened").arguments == {"id": account_id(CAROL), "account": CAROL, "is_custody": False}
    assert banks.first.attempt("open_account", CAROL, False, sender=BANK).words == "deposit_token: account is open"
    closed = banks.first.attempt("close_account", CAROL, sender=BANK)
    assert closed.event("AccountClosed").arguments == {"id": account_id(CAROL), "account": CAROL}
    assert banks.first.attempt("close_account", CAROL, sender=BANK).words == "deposit_token: no account"
    assert banks.first.attempt("close_account", ALICE, sender=BANK).words == "deposit_token: account holds money"
    for nobody in (NOBODY, FIRST):
        assert banks.first.attempt("open_account", nobody, False, sender=BANK).words == "deposit_token: nobody"
    custody = banks.first.attempt("open_account", CAROL, True, sender=BANK)
    assert custody.words == "deposit_token: not a custody contract"


@pytest.mark.parametrize("flagged", [True, False], ids=["by the bank's word", "by the directory's"])
def test_no_bank_holds_up_what_custody_owes_by_closing_a_partys_account(flagged: bool) -> None:
    banks = banks_in_currency(custodians=() if flagged else (LOANS,))
    loans = Placed(load("peer_loan"), LOANS)
    banks.first.do("open_account", LOANS, flagged, sender=BANK)
    loan = pledge_bank_money(banks.first, loans, ALICE, 600, lender=BOB, until=now() + 10)
    banks.first.do("close_account", ALICE, sender=BANK)
    banks.first.do("deposit", 5, sender=BOB)
    assert banks.first.attempt("transfer", ALICE, 1, sender=BOB).words == "deposit_token: no account"
    wait(11)
    loans.do("exit", loan, sender=STRANGER)
    banks.first.do("withdraw", 600, sender=ALICE)
    assert banks.money.read("balanceOf", ALICE) == WEALTH
    # Whoever never was a client is not paid by custody either.
    banks.first.do("transfer", LOANS, 5, sender=BOB)
    assert banks.first.attempt("transfer", STRANGER, 5, sender=LOANS).words == "deposit_token: no account"


def test_a_freeze_names_a_case_and_binds_so_much(banks: Banks) -> None:
    frozen = banks.first.attempt("freeze", ALICE, 500, CASE, sender=COMPLIANCE)
    assert frozen.event("Frozen").arguments == {
        "case_id": CASE,
        "account": ALICE,
        "by": COMPLIANCE,
        "value": 500,
        "frozen_before": 0,
        "frozen_after": 500,
    }
    assert banks.first.read("available", ALICE) == 100
    assert banks.first.read("account", ALICE) == {"is_open": True, "is_custody": False, "frozen": 500}
    for name, arguments in (("transfer", (BOB, 101)), ("withdraw", (101,))):
        assert banks.first.attempt(name, *arguments, sender=ALICE).words == "deposit_token: money is frozen"
    assert banks.send(101).words == "deposit_token: money is frozen"
    too_much = banks.first.attempt("unfreeze", ALICE, 501, CASE, sender=COMPLIANCE)
    assert too_much.words == "deposit_token: more than was frozen"
    unfrozen = banks.first.attempt("unfreeze", ALICE, 100, CASE, sender=COMPLIANCE)
    assert unfrozen.event("Unfrozen").arguments["frozen_after"] == 400
    assert banks.first.read("frozen_in_case", CASE, ALICE) == 400
    banks.first.do("withdraw", 200, sender=ALICE)


def test_only_compliance_freezes_and_with_a_reason(banks: Banks) -> None:
    for name in ("freeze", "unfreeze"):
        for sender in (BANK, SUPERVISOR, STRANGER):
            refused = banks.first.attempt(name, ALICE, 1, CASE, sender=sender)
            assert refused.words == "deposit_token: not compliance"
        assert banks.first.attempt(name, ALICE, 0, CASE, sender=COMPLIANCE).words == "deposit_token: no amount"
    assert banks.first.attempt("freeze", ALICE, 1, bytes(32), sender=COMPLIANCE).words == "deposit_token: no case"
    banks.first.do("freeze", ALICE, 1, CASE, sender=COMPLIANCE)
    overflow = banks.first.attempt("freeze", ALICE, 2**256 - 1, CASE, sender=COMPLIANCE)
    assert overflow.words == "deposit_token: amount out of range"


def test_custody_is_never_frozen_and_never_becomes_so_with_frozen_money(banks: Banks) -> None:
    Placed(load("peer_loan"), LOANS)
    banks.first.do("open_account", LOANS, True, sender=BANK)
    refused = banks.first.attempt("freeze", LOANS, 1, CASE, sender=COMPLIANCE)
    assert refused.words == "deposit_token: custody is not frozen"
    banks.first.do("freeze", MONEY, 1, CASE, sender=COMPLIANCE)
    refused = banks.first.attempt("open_account", MONEY, True, sender=BANK)
    assert refused.words == "deposit_token: has frozen money"


def test_custody_that_the_directory_lists_is_never_frozen_whatever_the_bank_calls_it() -> None:
    banks = banks_in_currency(custodians=(LOANS,))
    banks.first.do("open_account", LOANS, False, sender=BANK)
    banks.first.do("transfer", LOANS, 600, sender=ALICE)
    # Before its code stands there it is no custody yet.
    banks.first.do("freeze", LOANS, 500, CASE, sender=COMPLIANCE)
    assert banks.first.read("available", LOANS) == 100
    Placed(load("peer_loan"), LOANS)
    refused = banks.first.attempt("freeze", LOANS, 1, CASE, sender=COMPLIANCE)
    assert refused.words == "deposit_token: custody is not frozen"
    assert banks.first.read("available", LOANS) == 600
    banks.first.do("transfer", BOB, 600, sender=LOANS)


def test_the_bank_appoints_and_dismisses_compliance_and_hands_over_in_two_steps(banks: Banks) -> None:
    assert banks.first.attempt("set_compliance", STRANGER, sender=COMPLIANCE).words == "deposit_token: not the bank"
    appointed = banks.first.attempt("set_compliance", STRANGER, sender=BANK)
    assert appointed.event("ComplianceSet").arguments == {"account": STRANGER}
    assert banks.first.attempt("propose_admin", BOB, sender=BOB).words == "deposit_token: not the bank"
    banks.first.do("propose_admin", BOB, sender=BANK)
    assert banks.first.attempt("accept_admin", sender=ALICE).words == "deposit_token: not the proposed bank"
    banks.first.do("accept_admin", sender=BOB)
    assert banks.first.attempt("set_compliance", BOB, sender=BANK).words == "deposit_token: not the bank"


def test_in_a_pause_of_the_currency_money_still_comes_out(banks: Banks) -> None:
    banks.money.do("pause", sender=PAUSER)
    banks.first.do("withdraw", 600, sender=ALICE)
    assert banks.money.read("balanceOf", ALICE) == WEALTH


def test_money_frozen_in_the_currency_does_not_come_in(banks: Banks) -> None:
    banks.money.do("freeze", ALICE, WEALTH, CASE, sender=FREEZER)
    assert not banks.first.attempt("deposit", 1, sender=ALICE).accepted


def test_a_client_who_cannot_be_paid_has_a_claim() -> None:
    banks = banks_in_hostile_token()
    banks.money.do("block", ALICE)
    paid_out = banks.first.attempt("withdraw", 100, sender=ALICE)
    assert paid_out.event("ClaimCredited").arguments["claim_after"] == 100
    assert banks.first.read("liabilities", MONEY) == banks.money.read("balanceOf", FIRST) == 600
    banks.money.do("set_mode", HOSTILE_MOODS["honest"])
    banks.first.do("claim", MONEY, ALICE, sender=STRANGER)
    assert banks.money.read("balanceOf", ALICE) == WEALTH - 500


def test_a_currency_that_takes_a_fee_is_not_taken_in() -> None:
    banks = banks_in_hostile_token()
    banks.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    assert banks.first.attempt("deposit", 100, sender=ALICE).words == "claims: less arrived than was sent"
    assert banks.first.read("totalSupply") == banks.first.read("reserves") == 600


@pytest.mark.parametrize("name", ["deposit", "withdraw", "transfer"])
def test_a_currency_that_calls_back_gets_nowhere(name: str) -> None:
    banks = banks_in_hostile_token()
    # The token itself has an account and money in it, so that only the lock can refuse what it tries.
    banks.first.do("open_account", MONEY, False, sender=BANK)
    banks.first.do("transfer", MONEY, 100, sender=ALICE)
    banks.money.do("mint", MONEY, 100)
    arguments = [ALICE, 5] if name == "transfer" else [5]
    banks.money.do("call_back", FIRST, banks.first.artifact.encode_call(name, *arguments))
    banks.first.do("withdraw", 10, sender=ALICE)
    assert (banks.money.read("reentries_tried"), banks.money.read("reentries_done")) == (1, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({2: NOBODY}, "deposit_token: no currency"),
        ({3: NOBODY}, "deposit_token: no role"),
        ({4: NOBODY}, "deposit_token: no role"),
        ({5: NOBODY}, "deposit_token: no role"),
        ({6: 0}, "deposit_token: ratio out of range"),
        ({6: FULL + 1}, "deposit_token: ratio out of range"),
        ({7: 1}, "deadlines: has passed already"),
    ],
)
def test_a_bank_without_its_parts_is_not_deployed(banks: Banks, changes: dict[int, object], words: str) -> None:
    arguments: list[object] = ["Deposits", "DEP", MONEY, CLEARING, BANK, CENTRAL_BANK, FULL, now() + YEAR]
    for position, value in changes.items():
        arguments[position] = value
    with pytest.raises(Exception, match=words):
        Placed(load("deposit_token"), b"\x77" * 20, *arguments)


def test_references_travel_with_transfers_out(banks: Banks) -> None:
    sent = banks.send(5)
    assert banks.clearing.read("deal", sent.result)["reference"] == REFERENCE


def test_a_currency_that_grants_no_allowance_sends_nothing_out() -> None:
    banks = banks_in_hostile_token()
    banks.money.do("set_mode", HOSTILE_MOODS["returns false"])
    assert banks.send(5).words == "deposit_token: approval refused"
    assert banks.first.read("totalSupply") == banks.first.read("reserves") == 600
