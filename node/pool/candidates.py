"""What the builder takes its block from: the executable transactions of one moment, best first.

An immutable snapshot but for its own place in it, so it may go to a worker thread while the pool moves on.
"""

import heapq
from collections.abc import Iterable, Iterator

from node.pool.model import Entry
from node.primitives.transaction import Transaction
from node.primitives.types import Address


class Candidates(Iterator[Transaction]):
    """By effective tip, then arrival (first come, first served where there are no fees); by nonce inside a sender.

    Before all of them comes one whose turn it is, after them those of the senders that stand behind.
    Each step is O(log senders).
    """

    def __init__(
        self,
        queues: Iterable[tuple[Entry, ...]],
        base_fee: int,
        *,
        first: Entry | None = None,
        behind: frozenset[Address] = frozenset(),
    ) -> None:
        """Each of `queues` is one sender's executable entries by nonce, not empty; `first` heads one of them."""
        self._base_fee = base_fee
        self._first = first
        self._behind = behind
        self._queues = tuple(queues)
        self._heap: list[tuple[int, int, int, int, int]] = []
        self._current: tuple[int, int] | None = None
        self._skipped: set[Address] = set()
        for index in range(len(self._queues)):
            self._push(index, 0)

    def __next__(self) -> Transaction:
        if self._current is not None:
            index, place = self._current
            self._push(index, place + 1)
            self._current = None
        while self._heap:
            *_, index, place = heapq.heappop(self._heap)
            transaction = self._queues[index][place].transaction
            if transaction.sender not in self._skipped:
                self._current = (index, place)
                return transaction
        raise StopIteration

    def skip(self, sender: Address) -> None:
        """Nothing more of this sender: one that was left out leaves its later nonces without ground."""
        self._skipped.add(sender)

    def _push(self, index: int, place: int) -> None:
        queue = self._queues[index]
        if place == len(queue) or queue[place].transaction.max_fee < self._base_fee:
            return
        entry = queue[place]
        tip = entry.transaction.effective_tip(self._base_fee)
        heapq.heappush(self._heap, (self._rank(entry), -tip, entry.arrival, index, place))

    def _rank(self, entry: Entry) -> int:
        if entry is self._first:
            return 0
        return 2 if entry.transaction.sender in self._behind else 1
