"""An append-only log of what our own RPC accepted, so that a restart can offer it again.

The rule: an entry is durable when the `sync` after its `append` returns. Replaying gives the entries of whole
syncs, in order; a torn last one is dropped, because it was never acknowledged, and damage before the last one
is named, never skipped.

File: header (magic 8, salt 16, digest 16), then one group a sync: magic 4, body length 4, digest 16, body
(entries of length 4 and bytes). The digest is keyed by the file's random salt and covers the group's offset,
so that nothing inside an entry can pass for a group. A group is written only after the one before is synced;
therefore a bad group with a good one behind it was acknowledged and is damage. `close` ends the file with an
empty group, which guards the last real one in the same way. Not detected: a bit that rots in the very last
group of a process that was killed, which looks the same as a torn write.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from .durable import FileLock, read_fully, replace_file, sync_folder, translated, write_fully
from .errors import JournalDamaged, StorageClosed, StorageError, StorageFailed, TooLarge

ENTRY_LIMIT: Final = 1 << 20
BUFFER_LIMIT: Final = 4 << 20
"""Buffered bytes after which `append` syncs by itself."""

_FILE_MAGIC = b"JZJRNL1\n"
_GROUP_MAGIC = b"JZG1"
_GROUP = struct.Struct(">4sI16s")
_HEADER_SIZE = 40


class Journal(Protocol):
    def append(self, entry: bytes) -> None:
        """Buffer one entry of at most ENTRY_LIMIT bytes; it is durable after the next `sync`."""
        ...

    def sync(self) -> None: ...

    def replay(self) -> list[bytes]:
        """Every synced entry, oldest first."""
        ...

    def compact(self, keep: Iterable[bytes]) -> None:
        """Hold exactly `keep` from now on, durably; a crash midway leaves the old contents. Entries still
        buffered are dropped unless they are in `keep`."""
        ...

    def size_bytes(self) -> int: ...

    def close(self) -> None:
        """Sync what is buffered and let go of the file."""
        ...


class FileJournal:
    """A `Journal` in one file at `path`, made if it is missing, with its lock beside it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.path.abspath(path)
        self._mutex = threading.Lock()
        self._buffer: list[bytes] = []
        self._buffered_bytes = 0
        self._fault: StorageError | None = None
        self._descriptor = -1
        with translated(self.path):
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            self._lock = FileLock(self.path + ".lock", self.path)
            try:
                if not os.path.exists(self.path):
                    replace_file(self.path, _file_image([]))
                self._adopt()
            except (OSError, StorageError):
                self._let_go()
                raise

    def append(self, entry: bytes) -> None:
        check_entry(self.path, entry)
        with self._mutex:
            self._check_usable()
            self._buffer.append(entry)
            self._buffered_bytes += len(entry)
            if self._buffered_bytes > BUFFER_LIMIT:
                self._sync()

    def sync(self) -> None:
        with self._mutex:
            self._check_usable()
            if self._buffer:
                self._sync()

    def replay(self) -> list[bytes]:
        with self._mutex:
            self._check_usable()
            with translated(self.path):
                content = read_fully(self._descriptor, self._end, 0)
            bodies, end = _replay(self.path, content)
            if end != self._end:
                raise JournalDamaged(self.path, "an acknowledged group cannot be read back", end)
            return [entry for body in bodies for entry in _split(body)]

    def compact(self, keep: Iterable[bytes]) -> None:
        entries = list(keep)
        for entry in entries:
            check_entry(self.path, entry)
        with self._mutex:
            self._check_usable()
            with translated(self.path):
                replace_file(self.path, _file_image(entries))
                self._adopt()
            self._buffer, self._buffered_bytes = [], 0

    def size_bytes(self) -> int:
        with self._mutex:
            self._check_usable()
            return self._end

    def close(self) -> None:
        with self._mutex:
            if self._descriptor < 0:
                return
            try:
                if self._fault is None:
                    self._sync()
            finally:
                self._let_go()

    def _sync(self) -> None:
        group = _encode_group(self._salt, self._end, self._buffer)
        try:
            with translated(self.path):
                write_fully(self._descriptor, group, self._end)
                os.fdatasync(self._descriptor)
        except StorageError as error:
            # What of it reached the disk is unknown until the file is read again at the next opening.
            self._fault = error
            raise
        self._end += len(group)
        self._buffer, self._buffered_bytes = [], 0

    def _adopt(self) -> None:
        """Read the file at `path` and make it ours, cutting off a torn last group."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = descriptor
        content = read_fully(descriptor, os.fstat(descriptor).st_size, 0)
        _, self._end = _replay(self.path, content)
        self._salt = content[8:24]
        if self._end < len(content):
            os.ftruncate(descriptor, self._end)
            os.fsync(descriptor)
        sync_folder(os.path.dirname(self.path))

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._lock.release()

    def _check_usable(self) -> None:
        if self._descriptor < 0:
            raise StorageClosed(self.path)
        if self._fault is not None:
            raise StorageFailed(self.path, f"an earlier write failed ({self._fault})") from self._fault


def check_entry(path: str, entry: bytes) -> None:
    if len(entry) > ENTRY_LIMIT:
        raise TooLarge(path, len(entry), ENTRY_LIMIT)


def _replay(path: str, content: bytes) -> tuple[list[bytes], int]:
    """The bodies of the whole groups, and the offset behind the last of them."""
    salt = content[8:24]
    if content[:_HEADER_SIZE] != _encode_header(salt):
        raise JournalDamaged(path, "the file header cannot be read", 0)
    bodies: list[bytes] = []
    offset = _HEADER_SIZE
    while (body := _read_group(salt, content, offset)) is not None:
        bodies.append(body)
        offset += _GROUP.size + len(body)
    if _has_group_behind(salt, content, offset):
        raise JournalDamaged(path, "a group before the last cannot be read", offset)
    return bodies, offset


def _has_group_behind(salt: bytes, content: bytes, offset: int) -> bool:
    candidate = content.find(_GROUP_MAGIC, offset + 1)
    while candidate >= 0:
        if _read_group(salt, content, candidate) is not None:
            return True
        candidate = content.find(_GROUP_MAGIC, candidate + 1)
    return False


def _read_group(salt: bytes, content: bytes, offset: int) -> bytes | None:
    if offset + _GROUP.size > len(content):
        return None
    magic, length, digest = _GROUP.unpack_from(content, offset)
    body = content[offset + _GROUP.size : offset + _GROUP.size + length]
    if magic != _GROUP_MAGIC or len(body) != length or digest != _digest(salt, offset, body):
        return None
    return body


def _split(body: bytes) -> Iterator[bytes]:
    offset = 0
    while offset < len(body):
        start = offset + 4
        offset = start + int.from_bytes(body[offset:start], "big")
        yield body[start:offset]


def _encode_group(salt: bytes, offset: int, entries: Sequence[bytes]) -> bytes:
    body = b"".join(len(entry).to_bytes(4, "big") + entry for entry in entries)
    return _GROUP.pack(_GROUP_MAGIC, len(body), _digest(salt, offset, body)) + body


def _encode_header(salt: bytes) -> bytes:
    return _FILE_MAGIC + salt + hashlib.blake2b(_FILE_MAGIC + salt, digest_size=16).digest()


def _file_image(entries: Sequence[bytes]) -> bytes:
    """A new file. The empty group behind the entries guards them, as at closing."""
    salt = os.urandom(16)
    image = _encode_header(salt)
    if entries:
        image += _encode_group(salt, len(image), entries)
        image += _encode_group(salt, len(image), [])
    return image


def _digest(salt: bytes, offset: int, body: bytes) -> bytes:
    return hashlib.blake2b(offset.to_bytes(8, "big") + body, key=salt, digest_size=16).digest()
