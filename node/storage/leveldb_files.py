"""Reads the structure of LevelDB's own log and manifest files before LevelDB does.

Why: LevelDB (checked against 1.22) takes a record that reaches past the end of its log for a write torn by a crash
and drops it without a word, even with `paranoid_checks`; one flipped bit in a length has that effect on
acknowledged data. It checks that its tables exist, but not its logs; and on opening it replaces the log, which
destroys the evidence. So the store numbers its commits, each batch ending with its number, keeps the last
acknowledged number in a file of its own, and asks here, before opening, whether the logs still hold them all.

The rule: nothing here changes a file except `cut_unacknowledged_tail`, and that only behind the last
acknowledged commit. Format: the log format document in LevelDB's source tree (blocks of 32 KiB; a record is
masked crc32c 4, length 2, type 1, payload) and its VersionEdit tags.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .errors import DatabaseDamaged

COMMIT_KEY = b"\xffcommit"
"""The store's key whose 8-byte value ends every batch: the number of the commit."""

_BLOCK = 32768
_RECORD_HEADER = 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_COMMIT_ENTRY = b"\x01" + bytes([len(COMMIT_KEY)]) + COMMIT_KEY + b"\x08"


@dataclass(frozen=True, slots=True)
class Log:
    """What the structure of one log tells. `problem` is why reading stopped before the end, if it did:
    either a torn write or damage, which only the numbers can tell apart."""

    name: str
    first: int | None
    last: int | None
    problem: str | None


def check_logs(folder: str, acknowledged: int) -> None:
    """Raise DatabaseDamaged unless every acknowledged commit that is still in the logs can be reached there.

    Checksums are left to LevelDB. Commits already moved into tables are not seen here.
    """
    logs = [_read_log(path) for path in _live_logs(folder)]
    for index, log in enumerate(logs):
        # A write torn by a crash is the last thing in the last log: behind it nothing was written any more.
        if log.problem is not None and any(later.last is not None for later in logs[index + 1 :]):
            raise DatabaseDamaged(folder, f"{log.name}: {log.problem}, with later commits behind it")
    holding = [log for log in logs if log.last is not None]
    for before, after in pairwise(holding):
        if before.last is not None and after.first != before.last + 1:
            raise DatabaseDamaged(folder, f"{before.name} ends with commit {before.last}, {after.name} goes on later")
    if holding and (last := holding[-1].last) is not None and last < acknowledged:
        reason = holding[-1].problem or "the log is too short"
        raise DatabaseDamaged(folder, f"the log ends with commit {last} of {acknowledged} acknowledged: {reason}")


def cut_unacknowledged_tail(folder: str, acknowledged: int) -> bool:
    """Drop what a power cut left of writes that were never acknowledged, if the logs go bad only there.

    True if something was cut, so that opening may be tried again.
    """
    without_commits: list[str] = []
    for path in reversed(_live_logs(folder)):
        content = _read(path)
        sound = _sound_length(content, acknowledged)
        if sound is None:
            without_commits.append(path)
            continue
        cuts = [(path, sound)] if sound < len(content) else [(later, 0) for later in without_commits]
        cuts = [(path, length) for path, length in cuts if os.path.getsize(path) > length]
        for path_to_cut, length in cuts:
            os.truncate(path_to_cut, length)
        return bool(cuts)
    return False


def _sound_length(content: bytes, acknowledged: int) -> int | None:
    """Bytes of a log up to which its unacknowledged commits are sound; None when it holds no commit to tell by.

    Acknowledged commits are taken as they are: if one of them is bad, LevelDB says so at the next attempt.
    """
    sound: int | None = None
    for number, end in (commits := _Commits(content)):
        if number > acknowledged and not _checksums_hold(content, commits.start, end):
            return commits.start
        sound = end
    return sound


def _live_logs(folder: str) -> list[str]:
    """The logs that the manifest still needs, oldest first; the first of them must be there."""
    oldest = _oldest_log_number(folder)
    numbers = sorted(int(name[:-4]) for name in os.listdir(folder) if re.fullmatch(r"\d+\.log", name))
    live = [number for number in numbers if number >= oldest]
    if oldest and oldest not in live:
        raise DatabaseDamaged(folder, f"its log {oldest:06d}.log is missing")
    return [os.path.join(folder, f"{number:06d}.log") for number in live]


def _read_log(path: str) -> Log:
    commits = _Commits(_read(path))
    numbers = [number for number, _ in commits]
    first, last = (numbers[0], numbers[-1]) if numbers else (None, None)
    return Log(os.path.basename(path), first, last, commits.problem)


class _Commits:
    """Iterates over a log's whole batches as (commit number, offset behind it); `problem` says why it ended."""

    def __init__(self, content: bytes) -> None:
        self._records = _Records(content)
        self.start = 0
        self.problem: str | None = None

    def __iter__(self) -> Iterator[tuple[int, int]]:
        previous: int | None = None
        for record in self._records:
            number = _commit_number(record)
            if number is None or (previous is not None and number != previous + 1):
                self.problem = f"the batch at byte {self.start} does not carry on from commit {previous}"
                return
            yield number, self._records.offset
            previous, self.start = number, self._records.offset
        self.problem = self._records.problem


def _commit_number(record: bytes) -> int | None:
    if record[-8 - len(_COMMIT_ENTRY) : -8] != _COMMIT_ENTRY:
        return None
    return int.from_bytes(record[-8:], "big")


class _Records:
    """Iterates over a log's whole records; `offset` lies behind the last one given, `problem` says why it ended."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.offset = 0
        self.problem: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        parts: list[bytes] = []
        for kind, payload, end in self._physical():
            if (kind in (_FULL, _FIRST)) == bool(parts):
                self.problem = "a record is cut off by another" if parts else "a record has lost its beginning"
                return
            parts.append(payload)
            if kind in (_FULL, _LAST):
                self.offset = end
                yield b"".join(parts)
                parts = []
        if parts and self.problem is None:
            self.problem = "the last record has no end"

    def _physical(self) -> Iterator[tuple[int, bytes, int]]:
        content, position = self._content, 0
        while position < len(content):
            left_in_block = _BLOCK - position % _BLOCK
            if left_in_block < _RECORD_HEADER:
                position += left_in_block
                continue
            header = content[position : position + _RECORD_HEADER]
            length, kind = int.from_bytes(header[4:6], "little"), header[-1]
            end = position + _RECORD_HEADER + length
            if end > min(len(content), position + left_in_block) or kind not in (_FULL, _FIRST, _MIDDLE, _LAST):
                self.problem = f"no whole record at byte {position}"
                return
            yield kind, content[position + _RECORD_HEADER : end], end
            position = end


def _checksums_hold(content: bytes, start: int, end: int) -> bool:
    position = start
    while position < end:
        left_in_block = _BLOCK - position % _BLOCK
        if left_in_block < _RECORD_HEADER:
            position += left_in_block
            continue
        length = int.from_bytes(content[position + 4 : position + 6], "little")
        stored = int.from_bytes(content[position : position + 4], "little")
        record_end = position + _RECORD_HEADER + length
        if stored != _masked_crc32c(content[position + 6 : record_end]):
            return False
        position = record_end
    return True


def _crc32c_table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC_TABLE = _crc32c_table()


def _masked_crc32c(data: bytes) -> int:
    """LevelDB's stored form: crc32c (Castagnoli), rotated right by 15 bits, plus a constant."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _oldest_log_number(folder: str) -> int:
    """From the manifest that CURRENT names: logs below this number are already in tables."""
    try:
        current = _read(os.path.join(folder, "CURRENT"))
        match = re.fullmatch(rb"(MANIFEST-\d+)\n", current)
        if match is None:
            raise DatabaseDamaged(folder, "CURRENT does not name a manifest")
        edits = list(_Records(_read(os.path.join(folder, match[1].decode()))))
    except FileNotFoundError as error:
        raise DatabaseDamaged(folder, f"{os.path.basename(error.filename)} is missing") from error
    numbers = [_log_number(edit) for edit in edits]
    return max((number for number in numbers if number is not None), default=0)


_TAG_FIELDS = {1: "s", 2: "n", 3: "n", 4: "n", 5: "ns", 6: "nn", 7: "nnnss", 9: "n"}
"""The fields behind each VersionEdit tag: n a varint, s a string behind its length."""


def _log_number(edit: bytes) -> int | None:
    """The log number (tag 2) of one manifest record. A record that cannot be read has a bad checksum, which
    LevelDB reports when it opens the database."""
    found: int | None = None
    offset = 0
    while offset < len(edit):
        tag, offset = _varint(edit, offset)
        for field in _TAG_FIELDS.get(tag, ""):
            number, offset = _varint(edit, offset)
            if field == "s":
                offset += number
            elif tag == 2:
                found = number
    return found


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = shift = 0
    while offset < len(data):
        byte = data[offset]
        offset += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return value, offset


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
