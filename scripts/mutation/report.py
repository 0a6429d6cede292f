"""The mutation score, told: what was planted, what was found, what survived and why."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

BAR_PERCENT: Final = 90


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant."""

    id: str
    path: str
    function: str
    operator: str
    before: str
    after: str
    outcome: str
    seed: int
    seconds: float

    @property
    def counts(self) -> bool:
        """A mutant that does not compile, or compiles to the same code, says nothing of the tests."""
        return self.outcome not in ("stillborn", "unchanged")

    @property
    def killed(self) -> bool:
        return self.outcome.startswith("killed")

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def page(
    rows: Mapping[str, Sequence[Verdict]],
    survived_once: Collection[str],
    arguments: Mapping[str, str],
    operators: Mapping[str, str],
) -> tuple[str, list[str]]:
    """The page, and the contracts under the bar. `arguments` says of equivalent mutants, by id, why they are.

    `survived_once` are those that were not found when they were first tried; tests were written for them since.
    """
    lines, low, left = [], [], []
    for name, verdicts in rows.items():
        counted = [verdict for verdict in verdicts if verdict.counts]
        equivalent = [verdict for verdict in counted if not verdict.killed and verdict.id in arguments]
        killed = [verdict for verdict in counted if verdict.killed]
        survivors = [verdict for verdict in counted if not verdict.killed and verdict.id not in arguments]
        real = len(killed) + len(survivors)
        if not real or 100 * len(killed) < BAR_PERCENT * real:
            low.append(name)
        at_first = sum(verdict.id not in survived_once for verdict in killed)
        score = f"{100 * len(killed) / real:.1f} %" if real else "none tried"
        seeds = ", ".join(str(seed) for seed in sorted({verdict.seed for verdict in counted}))
        numbers = (len(counted), at_first, len(killed), len(equivalent), len(survivors))
        lines.append(f"| `{name}` | {' | '.join(map(str, numbers))} | {score} | {seeds} |")
        left += _told(name, survivors, {}) + _told(name, equivalent, arguments)
    kinds = Counter(verdict.operator for verdicts in rows.values() for verdict in verdicts if verdict.counts)
    listed = "\n".join(f"| {kind} | {words} | {kinds[kind]} |" for kind, words in operators.items())
    text = f"""# Mutation score

`scripts/mutate` plants one small mistake at a time in a contract (or in a module that is its own) and runs the
contract's tests. Those that do not compile, or compile to the same code, do not count. The score is killed over
killed and surviving; a mutant that no test could tell apart is listed with its argument and left out. "At first" are
those that the tests found before any was written for a survivor of the same sample.

A run begins with the tests of the unchanged contract, which have to pass. A mutant is killed where a test then fails,
or where the tests run on for a multiple of the time that they took. Where they end in any other way (they break down,
are interrupted, or none is found) the run stops with an error. The older of the verdicts below were counted while such
an end still passed for a kill; `scripts/mutate --recheck` tries a sample of those killed again by the rule of today.

| contract | tried | killed at first | killed now | equivalent | survive | score now | seed |
|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}

| operator | what it does | tried |
|---|---|---|
{listed}

## What survived, and what is equivalent

{chr(10).join(left) if left else "Nothing."}
"""
    return text, low


def _told(name: str, verdicts: Sequence[Verdict], arguments: Mapping[str, str]) -> list[str]:
    told = []
    for each in sorted(verdicts, key=lambda verdict: (verdict.path, verdict.function)):
        before, after = (" ".join(text.split()) for text in (each.before, each.after))
        why = f" Equivalent: {arguments[each.id]}" if each.id in arguments else ""
        told.append(f"- `{each.id}` {name}, `{each.path}`, `{each.function}`: `{before}` became `{after}`.{why}")
    return told
