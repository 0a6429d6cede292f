"""What every journal promises, on a real file and on the simulated disk; then the file's own defences."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from node.storage import FileJournal, HandleLost, InUse, Journal, JournalDamaged, SimulatedDisk, StorageClosed, TooLarge
from node.storage.journal import BUFFER_LIMIT, ENTRY_LIMIT


@pytest.fixture(params=["file", "simulated"])
def open_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Journal]:
    disk = SimulatedDisk(random.Random(1))
    if request.param == "file":
        return lambda: FileJournal(tmp_path / "journal" / "accepted")
    return lambda: disk.open_journal("accepted")


def test_synced_entries_replay_in_order_after_reopening(open_journal: Any) -> None:
    journal = open_journal()
    assert journal.replay() == []
    journal.append(b"a")
    journal.append(b"")
    assert journal.replay() == []
    journal.sync()
    journal.append(b"b" * 100_000)
    journal.sync()
    journal.sync()
    assert journal.replay() == [b"a", b"", b"b" * 100_000]
    journal.append(b"synced by closing")
    journal.close()
    journal = open_journal()
    assert journal.replay() == [b"a", b"", b"b" * 100_000, b"synced by closing"]
    journal.close()


def test_compacting_keeps_exactly_what_is_named(open_journal: Any) -> None:
    journal = open_journal()
    for number in range(100):
        journal.append(b"%d" % number * 100)
    journal.sync()
    before = journal.size_bytes()
    journal.append(b"buffered")
    journal.compact([b"1", b"2"])
    assert journal.replay() == [b"1", b"2"]
    assert journal.size_bytes() < before
    journal.append(b"3")
    journal.close()
    journal = open_journal()
    assert journal.replay() == [b"1", b"2", b"3"]
    journal.compact([])
    assert journal.replay() == []
    journal.close()


def test_the_buffer_is_bounded(open_journal: Any) -> None:
    journal = open_journal()
    for _ in range(BUFFER_LIMIT // ENTRY_LIMIT + 1):
        journal.append(bytes(ENTRY_LIMIT))
    assert len(journal.replay()) == BUFFER_LIMIT // ENTRY_LIMIT + 1
    with pytest.raises(TooLarge):
        journal.append(bytes(ENTRY_LIMIT + 1))
    journal.close()


def test_a_journal_is_opened_once_at_a_time_and_says_when_closed(open_journal: Any) -> None:
    journal = open_journal()
    journal.compact([b"moved by renaming"])
    with pytest.raises(InUse):
        open_journal()
    journal.close()
    journal.close()
    for use in (lambda: journal.append(b""), journal.sync, journal.replay, lambda: journal.compact([])):
        with pytest.raises(StorageClosed):
            use()


def write_groups(path: Path, groups: list[list[bytes]], *, close: bool = False) -> list[int]:
    """The journal file as a kill leaves it, or as closing does; the size after each sync."""
    journal = FileJournal(path)
    sizes = [path.stat().st_size]
    for group in groups:
        for entry in group:
            journal.append(entry)
        journal.sync()
        sizes.append(path.stat().st_size)
    content = path.read_bytes()
    journal.close()
    if not close:
        path.write_bytes(content)
    return sizes


GROUPS = [[b"a" * 30, b"b" * 700], [b"c" * 2000], [b"d", b"e" * 1500]]
FLAT = [entry for group in GROUPS for entry in group]


def replay(path: Path) -> list[bytes]:
    journal = FileJournal(path)
    try:
        return journal.replay()
    finally:
        journal.close()


def test_a_tail_torn_at_any_byte_is_dropped_and_appending_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    sizes = write_groups(path, GROUPS)
    content = path.read_bytes()
    for length in [*range(sizes[2], sizes[3], 37), sizes[3] - 1]:
        path.write_bytes(content[:length])
        journal = FileJournal(path)
        assert journal.replay() == FLAT[:3]
        journal.append(b"next")
        journal.close()
        assert replay(path) == [*FLAT[:3], b"next"]


@pytest.mark.parametrize("seed", range(3))
def test_a_bit_flipped_before_the_end_is_named(tmp_path: Path, seed: int) -> None:
    path, rng = tmp_path / "journal", random.Random(seed)
    killed = write_groups(path, GROUPS)
    after_kill = path.read_bytes()
    path.unlink()
    write_groups(path, GROUPS, close=True)
    after_closing = path.read_bytes()
    for content, guarded in ((after_kill, killed[-2]), (after_closing, killed[-1])):
        for _ in range(60):
            rotten = bytearray(content)
            offset = rng.randrange(guarded)
            rotten[offset] ^= 1 << rng.randrange(8)
            path.write_bytes(rotten)
            with pytest.raises(JournalDamaged):
                replay(path)
            assert path.read_bytes() == rotten, "a damaged journal is evidence and stays as it is"


def test_an_entry_that_looks_like_a_group_does_not_make_a_torn_tail_look_like_damage(tmp_path: Path) -> None:
    write_groups(tmp_path / "other", GROUPS)
    disguised = (tmp_path / "other").read_bytes()
    path = tmp_path / "journal"
    sizes = write_groups(path, [[b"first"], [disguised, bytes(500)]])
    path.write_bytes(path.read_bytes()[: sizes[-1] - 100])
    assert replay(path) == [b"first"]


def test_a_crash_of_the_simulated_disk_loses_only_what_was_not_synced() -> None:
    seen = set()
    for seed in range(30):
        disk = SimulatedDisk(random.Random(seed))
        journal = disk.open_journal("accepted")
        journal.append(b"synced")
        journal.sync()
        journal.append(b"buffered")
        disk.crash_after(0)
        with pytest.raises(HandleLost):
            journal.sync()
        seen.add(tuple(disk.open_journal("accepted").replay()))
    assert seen == {(b"synced",), (b"synced", b"buffered")}


def test_a_damaged_simulated_journal_is_named() -> None:
    disk = SimulatedDisk(random.Random(1))
    disk.open_journal("accepted").close()
    disk.corrupt_journal("accepted")
    with pytest.raises(JournalDamaged):
        disk.open_journal("accepted")
