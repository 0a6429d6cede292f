"""Blocks of our own chains: the builder's are valid, and each way of leaving the rules is refused by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from eth.vm.forks.london.headers import calculate_expected_base_fee_per_gas
from hypothesis import given
from hypothesis import strategies as st

from node.execution.block import (
    Executed,
    assemble_block,
    check_header,
    child_environment,
    execute_block,
    next_base_fee,
    next_excess_blob_gas,
    rules_of,
    transactions_root,
    withdrawals_root,
)
from node.execution.errors import BlockRefused, MalformedDeposit
from node.execution.system import DEPOSIT_EVENT, deposits, requests_hash
from node.primitives.block import Block, Header, Withdrawal, encode_block
from node.primitives.genesis import (
    EMPTY_REQUESTS_HASH,
    PRAGUE_BLOBS,
    ChainConfig,
    Genesis,
    QbftRules,
    genesis_block,
)
from node.primitives.receipt import Log
from node.primitives.transaction import Transaction, TransactionKind
from node.primitives.types import ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei
from tests.unit.node.execution.world import CHAIN_ID, COINBASE, World, account, sign

VALIDATORS = Address(b"\x11" * 20)
OURS = ChainConfig(CHAIN_ID, QbftRules(validators_contract=VALIDATORS))
PRICED = ChainConfig(CHAIN_ID, QbftRules(validators_contract=VALIDATORS, zero_base_fee=False))
FOREIGN = ChainConfig(CHAIN_ID, None)
NEXT_SET = b"\x77" * 32
ANY_HASH = Hash32(b"\xab" * 32)


def hash_of(number: BlockNumber) -> Hash32:
    return ANY_HASH


def genesis_header(world: World, config: ChainConfig, **fields: Any) -> Header:
    base_fee = Wei(0) if config is OURS else Wei(8)
    genesis = Genesis(config, {}, 1_000, NEXT_SET, Gas(30_000_000), 0, bytes(8), ZERO_HASH, ZERO_ADDRESS, base_fee)
    return replace(genesis_block(genesis, world.root).header, **fields)


def build(world: World, config: ChainConfig, *transactions: Transaction, **fields: Any) -> tuple[Header, Executed]:
    parent = genesis_header(world, config)
    wanted = {"coinbase": COINBASE, "timestamp": 1_001, **fields}
    environment = child_environment(parent, config, block_hash=hash_of, **wanted)
    session = world.engine.begin(world.state, environment, rules_of(config))
    for transaction in transactions:
        session.apply(transaction)
    return parent, assemble_block(world, parent, environment, transactions, session.finish(), NEXT_SET)


@pytest.mark.parametrize("config", [OURS, PRICED, FOREIGN], ids=["free", "priced", "foreign"])
def test_what_a_builder_makes_everyone_accepts(config: ChainConfig, world: Callable[..., World]) -> None:
    made = world()
    parent, built = build(made, config, sign(), sign(nonce=1, value=3))
    checked = execute_block(made.engine, made, parent, built.block, config, hash_of)
    assert checked == built
    assert built.block.header.requests_hash == EMPTY_REQUESTS_HASH
    assert built.block.header.base_fee == (0 if config is OURS else 8 - 1)
    assert built.block.header.gas_used == 42_000


def test_two_blocks_in_one_second_are_ours_but_not_ethereums(world: Callable[..., World]) -> None:
    made = world()
    parent, built = build(made, OURS, timestamp=1_000)
    execute_block(made.engine, made, parent, built.block, OURS, hash_of)
    parent, built = build(made, FOREIGN, timestamp=1_000)
    with pytest.raises(BlockRefused, match="timestamp is 1000, expected more than the parent's, 1000"):
        execute_block(made.engine, made, parent, built.block, FOREIGN, hash_of)


OUR_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "parent_hash": {"parent_hash": ANY_HASH},
    "ommers_hash": {"ommers_hash": ANY_HASH},
    "coinbase": {"coinbase": ZERO_ADDRESS},
    "state_root": {"state_root": ANY_HASH},
    "transactions_root": {"transactions_root": ANY_HASH},
    "receipts_root": {"receipts_root": ANY_HASH},
    "bloom": {"bloom": b"\xff" * 256},
    "difficulty": {"difficulty": 1},
    "number": {"number": 2},
    "gas_limit": {"gas_limit": 30_000_001},
    "gas_used": {"gas_used": 1},
    "timestamp": {"timestamp": 999},
    "extra_data": {"extra_data": bytes(31)},
    "mix_hash": {"mix_hash": ANY_HASH},
    "nonce": {"nonce": b"\x01" * 8},
    "base_fee": {"base_fee": 1},
    "withdrawals_root": {"withdrawals_root": ANY_HASH},
    "blob_gas_used": {"blob_gas_used": 131_072},
    "excess_blob_gas": {"excess_blob_gas": 1},
    "parent_beacon_root": {"parent_beacon_root": ANY_HASH},
    "requests_hash": {"requests_hash": ANY_HASH},
}


@pytest.mark.parametrize("field", OUR_HEADERS)
def test_every_field_of_our_header_is_held_to_the_rules(field: str, world: Callable[..., World]) -> None:
    made = world()
    parent, built = build(made, OURS, sign())
    altered = replace(built.block, header=replace(built.block.header, **OUR_HEADERS[field]))
    with pytest.raises(BlockRefused) as refusal:
        execute_block(made.engine, made, parent, altered, OURS, hash_of)
    assert refusal.value.field == field


def test_gas_used_above_the_limit_is_refused_before_execution(world: Callable[..., World]) -> None:
    made = world()
    parent, built = build(made, OURS)
    header = replace(built.block.header, gas_used=Gas(30_000_001))
    with pytest.raises(BlockRefused, match="gas_used is 30000001, expected at most the gas limit"):
        check_header(header, parent, OURS)


def refusal_of(made: World, config: ChainConfig, parent: Header, block: Block) -> str:
    """With the roots of the body as they must be, so that the body itself is judged."""
    header = replace(
        block.header,
        transactions_root=transactions_root(block.transactions),
        withdrawals_root=withdrawals_root(block.withdrawals),
        blob_gas_used=Gas(sum(transaction.blob_gas for transaction in block.transactions)),
    )
    with pytest.raises(BlockRefused) as refusal:
        execute_block(made.engine, made, parent, replace(block, header=header), config, hash_of)
    return refusal.value.field


def test_what_our_bodies_may_not_hold(world: Callable[..., World]) -> None:
    made = world()
    parent, built = build(made, OURS)
    blob = sign(kind=TransactionKind.BLOB, max_fee_per_blob_gas=1, blob_hashes=(Hash32(b"\x01" + bytes(31)),))
    assert refusal_of(made, OURS, parent, replace(built.block, transactions=(blob,))) == "transactions[0]"
    withdrawal = Withdrawal(0, 0, COINBASE, 1)
    assert refusal_of(made, OURS, parent, replace(built.block, withdrawals=(withdrawal,))) == "withdrawals"
    capped = sign(gas=OURS.qbft.transaction_gas_cap + 1)  # type: ignore[union-attr]  # OURS has rules
    assert refusal_of(made, OURS, parent, replace(built.block, transactions=(sign(), capped))) == "transactions[1]"
    twice = (sign(), sign())
    assert refusal_of(made, OURS, parent, replace(built.block, transactions=twice)) == "transactions[1]"


def test_a_block_is_bounded_in_bytes(world: Callable[..., World]) -> None:
    made = world()
    """The bound is on the whole RLP, whatever kinds of transactions are in it."""
    kinds = (TransactionKind.DYNAMIC_FEE, TransactionKind.ACCESS_LIST, TransactionKind.LEGACY, TransactionKind.LEGACY)
    transactions = [
        sign(nonce=nonce, kind=kind, data=bytes(nonce * 30_000), gas=1_100_000, max_priority_fee=10)
        for nonce, kind in enumerate(kinds)
    ]
    parent, built = build(made, OURS, *transactions)
    size = len(encode_block(built.block))
    exact = replace(OURS, qbft=replace(OURS.qbft, max_block_bytes=size))  # type: ignore[type-var]  # OURS has rules
    execute_block(made.engine, made, parent, built.block, exact, hash_of)
    tight = replace(OURS, qbft=replace(OURS.qbft, max_block_bytes=size - 1))  # type: ignore[type-var]  # as above
    with pytest.raises(BlockRefused, match=f"size is {size} bytes, expected at most {size - 1}"):
        execute_block(made.engine, made, parent, built.block, tight, hash_of)


def test_more_blobs_than_the_schedule_allows_are_refused(world: Callable[..., World]) -> None:
    made = world()
    parent, built = build(made, FOREIGN)
    hashes = (Hash32(b"\x01" + bytes(31)),) * 5
    blobs = [
        sign(kind=TransactionKind.BLOB, nonce=nonce, max_fee_per_blob_gas=1, blob_hashes=hashes) for nonce in (0, 1)
    ]
    assert refusal_of(made, FOREIGN, parent, replace(built.block, transactions=tuple(blobs))) == "blob_gas_used"


def test_a_system_contract_that_fails_is_a_refusal(world: Callable[..., World]) -> None:
    withdrawals = Address(bytes.fromhex("00000961ef480eb55e80d19ad83579a64c007002"))
    parent, built = build(world(), FOREIGN)
    broken = world({withdrawals: account(nonce=1, code="5f5ffd")})
    header = replace(parent, state_root=broken.root)
    block = replace(built.block, header=replace(built.block.header, parent_hash=header.hash))
    assert refusal_of(broken, FOREIGN, header, block) == "requests_hash"


@given(
    gas_limit=st.integers(5_000, 2**40),
    share=st.fractions(0, 1),
    base_fee=st.integers(0, 10**15),
)
def test_the_base_fee_is_that_of_py_evm(gas_limit: int, share: Any, base_fee: int) -> None:
    gas_used = int(gas_limit * share)
    parent = replace(PARENT, gas_limit=Gas(gas_limit), gas_used=Gas(gas_used), base_fee=Wei(base_fee))
    assert next_base_fee(parent, FOREIGN) == next_base_fee(parent, PRICED)
    assert next_base_fee(parent, FOREIGN) == calculate_expected_base_fee_per_gas(_PyEvmHeader(parent))  # type: ignore[arg-type]
    assert next_base_fee(parent, OURS) == 0


@pytest.mark.parametrize(("excess", "used", "expected"), [(0, 0, 0), (0, 6, 0), (0, 9, 3), (5, 6, 5), (5, 0, 0)])
def test_excess_blob_gas_is_what_passes_the_target(excess: int, used: int, expected: int) -> None:
    blob = 131_072
    parent = replace(PARENT, excess_blob_gas=Gas(excess * blob), blob_gas_used=Gas(used * blob))
    assert next_excess_blob_gas(parent, PRAGUE_BLOBS) == expected * blob


PARENT = genesis_block(
    Genesis(FOREIGN, {}, 0, b"", Gas(1), 0, bytes(8), ZERO_HASH, ZERO_ADDRESS, Wei(0)), ZERO_HASH
).header


class _PyEvmHeader:
    """The three fields that EIP-1559 reads, by py-evm's names."""

    def __init__(self, header: Header) -> None:
        self.gas_limit, self.gas_used, self.base_fee_per_gas = header.gas_limit, header.gas_used, header.base_fee


# Deposits (EIP-6110) and requests (EIP-7685)

DEPOSIT_CONTRACT = Address(b"\xde" * 20)


def deposit_data() -> bytes:
    """The ABI form of five byte strings: offsets, then each with its length, padded to words."""
    parts = [b"k" * 48, b"c" * 32, b"a" * 8, b"s" * 96, b"i" * 8]
    heads, tails, at = [], [], 160
    for part in parts:
        padded = part.ljust((len(part) + 31) // 32 * 32, b"\0")
        heads.append(at.to_bytes(32, "big"))
        tails.append(len(part).to_bytes(32, "big") + padded)
        at += 32 + len(padded)
    return b"".join(heads + tails)


def test_deposits_are_taken_from_the_contracts_own_events() -> None:
    good = Log(DEPOSIT_CONTRACT, (DEPOSIT_EVENT,), deposit_data())
    elsewhere = Log(COINBASE, (DEPOSIT_EVENT,), b"")
    other = Log(DEPOSIT_CONTRACT, (ANY_HASH,), b"")
    bare = Log(DEPOSIT_CONTRACT, (), b"")
    one = b"k" * 48 + b"c" * 32 + b"a" * 8 + b"s" * 96 + b"i" * 8
    assert deposits([elsewhere, good, other, bare, good], DEPOSIT_CONTRACT) == one + one


@pytest.mark.parametrize("data", [b"", deposit_data()[:-1], bytes(576), b"\x01" + deposit_data()[1:]])
def test_a_deposit_of_another_shape_is_no_deposit(data: bytes) -> None:
    with pytest.raises(MalformedDeposit):
        deposits([Log(DEPOSIT_CONTRACT, (DEPOSIT_EVENT,), data)], DEPOSIT_CONTRACT)


def test_requests_without_data_do_not_count() -> None:
    assert requests_hash([]) == requests_hash([b"\x00", b"\x01"]) == EMPTY_REQUESTS_HASH
    assert requests_hash([b"\x01a"]) != requests_hash([b"\x02a"])
