"""The load generator: a process of its own that pays through every validator and watches every validator.

Standard input: the job, one JSON line; then, once we have said "ready", a line that starts the clock. Standard
output: "ready", then the result, one JSON line.

Rules: everything is signed before the clock starts. A payer's transactions go to one validator, in nonce order, in
batches of eth_sendRawTransaction. A transaction is done when every validator has served a block with it. No more
than `in_flight` are under way at once; where the job names a rate, they are also sent no faster than that.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from scripts.benchmarks.connection import CallRefused, Connection
from scripts.benchmarks.errors import BenchmarkFailed
from scripts.benchmarks.figures import percentile
from scripts.benchmarks.payments import hashes, payee, payer, transfers
from scripts.network import to_hex

POLL_S: Final = 0.05
"""How often each validator is asked for its next block: finality is late by half of this on average."""
DRAIN_LIMIT_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`rate` is transfers/s over all validators, None for as fast as they take it."""

    urls: tuple[str, ...]
    chain_id: int
    payers: int
    transfers: int
    batch: int
    in_flight: int
    seconds: float
    rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`sustained` is over the time between the first and the last block that became final while we sent; `overall`
    from the first sending to the last finality. `ran_out`: more could have been sent than was signed. `held_back_s`:
    seconds that senders waited for room under `in_flight`, all together."""

    sent: int
    lost: int
    blocks: int
    sustained: float
    overall: float
    finality_p50_ms: float
    finality_p99_ms: float
    finality_max_ms: float
    ran_out: bool
    held_back_s: float
    generator_cpu_s: float
    seconds: float


class Book:
    """What was sent when, and where it is final. One lock; times are the monotonic clock's."""

    def __init__(self, validators: int) -> None:
        self._validators = validators
        self.room = threading.Condition()
        self.sent: dict[str, tuple[float, int]] = {}
        self.final: dict[str, float] = {}
        self.under_way = [0] * validators
        self._seen: dict[str, int] = {}
        self._blocks: dict[int, str] = {}
        self.failure: BaseException | None = None

    def send(self, transactions: Sequence[str], validator: int) -> None:
        now = time.monotonic()
        with self.room:
            self.sent.update(dict.fromkeys(transactions, (now, validator)))
            self.under_way[validator] += len(transactions)

    def serve(self, block: dict[str, Any], now: float) -> None:
        """One validator has this block."""
        with self.room:
            known = self._blocks.setdefault(int(block["number"], 16), block["hash"])
            if known != block["hash"]:
                raise BenchmarkFailed(f"two blocks {block['number']}: {known} and {block['hash']}")
            for transaction in block["transactions"]:
                self._seen[transaction] = self._seen.get(transaction, 0) + 1
                if self._seen[transaction] == self._validators and transaction in self.sent:
                    self.final[transaction] = now
                    self.under_way[self.sent[transaction][1]] -= 1
            self.room.notify_all()

    @property
    def waiting(self) -> int:
        return sum(self.under_way)


class Sender:
    """Sends what one validator gets."""

    def __init__(self, book: Book, job: Job, validator: int, raws: Sequence[str]) -> None:
        self._book, self._job, self._validator = book, job, validator
        self._raws, self._hashes = raws, hashes(raws)
        self._connection = Connection(job.urls[validator])
        self._most = job.in_flight // len(job.urls)
        self._pause_s = 0.0 if job.rate is None else job.batch * len(job.urls) / job.rate
        self.ran_out = False
        self.held_back_s = 0.0

    def run(self, began: float) -> None:
        deadline = began + self._job.seconds
        # Paced senders take turns, so that the load is even.
        due = began + self._pause_s * self._validator / len(self._job.urls)
        for first in range(0, len(self._raws), self._job.batch):
            time.sleep(max(0.0, min(due, deadline) - time.monotonic()))
            due = max(due + self._pause_s, time.monotonic() if self._pause_s == 0 else 0.0)
            if not self._wait_for_room(deadline):
                return
            self._send(slice(first, first + self._job.batch))
        self.ran_out = True

    def _wait_for_room(self, deadline: float) -> bool:
        """False when it is time to stop."""
        book = self._book
        began = time.monotonic()
        with book.room:
            while book.failure is None and book.under_way[self._validator] + self._job.batch > self._most:
                if not book.room.wait(deadline - time.monotonic()):
                    break
        self.held_back_s += time.monotonic() - began
        return book.failure is None and time.monotonic() < deadline

    def _send(self, part: slice) -> None:
        self._book.send(self._hashes[part], self._validator)
        answered = self._connection.batch("eth_sendRawTransaction", self._raws[part])
        if answered != self._hashes[part]:
            raise BenchmarkFailed("a validator answered with other hashes than those that we sent")


def watch(book: Book, url: str, first: int, stop: threading.Event) -> None:
    """Reads one validator's blocks from `first` on as they become final."""
    connection = Connection(url)
    number = first
    while not stop.is_set():
        block = connection.call("eth_getBlockByNumber", hex(number), False)
        if block is None:
            stop.wait(POLL_S)
            continue
        book.serve(block, time.monotonic())
        number += 1
    connection.close()


def run(job: Job, wait_for_start: Callable[[], None]) -> Outcome:
    """Raises what went wrong in any of the threads."""
    book = Book(len(job.urls))
    senders = [Sender(book, job, index, raws) for index, raws in enumerate(_sign(job))]
    heads = [int(Connection(url).call("eth_blockNumber"), 16) for url in job.urls]
    wait_for_start()
    stop = threading.Event()
    began, cpu = time.monotonic(), time.process_time()
    watchers = [_thread(book, watch, book, url, head + 1, stop) for url, head in zip(job.urls, heads, strict=True)]
    for thread in [_thread(book, sender.run, began) for sender in senders]:
        thread.join()
    ended = time.monotonic()
    _drain(book, ended + DRAIN_LIMIT_S)
    stop.set()
    for thread in watchers:
        thread.join()
    if book.failure is not None:
        raise book.failure
    return _outcome(book, senders, began, ended, time.process_time() - cpu)


def _sign(job: Job) -> list[list[str]]:
    """What each validator gets."""
    count = len(job.urls)
    payers = [payer("payer", index, job.chain_id) for index in range(job.payers)]
    connection = Connection(job.urls[0])
    for each in payers:
        each.nonce = int(connection.call("eth_getTransactionCount", to_hex(each.address), "latest"), 16)
    connection.close()
    payees = [payee("load", index) for index in range(job.payers)]
    return [
        list(transfers(payers[index::count], payees[index::count], job.transfers // count)) for index in range(count)
    ]


def _thread(book: Book, work: Callable[..., None], *arguments: object) -> threading.Thread:
    def guarded() -> None:
        try:
            work(*arguments)
        except BaseException as error:  # the thread's boundary: the main thread raises it
            with book.room:
                book.failure = error
                book.room.notify_all()

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    return thread


def _drain(book: Book, deadline: float) -> None:
    with book.room:
        while book.waiting and book.failure is None and book.room.wait(deadline - time.monotonic()):
            pass


def _outcome(book: Book, senders: Sequence[Sender], began: float, ended: float, cpu_s: float) -> Outcome:
    if not book.final:
        raise BenchmarkFailed(f"none of {len(book.sent)} transactions became final within {DRAIN_LIMIT_S:.0f} s")
    finality = [(at - book.sent[transaction][0]) * 1000 for transaction, at in book.final.items()]
    moments = sorted(book.final.values())
    last = moments[-1]
    return Outcome(
        sent=len(book.sent),
        lost=len(book.sent) - len(book.final),
        blocks=len(set(moments)),
        sustained=_sustained([at for at in moments if at <= ended]),
        overall=len(moments) / (last - began),
        finality_p50_ms=percentile(finality, 50),
        finality_p99_ms=percentile(finality, 99),
        finality_max_ms=max(finality),
        ran_out=any(sender.ran_out for sender in senders),
        held_back_s=sum(sender.held_back_s for sender in senders),
        generator_cpu_s=cpu_s,
        seconds=last - began,
    )


def _sustained(moments: Sequence[float]) -> float:
    """Finalities after the first block's, over the time that they took: blocks come whole, and the first is half
    full. 0 where there was but one block."""
    if not moments or moments[0] == moments[-1]:
        return 0.0
    return sum(at > moments[0] for at in moments) / (moments[-1] - moments[0])


def main() -> int:
    entries = json.loads(sys.stdin.readline())
    job = Job(**{**entries, "urls": tuple(entries["urls"])})

    def wait_for_start() -> None:
        print("ready", flush=True)
        sys.stdin.readline()

    try:
        outcome = run(job, wait_for_start)
    except (BenchmarkFailed, CallRefused, OSError, HTTPException) as error:
        print(f"load generator: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(outcome)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
