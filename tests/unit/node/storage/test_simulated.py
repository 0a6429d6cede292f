"""The simulated disk's own promises: what a crash takes, repeatably, and what it never takes."""

import random

import pytest

from node.storage import DatabaseDamaged, DiskFull, HandleLost, InUse, SimulatedDisk


def survivors(seed: int, unsynced: int) -> tuple[int, list[bytes]]:
    disk = SimulatedDisk(random.Random(seed))
    store = disk.open_store()
    store.write([(b"synced", b"")])
    for number in range(unsynced):
        store.write([(b"n%d" % number, b""), (b"twin%d" % number, b"")], sync=False)
    disk.crash()
    kept = [key for key, _ in disk.open_store().scan(b"")]
    return sum(key.startswith(b"n") for key in kept), kept


def test_a_crash_takes_unsynced_batches_whole_and_from_the_newest_backwards() -> None:
    counts = set()
    for seed in range(60):
        count, kept = survivors(seed, 4)
        expected = [b"n%d" % n for n in range(count)] + [b"synced"] + [b"twin%d" % n for n in range(count)]
        assert kept == expected, f"seed {seed}"
        counts.add(count)
    assert counts == {0, 1, 2, 3, 4}


def test_the_same_seed_crashes_the_same_way() -> None:
    assert [survivors(seed, 6) for seed in range(20)] == [survivors(seed, 6) for seed in range(20)]


def test_a_synced_write_saves_all_before_it() -> None:
    for seed in range(20):
        disk = SimulatedDisk(random.Random(seed))
        store = disk.open_store()
        store.write([(b"a", b"1"), (b"kept", b"1")], sync=False)
        store.write([(b"b", b"1")])
        store.write([(b"a", None)], sync=False)
        disk.crash()
        assert {key for key, _ in disk.open_store().scan(b"")} - {b"a"} == {b"b", b"kept"}, f"seed {seed}"


def test_handles_die_with_the_machine_and_its_locks_with_them() -> None:
    disk = SimulatedDisk(random.Random(1))
    store = disk.open_store()
    store.write([(b"a", b"1")])
    scan = store.scan(b"")
    with store.snapshot() as view:
        disk.crash()
        for use in (lambda: store.get(b"a"), lambda: view.get(b"a"), lambda: next(scan), lambda: store.write([])):
            with pytest.raises(HandleLost):
                use()
    reopened = disk.open_store()
    store.close()
    with pytest.raises(InUse):
        disk.open_store()
    assert reopened.get(b"a") == b"1"


def test_the_machine_can_die_inside_a_write_which_then_happened_whole_or_not_at_all() -> None:
    seen = set()
    for seed in range(40):
        disk = SimulatedDisk(random.Random(seed))
        store = disk.open_store()
        disk.crash_after(1)
        store.write([(b"a", b"1")])
        with pytest.raises(HandleLost):
            store.write([(b"a", b"2"), (b"b", b"2")])
        store = disk.open_store()
        seen.add((store.get(b"a"), store.get(b"b")))
        store.write([(b"c", b"3")])
    assert seen == {(b"1", None), (b"2", b"2")}


def test_damage_is_named_by_whoever_reads_it_and_spares_the_rest() -> None:
    disk = SimulatedDisk(random.Random(3))
    store = disk.open_store()
    keys = [b"%d" % number for number in range(5)]
    store.write([(key, b"value") for key in keys])
    victim = disk.corrupt_store()
    assert victim in keys
    for key in keys:
        if key == victim:
            with pytest.raises(DatabaseDamaged):
                store.get(key)
        else:
            assert store.get(key) == b"value"
    with pytest.raises(DatabaseDamaged):
        list(store.scan(b""))


def test_a_full_disk_stops_writing_until_it_has_space_and_is_reopened() -> None:
    disk = SimulatedDisk(random.Random(3))
    store, record = disk.open_store(), disk.open_record("state", create=True)
    store.write([(b"a", b"1")])
    disk.full = True
    for _ in range(2):
        with pytest.raises(DiskFull):
            store.write([(b"a", b"2")])
    with pytest.raises(DiskFull):
        record.write(b"x")
    assert store.get(b"a") == b"1"
    assert isinstance(store.write_fault(), DiskFull)
    disk.full = False
    with pytest.raises(DiskFull):
        store.write([(b"a", b"2")])
    store.close()
    store = disk.open_store()
    assert store.write_fault() is None
    store.write([(b"a", b"2")])
