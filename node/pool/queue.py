"""One sender's transactions by nonce, and which of them a block could hold now.

Executable are those whose nonces follow the account's without a gap and whose costs, summed from the first, the
balance covers. The sum takes fee caps and full gas, so it may hold one back for a block, never lose it.
"""

from collections.abc import Iterator

from node.pool.model import Entry


class SenderQueue:
    """`ready_end` is the first nonce that is not executable."""

    __slots__ = ("_entries", "_ready_cost", "balance", "nonce", "ready_end")

    def __init__(self, nonce: int, balance: int) -> None:
        self.nonce = nonce
        self.balance = balance
        self.ready_end = nonce
        self._ready_cost = 0
        self._entries: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """By nonce."""
        return (self._entries[nonce] for nonce in sorted(self._entries))

    def at(self, nonce: int) -> Entry | None:
        return self._entries.get(nonce)

    def ready(self) -> tuple[Entry, ...]:
        return tuple(self._entries[nonce] for nonce in range(self.nonce, self.ready_end))

    @property
    def tail(self) -> Entry | None:
        """The last executable one: the only one whose leaving delays nobody else of this sender."""
        return self._entries[self.ready_end - 1] if self.ready_end > self.nonce else None

    @property
    def highest(self) -> Entry:
        return self._entries[max(self._entries)]

    @property
    def starving(self) -> Entry | None:
        """The next one, if it is here: only money is missing."""
        return self._entries.get(self.ready_end)

    @property
    def ready_cost(self) -> int:
        """What the executable ones may cost together."""
        return self._ready_cost

    def entries(self) -> tuple[Entry, ...]:
        """All, in no order."""
        return tuple(self._entries.values())

    def contiguous_end(self, nonce: int) -> int:
        """The first nonce from `nonce` on that is not here."""
        while nonce in self._entries:
            nonce += 1
        return nonce

    def put(self, entry: Entry) -> None:
        """Adds, or replaces the one with this nonce."""
        self._truncate(entry.transaction.nonce)
        self._entries[entry.transaction.nonce] = entry
        self._extend()

    def remove(self, nonce: int) -> None:
        self._truncate(nonce)
        del self._entries[nonce]

    def refresh(self, nonce: int, balance: int) -> list[Entry]:
        """Takes over the account as it now is; returns the entries that this makes stale, which are gone."""
        if (nonce, balance) == (self.nonce, self.balance):
            return []
        stale = (
            [self._entries.pop(each) for each in sorted(self._entries) if each < nonce] if nonce > self.nonce else []
        )
        self.nonce, self.balance = nonce, balance
        self.ready_end, self._ready_cost = nonce, 0
        self._extend()
        return stale

    def _extend(self) -> None:
        while (entry := self._entries.get(self.ready_end)) and self._ready_cost + entry.cost <= self.balance:
            self._ready_cost += entry.cost
            self.ready_end += 1

    def _truncate(self, nonce: int) -> None:
        while self.ready_end > max(nonce, self.nonce):
            self.ready_end -= 1
            self._ready_cost -= self._entries[self.ready_end].cost
