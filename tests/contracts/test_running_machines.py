"""A machine that fails says which seed repeats it, whatever it failed of."""

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.contracts import machine
from tests.contracts.machine import SEED_VARIABLE, Machine, mostly, run

SEED = 7


class Silent(Machine):
    @rule()
    def call_nothing(self) -> None:
        pass


class Blind(Machine):
    @rule()
    def be_refused(self) -> None:
        self.tally.count(accepted=False)


class Flattered(Machine):
    """Half of its calls are accepted, but those only begin its histories."""

    @initialize()
    def begin(self) -> None:
        for _ in range(100):
            self.tally.count(accepted=True)

    @rule()
    def be_refused(self) -> None:
        self.tally.count(accepted=False)


class Wrong(Machine):
    @rule()
    def fail(self) -> None:
        raise AssertionError("wrong")


@pytest.mark.parametrize(
    ("failing", "words"),
    [(Silent, "makes no calls"), (Blind, "not guided enough"), (Flattered, "not guided enough"), (Wrong, "wrong")],
)
def test_a_failure_says_its_seed(
    failing: type[Machine], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SEED_VARIABLE, str(SEED))
    monkeypatch.setattr(machine, "TALLIES", {})
    # Enough for a second seed, so that the first must be remembered.
    with pytest.raises(AssertionError, match=words) as caught:
        run(failing, calls=400)
    said = capsys.readouterr().out + str(caught.value)
    assert f"to repeat: {SEED_VARIABLE}={SEED} " in said


def test_mostly_is_seven_times_of_eight() -> None:
    counts = {"usual": 0, "one": 0, "another": 0}

    @hypothesis.seed(SEED)
    @hypothesis.settings(max_examples=20, database=None)
    @hypothesis.given(st.lists(mostly("usual", "one", "another"), min_size=100, max_size=100))
    def draw(drawn: list[str]) -> None:
        for each in drawn:
            counts[each] += 1

    draw()
    assert min(counts.values()) > 0
    assert 0.8 < counts["usual"] / sum(counts.values()) < 0.95
