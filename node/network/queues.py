"""The two ends of a connection's traffic: what waits to be sent, and what waits to be read by the node.

Both are bounded by count and by bytes, per peer and per lane, so no peer can fill memory or starve another.
One frame always fits into an empty queue, whatever the bound in bytes.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import trio

from node.network.events import FrameReceived, NetworkEvent, PeerJoined, PeerLeft, PeerRefused
from node.network.frames import HEADER, Lane
from node.network.identity import PeerId

WRITE_SIZE: Final = 60 * 1024
"""Small frames leave together, as one multiplexer frame and one Noise message (just under 64 KiB at most): sealing and
sending cost the same for a kilobyte as for sixty. Larger ones are cut to this size."""

MAX_NOTICES: Final = 256


class Outbox:
    """Encoded frames of one lane for one peer. `push` never waits.

    Full, the urgent lane sheds its oldest frames (consensus re-sends what is current every second, and the newest
    is worth most), the bulk lane refuses the new one (its sender keeps it and offers it again).
    """

    def __init__(self, max_frames: int, max_bytes: int, *, sheds_oldest: bool) -> None:
        self._frames: deque[bytes] = deque()
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._sheds_oldest = sheds_oldest
        self._filled = trio.Event()
        self.queued_bytes = 0
        self.shed = 0

    def __len__(self) -> int:
        return len(self._frames)

    def push(self, frame: bytes) -> bool:
        """False when the frame was refused."""
        while self._frames and self._has_no_room_for(frame):
            if not self._sheds_oldest:
                return False
            self.queued_bytes -= len(self._frames.popleft())
            self.shed += 1
        self._frames.append(frame)
        self.queued_bytes += len(frame)
        self._filled.set()
        return True

    async def take(self) -> bytes:
        """The next frame, or as many next ones as go into one write."""
        while not self._frames:
            self._filled = trio.Event()
            await self._filled.wait()
        batch = [self._frames.popleft()]
        size = len(batch[0])
        while self._frames and size + len(self._frames[0]) <= WRITE_SIZE:
            size += len(self._frames[0])
            batch.append(self._frames.popleft())
        self.queued_bytes -= size
        return b"".join(batch) if len(batch) > 1 else batch[0]

    def _has_no_room_for(self, frame: bytes) -> bool:
        return len(self._frames) >= self._max_frames or self.queued_bytes + len(frame) > self._max_bytes


@dataclass(eq=False)
class _Shelf:
    """Frames of one lane of one mailbox, in order of arrival."""

    frames: deque[FrameReceived] = field(default_factory=deque)
    size: int = 0
    room: trio.Event = field(default_factory=trio.Event)


class Mailbox:
    """What came from one connection and was not read yet. Belongs to the Inbox that made it."""

    def __init__(self, inbox: "Inbox", joined: PeerJoined) -> None:
        self._inbox = inbox
        self.peer = joined.peer
        self.pending: NetworkEvent | None = joined
        self.left: PeerLeft | None = None
        self.shelves = {Lane.URGENT: _Shelf(), Lane.BULK: _Shelf()}

    async def put(self, lane: Lane, frame: FrameReceived) -> None:
        """Waits while this lane of this peer is full, which stops the reading of that stream."""
        shelf, size = self.shelves[lane], len(frame.payload) + HEADER.size
        while shelf.frames and self._inbox.is_full(len(shelf.frames), shelf.size + size):
            shelf.room = trio.Event()
            await shelf.room.wait()
        shelf.frames.append(frame)
        shelf.size += size
        self._inbox.ready(self, lane)

    def close(self, reason: str) -> None:
        """No more frames; those already here are still read."""
        self.left = PeerLeft(self.peer, reason)
        self._inbox.ready(self, Lane.BULK)


class Inbox(trio.abc.ReceiveChannel[NetworkEvent]):
    """Everything the network tells the node, as a channel to iterate over.

    Urgent frames come before bulky ones and peers take turns. Of one peer: PeerJoined first, frames of one lane in
    the order sent, PeerLeft last, and only then the PeerJoined of its next connection.
    """

    def __init__(self, max_frames: int, max_bytes: int) -> None:
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._notices: deque[PeerRefused] = deque(maxlen=MAX_NOTICES)
        self._mailboxes: dict[PeerId, deque[Mailbox]] = {}
        self._turns: dict[Lane, deque[Mailbox]] = {Lane.URGENT: deque(), Lane.BULK: deque()}
        self._readers = trio.lowlevel.ParkingLot()
        self._closed = False

    def open_mailbox(self, joined: PeerJoined) -> Mailbox:
        mailbox = Mailbox(self, joined)
        waiting = self._mailboxes.setdefault(joined.peer, deque())
        while len(waiting) > 1:  # connections that came and went unread: nobody was told, nobody need be
            waiting.pop()
        waiting.append(mailbox)
        self.ready(mailbox, Lane.URGENT)
        return mailbox

    def notice(self, event: PeerRefused) -> None:
        """Refusals may come from strangers in any number: only the latest are kept."""
        self._notices.append(event)
        self._readers.unpark()

    def is_full(self, frames: int, size: int) -> bool:
        return frames >= self._max_frames or size > self._max_bytes

    def ready(self, mailbox: Mailbox, lane: Lane) -> None:
        """The mailbox has something on this lane; it waits its turn, and for its predecessor to be read out."""
        if self._mailboxes[mailbox.peer][0] is mailbox and mailbox not in self._turns[lane]:
            self._turns[lane].append(mailbox)
            self._readers.unpark()

    async def receive(self) -> NetworkEvent:
        await trio.lowlevel.checkpoint()
        while (event := self._next()) is None:
            if self._closed:
                raise trio.EndOfChannel
            await self._readers.park()
        return event

    def receive_nowait(self) -> NetworkEvent:
        event = self._next()
        if event is None:
            raise trio.EndOfChannel if self._closed else trio.WouldBlock
        return event

    async def aclose(self) -> None:
        self.close()
        await trio.lowlevel.checkpoint()

    def close(self) -> None:
        """What is here can still be read; then the channel ends."""
        self._closed = True
        self._readers.unpark_all()

    def _next(self) -> NetworkEvent | None:
        if self._notices:
            return self._notices.popleft()
        for lane, turns in self._turns.items():
            while turns:
                event = self._from(turns, lane)
                if event is not None:
                    return event
        return None

    def _from(self, turns: deque[Mailbox], lane: Lane) -> NetworkEvent | None:
        mailbox = turns.popleft()
        if mailbox.pending is not None:
            event, mailbox.pending = mailbox.pending, None
            self._requeue(mailbox)
            return event
        shelf = mailbox.shelves[lane]
        if shelf.frames:
            frame = shelf.frames.popleft()
            shelf.size -= len(frame.payload) + HEADER.size
            shelf.room.set()
            if shelf.frames or mailbox.left is not None:
                turns.append(mailbox)
            return frame
        return self._farewell(mailbox) if mailbox.left is not None else None

    def _requeue(self, mailbox: Mailbox) -> None:
        """After its PeerJoined a mailbox may hold anything."""
        for lane, turns in self._turns.items():
            if mailbox not in turns and (mailbox.shelves[lane].frames or mailbox.left is not None):
                turns.append(mailbox)

    def _farewell(self, mailbox: Mailbox) -> PeerLeft | None:
        if any(shelf.frames for shelf in mailbox.shelves.values()):
            return None
        for turns in self._turns.values():
            if mailbox in turns:
                turns.remove(mailbox)
        waiting = self._mailboxes[mailbox.peer]
        waiting.popleft()
        if waiting:
            self.ready(waiting[0], Lane.URGENT)
        else:
            del self._mailboxes[mailbox.peer]
        return mailbox.left
