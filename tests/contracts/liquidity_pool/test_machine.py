"""A pool under long random histories: every way in and out at its limit, interest in between, and its end; some of
its shares are pledged for loans that may outlive it.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from contracts import load
from tests.contracts.deal_room import CONTRACT, STRANGER, DealMachine
from tests.contracts.liquidity_pool.pool import (
    ALICE,
    BOB,
    DAY,
    LOANS,
    MEMO,
    OPERATOR,
    PARTIES,
    PAYER,
    WEEK,
    arguments,
    id_of,
    pledge_shares,
)
from tests.contracts.machine import LONG_CALLS, aimed, aims, mostly, picks, run
from tests.contracts.moods import HONEST, refuses
from tests.contracts.placed import Placed, now, wait, wait_until

DEPOSITORS = (ALICE, BOB)
depositors = st.sampled_from(DEPOSITORS)
amounts = st.integers(1, 3_000)
senders = mostly(None, STRANGER)


class PoolMachine(DealMachine):
    NAME = "liquidity_pool"
    PARTIES = PARTIES

    def arguments(self) -> tuple[object, ...]:
        return arguments()

    def begin(self) -> None:
        # The operator last: it gets what no share owns, and then what the last shares leave.
        self.known = [id_of(who) for who in (*DEPOSITORS, OPERATOR)]
        self.ends = self.contract.read("ends")
        self.price = (1, 1_000)
        self.loans = Placed(load("peer_loan"), LOANS, tally=self.tally)
        self.pledged: list[bytes] = []
        self.deposit(ALICE, 1_000, BOB)

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        wait_until(self.ends + DAY + 1)
        for loan in self.pledged:
            self.loans.do("exit", loan, sender=STRANGER)
        for who in DEPOSITORS:
            # Shares worth less than a unit count too: the operator gets what is left only without them.
            if self.shares(who):
                self.contract.do("exit", id_of(who), sender=STRANGER)
        super().at_the_end()

    def record(self, id: bytes) -> Any:
        raise AssertionError("a pool has no records of deals")

    def held(self) -> int:
        return int(self.contract.read("cash"))

    def shares(self, who: bytes) -> int:
        return int(self.contract.read("balanceOf", who))

    def takes_deposits(self, amount: int) -> bool:
        return self.takes_money(amount) and now() <= self.ends - WEEK

    def is_frozen(self, who: bytes) -> bool:
        """Custody may neither pay it nor let its shares go."""
        return bool(self.token.read("claims_frozen", who))

    def pays_out(self, owner: bytes, receiver: bytes) -> bool:
        return not refuses(self.token, receiver) and not self.is_frozen(owner)

    @rule(who=depositors, amount=amounts, receiver=depositors)
    @precondition(lambda self: now() <= self.ends)
    def deposit(self, who: bytes, amount: int, receiver: bytes) -> None:
        foretold = self.contract.read("previewDeposit", amount)
        allowed = self.takes_deposits(amount) and foretold > 0
        outcome = self.attempt(self.contract, allowed, "deposit", amount, receiver, sender=who)
        if outcome.accepted:
            assert outcome.result == foretold
            assert self.contract.read("convertToAssets", foretold) <= amount
            self.gains[who] -= amount

    @rule(who=depositors, shares=st.integers(1, 2_000_000))
    @precondition(lambda self: now() <= self.ends)
    def mint(self, who: bytes, shares: int) -> None:
        cost = self.contract.read("previewMint", shares)
        allowed = self.takes_deposits(cost) and cost <= self.token.read("balanceOf", who)
        if cost > self.token.read("balanceOf", who):
            return
        outcome = self.attempt(self.contract, allowed, "mint", shares, who, sender=who)
        if outcome.accepted:
            assert outcome.result == cost
            self.gains[who] -= cost

    @rule(owner=depositors, aim=aims, receiver=depositors, caller=senders)
    @precondition(lambda self: self.contract.read("totalSupply"))
    def redeem(self, owner: bytes, aim: tuple[str, int], receiver: bytes, caller: bytes | None) -> None:
        shares = aimed(self.shares(owner), aim)
        worth = self.contract.read("previewRedeem", shares)
        redeemable = self.contract.read("held", id_of(owner)) and not self.is_frozen(owner)
        assert self.contract.read("maxRedeem", owner) == (self.shares(owner) if redeemable else 0)
        allowed = caller is None and shares <= self.shares(owner) and worth > 0 and self.pays_out(owner, receiver)
        outcome = self.attempt(self.contract, allowed, "redeem", shares, receiver, owner, sender=caller or owner)
        if outcome.accepted:
            assert outcome.result == worth
            self.gains[receiver] += worth

    @rule(owner=depositors, aim=aims, receiver=depositors, caller=senders)
    @precondition(lambda self: self.contract.read("totalSupply"))
    def withdraw(self, owner: bytes, aim: tuple[str, int], receiver: bytes, caller: bytes | None) -> None:
        most = self.contract.read("held", id_of(owner))
        assert self.contract.read("maxWithdraw", owner) == (0 if self.is_frozen(owner) else most)
        amount = aimed(most, aim)
        allowed = caller is None and 0 < amount <= most and self.pays_out(owner, receiver)
        foretold = self.contract.read("previewWithdraw", amount)
        outcome = self.attempt(self.contract, allowed, "withdraw", amount, receiver, owner, sender=caller or owner)
        if outcome.accepted:
            assert outcome.result == foretold
            self.gains[receiver] += amount

    @rule(owner=depositors, aim=aims, receiver=depositors)
    @precondition(lambda self: self.contract.read("totalSupply"))
    def transfer(self, owner: bytes, aim: tuple[str, int], receiver: bytes) -> None:
        shares = aimed(self.shares(owner), aim)
        allowed = shares <= self.shares(owner) and not self.is_frozen(owner)
        self.attempt(self.contract, allowed, "transfer", receiver, shares, sender=owner)

    @rule(owner=depositors, part=st.integers(1, 99))
    @precondition(lambda self: now() <= self.ends + DAY)
    def pledge(self, owner: bytes, part: int) -> None:
        shares = self.shares(owner) * part // 100
        if shares and not self.is_frozen(owner):
            lender = DEPOSITORS[1 - DEPOSITORS.index(owner)]
            until = self.ends + DAY
            self.pledged.append(pledge_shares(self.contract, self.loans, owner, shares, lender=lender, until=until))

    @rule(number=picks)
    @precondition(lambda self: self.pledged)
    def free_pledge(self, number: int) -> None:
        loan = self.pledged.pop(number % len(self.pledged))
        self.attempt(self.loans, True, "cancel", loan, sender=ALICE)

    @rule(amount=amounts)
    @precondition(lambda self: now() <= self.ends)
    def pay_interest(self, amount: int) -> None:
        allowed = self.takes_deposits(amount) and self.contract.read("totalSupply") > 0
        waiting = self.contract.read("cash") - self.contract.read("totalAssets")
        before = max(now(), self.contract.read("drip_ends"))
        if self.attempt(self.contract, allowed, "pay_interest", amount, MEMO, sender=PAYER).accepted:
            self.gains[PAYER] -= amount
            # Never sooner than it was, and later by no more than what was paid weighs.
            moved = self.contract.read("drip_ends") - before
            assert 0 <= moved <= amount * (WEEK + now() - before) // (waiting + amount)
            assert self.contract.read("drip_ends") <= self.ends

    @rule(seconds=st.sampled_from([1, 3_600, DAY, WEEK]))
    def time_passes(self, seconds: int) -> None:
        wait(seconds)

    @rule(off=st.sampled_from([0, 0, 1]))
    @precondition(lambda self: self.contract.read("cash") > 3_000 and now() < self.ends - WEEK)
    def the_last_week_begins(self, off: int) -> None:
        wait_until(self.ends - WEEK + off)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]))
    @precondition(lambda self: self.contract.read("cash") > 6_000 or now() > self.ends)
    def exit(self, number: int, off: int) -> None:
        wait_until(self.ends + off)
        id = self.known[number % len(self.known)]
        who = id[12:]
        worth = self.contract.read("held", id)
        allowed = now() > self.ends and (worth > 0 or self.shares(who) > 0)
        if self.attempt(self.contract, allowed, "exit", id, sender=STRANGER).accepted:
            self.gains[who] += worth

    @rule()
    @precondition(lambda self: now() > self.ends and self.pledged)
    def exit_of_custody(self) -> None:
        self.attempt(self.contract, False, "exit", id_of(LOANS), sender=STRANGER)

    @invariant()
    def what_custody_owes_in_shares_is_there(self) -> None:
        assert self.loans.read("liabilities", CONTRACT) == self.shares(LOANS)

    @invariant()
    def what_is_behind_a_share_never_falls(self) -> None:
        supply, assets = self.contract.read("totalSupply"), self.contract.read("totalAssets")
        price = (assets + self.contract.read("settled") + 1, supply + 1_000)
        assert supply == 0 or price[0] * self.price[1] >= self.price[0] * price[1]
        self.price = price
        assert (supply * price[0] + price[1] - 1) // price[1] <= self.contract.read("cash")
        owned = sum(self.contract.read("held", id_of(who)) for who in (*DEPOSITORS, LOANS))
        assert owned <= assets <= self.contract.read("cash")


def test_a_pool_keeps_its_truths_through_random_histories() -> None:
    run(PoolMachine, calls=300)


@pytest.mark.long
def test_a_pool_keeps_its_truths_through_many_random_histories() -> None:
    run(PoolMachine, calls=LONG_CALLS, steps=60)
