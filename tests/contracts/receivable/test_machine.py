"""Debts under long random histories: debtor, seller, holders, a lienholder and strangers; amounts at the limit and one
off it, clocks at deadlines and one second off, and a token that changes its mind.

Who may do what is stated here as rights, beside the contract. Each history ends with the exit test: time passes,
anyone divides what is set aside, and nothing is left but what is owed.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until
from tests.contracts.receivable.debts import (
    ACCEPTED,
    BANK,
    CAROL,
    DEFAULTED,
    ISSUED,
    LIEN,
    RECEIVABLE,
    REDEEMED,
    SUPPLIER,
    TERM_S,
    debts,
)
from tests.contracts.trade.market import ALICE, BOB, DAY_S, NOBODY, STRANGER, YEAR_S

HOLDERS = [BOB, SUPPLIER, CAROL]
EVERYONE = [ALICE, *HOLDERS, BANK, STRANGER]
HONEST, BLOCKS_ONE = HOSTILE_MOODS["honest"], 10
PAYS_IN = {HONEST, HOSTILE_MOODS["returns nothing"], BLOCKS_ONE}
POOR = 6
"""Minor units; small faces find what rounding loses."""

callers = mostly(None, *EVERYONE)


class ReceivableMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.book = debts(tally=self.tally)
        self.receivable, self.token = self.book.receivable, self.book.token
        self.token.do("mint", CAROL, 50_000)
        self.wealth = {who: self.book.balance(who) for who in EVERYONE}
        self.ids: list[bytes] = []
        self.documents = 0
        # Begin in the midst of things, so that short histories reach defaults and recourse too.
        for face in (1_000, 7, 999):
            self.issue(face=face, rate=100, due_in=TERM_S)
            self.accept(len(self.ids) - 1, None)
        first, _, third = self.ids
        self.receivable.do("endorse", first, SUPPLIER, 333, True, sender=BOB)
        self.receivable.do("endorse", third, CAROL, 999, True, sender=BOB)
        self.receivable.do("lock", third, BANK, LIEN, sender=CAROL)

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        wait(2 * YEAR_S)
        for id in self.ids:
            if self.receivable.read("held", id):
                self.receivable.do("exit", id, sender=STRANGER)
            assert self.receivable.read("held", id) == 0
            if self.record(id)["state"] == ISSUED:
                self.receivable.do("withdraw", id, sender=STRANGER)
        for who in EVERYONE:
            if self.receivable.read("claimable", self.token.address, who):
                self.receivable.do("claim", self.token.address, who, sender=STRANGER)
        assert self.receivable.read("liabilities", self.token.address) == self.book.balance(RECEIVABLE) == 0
        self.the_books_balance()

    def record(self, id: bytes) -> dict[str, Any]:
        record: dict[str, Any] = self.receivable.read("credential", id)
        return record

    def parts(self) -> list[tuple[bytes, dict[str, Any], dict[str, Any]]]:
        """Every part with its record and its credential's."""
        return [
            (part, self.receivable.read("part", part), record)
            for id, record in [(id, self.record(id)) for id in self.ids]
            for part in self.receivable.read("parts_of_credential", id)
        ]

    def pick(self, number: int, *states: int) -> tuple[bytes, dict[str, Any]]:
        """Mostly a credential in one of these states, so that most calls are good ones; sometimes any."""
        shown = [(id, self.record(id)) for id in self.ids]
        fitting = [each for each in shown if each[1]["state"] in states]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def pick_part(
        self, number: int, *states: int, locked: bool | None = None, least: int = 1
    ) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
        """Mostly a part of at least so much of a credential in one of these states; sometimes any."""
        shown = self.parts()
        fitting = [
            (id, part, record)
            for id, part, record in shown
            if record["state"] in states
            and part["amount"] >= least
            and (locked is None or locked == (part["lienholder"] != NOBODY))
        ]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def pays_in(self) -> bool:
        mode, blocked = self.token.read("mode"), self.token.read("blocked")
        return mode in PAYS_IN and not (mode == BLOCKS_ONE and blocked == RECEIVABLE)

    def some(self, *states: int) -> bool:
        return any(self.record(id)["state"] in states for id in self.ids)

    @rule(face=st.integers(1, POOR), rate=st.sampled_from([0, 1, 10_000]), due_in=st.sampled_from([DAY_S, YEAR_S]))
    @precondition(lambda self: len(self.ids) < 5)
    def issue(self, face: int, rate: int, due_in: int) -> None:
        self.documents += 1
        document = self.documents.to_bytes(32, "big")
        self.ids.append(self.book.issued(document=document, face=face, due_in=due_in, rate=rate))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(ISSUED))
    def accept(self, number: int, caller: bytes | None) -> None:
        id, record = self.pick(number, ISSUED)
        sender = caller or ALICE
        allowed = record["state"] == ISSUED and sender == ALICE and now() <= record["due"]
        self.attempt(self.receivable, allowed, "accept", id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(ISSUED))
    def withdraw(self, number: int, caller: bytes | None) -> None:
        id, record = self.pick(number, ISSUED)
        sender = caller or BOB
        allowed = record["state"] == ISSUED and (sender in (ALICE, BOB) or now() > record["due"])
        self.attempt(self.receivable, allowed, "withdraw", id, sender=sender)

    def has_disposable(self, least: int) -> bool:
        """Whether a part of at least so much can change hands."""
        return any(
            record["state"] == ACCEPTED and part["lienholder"] == NOBODY and part["amount"] >= least
            for _, part, record in self.parts()
        )

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.has_disposable(2))
    def split(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        part_id, part, record = self.pick_part(number, ACCEPTED, locked=False, least=2)
        sender, amount = caller or part["holder"], aimed(max(part["amount"] - 1, 0), aim)
        full = self.receivable.read("room", part_id) < 2
        allowed = self.disposable(part, record, sender) and 0 < amount < part["amount"] and not full
        self.attempt(self.receivable, allowed, "split", part_id, amount, sender=sender)

    def fundable(self) -> list[bytes]:
        records = [(id, self.record(id)) for id in self.ids]
        return [
            id
            for id, record in records
            if record["state"] == ACCEPTED and now() <= record["due"] and record["live"] > record["held"]
        ]

    def disposable(self, part: dict[str, Any], record: dict[str, Any], sender: bytes) -> bool:
        return (
            record["state"] == ACCEPTED
            and sender == part["holder"]
            and part["lienholder"] == NOBODY
            and part["amount"] > 0
        )

    @rule(number=picks, caller=callers, aim=aims, to=st.sampled_from(HOLDERS), recourse=st.booleans())
    @precondition(lambda self: self.has_disposable(1))
    def endorse(self, number: int, caller: bytes | None, aim: tuple[str, int], to: bytes, recourse: bool) -> None:
        part_id, part, record = self.pick_part(number, ACCEPTED, locked=False)
        sender, amount = caller or part["holder"], aimed(part["amount"], aim)
        if caller is None and to == sender:
            to = HOLDERS[(HOLDERS.index(to) + 1) % 3]
        full = self.receivable.read("room", part_id) < 2
        allowed = (
            self.disposable(part, record, sender)
            and to != sender
            and 0 < amount <= part["amount"]
            and (not full or amount == part["amount"])
            and (not recourse or len(self.receivable.read("endorsers", part_id)) < 8)
        )
        self.attempt(self.receivable, allowed, "endorse", part_id, to, amount, recourse, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.has_disposable(1))
    def lock(self, number: int, caller: bytes | None) -> None:
        part_id, part, record = self.pick_part(number, ACCEPTED, locked=False)
        sender = caller or part["holder"]
        allowed = self.disposable(part, record, sender)
        self.attempt(self.receivable, allowed, "lock", part_id, BANK, LIEN, sender=sender)

    @rule(number=picks, caller=callers, to=st.sampled_from([None, *HOLDERS, ALICE]))
    @precondition(lambda self: any(part["lienholder"] == BANK for _, part, _ in self.parts()))
    def unlock(self, number: int, caller: bytes | None, to: bytes | None) -> None:
        part_id, part, _ = self.pick_part(number, ACCEPTED, DEFAULTED, locked=True)
        sender = caller or BANK
        allowed = part["lienholder"] == sender and to != ALICE
        call = ["release_assigned", part_id] if to is None else ["enforce", part_id, to]
        self.attempt(self.receivable, allowed, str(call[0]), *call[1:], sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.fundable())
    def fund(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        id, record = self.pick(number, ACCEPTED)
        if number % 8:
            fundable = self.fundable()
            id = fundable[number % len(fundable)]
            record = self.record(id)
        most = record["live"] - record["held"]
        sender, amount = caller or ALICE, aimed(most, aim)
        allowed = (
            record["state"] == ACCEPTED
            and sender == ALICE
            and now() <= record["due"]
            and 0 < amount <= most
            and self.pays_in()
        )
        self.attempt(self.receivable, allowed, "fund", id, amount, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=mostly(True, False))
    @precondition(lambda self: self.some(ACCEPTED, DEFAULTED))
    def redeem(self, number: int, caller: bytes, patient: bool) -> None:
        part_id, part, record = self.pick_part(number, ACCEPTED, DEFAULTED)
        if patient:
            wait_until(record["due"])
        sender = caller if now() >= record["due"] or number % 4 == 0 else ALICE
        set_aside = record["held"] * part["amount"] // record["live"] if part["amount"] else 0
        allowed = (
            part["amount"] > 0
            and (sender == ALICE or now() >= record["due"])
            and (set_aside == part["amount"] or self.pays_in())
        )
        penalty = self.receivable.read("penalty", part_id)
        outcome = self.attempt(self.receivable, allowed, "redeem", part_id, sender=sender)
        if allowed:
            assert outcome.result == part["amount"] + penalty
            days = max(0, -(-(now() - record["due"]) // DAY_S))
            late = part["amount"] - set_aside
            assert penalty == (late * record["penalty_rate"] * days + 5_000) // 10_000
            assert self.receivable.read("part", part_id)["amount"] == 0

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=mostly(True, False))
    @precondition(lambda self: self.some(ACCEPTED))
    def declare_default(self, number: int, caller: bytes, patient: bool) -> None:
        id, record = self.pick(number, ACCEPTED)
        if patient and record["state"] == ACCEPTED:
            wait_until(record["last_deadline"] + 1)
        allowed = record["state"] == ACCEPTED and now() > record["last_deadline"] and record["held"] < record["live"]
        self.attempt(self.receivable, allowed, "declare_default", id, sender=caller)

    @rule(number=picks, caller=callers, endorser=mostly(None, *EVERYONE), itself=st.booleans())
    @precondition(lambda self: self.some(DEFAULTED))
    def recourse(self, number: int, caller: bytes | None, endorser: bytes | None, itself: bool) -> None:
        part_id, part, record = self.pick_part(number, DEFAULTED, locked=False)
        answering = self.receivable.read("endorsers", part_id)
        if not answering and number % 8:
            return
        chosen = endorser or (answering[number % len(answering)] if answering else BOB)
        sender = caller or (chosen if itself else part["holder"])
        allowed = (
            record["state"] == DEFAULTED
            and part["amount"] > 0
            and part["lienholder"] == NOBODY
            and sender in (part["holder"], chosen)
            and chosen in answering
            and self.pays_in()
        )
        self.attempt(self.receivable, allowed, "recourse", part_id, chosen, sender=sender)
        if allowed:
            assert self.receivable.read("part", part_id)["holder"] == chosen
            assert self.receivable.read("endorsers", part_id) == answering[: answering.index(chosen)]

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=mostly(True, False))
    @precondition(lambda self: any(self.receivable.read("held", id) for id in self.ids))
    def exit(self, number: int, caller: bytes, patient: bool) -> None:
        holding = [id for id in self.ids if self.receivable.read("held", id)]
        chosen = holding if number % 8 else self.ids
        id = chosen[number // 8 % len(chosen)]
        record = self.record(id)
        if patient and record["held"]:
            wait_until(record["last_deadline"] + 1)
        allowed = record["held"] > 0 and now() > record["last_deadline"]
        self.attempt(self.receivable, allowed, "exit", id, sender=caller)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        chosen = self.creditors() if number % 8 else EVERYONE
        who = chosen[number // 8 % len(chosen)]
        mode, blocked = self.token.read("mode"), self.token.read("blocked")
        pays = mode in PAYS_IN and not (mode == BLOCKS_ONE and blocked == who)
        self.attempt(self.receivable, self.owed(who) > 0 and pays, "claim", self.token.address, who, sender=caller)

    def creditors(self) -> list[bytes]:
        return [who for who in EVERYONE if self.owed(who)]

    def owed(self, who: bytes) -> int:
        return int(self.receivable.read("claimable", self.token.address, who))

    @rule(mood=st.sampled_from(["honest", "honest", "honest", "reverts", "returns false", "returns nothing"]))
    def change_mood(self, mood: str) -> None:
        self.token.do("set_mode", HOSTILE_MOODS[mood])

    @rule(who=st.sampled_from(HOLDERS))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @rule(number=picks, due=st.booleans(), off=st.integers(-1, 1))
    def wait_for_a_deadline(self, number: int, due: bool, off: int) -> None:
        _, record = self.pick(number, ISSUED, ACCEPTED)
        wait_until(record["due" if due else "last_deadline"] + off)

    @invariant()
    def the_books_balance(self) -> None:
        held, parts = 0, self.parts()
        for id in self.ids:
            record = self.record(id)
            live = sum(part["amount"] for _, part, _ in parts if part["credential"] == id)
            assert record["live"] == live
            begun = record["state"] in (ACCEPTED, DEFAULTED, REDEEMED)
            assert live + record["redeemed"] == (record["face"] if begun else 0)
            assert record["held"] <= live
            rooms = [self.receivable.read("room", part_id) for part_id, part, _ in parts if part["credential"] == id]
            assert sum(rooms) == (16 if begun else 0) and all(rooms)
            assert (record["state"] == REDEEMED) == (begun and live == 0)
            held += record["held"]
        claims = sum(self.owed(who) for who in EVERYONE)
        owed = self.receivable.read("liabilities", self.token.address)
        assert owed == held + claims == self.book.balance(RECEIVABLE)

    @invariant()
    def money_only_moves_between_them(self) -> None:
        assert sum(self.book.balance(who) for who in (*EVERYONE, RECEIVABLE)) == sum(self.wealth.values())

    @invariant()
    def one_fingerprint_has_one_credential(self) -> None:
        records = {id: self.record(id) for id in self.ids}
        living = [record for record in records.values() if record["state"] in (ISSUED, ACCEPTED, DEFAULTED)]
        assert len({record["fingerprint"] for record in living}) == len(living)
        for id, record in records.items():
            registered = self.book.fingerprints.read("credential", record["fingerprint"])
            assert (registered == (RECEIVABLE, id)) == (record["state"] in (ISSUED, ACCEPTED, DEFAULTED, REDEEMED))


def test_debts_keep_their_truths_through_random_histories() -> None:
    run(ReceivableMachine)


@pytest.mark.long
def test_debts_keep_their_truths_through_many_random_histories() -> None:
    run(ReceivableMachine, calls=LONG_CALLS, steps=60)
