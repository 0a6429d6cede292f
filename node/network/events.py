"""What the network tells the rest of the node, and what it can be asked about a peer."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from node.network.frames import Kind
from node.network.identity import PeerId
from node.primitives.types import Address


class Direction(Enum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class PeerIdentity:
    """Who asks to be let in: both keys are proven. `configured` peers are those we dial ourselves."""

    peer_id: PeerId
    validator: Address | None
    configured: bool


@dataclass(frozen=True, slots=True)
class PeerJoined:
    """`head` is what the peer's greeting said. Comes before any frame of the peer."""

    peer: PeerId
    identity: PeerIdentity
    head: int


@dataclass(frozen=True, slots=True)
class PeerLeft:
    """Comes after the last frame of the peer, and before it joins again."""

    peer: PeerId
    reason: str


@dataclass(frozen=True, slots=True)
class PeerRefused:
    """A connection that never became a peer. `peer` is None when it fell before its key was known."""

    peer: PeerId | None
    address: str
    reason: str
    by_us: bool


@dataclass(frozen=True, slots=True)
class FrameReceived:
    peer: PeerId
    kind: Kind
    payload: bytes


NetworkEvent: TypeAlias = PeerJoined | PeerLeft | PeerRefused | FrameReceived


@dataclass(frozen=True, slots=True)
class PeerInfo:
    """`since` is Unix time; `rtt_ms` is None until the first keep-alive is answered; `dropped_frames` counts what
    the urgent queue shed to stay within its bound."""

    peer_id: PeerId
    address: str
    listen_address: str
    name: str
    validator: Address | None
    direction: Direction
    configured: bool
    since: float
    head: int
    bytes_in: int
    bytes_out: int
    rtt_ms: float | None
    queued_frames: int
    queued_bytes: int
    dropped_frames: int
