"""The engine alone: one thread, no network, no consensus; each step of a block timed on its own.

Figures: with recovery and roots, and that with the synced write to LevelDB. Each run is one block of transfers.
"""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.app.assembly import open_chain
from node.app.network_folder import DEVELOPMENT_CHAIN_ID, NetworkOptions, create_network, development_keys
from node.chain.chain import Chain
from node.execution.block import child_environment
from node.execution.engines import load_engine
from node.primitives.certificate import CommitCertificate, seal_digest
from node.primitives.keys import PrivateKey
from node.primitives.transaction import decode_transaction
from scripts.benchmarks.errors import BenchmarkFailed
from scripts.benchmarks.figures import Figure
from scripts.benchmarks.payments import BANK, CENTRAL_BANK, grants, payer, transfers
from scripts.network import Payer

BLOCK: Final = 500
HOLDERS: Final = 1_000
FUNDED: Final = 250
"""Holders in one block; twice as many would pass the block's gas."""
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Steps:
    """Seconds that one block took."""

    recovery: float
    execution: float
    roots: float
    write: float


def measure_engine(name: str, seconds: float, tell: Callable[[str], None]) -> Sequence[Figure]:
    tell(f"engine {name}: a chain of one validator, {HOLDERS:,} holders of ecash")
    with tempfile.TemporaryDirectory(prefix="jiaozi-bench-") as path:
        ledger = _Ledger(Path(path) / "net", name)
        try:
            runs = _runs(ledger, seconds)
        finally:
            ledger.close()
    tell(f"engine {name}: {len(runs)} blocks of {BLOCK}")
    return _figures(name, runs)


class _Ledger:
    """A chain on disk that seals its own blocks, outside the measured time."""

    def __init__(self, path: Path, engine: str) -> None:
        options = NetworkOptions(
            validators=1,
            chain_id=DEVELOPMENT_CHAIN_ID,
            block_period_ms=1000,
            development=True,
            central_bank=None,
            hosts=("127.0.0.1",),
            p2p_port=0,
            rpc_port=0,
            timestamp=int(time.time()),
        )
        folder = create_network(path, options, random_bytes=random.Random(SEED).randbytes).nodes[0]
        key = folder.validator_key()
        assert key is not None
        self._key: PrivateKey = key
        self.chain: Chain
        self.chain, self._store = open_chain(folder.database_path, folder.genesis(), load_engine(engine), archive=True)

    def close(self) -> None:
        self._store.close()

    def block(self, raws: Sequence[bytes]) -> Steps:
        """Makes and commits a block. Raises BenchmarkFailed where a transaction fails: it would be too cheap."""
        chain, parent = self.chain, self.chain.head.header
        began = time.perf_counter()
        transactions = [decode_transaction(raw) for raw in raws]
        recovered = time.perf_counter()
        environment = child_environment(
            parent,
            chain.config,
            coinbase=self._key.address,
            timestamp=max(parent.timestamp, int(time.time())),
            block_hash=chain.block_hash,
        )
        session = chain.begin(parent, environment)
        results = [session.apply(transaction) for transaction in transactions]
        result = session.finish()
        executed = time.perf_counter()
        made = chain.complete(parent, environment, transactions, result)
        rooted = time.perf_counter()
        if not all(entry.receipt.succeeded for entry in results):
            raise BenchmarkFailed("a transaction of the benchmark failed")
        digest = seal_digest(chain.config.chain_id, chain.genesis_hash, made.block.hash, 0)
        certificate = CommitCertificate(0, (self._key.sign(digest),))
        sealed = time.perf_counter()
        chain.commit(made, certificate)
        return Steps(recovered - began, executed - recovered, rooted - executed, time.perf_counter() - sealed)


def _runs(ledger: _Ledger, seconds: float) -> Sequence[Steps]:
    """At least three blocks after one to warm up; the same transactions whenever it runs."""
    keys = development_keys()
    banks = [Payer(keys[index], DEVELOPMENT_CHAIN_ID) for index in (CENTRAL_BANK, BANK)]
    holders = [payer("holder", index, DEVELOPMENT_CHAIN_ID) for index in range(HOLDERS)]
    funding = [_raw(text) for text in grants(banks[0], banks[1], [holder.address for holder in holders])]
    for first in range(0, len(funding), FUNDED):
        ledger.block(funding[first : first + FUNDED])
    chance = random.Random(SEED)
    ledger.block(_transfers(holders, chance))
    runs: list[Steps] = []
    deadline = time.monotonic() + seconds
    while len(runs) < 3 or time.monotonic() < deadline:
        runs.append(ledger.block(_transfers(holders, chance)))
    return runs


def _transfers(holders: Sequence[Payer], chance: random.Random) -> list[bytes]:
    payers = chance.sample(holders, BLOCK)
    payees = [chance.choice(holders).address for _ in payers]
    return [_raw(text) for text in transfers(payers, payees, BLOCK)]


def _raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _figures(name: str, runs: Sequence[Steps]) -> Sequence[Figure]:
    common = f"blocks of {BLOCK} ecash transfers, each of another sender, among {HOLDERS:,} holders; one thread"
    roots = [run.recovery + run.execution + run.roots for run in runs]
    steps = {
        "microseconds a transfer": [
            f"{step} {sorted(getattr(run, step) for run in runs)[len(runs) // 2] / BLOCK * 1e6:.0f}"
            for step in Steps.__dataclass_fields__
        ]
    }
    return (
        Figure(
            group=f"engine {name}",
            name="with recovery and roots",
            unit="transfers/s",
            samples=tuple(BLOCK / seconds for seconds in roots),
            each="blocks",
            includes=f"decoding, sender recovery, execution, state, transaction and receipt roots; {common}",
            excludes="signing, pool, network, consensus, JSON-RPC, writing",
            details=steps,
        ),
        Figure(
            group=f"engine {name}",
            name="and written",
            unit="transfers/s",
            samples=tuple(BLOCK / (seconds + run.write) for seconds, run in zip(roots, runs, strict=True)),
            each="blocks",
            includes=f"the above, the check of one commit seal and the synced write to LevelDB; {common}",
            excludes="signing, pool, network, consensus, JSON-RPC",
        ),
    )
