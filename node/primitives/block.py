"""Headers and blocks in their standard Prague form; the block hash is keccak of the header's RLP, nothing special.

A header of an older fork ends earlier: `requests_hash` is None before Prague. Earlier forks than Cancun have no
header here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final

from node.primitives.bloom import BLOOM_LENGTH
from node.primitives.errors import InvalidBlock, PrimitiveError
from node.primitives.hashing import keccak
from node.primitives.rlp import (
    Decoded,
    Item,
    as_address,
    as_bytes,
    as_hash,
    as_int,
    as_list,
    as_uint64,
    decode,
    encode,
    encode_int,
)
from node.primitives.transaction import KnownSenders, Transaction, TransactionKind, decode_block_item
from node.primitives.types import Address, BlockNumber, Gas, Hash32, Wei

EMPTY_NONCE: Final = b"\0" * 8


@dataclass(frozen=True)
class Header:
    """The fields in the order of the RLP list. `timestamp` is seconds since 1970."""

    parent_hash: Hash32
    ommers_hash: Hash32
    coinbase: Address
    state_root: Hash32
    transactions_root: Hash32
    receipts_root: Hash32
    bloom: bytes
    difficulty: int
    number: BlockNumber
    gas_limit: Gas
    gas_used: Gas
    timestamp: int
    extra_data: bytes
    mix_hash: Hash32
    nonce: bytes
    base_fee: Wei
    withdrawals_root: Hash32
    blob_gas_used: Gas
    excess_blob_gas: Gas
    parent_beacon_root: Hash32
    requests_hash: Hash32 | None

    @cached_property
    def hash(self) -> Hash32:
        return keccak(encode_header(self))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """EIP-4895; only imported chains have any. `amount_gwei` is 10**9 wei."""

    index: int
    validator_index: int
    address: Address
    amount_gwei: int


@dataclass(frozen=True)
class Block:
    header: Header
    transactions: tuple[Transaction, ...]
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def hash(self) -> Hash32:
        return self.header.hash

    @property
    def number(self) -> BlockNumber:
        return self.header.number


def encode_header(header: Header) -> bytes:
    return encode(_header_items(header))


def decode_header(raw: bytes) -> Header:
    """Raises InvalidBlock."""
    try:
        return _header(decode(raw))
    except PrimitiveError as error:
        raise InvalidBlock(f"header: {error}") from error


def encode_block(block: Block) -> bytes:
    """[header, transactions, ommers, withdrawals], as devp2p and `chain.rlp` files have it."""
    return encode(block_items(block))


def block_items(block: Block) -> Item:
    """The block as an RLP item, for messages that carry one among others."""
    transactions: list[Item] = [_transaction_item(transaction) for transaction in block.transactions]
    return [_header_items(block.header), transactions, [], [withdrawal_items(entry) for entry in block.withdrawals]]


def decode_block(raw: bytes, known_senders: KnownSenders | None = None) -> Block:
    """Raises InvalidBlock, also for a transaction in it that is none."""
    try:
        return block_of(decode(raw), known_senders)
    except InvalidBlock:
        raise
    except PrimitiveError as error:
        raise InvalidBlock(f"block: {error}") from error


def block_of(item: Decoded, known_senders: KnownSenders | None = None) -> Block:
    """The block that a decoded RLP item is. Raises PrimitiveError."""
    items = as_list(item, 4)
    if as_list(items[2]):
        raise InvalidBlock("block: has ommers; none exist under proof of stake or QBFT")
    return Block(
        _header(items[0]),
        tuple(decode_block_item(entry, known_senders) for entry in as_list(items[1])),
        tuple(_withdrawal(as_list(entry, 4)) for entry in as_list(items[3])),
    )


def withdrawal_items(entry: Withdrawal) -> Item:
    return [
        encode_int(entry.index),
        encode_int(entry.validator_index),
        entry.address,
        encode_int(entry.amount_gwei),
    ]


def _transaction_item(transaction: Transaction) -> Item:
    if transaction.kind is TransactionKind.LEGACY:
        return decode(transaction.raw)
    return transaction.raw


def _header_items(header: Header) -> list[Item]:
    values = [getattr(header, name) for name in _FIELD_NAMES]
    if values[-1] is None:
        values.pop()
    return [encode_int(value) if isinstance(value, int) else value for value in values]


_FIELD_NAMES: Final = tuple(field.name for field in fields(Header))

_READERS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(_FIELD_NAMES, as_hash),
    **dict.fromkeys(("number", "gas_limit", "gas_used", "timestamp", "blob_gas_used", "excess_blob_gas"), as_uint64),
    "coinbase": as_address,
    "bloom": lambda item: as_bytes(item, BLOOM_LENGTH),
    "difficulty": as_int,
    "extra_data": as_bytes,
    "nonce": lambda item: as_bytes(item, len(EMPTY_NONCE)),
    "base_fee": as_int,
}


def _header(item: Decoded) -> Header:
    items = as_list(item)
    if len(items) not in (len(_FIELD_NAMES) - 1, len(_FIELD_NAMES)):
        raise InvalidBlock(f"header: {len(items)} fields, expected {len(_FIELD_NAMES) - 1} or {len(_FIELD_NAMES)}")
    values: dict[str, Any] = {"requests_hash": None}
    for name, value in zip(_FIELD_NAMES, items, strict=False):
        try:
            values[name] = _READERS[name](value)
        except PrimitiveError as error:
            raise InvalidBlock(f"header: {name}: {error}") from error
    return Header(**values)


def _withdrawal(items: list[Decoded]) -> Withdrawal:
    return Withdrawal(as_uint64(items[0]), as_uint64(items[1]), as_address(items[2]), as_uint64(items[3]))


__all__ = [
    "EMPTY_NONCE",
    "Block",
    "Header",
    "Withdrawal",
    "block_items",
    "block_of",
    "decode_block",
    "decode_header",
    "encode_block",
    "encode_header",
    "withdrawal_items",
]
