"""Questions under long random histories: one answer an attestor, and what is final never changes.

There is no token here: a question holds no money. Of others the contract asks nothing but a signature, in a static call
that may fail.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, picks, run
from tests.contracts.placed import Placed, now, wait_until
from tests.contracts.signers import Signer

KEYS = [Signer(number) for number in range(21, 25)]
STRANGER = Signer(99)
TERM_S = 1_000
DEFAULT = 3
ANSWERS = [0, 1, 1, 1]


class ConditionsMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.conditions = Placed(load("conditions"), b"\xe8" * 20, tally=self.tally)
        self.facts: list[bytes] = []
        # Of each fact: who answered what, as this machine remembers it, and the first final outcome it saw.
        self.answers: dict[bytes, dict[bytes, int]] = {}
        self.seen: dict[bytes, int] = {}
        self.written: set[bytes] = set()
        self.prepare(3, 1)

    @rule(attestors=st.integers(1, 4), more=st.sampled_from([1, 1, 1, 1, 1, 0, 2]))
    @precondition(lambda self: len(self.facts) < 8)
    def prepare(self, attestors: int, more: int) -> None:
        """Mostly just more than half must agree."""
        quorum = attestors // 2 + more
        named = [key.address for key in KEYS[:attestors]]
        allowed = attestors // 2 < quorum <= attestors
        outcome = self.attempt(
            self.conditions,
            allowed,
            "prepare",
            b"\7" * 32,
            named,
            quorum,
            now() + TERM_S,
            DEFAULT,
            sender=STRANGER.address,
        )
        if allowed:
            self.facts.append(outcome.result)
            self.answers[outcome.result] = {}

    def is_open(self, id: bytes) -> bool:
        return not self.conditions.read("outcome", id)[0]

    def pick(self, number: int) -> bytes:
        fitting = [id for id in self.facts if self.is_open(id)]
        chosen = fitting if fitting and number % 10 else self.facts
        return chosen[number % len(chosen)]

    @rule(
        number=picks,
        who=picks,
        answer=st.sampled_from(ANSWERS),
        signed=st.booleans(),
        forged=st.sampled_from([False] * 9 + [True]),
    )
    @precondition(lambda self: any(self.is_open(id) for id in self.facts))
    def attest(self, number: int, who: int, answer: int, signed: bool, forged: bool) -> None:
        id = self.pick(number)
        silent = [key for key in KEYS if key.address not in self.answers[id]]
        named = [key for key in silent if self.conditions.read("is_attestor", id, key.address)]
        chosen = named if named and who % 10 else [*KEYS, STRANGER]
        key = chosen[who % len(chosen)]
        allowed = (
            self.is_open(id)
            and key.address not in self.answers[id]
            and self.conditions.read("is_attestor", id, key.address)
        )
        if signed:
            digest = self.conditions.read("attestation_digest", id, key.address, answer, bytes(32))
            signature = (STRANGER if forged else key).sign(digest)
            allowed = allowed and (not forged or key is STRANGER)
            arguments = (key.address, answer, bytes(32), signature)
            self.attempt(self.conditions, allowed, "attest_signed", id, *arguments, sender=STRANGER.address)
        else:
            self.attempt(self.conditions, allowed, "attest", id, answer, bytes(32), sender=key.address)
        if allowed:
            self.answers[id][key.address] = answer

    def quorum_of(self, id: bytes) -> int | None:
        """The answer that enough attestors gave."""
        given = list(self.answers[id].values())
        needed = self.conditions.read("condition", id)["quorum"]
        agreed = [answer for answer in set(given) if given.count(answer) >= needed]
        assert len(agreed) <= 1
        return agreed[0] if agreed else None

    @rule(number=picks)
    @precondition(lambda self: self.unwritten(agreed=True))
    def finalise(self, number: int) -> None:
        id = self.pick_final(number, agreed=True)
        allowed = id not in self.written and self.quorum_of(id) is not None
        self.attempt(self.conditions, allowed, "finalise", id, sender=STRANGER.address)
        if allowed:
            self.written.add(id)

    @rule(number=picks)
    @precondition(lambda self: self.unwritten(agreed=False))
    def default_outcome(self, number: int) -> None:
        id = self.pick_final(number, agreed=False)
        expired = now() > self.conditions.read("last_deadline", id)
        allowed = id not in self.written and self.quorum_of(id) is None and expired
        self.attempt(self.conditions, allowed, "default_outcome", id, sender=STRANGER.address)
        if allowed:
            self.written.add(id)

    def unwritten(self, *, agreed: bool) -> list[bytes]:
        """Those that are final by a quorum, or by their default, and not written down yet."""
        final = [id for id in self.facts if not self.is_open(id) and id not in self.written]
        return [id for id in final if (self.quorum_of(id) is not None) is agreed]

    def pick_final(self, number: int, *, agreed: bool) -> bytes:
        chosen = self.unwritten(agreed=agreed) if number % 10 else self.facts
        return chosen[number % len(chosen)]

    @rule(number=picks, off=st.integers(-1, 1))
    @precondition(lambda self: self.facts)
    def wait_for_an_expiry(self, number: int, off: int) -> None:
        wait_until(self.conditions.read("last_deadline", self.facts[number % len(self.facts)]) + off)

    @invariant()
    def what_is_final_is_right_and_stays(self) -> None:
        for id in self.facts:
            final, value = self.conditions.read("outcome", id)
            agreed = self.quorum_of(id)
            expired = now() > self.conditions.read("last_deadline", id)
            assert final == (agreed is not None or expired)
            if final:
                assert value == (DEFAULT if agreed is None else agreed)
                assert self.seen.setdefault(id, value) == value
            assert (self.conditions.read("condition", id)["state"] == 2) == (id in self.written)

    def at_the_end(self) -> None:
        """Whoever stayed silent: after the expiry every question is final."""
        wait_until(now() + TERM_S + 1)
        assert not any(self.is_open(id) for id in self.facts)
        self.what_is_final_is_right_and_stays()


def test_facts_are_final_once_through_random_histories() -> None:
    run(ConditionsMachine)


@pytest.mark.long
def test_facts_are_final_once_through_many_random_histories() -> None:
    run(ConditionsMachine, calls=LONG_CALLS, steps=60)
