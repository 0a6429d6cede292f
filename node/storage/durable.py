"""The few file operations whose order decides what survives a power cut.

The rule: a file that is being made or replaced is written beside its place, synced, renamed over it, and the
folder is synced; so every path holds the old file or the new one, whole.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import DiskFull, InUse, StorageError, StorageFailed

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room on the disk, in the quota, or under the process's file size limit: to a writer all the same."""


def storage_error(path: str, error: OSError) -> StorageError:
    if error.errno in NO_SPACE:
        return DiskFull(path)
    return StorageFailed(path, error.strerror or str(error))


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Operating system errors inside become typed errors naming `path`."""
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error


def sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_fully(descriptor: int, data: bytes, offset: int) -> None:
    """pwrite until all is written: a single call may stop short at a signal or at the end of the space."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def read_fully(descriptor: int, size: int, offset: int) -> bytes:
    """Up to `size` bytes; fewer only at the end of the file."""
    parts: list[bytes] = []
    while size > 0:
        part = os.pread(descriptor, size, offset)
        if not part:
            break
        parts.append(part)
        size, offset = size - len(part), offset + len(part)
    return b"".join(parts)


def replace_file(path: str, content: bytes) -> None:
    """Make `path` hold exactly `content`, or leave it as it was."""
    beside = path + ".new"
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        write_fully(descriptor, content, 0)
        os.fsync(descriptor)
    except OSError:
        os.unlink(beside)
        raise
    finally:
        os.close(descriptor)
    os.rename(beside, path)
    sync_folder(os.path.dirname(path) or ".")


class FileLock:
    """An exclusive lock between open handles, in this process or another; the system drops it when one dies.

    The lock lives in a file of its own because the files it guards are replaced by renaming.
    """

    def __init__(self, lock_path: str, guarded_path: str) -> None:
        self._descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise InUse(guarded_path) from error
            raise

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
