"""The pool as it stood at one moment: what waits, and why.

Taking a view is cheap and for the loop that owns the pool; a view never changes, so the dear part, a sentence and more
for each transaction, is for any other thread. A sentence takes the same few steps however long its sender's queue is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from node.pool.model import Entry
from node.pool.slow import Wait
from node.primitives.transaction import Transaction
from node.primitives.types import Address, Hash32


@dataclass(frozen=True, slots=True)
class Waiting:
    transaction: Transaction
    reason: str


@dataclass(frozen=True, slots=True)
class SenderView:
    """`entries` in no order. `ready_cost` is what those before `ready_end`, the first not executable, may cost."""

    address: Address
    ready_end: int
    ready_cost: int
    balance: int
    slow: Wait | None
    entries: tuple[Entry, ...]
    starving: Entry | None
    """The one at `ready_end`, if it is here: only money is missing."""


@dataclass(frozen=True, slots=True)
class PoolView:
    base_fee: int
    notes: Mapping[Hash32, str]
    """What the builder said of those that it left out."""
    senders: tuple[SenderView, ...]

    def explained(self, sender: SenderView) -> tuple[tuple[Waiting, ...], tuple[Waiting, ...]]:
        """The executable ones of one of `senders` and the others, each by nonce."""
        ready: list[Waiting] = []
        others: list[Waiting] = []
        for entry in sorted(sender.entries, key=_nonce):
            into = ready if entry.transaction.nonce < sender.ready_end else others
            into.append(Waiting(entry.transaction, self.reason(sender, entry)))
        return tuple(ready), tuple(others)

    def reason(self, sender: SenderView, entry: Entry) -> str:
        """Why this transaction of `sender` waits, in a sentence."""
        transaction = entry.transaction
        if transaction.nonce >= sender.ready_end:
            return _why_not_executable(sender, entry)
        if transaction.max_fee < self.base_fee:
            return f"its fee cap of {transaction.max_fee} wei is below the base fee of {self.base_fee}"
        slow = None if sender.slow is None else sender.slow.reason(sender.address, transaction.nonce)
        return slow or self.notes.get(transaction.hash, "executable, waits for the next block")


def _why_not_executable(sender: SenderView, entry: Entry) -> str:
    next_nonce = f"waits for nonce {sender.ready_end} of 0x{sender.address.hex()}"
    if sender.starving is None:
        return next_nonce
    if entry.transaction.nonce > sender.ready_end:
        return f"{next_nonce}, which the sender's balance does not cover"
    cost = sender.ready_cost + entry.cost
    return f"its sender's balance of {sender.balance} wei does not cover {cost} wei, the cost of it and those before it"


def _nonce(entry: Entry) -> int:
    return entry.transaction.nonce
