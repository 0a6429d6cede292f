"""Space kept aside for the day the disk is full.

A full disk loses nothing that was acknowledged, but LevelDB needs room to open: it rewrites its log as a table.
The ballast is that room. It is given up when the disk fills and laid again when there is space.
"""

from __future__ import annotations

import os

from .durable import NO_SPACE, sync_folder


class Ballast:
    def __init__(self, path: str, size: int) -> None:
        self._path, self._size = path, size

    def lay(self) -> bool:
        """True when the space is set aside; False when the disk has no room for it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, self._size)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            os.unlink(self._path)
            return False
        finally:
            os.close(descriptor)
        return True

    def release(self) -> None:
        if os.path.exists(self._path):
            os.unlink(self._path)
            sync_folder(os.path.dirname(self._path))
