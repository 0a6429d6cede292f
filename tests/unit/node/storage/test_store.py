"""What every store promises, checked on LevelDB and on the simulated disk with the same tests."""

import random
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from node.storage import (
    Batch,
    HandleLost,
    InUse,
    KeyRefused,
    LevelStore,
    SchemaMismatch,
    SimulatedDisk,
    Sizes,
    StorageClosed,
    Store,
)

SMALL = Sizes(write_buffer_bytes=64 << 10, cache_bytes=1 << 20, open_files=64, table_bytes=64 << 10, ballast_bytes=4096)


class Place(Protocol):
    """Where a store lives: it can be opened, and its machine can lose power."""

    def open(self, schema: int = 1) -> Store: ...
    def crash(self, random: random.Random) -> None: ...


class LevelPlace:
    """Power is cut by continuing on a copy of the folder taken while the store was open, its log cut
    somewhere behind the last byte known to be synced."""

    def __init__(self, folder: Path) -> None:
        self._root, self._life = folder, 0
        self._store: LevelStore | None = None

    def open(self, schema: int = 1) -> Store:
        self._store = LevelStore(self._folder, schema=schema, sizes=SMALL)
        self.mark_synced()
        return self._store

    def mark_synced(self) -> None:
        self._synced = {path.name: path.stat().st_size for path in self._logs(self._folder)}

    def crash(self, random: random.Random) -> None:
        before = self._folder
        self._life += 1
        copy_running(before, self._folder)
        if self._store is not None:
            self._store.close()
        shutil.rmtree(before)
        newest = self._logs(self._folder)[-1]
        size = newest.stat().st_size
        with newest.open("r+b") as log:
            log.truncate(random.randint(min(size, self._synced.get(newest.name, 0)), size))

    @property
    def _folder(self) -> Path:
        return self._root / f"life-{self._life}"

    @staticmethod
    def _logs(folder: Path) -> list[Path]:
        return sorted((folder / "database").glob("*.log"))


def copy_running(source: Path, target: Path) -> None:
    """An image of one instant: taken again if LevelDB's background work changed the files meanwhile."""
    while True:
        try:
            before = sizes_in(source)
            shutil.copytree(source, target)
            if sizes_in(source) == before:
                return
        except (FileNotFoundError, shutil.Error):
            pass  # a compaction has just removed a file
        shutil.rmtree(target, ignore_errors=True)


def sizes_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (folder / "database").iterdir()}


class SimulatedPlace:
    def __init__(self, folder: Path) -> None:
        self.disk = SimulatedDisk(random.Random(1))

    def open(self, schema: int = 1) -> Store:
        return self.disk.open_store(schema=schema)

    def mark_synced(self) -> None:
        """The simulated disk knows by itself."""

    def crash(self, random: random.Random) -> None:
        self.disk.crash()


PLACES: list[Callable[[Path], Any]] = [LevelPlace, SimulatedPlace]


@pytest.fixture(params=PLACES, ids=["leveldb", "simulated"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return request.param(tmp_path)


@pytest.fixture
def store(place: Any) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


def test_a_batch_applies_in_order_and_a_later_entry_wins(store: Store) -> None:
    store.write([(b"a", b"1"), (b"a", None), (b"b", None), (b"b", b"2")])
    assert (store.get(b"a"), store.get(b"b")) == (None, b"2")


def test_an_empty_value_is_not_an_absent_one(store: Store) -> None:
    store.write([(b"a", b""), (b"", b"empty key")])
    assert (store.get(b"a"), store.get(b""), store.get(b"b")) == (b"", b"empty key", None)


@pytest.mark.parametrize("key", [b"\xff", b"\xffcommit", b"\xff\xff"])
def test_the_store_s_own_keys_cannot_be_written_or_scanned(store: Store, key: bytes) -> None:
    with pytest.raises(KeyRefused):
        store.write([(b"a", b"1"), (key, b"2")])
    with pytest.raises(KeyRefused):
        store.scan(key)
    assert store.get(b"a") is None


def test_a_scan_of_everything_shows_user_keys_only(store: Store) -> None:
    keys = [b"", b"\x00", b"a", b"a\xff", b"a\xff\xff", b"b", b"\xfe", b"\xfe\xff\xff"]
    store.write([(key, key) for key in keys])
    assert [key for key, _ in store.scan(b"")] == keys
    assert [key for key, _ in store.scan(b"", reverse=True)] == keys[::-1]


def test_a_scan_keeps_inside_its_prefix_in_both_directions(store: Store) -> None:
    store.write([(key, b"") for key in [b"`", b"a", b"a\x00", b"a\xff\xff", b"b", b"\xfe", b"\xfe\xff"]])
    inside = [b"a", b"a\x00", b"a\xff\xff"]
    assert [key for key, _ in store.scan(b"a")] == inside
    assert [key for key, _ in store.scan(b"a", reverse=True)] == inside[::-1]
    assert [key for key, _ in store.scan(b"a\xff", reverse=True)] == [b"a\xff\xff"]
    assert [key for key, _ in store.scan(b"\xfe", reverse=True)] == [b"\xfe\xff", b"\xfe"]
    assert list(store.scan(b"c")) == list(store.scan(b"c", reverse=True)) == []


def test_the_start_of_a_scan_is_included_and_must_lie_inside(store: Store) -> None:
    store.write([(b"a1", b""), (b"a3", b""), (b"b", b"")])
    assert [key for key, _ in store.scan(b"a", start=b"a1")] == [b"a1", b"a3"]
    assert [key for key, _ in store.scan(b"a", start=b"a2")] == [b"a3"]
    assert [key for key, _ in store.scan(b"a", start=b"a2", reverse=True)] == [b"a1"]
    assert [key for key, _ in store.scan(b"a", start=b"a3", reverse=True)] == [b"a3", b"a1"]
    assert list(store.scan(b"a", start=b"a0", reverse=True)) == []
    with pytest.raises(KeyRefused):
        store.scan(b"a", start=b"b")


def test_a_scan_sees_the_moment_of_its_call(store: Store) -> None:
    store.write([(b"a", b"1"), (b"b", b"1"), (b"c", b"1")])
    untouched, begun = store.scan(b""), store.scan(b"", reverse=True)
    assert next(begun) == (b"c", b"1")
    store.write([(b"a", b"2"), (b"aa", b"2"), (b"b", None)])
    assert list(untouched) == [(b"a", b"1"), (b"b", b"1"), (b"c", b"1")]
    assert list(begun) == [(b"b", b"1"), (b"a", b"1")]
    assert list(store.scan(b"")) == [(b"a", b"2"), (b"aa", b"2"), (b"c", b"1")]


def test_a_snapshot_keeps_its_view_and_ends_with_its_block(store: Store) -> None:
    store.write([(b"a", b"1"), (b"b", b"1")])
    with store.snapshot() as view:
        store.write([(b"a", b"2"), (b"b", None), (b"c", b"2")])
        assert (view.get(b"a"), view.get(b"b"), view.get(b"c")) == (b"1", b"1", None)
        left_over = view.scan(b"")
        assert list(view.scan(b"", reverse=True)) == [(b"b", b"1"), (b"a", b"1")]
    for use in (lambda: view.get(b"a"), lambda: view.scan(b""), lambda: next(left_over)):
        with pytest.raises(StorageClosed):
            use()
    assert store.get(b"a") == b"2"


def test_a_closed_store_says_so_to_every_caller(store: Store) -> None:
    store.write([(b"a", b"1")])
    scan = store.scan(b"")
    with store.snapshot() as view:
        store.close()
        store.close()
        for use in (
            lambda: store.get(b"a"),
            lambda: store.write([]),
            lambda: next(scan),
            lambda: view.get(b"a"),
            lambda: store.size_bytes(),
        ):
            with pytest.raises(StorageClosed):
                use()


def test_a_store_is_opened_once_at_a_time(place: Any) -> None:
    first = place.open()
    with pytest.raises(InUse):
        place.open()
    first.write([(b"a", b"1")])
    first.close()
    second = place.open()
    assert second.get(b"a") == b"1"
    second.close()


def test_another_schema_is_refused_and_named(place: Any) -> None:
    place.open(schema=3).close()
    with pytest.raises(SchemaMismatch) as caught:
        place.open(schema=4)
    assert (caught.value.found, caught.value.expected) == (3, 4)
    place.open(schema=3).close()


def test_size_grows_with_the_data(store: Store) -> None:
    before = store.size_bytes()
    store.write([(bytes([index]), random.Random(index).randbytes(2000)) for index in range(100)])
    assert store.size_bytes() - before >= 200_000


def test_readers_in_other_threads_see_whole_batches_until_the_store_closes(store: Store) -> None:
    store.write([(b"x", b"0"), (b"y", b"0")])
    torn: list[object] = []
    ready = threading.Barrier(5)

    def read() -> None:
        ready.wait()
        try:
            while True:
                with store.snapshot() as view:
                    pair = view.get(b"x"), view.get(b"y")
                    scanned = tuple(value for _, value in view.scan(b""))
                if pair[0] != pair[1] or scanned != pair:
                    torn.append((pair, scanned))
        except StorageClosed:
            return

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    ready.wait()
    for number in range(200):
        value = b"%d" % number
        store.write([(b"x", value), (b"y", value)], sync=False)
    store.close()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert torn == []


keys = st.binary(max_size=3).map(lambda key: key.replace(b"\xff", b"\xfe"))
batches = st.lists(st.tuples(keys, st.none() | st.binary(max_size=40)), max_size=6)


class StoreMachine(RuleBasedStateMachine):
    """A store beside a dictionary, through closing, crashing and reopening.

    `history` holds the state after the last synced write and after each unsynced one since: a crash may leave
    any of them and nothing else.
    """

    make_place: Callable[[Path], Any]

    @initialize(seed=st.integers(0, 2**32))
    def start(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder = Path(tempfile.mkdtemp(prefix="store-"))
        self.place = type(self).make_place(self.folder)
        self.store = self.place.open()
        self.history: list[dict[bytes, bytes]] = [{}]
        self.view: Any = None
        self.viewed: dict[bytes, bytes] = {}

    @rule(batch=batches, sync=st.booleans())
    def write(self, batch: Batch, sync: bool) -> None:
        self.store.write(batch, sync=sync)
        state = dict(self.history[-1])
        for key, value in batch:
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        self.history.append(state)
        if sync:
            self.history = [state]
            self.place.mark_synced()

    @rule(key=keys)
    def get(self, key: bytes) -> None:
        assert self.store.get(key) == self.history[-1].get(key)

    @rule(prefix=keys, suffix=keys, reverse=st.booleans())
    def scan(self, prefix: bytes, suffix: bytes, reverse: bool) -> None:
        start = prefix + suffix
        inside = [
            (key, value)
            for key, value in sorted(self.history[-1].items(), reverse=reverse)
            if key.startswith(prefix) and (not start or (key <= start if reverse else key >= start))
        ]
        assert list(self.store.scan(prefix, start=start, reverse=reverse)) == inside

    @precondition(lambda self: self.view is None)
    @rule()
    def take_snapshot(self) -> None:
        self.view = self.store.snapshot()
        self.reader = self.view.__enter__()
        self.viewed = dict(self.history[-1])

    @precondition(lambda self: self.view is not None)
    @rule()
    def leave_snapshot(self) -> None:
        self.view.__exit__(None, None, None)
        self.view = None

    @rule()
    def reopen(self) -> None:
        self.drop_snapshot()
        self.store.close()
        self.store = self.place.open()
        self.history = [self.history[-1]]

    @rule()
    def crash(self) -> None:
        self.drop_snapshot()
        dead = self.store
        self.place.crash(self.random)
        with pytest.raises((HandleLost, StorageClosed)):
            dead.get(b"a")
        self.store = self.place.open()
        survived = dict(self.store.scan(b""))
        assert survived in self.history
        self.history = [survived]

    @invariant()
    def snapshot_is_unmoved(self) -> None:
        if getattr(self, "view", None) is not None:
            assert dict(self.reader.scan(b"")) == self.viewed

    def drop_snapshot(self) -> None:
        if self.view is not None:
            self.leave_snapshot()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.drop_snapshot()
            self.store.close()
            shutil.rmtree(self.folder)


class LevelMachine(StoreMachine):
    make_place = LevelPlace


class SimulatedMachine(StoreMachine):
    make_place = SimulatedPlace


STEPS = settings(deadline=None, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow])
TestLevelStoreAgainstADictionary = LevelMachine.TestCase
TestLevelStoreAgainstADictionary.settings = settings(STEPS, max_examples=30)
TestSimulatedStoreAgainstADictionary = SimulatedMachine.TestCase
TestSimulatedStoreAgainstADictionary.settings = settings(STEPS, max_examples=300)
