"""The builder: the best candidates that fit, executed in order, made into the block that would follow the head.

Rules:
- It stops at the block's gas, its bytes and a deadline, and says of each candidate that it met and left out why.
- Who has one left out has none of its later nonces tried.
- The first candidate is tried whatever the clock says and has the whole budget to itself: where even the start takes
  all of it, one payment a block still gets through. If the first does not end in it, the others have half a budget
  more, so that nobody keeps them out.
- Any other may take a share of the budget. One that takes longer is interrupted; the pool sees to it that it has a
  whole budget one day.
- So building a block and checking it take about two budgets together, whoever sends what.

Runs in a worker thread on a snapshot of the pool; the clock is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from node.chain.chain import Chain
from node.execution.block import Executed, child_environment
from node.execution.engine import BlockEnvironment, BlockSession, Late
from node.execution.errors import (
    BlobFeeCapTooLow,
    BlockGasExceeded,
    ExecutionInterrupted,
    FeeCapTooLow,
    InsufficientFunds,
    NonceTooHigh,
    TransactionRefused,
)
from node.execution.validity import TRANSACTION_GAS
from node.pool.candidates import Candidates
from node.pool.model import LeftOut, Overtime
from node.primitives.transaction import Transaction
from node.primitives.types import Address

HEADER_ROOM: Final = 1024
"""Bytes that the header and the lists around it take at most."""

ITEM_ROOM: Final = 4
"""Bytes that RLP puts before a transaction at most."""

SHARES: Final = 8
"""The parts of the budget one of which a transaction may take that is not the first."""

SHORT_GAS: Final = 100_000
"""A transaction that may burn no more ends in a twentieth of a second at its worst: it is never interrupted."""

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
    budget = _Budget(clock_ms, max(0, deadline_ms - clock_ms()), deadline_ms)
    filling = _Filling(chain.begin(parent, environment), environment, chain.config.qbft.max_block_bytes, budget)
    filling.fill(candidates)
    executed = chain.complete(parent, environment, filling.included, filling.session.finish())
    return Built(executed, tuple(filling.left_out))


@dataclass(slots=True)
class _Budget:
    """What of the wall clock a block may take."""

    clock_ms: Callable[[], int]
    whole_ms: int
    deadline_ms: int

    def over(self) -> bool:
        return self.clock_ms() >= self.deadline_ms

    def for_first(self) -> Late:
        end = self.clock_ms() + self.whole_ms
        return lambda: self.clock_ms() >= end

    def for_other(self) -> Late:
        end = min(self.clock_ms() + self.whole_ms // SHARES, self.deadline_ms)
        return lambda: self.clock_ms() >= end

    def after_first(self) -> None:
        """The first has used up everything in vain."""
        self.deadline_ms = self.clock_ms() + self.whole_ms // 2


@dataclass(slots=True)
class _Filling:
    """A block that is being filled. `size` is what its bytes are at most so far."""

    session: BlockSession
    environment: BlockEnvironment
    max_bytes: int
    budget: _Budget
    included: list[Transaction] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    size: int = HEADER_ROOM

    def fill(self, candidates: Candidates) -> None:
        for transaction in candidates:
            if self.gas_left < TRANSACTION_GAS:
                self._leave_rest(transaction, candidates, "block gas limit")
                return
            if not self._at_first and self.budget.over():
                self._leave_rest(transaction, candidates, "execution budget")
                return
            if not self._take(transaction):
                candidates.skip(transaction.sender)

    @property
    def _at_first(self) -> bool:
        return not self.included and not self.left_out

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
            self._apply(transaction)
        except TransactionRefused as refusal:
            return self._leave(transaction, str(refusal), for_good=not isinstance(refusal, MAY_PASS))
        except ExecutionInterrupted:
            return self._leave_interrupted(transaction)
        self.included.append(transaction)
        self.size += size
        return True

    def _apply(self, transaction: Transaction) -> None:
        if transaction.gas <= SHORT_GAS:
            self.session.apply(transaction)
            return
        late = self.budget.for_first() if self._at_first else self.budget.for_other()
        self.session.apply(transaction, late=late)

    def _leave_interrupted(self, transaction: Transaction) -> bool:
        if self._at_first:
            self.budget.after_first()
            reason = f"takes longer than this validator's execution budget of {self.budget.whole_ms} ms"
            return self._leave(transaction, reason, overtime=Overtime.WHOLE)
        if self.budget.over():  # with less than its share: nothing is known of it yet
            return self._leave(transaction, _left_out("execution budget"))
        return self._leave(transaction, "does not end in its share of a block's budget", overtime=Overtime.SHARE)

    def _leave(
        self, transaction: Transaction, reason: str, *, for_good: bool = False, overtime: Overtime | None = None
    ) -> bool:
        self.left_out.append(LeftOut(transaction.hash, reason, for_good, overtime))
        return False

    def _leave_rest(self, first: Transaction, others: Candidates, why: str) -> None:
        self._leave(first, _left_out(why))
        for transaction, _ in zip(others, range(MAX_REPORTED), strict=False):
            self._leave(transaction, _left_out(why))


def _left_out(why: str) -> str:
    return f"left out of the last block: {why}"
