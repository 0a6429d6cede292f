"""A node against the real world: sockets, threads, clocks and disks around one Ledger.

One task owns the Ledger and carries out its effects in order; whatever takes long runs in one worker thread and comes
back as an event. RPC has a thread of its own and comes in through `ask`. Once the disk has refused a write nothing is
signed, written or taken any more until a restart; reads go on.
"""

import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Final, TypeAlias

import trio

from node.app.accepted import AcceptedTransactions
from node.app.assembly import Parts, assemble
from node.app.config import NodeConfig
from node.app.evidence_file import append_evidence, read_evidence
from node.app.folder import NodeFolder
from node.app.handle import NodeHandle, evidence_entry
from node.app.ledger import AnyTimer, CancelTimer, Effect, Event, Job, SetTimer, TimerFired
from node.app.logs import configure_logging, let_go_of_logs
from node.app.read_only import TakesNoTransactions, serve_peers
from node.app.work import do_job
from node.chain.model import Committed
from node.consensus import effects as asked
from node.consensus.evidence import Evidence
from node.consensus.timing import Instant
from node.network.errors import FrameTooLarge
from node.network.events import FrameReceived, NetworkEvent, PeerJoined, PeerLeft, PeerRefused
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, SendFrame
from node.pool.errors import PoolRefused
from node.primitives.transaction import Transaction
from node.primitives.types import Hash32
from node.rpc.asgi import Access
from node.rpc.method import Scope
from node.rpc.server import RpcOptions, RpcServer
from node.storage.errors import StorageError
from node.sync.core import AnswerBlocks
from node.validator.jobs import DecodeJob

log = logging.getLogger("jiaozi.node")

SWITCH_INTERVAL_S: Final = 0.0001
"""With this a peer's echo takes 2 ms beside a thread of pure Python, with the default 38 ms."""
INBOX: Final = 1
"""Network events under way to the loop: the rest waits where it is ordered by urgency and bounded by bytes."""
EVIDENCE_KEPT: Final = 10_000
ACKNOWLEDGED_TOGETHER: Final = 256
"""Transactions that wait for one sync of the journal at most."""

Question: TypeAlias = Callable[[Instant], Sequence[Effect]]
"""Something that another thread wants done between two events; what it returns is carried out."""


def run_node(folder: NodeFolder, config: NodeConfig, *, until_stdin_closes: bool = False) -> int:
    """Runs until SIGINT or SIGTERM. Raises AppError, StorageError, ChainError, NetworkError or
    ServerStartError where it can't start."""
    configure_logging(config)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    parts = assemble(folder, config)
    try:
        trio.run(NodeService(parts, config).run, until_stdin_closes)
    except BaseExceptionGroup as failures:
        raise _sole(failures) from None
    finally:
        parts.close()
        let_go_of_logs()
    return 0


def _sole(failure: BaseException) -> BaseException:
    """The one failure that nurseries have wrapped, so that a caller can name it in an `except`."""
    while isinstance(failure, BaseExceptionGroup) and len(failure.exceptions) == 1:
        failure = failure.exceptions[0]
    return failure


class NodeService:
    def __init__(self, parts: Parts, config: NodeConfig) -> None:
        self.parts = parts
        self.ledger = parts.ledger
        self.evidence = [*read_evidence(parts.folder.evidence_path)]
        self.fault: StorageError | None = None
        """What made the node read-only: the first write that the disk refused."""
        self._config = config
        self._timers: dict[AnyTimer, int] = {}
        self._inbox: deque[Event | Question] = deque()
        self._arrived = trio.Event()
        self._room = trio.Semaphore(INBOX)
        self._chain_worker = trio.CapacityLimiter(1)
        self._decode_worker = trio.CapacityLimiter(1)
        self.accepted = AcceptedTransactions(parts.journal)
        self._unacknowledged: list[tuple[Future[Hash32], Hash32]] = []
        self._token: trio.lowlevel.TrioToken | None = None
        self._nursery: trio.Nursery | None = None

    async def run(self, until_stdin_closes: bool = False) -> None:
        self._token = trio.lowlevel.current_trio_token()
        unsubscribe = self.parts.chain.subscribe(self._upon_committed)
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                nursery.start_soon(_cancel_upon_signal, nursery.cancel_scope)
                if until_stdin_closes:
                    nursery.start_soon(_cancel_when_stdin_closes, nursery.cancel_scope)
                await nursery.start(self.parts.network.run)
                nursery.start_soon(self._pump_network)
                await self._serve()
        finally:
            unsubscribe()
        log.info("stopped at block %d", self.parts.chain.head.header.number)

    def ask(self, question: Question) -> None:
        """From any thread. Questions keep their order."""
        assert self._token is not None, "asked before it runs"
        self._token.run_sync_soon(self._put, question)

    def submit(self, transaction: Transaction, answer: Future[Hash32]) -> None:
        """From any thread. Answered once the transaction is in the pool and the journal; one whose asker gave up before
        its turn is not taken in. From then on the answer can't be cancelled, so that acknowledging it can't fail."""

        def question(now: Instant) -> Sequence[Effect]:
            if not answer.set_running_or_notify_cancel():
                return ()
            try:
                self._check_writable()
                _, effects = self.ledger.submit(transaction, now)
                self.accepted.remember(transaction)
            except PoolRefused as refusal:
                answer.set_exception(refusal)
                return ()
            except StorageError as error:
                self._stop_writing(error)
                answer.set_exception(TakesNoTransactions(error))
                return ()
            self._unacknowledged.append((answer, transaction.hash))
            return effects

        self.ask(question)

    def now(self) -> Instant:
        return Instant(int(time.monotonic() * 1000), self.ledger.clock.wall(int(time.time())))

    async def _serve(self) -> None:
        """RPC around the loop: it answers from the first event on, and is gone before the chain is closed."""
        server = RpcServer(NodeHandle(self), _rpc_options(self._config))
        server.start()
        log.info("listening: JSON-RPC at %s, head is block %d", server.url, self.parts.chain.head.header.number)
        try:
            await self._own_the_ledger()
        finally:
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(server.stop)

    async def _own_the_ledger(self) -> None:
        self._follow_clock(self.parts.chain.head.header.timestamp)
        effects = self.ledger.start(self.now())
        with self._until_storage_fails():
            self._check_store()
            await self._carry_out(effects)
            await self._carry_out(self.accepted.restore(self.ledger, self.now()))
        while True:
            while self._inbox:
                with self._until_storage_fails():
                    await self._handle(self._inbox.popleft())
                    await self._fire_timers()
                if len(self._unacknowledged) >= ACKNOWLEDGED_TOGETHER:
                    await self._acknowledge()
                await trio.lowlevel.checkpoint()
            await self._acknowledge()
            if self._inbox:
                continue
            self._arrived = trio.Event()
            with trio.move_on_at(self._next_deadline()):
                await self._arrived.wait()
            with self._until_storage_fails():
                await self._fire_timers()

    async def _handle(self, item: Event | Question) -> None:
        if callable(item):
            await self._carry_out(item(self.now()))
            return
        if isinstance(item, NETWORK_EVENTS):
            self._room.release()
            _note(item)
        if self.fault is not None:
            self._serve_peers(item)
            return
        if isinstance(item, Committed):
            self._follow_clock(item.head.header.timestamp)
            self.accepted.forget_mined(self.ledger.pool)
        await self._carry_out(self.ledger.upon(item, self.now()))

    def _follow_clock(self, timestamp: int) -> None:
        """Only where a client may move it: anywhere else a head ahead of our clock is no reason to leave it."""
        if self.parts.rules.development:
            self.ledger.clock.upon_head(timestamp, int(time.time()))

    def _put(self, item: Event | Question) -> None:
        self._inbox.append(item)
        self._arrived.set()

    async def _pump_network(self) -> None:
        async for event in self.parts.network.inbox:
            await self._room.acquire()
            self._put(event)

    def _upon_committed(self, event: Committed) -> None:
        """In the thread that wrote the block."""
        assert self._token is not None
        self._token.run_sync_soon(self._put, event)

    def _next_deadline(self) -> float:
        """On trio's clock, which counts from another moment than the monotonic one."""
        if not self._timers:
            return float("inf")
        return trio.current_time() + max(0.0, min(self._timers.values()) / 1000 - time.monotonic())

    async def _fire_timers(self) -> None:
        now_ms = self.now().monotonic_ms
        for timer in [timer for timer, at_ms in self._timers.items() if at_ms <= now_ms]:
            if self._timers.get(timer, now_ms + 1) <= now_ms:
                del self._timers[timer]
                await self._carry_out(self.ledger.upon(TimerFired(timer), self.now()))

    async def _carry_out(self, effects: Sequence[Effect]) -> None:
        """In order: a Persist is durable before what follows it leaves, and where it fails nothing follows."""
        for effect in effects:
            if self.fault is not None:
                return
            match effect:
                case asked.Persist(data):
                    await trio.to_thread.run_sync(self.parts.persist, data)
                case SendFrame(peer, kind, payload):
                    self._send(peer, kind, payload)
                case BroadcastFrame(kind, payload, except_peer):
                    self._broadcast(kind, payload, except_peer)
                case DropPeer(peer, reason):
                    log.warning("dropping %s: %s", peer, reason)
                    self.parts.network.disconnect(peer, reason)
                case SetTimer(timer, at_ms):
                    self._timers[timer] = at_ms
                case CancelTimer(timer):
                    self._timers.pop(timer, None)
                case asked.RecordEvidence(evidence):
                    self._record_evidence(evidence)
                case asked.Refused(carrier, error):
                    log.debug("a message that %s brought does not count: %s", carrier, error)
                case _:
                    self._start(effect)

    def _send(self, peer: PeerId, kind: Kind, payload: bytes) -> None:
        try:
            self.parts.network.send(peer, kind, payload)
        except FrameTooLarge as error:
            log.error("a frame of ours is larger than the wire takes, which is a defect: %s", error)

    def _broadcast(self, kind: Kind, payload: bytes, except_peer: PeerId | None) -> None:
        for peer in self.parts.network.peers():
            if peer.peer_id != except_peer:
                self._send(peer.peer_id, kind, payload)

    def _start(self, job: Job) -> None:
        assert self._nursery is not None
        self._nursery.start_soon(self._work, job)

    async def _work(self, job: Job) -> None:
        limiter = self._decode_worker if isinstance(job, DecodeJob | AnswerBlocks) else self._chain_worker
        with self._until_storage_fails():
            done = await trio.to_thread.run_sync(do_job, self.parts.chain, job, _monotonic_ms, limiter=limiter)
            self._put(done)

    async def _acknowledge(self) -> None:
        """Answers those whose transactions the journal now holds; one sync serves all that came together."""
        if self._unacknowledged:
            answers, self._unacknowledged = self._unacknowledged, []
            try:
                await trio.to_thread.run_sync(self.accepted.sync)
            except StorageError as error:
                self._unacknowledged = [*answers, *self._unacknowledged]
                self._stop_writing(error)
                return
            for answer, transaction_hash in answers:
                answer.set_result(transaction_hash)

    def _record_evidence(self, evidence: Evidence) -> None:
        entry = evidence_entry(evidence)
        if len(self.evidence) >= EVIDENCE_KEPT:
            log.error("a validator signed two things, and the evidence file is full: %s", entry)
            return
        self.evidence.append(entry)
        log.error("a validator signed two things: %s", entry)
        append_evidence(self.parts.folder.evidence_path, entry)

    @contextmanager
    def _until_storage_fails(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            self._stop_writing(error)

    def _stop_writing(self, fault: StorageError) -> None:
        """From here on the node only reads. What consensus thinks it has signed may not be on disk: it is not asked
        again before a restart."""
        if self.fault is None:
            self.fault = fault
            log.error("read-only from now on, neither voting nor taking transactions: %s", fault)
            self._timers.clear()
        refused, self._unacknowledged = self._unacknowledged, []
        for answer, _ in refused:
            answer.set_exception(TakesNoTransactions(fault))

    def _check_store(self) -> None:
        """A store that found no room at its opening says so only here."""
        fault = self.parts.store.write_fault()
        if fault is not None:
            raise fault

    def _check_writable(self) -> None:
        """Raises TakesNoTransactions."""
        if self.fault is not None:
            raise TakesNoTransactions(self.fault)

    def _serve_peers(self, event: Event) -> None:
        for effect in serve_peers(self.ledger.sync, event, self.now().monotonic_ms):
            match effect:
                case SendFrame(peer, kind, payload):
                    self._send(peer, kind, payload)
                case DropPeer(peer, reason):
                    self.parts.network.disconnect(peer, reason)
                case AnswerBlocks():
                    self._start(effect)


NETWORK_EVENTS: Final = (PeerJoined, PeerLeft, PeerRefused, FrameReceived)


def _note(event: NetworkEvent) -> None:
    """Who comes and goes is worth a line in the log."""
    match event:
        case PeerJoined(peer, identity, head):
            who = "an observer" if identity.validator is None else f"validator 0x{identity.validator.hex()}"
            log.info("peer joined: %s, %s, head %d", peer, who, head)
        case PeerLeft(peer, reason):
            log.info("peer left: %s: %s", peer, reason)
        case PeerRefused(_, address, reason, by_us):
            log.warning("%s %s: %s", "refused" if by_us else "refused by", address, reason)
        case _:
            pass


def _monotonic_ms() -> int:
    return int(time.monotonic() * 1000)


def _rpc_options(config: NodeConfig) -> RpcOptions:
    access = Access(hosts=frozenset(config.rpc_hosts), origins=frozenset(config.rpc_cors))
    scopes = {Scope.ADMIN, Scope.DEBUG} if config.rpc_admin else set()
    return RpcOptions(host=config.rpc_host, port=config.rpc_port, access=access, scopes=frozenset(scopes))


async def _cancel_upon_signal(scope: trio.CancelScope) -> None:
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            log.info("stopping on %s", signal.Signals(number).name)
            scope.cancel()


async def _cancel_when_stdin_closes(scope: trio.CancelScope) -> None:
    """For whoever started us as a child: when it is gone, so are we."""
    async with trio.lowlevel.FdStream(os.dup(0)) as stdin:
        while await stdin.receive_some(1024):
            pass
    log.info("stopping: standard input has closed")
    scope.cancel()
