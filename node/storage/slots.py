"""A file that holds one value and survives a power cut during its replacement and one damaged copy of it.

Two slots of fixed size, each holding the value twice. A write goes to the slot that does not hold the current
value and is synced once. If it is torn, both its copies may be bad, and the other slot still answers with the
value before: the write had not returned. If a bit rots later, the second copy of the newest value answers; a
file of single copies would fall back to the value *before*, which for a validator's sign-state means signing
twice. Only when no copy at all can be read is the file damaged.

Copy: magic 4, sequence 8, length 8, digest 32 (blake2b of sequence, length, value), value. Integers are
big-endian. Slot size = file size / 4; a value that does not fit moves the file to bigger slots by renaming.
"""

from __future__ import annotations

import hashlib
import os
import struct

from .durable import read_fully, replace_file, write_fully
from .errors import RecordDamaged

_HEADER = struct.Struct(">4sQQ32s")
_MAGIC = b"JZS1"
_BLOCK = 4096
_EMPTY = (1 << 64) - 1  # the length that says "nothing written yet"


class SlotFile:
    """Not thread-safe and not locked against other processes: its owner is."""

    def __init__(self, path: str) -> None:
        """Open an existing file; FileNotFoundError if there is none, RecordDamaged if no copy can be read."""
        self.path = path
        self._descriptor = -1
        self._copy_size = self._sequence = 0
        self._value: bytes | None = None
        self._adopt(os.open(path, os.O_RDWR | os.O_CLOEXEC))

    @classmethod
    def create(cls, path: str, capacity: int = _BLOCK) -> SlotFile:
        replace_file(path, _file_image(0, None, capacity))
        return cls(path)

    @property
    def value(self) -> bytes | None:
        """The current value, None until the first write."""
        return self._value

    def write(self, value: bytes) -> None:
        """Durable on return; OSError leaves the old value in place unless syncing itself failed."""
        sequence = self._sequence + 1
        if _HEADER.size + len(value) > self._copy_size:
            self._grow(sequence, value)
            return
        copy = _encode_copy(sequence, value)
        first = (sequence % 2) * 2 * self._copy_size
        write_fully(self._descriptor, copy, first)
        write_fully(self._descriptor, copy, first + self._copy_size)
        os.fdatasync(self._descriptor)
        self._sequence, self._value = sequence, value

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _grow(self, sequence: int, value: bytes) -> None:
        replace_file(self.path, _file_image(sequence, value, 2 * len(value)))
        self._adopt(os.open(self.path, os.O_RDWR | os.O_CLOEXEC))

    def _adopt(self, descriptor: int) -> None:
        self.close()
        self._descriptor = descriptor
        size = os.fstat(descriptor).st_size
        if size == 0 or size % (4 * _BLOCK):
            raise self._damaged(f"its size of {size} bytes is impossible")
        self._copy_size = size // 4
        found = [self._read_copy(index) for index in range(4)]
        readable = [entry for entry in found if entry is not None]
        if not readable:
            raise self._damaged("none of its four copies can be read")
        self._sequence, self._value = max(readable, key=lambda entry: entry[0])

    def _damaged(self, detail: str) -> RecordDamaged:
        self.close()
        return RecordDamaged(self.path, detail)

    def _read_copy(self, index: int) -> tuple[int, bytes | None] | None:
        offset = index * self._copy_size
        magic, sequence, length, digest = _HEADER.unpack(read_fully(self._descriptor, _HEADER.size, offset))
        size = 0 if length == _EMPTY else length
        if magic != _MAGIC or size > self._copy_size - _HEADER.size or (sequence % 2) != index // 2:
            return None
        value = read_fully(self._descriptor, size, offset + _HEADER.size)
        if digest != _digest(sequence, length, value):
            return None
        return sequence, None if length == _EMPTY else value


def _digest(sequence: int, length: int, value: bytes) -> bytes:
    return hashlib.blake2b(struct.pack(">QQ", sequence, length) + value, digest_size=32).digest()


def _encode_copy(sequence: int, value: bytes | None) -> bytes:
    length = _EMPTY if value is None else len(value)
    return _HEADER.pack(_MAGIC, sequence, length, _digest(sequence, length, value or b"")) + (value or b"")


def _file_image(sequence: int, value: bytes | None, capacity: int) -> bytes:
    """A whole file: zeros are written out, so that no later write has to allocate space or touch metadata."""
    copy = _encode_copy(sequence, value)
    copy_size = -(-max(len(copy), _HEADER.size + capacity) // _BLOCK) * _BLOCK
    padded, blank = copy.ljust(copy_size, b"\0"), bytes(copy_size)
    return padded * 2 + blank * 2 if sequence % 2 == 0 else blank * 2 + padded * 2
