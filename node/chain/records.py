"""The records of the chain in the database: one byte says the kind, numbers are big endian.

| key                            | value                                                                     |
|--------------------------------|---------------------------------------------------------------------------|
| m "layout"                     | the version of this table, 4 bytes                                        |
| m "head"                       | number 8, block hash 32                                                   |
| m "pruned"                     | number 8: the oldest block whose state is kept                            |
| h number 8                     | block hash 32, header RLP                                                 |
| n block hash 32                | number 8                                                                  |
| b number 8                     | RLP [senders joined, [transactions], [withdrawals]]                       |
| r number 8                     | RLP [[receipt, gas used, contract address or empty, revert data], ...]    |
| c number 8                     | commit certificate RLP                                                    |
| t transaction hash 32          | number 8, index 4                                                         |
| a node hash 32                 | number 8 of the block that last added it, account-trie node RLP           |
| s account hash 32, node hash 32| the same of a storage trie                                                |
| k code hash 32                 | code, never deleted                                                       |
| o number 8                     | keys of the nodes that this block orphaned: joined, each behind its kind  |
| v set hash 32                  | RLP of the addresses of a validator set                                   |
| w number 8                     | set hash 32: this block names another next set than its parent (or is 0)  |

Rule: a block's records are written in one batch; none but trie nodes and orphan lists is ever deleted or changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from node.chain.errors import ChainDamaged
from node.chain.model import Location, StoredReceipt
from node.primitives.block import Block, Header, Withdrawal, decode_header, encode_header, withdrawal_items
from node.primitives.certificate import CommitCertificate, decode_certificate, encode_certificate
from node.primitives.errors import PrimitiveError
from node.primitives.hashing import keccak
from node.primitives.receipt import decode_receipt, encode_receipt
from node.primitives.rlp import (
    Decoded,
    Item,
    as_address,
    as_bytes,
    as_list,
    as_optional_address,
    as_uint64,
    decode,
    encode,
    encode_int,
)
from node.primitives.transaction import decode_transaction
from node.primitives.types import Address, BlockNumber, Gas, Hash32
from node.state.model import NodeKey

LAYOUT: Final = 1
LAYOUT_KEY: Final = b"mlayout"
HEAD_KEY: Final = b"mhead"
PRUNED_KEY: Final = b"mpruned"
ORPHANS: Final = b"o"
SET_CHANGES: Final = b"w"

_NUMBER_LENGTH: Final = 8
_ACCOUNT_NODE: Final = b"a"
_STORAGE_NODE: Final = b"s"


# -- keys


def header_key(number: int) -> bytes:
    return b"h" + number_bytes(number)


def number_key(block_hash: Hash32) -> bytes:
    return b"n" + block_hash


def body_key(number: int) -> bytes:
    return b"b" + number_bytes(number)


def receipts_key(number: int) -> bytes:
    return b"r" + number_bytes(number)


def certificate_key(number: int) -> bytes:
    return b"c" + number_bytes(number)


def location_key(transaction_hash: Hash32) -> bytes:
    return b"t" + transaction_hash


def node_key(node: NodeKey) -> bytes:
    owner, node_hash = node
    return _STORAGE_NODE + owner + node_hash if owner else _ACCOUNT_NODE + node_hash


def code_key(code_hash: Hash32) -> bytes:
    return b"k" + code_hash


def orphans_key(number: int) -> bytes:
    return ORPHANS + number_bytes(number)


def set_key(set_hash: Hash32) -> bytes:
    return b"v" + set_hash


def set_change_key(number: int) -> bytes:
    return SET_CHANGES + number_bytes(number)


def number_bytes(number: int) -> bytes:
    return number.to_bytes(_NUMBER_LENGTH, "big")


# -- values; each reader raises ChainDamaged where the bytes are not what its writer makes


def encode_head(number: int, block_hash: Hash32) -> bytes:
    return number_bytes(number) + block_hash


def decode_head(raw: bytes) -> tuple[BlockNumber, Hash32]:
    if len(raw) != _NUMBER_LENGTH + 32:
        raise ChainDamaged(f"the head pointer is {len(raw)} bytes")
    return decode_number(raw[:_NUMBER_LENGTH]), Hash32(raw[_NUMBER_LENGTH:])


def decode_number(raw: bytes) -> BlockNumber:
    return BlockNumber(int.from_bytes(raw, "big"))


def encode_header_record(header: Header) -> bytes:
    return header.hash + encode_header(header)


def decode_header_record(raw: bytes, number: int) -> Header:
    """The header, whose hash is known to be the one that the record begins with."""
    if keccak(raw[32:]) != raw[:32]:
        raise ChainDamaged(f"the header of block {number} does not have the hash that stands beside it")
    try:
        return decode_header(raw[32:])
    except PrimitiveError as error:
        raise ChainDamaged(f"the header of block {number} does not decode ({error})") from error


def encode_body(block: Block) -> bytes:
    senders = b"".join(transaction.sender for transaction in block.transactions)
    raws: list[Item] = [transaction.raw for transaction in block.transactions]
    return encode([senders, raws, [withdrawal_items(entry) for entry in block.withdrawals]])


def decode_body(raw: bytes, header: Header) -> Block:
    """The block, its senders taken from the record."""
    try:
        items = as_list(decode(raw), 3)
        senders, raws = as_bytes(items[0]), [as_bytes(item) for item in as_list(items[1])]
        if len(senders) != 20 * len(raws):
            raise ChainDamaged(f"the body of block {header.number} has {len(senders)} bytes of senders")
        known = {keccak(each): Address(senders[20 * at : 20 * at + 20]) for at, each in enumerate(raws)}
        transactions = tuple(decode_transaction(each, known.get) for each in raws)
        return Block(header, transactions, tuple(_withdrawal(as_list(item, 4)) for item in as_list(items[2])))
    except PrimitiveError as error:
        raise ChainDamaged(f"the body of block {header.number} does not decode ({error})") from error


def encode_receipts(receipts: Sequence[StoredReceipt]) -> bytes:
    return encode([_receipt_items(entry) for entry in receipts])


def decode_receipts(raw: bytes, number: int) -> tuple[StoredReceipt, ...]:
    try:
        return tuple(_receipt(as_list(item, 4)) for item in as_list(decode(raw)))
    except PrimitiveError as error:
        raise ChainDamaged(f"the receipts of block {number} do not decode ({error})") from error


def encode_certificate_record(certificate: CommitCertificate) -> bytes:
    return encode_certificate(certificate)


def decode_certificate_record(raw: bytes, number: int) -> CommitCertificate:
    try:
        return decode_certificate(raw)
    except PrimitiveError as error:
        raise ChainDamaged(f"the certificate of block {number} does not decode ({error})") from error


def encode_location(location: Location) -> bytes:
    return number_bytes(location.number) + location.index.to_bytes(4, "big")


def decode_location(raw: bytes) -> Location:
    return Location(decode_number(raw[:_NUMBER_LENGTH]), int.from_bytes(raw[_NUMBER_LENGTH:], "big"))


def encode_node(number: int, raw: bytes) -> bytes:
    return number_bytes(number) + raw


def added_at(record: bytes) -> BlockNumber:
    """The block that last added this node."""
    return decode_number(record[:_NUMBER_LENGTH])


def node_of(record: bytes) -> bytes:
    return record[_NUMBER_LENGTH:]


def encode_orphans(orphans: Iterable[NodeKey]) -> bytes:
    return b"".join(sorted(node_key(each) for each in orphans))


def decode_orphans(raw: bytes) -> Iterator[bytes]:
    """The keys of the node records."""
    at = 0
    while at < len(raw):
        end = at + (33 if raw[at : at + 1] == _ACCOUNT_NODE else 65)
        yield raw[at:end]
        at = end


def encode_set(validators: Iterable[Address]) -> bytes:
    return encode(list(validators))


def decode_set(raw: bytes, set_hash: Hash32) -> tuple[Address, ...]:
    if keccak(raw) != set_hash:
        raise ChainDamaged(f"the validator set 0x{set_hash.hex()} is another")
    return tuple(as_address(item) for item in as_list(decode(raw)))


def _receipt_items(entry: StoredReceipt) -> Item:
    address: bytes = entry.contract_address if entry.contract_address is not None else b""
    return [encode_receipt(entry.receipt), encode_int(entry.gas_used), address, entry.revert_data]


def _receipt(items: list[Decoded]) -> StoredReceipt:
    return StoredReceipt(
        decode_receipt(as_bytes(items[0])),
        Gas(as_uint64(items[1])),
        as_optional_address(items[2]),
        as_bytes(items[3]),
    )


def _withdrawal(items: list[Decoded]) -> Withdrawal:
    return Withdrawal(as_uint64(items[0]), as_uint64(items[1]), as_address(items[2]), as_uint64(items[3]))
