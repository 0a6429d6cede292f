"""The knobs of the network, with bounds for everything that could grow."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from node.network.identity import PeerAddress, parse_multiaddr

_MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class NetworkConfig:
    """`peers` are multiaddrs to keep connected to. A full urgent queue sheds its oldest frame, a full bulk queue
    refuses the new one; a peer that takes nothing for five seconds while we have something for it is dropped."""

    listen_host: str
    listen_port: int
    peers: tuple[str, ...] = ()

    max_peers: int = 64
    """Over this only configured peers come in. Handshakes under way at one moment are not counted."""
    max_pending_handshakes: int = 32
    handshake_timeout_ms: int = 5_000
    ping_interval_ms: int = 1_000
    missed_pings: int = 3
    """A peer from which nothing at all comes for this many whole intervals is dropped: within 4 s by default."""

    redial_min_ms: int = 100
    redial_max_ms: int = 5_000
    redial_reset_ms: int = 10_000
    """A connection that lived this long makes the next redial start from `redial_min_ms` again."""

    ban_ms: int = 10_000
    farewell_ms: int = 500
    """How long a connection we end on purpose may take to tell the other side why."""

    urgent_queue_frames: int = 2_048
    urgent_queue_bytes: int = 32 * _MIB
    bulk_queue_frames: int = 2_048
    bulk_queue_bytes: int = 32 * _MIB
    inbox_frames: int = 1_024
    """Per peer and lane, as is the next. A full inbox stops reading that lane of that peer, nothing else."""
    inbox_bytes: int = 16 * _MIB

    @cached_property
    def peer_addresses(self) -> tuple[PeerAddress, ...]:
        """Raises InvalidAddress."""
        return tuple(parse_multiaddr(text) for text in self.peers)
