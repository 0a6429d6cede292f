"""Figures: what was measured over repeated runs, with what each includes and excludes, as a table and as JSON."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

P99_NEEDS: Final = 100
"""With fewer samples the 99th percentile is the maximum by another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`samples` is one number a run (or a payment, a validator: `each` says which), in the order they came."""

    group: str
    name: str
    unit: str
    samples: tuple[float, ...]
    each: str
    includes: str
    excludes: str
    details: Mapping[str, Any] = field(default_factory=dict)
    runs: Sequence[Mapping[str, Any]] = ()
    """What else was seen in each run; in the JSON only."""

    @property
    def median(self) -> float:
        return statistics.median(self.samples)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that `percent` of them do not exceed."""
    ordered = sorted(samples)
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


def table(figures: Sequence[Figure]) -> str:
    """For people: a line a figure, then what the figures mean."""
    rows: list[tuple[str, ...]] = [("", "median", "lowest", "highest", "", "over")]
    rows += [
        (
            f"{figure.group}: {figure.name}",
            *(_number(value) for value in (figure.median, min(figure.samples), max(figure.samples))),
            figure.unit,
            f"{len(figure.samples)} {figure.each}",
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = [_line(row, widths) for row in rows]
    for figure in figures:
        lines += ["", f"{figure.group}: {figure.name}", f"  includes  {figure.includes}"]
        lines += [f"  excludes  {figure.excludes}"]
        lines += [f"  {name}: {_detail(value)}" for name, value in figure.details.items()]
    return "\n".join(lines)


def entry(figure: Figure) -> dict[str, Any]:
    """For programs."""
    return {
        "group": figure.group,
        "name": figure.name,
        "unit": figure.unit,
        "median": round(figure.median, 3),
        "lowest": round(min(figure.samples), 3),
        "highest": round(max(figure.samples), 3),
        "p99": round(percentile(figure.samples, 99), 3) if len(figure.samples) >= P99_NEEDS else None,
        "each": figure.each,
        "samples": [round(sample, 3) for sample in figure.samples],
        "includes": figure.includes,
        "excludes": figure.excludes,
        "details": dict(figure.details),
        "runs": list(figure.runs),
    }


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    numbers = range(1, 4)
    cells = [
        text.rjust(width) if column in numbers else text.ljust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"


def _detail(value: object) -> str:
    return ", ".join(_detail(item) for item in value) if isinstance(value, list | tuple) else str(value)
