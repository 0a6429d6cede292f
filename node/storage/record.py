"""One small synced value on disk: what a validator has signed.

The rule: when `write` returns, the value is durable; after a crash `read` gives the old value or the new one,
never a mix, and never an older one than the last that was acknowledged. Reading is from memory: the file is
read once, at opening, under a lock that keeps a second process out.
"""

from __future__ import annotations

import os
import threading
from typing import Final, Protocol

from .durable import FileLock, translated
from .errors import Missing, StorageClosed, StorageError, StorageFailed, TooLarge
from .slots import SlotFile

RECORD_LIMIT: Final = 8 << 20
_FIRST_CAPACITY: Final = 60 << 10


class RecordFile(Protocol):
    def read(self) -> bytes | None:
        """The last value written, None if there has been none."""
        ...

    def write(self, data: bytes) -> None:
        """Replace the value, durable on return; at most RECORD_LIMIT bytes."""
        ...

    def close(self) -> None: ...


class FileRecord:
    """A `RecordFile` in one file at `path`, with its lock beside it.

    `create=False` raises `Missing` where there is no file: a lost record must not look like a new one.
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool) -> None:
        self.path = os.path.abspath(path)
        self._mutex = threading.Lock()
        self._fault: StorageError | None = None
        if not create and not os.path.exists(self.path):
            raise Missing(self.path)
        with translated(self.path):
            if create:
                os.makedirs(os.path.dirname(self.path), exist_ok=True)
            self._lock = FileLock(self.path + ".lock", self.path)
            try:
                self._slots: SlotFile | None = _open_or_create(self.path)
            except (OSError, StorageError):
                self._lock.release()
                raise

    def read(self) -> bytes | None:
        with self._mutex:
            return self._usable().value

    def write(self, data: bytes) -> None:
        check_record_size(self.path, data)
        with self._mutex:
            slots = self._usable()
            try:
                with translated(self.path):
                    slots.write(data)
            except StorageError as error:
                # After a failed sync the page cache may claim what the disk never got: trust nothing until reopened.
                self._fault = error
                raise

    def close(self) -> None:
        with self._mutex:
            if self._slots is not None:
                self._slots.close()
                self._slots = None
                self._lock.release()

    def _usable(self) -> SlotFile:
        if self._slots is None:
            raise StorageClosed(self.path)
        if self._fault is not None:
            raise StorageFailed(self.path, f"an earlier write failed ({self._fault})") from self._fault
        return self._slots


def check_record_size(path: str, data: bytes) -> None:
    if len(data) > RECORD_LIMIT:
        raise TooLarge(path, len(data), RECORD_LIMIT)


def _open_or_create(path: str) -> SlotFile:
    try:
        return SlotFile(path)
    except FileNotFoundError:
        return SlotFile.create(path, _FIRST_CAPACITY)
