"""Plants small mistakes (mutants) in contracts, one at a time, and counts how many the tests of the contract find.

A run samples mutants by seed and remembers each verdict as it comes: an interrupted run goes on where it stopped.
`--report` writes docs/contracts/mutation.md from what is on record. `--recheck N` tries again N mutants that are on
record as killed, drawn over all contracts, and ends with 1 if one now survives. Mutants of a contract are tried once
its tests have passed without any.
"""

import argparse
import itertools
import json
import random
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.mutation.errors import MutationError
from scripts.mutation.operators import OPERATORS, Mutant, mutants
from scripts.mutation.report import Verdict, page
from scripts.mutation.trial import Copy, own_copy, preload, run_unchanged, tests_of, try_mutant

ROOT: Final = Path(__file__).resolve().parent.parent
RECORD: Final = ROOT / "docs" / "contracts" / "mutation"
PAGE: Final = ROOT / "docs" / "contracts" / "mutation.md"
ARGUMENTS: Final = ROOT / "docs" / "contracts" / "equivalent_mutants.toml"
TARGETS: Final = ("escrow", "ecash", "trade", "receivable", "factoring", "mandate", "pbm")
SHARED: Final = {"claims.vy", "ids.vy", "deadlines.vy", "split.vy", "signatures.vy", "reasons.vy"}
"""Modules of many contracts: they are mutated with escrow alone."""
SHARED_WITH: Final = "escrow"
SAMPLE: Final = 150
SEED: Final = 1
TIMEOUT_FACTOR: Final = 4.0
"""Of the time that the unchanged tests take: a mutant that makes them endless is found out by that."""
LEAST_TIMEOUT_S: Final = 60.0
UNCHANGED_TIMEOUT_S: Final = 1_800.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="CONTRACT", help=f"default: {', '.join(TARGETS)}")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"mutants a contract (default {SAMPLE})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the sample (default {SEED})")
    parser.add_argument(
        "--part", default="1/1", help="I/N: every Nth mutant from the Ith on, to share a run between processes"
    )
    parser.add_argument("--recheck", type=int, metavar="N", help="try N mutants on record as killed again")
    parser.add_argument("--again", action="store_true", help="try survivors on record again")
    parser.add_argument("--report", action="store_true", help="only write the page from what is on record")
    arguments = parser.parse_args()
    if arguments.report:
        return _report()
    try:
        if arguments.recheck is not None:
            return _recheck(arguments.recheck)
        part, parts = (int(each) for each in arguments.part.split("/"))
        with own_copy(ROOT) as copy:
            orders = {name: _shuffled(name, arguments.seed) for name in arguments.names or TARGETS}
            preload(copy)
            for name, order in orders.items():
                _run(copy, name, order, arguments.sample, arguments.seed, part, parts, again=arguments.again)
    except MutationError as error:
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _run(
    copy: Copy, name: str, order: Sequence[Mutant], sample: int, seed: int, part: int, parts: int, *, again: bool
) -> None:
    """Until `sample` mutants have a verdict that counts."""
    known = {verdict.id: verdict for verdict in _recorded(name)}
    if again:
        known = {id: verdict for id, verdict in known.items() if verdict.outcome != "survived"}
    tests = tests_of(copy, [name])
    log = copy.root / "output.txt"
    timeout_s = _time_limit(copy, name, tests, log)
    print(f"{name}: {len(order)} mutants", flush=True)
    counted = 0
    for index, mutant in enumerate(order):
        if counted >= sample:
            break
        verdict = known.get(mutant.id)
        if verdict is None:
            if index % parts != part - 1:
                counted += 1  # another process tries it; roughly as many of its mutants count as of ours
                continue
            tried = time.monotonic()
            outcome = try_mutant(copy, name, mutant, tests, timeout_s, log)
            verdict = _remember(name, seed, mutant, outcome, time.monotonic() - tried)
            print(f"{name} {counted + 1}/{sample} line {mutant.line} {mutant.operator}: {outcome}", flush=True)
        counted += verdict.counts


def _time_limit(copy: Copy, name: str, tests: Sequence[str], log: Path) -> float:
    """In seconds, for one mutant, from a run of the tests without any. Raises UnchangedTestsFail."""
    took = run_unchanged(copy, name, tests, UNCHANGED_TIMEOUT_S, log)
    print(f"{name}: {len(tests)} test files pass unchanged in {took:.0f} s", flush=True)
    return max(LEAST_TIMEOUT_S, TIMEOUT_FACTOR * took)


def _recheck(count: int) -> int:
    """Killed mutants die again; drawn by a seed that is printed."""
    seed = random.SystemRandom().randrange(2**32)
    chosen = [(name, verdict.id) for name in TARGETS for verdict in _recorded(name) if verdict.outcome == "killed"]
    random.Random(seed).shuffle(chosen)
    print(f"{count} mutants on record as killed, drawn with seed {seed}", flush=True)
    tried, survivors = 0, []
    by_name = {name: {mutant.id: mutant for mutant in _mutants(name)} for name in TARGETS}
    chosen = [(name, id) for name, id in chosen if id in by_name[name]][:count]
    with own_copy(ROOT) as copy:
        preload(copy)
        log = copy.root / "output.txt"
        for name, drawn in itertools.groupby(sorted(chosen), key=lambda pair: pair[0]):
            tests = tests_of(copy, [name])
            timeout_s = _time_limit(copy, name, tests, log)
            for _, id in drawn:
                mutant = by_name[name][id]
                outcome = try_mutant(copy, name, mutant, tests, timeout_s, log)
                tried += 1
                print(f"{tried}/{len(chosen)} {name} line {mutant.line} {mutant.operator}: {outcome}", flush=True)
                if not outcome.startswith("killed"):
                    survivors.append(mutant)
    print(f"{tried - len(survivors)} passed, {len(survivors)} failed")
    if len(chosen) < count:
        print(f"only {len(chosen)} mutants on record are still in the sources: run scripts/mutate again")
        return 1
    return 1 if survivors else 0


def _shuffled(name: str, seed: int) -> list[Mutant]:
    found = _mutants(name)
    random.Random(f"{seed} {name}").shuffle(found)
    return found


def _mutants(name: str) -> list[Mutant]:
    from contracts import load

    artifact = load(name)
    found = []
    for path, source in sorted(artifact.sources.items()):
        if path.endswith(".vy") and (Path(path).name not in SHARED or name == SHARED_WITH):
            found += mutants(path, source)
    return found


def _recorded(name: str) -> Iterator[Verdict]:
    path = RECORD / f"{name}.jsonl"
    if path.exists():
        for line in path.read_text().splitlines():
            yield Verdict(**json.loads(line))


def _remember(name: str, seed: int, mutant: Mutant, outcome: str, seconds: float) -> Verdict:
    verdict = Verdict(
        id=mutant.id,
        path=mutant.path,
        function=mutant.function,
        operator=mutant.operator,
        before=mutant.before,
        after=mutant.after,
        outcome=outcome,
        seed=seed,
        seconds=round(seconds, 1),
    )
    RECORD.mkdir(parents=True, exist_ok=True)
    with (RECORD / f"{name}.jsonl").open("a") as file:
        file.write(verdict.as_json() + "\n")
    return verdict


def _report() -> int:
    rows: dict[str, Sequence[Verdict]] = {}
    survived_once: set[str] = set()
    for name in TARGETS:
        recorded = list(_recorded(name))
        latest = {verdict.id: verdict for verdict in recorded}
        current = {mutant.id for mutant in _mutants(name)}
        rows[name] = [verdict for verdict in latest.values() if verdict.id in current]
        survived_once |= {verdict.id for verdict in recorded if verdict.counts and not verdict.killed}
    arguments: dict[str, Any] = tomllib.loads(ARGUMENTS.read_text()) if ARGUMENTS.exists() else {}
    text, low = page(rows, survived_once, arguments, OPERATORS)
    PAGE.write_text(text)
    print(f"written: {PAGE.relative_to(ROOT)}")
    for name in low:
        print(f"{name}: under 90 % of its mutants are killed", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
