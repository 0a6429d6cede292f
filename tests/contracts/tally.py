"""How many transactions the contracts' machines made, over all processes of a test run."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Tally:
    """Transactions tried, and those accepted. Reads do not count."""

    calls: int = 0
    accepted: int = 0


TALLIES: dict[str, Tally] = {}
"""What each machine did in this process, by its name."""


def as_rows() -> list[tuple[str, int, int]]:
    return [(name, tally.calls, tally.accepted) for name, tally in TALLIES.items()]


def summary(rows: Iterable[tuple[str, int, int]]) -> str:
    rows = list(rows)
    calls, accepted = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return f"contract machines: {len(rows)}; calls: {calls:,}; accepted: {100 * accepted // max(calls, 1)} %"
