"""Tries mutants in a copied tree against one planted test file after the other, and prints what came of each as JSON.

A process of its own: what loads a copied tree is not fit for anything else afterwards.
"""

import dataclasses
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from scripts.mutation.errors import MutationError  # noqa: E402
from scripts.mutation.operators import Mutant, mutants  # noqa: E402
from scripts.mutation.trial import Copy, own_copy, preload, run_unchanged, try_mutant  # noqa: E402

CONTRACT = "timelock"
PLANTED = {
    "passes": "def test_it(): pass",
    "fails": "def test_it(): assert False, 'planted'",
    "hangs": "def test_it():\n    while True: pass",
    "raises on import": "raise RuntimeError('planted')",
    "is interrupted": "def test_it(): raise KeyboardInterrupt('planted')",
    "ends pytest": "import pytest\ndef test_it(): pytest.exit('planted', returncode=3)",
    "holds no test": "",
    "dies": "import os, signal\ndef test_it(): os.kill(os.getpid(), signal.SIGKILL)",
}
UNCHANGED = ("passes", "fails", "hangs", "raises on import", "holds no test", "dies")


def main() -> None:
    with own_copy(ROOT) as copy:
        preload(copy)
        path = copy.root / "tests" / "contracts" / CONTRACT / "test_planted.py"
        mutant = _mutant(copy)
        told = {}
        for planted, source in PLANTED.items():
            path.write_text(source)
            limit_s = 5.0 if planted == "hangs" else 300.0
            told[f"mutated, {planted}"] = _told(copy, mutant, [str(path)], limit_s)
            if planted in UNCHANGED:
                told[f"unchanged, {planted}"] = _told(copy, None, [str(path)], limit_s)
        path.write_text(PLANTED["raises on import"])
        path.with_name("test_planted_too.py").write_text(PLANTED["passes"])
        both = [str(path), str(path.with_name("test_planted_too.py"))]
        told["mutated, raises on import before another"] = _told(copy, mutant, both, 300.0)
        told["mutated, pytest does not start"] = _told(copy, mutant, ["-p", "no_such_plugin"], 300.0)
        told["unchanged, no test file"] = _told(copy, None, [], 300.0)
        path.write_text(PLANTED["fails"])
        told["does not compile"] = _told(copy, dataclasses.replace(mutant, after="pass pass"), [str(path)], 300.0)
        told["compiles to the same"] = _told(copy, dataclasses.replace(mutant, after=mutant.before), [str(path)], 300.0)
    print(json.dumps(told))


def _mutant(copy: Copy) -> Mutant:
    source = (copy.root / "contracts" / f"{CONTRACT}.vy").read_text()
    return next(each for each in mutants(f"{CONTRACT}.vy", source) if each.operator == "event")


def _told(copy: Copy, mutant: Mutant | None, tests: list[str], limit_s: float) -> list[str]:
    """The outcome, or the error's type and words."""
    log = copy.root / "output.txt"
    try:
        if mutant is not None:
            return [try_mutant(copy, CONTRACT, mutant, tests, limit_s, log)]
        run_unchanged(copy, CONTRACT, tests, limit_s, log)
    except MutationError as error:
        return [type(error).__name__, str(error)]
    return ["passed"]


if __name__ == "__main__":
    main()
