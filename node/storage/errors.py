"""The storage error tree.

StorageError
├── InUse              another process holds the folder or file
├── Missing            nothing is there and the caller did not ask to create it
├── SchemaMismatch     written by a version with another layout
├── Damaged            what was once acknowledged cannot be read back whole
│   ├── DatabaseDamaged
│   ├── RecordDamaged
│   └── JournalDamaged
├── DiskFull           no space; reading goes on, writing does not
├── StorageFailed      the operating system refused (permissions, I/O error, descriptors)
├── StorageClosed      used after close()
├── HandleLost         used after a simulated crash
├── KeyRefused         a key or bound outside the rules of `Reader` and `Store`
└── TooLarge           a record or journal entry over its limit

Every message says what was wrong with what, and what to do.
"""

from __future__ import annotations


class StorageError(Exception):
    """Base of everything this package raises on purpose."""


class InUse(StorageError):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} is already in use by another process; stop it or choose another folder")


class Missing(StorageError):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} does not exist; create it or correct the path")


class SchemaMismatch(StorageError):
    def __init__(self, path: str, found: int, expected: int) -> None:
        self.path, self.found, self.expected = path, found, expected
        super().__init__(
            f"{path} has database schema {found}, this program reads schema {expected}; "
            "run the version that wrote it, or synchronise into a new folder"
        )


class Damaged(StorageError):
    """Acknowledged data is missing or changed; nothing was repaired and nothing is guessed."""

    kind = "file"

    def __init__(self, path: str, detail: str) -> None:
        self.path, self.detail = path, detail
        super().__init__(f"the {self.kind} {path} is damaged: {detail}; {self.remedy}")

    remedy = "restore it from a backup"


class DatabaseDamaged(Damaged):
    kind = "database"
    remedy = "keep the folder for inspection, then restore a backup or synchronise into a new folder"


class RecordDamaged(Damaged):
    kind = "record"
    remedy = "keep the file for inspection; treat its contents as unknown, never as empty"


class JournalDamaged(Damaged):
    kind = "journal"
    remedy = "keep the file for inspection, move it away and start again without it"

    def __init__(self, path: str, detail: str, offset: int) -> None:
        self.offset = offset
        super().__init__(path, f"{detail} at byte {offset}")


class DiskFull(StorageError):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"no space left for {path}: reading goes on, writing has stopped; free space and restart")


class StorageFailed(StorageError):
    def __init__(self, path: str, detail: str) -> None:
        self.path, self.detail = path, detail
        super().__init__(f"storage at {path} failed: {detail}; check the disk and permissions, then restart")


class StorageClosed(StorageError):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} has been closed; open it again")


class HandleLost(StorageError):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"the simulated machine crashed while {path} was open; open it again from the disk")


class KeyRefused(StorageError):
    def __init__(self, key: bytes, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(f"key 0x{key.hex()} refused: {reason}")


class TooLarge(StorageError):
    def __init__(self, path: str, size: int, limit: int) -> None:
        self.path, self.size, self.limit = path, size, limit
        super().__init__(f"{size} bytes do not fit into {path}; at most {limit} bytes are allowed")
