"""The payloads of STATUS, GET_BLOCKS and BLOCKS."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from node.chain.transfer import decode_entry, encode_certified
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, certificate_items, certificate_of
from node.primitives.errors import InvalidBlock
from node.primitives.rlp import as_hash, as_list, as_uint64, decode, encode, encode_int
from node.primitives.types import BlockNumber, Hash32

MAX_BLOCKS_ASKED: Final = 128
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
"""An answer stops growing here; one block alone may be over it by its certificate."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a peer stands. The certificate is None for genesis only."""

    number: BlockNumber
    hash: Hash32
    certificate: CommitCertificate | None


@dataclass(frozen=True, slots=True)
class BlockRange:
    first: BlockNumber
    count: int


@dataclass(frozen=True, slots=True)
class CertifiedBlock:
    block: Block
    certificate: CommitCertificate


def encode_status(status: Status) -> bytes:
    certificate = [] if status.certificate is None else [certificate_items(status.certificate)]
    return encode([encode_int(status.number), status.hash, certificate])


def decode_status(payload: bytes) -> Status:
    """Raises RlpError."""
    number, block_hash, certificate = as_list(decode(payload), 3)
    found = as_list(certificate)
    return Status(BlockNumber(as_uint64(number)), as_hash(block_hash), certificate_of(found[0]) if found else None)


def encode_range(asked: BlockRange) -> bytes:
    return encode([encode_int(asked.first), encode_int(asked.count)])


def decode_range(payload: bytes) -> BlockRange:
    """Raises RlpError."""
    first, count = as_list(decode(payload), 2)
    return BlockRange(BlockNumber(as_uint64(first)), min(as_uint64(count), MAX_BLOCKS_ASKED))


def encode_blocks(blocks: Iterable[CertifiedBlock]) -> bytes:
    """As many of `blocks` as an answer holds, at least one where there is one."""
    items: list[bytes] = []
    size = 0
    for entry in blocks:
        item = encode_certified(entry.block, entry.certificate)
        if items and size + len(item) > MAX_ANSWER_BYTES:
            break
        items.append(item)
        size += len(item)
    return encode(items)


def split_blocks(payload: bytes) -> Sequence[bytes]:
    """The encoded blocks of an answer, not yet decoded: recovering their senders is work for a thread.

    Raises RlpError.
    """
    items = as_list(decode(payload))
    return [item for item in items if isinstance(item, bytes)]


def decode_certified(raw: bytes) -> CertifiedBlock:
    """Raises PrimitiveError."""
    block, certificate = decode_entry(raw)
    if certificate is None:
        raise InvalidBlock("block: comes without its commit certificate")
    return CertifiedBlock(block, certificate)
