"""The tax ledger under long random histories: no credit without output, and every balance explained."""

from collections import defaultdict

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import Placed, hostile_token, now, wait_until

AUTHORITY, ALICE, BOB, DAVE = (bytes([0xA0 + number]) * 20 for number in range(4))
TRADERS = [ALICE, BOB, DAVE]
EVERYONE = [AUTHORITY, *TRADERS]
DAY_S = 24 * 60 * 60
RATES = [1_300, 900, 0]
WEALTH = 10_000_000
DECLARED, CREDITED, REVERSED = range(1, 4)

callers = mostly(None, *EVERYONE)


class TaxLedgerMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.token = hostile_token(b"\xe6" * 20)
        for who in EVERYONE:
            self.token.do("mint", who, WEALTH)
        arguments = (AUTHORITY, self.token.address, DAY_S, RATES)
        self.ledger = Placed(load("tax_ledger"), b"\xe5" * 20, *arguments, tally=self.tally)
        self.declarations: list[bytes] = []
        self.numbers: set[tuple[bytes, int]] = set()
        self.periods: set[int] = set()
        # What the ledger said of money, by event, per taxpayer and period.
        self.moved: dict[tuple[bytes, int], int] = defaultdict(int)
        self.paid_to_authority = 0
        self.declare([ALICE, BOB, DAVE], 1, 1_000, 0, None)

    def at_the_end(self) -> None:
        """Every excess can be carried to the last period, and nothing is left here."""
        self.token.do("set_mode", HONEST)
        wait_until(now() + DAY_S)
        for period in sorted(self.periods):
            for who in TRADERS:
                net = self.ledger.read("net_vat", who, period)
                if net < 0:
                    assert self.ledger.do("carry_forward", period, sender=who) == -net
                    assert self.ledger.read("net_vat", who, period) == 0
        for who in EVERYONE:
            if self.ledger.read("claimable", self.token.address, who):
                self.ledger.do("claim", self.token.address, who, sender=DAVE)
        assert self.token.read("balanceOf", self.ledger.address) == strayed(self.token, self.ledger.address)

    def is_silenced(self) -> bool:
        return bool(self.token.read("mode") == BURNS_ALL_GAS)

    def takes_money(self, amount: int) -> bool:
        """Whether so much can be paid in: all of it must arrive."""
        return takes_in(self.token, amount) == amount

    def state(self, id: bytes) -> int:
        return int(self.ledger.read("declaration", id)["state"])

    def pick(self, number: int, state: int) -> bytes:
        fitting = [id for id in self.declarations if self.state(id) == state]
        chosen = fitting if fitting and number % 10 else self.declarations
        return chosen[number % len(chosen)]

    def current(self) -> int:
        period = now() // DAY_S
        self.periods.add(period)
        return period

    @rule(
        traders=st.permutations(TRADERS),
        number=st.integers(1, 40),
        net=st.integers(1, 5_000),
        off=st.sampled_from([*[0] * 10, 1, -1]),
        rate=st.sampled_from([*[None] * 9, 700]),
    )
    @precondition(lambda self: len(self.declarations) < 8)
    def declare(self, traders: list[bytes], number: int, net: int, off: int, rate: int | None) -> None:
        seller, buyer = traders[:2]
        given = RATES[number % len(RATES)] if rate is None else rate
        # Half a unit is rounded up.
        tax = (2 * net * given + 10_000) // 20_000 + off
        allowed = off == 0 and rate is None and (seller, number) not in self.numbers
        outcome = (
            self.attempt(
                self.ledger,
                allowed,
                "declare",
                bytes(31) + bytes([number]),
                buyer,
                net,
                max(0, tax),
                given,
                sender=seller,
            )
            if tax >= 0
            else None
        )
        self.current()
        if allowed and outcome is not None:
            self.declarations.append(outcome.result)
            self.numbers.add((seller, number))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.state(id) == DECLARED for id in self.declarations))
    def take_credit(self, number: int, caller: bytes | None) -> None:
        id = self.pick(number, DECLARED)
        sender = caller or self.ledger.read("declaration", id)["buyer"]
        allowed = self.state(id) == DECLARED and sender == self.ledger.read("declaration", id)["buyer"]
        self.attempt(self.ledger, allowed, "take_credit", id, sender=sender)
        self.current()

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.state(id) == CREDITED for id in self.declarations))
    def return_credit(self, number: int, caller: bytes | None) -> None:
        id = self.pick(number, CREDITED)
        sender = caller or self.ledger.read("declaration", id)["buyer"]
        allowed = self.state(id) == CREDITED and sender == self.ledger.read("declaration", id)["buyer"]
        self.attempt(self.ledger, allowed, "return_credit", id, sender=sender)
        self.current()

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.state(id) == DECLARED for id in self.declarations))
    def reverse(self, number: int, caller: bytes | None) -> None:
        id = self.pick(number, DECLARED)
        sender = caller or self.ledger.read("declaration", id)["seller"]
        allowed = self.state(id) == DECLARED and sender == self.ledger.read("declaration", id)["seller"]
        self.attempt(self.ledger, allowed, "reverse", id, sender=sender)
        self.current()

    def owing(self, sign: int) -> list[tuple[bytes, int]]:
        """Taxpayers and periods with something owed (1) or in excess (-1)."""
        pairs = [(who, period) for period in sorted(self.periods) for who in TRADERS]
        return [pair for pair in pairs if sign * self.ledger.read("net_vat", *pair) > 0]

    @rule(number=picks, aim=aims, payer=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.owing(1))
    def pay(self, number: int, aim: tuple[str, int], payer: bytes) -> None:
        owing = self.owing(1)
        who, period = owing[number % len(owing)]
        owed = self.ledger.read("net_vat", who, period)
        amount = aimed(owed, aim)
        allowed = 0 < amount <= owed and self.takes_money(amount)
        self.attempt(self.ledger, allowed, "pay", who, period, amount, sender=payer)
        if allowed:
            self.moved[who, period] += amount

    @rule(
        who=st.sampled_from(TRADERS), ahead=st.sampled_from([*[0] * 7, 1]), amount=st.integers(1, 500), caller=callers
    )
    def acknowledge(self, who: bytes, ahead: int, amount: int, caller: bytes | None) -> None:
        sender, period = caller or AUTHORITY, self.current()
        allowed = sender == AUTHORITY and amount > 0 and ahead == 0
        self.attempt(self.ledger, allowed, "acknowledge", who, period + ahead, amount, bytes(32), sender=sender)
        if allowed:
            self.moved[who, period] += amount

    @rule(number=picks, aim=aims, caller=callers)
    @precondition(lambda self: self.owing(-1))
    def repay(self, number: int, aim: tuple[str, int], caller: bytes | None) -> None:
        excess_of = self.owing(-1)
        who, period = excess_of[number % len(excess_of)]
        if number % 8:
            wait_until((period + 1) * DAY_S)
        excess, sender = -self.ledger.read("net_vat", who, period), caller or AUTHORITY
        amount = aimed(excess, aim)
        over = period < now() // DAY_S
        allowed = sender == AUTHORITY and 0 < amount <= excess and over and self.takes_money(amount)
        self.attempt(self.ledger, allowed, "repay", who, period, amount, sender=sender)
        if allowed:
            self.moved[who, period] -= amount

    @rule(number=picks)
    @precondition(lambda self: self.owing(-1))
    def carry_forward(self, number: int) -> None:
        excess_of = self.owing(-1)
        who, period = excess_of[number % len(excess_of)]
        if number % 8:
            wait_until((period + 1) * DAY_S)
        allowed = period < now() // DAY_S
        self.attempt(self.ledger, allowed, "carry_forward", period, sender=who)
        self.current()

    @rule(who=st.sampled_from(EVERYONE))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: a claim, which anyone may ask for."""
        self.token.do("set_mode", mode)
        who = (self.creditors() or EVERYONE)[number % len(self.creditors() or EVERYONE)]
        enters_again(self.token, self.ledger, "claim", self.token.address, who)

    def creditors(self) -> list[bytes]:
        return [who for who in EVERYONE if self.ledger.read("claimable", self.token.address, who)]

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        who = self.creditors()[number % len(self.creditors())]
        allowed = not refuses(self.token, who)
        self.attempt(self.ledger, allowed, "claim", self.token.address, who, sender=caller)

    @rule(off=st.integers(-1, 1))
    @precondition(lambda self: len(self.periods) < 4)
    def wait_for_the_next_period(self, off: int) -> None:
        wait_until((now() // DAY_S + 1) * DAY_S + off)
        self.current()

    @invariant()
    def no_credit_without_output(self) -> None:
        output = credits = 0
        for period in self.periods:
            for who in TRADERS:
                books = self.ledger.read("account", who, period)
                output += books["output"] - books["input"]
                credits += books["carried_forward"] - books["brought_forward"]
                assert books["paid"] - books["repaid"] == self.moved[who, period]
        live = [self.ledger.read("declaration", id) for id in self.declarations]
        assert output == sum(each["tax"] for each in live if each["state"] == DECLARED)
        assert credits == 0

    @invariant()
    def nothing_is_held_but_claims(self) -> None:
        claims = sum(self.ledger.read("claimable", self.token.address, who) for who in EVERYONE)
        owed = self.ledger.read("liabilities", self.token.address)
        backing = self.token.read("balanceOf", self.ledger.address) - strayed(self.token, self.ledger.address)
        assert owed == claims == backing
        held = sum(self.token.read("balanceOf", who) - strayed(self.token, who) for who in EVERYONE)
        assert held + claims == WEALTH * len(EVERYONE)
        assert not entered(self.token), "the token entered the ledger again"


def test_taxes_add_up_through_random_histories() -> None:
    run(TaxLedgerMachine)


@pytest.mark.long
def test_taxes_add_up_through_many_random_histories() -> None:
    run(TaxLedgerMachine, calls=LONG_CALLS, steps=60)
