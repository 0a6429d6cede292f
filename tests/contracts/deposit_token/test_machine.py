"""A bank under long random histories: deposits, loans at the ratio and one off it, freezes, transfers out and back,
a currency that changes its mind, accounts that the bank closes, and custody that holds its money for clients. Each
history ends with the licence: everyone is paid out, and nothing is left.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.deposit_token.cast import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    CASE,
    CLEARING,
    COMPLIANCE,
    FIRST,
    LOANS,
    MONEY,
    SECOND_BANK,
    STRANGER,
    TERM,
    WEEK,
    account_id,
    banks_in_hostile_token,
    pledge_bank_money,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Placed, wait, wait_until

CLIENTS = [ALICE, BOB]
HOLDERS = [*CLIENTS, LOANS]
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
        self.custody = Placed(load("peer_loan"), LOANS, tally=self.tally)
        self.bank.do("open_account", LOANS, True, sender=BANK)
        self.pledges: list[bytes] = []
        self.pledged_until = self.bank.read("licensed_until") + WEEK

    def at_the_end(self) -> None:
        self.money.do("set_mode", MOODS["honest"])
        wait_until(self.bank.read("licensed_until") + 1)
        if self.pledges:
            self.attempt(self.bank, False, "exit", account_id(LOANS), sender=STRANGER)
        wait_until(self.pledged_until + 1)
        for pledge in self.pledges:
            self.custody.do("exit", pledge, sender=STRANGER)
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

    def is_open(self, client: bytes) -> bool:
        return bool(self.bank.read("account", client)["is_open"])

    def free(self, client: bytes) -> int:
        return int(self.bank.read("available", client))

    def payable(self, client: bytes) -> int:
        """What can leave the bank from that account."""
        return min(self.free(client), int(self.bank.read("reserves")))

    def some_payable(self) -> bool:
        return any(self.payable(client) for client in CLIENTS)

    def with_money(self, client: bytes) -> bytes:
        """The one that was drawn, or the other where that one has nothing to give."""
        return client if self.payable(client) else CLIENTS[1 - CLIENTS.index(client)]

    @rule(client=st.sampled_from([*CLIENTS, *CLIENTS, STRANGER]), aim=aims)
    @precondition(lambda self: self.mood() in PAYS_IN)
    def deposit(self, client: bytes, aim: tuple[str, int]) -> None:
        balance = self.money.read("balanceOf", client)
        amount = min(aimed(balance // 2, aim), balance)
        allowed = self.is_open(client) and amount > 0
        if self.attempt(self.bank, allowed, "deposit", amount, sender=client).accepted:
            self.moved_in += amount

    @rule(client=clients, aim=aims)
    @precondition(some_payable)
    def withdraw(self, client: bytes, aim: tuple[str, int]) -> None:
        client = self.with_money(client)
        limit = self.payable(client)
        amount = aimed(limit, aim)
        if self.attempt(self.bank, 0 < amount <= limit, "withdraw", amount, sender=client).accepted:
            self.moved_in -= amount

    @rule(sender=clients, receiver=st.sampled_from([*CLIENTS, *CLIENTS, CAROL]), aim=aims)
    def transfer(self, sender: bytes, receiver: bytes, aim: tuple[str, int]) -> None:
        amount = aimed(self.free(sender), aim)
        allowed = amount <= self.free(sender) and self.is_open(receiver)
        self.attempt(self.bank, allowed, "transfer", receiver, amount, sender=sender)

    def room(self) -> int:
        """What can be lent."""
        return max(0, int(self.bank.read("reserves")) * 10_000 // RATIO - int(self.bank.read("totalSupply")))

    @rule(client=clients, aim=aims, caller=st.sampled_from([BANK] * 15 + EVERYONE))
    @precondition(lambda self: self.room() > 1)
    def lend(self, client: bytes, aim: tuple[str, int], caller: bytes) -> None:
        room = self.room()
        amount = aimed(room, aim)
        allowed = caller == BANK and 0 < amount <= room and self.is_open(client)
        if self.attempt(self.bank, allowed, "lend", client, amount, sender=caller).accepted:
            self.loans += amount

    @rule(client=clients, aim=aims)
    @precondition(lambda self: self.loans and any(self.free(client) for client in CLIENTS))
    def repay(self, client: bytes, aim: tuple[str, int]) -> None:
        client = max(client, *CLIENTS, key=self.free)
        limit = min(self.loans, self.free(client))
        amount = aimed(limit, aim)
        if self.attempt(self.bank, 0 < amount <= limit, "repay", amount, sender=client).accepted:
            self.loans -= amount

    @rule(client=clients, aim=aims, accepted=st.booleans())
    @precondition(lambda self: self.mood() in PAYS_IN and self.some_payable())
    def send_out(self, client: bytes, aim: tuple[str, int], accepted: bool) -> None:
        client = self.with_money(client)
        limit = self.payable(client)
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

    @rule(client=clients, aim=aims, caller=st.sampled_from([COMPLIANCE] * 15 + EVERYONE))
    @precondition(lambda self: max(self.free(client) for client in CLIENTS) > 3)
    def freeze(self, client: bytes, aim: tuple[str, int], caller: bytes) -> None:
        client = max(client, *CLIENTS, key=self.free)
        amount = aimed(self.free(client) // 2, aim)
        self.attempt(self.bank, caller == COMPLIANCE and amount > 0, "freeze", client, amount, CASE, sender=caller)

    @rule(client=clients, aim=aims)
    @precondition(lambda self: any(self.bank.read("frozen_in_case", CASE, client) for client in CLIENTS))
    def unfreeze(self, client: bytes, aim: tuple[str, int]) -> None:
        client = max(client, *CLIENTS, key=lambda who: int(self.bank.read("frozen_in_case", CASE, who)))
        limit = self.bank.read("frozen_in_case", CASE, client)
        amount = aimed(limit, aim)
        self.attempt(self.bank, 0 < amount <= limit, "unfreeze", client, amount, CASE, sender=COMPLIANCE)

    @rule(client=clients)
    @precondition(lambda self: any(self.bank.read("claimable", MONEY, client) for client in CLIENTS))
    def claim(self, client: bytes) -> None:
        owed = self.bank.read("claimable", MONEY, client)
        allowed = owed > 0 and self.mood() != MOODS["returns false"]
        self.attempt(self.bank, allowed, "claim", MONEY, client, sender=STRANGER)

    @rule(client=clients, part=st.sampled_from([50, 100, 100]))
    @precondition(lambda self: any(self.free(client) > 10 for client in CLIENTS))
    def pledge(self, client: bytes, part: int) -> None:
        client = max(client, *CLIENTS, key=self.free)
        lender, amount = CLIENTS[1 - CLIENTS.index(client)], self.free(client) * part // 100
        until = self.pledged_until
        self.pledges.append(pledge_bank_money(self.bank, self.custody, client, amount, lender=lender, until=until))

    @rule(number=picks)
    @precondition(lambda self: self.pledges)
    def free_pledge(self, number: int) -> None:
        pledge = self.pledges.pop(number % len(self.pledges))
        self.attempt(self.custody, True, "cancel", pledge, sender=ALICE)

    @rule(client=clients)
    def close_account(self, client: bytes) -> None:
        empty = [who for who in CLIENTS if self.is_open(who) and not self.bank.read("balanceOf", who)]
        for who in empty:
            self.attempt(self.bank, True, "close_account", who, sender=BANK)
        if not empty and self.is_open(client):
            self.attempt(self.bank, False, "close_account", client, sender=BANK)

    @rule()
    @precondition(lambda self: not all(self.is_open(client) for client in CLIENTS))
    def open_accounts(self) -> None:
        for client in CLIENTS:
            if not self.is_open(client):
                self.attempt(self.bank, True, "open_account", client, False, sender=BANK)

    @rule(client=clients, caller=st.sampled_from(EVERYONE), dice=st.integers(0, 9))
    def exit_too_early(self, client: bytes, caller: bytes, dice: int) -> None:
        if dice == 7:
            self.attempt(self.bank, False, "exit", account_id(client), sender=caller)

    @rule(mood=st.sampled_from([*["honest"] * 4, *MOODS]))
    def change_mood(self, mood: str) -> None:
        self.money.do("set_mode", MOODS[mood])

    @invariant()
    def the_books_balance(self) -> None:
        supply, reserves = self.bank.read("totalSupply"), self.bank.read("reserves")
        lent, repaid = self.bank.read("lent"), self.bank.read("repaid")
        claims = sum(self.bank.read("claimable", MONEY, client) for client in CLIENTS)
        assert sum(self.bank.read("balanceOf", holder) for holder in HOLDERS) == supply
        # Custody has what it owes, and was never refused when it paid a client, with or without an account.
        assert self.custody.read("liabilities", FIRST) == self.bank.read("balanceOf", LOANS)
        assert not any(self.custody.read("claimable", FIRST, client) for client in CLIENTS)
        assert supply == reserves + lent - repaid
        assert (reserves, lent - repaid) == (self.moved_in, self.loans)
        assert self.bank.read("liabilities", MONEY) == reserves + claims == self.money.read("balanceOf", FIRST)
        assert sum(self.bank.read("held", account_id(holder)) for holder in HOLDERS) <= reserves
        assert self.money.read("balanceOf", CLEARING) == 0


def test_banks_keep_their_truths_through_random_histories() -> None:
    run(DepositMachine)


@pytest.mark.long
def test_banks_keep_their_truths_through_many_random_histories() -> None:
    run(DepositMachine, calls=LONG_CALLS, steps=60)
