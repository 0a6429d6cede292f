"""What a message says before anything costly is done for it: who says it, of what height, round and block.

A signature covers the payload alone, so whoever has seen a good message can hang anything on it. Hence the order: the
outline first, then who signed it, then whether what hangs on it is what the signature stands for, and only then blocks
and the senders of their transactions are decoded. Until then no step costs more than a few items.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from node.consensus.errors import MalformedMessage
from node.consensus.messages import Commit, Message, Prepare, Proposal, RoundChange, message_of
from node.primitives.block import Block
from node.primitives.errors import PrimitiveError, RlpError
from node.primitives.hashing import keccak
from node.primitives.keys import SIGNATURE_LENGTH
from node.primitives.rlp import Decoded, Item, as_bytes, as_hash, as_int, as_list, as_uint64, decode, raw_items
from node.primitives.types import Hash32
from node.state.update import ordered_root

MAX_SAID_BYTES: Final = 512
"""Code, payload and signature; a Commit's, the longest, take some 200."""

MAX_JUSTIFICATION_BYTES: Final = 192 * 1024
"""Of one list: 1,024 RoundChanges with their signatures take some 130 KiB."""

CHECKED_FROM_BYTES: Final = 16 * 1024
"""A smaller block is decoded sooner than it is compared with its hash."""

CHEAPEST_TRANSACTION_GAS: Final = 21_000
MAX_HEADER_FIELDS: Final = 32
_TRANSACTIONS_ROOT: Final = 4
_GAS_LIMIT: Final = 9
_EMPTY_LIST: Final = b"\xc0"
_NAMES: Final = {each.code: each.__name__ for each in (Proposal, Prepare, Commit, RoundChange)}

RawToBlock: TypeAlias = Callable[[bytes, Hash32], Block]
"""The block of an encoding, which must be the one of this hash. Raises PrimitiveError."""


@dataclass(frozen=True, slots=True)
class Outline:
    """`digest` is the block that the signature stands for, if any; `attached` is what hangs on it, still encoded."""

    code: int
    payload: Item
    signature: bytes
    height: int
    round: int
    digest: Hash32 | None
    said: tuple[Decoded, Decoded, Decoded]
    attached: tuple[bytes, ...]

    @property
    def name(self) -> str:
        return _NAMES[self.code]


def peek_message(raw: bytes) -> Outline:
    """Raises MalformedMessage."""
    try:
        return _outline(raw_items(raw, 6))
    except PrimitiveError as error:
        raise MalformedMessage(f"consensus message: {error}") from error


def decode_outlined(outline: Outline, to_block: RawToBlock) -> Message:
    """The message of that outline. Raises MalformedMessage."""
    try:
        return _decode(outline, to_block)
    except PrimitiveError as error:
        raise MalformedMessage(f"consensus message: {error}") from error


def check_block(raw: bytes, digest: Hash32) -> None:
    """That a large encoded block is the one of this hash, without a look into its transactions. Raises RlpError."""
    if len(raw) < CHECKED_FROM_BYTES:
        return
    parts = raw_items(raw, 4)
    if keccak(parts[0]) != digest or parts[2:] != [_EMPTY_LIST, _EMPTY_LIST]:
        raise RlpError("the block is not the one that was signed")
    fields = raw_items(parts[0], MAX_HEADER_FIELDS)
    if len(fields) <= _GAS_LIMIT:
        raise RlpError(f"a header of {len(fields)} fields")
    most = as_uint64(decode(fields[_GAS_LIMIT])) // CHEAPEST_TRANSACTION_GAS
    transactions = (_transaction(each) for each in raw_items(parts[1], most))
    if ordered_root(transactions) != as_hash(decode(fields[_TRANSACTIONS_ROOT])):
        raise RlpError("the block does not hold the transactions that were signed")


def _transaction(raw: bytes) -> bytes:
    """As the root counts it: a legacy one is a list, another a byte string whose prefix is not part of it."""
    return raw if raw[0] >= 0xC0 else as_bytes(decode(raw))


def _outline(items: list[bytes]) -> Outline:
    if len(items) < 3:
        raise RlpError(f"expected at least code, payload and signature, found {len(items)} items")
    size = sum(len(item) for item in items[:3])
    if size > MAX_SAID_BYTES:
        raise RlpError(f"code, payload and signature of {size} bytes, the limit is {MAX_SAID_BYTES}")
    said = decode(items[0]), decode(items[1]), decode(items[2])
    code = as_int(said[0])
    if code not in _NAMES:
        raise RlpError(f"code {code:#x} is no consensus message")
    payload = as_list(said[1], 4 if code == Commit.code else 3)
    return Outline(
        code=code,
        payload=payload,
        signature=as_bytes(said[2], SIGNATURE_LENGTH),
        height=as_uint64(payload[0]),
        round=as_uint64(payload[1]),
        digest=_digest(code, payload[2]),
        said=said,
        attached=tuple(items[3:]),
    )


def _digest(code: int, item: Decoded) -> Hash32 | None:
    if code != RoundChange.code:
        return as_hash(item)
    return as_hash(as_list(item, 2)[1]) if as_list(item) else None


def _decode(outline: Outline, to_block: RawToBlock) -> Message:
    def block(item: Decoded) -> Block:
        if outline.digest is None:
            raise RlpError("a block hangs on a message that names none")
        return to_block(as_bytes(item), outline.digest)

    return message_of([*outline.said, *_hanging(outline)], block)


def _hanging(outline: Outline) -> list[Decoded]:
    """What is attached, with blocks left as they are encoded."""
    match outline.code, outline.attached:
        case Proposal.code, (block, *justifications):
            return [block, *(_justification(each) for each in justifications)]
        case RoundChange.code, (proof,) if proof != _EMPTY_LIST:
            parts = raw_items(proof, 2)
            return [[parts[0], *(_justification(each) for each in parts[1:])]]
        case _:
            return [_justification(each) for each in outline.attached]


def _justification(raw: bytes) -> Decoded:
    if len(raw) > MAX_JUSTIFICATION_BYTES:
        raise RlpError(f"a justification of {len(raw)} bytes, the limit is {MAX_JUSTIFICATION_BYTES}")
    return decode(raw)
