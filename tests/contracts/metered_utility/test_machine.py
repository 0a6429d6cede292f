"""Supplies under long random histories: readings at the cap and at the edge of periods, forged ones, the end."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.deal_room import DAY, STRANGER, DealMachine
from tests.contracts.machine import LONG_CALLS, mostly, picks, run
from tests.contracts.metered_utility.supplies import (
    CAP,
    CUSTOMER,
    FIRST,
    METER,
    OPEN,
    PARTIES,
    PERIOD,
    SETTLE,
    TARIFF,
    UTILITY,
    signed,
    terms,
)
from tests.contracts.placed import now, wait, wait_until
from tests.contracts.signers import Signer

EVERYONE = [*PARTIES, STRANGER]
callers = mostly(None, *EVERYONE)
signers = st.sampled_from([METER] * 9 + [Signer(32)])


class UtilityMachine(DealMachine):
    NAME = "metered_utility"
    RECORD = "supply"
    PARTIES = PARTIES

    def begin(self) -> None:
        # (supply, period) -> what was charged in it
        self.charged: dict[tuple[bytes, int], int] = {}
        for deposit in (2_000, 50):
            self.open(deposit)

    @rule(deposit=st.integers(1, 2_000))
    @precondition(lambda self: len(self.known) < 5 and sum(self.record(id)["state"] == OPEN for id in self.known) < 3)
    def open(self, deposit: int) -> None:
        id = self.contract.read("next_id", CUSTOMER)
        agreed = tuple(terms().values())
        if self.attempt(self.contract, self.takes_money(deposit), "open", agreed, deposit, sender=CUSTOMER).accepted:
            self.known.append(id)
            self.gains[CUSTOMER] -= deposit

    @rule(number=picks, amount=st.integers(1, 500), who=st.sampled_from(PARTIES))
    @precondition(lambda self: self.any_in(OPEN))
    def top_up(self, number: int, amount: int, who: bytes) -> None:
        id = self.some(number, OPEN)
        supply = self.record(id)
        allowed = supply["state"] == OPEN and now() <= supply["terms"]["ends"] and self.takes_money(amount)
        if self.attempt(self.contract, allowed, "top_up", id, amount, sender=who).accepted:
            self.gains[who] -= amount

    @rule(
        number=picks,
        seconds=st.sampled_from([1, DAY, PERIOD - 1, PERIOD]),
        units=st.sampled_from([0, 1, CAP // TARIFF - 1, CAP // TARIFF, CAP // TARIFF + 1, -1]),
        signer=signers,
        off=st.sampled_from([0] * 9 + [1]),
    )
    @precondition(lambda self: self.any_in(OPEN))
    def charge(self, number: int, seconds: int, units: int, signer: Signer, off: int) -> None:
        id = self.some(number, OPEN)
        wait(seconds)
        supply = self.record(id)
        ends = supply["terms"]["ends"]
        # The last second supplied, where the meter was read after the end.
        at, reading = min(now(), ends) + off, supply["reading"] + units
        allowed = (
            supply["state"] == OPEN
            and now() <= ends + SETTLE
            and supply["read_at"] < at <= min(now(), ends)
            and units >= 0
            and signer == METER
        )
        arguments = signed(self.room, id, reading, at, signer)
        outcome = self.attempt(self.contract, allowed, "charge", *arguments, sender=STRANGER)
        if outcome.accepted:
            amount = outcome.event("Charged").arguments["amount"]
            period = (at - supply["starts"]) // PERIOD
            before = self.charged.get((id, period), 0)
            # Never more than is due, than the period's cap, or than there is; and one of the three exactly.
            assert amount == min(units * TARIFF, CAP - before, supply["held"])
            self.charged[id, period] = before + amount
            self.gains[UTILITY] += amount

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.known) > 2 and self.any_in(OPEN))
    def stop(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, OPEN), caller or CUSTOMER
        supply = self.record(id)
        allowed = supply["state"] == OPEN and sender == CUSTOMER and now() < supply["terms"]["ends"]
        self.attempt(self.contract, allowed, "stop", id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.known) > 2 and self.any_in(OPEN))
    def close(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, OPEN), caller or UTILITY
        supply = self.record(id)
        allowed = supply["state"] == OPEN and sender == UTILITY
        if self.attempt(self.contract, allowed, "close", id, sender=sender).accepted:
            self.gains[CUSTOMER] += supply["held"]

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.known) > 2 and self.any_in(OPEN))
    def exit(self, number: int, off: int, caller: bytes) -> None:
        id = self.some(number, OPEN)
        supply = self.record(id)
        last = supply["terms"]["ends"] + SETTLE
        wait_until(last + off)
        if self.attempt(self.contract, supply["state"] == OPEN and now() > last, "exit", id, sender=caller).accepted:
            self.gains[CUSTOMER] += supply["held"]

    @invariant()
    def no_period_costs_more_than_its_cap(self) -> None:
        assert all(amount <= CAP for amount in self.charged.values())
        assert all(self.record(id)["reading"] >= FIRST for id in self.known)


def test_supplies_keep_their_truths_through_random_histories() -> None:
    run(UtilityMachine, calls=300)


@pytest.mark.long
def test_supplies_keep_their_truths_through_many_random_histories() -> None:
    run(UtilityMachine, calls=LONG_CALLS, steps=60)
