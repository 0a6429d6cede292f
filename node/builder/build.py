"""The builder: the best candidates that fit, executed in order, made into the block that would follow the head.

Rules:
- It stops at the block's gas, its bytes and a deadline, and says of each candidate that it met and left out why.
- Who has one left out has none of its later nonces tried.
- The first candidate is tried whatever the clock says: where even the start takes the whole budget, one payment a
  block still gets through.

Runs in a worker thread on a snapshot of the pool; the clock is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from node.chain.chain import Chain
from node.execution.block import Executed, child_environment
from node.execution.engine import BlockEnvironment, BlockSession
from node.execution.errors import (
    BlobFeeCapTooLow,
    BlockGasExceeded,
    FeeCapTooLow,
    InsufficientFunds,
    NonceTooHigh,
    TransactionRefused,
)
from node.execution.validity import TRANSACTION_GAS
from node.pool.candidates import Candidates
from node.pool.model import LeftOut
from node.primitives.transaction import Transaction
from node.primitives.types import Address

HEADER_ROOM: Final = 1024
"""Bytes that the header and the lists around it take at most."""

ITEM_ROOM: Final = 4
"""Bytes that RLP puts before a transaction at most."""

MAX_REPORTED: Final = 4096
"""How many that the deadline left out are reported; the rest just wait."""

MAY_PASS: Final = (NonceTooHigh, InsufficientFunds, BlockGasExceeded, FeeCapTooLow, BlobFeeCapTooLow)
"""Refusals that another block may lift."""


@dataclass(frozen=True, slots=True)
class Built:
    """A block ready to propose, and what to tell the pool."""

    executed: Executed
    left_out: tuple[LeftOut, ...]


def build_block(
    chain: Chain,
    candidates: Candidates,
    *,
    author: Address,
    timestamp: int,
    clock_ms: Callable[[], int],
    deadline_ms: int,
) -> Built:
    """The block after the head, by `author`, maybe empty; the chain keeps its result for the commit.

    `timestamp` is the time now in seconds; the block's is never below its parent's. Raises ValidatorsUnreadable
    where the candidates would leave the chain without validators.
    """
    assert chain.config.qbft is not None, "nobody here seals a foreign chain"
    parent = chain.head.header
    environment = child_environment(
        parent,
        chain.config,
        coinbase=author,
        timestamp=max(parent.timestamp, timestamp),
        block_hash=chain.block_hash,
    )
    filling = _Filling(chain.begin(parent, environment), environment, chain.config.qbft.max_block_bytes)
    filling.fill(candidates, lambda: clock_ms() >= deadline_ms)
    executed = chain.complete(parent, environment, filling.included, filling.session.finish())
    return Built(executed, tuple(filling.left_out))


@dataclass(slots=True)
class _Filling:
    """A block that is being filled. `room` is what is left of its bytes."""

    session: BlockSession
    environment: BlockEnvironment
    max_bytes: int
    included: list[Transaction] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    size: int = HEADER_ROOM

    def fill(self, candidates: Candidates, late: Callable[[], bool]) -> None:
        for transaction in candidates:
            if self.gas_left < TRANSACTION_GAS:
                self._leave_rest(transaction, candidates, "block gas limit")
                return
            if (self.included or self.left_out) and late():
                self._leave_rest(transaction, candidates, "execution budget")
                return
            if not self._take(transaction):
                candidates.skip(transaction.sender)

    @property
    def gas_left(self) -> int:
        return self.environment.gas_limit - self.session.gas_used

    def _take(self, transaction: Transaction) -> bool:
        size = len(transaction.raw) + ITEM_ROOM
        if transaction.gas > self.gas_left:
            return self._leave(transaction, _left_out("block gas limit"))
        if self.size + size > self.max_bytes:
            return self._leave(transaction, _left_out("block size limit"))
        try:
            self.session.apply(transaction)
        except TransactionRefused as refusal:
            return self._leave(transaction, str(refusal), for_good=not isinstance(refusal, MAY_PASS))
        self.included.append(transaction)
        self.size += size
        return True

    def _leave(self, transaction: Transaction, reason: str, *, for_good: bool = False) -> bool:
        self.left_out.append(LeftOut(transaction.hash, reason, for_good))
        return False

    def _leave_rest(self, first: Transaction, others: Candidates, why: str) -> None:
        self._leave(first, _left_out(why))
        for transaction, _ in zip(others, range(MAX_REPORTED), strict=False):
            self._leave(transaction, _left_out(why))


def _left_out(why: str) -> str:
    return f"left out of the last block: {why}"
