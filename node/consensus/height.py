"""One height, from its parent's commit to its decision: all that is known of it, and the only ways to sign, to set a
timer and to cause an effect.

What happens to it is told by plain functions: `events` takes events in, `proposing`, `voting` and `rounds` have the
rules of QBFT. Effects gather in order. Whatever an event makes us sign is written once, in front of the first message
that leaves.
"""

from dataclasses import dataclass

from node.consensus.blocks import Blocks
from node.consensus.effects import (
    Broadcast,
    BuildBlock,
    CancelTimer,
    Carrier,
    CheckBlock,
    Effect,
    Effects,
    Persist,
    RecordEvidence,
    Send,
    SetTimer,
)
from node.consensus.errors import Conflicting
from node.consensus.evidence import conflict, evidence
from node.consensus.head import HeadView, proposer
from node.consensus.messages import Commit, Message, Prepare, PreparedCertificate, Proposal, RoundChange
from node.consensus.sign_state import SignState, encode_sign_state
from node.consensus.signing import Signing
from node.consensus.timing import RESEND_MS, Instant, Timer, Timing
from node.consensus.votes import Votes
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, quorum
from node.primitives.types import Address, Hash32


@dataclass(frozen=True, slots=True)
class Decision:
    """A quorum of Commits for one round: the block is final, whatever we think of it."""

    round: int
    digest: Hash32
    certificate: CommitCertificate


class Height:
    """Public attributes are changed by the rules, read by `status`; nobody else changes them.

    `voting`: we are a validator of this height and free to sign. `missed`: proposers that let their last turn pass,
    shared by all heights. `opened_ms`: when the parent was committed. `now`: when the latest event came.
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
        self.signing = signing
        self.timing = timing
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
        self.round_started_ms = 0
        self.quorum_in_round = False
        self.accepted: Proposal | None = None
        self.building: BuildBlock | None = None
        self.decided: Decision | None = None
        self.block_requested = False
        self.commit_asked = False
        self.key_used_elsewhere = False
        self.block_period_over = False
        self.empty_block_period_over = False
        self.prepares: Votes[Prepare] = Votes()
        self.commits: Votes[Commit] = Votes()
        self.round_changes: dict[Address, RoundChange] = {}
        self.blocks = Blocks()
        self.deadlines: dict[Timer, int] = {}
        self._reported: set[tuple[Address, int]] = set()
        self._effects: list[Effect] = []
        self._unsaved_from: int | None = None

    @property
    def may_vote(self) -> bool:
        return self.voting and self.decided is None

    @property
    def proposer(self) -> Address:
        return proposer(self.round, self.head)

    def stop_voting(self) -> None:
        """Nothing more is signed at this height; it is still followed."""
        self.voting = False
        for timer in (Timer.BLOCK_PERIOD, Timer.EMPTY_BLOCK_PERIOD, Timer.ROUND, Timer.HOLD):
            self.cancel_timer(timer)

    # Effects and timers.

    def cause(self, effect: Effect) -> None:
        self._effects.append(effect)

    def take_effects(self) -> Effects:
        effects, self._effects = self._effects, []
        if self._unsaved_from is not None:
            effects.insert(self._unsaved_from, Persist(encode_sign_state(self.signed)))
            self._unsaved_from = None
        return tuple(effects)

    def set_timer(self, timer: Timer, at_ms: int) -> None:
        if self.deadlines.get(timer) != at_ms:
            self.deadlines[timer] = at_ms
            self.cause(SetTimer(timer, at_ms))

    def set_timer_in(self, timer: Timer, delay_ms: int) -> None:
        self.set_timer(timer, self.now.monotonic_ms + delay_ms)

    def cancel_timer(self, timer: Timer) -> None:
        if self.deadlines.pop(timer, None) is not None:
            self.cause(CancelTimer(timer))

    # What we sign.

    def sign(self, unsigned: Message, prepared: PreparedCertificate | None = None) -> None:
        assert self.may_vote
        message = self.signing.sign(unsigned)
        self.signed = self.signed.record(message, prepared)
        if self._unsaved_from is None:
            self._unsaved_from = len(self._effects)
        self.cause(Broadcast(message))
        self.count_own(message)
        if Timer.RESEND not in self.deadlines:
            self.set_timer_in(Timer.RESEND, RESEND_MS)

    def count_own(self, message: Message) -> None:
        match message:
            case Prepare():
                self.prepares.add(self.me, message)
            case Commit():
                self.commits.add(self.me, message)
            case RoundChange():
                self.round_changes[self.me] = message
            case Proposal():
                pass

    def send_again(self) -> None:
        for message in self.signed.messages():
            self.cause(Broadcast(message))
        if self.signed.messages():
            self.set_timer_in(Timer.RESEND, RESEND_MS)

    def send_current(self, carrier: Carrier) -> None:
        for message in self.signed.messages():
            self.cause(Send(carrier, message))

    # What every rule needs.

    def check(self, block: Block) -> None:
        if self.blocks.begin_check(block.hash):
            self.cause(CheckBlock(block))

    def refuse_conflict(self, first: Message | None, second: Message, sender: Address) -> None:
        """Raises Conflicting, with evidence the first time, if the sender has said otherwise before."""
        if first is None or not conflict(first, second):
            return
        if (sender, second.code) not in self._reported:
            self._reported.add((sender, second.code))
            self.cause(RecordEvidence(evidence(sender, first, second)))
        raise Conflicting(type(second).__name__, sender, second.round)
