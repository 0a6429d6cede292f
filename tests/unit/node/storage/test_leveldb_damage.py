"""Damage to LevelDB's files: every acknowledged record is read back equal, or the damage is named."""

import os
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from node.storage import DatabaseDamaged, LevelStore, Missing, Sizes
from node.storage.leveldb_files import _masked_crc32c

SMALL = Sizes(write_buffer_bytes=64 << 10, cache_bytes=1 << 20, open_files=64, table_bytes=32 << 10, ballast_bytes=4096)


def open_store(folder: Path) -> LevelStore:
    return LevelStore(folder, schema=1, sizes=SMALL)


def fill(store: LevelStore, rng: random.Random, batches: int) -> None:
    for _ in range(batches):
        batch = [(b"k%03d" % rng.randrange(400), rng.randbytes(rng.choice([20, 300, 2000]))) for _ in range(5)]
        store.write([*batch, (b"k%03d" % rng.randrange(400), None)])


def log_sizes(folder: Path) -> list[int]:
    with os.scandir(folder / "database") as entries:
        return [entry.stat().st_size for entry in entries if entry.name.endswith(".log")]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[bytes, bytes]]:
    """A database as a kill leaves it: tables, a manifest with several edits, a log of several blocks."""
    folder = tmp_path_factory.mktemp("storage")
    rng = random.Random(20)
    store = open_store(folder / "live")
    fill(store, rng, 90)
    # One log: a second one is being turned into a table, and then nothing would be lost with it.
    while not (len(sizes := log_sizes(folder / "live")) == 1 and sizes[0] >= 40_000):
        fill(store, rng, 1)
    shutil.copytree(folder / "live", folder / "killed")
    expected = dict(store.scan(b""))
    store.close()
    assert len(list((folder / "killed" / "database").glob("*.ldb"))) >= 3
    return folder / "killed", expected


def outcome(folder: Path, expected: dict[bytes, bytes]) -> str:
    """`equal` or `named`, however the data is read; anything else fails."""
    results = {_read_all(folder, expected, by) for by in ("scan", "reverse", "get")}
    assert len(results) <= 2, results
    return "named" if "named" in results else "equal"


def _read_all(folder: Path, expected: dict[bytes, bytes], by: str) -> str:
    store: LevelStore | None = None
    try:
        store = open_store(folder)
        if by == "get":
            found = {key: value for key in expected if (value := store.get(key)) is not None}
        else:
            found = {}
            for key, value in store.scan(b"", reverse=by == "reverse"):
                assert expected[key] == value
                found[key] = value
        assert found == expected, f"{len(expected) - len(found)} of {len(expected)} records are gone without a word"
        return "equal"
    except DatabaseDamaged as error:
        assert str(folder) in str(error)
        return "named"
    finally:
        if store is not None:
            store.close()


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def data_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "database").iterdir() if path.name not in ("LOCK", "LOG", "LOG.old"))


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 206))])
def test_one_flipped_bit_anywhere_is_harmless_or_named(
    killed: tuple[Path, dict[bytes, bytes]], tmp_path: Path, seed: int
) -> None:
    source, expected = killed
    rng = random.Random(seed)
    seen: Counter[tuple[str, str]] = Counter()
    for trial in range(25):
        folder = tmp_path / str(trial)
        shutil.copytree(source, folder)
        kinds: dict[str, list[Path]] = {}
        for path in data_files(folder):
            kinds.setdefault(path.suffix or path.name.split("-")[0], []).append(path)
        kind = rng.choice(sorted(kinds))
        victim = rng.choice(kinds[kind])
        bit = rng.randrange(victim.stat().st_size * 8)
        flip(victim, bit)
        try:
            seen[kind, outcome(folder, expected)] += 1
        except AssertionError as error:
            raise AssertionError(f"seed {seed} trial {trial}: bit {bit} of {victim.name}: {error}") from error
        shutil.rmtree(folder)
    assert any(result == "named" for _, result in seen)


def test_the_length_of_the_last_records_in_the_log_cannot_shorten_it_silently(
    killed: tuple[Path, dict[bytes, bytes]], tmp_path: Path
) -> None:
    """LevelDB takes a record that reaches past the end of its log for a torn one and drops it without a word."""
    source, expected = killed
    log = sorted((source / "database").glob("*.log"))[-1]
    headers = _record_offsets(log.read_bytes())[-3:]
    for offset in headers:
        for bit in range(16):
            folder = tmp_path / f"{offset}-{bit}"
            shutil.copytree(source, folder)
            flip(folder / "database" / log.name, (offset + 4) * 8 + bit)
            assert outcome(folder, expected) == "named"
            shutil.rmtree(folder)


def _record_offsets(content: bytes) -> list[int]:
    offsets, position = [], 0
    while position + 7 <= len(content):
        if 32768 - position % 32768 < 7:
            position += 32768 - position % 32768
            continue
        offsets.append(position)
        position += 7 + int.from_bytes(content[position + 4 : position + 6], "little")
    return offsets


def test_a_missing_file_is_named(killed: tuple[Path, dict[bytes, bytes]], tmp_path: Path) -> None:
    source, expected = killed
    for victim in data_files(source):
        folder = tmp_path / victim.name
        shutil.copytree(source, folder)
        (folder / "database" / victim.name).unlink()
        assert outcome(folder, expected) == "named", victim.name


def test_a_shortened_file_is_harmless_or_named(killed: tuple[Path, dict[bytes, bytes]], tmp_path: Path) -> None:
    source, expected = killed
    rng = random.Random(5)
    for victim in data_files(source):
        for length in (0, rng.randrange(victim.stat().st_size), victim.stat().st_size - 1):
            folder = tmp_path / f"{victim.name}-{length}"
            shutil.copytree(source, folder)
            os.truncate(folder / "database" / victim.name, length)
            result = outcome(folder, expected)
            assert result == "named" or victim.suffix == "" or length, (victim.name, length)
            shutil.rmtree(folder)


def test_an_older_log_in_place_of_the_newest_is_named(tmp_path: Path) -> None:
    store = open_store(tmp_path / "live")
    store.write([(b"a", b"1")])
    (log,) = (tmp_path / "live" / "database").glob("*.log")
    older = log.read_bytes()
    store.write([(b"a", b"2")])
    store.close()
    log.write_bytes(older)
    with pytest.raises(DatabaseDamaged, match="acknowledged"):
        open_store(tmp_path / "live")


def test_a_log_torn_before_a_later_one_is_named(tmp_path: Path) -> None:
    """Two logs are alive while a full write buffer becomes a table; LevelDB would skip the rest of the first."""
    folder = tmp_path / "live"
    store = open_store(folder)
    store.write([(b"a", b"1")])
    store.write([(b"b", b"1")])
    store.close()
    (first,) = (folder / "database").glob("*.log")
    records = _record_offsets(first.read_bytes())
    whole = first.read_bytes()
    for keep, torn in ((records[-1], b""), (records[-2], whole[records[-2] : records[-2] + 9])):
        copy = tmp_path / f"copy-{keep}"
        shutil.copytree(folder, copy)
        (copy / "database" / first.name).write_bytes(whole[:keep] + torn)
        later = copy / "database" / f"{int(first.stem) + 9:06d}.log"
        later.write_bytes(_as_log(whole[records[-1] :], number_added=1))
        with pytest.raises(DatabaseDamaged):
            open_store(copy)


def _as_log(record: bytes, number_added: int) -> bytes:
    """The log record as the only one of a log, its commit number raised, its checksum right."""
    payload = bytearray(record[7:])
    payload[-8:] = (int.from_bytes(payload[-8:], "big") + number_added).to_bytes(8, "big")
    body = record[6:7] + bytes(payload)
    return _masked_crc32c(body).to_bytes(4, "little") + record[4:6] + body


def test_a_table_lost_or_rotting_under_a_running_store_is_named(
    killed: tuple[Path, dict[bytes, bytes]], tmp_path: Path
) -> None:
    source, expected = killed
    gone = tmp_path / "gone"
    shutil.copytree(source, gone)
    store = open_store(gone)
    for table in (gone / "database").glob("*.ldb"):
        table.unlink()
    with pytest.raises(DatabaseDamaged):
        list(store.scan(b""))
    with pytest.raises(DatabaseDamaged):
        for key in expected:
            assert store.get(key) == expected[key]
    store.close()


def test_what_a_power_cut_leaves_of_an_unacknowledged_batch_never_stops_a_restart(tmp_path: Path) -> None:
    """The sectors of a batch whose write had not returned reach the disk in any order, or not at all."""
    store = open_store(tmp_path / "live")
    fill(store, random.Random(8), 3)
    before, old = tmp_path / "before", dict(store.scan(b""))
    shutil.copytree(tmp_path / "live", before)
    store.write([(b"new%d" % index, random.Random(index).randbytes(3000)) for index in range(5)])
    (log,) = (tmp_path / "live" / "database").glob("*.log")
    after, new = log.read_bytes(), dict(store.scan(b""))
    store.close()
    results: Counter[str] = Counter()
    for seed in range(40):
        rng = random.Random(seed)
        folder = tmp_path / f"cut-{seed}"
        shutil.copytree(before, folder)
        path = folder / "database" / log.name
        path.write_bytes(torn(path.read_bytes(), after, rng))
        reopened = open_store(folder)
        found = dict(reopened.scan(b""))
        assert found in (old, new), f"seed {seed}"
        results["old" if found == old else "new"] += 1
        reopened.write([(b"next", b"1")])
        reopened.close()
    assert results["old"] > 10


def torn(old: bytes, new: bytes, rng: random.Random) -> bytes:
    size = rng.choice([len(new), rng.randint(len(old), len(new))])
    mixed = bytearray(old.ljust(size, b"\0"))
    share = rng.choice([0.5, 0.95])
    for sector in range(0, size, 512):
        if rng.random() < share:
            mixed[sector : sector + 512] = new[sector : min(sector + 512, size)]
    return bytes(mixed)


def test_the_checksum_is_leveldb_s_own(tmp_path: Path) -> None:
    assert _masked_crc32c(b"123456789") == (((0xE3069283 >> 15) | (0xE3069283 << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    store = open_store(tmp_path)
    store.write([(b"a", b"1")])
    store.close()
    (log,) = (tmp_path / "database").glob("*.log")
    content = log.read_bytes()
    for offset in _record_offsets(content):
        length = int.from_bytes(content[offset + 4 : offset + 6], "little")
        stored = int.from_bytes(content[offset : offset + 4], "little")
        assert stored == _masked_crc32c(content[offset + 6 : offset + 7 + length])


def test_a_lost_database_folder_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    shutil.rmtree(tmp_path / "database")
    with pytest.raises(DatabaseDamaged, match="missing"):
        open_store(tmp_path)


def test_a_folder_that_must_exist_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        LevelStore(tmp_path / "absent", schema=1, create=False)
    assert not (tmp_path / "absent").exists()


def test_a_creation_that_was_interrupted_starts_again(tmp_path: Path) -> None:
    open_store(tmp_path / "a").close()
    (tmp_path / "b").mkdir()
    shutil.copytree(tmp_path / "a" / "database", tmp_path / "b" / "database.new")
    (tmp_path / "b" / "database.new" / "CURRENT").unlink()
    store = open_store(tmp_path / "b")
    store.write([(b"a", b"1")])
    store.close()
    assert not (tmp_path / "b" / "database.new").exists()
