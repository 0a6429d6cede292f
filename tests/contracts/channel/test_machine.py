"""Channels under long random histories: payments both ways off the chain, closings that are honest, stale or a unit
short, challenges with every state ever signed, clocks at deadlines, and a token that changes its mind.

The exit test: time passes, anyone empties every channel, and nothing is left.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from contracts.channel_state import Signing, State
from tests.contracts.channel.stage import (
    ALICE,
    BOB,
    CLOSED,
    CLOSING,
    DEPOSIT,
    OPEN,
    PERIOD,
    STRANGER,
    TERM,
    WATCHER,
    chain_id,
    fields,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until
from tests.contracts.signers import Signer

EVERYONE = [ALICE, BOB, WATCHER, STRANGER]
WEALTH = 20 * DEPOSIT
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60

callers = mostly(None, *EVERYONE)


def is_open(record: dict[str, Any]) -> bool:
    return bool(record["state"] == OPEN)


def is_closing(record: dict[str, Any]) -> bool:
    return bool(record["state"] == CLOSING)


def may_be_challenged(record: dict[str, Any]) -> bool:
    return is_closing(record) and now() <= record["challenge_end"]


def is_live(record: dict[str, Any]) -> bool:
    return is_open(record) or is_closing(record)


def may_close(record: dict[str, Any]) -> bool:
    return is_open(record) and now() <= record["deadline"]


def may_be_joined(record: dict[str, Any]) -> bool:
    return may_close(record) and record["payee_deposit"] == 0


@dataclass
class Known:
    """A channel and what was signed off the chain: each state with the party that gave it."""

    id: bytes
    token: Placed
    given: list[tuple[State, Signer]] = field(default_factory=list)


class ChannelMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.channel = Placed(load("channel"), b"\xc5" * 20, tally=self.tally)
        self.honest = hostile_token(b"\xe6" * 20)
        self.moody = hostile_token(b"\xe7" * 20)
        self.channels: list[Known] = []
        # What was paid in and the moody token kept on the way.
        self.kept = 0
        for token in (self.honest, self.moody):
            for trader in (ALICE, BOB):
                token.do("mint", trader.address, WEALTH)
            self.open(amount=DEPOSIT, moody=token is self.moody)
            self.join(len(self.channels) - 1, None, ("share", 50))
            self.pay(len(self.channels) - 1, [30, -20, 40])

    def at_the_end(self) -> None:
        self.moody.do("set_mode", HONEST)
        wait(ELEVEN_YEARS)
        for known in self.channels:
            if self.record(known)["state"] != CLOSED:
                # By now anyone may end the others too, but not in the midst of this one.
                enters_again(known.token, self.channel, "exit", self.channels[-1].id)
                self.channel.do("exit", known.id, sender=STRANGER.address)
        for token in (self.honest, self.moody):
            for who in EVERYONE:
                if self.channel.read("claimable", token.address, who.address):
                    self.channel.do("claim", token.address, who.address, sender=STRANGER.address)
            assert self.channel.read("liabilities", token.address) == 0
            assert token.read("balanceOf", self.channel.address) == self.surplus(token)
        self.the_books_balance()

    def is_silenced(self) -> bool:
        return bool(self.moody.read("mode") == BURNS_ALL_GAS)

    def surplus(self, token: Placed) -> int:
        """What the token gave the contract too much; nobody is owed it."""
        return strayed(token, self.channel.address) + (self.kept if token is self.moody else 0)

    def record(self, known: Known) -> dict[str, Any]:
        found: dict[str, Any] = self.channel.read("channel", known.id)
        return found

    def pick(self, number: int, fits: Callable[[dict[str, Any]], bool]) -> tuple[Known, dict[str, Any]]:
        """Mostly a channel that fits."""
        shown = [(known, self.record(known)) for known in self.channels]
        fitting = [each for each in shown if fits(each[1])]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number // 8 % len(chosen)]

    def any_is(self, fits: Callable[[dict[str, Any]], bool]) -> bool:
        return any(fits(self.record(known)) for known in self.channels)

    def signing(self, known: Known) -> Signing:
        return Signing(chain_id(), self.channel.address, known.id)

    @rule(amount=st.integers(1, DEPOSIT), moody=st.booleans())
    @precondition(lambda self: len([known for known in self.channels if is_live(self.record(known))]) < 3)
    def open(self, amount: int, moody: bool) -> None:
        token = self.moody if moody else self.honest
        terms = [BOB.address, token.address, amount, PERIOD, now() + TERM]
        arriving = takes_in(token, amount)
        outcome = self.attempt(self.channel, arriving > 0, "open", *terms, sender=ALICE.address)
        if outcome.accepted:
            self.kept += amount - arriving
            self.channels.append(Known(outcome.result, token))

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.any_is(may_be_joined))
    def join(self, number: int, caller: Signer | None, aim: tuple[str, int]) -> None:
        known, record = self.pick(number, may_be_joined)
        sender, amount = caller or BOB, aimed(record["payer_deposit"], aim)
        allowed = may_be_joined(record) and sender is BOB and amount > 0 and takes_in(known.token, amount) > 0
        if self.attempt(self.channel, allowed, "join", known.id, amount, sender=sender.address).accepted:
            self.kept += amount - takes_in(known.token, amount)

    @rule(number=picks, amounts=st.lists(st.integers(-60, 60), min_size=1, max_size=4))
    @precondition(lambda self: self.any_is(is_open))
    def pay(self, number: int, amounts: list[int]) -> None:
        """Off the chain: the giver signs the next state."""
        known, record = self.pick(number, is_open)
        for amount in amounts:
            self.sign_next(known, record, amount)

    def sign_next(self, known: Known, record: dict[str, Any], amount: int) -> None:
        held = record["payer_deposit"] + record["payee_deposit"]
        newest = known.given[-1][0] if known.given else State(0, record["payer_deposit"], record["payee_deposit"])
        joined_later = held - newest.payer_balance - newest.payee_balance
        before = State(newest.sequence, newest.payer_balance, newest.payee_balance + joined_later)
        if record["state"] == OPEN and 0 <= before.payee_balance + amount <= held:
            known.given.append((before.paying(amount), ALICE if amount >= 0 else BOB))

    @rule(number=picks, share=st.integers(0, 100), off=mostly(0, 1), until=mostly(0, -1))
    @precondition(lambda self: self.any_is(is_live))
    def settle(self, number: int, share: int, off: int, until: int) -> None:
        known, record = self.pick(number, is_live)
        held = self.channel.read("held", known.id)
        to_payee = held * share // 100
        digest = self.signing(known).settlement(held - to_payee + off, to_payee, now() + until)
        arguments = [held - to_payee + off, to_payee, now() + until, ALICE.sign(digest), BOB.sign(digest)]
        allowed = is_live(record) and off == 0 and until == 0
        self.attempt(self.channel, allowed, "settle", known.id, *arguments, sender=STRANGER.address)

    @rule(
        number=picks,
        closer=st.sampled_from([ALICE, BOB]),
        stale=st.integers(0, 3),
        off=mostly(0, -1, 1),
    )
    @precondition(lambda self: self.any_is(may_close))
    def close(self, number: int, closer: Signer, stale: int, off: int) -> None:
        """With the newest state that the other gave or an older one; conceding what follows from it, or one off."""
        known, record = self.pick(number, may_close)
        other = BOB if closer is ALICE else ALICE
        held = record["payer_deposit"] + record["payee_deposit"]
        proven = [state for state, giver in known.given if giver is other]
        opening = State(0, record["payer_deposit"], record["payee_deposit"])
        state = proven[-1 - stale % len(proven)] if proven else opening
        least = self.share(record, other, state)
        since = [s for s, giver in known.given if giver is closer and s.sequence > state.sequence] if stale < 2 else []
        conceded = max(0, max([least, *(self.share(record, other, each) for each in since)]) + off)
        allowed = may_close(record) and least <= conceded <= held
        signature = other.sign(self.signing(known).state(state))
        arguments = [fields(state), conceded, signature]
        self.attempt(self.channel, allowed, "close", known.id, *arguments, sender=closer.address)

    @rule(number=picks, which=picks, caller=callers, fee=st.none() | st.sampled_from([0, 1, 500]))
    @precondition(lambda self: self.any_is(is_closing) or self.any_is(may_close))
    def challenge(self, number: int, which: int, caller: Signer | None, fee: int | None) -> None:
        """With a state that proves a lie, if there is one; else seldom, with any. If none is closing, one is told."""
        if not self.any_is(may_be_challenged):
            self.close(number, ALICE if number % 2 else BOB, 2, 0)
        known, record = self.pick(number, may_be_challenged)
        closer = BOB if record["closer"] == BOB.address else ALICE
        victim = ALICE if closer is BOB else BOB
        proofs = [each for each in known.given if self.proves(record, victim, each)]
        if not known.given or (not proofs and number % 3):
            return
        state, giver = (proofs or known.given)[which % len(proofs or known.given)]
        signature = giver.sign(self.signing(known).state(state))
        good = may_be_challenged(record) and self.proves(record, victim, (state, giver))
        held = self.channel.read("held", known.id)
        if fee is None:
            sender = caller or victim
            allowed = good and sender is victim
            self.attempt(self.channel, allowed, "challenge", known.id, fields(state), signature, sender=sender.address)
        else:
            sender = caller or WATCHER
            allowed = good and sender is WATCHER
            delegation = victim.sign(self.signing(known).delegation(WATCHER.address, fee))
            arguments = [known.id, fields(state), signature, fee, delegation]
            self.attempt(self.channel, allowed, "watch", *arguments, sender=sender.address)
        if allowed:
            after = self.record(known)
            spared = after["to_payer"] if closer is ALICE else after["to_payee"]
            forfeited = held - self.share(record, victim, state)
            assert (spared, after["to_watcher"]) == (0, min(fee or 0, forfeited // 10))

    def proves(self, record: dict[str, Any], victim: Signer, given: tuple[State, Signer]) -> bool:
        state, giver = given
        later = state.sequence > record["sequence"]
        return giver is not victim and later and self.share(record, victim, state) > record["conceded"]

    def share(self, record: dict[str, Any], who: Signer, state: State) -> int:
        """What a state gives; one that was signed before the payee joined leaves the payee its deposit on top."""
        held = record["payer_deposit"] + record["payee_deposit"]
        joined_later = held - state.payer_balance - state.payee_balance
        return state.payer_balance if who is ALICE else state.payee_balance + joined_later

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=mostly(True, False), exits=st.booleans())
    @precondition(lambda self: self.any_is(is_closing))
    def finalise(self, number: int, caller: Signer, patient: bool, exits: bool) -> None:
        known, record = self.pick(number, is_closing)
        if patient:
            wait_until(record["challenge_end"] + 1)
        closing = is_closing(record) and now() > record["challenge_end"]
        ended = closing or (exits and is_open(record) and now() > record["deadline"])
        name = "exit" if exits else "finalise"
        self.attempt(self.channel, ended, name, known.id, sender=caller.address)
        if closing:
            after = self.record(known)
            other = after["to_payee"] if record["closer"] == ALICE.address else after["to_payer"]
            assert other == record["conceded"]

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: Signer) -> None:
        chosen = self.creditors() if number % 8 else EVERYONE
        who = chosen[number // 8 % len(chosen)]
        owed = self.channel.read("claimable", self.moody.address, who.address)
        allowed = owed > 0 and not refuses(self.moody, who.address)
        self.attempt(self.channel, allowed, "claim", self.moody.address, who.address, sender=caller.address)

    def creditors(self) -> list[Signer]:
        return [who for who in EVERYONE if self.channel.read("claimable", self.moody.address, who.address)]

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: whatever anyone may call, of a live channel or a claim."""
        self.moody.do("set_mode", mode)
        calls: list[tuple[object, ...]] = [("claim", self.moody.address, who.address) for who in EVERYONE]
        calls += [(name, known.id) for known in self.channels for name in ("exit", "finalise")]
        name, *arguments = calls[number % len(calls)]
        enters_again(self.moody, self.channel, str(name), *arguments)

    @rule(who=st.sampled_from([ALICE, BOB]))
    def block(self, who: Signer) -> None:
        self.moody.do("block", who.address)

    @rule(number=picks, off=st.integers(-1, 1))
    def wait_for_a_deadline(self, number: int, off: int) -> None:
        known, _ = self.pick(number, is_closing)
        wait_until(self.channel.read("last_deadline", known.id) + off)

    @invariant()
    def the_books_balance(self) -> None:
        records = [(known, self.record(known)) for known in self.channels]
        for known, record in records:
            out = record["to_payer"] + record["to_payee"] + record["to_watcher"]
            held = self.channel.read("held", known.id)
            assert out + held == record["payer_deposit"] + record["payee_deposit"]
            assert held == 0 if record["state"] == CLOSED else out == 0
        for token in (self.honest, self.moody):
            held = sum(self.channel.read("held", known.id) for known, _ in records if known.token is token)
            claims = sum(self.channel.read("claimable", token.address, who.address) for who in EVERYONE)
            owed = self.channel.read("liabilities", token.address)
            assert owed == held + claims == token.read("balanceOf", self.channel.address) - self.surplus(token)
            assert not entered(token), "the token entered the contract again"

    @invariant()
    def everyone_has_what_the_channels_say(self) -> None:
        records = [self.record(known) for known in self.channels if known.token is self.honest]
        put_in = {ALICE: "payer_deposit", BOB: "payee_deposit"}
        taken = {ALICE: "to_payer", BOB: "to_payee", WATCHER: "to_watcher"}
        for who in EVERYONE:
            wealth = WEALTH if who in put_in else 0
            change = sum(
                (record[taken[who]] if who in taken else 0) - (record[put_in[who]] if who in put_in else 0)
                for record in records
            )
            assert self.honest.read("balanceOf", who.address) == wealth + change


def test_channels_keep_their_truths_through_random_histories() -> None:
    run(ChannelMachine)


@pytest.mark.long
def test_channels_keep_their_truths_through_many_random_histories() -> None:
    run(ChannelMachine, calls=LONG_CALLS, steps=60)
