"""Credits under long random histories: parties and strangers, drawings at the limit and one off it, clocks at the end
of an examination and one second off, and money that refuses its receivers.

Who may do what is stated here as a table of rights; every call must succeed if they allow it and be refused in
words if not. Each history ends with the exit test: time passes, a stranger empties every credit, and the sums of all
parties are what the presentations say.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.letter_of_credit.counter import (
    APPLICANT,
    BENEFICIARY,
    CLOSED,
    CONFIRMED,
    CONFIRMER,
    CREDIT,
    DAY,
    DOCUMENTS,
    DRAFTED,
    HONOURED,
    ISSUED,
    ISSUER,
    LATE,
    MONEY,
    NOMINATED,
    OPEN,
    STRANGER,
    Counter,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until

EVERYONE = [APPLICANT, BENEFICIARY, ISSUER, CONFIRMER, NOMINATED, STRANGER]
HONEST, RETURNS_NOTHING, REVERTS = (HOSTILE_MOODS[name] for name in ("honest", "returns nothing", "reverts"))
BLOCKS_ONE = 10
RUNNING = (ISSUED, CONFIRMED)
PERIOD = 30 * DAY

# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *EVERYONE)


def largest(credit: Any) -> int:
    terms = credit["terms"]
    return int(terms["amount"] + terms["amount"] * terms["tolerance"] // 10_000)


class CreditMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.counter = Counter(tally=self.tally)
        self.credits = self.counter.credits
        self.ids: list[bytes] = []
        self.bought = 0
        for deposit in (0, 400):
            self.draft(deposit)
            self.issue(len(self.ids) - 1, None)
        self.confirm(1, None, 0)
        for number in (0, 1):
            self.present(number, None, ("share", 40), shipped_ago=0)

    def at_the_end(self) -> None:
        self.counter.money.do("set_mode", HONEST)
        wait(300 * DAY)
        for id in self.ids:
            if self.counter.of(id)["state"] != CLOSED:
                self.credits.do("exit", id, sender=STRANGER)
            assert self.credits.read("held", id) == 0
            assert self.credits.read("open_presentations", id) == ()
        for who in EVERYONE:
            if self.credits.read("claimable", MONEY, who):
                self.credits.do("claim", MONEY, who, sender=STRANGER)
        assert self.credits.read("liabilities", MONEY) == self.counter.money.read("balanceOf", CREDIT) == 0
        self.the_books_balance()
        self.everyone_has_what_the_credits_say()

    def takes_money(self) -> bool:
        return self.counter.money.read("mode") in (HONEST, RETURNS_NOTHING, BLOCKS_ONE)

    def pick(self, number: int, *states: int) -> tuple[bytes, Any]:
        """Mostly a credit in one of these states, so that most calls are good ones; sometimes any."""
        shown = [(id, self.counter.of(id)) for id in self.ids]
        fitting = [each for each in shown if each[1]["state"] in states]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def any_in(self, *states: int) -> bool:
        return any(self.counter.of(id)["state"] in states for id in self.ids)

    def shown(self) -> list[tuple[bytes, int, Any]]:
        """Every presentation of every credit."""
        return [
            (id, number, self.counter.presentation(id, number))
            for id in self.ids
            for number in range(1, self.counter.of(id)["presentations"] + 1)
        ]

    def pick_open(self, number: int, *, refused: bool | None = None) -> tuple[bytes, int, Any]:
        found = [each for each in self.shown() if each[2]["state"] == OPEN]
        fitting = [each for each in found if refused is None or each[2]["issuer_refused"] == refused] or found
        chosen = fitting if number % 8 else self.shown()
        return chosen[number % len(chosen)]

    def has_open(self) -> bool:
        return any(shown["state"] == OPEN for _, _, shown in self.shown())

    @rule(deposit=st.sampled_from([0, 300, 1_050]))
    @precondition(lambda self: len(self.ids) < 4)
    def draft(self, deposit: int) -> None:
        if not self.takes_money():
            return
        expiry = now() + 60 * DAY
        terms = {"amount": 1_000, "expiry": expiry, "latest_shipment": expiry, "presentation_period": PERIOD}
        self.ids.append(self.counter.drafted(deposit, **terms))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(DRAFTED) and len(self.ids) > 3)
    def withdraw(self, number: int, caller: bytes | None) -> None:
        id, credit = self.pick(number, DRAFTED)
        sender = caller or APPLICANT
        allowed = credit["state"] == DRAFTED and sender in (APPLICANT, ISSUER)
        self.attempt(self.credits, allowed, "withdraw", id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(DRAFTED))
    def issue(self, number: int, caller: bytes | None) -> None:
        id, credit = self.pick(number, DRAFTED)
        sender = caller or ISSUER
        in_time = now() <= credit["terms"]["expiry"]
        covered = credit["deposit"] == largest(credit) or self.takes_money()
        allowed = credit["state"] == DRAFTED and sender == ISSUER and in_time and covered
        self.attempt(self.credits, allowed, "issue", id, sender=sender)

    @rule(number=picks, caller=callers, seen=st.sampled_from([0, 0, 0, 0, 1]))
    @precondition(lambda self: any(self.is_confirmable(self.counter.of(id)) for id in self.ids))
    def confirm(self, number: int, caller: bytes | None, seen: int) -> None:
        fitting = [id for id in self.ids if self.is_confirmable(self.counter.of(id))]
        id = fitting[number % len(fitting)] if number % 8 else self.ids[number % len(self.ids)]
        sender = caller or CONFIRMER
        allowed = self.is_confirmable(self.counter.of(id)) and sender == CONFIRMER and self.takes_money() and not seen
        last = self.credits.read("amendment", id)["number"]
        self.attempt(self.credits, allowed, "confirm", id, last + seen, sender=sender)

    def is_confirmable(self, credit: Any) -> bool:
        untouched = credit["state"] == ISSUED and credit["presentations"] == 0
        return untouched and now() <= credit["terms"]["expiry"]

    @rule(number=picks, caller=callers, amount=st.sampled_from([900, 1_000, 1_200]), more_days=st.integers(0, 20))
    @precondition(lambda self: self.any_in(*RUNNING))
    def amend(self, number: int, caller: bytes | None, amount: int, more_days: int) -> None:
        id, credit = self.pick(number, *RUNNING)
        sender = caller or ISSUER
        expiry = max(credit["terms"]["expiry"], now() + 1) + more_days * DAY
        allowed = credit["state"] in RUNNING and sender == ISSUER
        self.attempt(self.credits, allowed, "amend", id, amount, 500, expiry, expiry, sender=sender)

    @rule(number=picks, who=st.sampled_from([BENEFICIARY, BENEFICIARY, CONFIRMER, APPLICANT, STRANGER]))
    @precondition(lambda self: any(self.is_pending(id) for id in self.ids))
    def agree(self, number: int, who: bytes) -> None:
        pending = [id for id in self.ids if self.is_pending(id)]
        id = pending[number % len(pending)] if number % 8 else self.ids[number % len(self.ids)]
        credit, proposal = self.counter.of(id), self.credits.read("amendment", id)
        agreed = {
            BENEFICIARY: proposal["beneficiary_agreed"],
            CONFIRMER: proposal["confirmer_agreed"],
            APPLICANT: proposal["applicant_agreed"],
        } | {who: True}
        new = proposal["amount"] + proposal["amount"] * proposal["tolerance"] // 10_000
        room = new >= credit["drawn"] + credit["reserved"]
        grows = new > credit["deposit"] + credit["funded"]
        grows |= credit["state"] == CONFIRMED and new > credit["confirmed_cover"]
        holds = agreed[BENEFICIARY] and agreed[CONFIRMER] and agreed[APPLICANT]
        allowed = (
            self.is_pending(id) and who != STRANGER and (not holds or (room and (not grows or self.takes_money())))
        )
        self.attempt(self.credits, allowed, "agree", id, proposal["number"], sender=who)
        if allowed and holds:
            assert self.counter.of(id)["terms"]["expiry"] == proposal["expiry"]

    def is_pending(self, id: bytes) -> bool:
        proposal = self.credits.read("amendment", id)
        return self.counter.of(id)["state"] in RUNNING and proposal["number"] > 0 and now() <= proposal["expiry"]

    @rule(number=picks, caller=callers, aim=aims, shipped_ago=st.sampled_from([0, 0, 0, PERIOD, PERIOD + 1]))
    @precondition(lambda self: any(self.has_room(self.counter.of(id)) for id in self.ids))
    def present(self, number: int, caller: bytes | None, aim: tuple[str, int], shipped_ago: int) -> None:
        fitting = [id for id in self.ids if self.has_room(self.counter.of(id))]
        id = fitting[number % len(fitting)] if number % 8 else self.ids[number % len(self.ids)]
        credit = self.counter.of(id)
        sender = caller or BENEFICIARY
        left = largest(credit) - credit["drawn"] - credit["reserved"]
        amount = aimed(left, aim)
        allowed = (
            credit["state"] in RUNNING
            and sender == BENEFICIARY
            and now() <= credit["terms"]["expiry"]
            and shipped_ago <= PERIOD
            and 0 < amount <= left
            and len(self.credits.read("open_presentations", id)) < 8
        )
        arguments = (id, amount, DOCUMENTS, now() - shipped_ago, 500)
        self.attempt(self.credits, allowed, "present", *arguments, sender=sender)

    def has_room(self, credit: Any) -> bool:
        left = largest(credit) - credit["drawn"] - credit["reserved"]
        return credit["state"] in RUNNING and now() <= credit["terms"]["expiry"] and left > 0

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.has_open())
    def notice(self, number: int, caller: bytes | None) -> None:
        id, which, shown = self.pick_open(number, refused=False)
        credit = self.counter.of(id)
        sender = caller or (CONFIRMER if credit["state"] == CONFIRMED and number % 2 else ISSUER)
        own = {
            ISSUER: not shown["issuer_refused"],
            CONFIRMER: credit["state"] == CONFIRMED and not shown["confirmer_refused"] and not shown["confirmer_paid"],
        }
        in_time = now() <= shown["examination_deadline"]
        allowed = shown["state"] == OPEN and in_time and own.get(sender, False)
        if allowed or number % 3 == 0:
            self.attempt(self.credits, allowed, "notice", id, which, LATE, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(each["issuer_refused"] and each["state"] == OPEN for _, _, each in self.shown()))
    def waive(self, number: int, caller: bytes | None) -> None:
        id, which, shown = self.pick_open(number, refused=True)
        sender = caller or APPLICANT
        allowed = shown["state"] == OPEN and sender == APPLICANT and shown["issuer_refused"] and not shown["waived"]
        self.attempt(self.credits, allowed, "waive", id, which, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.has_open())
    def honour(self, number: int, caller: bytes | None) -> None:
        id, which, shown = self.pick_open(number, refused=False)
        sender = caller or ISSUER
        silent = not shown["issuer_refused"] and now() > shown["examination_deadline"]
        allowed = (
            shown["state"] == OPEN and (not shown["issuer_refused"] or shown["waived"]) and (sender == ISSUER or silent)
        )
        self.attempt(self.credits, allowed, "honour", id, which, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.has_open() and self.any_in(CONFIRMED))
    def honour_confirmed(self, number: int, caller: bytes | None) -> None:
        id, which, shown = self.pick_open(number)
        sender = caller or CONFIRMER
        silent = now() > shown["examination_deadline"]
        allowed = (
            shown["state"] == OPEN
            and self.counter.of(id)["state"] == CONFIRMED
            and not shown["confirmer_refused"]
            and not shown["confirmer_paid"]
            and (sender == CONFIRMER or silent)
        )
        if allowed or number % 3 == 0:
            self.attempt(self.credits, allowed, "honour_confirmed", id, which, sender=sender)

    @rule(number=picks, caller=callers, discount=st.sampled_from([0, 250, 500, 500, 501]))
    @precondition(lambda self: self.has_open())
    def negotiate(self, number: int, caller: bytes | None, discount: int) -> None:
        id, which, shown = self.pick_open(number, refused=False)
        sender = caller or NOMINATED
        price = shown["amount"] - (shown["amount"] * discount + 5_000) // 10_000
        allowed = (
            shown["state"] == OPEN
            and sender == NOMINATED
            and shown["claimant"] == BENEFICIARY
            and not shown["issuer_refused"]
            and not shown["confirmer_refused"]
            and discount <= 500
            and self.takes_money()
        )
        if allowed or number % 3 == 0:
            self.attempt(self.credits, allowed, "negotiate", id, which, discount, sender=sender)
        if allowed:
            self.bought += price

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(each["issuer_refused"] and each["state"] == OPEN for _, _, each in self.shown()))
    def take_back(self, number: int, caller: bytes | None) -> None:
        id, which, shown = self.pick_open(number, refused=True)
        sender = caller or shown["claimant"]
        allowed = shown["state"] == OPEN and sender == shown["claimant"]
        self.attempt(self.credits, allowed, "take_back", id, which, sender=sender)

    @rule(number=picks, caller=st.sampled_from([BENEFICIARY, STRANGER, ISSUER]))
    @precondition(lambda self: self.any_in(*RUNNING) and len(self.ids) > 3)
    def expire(self, number: int, caller: bytes) -> None:
        id, credit = self.pick(number, *RUNNING)
        over = now() > credit["terms"]["expiry"] or credit["drawn"] == largest(credit) or caller == BENEFICIARY
        idle = self.credits.read("open_presentations", id) == ()
        allowed = credit["state"] in RUNNING and over and idle
        if allowed or number % 4 == 0:
            self.attempt(self.credits, allowed, "expire", id, sender=caller)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=st.booleans())
    @precondition(lambda self: self.any_in(DRAFTED, *RUNNING) and len(self.ids) > 3)
    def exit(self, number: int, caller: bytes, patient: bool) -> None:
        id, credit = self.pick(number, DRAFTED, *RUNNING)
        deadline = self.credits.read("last_deadline", id)
        if patient and number % 5 == 0:
            wait_until(deadline + 1)
        allowed = credit["state"] in (DRAFTED, *RUNNING) and now() > deadline
        if allowed or number % 4 == 0:
            self.attempt(self.credits, allowed, "exit", id, sender=caller)

    @rule(who=st.sampled_from(EVERYONE), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: any(self.credits.read("claimable", MONEY, who) for who in EVERYONE))
    def claim(self, who: bytes, caller: bytes) -> None:
        owed = [each for each in EVERYONE if self.credits.read("claimable", MONEY, each)]
        who = owed[0] if self.credits.read("claimable", MONEY, who) == 0 else who
        mode = self.counter.money.read("mode")
        blocked = mode == BLOCKS_ONE and self.counter.money.read("blocked") == who
        self.attempt(self.credits, self.takes_money() and not blocked, "claim", MONEY, who, sender=caller)

    @rule(mode=st.sampled_from([HONEST, HONEST, HONEST, HONEST, RETURNS_NOTHING, REVERTS]))
    def change_mood(self, mode: int) -> None:
        self.counter.money.do("set_mode", mode)

    @rule(who=st.sampled_from([BENEFICIARY, NOMINATED, ISSUER, CONFIRMER]))
    def block(self, who: bytes) -> None:
        self.counter.money.do("block", who)

    @rule(number=picks, off=st.integers(-1, 1))
    @precondition(lambda self: self.has_open())
    def wait_for_the_examination(self, number: int, off: int) -> None:
        _, _, shown = self.pick_open(number)
        wait_until(shown["examination_deadline"] + off)

    @rule(number=picks, off=st.integers(-1, 1))
    @precondition(lambda self: len(self.ids) > 3)
    def wait_for_the_expiry(self, number: int, off: int) -> None:
        if number % 4 == 0:
            wait_until(self.pick(number)[1]["terms"]["expiry"] + off)

    @invariant()
    def the_books_balance(self) -> None:
        held = 0
        for id in self.ids:
            credit = self.counter.of(id)
            shown = [each for credit_id, _, each in self.shown() if credit_id == id]
            waiting = sum(each["amount"] for each in shown if each["state"] == OPEN and not each["confirmer_paid"])
            honoured = sum(each["amount"] for each in shown if each["state"] == HONOURED)
            confirmed = sum(each["amount"] for each in shown if each["confirmer_paid"])
            drawn = sum(each["amount"] for each in shown if each["state"] == HONOURED or each["confirmer_paid"])
            assert credit["reserved"] == waiting
            assert credit["cover_used"] == honoured
            assert credit["confirmer_used"] == confirmed
            assert credit["drawn"] == drawn
            assert drawn + waiting <= largest(credit)
            assert credit["state"] not in RUNNING or credit["deposit"] + credit["funded"] >= largest(credit)
            assert all(not each["issuer_refused"] or each["waived"] for each in shown if each["state"] == HONOURED)
            inside = credit["deposit"] + credit["funded"] - honoured + credit["confirmed_cover"] - confirmed
            expected = 0 if credit["state"] == CLOSED else inside
            assert self.credits.read("held", id) == expected
            held += expected
        claims = sum(self.credits.read("claimable", MONEY, who) for who in EVERYONE)
        balance = self.counter.money.read("balanceOf", CREDIT)
        assert self.credits.read("liabilities", MONEY) == held + claims == balance

    @invariant()
    def everyone_has_what_the_credits_say(self) -> None:
        credits = [self.counter.of(id) for id in self.ids]
        closed = [each for each in credits if each["state"] == CLOSED]
        home = sum(max(0, each["deposit"] - each["cover_used"]) for each in closed)
        assert self.gained(APPLICANT) == home - sum(each["deposit"] for each in credits)
        home = sum(each["funded"] - max(0, each["cover_used"] - each["deposit"]) for each in closed)
        assert self.gained(ISSUER) == home - sum(each["funded"] for each in credits)
        home = sum(each["confirmed_cover"] - each["confirmer_used"] for each in closed)
        reimbursed = sum(
            shown["amount"] for _, _, shown in self.shown() if shown["state"] == HONOURED and shown["confirmer_paid"]
        )
        assert self.gained(CONFIRMER) == home + reimbursed - sum(each["confirmed_cover"] for each in credits)
        # A bank that buys pays the beneficiary: between them they have each drawing once.
        assert self.gained(BENEFICIARY) + self.gained(NOMINATED) == sum(each["drawn"] for each in credits)
        assert self.gained(BENEFICIARY) >= self.bought >= 0
        assert self.gained(STRANGER) == 0

    def gained(self, who: bytes) -> int:
        return self.counter.gained(who) + int(self.credits.read("claimable", MONEY, who))


def test_credits_keep_their_truths_through_random_histories() -> None:
    run(CreditMachine)


@pytest.mark.long
def test_credits_keep_their_truths_through_many_random_histories() -> None:
    run(CreditMachine, calls=LONG_CALLS, steps=60)
