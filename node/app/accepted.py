"""The transactions that our own RPC accepted and no block has yet: journalled before the answer, offered again after
a restart."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from node.app.ledger import Effect, Ledger
from node.consensus.timing import Instant
from node.pool.errors import PoolRefused
from node.pool.pool import Pool
from node.primitives.errors import PrimitiveError
from node.primitives.transaction import Transaction, decode_transaction
from node.storage.journal import Journal

SLACK_BYTES: Final = 4 * 1024 * 1024
"""What the journal may hold beyond twice what still waits."""


class AcceptedTransactions:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def remember(self, transaction: Transaction) -> None:
        """Durable after the next `sync`."""
        self._journal.append(transaction.raw)

    def sync(self) -> None:
        self._journal.sync()

    def restore(self, ledger: Ledger, now: Instant) -> Sequence[Effect]:
        """Submits what was remembered. What was mined or replaced meanwhile is refused, and so forgotten."""
        effects: list[Effect] = []
        for raw in self._journal.replay():
            with suppress(PrimitiveError, PoolRefused):
                effects += ledger.submit(decode_transaction(raw), now)[1]
        self._compact(ledger.pool)
        return effects

    def forget_mined(self, pool: Pool) -> None:
        """Rewrites the journal when most of it no longer waits."""
        if self._journal.size_bytes() <= SLACK_BYTES:
            return
        if self._journal.size_bytes() > SLACK_BYTES + 2 * sum(len(each.raw) for each in pool.locals()):
            self._compact(pool)

    def _compact(self, pool: Pool) -> None:
        self._journal.compact(transaction.raw for transaction in pool.locals())
