"""The unit of the wire: 4 bytes of payload length, big endian, 1 byte of kind, the payload.

Pure: bytes in, frames out. A header is judged before its payload is waited for, so a peer can never make us
hold more than one payload of the limit of its kind. Payloads are opaque here.

Three lanes, each a stream of its own inside a connection, keep what is urgent out from behind what is bulky.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Final

from node.network.errors import FrameTooLarge, UnexpectedKind, UnknownKind

HEADER: Final = Struct(">IB")
MAX_PAYLOAD: Final = 8 * 1024 * 1024
_KIB: Final = 1024


class Lane(IntEnum):
    CONTROL = 0
    """Handshake, keep-alive, farewell: read whatever else is stuck."""
    URGENT = 1
    """Consensus and what moves it."""
    BULK = 2
    """Transactions and block sync."""


class Kind(IntEnum):
    HELLO = 0x01
    PROOF = 0x02
    READY = 0x03
    REFUSED = 0x04
    PING = 0x05
    PONG = 0x06
    GOODBYE = 0x07

    CONSENSUS = 0x10
    STATUS = 0x11
    BLOCK = 0x12
    """One block with its commit certificate."""

    TRANSACTION_HASHES = 0x20
    """An offer, repeated until acknowledged or mined."""
    GET_TRANSACTIONS = 0x21
    TRANSACTIONS = 0x22
    ACKNOWLEDGE_TRANSACTIONS = 0x23
    GET_BLOCKS = 0x24
    BLOCKS = 0x25

    DEVELOPMENT_CLOCK = 0x30
    """On a development network only: how far its clock has been moved."""


LANE_OF: Final[dict[Kind, Lane]] = {
    **dict.fromkeys((Kind.HELLO, Kind.PROOF, Kind.READY, Kind.REFUSED, Kind.PING, Kind.PONG), Lane.CONTROL),
    Kind.GOODBYE: Lane.CONTROL,
    **dict.fromkeys((Kind.CONSENSUS, Kind.STATUS, Kind.BLOCK, Kind.DEVELOPMENT_CLOCK), Lane.URGENT),
    **dict.fromkeys((Kind.TRANSACTION_HASHES, Kind.GET_TRANSACTIONS, Kind.TRANSACTIONS), Lane.BULK),
    **dict.fromkeys((Kind.ACKNOWLEDGE_TRANSACTIONS, Kind.GET_BLOCKS, Kind.BLOCKS), Lane.BULK),
}

LIMIT_OF: Final[dict[Kind, int]] = {
    Kind.HELLO: 8 * _KIB,
    Kind.PROOF: 128,
    Kind.READY: 0,
    Kind.REFUSED: 2 * _KIB,
    Kind.PING: 8,
    Kind.PONG: 8,
    Kind.GOODBYE: 2 * _KIB,
    Kind.CONSENSUS: MAX_PAYLOAD,
    Kind.STATUS: 16 * _KIB,
    Kind.BLOCK: 5 * _KIB * _KIB,
    Kind.TRANSACTION_HASHES: 256 * _KIB,
    Kind.GET_TRANSACTIONS: 256 * _KIB,
    Kind.TRANSACTIONS: 4 * _KIB * _KIB,
    Kind.ACKNOWLEDGE_TRANSACTIONS: 256 * _KIB,
    Kind.GET_BLOCKS: 4 * _KIB,
    Kind.BLOCKS: MAX_PAYLOAD,
    Kind.DEVELOPMENT_CLOCK: 32,
}
"""Bytes of payload. A block is at most 4 MiB; a proposal carries one and its justification."""

_KINDS: Final[dict[int, Kind]] = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Frame:
    kind: Kind
    payload: bytes


def encode_frame(kind: Kind, payload: bytes) -> bytes:
    """Raises FrameTooLarge: the sender hears of it, not the peer."""
    if len(payload) > LIMIT_OF[kind]:
        raise FrameTooLarge(kind.name, len(payload), LIMIT_OF[kind])
    return HEADER.pack(len(payload), kind) + payload


class FrameDecoder:
    """Reassembles the frames of one lane from chunks of any size.

    After an error the stream has no meaning any more and the decoder must not be used again.
    """

    __slots__ = ("_buffer", "_lane")

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def frames(self) -> Iterator[Frame]:
        """Every frame that is complete. Raises FrameError once the good ones before it have been given."""
        while (frame := self._take()) is not None:
            yield frame

    @property
    def is_between_frames(self) -> bool:
        return not self._buffer

    def _take(self) -> Frame | None:
        if len(self._buffer) < HEADER.size:
            return None
        size, number = HEADER.unpack_from(self._buffer)
        kind = self._judged(number, size)
        end = HEADER.size + size
        if len(self._buffer) < end:
            return None
        payload = bytes(memoryview(self._buffer)[HEADER.size : end])
        del self._buffer[:end]
        return Frame(kind, payload)

    def _judged(self, number: int, size: int) -> Kind:
        kind = _KINDS.get(number)
        if kind is None:
            raise UnknownKind(number)
        if LANE_OF[kind] is not self._lane:
            raise UnexpectedKind(kind.name, f"on the {self._lane.name.lower()} stream")
        if size > LIMIT_OF[kind]:
            raise FrameTooLarge(kind.name, size, LIMIT_OF[kind])
        return kind
