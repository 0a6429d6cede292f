"""What is kept of old states and what goes."""

import gc
import random

import pytest

from node.chain.errors import StatePruned
from node.chain.records import ORPHANS
from node.chain.verify import check_state, verify_chain
from node.primitives.transaction import Transaction
from node.primitives.types import Address
from node.state.model import StateReader
from tests.unit.node.chain.transfers import DESTROY, STORAGE, USERS, Ledger, deploy, store

PLACES = [STORAGE, *(Address(bytes([n]) * 20) for n in range(200, 206))]
WINDOW = 5


def random_block(ledger: Ledger, chance: random.Random) -> list[Transaction]:
    """Payments, slots set, reset and cleared, contracts made, destroyed and made again: values repeat, so nodes that
    were orphaned come back."""
    made = []
    for _ in range(chance.randrange(6)):
        kind = chance.randrange(8)
        data = b""
        if kind < 5:
            data = store(chance.randrange(12), chance.randrange(3))
        elif kind == 5:
            data = DESTROY
        elif kind == 6:
            data = deploy(b"code %d" % chance.randrange(3))
        made.append(ledger.pay(chance.choice(USERS), to=chance.choice(PLACES), value=chance.randrange(2), data=data))
    return made


def contents(state: StateReader) -> list[object]:
    accounts = [state.account(address) for address in (*PLACES, *(key.address for key in USERS))]
    slots = [state.storage(place, slot) for place in PLACES for slot in range(12)]
    return [accounts, slots, [state.code(account.code_hash) for account in accounts if account is not None]]


def node_records(ledger: Ledger) -> int:
    return sum(1 for prefix in (b"a", b"s") for _ in ledger.store.scan(prefix))


@pytest.mark.parametrize("seed", range(4))
def test_states_in_the_window_stay_whole_and_older_ones_are_refused(seed: int) -> None:
    chance = random.Random(seed)
    ledger = Ledger(seed=seed, window=WINDOW)
    written = [contents(ledger.chain.state(0))]
    for number in range(1, 50):
        ledger.grow(*random_block(ledger, chance))
        written.append(contents(ledger.chain.state(number)))
        if chance.random() < 0.1:
            ledger.reopen()
        oldest = ledger.chain.oldest_state
        assert number - WINDOW - 1 <= oldest <= max(0, number - WINDOW + 1), f"seed {seed}"
        for kept in {oldest, chance.randint(oldest, number)}:
            assert contents(ledger.chain.state(kept)) == written[kept], f"seed {seed}, block {kept} at {number}"
        if oldest:
            with pytest.raises(StatePruned):
                ledger.chain.state(oldest - 1)
    for kept in range(ledger.chain.oldest_state, 50):
        assert contents(ledger.chain.state(kept)) == written[kept], f"seed {seed}, block {kept} at the end"
    verify_chain(ledger.chain, lambda done, of: None)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_but_the_kept_states_remains(seed: int) -> None:
    """After the window has passed over a quiet stretch, only the nodes of the one state that all blocks share are
    there: exactly those that a walk reaches."""
    chance = random.Random(seed)
    ledger, archive = Ledger(window=WINDOW), Ledger(archive=True)
    for _ in range(40):
        transactions = random_block(ledger, chance)
        ledger.grow(*transactions)
        archive.grow(*transactions)
    for _ in range(2 * WINDOW):
        ledger.grow()
    archive.grow()
    reached: set[tuple[bytes, bytes]] = set()

    class Watching:
        def node(self, owner: bytes, node_hash: bytes) -> bytes:
            reached.add((owner, node_hash))
            return ledger.chain.nodes.node(owner, node_hash)  # type: ignore[arg-type]  # a Hash32

        def code(self, code_hash: bytes) -> bytes:
            return ledger.chain.nodes.code(code_hash)  # type: ignore[arg-type]  # a Hash32

    check_state(Watching(), ledger.chain.head.header.state_root, 0)
    assert node_records(ledger) == len(reached), f"seed {seed}"
    assert node_records(archive) > 2 * len(reached)
    assert contents(archive.chain.state(40)) == contents(ledger.chain.state(ledger.chain.head.number))


def test_an_archive_keeps_every_state() -> None:
    chance = random.Random(7)
    ledger = Ledger(archive=True, window=WINDOW)
    written = []
    for number in range(1, 20):
        ledger.grow(*random_block(ledger, chance))
        written.append(contents(ledger.chain.state(number)))
    assert [contents(ledger.chain.state(number)) for number in range(1, 20)] == written


def test_an_open_read_keeps_its_state_until_it_ends() -> None:
    chance = random.Random(3)
    ledger = Ledger(window=WINDOW)
    for _ in range(3):
        ledger.grow(*random_block(ledger, chance))
    reading = ledger.chain.state(2)
    before = contents(ledger.chain.state(2))
    for _ in range(30):
        ledger.grow(*random_block(ledger, chance))
    assert ledger.chain.oldest_state == 2
    assert contents(reading) == before
    del reading
    gc.collect()
    for _ in range(30):
        ledger.grow(*random_block(ledger, chance))
    assert ledger.chain.oldest_state == ledger.chain.head.number - WINDOW + 1
    with pytest.raises(StatePruned):
        ledger.chain.state(2)


def test_an_archive_turned_off_is_pruned_step_by_step() -> None:
    chance = random.Random(5)
    ledger = Ledger(archive=True, window=WINDOW)
    for _ in range(40):
        ledger.grow(*random_block(ledger, chance))
    before = contents(ledger.chain.state(40))
    ledger.archive = False
    ledger.reopen()
    left = [ledger.chain.prune(10) for _ in range(4)]
    assert left == [26, 16, 6, 0]
    assert ledger.chain.oldest_state == 36
    lists = [int.from_bytes(key[1:], "big") for key, _ in ledger.store.scan(ORPHANS)]
    assert lists == [0, 37, 38, 39, 40], "the genesis orphaned nothing; the others' orphans belong to kept states"
    assert contents(ledger.chain.state(40)) == before
    verify_chain(ledger.chain, lambda done, of: None)
