"""What a node still does once its disk takes no more writes: it answers, and changes nothing.

The rule: consensus hears of nothing any more, so nothing is signed; whoever lags still gets our blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from node.app.ledger import Event
from node.network.events import FrameReceived, PeerJoined, PeerLeft
from node.network.frames import Kind
from node.network.outgoing import DropPeer, SendFrame
from node.pool.errors import PoolRefused
from node.primitives.errors import PrimitiveError
from node.storage.errors import DiskFull, StorageError
from node.sync.core import AnswerBlocks, SyncCore, SyncEffect
from node.sync.jobs import BlocksAnswered
from node.sync.wire import decode_status

_SERVED: Final = frozenset({Kind.STATUS, Kind.BLOCKS})


@dataclass
class TakesNoTransactions(PoolRefused):
    """`cause` names a path and is for the operator; who sends transactions hears what it means for them."""

    cause: StorageError

    def __str__(self) -> str:
        what = "is full" if isinstance(self.cause, DiskFull) else "failed"
        return (
            f"the node takes no transactions: its disk {what}; send to another node, or again once its operator has "
            "seen to the disk and restarted it"
        )


def serve_peers(sync: SyncCore, event: Event, now_ms: int) -> Sequence[SendFrame | DropPeer | AnswerBlocks]:
    """Our head and blocks for those who ask. `sync` keeps hearing where the others are, so that we know how far
    behind we fall, but asks nobody for blocks."""
    return [effect for effect in _upon(sync, event, now_ms) if _is_served(effect)]


def _upon(sync: SyncCore, event: Event, now_ms: int) -> Sequence[SyncEffect]:
    match event:
        case PeerJoined(peer, _, head):
            return sync.upon_peer_joined(peer, head, now_ms)
        case PeerLeft(peer):
            return sync.upon_peer_left(peer, now_ms)
        case FrameReceived(peer, Kind.GET_BLOCKS, payload):
            return sync.upon_get_blocks(peer, payload)
        case BlocksAnswered(peer, answer):
            return sync.upon_answered(peer, answer)
        case FrameReceived(peer, Kind.STATUS, payload):
            try:
                return sync.upon_status(peer, decode_status(payload), now_ms)
            except PrimitiveError as error:
                return (DropPeer(peer, f"STATUS that does not parse: {error}"),)
        case _:
            return ()


def _is_served(effect: SyncEffect) -> TypeGuard[SendFrame | DropPeer | AnswerBlocks]:
    return isinstance(effect, DropPeer | AnswerBlocks) or (isinstance(effect, SendFrame) and effect.kind in _SERVED)
