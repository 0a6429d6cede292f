"""From one round to the next: the round timer, RoundChanges, and when to leave a round.

Two rules go beyond the formal specification, both about liveness alone, and both because timeouts here are capped:

- A validator whose round timer runs out does not leave a round above 0 before a quorum has reached that round.
  Doubling for ever lets the others catch up with one who ran ahead; with a cap they would chase it for ever.
- The timer of such a round begins anew when a quorum is first seen in it, so that all of them share its time.
"""

from node.consensus.errors import StaleRound, Unjustified
from node.consensus.height import Height
from node.consensus.justification import is_valid_round_change
from node.consensus.messages import RoundChange
from node.consensus.timing import Timer
from node.primitives.certificate import max_faulty
from node.primitives.types import Address


def upon_round_change(height: Height, message: RoundChange, sender: Address) -> bool:
    if message.round < height.round:
        raise StaleRound(message.round, height.round)
    standing = height.round_changes.get(sender)
    if standing is not None and standing.round >= message.round:
        height.refuse_conflict(standing, message, sender)
        return False
    if not is_valid_round_change(message, height.head, height.signing.author):
        raise Unjustified("RoundChange", message.height, message.round)
    height.round_changes[sender] = message
    if message.block is not None:
        height.blocks.add(message.block)
    return True


def upon_round_timeout(height: Height) -> None:
    if not height.may_vote:
        return
    if height.round > 0 and not height.quorum_in_round:
        arm_round_timer(height)
        return
    if height.accepted is None and height.proposer != height.me:
        height.missed.add(height.proposer)
    change_round(height, height.round + 1)


def follow_round_changes(height: Height) -> None:
    """f + 1 RoundChanges for rounds above ours pull us to the (f+1)-th highest: one of them at least is honest."""
    if height.decided is not None:
        return
    others = (message.round for sender, message in height.round_changes.items() if sender != height.me)
    above = sorted((round_ for round_ in others if round_ > height.round), reverse=True)
    faulty = max_faulty(len(height.validators))
    if len(above) > faulty:
        change_round(height, above[faulty])
    _look_for_quorum(height)


def change_round(height: Height, round_: int) -> None:
    move_to(height, round_)
    if height.may_vote:
        prepared = height.signed.prepared
        if prepared is None:
            height.sign(RoundChange(height.number, round_, None))
        else:
            height.sign(RoundChange(height.number, round_, prepared.claim, prepared.block, prepared.prepares))


def move_to(height: Height, round_: int) -> None:
    assert round_ > height.round
    height.round = round_
    height.accepted = None
    height.building = None
    height.quorum_in_round = False
    height.prepares.forget_below(round_)
    _forget_blocks(height)
    height.cancel_timer(Timer.HOLD)
    arm_round_timer(height)


def start_round_timer(height: Height) -> None:
    if Timer.ROUND not in height.deadlines:
        arm_round_timer(height)


def arm_round_timer(height: Height) -> None:
    if height.may_vote:
        height.round_started_ms = height.now.monotonic_ms
        height.set_timer_in(Timer.ROUND, _round_timeout_ms(height))


def give_full_time(height: Height) -> None:
    """The proposer has spoken, and above round 0 what justifies it shows a quorum in the round."""
    if height.round > 0 and not height.quorum_in_round:
        _see_quorum(height)
    elif Timer.ROUND in height.deadlines:
        full = height.round_started_ms + height.timing.round_timeout_ms(height.round)
        if height.deadlines[Timer.ROUND] < full:
            height.set_timer(Timer.ROUND, full)


def _look_for_quorum(height: Height) -> None:
    if height.quorum_in_round or height.round == 0:
        return
    reached = {sender for sender, message in height.round_changes.items() if message.round >= height.round}
    if len(reached | ({height.me} if height.may_vote else set())) >= height.quorum:
        _see_quorum(height)


def _see_quorum(height: Height) -> None:
    height.quorum_in_round = True
    arm_round_timer(height)


def _forget_blocks(height: Height) -> None:
    """Rounds may go on for weeks; only blocks that can still be proposed or decided stay."""
    needed = {digest for _, digest in height.commits.candidates()}
    needed.update(change.prepared.digest for change in height.round_changes.values() if change.prepared is not None)
    if height.signed.prepared is not None:
        needed.add(height.signed.prepared.block.hash)
    height.blocks.forget_all_but(needed)


def _round_timeout_ms(height: Height) -> int:
    """Who missed its last turn has a quarter of the base timeout to be heard from. Only in the first f + 1 rounds:
    if none of those succeeds it is not dead proposers that the chain suffers from."""
    full = height.timing.round_timeout_ms(height.round)
    first_rounds = height.round <= max_faulty(len(height.validators))
    if height.accepted is None and height.proposer in height.missed and first_rounds:
        return min(full, height.timing.missed_turn_timeout_ms)
    return full
