"""Exchanges under long random histories: trades, locks by hash and by key, right and wrong secrets, clocks at deadlines
and one second off, and an asset that changes its mind.

What each party has, is owed and has put in is counted apart: both legs move or neither does.
"""

from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.dvp.cast import (
    ASSET,
    BUYER,
    BUYER_KEY,
    DVP,
    HALF,
    LOCKED,
    MONEY,
    OPEN,
    SECRET,
    SELLER,
    SELLER_KEY,
    STRANGER,
    TERM,
    WEALTH,
    as_bytes,
    hashed,
    new_scene,
    sha256,
)
from tests.contracts.machine import LONG_CALLS, Machine, mostly, picks, run
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import now, wait, wait_until

PARTIES = [SELLER, BUYER]
EVERYONE = [*PARTIES, STRANGER]
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60

callers = mostly(None, *EVERYONE)
amounts = st.integers(1, 300)


class Known(NamedTuple):
    id: bytes
    kind: str


class ExchangeMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.scene = new_scene(self.tally)
        self.dvp, self.asset = self.scene.dvp, self.scene.asset
        self.known: list[Known] = []
        # (party, token) -> what it has, is owed, and has put in.
        self.wealth = {(who, token): WEALTH for who in PARTIES for token in (ASSET, MONEY)}
        for _ in range(2):
            self.propose(SELLER, 100, 200)
            self.lock(200)
            self.lock_by_key(50)
        self.deliver(0, None)

    def at_the_end(self) -> None:
        self.asset.do("set_mode", HONEST)
        wait(ELEVEN_YEARS)
        for id, kind in self.known:
            if self.is_live(id, kind):
                # By now anyone may end the others too, but not in the midst of this one.
                enters_again(self.asset, self.dvp, "exit", self.known[-1].id)
                self.dvp.do("exit", id, sender=STRANGER)
        for who in PARTIES:
            for token in (ASSET, MONEY):
                if self.dvp.read("claimable", token, who):
                    self.dvp.do("claim", token, who, sender=STRANGER)
        for token, contract in ((ASSET, self.asset), (MONEY, self.scene.money)):
            assert self.dvp.read("liabilities", token) == 0
            assert contract.read("balanceOf", DVP) == strayed(contract, DVP)
        self.everyone_has_what_the_exchanges_say()

    def record(self, id: bytes, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = self.dvp.read("trade" if kind == "trade" else "lock_of", id)
        return found

    def is_live(self, id: bytes, kind: str) -> bool:
        return self.record(id, kind)["state"] in ((OPEN, HALF) if kind == "trade" else (LOCKED,))

    def some(self, *kinds: str) -> bool:
        return any(each.kind in kinds and self.is_live(*each) for each in self.known)

    def pick(self, number: int, *kinds: str) -> tuple[Known, dict[str, Any]]:
        """Mostly one that is live."""
        shown = [each for each in self.known if each.kind in kinds]
        fitting = [each for each in shown if self.is_live(*each)]
        chosen = fitting if fitting and number % 8 != 7 else shown
        known = chosen[number % len(chosen)]
        return known, self.record(*known)

    def is_silenced(self) -> bool:
        return bool(self.asset.read("mode") == BURNS_ALL_GAS)

    def asset_comes_in(self, amount: int) -> bool:
        """Whether so much can be put in: all of it must arrive."""
        return takes_in(self.asset, amount) == amount

    def room(self) -> bool:
        return sum(self.is_live(*each) for each in self.known) < 5 and len(self.known) < 9

    @rule(by=st.sampled_from([SELLER, BUYER, BUYER, STRANGER]), asset_amount=amounts, money_amount=amounts)
    @precondition(room)
    def propose(self, by: bytes, asset_amount: int, money_amount: int) -> None:
        arguments = (SELLER, BUYER, ASSET, asset_amount, MONEY, money_amount, now() + TERM, bytes(32))
        made = self.attempt(self.dvp, by in PARTIES, "propose", *arguments, sender=by)
        if made.accepted:
            self.known.append(Known(made.result, "trade"))

    @rule(amount=amounts)
    @precondition(room)
    def lock(self, amount: int) -> None:
        arguments = (SELLER, MONEY, amount, sha256(SECRET), now() + TERM)
        self.known.append(Known(self.attempt(self.dvp, True, "lock", *arguments, sender=BUYER).result, "hash"))

    @rule(amount=amounts)
    @precondition(room)
    def lock_by_key(self, amount: int) -> None:
        id = self.attempt(self.dvp, True, "register_transfer", SELLER, ASSET, amount, now() + TERM, sender=BUYER).result
        self.attempt(self.dvp, True, "inceptTransfer", id, amount, SELLER, hashed(SELLER_KEY), "", sender=BUYER)
        arguments = (id, amount, BUYER, hashed(BUYER_KEY), "")
        made = self.attempt(self.dvp, self.asset_comes_in(amount), "confirmTransfer", *arguments, sender=SELLER)
        if made.accepted:
            self.known.append(Known(as_bytes(id), "key"))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some("trade"))
    def deliver(self, number: int, caller: bytes | None) -> None:
        (id, _), trade = self.pick(number, "trade")
        missing = [who for who in PARTIES if who != trade["delivered_by"]]
        sender = caller or missing[number % len(missing)]
        allowed = (
            trade["state"] in (OPEN, HALF)
            and sender in missing
            and now() <= trade["deadline"]
            and (sender == BUYER or self.asset_comes_in(trade["asset_amount"]))
        )
        made = self.attempt(self.dvp, allowed, "deliver", id, sender=sender)
        if made.accepted and trade["state"] == HALF:
            self.exchanged(SELLER, BUYER, ASSET, trade["asset_amount"])
            self.exchanged(BUYER, SELLER, MONEY, trade["money_amount"])

    def exchanged(self, giver: bytes, taker: bytes, token: bytes, amount: int) -> None:
        self.wealth[giver, token] -= amount
        self.wealth[taker, token] += amount

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some("trade"))
    def cancel(self, number: int, caller: bytes | None) -> None:
        (id, _), trade = self.pick(number, "trade")
        sender = caller or PARTIES[number % 2]
        allowed = trade["state"] in (OPEN, HALF) and sender in PARTIES
        self.attempt(self.dvp, allowed, "cancel", id, sender=sender)

    @rule(number=picks, right=st.sampled_from([True, True, True, False]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.some("hash"))
    def unlock(self, number: int, right: bool, caller: bytes) -> None:
        (id, _), lock = self.pick(number, "hash")
        allowed = lock["state"] == LOCKED and right and now() <= lock["deadline"]
        made = self.attempt(self.dvp, allowed, "unlock", id, SECRET if right else SECRET[::-1], sender=caller)
        if made.accepted:
            self.exchanged(BUYER, SELLER, MONEY, lock["amount"])

    @rule(number=picks, key=st.sampled_from([BUYER_KEY, SELLER_KEY, BUYER_KEY, "wrong"]))
    @precondition(lambda self: self.some("key"))
    def show_key(self, number: int, key: str) -> None:
        (id, _), lock = self.pick(number, "key")
        allowed = lock["state"] == LOCKED and key != "wrong" and now() <= lock["deadline"]
        made = self.attempt(
            self.dvp, allowed, "transferWithKey", int.from_bytes(id, "big"), key, sender=EVERYONE[number % 3]
        )
        if made.accepted and key == BUYER_KEY:
            self.exchanged(SELLER, BUYER, ASSET, lock["amount"])

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some("hash", "key"))
    def reclaim(self, number: int, caller: bytes | None) -> None:
        (id, _), lock = self.pick(number, "hash", "key")
        sender = caller or lock["receiver"]
        late = now() > lock["deadline"]
        allowed = lock["state"] == LOCKED and (sender == lock["receiver"] or (sender == lock["owner"] and late))
        self.attempt(self.dvp, allowed, "reclaim", id, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), off=st.sampled_from([None, 0, 1, 1, 1]))
    @precondition(lambda self: self.some("trade", "hash", "key"))
    def exit(self, number: int, caller: bytes, off: int | None) -> None:
        (id, kind), record = self.pick(number, "trade", "hash", "key")
        if off is not None:
            wait_until(record["deadline"] + off)
        allowed = self.is_live(id, kind) and now() > record["deadline"]
        self.attempt(self.dvp, allowed, "exit", id, sender=caller)

    @rule(who=st.sampled_from(PARTIES))
    @precondition(lambda self: any(self.dvp.read("claimable", ASSET, who) for who in PARTIES))
    def claim(self, who: bytes) -> None:
        allowed = self.dvp.read("claimable", ASSET, who) > 0 and not refuses(self.asset, who)
        self.attempt(self.dvp, allowed, "claim", ASSET, who, sender=STRANGER)

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the asset calls while it moves: whatever anyone may call, of a live exchange or a claim."""
        self.asset.do("set_mode", mode)
        calls: list[tuple[object, ...]] = [("claim", ASSET, who) for who in PARTIES]
        calls += [("exit", id) for id, _ in self.known]
        calls += [("unlock", id, SECRET) for id, kind in self.known if kind == "hash"]
        calls += [("transferWithKey", int.from_bytes(id, "big"), BUYER_KEY) for id, kind in self.known if kind == "key"]
        name, *arguments = calls[number % len(calls)]
        enters_again(self.asset, self.dvp, str(name), *arguments)

    @rule(who=st.sampled_from(PARTIES))
    def block(self, who: bytes) -> None:
        self.asset.do("block", who)

    def put_in(self, who: bytes, token: bytes) -> int:
        """What `who` has in live exchanges, in that token."""
        total = 0
        for id, kind in self.known:
            record = self.record(id, kind)
            if kind == "trade" and record["state"] == HALF and record["delivered_by"] == who:
                leg = (ASSET, "asset_amount") if who == SELLER else (MONEY, "money_amount")
                total += record[leg[1]] if leg[0] == token else 0
            if kind != "trade" and record["state"] == LOCKED and record["owner"] == who and record["token"] == token:
                total += record["amount"]
        return total

    @invariant()
    def everyone_has_what_the_exchanges_say(self) -> None:
        for token, contract in ((ASSET, self.asset), (MONEY, self.scene.money)):
            held = claims = 0
            for who in PARTIES:
                put_in, owed = self.put_in(who, token), self.dvp.read("claimable", token, who)
                has = contract.read("balanceOf", who) - strayed(contract, who)
                assert has + owed + put_in == self.wealth[who, token]
                held, claims = held + put_in, claims + owed
            backing = contract.read("balanceOf", DVP) - strayed(contract, DVP)
            assert self.dvp.read("liabilities", token) == held + claims == backing
            assert not entered(contract), "the token entered the contract again"

    @invariant()
    def what_is_held_is_named(self) -> None:
        for id, _ in self.known[-3:]:
            assert (self.dvp.read("held", id) > 0) == any(self.dvp.read("holds", id))


def test_exchanges_keep_their_truths_through_random_histories() -> None:
    run(ExchangeMachine)


@pytest.mark.long
def test_exchanges_keep_their_truths_through_many_random_histories() -> None:
    run(ExchangeMachine, calls=LONG_CALLS, steps=60)
