"""Who waits for which transaction to be mined (EIP-7966). Lives on the server's loop; the chain's writer knocks from
its own thread after each write.
"""

import asyncio
from collections import defaultdict

from node.chain.model import Committed
from node.primitives.types import Hash32
from node.rpc.errors import LimitExceeded


class ReceiptWaiters:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0
        self._waiting: dict[Hash32, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return self._count

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def upon_commit(self, committed: Committed) -> None:
        """The chain's callback: any thread, returns at once."""
        if self._count and self._loop is not None and not self._loop.is_closed():
            hashes = [transaction.hash for transaction in committed.block.transactions]
            self._loop.call_soon_threadsafe(self._wake, hashes)

    def register(self, transaction_hash: Hash32) -> asyncio.Event:
        """An event that is set once a block with the transaction is written. `forget` it in any case."""
        if self._count >= self._limit:
            raise LimitExceeded(f"too many callers wait for receipts: {self._limit}")
        event = asyncio.Event()
        self._waiting[transaction_hash].add(event)
        self._count += 1
        return event

    def forget(self, transaction_hash: Hash32, event: asyncio.Event) -> None:
        events = self._waiting[transaction_hash]
        events.discard(event)
        self._count -= 1
        if not events:
            del self._waiting[transaction_hash]

    def _wake(self, hashes: list[Hash32]) -> None:
        for transaction_hash in hashes:
            for event in self._waiting.get(transaction_hash, ()):
                event.set()
