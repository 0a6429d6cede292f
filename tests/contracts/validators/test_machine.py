"""The validators under long random histories: proposals of every kind, blocks that pass one off the deadlines, and a
ledger that asks for the set at each block, as the node does.

There is no token here: the council holds no money and calls nobody. The model keeps sets as plain Python sets, and
never the contract's own arithmetic.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.council import (
    ADD,
    BALLOT_SECONDS,
    CANCEL,
    CANDIDATES,
    DECIDED,
    LAPSED,
    OPEN,
    REMOVE,
    REPLACE,
    STRANGER,
    WITHDRAWN,
    Council,
    height,
    member,
    pass_blocks,
)
from tests.contracts.machine import LONG_CALLS, Machine, mostly, picks, run
from tests.contracts.placed import now, wait

PEOPLE = sorted([*CANDIDATES, *(member(number) for number in range(1, 6))])
ENOUGH = {1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 6, 9: 6, 10: 7, 11: 8, 12: 8, 13: 9}
CALL = {ADD: "propose_add", REMOVE: "propose_remove", REPLACE: "propose_replace", CANCEL: "propose_cancel"}

# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *PEOPLE, STRANGER)


@dataclass
class Motion:
    kind: int
    leaving: bytes
    incoming: bytes
    not_before: int
    proposer: bytes
    expires: int
    approved: set[bytes] = field(default_factory=set)
    state: int = OPEN


class ValidatorsMachine(Machine):
    @initialize(count=st.integers(1, 5))
    def deploy(self, count: int) -> None:
        self.council = Council(count, tally=self.tally)
        self.members = {member(number) for number in range(1, count + 1)}
        self.ready: set[bytes] = set()
        self.motions: dict[bytes, Motion] = {}
        self.waiting: tuple[Motion, int] | None = None
        self.decided = 0
        self.seen: dict[int, list[bytes]] = {}
        for candidate in CANDIDATES[:3]:
            self.welcome(candidate)
        self.look_ahead()

    # -- the model ---------------------------------------------------------------------------------------------------

    def welcome(self, account: bytes) -> None:
        self.attempt(self.council, account not in self.ready, "set_candidate", True, sender=account)
        self.ready.add(account)

    def settle(self) -> None:
        if self.waiting is not None and height() >= self.waiting[1]:
            motion, _ = self.waiting
            self.members = (self.members - {motion.leaving}) | ({motion.incoming} - {bytes(20)})
            self.waiting = None
            self.lapse()
        for motion in self.motions.values():
            if motion.state == OPEN and now() > motion.expires:
                motion.state = LAPSED

    def lapse(self) -> None:
        for motion in self.motions.values():
            if motion.state == OPEN:
                motion.state = LAPSED

    def makes_sense(self, kind: int, leaving: bytes, incoming: bytes, not_before: int) -> bool:
        if kind == CANCEL:
            return self.waiting is not None
        if self.waiting is not None or not_before > height() + 1_000_000:
            return False
        if kind == REMOVE:
            return leaving in self.members and len(self.members) in {2, 3, *range(5, 14)}
        joins = incoming in self.ready and incoming not in self.members
        return joins and (kind == ADD or leaving in self.members)

    def can_be_decided(self, motion: Motion) -> bool:
        if motion.kind == CANCEL:
            return self.waiting is not None and height() + 2 <= self.waiting[1]
        return motion.kind == REMOVE or motion.incoming in self.ready

    def approval_is_taken(self, motion: Motion, by: bytes) -> bool:
        """Whether one more approval may come; the last one only if the decision can be carried out."""
        decides = len(motion.approved | {by}) >= ENOUGH[len(self.members)]
        return by in self.members and by not in motion.approved and (not decides or self.can_be_decided(motion))

    def approved(self, motion: Motion, by: bytes) -> None:
        motion.approved.add(by)
        if len(motion.approved) < ENOUGH[len(self.members)]:
            return
        motion.state = DECIDED
        self.decided += 1
        self.lapse()
        if motion.kind == CANCEL:
            self.waiting = None
            return
        self.ready.discard(motion.incoming)
        self.waiting = (motion, max(motion.not_before, height() + 2))

    # -- what happens ------------------------------------------------------------------------------------------------

    @rule(number=picks, repeats=mostly(False, True))
    def change_mind(self, number: int, repeats: bool) -> None:
        account = PEOPLE[number % len(PEOPLE)]
        ready = (account in self.ready) is repeats
        self.attempt(self.council, (account in self.ready) is not ready, "set_candidate", ready, sender=account)
        (self.ready.add if ready else self.ready.discard)(account)

    @rule(
        kind=st.sampled_from([ADD, ADD, REMOVE, REPLACE]),
        numbers=st.tuples(picks, picks, picks),
        ahead=st.sampled_from([0, 0, 1, 2, 3, 10, 1_000_000] * 2 + [1_000_001]),
        caller=callers,
    )
    def propose(self, kind: int, numbers: tuple[int, int, int], ahead: int, caller: bytes | None) -> None:
        self.settle()
        if self.waiting is not None and numbers[0] % 10 != 5:
            kind = CANCEL
        sender = caller or self.free_member(numbers[0])
        leaving = bytes(20) if kind in (ADD, CANCEL) else self.pick(numbers[1], self.members)
        incoming = bytes(20) if kind in (REMOVE, CANCEL) else self.pick(numbers[2], self.ready - self.members)
        not_before = 0 if kind == CANCEL else height() + ahead
        arguments = {
            ADD: [incoming, not_before],
            REMOVE: [leaving, not_before],
            REPLACE: [leaving, incoming, not_before],
            CANCEL: [],
        }[kind]
        motion = Motion(kind, leaving, incoming, not_before, sender, now() + BALLOT_SECONDS)
        allowed = (
            self.makes_sense(kind, leaving, incoming, not_before)
            and not any(each.proposer == sender and each.state == OPEN for each in self.motions.values())
            and self.approval_is_taken(motion, sender)
        )
        outcome = self.attempt(self.council, allowed, CALL[kind], *arguments, sender=sender)
        if outcome.accepted:
            self.motions[outcome.result] = motion
            self.approved(motion, sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.motions)
    def approve(self, number: int, caller: bytes | None) -> None:
        self.settle()
        id, motion = self.pick_motion(number)
        if motion.state != OPEN and number % 4:
            return
        missing = self.members - motion.approved
        sender = caller or self.pick(number, missing or self.members)
        allowed = motion.state == OPEN and self.approval_is_taken(motion, sender)
        if self.attempt(self.council, allowed, "approve", id, sender=sender).accepted:
            self.approved(motion, sender)

    @rule(number=picks)
    @precondition(lambda self: any(each.state == OPEN for each in self.motions.values()))
    def approve_until_decided(self, number: int) -> None:
        for _ in range(len(self.members)):
            self.settle()
            id, motion = self.pick_motion(10 * number)
            if motion.state == OPEN:
                self.approve_by(id, motion)

    def approve_by(self, id: bytes, motion: Motion) -> None:
        sender = min(self.members - motion.approved)
        if self.attempt(self.council, self.approval_is_taken(motion, sender), "approve", id, sender=sender).accepted:
            self.approved(motion, sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(each.state == OPEN for each in self.motions.values()))
    def withdraw(self, number: int, caller: bytes | None) -> None:
        self.settle()
        id, motion = self.pick_motion(number)
        sender = caller or motion.proposer
        allowed = motion.state == OPEN and sender == motion.proposer
        if self.attempt(self.council, allowed, "withdraw", id, sender=sender).accepted:
            motion.state = WITHDRAWN

    @rule(count=st.sampled_from([1, 1, 2, 3]))
    def blocks_pass(self, count: int) -> None:
        for _ in range(count):
            pass_blocks(1)
            self.settle()
            assert self.council.members == self.seen.get(height(), self.council.members), "a sealed block's set moved"
            self.look_ahead()

    @rule()
    @precondition(lambda self: self.waiting is not None)
    def the_change_comes(self) -> None:
        assert self.waiting is not None
        if self.waiting[1] - height() < 100:
            self.blocks_pass(max(0, self.waiting[1] - height()))

    @rule(late=st.integers(-1, 1))
    @precondition(lambda self: any(each.state == OPEN for each in self.motions.values()))
    def a_proposal_runs_out(self, late: int) -> None:
        expires = min(each.expires for each in self.motions.values() if each.state == OPEN)
        wait(max(0, expires + late - now()))
        self.settle()
        self.look_ahead()

    # -- what is true ------------------------------------------------------------------------------------------------

    def look_ahead(self) -> None:
        """The set of this block as its parent's header has named it: nothing this block executes may change it."""
        self.seen[height()] = self.council.members

    @invariant()
    def the_set_is_the_models_in_ascending_order(self) -> None:
        self.settle()
        assert self.council.members == sorted(self.members) == self.seen[height()]
        assert self.members

    @invariant()
    def the_next_block_is_sealed_by_whom_its_parent_names(self) -> None:
        """A decision in this block leaves the next one's set alone."""
        now_waiting = self.council.read("waiting_change")
        assert (now_waiting["kind"] != 0) is (self.waiting is not None)
        if self.waiting is not None:
            assert now_waiting["effective"] == self.waiting[1]
            assert now_waiting["effective"] >= now_waiting["decided_in"] + 2

    @invariant()
    def proposals_and_history_are_the_models(self) -> None:
        assert self.council.read("change_count") == self.decided
        shown = {each["id"] for each in self.council.read("open_proposals")}
        assert shown == {id for id, each in self.motions.items() if each.state == OPEN}
        for id, motion in list(self.motions.items())[-3:]:
            assert self.council.read("proposal", id)["state"] == motion.state

    def at_the_end(self) -> None:
        """Whatever happened, the members that there are can still change the set."""
        wait(BALLOT_SECONDS + 1)
        pass_blocks(1_000_001)
        self.settle()
        newcomer = b"\xf7" * 20
        self.council.welcome(newcomer)
        self.council.pass_("propose_replace", min(self.members), newcomer, 0)
        pass_blocks(2)
        assert self.council.members == sorted((self.members - {min(self.members)}) | {newcomer})

    def free_member(self, number: int) -> bytes:
        busy = {each.proposer for each in self.motions.values() if each.state == OPEN}
        return self.pick(number, (self.members - busy) if number % 10 != 7 else self.members)

    def pick(self, number: int, fitting: set[bytes]) -> bytes:
        """Mostly one that fits, sometimes anyone."""
        chosen = sorted(fitting) if fitting and number % 10 != 3 else PEOPLE
        return chosen[number % len(chosen)]

    def pick_motion(self, number: int) -> tuple[bytes, Motion]:
        known = list(self.motions.items())
        fitting = [each for each in known if each[1].state == OPEN]
        chosen = fitting if fitting and number % 10 != 3 else known
        return chosen[number % len(chosen)]


def test_validators_under_random_histories() -> None:
    run(ValidatorsMachine)


@pytest.mark.long
def test_validators_under_long_random_histories() -> None:
    run(ValidatorsMachine, calls=LONG_CALLS, steps=60)
