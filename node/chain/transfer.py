"""Blocks in files: one RLP item after another, nothing between.

A foreign chain's item is the block, as `chain.rlp` files have it; ours is [block, commit certificate]. Reading takes
either, one item at a time and none larger than a block may be.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from node.chain.chain import Chain
from node.chain.errors import ChainError, ImportRefused
from node.execution.errors import ExecutionError
from node.primitives.block import Block, block_items, block_of, encode_block
from node.primitives.certificate import CommitCertificate, certificate_items, certificate_of
from node.primitives.errors import PrimitiveError, RlpError
from node.primitives.rlp import as_list, decode, encode

MAX_ITEM_BYTES: Final = 64 * 1024 * 1024
"""Over what any block of a chain with a sane gas limit takes."""

Progress = Callable[[int], None]
"""Called with the number of each block that is in."""


def export_blocks(chain: Chain, first: int, last: int) -> Iterator[bytes]:
    """Blocks `first` to `last` as file items. Raises ValueError for blocks beyond the head."""
    if not 0 <= first <= last <= chain.head.number:
        raise ValueError(f"blocks {first} to {last} are not all there; the chain has 0 to {chain.head.number}")
    for number in range(first, last + 1):
        block = chain.block(number)
        assert block is not None, "not beyond the head"
        certificate = chain.certificate(number)
        yield encode_block(block) if certificate is None else encode_certified(block, certificate)


def encode_certified(block: Block, certificate: CommitCertificate) -> bytes:
    return encode([block_items(block), certificate_items(certificate)])


def decode_entry(raw: bytes) -> tuple[Block, CommitCertificate | None]:
    """A block with its certificate, or alone. Raises PrimitiveError."""
    item = decode(raw)
    parts = as_list(item)
    if len(parts) == 2:
        return block_of(parts[0]), certificate_of(parts[1])
    return block_of(item), None


def import_blocks(chain: Chain, file: BinaryIO, progress: Progress) -> int:
    """Brings a file's blocks in and returns how many were new. Blocks that the chain has are passed over.

    Raises ImportRefused for the first that is refused; those before it are in.
    """
    new = 0
    for position, raw in enumerate(read_items(file)):
        block, certificate = _entry(raw, position)
        if chain.number_of(block.hash) is not None:
            continue
        try:
            chain.import_block(block, certificate)
        except (ChainError, ExecutionError) as error:
            raise ImportRefused(position, block.number, error) from error
        new += 1
        progress(block.number)
    return new


def read_items(file: BinaryIO) -> Iterator[bytes]:
    """The RLP items of a file, read one at a time. Raises ImportRefused where a length is wrong or too large."""
    position = 0
    while head := file.read(1):
        try:
            yield _rest_of_item(file, head)
        except RlpError as error:
            raise ImportRefused(position, None, error) from error
        position += 1


def _entry(raw: bytes, position: int) -> tuple[Block, CommitCertificate | None]:
    try:
        return decode_entry(raw)
    except PrimitiveError as error:
        raise ImportRefused(position, None, error) from error


def _rest_of_item(file: BinaryIO, head: bytes) -> bytes:
    if head[0] < 0xC0:
        raise RlpError("expected a list: this is no file of blocks, or it is damaged before this place")
    if head[0] <= 0xF7:
        return head + _exactly(file, head[0] - 0xC0)
    size = _exactly(file, head[0] - 0xF7)
    length = int.from_bytes(size, "big")
    if length > MAX_ITEM_BYTES:
        raise RlpError(f"an item of {length} bytes; blocks here take at most {MAX_ITEM_BYTES}")
    return head + size + _exactly(file, length)


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) != length:
        raise RlpError(f"the file ends {length - len(data)} bytes early")
    return data
