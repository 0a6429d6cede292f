"""Purses under long random histories: devices that pay honestly, clones that repeat counters and pay more than there
is, lists in any order and presented again, clocks at deadlines, and a token that changes its mind.

The exit test: time passes, anyone empties every purse, and nothing is left.
"""

from dataclasses import dataclass, field
from typing import Any

import boa
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from contracts.purse_payment import Payment
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, picks, run
from tests.contracts.offline_purse.stage import (
    ACTIVE,
    BLOCKED,
    CAP,
    CLONE,
    CLOSED,
    DEVICE,
    GRACE,
    KIOSK,
    OWNER,
    SHOP,
    STRANGER,
    TERM,
    fields,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now, wait, wait_until

EVERYONE = [OWNER, SHOP, KIOSK, STRANGER]
WEALTH = 20 * CAP
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60
HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE = (
    HOSTILE_MOODS[name] for name in ("honest", "reverts", "returns false", "takes a fee")
)
BLOCKS_ONE = 10

callers = st.sampled_from([None] * 8 + EVERYONE)


@dataclass
class Known:
    """A purse, everything that its device and the device's clone ever signed, and what of it was presented."""

    id: bytes
    token: Placed
    signed: list[Payment] = field(default_factory=list)
    presented: list[Payment] = field(default_factory=list)

    def is_doubled(self, payment: Payment) -> bool:
        return any(each.counter == payment.counter and each != payment for each in self.signed)


class PurseMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.contract = Placed(load("offline_purse"), b"\xc6" * 20, tally=self.tally)
        self.honest = hostile_token(b"\xe6" * 20)
        self.moody = hostile_token(b"\xe7" * 20)
        self.purses: list[Known] = []
        for token in (self.honest, self.moody):
            token.do("mint", OWNER, WEALTH)
            self.issue(CAP, moody=token is self.moody)
            for number in range(4):
                self.pay(len(self.purses) - 1, ("share", 20), [SHOP, KIOSK][number % 2], number, again=number == 3)

    def at_the_end(self) -> None:
        self.moody.do("set_mode", HONEST)
        wait(ELEVEN_YEARS)
        for known in self.purses:
            if self.record(known)["state"] != CLOSED:
                self.contract.do("exit", known.id, sender=STRANGER)
        for token in (self.honest, self.moody):
            for who in EVERYONE:
                if self.contract.read("claimable", token.address, who):
                    self.contract.do("claim", token.address, who, sender=STRANGER)
            assert self.contract.read("liabilities", token.address) == 0
            assert token.read("balanceOf", self.contract.address) == 0
        self.the_books_balance()

    def record(self, known: Known) -> dict[str, Any]:
        found: dict[str, Any] = self.contract.read("purse", known.id)
        return found

    def is_live(self, known: Known) -> bool:
        return self.record(known)["state"] != CLOSED and now() <= self.record(known)["last_deadline"]

    def pick(self, number: int, *states: int) -> tuple[Known, dict[str, Any]]:
        shown = [(known, self.record(known)) for known in self.purses]
        fitting = [each for each in shown if each[1]["state"] in states]
        chosen = fitting if fitting and number % 5 else shown
        return chosen[number % len(chosen)]

    def signature(self, known: Known, payment: Payment, forged: bool = False) -> bytes:
        digest = payment.digest(chain_id=int(boa.env.evm.chain.chain_id), contract=self.contract.address, id=known.id)
        return (CLONE if forged else DEVICE).sign(digest)

    @rule(amount=st.integers(1, CAP), moody=st.booleans())
    @precondition(lambda self: sum(self.is_live(known) for known in self.purses) < 3 and len(self.purses) < 6)
    def issue(self, amount: int, moody: bool) -> None:
        token = self.moody if moody else self.honest
        blocked = token.read("mode") == BLOCKS_ONE and token.read("blocked") == self.contract.address
        allowed = token.read("mode") not in (REVERTS, RETURNS_FALSE) and not blocked
        terms = [token.address, amount, DEVICE.address, 0, 0, now() + TERM, GRACE]
        outcome = self.attempt(self.contract, allowed, "issue", *terms, sender=OWNER)
        if outcome.accepted:
            self.purses.append(Known(outcome.result, token))

    @rule(
        number=picks,
        aim=st.one_of(st.tuples(st.just("share"), st.integers(1, 40)), aims),
        payee=st.sampled_from([SHOP, KIOSK]),
        memo=st.integers(0, 3),
        again=st.sampled_from([False, False, False, True]),
    )
    def pay(self, number: int, aim: tuple[str, int], payee: bytes, memo: int, again: bool) -> None:
        """Off the chain: the device signs, or its clone signs a counter again."""
        known, _ = self.pick(number, ACTIVE, BLOCKED)
        counter = len(known.signed) if again else len(known.signed) + 1
        amount = aimed(self.contract.read("held", known.id), aim)
        if amount and len(known.signed) < 12:
            known.signed.append(Payment(counter, amount, payee, bytes([memo]) * 32))

    @rule(
        number=picks, first=picks, count=st.integers(1, 3), caller=callers, forged=st.sampled_from([False] * 6 + [True])
    )
    @precondition(lambda self: any(self.is_live(known) for known in self.purses))
    def redeem(self, number: int, first: int, count: int, caller: bytes | None, forged: bool) -> None:
        known, record = self.pick(number, ACTIVE, BLOCKED)
        waiting = [each for each in known.signed if each not in known.presented]
        source = waiting if number % 6 else known.signed
        if not source:
            return
        start = first % len(source)
        chosen = source[start : start + count]
        fresh = [each for each in dict.fromkeys(chosen) if each not in known.presented]
        live = record["state"] in (ACTIVE, BLOCKED) and now() <= record["last_deadline"]
        allowed = live and bool(fresh) and not forged
        arguments = [[fields(each) for each in chosen], [self.signature(known, each, forged) for each in chosen]]
        outcome = self.attempt(self.contract, allowed, "redeem", known.id, *arguments, sender=caller or SHOP)
        if not outcome.accepted:
            return
        before = record["funded"] - record["paid"]
        known.presented.extend(fresh)
        after = self.record(known)
        wanted = sum(each.amount for each in fresh)
        assert after["paid"] - record["paid"] == min(wanted, before)
        assert after["unpaid"] - record["unpaid"] == wanted - min(wanted, before)

    @rule(number=picks, first=picks, second=picks)
    @precondition(lambda self: any(self.is_live(known) for known in self.purses))
    def prove_double(self, number: int, first: int, second: int) -> None:
        known, record = self.pick(number, ACTIVE)
        doubled = [each for each in known.signed if known.is_doubled(each)]
        source = doubled if number % 4 and record["state"] == ACTIVE else known.signed if number % 8 == 0 else []
        if not source:
            return
        one = source[first % len(source)]
        twins = [each for each in source if each.counter == one.counter and each != one] or source
        other = twins[second % len(twins)]
        arguments = [part for each in (one, other) for part in (fields(each), self.signature(known, each))]
        allowed = (
            record["state"] == ACTIVE
            and now() <= record["last_deadline"]
            and one.counter == other.counter
            and one != other
        )
        self.attempt(self.contract, allowed, "prove_double", known.id, *arguments, sender=STRANGER)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.is_live(known) for known in self.purses))
    def report_lost(self, number: int, caller: bytes | None) -> None:
        known, record = self.pick(number, ACTIVE)
        if number % 3:
            return  # a blocked purse has less to show
        sender = caller or OWNER
        allowed = record["state"] == ACTIVE and sender == OWNER and now() <= record["last_deadline"]
        self.attempt(self.contract, allowed, "report_lost", known.id, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=st.sampled_from([True, True, False]))
    def exit(self, number: int, caller: bytes, patient: bool) -> None:
        known, record = self.pick(number, ACTIVE, BLOCKED)
        if patient and len(self.purses) > 3:
            wait_until(record["last_deadline"] + 1)
        allowed = record["state"] in (ACTIVE, BLOCKED) and now() > record["last_deadline"]
        if not allowed and number % 4:
            return  # too early is refused in a quarter of the cases, which is enough
        self.attempt(self.contract, allowed, "exit", known.id, sender=caller)

    @rule(who=st.sampled_from(EVERYONE), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: any(self.contract.read("claimable", self.moody.address, who) for who in EVERYONE))
    def claim(self, who: bytes, caller: bytes) -> None:
        mode = self.moody.read("mode")
        blocked = mode == BLOCKS_ONE and self.moody.read("blocked") == who
        owed = self.contract.read("claimable", self.moody.address, who)
        allowed = owed > 0 and mode not in (REVERTS, RETURNS_FALSE) and not blocked
        self.attempt(self.contract, allowed, "claim", self.moody.address, who, sender=caller)

    @rule(mode=st.sampled_from([HONEST, HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE]))
    def change_mood(self, mode: int) -> None:
        self.moody.do("set_mode", mode)

    @rule(who=st.sampled_from([OWNER, SHOP]))
    def block(self, who: bytes) -> None:
        self.moody.do("block", who)

    @rule(number=picks, off=st.integers(-1, 1))
    def wait_for_a_deadline(self, number: int, off: int) -> None:
        _, record = self.pick(number, ACTIVE, BLOCKED)
        if number % 7 == 0:
            wait_until(record["last_deadline"] + off)

    @invariant()
    def the_books_balance(self) -> None:
        records = [(known, self.record(known)) for known in self.purses]
        for known, record in records:
            held = self.contract.read("held", known.id)
            assert record["paid"] + record["returned"] + held == record["funded"]
            assert record["paid"] + record["unpaid"] == sum(each.amount for each in known.presented)
            assert record["state"] == CLOSED or record["returned"] == 0
            assert record["state"] != CLOSED or held == 0
            assert record["unpaid"] == 0 or record["state"] != ACTIVE
        for token in (self.honest, self.moody):
            held = sum(self.contract.read("held", known.id) for known, _ in records if known.token is token)
            claims = sum(self.contract.read("claimable", token.address, who) for who in EVERYONE)
            owed = self.contract.read("liabilities", token.address)
            assert owed == held + claims == token.read("balanceOf", self.contract.address)

    @invariant()
    def payees_have_what_the_purses_say(self) -> None:
        records = [self.record(known) for known in self.purses if known.token is self.honest]
        out = sum(record["funded"] - record["returned"] for record in records)
        assert self.honest.read("balanceOf", OWNER) == WEALTH - out
        paid = sum(record["paid"] for record in records)
        assert self.honest.read("balanceOf", SHOP) + self.honest.read("balanceOf", KIOSK) == paid


def test_purses_keep_their_truths_through_random_histories() -> None:
    run(PurseMachine)


@pytest.mark.long
def test_purses_keep_their_truths_through_many_random_histories() -> None:
    run(PurseMachine, calls=LONG_CALLS, steps=60)
