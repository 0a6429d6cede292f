"""Stays under long random histories: claims at the deposit, answers at the deadline, a token with moods."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.contracts.deal_room import HASH, STRANGER, DealMachine
from tests.contracts.hotel_deposit.stays import (
    ANSWER,
    ARBITER,
    CLAIMED,
    CLOSED,
    CONTESTED,
    GUEST,
    HOTEL,
    NIGHTS,
    OPEN,
)
from tests.contracts.machine import LONG_CALLS, aimed, aims, mostly, picks, run
from tests.contracts.placed import now, wait_until

EVERYONE = [GUEST, HOTEL, ARBITER, STRANGER]
LIVE = (OPEN, CLAIMED, CONTESTED)
callers = mostly(None, *EVERYONE)


class HotelMachine(DealMachine):
    NAME = "hotel_deposit"
    RECORD = "stay"
    PARTIES = (GUEST, HOTEL, ARBITER)

    def begin(self) -> None:
        for deposit in (1_000, 7):
            self.open(deposit)

    def settle(self, stay: Any, to_hotel: int) -> None:
        self.gains[HOTEL] += to_hotel
        self.gains[GUEST] += stay["held"] - to_hotel

    @rule(deposit=st.integers(1, 2_000))
    @precondition(lambda self: len(self.known) < 4)
    def open(self, deposit: int) -> None:
        terms = (HOTEL, ARBITER, self.token.address, deposit, now() + NIGHTS, ANSWER, HASH)
        id = self.contract.read("next_id", GUEST)
        if self.attempt(self.contract, self.takes_money(deposit), "open", *terms, sender=GUEST).accepted:
            self.known.append(id)
            self.gains[GUEST] -= deposit

    @rule(number=picks, aim=aims, caller=callers, early=st.sampled_from([0, 0, 0, 0, 1]))
    @precondition(lambda self: self.any_in(OPEN))
    def claim_damage(self, number: int, aim: tuple[str, int], caller: bytes | None, early: int) -> None:
        id, sender = self.some(number, OPEN), caller or HOTEL
        stay = self.record(id)
        wait_until(stay["check_out"] - early)
        amount = aimed(stay["deposit"], aim)
        allowed = (
            stay["state"] == OPEN
            and sender == HOTEL
            and stay["check_out"] <= now() <= stay["deadline"]
            and 0 < amount <= stay["deposit"]
        )
        if self.attempt(self.contract, allowed, "claim_damage", id, amount, HASH, sender=sender).accepted:
            self.gains[GUEST] += stay["deposit"] - amount

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(CLAIMED, CONTESTED))
    def accept(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, CLAIMED, CONTESTED), caller or GUEST
        stay = self.record(id)
        allowed = stay["state"] in (CLAIMED, CONTESTED) and sender == GUEST
        if self.attempt(self.contract, allowed, "accept", id, sender=sender).accepted:
            self.settle(stay, stay["held"])

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(CLAIMED))
    def contest(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, CLAIMED), caller or GUEST
        stay = self.record(id)
        allowed = stay["state"] == CLAIMED and sender == GUEST and now() <= stay["deadline"]
        self.attempt(self.contract, allowed, "contest", id, HASH, sender=sender)

    @rule(number=picks, aim=aims, caller=callers)
    @precondition(lambda self: self.any_in(CONTESTED))
    def rule_on(self, number: int, aim: tuple[str, int], caller: bytes | None) -> None:
        id, sender = self.some(number, CONTESTED), caller or ARBITER
        stay = self.record(id)
        to_hotel = aimed(stay["held"], aim)
        allowed = (
            stay["state"] == CONTESTED and sender == ARBITER and now() <= stay["deadline"] and to_hotel <= stay["held"]
        )
        if self.attempt(self.contract, allowed, "rule", id, to_hotel, sender=sender).accepted:
            self.settle(stay, to_hotel)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.known) > 2 and self.any_in(*LIVE))
    def give_back(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, *LIVE), caller or HOTEL
        stay = self.record(id)
        if self.attempt(
            self.contract, stay["state"] != CLOSED and sender == HOTEL, "give_back", id, sender=sender
        ).accepted:
            self.settle(stay, 0)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.any_in(*LIVE))
    def exit(self, number: int, off: int, caller: bytes) -> None:
        id = self.some(number, *LIVE)
        stay = self.record(id)
        wait_until(stay["deadline"] + off)
        allowed = stay["state"] != CLOSED and now() > stay["deadline"]
        if self.attempt(self.contract, allowed, "exit", id, sender=caller).accepted:
            self.settle(stay, stay["held"] if stay["state"] == CLAIMED else 0)


def test_deposits_keep_their_truths_through_random_histories() -> None:
    run(HotelMachine)


@pytest.mark.long
def test_deposits_keep_their_truths_through_many_random_histories() -> None:
    run(HotelMachine, calls=LONG_CALLS, steps=60)
