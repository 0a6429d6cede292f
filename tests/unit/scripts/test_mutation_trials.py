"""When a mutant counts as killed: tests failed, or ran out of time, where without it they passed. Nothing else does."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.mutation.trial import own_copy

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def told() -> dict[str, list[str]]:
    """What `trials.py` tells of each trial."""
    run = subprocess.run([sys.executable, Path(__file__).with_name("trials.py")], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    ("trial", "outcome"),
    [
        ("mutated, passes", "survived"),
        ("mutated, fails", "killed"),
        ("mutated, hangs", "killed by time"),
        ("does not compile", "stillborn"),
        ("compiles to the same", "unchanged"),
        ("unchanged, passes", "passed"),
    ],
)
def test_a_result_of_the_tests_is_an_outcome(told: dict[str, list[str]], trial: str, outcome: str) -> None:
    assert told[trial] == [outcome]


@pytest.mark.parametrize(
    ("trial", "ending", "printed"),
    [
        ("raises on import", "exit code 2", "RuntimeError: planted"),
        ("raises on import before another", "exit code 79", "RuntimeError: planted"),
        ("is interrupted", "exit code 2", "KeyboardInterrupt: planted"),
        ("ends pytest", "exit code 3", "Exit: planted"),
        ("holds no test", "exit code 5", ""),
        ("dies", "signal 9", ""),
        ("pytest does not start", "exit code 79", "no_such_plugin"),
    ],
)
def test_no_other_end_kills_a_mutant(told: dict[str, list[str]], trial: str, ending: str, printed: str) -> None:
    error, words = told[f"mutated, {trial}"]
    assert error == "TrialBroken"
    assert "of timelock" in words and f"no result: {ending}\n" in words and printed in words


@pytest.mark.parametrize(
    ("trial", "ending", "printed"),
    [
        ("fails", "exit code 1", "AssertionError: planted"),
        ("hangs", "they did not end in time", ""),
        ("raises on import", "exit code 2", "RuntimeError: planted"),
        ("holds no test", "exit code 5", ""),
        ("dies", "signal 9", ""),
        ("no test file", "there are none", ""),
    ],
)
def test_without_a_mutant_the_tests_have_to_pass(
    told: dict[str, list[str]], trial: str, ending: str, printed: str
) -> None:
    error, words = told[f"unchanged, {trial}"]
    assert error == "UnchangedTestsFail"
    assert "the tests of timelock do not pass" in words and f": {ending}\n" in words and printed in words


@pytest.mark.parametrize("planted", ["raise RuntimeError('planted')", "def test_it(): assert False, 'planted'"])
def test_in_a_tree_whose_tests_break_no_mutant_is_tried_again(planted: str) -> None:
    with own_copy(ROOT) as tree:
        record = Path("docs", "contracts", "mutation")
        shutil.copytree(ROOT / record, tree.root / record)
        for name in (path.stem for path in (ROOT / record).glob("*.jsonl")):
            (tree.root / "tests" / "contracts" / name / "test_a_planted.py").write_text(planted)
        run = subprocess.run(
            [sys.executable, "scripts/mutate.py", "--recheck", "2"], cwd=tree.root, capture_output=True, text=True
        )
    assert run.returncode == 1
    assert "error: UnchangedTestsFail: the tests of " in run.stderr and "Error: planted" in run.stderr
    assert "killed\n" not in run.stdout and "passed" not in run.stdout
