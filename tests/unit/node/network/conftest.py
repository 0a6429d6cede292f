"""Real nodes on loopback, and an adversary that speaks libp2p but keeps to no rule of ours above it.

Tests are coroutines, run by trio here. They never sleep: they wait for events, or for a condition with `eventually`.
"""

import inspect
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import pytest
import trio
import trio.testing

from node.network.config import NetworkConfig
from node.network.errors import HandshakeRefused, LinkLost
from node.network.events import FrameReceived, PeerIdentity, PeerJoined, PeerLeft, PeerRefused
from node.network.frames import Frame, FrameDecoder, Kind, Lane, encode_frame
from node.network.handshake import Greeting, Hello, decode_greeting, encode_greeting, encode_refusal, proof_digest
from node.network.host import Network
from node.network.identity import NodeIdentity, PeerId, multiaddr
from node.network.wire import Link, Stream, Upgrader
from node.primitives.keys import PrivateKey
from node.primitives.types import Hash32

HOST = "127.0.0.1"
LIMIT_S = 20.0
Event = TypeVar("Event", PeerJoined, PeerLeft, PeerRefused, FrameReceived)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}

    async def within_limit() -> None:
        with trio.fail_after(60 if pyfuncitem.get_closest_marker("long") is None else 900):
            await pyfuncitem.obj(**arguments)

    trio.run(within_limit, strict_exception_groups=True)
    return True


@dataclass
class Member:
    """A node of the test network: its network, what it would say, and all it was told so far."""

    number: int
    network: Network
    identity: NodeIdentity
    key: PrivateKey
    address: str = ""
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    stopped: trio.Event = field(default_factory=trio.Event)

    @property
    def peer_id(self) -> PeerId:
        return self.identity.peer_id

    @property
    def port(self) -> int:
        return int(self.address.split("/")[4])

    async def stop(self) -> None:
        self.scope.cancel()
        await self.stopped.wait()

    async def next(self, kind: type[Event]) -> Event:
        """The next event of this kind; others are passed over."""
        with trio.fail_after(LIMIT_S):
            while not isinstance(event := await self.network.inbox.receive(), kind):
                pass
            return event

    async def joined(self) -> PeerJoined:
        return await self.next(PeerJoined)

    async def left(self) -> PeerLeft:
        return await self.next(PeerLeft)

    async def refused(self) -> PeerRefused:
        return await self.next(PeerRefused)

    async def frame(self) -> FrameReceived:
        return await self.next(FrameReceived)


class Adversary:
    """A raw libp2p peer: Noise, Yamux and streams are libp2p's, what goes over them is up to the test."""

    def __init__(self, link: Link, identity: NodeIdentity, key: PrivateKey | None, hello: Hello) -> None:
        self.link = link
        self.identity = identity
        self.key = key
        self.hello = hello
        self.streams: dict[Lane, Stream] = {}
        self.tasks = trio.CancelScope()
        self.over = trio.Event()
        self.proof = b""
        self._decoder = FrameDecoder(Lane.CONTROL)
        self._heard: list[Frame] = []

    async def open(self, lane: Lane) -> None:
        self.streams[lane] = await self.link.open(lane)

    async def say(self, kind: Kind, payload: bytes, lane: Lane = Lane.CONTROL) -> None:
        await self.streams[lane].send(encode_frame(kind, payload))

    async def hear(self) -> Frame:
        while not self._heard:
            self._decoder.feed(await self.streams[Lane.CONTROL].receive())
            self._heard = list(self._decoder.frames())
        return self._heard.pop(0)

    async def greet(self) -> Greeting:
        await self.open(Lane.CONTROL)
        await self.say(Kind.HELLO, encode_greeting(Greeting(self.hello, bytes(16), bytes(32))))
        return decode_greeting((await self.hear()).payload)

    async def prove(self, theirs: Greeting) -> None:
        if self.key is not None:
            digest = proof_digest(self.identity.peer_id, self.link.peer_id, self.hello, theirs.challenge)
            self.proof = self.key.sign(digest)
        await self.say(Kind.PROOF, self.proof)
        assert (await self.hear()).kind is Kind.PROOF

    async def shake_hands(self) -> None:
        """All that an honest node would do to be let in."""
        await self.prove(await self.greet())
        assert (await self.hear()).kind is Kind.READY
        self.link.trust()
        await self.say(Kind.READY, b"")
        await self.open(Lane.URGENT)
        await self.open(Lane.BULK)

    async def say_until_hung_up(self, data: bytes, lane: Lane = Lane.CONTROL) -> None:
        """The same over and over, whatever the other side thinks of it."""
        with trio.fail_after(LIMIT_S), suppress(LinkLost):
            while True:
                await self.streams[lane].send(data)

    def freeze(self) -> None:
        """Like SIGSTOP: nothing is read or written any more, the socket stays open."""
        self.tasks.cancel()

    async def until_hung_up_after_refusing(self, refusal: HandshakeRefused) -> None:
        """A refusal answered by one lets both sides hang up at once."""
        await self.say(Kind.REFUSED, encode_refusal(refusal))
        await self.until_hung_up()

    async def until_hung_up(self) -> None:
        with trio.fail_after(LIMIT_S):
            await self.over.wait()

    async def run(self) -> None:
        with self.tasks:
            await self.link.run()
            self.over.set()


class Cast:
    """Everybody who appears in a test."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self.nursery = nursery

    def hello(self, number: int, **changes: Any) -> Hello:
        values: dict[str, Any] = {
            "chain_id": 7,
            "genesis_hash": Hash32(b"g" * 32),
            "rules_hash": Hash32(b"r" * 32),
            "name": f"node-{number}",
            "listen_address": "",
            "head": number,
            "validator": self.key(number).address,
        }
        return Hello(**(values | changes))

    @staticmethod
    def key(number: int) -> PrivateKey:
        return PrivateKey(bytes([number]) * 32)

    @staticmethod
    def identity(number: int) -> NodeIdentity:
        return NodeIdentity(bytes([number]) * 32)

    async def node(
        self,
        number: int,
        *,
        dials: tuple[str, ...] = (),
        port: int = 0,
        says: dict[str, Any] | None = None,
        signer: Callable[[Hash32], bytes] | None = None,
        admit: Callable[[PeerIdentity], str | None] = lambda _: None,
        **config: Any,
    ) -> Member:
        """A running node. Timeouts are short unless the test says otherwise."""
        key, identity, hello = self.key(number), self.identity(number), self.hello(number, **(says or {}))
        if hello.validator is not None:
            signer = signer or key.sign
        quick = {"redial_min_ms": 20, "redial_max_ms": 100, "farewell_ms": 300, "ban_ms": 0}
        settings = NetworkConfig(HOST, port, dials, **(quick | config))
        network = Network(settings, identity, lambda: hello, signer, admit, Random(number))
        member = Member(number, network, identity, key)

        async def live(task_status: Any) -> None:
            with member.scope:
                await network.run(task_status=task_status)
            member.stopped.set()

        _, bound = await self.nursery.start(live)
        member.address = multiaddr(HOST, bound, identity.peer_id)
        return member

    async def pair(self, **config: Any) -> tuple[Member, Member]:
        """Two nodes that are connected, the second having dialled."""
        first = await self.node(1, **config)
        second = await self.node(2, dials=(first.address,), **config)
        await first.joined()
        await second.joined()
        return first, second

    @asynccontextmanager
    async def adversary(
        self, victim: Member, number: int = 66, *, validator: bool = True, **says: Any
    ) -> AsyncIterator[Adversary]:
        """Connected, nothing said yet. Gone with its socket and tasks at the end of the block."""
        identity, key = self.identity(number), self.key(number) if validator else None
        stream = await trio.open_tcp_stream(HOST, victim.port)
        try:
            link = await Upgrader(identity).upgrade(stream, victim.peer_id)
            claims = {"validator": key.address if key else None}
            adversary = Adversary(link, identity, key, self.hello(number, **(claims | says)))
            async with trio.open_nursery() as nursery:
                nursery.start_soon(adversary.run)
                yield adversary
                nursery.cancel_scope.cancel()
        finally:
            await trio.aclose_forcefully(stream)


@asynccontextmanager
async def _opened() -> AsyncIterator[Cast]:
    async with trio.open_nursery() as nursery:
        yield Cast(nursery)
        nursery.cancel_scope.cancel()


@pytest.fixture
def opened() -> Callable[[], Any]:
    """`async with opened() as cast:` everything in it is gone afterwards."""
    return _opened


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Any]:
    async def wait(condition: Callable[[], bool]) -> None:
        with trio.fail_after(LIMIT_S):
            while not condition():
                await trio.testing.wait_all_tasks_blocked(0.005)

    return wait


@pytest.fixture
def held() -> Callable[[], tuple[int, int]]:
    """What this process holds now: living tasks and open descriptors."""

    def count() -> tuple[int, int]:
        return trio.lowlevel.current_statistics().tasks_living, len(os.listdir("/proc/self/fd"))

    return count
