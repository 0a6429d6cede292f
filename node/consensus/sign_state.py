"""What a validator has signed at one height: all that keeps it honest across a restart.

The rule, in one place (`record`): never below the highest signed round, never a second statement of one kind in one
round. With a Commit stands the prepared block and its quorum of Prepares, without which crashes alone could fork the
chain: the validator would sign an unprepared RoundChange over a block that somebody else has finalised.

Stored: RLP [version, height, round, blocks, proposal, prepare, commit, round change, prepared], each block once.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from node.consensus.errors import SignStateDamaged
from node.consensus.messages import (
    Commit,
    Message,
    Prepare,
    Prepared,
    PreparedCertificate,
    Proposal,
    RoundChange,
    message_items,
    message_of,
    prepared_items,
    prepared_of,
)
from node.primitives.block import Block, block_items, block_of
from node.primitives.errors import PrimitiveError
from node.primitives.rlp import Decoded, Item, as_hash, as_int, as_list, as_uint64, decode, encode, encode_int
from node.primitives.types import Hash32

VERSION: Final = 1

M = TypeVar("M", Proposal, Prepare, Commit, RoundChange)


@dataclass(frozen=True, slots=True)
class SignState:
    """`round` is the highest signed one. Proposal and Prepare are of that round; Commit and RoundChange are the latest
    of theirs, which others may still need."""

    height: int
    round: int = 0
    proposal: Proposal | None = None
    prepare: Prepare | None = None
    commit: Commit | None = None
    round_change: RoundChange | None = None
    prepared: PreparedCertificate | None = None

    def record(self, message: Message, prepared: PreparedCertificate | None = None) -> "SignState":
        """The state with `message` in it, and with a Commit what it rests on. The assertions are the last line
        against signing twice."""
        assert message.height == self.height, "signing for another height"
        assert message.round >= self.round, "signing below the highest signed round"
        assert self.statement(message) is None, "signing a second statement of one kind in one round"
        state = self if message.round == self.round else replace(self, round=message.round, proposal=None, prepare=None)
        match message:
            case Proposal():
                return replace(state, proposal=message)
            case Prepare():
                return replace(state, prepare=message)
            case Commit():
                assert prepared is not None and prepared.claim == Prepared(message.round, message.digest)
                return replace(state, commit=message, prepared=prepared)
            case RoundChange():
                return replace(state, round_change=message)

    def statement(self, like: Message) -> Message | None:
        """What we have signed of the kind and in the round of `like`."""
        kept = (self.proposal, self.prepare, self.commit, self.round_change)
        same = (message for message in kept if message is not None and message.code == like.code)
        return next((message for message in same if message.round == like.round), None)

    def messages(self) -> tuple[Message, ...]:
        """What we re-send, in the order in which others can use it."""
        kept: tuple[Message | None, ...] = (self.round_change, self.proposal, self.prepare, self.commit)
        return tuple(message for message in kept if message is not None)


def encode_sign_state(state: SignState) -> bytes:
    blocks: dict[Hash32, Block] = {}

    def reference(block: Block) -> Item:
        blocks[block.hash] = block
        return block.hash

    statements: list[Item] = [
        [] if message is None else message_items(message, reference)
        for message in (state.proposal, state.prepare, state.commit, state.round_change)
    ]
    prepared = [] if state.prepared is None else prepared_items(state.prepared, reference)
    head: list[Item] = [encode_int(VERSION), encode_int(state.height), encode_int(state.round)]
    return encode([*head, [block_items(block) for block in blocks.values()], *statements, prepared])


def decode_sign_state(data: bytes) -> SignState:
    """Raises SignStateDamaged."""
    try:
        return _sign_state(as_list(decode(data), 9))
    except PrimitiveError as error:
        raise SignStateDamaged(str(error)) from error


def _sign_state(items: list[Decoded]) -> SignState:
    if as_int(items[0]) != VERSION:
        raise SignStateDamaged(f"is of version {as_int(items[0])}, this node writes {VERSION}")
    blocks = {block.hash: block for block in map(block_of, as_list(items[3]))}

    def resolve(item: Decoded) -> Block:
        if as_hash(item) not in blocks:
            raise SignStateDamaged(f"lacks the block 0x{as_hash(item).hex()}")
        return blocks[as_hash(item)]

    def statement(item: Decoded, kind: type[M]) -> M | None:
        if not as_list(item):
            return None
        message = message_of(item, resolve)
        if not isinstance(message, kind):
            raise SignStateDamaged(f"has a {type(message).__name__} where a {kind.__name__} belongs")
        return message

    return SignState(
        as_uint64(items[1]),
        as_uint64(items[2]),
        statement(items[4], Proposal),
        statement(items[5], Prepare),
        statement(items[6], Commit),
        statement(items[7], RoundChange),
        prepared_of(items[8], resolve) if as_list(items[8]) else None,
    )
