"""The four QBFT messages, what of them is signed, and their wire form.

Signed is [domain, chain id, genesis hash, code, payload]; blocks and justifications travel beside the payload. A
RoundChange or Prepare inside a justification is the same type as on its own; such a RoundChange is `bare`: without
the block and Prepares that its sender attached.

Wire: RLP [code, payload, signature, attachments...]. The sender is never named, only recovered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final, TypeAlias, assert_never

from node.consensus.errors import MalformedMessage
from node.primitives.block import Block, block_items, block_of
from node.primitives.errors import PrimitiveError, RlpError
from node.primitives.keys import SIGNATURE_LENGTH
from node.primitives.rlp import Decoded, Item, as_bytes, as_hash, as_int, as_list, as_uint64, decode, encode, encode_int
from node.primitives.types import Hash32

UNSIGNED: Final = b""
MAX_JUSTIFICATION: Final = 1_024
"""Messages in one justification; no validator set is larger."""


@dataclass(frozen=True, slots=True)
class Prepare:
    code: ClassVar[int] = 0x13

    height: int
    round: int
    digest: Hash32
    signature: bytes = UNSIGNED

    @property
    def payload(self) -> Item:
        return [encode_int(self.height), encode_int(self.round), self.digest]


@dataclass(frozen=True, slots=True)
class Commit:
    """`seal` signs (digest, round) alone, so that it can stand in a certificate without the message."""

    code: ClassVar[int] = 0x14

    height: int
    round: int
    digest: Hash32
    seal: bytes
    signature: bytes = UNSIGNED

    @property
    def payload(self) -> Item:
        return [encode_int(self.height), encode_int(self.round), self.digest, self.seal]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The claim in a RoundChange: in this round I had a quorum of Prepares for this block."""

    round: int
    digest: Hash32


@dataclass(frozen=True, slots=True)
class PreparedCertificate:
    """The proof of a Prepared: the block and its quorum of Prepares."""

    round: int
    block: Block
    prepares: tuple[Prepare, ...]

    @property
    def claim(self) -> Prepared:
        return Prepared(self.round, self.block.hash)


@dataclass(frozen=True, slots=True)
class RoundChange:
    """`block` and `prepares` are the proof of `prepared`; a bare one inside a Proposal has none."""

    code: ClassVar[int] = 0x15

    height: int
    round: int
    prepared: Prepared | None
    block: Block | None = None
    prepares: tuple[Prepare, ...] = ()
    signature: bytes = UNSIGNED

    @property
    def payload(self) -> Item:
        claim: list[Item] = []
        if self.prepared is not None:
            claim = [encode_int(self.prepared.round), self.prepared.digest]
        return [encode_int(self.height), encode_int(self.round), claim]

    @property
    def digest(self) -> Hash32 | None:
        return None if self.prepared is None else self.prepared.digest


@dataclass(frozen=True, slots=True)
class Proposal:
    """`digest` is signed, `block` travels beside it; `round_changes` and `prepares` justify a round above 0."""

    code: ClassVar[int] = 0x12

    height: int
    round: int
    digest: Hash32
    block: Block
    round_changes: tuple[RoundChange, ...] = ()
    prepares: tuple[Prepare, ...] = ()
    signature: bytes = UNSIGNED

    @property
    def payload(self) -> Item:
        return [encode_int(self.height), encode_int(self.round), self.digest]


Message: TypeAlias = Proposal | Prepare | Commit | RoundChange

BlockToItem: TypeAlias = Callable[[Block], Item]
ItemToBlock: TypeAlias = Callable[[Decoded], Block]


def bare(round_change: RoundChange) -> RoundChange:
    return replace(round_change, block=None, prepares=())


def encode_message(message: Message) -> bytes:
    return encode(message_items(message))


def decode_message(raw: bytes, to_block: ItemToBlock = block_of) -> Message:
    """The message that `raw` is; whether it counts is another question. Raises MalformedMessage.

    `to_block` lets a caller decode blocks with the senders it already knows.
    """
    try:
        return message_of(decode(raw), to_block)
    except PrimitiveError as error:
        raise MalformedMessage(f"consensus message: {error}") from error


def message_items(message: Message, from_block: BlockToItem = block_items) -> Item:
    head: list[Item] = [encode_int(message.code), message.payload, message.signature]
    match message:
        case Prepare() | Commit():
            return head
        case RoundChange(block=block, prepares=prepares):
            proof: list[Item] = [] if block is None else [from_block(block), _signed(prepares)]
            return [*head, proof]
        case Proposal(block=block, round_changes=round_changes, prepares=prepares):
            return [*head, from_block(block), _signed(round_changes), _signed(prepares)]
        case _:
            assert_never(message)


def message_of(item: Decoded, to_block: ItemToBlock = block_of) -> Message:
    """Raises PrimitiveError."""
    items = as_list(item)
    if len(items) < 3:
        raise RlpError(f"expected at least code, payload and signature, found {len(items)} items")
    code = as_int(items[0])
    match code:
        case Prepare.code:
            return _prepare(as_list(item, 3)[1:])
        case Commit.code:
            return _commit(as_list(item, 3)[1:])
        case RoundChange.code:
            return _round_change(as_list(item, 4)[1:], to_block)
        case Proposal.code:
            return _proposal(as_list(item, 6)[1:], to_block)
        case _:
            raise RlpError(f"code {code:#x} is no consensus message")


def prepared_items(certificate: PreparedCertificate, from_block: BlockToItem = block_items) -> Item:
    return [encode_int(certificate.round), from_block(certificate.block), _signed(certificate.prepares)]


def prepared_of(item: Decoded, to_block: ItemToBlock = block_of) -> PreparedCertificate:
    items = as_list(item, 3)
    return PreparedCertificate(as_uint64(items[0]), to_block(items[1]), _prepares(items[2]))


def _signed(messages: tuple[Prepare, ...] | tuple[RoundChange, ...]) -> Item:
    return [[message.payload, message.signature] for message in messages]


def _prepare(items: list[Decoded]) -> Prepare:
    payload = as_list(items[0], 3)
    return Prepare(as_uint64(payload[0]), as_uint64(payload[1]), as_hash(payload[2]), _signature(items[1]))


def _commit(items: list[Decoded]) -> Commit:
    payload = as_list(items[0], 4)
    return Commit(
        as_uint64(payload[0]), as_uint64(payload[1]), as_hash(payload[2]), _signature(payload[3]), _signature(items[1])
    )


def _round_change(items: list[Decoded], to_block: ItemToBlock) -> RoundChange:
    payload, proof = as_list(items[0], 3), as_list(items[2])
    block = to_block(as_list(proof, 2)[0]) if proof else None
    return RoundChange(
        as_uint64(payload[0]),
        as_uint64(payload[1]),
        _claim(payload[2]),
        block,
        _prepares(proof[1]) if proof else (),
        _signature(items[1]),
    )


def _claim(item: Decoded) -> Prepared | None:
    claim = as_list(item)
    if not claim:
        return None
    as_list(claim, 2)
    return Prepared(as_uint64(claim[0]), as_hash(claim[1]))


def _proposal(items: list[Decoded], to_block: ItemToBlock) -> Proposal:
    payload = as_list(items[0], 3)
    return Proposal(
        as_uint64(payload[0]),
        as_uint64(payload[1]),
        as_hash(payload[2]),
        to_block(items[2]),
        tuple(_round_change([*as_list(entry, 2), []], to_block) for entry in _bounded(items[3])),
        _prepares(items[4]),
        _signature(items[1]),
    )


def _prepares(item: Decoded) -> tuple[Prepare, ...]:
    return tuple(_prepare(as_list(entry, 2)) for entry in _bounded(item))


def _bounded(item: Decoded) -> list[Decoded]:
    items = as_list(item)
    if len(items) > MAX_JUSTIFICATION:
        raise RlpError(f"a justification of {len(items)} messages, the limit is {MAX_JUSTIFICATION}")
    return items


def _signature(item: Decoded) -> bytes:
    return as_bytes(item, SIGNATURE_LENGTH)
