"""Escrows under long random histories: real parties and strangers, amounts at the limit and one off it, clocks at
deadlines and one second off, and a token that changes its mind.

Who may do what is stated here as a table of rights; every call must succeed if they allow it and be refused in
words if not. Each history ends with the exit test: time passes, anyone empties every deal, and nothing is left.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import NO_ARBITER, load
from contracts.deals import Deal, DealState, held_in, last_deadline_of
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

ALICE, BOB, DAVE, ARBITER, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(5))
TRADERS = [ALICE, BOB, DAVE]
EVERYONE = [*TRADERS, ARBITER, STRANGER]
WEALTH = 10_000
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60

# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *EVERYONE)


def is_live(deal: Deal) -> bool:
    return deal.state != DealState.CLOSED


def may_be_funded(deal: Deal) -> bool:
    return deal.state == DealState.OPEN and now() <= deal.deadline


def holds_money(deal: Deal) -> bool:
    return deal.state in (DealState.FUNDED, DealState.DISPUTED)


def may_be_disputed(deal: Deal) -> bool:
    return deal.state == DealState.FUNDED and deal.arbiter == ARBITER and now() <= deal.deadline


def may_be_ruled_on(deal: Deal) -> bool:
    return deal.state == DealState.DISPUTED and now() <= deal.ruling_deadline


class Known(NamedTuple):
    id: bytes
    token: Placed


class EscrowMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.escrow = Placed(load("escrow"), b"\xe5" * 20, tally=self.tally)
        self.honest = hostile_token(b"\xe6" * 20)
        self.moody = hostile_token(b"\xe7" * 20)
        for token in (self.honest, self.moody):
            for trader in TRADERS:
                token.do("mint", trader, WEALTH)
        self.deals: list[Known] = []
        # Begin in the midst of things, so that short histories reach disputes and claims too.
        for moody in (True, False):
            self.open([ALICE, BOB], arbitrated=True, moody=moody, amount=400)
            self.fund(len(self.deals) - 1, None)
        self.dispute(0, None)
        self.open([ALICE, BOB], arbitrated=False, moody=True, amount=300)
        self.fund(2, None)

    def at_the_end(self) -> None:
        self.moody.do("set_mode", HONEST)
        wait(ELEVEN_YEARS)
        for known in self.deals:
            if self.deal(known).state != DealState.CLOSED:
                # By now anyone may end the others too, but not in the midst of this one.
                enters_again(known.token, self.escrow, "exit", self.deals[-1].id)
                self.escrow.do("exit", known.id, sender=STRANGER)
        for token in (self.honest, self.moody):
            for who in EVERYONE:
                if self.escrow.read("claimable", token.address, who):
                    self.escrow.do("claim", token.address, who, sender=STRANGER)
            backing = token.read("balanceOf", self.escrow.address) - self.surplus(token)
            assert self.escrow.read("liabilities", token.address) == backing == 0
        self.the_books_balance()

    def is_silenced(self) -> bool:
        return bool(self.moody.read("mode") == BURNS_ALL_GAS)

    def surplus(self, token: Placed) -> int:
        """What the token gave the escrow too much; nobody is owed it. What it kept on the way in is not counted."""
        kept = sum(deal.amount - deal.funded for known, deal in self.shown() if known.token is token and deal.funded)
        return strayed(token, self.escrow.address) + kept

    def shown(self) -> list[tuple[Known, Deal]]:
        return [(known, self.deal(known)) for known in self.deals]

    def deal(self, known: Known) -> Deal:
        return Deal(**self.escrow.read("deal", known.id))

    def pick(self, number: int, fits: Callable[[Deal], bool]) -> tuple[Known, Deal]:
        """Mostly a deal that fits, so that most calls are good ones; sometimes any."""
        shown = self.shown()
        fitting = [each for each in shown if fits(each[1])]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number // 8 % len(chosen)]

    def any_is(self, fits: Callable[[Deal], bool]) -> bool:
        return any(fits(deal) for _, deal in self.shown())

    @rule(traders=st.permutations(TRADERS), arbitrated=st.booleans(), moody=st.booleans(), amount=st.integers(1, 500))
    @precondition(lambda self: len([deal for _, deal in self.shown() if is_live(deal)]) < 4)
    def open(self, traders: list[bytes], arbitrated: bool, moody: bool, amount: int) -> None:
        token = self.moody if moody else self.honest
        deadline = now() + 1_000
        arbiter = ARBITER if arbitrated else NO_ARBITER
        id = self.escrow.do("open", traders[1], arbiter, token.address, amount, deadline, b"\3" * 32, sender=traders[0])
        self.deals.append(Known(id, token))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_is(may_be_funded))
    def fund(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number, may_be_funded)
        sender = caller or deal.payer
        allowed = may_be_funded(deal) and sender == deal.payer and takes_in(known.token, deal.amount) > 0
        self.attempt(self.escrow, allowed, "fund", known.id, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.any_is(holds_money))
    def release(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, deal = self.pick(number, holds_money)
        sender, amount = caller or deal.payer, aimed(held_in(deal), aim)
        least = held_in(deal) if deal.state == DealState.DISPUTED else 1
        allowed = holds_money(deal) and sender == deal.payer and least <= amount <= held_in(deal)
        self.attempt(self.escrow, allowed, "release", known.id, amount, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_is(holds_money))
    def refund(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number, holds_money)
        sender = caller or deal.payee
        late = now() > last_deadline_of(deal)
        allowed = holds_money(deal) and (sender == deal.payee or late)
        self.attempt(self.escrow, allowed, "refund", known.id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_is(may_be_disputed))
    def dispute(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number, may_be_disputed)
        sender = caller or deal.payee
        allowed = may_be_disputed(deal) and sender in (deal.payer, deal.payee)
        self.attempt(self.escrow, allowed, "dispute", known.id, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.any_is(may_be_ruled_on))
    def rule_on_it(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, deal = self.pick(number, may_be_ruled_on)
        sender, amount = caller or ARBITER, aimed(held_in(deal), aim)
        allowed = may_be_ruled_on(deal) and sender == ARBITER and amount <= held_in(deal)
        self.attempt(self.escrow, allowed, "rule", known.id, amount, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=st.sampled_from([True, True, True, False]))
    @precondition(lambda self: self.any_is(is_live))
    def exit(self, number: int, caller: bytes, patient: bool) -> None:
        known, deal = self.pick(number, is_live)
        if patient:
            wait_until(last_deadline_of(deal) + 1)
        allowed = is_live(deal) and now() > last_deadline_of(deal)
        self.attempt(self.escrow, allowed, "exit", known.id, sender=caller)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        chosen = self.creditors() if number % 8 else TRADERS
        who = chosen[number // 8 % len(chosen)]
        owed = self.escrow.read("claimable", self.moody.address, who)
        allowed = owed > 0 and not refuses(self.moody, who)
        self.attempt(self.escrow, allowed, "claim", self.moody.address, who, sender=caller)
        if allowed:
            assert self.escrow.read("claimable", self.moody.address, who) == 0

    def creditors(self) -> list[bytes]:
        return [who for who in TRADERS if self.escrow.read("claimable", self.moody.address, who)]

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: whatever anyone may call, of a live deal or a claim."""
        self.moody.do("set_mode", mode)
        calls: list[tuple[object, ...]] = [("claim", self.moody.address, who) for who in TRADERS]
        calls += [(name, known.id) for known in self.deals for name in ("exit", "refund")]
        name, *arguments = calls[number % len(calls)]
        enters_again(self.moody, self.escrow, str(name), *arguments)

    @rule(who=st.sampled_from(TRADERS))
    def block(self, who: bytes) -> None:
        self.moody.do("block", who)

    @rule(number=picks, off=st.integers(-1, 1))
    @precondition(lambda self: self.deals)
    def wait_for_a_deadline(self, number: int, off: int) -> None:
        _, deal = self.pick(number, is_live)
        wait_until(last_deadline_of(deal) + off)

    @invariant()
    def the_books_balance(self) -> None:
        deals = self.shown()
        for known, deal in deals:
            assert deal.paid + deal.refunded + self.escrow.read("held", known.id) == deal.funded <= deal.amount
            assert deal.state != DealState.CLOSED or held_in(deal) == 0
        for token in (self.honest, self.moody):
            held = sum(held_in(deal) for known, deal in deals if known.token is token)
            claims = sum(self.escrow.read("claimable", token.address, who) for who in EVERYONE)
            assert (
                self.escrow.read("liabilities", token.address)
                == held + claims
                == token.read("balanceOf", self.escrow.address) - self.surplus(token)
            )
            assert not entered(token), "the token entered the escrow again"

    @invariant()
    def everyone_has_what_the_deals_say(self) -> None:
        for token in (self.honest, self.moody):
            deals = [deal for known, deal in self.shown() if known.token is token]
            for who in EVERYONE:
                given = sum(deal.amount - deal.refunded for deal in deals if deal.payer == who and deal.funded)
                received = sum(deal.paid for deal in deals if deal.payee == who)
                wealth = WEALTH if who in TRADERS else 0
                has = token.read("balanceOf", who) - strayed(token, who)
                assert has + self.escrow.read("claimable", token.address, who) == wealth - given + received


def test_escrows_keep_their_truths_through_random_histories() -> None:
    run(EscrowMachine)


@pytest.mark.long
def test_escrows_keep_their_truths_through_many_random_histories() -> None:
    run(EscrowMachine, calls=LONG_CALLS, steps=60)
