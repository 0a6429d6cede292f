"""What a node keeps on disk: a key-value store, a synced record and a journal, each real and simulated."""

from .errors import (
    Damaged,
    DatabaseDamaged,
    DiskFull,
    HandleLost,
    InUse,
    JournalDamaged,
    KeyRefused,
    Missing,
    RecordDamaged,
    SchemaMismatch,
    StorageClosed,
    StorageError,
    StorageFailed,
    TooLarge,
)
from .journal import FileJournal, Journal
from .leveldb import LevelStore, Sizes
from .record import FileRecord, RecordFile
from .simulated import SimulatedDisk
from .store import Batch, Reader, Store

__all__ = [
    "Batch",
    "Damaged",
    "DatabaseDamaged",
    "DiskFull",
    "FileJournal",
    "FileRecord",
    "HandleLost",
    "InUse",
    "Journal",
    "JournalDamaged",
    "KeyRefused",
    "LevelStore",
    "Missing",
    "Reader",
    "RecordDamaged",
    "RecordFile",
    "SchemaMismatch",
    "SimulatedDisk",
    "Sizes",
    "StorageClosed",
    "StorageError",
    "StorageFailed",
    "Store",
    "TooLarge",
]
