"""Which blocks to ask of whom, and what to do with the answers. Pure: events in, effects out.

One request is under way at a time: a node that lags is bound by executing, not by asking. A peer's word about its
head is a reason to ask it, never a reason to trust it; what it sends must carry certificates that the chain checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, SendFrame
from node.primitives.errors import PrimitiveError
from node.primitives.types import BlockNumber
from node.sync.wire import (
    MAX_BLOCKS_ASKED,
    BlockRange,
    Status,
    decode_range,
    encode_blocks,
    encode_range,
    encode_status,
    split_blocks,
)

ANSWER_TIMEOUT_MS: Final = 4_000
ANNOUNCE_MS: Final = 2_000
GRACE_MS: Final = 200
"""One block behind is usual for a moment: consensus brings it sooner than asking does."""


@dataclass(frozen=True, slots=True)
class AnswerBlocks:
    """Read and encode these for a peer; `SyncCore.upon_answered` sends them."""

    peer: PeerId
    range: BlockRange


@dataclass(frozen=True, slots=True)
class ImportBlocks:
    """Decode, verify, execute and commit these in order; `SyncCore.upon_imported` wants to hear how it went."""

    peer: PeerId
    raw_blocks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class WakeSync:
    """Call `upon_wake` at this time of the monotonic clock; a later one replaces an earlier one."""

    at_ms: int


SyncEffect: TypeAlias = SendFrame | BroadcastFrame | DropPeer | AnswerBlocks | ImportBlocks | WakeSync


@dataclass(slots=True)
class _Asked:
    peer: PeerId
    first: int
    deadline_ms: int
    importing: bool = False


class SyncCore:
    """Knows each peer's claimed head and the one request under way."""

    def __init__(self, head: Status) -> None:
        self._head = head
        self._claims: dict[PeerId, BlockNumber] = {}
        self._behind_since_ms: int | None = None
        self._asked: _Asked | None = None
        self._answering: set[PeerId] = set()

    @property
    def highest_claim(self) -> int:
        """For eth_syncing; a claim is no proof."""
        return max((*self._claims.values(), self._head.number))

    @property
    def importing(self) -> bool:
        return self._asked is not None and self._asked.importing

    @property
    def claims(self) -> dict[PeerId, BlockNumber]:
        return dict(self._claims)

    def upon_peer_joined(self, peer: PeerId, head: int, now_ms: int) -> tuple[SyncEffect, ...]:
        self._claims[peer] = BlockNumber(head)
        return (SendFrame(peer, Kind.STATUS, encode_status(self._head)), *self._proceed(now_ms))

    def upon_peer_left(self, peer: PeerId, now_ms: int) -> tuple[SyncEffect, ...]:
        self._claims.pop(peer, None)
        if self._asked is not None and self._asked.peer == peer and not self._asked.importing:
            self._asked = None
        return tuple(self._proceed(now_ms))

    def upon_status(self, peer: PeerId, status: Status, now_ms: int) -> tuple[SyncEffect, ...]:
        if peer in self._claims:
            self._claims[peer] = status.number
        return tuple(self._proceed(now_ms))

    def upon_get_blocks(self, peer: PeerId, payload: bytes) -> tuple[SyncEffect, ...]:
        try:
            asked = decode_range(payload)
        except PrimitiveError as error:
            return (DropPeer(peer, f"GET_BLOCKS that does not parse: {error}"),)
        if peer in self._answering:
            return ()  # an honest peer waits for its answer, or has given up on us
        self._answering.add(peer)
        return (AnswerBlocks(peer, asked),)

    def upon_answered(self, peer: PeerId, payload: bytes | None) -> tuple[SyncEffect, ...]:
        """None: we could not read them. Then the peer hears that we have none, and asks another."""
        self._answering.discard(peer)
        return (SendFrame(peer, Kind.BLOCKS, encode_blocks(()) if payload is None else payload),)

    def upon_blocks(self, peer: PeerId, payload: bytes, now_ms: int) -> tuple[SyncEffect, ...]:
        asked = self._asked
        if asked is None or asked.peer != peer or asked.importing:
            return ()  # late, or never asked for: nothing is owed to it
        try:
            raw_blocks = split_blocks(payload)
        except PrimitiveError as error:
            self._forget(peer)
            return (DropPeer(peer, f"BLOCKS that do not parse: {error}"), *self._proceed(now_ms))
        if not raw_blocks:
            self._forget(peer)
            return tuple(self._proceed(now_ms))
        asked.importing = True
        return (ImportBlocks(peer, tuple(raw_blocks)),)

    def upon_imported(self, peer: PeerId, taken: int, refused: str | None, now_ms: int) -> tuple[SyncEffect, ...]:
        """`refused` says what was wrong with the peer's blocks; the `taken` ones before it were new. A peer that
        brings us no further is not asked before it claims anew, or it could keep us from asking others for ever."""
        asked, self._asked = self._asked, None
        in_vain = taken == 0 and asked is not None and self._head.number < asked.first
        if in_vain or refused is not None:
            self._forget(peer)
        if refused is None:
            return tuple(self._proceed(now_ms))
        return (DropPeer(peer, f"sent a block that is refused: {refused}"), *self._proceed(now_ms))

    def upon_head(self, head: Status, now_ms: int) -> tuple[SyncEffect, ...]:
        self._head = head
        self._behind_since_ms = None
        announced = () if self.importing else self.announce()
        return (*announced, *self._proceed(now_ms))

    def announce(self) -> tuple[SyncEffect, ...]:
        """At each head, and every ANNOUNCE_MS: on an idle chain nothing else tells a node what it missed."""
        return (BroadcastFrame(Kind.STATUS, encode_status(self._head)),)

    def upon_wake(self, now_ms: int) -> tuple[SyncEffect, ...]:
        asked = self._asked
        if asked is not None and not asked.importing and now_ms >= asked.deadline_ms:
            self._forget(asked.peer)
        return tuple(self._proceed(now_ms))

    def prove_head(self, peer: PeerId) -> tuple[SyncEffect, ...]:
        """For a peer that still votes on a final height: it will ask for what it lacks."""
        return (SendFrame(peer, Kind.STATUS, encode_status(self._head)),)

    def _forget(self, peer: PeerId) -> None:
        """Its claim was worth nothing; its next status may make another."""
        if peer in self._claims:
            self._claims[peer] = BlockNumber(0)
        if self._asked is not None and self._asked.peer == peer:
            self._asked = None

    def _proceed(self, now_ms: int) -> Sequence[SyncEffect]:
        if self._asked is not None:
            return () if self._asked.importing else (WakeSync(self._asked.deadline_ms),)
        ahead = {peer: number for peer, number in self._claims.items() if number > self._head.number}
        if not ahead:
            self._behind_since_ms = None
            return ()
        if self._behind_since_ms is None:
            self._behind_since_ms = now_ms
        if max(ahead.values()) == self._head.number + 1 and now_ms < self._behind_since_ms + GRACE_MS:
            return (WakeSync(self._behind_since_ms + GRACE_MS),)
        peer = max(ahead, key=lambda each: (ahead[each], each))
        wanted = BlockRange(BlockNumber(self._head.number + 1), MAX_BLOCKS_ASKED)
        self._asked = _Asked(peer, wanted.first, now_ms + ANSWER_TIMEOUT_MS)
        return (SendFrame(peer, Kind.GET_BLOCKS, encode_range(wanted)), WakeSync(self._asked.deadline_ms))
