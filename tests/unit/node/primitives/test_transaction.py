"""Transactions of every kind, signed by another library and read by ours, and the other way round."""

from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address
from hypothesis import given, settings
from hypothesis import strategies as st

from node.primitives.errors import InvalidTransaction
from node.primitives.hashing import keccak
from node.primitives.keys import SECP256K1_N, PrivateKey
from node.primitives.rlp import decode, encode, encode_int
from node.primitives.transaction import (
    AccessListEntry,
    Authorization,
    TransactionKind,
    UnsignedTransaction,
    decode_block_item,
    decode_transaction,
    sign_transaction,
)
from node.primitives.types import Address, Hash32

KEY = PrivateKey(b"\x46" * 32)

addresses = st.binary(min_size=20, max_size=20).map(Address)
hashes = st.binary(min_size=32, max_size=32).map(Hash32)
wei = st.integers(0, 2**128)
access_lists = st.lists(st.builds(AccessListEntry, addresses, st.lists(hashes, max_size=3).map(tuple)), max_size=3).map(
    tuple
)
secrets = st.integers(1, SECP256K1_N - 1).map(lambda value: value.to_bytes(32, "big"))


@st.composite
def unsigned(draw: st.DrawFn) -> UnsignedTransaction:
    """As anyone may write one; fields that a kind does not have keep their defaults."""
    kind = draw(st.sampled_from(TransactionKind))
    price = draw(wei)
    tip = draw(wei) if kind >= TransactionKind.DYNAMIC_FEE else price
    needs_target = kind in (TransactionKind.BLOB, TransactionKind.SET_CODE)
    chain_id = draw(st.integers(1, 2**60))
    more: dict[str, Any] = {}
    if kind is not TransactionKind.LEGACY:
        more["access_list"] = draw(access_lists)
    if kind is TransactionKind.BLOB:
        more["max_fee_per_blob_gas"] = draw(wei)
        more["blob_hashes"] = tuple(
            draw(st.lists(hashes.map(lambda h: Hash32(b"\x01" + h[1:])), min_size=1, max_size=3))
        )
    if kind is TransactionKind.SET_CODE:
        more["authorizations"] = (
            _authorization(draw(secrets), chain_id, draw(addresses), draw(st.integers(0, 2**60))),
        )
    return UnsignedTransaction(
        kind=kind,
        chain_id=chain_id,
        nonce=draw(st.integers(0, 2**64 - 2)),
        max_fee=price,
        max_priority_fee=tip,
        gas=draw(st.integers(0, 2**63)),
        to=draw(addresses) if needs_target else draw(st.none() | addresses),
        value=draw(wei),
        data=draw(st.binary(max_size=200)),
        **more,
    )


@settings(max_examples=120, deadline=None)
@given(fields=unsigned(), secret=secrets)
def test_another_library_signs_the_same_bytes(fields: UnsignedTransaction, secret: bytes) -> None:
    """Both sign by RFC 6979, so bytes, hash and sender are equal or something is wrong."""
    theirs = Account.sign_transaction(_for_eth_account(fields), secret)
    ours = sign_transaction(fields, PrivateKey(secret))
    assert ours.raw == bytes(theirs.raw_transaction)
    assert ours.hash == bytes(theirs.hash)
    assert ours.sender.hex() == Account.from_key(secret).address[2:].lower()
    assert Account.recover_transaction(ours.raw)[2:].lower() == ours.sender.hex()


@settings(max_examples=80, deadline=None)
@given(fields=unsigned())
def test_a_decoded_transaction_says_what_was_signed(fields: UnsignedTransaction) -> None:
    signed = sign_transaction(fields, KEY)
    read = decode_transaction(signed.raw)
    for name in UnsignedTransaction.__dataclass_fields__:
        assert getattr(read, name) == getattr(fields, name), name
    assert read == signed
    assert (read.sender, read.hash) == (KEY.address, keccak(signed.raw))


@settings(max_examples=60, deadline=None)
@given(fields=unsigned())
def test_a_block_body_holds_the_same_transaction(fields: UnsignedTransaction) -> None:
    signed = sign_transaction(fields, KEY)
    item = decode(signed.raw) if signed.kind is TransactionKind.LEGACY else signed.raw
    assert decode_block_item(item).raw == signed.raw


@settings(max_examples=200, deadline=None)
@given(fields=unsigned(), at=st.integers(0, 10_000), flip=st.integers(1, 255), cut=st.booleans())
def test_damaged_bytes_are_another_transaction_or_none(
    fields: UnsignedTransaction, at: int, flip: int, cut: bool
) -> None:
    raw = sign_transaction(fields, KEY).raw
    at %= len(raw)
    damaged = raw[:at] if cut else raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]
    try:
        read = decode_transaction(damaged)
    except InvalidTransaction:
        return
    assert read.raw == damaged != raw
    assert not cut


@given(st.binary(max_size=80))
def test_noise_is_no_transaction(raw: bytes) -> None:
    with pytest.raises(InvalidTransaction):
        decode_transaction(raw)


def test_the_example_of_eip_155() -> None:
    raw = bytes.fromhex(
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
        "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
        "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
    )
    signed = sign_transaction(
        UnsignedTransaction(
            kind=TransactionKind.LEGACY,
            chain_id=1,
            nonce=9,
            max_fee=20 * 10**9,
            max_priority_fee=20 * 10**9,
            gas=21_000,
            to=Address(b"\x35" * 20),
            value=10**18,
        ),
        KEY,
    )
    assert signed.raw == raw
    assert decode_transaction(raw).sender.hex() == "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"
    assert signed.v == 37


def test_a_transaction_before_eip_155_has_no_chain() -> None:
    """Homestead's form, as eth-account signs it without a chain id."""
    fields = {"nonce": 0, "gasPrice": 1, "gas": 21_000, "to": "0x" + "35" * 20, "value": 1, "data": b""}
    theirs = Account.sign_transaction(fields, b"\x46" * 32)
    read = decode_transaction(bytes(theirs.raw_transaction))
    assert (read.chain_id, read.v, read.sender) == (None, theirs.v, KEY.address)


def test_a_high_s_is_no_signature() -> None:
    """EIP-2: the mirrored signature recovers to the same sender and must not pass."""
    signed = sign_transaction(UnsignedTransaction(chain_id=1, nonce=0, gas=21_000, to=Address(b"\x01" * 20)), KEY)
    items = decode(signed.raw[1:])
    assert isinstance(items, list)
    items[-3] = encode_int(1 - signed.y_parity)
    items[-1] = encode_int(SECP256K1_N - signed.s)
    with pytest.raises(InvalidTransaction, match="upper half"):
        decode_transaction(b"\x02" + encode(items))


@pytest.mark.parametrize("v", [0, 1, 26, 29, 34])
def test_a_v_of_no_rule_is_refused(v: int) -> None:
    items = [b"", b"\x01", b"\x01", b"", b"", b"", encode_int(v), b"\x01", b"\x01"]
    with pytest.raises(InvalidTransaction, match=f"v is {v}"):
        decode_transaction(encode(items))


def test_blob_sidecars_are_named() -> None:
    with pytest.raises(InvalidTransaction, match="sidecars"):
        decode_transaction(b"\x03" + encode([[], [], [], []]))


def test_a_known_sender_is_believed() -> None:
    signed = sign_transaction(UnsignedTransaction(chain_id=1, nonce=0, gas=21_000, to=Address(b"\x01" * 20)), KEY)
    other = Address(b"\x99" * 20)
    assert decode_transaction(signed.raw, {signed.hash: other}.get).sender == other
    assert decode_transaction(signed.raw, {keccak(b"another"): other}.get).sender == KEY.address


@settings(max_examples=60, deadline=None)
@given(secret=secrets, chain_id=st.integers(0, 2**60), address=addresses, nonce=st.integers(0, 2**64 - 2))
def test_the_authority_is_who_signed(secret: bytes, chain_id: int, address: Address, nonce: int) -> None:
    entry = _authorization(secret, chain_id, address, nonce)
    assert entry.authority == PrivateKey(secret).address
    assert Authorization(chain_id, address, nonce, entry.y_parity, 0, entry.s).authority is None
    mirrored = Authorization(chain_id, address, nonce, 1 - entry.y_parity, entry.r, SECP256K1_N - entry.s)
    assert mirrored.authority is None


def _authorization(secret: bytes, chain_id: int, address: Address, nonce: int) -> Authorization:
    """Signed by eth-account."""
    fields = {"chainId": chain_id, "address": to_checksum_address(address), "nonce": nonce}
    signed = Account.from_key(secret).sign_authorization(fields)
    return Authorization(chain_id, address, nonce, signed.y_parity, signed.r, signed.s)


def _for_eth_account(fields: UnsignedTransaction) -> dict[str, Any]:
    found: dict[str, Any] = {
        "nonce": fields.nonce,
        "gas": fields.gas,
        "to": b"" if fields.to is None else to_checksum_address(fields.to),
        "value": fields.value,
        "data": fields.data,
        "chainId": fields.chain_id,
    }
    if fields.kind <= TransactionKind.ACCESS_LIST:
        found["gasPrice"] = fields.max_fee
    else:
        found["maxFeePerGas"], found["maxPriorityFeePerGas"] = fields.max_fee, fields.max_priority_fee
    if fields.kind is not TransactionKind.LEGACY:
        found["type"] = int(fields.kind)
        found["accessList"] = [
            {"address": to_checksum_address(entry.address), "storageKeys": ["0x" + slot.hex() for slot in entry.slots]}
            for entry in fields.access_list
        ]
    if fields.kind is TransactionKind.BLOB:
        found["maxFeePerBlobGas"] = fields.max_fee_per_blob_gas
        found["blobVersionedHashes"] = ["0x" + blob_hash.hex() for blob_hash in fields.blob_hashes]
    if fields.kind is TransactionKind.SET_CODE:
        found["authorizationList"] = [
            {
                "chainId": entry.chain_id,
                "address": to_checksum_address(entry.address),
                "nonce": entry.nonce,
                "yParity": entry.y_parity,
                "r": entry.r,
                "s": entry.s,
            }
            for entry in fields.authorizations
        ]
    return found
