"""Mandates under long random histories: charges, holds and device payments at the limit and one off it, clocks at the
edges of windows and expiries, and a token that changes its mind.

The machine keeps books of its own by window; the contract's must agree with them, and each history ends with the
exit test.
"""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now, wait, wait_until

ALICE, BOB, SHOP, CAFE, DEVICE, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(6))
PAYERS, PAYEES = [ALICE, BOB], [SHOP, CAFE]
PARTIES = [*PAYERS, *PAYEES]
EVERYONE = [*PARTIES, DEVICE, STRANGER]
ACTIVE, PAUSED, REVOKED = 1, 2, 3
OPEN, CLOSED = 1, 2
WEALTH = 100_000
WINDOW, HOLD, TERM = 100, 150, 1_000
HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE = (
    HOSTILE_MOODS[name] for name in ("honest", "reverts", "returns false", "takes a fee")
)
BLOCKS_ONE = 10
MEMO = b"\4" * 32

callers = mostly(None, *EVERYONE)


class MandateMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.contract = Placed(load("mandate"), b"\xe5" * 20, tally=self.tally)
        self.token = hostile_token(b"\xe6" * 20)
        for payer in PAYERS:
            self.token.do("mint", payer, WEALTH)
        self.mandates: list[bytes] = []
        self.holds: list[bytes] = []
        self.sessions: list[bytes] = []
        # (mandate, window) -> what was charged and held in it, less what came back
        self.taken: defaultdict[tuple[bytes, int], int] = defaultdict(int)
        self.spent: defaultdict[bytes, int] = defaultdict(int)
        for payer, payee, once in ((ALICE, SHOP, False), (BOB, CAFE, True)):
            self.grant(payer, payee, cap=100, once=once)
        self.hold(0, None, ("share", 60), HOLD)
        self.open_session(ALICE, 100)

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        wait(2 * TERM)
        for hold in self.holds:
            if self.contract.read("held", hold):
                self.contract.do("exit", hold, sender=STRANGER)
        for who in PARTIES:
            if self.contract.read("claimable", self.token.address, who):
                self.contract.do("claim", self.token.address, who, sender=STRANGER)
        assert self.contract.read("liabilities", self.token.address) == 0
        assert self.token.read("balanceOf", self.contract.address) == 0

    def pick(self, known: list[bytes], view: str, number: int, *states: int) -> tuple[bytes, Any]:
        """Mostly one in these states, sometimes any."""
        shown = [(id, self.contract.read(view, id)) for id in known]
        fitting = [each for each in shown if each[1]["state"] in states]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def chargeable(self, number: int) -> tuple[bytes, Any]:
        """Mostly a mandate of which something may be taken now."""
        shown = [(id, self.contract.read("mandate_of", id)) for id in self.mandates]
        fitting = [each for each in shown if self.usable(each[1]) and self.left(*each)]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def anything_left(self) -> bool:
        shown = [(id, self.contract.read("mandate_of", id)) for id in self.mandates]
        return any(self.usable(record) and self.left(id, record) for id, record in shown)

    def capturable(self) -> list[bytes]:
        holds = [(id, self.contract.read("hold_of", id)) for id in self.holds]
        return [id for id, hold in holds if hold["state"] == OPEN and now() <= hold["expires"]]

    def some_of(self, limit: int, aim: tuple[str, int], number: int) -> int:
        """Near the limit; nothing only now and then, as of little a share is nothing."""
        return aimed(limit, aim) or (0 if number % 8 == 0 else limit)

    def anything_held(self) -> bool:
        return any(self.contract.read("hold_of", id)["state"] == OPEN for id in self.holds)

    def open(self, id: bytes) -> bool:
        session = self.contract.read("session_of", id)
        return session["state"] == OPEN and session["expires"] >= now() and session["cap"] > session["spent"]

    def creditors(self) -> list[bytes]:
        return [who for who in PARTIES if self.contract.read("claimable", self.token.address, who)]

    def left(self, id: bytes, record: Any) -> int:
        """By the machine's own books: what may still be taken in the window of now."""
        terms = record["terms"]
        taken = self.taken[id, self.window(record)]
        if terms["once"] and taken:
            return 0
        total = sum(amount for (mandate, _), amount in self.taken.items() if mandate == id)
        return max(0, min(terms["cap"] - taken, terms["total"] - total))

    def window(self, record: Any) -> int:
        terms = record["terms"]
        return max(0, now() - terms["starts"]) // int(terms["window_seconds"])

    def usable(self, record: Any) -> bool:
        terms = record["terms"]
        return record["state"] == ACTIVE and terms["starts"] <= now() <= terms["expires"]

    def pays(self, payee: bytes) -> bool:
        mode = self.token.read("mode")
        return mode in (HONEST, TAKES_A_FEE) or (mode == BLOCKS_ONE and self.token.read("blocked") != payee)

    @rule(payer=st.sampled_from(PAYERS), payee=st.sampled_from(PAYEES), cap=st.integers(50, 150), once=st.booleans())
    @precondition(lambda self: len(self.mandates) < 3)
    def grant(self, payer: bytes, payee: bytes, cap: int, once: bool) -> None:
        terms = {
            "payee": payee,
            "token": self.token.address,
            "cap": cap,
            "window_seconds": WINDOW,
            "once": once,
            "total": 4 * cap + 1,
            "starts": now(),
            "expires": now() + TERM,
            "hold_seconds": 0 if once else HOLD,
            "terms_hash": MEMO,
        }
        self.mandates.append(self.contract.do("grant", terms, sender=payer))

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.anything_left())
    def charge(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        id, record = self.chargeable(number)
        payee = record["terms"]["payee"]
        sender, left = caller or payee, self.left(id, record)
        amount = self.some_of(left, aim, number)
        allowed = self.usable(record) and sender == payee and 0 < amount <= left and self.pays(payee)
        if self.attempt(self.contract, allowed, "charge", id, amount, MEMO, sender=sender).accepted:
            self.taken[id, self.window(record)] += amount

    @rule(number=picks, caller=callers, aim=aims, seconds=st.sampled_from([1, 99, HOLD, HOLD, HOLD + 1]))
    @precondition(lambda self: len(self.holds) < 4 and self.anything_left())
    def hold(self, number: int, caller: bytes | None, aim: tuple[str, int], seconds: int) -> None:
        id, record = self.chargeable(number)
        terms = record["terms"]
        if number % 8:
            seconds = min(seconds, terms["hold_seconds"])
        sender, left = caller or terms["payee"], self.left(id, record)
        amount, mode = self.some_of(left, aim, number), self.token.read("mode")
        allowed = (
            self.usable(record)
            and sender == terms["payee"]
            and 0 < amount <= left
            and 0 < seconds <= terms["hold_seconds"]
            and (mode in (HONEST, BLOCKS_ONE) or (mode == TAKES_A_FEE and amount < 10))  # of so little no fee is taken
        )
        outcome = self.attempt(self.contract, allowed, "hold", id, amount, now() + seconds, sender=sender)
        if outcome.accepted:
            self.holds.append(outcome.result)
            self.taken[id, self.window(record)] += amount

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.capturable())
    def capture(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        id, hold = self.pick(self.capturable() if number % 8 else self.holds, "hold_of", number, OPEN)
        payee = self.contract.read("mandate_of", hold["mandate"])["terms"]["payee"]
        held = self.contract.read("held", id)
        sender, amount = caller or payee, self.some_of(held, aim, number)
        allowed = hold["state"] == OPEN and sender == payee and 0 < amount <= held and now() <= hold["expires"]
        self.attempt(self.contract, allowed, "capture", id, amount, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.anything_held())
    def void(self, number: int, caller: bytes | None) -> None:
        id, hold = self.pick(self.holds, "hold_of", number, OPEN)
        payee = self.contract.read("mandate_of", hold["mandate"])["terms"]["payee"]
        sender, held = caller or payee, self.contract.read("held", id)
        allowed = hold["state"] == OPEN and sender == payee
        if self.attempt(self.contract, allowed, "void", id, sender=sender).accepted:
            self.taken[hold["mandate"], hold["window"]] -= held

    @rule(number=picks, caller=st.sampled_from(EVERYONE), off=st.sampled_from([0, 1, 1, 1]))
    @precondition(lambda self: self.anything_held())
    def exit(self, number: int, caller: bytes, off: int) -> None:
        id, hold = self.pick(self.holds, "hold_of", number, OPEN)
        wait_until(hold["expires"] + off)
        held = self.contract.read("held", id)
        allowed = hold["state"] == OPEN and now() > hold["expires"]
        if self.attempt(self.contract, allowed, "exit", id, sender=caller).accepted:
            self.taken[hold["mandate"], hold["window"]] -= held

    @rule(number=picks, caller=callers, cap=st.sampled_from([0, 1, 99, 100, 100, 150, 200]))
    def change_cap(self, number: int, caller: bytes | None, cap: int) -> None:
        id, record = self.pick(self.mandates, "mandate_of", number, ACTIVE, PAUSED)
        sender = caller or record["payer"]
        allowed = sender == record["payer"] and cap > 0 and record["state"] != REVOKED
        self.attempt(self.contract, allowed, "change_cap", id, cap, sender=sender)

    @rule(number=picks, caller=callers, name=st.sampled_from(["pause", "pause", "pause", "revoke"]))
    def steer(self, number: int, caller: bytes | None, name: str) -> None:
        if any(self.contract.read("mandate_of", id)["state"] == PAUSED for id in self.mandates):
            name = "resume"
        wanted = {"pause": [ACTIVE], "resume": [PAUSED], "revoke": [ACTIVE, PAUSED]}[name]
        id, record = self.pick(self.mandates, "mandate_of", number, *wanted)
        sender = caller or record["payer"]
        self.attempt(self.contract, sender == record["payer"] and record["state"] in wanted, name, id, sender=sender)

    @rule(payer=st.sampled_from(PAYERS), cap=st.integers(1, 150))
    @precondition(lambda self: len(self.sessions) < 3)
    def open_session(self, payer: bytes, cap: int) -> None:
        terms = (DEVICE, self.token.address, bytes(20), cap, now() + WINDOW)
        self.sessions.append(self.contract.do("open_session", *terms, sender=payer))

    @rule(number=picks, caller=callers, payee=st.sampled_from(PAYEES), aim=aims)
    @precondition(lambda self: any(self.open(id) for id in self.sessions))
    def spend(self, number: int, caller: bytes | None, payee: bytes, aim: tuple[str, int]) -> None:
        live = [id for id in self.sessions if self.open(id)] if number % 8 else self.sessions
        id = live[number % len(live)]
        session = self.contract.read("session_of", id)
        left = session["cap"] - self.spent[id]
        sender, amount = caller or DEVICE, self.some_of(left, aim, number)
        allowed = (
            session["state"] == OPEN
            and sender == DEVICE
            and now() <= session["expires"]
            and 0 < amount <= left
            and self.pays(payee)
        )
        if self.attempt(self.contract, allowed, "spend", id, payee, amount, MEMO, sender=sender).accepted:
            self.spent[id] += amount

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.sessions) == 3 and any(self.open(id) for id in self.sessions))
    def close_session(self, number: int, caller: bytes | None) -> None:
        id, session = self.pick(self.sessions, "session_of", number, OPEN)
        sender = caller or session["payer"]
        allowed = session["state"] == OPEN and sender in (session["payer"], DEVICE)
        self.attempt(self.contract, allowed, "close_session", id, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        creditors = self.creditors() if number % 8 else EVERYONE
        who = creditors[number % len(creditors)]
        owed = self.contract.read("claimable", self.token.address, who)
        self.attempt(self.contract, owed > 0 and self.pays(who), "claim", self.token.address, who, sender=caller)

    @rule(mode=st.sampled_from([HONEST] * 12 + [REVERTS, RETURNS_FALSE, TAKES_A_FEE]))
    def change_mood(self, mode: int) -> None:
        self.token.do("set_mode", mode)

    @rule(who=st.sampled_from(PARTIES))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @rule(number=picks, off=st.integers(-1, 1))
    def wait_for_a_window(self, number: int, off: int) -> None:
        _, record = self.pick(self.mandates, "mandate_of", number, ACTIVE)
        terms = record["terms"]
        wait_until(min(terms["starts"] + (self.window(record) + 1) * WINDOW, terms["expires"]) + off)

    @invariant()
    def the_books_balance(self) -> None:
        for id in self.mandates:
            record = self.contract.read("mandate_of", id)
            total = sum(amount for (mandate, _), amount in self.taken.items() if mandate == id)
            assert record["used_total"] == total <= record["terms"]["total"]
            expected = self.left(id, record) if self.usable(record) else 0
            assert self.contract.read("chargeable", id) == expected
        held = 0
        for id in self.holds:
            hold = self.contract.read("hold_of", id)
            rest = hold["amount"] - hold["captured"] - hold["returned"]
            assert rest >= 0 and (rest > 0) == (hold["state"] == OPEN)
            held += rest
        for id in self.sessions:
            session = self.contract.read("session_of", id)
            assert session["spent"] == self.spent[id] <= session["cap"]
        claims = sum(self.contract.read("claimable", self.token.address, who) for who in PARTIES)
        owed = self.contract.read("liabilities", self.token.address)
        assert owed == held + claims == self.token.read("balanceOf", self.contract.address)

    @invariant()
    def payers_paid_what_was_taken(self) -> None:
        for payer in PAYERS:
            of = {id for id in self.mandates if self.contract.read("mandate_of", id)["payer"] == payer}
            taken = sum(amount for (mandate, _), amount in self.taken.items() if mandate in of)
            taken += sum(
                self.spent[id] for id in self.sessions if self.contract.read("session_of", id)["payer"] == payer
            )
            owed = self.contract.read("claimable", self.token.address, payer)
            if self.token.read("mode") == HONEST and not self.fees():
                assert self.token.read("balanceOf", payer) + owed == WEALTH - taken

    def fees(self) -> bool:
        """Whether a token's fee may have been kept from somebody: balances then add up to less."""
        return sum(self.token.read("balanceOf", who) for who in [*PARTIES, self.contract.address]) < 2 * WEALTH


def test_mandates_keep_their_truths_through_random_histories() -> None:
    run(MandateMachine)


@pytest.mark.long
def test_mandates_keep_their_truths_through_many_random_histories() -> None:
    run(MandateMachine, calls=LONG_CALLS, steps=60)
