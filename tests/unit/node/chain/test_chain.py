"""What the chain accepts, keeps and says."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from node.chain.chain import Chain
from node.chain.errors import (
    CertificateRefused,
    GenesisMismatch,
    GenesisRefused,
    NotExecuted,
    StatePruned,
    UnknownParent,
)
from node.chain.model import Committed, Location
from node.chain.verify import verify_chain
from node.execution.block import Executed
from node.execution.errors import BlockRefused
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, seal_digest, validator_set_hash
from node.primitives.hashing import keccak
from node.primitives.types import Address, BlockNumber, Gas, Hash32
from node.state import account_proof
from node.storage.leveldb import LevelStore, Sizes
from tests.unit.node.chain.transfers import (
    CHAIN_ID,
    CONTRACT,
    DESTROY,
    FAIL,
    RICH,
    STORAGE,
    USERS,
    VALIDATOR_KEYS,
    Ledger,
    deploy,
    make_foreign_genesis,
    make_genesis,
    seal,
    set_slots,
    store,
)

PAYEE = Address(b"\x99" * 20)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


# -- genesis and opening


def test_a_new_chain_begins_with_its_genesis(ledger: Ledger) -> None:
    head = ledger.chain.head
    assert (head.number, head.certificate) == (0, None)
    assert head.hash == ledger.chain.genesis_hash == ledger.chain.block_hash(0)
    assert head.next_validators == tuple(key.address for key in VALIDATOR_KEYS[:4])
    account = ledger.chain.state(0).account(USERS[0].address)
    assert account is not None
    assert account.balance == RICH


def test_another_genesis_is_refused_naming_both(ledger: Ledger) -> None:
    stored = ledger.chain.genesis_hash
    ledger.genesis = replace(ledger.genesis, timestamp=1)
    with pytest.raises(GenesisMismatch) as refused:
        ledger.reopen()
    assert refused.value.stored == stored
    assert stored.hex() in str(refused.value)
    assert refused.value.given.hex() in str(refused.value)


def test_a_genesis_whose_extra_data_names_others_is_refused() -> None:
    lying = replace(make_genesis(), extra_data=validator_set_hash([key.address for key in VALIDATOR_KEYS[:3]]))
    with pytest.raises(GenesisRefused, match="extraData"):
        Ledger(lying)


def test_a_genesis_without_a_validators_contract_is_refused() -> None:
    genesis = make_genesis()
    alloc = {address: account for address, account in genesis.alloc.items() if address != CONTRACT}
    with pytest.raises(GenesisRefused, match="answers nobody"):
        Ledger(replace(genesis, alloc=alloc))


def test_a_reopened_chain_stands_where_it_stood(ledger: Ledger) -> None:
    ledger.grow(ledger.pay(USERS[0], to=PAYEE, value=5))
    before = ledger.grow()
    ledger.reopen()
    assert ledger.chain.head == before
    account = ledger.chain.state(1).account(PAYEE)
    assert account is not None
    assert account.balance == 5
    assert ledger.grow().number == 3


# -- blocks in and out


def test_everything_of_a_committed_block_is_found_again(ledger: Ledger) -> None:
    good, bad = ledger.pay(USERS[0], to=PAYEE, value=7), ledger.pay(USERS[1], data=FAIL)
    executed = ledger.make(good, bad)
    certificate = seal(ledger.chain, executed.block.header)
    head = ledger.chain.commit(executed.block.hash, certificate)
    ledger.reopen()
    chain, block = ledger.chain, executed.block
    assert chain.block(1) == chain.block_by_hash(head.hash) == block
    assert chain.header(1) == chain.header_by_hash(head.hash) == block.header
    assert chain.number_of(head.hash) == 1
    assert chain.certificate(1) == certificate
    assert chain.locate(bad.hash) == Location(BlockNumber(1), 1)
    found = chain.block(1)
    assert found is not None
    assert [each.sender for each in found.transactions] == [USERS[0].address, USERS[1].address]
    receipts = chain.receipts(1)
    assert [entry.receipt for entry in receipts] == [entry.receipt for entry in executed.result.results]
    assert [entry.gas_used for entry in receipts] == [21_000, 21_000]
    assert [entry.revert_data for entry in receipts] == [b"", b"\xee" * 1024]


def test_what_is_beyond_the_head_does_not_exist(ledger: Ledger) -> None:
    ledger.make(transaction := ledger.pay(USERS[0]))
    chain, nobody = ledger.chain, Hash32(b"\1" * 32)
    assert (chain.header(1), chain.block(1), chain.certificate(1), chain.header(-1)) == (None,) * 4
    assert (chain.block_by_hash(nobody), chain.number_of(nobody), chain.locate(transaction.hash)) == (None,) * 3
    with pytest.raises(StatePruned, match="block 1 is not kept: this node has those of blocks 0 to 0"):
        chain.state(1)


def test_a_block_is_executed_once(ledger: Ledger) -> None:
    author, other = ledger, Ledger()
    executed = author.make(author.pay(USERS[0], value=3))
    author.transfers.begun.clear()
    author.chain.execute(executed.block)
    author.chain.commit(executed.block.hash, seal(author.chain, executed.block.header))
    assert author.transfers.begun == []
    certificate = seal(other.chain, executed.block.header)
    other.chain.execute(executed.block)
    other.chain.execute(executed.block)
    other.chain.commit(executed.block.hash, certificate)
    assert other.transfers.begun.count(1) == 2, "getValidators() for block 1, then block 1"
    assert other.chain.head == author.chain.head


def test_another_node_imports_what_one_has_committed(ledger: Ledger) -> None:
    other = Ledger()
    for count in range(5):
        ledger.grow(*(ledger.pay(USERS[index], value=count) for index in range(count)))
        block, certificate = ledger.chain.block(count + 1), ledger.chain.certificate(count + 1)
        assert block is not None
        other.chain.import_block(block, certificate)
        other.chain.import_block(block, certificate)
    assert other.chain.head == ledger.chain.head


def test_subscribers_hear_of_each_block_after_it_is_readable(ledger: Ledger) -> None:
    heard: list[Committed] = []

    def hear(committed: Committed) -> None:
        assert ledger.chain.head == committed.head
        assert ledger.chain.block(committed.head.number) == committed.block
        heard.append(committed)

    end = ledger.chain.subscribe(hear)
    ledger.grow(ledger.pay(USERS[0]))
    ledger.grow()
    end()
    ledger.grow()
    assert [committed.head.number for committed in heard] == [1, 2]
    assert heard[0].receipts == ledger.chain.receipts(1)


def test_a_result_made_elsewhere_on_the_head_is_taken_over(ledger: Ledger) -> None:
    executed = Ledger().make(ledger.pay(USERS[0]))
    ledger.chain.commit(executed, seal(ledger.chain, executed.block.header))
    assert ledger.chain.head.hash == executed.block.hash


# -- what is refused


def refusing(ledger: Ledger, executed: Executed, **fields: object) -> str:
    """The field that the refusal of `executed` with other header fields names."""
    header = replace(executed.block.header, **fields)  # type: ignore[arg-type]  # passed on by name
    with pytest.raises(BlockRefused) as refused:
        ledger.chain.execute(Block(header, executed.block.transactions))
    return refused.value.field


def test_a_block_with_one_field_altered_is_refused_naming_it(ledger: Ledger) -> None:
    ledger.grow()
    executed = ledger.make(ledger.pay(USERS[0], value=1))
    altered: dict[str, object] = {
        "coinbase": USERS[0].address,
        "extra_data": b"\1" * 32,
        "state_root": Hash32(b"\1" * 32),
        "receipts_root": Hash32(b"\1" * 32),
        "transactions_root": Hash32(b"\1" * 32),
        "gas_used": Gas(1),
        "gas_limit": Gas(1_000_000),
        "number": BlockNumber(7),
        "timestamp": 1,
        "base_fee": 1,
        "bloom": b"\1" * 256,
        "requests_hash": Hash32(b"\1" * 32),
    }
    assert {field: refusing(ledger, executed, **{field: value}) for field, value in altered.items()} == {
        field: field for field in altered
    }


def test_a_block_on_another_parent_is_refused(ledger: Ledger) -> None:
    executed = ledger.make()
    ledger.grow(ledger.pay(USERS[0]))
    with pytest.raises(UnknownParent, match="parent_hash"):
        ledger.chain.execute(executed.block)
    with pytest.raises(NotExecuted):
        ledger.chain.commit(executed.block.hash, None)


def test_a_block_is_not_committed_without_its_certificate(ledger: Ledger) -> None:
    executed = ledger.make()
    header, chain = executed.block.header, ledger.chain
    right = seal(chain, header)
    digest = seal_digest(CHAIN_ID, chain.genesis_hash, header.hash, 0)
    elsewhere = seal_digest(CHAIN_ID + 1, chain.genesis_hash, header.hash, 0)
    cases: list[tuple[str, CommitCertificate | None]] = [
        ("there is none", None),
        ("2 seals, 3 needed", seal(chain, header, count=2)),
        ("sealed twice", CommitCertificate(0, (right.seals[0], *right.seals[:2]))),
        ("no validator of this height", CommitCertificate(0, tuple(key.sign(digest) for key in USERS[:3]))),
        ("another block, round or chain", CommitCertificate(1, right.seals)),
        (
            "another block, round or chain",
            CommitCertificate(0, tuple(key.sign(elsewhere) for key in VALIDATOR_KEYS[:3])),
        ),
        ("no signature", CommitCertificate(0, (b"\xff" * 65, *right.seals[1:]))),
        ("5 seals, but 4 validators", CommitCertificate(0, (*right.seals, *right.seals[:2]))),
    ]
    for words, certificate in cases:
        with pytest.raises(CertificateRefused, match=f"certificate of block 1 is refused: .*{words}"):
            chain.commit(executed.block.hash, certificate)
        assert chain.head.number == 0
    chain.commit(executed.block.hash, seal(chain, header, round_=3, count=4))


def test_import_judges_the_certificate_before_it_executes(ledger: Ledger) -> None:
    executed = Ledger().make()
    ledger.transfers.begun.clear()
    with pytest.raises(CertificateRefused):
        ledger.chain.import_block(executed.block, None)
    assert ledger.transfers.begun == []


def test_the_next_set_is_read_as_of_the_next_block() -> None:
    """The contract is number-dependent: a set stored now seals from its activation on, and extra_data says so."""
    ledger = Ledger()
    later = VALIDATOR_KEYS[3:7]
    for slot, value in {**set_slots(later, 1001), 1000: 9}.items():
        ledger.grow(ledger.pay(USERS[0], to=CONTRACT, data=store(slot, value)))
    while ledger.chain.head.number < 7:
        ledger.grow()
    assert set(ledger.chain.head.next_validators) == {key.address for key in VALIDATOR_KEYS[:4]}
    ledger.grow()
    addresses = tuple(key.address for key in later)
    assert ledger.chain.head.next_validators == addresses, "after block 8: who seals block 9"
    assert ledger.chain.head.header.extra_data == validator_set_hash(addresses)
    ledger.grow()
    assert ledger.chain.validators(8) == tuple(key.address for key in VALIDATOR_KEYS[:4])
    assert ledger.chain.validators(9) == ledger.chain.validators(10) == addresses
    changes = list(ledger.chain.set_changes())
    assert [number for number, _ in changes] == [0, 8]
    assert ledger.chain.validator_set(changes[1][1]) == addresses
    ledger.reopen()
    assert ledger.chain.head.next_validators == addresses
    verify_chain(ledger.chain, lambda done, of: None)


def test_a_block_that_would_leave_nobody_to_seal_is_refused(ledger: Ledger) -> None:
    other = Ledger()
    emptied = other.pay(USERS[0], to=CONTRACT, data=store(0, 0))
    good = other.make()
    foreign = Ledger(make_foreign_genesis())
    made = foreign.make(emptied)
    header = replace(
        made.block.header,
        parent_hash=ledger.chain.head.hash,
        extra_data=good.block.header.extra_data,
        coinbase=good.block.header.coinbase,
        base_fee=good.block.header.base_fee,
    )
    with pytest.raises(BlockRefused, match=r"extra_data .* getValidators\(\) answers nobody"):
        ledger.chain.execute(Block(header, (emptied,)))


# -- foreign chains


def test_a_foreign_chain_needs_no_certificates_and_has_no_validators() -> None:
    ledger = Ledger(make_foreign_genesis())
    head = ledger.grow(ledger.pay(USERS[0], value=1))
    assert (head.next_validators, head.certificate, head.header.extra_data) == ((), None, b"")
    ledger.reopen()
    assert ledger.chain.head == head
    assert (ledger.chain.validators(1), list(ledger.chain.set_changes())) == ((), [])
    verify_chain(ledger.chain, lambda done, of: None)


def test_a_foreign_chain_keeps_the_strict_clock() -> None:
    ledger = Ledger(make_foreign_genesis())
    executed = ledger.make()
    assert refusing(ledger, executed, timestamp=ledger.chain.head.header.timestamp) == "timestamp"


# -- state


def test_contracts_code_and_storage_live_on_and_go(ledger: Ledger) -> None:
    chain = ledger.chain
    ledger.grow(ledger.pay(USERS[0], data=deploy(b"code")), ledger.pay(USERS[1], data=store(5, 6)))
    account = chain.state(1).account(STORAGE)
    assert account is not None
    assert chain.state(1).code(account.code_hash) == b"code"
    assert chain.state(1).storage(STORAGE, 5) == 6
    proof = account_proof(chain.nodes, chain.head.header.state_root, STORAGE, [5])
    assert proof.slots[0].value == 6
    assert keccak(proof.proof[0]) == chain.head.header.state_root
    ledger.grow(ledger.pay(USERS[0], data=DESTROY))
    assert chain.state(2).account(STORAGE) is None
    assert chain.state(1).storage(STORAGE, 5) == 6
    verify_chain(chain, lambda done, of: None)


def test_readers_see_whole_heads_while_the_writer_goes_on(ledger: Ledger) -> None:
    chain, faults, done = ledger.chain, list[str](), threading.Event()

    def read() -> None:
        while not done.is_set():
            head = chain.head
            block = chain.block(head.number)
            account = chain.state(head.number).account(PAYEE)
            paid = 0 if account is None else account.balance
            if block is None or block.hash != head.hash or paid != head.number:
                faults.append(f"block {head.number}: {paid}")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(40):
        ledger.grow(ledger.pay(USERS[0], to=PAYEE, value=1))
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []


def test_opening_needs_no_walk_of_the_chain(ledger: Ledger) -> None:
    for _ in range(30):
        ledger.grow()
    reads: list[bytes] = []
    inner = ledger.store.get

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(ledger.store, name)

        def get(self, key: bytes) -> bytes | None:
            reads.append(key)
            return inner(key)

    Chain.open(Counting(), ledger.genesis, ledger.engine, archive=False)  # type: ignore[arg-type]  # by attribute
    assert len(reads) < 25


def test_a_chain_on_disk_stands_where_it_stood(tmp_path: Path) -> None:
    class OnDisk(Ledger):
        def open(self) -> None:
            self.store = LevelStore(tmp_path, schema=1, sizes=Sizes(ballast_bytes=0))
            self.chain = Chain.open(self.store, self.genesis, self.engine, archive=False, window=3)

    ledger = OnDisk()
    for value in range(8):
        ledger.grow(ledger.pay(USERS[0], to=PAYEE, value=value), ledger.pay(USERS[1], data=store(value, 1)))
    head = ledger.chain.head
    ledger.reopen()
    assert (ledger.chain.head, ledger.chain.oldest_state) == (head, 6)
    account = ledger.chain.state(6).account(PAYEE)
    assert account is not None
    assert account.balance == sum(range(6))
    verify_chain(ledger.chain, lambda done, of: None)
    ledger.store.close()
