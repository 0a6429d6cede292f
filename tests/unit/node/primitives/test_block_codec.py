"""Headers, blocks, receipts, blooms and certificates: round trips, and other libraries' bytes."""

import pytest
import rlp
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth_bloom import BloomFilter
from hypothesis import given, settings
from hypothesis import strategies as st

from node.primitives.block import (
    Block,
    Header,
    Withdrawal,
    decode_block,
    decode_header,
    encode_block,
    encode_header,
)
from node.primitives.bloom import bloom_of, bloom_union, may_contain
from node.primitives.certificate import (
    CommitCertificate,
    decode_certificate,
    encode_certificate,
    max_faulty,
    quorum,
    seal_digest,
    sealers,
    validator_set_hash,
)
from node.primitives.errors import InvalidBlock, InvalidSignature
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.receipt import Log, Receipt, decode_receipt, encode_receipt
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, BlockNumber, Gas, Hash32, Wei

KEYS = [PrivateKey(bytes([index]) * 32) for index in range(1, 5)]

addresses = st.binary(min_size=20, max_size=20).map(Address)
hashes = st.binary(min_size=32, max_size=32).map(Hash32)
uint64 = st.integers(0, 2**64 - 1)
headers = st.builds(
    Header,
    parent_hash=hashes,
    ommers_hash=hashes,
    coinbase=addresses,
    state_root=hashes,
    transactions_root=hashes,
    receipts_root=hashes,
    bloom=st.binary(min_size=256, max_size=256),
    difficulty=st.integers(0, 2**256 - 1),
    number=uint64.map(BlockNumber),
    gas_limit=uint64.map(Gas),
    gas_used=uint64.map(Gas),
    timestamp=uint64,
    extra_data=st.binary(max_size=40),
    mix_hash=hashes,
    nonce=st.binary(min_size=8, max_size=8),
    base_fee=st.integers(0, 2**256 - 1).map(Wei),
    withdrawals_root=hashes,
    blob_gas_used=uint64.map(Gas),
    excess_blob_gas=uint64.map(Gas),
    parent_beacon_root=hashes,
    requests_hash=st.none() | hashes,
)
withdrawals = st.builds(Withdrawal, uint64, uint64, addresses, uint64)
logs = st.builds(Log, addresses, st.lists(hashes, max_size=4).map(tuple), st.binary(max_size=80))
receipts = st.builds(
    Receipt, st.sampled_from(TransactionKind), st.booleans(), uint64.map(Gas), st.lists(logs, max_size=4).map(tuple)
)
TRANSACTIONS = tuple(
    sign_transaction(
        UnsignedTransaction(kind=kind, chain_id=1, nonce=index, gas=21_000, to=Address(b"\x01" * 20)), KEYS[0]
    )
    for index, kind in enumerate((TransactionKind.LEGACY, TransactionKind.ACCESS_LIST, TransactionKind.DYNAMIC_FEE))
)


@settings(max_examples=60)
@given(headers)
def test_a_header_is_the_rlp_that_py_evm_hashes(header: Header) -> None:
    assert decode_header(encode_header(header)) == header
    if header.requests_hash is None:
        return
    theirs = PragueBlockHeader(
        parent_hash=header.parent_hash,
        uncles_hash=header.ommers_hash,
        coinbase=header.coinbase,
        state_root=header.state_root,
        transaction_root=header.transactions_root,
        receipt_root=header.receipts_root,
        bloom=int.from_bytes(header.bloom, "big"),
        difficulty=header.difficulty,
        block_number=header.number,
        gas_limit=header.gas_limit,
        gas_used=header.gas_used,
        timestamp=header.timestamp,
        extra_data=header.extra_data,
        mix_hash=header.mix_hash,
        nonce=header.nonce,
        base_fee_per_gas=header.base_fee,
        withdrawals_root=header.withdrawals_root,
        blob_gas_used=header.blob_gas_used,
        excess_blob_gas=header.excess_blob_gas,
        parent_beacon_block_root=header.parent_beacon_root,
        requests_hash=header.requests_hash,
    )
    assert rlp.encode(theirs) == encode_header(header)
    assert theirs.hash == header.hash


@settings(max_examples=40)
@given(header=headers, entries=st.lists(withdrawals, max_size=3).map(tuple), count=st.integers(0, 3))
def test_a_block_round_trips(header: Header, entries: tuple[Withdrawal, ...], count: int) -> None:
    block = Block(header, TRANSACTIONS[:count], entries)
    read = decode_block(encode_block(block))
    assert read == block
    assert [entry.raw for entry in read.transactions] == [entry.raw for entry in block.transactions]


@settings(max_examples=150)
@given(header=headers, at=st.integers(0, 10_000), flip=st.integers(1, 255), cut=st.booleans())
def test_damaged_blocks_are_other_blocks_or_none(header: Header, at: int, flip: int, cut: bool) -> None:
    raw = encode_block(Block(header, TRANSACTIONS, ()))
    at %= len(raw)
    damaged = raw[:at] if cut else raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]
    try:
        read = decode_block(damaged)
    except InvalidBlock:
        return
    assert encode_block(read) == damaged


def test_ommers_are_refused() -> None:
    header = rlp.decode(encode_header(HEADER))
    with pytest.raises(InvalidBlock, match="ommers"):
        decode_block(rlp.encode([header, [], [header], []]))


@pytest.mark.parametrize("count", [0, 15, 19, 22])
def test_a_header_of_another_length_is_refused(count: int) -> None:
    with pytest.raises(InvalidBlock, match=f"header: {count} fields"):
        decode_header(rlp.encode([b""] * count))


@settings(max_examples=60)
@given(receipts)
def test_a_receipt_round_trips_with_the_bloom_of_its_logs(receipt: Receipt) -> None:
    assert decode_receipt(encode_receipt(receipt)) == receipt
    reference = BloomFilter()
    for log in receipt.logs:
        reference.extend((log.address, *log.topics))
    assert int.from_bytes(receipt.bloom, "big") == int(reference)


def test_a_receipt_with_another_bloom_is_refused() -> None:
    receipt = Receipt(TransactionKind.LEGACY, True, Gas(1), (Log(Address(bytes(20)), (), b""),))
    items = rlp.decode(encode_receipt(receipt))
    items[2] = bytes(256)
    with pytest.raises(InvalidBlock, match="bloom"):
        decode_receipt(rlp.encode(items))


@given(st.lists(st.binary(max_size=40), max_size=8), st.lists(st.binary(max_size=40), max_size=8))
def test_a_union_may_contain_whatever_its_parts_do(first: list[bytes], second: list[bytes]) -> None:
    union = bloom_union([bloom_of(first), bloom_of(second)])
    assert union == bloom_of([*first, *second])
    assert all(may_contain(union, entry) for entry in (*first, *second))
    assert not may_contain(bloom_of([]), b"anything")


@given(st.integers(1, 200))
def test_two_quorums_share_an_honest_member(count: int) -> None:
    """And the honest alone are one."""
    assert 2 * quorum(count) - count > max_faulty(count)
    assert quorum(count) <= count - max_faulty(count)


def test_a_certificate_names_its_sealers() -> None:
    digest = seal_digest(7, keccak(b"genesis"), keccak(b"block"), 2)
    certificate = CommitCertificate(2, tuple(key.sign(digest) for key in KEYS))
    read = decode_certificate(encode_certificate(certificate))
    assert read == certificate
    assert sealers(digest, read) == {key.address for key in KEYS}
    elsewhere = seal_digest(8, keccak(b"genesis"), keccak(b"block"), 2)
    assert not sealers(elsewhere, read) & {key.address for key in KEYS}


def test_a_seal_that_is_no_signature_is_refused() -> None:
    with pytest.raises(InvalidSignature):
        sealers(keccak(b"digest"), CommitCertificate(0, (bytes(65),)))


def test_a_set_hash_knows_no_order() -> None:
    members = [key.address for key in KEYS]
    assert validator_set_hash(members) == validator_set_hash(reversed(members))  # type: ignore[arg-type]  # any order
    assert validator_set_hash(members) == keccak(rlp.encode(sorted(members)))
    assert validator_set_hash(members) != validator_set_hash(members[1:])


HEADER = Header(
    parent_hash=Hash32(bytes(32)),
    ommers_hash=Hash32(bytes(32)),
    coinbase=Address(bytes(20)),
    state_root=Hash32(bytes(32)),
    transactions_root=Hash32(bytes(32)),
    receipts_root=Hash32(bytes(32)),
    bloom=bytes(256),
    difficulty=0,
    number=BlockNumber(1),
    gas_limit=Gas(1),
    gas_used=Gas(0),
    timestamp=1,
    extra_data=b"",
    mix_hash=Hash32(bytes(32)),
    nonce=bytes(8),
    base_fee=Wei(0),
    withdrawals_root=Hash32(bytes(32)),
    blob_gas_used=Gas(0),
    excess_blob_gas=Gas(0),
    parent_beacon_root=Hash32(bytes(32)),
    requests_hash=Hash32(bytes(32)),
)
