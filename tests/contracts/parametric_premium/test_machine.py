"""Covers under long random histories: values at the threshold, attestors who vote or stay silent, clocks at the end."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.contracts.deal_room import STRANGER, DealMachine
from tests.contracts.machine import LONG_CALLS, mostly, picks, run
from tests.contracts.parametric_premium.covers import (
    AMOUNT,
    GRACE,
    HOLDER,
    INSURER,
    LIVE,
    OFFERED,
    PARTIES,
    PREMIUM,
    THRESHOLD,
    Insured,
)
from tests.contracts.placed import now, wait_until

EVERYONE = [*PARTIES, STRANGER]
callers = mostly(None, *EVERYONE)


class CoverMachine(DealMachine):
    NAME = "parametric_premium"
    RECORD = "cover"
    PARTIES = PARTIES

    @initialize()
    def deploy(self) -> None:
        self.insured = Insured(tally=self.tally)
        self.room, self.contract, self.token = self.insured, self.insured.contract, self.insured.token
        self.known: list[bytes] = []
        self.gains = dict.fromkeys(PARTIES, 0)
        for default in (0, THRESHOLD):
            self.offer(default)

    def fact(self, cover: Any) -> tuple[bool, int]:
        final, value = self.insured.facts.read("outcome", cover["question"])
        return bool(final), int(value)

    def settle_by(self, cover: Any) -> None:
        pays = self.fact(cover)[1] >= THRESHOLD
        self.gains[HOLDER] += AMOUNT if pays else 0
        self.gains[INSURER] += PREMIUM if pays else AMOUNT + PREMIUM

    @rule(default=st.sampled_from([0, THRESHOLD - 1, THRESHOLD]))
    @precondition(lambda self: len(self.known) < 6 and sum(self.record(id)["held"] > 0 for id in self.known) < 3)
    def offer(self, default: int) -> None:
        terms = self.insured.terms(self.insured.question(default))
        outcome = self.attempt(self.contract, self.takes_money(AMOUNT), "offer", *terms, sender=INSURER)
        if outcome.accepted:
            self.known.append(outcome.result)
            self.gains[INSURER] -= AMOUNT

    @rule(number=picks, caller=callers, late=st.sampled_from([None] * 6 + [0, 1]))
    @precondition(lambda self: any(self.may_be_bought(self.record(id)) for id in self.known))
    def buy(self, number: int, caller: bytes | None, late: int | None) -> None:
        fitting = [id for id in self.known if self.may_be_bought(self.record(id))]
        chosen = fitting if number % 8 else self.known
        id, sender = chosen[number // 8 % len(chosen)], caller or HOLDER
        cover = self.record(id)
        if late is not None:
            wait_until(cover["pay_deadline"] + late)
        allowed = self.may_be_bought(cover) and sender == HOLDER and self.takes_money(PREMIUM)
        if self.attempt(self.contract, allowed, "buy", id, sender=sender).accepted:
            self.gains[HOLDER] -= PREMIUM

    def may_be_bought(self, cover: Any) -> bool:
        return cover["state"] == OFFERED and now() <= cover["pay_deadline"] and not self.fact(cover)[0]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.known) > 2 and self.any_in(OFFERED))
    def withdraw(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, OFFERED), caller or INSURER
        allowed = self.record(id)["state"] == OFFERED and sender == INSURER
        if self.attempt(self.contract, allowed, "withdraw", id, sender=sender).accepted:
            self.gains[INSURER] += AMOUNT

    @rule(number=picks, value=st.sampled_from([0, THRESHOLD - 1, THRESHOLD, 2**256 - 1]))
    @precondition(lambda self: self.any_in(LIVE))
    def attestors_agree(self, number: int, value: int) -> None:
        cover = self.record(self.some(number, LIVE))
        if not self.fact(cover)[0]:
            self.insured.decide(cover["question"], value)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), late=st.sampled_from([None, None, 0, 1, 1]))
    @precondition(lambda self: self.any_in(LIVE))
    def settle(self, number: int, caller: bytes, late: int | None) -> None:
        id = self.some(number, LIVE)
        cover = self.record(id)
        if late is not None:
            wait_until(cover["fact_deadline"] + late)
        allowed = cover["state"] == LIVE and self.fact(cover)[0]
        if self.attempt(self.contract, allowed, "settle", id, sender=caller).accepted:
            self.settle_by(cover)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.known) > 1 and self.any_in(OFFERED, LIVE))
    def exit(self, number: int, off: int, caller: bytes) -> None:
        id = self.some(number, OFFERED, LIVE)
        cover = self.record(id)
        last = cover["pay_deadline"] if cover["state"] == OFFERED else cover["fact_deadline"] + GRACE
        wait_until(last + off)
        allowed = cover["state"] in (OFFERED, LIVE) and now() > last
        if self.attempt(self.contract, allowed, "exit", id, sender=caller).accepted:
            if cover["state"] == OFFERED:
                self.gains[INSURER] += AMOUNT
            else:
                self.settle_by(cover)


def test_covers_keep_their_truths_through_random_histories() -> None:
    run(CoverMachine, calls=300)


@pytest.mark.long
def test_covers_keep_their_truths_through_many_random_histories() -> None:
    run(CoverMachine, calls=LONG_CALLS, steps=60)
