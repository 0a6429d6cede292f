"""Contracts under long random histories, counted and seeded.

A contract's machine derives from `Machine`, states who may do what, and predicts of every call whether it must be
accepted. `run` plays histories until enough calls were made, checks that at least half of what its rules called was
accepted (blind calls find little; what begins and ends a history does not count), and says which seed to repeat where
one fails.
"""

import os
import random
from contextlib import ExitStack
from typing import ClassVar, TypeVar

import boa
import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from tests.contracts.histories import Histories, never_seen
from tests.contracts.placed import Outcome, Placed, remember_reads, watched_by
from tests.contracts.tally import TALLIES, Tally

T = TypeVar("T")

DEFAULT_CALLS = 400
LONG_CALLS = 5_600
STEPS = 30
HISTORIES = 10
"""Played under one seed; then the next seed's begin, until the calls are enough."""

SEED_VARIABLE = "JIAOZI_SEED"

# Mostly at the limit or one off it, where mistakes are; sometimes a share.
aims = st.one_of(
    st.sampled_from([("off", -1), ("off", 0), ("off", 0), ("off", 1)]),
    st.tuples(st.just("share"), st.integers(1, 99)),
)
picks = st.integers(0, 100)


def mostly(usual: T, *others: T) -> st.SearchStrategy[T]:
    """One of the others in one of eight draws. Not by `one_of`, which takes equal choices for one."""
    return st.sampled_from([usual] * 7 * len(others) + [*others])


def aimed(limit: int, aim: tuple[str, int]) -> int:
    """An amount near a limit, never below zero."""
    kind, number = aim
    return max(0, limit + number) if kind == "off" else limit * number // 100


class Machine(RuleBasedStateMachine):
    """Everything a history did is undone when it ends; `at_the_end` is checked first."""

    tally: ClassVar[Tally] = Tally()

    def __init__(self) -> None:
        super().__init__()
        self.tally.drawing = False
        self._undone_at_the_end = ExitStack()
        self._undone_at_the_end.enter_context(boa.env.anchor())
        self._undone_at_the_end.enter_context(remember_reads())
        self._undone_at_the_end.enter_context(watched_by(Histories()))

    def at_the_end(self) -> None:
        """The exit test: what must hold, and be possible, after the last deadline."""

    @invariant()
    def rules_have_their_turn(self) -> None:
        """Invariants first hold when a history has begun: what is called from then on counts as drawn."""
        self.tally.drawing = True

    def teardown(self) -> None:
        self.tally.drawing = False
        with self._undone_at_the_end:
            self.at_the_end()

    def is_silenced(self) -> bool:
        """Whether a token burns all gas, and with it the words of whoever lets it pay in."""
        return False

    def attempt(self, contract: Placed, allowed: bool, name: str, *arguments: object, sender: bytes) -> Outcome:
        """Makes a call, which must be accepted if it is allowed and refused in words if not."""
        outcome = contract.attempt(name, *arguments, sender=sender)
        asked = f"{contract.artifact.name}.{name}{arguments} by 0x{sender.hex()}"
        if allowed:
            assert outcome.accepted, f"{asked} was refused: {outcome.words}"
        else:
            assert not outcome.accepted, f"{asked} was accepted"
            worded = not outcome.words.startswith("refused with")
            assert worded or self.is_silenced(), f"{asked} was refused without words"
        return outcome


def run(machine: type[Machine], *, calls: int = DEFAULT_CALLS, steps: int = STEPS) -> None:
    """Plays histories until `calls` were made. `JIAOZI_SEED` repeats a failure."""
    tally = machine.tally = TALLIES.setdefault(machine.__name__, Tally())
    began, drawn_before, accepted_before = tally.calls, tally.drawn, tally.drawn_accepted
    chosen = os.environ.get(SEED_VARIABLE)
    first = seed = int(chosen) if chosen else random.SystemRandom().randrange(2**32)
    while tally.calls - began < calls:
        before = tally.calls
        _play(machine, seed, steps)
        assert tally.calls > before, (
            f"{machine.__name__} makes no calls: give its contracts `tally=self.tally`; {_to_repeat(seed)}"
        )
        seed += 1
    for edge in never_seen(machine.__module__.split(".")[-2]):
        print(f"{machine.__name__} did not see {edge}")
    accepted, made = tally.drawn_accepted - accepted_before, tally.drawn - drawn_before
    assert 2 * accepted >= made, (
        f"only {accepted} of {made} calls were accepted: the generator is not guided enough; {_to_repeat(first)}"
    )


def _play(machine: type[Machine], seed: int, steps: int) -> None:
    try:
        run_state_machine_as_test(
            hypothesis.seed(seed)(machine),
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                print_blob=False,
                suppress_health_check=list(HealthCheck),
                # Not shrunk: a step takes milliseconds, and a minimal history minutes that a test does not have.
                phases=(Phase.generate,),
            ),
        )
    except BaseException:
        print(_to_repeat(seed))
        raise


def _to_repeat(seed: int) -> str:
    return f"to repeat: {SEED_VARIABLE}={seed} with the same test"
