"""Files of blocks, ours and foreign."""

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from node.chain.chain import Chain
from node.chain.errors import CertificateRefused, ImportRefused, UnknownParent
from node.chain.transfer import encode_certified, export_blocks, import_blocks, read_items
from node.chain.verify import verify_chain
from node.execution.errors import BlockRefused
from node.execution.pyevm import PyEvmEngine
from node.primitives.block import Block, decode_block, encode_block
from node.primitives.genesis import parse_genesis
from node.primitives.rlp import encode
from node.primitives.types import Gas
from tests.unit.node.chain.transfers import FAIL, USERS, Ledger, make_foreign_genesis

VECTORS = Path(os.environ.get("JIAOZI_VECTORS", Path(__file__).parents[4] / ".." / "shared" / "data"))
ARCHIVE = VECTORS / "rpc-compat.zip"


def grown(ledger: Ledger) -> Ledger:
    for value in range(5):
        ledger.grow(*(ledger.pay(USERS[index], value=value) for index in range(value)))
    ledger.grow(ledger.pay(USERS[0], data=FAIL))
    return ledger


def brought_in(ledger: Ledger, raw: bytes) -> int:
    return import_blocks(ledger.chain, io.BytesIO(raw), lambda number: None)


def exported(ledger: Ledger, first: int = 0) -> list[bytes]:
    return list(export_blocks(ledger.chain, first, ledger.chain.head.number))


@pytest.mark.parametrize("foreign", [False, True])
def test_a_chain_comes_out_as_it_went_in(foreign: bool) -> None:
    def fresh() -> Ledger:
        return Ledger(make_foreign_genesis() if foreign else None)

    source, copy = grown(fresh()), fresh()
    numbers: list[int] = []
    raw = b"".join(exported(source))
    assert import_blocks(copy.chain, io.BytesIO(raw), numbers.append) == 6
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert copy.chain.head == source.chain.head
    assert exported(copy) == exported(source)
    assert brought_in(copy, raw) == 0, "what is there is passed over"
    verify_chain(copy.chain, lambda done, of: None)


def test_an_export_beyond_the_head_is_refused() -> None:
    with pytest.raises(ValueError, match="the chain has 0 to 6"):
        next(export_blocks(grown(Ledger()).chain, 3, 7))


def test_an_import_stops_at_the_first_bad_block_and_keeps_those_before() -> None:
    source, copy = grown(Ledger(make_foreign_genesis())), Ledger(make_foreign_genesis())
    items = exported(source, 1)
    third = decode_block(items[2])
    items[2] = encode_block(Block(replace(third.header, gas_used=Gas(third.header.gas_used + 1)), third.transactions))
    words = r"^entry 2, block 3: block refused: gas_used is 42001, expected 42000"
    with pytest.raises(ImportRefused, match=words) as refused:
        brought_in(copy, b"".join(items))
    assert isinstance(refused.value.cause, BlockRefused)
    assert copy.chain.head.number == 2


def test_a_gap_in_a_file_is_named() -> None:
    source, copy = grown(Ledger()), Ledger()
    with pytest.raises(ImportRefused, match="block 2: block refused: parent_hash is") as refused:
        brought_in(copy, b"".join(exported(source, 2)))
    assert isinstance(refused.value.cause, UnknownParent)


def test_our_blocks_need_their_certificates() -> None:
    source, copy = grown(Ledger()), Ledger()
    first = source.chain.block(1)
    assert first is not None
    with pytest.raises(ImportRefused, match=r"entry 0, block 1: the commit certificate .* there is none") as refused:
        brought_in(copy, encode_block(first))
    assert isinstance(refused.value.cause, CertificateRefused)
    certificate = source.chain.certificate(2)
    assert certificate is not None
    with pytest.raises(ImportRefused, match="no validator of this height"):
        brought_in(copy, encode_certified(first, certificate))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\x83abc", "entry 0, what should be a block: expected a list"),
        (b"\xf9\x10\x00\x01", "the file ends 4095 bytes early"),
        (b"\xfb\xff\xff\xff\xff", "an item of 4294967295 bytes; blocks here take at most"),
        (encode([b"a", b"b"]), "expected a list"),
        (encode([b"a", b"b", b"c"]), "expected a list of 4 items, found 3"),
        (b"\xc1\x81", "not RLP"),
    ],
)
def test_what_is_no_block_is_named(raw: bytes, words: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        brought_in(Ledger(), raw)
    assert words in str(refused.value)


def test_items_are_read_one_at_a_time() -> None:
    file = io.BytesIO(b"".join(encode([bytes(1000)]) for _ in range(100)))
    next(read_items(file))
    assert file.tell() == len(encode([bytes(1000)]))


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"no rpc-compat.zip in {VECTORS}; set JIAOZI_VECTORS")
def test_the_chain_of_rpc_compat_comes_in_through_the_real_engine_and_prunes() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        members = {Path(name).name: name for name in archive.namelist()}
        genesis = parse_genesis(json.loads(archive.read(members["genesis.json"])))
        raw = archive.read(members["chain.rlp"])
    ledger = Ledger(make_foreign_genesis())
    store = ledger.disk.open_store("foreign")
    chain = Chain.open(store, genesis, PyEvmEngine(), archive=False, window=8)
    new = import_blocks(chain, io.BytesIO(raw), lambda number: None)
    assert new == chain.head.number == len(list(read_items(io.BytesIO(raw))))
    assert b"".join(export_blocks(chain, 1, new)) == raw
    assert chain.oldest_state == new - 7
    verify_chain(chain, lambda done, of: None)
    store.close()
    again = Chain.open(ledger.disk.open_store("foreign"), genesis, PyEvmEngine(), archive=False, window=8)
    assert again.head == chain.head
