"""One connection from its handshake to its end. Nothing that a peer does escapes as an exception: it ends the
session, and `ending` says why.

A session has three streams. Control is read whatever the node is busy with, so keep-alive measures the peer and not
our inbox. Urgent and bulk each have a queue, a writer and a reader, and share the socket by turns of at most 64 KiB,
so a vote never waits for a block download.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

import trio

from node.network.config import NetworkConfig
from node.network.errors import (
    Dismissed,
    FrameError,
    HandshakeRefused,
    LinkLost,
    MalformedHandshake,
    NetworkError,
    RefusedByPeer,
    UnexpectedKind,
)
from node.network.events import Direction, FrameReceived, PeerInfo
from node.network.frames import LANE_OF, Frame, FrameDecoder, Kind, Lane, encode_frame
from node.network.handshake import (
    CHALLENGE_LENGTH,
    Greeting,
    Hello,
    check_hello,
    check_proof,
    decode_greeting,
    decode_refusal,
    encode_greeting,
    encode_refusal,
    printable,
    proof_digest,
    read_printable,
)
from node.network.identity import PeerId
from node.network.queues import Mailbox, Outbox
from node.network.wire import Link, Stream
from node.primitives.types import Hash32

log = logging.getLogger(__name__)

_CONTROL_QUEUE_FRAMES: Final = 64
_CONTROL_QUEUE_BYTES: Final = 64 * 1024
_DATA_LANES: Final = (Lane.URGENT, Lane.BULK)


@dataclass(frozen=True, slots=True)
class Ourselves:
    """What every handshake of this node starts from."""

    peer_id: PeerId
    instance: bytes
    hello: Callable[[], Hello]
    signer: Callable[[Hash32], bytes] | None


class Session:
    """`judge` raises HandshakeRefused to turn the peer away, `join` gives the mailbox of a peer that is in."""

    def __init__(
        self,
        link: Link,
        direction: Direction,
        address: str,
        ourselves: Ourselves,
        config: NetworkConfig,
        judge: Callable[["Session"], None],
        join: Callable[["Session"], Mailbox],
    ) -> None:
        self.peer_id = link.peer_id
        self.direction = direction
        self.address = address
        self.over = trio.Event()
        self.ending: NetworkError | None = None
        self.joined_at: float | None = None
        self.head = 0
        self.configured = False
        self._since = 0.0
        self._link = link
        self._ourselves = ourselves
        self._config = config
        self._judge = judge
        self._join = join
        self._greeting: Greeting | None = None
        self._mailbox: Mailbox | None = None
        self._control_decoder = FrameDecoder(Lane.CONTROL)
        self._control_frames: list[Frame] = []
        self._streams: dict[Lane, Stream] = {}
        self._outboxes = {
            Lane.CONTROL: Outbox(_CONTROL_QUEUE_FRAMES, _CONTROL_QUEUE_BYTES, sheds_oldest=True),
            Lane.URGENT: Outbox(config.urgent_queue_frames, config.urgent_queue_bytes, sheds_oldest=True),
            Lane.BULK: Outbox(config.bulk_queue_frames, config.bulk_queue_bytes, sheds_oldest=False),
        }
        self._work: trio.CancelScope | None = None
        self._ping_number = 0
        self._ping_sent_at = 0.0
        self._rtt_ms: float | None = None

    @property
    def greeting(self) -> Greeting:
        assert self._greeting is not None, "known once the handshake came to judgement"
        return self._greeting

    @property
    def is_joined(self) -> bool:
        return self.joined_at is not None and self.ending is None

    def push(self, kind: Kind, frame: bytes) -> bool:
        """`frame` is encoded. False when the session is over or its bulk queue is full."""
        return self.ending is None and self._outboxes[LANE_OF[kind]].push(frame)

    def end(self, ending: NetworkError) -> None:
        """The first reason stays."""
        if self.ending is None:
            self.ending = ending
        if self._work is not None:
            self._work.cancel()

    async def run(self, deadline: float) -> None:
        """Returns when all is over. The handshake has until `deadline` of the trio clock."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._guarded, self._link.run)
                await self._guarded(lambda: self._live(deadline))
                await self._say_why()
                nursery.cancel_scope.cancel()
        finally:
            if self._mailbox is not None:
                self._mailbox.close(str(self.ending or "this node stops"))
            self.over.set()

    def info(self) -> PeerInfo:
        hello, data = self.greeting.hello, [self._outboxes[lane] for lane in _DATA_LANES]
        return PeerInfo(
            peer_id=self.peer_id,
            address=self.address,
            listen_address=hello.listen_address,
            name=hello.name,
            validator=hello.validator,
            direction=self.direction,
            configured=self.configured,
            since=self._since,
            head=self.head,
            bytes_in=self._link.bytes_in,
            bytes_out=self._link.bytes_out,
            rtt_ms=self._rtt_ms,
            queued_frames=sum(map(len, data)),
            queued_bytes=sum(outbox.queued_bytes for outbox in data),
            dropped_frames=sum(outbox.shed for outbox in data),
        )

    # -- the handshake ------------------------------------------------------------------------------------------

    async def _live(self, deadline: float) -> None:
        with trio.CancelScope(deadline=deadline) as self._work:
            await self._shake_hands()
            await self._open_lanes()
        if self.ending is not None:
            return
        if self._work.cancelled_caught:
            raise LinkLost(f"no handshake within {self._config.handshake_timeout_ms} ms")
        self._since, self.joined_at = time.time(), trio.current_time()
        self._mailbox = self._join(self)
        await self._exchange()

    async def _shake_hands(self) -> None:
        self._streams[Lane.CONTROL] = await self._control_stream()
        ours = Greeting(self._ourselves.hello(), self._ourselves.instance, token_bytes(CHALLENGE_LENGTH))
        await self._say(Kind.HELLO, encode_greeting(ours))
        theirs = decode_greeting(await self._hear(Kind.HELLO))
        for difference in check_hello(ours.hello, theirs.hello):
            log.warning("peer %s (%s) is set up differently: %s", self.peer_id, theirs.hello.name, difference)
        await self._say(Kind.PROOF, self._proof(ours.hello, theirs.challenge))
        proof = await self._hear(Kind.PROOF)
        check_proof(proof, self.peer_id, self._ourselves.peer_id, theirs, ours.challenge)
        self._greeting, self.head = theirs, theirs.hello.head
        self._judge(self)
        await self._say(Kind.READY, b"")
        await self._hear(Kind.READY)
        self._link.trust()

    def _proof(self, hello: Hello, challenge: bytes) -> bytes:
        if self._ourselves.signer is None:
            return b""
        return self._ourselves.signer(proof_digest(self._ourselves.peer_id, self.peer_id, hello, challenge))

    async def _control_stream(self) -> Stream:
        if self.direction is Direction.OUTBOUND:
            return await self._link.open(Lane.CONTROL)
        return await self._link.accept(Lane.CONTROL)

    async def _open_lanes(self) -> None:
        for lane in _DATA_LANES:
            is_ours = self.direction is Direction.OUTBOUND
            stream = await (self._link.open(lane) if is_ours else self._link.accept(lane))
            await stream.widen()
            self._streams[lane] = stream

    async def _say(self, kind: Kind, payload: bytes) -> None:
        await self._streams[Lane.CONTROL].send(encode_frame(kind, payload))

    async def _hear(self, kind: Kind) -> bytes:
        """Raises RefusedByPeer when that is what comes instead."""
        frame = await self._next_control_frame()
        if frame.kind is Kind.REFUSED:
            raise RefusedByPeer(decode_refusal(frame.payload))
        if frame.kind is not kind:
            raise UnexpectedKind(frame.kind.name, f"where {kind.name} is due")
        return frame.payload

    async def _next_control_frame(self) -> Frame:
        while not self._control_frames:
            data = await self._streams[Lane.CONTROL].receive()
            self._control_decoder.feed(data)
            self._control_frames = list(self._control_decoder.frames())
            await self._streams[Lane.CONTROL].credit(len(data))
        return self._control_frames.pop(0)

    # -- the exchange -------------------------------------------------------------------------------------------

    async def _exchange(self) -> None:
        async with trio.open_nursery() as nursery:
            self._work = nursery.cancel_scope
            for part in (self._read_control, self._keep_alive, self._watch_for_more_streams):
                nursery.start_soon(self._guarded, part)
            for lane in Lane:
                nursery.start_soon(self._guarded, self._write, lane)
            for lane in _DATA_LANES:
                nursery.start_soon(self._guarded, self._read, lane)

    async def _write(self, lane: Lane) -> None:
        stream, outbox = self._streams[lane], self._outboxes[lane]
        while True:
            await stream.send(await outbox.take())

    async def _read(self, lane: Lane) -> None:
        """Credit is given when frames have their place in the inbox, so a full inbox holds the sender back."""
        assert self._mailbox is not None
        stream, decoder = self._streams[lane], FrameDecoder(lane)
        while True:
            data = await stream.receive()
            decoder.feed(data)
            for frame in decoder.frames():
                await self._mailbox.put(lane, FrameReceived(self.peer_id, frame.kind, frame.payload))
            await stream.credit(len(data))

    async def _read_control(self) -> None:
        while True:
            frame = await self._next_control_frame()
            if frame.kind is Kind.PING:
                self._outboxes[Lane.CONTROL].push(encode_frame(Kind.PONG, frame.payload))
            elif frame.kind is Kind.PONG:
                self._measure(frame.payload)
            elif frame.kind is Kind.GOODBYE:
                raise LinkLost(f"ended by the other side: {read_printable(frame.payload)}")
            else:
                raise UnexpectedKind(frame.kind.name, "after the handshake")

    async def _keep_alive(self) -> None:
        """Counts intervals without a byte rather than time, so that a pause of our own process blames nobody."""
        silent, seen = 0, self._link.bytes_in
        while True:
            self._ping()
            await trio.sleep(self._config.ping_interval_ms / 1000)
            silent = silent + 1 if self._link.bytes_in == seen else 0
            seen = self._link.bytes_in
            if silent >= self._config.missed_pings:
                raise LinkLost(f"silent for {silent * self._config.ping_interval_ms} ms")

    async def _watch_for_more_streams(self) -> None:
        await self._link.wait_for_uninvited_stream()
        raise UnexpectedKind("another", "on this connection: three streams are all")

    def _ping(self) -> None:
        self._ping_number += 1
        self._ping_sent_at = trio.current_time()
        self._outboxes[Lane.CONTROL].push(encode_frame(Kind.PING, self._ping_number.to_bytes(8, "big")))

    def _measure(self, payload: bytes) -> None:
        if payload == self._ping_number.to_bytes(8, "big"):
            self._rtt_ms = (trio.current_time() - self._ping_sent_at) * 1000

    # -- the end ------------------------------------------------------------------------------------------------

    async def _guarded(self, part: Callable[..., Awaitable[None]], *args: object) -> None:
        try:
            await part(*args)
        except NetworkError as error:
            self.end(error)
        except Exception as error:  # the boundary of a connection's tasks: a peer must not take the node down
            log.exception("connection with %s ends by an error of ours", self.peer_id)
            self.end(LinkLost(f"internal error: {error!r}"))

    async def _say_why(self) -> None:
        """Last words, if they are ours to say; then wait to be hung up on, for closing first could lose them."""
        words = self._last_words()
        if words is None or Lane.CONTROL not in self._streams:
            return
        with trio.move_on_after(self._config.farewell_ms / 1000):
            try:
                await self._say(*words)
                while (await self._next_control_frame()).kind not in (Kind.REFUSED, Kind.GOODBYE):
                    pass
            except NetworkError:
                pass  # hung up, or talks nonsense: either way there is nobody left to tell

    def _last_words(self) -> tuple[Kind, bytes] | None:
        match self.ending:
            case HandshakeRefused():
                return Kind.REFUSED, encode_refusal(self.ending)
            case FrameError() | MalformedHandshake() | Dismissed() if self.joined_at is not None:
                return Kind.GOODBYE, printable(str(self.ending))
            case FrameError() | MalformedHandshake() | Dismissed():
                return Kind.REFUSED, encode_refusal(HandshakeRefused("handshake", str(self.ending), ""))
            case _:
                return None
