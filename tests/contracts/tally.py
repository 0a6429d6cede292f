"""How many transactions the contracts' machines made, over all processes of a test run."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Tally:
    """Transactions tried, and those accepted. Reads do not count.

    `drawn` are those that a machine's rules made, in between what begins a history and what ends it.
    """

    calls: int = 0
    accepted: int = 0
    drawn: int = 0
    drawn_accepted: int = 0
    drawing: bool = False

    def count(self, *, accepted: bool) -> None:
        self.calls += 1
        self.accepted += accepted
        self.drawn += self.drawing
        self.drawn_accepted += self.drawing and accepted


TALLIES: dict[str, Tally] = {}
"""What each machine did in this process, by its name."""


def as_rows() -> list[tuple[str, int, int]]:
    return [(name, tally.calls, tally.accepted) for name, tally in TALLIES.items()]


def summary(rows: Iterable[tuple[str, int, int]]) -> str:
    rows = list(rows)
    calls, accepted = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return f"contract machines: {len(rows)}; calls: {calls:,}; accepted: {100 * accepted // max(calls, 1)} %"
