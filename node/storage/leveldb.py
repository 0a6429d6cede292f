"""The `Store` on disk: LevelDB through plyvel, in a folder that one process holds.

The rule: what was acknowledged is read back equal, or `DatabaseDamaged` names the folder. LevelDB alone does
not promise that (see `leveldb_files`), so each batch carries its number and the number last acknowledged is
kept, synced, in a file of its own beside LevelDB's.

Detected: any flipped bit in log, table, manifest, CURRENT or that file; a missing log, table, manifest,
CURRENT or that file; a log cut short; a log file put back to an older state. Found at opening where it concerns
logs, manifest and the presence of files, otherwise when the data concerned is read or compacted.
Not detected: all files together put back to an older state (a restored backup looks like that on purpose), and
the loss of the whole folder, which looks like a new one unless `create` is False.
After a power cut, bytes behind the last acknowledged batch may be dropped. Unsynced writes follow LevelDB's
order but are not numbered as acknowledged until the next synced one.

Folder: `lock`, `ballast`, and `database/` with LevelDB's files and ACKNOWLEDGED; `database/` appears by one rename.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import plyvel

from .ballast import Ballast
from .durable import FileLock, sync_folder, translated
from .errors import (
    DatabaseDamaged,
    DiskFull,
    Missing,
    RecordDamaged,
    SchemaMismatch,
    StorageError,
    StorageFailed,
)
from .leveldb_files import COMMIT_KEY, check_logs, cut_unacknowledged_tail
from .leveldb_reads import Calls, Scan, leveldb_error, open_snapshot, read_value
from .slots import SlotFile
from .store import Batch, Reader, check_batch

_SCHEMA_KEY = b"\xffschema"
_ACKNOWLEDGED = "ACKNOWLEDGED"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bounds on what LevelDB may take. A restart rewrites at most about two write buffers, for which the ballast
    keeps room; memory is the cache plus two write buffers plus the open tables' indexes."""

    write_buffer_bytes: int = 16 << 20
    cache_bytes: int = 32 << 20
    open_files: int = 512
    table_bytes: int = 8 << 20
    ballast_bytes: int = 64 << 20


class LevelStore:
    """See `Store`. `schema` is the layout number of the layer above, written once and checked at each opening."""

    def __init__(
        self, path: str | os.PathLike[str], *, schema: int, create: bool = True, sizes: Sizes | None = None
    ) -> None:
        self.path = os.path.abspath(path)
        self._folder = os.path.join(self.path, "database")
        self._sizes = sizes or Sizes()
        self._ballast = Ballast(os.path.join(self.path, "ballast"), self._sizes.ballast_bytes)
        self._writing = threading.Lock()
        self._fault: StorageError | None = None
        self._calls = Calls(self.path)
        with translated(self.path):
            if not create and not os.path.isdir(self._folder):
                raise Missing(self._folder)
            os.makedirs(self.path, exist_ok=True)
            self._lock = FileLock(os.path.join(self.path, "lock"), self.path)
            try:
                self._open(schema)
            except (OSError, StorageError):
                self._lock.release()
                raise

    def get(self, key: bytes) -> bytes | None:
        return read_value(self._db, self._calls, key)

    def scan(self, prefix: bytes, *, start: bytes = b"", reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        return Scan(self._db, self._calls, prefix, start, reverse)

    def write(self, batch: Batch, *, sync: bool = True) -> None:
        check_batch(batch)
        with self._writing, self._calls:
            self._check_writable()
            try:
                self._commit(batch, sync)
            except (plyvel.Error, OSError) as error:
                raise self._stop_writing(error) from error

    def snapshot(self) -> AbstractContextManager[Reader]:
        return open_snapshot(self._db, self._calls)

    def size_bytes(self) -> int:
        with self._calls:
            total = 0
            for entry in os.scandir(self._folder):
                try:
                    total += entry.stat().st_size
                except FileNotFoundError:
                    continue  # a compaction has just removed it
            return total

    def write_fault(self) -> StorageError | None:
        return self._fault

    def close(self) -> None:
        with self._writing:
            if self._calls.close():
                self._calls.release_all()
                self._db.close()
                self._acknowledged.close()
                self._lock.release()

    def _open(self, schema: int) -> None:
        if not os.path.isdir(self._folder):
            self._make_database(schema)
        self._acknowledged = _open_acknowledged(self._folder)
        try:
            acknowledged = int.from_bytes(self._acknowledged.value or b"", "big")
            check_logs(self._folder, acknowledged)
            self._db = self._open_leveldb(acknowledged)
        except (OSError, StorageError):
            self._acknowledged.close()
            raise
        try:
            self._check_contents(schema, acknowledged)
            self._begin_writing()
        except (OSError, StorageError):
            self._db.close()
            self._acknowledged.close()
            raise

    def _begin_writing(self) -> None:
        """The log is new: with an acknowledged commit at its head, damage in it can be told from a torn write.
        Where there is no room for that, or for the ballast, the store is open for reading."""
        if not self._ballast.lay():
            self._fault = DiskFull(self.path)
            return
        try:
            self._commit([], sync=True)
        except (plyvel.Error, OSError) as error:
            fault = self._stop_writing(error)
            if not isinstance(fault, DiskFull):
                raise fault from error

    def _make_database(self, schema: int) -> None:
        strangers = set(os.listdir(self.path)) - {"lock", "database.new"}
        if strangers:
            raise DatabaseDamaged(self.path, f"its database folder is missing beside {', '.join(sorted(strangers))}")
        folder = self._folder + ".new"
        shutil.rmtree(folder, ignore_errors=True)
        first = (1).to_bytes(8, "big")
        try:
            db = _leveldb(folder, self._sizes, create=True)
            with db.write_batch(sync=True, transaction=True) as writes:
                writes.put(_SCHEMA_KEY, schema.to_bytes(4, "big"))
                writes.put(COMMIT_KEY, first)
            db.close()
        except plyvel.Error as error:
            raise leveldb_error(self.path, error) from error
        acknowledged = SlotFile.create(os.path.join(folder, _ACKNOWLEDGED))
        acknowledged.write(first)
        acknowledged.close()
        sync_folder(folder)
        os.rename(folder, self._folder)
        sync_folder(self.path)

    def _open_leveldb(self, acknowledged: int) -> Any:
        """Open, giving up the ballast if there is no room, and the unacknowledged tail if only that is bad."""
        try:
            return _leveldb(self._folder, self._sizes)
        except plyvel.Error as error:
            problem = leveldb_error(self.path, error)
        if isinstance(problem, DiskFull):
            self._ballast.release()
        elif not (isinstance(problem, DatabaseDamaged) and cut_unacknowledged_tail(self._folder, acknowledged)):
            raise problem
        try:
            return _leveldb(self._folder, self._sizes)
        except plyvel.Error as error:
            raise leveldb_error(self.path, error) from error

    def _check_contents(self, schema: int, acknowledged: int) -> None:
        found = read_value(self._db, self._calls, _SCHEMA_KEY)
        committed = read_value(self._db, self._calls, COMMIT_KEY)
        if found is None or committed is None:
            raise DatabaseDamaged(self.path, "its schema or commit record is missing")
        if int.from_bytes(found, "big") != schema:
            raise SchemaMismatch(self.path, int.from_bytes(found, "big"), schema)
        self._committed = int.from_bytes(committed, "big")
        if self._committed < acknowledged:
            detail = f"it ends with commit {self._committed}, {acknowledged} was acknowledged"
            raise DatabaseDamaged(self.path, detail)

    def _commit(self, batch: Batch, sync: bool) -> None:
        number = (self._committed + 1).to_bytes(8, "big")
        with self._db.write_batch(sync=sync, transaction=True) as writes:
            for key, value in batch:
                if value is None:
                    writes.delete(key)
                else:
                    writes.put(key, value)
            writes.put(COMMIT_KEY, number)  # last, which leveldb_files relies on
        self._committed += 1
        if sync:
            self._acknowledged.write(number)

    def _check_writable(self) -> None:
        if isinstance(self._fault, DiskFull):
            raise DiskFull(self.path)
        if self._fault is not None:
            raise StorageFailed(self.path, f"an earlier write failed ({self._fault})") from self._fault

    def _stop_writing(self, error: Exception) -> StorageError:
        """A log with a failed write in it must not be written on: the next opening sorts it out."""
        self._fault = leveldb_error(self.path, error)
        return self._fault


def _leveldb(folder: str, sizes: Sizes, *, create: bool = False) -> Any:
    return plyvel.DB(
        folder,
        create_if_missing=create,
        error_if_exists=create,
        paranoid_checks=True,
        write_buffer_size=sizes.write_buffer_bytes,
        max_open_files=sizes.open_files,
        lru_cache_size=sizes.cache_bytes,
        max_file_size=sizes.table_bytes,
        bloom_filter_bits=10,
    )


def _open_acknowledged(folder: str) -> SlotFile:
    path = os.path.join(folder, _ACKNOWLEDGED)
    try:
        slots = SlotFile(path)
    except FileNotFoundError as error:
        raise DatabaseDamaged(folder, f"its {_ACKNOWLEDGED} file is missing") from error
    except RecordDamaged as error:
        raise DatabaseDamaged(folder, f"its {_ACKNOWLEDGED} file is unreadable: {error.detail}") from error
    if slots.value is None or len(slots.value) != 8:
        slots.close()
        raise DatabaseDamaged(folder, f"its {_ACKNOWLEDGED} file holds no commit number")
    return slots
