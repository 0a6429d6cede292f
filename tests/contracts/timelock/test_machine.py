"""The timelock under long random histories: what is executed was published, waited, and was vetoed by nobody."""

from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, mostly, picks, run
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

ACCOUNTS = [bytes([0x61 + number]) * 20 for number in range(4)]
AT = b"\xd6" * 20
DAY = 24 * 60 * 60
DELAY, KEY_DELAY, GRACE = 2 * DAY, 30 * DAY, 14 * DAY

callers = mostly(None, *ACCOUNTS, AT)


@dataclass
class Operation:
    target: bytes
    data: bytes
    mints: int
    keys: tuple[bytes, bytes] | None
    ready_at: int
    state: int = 1

    def is_live(self) -> bool:
        return self.state == 1 and now() <= self.ready_at + GRACE

    def makes_sense(self) -> bool:
        return self.keys is None or self.keys[0] != self.keys[1]


class TimelockMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.keys = (ACCOUNTS[0], ACCOUNTS[1])
        self.timelock = Placed(load("timelock"), AT, *self.keys, DELAY, tally=self.tally)
        self.token = hostile_token(b"\xd7" * 20)
        self.minted = 0
        self.operations: dict[bytes, Operation] = {}
        self.queue(5, None)

    @rule(amount=st.integers(1, 9), caller=callers)
    def queue(self, amount: int, caller: bytes | None) -> None:
        sender = caller or self.keys[0]
        data = self.token.artifact.encode_call("mint", ACCOUNTS[3], amount)
        self.put(Operation(self.token.address, data, amount, None, now() + DELAY), sender, sender == self.keys[0])

    @rule(numbers=st.tuples(st.integers(0, 3), st.integers(0, 3)), second=st.booleans(), caller=callers)
    def queue_keys(self, numbers: tuple[int, int], second: bool, caller: bytes | None) -> None:
        sender = caller or self.keys[second]
        keys = (ACCOUNTS[numbers[0]], ACCOUNTS[numbers[1]])
        data = self.timelock.artifact.encode_call("set_keys", *keys)
        self.put(Operation(AT, data, 0, keys, now() + KEY_DELAY), sender, sender in self.keys)

    def put(self, operation: Operation, sender: bytes, allowed: bool) -> None:
        outcome = self.attempt(self.timelock, allowed, "queue", operation.target, operation.data, sender=sender)
        if outcome.accepted:
            self.operations[outcome.result] = operation

    @rule(number=picks, second=st.booleans(), caller=callers)
    @precondition(lambda self: sum(each.is_live() for each in self.operations.values()) > 1)
    def veto(self, number: int, second: bool, caller: bytes | None) -> None:
        id, operation = self.pick(number)
        sender = caller or self.keys[second]
        allowed = operation.is_live() and sender in self.keys
        if self.attempt(self.timelock, allowed, "veto", id, sender=sender).accepted:
            operation.state = 3

    @rule(number=picks, who=st.sampled_from(ACCOUNTS), forged=st.sampled_from([False] * 9 + [True]))
    @precondition(lambda self: any(each.is_live() for each in self.operations.values()))
    def execute(self, number: int, who: bytes, forged: bool) -> None:
        id, operation = self.pick(number)
        if number % 4:
            wait_until(operation.ready_at)
        data = operation.data + b"\0" if forged else operation.data
        allowed = operation.is_live() and now() >= operation.ready_at and not forged and operation.makes_sense()
        if self.attempt(self.timelock, allowed, "execute", id, data, sender=who).accepted:
            operation.state = 2
            self.minted += operation.mints
            self.keys = operation.keys or self.keys

    @rule(number=picks, off=st.sampled_from([-1, 0, 0, 1, GRACE, GRACE + 1]))
    @precondition(lambda self: any(each.is_live() for each in self.operations.values()))
    def its_time_comes(self, number: int, off: int) -> None:
        _, operation = self.pick(number)
        wait_until(operation.ready_at + off)

    @invariant()
    def nothing_happened_that_was_not_executed(self) -> None:
        assert self.token.read("balanceOf", ACCOUNTS[3]) == self.minted
        assert (self.timelock.read("proposer"), self.timelock.read("guardian")) == self.keys
        assert self.keys[0] != self.keys[1]

    @invariant()
    def states_are_the_models(self) -> None:
        for id, operation in list(self.operations.items())[-3:]:
            state = 4 if operation.state == 1 and not operation.is_live() else operation.state
            assert self.timelock.read("operation", id)["state"] == state

    def at_the_end(self) -> None:
        """Whichever key is left can bring in a new other one."""
        heir = b"\x71" * 20
        data = self.timelock.artifact.encode_call("set_keys", heir, self.keys[1])
        id = self.timelock.do("queue", AT, data, sender=self.keys[1])
        wait(KEY_DELAY)
        self.timelock.do("execute", id, data)
        assert self.timelock.read("proposer") == heir

    def pick(self, number: int) -> tuple[bytes, Operation]:
        """Mostly one that can be executed, else one that lives, sometimes any."""
        known = list(self.operations.items())
        live = [each for each in known if each[1].is_live()]
        ripe = [each for each in live if now() >= each[1].ready_at and each[1].makes_sense()]
        chosen = (ripe or live or known) if number % 10 != 3 else known
        return chosen[number % len(chosen)]


def test_timelock_under_random_histories() -> None:
    run(TimelockMachine)


@pytest.mark.long
def test_timelock_under_long_random_histories() -> None:
    run(TimelockMachine, calls=LONG_CALLS, steps=60)
