"""The clock of a development network, which a client may move (`evm_increaseTime`, `evm_setNextBlockTimestamp`).

All validators must move together, or the others would hold the proposals of the one that did. So the setting is sent
to every peer, and the larger one wins. After a restart it is read off the head's timestamp.
"""

from dataclasses import dataclass
from typing import Final

from node.primitives.errors import RlpError
from node.primitives.rlp import as_list, as_uint64, decode, encode, encode_int

TOLERATED_AHEAD_S: Final = 2


@dataclass(slots=True)
class DevelopmentClock:
    """Seconds. `next_timestamp` is wanted for the next block, and forgotten once a block has it."""

    offset_s: int = 0
    next_timestamp: int | None = None

    def wall(self, clock_s: int) -> int:
        shifted = clock_s + self.offset_s
        return shifted if self.next_timestamp is None else max(shifted, self.next_timestamp)

    def merge(self, other: "DevelopmentClock") -> bool:
        """Takes over what is further ahead; whether that changed anything."""
        before = self.offset_s, self.next_timestamp
        self.offset_s = max(self.offset_s, other.offset_s)
        wanted = [each.next_timestamp for each in (self, other) if each.next_timestamp is not None]
        self.next_timestamp = max(wanted, default=None)
        return before != (self.offset_s, self.next_timestamp)

    def upon_head(self, timestamp: int, clock_s: int) -> None:
        """A head ahead of our clock says how far the network's has been moved."""
        if self.next_timestamp is not None and timestamp >= self.next_timestamp:
            self.next_timestamp = None
            self.offset_s = max(self.offset_s, timestamp - clock_s)
        elif timestamp > clock_s + self.offset_s + TOLERATED_AHEAD_S:
            self.offset_s = timestamp - clock_s


def encode_clock(clock: DevelopmentClock) -> bytes:
    return encode([encode_int(clock.offset_s), encode_int(clock.next_timestamp or 0)])


def decode_clock(payload: bytes) -> DevelopmentClock:
    """Raises RlpError."""
    offset_s, next_timestamp = (as_uint64(item) for item in as_list(decode(payload), 2))
    if max(offset_s, next_timestamp) > 2**40:
        raise RlpError("a development clock beyond all use")
    return DevelopmentClock(offset_s, next_timestamp or None)
