"""What the builder puts into a block, and what it says of the rest."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest

from node.builder import Built, build_block
from node.chain.verify import verify_chain
from node.execution.errors import BadTransactionForm, InsufficientFunds, TransactionRefused
from node.execution.pyevm import PyEvmEngine
from node.pool.model import LeftOut, PoolLimits
from node.pool.pool import Pool
from node.primitives.block import encode_block
from node.primitives.certificate import validator_set_hash
from node.primitives.genesis import GenesisAccount
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Gas, Wei
from tests.unit.node.chain.transfers import (
    CHAIN_ID,
    CONTRACT,
    GAS,
    USERS,
    VALIDATOR_KEYS,
    Ledger,
    make_genesis,
    seal,
)

PAYEE = Address(b"\x99" * 20)


def frozen() -> int:
    return 0


class Bench:
    """A ledger with a pool on its head."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger or Ledger()
        self.pool = Pool(PoolLimits(), self.ledger.chain.config)
        self._upon_head(())

    def add(self, key: PrivateKey, nonce: int, *, gas: int = GAS, **fields: object) -> Transaction:
        wanted: dict[str, object] = {"chain_id": CHAIN_ID, "gas": gas, "to": PAYEE, **fields}
        unsigned = UnsignedTransaction(nonce=nonce, **wanted)  # type: ignore[arg-type]  # by name
        transaction = sign_transaction(unsigned, key)
        self.pool.add(transaction, self.ledger.chain.state(self.ledger.chain.head.number), 0, local=True, now_ms=0)
        return transaction

    def build(self, *, timestamp: int = 2_000, clock: Callable[[], int] = frozen, deadline: int = 1) -> Built:
        chain = self.ledger.chain
        return build_block(
            chain,
            self.pool.candidates(0),
            author=chain.head.next_validators[1],
            timestamp=timestamp,
            clock_ms=clock,
            deadline_ms=deadline,
        )

    def commit(self, built: Built) -> None:
        chain, executed = self.ledger.chain, built.executed
        self.pool.upon_left_out(built.left_out)
        chain.commit(executed.block.hash, seal(chain, executed.block.header))
        self._upon_head(executed.block.transactions)

    def _upon_head(self, mined: tuple[Transaction, ...]) -> None:
        head = self.ledger.chain.head
        state = self.ledger.chain.state(head.number)
        self.pool.upon_block(mined, state, 0, head.header.gas_limit)


def with_gas_limit(limit: int) -> Ledger:
    return Ledger(replace(make_genesis(), gas_limit=Gas(limit)))


def test_an_empty_pool_makes_an_empty_block() -> None:
    bench = Bench()
    built = bench.build()
    block = built.executed.block
    assert (block.transactions, built.left_out) == ((), ())
    assert block.header.coinbase == bench.ledger.chain.head.next_validators[1]
    assert block.header.extra_data == validator_set_hash(bench.ledger.chain.head.next_validators)
    bench.commit(built)
    assert bench.ledger.chain.head.number == 1


def test_another_node_accepts_what_was_built() -> None:
    bench, other = Bench(), Ledger()
    for nonce in range(3):
        for key in USERS[:3]:
            bench.add(key, nonce, value=nonce)
    block = bench.build().executed.block
    assert len(block.transactions) == 9
    other.chain.import_block(block, seal(other.chain, block.header))
    assert other.chain.head.hash == block.hash


def test_the_builder_executes_its_block_once() -> None:
    bench = Bench()
    bench.add(USERS[0], 0)
    built = bench.build()
    bench.ledger.transfers.begun.clear()
    bench.commit(built)
    assert bench.ledger.transfers.begun == []
    assert len(bench.pool) == 0


def test_time_never_goes_back() -> None:
    bench = Bench()
    bench.commit(bench.build(timestamp=5_000))
    built = bench.build(timestamp=4_000)
    assert built.executed.block.header.timestamp == 5_000
    assert Bench().build(timestamp=1_234).executed.block.header.timestamp == 1_234


def test_what_the_budget_does_not_allow_waits_and_says_so() -> None:
    bench = Bench()
    transactions = [bench.add(key, 0) for key in USERS[:6]]
    ticks: Iterator[int] = count()
    built = bench.build(clock=lambda: next(ticks), deadline=4)
    assert built.executed.block.transactions == tuple(transactions[:4]), (
        "the first, and those begun before the deadline"
    )
    assert [report.transaction_hash for report in built.left_out] == [each.hash for each in transactions[4:]]
    bench.commit(built)
    assert bench.pool.reason(transactions[5].hash) == "left out of the last block: execution budget"
    assert bench.build().executed.block.transactions == tuple(transactions[4:])


def test_one_payment_gets_through_whatever_the_clock_says() -> None:
    bench = Bench()
    for key in USERS[:3]:
        bench.add(key, 0)
    assert len(bench.build(clock=lambda: 10, deadline=0).executed.block.transactions) == 1


def test_a_block_never_exceeds_its_gas() -> None:
    bench = Bench(with_gas_limit(100_000))
    transactions = [bench.add(key, 0, gas=40_000) for key in USERS[:5]]
    built = bench.build()
    assert built.executed.block.transactions == tuple(transactions[:3]), "21,000 used each: the fourth fits no more"
    assert {report.reason for report in built.left_out} == {"left out of the last block: block gas limit"}
    assert [report.transaction_hash for report in built.left_out] == [each.hash for each in transactions[3:]]


def test_a_smaller_one_still_fits_behind_one_that_does_not() -> None:
    bench = Bench(with_gas_limit(100_000))
    for key in USERS[:2]:
        bench.add(key, 0, gas=21_000)
    big, small = bench.add(USERS[2], 0, gas=60_000), bench.add(USERS[3], 0)
    built = bench.build()
    assert small in built.executed.block.transactions
    assert [report.transaction_hash for report in built.left_out] == [big.hash]


def test_a_block_never_exceeds_its_bytes() -> None:
    genesis = make_genesis(max_block_bytes=4_000)
    bench = Bench(Ledger(genesis))
    for key in USERS[:8]:
        bench.add(key, 0, data=bytes(700), gas=100_000)
    block = bench.build().executed.block
    assert 2 <= len(block.transactions) <= 4
    assert len(encode_block(block)) <= 4_000


@pytest.mark.parametrize(
    ("refusal", "for_good"), [(BadTransactionForm("never"), True), (InsufficientFunds("not now"), False)]
)
def test_a_refused_transaction_takes_its_senders_later_ones_with_it(
    refusal: TransactionRefused, for_good: bool
) -> None:
    bench = Bench()
    first, refused, last = (bench.add(USERS[0], nonce) for nonce in range(3))
    fine = bench.add(USERS[1], 0)
    bench.ledger.transfers.refuses[refused.hash] = refusal
    built = bench.build()
    assert set(built.executed.block.transactions) == {first, fine}
    assert built.left_out == (LeftOut(refused.hash, str(refusal), for_good),)
    bench.commit(built)
    assert (refused.hash in bench.pool) is not for_good
    assert last.hash in bench.pool


def test_the_real_engine_accepts_what_the_real_engine_builds() -> None:
    genesis = make_genesis()
    contract = GenesisAccount(Wei(0), 1, answering([key.address for key in VALIDATOR_KEYS[:4]]), {})
    genesis = replace(genesis, alloc={**genesis.alloc, CONTRACT: contract})
    bench, other = Bench(Ledger(genesis, engine=PyEvmEngine())), Ledger(genesis, engine=PyEvmEngine())
    for number in range(1, 4):
        for key in USERS[:3]:
            bench.add(key, number - 1, value=10**18)
        bench.commit(bench.build())
        block, certificate = bench.ledger.chain.block(number), bench.ledger.chain.certificate(number)
        assert block is not None
        assert len(block.transactions) == 3
        other.chain.import_block(block, certificate)
    assert other.chain.head == bench.ledger.chain.head
    verify_chain(other.chain, lambda done, of: None)


def answering(addresses: list[Address]) -> bytes:
    """Code that answers the ABI encoding of `addresses` to whatever it is asked: CODECOPY what follows it, RETURN."""
    words = (b"\x20", bytes([len(addresses)]), *addresses)
    answer = b"".join(word.rjust(32, b"\0") for word in words)
    length = bytes([len(answer)])
    return b"\x60" + length + b"\x60\x0a\x5f\x39" + b"\x60" + length + b"\x5f\xf3" + answer
