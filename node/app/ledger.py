"""One node's decisions as one object: events in, effects out, no task, socket or clock.

It hands each event to whoever it concerns (validator or sync, which do not know each other) and carries news from
one to the other. The service runs it against the real world, the simulation against a virtual one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from node.app.admission import Admission
from node.app.development_clock import DevelopmentClock, decode_clock, encode_clock
from node.app.fresh_start import FreshStart
from node.chain.chain import Chain
from node.chain.model import Committed, Head
from node.consensus import effects as asked
from node.consensus.qbft import Qbft
from node.consensus.timing import Instant, Timer
from node.network.events import FrameReceived, NetworkEvent, PeerIdentity, PeerJoined, PeerLeft
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, Outgoing, SendFrame
from node.pool.model import Added
from node.pool.pool import Pool
from node.primitives.certificate import quorum, seal_digest, sealers
from node.primitives.errors import InvalidSignature, PrimitiveError
from node.primitives.transaction import Transaction
from node.primitives.types import Address, Hash32
from node.sync.core import ANNOUNCE_MS, AnswerBlocks, ImportBlocks, SyncCore, SyncEffect, WakeSync
from node.sync.jobs import BlocksAnswered, ImportDone
from node.sync.wire import Status, decode_status
from node.validator.core import ValidatorCore, ValidatorEffect
from node.validator.jobs import BuildDone, CheckDone, CommitDone, DecodeDone, ValidatorJob

OFFER_DELAY_MS: Final = 10
"""Transactions that come within this time are offered in one frame."""


class OwnTimer(Enum):
    SYNC = "sync"
    OFFERS = "offers"
    ANNOUNCE = "announce"


AnyTimer: TypeAlias = Timer | OwnTimer


@dataclass(frozen=True, slots=True)
class TimerFired:
    timer: AnyTimer


@dataclass(frozen=True, slots=True)
class SetTimer:
    """There is one of each timer; setting it again moves it."""

    timer: AnyTimer
    at_ms: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    timer: AnyTimer


JobDone: TypeAlias = BuildDone | CheckDone | CommitDone | DecodeDone | ImportDone | BlocksAnswered
Job: TypeAlias = ValidatorJob | ImportBlocks | AnswerBlocks
Event: TypeAlias = NetworkEvent | TimerFired | JobDone | Committed
Effect: TypeAlias = Outgoing | Job | asked.Persist | asked.RecordEvidence | asked.Refused | SetTimer | CancelTimer

_SYNC_KINDS: Final = frozenset({Kind.STATUS, Kind.GET_BLOCKS, Kind.BLOCKS})


class Ledger:
    def __init__(
        self,
        chain: Chain,
        pool: Pool,
        qbft: Qbft,
        address: Address | None,
        *,
        build_budget_ms: int,
        fresh: FreshStart | None,
    ) -> None:
        """`fresh` is given for a validator that has lost its sign-state, and says when it may sign again."""
        self.chain = chain
        self.validator = ValidatorCore(chain, pool, qbft, address, build_budget_ms)
        self.sync = SyncCore(_status(chain.head))
        self.clock = DevelopmentClock()
        self._fresh = fresh
        self._admission = Admission(chain)
        self._judged_with = chain.head.next_validators
        self._peers: dict[PeerId, PeerIdentity] = {}
        self._validator_peers: dict[PeerId, Address] = {}
        self._offers_at_ms: int | None = None
        self._relayed_certificate: Hash32 | None = None

    @property
    def pool(self) -> Pool:
        return self.validator.pool

    def start(self, now: Instant) -> Sequence[Effect]:
        return (*self._all(self.validator.start(now)), _next_announcement(now))

    def upon(self, event: Event, now: Instant) -> Sequence[Effect]:
        """What to do about `event`, in order."""
        return self._with_offers(self._upon(event, now), now)

    def submit(self, transaction: Transaction, now: Instant) -> tuple[Added, Sequence[Effect]]:
        """Raises PoolRefused."""
        added, effects = self.validator.submit(transaction, now)
        return added, self._with_offers(self._all(effects), now)

    def move_clock(self, clock: DevelopmentClock) -> Sequence[Effect]:
        """Asked by a client of a development network."""
        return (BroadcastFrame(Kind.DEVELOPMENT_CLOCK, encode_clock(self.clock)),) if self.clock.merge(clock) else ()

    def _upon(self, event: Event, now: Instant) -> Sequence[Effect]:
        match event:
            case FrameReceived(peer, kind, payload):
                return self._upon_frame(peer, kind, payload, now)
            case TimerFired(timer):
                return self._upon_timer(timer, now)
            case CheckDone():
                return self._all(self.validator.upon_checked(event, now))
            case BuildDone():
                return self._all(self.validator.upon_built(event, now))
            case DecodeDone():
                return self._all(self.validator.upon_decoded(event, now))
            case ImportDone(peer, taken, refused):
                return self._all(self.sync.upon_imported(peer, taken, refused, now.monotonic_ms))
            case BlocksAnswered(peer, answer):
                return self._all(self.sync.upon_answered(peer, answer))
            case Committed():
                return self._upon_committed(event, now)
            case PeerJoined():
                return self._upon_joined(event, now)
            case PeerLeft(peer):
                self.validator.upon_peer_left(peer)
                self._peers.pop(peer, None)
                self._validator_peers.pop(peer, None)
                return self._all(self.sync.upon_peer_left(peer, now.monotonic_ms))
            case _:
                return ()  # a commit that lost a race against sync, a peer that was never one: nothing to decide

    def _upon_joined(self, event: PeerJoined, now: Instant) -> Sequence[Effect]:
        self._peers[event.peer] = event.identity
        if event.identity.validator is not None:
            self._validator_peers[event.peer] = event.identity.validator
        effects = [*self._all(self.validator.upon_peer_joined(event.peer, now))]
        if self.clock.offset_s or self.clock.next_timestamp:
            effects.append(SendFrame(event.peer, Kind.DEVELOPMENT_CLOCK, encode_clock(self.clock)))
        return (*effects, *self._all(self.sync.upon_peer_joined(event.peer, event.head, now.monotonic_ms)))

    def _upon_frame(self, peer: PeerId, kind: Kind, payload: bytes, now: Instant) -> Sequence[Effect]:
        match kind:
            case Kind.STATUS:
                return self._upon_status(peer, payload, now)
            case Kind.GET_BLOCKS:
                return self._all(self.sync.upon_get_blocks(peer, payload))
            case Kind.BLOCKS:
                return self._all(self.sync.upon_blocks(peer, payload, now.monotonic_ms))
            case Kind.DEVELOPMENT_CLOCK:
                return self._upon_clock(peer, payload)
            case _:
                return self._all(self.validator.upon_frame(peer, kind, payload, now))

    def _upon_status(self, peer: PeerId, payload: bytes, now: Instant) -> Sequence[Effect]:
        try:
            status = decode_status(payload)
        except PrimitiveError as error:
            return (DropPeer(peer, f"STATUS that does not parse: {error}"),)
        known = self.chain.number_of(status.hash)
        if known not in (None, status.number):  # else an old certificate would pass for one of the next height
            return (DropPeer(peer, f"STATUS that gives block {known} the number {status.number}"),)
        effects: list[Effect] = []
        head = self.chain.head
        if self._fresh is not None and peer in self._validator_peers and self._is_proven(status, head):
            self._fresh.heard(self._validator_peers[peer], status.number, head.next_validators)
        if status.number == head.header.number + 1 and status.certificate and self._certified(status, head):
            effects += self._all(self.validator.upon_certificate(status.number, status.hash, status.certificate, now))
            effects += self._relayed(status, payload, peer)
        return (*effects, *self._all(self.sync.upon_status(peer, status, now.monotonic_ms)))

    def _relayed(self, status: Status, payload: bytes, bringer: PeerId) -> Sequence[Effect]:
        """A certificate for a block that we have not seen goes on to the others: whoever has executed it commits it,
        and we fetch it from them. The one that brought it may be gone by then, and we vote no more at this height."""
        if self.chain.executed(status.hash) is not None or self._relayed_certificate == status.hash:
            return ()
        self._relayed_certificate = status.hash
        return (BroadcastFrame(Kind.STATUS, payload, bringer),)

    def _is_proven(self, status: Status, head: Head) -> bool:
        """Whether the peer's head is more than its word: below ours, or sealed by a quorum of the present set."""
        if status.number <= head.header.number:
            return True
        return status.certificate is not None and self._certified(status, head)

    def _certified(self, status: Status, head: Head) -> bool:
        """Whether a quorum of those who decide the next height sealed it."""
        assert status.certificate is not None
        digest = seal_digest(self.chain.config.chain_id, self.chain.genesis_hash, status.hash, status.certificate.round)
        try:
            signed = sealers(digest, status.certificate, self.chain.recover) & frozenset(head.next_validators)
        except InvalidSignature:
            return False
        return len(signed) >= quorum(len(head.next_validators))

    def _upon_clock(self, peer: PeerId, payload: bytes) -> Sequence[Effect]:
        rules = self.chain.config.qbft
        if rules is None or not rules.development:
            return (DropPeer(peer, "moves the clock of a network that is not for development"),)
        try:
            self.clock.merge(decode_clock(payload))
        except PrimitiveError as error:
            return (DropPeer(peer, f"DEVELOPMENT_CLOCK that does not parse: {error}"),)
        return ()

    def _upon_timer(self, timer: AnyTimer, now: Instant) -> Sequence[Effect]:
        match timer:
            case OwnTimer.SYNC:
                return self._all(self.sync.upon_wake(now.monotonic_ms))
            case OwnTimer.ANNOUNCE:
                return (*self._all(self.sync.announce()), _next_announcement(now))
            case OwnTimer.OFFERS:
                self._offers_at_ms = None
                return self.validator.flush_offers(now)
            case _:
                return self._all(self.validator.upon_timer(timer, now))

    def _upon_committed(self, event: Committed, now: Instant) -> Sequence[Effect]:
        mined = event.block.transactions
        effects = [*self._all(self.validator.upon_head(event.head, mined, now))]
        effects += self._all(self.sync.upon_head(_status(event.head), now.monotonic_ms))
        if self._fresh is not None and self._fresh.may_sign(event.head.header.number):
            self._fresh = None
            effects += self._all(self.validator.permit_signing(now))
        return (*effects, *self._dismissals(event))

    def _dismissals(self, event: Committed) -> Sequence[Effect]:
        """Peers that the state let in once and does no longer."""
        if not self._admission.has_changed(event, self._judged_with):
            return ()
        self._judged_with = event.head.next_validators
        judged = [(peer, self._admission.refusal(identity)) for peer, identity in self._peers.items()]
        return [DropPeer(peer, f"no longer admitted: {reason}") for peer, reason in judged if reason is not None]

    def _all(self, effects: Iterable[ValidatorEffect | SyncEffect]) -> Sequence[Effect]:
        return [settled for effect in effects for settled in self._settle(effect)]

    def _settle(self, effect: ValidatorEffect | SyncEffect) -> Sequence[Effect]:
        """Turns what one part asks of another into what the shell can do."""
        match effect:
            case asked.AnswerWithBlock(carrier):
                return self._all(self.sync.prove_head(PeerId(str(carrier))))
            case asked.RequestBlock():
                return ()  # the statuses of those who have it say so, and sync asks them
            case WakeSync(at_ms):
                return (SetTimer(OwnTimer.SYNC, at_ms),)
            case asked.SetTimer(timer, at_ms):
                return (SetTimer(timer, at_ms),)
            case asked.CancelTimer(timer):
                return (CancelTimer(timer),)
            case _:
                return (effect,)

    def _with_offers(self, effects: Sequence[Effect], now: Instant) -> Sequence[Effect]:
        """Sees that the offers are flushed soon after there is something to offer."""
        due = self.validator.offers.next_due_ms(now.monotonic_ms)
        if due is None:
            return effects
        at_ms = max(due, now.monotonic_ms + OFFER_DELAY_MS)
        if self._offers_at_ms is not None and self._offers_at_ms <= at_ms:
            return effects
        self._offers_at_ms = at_ms
        return (*effects, SetTimer(OwnTimer.OFFERS, at_ms))


def _next_announcement(now: Instant) -> Effect:
    return SetTimer(OwnTimer.ANNOUNCE, now.monotonic_ms + ANNOUNCE_MS)


def _status(head: Head) -> Status:
    return Status(head.header.number, head.hash, head.certificate)
