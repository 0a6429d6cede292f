"""Transactions: legacy, EIP-2930, EIP-1559, EIP-4844 and EIP-7702.

Rule: a Transaction in hand has a valid signature. `decode_transaction` is the only door for bytes; it recovers
the sender, once, unless the caller already knows whose transaction that hash is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeAlias

from node.primitives.errors import InvalidSignature, InvalidTransaction, RlpError
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey, recover_address
from node.primitives.rlp import (
    Decoded,
    Item,
    as_address,
    as_bytes,
    as_hash,
    as_int,
    as_list,
    as_optional_address,
    as_uint64,
    decode,
    encode,
    encode_int,
)
from node.primitives.types import UINT256_MAX, Address, Gas, Hash32, Wei

MAX_TRANSACTION_BYTES: Final = 128 * 1024
BLOB_GAS: Final = 2**17
SET_CODE_MAGIC: Final = b"\x05"


KnownSenders: TypeAlias = Callable[[Hash32], Address | None]
"""The sender of the transaction with this hash, where it has been recovered before."""


class TransactionKind(IntEnum):
    """The EIP-2718 type byte; a legacy transaction has none on the wire."""

    LEGACY = 0
    ACCESS_LIST = 1
    DYNAMIC_FEE = 2
    BLOB = 3
    SET_CODE = 4


@dataclass(frozen=True, slots=True)
class AccessListEntry:
    address: Address
    slots: tuple[Hash32, ...]


@dataclass(frozen=True, slots=True)
class Authorization:
    """EIP-7702: an account lends itself the code at `address`. `authority` is None where the signature is no good."""

    chain_id: int
    address: Address
    nonce: int
    y_parity: int
    r: int
    s: int

    @property
    def authority(self) -> Address | None:
        digest = keccak(SET_CODE_MAGIC + encode([encode_int(self.chain_id), self.address, encode_int(self.nonce)]))
        try:
            return recover_address(digest, pack_signature(self.y_parity, self.r, self.s))
        except InvalidSignature:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class Transaction:
    """A signed transaction. Amounts are wei, `gas` is the limit, `to` is None for a contract creation.

    Legacy and 2930 transactions have their gas price in both fee fields. `chain_id` is None before EIP-155.
    Two transactions are equal when their hashes are.
    """

    kind: TransactionKind
    chain_id: int | None
    nonce: int
    max_priority_fee: Wei
    max_fee: Wei
    gas: Gas
    to: Address | None
    value: Wei
    data: bytes
    access_list: tuple[AccessListEntry, ...]
    max_fee_per_blob_gas: Wei
    blob_hashes: tuple[Hash32, ...]
    authorizations: tuple[Authorization, ...]
    y_parity: int
    r: int
    s: int
    sender: Address
    hash: Hash32
    raw: bytes
    """Canonical bytes: the EIP-2718 envelope, or a legacy list."""

    @property
    def blob_gas(self) -> Gas:
        return Gas(BLOB_GAS * len(self.blob_hashes))

    @property
    def v(self) -> int:
        """The `v` that JSON-RPC and legacy RLP show."""
        if self.kind is not TransactionKind.LEGACY:
            return self.y_parity
        return legacy_v(self.chain_id, self.y_parity)

    def effective_tip(self, base_fee: int) -> int:
        """Wei per gas that the author gets."""
        return min(self.max_priority_fee, self.max_fee - base_fee)

    def effective_gas_price(self, base_fee: int) -> int:
        return base_fee + self.effective_tip(base_fee)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Transaction) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedTransaction:
    """What there is to sign; `sign_transaction` makes a Transaction of it."""

    kind: TransactionKind = TransactionKind.DYNAMIC_FEE
    chain_id: int | None
    nonce: int
    max_priority_fee: int = 0
    max_fee: int = 0
    gas: int
    to: Address | None
    value: int = 0
    data: bytes = b""
    access_list: tuple[AccessListEntry, ...] = ()
    max_fee_per_blob_gas: int = 0
    blob_hashes: tuple[Hash32, ...] = ()
    authorizations: tuple[Authorization, ...] = ()


def decode_transaction(raw: bytes, known_senders: KnownSenders | None = None) -> Transaction:
    """The transaction that `raw` is (EIP-2718 envelope or legacy list).

    `known_senders` knows the senders of transactions recovered before.
    Raises InvalidTransaction, whose message says what is wrong with which field.
    """
    if not raw:
        raise InvalidTransaction("transaction: empty")
    try:
        if raw[0] >= 0xC0:
            return _finish(raw, _decode_legacy(as_list(decode(raw), 9)), known_senders)
        reader = _TYPED_READERS.get(raw[0])
        if reader is None:
            raise InvalidTransaction(f"transaction type {raw[0]:#04x} is not supported")
        return _finish(raw, reader(as_list(decode(raw[1:]))), known_senders)
    except RlpError as error:
        raise InvalidTransaction(f"transaction: {error}") from error


def decode_block_item(item: Decoded, known_senders: KnownSenders | None = None) -> Transaction:
    """A transaction as a block body holds it: a legacy list itself, any other as a byte string."""
    return decode_transaction(encode(item) if isinstance(item, list) else item, known_senders)


def sign_transaction(unsigned: UnsignedTransaction, key: PrivateKey) -> Transaction:
    fields = _Fields(**{name: getattr(unsigned, name) for name in UnsignedTransaction.__dataclass_fields__})
    signature = key.sign(_signing_hash(fields))
    fields.y_parity = signature[64]
    fields.r = int.from_bytes(signature[:32], "big")
    fields.s = int.from_bytes(signature[32:64], "big")
    return decode_transaction(_encode_signed(fields))


def pack_signature(y_parity: int, r: int, s: int) -> bytes:
    """65 bytes; a y_parity out of range stays out of range."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([min(y_parity, 255)])


def legacy_v(chain_id: int | None, y_parity: int) -> int:
    return 27 + y_parity if chain_id is None else 35 + 2 * chain_id + y_parity


@dataclass(slots=True)
class _Fields:
    """The decoded fields on their way into a Transaction."""

    kind: TransactionKind
    chain_id: int | None
    nonce: int
    max_priority_fee: int
    max_fee: int
    gas: int
    to: Address | None
    value: int
    data: bytes
    access_list: tuple[AccessListEntry, ...] = ()
    max_fee_per_blob_gas: int = 0
    blob_hashes: tuple[Hash32, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    y_parity: int = 0
    r: int = 0
    s: int = 0


def _finish(raw: bytes, fields: _Fields, known_senders: KnownSenders | None) -> Transaction:
    transaction_hash = keccak(raw)
    sender = known_senders(transaction_hash) if known_senders is not None else None
    if sender is None:
        try:
            sender = recover_address(_signing_hash(fields), pack_signature(fields.y_parity, fields.r, fields.s))
        except InvalidSignature as error:
            raise InvalidTransaction(f"transaction signature: {error}") from error
    return Transaction(
        fields.kind,
        fields.chain_id,
        fields.nonce,
        Wei(fields.max_priority_fee),
        Wei(fields.max_fee),
        Gas(fields.gas),
        fields.to,
        Wei(fields.value),
        fields.data,
        fields.access_list,
        Wei(fields.max_fee_per_blob_gas),
        fields.blob_hashes,
        fields.authorizations,
        fields.y_parity,
        fields.r,
        fields.s,
        sender,
        transaction_hash,
        raw,
    )


def _decode_legacy(items: list[Decoded]) -> _Fields:
    v = as_int(items[6])
    if v in (27, 28):
        chain_id, y_parity = None, v - 27
    elif v >= 35:
        chain_id, y_parity = (v - 35) // 2, (v - 35) % 2
    else:
        raise InvalidTransaction(f"transaction signature: v is {v}, expected 27, 28 or 35 and above (EIP-155)")
    gas_price = as_int(items[1])
    return _Fields(
        kind=TransactionKind.LEGACY,
        chain_id=chain_id,
        nonce=as_uint64(items[0]),
        max_priority_fee=gas_price,
        max_fee=gas_price,
        gas=as_uint64(items[2]),
        to=as_optional_address(items[3]),
        value=as_int(items[4]),
        data=as_bytes(items[5]),
        y_parity=y_parity,
        r=as_int(items[7]),
        s=as_int(items[8]),
    )


def _decode_access_list_kind(items: list[Decoded]) -> _Fields:
    as_list(items, 11)
    gas_price = as_int(items[2])
    return _Fields(
        kind=TransactionKind.ACCESS_LIST,
        chain_id=as_int(items[0]),
        nonce=as_uint64(items[1]),
        max_priority_fee=gas_price,
        max_fee=gas_price,
        gas=as_uint64(items[3]),
        to=as_optional_address(items[4]),
        value=as_int(items[5]),
        data=as_bytes(items[6]),
        access_list=_access_list(items[7]),
        **_signature(items[8:]),
    )


def _decode_dynamic_fee(items: list[Decoded]) -> _Fields:
    as_list(items, 12)
    return _Fields(
        **_fee_market_head(TransactionKind.DYNAMIC_FEE, items),
        to=as_optional_address(items[5]),
        **_signature(items[9:]),
    )


def _decode_blob(items: list[Decoded]) -> _Fields:
    if len(items) == 4 and isinstance(items[0], list):
        raise InvalidTransaction("transaction: blob sidecars (the EIP-4844 network form) are not accepted here")
    as_list(items, 14)
    blob_hashes = tuple(as_hash(item) for item in as_list(items[10]))
    return _Fields(
        **_fee_market_head(TransactionKind.BLOB, items),
        to=as_address(items[5]),
        max_fee_per_blob_gas=as_int(items[9]),
        blob_hashes=blob_hashes,
        **_signature(items[11:]),
    )


def _decode_set_code(items: list[Decoded]) -> _Fields:
    as_list(items, 13)
    authorizations = tuple(_authorization(as_list(item, 6)) for item in as_list(items[9]))
    return _Fields(
        **_fee_market_head(TransactionKind.SET_CODE, items),
        to=as_address(items[5]),
        authorizations=authorizations,
        **_signature(items[10:]),
    )


_TYPED_READERS: Final[Mapping[int, Callable[[list[Decoded]], _Fields]]] = {
    TransactionKind.ACCESS_LIST: _decode_access_list_kind,
    TransactionKind.DYNAMIC_FEE: _decode_dynamic_fee,
    TransactionKind.BLOB: _decode_blob,
    TransactionKind.SET_CODE: _decode_set_code,
}


def _fee_market_head(kind: TransactionKind, items: list[Decoded]) -> dict[str, Any]:
    """The fields that kinds 2, 3 and 4 share, all but `to`."""
    return {
        "kind": kind,
        "chain_id": as_int(items[0]),
        "nonce": as_uint64(items[1]),
        "max_priority_fee": as_int(items[2]),
        "max_fee": as_int(items[3]),
        "gas": as_uint64(items[4]),
        "value": as_int(items[6]),
        "data": as_bytes(items[7]),
        "access_list": _access_list(items[8]),
    }


def _signature(items: list[Decoded]) -> dict[str, Any]:
    return {"y_parity": as_int(items[0], 1), "r": as_int(items[1]), "s": as_int(items[2])}


def _access_list(item: Decoded) -> tuple[AccessListEntry, ...]:
    return tuple(_access_list_entry(as_list(entry, 2)) for entry in as_list(item))


def _access_list_entry(items: list[Decoded]) -> AccessListEntry:
    return AccessListEntry(as_address(items[0]), tuple(as_hash(slot) for slot in as_list(items[1])))


def _authorization(items: list[Decoded]) -> Authorization:
    return Authorization(
        chain_id=as_int(items[0], UINT256_MAX),
        address=as_address(items[1]),
        nonce=as_uint64(items[2]),
        y_parity=as_int(items[3], 255),
        r=as_int(items[4]),
        s=as_int(items[5]),
    )


def _signing_hash(fields: _Fields) -> Hash32:
    if fields.kind is TransactionKind.LEGACY:
        tail: list[Item] = [] if fields.chain_id is None else [encode_int(fields.chain_id), b"", b""]
        return keccak(encode(_unsigned_items(fields) + tail))
    return keccak(bytes([fields.kind]) + encode(_unsigned_items(fields)))


def _encode_signed(fields: _Fields) -> bytes:
    if fields.kind is TransactionKind.LEGACY:
        v = legacy_v(fields.chain_id, fields.y_parity)
        return encode([*_unsigned_items(fields), encode_int(v), encode_int(fields.r), encode_int(fields.s)])
    signature: list[Item] = [encode_int(fields.y_parity), encode_int(fields.r), encode_int(fields.s)]
    return bytes([fields.kind]) + encode(_unsigned_items(fields) + signature)


def _unsigned_items(fields: _Fields) -> list[Item]:
    to: Item = fields.to if fields.to is not None else b""
    target: list[Item] = [encode_int(fields.gas), to, encode_int(fields.value), fields.data]
    if fields.kind is TransactionKind.LEGACY:
        return [encode_int(fields.nonce), encode_int(fields.max_fee), *target]
    if fields.chain_id is None:
        raise InvalidTransaction("transaction: a typed transaction needs a chain id")
    head: list[Item] = [encode_int(fields.chain_id), encode_int(fields.nonce)]
    access_list: Item = [[entry.address, list(entry.slots)] for entry in fields.access_list]
    if fields.kind is TransactionKind.ACCESS_LIST:
        return [*head, encode_int(fields.max_fee), *target, access_list]
    items = [*head, encode_int(fields.max_priority_fee), encode_int(fields.max_fee), *target, access_list]
    if fields.kind is TransactionKind.BLOB:
        items += [encode_int(fields.max_fee_per_blob_gas), list(fields.blob_hashes)]
    if fields.kind is TransactionKind.SET_CODE:
        items.append([_authorization_items(entry) for entry in fields.authorizations])
    return items


def _authorization_items(entry: Authorization) -> Item:
    integers = [encode_int(value) for value in (entry.nonce, entry.y_parity, entry.r, entry.s)]
    return [encode_int(entry.chain_id), entry.address, *integers]
