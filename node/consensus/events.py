"""What may happen at a height, and what follows from it: each event is noted, then all that has become possible is
done. Names are those of the formal specification where it has one."""

from node.consensus import proposing, rounds, voting
from node.consensus.effects import Broadcast, Carrier, Relay, SetTimer
from node.consensus.errors import BadSignature, NotAValidator
from node.consensus.height import Height
from node.consensus.messages import Commit, Message, Prepare, Proposal, RoundChange
from node.consensus.timing import RESEND_MS, Instant, Timer
from node.primitives.block import Block
from node.primitives.errors import InvalidSignature
from node.primitives.types import Address, Hash32


def open_height(height: Height) -> None:
    """The first timers; after a restart the same bytes as before it."""
    proposing.start_block_periods(height)
    if height.signed.messages():
        _restore(height)


def start_voting(height: Height, now: Instant) -> None:
    height.now = now
    height.voting = True
    proposing.start_block_periods(height)
    if height.round > 0 or height.accepted is not None:
        rounds.start_round_timer(height)
    _advance(height)


def upon_message(height: Height, message: Message, carrier: Carrier, now: Instant) -> None:
    """Raises MessageRefused."""
    height.now = now
    try:
        sender = height.signing.author(message)
    except InvalidSignature as error:
        raise BadSignature(f"{type(message).__name__}: {error}") from error
    if sender not in height.validators:
        raise NotAValidator(sender, height.number)
    if sender == height.me and _is_own(height, message):
        return
    if _count(height, message, sender):
        height.cause(Relay(message, carrier))
        rounds.start_round_timer(height)
        _advance(height)


def upon_timer(height: Height, timer: Timer, now: Instant) -> None:
    height.now = now
    due = height.deadlines.get(timer)
    if due is None:
        return
    if now.monotonic_ms < due:
        height.cause(SetTimer(timer, due))
        return
    del height.deadlines[timer]
    match timer:
        case Timer.BLOCK_PERIOD:
            height.block_period_over = True
        case Timer.EMPTY_BLOCK_PERIOD:
            height.empty_block_period_over = True
        case Timer.ROUND:
            rounds.upon_round_timeout(height)
        case Timer.RESEND:
            height.send_again()
            height.block_requested = False
        case Timer.HOLD:
            pass
    _advance(height)


def upon_transactions_waiting(height: Height, waiting: bool, now: Instant) -> None:
    height.now = now
    height.waiting = waiting
    _advance(height)


def upon_block_built(height: Height, round_: int, block: Block | None, now: Instant) -> None:
    height.now = now
    asked = height.building
    if asked is not None and asked.round == round_:
        proposing.take_built(height, asked, block)
        _advance(height)


def upon_block_checked(height: Height, block_hash: Hash32, refused: str | None, now: Instant) -> None:
    height.now = now
    if height.blocks.end_check(block_hash, refused):
        _advance(height)


def _is_own(height: Height, message: Message) -> bool:
    """Ours come back by relay. One that we do not know tells that something else signs with our key, or that we
    have lost what we signed: then we stop for this height, and count it as anybody's."""
    known = height.signed.statement(message)
    if message.round < height.signed.round or (known is not None and known.payload == message.payload):
        return True
    if height.voting:
        height.key_used_elsewhere = True
        height.stop_voting()
    return False


def _count(height: Height, message: Message, sender: Address) -> bool:
    """Whether it tells anything new."""
    match message:
        case Proposal():
            return proposing.upon_proposal(height, message, sender)
        case Prepare():
            return voting.upon_prepare(height, message, sender)
        case Commit():
            return voting.upon_commit(height, message, sender)
        case RoundChange():
            return rounds.upon_round_change(height, message, sender)


def _advance(height: Height) -> None:
    """All that has become possible, in the order of the protocol."""
    rounds.follow_round_changes(height)
    if proposing.is_due(height):
        rounds.start_round_timer(height)
    proposing.propose(height)
    voting.check_accepted(height)
    voting.prepare_accepted(height)
    voting.commit_prepared(height)
    voting.decide(height)
    voting.finalise(height)


def _restore(height: Height) -> None:
    for message in height.signed.messages():
        height.count_own(message)
        height.cause(Broadcast(message))
    if height.signed.prepared is not None:
        height.blocks.add(height.signed.prepared.block)
        for prepare in height.signed.prepared.prepares:
            height.prepares.add(height.signing.author(prepare), prepare)
    if height.signed.proposal is not None:
        proposing.accept(height, height.signed.proposal)
    height.set_timer_in(Timer.RESEND, RESEND_MS)
    rounds.arm_round_timer(height)
    _advance(height)
