"""The nouns of the pool."""

from dataclasses import dataclass
from enum import Enum

from node.primitives.transaction import MAX_TRANSACTION_BYTES, Transaction
from node.primitives.types import Hash32

Rank = tuple[int, int]
"""(tip, fee cap): how much a transaction bids; compared as a tuple."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    transactions: int = 20_000
    size: int = 64 * 1024 * 1024
    """Bytes of all transactions together."""
    per_sender: int = 2_048
    transaction_bytes: int = MAX_TRANSACTION_BYTES


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction in the pool. `arrival` counts up; `cost` is the most that it may take from its sender."""

    transaction: Transaction
    arrival: int
    arrived_ms: int
    local: bool
    cost: int
    rank: Rank

    @property
    def size(self) -> int:
        return len(self.transaction.raw)


@dataclass(frozen=True, slots=True)
class Added:
    """What admitting a transaction did. `evicted` are others that made room for it."""

    executable: bool
    replaced: Transaction | None
    evicted: tuple[Transaction, ...]


class Overtime(Enum):
    """What of the builder's time a transaction had when it was interrupted."""

    SHARE = "share"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the builder says of a candidate that is not in its block. `for_good`: no later block could hold it.

    `overtime` is None unless it was begun and took too long.
    """

    transaction_hash: Hash32
    reason: str
    for_good: bool
    overtime: Overtime | None = None


def most_cost(transaction: Transaction) -> int:
    """Wei that the sender must have (geth's "gas * price + value")."""
    return transaction.value + transaction.gas * transaction.max_fee
