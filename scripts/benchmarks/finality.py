"""Finality of a lone payment: on an idle network of four validators, one at a time."""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from contracts import ECASH, load
from scripts.benchmarks.connection import Connection
from scripts.benchmarks.errors import BenchmarkFailed
from scripts.benchmarks.figures import Figure
from scripts.benchmarks.payments import TRANSFER_GAS, fund, payee, payer
from scripts.network import Payer, development_network

VALIDATORS: Final = 4
POLL_S: Final = 0.01
LIMIT_S: Final = 60.0
LEAST_PAYMENTS: Final = 5
SEED: Final = 1


def measure_finality(
    block_period_ms: int, engine: str, seconds: float, tell: Callable[[str], None]
) -> Sequence[Figure]:
    """Each of three series takes about `seconds`."""
    group = f"lone payment, blocks every {block_period_ms:,} ms"
    tell(f"{group}: starting {VALIDATORS} validators")
    with (
        tempfile.TemporaryDirectory(prefix="jiaozi-bench-") as path,
        development_network(
            Path(path) / "net",
            validators=VALIDATORS,
            block_period_ms=block_period_ms,
            extra=("--engine", engine),
        ) as network,
    ):
        one = payer("lone", 0, network.chain_id)
        fund(network, [one.address])
        series = _Series(network.urls, one, block_period_ms / 1000, seconds)
        series.run("to warm up", series.wait_for_receipt, pause=True, seconds=0)
        samples = [
            series.run("by eth_sendRawTransactionSync", series.wait_for_receipt, pause=True),
            series.run("polled on all validators", series.poll_all, pause=True),
            series.run("one right after the other", series.wait_for_receipt, pause=False),
        ]
    for (name, *_), found in zip(_SERIES, samples, strict=True):
        tell(f"{group}: {name}: median {statistics.median(found):.0f} ms over {len(found)} payments")
    return [
        Figure(
            group=group,
            name=name,
            unit="ms",
            samples=tuple(found),
            each="payments",
            includes=includes,
            excludes=f"signing, connecting, TLS, distance; other load; {excludes}",
        )
        for (name, includes, excludes), found in zip(_SERIES, samples, strict=True)
    ]


_IDLE: Final = "sent to the validators in turn, one to two block periods (at random) after the last was final"
_SERIES: Final = (
    (
        "eth_sendRawTransactionSync",
        f"one call, until the receipt is there: final on the validator that was asked; {_IDLE}",
        "the other validators' reading of it",
    ),
    (
        "final on all, by polling",
        f"eth_sendRawTransaction until each of {VALIDATORS} validators gives a receipt, each asked every "
        f"{POLL_S * 1000:.0f} ms, which loads them a little; {_IDLE}",
        "nothing else",
    ),
    (
        "eth_sendRawTransactionSync, one right after the other",
        "as the first, but sent as soon as the last is final, so that each waits for the block period too",
        "the other validators' reading of it",
    ),
)


class _Series:
    def __init__(self, urls: Sequence[str], one: Payer, period_s: float, seconds: float) -> None:
        self._urls, self._payer, self._period_s, self._seconds = urls, one, period_s, seconds
        self._connections = [Connection(url) for url in urls]
        self._call = load("ecash").encode_call("transfer", payee("lone", 0), 1)
        self._chance = random.Random(SEED)

    def run(
        self, name: str, pay: Callable[[int, str], float], *, pause: bool, seconds: float | None = None
    ) -> list[float]:
        """Milliseconds of each payment."""
        samples: list[float] = []
        deadline = time.monotonic() + (self._seconds if seconds is None else seconds)
        while len(samples) < LEAST_PAYMENTS or time.monotonic() < deadline:
            if pause:
                time.sleep(self._period_s * self._chance.uniform(1, 2))
            raw = self._payer.sign(ECASH, self._call, gas=TRANSFER_GAS)
            samples.append(pay(len(samples) % len(self._urls), raw) * 1000)
        return samples

    def wait_for_receipt(self, validator: int, raw: str) -> float:
        began = time.monotonic()
        receipt = self._connections[validator].call("eth_sendRawTransactionSync", raw, int(LIMIT_S * 1000))
        took = time.monotonic() - began
        _check(receipt)
        return took

    def poll_all(self, validator: int, raw: str) -> float:
        began = time.monotonic()
        transaction = self._connections[validator].call("eth_sendRawTransaction", raw)
        found: list[float] = []
        threads = [
            threading.Thread(target=lambda each=each: found.append(_poll(each, transaction)), daemon=True)
            for each in self._connections
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if len(found) != len(threads):
            raise BenchmarkFailed("a validator did not make the payment final; its thread's words are above")
        return max(found) - began


def _poll(connection: Connection, transaction: str) -> float:
    """When the validator first gave a receipt, on the monotonic clock."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        receipt = connection.call("eth_getTransactionReceipt", transaction)
        if receipt is not None:
            at = time.monotonic()
            _check(receipt)
            return at
        time.sleep(POLL_S)
    raise TimeoutError(f"{transaction} is not final after {LIMIT_S:.0f} s")


def _check(receipt: dict[str, object]) -> None:
    if receipt["status"] != "0x1":
        raise BenchmarkFailed("a payment of the benchmark failed")
