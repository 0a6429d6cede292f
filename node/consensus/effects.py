"""What the shell is to do, in this order. Persist must be durable before the next effect is carried out."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeAlias

from node.consensus.errors import MessageRefused
from node.consensus.evidence import Evidence
from node.consensus.messages import Message
from node.consensus.timing import Timer
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate
from node.primitives.types import Hash32

Carrier: TypeAlias = Hashable
"""The shell's handle of the peer that brought a message; never looked into."""


@dataclass(frozen=True, slots=True)
class Persist:
    """The whole sign-state, replacing the last."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Our own message, to every peer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Send:
    carrier: Carrier
    message: Message


@dataclass(frozen=True, slots=True)
class Relay:
    """Another's message, seen for the first time, to every peer but the one that brought it."""

    message: Message
    except_carrier: Carrier


@dataclass(frozen=True, slots=True)
class SetTimer:
    timer: Timer
    at_ms: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    timer: Timer


@dataclass(frozen=True, slots=True)
class BuildBlock:
    """Answer with `upon_block_built`: a block, or None if there is nothing to put in it and it may not be empty."""

    height: int
    round: int
    parent_hash: Hash32
    allow_empty: bool


@dataclass(frozen=True, slots=True)
class CheckBlock:
    """Execute and keep the result; answer with `upon_block_checked`."""

    block: Block


@dataclass(frozen=True, slots=True)
class CommitBlock:
    """Checked and final: write it, send block and certificate to every peer, then call `upon_new_head`."""

    block: Block
    certificate: CommitCertificate


@dataclass(frozen=True, slots=True)
class RequestBlock:
    """A block is final that nobody has shown us: fetch it. Repeated each re-send until there is a new head."""

    height: int
    block_hash: Hash32
    certificate: CommitCertificate


@dataclass(frozen=True, slots=True)
class AnswerWithBlock:
    """The peer is still voting on a height that is final: send it that block and its certificate."""

    carrier: Carrier
    height: int


@dataclass(frozen=True, slots=True)
class RecordEvidence:
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Refused:
    """The message did not count. Only for logs and counters: a relayed one says nothing about its carrier."""

    carrier: Carrier
    error: MessageRefused


Effect: TypeAlias = (
    Persist
    | Broadcast
    | Send
    | Relay
    | SetTimer
    | CancelTimer
    | BuildBlock
    | CheckBlock
    | CommitBlock
    | RequestBlock
    | AnswerWithBlock
    | RecordEvidence
    | Refused
)
Effects: TypeAlias = tuple[Effect, ...]
