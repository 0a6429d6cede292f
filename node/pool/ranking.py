"""Items by a key that changes, the lowest at hand: a heap whose outdated records are passed over when met."""

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Ranking(Generic[Item]):
    """`set` and `drop` are O(log n), `lowest` amortised so."""

    __slots__ = ("_heap", "_keys")

    def __init__(self) -> None:
        self._keys: dict[Item, tuple[int, ...]] = {}
        self._heap: list[tuple[tuple[int, ...], Item]] = []

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: Item) -> bool:
        return item in self._keys

    def set(self, item: Item, key: tuple[int, ...]) -> None:
        if self._keys.get(item) == key:
            return
        self._keys[item] = key
        heapq.heappush(self._heap, (key, item))
        if len(self._heap) > 2 * len(self._keys) + 64:
            self._heap = [(current, kept) for kept, current in self._keys.items()]
            heapq.heapify(self._heap)

    def drop(self, item: Item) -> None:
        self._keys.pop(item, None)

    def lowest(self) -> Item | None:
        while self._heap:
            key, item = self._heap[0]
            if self._keys.get(item) == key:
                return item
            heapq.heappop(self._heap)
        return None
