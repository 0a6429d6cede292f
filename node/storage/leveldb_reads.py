"""Reading LevelDB from several threads without ever taking an absent file for an absent key.

The rule: every call into plyvel is counted by `Calls`, and every native object it gives out is kept there until
it is released; so closing first lets the calls in progress finish, then releases what is open, then the database.
plyvel by itself frees the database under a thread that is reading, or releasing a snapshot, and crashes.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import plyvel

from .durable import NO_SPACE
from .errors import DatabaseDamaged, DiskFull, StorageClosed, StorageError, StorageFailed
from .store import RESERVED, Reader, check_scan, upper_bound


class Calls:
    """The threads inside one database, or `within` it one snapshot, and the native objects still open."""

    def __init__(self, path: str, within: Calls | None = None) -> None:
        self.path = path
        self._within = within
        # Reentrant: the collector may finish an abandoned scan while this thread is inside.
        self._changed = threading.Condition(threading.RLock())
        self._inside, self._closed = 0, False
        self._natives: dict[int, Any] = {}

    def __enter__(self) -> None:
        if self._within is not None:
            self._within.__enter__()
        with self._changed:
            if not self._closed:
                self._inside += 1
                return
        if self._within is not None:
            self._within.__exit__(None, None, None)
        raise StorageClosed(self.path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._inside -= 1
            if self._closed:
                self._changed.notify_all()
        if self._within is not None:
            self._within.__exit__(None, None, None)

    def keep(self, native: Any) -> Any:
        """To be called inside a call, with a new snapshot or iterator."""
        if self._within is not None:
            return self._within.keep(native)
        with self._changed:
            self._natives[id(native)] = native
        return native

    def release(self, native: Any) -> None:
        """Close one object, unless closing the database has done so or is about to."""
        if self._within is not None:
            self._within.release(native)
            return
        try:
            with self:
                native.close()
                with self._changed:
                    del self._natives[id(native)]
        except StorageClosed:
            return

    def close(self) -> bool:
        """Refuse new calls and wait for those inside; True the first time."""
        with self._changed:
            first, self._closed = not self._closed, True
            self._changed.wait_for(lambda: self._inside == 0)
            return first

    def release_all(self) -> None:
        """After `close`, when nothing else can touch them."""
        for native in self._natives.values():
            native.close()


@contextmanager
def open_snapshot(db: Any, calls: Calls) -> Iterator[Reader]:
    with calls:
        snapshot = calls.keep(db.snapshot())
    own_calls = Calls(calls.path, within=calls)
    try:
        yield _Snapshot(snapshot, own_calls)
    finally:
        own_calls.close()
        calls.release(snapshot)


class _Snapshot:
    def __init__(self, source: Any, calls: Calls) -> None:
        self._source, self._calls = source, calls

    def get(self, key: bytes) -> bytes | None:
        return read_value(self._source, self._calls, key)

    def scan(self, prefix: bytes, *, start: bytes = b"", reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        return Scan(self._source, self._calls, prefix, start, reverse)


def read_value(source: Any, calls: Calls, key: bytes) -> bytes | None:
    with calls:
        try:
            value: bytes | None = source.get(key, verify_checksums=True)
            # LevelDB also says "not found" when a table file is gone; only its iterators tell the two apart.
            return value if value is not None else _read_by_seeking(source, key)
        except plyvel.Error as error:
            raise leveldb_error(calls.path, error) from error


def _read_by_seeking(source: Any, key: bytes) -> bytes | None:
    iterator = source.raw_iterator(verify_checksums=True)
    try:
        iterator.seek(key)
        if iterator.valid() and iterator.key() == key:
            value: bytes = iterator.value()
            return value
        return None
    finally:
        iterator.close()


class Scan:
    """One pass over a prefix. plyvel's own iterator ends without a word where a table is missing; the raw one
    raises at each step. A class rather than a generator, because one that is never begun must be released too."""

    def __init__(self, source: Any, calls: Calls, prefix: bytes, start: bytes, reverse: bool) -> None:
        self._native: Any = None
        check_scan(prefix, start)
        self._calls, self._prefix, self._start, self._reverse = calls, prefix, start, reverse
        self._begun = False
        with calls:
            try:
                self._native = calls.keep(source.raw_iterator(verify_checksums=True))
            except plyvel.Error as error:
                raise leveldb_error(calls.path, error) from error

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> tuple[bytes, bytes]:
        if self._native is None:
            raise StopIteration
        with self._calls:
            try:
                item = self._step()
            except plyvel.Error as error:
                raise leveldb_error(self._calls.path, error) from error
        # The store's own keys lie behind all others, where only a scan of everything could meet them.
        if item is None or not item[0].startswith(self._prefix) or item[0] >= RESERVED:
            self._release()
            raise StopIteration
        return item

    def __del__(self) -> None:
        self._release()

    def _step(self) -> tuple[bytes, bytes] | None:
        native = self._native
        if self._begun:
            (native.prev if self._reverse else native.next)()
        elif self._reverse:
            native.seek(self._start or upper_bound(self._prefix))
            # The store's own keys lie behind every place to seek to, so this one is valid.
            if not self._start or native.key() != self._start:
                native.prev()
        else:
            native.seek(self._start or self._prefix)
        self._begun = True
        item: tuple[bytes, bytes] | None = native.item() if native.valid() else None
        return item

    def _release(self) -> None:
        if self._native is not None:
            self._calls.release(self._native)
            self._native = None


_ENVIRONMENT = (errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EPERM, errno.EROFS)


def leveldb_error(path: str, error: Exception) -> StorageError:
    """LevelDB reports errors as text holding the system's own message; what is neither lack of space nor the
    system's refusal means that its files are not what it wrote."""
    if isinstance(error, OSError) and error.errno is not None:
        return DiskFull(path) if error.errno in NO_SPACE else StorageFailed(path, error.strerror or str(error))
    text = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
    if any(os.strerror(code) in text for code in NO_SPACE):
        return DiskFull(path)
    if not isinstance(error, plyvel.CorruptionError) and any(os.strerror(code) in text for code in _ENVIRONMENT):
        return StorageFailed(path, text)
    return DatabaseDamaged(path, text)
