"""The work that takes long enough to be done away from the loop, as data, and how it is done.

A job reads and writes the chain and nothing else; the shell runs it in a worker thread, the simulation at a
virtual time of its choosing. Each gives one result, which goes back to the core.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from node.network.identity import PeerId
from node.pool.candidates import Candidates
from node.pool.model import LeftOut
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate
from node.primitives.transaction import Transaction
from node.primitives.types import Address, Hash32


@dataclass(frozen=True, slots=True)
class BuildJob:
    """Make the block that `author` proposes on top of the head."""

    height: int
    round: int
    parent: Hash32
    author: Address
    timestamp: int
    candidates: Candidates
    allow_empty: bool
    budget_ms: int


@dataclass(frozen=True, slots=True)
class CheckJob:
    """Execute a proposed block; the chain keeps the result until it is committed."""

    block: Block


@dataclass(frozen=True, slots=True)
class CommitJob:
    """Write the block; its execution is at hand."""

    block: Block
    certificate: CommitCertificate


@dataclass(frozen=True, slots=True)
class DecodeJob:
    """Decode transactions that a peer sent, which recovers their senders."""

    peer: PeerId
    payload: bytes


ValidatorJob: TypeAlias = BuildJob | CheckJob | CommitJob | DecodeJob


@dataclass(frozen=True, slots=True)
class BuildDone:
    """`block` is None where there was nothing to put into one, or the head moved on meanwhile."""

    job: BuildJob
    block: Block | None
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class CheckDone:
    block_hash: Hash32
    refused: str | None


@dataclass(frozen=True, slots=True)
class CommitDone:
    """The chain announces the new head itself; `refused` would be a fault of ours, or a lost race against sync."""

    block_hash: Hash32
    refused: str | None


@dataclass(frozen=True, slots=True)
class DecodeDone:
    job: DecodeJob
    transactions: tuple[Transaction, ...]
    refused: str | None


ValidatorJobDone: TypeAlias = BuildDone | CheckDone | CommitDone | DecodeDone

MonotonicMs: TypeAlias = Callable[[], int]
