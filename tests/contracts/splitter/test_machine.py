"""The splitter under long random histories: every part and every refund adds up, and nothing stays but claims."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now, wait_until

OWNER, SELLER, TAX, PAYER, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(5))
EVERYONE = [OWNER, SELLER, TAX, PAYER, STRANGER]
PAYEES = [SELLER, TAX]
DAY_S = 24 * 60 * 60
WEALTH = 1_000_000
HONEST, TAKES_A_FEE = HOSTILE_MOODS["honest"], HOSTILE_MOODS["takes a fee"]
BLOCKS_ONE = 10
REFERENCE = bytes(32)
SCHEMES = [
    [(TAX, 0, 1_150), (SELLER, 0, 8_850)],
    [(TAX, 7, 0), (SELLER, 0, 3_333), (OWNER, 0, 3_333), (SELLER, 0, 3_334)],
    [(TAX, 0, 1)] * 15 + [(SELLER, 0, 9_985)],
]

callers = mostly(None, *EVERYONE)


class SplitterMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.splitter = Placed(load("splitter"), b"\xe5" * 20, tally=self.tally)
        self.token = hostile_token(b"\xe6" * 20)
        for who in EVERYONE:
            self.token.do("mint", who, WEALTH)
        self.schemes = [self.splitter.do("create_scheme", legs, DAY_S, sender=OWNER) for legs in SCHEMES[:2]]
        self.payments: list[bytes] = []
        self.pay(0, ("off", 0), 500, None, False)

    def at_the_end(self) -> None:
        """Every claim can be paid, and then nothing is left."""
        self.token.do("set_mode", HONEST)
        for who in EVERYONE:
            if self.splitter.read("claimable", self.token.address, who):
                self.splitter.do("claim", self.token.address, who, sender=STRANGER)
        assert self.token.read("balanceOf", self.splitter.address) == 0
        self.the_books_balance()

    def scheme(self, number: int) -> tuple[bytes, Any]:
        id = self.schemes[number % len(self.schemes)]
        return id, self.splitter.read("scheme", id)

    @rule(
        number=picks, aim=aims, gross=st.integers(1, 2_000), caller=callers, stale=st.sampled_from([False] * 9 + [True])
    )
    @precondition(lambda self: len(self.payments) < 8)
    def pay(self, number: int, aim: tuple[str, int], gross: int, caller: bytes | None, stale: bool) -> None:
        id, scheme = self.scheme(number)
        legs = self.splitter.read("legs", id, scheme["version"])
        fixed = sum(leg["amount"] for leg in legs)
        amount = aimed(fixed, aim) if number % 8 == 5 else gross
        # The fee is a tenth, rounded down.
        whole = self.token.read("mode") != TAKES_A_FEE or amount < 10
        allowed = amount >= max(1, fixed) and not stale and whole
        version = scheme["version"] + stale
        sender = caller or PAYER
        outcome = self.attempt(
            self.splitter, allowed, "split", id, self.token.address, amount, version, REFERENCE, sender=sender
        )
        if allowed:
            self.payments.append(outcome.result)
            parts = [event.arguments["value"] for event in outcome.events if event.name == "LegPaid"]
            assert sum(parts) == amount

    @rule(number=picks, legs=st.sampled_from(SCHEMES), caller=callers)
    def announce(self, number: int, legs: list[tuple[bytes, int, int]], caller: bytes | None) -> None:
        id, _ = self.scheme(number)
        sender = caller or OWNER
        self.attempt(self.splitter, sender == OWNER, "set_scheme", id, legs, sender=sender)

    @rule(
        number=picks,
        off=st.sampled_from([0, 1, 1, 1]),
        patient=st.sampled_from([True, True, False]),
        caller=st.sampled_from(EVERYONE),
    )
    @precondition(lambda self: any(self.splitter.read("scheme", id)["change_deadline"] for id in self.schemes))
    def apply(self, number: int, off: int, patient: bool, caller: bytes) -> None:
        announced = [id for id in self.schemes if self.splitter.read("scheme", id)["change_deadline"]]
        id = announced[number % len(announced)]
        deadline = self.splitter.read("scheme", id)["change_deadline"]
        if patient:
            wait_until(deadline + off)
        self.attempt(self.splitter, deadline < now(), "apply_change", id, sender=caller)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.splitter.read("scheme", id)["change_deadline"] for id in self.schemes))
    def withdraw(self, number: int, caller: bytes | None) -> None:
        announced = [id for id in self.schemes if self.splitter.read("scheme", id)["change_deadline"]]
        sender = caller or OWNER
        self.attempt(
            self.splitter, sender == OWNER, "withdraw_change", announced[number % len(announced)], sender=sender
        )

    @rule(number=picks, payee=st.sampled_from(PAYEES), returns_parts=st.booleans())
    def set_returns(self, number: int, payee: bytes, returns_parts: bool) -> None:
        self.splitter.do("set_returns", self.scheme(number)[0], returns_parts, sender=payee)

    @rule(number=picks, aim=aims, caller=callers, alone=st.booleans())
    @precondition(lambda self: self.token.read("mode") != TAKES_A_FEE)
    @precondition(lambda self: any(self.left(payment) for payment in self.payments))
    def refund(self, number: int, aim: tuple[str, int], caller: bytes | None, alone: bool) -> None:
        open_ones = [payment for payment in self.payments if self.left(payment)]
        payment = open_ones[number % len(open_ones)]
        left, sender = self.left(payment), caller or OWNER
        amount = aimed(left, aim)
        allowed = sender == OWNER and 0 < amount <= left
        outcome = self.attempt(self.splitter, allowed, "refund_split", payment, amount, alone, sender=sender)
        if allowed:
            parts = [event.arguments["value"] for event in outcome.events if event.name == "LegReturned"]
            assert sum(parts) == amount

    @rule(who=st.sampled_from([SELLER, TAX, PAYER]))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @rule(mode=st.sampled_from([*[HONEST] * 5, TAKES_A_FEE]))
    def change_mood(self, mode: int) -> None:
        self.token.do("set_mode", mode)

    @rule(who=st.sampled_from(EVERYONE))
    @precondition(lambda self: any(self.splitter.read("claimable", self.token.address, who) for who in EVERYONE))
    def claim(self, who: bytes) -> None:
        owed = self.splitter.read("claimable", self.token.address, who)
        blocked = self.token.read("mode") == BLOCKS_ONE and self.token.read("blocked") == who
        self.attempt(self.splitter, owed > 0 and not blocked, "claim", self.token.address, who, sender=STRANGER)

    def left(self, payment: bytes) -> int:
        record = self.splitter.read("payment", payment)
        return int(record["gross"] - record["refunded"])

    @invariant()
    def the_books_balance(self) -> None:
        claims = sum(self.splitter.read("claimable", self.token.address, who) for who in EVERYONE)
        owed = self.splitter.read("liabilities", self.token.address)
        assert owed == claims == self.token.read("balanceOf", self.splitter.address)

    @invariant()
    def no_leg_returns_more_than_it_got(self) -> None:
        for payment in self.payments:
            record = self.splitter.read("payment", payment)
            legs = self.splitter.read("legs", record["scheme"], record["version"])
            returned = [self.splitter.read("returned", payment, leg) for leg in range(len(legs))]
            assert sum(returned) == record["refunded"] <= record["gross"]


def test_payments_are_divided_exactly_through_random_histories() -> None:
    run(SplitterMachine)


@pytest.mark.long
def test_payments_are_divided_exactly_through_many_random_histories() -> None:
    run(SplitterMachine, calls=LONG_CALLS, steps=60)
