"""Blocks: the environment of the next one, the end of building one, and the full check of one from elsewhere.

Pure functions beside the engine. A chain with `config.qbft` has our rules, any other Ethereum's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from node.execution.engine import BlockEnvironment, BlockResult, Engine, Rules
from node.execution.errors import BlockRefused, MalformedDeposit, SystemCallFailed, TransactionRefused
from node.execution.system import requests_hash
from node.primitives.block import (
    EMPTY_NONCE,
    Block,
    Header,
    Withdrawal,
    encode_header,
    withdrawal_items,
)
from node.primitives.bloom import bloom_union
from node.primitives.genesis import BlobSchedule, ChainConfig, QbftRules
from node.primitives.hashing import EMPTY_OMMERS_HASH
from node.primitives.receipt import encode_receipt
from node.primitives.rlp import encode
from node.primitives.transaction import BLOB_GAS, Transaction, TransactionKind
from node.primitives.types import ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei
from node.state import TrieState, apply_diff, ordered_root
from node.state.model import NodeReader, TrieUpdate

ELASTICITY: Final = 2
BASE_FEE_CHANGE_DENOMINATOR: Final = 8
GAS_LIMIT_STEP: Final = 1024
MIN_GAS_LIMIT: Final = 5000
MAX_EXTRA_DATA: Final = 32
VALIDATOR_SET_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Executed:
    """A block and all that committing it needs; nothing is executed again."""

    block: Block
    result: BlockResult
    update: TrieUpdate


def rules_of(config: ChainConfig) -> Rules:
    cap = None if config.qbft is None else Gas(config.qbft.transaction_gas_cap)
    return Rules(
        chain_id=config.chain_id,
        blob_schedule=config.blob_schedule,
        deposit_contract=config.deposit_contract,
        transaction_gas_cap=cap,
    )


def next_base_fee(parent: Header, config: ChainConfig) -> Wei:
    """0 where the genesis says so, else EIP-1559's."""
    if config.qbft is not None and config.qbft.zero_base_fee:
        return Wei(0)
    target = parent.gas_limit // ELASTICITY
    if parent.gas_used == target:
        return parent.base_fee
    change = parent.base_fee * abs(parent.gas_used - target) // target // BASE_FEE_CHANGE_DENOMINATOR
    if parent.gas_used > target:
        return Wei(parent.base_fee + max(change, 1))
    return Wei(parent.base_fee - change)


def next_excess_blob_gas(parent: Header, schedule: BlobSchedule) -> Gas:
    """EIP-4844."""
    return Gas(max(0, parent.excess_blob_gas + parent.blob_gas_used - schedule.target * BLOB_GAS))


def child_environment(
    parent: Header,
    config: ChainConfig,
    *,
    coinbase: Address,
    timestamp: int,
    block_hash: Callable[[BlockNumber], Hash32],
    gas_limit: Gas | None = None,
    prev_randao: Hash32 = ZERO_HASH,
    parent_beacon_root: Hash32 = ZERO_HASH,
) -> BlockEnvironment:
    """What the block after `parent` runs in. `block_hash` answers for the 256 blocks up to `parent`."""
    return BlockEnvironment(
        number=BlockNumber(parent.number + 1),
        timestamp=timestamp,
        coinbase=coinbase,
        gas_limit=parent.gas_limit if gas_limit is None else gas_limit,
        base_fee=next_base_fee(parent, config),
        prev_randao=prev_randao,
        excess_blob_gas=next_excess_blob_gas(parent, config.blob_schedule),
        parent_hash=parent.hash,
        parent_beacon_root=parent_beacon_root,
        block_hash=block_hash,
    )


def assemble_block(
    nodes: NodeReader,
    parent: Header,
    environment: BlockEnvironment,
    transactions: Sequence[Transaction],
    result: BlockResult,
    extra_data: bytes,
    withdrawals: Sequence[Withdrawal] = (),
) -> Executed:
    """The block that `transactions`, executed in `environment` with `result`, make."""
    update = apply_diff(nodes, parent.state_root, result.diff)
    header = Header(
        parent_hash=environment.parent_hash,
        ommers_hash=EMPTY_OMMERS_HASH,
        coinbase=environment.coinbase,
        state_root=update.root,
        transactions_root=transactions_root(transactions),
        receipts_root=ordered_root(encode_receipt(entry.receipt) for entry in result.results),
        bloom=bloom_union(entry.receipt.bloom for entry in result.results),
        difficulty=0,
        number=environment.number,
        gas_limit=environment.gas_limit,
        gas_used=result.gas_used,
        timestamp=environment.timestamp,
        extra_data=extra_data,
        mix_hash=environment.prev_randao,
        nonce=EMPTY_NONCE,
        base_fee=environment.base_fee,
        withdrawals_root=withdrawals_root(withdrawals),
        blob_gas_used=result.blob_gas_used,
        excess_blob_gas=environment.excess_blob_gas,
        parent_beacon_root=environment.parent_beacon_root,
        requests_hash=requests_hash(result.requests),
    )
    return Executed(Block(header, tuple(transactions), tuple(withdrawals)), result, update)


def transactions_root(transactions: Sequence[Transaction]) -> Hash32:
    return ordered_root(transaction.raw for transaction in transactions)


def withdrawals_root(withdrawals: Sequence[Withdrawal]) -> Hash32:
    return ordered_root(encode(withdrawal_items(entry)) for entry in withdrawals)


def execute_block(
    engine: Engine,
    nodes: NodeReader,
    parent: Header,
    block: Block,
    config: ChainConfig,
    block_hash: Callable[[BlockNumber], Hash32],
) -> Executed:
    """Everything that makes `block` a valid child of `parent`, whose state `nodes` has. Raises BlockRefused.

    Who may author a block, what `extra_data` must name and who sealed it are the chain's to judge.
    """
    check_header(block.header, parent, config)
    check_body(block, config)
    header = block.header
    environment = child_environment(
        parent,
        config,
        coinbase=header.coinbase,
        timestamp=header.timestamp,
        block_hash=block_hash,
        gas_limit=header.gas_limit,
        prev_randao=header.mix_hash,
        parent_beacon_root=header.parent_beacon_root,
    )
    result = _execute(engine, TrieState(nodes, parent.state_root), environment, rules_of(config), block)
    made = assemble_block(nodes, parent, environment, block.transactions, result, header.extra_data, block.withdrawals)
    for field in ("gas_used", "blob_gas_used", "bloom", "receipts_root", "requests_hash", "state_root"):
        _expect(field, getattr(header, field), getattr(made.block.header, field))
    return Executed(block, result, made.update)


def check_header(header: Header, parent: Header, config: ChainConfig) -> None:
    """All that can be said of a header beside its parent. Raises BlockRefused."""
    _expect("number", header.number, parent.number + 1)
    _expect("parent_hash", header.parent_hash, parent.hash)
    _expect("ommers_hash", header.ommers_hash, EMPTY_OMMERS_HASH)
    _expect("difficulty", header.difficulty, 0)
    _expect("nonce", header.nonce, EMPTY_NONCE)
    _expect("base_fee", header.base_fee, next_base_fee(parent, config))
    _expect("excess_blob_gas", header.excess_blob_gas, next_excess_blob_gas(parent, config.blob_schedule))
    if header.gas_used > header.gas_limit:
        raise BlockRefused("gas_used", str(header.gas_used), f"at most the gas limit, {header.gas_limit}")
    if header.requests_hash is None:
        raise BlockRefused("requests_hash", "absent", "32 bytes: the chain is past Prague")
    if config.qbft is None:
        _check_ethereum_header(header, parent)
    else:
        _check_our_header(header, parent)


def check_body(block: Block, config: ChainConfig) -> None:
    """What a body must be before it is worth executing. Raises BlockRefused."""
    _expect("transactions_root", block.header.transactions_root, transactions_root(block.transactions))
    _expect("withdrawals_root", block.header.withdrawals_root, withdrawals_root(block.withdrawals))
    blobs = sum(len(transaction.blob_hashes) for transaction in block.transactions)
    _expect("blob_gas_used", block.header.blob_gas_used, blobs * BLOB_GAS)
    if blobs > config.blob_schedule.maximum:
        raise BlockRefused("blob_gas_used", f"{blobs} blobs", f"at most {config.blob_schedule.maximum}")
    if config.qbft is not None:
        _check_our_body(block, config.qbft)


def _execute(engine: Engine, pre: TrieState, environment: BlockEnvironment, rules: Rules, block: Block) -> BlockResult:
    session = engine.begin(pre, environment, rules)
    for index, transaction in enumerate(block.transactions):
        try:
            session.apply(transaction)
        except TransactionRefused as error:
            raise BlockRefused(f"transactions[{index}]", str(error), "a transaction that may come next") from error
    try:
        return session.finish(block.withdrawals)
    except (SystemCallFailed, MalformedDeposit) as error:
        raise BlockRefused("requests_hash", str(error), "requests that can be had") from error


def _check_ethereum_header(header: Header, parent: Header) -> None:
    if header.timestamp <= parent.timestamp:
        raise BlockRefused("timestamp", str(header.timestamp), f"more than the parent's, {parent.timestamp}")
    if len(header.extra_data) > MAX_EXTRA_DATA:
        raise BlockRefused("extra_data", f"{len(header.extra_data)} bytes", f"at most {MAX_EXTRA_DATA}")
    step = parent.gas_limit // GAS_LIMIT_STEP
    if abs(header.gas_limit - parent.gas_limit) >= step or header.gas_limit < MIN_GAS_LIMIT:
        expected = f"within {step} of the parent's, {parent.gas_limit}, and at least {MIN_GAS_LIMIT}"
        raise BlockRefused("gas_limit", str(header.gas_limit), expected)


def _check_our_header(header: Header, parent: Header) -> None:
    if header.timestamp < parent.timestamp:
        raise BlockRefused("timestamp", str(header.timestamp), f"at least the parent's, {parent.timestamp}")
    if len(header.extra_data) != VALIDATOR_SET_HASH_BYTES:
        raise BlockRefused("extra_data", f"{len(header.extra_data)} bytes", f"{VALIDATOR_SET_HASH_BYTES} bytes")
    _expect("gas_limit", header.gas_limit, parent.gas_limit)
    _expect("mix_hash", header.mix_hash, ZERO_HASH)
    _expect("parent_beacon_root", header.parent_beacon_root, ZERO_HASH)
    if header.coinbase == ZERO_ADDRESS:
        raise BlockRefused("coinbase", "zero", "the author's address")


def _check_our_body(block: Block, rules: QbftRules) -> None:
    if block.withdrawals:
        raise BlockRefused("withdrawals", str(len(block.withdrawals)), "none")
    for index, transaction in enumerate(block.transactions):
        if transaction.kind is TransactionKind.BLOB:
            raise BlockRefused(f"transactions[{index}]", "a blob transaction", "a kind without blobs")
    size = _encoded_size(block)
    if size > rules.max_block_bytes:
        raise BlockRefused("size", f"{size} bytes", f"at most {rules.max_block_bytes}")


def _encoded_size(block: Block) -> int:
    """len(encode_block(block)) of a block without withdrawals, without encoding its transactions again."""
    transactions = sum(
        len(entry.raw) if entry.kind is TransactionKind.LEGACY else _prefixed(len(entry.raw))
        for entry in block.transactions
    )
    empty_lists = 2
    return _prefixed(len(encode_header(block.header)) + _prefixed(transactions) + empty_lists)


def _prefixed(length: int) -> int:
    """How long an RLP string or list with a payload of `length` bytes is; no transaction is one byte."""
    return 1 + length if length < 56 else 1 + (length.bit_length() + 7) // 8 + length


def _expect(field: str, found: object, expected: object) -> None:
    if found != expected:
        raise BlockRefused(field, _show(found), _show(expected))


def _show(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
