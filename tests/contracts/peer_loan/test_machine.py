"""Loans under long random histories: pledges large and small, instalments in time and late, a token with moods."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.deal_room import STRANGER, TOKEN, DealMachine
from tests.contracts.machine import LONG_CALLS, aimed, aims, mostly, picks, run
from tests.contracts.peer_loan.loans import (
    BORROWER,
    DEFAULTED,
    GRACE,
    GUARANTOR,
    LENDER,
    LIVE,
    PARTIES,
    PLEDGED,
    REQUESTED,
    terms,
)
from tests.contracts.placed import now, wait_until

EVERYONE = [*PARTIES, STRANGER]
callers = mostly(None, *EVERYONE)


class LoanMachine(DealMachine):
    NAME = "peer_loan"
    RECORD = "loan"
    PARTIES = PARTIES

    def begin(self) -> None:
        for pledge, pledger in ((600, GUARANTOR), (2_000, BORROWER)):
            self.request(pledge, pledger, 3)
        self.pledge(11, None)

    def in_time(self, loan: Any) -> bool:
        return bool(now() <= loan["terms"]["fund_deadline"])

    @rule(pledge=st.integers(1, 3_000), pledger=st.sampled_from([GUARANTOR, BORROWER]), count=st.integers(1, 4))
    @precondition(lambda self: len(self.known) < 6 and not self.any_in(REQUESTED))
    def request(self, pledge: int, pledger: bytes, count: int) -> None:
        agreed = terms(pledge=pledge, pledger=pledger, instalments=count)
        outcome = self.attempt(self.contract, True, "request", tuple(agreed.values()), sender=BORROWER)
        self.known.append(outcome.result)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(REQUESTED))
    def pledge(self, number: int, caller: bytes | None) -> None:
        id = self.some(number, REQUESTED)
        loan = self.record(id)
        agreed = loan["terms"]
        sender = caller or agreed["pledger"]
        allowed = (
            loan["state"] == REQUESTED
            and sender == agreed["pledger"]
            and self.in_time(loan)
            and self.takes_money(agreed["pledge"])
        )
        if self.attempt(self.contract, allowed, "pledge", id, sender=sender).accepted:
            self.gains[sender] -= agreed["pledge"]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(PLEDGED))
    def fund(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, PLEDGED), caller or LENDER
        loan = self.record(id)
        allowed = (
            loan["state"] == PLEDGED
            and sender == LENDER
            and self.in_time(loan)
            and self.takes_money(loan["terms"]["principal"])
        )
        if self.attempt(self.contract, allowed, "fund", id, sender=sender).accepted:
            self.gains[LENDER] -= loan["terms"]["principal"]
            self.gains[BORROWER] += loan["terms"]["principal"]

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.known) > 3 and self.any_in(REQUESTED, PLEDGED))
    def cancel(self, number: int, caller: bytes) -> None:
        id = self.some(number, REQUESTED, PLEDGED)
        loan = self.record(id)
        allowed = loan["state"] in (REQUESTED, PLEDGED) and caller in (BORROWER, loan["terms"]["pledger"], LENDER)
        if self.attempt(self.contract, allowed, "cancel", id, sender=caller).accepted:
            self.gains[loan["terms"]["pledger"]] += loan["held"]

    @rule(number=picks, aim=aims, who=st.sampled_from(PARTIES))
    @precondition(lambda self: self.any_in(LIVE))
    def repay(self, number: int, aim: tuple[str, int], who: bytes) -> None:
        id = self.some(number, LIVE)
        loan = self.record(id)
        owed = loan["terms"]["to_repay"] - loan["repaid"]
        amount = aimed(owed // 3 if number % 3 else owed, aim)
        allowed = loan["state"] == LIVE and 0 < amount <= owed and self.takes_money(amount)
        if self.attempt(self.contract, allowed, "repay", id, amount, sender=who).accepted:
            self.gains[who] -= amount
            self.gains[LENDER] += amount
            if amount == owed:
                self.gains[loan["terms"]["pledger"]] += loan["held"]

    def defaulted(self, loan: Any) -> None:
        owed = loan["terms"]["to_repay"] - loan["repaid"]
        self.gains[LENDER] += min(owed, loan["held"])
        self.gains[loan["terms"]["pledger"]] += max(0, loan["held"] - owed)

    @rule(number=picks, late=st.sampled_from([0, 1, 1]), caller=callers)
    @precondition(lambda self: self.any_in(LIVE))
    def seize(self, number: int, late: int, caller: bytes | None) -> None:
        id, sender = self.some(number, LIVE), caller or LENDER
        loan = self.record(id)
        wait_until(loan["terms"]["first_due"] + GRACE + late)
        allowed = loan["state"] == LIVE and sender == LENDER and self.contract.read("overdue", id) > 0
        if self.attempt(self.contract, allowed, "seize", id, sender=sender).accepted:
            self.defaulted(loan)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.known) > 2 and self.any_in(REQUESTED, PLEDGED, LIVE))
    def exit(self, number: int, off: int, caller: bytes) -> None:
        id = self.some(number, REQUESTED, PLEDGED, LIVE)
        loan, last = self.record(id), self.contract.read("last_deadline", id)
        wait_until(last + off)
        allowed = loan["state"] in (REQUESTED, PLEDGED, LIVE) and now() > last
        if self.attempt(self.contract, allowed, "exit", id, sender=caller).accepted:
            if loan["state"] == LIVE:
                self.defaulted(loan)
            else:
                self.gains[loan["terms"]["pledger"]] += loan["held"]

    @invariant()
    def a_pledge_is_held_exactly_while_it_is_needed(self) -> None:
        for id in self.known:
            loan = self.record(id)
            assert loan["repaid"] <= loan["terms"]["to_repay"]
            assert loan["held"] == (loan["terms"]["pledge"] if loan["state"] in (PLEDGED, LIVE) else 0)
            assert loan["state"] != DEFAULTED or loan["repaid"] < loan["terms"]["to_repay"]
            assert self.contract.read("holds", id) == TOKEN


def test_loans_keep_their_truths_through_random_histories() -> None:
    run(LoanMachine, calls=300, steps=25)


@pytest.mark.long
def test_loans_keep_their_truths_through_many_random_histories() -> None:
    run(LoanMachine, calls=LONG_CALLS, steps=60)
