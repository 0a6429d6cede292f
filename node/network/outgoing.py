"""What a shell asks of the network, as data: so that a decision can be made without a socket, and tested so."""

from dataclasses import dataclass
from typing import TypeAlias

from node.network.frames import Kind
from node.network.identity import PeerId


@dataclass(frozen=True, slots=True)
class SendFrame:
    peer: PeerId
    kind: Kind
    payload: bytes


@dataclass(frozen=True, slots=True)
class BroadcastFrame:
    """To every peer but `except_peer`."""

    kind: Kind
    payload: bytes
    except_peer: PeerId | None = None


@dataclass(frozen=True, slots=True)
class DropPeer:
    peer: PeerId
    reason: str


Outgoing: TypeAlias = SendFrame | BroadcastFrame | DropPeer
