"""One height, from its parent's commit to its decision: the QBFT rules themselves.

An event goes in, effects gather in order in `_out`. Whatever an event makes us sign is written once, in front of the
first message that leaves. Method names are those of the formal specification where it has one.

Two rules go beyond it, both about liveness alone, and both because timeouts here are capped:

- A validator whose round timer runs out does not leave a round above 0 before a quorum has reached that round.
  Doubling for ever lets the others catch up with one who ran ahead; with a cap they would chase it for ever.
- The timer of such a round begins anew when a quorum is first seen in it, so that all of them share its time.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from node.consensus.effects import (
    Broadcast,
    BuildBlock,
    CancelTimer,
    Carrier,
    CheckBlock,
    CommitBlock,
    Effect,
    Effects,
    Persist,
    RecordEvidence,
    Relay,
    RequestBlock,
    Send,
    SetTimer,
)
from node.consensus.errors import (
    BadSeal,
    BadSignature,
    Conflicting,
    NotAValidator,
    NotTheProposer,
    StaleRound,
    Unjustified,
)
from node.consensus.evidence import conflict, evidence
from node.consensus.head import HeadView, proposer
from node.consensus.justification import (
    is_highest_prepared,
    is_valid_proposal,
    is_valid_round_change,
)
from node.consensus.messages import (
    Commit,
    Message,
    Prepare,
    PreparedCertificate,
    Proposal,
    RoundChange,
    bare,
)
from node.consensus.sign_state import SignState, encode_sign_state
from node.consensus.signing import Signing
from node.consensus.timing import MAX_AHEAD_S, RESEND_MS, Instant, Timer, Timing
from node.consensus.votes import Votes
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, max_faulty, quorum
from node.primitives.errors import InvalidSignature
from node.primitives.types import Address, Hash32

UNKNOWN: Final = "not checked yet"
RECENT_PROPOSALS: Final = 4
"""Of rounds we have left; the others may still decide one of them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A quorum of Commits for one round: the block is final, whatever we think of it."""

    round: int
    digest: Hash32
    certificate: CommitCertificate


class Height:
    """Public attributes are read by `status`; nobody else changes them.

    `voting`: we are a validator of this height and free to sign. `missed`: proposers that let their last turn pass,
    shared by all heights. `opened_ms`: when the parent was committed.
    """

    def __init__(
        self,
        *,
        me: Address,
        signing: Signing,
        timing: Timing,
        head: HeadView,
        signed: SignState | None,
        voting: bool,
        missed: set[Address],
        waiting: bool,
        now: Instant,
    ) -> None:
        self.me = me
        self.head = head
        self.number = head.next_number
        self.validators = head.next_validators
        self.quorum = quorum(len(head.next_validators))
        self.voting = voting
        self.missed = missed
        self.waiting = waiting
        self.opened_ms = now.monotonic_ms
        self.now = now
        self.signed = SignState(self.number) if signed is None else signed
        self.round = self.signed.round
        self.quorum_in_round = False
        self.accepted: Proposal | None = None
        self.building: BuildBlock | None = None
        self.decided: Decision | None = None
        self.commit_asked = False
        self.key_used_elsewhere = False
        self.block_period_over = False
        self.empty_block_period_over = False
        self.prepares: Votes[Prepare] = Votes()
        self.commits: Votes[Commit] = Votes()
        self.round_changes: dict[Address, RoundChange] = {}
        self.deadlines: dict[Timer, int] = {}
        self.round_started_ms = 0
        self._signing = signing
        self._timing = timing
        self._blocks: dict[Hash32, Block] = {}
        self._recent: deque[Hash32] = deque(maxlen=RECENT_PROPOSALS)
        self._verdicts: dict[Hash32, str | None] = {}
        self._checking: set[Hash32] = set()
        self._reported: set[tuple[Address, int]] = set()
        self._out: list[Effect] = []
        self._requested = False
        self._unsaved_from: int | None = None

    # What the machine above asks of a height.

    def open(self) -> None:
        """The first timers; after a restart the same bytes as before it."""
        self._start_block_periods()
        if self.signed.messages():
            self._restore()

    def start_voting(self, now: Instant) -> None:
        self.now = now
        self.voting = True
        self._start_block_periods()
        if self.round > 0 or self.accepted is not None:
            self._start_round_timer()
        self._advance()

    def stop_voting(self) -> None:
        """Nothing more is signed at this height; it is still followed."""
        self.voting = False
        for timer in (Timer.BLOCK_PERIOD, Timer.EMPTY_BLOCK_PERIOD, Timer.ROUND, Timer.HOLD):
            self._cancel(timer)

    def take_effects(self) -> Effects:
        effects, self._out = self._out, []
        if self._unsaved_from is not None:
            effects.insert(self._unsaved_from, Persist(encode_sign_state(self.signed)))
            self._unsaved_from = None
        return tuple(effects)

    @property
    def may_vote(self) -> bool:
        return self.voting and self.decided is None

    @property
    def proposer(self) -> Address:
        return proposer(self.round, self.head)

    def refusal(self, digest: Hash32) -> str | None:
        """Why the block may not be voted for: UNKNOWN while it is being checked, None if it is good."""
        return self._verdicts.get(digest, UNKNOWN)

    # Messages.

    def upon_message(self, message: Message, carrier: Carrier, now: Instant) -> None:
        """Raises MessageRefused."""
        self.now = now
        try:
            sender = self._signing.author(message)
        except InvalidSignature as error:
            raise BadSignature(f"{type(message).__name__}: {error}") from error
        if sender not in self.validators:
            raise NotAValidator(sender, self.number)
        if sender == self.me and self._is_own(message):
            return
        match message:
            case Proposal():
                counted = self.upon_proposal(message, sender)
            case Prepare():
                counted = self.upon_prepare(message, sender)
            case Commit():
                counted = self.upon_commit(message, sender)
            case RoundChange():
                counted = self.upon_round_change(message, sender)
        if counted:
            self._out.append(Relay(message, carrier))
            self._start_round_timer()
            self._advance()

    def upon_proposal(self, proposal: Proposal, sender: Address) -> bool:
        expected = proposer(proposal.round, self.head)
        if sender != expected:
            raise NotTheProposer(sender, proposal.round, expected)
        self.missed.discard(sender)
        if self.decided is not None:
            return self._learn_decided(proposal.block)
        if proposal.round < self.round:
            raise StaleRound(proposal.round, self.round)
        if proposal.round == self.round and self.accepted is not None:
            self._refuse_conflict(self.accepted, proposal, sender)
            return False
        self._refuse_what_contradicts_us(proposal, sender)
        if not is_valid_proposal(proposal, self.head, self._signing.author):
            raise Unjustified("Proposal", proposal.height, proposal.round)
        if proposal.round > self.round:
            self._move_to(proposal.round)
        self._accept(proposal)
        return True

    def upon_prepare(self, prepare: Prepare, sender: Address) -> bool:
        if prepare.round < self.round:
            raise StaleRound(prepare.round, self.round)
        self._refuse_conflict(self.prepares.standing(sender, prepare.round), prepare, sender)
        return self.prepares.add(sender, prepare)

    def upon_commit(self, commit: Commit, sender: Address) -> bool:
        """Of any round: a quorum in one decides whatever round we are in."""
        try:
            sealer = self._signing.sealer(commit.digest, commit.round, commit.seal)
        except InvalidSignature as error:
            raise BadSeal(f"the seal of a Commit by 0x{sender.hex()}: {error}") from error
        if sealer != sender:
            raise BadSeal(f"a Commit by 0x{sender.hex()} carries the seal of 0x{sealer.hex()}")
        self._refuse_conflict(self.commits.standing(sender, commit.round), commit, sender)
        return self.commits.add(sender, commit)

    def upon_round_change(self, message: RoundChange, sender: Address) -> bool:
        if message.round < self.round:
            raise StaleRound(message.round, self.round)
        standing = self.round_changes.get(sender)
        if standing is not None and standing.round >= message.round:
            self._refuse_conflict(standing, message, sender)
            return False
        if not is_valid_round_change(message, self.head, self._signing.author):
            raise Unjustified("RoundChange", message.height, message.round)
        self.round_changes[sender] = message
        if message.block is not None:
            self._blocks[message.block.hash] = message.block
        return True

    def _learn_decided(self, block: Block) -> bool:
        """Commits may overtake a large Proposal."""
        if self.decided is None or block.hash != self.decided.digest or block.hash in self._blocks:
            return False
        self._blocks[block.hash] = block
        return True

    # Other events.

    def upon_timer(self, timer: Timer, now: Instant) -> None:
        self.now = now
        due = self.deadlines.get(timer)
        if due is None:
            return
        if now.monotonic_ms < due:
            self._out.append(SetTimer(timer, due))
            return
        del self.deadlines[timer]
        match timer:
            case Timer.BLOCK_PERIOD:
                self.block_period_over = True
            case Timer.EMPTY_BLOCK_PERIOD:
                self.empty_block_period_over = True
            case Timer.ROUND:
                self.upon_round_timeout()
            case Timer.RESEND:
                self._resend()
            case Timer.HOLD:
                pass
        self._advance()

    def upon_round_timeout(self) -> None:
        if not self.may_vote:
            return
        if self.round > 0 and not self.quorum_in_round:
            self._arm_round_timer()
            return
        if self.accepted is None and self.proposer != self.me:
            self.missed.add(self.proposer)
        self._change_round(self.round + 1)

    def upon_transactions_waiting(self, waiting: bool, now: Instant) -> None:
        self.now = now
        self.waiting = waiting
        self._advance()

    def upon_block_built(self, round_: int, block: Block | None, now: Instant) -> None:
        """The builder has executed its block; it needs no check."""
        self.now = now
        asked = self.building
        if asked is None or asked.round != round_:
            return
        if block is None:
            self._nothing_to_propose(asked)
            self._advance()
            return
        self.building = None
        if self.may_vote:
            self._blocks[block.hash] = block
            self._verdicts[block.hash] = None
            self._propose_built(block)
        self._advance()

    def upon_block_checked(self, block_hash: Hash32, refused: str | None, now: Instant) -> None:
        self.now = now
        if block_hash in self._checking:
            self._checking.remove(block_hash)
            self._verdicts[block_hash] = refused
            self._advance()

    def send_current(self, carrier: Carrier) -> None:
        self._out.extend(Send(carrier, message) for message in self.signed.messages())

    # Moving through a round.

    def _advance(self) -> None:
        """All that has become possible, in the order of the protocol."""
        self._follow_round_changes()
        if self._is_due():
            self._start_round_timer()
        self._propose()
        self._check_accepted()
        self._prepare()
        self._commit()
        self._decide()
        self._finalise()

    def _is_due(self) -> bool:
        return (self.block_period_over and self.waiting) or self.empty_block_period_over

    def _follow_round_changes(self) -> None:
        """f + 1 RoundChanges for rounds above ours pull us to the (f+1)-th highest: one of them at least is honest."""
        if self.decided is not None:
            return
        others = (message.round for sender, message in self.round_changes.items() if sender != self.me)
        above = sorted((round_ for round_ in others if round_ > self.round), reverse=True)
        faulty = max_faulty(len(self.validators))
        if len(above) > faulty:
            self._change_round(above[faulty])
        self._see_quorum_in_round()

    def _see_quorum_in_round(self) -> None:
        if self.quorum_in_round or self.round == 0:
            return
        reached = {sender for sender, message in self.round_changes.items() if message.round >= self.round}
        if len(reached | ({self.me} if self.may_vote else set())) >= self.quorum:
            self.quorum_in_round = True
            self._arm_round_timer()

    def _propose(self) -> None:
        if not self.may_vote or self.proposer != self.me or self.accepted is not None:
            return
        if self.round == 0:
            if self._is_due():
                self._build(allow_empty=self.empty_block_period_over)
            return
        justification = self._round_change_justification()
        if len(justification) < self.quorum:
            return
        highest = _highest_prepared(justification.values())
        if highest is None:
            self._build(allow_empty=True)
        else:
            self._send_proposal(highest.block, justification, highest.prepares)

    def _build(self, *, allow_empty: bool) -> None:
        if self.building is None:
            self.building = BuildBlock(self.number, self.round, self.head.hash, allow_empty)
            self._out.append(self.building)

    def _nothing_to_propose(self, asked: BuildBlock) -> None:
        """Ask again after a block period, or at once if meanwhile the block may be empty. A builder that has nothing
        although it may be empty has failed, which costs us this round."""
        if asked.allow_empty:
            return
        self.building = None
        self.block_period_over = False
        self._set(Timer.BLOCK_PERIOD, self.now.monotonic_ms + self._timing.block_period_ms)

    def _propose_built(self, block: Block) -> None:
        """Had a prepared RoundChange come in while it was built, its block would be proposed by now."""
        justification = self._round_change_justification() if self.round > 0 else {}
        assert _highest_prepared(justification.values()) is None
        self._send_proposal(block, justification, ())

    def _round_change_justification(self) -> Mapping[Address, RoundChange]:
        ordered = sorted(self.round_changes.items())
        return {sender: message for sender, message in ordered if message.round == self.round}

    def _send_proposal(
        self, block: Block, justification: Mapping[Address, RoundChange], prepares: tuple[Prepare, ...]
    ) -> None:
        round_changes = tuple(bare(message) for message in justification.values())
        proposal = Proposal(self.number, self.round, block.hash, block, round_changes, prepares)
        self._sign(proposal)
        assert isinstance(self.signed.proposal, Proposal)
        self._accept(self.signed.proposal)

    def _accept(self, proposal: Proposal) -> None:
        self.accepted = proposal
        self.building = None
        self._blocks[proposal.digest] = proposal.block
        self._recent.append(proposal.digest)
        if self.round > 0 and not self.quorum_in_round:
            self.quorum_in_round = True
            self._arm_round_timer()
        elif Timer.ROUND in self.deadlines:
            self._extend_round_timer()

    def _check_accepted(self) -> None:
        if self.accepted is not None and self.decided is None:
            self._check(self.accepted.block)

    def _check(self, block: Block) -> None:
        if block.hash not in self._checking and block.hash not in self._verdicts:
            self._checking.add(block.hash)
            self._out.append(CheckBlock(block))

    def _prepare(self) -> None:
        proposal = self.accepted
        if proposal is None or not self.may_vote or self.refusal(proposal.digest) is not None:
            return
        prepare = Prepare(self.number, self.round, proposal.digest)
        if self.signed.statement(prepare) is None and not self._is_held(proposal):
            self._sign(prepare)

    def _is_held(self, proposal: Proposal) -> bool:
        """A new block of the future waits for our clock; a re-proposed one has passed a quorum's clocks."""
        reproposed = any(message.prepared is not None for message in proposal.round_changes)
        ahead_s = proposal.block.header.timestamp - self.now.wall_s - MAX_AHEAD_S
        if reproposed or ahead_s <= 0 or self.proposer == self.me:
            return False
        if Timer.HOLD not in self.deadlines:
            self._set(Timer.HOLD, self.now.monotonic_ms + ahead_s * 1_000)
        return True

    def _commit(self) -> None:
        """A quorum of Prepares makes the block prepared; our Commit is written together with them."""
        proposal = self.accepted
        if proposal is None or not self.may_vote or self.refusal(proposal.digest) is not None:
            return
        votes = self.prepares.of(self.round, proposal.digest)
        commit = Commit(self.number, self.round, proposal.digest, b"")
        if len(votes) < self.quorum or self.signed.statement(commit) is not None:
            return
        prepared = PreparedCertificate(self.round, proposal.block, tuple(votes.values()))
        seal = self._signing.seal(proposal.digest, self.round)
        self._sign(Commit(self.number, self.round, proposal.digest, seal), prepared)

    def _decide(self) -> None:
        if self.decided is not None:
            return
        for round_, digest in self.commits.candidates():
            votes = self.commits.of(round_, digest)
            if len(votes) >= self.quorum:
                certificate = CommitCertificate(round_, tuple(vote.seal for vote in votes.values()))
                self.decided = Decision(round_, digest, certificate)
                self._cancel(Timer.ROUND)
                self._cancel(Timer.HOLD)
                return

    def _finalise(self) -> None:
        """Only a checked block is committed, since the shell keeps what executing it gave."""
        if self.decided is None or self.commit_asked:
            return
        block = self._blocks.get(self.decided.digest)
        if block is None:
            self._request(self.decided)
        elif self.refusal(block.hash) is None:
            self.commit_asked = True
            self._out.append(CommitBlock(block, self.decided.certificate))
        else:
            self._check(block)

    def _request(self, decided: Decision) -> None:
        """Once, and again at each re-send."""
        if not self._requested:
            self._requested = True
            self._out.append(RequestBlock(self.number, decided.digest, decided.certificate))
            self._set(Timer.RESEND, self.now.monotonic_ms + RESEND_MS)

    # Moving between rounds.

    def _change_round(self, round_: int) -> None:
        self._move_to(round_)
        if self.may_vote:
            prepared = self.signed.prepared
            if prepared is None:
                self._sign(RoundChange(self.number, round_, None))
            else:
                self._sign(RoundChange(self.number, round_, prepared.claim, prepared.block, prepared.prepares))

    def _move_to(self, round_: int) -> None:
        assert round_ > self.round
        self.round = round_
        self.accepted = None
        self.building = None
        self.quorum_in_round = False
        self.prepares.forget_below(round_)
        self._forget_blocks()
        self._cancel(Timer.HOLD)
        self._arm_round_timer()

    def _forget_blocks(self) -> None:
        """Rounds may go on for weeks; only blocks that can still be proposed or decided stay."""
        needed = {digest for _, digest in self.commits.candidates()} | set(self._recent)
        needed.update(change.prepared.digest for change in self.round_changes.values() if change.prepared is not None)
        if self.signed.prepared is not None:
            needed.add(self.signed.prepared.block.hash)
        self._blocks = {digest: block for digest, block in self._blocks.items() if digest in needed}
        self._verdicts = {digest: verdict for digest, verdict in self._verdicts.items() if digest in needed}

    def _start_round_timer(self) -> None:
        if Timer.ROUND not in self.deadlines:
            self._arm_round_timer()

    def _arm_round_timer(self) -> None:
        if self.may_vote:
            self.round_started_ms = self.now.monotonic_ms
            self._set(Timer.ROUND, self.now.monotonic_ms + self._round_timeout_ms())

    def _extend_round_timer(self) -> None:
        """The proposer has spoken: the round has its full time, from its start."""
        full = self.round_started_ms + self._timing.round_timeout_ms(self.round)
        if self.deadlines[Timer.ROUND] < full:
            self._set(Timer.ROUND, full)

    def _round_timeout_ms(self) -> int:
        """Who missed its last turn has a quarter of the base timeout to be heard from. Only in the first f + 1 rounds:
        if none of those succeeds it is not dead proposers that the chain suffers from."""
        full = self._timing.round_timeout_ms(self.round)
        if self.accepted is None and self.proposer in self.missed and self.round <= max_faulty(len(self.validators)):
            return min(full, self._timing.missed_turn_timeout_ms)
        return full

    # Signing, and what is ours.

    def _sign(self, unsigned: Message, prepared: PreparedCertificate | None = None) -> None:
        assert self.may_vote
        message = self._signing.sign(unsigned)
        self.signed = self.signed.record(message, prepared)
        if self._unsaved_from is None:
            self._unsaved_from = len(self._out)
        self._out.append(Broadcast(message))
        self._count_own(message)
        if Timer.RESEND not in self.deadlines:
            self._set(Timer.RESEND, self.now.monotonic_ms + RESEND_MS)

    def _count_own(self, message: Message) -> None:
        match message:
            case Prepare():
                self.prepares.add(self.me, message)
            case Commit():
                self.commits.add(self.me, message)
            case RoundChange():
                self.round_changes[self.me] = message
            case Proposal():
                pass

    def _is_own(self, message: Message) -> bool:
        """Ours come back by relay. One that we do not know tells that something else signs with our key, or that we
        have lost what we signed: then we stop for this height, and count it as anybody's."""
        known = self.signed.statement(message)
        if message.round < self.signed.round or (known is not None and known.payload == message.payload):
            return True
        if self.voting:
            self.key_used_elsewhere = True
            self.stop_voting()
        return False

    def _resend(self) -> None:
        """`_advance` comes next and asks again for a block that is still missing."""
        self._out.extend(Broadcast(message) for message in self.signed.messages())
        if self.signed.messages():
            self._set(Timer.RESEND, self.now.monotonic_ms + RESEND_MS)
        self._requested = False

    def _restore(self) -> None:
        for message in self.signed.messages():
            self._count_own(message)
            self._out.append(Broadcast(message))
        if self.signed.prepared is not None:
            self._blocks[self.signed.prepared.block.hash] = self.signed.prepared.block
            for prepare in self.signed.prepared.prepares:
                self.prepares.add(self._signing.author(prepare), prepare)
        if self.signed.proposal is not None:
            self._accept(self.signed.proposal)
        self._set(Timer.RESEND, self.now.monotonic_ms + RESEND_MS)
        self._arm_round_timer()
        self._advance()

    # Small things.

    def _refuse_conflict(self, first: Message | None, second: Message, sender: Address) -> None:
        if first is None or not conflict(first, second):
            return
        if (sender, second.code) not in self._reported:
            self._reported.add((sender, second.code))
            self._out.append(RecordEvidence(evidence(sender, first, second)))
        raise Conflicting(type(second).__name__, sender, second.round)

    def _refuse_what_contradicts_us(self, proposal: Proposal, sender: Address) -> None:
        """After a restart the Proposal that we prepared is gone, but not what we signed for it."""
        for own in (self.signed.prepare, self.signed.commit):
            if own is not None and own.round == proposal.round and own.digest != proposal.digest:
                raise Conflicting("Proposal", sender, proposal.round)

    def _start_block_periods(self) -> None:
        if self.may_vote:
            self._set(Timer.BLOCK_PERIOD, self.opened_ms + self._timing.block_period_ms)
            empty_period_ms = self._timing.empty_period_ms(settled=self.head.settled)
            self._set(Timer.EMPTY_BLOCK_PERIOD, self.opened_ms + empty_period_ms)

    def _set(self, timer: Timer, at_ms: int) -> None:
        if self.deadlines.get(timer) != at_ms:
            self.deadlines[timer] = at_ms
            self._out.append(SetTimer(timer, at_ms))

    def _cancel(self, timer: Timer) -> None:
        if self.deadlines.pop(timer, None) is not None:
            self._out.append(CancelTimer(timer))


def _highest_prepared(messages: Iterable[RoundChange]) -> PreparedCertificate | None:
    among = list(messages)
    for message in among:
        if message.prepared is not None and message.block is not None and is_highest_prepared(message, among):
            return PreparedCertificate(message.prepared.round, message.block, message.prepares)
    return None
