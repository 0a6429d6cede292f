"""Filters that clients poll. A final chain never takes a block back, so a filter is only a cursor: nothing is kept
for it, however long its owner stays away, and it is forgotten when nobody asks for a while.

Any thread may use it. Time is an argument, in seconds of a monotonic clock.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from node.rpc.errors import LimitExceeded, ServerError


@dataclass(slots=True)
class Filter:
    """`query` is a LogQuery, or None for a filter of blocks. `seen` is the last block it has told of."""

    query: object
    seen: int
    touched_s: float


class Filters:
    def __init__(self, limit: int, idle_s: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._idle_s = idle_s
        self._clock = clock
        self._filters: dict[str, Filter] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._filters)

    def add(self, query: object, head: int) -> str:
        """The new filter's name. Raises LimitExceeded."""
        name = hex(secrets.randbits(127) | 1 << 127)
        with self._lock:
            self._drop_idle()
            if len(self._filters) >= self._limit:
                raise LimitExceeded(f"too many filters: {self._limit} are open; uninstall some")
            self._filters[name] = Filter(query, head, self._clock())
        return name

    def get(self, name: str) -> Filter:
        """Raises ServerError where there is none, or no longer."""
        with self._lock:
            self._drop_idle()
            found = self._filters.get(name)
            if found is None:
                raise ServerError("filter not found")
            found.touched_s = self._clock()
            return found

    def remove(self, name: str) -> bool:
        with self._lock:
            return self._filters.pop(name, None) is not None

    def _drop_idle(self) -> None:
        since = self._clock() - self._idle_s
        for name in [name for name, entry in self._filters.items() if entry.touched_s < since]:
            del self._filters[name]
