"""libp2p, and nothing of ours above it: TCP, Noise, Yamux, and three streams on one connection.

The only module that imports libp2p, which takes a second to load. Of py-libp2p 0.8.1 it takes the protocols
(multistream-select, Noise, Yamux) and leaves the Swarm and its host, because these
 - listen with SO_REUSEPORT, so that two nodes would silently share one port, and keep accepting after `run` ended;
 - refuse to dial a peer for 60 s after one failed attempt, and run connection pruning and dialling of their own;
 - sleep 100 ms in every close.

What is worked around here, each time for a reason:
 - `read_exactly` gives up after 100 partial reads, so a 64 KiB Noise message in small segments kills the connection:
   our socket reads whole amounts from a buffer (which also halves the system calls);
 - nothing bounds what a peer makes Yamux buffer (a window overrun is only logged): the socket refuses to read on
   when more is buffered than the windows we gave allow;
 - a Yamux read sends a window update every time and doubles the window to as much as 16 MiB: we read without, and
   give credit back by the half window;
 - a Yamux write that finds no window looks again every 10 ms: windows are wide enough that it rarely does;
 - when the connection ends Yamux throws away what was not read yet: a node with last words waits to be hung up on.
"""

import logging
from collections import deque
from collections.abc import Mapping
from typing import Final

import trio
from libp2p.abc import IRawConnection
from libp2p.connection_types import ConnectionType
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_new_x25519_key_pair
from libp2p.custom_types import TProtocol
from libp2p.exceptions import BaseLibp2pError
from libp2p.io.abc import ReadWriteCloser
from libp2p.io.exceptions import ConnectionClosedError
from libp2p.peer.id import ID
from libp2p.protocol_muxer.multiselect import Multiselect
from libp2p.protocol_muxer.multiselect_client import MultiselectClient
from libp2p.protocol_muxer.multiselect_communicator import MultiselectCommunicator
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE
from libp2p.security.noise.transport import Transport as NoiseTransport
from libp2p.stream_muxer.yamux.yamux import DEFAULT_WINDOW_SIZE, Yamux, YamuxStream
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX
from libp2p.transport.upgrader import TransportUpgrader
from multiaddr import Multiaddr  # type: ignore[import-untyped]  # it ships no types

from node.network.errors import LinkLost
from node.network.frames import Lane
from node.network.identity import NodeIdentity, PeerId, peer_id_bytes
from node.network.queues import WRITE_SIZE

PROTOCOLS: Final[Mapping[Lane, TProtocol]] = {lane: TProtocol(f"/jiaozi/{lane.name.lower()}/1") for lane in Lane}

WINDOW: Final = 1024 * 1024
"""Bytes a peer may send on the urgent or bulk stream beyond what we have taken: 20 MB/s at 50 ms of round trip."""

_READ_SIZE: Final = 64 * 1024
_MAX_MESSAGE: Final = 65_535
"""The largest read that Noise or anything below it asks for."""

_MAX_BUFFERED: Final = 2 * WINDOW + 2 * DEFAULT_WINDOW_SIZE
_STRANGER_BUDGET: Final = 256 * 1024
"""Bytes that a connection may bring before its handshake is done."""

# Each failure is ours to judge and to name; py-libp2p's own warnings would go to stderr through logging.lastResort.
logging.getLogger("libp2p").setLevel(logging.CRITICAL)


class Socket(IRawConnection):
    """A TCP connection as libp2p's layers want it, with one reader and one writer.

    `read(n)` gives exactly n bytes or raises.
    """

    def __init__(self, stream: trio.SocketStream, *, is_initiator: bool) -> None:
        self.is_initiator = is_initiator
        self.bytes_in = 0
        self.bytes_out = 0
        self.budget: int | None = _STRANGER_BUDGET
        self.muxer: Yamux | None = None
        self._stream = stream
        self._buffer = bytearray()
        self.trouble = "closed by the other side"
        self._outgoing: deque[tuple[bytes, trio.Event]] = deque()
        self._filled = trio.Event()
        self._is_pumping = False
        self._is_dead = False

    async def pump(self) -> None:
        """Sends what `write` hands over, for as long as the connection is used by several tasks.

        A sealed message that is not sent, or only in part, makes all later ones undecipherable. With a task of its
        own for sending, a cancelled writer leaves its message to go out whole, and last words can still be said.
        """
        self._is_pumping = True
        try:
            while True:
                while not self._outgoing:
                    self._filled = trio.Event()
                    await self._filled.wait()
                data, sent = self._outgoing[0]
                await self._send(data)
                self._outgoing.popleft()
                sent.set()
        except ConnectionClosedError:
            pass  # `trouble` has it, and whoever waits or writes next hears of it
        finally:
            self._is_dead = True
            for _, sent in self._outgoing:
                sent.set()

    async def read(self, n: int | None = None) -> bytes:
        wanted = 1 if n is None else n
        if wanted > _MAX_MESSAGE:
            raise self._broken(f"a message of {wanted} bytes was announced, the largest is {_MAX_MESSAGE}")
        while len(self._buffer) < wanted:
            await self._receive()
        taken = bytes(self._buffer if n is None else memoryview(self._buffer)[:n])
        del self._buffer[: len(taken)]
        return taken

    async def write(self, data: bytes) -> None:
        if not self._is_pumping:
            await self._send(data)
            return
        sent = trio.Event()
        self._outgoing.append((data, sent))
        self._filled.set()
        if not self._is_dead:
            await sent.wait()
        if self._is_dead:
            raise ConnectionClosedError(self.trouble)

    async def close(self) -> None:
        await trio.aclose_forcefully(self._stream)

    def get_remote_address(self) -> tuple[str, int] | None:
        return None

    def get_transport_addresses(self) -> list[Multiaddr]:
        return []

    def get_connection_type(self) -> ConnectionType:
        return ConnectionType.DIRECT

    async def _send(self, data: bytes) -> None:
        try:
            await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise self._broken("the connection broke") from error
        self.bytes_out += len(data)

    async def _receive(self) -> None:
        self._check_bounds()
        try:
            data = await self._stream.receive_some(_READ_SIZE)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise self._broken("the connection broke") from error
        if not data:
            raise self._broken("closed by the other side")
        self.bytes_in += len(data)
        self._buffer += data

    def _check_bounds(self) -> None:
        if self.budget is not None and self.bytes_in > self.budget:
            raise self._broken("said too much before the handshake")
        if self.muxer is not None and sum(map(len, self.muxer.stream_buffers.values())) > _MAX_BUFFERED:
            raise self._broken("sent more than its windows allow")

    def _broken(self, trouble: str) -> ConnectionClosedError:
        """Yamux swallows the error: what it was about is kept for those who report the end."""
        self.trouble = trouble
        return ConnectionClosedError(trouble)


class Stream(ReadWriteCloser):
    """One lane of a connection. One task reads it; writers take turns by the frame batch."""

    def __init__(self, inner: YamuxStream, socket: Socket) -> None:
        self._inner = inner
        self._socket = socket
        self._owed = 0
        self._window = DEFAULT_WINDOW_SIZE
        self._writing = trio.Lock()

    async def receive(self) -> bytes:
        """What has come, at least one byte; `credit` says when it found its place. Raises LinkLost."""
        try:
            return await self._inner.conn.read_stream(self._inner.stream_id)
        except (BaseLibp2pError, KeyError) as error:
            raise LinkLost(self._socket.trouble) from error

    async def send(self, data: bytes) -> None:
        """Raises LinkLost, also when the other side takes nothing for five seconds (Yamux's own limit)."""
        async with self._writing:
            try:
                for start in range(0, len(data), WRITE_SIZE):
                    await self._inner.write(data[start : start + WRITE_SIZE])
            except BaseLibp2pError as error:
                is_stuck = "Timed out" in str(error)
                raise LinkLost("takes nothing for five seconds" if is_stuck else self._socket.trouble) from error

    async def widen(self) -> None:
        """Raise the window we give from Yamux's 256 KiB to ours."""
        await self._give(WINDOW - self._window)
        self._window = WINDOW

    async def credit(self, taken: int) -> None:
        """`taken` bytes found their place on our side, so the peer may send as many more."""
        self._owed += taken
        if self._owed >= self._window // 2:
            owed, self._owed = self._owed, 0
            await self._give(owed)

    async def read(self, n: int | None = None) -> bytes:
        """For multistream-select, whose reads through Yamux would double the window each time."""
        data = await self._inner.conn.read_stream(self._inner.stream_id, -1 if n is None else n)
        self._owed += len(data)
        return data

    async def write(self, data: bytes) -> None:
        await self._inner.write(data)

    async def close(self) -> None:
        await self._inner.close()

    def get_remote_address(self) -> tuple[str, int] | None:
        return None

    async def _give(self, size: int) -> None:
        self._inner.recv_window += size
        try:
            await self._inner.send_window_update(size)
        except BaseLibp2pError as error:
            raise LinkLost(self._socket.trouble) from error


class Link:
    """A connection whose other end is known by its key. `run` must be running for anything to move."""

    def __init__(self, socket: Socket, muxer: Yamux, peer_id: PeerId) -> None:
        self.peer_id = peer_id
        self._socket = socket
        self._muxer = muxer
        socket.muxer = muxer

    @property
    def bytes_in(self) -> int:
        return self._socket.bytes_in

    @property
    def bytes_out(self) -> int:
        return self._socket.bytes_out

    async def run(self) -> None:
        """Returns when the connection is over."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._socket.pump)
            await self._muxer.start()
            nursery.cancel_scope.cancel()

    def trust(self) -> None:
        """The handshake is done: from here on only the windows bound what may come."""
        self._socket.budget = None

    async def open(self, lane: Lane) -> Stream:
        """Raises LinkLost."""
        try:
            await self._muxer.event_started.wait()
            stream = Stream(await self._muxer.open_stream(), self._socket)
            await MultiselectClient().select_one_of([PROTOCOLS[lane]], MultiselectCommunicator(stream))
            return stream
        except (BaseLibp2pError, KeyError, ValueError) as error:
            raise LinkLost(self._not_opened(lane)) from error

    async def accept(self, lane: Lane) -> Stream:
        """The next stream the other side opens, which must be of this lane. Raises LinkLost."""
        try:
            inner = await self._muxer.accept_stream()
            assert isinstance(inner, YamuxStream)
            stream = Stream(inner, self._socket)
            await Multiselect({PROTOCOLS[lane]: None}).negotiate(MultiselectCommunicator(stream))
            return stream
        except (BaseLibp2pError, KeyError, ValueError) as error:
            raise LinkLost(self._not_opened(lane)) from error

    async def wait_for_uninvited_stream(self) -> None:
        """Returns if the peer opens one more than it may. Raises LinkLost when the connection is over."""
        try:
            await self._muxer.accept_stream()
        except BaseLibp2pError as error:
            raise LinkLost(self._socket.trouble) from error

    def _not_opened(self, lane: Lane) -> str:
        return f"no {lane.name.lower()} stream ({self._socket.trouble})"


class Upgrader:
    """Turns TCP connections into links, as the node of `identity`."""

    def __init__(self, identity: NodeIdentity) -> None:
        noise_key = create_new_x25519_key_pair().private_key
        noise = NoiseTransport(create_new_key_pair(identity.seed), noise_privkey=noise_key)
        self._upgrader = TransportUpgrader({NOISE: noise}, {TProtocol(YAMUX): Yamux})

    async def upgrade(self, stream: trio.SocketStream, expected: PeerId | None) -> Link:
        """`expected` is whom we dialled, None on a connection that came in. Raises LinkLost."""
        socket = Socket(stream, is_initiator=expected is not None)
        try:
            remote = None if expected is None else ID(peer_id_bytes(expected))
            secured = await self._upgrader.upgrade_security(socket, socket.is_initiator, remote)
            peer_id = PeerId(secured.get_remote_peer().to_base58())
            peer_id_bytes(peer_id)
            muxer = await self._upgrader.upgrade_connection(secured, secured.get_remote_peer())
        except Exception as error:  # bytes of a stranger raise whatever Noise, protobuf or a codec make of them
            raise LinkLost(f"no Noise and Yamux with the other side ({_innermost(error)})") from error
        assert isinstance(muxer, Yamux)
        return Link(socket, muxer, peer_id)


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
