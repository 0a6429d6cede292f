"""Transactions offered to every peer, by hash, until it acknowledges them or they are mined. Pure.

A peer answers an offer with what it already has (acknowledged) and what it wants (asked for). What it stays silent
about is offered again after a second, so a lost frame costs a second and never a payment; a peer that joins again
is offered the whole pool.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, takewhile
from typing import Final, Protocol

from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import DropPeer, Outgoing, SendFrame
from node.primitives.errors import RlpError
from node.primitives.rlp import as_bytes, as_list, decode, encode
from node.primitives.types import Hash32

REPEAT_MS: Final = 1_000
MAX_HASHES: Final = 4_096
MAX_TRANSACTIONS_BYTES: Final = 1024 * 1024


class Holding(Protocol):
    """The pool, as far as offers care."""

    def __contains__(self, transaction_hash: Hash32, /) -> bool: ...


@dataclass(slots=True)
class _Peer:
    """`unoffered` waits for the next flush; `offered` is when each hash was last offered, the oldest first."""

    unoffered: dict[Hash32, None] = field(default_factory=dict)
    offered: dict[Hash32, int] = field(default_factory=dict)

    def take(self, pool: Holding, now_ms: int) -> list[Hash32]:
        """Moves what is due to the end of `offered`, and returns it."""
        due = takewhile(lambda each: now_ms - self.offered[each] >= REPEAT_MS, self.offered)
        taken = [*islice(chain(self.unoffered, due), MAX_HASHES)]
        for each in taken:
            self.unoffered.pop(each, None)
            self.offered.pop(each, None)
        batch = [each for each in taken if each in pool]
        self.offered.update(dict.fromkeys(batch, now_ms))
        return batch


class Offers:
    """Bounded by the pool: what has left it is dropped when its turn comes."""

    def __init__(self) -> None:
        self._peers: dict[PeerId, _Peer] = {}

    def upon_peer_joined(self, peer: PeerId, pool: Iterable[Hash32]) -> None:
        self._peers[peer] = _Peer(dict.fromkeys(pool))

    def upon_peer_left(self, peer: PeerId) -> None:
        self._peers.pop(peer, None)

    def add(self, transaction_hash: Hash32, *, known_to: PeerId | None = None) -> None:
        for name, peer in self._peers.items():
            if name != known_to:
                peer.unoffered[transaction_hash] = None

    def forget(self, hashes: Iterable[Hash32]) -> None:
        """They are mined, replaced or evicted."""
        for each in hashes:
            for peer in self._peers.values():
                peer.unoffered.pop(each, None)
                peer.offered.pop(each, None)

    def acknowledged(self, name: PeerId, hashes: Iterable[Hash32]) -> None:
        peer = self._peers.get(name)
        if peer is None:
            return  # it left while its answer was on the way
        for each in hashes:
            peer.unoffered.pop(each, None)
            peer.offered.pop(each, None)

    def flush(self, pool: Holding, now_ms: int) -> tuple[Outgoing, ...]:
        """What to send now: new offers, and those left unanswered for a second."""
        frames: list[Outgoing] = []
        for name, peer in self._peers.items():
            batch = peer.take(pool, now_ms)
            if batch:
                frames.append(SendFrame(name, Kind.TRANSACTION_HASHES, encode_hashes(batch)))
        return tuple(frames)

    def next_due_ms(self, now_ms: int) -> int | None:
        """When `flush` has something to do next; None while nothing waits for an answer."""
        if any(peer.unoffered for peer in self._peers.values()):
            return now_ms
        oldest = (next(iter(peer.offered.values())) for peer in self._peers.values() if peer.offered)
        return min((at_ms + REPEAT_MS for at_ms in oldest), default=None)


def encode_hashes(hashes: Iterable[Hash32]) -> bytes:
    return b"".join(hashes)


def decode_hashes(payload: bytes) -> tuple[Hash32, ...]:
    """Raises RlpError where the payload is not whole hashes, or too many."""
    if len(payload) % 32 or len(payload) > 32 * MAX_HASHES:
        raise RlpError(f"{len(payload)} bytes are not up to {MAX_HASHES} hashes of 32")
    return tuple(Hash32(payload[at : at + 32]) for at in range(0, len(payload), 32))


def encode_transactions(raws: Iterable[bytes]) -> list[bytes]:
    """Payloads of TRANSACTIONS, each within bounds."""
    payloads: list[bytes] = []
    batch: list[bytes] = []
    size = 0
    for raw in raws:
        if batch and size + len(raw) > MAX_TRANSACTIONS_BYTES:
            payloads.append(encode(batch))
            batch, size = [], 0
        batch.append(raw)
        size += len(raw)
    return [*payloads, encode(batch)] if batch else payloads


def decode_transactions(payload: bytes) -> Sequence[bytes]:
    """The raw transactions, not yet decoded. Raises RlpError."""
    return [as_bytes(item) for item in as_list(decode(payload))]


def garbage(peer: PeerId, kind: Kind, error: Exception) -> DropPeer:
    return DropPeer(peer, f"{kind.name} that does not parse: {error}")
