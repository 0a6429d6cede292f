"""LevelDB in processes of its own: killed while writing, shut out by a lock, and on a full disk."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from node.storage import DiskFull, FileRecord, InUse, LevelStore, Sizes

ROOT = Path(__file__).parents[4]
SMALL = Sizes(
    write_buffer_bytes=64 << 10, cache_bytes=1 << 20, open_files=64, table_bytes=64 << 10, ballast_bytes=1 << 20
)

WRITER = """
import sys
from node.storage import FileRecord, LevelStore, Sizes
folder, first = sys.argv[1], int(sys.argv[2])
store = LevelStore(folder + "/db", schema=1, sizes=Sizes(write_buffer_bytes=64 << 10, ballast_bytes=4096))
record = FileRecord(folder + "/record", create=True)
print("ready", flush=True)
number = first
while True:
    value = b"%d" % number * 300
    store.write([(b"head", b"%d" % number), (b"a%06d" % number, value), (b"b%06d" % number, value)])
    record.write(b"%d" % number)
    print(number, flush=True)
    number += 1
"""


def spawn(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("seed", range(5))
def test_acknowledged_batches_survive_kill_9(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    first = acknowledged = 0
    for _ in range(2):
        writer = spawn(WRITER, str(tmp_path), str(first))
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for _ in range(rng.randrange(1, 200)):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        writer.wait()
        store = LevelStore(tmp_path / "db", schema=1, create=False, sizes=SMALL)
        head = int(store.get(b"head") or b"-1")
        assert acknowledged <= head <= acknowledged + 1, f"seed {seed}"
        expected = {b"%s%06d" % (kind, n): b"%d" % n * 300 for kind in (b"a", b"b") for n in range(head + 1)}
        assert dict(store.scan(b"a")) | dict(store.scan(b"b")) == expected, f"seed {seed}"
        store.close()
        record = FileRecord(tmp_path / "record", create=False)
        assert acknowledged <= int(record.read() or b"-1") <= head
        record.close()
        first = head + 1


def test_a_second_process_is_refused_and_told_the_folder(tmp_path: Path) -> None:
    writer = spawn(WRITER, str(tmp_path), "0")
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        with pytest.raises(InUse, match=str(tmp_path / "db")):
            LevelStore(tmp_path / "db", schema=1, sizes=SMALL)
        with pytest.raises(InUse, match=str(tmp_path / "record")):
            FileRecord(tmp_path / "record", create=True)
    finally:
        writer.kill()
        writer.communicate()
    LevelStore(tmp_path / "db", schema=1, sizes=SMALL).close()


def write_until_full(store: LevelStore) -> int:
    """How many numbered batches were acknowledged before the disk was full."""
    rng = random.Random(1)
    for number in range(10_000):
        try:
            store.write([(b"%06d" % number, rng.randbytes(3000)), (b"head", b"%d" % number)])
        except DiskFull:
            return number
    raise AssertionError("the disk never filled")


def check_acknowledged(store: LevelStore, acknowledged: int) -> None:
    rng = random.Random(1)
    for number in range(acknowledged):
        assert store.get(b"%06d" % number) == rng.randbytes(3000)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"mounting a small disk needs root: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="there is no mount command")
def test_a_full_disk_loses_nothing_acknowledged_and_the_database_reopens_on_it(small_disk: Path) -> None:
    folder = small_disk / "db"
    store = LevelStore(folder, schema=1, sizes=SMALL)
    acknowledged = write_until_full(store)
    assert acknowledged > 500
    check_acknowledged(store, acknowledged)
    with pytest.raises(DiskFull, match="free space"):
        store.write([(b"small", b"")])
    assert isinstance(store.write_fault(), DiskFull)
    store.close()

    filler = small_disk / "filler"
    for _ in range(3):
        fill_up(filler)
        store = LevelStore(folder, schema=1, sizes=SMALL)
        check_acknowledged(store, acknowledged)
        store.close()

    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=12m", small_disk], check=True)
    store = LevelStore(folder, schema=1, sizes=SMALL)
    check_acknowledged(store, acknowledged)
    assert store.write_fault() is None
    store.write([(b"small", b"again")])
    store.close()


def test_only_the_ballast_lets_a_database_open_on_a_full_disk(small_disk: Path) -> None:
    folder, value = small_disk / "db", random.Random(1).randbytes(50_000)
    store = LevelStore(folder, schema=1, sizes=SMALL)
    store.write([(b"a", value)])
    store.close()
    spare = (folder / "ballast").rename(small_disk / "elsewhere")
    fill_up(small_disk / "filler")
    with pytest.raises(DiskFull):
        LevelStore(folder, schema=1, sizes=SMALL)
    spare.rename(folder / "ballast")
    store = LevelStore(folder, schema=1, sizes=SMALL)
    assert store.get(b"a") == value
    store.close()


def test_without_room_for_the_ballast_a_store_reads_and_does_not_write(small_disk: Path) -> None:
    LevelStore(small_disk / "db", schema=1, sizes=SMALL).close()
    store = LevelStore(small_disk / "db", schema=1, sizes=replace(SMALL, ballast_bytes=32 << 20))
    assert isinstance(store.write_fault(), DiskFull)
    with pytest.raises(DiskFull, match="free space"):
        store.write([(b"a", b"1")])
    assert store.get(b"a") is None
    store.close()


def fill_up(path: Path) -> None:
    with path.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


LIMITED = """
import resource, sys
from node.storage import DiskFull, LevelStore, Sizes
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
store = LevelStore(sys.argv[1], schema=1, sizes=Sizes(write_buffer_bytes=4 << 20, ballast_bytes=4096))
for number in range(1000):
    try:
        store.write([(b"%06d" % number, b"%d" % number * 1000)])
    except DiskFull:
        print(number)
        break
assert store.get(b"000000") == b"0" * 1000
"""


def test_a_file_size_limit_is_a_full_disk_too(tmp_path: Path) -> None:
    """Works without root: the write fails midway with the system's own error, leaving part of a record."""
    writer = spawn(LIMITED, str(tmp_path))
    output, _ = writer.communicate(timeout=60)
    assert writer.returncode == 0
    acknowledged = int(output)
    assert acknowledged > 10
    store = LevelStore(tmp_path, schema=1, sizes=SMALL)
    assert [key for key, _ in store.scan(b"")][:acknowledged] == [b"%06d" % n for n in range(acknowledged)]
    store.write([(b"more", b"")])
    store.close()
