"""A disk in memory that crashes: the storage of the deterministic simulation.

The rule: it offers the same Protocols as the real files, with the same errors, and after `crash` keeps exactly
what they promise to keep. Synced writes stay; of the unsynced ones the newest go, any number of them, for a log
is lost from its end; a torn batch is dropped whole, as its checksum would have it dropped. `crash_after` lets
the machine die inside a write, which then happened or didn't. All chance comes from the `random` argument.
"""

from __future__ import annotations

import random
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import WeakSet

from .errors import (
    DatabaseDamaged,
    DiskFull,
    HandleLost,
    InUse,
    JournalDamaged,
    Missing,
    RecordDamaged,
    SchemaMismatch,
    StorageClosed,
    StorageError,
    StorageFailed,
)
from .journal import BUFFER_LIMIT, Journal, check_entry
from .record import RecordFile, check_record_size
from .store import Batch, Reader, Store, check_batch, check_scan, upper_bound


class SimulatedDisk:
    """Holds named stores, records and journals across crashes. `full` makes every write fail with DiskFull."""

    def __init__(self, random: random.Random, name: str = "disk") -> None:
        self.name = name
        self.full = False
        self.crashes = 0
        self.mutex = threading.RLock()
        self._random = random
        self._stores: dict[str, _StoreMedium] = {}
        self._records: dict[str, _RecordMedium] = {}
        self._journals: dict[str, _JournalMedium] = {}
        self._open: set[str] = set()
        self._writes_left: int | None = None

    def open_store(self, name: str = "store", *, schema: int = 1) -> Store:
        with self.mutex:
            handle = self._claim(f"{self.name}/{name}")
            medium = self._stores.setdefault(name, _StoreMedium(schema))
            if medium.schema != schema:
                handle.release()
                raise SchemaMismatch(handle.path, medium.schema, schema)
            medium.unsynced.clear()  # opening writes out, synced, whatever it found, as LevelDB does
            return _SimulatedStore(handle, medium)

    def open_record(self, name: str, *, create: bool) -> RecordFile:
        with self.mutex:
            if not create and name not in self._records:
                raise Missing(f"{self.name}/{name}")
            handle = self._claim(f"{self.name}/{name}")
            medium = self._records.setdefault(name, _RecordMedium())
            if medium.damaged:
                handle.release()
                raise RecordDamaged(handle.path, "none of its copies can be read")
            return _SimulatedRecord(handle, medium)

    def open_journal(self, name: str) -> Journal:
        with self.mutex:
            handle = self._claim(f"{self.name}/{name}")
            medium = self._journals.setdefault(name, _JournalMedium())
            if medium.damaged_at is not None:
                handle.release()
                raise JournalDamaged(handle.path, "a group before the last cannot be read", medium.damaged_at)
            return _SimulatedJournal(handle, medium)

    def crash(self) -> None:
        """Power off: handles die, and unsynced writes vanish from the newest backwards."""
        with self.mutex:
            self.crashes += 1
            self._writes_left = None
            self._open.clear()
            for medium in self._stores.values():
                medium.lose_unsynced(self._random)

    def crash_after(self, writes: int) -> None:
        """Let the machine die inside the write (batch, record, journal sync or compaction) after the next `writes`."""
        self._writes_left = writes

    def corrupt_store(self, name: str = "store") -> bytes | None:
        """Damage one value at rest and return its key; reading it, or past it, raises. None if the store is empty."""
        with self.mutex:
            medium = self._stores[name]
            keys = [key for key in medium.keys if medium.at(key, medium.version) is not None]
            if not keys:
                return None
            key = self._random.choice(keys)
            medium.damaged.add(key)
            return key

    def corrupt_record(self, name: str) -> None:
        with self.mutex:
            self._records[name].damaged = True

    def corrupt_journal(self, name: str) -> None:
        """Damage an acknowledged entry before the last one; the next opening names it."""
        with self.mutex:
            medium = self._journals[name]
            medium.damaged_at = self._random.randrange(max(1, sum(map(len, medium.entries))))

    def dying(self) -> bool:
        """Counts one write; True when the machine dies inside it."""
        if self._writes_left is None:
            return False
        self._writes_left -= 1
        return self._writes_left < 0

    def last_write_lands(self) -> bool:
        """For the write in which the machine dies: whether it reached the disk."""
        return self._random.random() < 0.5

    def _claim(self, path: str) -> _Handle:
        if path in self._open:
            raise InUse(path)
        self._open.add(path)
        return _Handle(self, path)

    def give_back(self, path: str) -> None:
        self._open.discard(path)


class _Handle:
    """What an open store, record or journal holds of the disk: its name, its lock and the life it belongs to."""

    def __init__(self, disk: SimulatedDisk, path: str) -> None:
        self.disk, self.path = disk, path
        self.fault: StorageError | None = None
        self._life, self._closed = disk.crashes, False

    def check(self) -> None:
        if self._life != self.disk.crashes:
            raise HandleLost(self.path)
        if self._closed:
            raise StorageClosed(self.path)

    def begin_write(self) -> bool:
        """Raise if writing is not possible; True when the machine dies inside this write."""
        self.check()
        if isinstance(self.fault, DiskFull):
            raise DiskFull(self.path)
        if self.fault is not None:
            raise StorageFailed(self.path, f"an earlier write failed ({self.fault})") from self.fault
        if self.disk.full:
            self.fault = DiskFull(self.path)
            raise self.fault
        return self.disk.dying()

    def die(self) -> None:
        self.disk.crash()
        raise HandleLost(self.path)

    def usable(self) -> bool:
        return not self._closed and self._life == self.disk.crashes

    def release(self) -> None:
        if self.usable():
            self.disk.give_back(self.path)
        self._closed = True


class _Pin:
    """Keeps a version readable for as long as the snapshot or scan that holds it is alive."""

    __slots__ = ("__weakref__", "version")

    def __init__(self, version: int) -> None:
        self.version = version


@dataclass(slots=True)
class _StoreMedium:
    """Every key's versions, ascending, as far back as a reader may still ask for; None marks a delete."""

    schema: int
    keys: list[bytes] = field(default_factory=list)
    versions: dict[bytes, list[tuple[int, bytes | None]]] = field(default_factory=dict)
    version: int = 0
    unsynced: list[dict[bytes, bytes | None]] = field(default_factory=list)
    damaged: set[bytes] = field(default_factory=set)
    pins: WeakSet[_Pin] = field(default_factory=WeakSet)

    def pin(self) -> _Pin:
        pin = _Pin(self.version)
        self.pins.add(pin)
        return pin

    def at(self, key: bytes, version: int) -> bytes | None:
        history = self.versions.get(key)
        if not history:
            return None
        if history[-1][0] <= version:
            return history[-1][1]
        position = bisect_right(history, version, key=lambda entry: entry[0])
        return history[position - 1][1] if position else None

    def apply(self, batch: Batch, sync: bool) -> None:
        changes = dict(batch)
        before = {key: self.at(key, self.version) for key in changes}
        self._put(changes)
        if sync:
            self.unsynced.clear()
        else:
            self.unsynced.append(before)

    def lose_unsynced(self, random: random.Random) -> None:
        self.pins.clear()
        if self.unsynced:
            surviving = random.randint(0, len(self.unsynced))
            for before in reversed(self.unsynced[surviving:]):
                self._put(before)
            self.unsynced.clear()

    def _put(self, changes: dict[bytes, bytes | None]) -> None:
        self.version += 1
        oldest = min((pin.version for pin in self.pins), default=self.version)
        for key, value in changes.items():
            self.damaged.discard(key)
            history = self.versions.setdefault(key, [])
            if not history:
                insort(self.keys, key)
            history.append((self.version, value))
            _forget(history, oldest)
            if value is None and len(history) == 1:
                del self.versions[key]
                del self.keys[bisect_left(self.keys, key)]


def _forget(history: list[tuple[int, bytes | None]], oldest: int) -> None:
    """Drop what no reader at version `oldest` or later can see."""
    first_needed = bisect_right(history, oldest, key=lambda entry: entry[0]) - 1
    if first_needed > 0:
        del history[:first_needed]


class _View:
    """Reads of one version, or of the newest when `pin` is None."""

    def __init__(self, handle: _Handle, medium: _StoreMedium, pin: _Pin | None) -> None:
        self._handle, self._medium, self._pin = handle, medium, pin
        self._ended = False

    def get(self, key: bytes) -> bytes | None:
        with self._handle.disk.mutex:
            self._check()
            return self._read(key, self._medium.version if self._pin is None else self._pin.version)

    def scan(self, prefix: bytes, *, start: bytes = b"", reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        check_scan(prefix, start)
        with self._handle.disk.mutex:
            self._check()
            return self._steps(self._pin or self._medium.pin(), prefix, start, reverse)

    def end(self) -> None:
        self._ended = True

    def _steps(self, pin: _Pin, prefix: bytes, start: bytes, reverse: bool) -> Iterator[tuple[bytes, bytes]]:
        keys = self._medium.keys
        bound, inclusive = start or (upper_bound(prefix) if reverse else prefix), bool(start) or not reverse
        while True:
            with self._handle.disk.mutex:
                self._check()
                item = None
                while item is None:
                    # The list may have changed since the last step: the place is found by key, not by position.
                    if reverse:
                        position = (bisect_right(keys, bound) if inclusive else bisect_left(keys, bound)) - 1
                    else:
                        position = bisect_left(keys, bound) if inclusive else bisect_right(keys, bound)
                    if not 0 <= position < len(keys) or not keys[position].startswith(prefix):
                        return
                    bound, inclusive = keys[position], False
                    value = self._read(bound, pin.version)
                    item = None if value is None else (bound, value)
            yield item

    def _read(self, key: bytes, version: int) -> bytes | None:
        if key in self._medium.damaged:
            raise DatabaseDamaged(self._handle.path, f"checksum mismatch in the block of key 0x{key.hex()}")
        return self._medium.at(key, version)

    def _check(self) -> None:
        self._handle.check()
        if self._ended:
            raise StorageClosed(self._handle.path)


class _SimulatedStore(_View):
    def __init__(self, handle: _Handle, medium: _StoreMedium) -> None:
        super().__init__(handle, medium, None)

    def write(self, batch: Batch, *, sync: bool = True) -> None:
        check_batch(batch)
        disk = self._handle.disk
        with disk.mutex:
            dies = self._handle.begin_write()
            if not dies or disk.last_write_lands():
                self._medium.apply(batch, sync)
            if dies:
                self._handle.die()

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        with self._handle.disk.mutex:
            self._handle.check()
            view = _View(self._handle, self._medium, self._medium.pin())
        try:
            yield view
        finally:
            view.end()

    def size_bytes(self) -> int:
        with self._handle.disk.mutex:
            self._handle.check()
            return sum(
                len(key) + sum(len(value or b"") for _, value in history)
                for key, history in self._medium.versions.items()
            )

    def write_fault(self) -> StorageError | None:
        return self._handle.fault

    def close(self) -> None:
        with self._handle.disk.mutex:
            self._handle.release()


@dataclass(slots=True)
class _RecordMedium:
    value: bytes | None = None
    damaged: bool = False


class _SimulatedRecord:
    def __init__(self, handle: _Handle, medium: _RecordMedium) -> None:
        self._handle, self._medium = handle, medium

    def read(self) -> bytes | None:
        with self._handle.disk.mutex:
            self._handle.check()
            return self._medium.value

    def write(self, data: bytes) -> None:
        check_record_size(self._handle.path, data)
        disk = self._handle.disk
        with disk.mutex:
            dies = self._handle.begin_write()
            if not dies or disk.last_write_lands():
                self._medium.value = data
            if dies:
                self._handle.die()

    def close(self) -> None:
        with self._handle.disk.mutex:
            self._handle.release()


@dataclass(slots=True)
class _JournalMedium:
    entries: list[bytes] = field(default_factory=list)
    damaged_at: int | None = None


class _SimulatedJournal:
    def __init__(self, handle: _Handle, medium: _JournalMedium) -> None:
        self._handle, self._medium = handle, medium
        self._buffer: list[bytes] = []

    def append(self, entry: bytes) -> None:
        check_entry(self._handle.path, entry)
        with self._handle.disk.mutex:
            self._handle.check()
            self._buffer.append(entry)
            if sum(map(len, self._buffer)) > BUFFER_LIMIT:
                self.sync()

    def sync(self) -> None:
        with self._handle.disk.mutex:
            self._handle.check()
            if self._buffer:
                self._replace([*self._medium.entries, *self._buffer])

    def replay(self) -> list[bytes]:
        with self._handle.disk.mutex:
            self._handle.check()
            return list(self._medium.entries)

    def compact(self, keep: Iterable[bytes]) -> None:
        entries = list(keep)
        for entry in entries:
            check_entry(self._handle.path, entry)
        with self._handle.disk.mutex:
            self._replace(entries)

    def size_bytes(self) -> int:
        with self._handle.disk.mutex:
            self._handle.check()
            return sum(map(len, self._medium.entries))

    def close(self) -> None:
        with self._handle.disk.mutex:
            if self._handle.usable():
                try:
                    if self._handle.fault is None:
                        self.sync()
                finally:
                    self._handle.release()

    def _replace(self, entries: list[bytes]) -> None:
        dies = self._handle.begin_write()
        if not dies or self._handle.disk.last_write_lands():
            self._medium.entries = entries
        if dies:
            self._handle.die()
        self._buffer = []
