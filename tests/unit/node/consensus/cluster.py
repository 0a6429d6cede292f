"""A network of consensus machines under virtual time, everything decided by one seed.

Loss, delay, duplication, reordering, isolation and crashes, biased to the moments that hurt: the node that finalises
first is cut off while others crash, the one who commits goes mute, leaders disappear while they build. One validator
may be a Liar. Blocks contain nothing and signatures are stand-ins.

What must hold, at every step: one block a height (agreement), only good blocks (validity), one statement of a kind a
round from everybody but the Liar (no double sign), a quorum of true Commits in its own round behind every certificate
that is taken. After the network heals: everybody moves on within two block periods, one re-send and f + 1 timeouts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Final, TypeAlias

from node.consensus import (
    AnswerWithBlock,
    Broadcast,
    BuildBlock,
    CancelTimer,
    CheckBlock,
    Commit,
    CommitBlock,
    Effect,
    HeadView,
    Instant,
    Message,
    Persist,
    Prepare,
    Proposal,
    Qbft,
    RecordEvidence,
    Relay,
    RoundChange,
    Send,
    SetTimer,
    SignState,
    Timer,
    Timing,
    decode_sign_state,
    proposer,
)
from node.consensus.evidence import conflict
from node.consensus.messages import bare
from node.consensus.signing import Signing
from node.consensus.timing import RESEND_MS
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, max_faulty, quorum
from node.primitives.errors import InvalidSignature
from node.primitives.types import Address, Hash32
from tests.scenarios import cast

TIMING: Final = Timing(block_period_ms=200, empty_block_period_ms=2_000, base_timeout_ms=300, timeout_cap_ms=1_500)
CHAOS_MS: Final = 12_000
BAD: Final = b"bad"


@dataclass(frozen=True, slots=True)
class SealedBlock:
    block: Block
    certificate: CommitCertificate


@dataclass(frozen=True, slots=True)
class HeadAt:
    """What a node says of itself every second; merely a claim."""

    number: int


Payload: TypeAlias = Message | SealedBlock | HeadAt


class Violation(AssertionError):
    """A property does not hold; the text carries the seed that replays it."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the network is; drawn from the seed."""

    loss: float
    longest_delay_ms: int
    duplicates: float
    crashes: float
    cut_finaliser: float
    mute_committer: float
    lose_leader: float


CALM: Final = Weather(0, 20, 0, 0, 0, 0, 0)


@dataclass(slots=True)
class Member:
    """A node: what is on its disk survives a crash, the rest doesn't."""

    address: Address
    chain: list[Block] = field(default_factory=list)
    certificates: list[CommitCertificate] = field(default_factory=list)
    sign_state: bytes | None = None
    qbft: Qbft | None = None
    timers: dict[Timer, int] = field(default_factory=dict)
    life: int = 0


class Cluster:
    """`restore` makes of the persisted bytes what the machine is given at a restart; a planted bug may lose some."""

    def __init__(
        self,
        seed: int,
        size: int = 4,
        *,
        liar: bool = False,
        restore: Callable[[bytes], SignState | None] = decode_sign_state,
    ) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.restore = restore
        self.validators = cast.validators(size)
        self.quorum = quorum(size)
        self.members = {address: Member(address) for address in self.validators}
        self.liar = Liar(self, self.random.choice(self.validators)) if liar else None
        if self.liar is not None:
            del self.members[self.liar.address]
        self.signing = Signing(cast.StubSignatures(self.validators[0]), cast.CHAIN_ID, cast.GENESIS)
        self.now_ms = 0
        self.weather = self._draw_weather()
        self.cut_until: dict[Address, int] = {}
        self.mute_until: dict[Address, int] = {}
        self.final: dict[int, Hash32] = {}
        self.statements: dict[tuple[Address, int, int, int], Message] = {}
        self.true_commits: dict[tuple[int, int, Hash32], set[Address]] = {}
        self.evidence: set[Address] = set()
        self.highest_round = 0
        self.waiting = True
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._sequence = 0
        self._labels = 0

    def run(self) -> None:
        """Chaos, then healing, then progress. Raises Violation."""
        for member in self.members.values():
            self._at(self.random.randrange(50), partial(self._start, member))
        self._at(100, self._mischief)
        self._at(1_000, self._announce)
        self._run_until(CHAOS_MS)
        self._heal()
        start = max(len(member.chain) for member in self.members.values())
        self._run_until(CHAOS_MS + self.healing_bound_ms)
        for member in self.members.values():
            if len(member.chain) <= start:
                self.fail(f"{cast.name_of(member.address)} has not moved from {len(member.chain)} since healing")

    def run_latecomers(self, starts_ms: Mapping[Address, int]) -> None:
        """A calm network in which each starts in its own time, perhaps so late that others have long waited alone; who
        is not named is dead. Raises Violation if nothing is final a healing bound after the last start."""
        self.weather = CALM
        for address, start_ms in starts_ms.items():
            self._at(start_ms, partial(self._start, self.members[address]))
        self._at(1_000, self._announce)
        self._run_until(max(starts_ms.values()) + self.healing_bound_ms)
        for address in starts_ms:
            if not self.members[address].chain:
                self.fail(f"{cast.name_of(address)} has not moved since the last start")

    @property
    def healing_bound_ms(self) -> int:
        faulty = max_faulty(len(self.validators))
        return (
            2 * TIMING.block_period_ms + RESEND_MS + (faulty + 1) * TIMING.timeout_cap_ms + 20 * CALM.longest_delay_ms
        )

    def fail(self, what: str) -> None:
        raise Violation(f"{what} (seed {self.seed}, {len(self.validators)} validators, at {self.now_ms} ms)")

    # The network.

    def send(self, source: Address, target: Address, payload: Payload) -> None:
        if (
            self._is_cut(source)
            or self._is_mute(source)
            or self._is_cut(target)
            or self.random.random() < self.weather.loss
        ):
            return
        for _ in range(2 if self.random.random() < self.weather.duplicates else 1):
            delay_ms = 1 + self.random.randrange(self.weather.longest_delay_ms)
            self._at(self.now_ms + delay_ms, lambda: self._deliver(source, target, payload))

    def broadcast(self, source: Address, payload: Payload, but: Address | None = None) -> None:
        for target in self.validators:
            if target not in (source, but):
                self.send(source, target, payload)

    def _deliver(self, source: Address, target: Address, payload: Payload) -> None:
        if self._is_cut(target) or self._is_cut(source):
            return
        if self.liar is not None and target == self.liar.address:
            self.liar.receive(payload)
            return
        member = self.members[target]
        if member.qbft is None:
            return
        match payload:
            case SealedBlock(block, certificate):
                self._take_block(member, source, block, certificate)
            case HeadAt(number):
                for index in range(number, min(number + 8, len(member.chain))):
                    self.send(target, source, SealedBlock(member.chain[index], member.certificates[index]))
            case _:
                self._carry_out(member, member.qbft.upon_message(payload, source, self.now))

    def _is_cut(self, address: Address) -> bool:
        return self.cut_until.get(address, 0) > self.now_ms

    def _is_mute(self, address: Address) -> bool:
        return self.mute_until.get(address, 0) > self.now_ms

    # A node's shell.

    @property
    def now(self) -> Instant:
        return Instant(self.now_ms, cast.WALL_S + self.now_ms // 1_000)

    def head(self, member: Member) -> HeadView:
        if not member.chain:
            return HeadView(0, cast.GENESIS, None, self.validators)
        last = member.chain[-1]
        return HeadView(last.number, last.hash, last.header.coinbase, self.validators)

    def _start(self, member: Member) -> None:
        member.qbft = Qbft(
            address=member.address,
            signatures=cast.StubSignatures(member.address),
            chain_id=cast.CHAIN_ID,
            genesis_hash=cast.GENESIS,
            timing=TIMING,
            head=self.head(member),
            sign_state=None if member.sign_state is None else self.restore(member.sign_state),
        )
        self._carry_out(member, member.qbft.start(self.now))
        if member.qbft is not None:
            self._carry_out(member, member.qbft.upon_transactions_waiting(self.waiting, self.now))
        for other in self.members.values():
            if other.qbft is not None:
                self._carry_out(other, other.qbft.upon_peer_joined(member.address, self.now))

    def _crash(self, member: Member, for_ms: int) -> None:
        if member.qbft is None:
            return
        member.qbft = None
        member.life += 1
        member.timers.clear()
        self._at(self.now_ms + for_ms, lambda: self._start(member))

    def _carry_out(self, member: Member, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if self.random.random() < self.weather.crashes:
                self._crash(member, self.random.randrange(5, 1_500))
            if member.qbft is None:
                return
            self._carry_out_one(member, effect)

    def _carry_out_one(self, member: Member, effect: Effect) -> None:
        match effect:
            case Persist(data):
                member.sign_state = data
            case Broadcast(message):
                self._record(member.address, message)
                self._maybe_mute_committer(member.address, message)
                self.broadcast(member.address, message)
            case Send(carrier, message):
                assert isinstance(carrier, bytes)
                self.send(member.address, Address(carrier), message)
            case Relay(message, carrier):
                assert isinstance(carrier, bytes)
                self.broadcast(member.address, message, Address(carrier))
            case SetTimer(timer, at_ms):
                member.timers[timer] = at_ms
                self._later(member, at_ms - self.now_ms, lambda: self._fire(member, timer))
            case CancelTimer(timer):
                del member.timers[timer]
            case BuildBlock():
                self._build(member, effect)
            case CheckBlock(block):
                self._check(member, block)
            case CommitBlock(block, certificate):
                self._maybe_cut_finaliser(member)
                self.broadcast(member.address, SealedBlock(block, certificate))
                self._append(member, block, certificate)
            case AnswerWithBlock(carrier, height):
                assert isinstance(carrier, bytes)
                sealed = SealedBlock(member.chain[height - 1], member.certificates[height - 1])
                self.send(member.address, Address(carrier), sealed)
            case RecordEvidence(evidence):
                self.evidence.add(evidence.validator)
                if evidence.validator in self.members:
                    self.fail(f"evidence against honest {cast.name_of(evidence.validator)}")
            case _:
                pass

    def _fire(self, member: Member, timer: Timer) -> None:
        if member.qbft is not None and member.timers.get(timer) == self.now_ms:
            del member.timers[timer]
            self._carry_out(member, member.qbft.upon_timer(timer, self.now))

    def _build(self, member: Member, asked: BuildBlock) -> None:
        if self.random.random() < self.weather.lose_leader:
            self._crash(member, self.random.randrange(5, 2_000))
            return
        self._labels += 1
        empty = not self.waiting and not asked.allow_empty
        label = self._labels.to_bytes(4, "big")
        block = cast.empty_block(asked.height, asked.parent_hash, member.address, label, self.now.wall_s)
        answer = None if empty else block

        def built() -> None:
            if member.qbft is not None:
                self._carry_out(member, member.qbft.upon_block_built(asked.height, asked.round, answer, self.now))

        self._later(member, self.random.randrange(1, 30), built)

    def _check(self, member: Member, block: Block) -> None:
        verdict = "bad on purpose" if block.header.extra_data.startswith(BAD) else None

        def checked() -> None:
            if member.qbft is not None:
                self._carry_out(member, member.qbft.upon_block_checked(block.hash, verdict, self.now))

        self._later(member, self.random.randrange(1, 30), checked)

    def _take_block(self, member: Member, source: Address, block: Block, certificate: CommitCertificate) -> None:
        assert member.qbft is not None
        if block.number <= len(member.chain) or not self._verifies(block, certificate):
            return
        self._carry_out(member, member.qbft.upon_certificate_seen(block.number, self.now))
        head = self.head(member)
        if block.number == head.next_number and block.header.parent_hash == head.hash:
            self._append(member, block, certificate)
        elif block.number > head.next_number:
            self.send(member.address, source, HeadAt(head.number))

    def _verifies(self, block: Block, certificate: CommitCertificate) -> bool:
        try:
            sealers = {self.signing.sealer(block.hash, certificate.round, seal) for seal in certificate.seals}
        except InvalidSignature:
            return False
        return sealers <= set(self.validators) and len(sealers) >= self.quorum

    def _append(self, member: Member, block: Block, certificate: CommitCertificate) -> None:
        if member.qbft is None:
            return
        self._check_final(member, block, certificate)
        member.chain.append(block)
        member.certificates.append(certificate)
        if self.liar is not None:
            self.liar.saw_final(block)
        self._carry_out(member, member.qbft.upon_new_head(self.head(member), self.now))

    # What must hold.

    def _check_final(self, member: Member, block: Block, certificate: CommitCertificate) -> None:
        if block.header.extra_data.startswith(BAD):
            self.fail(f"{cast.name_of(member.address)} finalised a bad block at {block.number}")
        if self.final.setdefault(block.number, block.hash) != block.hash:
            self.fail(f"{cast.name_of(member.address)} finalised another block at {block.number}")
        true = self.true_commits.get((block.number, certificate.round, block.hash), set())
        if len(true) < self.quorum:
            self.fail(f"the certificate of block {block.number} has {len(true)} true Commits of its round behind it")

    def _record(self, sender: Address, message: Message) -> None:
        first = self.statements.setdefault((sender, message.height, message.round, message.code), message)
        if conflict(first, message):
            self.fail(
                f"{cast.name_of(sender)} signed two {type(message).__name__}s at {message.height}/{message.round}"
            )
        self.highest_round = max(self.highest_round, message.round)
        self.note_commit(sender, message)

    def note_commit(self, sender: Address, message: Message) -> None:
        if isinstance(message, Commit):
            self.true_commits.setdefault((message.height, message.round, message.digest), set()).add(sender)

    # The schedule.

    def _draw_weather(self) -> Weather:
        draw = self.random.choice
        return Weather(
            loss=draw((0, 0.05, 0.2, 0.4)),
            longest_delay_ms=draw((5, 40, 400)),
            duplicates=draw((0, 0.1)),
            crashes=draw((0, 0.002, 0.01)),
            cut_finaliser=draw((0.2, 0.6)),
            mute_committer=draw((0, 0.3)),
            lose_leader=draw((0, 0.1, 0.4)),
        )

    def _maybe_cut_finaliser(self, member: Member) -> None:
        """The first to finalise is cut off before it can tell, and up to two others crash for a moment."""
        if member.qbft is None or len(member.chain) + 1 in self.final:
            return
        if self.random.random() < self.weather.cut_finaliser:
            self.cut_until[member.address] = self.now_ms + self.random.randrange(500, 4_000)
            others = [other for other in self.members.values() if other is not member]
            for other in self.random.sample(others, min(len(others), self.random.randrange(3))):
                self._crash(other, self.random.randrange(5, 100))

    def _maybe_mute_committer(self, address: Address, message: Message) -> None:
        """Whose Commit nobody hears may finalise alone; the others must come to the same block without knowing. The
        network is in league with the Liar: best just before its turn."""
        if any(until > self.now_ms for until in self.mute_until.values()) or not isinstance(message, Commit):
            return
        if self.weather is CALM:
            return
        tempting = self.liar is not None and self.liar.has_turn(message.round + 1)
        if self.random.random() < (0.5 if tempting else self.weather.mute_committer):
            self.mute_until[address] = self.now_ms + self.random.randrange(500, 3_000)

    def _mischief(self) -> None:
        """Now and then somebody is cut off, and transactions come and go."""
        if self.now_ms >= CHAOS_MS:
            return
        if self.random.random() < 0.1:
            self.cut_until[self.random.choice(self.validators)] = self.now_ms + self.random.randrange(2_500)
        if self.random.random() < 0.05:
            self._set_waiting(not self.waiting)
        self._at(self.now_ms + 100, self._mischief)

    def _set_waiting(self, waiting: bool) -> None:
        self.waiting = waiting
        for member in self.members.values():
            if member.qbft is not None:
                self._carry_out(member, member.qbft.upon_transactions_waiting(waiting, self.now))

    def _announce(self) -> None:
        for member in self.members.values():
            if member.qbft is not None:
                self.broadcast(member.address, HeadAt(len(member.chain)))
        self._at(self.now_ms + 1_000, self._announce)

    def _heal(self) -> None:
        self.weather = CALM
        self.cut_until.clear()
        self.mute_until.clear()
        for member in self.members.values():
            if member.qbft is None:
                member.life += 1
                self._start(member)
        self._set_waiting(True)

    # Virtual time.

    def _at(self, at_ms: int, action: Callable[[], None]) -> None:
        self._sequence += 1
        heappush(self._queue, (at_ms, self._sequence, action))

    def _later(self, member: Member, delay_ms: int, action: Callable[[], None]) -> None:
        """Unless the node crashes before."""
        life = member.life
        self._at(self.now_ms + max(0, delay_ms), lambda: action() if member.life == life else None)

    def _run_until(self, until_ms: int) -> None:
        while self._queue and self._queue[0][0] <= until_ms:
            self.now_ms, _, action = heappop(self._queue)
            action()
        self.now_ms = until_ms


class Liar:
    """Signs whatever may do harm: two proposals in its turn, votes for everything (but lets perhaps only one node see
    its Commits, who then finalises alone), RoundChanges that deny what it had prepared, unjustified proposals above
    round 0, certificates pieced together from seals of several rounds."""

    def __init__(self, cluster: Cluster, address: Address) -> None:
        self.address = address
        self._cluster = cluster
        self._random = cluster.random
        self._head = HeadView(0, cast.GENESIS, None, cluster.validators)
        self._done: set[tuple[object, ...]] = set()
        self._round_changes: dict[int, dict[Address, RoundChange]] = {}
        self._blocks: dict[Hash32, Block] = {}
        self._seals: dict[Hash32, dict[Address, Commit]] = {}
        self._favourite: Address | None = None

    def has_turn(self, round_: int) -> bool:
        return proposer(round_, self._head) == self.address

    def saw_final(self, block: Block) -> None:
        """It goes on when more than f have: a height that one node finalised alone is the chance it waits for."""
        done = sum(len(member.chain) >= block.number for member in self._cluster.members.values())
        if block.number <= self._head.number or done <= max_faulty(len(self._head.next_validators)):
            return
        self._head = HeadView(block.number, block.hash, block.header.coinbase, self._head.next_validators)
        self._done.clear()
        self._round_changes.clear()
        self._blocks.clear()
        self._seals.clear()
        self._favourite = self._random.choice((None, *self._head.next_validators))
        if self.has_turn(1):
            self._favourite = self.address
        if self.has_turn(0):
            self._propose_mischief(0, ())

    def receive(self, payload: Payload) -> None:
        if isinstance(payload, SealedBlock | HeadAt) or payload.height != self._head.next_number:
            return
        match payload:
            case Proposal():
                self._blocks[payload.digest] = payload.block
                self._vote(payload.round, payload.digest)
            case Prepare():
                self._vote(payload.round, payload.digest)
            case Commit():
                self._vote(payload.round, payload.digest)
                self._mix_seals(payload)
            case RoundChange():
                self._follow(payload)

    def _vote(self, round_: int, digest: Hash32) -> None:
        if not self._once("vote", round_, digest):
            return
        height = self._head.next_number
        self._scatter(cast.prepare(self.address, height, round_, digest))
        self._scatter(cast.commit(self.address, height, round_, digest), only_favourite=round_ == 0)

    def _follow(self, message: RoundChange) -> None:
        changes = self._round_changes.setdefault(message.round, {})
        changes[cast.author(message)] = message
        if self._once("change", message.round):
            denial = cast.round_change(self.address, message.height, message.round)
            changes[self.address] = denial
            self._scatter(denial)
        enough = len(changes) >= self._random.choice((1, self._cluster.quorum))
        if enough and self.has_turn(message.round) and self._once("propose", message.round):
            self._propose_mischief(message.round, tuple(bare(change) for change in changes.values()))

    def _propose_mischief(self, round_: int, changes: tuple[RoundChange, ...]) -> None:
        """In round 0 half of the others get one block and half another; above it all get the same new one, whatever
        was prepared before."""
        others = [address for address in self._head.next_validators if address != self.address]
        self._random.shuffle(others)
        kinds = 2 if round_ == 0 else 1
        for index, target in enumerate(others):
            bad = self._random.random() < 0.1
            label = (BAD if bad else b"lie") + bytes([round_ % 256, index % kinds])
            block = cast.empty_block(self._head.next_number, self._head.hash, self.address, label)
            self._blocks[block.hash] = block
            self._cluster.send(self.address, target, cast.proposal(self.address, round_, block, changes))
            self._vote(round_, block.hash)

    def _mix_seals(self, message: Commit) -> None:
        seals = self._seals.setdefault(message.digest, {})
        seals.setdefault(cast.author(message), message)
        seals[self.address] = cast.commit(self.address, message.height, message.round, message.digest)
        rounds = {commit.round for commit in seals.values()}
        if len(seals) < self._cluster.quorum or len(rounds) < 2 or message.digest not in self._blocks:
            return
        certificate = CommitCertificate(message.round, tuple(commit.seal for commit in seals.values()))
        self._cluster.broadcast(self.address, SealedBlock(self._blocks[message.digest], certificate))

    def _scatter(self, message: Message, *, only_favourite: bool = False) -> None:
        """To a random part of the others in round 0, to all above it."""
        self._cluster.note_commit(self.address, message)
        for target in self._head.next_validators:
            favoured = not only_favourite or self._favourite in (None, target)
            if favoured and target != self.address and (message.round > 0 or self._random.random() < 0.8):
                self._cluster.send(self.address, target, message)

    def _once(self, *what: object) -> bool:
        fresh = what not in self._done
        self._done.add(what)
        return fresh
