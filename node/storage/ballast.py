"""Space kept aside for the day the disk is full.

A full disk loses nothing that was acknowledged, but LevelDB needs room to open: it rewrites its log as a table.
The ballast is that room. It is given up only at an opening that needs it, not when a write fails, because
whoever filled the disk would take it in between; and it is laid again as far as there is space.
"""

from __future__ import annotations

import os

from .durable import NO_SPACE, sync_folder

_SMALLEST = 64 << 10


class Ballast:
    def __init__(self, path: str, size: int) -> None:
        self._path, self._size = path, size

    def lay(self) -> bool:
        """True when all of the space is set aside; False when the disk had room for less."""
        size = self._size
        while not self._reserve(size):
            size //= 2
            if size < _SMALLEST:
                break
        return size == self._size

    def release(self) -> None:
        if os.path.exists(self._path):
            os.unlink(self._path)
            sync_folder(os.path.dirname(self._path))

    def _reserve(self, size: int) -> bool:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(descriptor).st_size < size:
                    os.posix_fallocate(descriptor, 0, size)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            return False
        return True
