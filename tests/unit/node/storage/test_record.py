"""What every record promises, on a real file and on the simulated disk; then the file's own defences."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.storage import (
    FileRecord,
    HandleLost,
    InUse,
    Missing,
    RecordDamaged,
    RecordFile,
    SimulatedDisk,
    StorageClosed,
    TooLarge,
)
from node.storage.record import RECORD_LIMIT


@pytest.fixture(params=["file", "simulated"])
def open_record(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., RecordFile]:
    disk = SimulatedDisk(random.Random(1))

    def opened(*, create: bool = True) -> RecordFile:
        if request.param == "file":
            return FileRecord(tmp_path / "signing" / "state", create=create)
        return disk.open_record("state", create=create)

    return opened


def test_the_last_value_is_there_after_reopening(open_record: Any) -> None:
    record = open_record()
    assert record.read() is None
    for value in (b"first", b"", b"x" * 200_000, b"short again", bytes(RECORD_LIMIT)):
        record.write(value)
        assert record.read() == value
        record.close()
        record = open_record()
        assert record.read() == value
    record.close()


def test_a_record_that_must_exist_is_not_created(open_record: Any) -> None:
    with pytest.raises(Missing):
        open_record(create=False)
    open_record().close()
    open_record(create=False).close()


def test_a_record_is_opened_once_at_a_time_even_after_it_grew(open_record: Any) -> None:
    record = open_record()
    record.write(bytes(300_000))
    with pytest.raises(InUse):
        open_record()
    record.close()
    open_record().close()


def test_too_large_a_value_is_refused_and_the_old_one_stays(open_record: Any) -> None:
    record = open_record()
    record.write(b"old")
    with pytest.raises(TooLarge):
        record.write(bytes(RECORD_LIMIT + 1))
    assert record.read() == b"old"
    record.close()


def test_a_closed_record_says_so(open_record: Any) -> None:
    record = open_record()
    record.close()
    record.close()
    with pytest.raises(StorageClosed):
        record.read()
    with pytest.raises(StorageClosed):
        record.write(b"")


def image(path: Path, value: bytes) -> bytes:
    """The file after one more write."""
    record = FileRecord(path, create=True)
    record.write(value)
    record.close()
    return path.read_bytes()


def read_image(path: Path, content: bytes) -> bytes | None:
    path.write_bytes(content)
    record = FileRecord(path, create=False)
    try:
        return record.read()
    finally:
        record.close()


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(0, 2**32), st.lists(st.binary(max_size=3000), min_size=2, max_size=5))
def test_a_write_torn_by_a_power_cut_leaves_the_old_value_or_the_new(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, seed: int, values: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("record") / "state"
    rng = random.Random(seed)
    images = [image(path, value) for value in values]
    before, after = images[-2:]
    share = data.draw(st.sampled_from([0.1, 0.5, 0.9]))
    mixed = bytearray(before)
    for sector in range(0, len(mixed), 512):
        if rng.random() < share:
            mixed[sector : sector + 512] = after[sector : sector + 512]
    assert read_image(path, bytes(mixed)) in values[-2:]
    shutil.rmtree(path.parent)


@pytest.mark.parametrize("seed", range(3))
def test_one_flipped_bit_never_brings_back_an_older_value(tmp_path: Path, seed: int) -> None:
    """An older sign-state taken for the newest is a double signature."""
    path, rng = tmp_path / "state", random.Random(seed)
    for number in range(4):
        content = image(path, b"%d" % number * 50)
    interesting = [offset for offset in range(len(content)) if content[offset]]
    for _ in range(60):
        rotten = bytearray(content)
        rotten[rng.choice(interesting)] ^= 1 << rng.randrange(8)
        assert read_image(path, bytes(rotten)) == b"3" * 50


def test_a_file_without_a_readable_copy_is_damaged_not_empty(tmp_path: Path) -> None:
    content = image(tmp_path / "state", b"signed")
    for bad in (bytes(len(content)), b"", content[:-1], b"\xff" * len(content)):
        with pytest.raises(RecordDamaged, match="state"):
            read_image(tmp_path / "state", bad)


def test_a_simulated_record_survives_a_crash_inside_its_write_whole() -> None:
    seen = set()
    for seed in range(30):
        disk = SimulatedDisk(random.Random(seed))
        record = disk.open_record("state", create=True)
        record.write(b"old")
        disk.crash_after(0)
        with pytest.raises(HandleLost):
            record.write(b"new")
        with pytest.raises(HandleLost):
            record.read()
        seen.add(disk.open_record("state", create=False).read())
    assert seen == {b"old", b"new"}


def test_a_damaged_simulated_record_is_named() -> None:
    disk = SimulatedDisk(random.Random(1))
    disk.open_record("state", create=True).close()
    disk.corrupt_record("state")
    with pytest.raises(RecordDamaged):
        disk.open_record("state", create=False)
