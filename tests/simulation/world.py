"""A network of real Ledgers in virtual time.

Time is an integer of milliseconds and moves from event to event. Everything that chance decides is drawn from one
random source in the order of events, so equal plans give equal runs. What the world checks while it runs: no two
blocks at one height, no honest validator signing two things at one height, round and kind (over all its lives), no
honest node dropped by an honest one. What it checks at the end: the chain moves again in time, and all agree.
"""

import hashlib
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from node.app.accepted import AcceptedTransactions
from node.app.assembly import make_ledger
from node.app.ledger import AnyTimer, CancelTimer, Effect, Event, Ledger, SetTimer, TimerFired
from node.app.work import do_job
from node.chain.chain import Chain
from node.chain.model import Committed
from node.chain.records import LAYOUT
from node.consensus import effects as asked
from node.consensus.messages import Commit, Message, Prepare, Proposal, RoundChange, decode_message
from node.consensus.sign_state import decode_sign_state
from node.consensus.timing import Instant
from node.network.events import FrameReceived, PeerIdentity, PeerJoined, PeerLeft
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, SendFrame
from node.pool.errors import AlreadyKnown, NotExecutable
from node.primitives.certificate import max_faulty, quorum, validator_set_hash
from node.primitives.genesis import ChainConfig, Genesis, GenesisAccount, QbftRules
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei
from node.storage import HandleLost, RecordFile, SimulatedDisk
from tests.simulation.liar import Liar
from tests.simulation.plan import CALM, Crash, Partition, Plan, Weather
from tests.simulation.stand_ins import StubSignatures, TransferEngine, recover_stub

EPOCH_S: Final = 1_900_000_000
CHAIN_ID: Final = 77
RULES: Final = QbftRules(validators_contract=Address(b"\x11" * 20), empty_block_period_ms=20_000)
PAYERS: Final = tuple(PrivateKey(keccak(b"payer" + bytes([index]))) for index in range(4))
JOB_MS: Final = (1, 30)
REJOIN_MS: Final = 700
MAX_EVENTS: Final = 400_000


class Violation(AssertionError):
    """What must never happen did. The message says what, when and to whom."""


@dataclass(slots=True)
class Life:
    """One process of a node: from start to crash."""

    ledger: Ledger
    chain: Chain
    accepted: AcceptedTransactions
    timers: dict[AnyTimer, int] = field(default_factory=dict)


@dataclass(slots=True)
class SimulatedNode:
    index: int
    address: Address
    disk: SimulatedDisk
    liar: Liar | None = None
    life: Life | None = None

    @property
    def peer_id(self) -> PeerId:
        return PeerId(f"node-{self.index}")


class World:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.chance = random.Random(plan.seed)
        self.now_ms = 0
        self.trace = hashlib.sha256()
        self.committed: dict[int, Hash32] = {}
        self.statements: dict[tuple[int, int, int, int], bytes] = {}
        self.evidence: set[Address] = set()
        self._order = itertools.count()
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        addresses = sorted(Address(keccak(b"validator" + bytes([index]))[:20]) for index in range(plan.nodes))
        self._addresses = addresses
        self._genesis = _genesis(self.validators(1))
        self._engine = TransferEngine(self.validators)
        self._records: dict[int, RecordFile] = {}
        self._ambush_cuts: list[Partition] = []
        self._nonces = [0] * len(PAYERS)
        self.nodes = [
            SimulatedNode(
                index,
                address,
                SimulatedDisk(random.Random(plan.seed * 1_000 + index), f"disk-{index}"),
                Liar(address, CHAIN_ID, self.chance) if index == plan.liar else None,
            )
            for index, address in enumerate(addresses)
        ]

    @property
    def honest(self) -> list[SimulatedNode]:
        return [node for node in self.nodes if node.liar is None]

    @property
    def weather(self) -> Weather:
        return self.plan.weather if self.now_ms < self.plan.heal_ms else CALM

    def validators(self, height: int) -> list[Address]:
        """Who must seal block `height`, ascending."""
        return [self._addresses[index] for index in sorted(self.plan.members(height))]

    # -- the run --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """The whole plan, and the checks. Raises Violation."""
        for node in self.nodes:
            self.at(self.chance.randrange(200), lambda node=node: self.start(node))
        for crash in self.plan.crashes:
            self.at(crash.at_ms, lambda crash=crash: self.crash_soon(crash))
        for _ in range(self.plan.payments):
            self.at(self.chance.randrange(self.plan.heal_ms), self.pay)
        self.at(self.plan.heal_ms, self.heal)
        self._advance(self.plan.heal_ms)
        self._check_moves_again()
        self._check_agreement()

    def at(self, at_ms: int, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (at_ms, next(self._order), action))

    def after(self, delay_ms: int, action: Callable[[], None]) -> None:
        self.at(self.now_ms + delay_ms, action)

    def _advance(self, until_ms: int, done: Callable[[], bool] = lambda: False) -> None:
        for _ in range(MAX_EVENTS):
            if done() or not self._agenda or self._agenda[0][0] > until_ms:
                break
            self.now_ms, _, action = heapq.heappop(self._agenda)
            action()
        else:
            raise Violation(f"{MAX_EVENTS} events by {self.now_ms} ms: messages breed messages")
        if not done():
            self.now_ms = max(self.now_ms, until_ms)

    def _check_moves_again(self) -> None:
        """Two block periods, one re-send and f + 1 capped timeouts after healing a payment is in a block, and
        everybody has that block soon after."""
        height = max(self.committed, default=0)
        faulty = max_faulty(len(self.plan.members(height + 1)))
        limit_ms = 2 * RULES.block_period_ms + 1_000 + (faulty + 1) * RULES.timeout_cap_ms
        self._advance(self.plan.heal_ms + limit_ms, lambda: max(self.committed, default=0) > height)
        if max(self.committed, default=0) <= height:
            raise Violation(f"no block within {limit_ms} ms of healing; {self.statuses()}")
        target = max(self.committed)
        self._advance(self.now_ms + 10_000, lambda: all(self.height(node) >= target for node in self.honest))
        if not all(self.height(node) >= target for node in self.honest):
            raise Violation(f"not everybody has block {target} 10 s later; {self.statuses()}")

    def _check_agreement(self) -> None:
        for node in self.honest:
            assert node.life is not None
            for number in range(1, self.height(node) + 1):
                if node.life.chain.block_hash(BlockNumber(number)) != self.committed[number]:
                    raise Violation(f"{node.peer_id} has another block {number}")

    def height(self, node: SimulatedNode) -> int:
        return node.life.chain.head.header.number if node.life is not None else -1

    def statuses(self) -> str:
        lines = []
        for node in self.nodes:
            words = "down"
            if node.life is not None:
                status = node.life.ledger.validator.qbft.status(self.instant())
                words = f"head {self.height(node)}, {status.sentence}"
            lines.append(f"{node.peer_id}{' (liar)' if node.liar else ''}: {words}")
        return "; ".join(lines)

    # -- what happens to nodes ------------------------------------------------------------------------------------

    def start(self, node: SimulatedNode) -> None:
        if node.life is not None:
            return
        store = node.disk.open_store(schema=LAYOUT)
        chain = Chain.open(store, self._genesis, self._engine, archive=False, recover=recover_stub)
        record = node.disk.open_record("sign-state", create=True)
        data = record.read()
        signed = None if data is None else decode_sign_state(data)
        ledger = make_ledger(chain, StubSignatures(node.address), node.address, RULES, signed, lost=False)
        life = Life(ledger, chain, AcceptedTransactions(node.disk.open_journal("journal")))
        node.life = life
        self._records[node.index] = record
        chain.subscribe(lambda event: self._upon_committed(node, life, event))
        if node.liar is not None:
            node.liar.genesis_hash = chain.genesis_hash
        self._note(f"start {node.index} at {self.height(node)}")
        self._carry_out(node, life, ledger.start(self.instant()))
        if node.life is life:
            self._restore(node, life)
        for other in self.nodes:
            if other is not node and other.life is not None:
                self.join(node, other)
                self.join(other, node)

    def _restore(self, node: SimulatedNode, life: Life) -> None:
        try:
            effects = life.accepted.restore(life.ledger, self.instant())
        except HandleLost:
            self._die(node)
            return
        self._carry_out(node, life, effects)

    def join(self, node: SimulatedNode, other: SimulatedNode) -> None:
        if node.life is not None and other.life is not None:
            identity = PeerIdentity(other.peer_id, other.address, True)
            self._deliver(node, PeerJoined(other.peer_id, identity, self.height(other)))

    def crash_soon(self, crash: Crash) -> None:
        node = self.nodes[crash.node]
        if node.life is None:
            return
        self.after(crash.down_ms + 1, lambda: self._restart(node))
        if crash.writes is None:
            self.crash(node)
        else:
            node.disk.crash_after(crash.writes)

    def _restart(self, node: SimulatedNode) -> None:
        """Also where the crash that was to come in the middle of a write has not come."""
        if node.life is not None and self.now_ms < self.plan.heal_ms:
            self.crash(node)
        self.start(node)

    def crash(self, node: SimulatedNode) -> None:
        node.disk.crash()
        self._die(node)

    def _die(self, node: SimulatedNode) -> None:
        self._note(f"crash {node.index}")
        node.life = None
        for other in self.nodes:
            if other is not node:
                self._deliver(other, PeerLeft(node.peer_id, "gone"))

    def heal(self) -> None:
        """From here on nobody dies and nothing is lost; and there is a payment to be made."""
        self._note("heal")
        for node in self.nodes:
            node.disk.crash_after(MAX_EVENTS)
            if node.life is None:
                self.start(node)
        for node, other in itertools.permutations(self.nodes, 2):
            self._deliver(node, PeerLeft(other.peer_id, "healing"))
            self.join(node, other)
        if not any(self.pay() for _ in range(20)):
            raise Violation("after healing payments are refused")

    def pay(self) -> bool:
        """A payment through the RPC of some node that is up; whether it was accepted."""
        up = [node for node in self.honest if node.life is not None]
        if not up:
            return False
        node, payer = self.chance.choice(up), self.chance.randrange(len(PAYERS))
        assert node.life is not None
        try:
            _, effects = node.life.ledger.submit(self._payment(payer), self.instant())
            node.life.accepted.remember(self._payment(payer))
            node.life.accepted.sync()
        except AlreadyKnown:
            return True
        except NotExecutable:  # it was in the journal of a node that died while writing it, and is mined
            self._nonces[payer] += 1
            return False
        except HandleLost:
            self._die(node)
            return False
        self._nonces[payer] += 1
        self._carry_out(node, node.life, effects)
        return True

    def _payment(self, payer: int) -> Transaction:
        unsigned = UnsignedTransaction(
            kind=TransactionKind.LEGACY,
            chain_id=CHAIN_ID,
            nonce=self._nonces[payer],
            gas=21_000,
            to=ZERO_ADDRESS,
            value=1,
        )
        return sign_transaction(unsigned, PAYERS[payer])

    # -- events and effects ---------------------------------------------------------------------------------------

    def instant(self) -> Instant:
        return Instant(self.now_ms, EPOCH_S + self.now_ms // 1_000)

    def _deliver(self, node: SimulatedNode, event: Event) -> None:
        life = node.life
        if life is not None:
            self.after(0, lambda: self._handle(node, life, event))

    def _handle(self, node: SimulatedNode, life: Life, event: Event) -> None:
        if node.life is life:
            self._carry_out(node, life, life.ledger.upon(event, self.instant()))

    def _carry_out(self, node: SimulatedNode, life: Life, effects: "tuple[Effect, ...] | list[Effect]") -> None:
        try:
            for effect in effects:
                self._do(node, life, effect)
        except HandleLost:
            if node.life is life:
                self._die(node)

    def _do(self, node: SimulatedNode, life: Life, effect: Effect) -> None:
        match effect:
            case asked.Persist(data):
                self.persist(node, data)
            case SendFrame(peer, kind, payload):
                self._send(node, self._node(peer), kind, payload)
            case BroadcastFrame(kind, payload, except_peer):
                for other in self.nodes:
                    if other is not node and other.peer_id != except_peer:
                        self._send(node, other, kind, payload)
            case DropPeer(peer, reason):
                self._drop(node, self._node(peer), reason)
            case SetTimer(timer, at_ms):
                self._set_timer(node, life, timer, at_ms)
            case CancelTimer(timer):
                life.timers.pop(timer, None)
            case asked.RecordEvidence(evidence):
                self._check_evidence(evidence.validator)
            case asked.Refused():
                pass
            case _:
                job = effect
                self.after(self.chance.randint(*JOB_MS), lambda: self._work(node, life, job))

    def persist(self, node: SimulatedNode, data: bytes) -> None:
        self._records[node.index].write(data)

    def _work(self, node: SimulatedNode, life: Life, job: object) -> None:
        if node.life is not life:
            return
        try:
            done = do_job(life.chain, job, lambda: self.now_ms)  # type: ignore[arg-type]  # whatever was no other effect
        except HandleLost:
            self._die(node)
            return
        self._handle(node, life, done)

    def _set_timer(self, node: SimulatedNode, life: Life, timer: AnyTimer, at_ms: int) -> None:
        life.timers[timer] = at_ms

        def fire() -> None:
            if node.life is life and life.timers.get(timer) == at_ms:
                del life.timers[timer]
                self._handle(node, life, TimerFired(timer))

        self.at(max(at_ms, self.now_ms), fire)

    def _upon_committed(self, node: SimulatedNode, life: Life, event: Committed) -> None:
        """Runs inside the commit: what is checked here is on disk."""
        number, block_hash = event.head.header.number, event.head.hash
        self._note(f"commit {node.index} {number} {block_hash.hex()}")
        first = number not in self.committed
        if node.liar is None and self.committed.setdefault(number, block_hash) != block_hash:
            raise Violation(f"two blocks at height {number}: {self.committed[number].hex()} and {block_hash.hex()}")
        self._check_certificate(event)
        self._deliver(node, event)
        if first and self.now_ms < self.plan.heal_ms and self._ambush_target(number) == node.index:
            self.after(0, lambda: self._spring_ambush(node))

    # -- the network ----------------------------------------------------------------------------------------------

    def _send(self, node: SimulatedNode, other: SimulatedNode, kind: Kind, payload: bytes) -> None:
        if node.liar is not None:
            payload = node.liar.twisted(kind, payload, other.index)
        elif kind is Kind.CONSENSUS:
            self._check_statement(node, payload)
        weather = self.weather
        if self._is_cut(node, other) or self.chance.random() < weather.loss:
            return
        if kind is Kind.CONSENSUS and self._is_ambushed(decode_message(payload), other):
            return
        copies = 2 if self.chance.random() < weather.duplication else 1
        for _ in range(copies):
            delay_ms = self.chance.randint(*weather.delay_ms)
            if self.chance.random() < weather.straggler:
                delay_ms += self.chance.randrange(weather.straggler_ms)
            self.after(delay_ms, lambda: self._arrive(node, other, kind, payload))

    def _arrive(self, node: SimulatedNode, other: SimulatedNode, kind: Kind, payload: bytes) -> None:
        if other.life is None or self._is_cut(node, other):
            return
        self._handle(other, other.life, FrameReceived(node.peer_id, kind, payload))
        if other.liar is not None:
            members = self.plan.members(max(self.committed, default=0) + 1)
            forged = other.liar.forged_status(kind, payload, quorum(len(members)))
            for victim in self.honest if forged is not None else ():
                self._send(other, victim, Kind.STATUS, forged)

    def _is_cut(self, node: SimulatedNode, other: SimulatedNode) -> bool:
        return any(
            cut.at_ms <= self.now_ms < min(cut.until_ms, self.plan.heal_ms)
            and (node.index in cut.group) != (other.index in cut.group)
            for cut in (*self.plan.partitions, *self._ambush_cuts)
        )

    def _ambush_target(self, height: int) -> int | None:
        """The one node that may decide this height, where it is ambushed."""
        chance = random.Random(f"{self.plan.seed}/{height}")
        return chance.randrange(self.plan.nodes) if chance.random() < self.plan.ambush else None

    def _is_ambushed(self, message: Message, receiver: SimulatedNode) -> bool:
        if self.plan.ambush == 0 or self.now_ms >= self.plan.heal_ms or not isinstance(message, Commit):
            return False
        if message.height in self.committed:
            return False  # it is sprung: now the others may decide, and must not decide otherwise
        return self._ambush_target(message.height) not in (None, receiver.index)

    def _spring_ambush(self, decider: SimulatedNode) -> None:
        until_ms = self.now_ms + self.chance.randrange(2_000, 9_000)
        self._ambush_cuts.append(Partition(self.now_ms, until_ms, frozenset({decider.index})))
        for node in self.honest:
            if node is not decider and node.life is not None and self.chance.random() < 0.6:
                self.crash(node)
                self.after(self.chance.randrange(10, 300), lambda node=node: self.start(node))

    def _drop(self, node: SimulatedNode, other: SimulatedNode, reason: str) -> None:
        if node.liar is None and other.liar is None:
            raise Violation(f"{node.peer_id} drops honest {other.peer_id}: {reason}")
        for one, two in ((node, other), (other, node)):
            self._deliver(one, PeerLeft(two.peer_id, reason))
            self.after(REJOIN_MS, lambda one=one, two=two: self.join(one, two))

    def _node(self, peer: PeerId) -> SimulatedNode:
        return self.nodes[int(peer.removeprefix("node-"))]

    # -- what honest validators sign ------------------------------------------------------------------------------

    def _check_statement(self, node: SimulatedNode, payload: bytes) -> None:
        message = decode_message(payload)
        author = self._author(message)
        if author != node.address:
            return  # a relay of somebody else's
        key = (node.index, message.height, message.round, message.code)
        statement = _statement(message)
        if self.statements.setdefault(key, statement) != statement:
            raise Violation(f"{node.peer_id} signed two {type(message).__name__}s at {message.height}/{message.round}")

    def _check_certificate(self, event: Committed) -> None:
        """It is by a quorum of those whose turn it was, and every honest seal in it was given for just this block and
        round."""
        certificate, header = event.head.certificate, event.head.header
        assert certificate is not None
        members = self.validators(header.number)
        if len({seal[:20] for seal in certificate.seals} & set(members)) < quorum(len(members)):
            raise Violation(f"block {header.number} is final without a quorum of its validators")
        for seal in certificate.seals:
            node = next(each for each in self.nodes if each.address == seal[:20])
            key = (node.index, header.number, certificate.round, Commit.code)
            if node.liar is None and self.statements.get(key) != event.head.hash:
                raise Violation(f"block {header.number} is final by a seal that {node.peer_id} gave in another round")

    def _author(self, message: Message) -> Address:
        return Address(message.signature[:20])

    def _check_evidence(self, validator: Address) -> None:
        culprit = next(node for node in self.nodes if node.address == validator)
        if culprit.liar is None:
            raise Violation(f"evidence against honest {culprit.peer_id}")
        self.evidence.add(validator)

    def _note(self, text: str) -> None:
        self.trace.update(f"{self.now_ms} {text}\n".encode())


def _statement(message: Message) -> bytes:
    match message:
        case RoundChange(prepared=prepared):
            return repr(prepared).encode()
        case Proposal() | Prepare() | Commit():
            return message.digest


def _genesis(validators: list[Address]) -> Genesis:
    return Genesis(
        config=ChainConfig(CHAIN_ID, RULES),
        alloc={key.address: GenesisAccount(Wei(10**18), 0, b"", {}) for key in PAYERS},
        timestamp=EPOCH_S - 100,
        extra_data=validator_set_hash(validators),
        gas_limit=Gas(30_000_000),
        difficulty=0,
        nonce=b"\0" * 8,
        mix_hash=ZERO_HASH,
        coinbase=ZERO_ADDRESS,
        base_fee=Wei(0),
    )
