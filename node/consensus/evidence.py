"""Proof that a validator signed two different statements at one height, round and kind.

Both are kept without their blocks: payload and signature are what anybody can verify later.
"""

from dataclasses import dataclass

from node.consensus.messages import Message, RoundChange
from node.primitives.rlp import Item, encode, encode_int
from node.primitives.types import Address


@dataclass(frozen=True, slots=True)
class Statement:
    """`payload` as signed; `code` is the kind."""

    code: int
    payload: Item
    signature: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    validator: Address
    height: int
    round: int
    kind: str
    first: Statement
    second: Statement


def conflict(first: Message, second: Message) -> bool:
    """Two digests at one height, round and kind; the same digest signed twice is none."""
    same_place = (first.code, first.height, first.round) == (second.code, second.height, second.round)
    return same_place and _vote(first) != _vote(second)


def evidence(validator: Address, first: Message, second: Message) -> Evidence:
    assert conflict(first, second)
    kind = type(first).__name__
    return Evidence(validator, first.height, first.round, kind, statement(first), statement(second))


def statement(message: Message) -> Statement:
    return Statement(message.code, message.payload, message.signature)


def encode_evidence(item: Evidence) -> bytes:
    """[validator, code, [payload, signature], [payload, signature]]."""
    pair: list[Item] = [[entry.payload, entry.signature] for entry in (item.first, item.second)]
    return encode([item.validator, encode_int(item.first.code), *pair])


def _vote(message: Message) -> object:
    return message.prepared if isinstance(message, RoundChange) else message.digest
