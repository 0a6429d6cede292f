"""Transfers between two banks under long random histories: amounts at the balance and one off it, clocks at deadlines
and one second off, and a currency that refuses, blocks a client or blocks a bank.

A client's wealth is counted apart: bank money, currency, claims and what is on its way. Only an acceptance moves it.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    CLEARING,
    DAVE,
    FIRST,
    MONEY,
    REFERENCE,
    SECOND,
    SECOND_BANK,
    STRANGER,
    TERM,
    WEALTH,
    banks_in_hostile_token,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait, wait_until

CLIENTS = {FIRST: (ALICE, BOB), SECOND: (CAROL, DAVE)}
PEOPLE = [ALICE, BOB, CAROL, DAVE]
EVERYONE = [*PEOPLE, BANK, SECOND_BANK, STRANGER]
ADMINS = {FIRST: BANK, SECOND: SECOND_BANK}
OPEN = 1
BLOCKS_ONE = 10
MOODS = {name: HOSTILE_MOODS[name] for name in ("honest", "returns false", "returns nothing")}
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60

callers = mostly(None, *EVERYONE)
sides = st.sampled_from([(FIRST, SECOND), (SECOND, FIRST)])


class ClearingMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.banks = banks_in_hostile_token(tally=self.tally)
        self.clearing, self.money = self.banks.clearing, self.banks.money
        self.ids: list[bytes] = []
        self.wealth = dict.fromkeys(PEOPLE, WEALTH)
        for side in ((FIRST, SECOND), (SECOND, FIRST)):
            self.send(side, 0, 0, ("share", 30))

    def at_the_end(self) -> None:
        self.money.do("set_mode", MOODS["honest"])
        wait(ELEVEN_YEARS)
        for id in self.ids:
            if self.deal(id)["state"] == OPEN:
                self.clearing.do("exit", id, sender=STRANGER)
        for who in PEOPLE:
            if self.clearing.read("claimable", MONEY, who):
                self.clearing.do("claim", MONEY, who, sender=STRANGER)
        assert self.clearing.read("liabilities", MONEY) == self.money.read("balanceOf", CLEARING) == 0
        self.only_acceptance_moves_wealth()

    def token(self, bank: bytes) -> Placed:
        return self.banks.first if bank == FIRST else self.banks.second

    def deal(self, id: bytes) -> dict[str, Any]:
        found: dict[str, Any] = self.clearing.read("deal", id)
        return found

    def pick(self, number: int) -> tuple[bytes, dict[str, Any]]:
        """Mostly one that is open."""
        shown = [(id, self.deal(id)) for id in self.ids]
        fitting = [each for each in shown if each[1]["state"] == OPEN]
        chosen = fitting if fitting and number % 8 != 7 else shown
        return chosen[number % len(chosen)]

    def some_open(self) -> bool:
        return any(self.deal(id)["state"] == OPEN for id in self.ids)

    def pays(self, receiver: bytes) -> bool:
        mode = self.money.read("mode")
        blocks = mode == BLOCKS_ONE and self.money.read("blocked") == receiver
        return mode != MOODS["returns false"] and not blocks

    @rule(side=sides, sender=picks, payee=picks, aim=aims)
    @precondition(lambda self: len(self.ids) < 6)
    def send(self, side: tuple[bytes, bytes], sender: int, payee: int, aim: tuple[str, int]) -> None:
        from_bank, to_bank = side
        client, other = CLIENTS[from_bank][sender % 2], CLIENTS[to_bank][payee % 2]
        limit = self.token(from_bank).read("balanceOf", client)
        amount = aimed(limit, aim)
        allowed = 0 < amount <= limit and self.pays(CLEARING)
        arguments = (to_bank, other, amount, now() + TERM, REFERENCE)
        made = self.attempt(self.token(from_bank), allowed, "transfer_out", *arguments, sender=client)
        if made.accepted:
            self.ids.append(made.result)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some_open())
    def accept(self, number: int, caller: bytes | None) -> None:
        id, deal = self.pick(number)
        sender = caller or ADMINS[deal["to_bank"]]
        allowed = (
            deal["state"] == OPEN
            and sender == ADMINS[deal["to_bank"]]
            and now() <= deal["deadline"]
            and self.pays(deal["to_bank"])
        )
        made = self.attempt(self.clearing, allowed, "accept", id, sender=sender)
        if made.accepted:
            self.wealth[deal["sender"]] -= deal["amount"]
            self.wealth[deal["payee"]] += deal["amount"]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some_open())
    def cancel(self, number: int, caller: bytes | None) -> None:
        id, deal = self.pick(number)
        sender = caller or deal["sender"]
        allowed = deal["state"] == OPEN and sender in (deal["sender"], BANK, SECOND_BANK)
        made = self.attempt(self.clearing, allowed, "cancel", id, sender=sender)
        if made.accepted:
            self.came_back_where_it_could(made.event("Returned").arguments, deal)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), off=st.sampled_from([None, 0, 1, 1, 1]))
    @precondition(lambda self: self.some_open())
    def exit(self, number: int, caller: bytes, off: int | None) -> None:
        id, deal = self.pick(number)
        if off is not None:
            wait_until(deal["deadline"] + off)
        allowed = deal["state"] == OPEN and now() > deal["deadline"]
        made = self.attempt(self.clearing, allowed, "exit", id, sender=caller)
        if made.accepted:
            self.came_back_where_it_could(made.event("Returned").arguments, deal)

    def came_back_where_it_could(self, returned: Any, deal: dict[str, Any]) -> None:
        assert returned["in_bank_money"] == self.pays(deal["from_bank"])

    @rule(who=st.sampled_from(PEOPLE), aim=aims, side=sides)
    @precondition(lambda self: self.money.read("mode") in (MOODS["honest"], MOODS["returns nothing"]))
    def deposit(self, who: bytes, aim: tuple[str, int], side: tuple[bytes, bytes]) -> None:
        bank = FIRST if who in CLIENTS[FIRST] else SECOND
        amount = min(self.money.read("balanceOf", who), aimed(200, aim))
        self.attempt(self.token(bank), amount > 0, "deposit", amount, sender=who)

    @rule(who=st.sampled_from(PEOPLE))
    @precondition(lambda self: any(self.clearing.read("claimable", MONEY, who) for who in PEOPLE))
    def claim(self, who: bytes) -> None:
        allowed = self.clearing.read("claimable", MONEY, who) > 0 and self.pays(who)
        self.attempt(self.clearing, allowed, "claim", MONEY, who, sender=STRANGER)

    @rule(mood=st.sampled_from([*["honest"] * 4, *MOODS]))
    def change_mood(self, mood: str) -> None:
        self.money.do("set_mode", MOODS[mood])

    @rule(who=st.sampled_from([ALICE, CAROL, FIRST, SECOND]))
    def block(self, who: bytes) -> None:
        self.money.do("block", who)

    @invariant()
    def never_one_leg_alone(self) -> None:
        for bank in (FIRST, SECOND):
            token = self.token(bank)
            assert token.read("totalSupply") == token.read("reserves") == self.money.read("balanceOf", bank)
        held = sum(deal["amount"] for deal in map(self.deal, self.ids) if deal["state"] == OPEN)
        claims = sum(self.clearing.read("claimable", MONEY, who) for who in PEOPLE)
        owed = self.clearing.read("liabilities", MONEY)
        assert owed == held + claims == self.money.read("balanceOf", CLEARING)

    @invariant()
    def only_acceptance_moves_wealth(self) -> None:
        deals = [self.deal(id) for id in self.ids]
        for bank, clients in CLIENTS.items():
            for who in clients:
                has = self.money.read("balanceOf", who) + self.token(bank).read("balanceOf", who)
                owed = self.clearing.read("claimable", MONEY, who)
                on_its_way = sum(deal["amount"] for deal in deals if deal["sender"] == who and deal["state"] == OPEN)
                assert has + owed + on_its_way == self.wealth[who]


def test_transfers_keep_their_truths_through_random_histories() -> None:
    run(ClearingMachine)


@pytest.mark.long
def test_transfers_keep_their_truths_through_many_random_histories() -> None:
    run(ClearingMachine, calls=LONG_CALLS, steps=60)
