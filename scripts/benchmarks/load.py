"""Validators under load through JSON-RPC: throughput, finality, bytes on disk, resident memory.

The load generator is a process of its own on the same machine, and takes its share of it.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psutil

from scripts.benchmarks.errors import BenchmarkFailed
from scripts.benchmarks.figures import Figure
from scripts.benchmarks.generator import Job, Outcome
from scripts.benchmarks.payments import balances, fund, payee, payer
from scripts.network import ROOT, Network, development_network

PAYERS: Final = 40
BATCH: Final = 50
QUEUE_S: Final = 4.0
"""How long what is under way would take, so that no block waits for the generator: fewer and the pool runs empty
whenever a block is final."""
LEAST_UNDER_WAY, MOST_UNDER_WAY = 400, 8_000
PACED_SHARE: Final = 0.7
"""Of the sustained throughput: at the limit itself finality only says how long the queue is."""
SIGNED_PER_SECOND: Final = 5_000
NOT_LEDGER: Final = frozenset({"ballast", "node.log", "node.pid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    validators: int
    block_period_ms: int
    engine: str
    runs: int
    seconds: float


@dataclass(slots=True)
class Measured:
    """Memory and disk: one number a validator."""

    full: list[Outcome] = field(default_factory=list)
    paced: list[Outcome] = field(default_factory=list)
    idle_mib: list[float] = field(default_factory=list)
    loaded_mib: list[float] = field(default_factory=list)
    disk_bytes: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Processor milliseconds a transaction, of each validator, in the runs at full load."""


def measure_load(setting: Setting, tell: Callable[[str], None]) -> Sequence[Figure]:
    title = "one validator" if setting.validators == 1 else f"{setting.validators} validators"
    tell(f"{title}, blocks every {setting.block_period_ms} ms: starting")
    with (
        tempfile.TemporaryDirectory(prefix="jiaozi-bench-") as path,
        development_network(
            Path(path) / "net",
            validators=setting.validators,
            block_period_ms=setting.block_period_ms,
            extra=("--engine", setting.engine),
        ) as network,
    ):
        measured = _Bench(network, setting, title, tell).measure()
    return _figures(title, setting, measured)


class _Bench:
    def __init__(self, network: Network, setting: Setting, title: str, tell: Callable[[str], None]) -> None:
        self._network, self._setting, self._title, self._tell = network, setting, title, tell
        self._processes = [psutil.Process(validator.pid) for validator in network.validators]
        self._under_way = LEAST_UNDER_WAY

    def measure(self) -> Measured:
        measured = Measured(idle_mib=self._memory())
        fund(self._network, [payer("payer", index, self._network.chain_id).address for index in range(PAYERS)])
        warm = self._run(self._setting.seconds / 2, None)
        self._under_way = min(max(int(QUEUE_S * warm.overall), LEAST_UNDER_WAY), MOST_UNDER_WAY)
        disk, cpu = self._disk(), self._cpu()
        for number in range(self._setting.runs):
            measured.full.append(self._run(self._setting.seconds, None))
            self._say(f"run {number + 1}, as fast as they take it", measured.full[-1])
        sent = sum(run.sent for run in measured.full)
        measured.cpu_ms = [(after - before) * 1000 / sent for before, after in zip(cpu, self._cpu(), strict=True)]
        if any(run.sustained == 0 for run in measured.full):
            raise BenchmarkFailed("a run had fewer than two blocks: give it more --seconds")
        rate = PACED_SHARE * statistics.median(run.sustained for run in measured.full)
        for number in range(self._setting.runs):
            measured.paced.append(self._run(self._setting.seconds, rate))
            self._say(f"run {number + 1}, {rate:,.0f} a second", measured.paced[-1])
        sent += sum(run.sent for run in measured.paced)
        measured.disk_bytes = [(after - before) / sent for before, after in zip(disk, self._disk(), strict=True)]
        measured.loaded_mib = self._memory()
        return measured

    def _run(self, seconds: float, rate: float | None) -> Outcome:
        job = Job(
            urls=tuple(self._network.urls),
            chain_id=self._network.chain_id,
            payers=PAYERS,
            transfers=int(seconds * (rate * 1.2 if rate else SIGNED_PER_SECOND)) // PAYERS * PAYERS + PAYERS * BATCH,
            batch=BATCH,
            in_flight=self._under_way,
            seconds=seconds,
            rate=rate,
        )
        before = self._received()
        outcome = _generate(job)
        self._check(outcome, before)
        return outcome

    def _check(self, outcome: Outcome, before: Sequence[int]) -> None:
        """No transaction lost, none failed, on any validator. Raises BenchmarkFailed."""
        if outcome.lost:
            raise BenchmarkFailed(f"{outcome.lost} of {outcome.sent} transactions never became final")
        received = [after - then for after, then in zip(self._received(), before, strict=True)]
        if any(count != outcome.sent for count in received):
            raise BenchmarkFailed(f"{outcome.sent} transfers are final, but the payees got {received}")

    def _received(self) -> list[int]:
        """What the payees have, all together, says each validator."""
        payees = [payee("load", index) for index in range(PAYERS)]
        return [sum(balances(self._network.client(index), payees)) for index in range(self._setting.validators)]

    def _memory(self) -> list[float]:
        return [process.memory_info().rss / 2**20 for process in self._processes]

    def _cpu(self) -> list[float]:
        times = [process.cpu_times() for process in self._processes]
        return [each.user + each.system for each in times]

    def _disk(self) -> list[int]:
        return [_bytes_on_disk(validator.data_dir) for validator in self._network.validators]

    def _say(self, what: str, outcome: Outcome) -> None:
        self._tell(
            f"{self._title}: {what}: {outcome.sustained:,.0f}/s, finality p50 {outcome.finality_p50_ms:,.0f} ms, "
            f"p99 {outcome.finality_p99_ms:,.0f} ms, {outcome.sent:,} sent, none lost"
        )


def _generate(job: Job) -> Outcome:
    """Runs the load generator. Raises BenchmarkFailed where it fails; its words are on standard error."""
    command = [sys.executable, str(Path(__file__).with_name("generator.py"))]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(job)) + "\n")
        process.stdin.flush()
        if process.stdout.readline() != "ready\n":
            raise BenchmarkFailed("the load generator did not get ready; its words are above")
        result, _ = process.communicate("go\n")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise BenchmarkFailed("the load generator failed; its words are above")
    return Outcome(**json.loads(result))


def _bytes_on_disk(folder: Path) -> int:
    """Blocks taken, not lengths. A file that LevelDB deletes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        if path.name not in NOT_LEDGER:
            try:
                total += path.stat().st_blocks * 512
            except FileNotFoundError:
                continue
    return total


def _figures(title: str, setting: Setting, measured: Measured) -> Sequence[Figure]:
    full, paced = measured.full, measured.paced
    how = (
        f"signed ecash transfers of {PAYERS} senders in batches of {BATCH} eth_sendRawTransaction, spread over all "
        f"validators; done when every validator serves the block (each asked every 50 ms); blocks every "
        f"{setting.block_period_ms} ms, gas limit 30 M; no more under way than {QUEUE_S:.0f} s take; load "
        "generator on the same machine"
    )
    before = "signing (before the clock starts), TLS, distance; clients that ask for anything else"
    rate = f"{PACED_SHARE:.0%} of the sustained throughput"
    checked = {"in every run": "none lost, all succeeded, the payees' balances agree on every validator"}

    def figure(
        name: str,
        unit: str,
        samples: Sequence[float],
        each: str,
        *words: str,
        runs: Sequence[Outcome] = (),
        **details: object,
    ) -> Figure:
        includes, excludes = words
        return Figure(
            group=title,
            name=name,
            unit=unit,
            samples=tuple(samples),
            each=each,
            includes=includes,
            excludes=excludes,
            details=details,
            runs=[asdict(run) for run in runs],
        )

    return (
        figure(
            "throughput sustained",
            "transfers/s",
            [run.sustained for run in full],
            "runs",
            f"from the first block to the last while sending: {how}",
            before,
            **checked,
            generator="; ".join(
                f"{run.generator_cpu_s / run.seconds:.0%} of a core" + (", RAN OUT" if run.ran_out else "")
                for run in full
            ),
            runs=full,
        ),
        figure(
            "throughput from first sending to last finality",
            "transfers/s",
            [run.overall for run in full],
            "runs",
            "the same runs with their first block and the time after sending ended",
            before,
        ),
        figure(
            "processor time",
            "ms/transfer",
            measured.cpu_ms,
            "validators",
            "user and system time of a validator's process in those runs, over all transfers",
            "the load generator's",
        ),
        figure(
            f"finality p50 at {rate}",
            "ms",
            [run.finality_p50_ms for run in paced],
            "runs",
            f"from before the batch is sent to the last validator serving the block; {how}",
            before,
            runs=paced,
        ),
        figure(f"finality p99 at {rate}", "ms", [run.finality_p99_ms for run in paced], "runs", "as above", before),
        figure(
            "bytes on disk",
            "bytes/transfer",
            measured.disk_bytes,
            "validators",
            "what a validator's folder grew by over all those runs: blocks, receipts, every state (archive, as devnet "
            "runs), certificates, the journal of accepted transactions, LevelDB's log and tables as they then were",
            "the ballast file (64 MiB, fixed), the text log; compaction still to come; pruning",
        ),
        figure(
            "resident memory, idle",
            "MiB",
            measured.idle_mib,
            "validators",
            "the process after start, before any transaction",
            "the page cache",
        ),
        figure(
            "resident memory, after load",
            "MiB",
            measured.loaded_mib,
            "validators",
            "the process after all those runs",
            "the page cache",
        ),
    )
