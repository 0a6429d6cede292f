"""The network of one node: listens, dials, admits, keeps one connection a peer, moves frames.

Both nodes of a pair dial. The one with the lower peer id decides which connection stays: it takes the first that
comes to judgement and refuses others of the same process as duplicates, while one of another process means that the
peer restarted and replaces what is left of the old. Nothing that was joined is ever dropped for a duplicate, so no
frame is lost, and with one side deciding two dials cannot cancel each other out.

Admission is by proven keys only. A stranger's connection costs at most one handshake place, for at most the
handshake timeout, and the oldest gives way when all are taken; only a peer whose key is known can be banned, for an
address may be shared by honest nodes.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from secrets import token_bytes
from typing import TYPE_CHECKING, Final

import trio

from node.network.config import NetworkConfig
from node.network.errors import (
    Dismissed,
    FrameError,
    HandshakeRefused,
    LinkLost,
    ListenFailed,
    MalformedHandshake,
    NetworkError,
    RefusedByPeer,
    UnexpectedKind,
)
from node.network.events import Direction, PeerIdentity, PeerInfo, PeerJoined, PeerRefused
from node.network.frames import LANE_OF, Kind, Lane, encode_frame
from node.network.handshake import INSTANCE_LENGTH, Greeting, Hello, decode_greeting, encode_greeting
from node.network.identity import NodeIdentity, PeerAddress, PeerId, multiaddr
from node.network.queues import Inbox, Mailbox
from node.network.redial import Backoff
from node.network.session import Ourselves, Session
from node.network.wire import Upgrader
from node.primitives.types import Address, Hash32

if TYPE_CHECKING:  # libp2p brings trio_typing, whose old stubs hide trio's own annotations from mypy
    from trio_typing import TaskStatus

log = logging.getLogger(__name__)

DUPLICATE: Final = "connection"
"""The field of a refusal that only says that one connection is enough."""

_COMPLAINTS_REMEMBERED: Final = 256
_COMPLAINT_INTERVAL_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class DialInfo:
    """How it stands with a configured peer. `last_failure` is empty while none was seen since it was last up."""

    peer_id: PeerId
    address: str
    is_connected: bool
    attempts: int
    last_failure: str


class Network:
    """`hello` is asked anew for each handshake, `signer` signs 32 bytes with the validator key, `admit` gives the
    reason to keep a peer out, or None. `random` spreads the redials."""

    def __init__(
        self,
        config: NetworkConfig,
        identity: NodeIdentity,
        hello: Callable[[], Hello],
        signer: Callable[[Hash32], bytes] | None,
        admit: Callable[[PeerIdentity], str | None],
        random: Random | None = None,
    ) -> None:
        self.inbox = Inbox(config.inbox_frames, config.inbox_bytes)
        self.peer_id = identity.peer_id
        self._config = config
        self._admit = admit
        self._random = random or Random()
        self._upgrader = Upgrader(identity)
        self._ourselves = Ourselves(identity.peer_id, token_bytes(INSTANCE_LENGTH), hello, signer)
        self._dialled = [address for address in config.peer_addresses if address.peer_id != self.peer_id]
        self._configured = {address.peer_id for address in self._dialled}
        self._attempts: dict[PeerId, int] = dict.fromkeys(self._configured, 0)
        self._last_failure: dict[PeerId, str] = dict.fromkeys(self._configured, "")
        self._sessions: dict[PeerId, Session] = {}
        self._pending: OrderedDict[object, trio.CancelScope] = OrderedDict()
        self._banned_until: dict[PeerId, float] = {}
        self._complaints: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._check_own_greeting(hello())

    async def run(self, *, task_status: "TaskStatus[tuple[str, int]]" = trio.TASK_STATUS_IGNORED) -> None:
        """Until cancelled; started once it listens, with host and port. Raises ListenFailed.

        All sockets are closed when it returns.
        """
        listeners = await self._listen()
        try:
            async with trio.open_nursery() as nursery:
                await nursery.start(trio.serve_listeners, self._answer, listeners)
                for address in self._dialled:
                    nursery.start_soon(self._keep_dialling, address)
                host, port = listeners[0].socket.getsockname()[:2]
                log.info("listening on %s", multiaddr(host, port, self.peer_id))
                task_status.started((host, port))
        finally:
            self.inbox.close()

    def send(self, peer: PeerId, kind: Kind, payload: bytes) -> bool:
        """Queues a frame; never waits. False when the peer is not here or its bulk queue is full (try again later).

        A full urgent queue takes the frame and sheds its oldest. Raises FrameTooLarge, and UnexpectedKind for a
        kind of the control lane.
        """
        frame = _application_frame(kind, payload)
        session = self._sessions.get(peer)
        return session is not None and session.is_joined and session.push(kind, frame)

    def broadcast(self, kind: Kind, payload: bytes, *, only: Collection[Address] | None = None) -> int:
        """The same to every peer, or to those whose validator is in `only`; how many took it."""
        frame = _application_frame(kind, payload)
        return sum(
            session.push(kind, frame)
            for session in self._joined()
            if only is None or session.greeting.hello.validator in only
        )

    def peers(self) -> tuple[PeerInfo, ...]:
        return tuple(session.info() for session in self._joined())

    def dials(self) -> tuple[DialInfo, ...]:
        """Every configured peer, here or not."""
        here = {session.peer_id for session in self._joined()}
        return tuple(
            DialInfo(peer, str(address), peer in here, self._attempts[peer], self._last_failure[peer])
            for address in self._dialled
            for peer in (address.peer_id,)
        )

    def note_head(self, peer: PeerId, head: int) -> None:
        """What a status of the peer said, for `peers` to show."""
        if (session := self._sessions.get(peer)) is not None:
            session.head = head

    def disconnect(self, peer: PeerId, reason: str) -> None:
        """Ends the connection, if there is one, and tells the peer why. A configured peer is dialled again."""
        if (session := self._sessions.get(peer)) is not None:
            session.end(Dismissed(reason))

    # -- connections --------------------------------------------------------------------------------------------

    async def _listen(self) -> Sequence[trio.SocketListener]:
        host, port = self._config.listen_host, self._config.listen_port
        try:
            return await trio.open_tcp_listeners(port, host=host)
        except OSError as error:
            raise ListenFailed(host, port, error.strerror or str(error)) from error

    async def _answer(self, stream: trio.SocketStream) -> None:
        if len(self._pending) >= self._config.max_pending_handshakes:
            _, oldest = self._pending.popitem(last=False)
            oldest.cancel()
        with trio.CancelScope() as place:
            self._pending[stream] = place
            try:
                await self._attend(stream, Direction.INBOUND, _remote_address(stream), None)
            finally:
                self._pending.pop(stream, None)

    async def _attend(
        self, stream: trio.SocketStream, direction: Direction, address: str, expected: PeerId | None
    ) -> Session | None:
        """A connection from its first byte to its last; the session, if it came to that. Never raises."""
        deadline = trio.current_time() + self._config.handshake_timeout_ms / 1000
        session: Session | None = None
        try:
            with trio.CancelScope(deadline=deadline):
                link = await self._upgrader.upgrade(stream, expected)
                session = Session(
                    link,
                    direction,
                    address,
                    self._ourselves,
                    self._config,
                    self._judge,
                    lambda s: self._join(s, stream),
                )
            if session is None:
                raise LinkLost(f"no handshake within {self._config.handshake_timeout_ms} ms")
            await session.run(deadline)
        except NetworkError as error:
            self._refused(expected, address, error)
        except Exception:  # the boundary of a connection: a peer must not take the node down
            log.exception("connection with %s ends by an error of ours", address)
        finally:
            await trio.aclose_forcefully(stream)
            if session is not None:
                self._conclude(session)
        return session

    def _judge(self, session: Session) -> None:
        """Who is there has proven its keys. Raises HandshakeRefused, or leaves the place to this session if it is
        ours to decide."""
        peer = session.peer_id
        session.configured = peer in self._configured
        identity = PeerIdentity(peer, session.greeting.hello.validator, session.configured)
        if peer == self.peer_id:
            raise HandshakeRefused("peer id", "this is the node itself", "")
        if (seconds := self._banned_until.get(peer, 0.0) - trio.current_time()) > 0:
            raise HandshakeRefused("admission", f"banned for another {seconds:.0f} s for what it sent", "")
        if (reason := self._admit(identity)) is not None:
            raise HandshakeRefused("admission", reason, "")
        self._judge_place(session)

    def _judge_place(self, session: Session) -> None:
        present = self._sessions.get(session.peer_id)
        if present is None and not session.configured and len(self._sessions) >= self._config.max_peers:
            raise HandshakeRefused("admission", f"all {self._config.max_peers} places are taken", "")
        if self.peer_id > session.peer_id:
            return
        if present is not None and present.ending is None:
            if present.greeting.instance == session.greeting.instance:
                raise HandshakeRefused(DUPLICATE, "there is one already", "")
            present.end(LinkLost("the peer restarted"))
        self._sessions[session.peer_id] = session

    def _join(self, session: Session, stream: trio.SocketStream) -> Mailbox:
        self._pending.pop(stream, None)
        present = self._sessions.get(session.peer_id)
        if present is not None and present is not session:
            present.end(LinkLost("replaced by a newer connection"))
        self._sessions[session.peer_id] = session
        if session.configured:
            self._last_failure[session.peer_id] = ""
        hello = session.greeting.hello
        log.info("peer %s (%s) joined, %s %s", session.peer_id, hello.name, session.direction.value, session.address)
        identity = PeerIdentity(session.peer_id, hello.validator, session.configured)
        return self.inbox.open_mailbox(PeerJoined(session.peer_id, identity, session.head))

    def _conclude(self, session: Session) -> None:
        if self._sessions.get(session.peer_id) is session:
            del self._sessions[session.peer_id]
        if session.ending is None:
            return  # this node stops
        if isinstance(session.ending, FrameError | MalformedHandshake):
            self._ban(session.peer_id)
        if session.joined_at is None:
            self._refused(session.peer_id, session.address, session.ending)
        else:
            self._note_failure(session.peer_id, str(session.ending))
            log.warning("peer %s left: %s", session.peer_id, session.ending)

    def _refused(self, peer: PeerId | None, address: str, error: NetworkError) -> None:
        """A connection that did not come about. Both sides of a refusal log its reason."""
        refusal = error.refusal if isinstance(error, RefusedByPeer) else error
        if isinstance(refusal, HandshakeRefused) and refusal.field == DUPLICATE:
            return
        reason = str(error)
        if peer is not None:
            self._note_failure(peer, reason)
        who = peer or f"somebody at {address.rpartition('/tcp/')[0]}"
        if self._is_news(who, reason):
            log.warning("no connection with %s (%s): %s", who, address, reason)
        self.inbox.notice(PeerRefused(peer, address, reason, by_us=not isinstance(error, RefusedByPeer)))

    def _ban(self, peer: PeerId) -> None:
        now = trio.current_time()
        self._banned_until = {other: until for other, until in self._banned_until.items() if until > now}
        self._banned_until[peer] = now + self._config.ban_ms / 1000

    def _note_failure(self, peer: PeerId, reason: str) -> None:
        if peer in self._configured:
            self._last_failure[peer] = reason

    def _is_news(self, who: str, reason: str) -> bool:
        """A redial that fails the same way again is told once a minute."""
        now = trio.current_time()
        said, at = self._complaints.pop(who, ("", 0.0))
        is_news = said != reason or now - at >= _COMPLAINT_INTERVAL_S
        self._complaints[who] = (reason, now if is_news else at)
        if len(self._complaints) > _COMPLAINTS_REMEMBERED:
            self._complaints.popitem(last=False)
        return is_news

    def _joined(self) -> list[Session]:
        return [session for session in list(self._sessions.values()) if session.is_joined]  # other threads ask too

    # -- dialling -----------------------------------------------------------------------------------------------

    async def _keep_dialling(self, address: PeerAddress) -> None:
        """For ever: whenever the peer is not here, with growing pauses that shrink once it stayed for a while."""
        config = self._config
        backoff = Backoff(config.redial_min_ms / 1000, config.redial_max_ms / 1000, self._random)
        while True:
            lasted = await self._present_for(address.peer_id)
            if lasted is None:
                lasted = await self._dial(address)
            if lasted * 1000 >= config.redial_reset_ms:
                backoff.reset()
            await trio.sleep(max(backoff.next(), self._banned_until.get(address.peer_id, 0.0) - trio.current_time()))

    async def _present_for(self, peer: PeerId) -> float | None:
        """Waits while the peer is here and tells for how many seconds it was; None when it is not."""
        session = self._sessions.get(peer)
        if session is None:
            return None
        await session.over.wait()
        return _seconds_joined(session)

    async def _dial(self, address: PeerAddress) -> float:
        """One attempt, and the connection if it comes about; how many seconds that was joined."""
        self._attempts[address.peer_id] += 1
        stream: trio.SocketStream | None = None
        try:
            with trio.move_on_after(self._config.handshake_timeout_ms / 1000):
                stream = await trio.open_tcp_stream(address.host, address.port)
        except OSError as error:
            self._note_failure(address.peer_id, f"cannot be reached: {error.strerror or error}")
            return 0.0
        if stream is None:
            self._note_failure(address.peer_id, "cannot be reached: no answer")
            return 0.0
        session = await self._attend(stream, Direction.OUTBOUND, str(address), address.peer_id)
        return 0.0 if session is None else _seconds_joined(session)

    def _check_own_greeting(self, hello: Hello) -> None:
        """What peers could not read is found out here. Raises MalformedHandshake."""
        assert (hello.validator is None) == (self._ourselves.signer is None), "a validator is who can sign"
        decode_greeting(encode_greeting(Greeting(hello, self._ourselves.instance, bytes(32))))


def _application_frame(kind: Kind, payload: bytes) -> bytes:
    if LANE_OF[kind] is Lane.CONTROL:
        raise UnexpectedKind(kind.name, "to those who use the network")
    return encode_frame(kind, payload)


def _seconds_joined(session: Session) -> float:
    return 0.0 if session.joined_at is None else trio.current_time() - session.joined_at


def _remote_address(stream: trio.SocketStream) -> str:
    with suppress(OSError):
        host, port = stream.socket.getpeername()[:2]
        return f"/{'ip6' if ':' in host else 'ip4'}/{host}/tcp/{port}"
    return "/unknown"
