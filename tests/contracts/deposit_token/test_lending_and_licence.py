"""Lending within the ratio, and what becomes of a bank whose licence ends."""

import pytest

from contracts import load
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CASE,
    CLEARING,
    COMPLIANCE,
    FIRST,
    LOANS,
    MONEY,
    STRANGER,
    SUPERVISOR,
    WEALTH,
    WEEK,
    YEAR,
    Banks,
    account_id,
    banks_in_currency,
    pledge_bank_money,
)
from tests.contracts.placed import Placed, now, wait, wait_until


@pytest.fixture
def banks() -> Banks:
    """Reserves of 600 at a ratio of a half: 600 more can be lent."""
    return banks_in_currency(ratio=5_000)


def end_licence(banks: Banks) -> None:
    wait_until(banks.first.read("licensed_until") + 1)


def test_at_full_ratio_a_bank_lends_nothing() -> None:
    full = banks_in_currency()
    assert full.first.attempt("lend", BOB, 1, sender=BANK).words == "deposit_token: reserves would be short"


def test_loans_are_deposits_up_to_the_ratio_and_not_one_unit_more(banks: Banks) -> None:
    assert banks.first.attempt("lend", BOB, 601, sender=BANK).words == "deposit_token: reserves would be short"
    lent = banks.first.attempt("lend", BOB, 600, sender=BANK)
    assert lent.event("Lent").arguments == {
        "id": account_id(BOB),
        "account": BOB,
        "value": 600,
        "held_before": 0,
        "held_after": 300,
    }
    assert banks.first.read("totalSupply") == 1_200
    assert (banks.first.read("reserves"), banks.first.read("lent")) == (600, 600)
    assert banks.first.attempt("lend", BOB, 1, sender=BANK).words == "deposit_token: reserves would be short"


def test_only_the_bank_lends_and_only_to_clients(banks: Banks) -> None:
    for sender in (SUPERVISOR, COMPLIANCE, BOB):
        assert banks.first.attempt("lend", BOB, 1, sender=sender).words == "deposit_token: not the bank"
    assert banks.first.attempt("lend", STRANGER, 1, sender=BANK).words == "deposit_token: no account"
    assert banks.first.attempt("lend", BOB, 0, sender=BANK).words == "deposit_token: no amount"
    assert banks.first.attempt("lend", BOB, 2**255, sender=BANK).words == "deposit_token: amount out of range"


def test_a_loan_is_repaid_by_giving_deposits_up(banks: Banks) -> None:
    banks.first.do("lend", BOB, 300, sender=BANK)
    repaid = banks.first.attempt("repay", 200, sender=BOB)
    assert repaid.event("Repaid").arguments["value"] == 200
    assert (banks.first.read("totalSupply"), banks.first.read("reserves")) == (700, 600)
    assert banks.first.read("lent") - banks.first.read("repaid") == 100
    assert banks.first.attempt("repay", 101, sender=ALICE).words == "deposit_token: more than is lent"
    assert banks.first.attempt("repay", 0, sender=BOB).words == "deposit_token: no amount"
    assert banks.first.attempt("repay", 101, sender=BOB).words == "deposit_token: more than is lent"
    banks.first.do("freeze", BOB, 100, CASE, sender=COMPLIANCE)
    assert banks.first.attempt("repay", 1, sender=BOB).words == "deposit_token: money is frozen"


def test_a_run_ends_where_the_reserves_do(banks: Banks) -> None:
    banks.first.do("lend", BOB, 600, sender=BANK)
    banks.first.do("withdraw", 600, sender=BOB)
    assert banks.first.attempt("withdraw", 1, sender=ALICE).words == "deposit_token: reserves are short"
    assert banks.send(1).words == "deposit_token: reserves are short"
    assert banks.first.read("held", account_id(ALICE)) == 0


def test_after_the_licence_everyone_has_the_same_share_whoever_comes_first(banks: Banks) -> None:
    banks.first.do("lend", BOB, 400, sender=BANK)  # 600 behind 1,000
    banks.first.do("transfer", BOB, 1, sender=ALICE)
    refused = banks.first.attempt("exit", account_id(BOB), sender=STRANGER)
    assert refused.words == "deposit_token: licence still runs"
    end_licence(banks)
    first = banks.first.attempt("exit", account_id(BOB), sender=STRANGER)
    assert first.event("PaidOut").arguments == {
        "id": account_id(BOB),
        "account": BOB,
        "burned": 401,
        "value": 240,
        "held_before": 240,
        "held_after": 0,
    }
    banks.first.do("exit", account_id(ALICE), sender=STRANGER)
    assert banks.money.read("balanceOf", BOB) == WEALTH + 240
    assert banks.money.read("balanceOf", ALICE) == WEALTH - 600 + 360
    assert banks.first.read("totalSupply") == banks.first.read("reserves") == 0
    assert banks.money.read("balanceOf", FIRST) == 0
    assert banks.first.attempt("exit", account_id(ALICE), sender=ALICE).words == "deposit_token: nothing to exit"


def test_a_fully_backed_bank_pays_everyone_out_in_full() -> None:
    full = banks_in_currency()
    full.first.do("transfer", BOB, 123, sender=ALICE)
    end_licence(full)
    for who in (ALICE, BOB):
        full.first.do("exit", account_id(who), sender=STRANGER)
    assert full.money.read("balanceOf", ALICE) + full.money.read("balanceOf", BOB) == 2 * WEALTH
    assert full.money.read("balanceOf", BOB) == WEALTH + 123


def test_after_the_licence_nothing_else_changes_reserves_or_supply(banks: Banks) -> None:
    banks.first.do("lend", BOB, 100, sender=BANK)
    end_licence(banks)
    for name, arguments, sender in (
        ("deposit", (1,), ALICE),
        ("withdraw", (1,), ALICE),
        ("repay", (1,), BOB),
        ("lend", (BOB, 1), BANK),
        ("freeze", (BOB, 1, CASE), COMPLIANCE),
        ("set_licence", (now() + YEAR,), SUPERVISOR),
        ("credit_in", (CASE, ALICE, 1), CLEARING),
        ("credit_back", (CASE, ALICE, 1), CLEARING),
    ):
        assert banks.first.attempt(name, *arguments, sender=sender).words == "deposit_token: licence has ended"
    assert banks.send(1).words == "deposit_token: licence has ended"


def test_the_banks_freezes_end_with_its_licence(banks: Banks) -> None:
    banks.first.do("freeze", ALICE, 600, CASE, sender=COMPLIANCE)
    end_licence(banks)
    assert banks.first.read("available", ALICE) == 600
    banks.first.do("exit", account_id(ALICE), sender=STRANGER)
    assert banks.money.read("balanceOf", ALICE) == WEALTH


def test_custody_pays_its_parties_before_they_are_paid_out(banks: Banks) -> None:
    Placed(load("peer_loan"), LOANS)
    banks.first.do("open_account", LOANS, True, sender=BANK)
    banks.first.do("transfer", LOANS, 600, sender=ALICE)
    end_licence(banks)
    refused = banks.first.attempt("exit", account_id(LOANS), sender=STRANGER)
    assert refused.words == "deposit_token: custody pays out itself"
    # Its party needs no account any more: there is nobody left to open one.
    banks.first.do("transfer", STRANGER, 600, sender=LOANS)
    banks.first.do("exit", account_id(STRANGER), sender=BOB)
    assert banks.money.read("balanceOf", STRANGER) == 600


def test_custody_that_the_directory_lists_is_not_paid_out_whatever_the_bank_calls_it() -> None:
    banks = banks_in_currency(custodians=(LOANS,))
    Placed(load("peer_loan"), LOANS)
    banks.first.do("open_account", LOANS, False, sender=BANK)
    banks.first.do("transfer", LOANS, 600, sender=ALICE)
    end_licence(banks)
    refused = banks.first.attempt("exit", account_id(LOANS), sender=STRANGER)
    assert refused.words == "deposit_token: custody pays out itself"


@pytest.mark.parametrize("opened", [True, False])
def test_a_contract_that_owes_bank_money_is_not_paid_out_though_nobody_calls_it_custody(opened: bool) -> None:
    banks = banks_in_currency()
    loans = Placed(load("peer_loan"), LOANS)
    if opened:
        banks.first.do("open_account", LOANS, False, sender=BANK)
    end_of_loan = banks.first.read("licensed_until") + WEEK
    if not opened:
        end_licence(banks)
    loan = pledge_bank_money(banks.first, loans, ALICE, 400, lender=BOB, until=end_of_loan)
    end_licence(banks)
    refused = banks.first.attempt("exit", account_id(LOANS), sender=STRANGER)
    assert refused.words == "deposit_token: custody pays out itself"
    wait_until(end_of_loan + 1)
    loans.do("exit", loan, sender=STRANGER)
    banks.first.do("exit", account_id(ALICE), sender=STRANGER)
    assert (banks.money.read("balanceOf", ALICE), banks.first.read("totalSupply")) == (WEALTH, 0)


def test_the_licence_is_prolonged_or_ended_with_a_weeks_notice(banks: Banks) -> None:
    for sender in (BANK, ALICE):
        refused = banks.first.attempt("set_licence", now() + YEAR, sender=sender)
        assert refused.words == "deposit_token: not the supervisor"
    early = banks.first.attempt("set_licence", now() + WEEK - 1, sender=SUPERVISOR)
    assert early.words == "deposit_token: too little notice"
    far = banks.first.attempt("set_licence", now() + 11 * YEAR, sender=SUPERVISOR)
    assert far.words == "deadlines: too far ahead"
    before = banks.first.read("licensed_until")
    ended = banks.first.attempt("set_licence", now() + WEEK, sender=SUPERVISOR)
    assert ended.event("LicenceSet").arguments == {
        "supervisor": SUPERVISOR,
        "until_before": before,
        "until_after": now() + WEEK,
    }
    assert banks.first.read("last_deadline", account_id(ALICE)) == now() + WEEK
    wait(1)
    # Less than a week is left: that may not become less.
    early = banks.first.attempt("set_licence", now() + WEEK - 2, sender=SUPERVISOR)
    assert early.words == "deposit_token: too little notice"
    banks.first.do("set_licence", now() + WEEK - 1, sender=SUPERVISOR)


def test_an_id_that_is_no_account_holds_nothing(banks: Banks) -> None:
    assert banks.first.read("held", b"\xff" * 32) == 0
    assert banks.first.read("held", account_id(STRANGER)) == 0
    end_licence(banks)
    assert not banks.first.attempt("exit", b"\xff" * 32, sender=STRANGER).accepted


def test_other_money_held_by_mistake_is_nobodys_claim(banks: Banks) -> None:
    banks.money.do("transfer", FIRST, 5, sender=ALICE)
    assert banks.first.read("liabilities", MONEY) == banks.first.read("reserves") == 600
