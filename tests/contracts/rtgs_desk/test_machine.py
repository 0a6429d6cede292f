"""Desks under long random histories: orders at what is issued and one off it, clocks at deadlines and one second off,
operators that change places, and a currency that changes its mind.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until
from tests.contracts.rtgs_desk.cast import (
    ADMIN,
    APPROVED,
    BANK,
    CHECKER,
    ISSUE,
    MAKER,
    REDEMPTION,
    REFERENCE,
    REQUESTED,
    REVIEWED,
    SECOND_BANK,
    STRANGER,
    TERM,
    desk_in_hostile_token,
)

BANKS = [BANK, SECOND_BANK]
EVERYONE = [*BANKS, MAKER, CHECKER, STRANGER]
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60
MOODS = {name: HOSTILE_MOODS[name] for name in ("honest", "returns false", "takes a fee", "returns nothing")}
WAITING = (REQUESTED, REVIEWED)

callers = mostly(None, *EVERYONE)


class DeskMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.desk, self.money = desk_in_hostile_token(self.tally)
        self.maker, self.checker = MAKER, CHECKER
        self.ids: list[bytes] = []
        # What this desk minted and burned, counted apart from its own books.
        self.minted = self.burned = 0
        for bank in BANKS:
            self.request(bank, 500)
            self.review(len(self.ids) - 1, None)
            self.approve(len(self.ids) - 1, None)
            self.redeem(bank, ("share", 40))

    def at_the_end(self) -> None:
        self.money.do("set_mode", MOODS["honest"])
        wait(ELEVEN_YEARS)
        for id in self.ids:
            if self.order(id)["state"] in WAITING:
                self.desk.do("exit", id, sender=STRANGER)
        for bank in BANKS:
            if self.desk.read("claimable", self.money.address, bank):
                self.desk.do("claim", self.money.address, bank, sender=STRANGER)
        assert self.desk.read("liabilities", self.money.address) == 0
        assert self.money.read("balanceOf", self.desk.address) == 0
        assert self.desk.read("redeeming") == 0
        self.the_books_balance()

    def order(self, id: bytes) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.read("order", id)
        return found

    def pick(self, number: int, *states: int) -> tuple[bytes, dict[str, Any]]:
        shown = [(id, self.order(id)) for id in self.ids]
        fitting = [each for each in shown if each[1]["state"] in states]
        chosen = fitting if fitting and number % 8 != 7 else shown
        return chosen[number % len(chosen)]

    def some(self, *states: int) -> bool:
        return any(self.order(id)["state"] in states for id in self.ids)

    def mood(self) -> int:
        return int(self.money.read("mode"))

    @rule(bank=st.sampled_from([*BANKS, BANK, SECOND_BANK, STRANGER]), amount=st.integers(1, 300))
    @precondition(lambda self: len(self.ids) < 14)
    def request(self, bank: bytes, amount: int) -> None:
        made = self.attempt(self.desk, bank in BANKS, "request", amount, now() + TERM, REFERENCE, sender=bank)
        if made.accepted:
            self.ids.append(made.result)

    @rule(bank=st.sampled_from(BANKS), aim=aims)
    @precondition(lambda self: len(self.ids) < 14 and self.mood() in (MOODS["honest"], MOODS["returns nothing"]))
    def redeem(self, bank: bytes, aim: tuple[str, int]) -> None:
        free = self.desk.read("issued") - self.desk.read("redeeming")
        balance = self.money.read("balanceOf", bank)
        amount = aimed(min(free, balance), aim)
        allowed = 0 < amount <= free and amount <= balance
        if amount > balance:
            return  # the hostile token reverts without words
        made = self.attempt(self.desk, allowed, "redeem", amount, now() + TERM, REFERENCE, sender=bank)
        if made.accepted:
            self.ids.append(made.result)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(REQUESTED))
    def review(self, number: int, caller: bytes | None) -> None:
        id, order = self.pick(number, REQUESTED)
        sender = caller or self.maker
        allowed = order["state"] == REQUESTED and sender == self.maker and now() <= order["deadline"]
        self.attempt(self.desk, allowed, "review", id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(REVIEWED))
    def approve(self, number: int, caller: bytes | None) -> None:
        id, order = self.pick(number, REVIEWED)
        sender = caller or self.checker
        allowed = (
            order["state"] == REVIEWED
            and sender == self.checker
            and sender != order["reviewed_by"]
            and now() <= order["deadline"]
        )
        made = self.attempt(self.desk, allowed, "approve", id, sender=sender)
        if made.accepted and order["kind"] == ISSUE:
            self.minted += order["amount"]
        elif made.accepted:
            self.burned += order["amount"]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(*WAITING))
    def reject(self, number: int, caller: bytes | None) -> None:
        id, order = self.pick(number, *WAITING)
        sender = caller or (self.maker if number % 2 else self.checker)
        allowed = order["state"] in WAITING and sender in (self.maker, self.checker)
        self.attempt(self.desk, allowed, "reject", id, REFERENCE, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(*WAITING))
    def withdraw(self, number: int, caller: bytes | None) -> None:
        id, order = self.pick(number, *WAITING)
        sender = caller or order["bank"]
        allowed = order["state"] in WAITING and sender == order["bank"]
        self.attempt(self.desk, allowed, "withdraw", id, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), off=st.sampled_from([None, 0, 1, 1]))
    @precondition(lambda self: self.some(*WAITING))
    def exit(self, number: int, caller: bytes, off: int | None) -> None:
        id, order = self.pick(number, *WAITING)
        if off is not None:
            wait_until(order["deadline"] + off)
        allowed = order["state"] in WAITING and now() > order["deadline"]
        self.attempt(self.desk, allowed, "exit", id, sender=caller)

    @rule(payer=st.sampled_from(BANKS), aim=aims)
    @precondition(lambda self: self.mood() == MOODS["honest"])
    def settle(self, payer: bytes, aim: tuple[str, int]) -> None:
        payee = SECOND_BANK if payer == BANK else BANK
        amount = aimed(self.money.read("balanceOf", payer), aim)
        if amount <= self.money.read("balanceOf", payer):
            self.attempt(self.desk, amount > 0, "settle", payee, amount, REFERENCE, sender=payer)

    @rule(swap=st.booleans())
    def change_operators(self, swap: bool) -> None:
        if swap:
            self.maker, self.checker = self.checker, self.maker
        self.attempt(self.desk, True, "set_operators", self.maker, self.checker, sender=ADMIN)

    @rule(bank=st.sampled_from(BANKS))
    @precondition(lambda self: any(self.desk.read("claimable", self.money.address, bank) for bank in BANKS))
    def claim(self, bank: bytes) -> None:
        owed = self.desk.read("claimable", self.money.address, bank)
        allowed = owed > 0 and self.mood() != MOODS["returns false"]
        self.attempt(self.desk, allowed, "claim", self.money.address, bank, sender=STRANGER)

    @rule(mood=st.sampled_from([*["honest"] * 3, *MOODS]))
    def change_mood(self, mood: str) -> None:
        self.money.do("set_mode", MOODS[mood])

    @invariant()
    def the_books_balance(self) -> None:
        orders = [self.order(id) for id in self.ids]
        waiting = sum(each["amount"] for each in orders if each["kind"] == REDEMPTION and each["state"] in WAITING)
        done = {
            kind: sum(each["amount"] for each in orders if each["kind"] == kind and each["state"] == APPROVED)
            for kind in (ISSUE, REDEMPTION)
        }
        assert self.desk.read("approved") == done[ISSUE] == self.minted
        assert self.desk.read("redeemed") == done[REDEMPTION] == self.burned
        assert self.desk.read("issued") == self.minted - self.burned
        assert self.desk.read("redeeming") == waiting == sum(self.desk.read("held", id) for id in self.ids)
        assert self.burned + waiting <= self.minted
        claims = sum(self.desk.read("claimable", self.money.address, who) for who in BANKS)
        owed = self.desk.read("liabilities", self.money.address)
        assert owed == waiting + claims == self.money.read("balanceOf", self.desk.address)


def test_desks_keep_their_truths_through_random_histories() -> None:
    run(DeskMachine)


@pytest.mark.long
def test_desks_keep_their_truths_through_many_random_histories() -> None:
    run(DeskMachine, calls=LONG_CALLS, steps=60)
