"""A bank under long random histories: deposits, loans at the ratio and one off it, freezes, transfers out and back,
and a currency that changes its mind. Each history ends with the licence: everyone is paid out, and nothing is left.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    CASE,
    CLEARING,
    COMPLIANCE,
    FIRST,
    MONEY,
    SECOND_BANK,
    STRANGER,
    TERM,
    account_id,
    banks_in_hostile_token,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, run
from tests.contracts.placed import HOSTILE_MOODS, wait, wait_until

CLIENTS = [ALICE, BOB]
EVERYONE = [*CLIENTS, BANK, COMPLIANCE, STRANGER]
RATIO = 5_000
MOODS = {name: HOSTILE_MOODS[name] for name in ("honest", "returns false", "returns nothing", "takes a fee")}
PAYS_IN = (MOODS["honest"], MOODS["returns nothing"])

clients = st.sampled_from(CLIENTS)


class DepositMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.banks = banks_in_hostile_token(ratio=RATIO, tally=self.tally)
        self.bank, self.money = self.banks.first, self.banks.money
        # Currency that came in for good less what left, counted apart from the bank's books.
        self.moved_in = 600
        self.loans = 0

    def at_the_end(self) -> None:
        self.money.do("set_mode", MOODS["honest"])
        wait_until(self.bank.read("licensed_until") + 1)
        for client in CLIENTS:
            if self.bank.read("balanceOf", client):
                self.bank.do("exit", account_id(client), sender=STRANGER)
        for client in CLIENTS:
            if self.bank.read("claimable", MONEY, client):
                self.bank.do("claim", MONEY, client, sender=STRANGER)
        assert self.bank.read("totalSupply") == 0
        # Only where loans are outstanding or were paid back does supply differ from reserves; nothing stays behind.
        assert self.bank.read("liabilities", MONEY) == self.bank.read("reserves") == self.money.read("balanceOf", FIRST)
        assert self.bank.read("reserves") == 0

    def mood(self) -> int:
        return int(self.money.read("mode"))

    def free(self, client: bytes) -> int:
        return int(self.bank.read("available", client))

    @rule(client=st.sampled_from([*CLIENTS, *CLIENTS, STRANGER]), aim=aims)
    @precondition(lambda self: self.mood() in PAYS_IN)
    def deposit(self, client: bytes, aim: tuple[str, int]) -> None:
        balance = self.money.read("balanceOf", client)
        amount = min(aimed(balance, aim), balance)
        allowed = client in CLIENTS and amount > 0
        if self.attempt(self.bank, allowed, "deposit", amount, sender=client).accepted:
            self.moved_in += amount

    @rule(client=clients, aim=aims)
    def withdraw(self, client: bytes, aim: tuple[str, int]) -> None:
        limit = min(self.free(client), self.bank.read("reserves"))
        amount = aimed(limit, aim)
        if self.attempt(self.bank, 0 < amount <= limit, "withdraw", amount, sender=client).accepted:
            self.moved_in -= amount

    @rule(sender=clients, receiver=st.sampled_from([*CLIENTS, *CLIENTS, CAROL]), aim=aims)
    def transfer(self, sender: bytes, receiver: bytes, aim: tuple[str, int]) -> None:
        amount = aimed(self.free(sender), aim)
        allowed = amount <= self.free(sender) and receiver in CLIENTS
        self.attempt(self.bank, allowed, "transfer", receiver, amount, sender=sender)

    @rule(client=clients, aim=aims, caller=st.sampled_from([BANK] * 5 + EVERYONE))
    def lend(self, client: bytes, aim: tuple[str, int], caller: bytes) -> None:
        room = max(0, self.bank.read("reserves") * 10_000 // RATIO - self.bank.read("totalSupply"))
        amount = aimed(room, aim)
        allowed = caller == BANK and 0 < amount <= room
        if self.attempt(self.bank, allowed, "lend", client, amount, sender=caller).accepted:
            self.loans += amount

    @rule(client=clients, aim=aims)
    @precondition(lambda self: self.loans)
    def repay(self, client: bytes, aim: tuple[str, int]) -> None:
        limit = min(self.loans, self.free(client))
        amount = aimed(limit, aim)
        if self.attempt(self.bank, 0 < amount <= limit, "repay", amount, sender=client).accepted:
            self.loans -= amount

    @rule(client=clients, aim=aims, accepted=st.booleans())
    @precondition(lambda self: self.mood() in PAYS_IN)
    def send_out(self, client: bytes, aim: tuple[str, int], accepted: bool) -> None:
        limit = min(self.free(client), self.bank.read("reserves"))
        amount = aimed(limit, aim)
        allowed = 0 < amount <= limit
        sent = self.banks.send(amount, sender=client)
        assert sent.accepted == allowed, sent.words
        if sent.accepted and accepted:
            self.banks.clearing.do("accept", sent.result, sender=SECOND_BANK)
            self.moved_in -= amount
        elif sent.accepted:
            wait(TERM + 1)
            self.banks.clearing.do("exit", sent.result, sender=STRANGER)

    @rule(client=clients, aim=aims, caller=st.sampled_from([COMPLIANCE] * 5 + EVERYONE))
    @precondition(lambda self: any(self.free(client) for client in CLIENTS))
    def freeze(self, client: bytes, aim: tuple[str, int], caller: bytes) -> None:
        amount = aimed(self.free(client) // 2, aim)
        self.attempt(self.bank, caller == COMPLIANCE and amount > 0, "freeze", client, amount, CASE, sender=caller)

    @rule(client=clients, aim=aims)
    @precondition(lambda self: any(self.bank.read("frozen_in_case", CASE, client) for client in CLIENTS))
    def unfreeze(self, client: bytes, aim: tuple[str, int]) -> None:
        limit = self.bank.read("frozen_in_case", CASE, client)
        amount = aimed(limit, aim)
        self.attempt(self.bank, 0 < amount <= limit, "unfreeze", client, amount, CASE, sender=COMPLIANCE)

    @rule(client=clients)
    @precondition(lambda self: any(self.bank.read("claimable", MONEY, client) for client in CLIENTS))
    def claim(self, client: bytes) -> None:
        owed = self.bank.read("claimable", MONEY, client)
        allowed = owed > 0 and self.mood() != MOODS["returns false"]
        self.attempt(self.bank, allowed, "claim", MONEY, client, sender=STRANGER)

    @rule(client=clients, caller=st.sampled_from(EVERYONE))
    def exit_too_early(self, client: bytes, caller: bytes) -> None:
        if client == ALICE:
            self.attempt(self.bank, False, "exit", account_id(client), sender=caller)

    @rule(mood=st.sampled_from([*["honest"] * 4, *MOODS]))
    def change_mood(self, mood: str) -> None:
        self.money.do("set_mode", MOODS[mood])

    @invariant()
    def the_books_balance(self) -> None:
        supply, reserves = self.bank.read("totalSupply"), self.bank.read("reserves")
        lent, repaid = self.bank.read("lent"), self.bank.read("repaid")
        claims = sum(self.bank.read("claimable", MONEY, client) for client in CLIENTS)
        assert sum(self.bank.read("balanceOf", client) for client in CLIENTS) == supply
        assert supply == reserves + lent - repaid
        assert (reserves, lent - repaid) == (self.moved_in, self.loans)
        assert self.bank.read("liabilities", MONEY) == reserves + claims == self.money.read("balanceOf", FIRST)
        assert sum(self.bank.read("held", account_id(client)) for client in CLIENTS) <= reserves
        assert self.money.read("balanceOf", CLEARING) == 0


def test_banks_keep_their_truths_through_random_histories() -> None:
    run(DepositMachine)


@pytest.mark.long
def test_banks_keep_their_truths_through_many_random_histories() -> None:
    run(DepositMachine, calls=LONG_CALLS, steps=60)
