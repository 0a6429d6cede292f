"""What the layers above may ask of a key-value database: ordered bytes to bytes.

The rule: `write` is all or nothing and, when `sync`, durable on return together with every write before it.
A reader sees whole batches only. Nothing acknowledged is ever silently missing or changed: a store either
answers with what was written or raises `DatabaseDamaged`.

Calls may come from any thread. Two implementations: `leveldb` and `simulated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from .errors import KeyRefused, StorageError

Batch: TypeAlias = Sequence[tuple[bytes, bytes | None]]
"""Puts, and deletes where the value is None, applied in order."""

RESERVED = b"\xff"
"""Keys that begin with this byte belong to the store itself."""


class Reader(Protocol):
    """A consistent view: a `Store` shows its newest state, a snapshot the state at which it was taken."""

    def get(self, key: bytes) -> bytes | None: ...

    def scan(self, prefix: bytes, *, start: bytes = b"", reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Whole keys under `prefix` with their values, ascending or in `reverse`.

        `start` is a full key inside the prefix, the inclusive first bound in the direction of travel. The scan
        sees the state of the moment of the call, whatever is written while it is read.
        """
        ...


class Store(Reader, Protocol):
    def write(self, batch: Batch, *, sync: bool = True) -> None:
        """Apply all of `batch` or nothing. When this raises, the batch may or may not be there after reopening,
        but never half of it; the store then refuses further writes until it is reopened."""
        ...

    def snapshot(self) -> AbstractContextManager[Reader]: ...

    def size_bytes(self) -> int:
        """Roughly what the data takes on disk."""
        ...

    def write_fault(self) -> StorageError | None:
        """Why writing has stopped (`DiskFull`, say), or None while it works: what a health check reports."""
        ...

    def close(self) -> None:
        """Let go of the folder; waits for calls in progress and may be called twice."""
        ...


def check_batch(batch: Batch) -> None:
    for key, _ in batch:
        if key.startswith(RESERVED):
            raise KeyRefused(key, "keys beginning with 0xff belong to the store itself")


def check_scan(prefix: bytes, start: bytes) -> None:
    if prefix.startswith(RESERVED):
        raise KeyRefused(prefix, "keys beginning with 0xff belong to the store itself")
    if start and not start.startswith(prefix):
        raise KeyRefused(start, f"the start of a scan must lie inside its prefix 0x{prefix.hex()}")


def upper_bound(prefix: bytes) -> bytes:
    """The first key behind every user key under `prefix` (which does not begin with 0xff)."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else RESERVED
