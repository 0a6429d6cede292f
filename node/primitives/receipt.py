"""Receipts and logs, as the receipts root commits to them (EIP-658, EIP-2718)."""

from dataclasses import dataclass
from functools import cached_property

from node.primitives.bloom import bloom_of
from node.primitives.errors import InvalidBlock, RlpError
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
from node.primitives.transaction import TransactionKind
from node.primitives.types import Address, Gas, Hash32


@dataclass(frozen=True, slots=True)
class Log:
    address: Address
    topics: tuple[Hash32, ...]
    data: bytes


@dataclass(frozen=True)
class Receipt:
    """`cumulative_gas_used` counts from the block's first transaction on."""

    kind: TransactionKind
    succeeded: bool
    cumulative_gas_used: Gas
    logs: tuple[Log, ...]

    @cached_property
    def bloom(self) -> bytes:
        return bloom_of(entry for log in self.logs for entry in (log.address, *log.topics))


def encode_receipt(receipt: Receipt) -> bytes:
    """The EIP-2718 form that the receipts trie holds."""
    logs: Item = [[log.address, list(log.topics), log.data] for log in receipt.logs]
    body = encode([encode_int(receipt.succeeded), encode_int(receipt.cumulative_gas_used), receipt.bloom, logs])
    return body if receipt.kind is TransactionKind.LEGACY else bytes([receipt.kind]) + body


def decode_receipt(raw: bytes) -> Receipt:
    """Raises InvalidBlock, also where the bloom isn't that of the logs."""
    if not raw:
        raise InvalidBlock("receipt: empty")
    try:
        kind, body = (0, raw) if raw[0] >= 0xC0 else (raw[0], raw[1:])
        items = as_list(decode(body), 4)
        receipt = Receipt(
            TransactionKind(kind),
            bool(as_int(items[0], 1)),
            Gas(as_uint64(items[1])),
            tuple(_log(as_list(item, 3)) for item in as_list(items[3])),
        )
    except (RlpError, ValueError) as error:
        raise InvalidBlock(f"receipt: {error}") from error
    if receipt.bloom != as_bytes(items[2]):
        raise InvalidBlock("receipt: the bloom is not that of the logs")
    return receipt


def _log(items: list[Decoded]) -> Log:
    return Log(as_address(items[0]), tuple(as_hash(topic) for topic in as_list(items[1])), as_bytes(items[2]))
