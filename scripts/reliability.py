"""The long runs, and what they said: one page a run in docs/reliability/, written by the run itself."""

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reliability"


@dataclass(frozen=True)
class Run:
    """`shown` selects lines of the output, beside the closing one and the failed tests, that belong on the page."""

    name: str
    what: str
    seeds: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    shown: str = r"(?!)"

    @property
    def command(self) -> str:
        settings = [f"{key}={value}" for key, value in self.environment.items()]
        return " ".join([*settings, "scripts/test", *(f"'{each}'" if " " in each else each for each in self.arguments)])


RUNS = (
    Run(
        "simulation",
        "Consensus, pool, chain and sync under virtual time: loss, delay, duplication, partitions, crashes that lose "
        "unsynced writes, one lying validator, validators that come and go; 4 and 7 of them.",
        "0 to 499, of draw_plan, draw_leader_losing_plan and draw_changing_plan",
        ("-m", "long", "-n", "2", "-q", "tests/simulation/test_seeds.py"),
    ),
    Run(
        "planted-bugs",
        "Five bugs planted in the consensus code, each found by the simulation.",
        "from 0 on, until found, at most 500",
        ("-q", "-rP", "-n", "2", "tests/simulation/test_planted_bugs.py"),
        shown=r".*: found with seed \d+.*",
    ),
    Run(
        "consensus-cluster",
        "The consensus core alone under virtual time, with an adversary.",
        "as in the tests' parameters",
        ("-m", "long", "-n", "2", "-q", "tests/unit/node/consensus"),
    ),
    Run(
        "kill-cycles",
        "100 times kill -9 of a validator under load: no receipt is lost, nothing is signed twice.",
        "none: real processes",
        ("-m", "long", "-q", "tests/e2e/test_faults.py", "-k", "hundred"),
    ),
    Run(
        "one-of-four-gone",
        "Each validator killed, or stopped for a minute, under payments; the pace with one dead for a minute.",
        "none: real processes",
        ("-m", "long", "-q", "tests/e2e/test_faults.py", "-k", "minute"),
    ),
    Run(
        "contract-machines",
        "Every contract under long random histories with a hostile token, each ended by the exit test.",
        "JIAOZI_SEED=1, and from there on",
        ("-m", "long", "-n", "2", "-q", "tests/contracts", "-k", "machine"),
        {"JIAOZI_SEED": "1"},
        shown=r"contract machines: .*",
    ),
    Run(
        "policy-agreement",
        "What the currency's check says of a payment is what the payment then does: 50,000 random cases.",
        "JIAOZI_SEED=1",
        ("-m", "long", "-q", "tests/contracts/policy/test_agreement.py"),
        {"JIAOZI_SEED": "1"},
    ),
    Run(
        "mutated-frames",
        "10,000 damaged frames against a node's network.",
        "JIAOZI_SEED=1",
        ("-m", "long", "-q", "tests/unit/node/network/test_mutated_frames.py"),
        {"JIAOZI_SEED": "1"},
    ),
    Run(
        "mutated-requests",
        "10,000 damaged JSON-RPC requests.",
        "JIAOZI_SEED=1",
        ("-m", "long", "-q", "tests/unit/node/rpc/test_mutated_requests.py"),
        {"JIAOZI_SEED": "1"},
    ),
    Run(
        "malformed-ledger",
        "10,000 mutated frames and jobs against a ledger's decisions, and against a live node's sockets.",
        "JIAOZI_SEED=1",
        ("-m", "long", "-q", "tests/malformed"),
        {"JIAOZI_SEED": "1"},
    ),
    Run(
        "storage-damage",
        "5,000 flipped bits, torn writes and crash schedules against the database, the record and the journal.",
        "as in the tests' parameters",
        ("-m", "long", "-n", "2", "-q", "tests/unit/node/storage"),
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(run.name for run in RUNS)}")
    names = parser.parse_args().names
    if unknown := set(names) - {run.name for run in RUNS}:
        parser.error(f"no such run: {', '.join(sorted(unknown))}")
    failed = [run.name for run in RUNS if (not names or run.name in names) and not record(run)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def record(run: Run) -> bool:
    """Runs and writes the page, also of a failure. Whether it passed."""
    print(f"{run.name}: {run.command}", file=sys.stderr, flush=True)
    commit = _commit()
    began = time.monotonic()
    code, lines = _followed(["scripts/test", *run.arguments], {**os.environ, **run.environment})
    seconds = time.monotonic() - began
    closing = next((line for line in reversed(lines) if re.search(r"\d+ (passed|failed|error)", line)), lines[-1])
    shown = [line for line in lines if line.startswith("FAILED ") or re.fullmatch(run.shown, line)]
    PAGES.mkdir(parents=True, exist_ok=True)
    (PAGES / f"{run.name}.md").write_text(_page(run, commit, seconds, [*shown, closing]), encoding="utf-8")
    print(f"{run.name}: {closing}", file=sys.stderr, flush=True)
    return code == 0


def _followed(command: list[str], environment: dict[str, str]) -> tuple[int, list[str]]:
    """Exit code and lines of a command whose output is passed on to stderr as it comes: a long run shows where it is,
    and a failed one why."""
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        output = bytearray()
        while piece := os.read(process.stdout.fileno(), 65_536):
            sys.stderr.buffer.write(piece)
            sys.stderr.flush()
            output += piece
    return process.returncode, output.decode(errors="replace").strip().splitlines()


def _commit() -> str:
    """What is about to run, and whether the checkout differs from it. Pages of other runs are no difference."""
    changed = _git("status", "--porcelain", "--", ".", ":(exclude)docs")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _page(run: Run, commit: str, seconds: float, lines: list[str]) -> str:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        [
            f"# {run.name}",
            "",
            run.what,
            "",
            "| | |",
            "|---|---|",
            f"| command | `{run.command}` |",
            f"| seeds | {run.seeds} |",
            f"| duration | {seconds:.0f} s |",
            f"| when, what, where | {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {commit}, {machine} |",
            "",
            "```",
            *lines,
            "```",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
