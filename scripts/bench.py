"""Baseline figures: how fast, how final, how large. The table goes to standard output, talk to standard error.

Everything runs on this machine; traffic goes to loopback only; every process started here is gone at the end.
"""

import argparse
import http.client
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from node.execution import engines
from scripts.benchmarks import machine
from scripts.benchmarks.connection import CallRefused
from scripts.benchmarks.engine import measure_engine
from scripts.benchmarks.errors import BenchmarkFailed
from scripts.benchmarks.figures import Figure, entry, table
from scripts.benchmarks.finality import measure_finality
from scripts.benchmarks.load import Setting, measure_load
from scripts.network import ROOT, RpcError

LOAD_PERIOD_MS: Final = 200
SECONDS: Final = 10.0
RUNS: Final = 3
QUICK_SECONDS: Final = 3.0
QUICK_RUNS: Final = 2


def main() -> int:
    arguments = _parser().parse_args()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    about = machine.describe(ROOT)
    warnings = machine.warnings(about)
    _tell(machine.words(about))
    for warning in warnings:
        _tell(f"warning: {warning}")
    began = time.monotonic()
    try:
        figures = [figure for name in arguments.only or BENCHMARKS for figure in BENCHMARKS[name](arguments)]
    except (BenchmarkFailed, CallRefused, RpcError, OSError, httpx.HTTPError, http.client.HTTPException) as error:
        _tell(f"error: {type(error).__name__}: {error}")
        return 1
    took = time.monotonic() - began
    if arguments.json:
        settings = {"quick": arguments.quick, "seconds": _seconds(arguments), "runs": _runs(arguments)}
        document = {
            "machine": about,
            "warnings": warnings,
            "settings": {**settings, "engine": arguments.engine, "only": arguments.only},
            "tookSeconds": round(took, 1),
            "figures": [entry(figure) for figure in figures],
        }
        print(json.dumps(document, indent=2))
    text = "\n".join([machine.words(about), *(f"warning: {warning}" for warning in warnings), "", table(figures)])
    print(text, file=sys.stderr if arguments.json else sys.stdout, flush=True)
    _tell(f"done in {took:.0f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures a Jiaozi network on this machine.",
        epilog="example: scripts/bench --only four --seconds 20",
    )
    names = ", ".join(BENCHMARKS)
    lengths = f"default {SECONDS:.0f}, with --quick {QUICK_SECONDS:.0f}"
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON document for programs; the table then goes to standard error",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=tuple(BENCHMARKS),
        metavar="NAME",
        help=f"one of {names}; may be given several times",
    )
    parser.add_argument("--seconds", type=_positive, metavar="N", help=f"of each run ({lengths})")
    parser.add_argument("--quick", action="store_true", help="fewer, shorter runs: to see that it works, not to keep")
    parser.add_argument("--engine", choices=engines.NAMES, default="auto", help="of the validators (default auto)")
    return parser


def _engine(arguments: argparse.Namespace) -> Iterator[Figure]:
    for name in engines.NAMES:
        if name != "auto":
            yield from measure_engine(name, _seconds(arguments), _tell)


def _load(validators: int) -> Callable[[argparse.Namespace], Sequence[Figure]]:
    def measure(arguments: argparse.Namespace) -> Sequence[Figure]:
        setting = Setting(
            validators=validators,
            block_period_ms=LOAD_PERIOD_MS,
            engine=arguments.engine,
            runs=_runs(arguments),
            seconds=_seconds(arguments),
        )
        return measure_load(setting, _tell)

    return measure


def _finality(arguments: argparse.Namespace) -> Iterator[Figure]:
    for period_ms in (1000, 200):
        yield from measure_finality(period_ms, arguments.engine, 3 * _seconds(arguments), _tell)


BENCHMARKS: Final = {"engine": _engine, "one": _load(1), "four": _load(4), "finality": _finality}


def _seconds(arguments: argparse.Namespace) -> float:
    if arguments.seconds is not None:
        return float(arguments.seconds)
    return QUICK_SECONDS if arguments.quick else SECONDS


def _runs(arguments: argparse.Namespace) -> int:
    return QUICK_RUNS if arguments.quick else RUNS


def _positive(text: str) -> float:
    """An argparse type."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def _stop(number: int, frame: FrameType | None) -> None:
    """So that the networks are taken down on the way out."""
    raise SystemExit(128 + number)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
