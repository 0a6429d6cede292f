"""Financings under long random histories: sellers and strangers, amounts at the limit and one off it, clocks at
deadlines and one second off, money that refuses its receivers, and debtors who pay in parts.

Who may do what is stated here as a table of rights; every call must succeed if they allow it and be refused in
words if not. Each history ends with the exit test: time passes, a stranger sends every pledge to whom it belongs.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.factoring.desk import (
    ACCEPTED,
    ADVANCED,
    APPRAISER,
    CALLED,
    CLOSED,
    DAY,
    DEBTOR,
    DEFAULTED,
    EXIT_SECONDS,
    FACTORING,
    FINANCIER,
    GOODS,
    INVENTORY,
    INVOICE,
    MONEY,
    ORDER,
    OTHER,
    REQUESTED,
    SELLER,
    SETTLED,
    STRANGER,
    WEALTH,
    Desk,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until

EVERYONE = [SELLER, FINANCIER, OTHER, APPRAISER, STRANGER]
LENDERS = [FINANCIER, OTHER]
HONEST, RETURNS_NOTHING = HOSTILE_MOODS["honest"], HOSTILE_MOODS["returns nothing"]
BLOCKS_ONE = 10
FACE, RATE_CAP, LIMIT = 1_000, 8_000, 1_500
LIVE = (ADVANCED, CALLED, DEFAULTED)
DOCUMENTS = [bytes([number]) * 32 for number in (1, 2, 3)]

# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *EVERYONE)


def owed(record: Any) -> int:
    if record["state"] not in LIVE:
        return 0
    return int(record["advanced"] + record["price"] - record["principal_repaid"] - record["price_paid"])


def pledge_value(record: Any) -> int:
    units, appraised = record["pledged"], record["appraised_units"]
    return int(units * record["appraised_value"] // appraised) if units else 0


def is_covered(record: Any, principal: int) -> bool:
    return record["terms"]["kind"] != INVENTORY or pledge_value(record) * RATE_CAP >= principal * 10_000


def last_deadline(record: Any) -> int:
    ends_with_the_due_date = record["state"] in (REQUESTED, ACCEPTED, CLOSED)
    return int(record["terms"]["due_date"] + (0 if ends_with_the_due_date else EXIT_SECONDS))


def is_free(record: Any) -> bool:
    lapsed = record["state"] == ACCEPTED and now() > record["advance_deadline"]
    return lapsed or record["state"] == REQUESTED


def may_be_bid_on(record: Any) -> bool:
    return is_free(record) and now() < record["terms"]["due_date"]


def is_lent(record: Any) -> bool:
    return record["state"] in (ADVANCED, CALLED)


def is_overdue(record: Any) -> bool:
    return bool(is_lent(record) and now() > record["terms"]["due_date"])


def is_defaulted(record: Any) -> bool:
    return bool(record["state"] == DEFAULTED)


def may_be_pledged_to(record: Any) -> bool:
    in_time = record["state"] != CALLED or now() <= record["cure_deadline"]
    return (
        record["terms"]["kind"] == INVENTORY and in_time and record["state"] in (REQUESTED, ACCEPTED, ADVANCED, CALLED)
    )


def lends_on_more(record: Any) -> bool:
    return is_lent(record) and may_be_pledged_to(record)


def is_pledged(record: Any) -> bool:
    return bool(record["pledged"])


def is_secured(record: Any) -> bool:
    return is_pledged(record) and record["state"] in LIVE


def may_be_seized(record: Any) -> bool:
    uncured = record["state"] == CALLED and now() > record["cure_deadline"]
    return is_pledged(record) and (is_defaulted(record) or uncured)


class FactoringMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.desk = Desk(tally=self.tally)
        self.factoring = self.desk.factoring
        self.ids: list[bytes] = []
        self.paid_back = 0
        self.factoring.do("set_debtor_limit", DEBTOR, MONEY, LIMIT, sender=FINANCIER)
        for kind in (ORDER, INVENTORY, INVOICE):
            self.request(kind, number=kind - 1)
            self.bid(len(self.ids) - 1, None, ("off", 0), 100)
            self.accept(len(self.ids) - 1, None, off=0)
        self.advance(1, None)

    def at_the_end(self) -> None:
        self.desk.money.do("set_mode", HONEST)
        wait(120 * DAY)
        for id in self.ids:
            record = self.desk.of(id)
            if record["pledged"] or record["state"] in (REQUESTED, ACCEPTED, ADVANCED, CALLED):
                self.factoring.do("exit", id, sender=STRANGER)
            assert self.factoring.read("held", id) == 0
        for token in (MONEY, GOODS):
            for who in EVERYONE:
                if self.factoring.read("claimable", token, who):
                    self.factoring.do("claim", token, who, sender=STRANGER)
            assert self.factoring.read("liabilities", token) == 0
        assert self.desk.goods_of(FACTORING) == 0
        self.the_books_balance()

    def pick(self, number: int, fits: Callable[[Any], object]) -> tuple[bytes, Any]:
        """Mostly a financing that fits, so that most calls are good ones; sometimes any."""
        shown = [(id, self.desk.of(id)) for id in self.ids]
        fitting = [each for each in shown if fits(each[1])]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number // 8 % len(chosen)]

    def any_is(self, fits: Callable[[Any], object]) -> bool:
        return any(fits(self.desk.of(id)) for id in self.ids)

    def takes_money(self) -> bool:
        return self.desk.money.read("mode") in (HONEST, RETURNS_NOTHING, BLOCKS_ONE)

    @rule(kind=st.sampled_from([ORDER, INVENTORY, INVENTORY, INVOICE]), number=picks)
    @precondition(lambda self: len(self.ids) < 5)
    def request(self, kind: int, number: int) -> None:
        changes = {"record": bytes([100 + len(self.ids)]) * 32} if kind != INVENTORY else {"cure_seconds": 3_600}
        if kind != INVOICE:
            changes["document"] = DOCUMENTS[number % len(DOCUMENTS)]
        if kind == INVENTORY:
            changes["pledge"] = 100
        id = self.desk.request(
            kind,
            face=FACE,
            rate_cap=RATE_CAP,
            with_recourse=number % 3 > 0,
            due_date=now() + 20 * DAY,
            **changes,
        )
        if kind != INVENTORY:
            self.desk.assign(id)
        self.ids.append(id)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.ids) > 4 and self.any_is(is_free))
    def cancel(self, number: int, caller: bytes | None) -> None:
        id, record = self.pick(number, is_free)
        sender = caller or SELLER
        self.attempt(self.factoring, sender == SELLER and is_free(record), "cancel", id, sender=sender)

    @rule(number=picks, caller=callers, aim=aims, fee=st.integers(0, 300))
    @precondition(lambda self: self.any_is(may_be_bid_on))
    def bid(self, number: int, caller: bytes | None, aim: tuple[str, int], fee: int) -> None:
        id, record = self.pick(number, may_be_bid_on)
        sender = caller or LENDERS[number % 2]
        advance = aimed(FACE * RATE_CAP // 10_000, aim)
        expiry = min(now() + DAY, record["terms"]["due_date"])
        allowed = may_be_bid_on(record) and sender not in (SELLER, record["terms"]["appraiser"]) and 0 < advance <= 800
        offer = {"advance": advance, "fee": fee, "discount": 0, "expiry": expiry}
        self.attempt(self.factoring, allowed, "bid", id, offer, sender=sender)

    @rule(number=picks, caller=callers, off=st.sampled_from([0, 0, 0, 0, -1, 1]))
    @precondition(lambda self: any(self.bidders(id) for id in self.ids))
    def accept(self, number: int, caller: bytes | None, off: int) -> None:
        wanted = [(id, who) for id in self.ids for who in self.bidders(id)]
        id, financier = wanted[number % len(wanted)]
        sender, record = caller or SELLER, self.desk.of(id)
        nonce = self.factoring.read("bid_nonce", id, financier)
        expiry = self.factoring.read("bid_of", id, financier)["expiry"]
        allowed = sender == SELLER and is_free(record) and off == 0 and now() <= expiry
        self.attempt(self.factoring, allowed, "accept", id, financier, nonce + off, sender=sender)

    def bidders(self, id: bytes) -> list[bytes]:
        if not is_free(self.desk.of(id)):
            return []
        return [who for who in LENDERS if self.factoring.read("bid_of", id, who)["advance"]]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_is(self.may_be_advanced))
    def advance(self, number: int, caller: bytes | None) -> None:
        id, record = self.pick(number, self.may_be_advanced)
        sender = caller or record["financier"]
        a_party = sender in (record["financier"], SELLER)
        allowed = self.may_be_advanced(record) and a_party and self.takes_money()
        self.attempt(self.factoring, allowed, "advance", id, sender=sender)

    def may_be_advanced(self, record: Any) -> bool:
        terms = record["terms"]
        fingerprint = self.desk.register.read("fingerprint", SELLER, terms["document"])
        free = terms["kind"] == INVOICE or self.desk.register.read("lien", fingerprint)[0] == bytes(20)
        complete = terms["kind"] == INVENTORY or (
            self.desk.source.read("record", terms["record"])["live"]
            >= (FACE if terms["kind"] == INVOICE else record["advanced"] + record["price"])
            and self.undivided(record) == 0
        )
        lent = self.factoring.read("outstanding", record["financier"], DEBTOR, MONEY)
        within = record["financier"] != FINANCIER or lent + record["advanced"] <= LIMIT
        in_time = record["state"] == ACCEPTED and now() <= record["advance_deadline"]
        return bool(in_time and is_covered(record, record["advanced"]) and free and complete and within)

    def undivided(self, record: Any) -> int:
        terms = record["terms"]
        paid = self.desk.source.read("record", terms["record"])["paid"]
        return int(paid - self.factoring.read("divided", terms["source"], terms["record"]))

    @rule(number=picks, caller=st.sampled_from([SELLER, SELLER, STRANGER]), aim=aims)
    @precondition(lambda self: self.any_is(owed))
    def repay(self, number: int, caller: bytes, aim: tuple[str, int]) -> None:
        id, record = self.pick(number, owed)
        amount = aimed(owed(record), aim)
        value = min(amount, owed(record))
        outcome = self.attempt(self.factoring, value > 0 and self.takes_money(), "repay", id, amount, sender=caller)
        self.paid_back += value if outcome.accepted and caller == SELLER else 0

    @rule(number=picks, share=st.sampled_from([30, 50, 100, 100]))
    @precondition(lambda self: self.desk.money.read("mode") == HONEST)
    def pay_through_the_source(self, number: int, share: int) -> None:
        _, record = self.pick(number, lambda each: each["state"] in (ADVANCED, DEFAULTED, SETTLED))
        if record["terms"]["kind"] != INVENTORY:
            live = self.desk.source.read("record", record["terms"]["record"])["live"]
            self.desk.pay(live * share // 100, record["terms"]["record"])

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.with_proceeds())
    def waterfall(self, number: int, caller: bytes) -> None:
        waiting = self.with_proceeds()
        id = waiting[number % len(waiting)] if number % 8 else self.ids[number % len(self.ids)]
        record = self.desk.of(id)
        allowed = (
            record["terms"]["kind"] != INVENTORY and self.undivided(record) > 0 and self.has_its_source(id, record)
        )
        self.attempt(self.factoring, allowed, "waterfall", id, sender=caller)

    def with_proceeds(self) -> list[bytes]:
        records = [(id, self.desk.of(id)) for id in self.ids]
        return [id for id, each in records if each["terms"]["kind"] != INVENTORY and self.undivided(each) > 0]

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.any_is(is_overdue))
    def declare_default(self, number: int, caller: bytes) -> None:
        id, record = self.pick(number, is_overdue)
        waits = record["terms"]["kind"] != INVENTORY and self.undivided(record) > 0
        allowed = is_overdue(record) and not waits
        self.attempt(self.factoring, allowed, "declare_default", id, sender=caller)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.any_is(is_defaulted))
    def recourse(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        id, record = self.pick(number, is_defaulted)
        sender, amount = caller or record["financier"], aimed(owed(record), aim)
        value = min(amount, owed(record))
        allowed = (
            record["state"] == DEFAULTED
            and sender == record["financier"]
            and record["terms"]["with_recourse"]
            and value > 0
            and self.takes_money()
        )
        outcome = self.attempt(self.factoring, allowed, "recourse", id, amount, sender=sender)
        self.paid_back += value if outcome.accepted else 0

    @rule(number=picks, caller=callers, units=st.integers(0, 60))
    @precondition(lambda self: self.any_is(lends_on_more))
    def pledge(self, number: int, caller: bytes | None, units: int) -> None:
        id, record = self.pick(number, lends_on_more)
        sender = caller or SELLER
        allowed = may_be_pledged_to(record) and sender == SELLER and units > 0
        self.attempt(self.factoring, allowed, "pledge", id, units, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.any_is(is_secured))
    def appraise(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        id, record = self.pick(number, is_secured)
        sender = caller or APPRAISER
        # Around what the rate asks for.
        value = aimed((record["advanced"] - record["principal_repaid"]) * 10_000 // RATE_CAP, aim)
        allowed = is_pledged(record) and sender == record["terms"]["appraiser"]
        self.attempt(self.factoring, allowed, "appraise", id, value, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.callable_ids())
    def margin_call(self, number: int, caller: bytes | None) -> None:
        near = self.callable_ids()
        id = near[number % len(near)] if number % 8 else self.ids[number % len(self.ids)]
        record = self.desk.of(id)
        sender = caller or record["financier"]
        allowed = (
            record["state"] == ADVANCED
            and sender == record["financier"]
            and now() <= record["terms"]["due_date"]
            and not is_covered(record, record["advanced"] - record["principal_repaid"])
        )
        self.attempt(self.factoring, allowed, "margin_call", id, sender=sender)

    def callable_ids(self) -> list[bytes]:
        records = [(id, self.desk.of(id)) for id in self.ids]
        return [
            id
            for id, each in records
            if each["state"] == ADVANCED and not is_covered(each, each["advanced"] - each["principal_repaid"])
        ]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_is(may_be_seized))
    def seize(self, number: int, caller: bytes | None) -> None:
        id, record = self.pick(number, may_be_seized)
        sender, value = caller or record["financier"], pledge_value(record)
        units = record["pledged"] * owed(record) // value if value > owed(record) else record["pledged"]
        allowed = may_be_seized(record) and sender == record["financier"] and units > 0
        outcome = self.attempt(self.factoring, allowed, "seize", id, sender=sender)
        if outcome.accepted:
            assert outcome.event("Seized")["units"] == units
            assert outcome.event("Seized")["value"] <= owed(record)

    def with_a_pledge(self) -> list[bytes]:
        return [id for id in self.ids if self.factoring.read("held", id)]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_is(self.may_be_released))
    def release_pledge(self, number: int, caller: bytes | None) -> None:
        id, record = self.pick(number, self.may_be_released)
        sender = caller or SELLER
        pledged = record["terms"]["kind"] == INVENTORY
        over = record["state"] in (SETTLED, CLOSED) and (pledged or sender == SELLER)
        own = sender == record["financier"] and record["state"] in LIVE
        something = (
            record["pledged"] > 0 if pledged else self.undivided(record) == 0 and self.has_its_source(id, record)
        )
        self.attempt(self.factoring, (over or own) and something, "release_pledge", id, sender=sender)

    def may_be_released(self, record: Any) -> bool:
        something = is_pledged(record) if record["terms"]["kind"] == INVENTORY else self.undivided(record) == 0
        return bool(record["state"] == SETTLED and something)

    def has_its_source(self, id: bytes, record: Any) -> bool:
        """A live financing that has let its proceeds go has them no more. Each of these has a record of its own."""
        terms = record["terms"]
        return record["state"] not in LIVE or self.factoring.read("bound", terms["source"], terms["record"]) == id

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=st.sampled_from([True, True, False]))
    @precondition(lambda self: self.with_a_pledge())
    def exit(self, number: int, caller: bytes, patient: bool) -> None:
        pledged = self.with_a_pledge()
        id = pledged[number % len(pledged)]
        record = self.desk.of(id)
        # Waiting for it ends every other term too, so it is rare.
        if patient and number % 3 == 0:
            wait_until(last_deadline(record) + 1)
        allowed = now() > last_deadline(record)
        if allowed or number % 8 == 0:
            self.attempt(self.factoring, allowed, "exit", id, sender=caller)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        chosen = self.creditors() if number % 8 else EVERYONE
        who = chosen[number // 8 % len(chosen)]
        mode = self.desk.money.read("mode")
        blocked = mode == BLOCKS_ONE and self.desk.money.read("blocked") == who
        takes = mode in (HONEST, RETURNS_NOTHING, BLOCKS_ONE)
        allowed = self.factoring.read("claimable", MONEY, who) > 0 and takes and not blocked
        self.attempt(self.factoring, allowed, "claim", MONEY, who, sender=caller)

    def creditors(self) -> list[bytes]:
        return [who for who in EVERYONE if self.factoring.read("claimable", MONEY, who)]

    @rule(mode=st.sampled_from([HONEST, HONEST, HONEST, HONEST, RETURNS_NOTHING, HOSTILE_MOODS["reverts"]]))
    def change_mood(self, mode: int) -> None:
        self.desk.money.do("set_mode", mode)

    @rule(who=st.sampled_from([SELLER, *LENDERS]))
    def block(self, who: bytes) -> None:
        self.desk.money.do("block", who)

    @rule(number=picks, which=st.sampled_from(["advance", "cure", "due", "last"]), off=st.integers(-1, 1))
    def wait_for_a_deadline(self, number: int, which: str, off: int) -> None:
        _, record = self.pick(number, is_lent)
        due = record["terms"]["due_date"]
        ends = {
            "advance": record["advance_deadline"],
            "cure": record["cure_deadline"],
            "due": due if number % 3 == 0 else 0,
            "last": last_deadline(record) if number % 7 == 0 else 0,
        }
        wait_until(ends[which] + off)

    @invariant()
    def the_books_balance(self) -> None:
        records = [self.desk.of(id) for id in self.ids]
        for record in records:
            assert record["advanced"] * 10_000 <= RATE_CAP * FACE
            assert record["advanced"] + record["price"] <= FACE
            assert record["principal_repaid"] <= record["advanced"]
            assert record["price_paid"] == 0 or record["principal_repaid"] == record["advanced"]
            assert record["price_paid"] <= record["price"]
            assert record["state"] != SETTLED or record["price_paid"] == record["price"]
        pledged = sum(record["pledged"] for record in records)
        goods_claims = sum(self.factoring.read("claimable", GOODS, who) for who in EVERYONE)
        assert self.factoring.read("liabilities", GOODS) == pledged + goods_claims == self.desk.goods_of(FACTORING)
        claims = sum(self.factoring.read("claimable", MONEY, who) for who in EVERYONE)
        waiting = sum(self.undivided(record) for record in records if record["terms"]["kind"] != INVENTORY)
        assert self.factoring.read("liabilities", MONEY) == claims
        assert self.desk.money.read("balanceOf", FACTORING) == claims + waiting

    @invariant()
    def one_lien_a_fingerprint(self) -> None:
        records = [self.desk.of(id) for id in self.ids]
        live = [each["terms"]["document"] for each in records if each["state"] in LIVE]
        named = [document for document in live if document != bytes(32)]
        assert len(named) == len(set(named))

    @invariant()
    def everyone_has_what_the_financings_say(self) -> None:
        records = [self.desk.of(id) for id in self.ids]
        lent = [record for record in records if record["state"] in (*LIVE, SETTLED)]
        for who in LENDERS:
            mine = [record for record in lent if record["financier"] == who]
            got = sum(each["principal_repaid"] + each["price_paid"] - each["seized_value"] for each in mine)
            out = sum(each["advanced"] for each in mine)
            assert self.has(who) == WEALTH - out + got
            principal = sum(each["advanced"] - each["principal_repaid"] for each in mine)
            assert self.factoring.read("outstanding", who, DEBTOR, MONEY) == principal
        received = sum(record["advanced"] for record in lent) + sum(record["residual_paid"] for record in records)
        assert self.has(SELLER) == WEALTH + received - self.paid_back

    def has(self, who: bytes) -> int:
        return int(self.desk.money.read("balanceOf", who) + self.factoring.read("claimable", MONEY, who))


def test_financings_keep_their_truths_through_random_histories() -> None:
    run(FactoringMachine)


@pytest.mark.long
def test_financings_keep_their_truths_through_many_random_histories() -> None:
    run(FactoringMachine, calls=LONG_CALLS, steps=60)
