"""The newest blocks, decoded. Nearly all that clients ask of blocks is about the last few: every waiting payer polls
for a receipt in them, and decoding a block of 500 payments for each takes milliseconds.

What is committed never changes, so a number is key enough. Bounded by blocks and by transactions in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from node.chain.model import Committed, StoredReceipt
from node.primitives.block import Block
from node.rpc.backend import Chain

BLOCKS: Final = 256
TRANSACTIONS: Final = 20_000


@dataclass(frozen=True, slots=True)
class BlockWithReceipts:
    block: Block
    receipts: Sequence[StoredReceipt]


class RecentBlocks:
    """Any thread may use it."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._kept: dict[int, BlockWithReceipts] = {}
        self._transactions = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, number: int) -> BlockWithReceipts | None:
        """None for a block that isn't there."""
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        block = self._chain.block(number)
        if block is None:
            return None
        return self._keep(BlockWithReceipts(block, self._chain.receipts(number)))

    def upon_commit(self, committed: Committed) -> None:
        self._keep(BlockWithReceipts(committed.block, committed.receipts))

    def _keep(self, entry: BlockWithReceipts) -> BlockWithReceipts:
        """Keeps `entry` if it is among the newest."""
        number = entry.block.number
        if number <= self._chain.head.header.number - BLOCKS:
            return entry
        with self._lock:
            if number not in self._kept:
                self._kept[number] = entry
                self._transactions += len(entry.block.transactions)
            while len(self._kept) > BLOCKS or (self._transactions > TRANSACTIONS and len(self._kept) > 1):
                oldest = self._kept.pop(min(self._kept))
                self._transactions -= len(oldest.block.transactions)
        return entry
