"""Accounts under long random histories: passages at the caps and at midnight, brought twice or late, tags replaced."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.deal_room import DAY, STRANGER, DealMachine
from tests.contracts.machine import LONG_CALLS, mostly, picks, run
from tests.contracts.placed import now, wait, wait_until
from tests.contracts.signers import Signer
from tests.contracts.toll.tags import (
    BRING,
    DAY_CAP,
    DRIVER,
    GANTRY,
    NEXT_TAG,
    OPEN,
    OPERATOR,
    PARTIES,
    PASSAGE_CAP,
    TAG,
    passed,
    terms,
)

EVERYONE = [*PARTIES, STRANGER]
callers = mostly(None, *EVERYONE)


class TollMachine(DealMachine):
    NAME = "toll"
    RECORD = "account"
    PARTIES = PARTIES

    def begin(self) -> None:
        self.brought: set[tuple[bytes, int]] = set()
        self.paid: dict[tuple[bytes, int], int] = {}
        for deposit in (900, 60):
            self.open(deposit)

    @rule(deposit=st.integers(1, 1_500))
    @precondition(lambda self: len(self.known) < 5 and sum(self.record(id)["state"] == OPEN for id in self.known) < 3)
    def open(self, deposit: int) -> None:
        agreed = [*terms()[:-1], deposit]
        outcome = self.attempt(self.contract, self.takes_money(deposit), "open", *agreed, sender=DRIVER)
        if outcome.accepted:
            self.known.append(outcome.result)
            self.gains[DRIVER] -= deposit

    @rule(number=picks, amount=st.integers(1, 500), who=st.sampled_from(PARTIES))
    @precondition(lambda self: self.any_in(OPEN))
    def top_up(self, number: int, amount: int, who: bytes) -> None:
        id = self.some(number, OPEN)
        account = self.record(id)
        allowed = account["state"] == OPEN and now() <= account["ends"] and self.takes_money(amount)
        if self.attempt(self.contract, allowed, "top_up", id, amount, sender=who).accepted:
            self.gains[who] -= amount

    @rule(
        number=picks,
        seconds=st.sampled_from([0, 1, 1, 60, DAY]),
        ago=st.sampled_from([0] * 8 + [1, -1, BRING, BRING + 1]),
        amount=st.sampled_from([1, 60, PASSAGE_CAP - 1, PASSAGE_CAP] * 3 + [PASSAGE_CAP + 1]),
        forged=mostly(False, True),
        caller=callers,
    )
    @precondition(lambda self: self.any_in(OPEN))
    def charge(self, number: int, seconds: int, ago: int, amount: int, forged: bool, caller: bytes | None) -> None:
        wait(seconds)
        id, sender = self.some(number, OPEN), caller or OPERATOR
        account = self.record(id)
        at = now() - ago
        rightful = account["tag"] if at > account["replaced_at"] else account["former_tag"]
        tag = Signer(43) if forged else NEXT_TAG if rightful == NEXT_TAG.address else TAG
        allowed = (
            account["state"] == OPEN
            and sender == OPERATOR
            and at <= min(now(), account["ends"])
            and now() <= at + BRING
            and amount <= PASSAGE_CAP
            and (id, at) not in self.brought
            and tag.address == rightful
        )
        outcome = self.attempt(self.contract, allowed, "charge", *passed(self.room, id, amount, at, tag), sender=sender)
        if outcome.accepted:
            self.brought.add((id, at))
            day = (id, at // DAY)
            before = self.paid.get(day, 0)
            assert outcome.result == min(amount, DAY_CAP - before, account["held"])
            self.paid[day] = before + outcome.result
            self.gains[OPERATOR] += outcome.result

    @rule(number=picks, tag=st.sampled_from([NEXT_TAG.address, TAG.address, bytes(20)]), caller=callers)
    @precondition(lambda self: self.any_in(OPEN))
    def replace_tag(self, number: int, tag: bytes, caller: bytes | None) -> None:
        id, sender = self.some(number, OPEN), caller or DRIVER
        account = self.record(id)
        if number % 3:
            wait_until(account["replaced_at"] + BRING + 1)
        allowed = account["state"] == OPEN and sender == DRIVER and now() > account["replaced_at"] + BRING
        self.attempt(self.contract, allowed, "replace_tag", id, tag, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.known) > 2 and self.any_in(OPEN))
    def close(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, OPEN), caller or DRIVER
        account = self.record(id)
        in_time = now() < account["ends"]
        allowed = account["state"] == OPEN and sender == DRIVER and in_time
        if in_time or number % 8 == 0:
            self.attempt(self.contract, allowed, "close", id, sender=sender)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.known) > 2 and self.any_in(OPEN))
    def exit(self, number: int, off: int, caller: bytes) -> None:
        id = self.some(number, OPEN)
        account = self.record(id)
        last = account["ends"] + BRING
        wait_until(last + off)
        allowed = account["state"] == OPEN and now() > last
        if self.attempt(self.contract, allowed, "exit", id, sender=caller).accepted:
            self.gains[DRIVER] += account["held"]

    @invariant()
    def no_day_costs_more_than_its_cap(self) -> None:
        assert all(amount <= DAY_CAP for amount in self.paid.values())
        for id, day in self.paid:
            assert self.contract.read("charged_on", id, day) == self.paid[id, day]
        for id, at in list(self.brought)[-2:]:
            assert self.contract.read("is_brought", id, GANTRY, at)


def test_accounts_keep_their_truths_through_random_histories() -> None:
    run(TollMachine, calls=300)


@pytest.mark.long
def test_accounts_keep_their_truths_through_many_random_histories() -> None:
    run(TollMachine, calls=LONG_CALLS, steps=60)
