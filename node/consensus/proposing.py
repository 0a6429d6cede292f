"""The proposal of a round: when one is due and how ours is built and justified; how another's is accepted."""

from collections.abc import Iterable, Mapping

from node.consensus.effects import BuildBlock
from node.consensus.errors import Conflicting, NotTheProposer, StaleRound, Unjustified
from node.consensus.head import proposer
from node.consensus.height import Height
from node.consensus.justification import is_highest_prepared, is_valid_proposal
from node.consensus.messages import Prepare, PreparedCertificate, Proposal, RoundChange, bare
from node.consensus.rounds import give_full_time, move_to
from node.consensus.timing import Timer
from node.primitives.block import Block
from node.primitives.types import Address


def upon_proposal(height: Height, proposal: Proposal, sender: Address) -> bool:
    expected = proposer(proposal.round, height.head)
    if sender != expected:
        raise NotTheProposer(sender, proposal.round, expected)
    height.missed.discard(sender)
    if height.decided is not None:
        return _learn_decided(height, proposal.block)
    if proposal.round < height.round:
        raise StaleRound(proposal.round, height.round)
    if proposal.round == height.round and height.accepted is not None:
        height.refuse_conflict(height.accepted, proposal, sender)
        return False
    _refuse_what_contradicts_us(height, proposal, sender)
    if not is_valid_proposal(proposal, height.head, height.signing.author):
        raise Unjustified("Proposal", proposal.height, proposal.round)
    if proposal.round > height.round:
        move_to(height, proposal.round)
    accept(height, proposal)
    return True


def accept(height: Height, proposal: Proposal) -> None:
    height.accepted = proposal
    height.building = None
    height.blocks.add_proposed(proposal.block)
    give_full_time(height)


def start_block_periods(height: Height) -> None:
    if height.may_vote:
        height.set_timer(Timer.BLOCK_PERIOD, height.opened_ms + height.timing.block_period_ms)
        empty_period_ms = height.timing.empty_period_ms(settled=height.head.settled)
        height.set_timer(Timer.EMPTY_BLOCK_PERIOD, height.opened_ms + empty_period_ms)


def is_due(height: Height) -> bool:
    return (height.block_period_over and height.waiting) or height.empty_block_period_over


def propose(height: Height) -> None:
    if not height.may_vote or height.proposer != height.me or height.accepted is not None:
        return
    if height.round == 0:
        if is_due(height):
            _build(height, allow_empty=height.empty_block_period_over)
        return
    justification = _round_change_justification(height)
    if len(justification) < height.quorum:
        return
    highest = _highest_prepared(justification.values())
    if highest is None:
        _build(height, allow_empty=True)
    else:
        _send_proposal(height, highest.block, justification, highest.prepares)


def take_built(height: Height, asked: BuildBlock, block: Block | None) -> None:
    if block is None:
        _nothing_to_propose(height, asked)
        return
    height.building = None
    if height.may_vote:
        height.blocks.add_built(block)
        _propose_built(height, block)


def _learn_decided(height: Height, block: Block) -> bool:
    """Commits may overtake a large Proposal."""
    if height.decided is None or block.hash != height.decided.digest or block.hash in height.blocks:
        return False
    height.blocks.add(block)
    return True


def _refuse_what_contradicts_us(height: Height, proposal: Proposal, sender: Address) -> None:
    """After a restart the Proposal that we prepared is gone, but not what we signed for it."""
    for own in (height.signed.prepare, height.signed.commit):
        if own is not None and own.round == proposal.round and own.digest != proposal.digest:
            raise Conflicting("Proposal", sender, proposal.round)


def _build(height: Height, *, allow_empty: bool) -> None:
    if height.building is None:
        height.building = BuildBlock(height.number, height.round, height.head.hash, allow_empty)
        height.cause(height.building)


def _nothing_to_propose(height: Height, asked: BuildBlock) -> None:
    """Ask again after a block period, or at once if meanwhile the block may be empty. A builder that has nothing
    although it may be empty has failed, which costs us this round."""
    if asked.allow_empty:
        return
    height.building = None
    height.block_period_over = False
    height.set_timer_in(Timer.BLOCK_PERIOD, height.timing.block_period_ms)


def _propose_built(height: Height, block: Block) -> None:
    """Had a prepared RoundChange come in while it was built, its block would be proposed by now."""
    justification = _round_change_justification(height) if height.round > 0 else {}
    assert _highest_prepared(justification.values()) is None
    _send_proposal(height, block, justification, ())


def _send_proposal(
    height: Height, block: Block, justification: Mapping[Address, RoundChange], prepares: tuple[Prepare, ...]
) -> None:
    round_changes = tuple(bare(message) for message in justification.values())
    height.sign(Proposal(height.number, height.round, block.hash, block, round_changes, prepares))
    assert isinstance(height.signed.proposal, Proposal)
    accept(height, height.signed.proposal)


def _round_change_justification(height: Height) -> Mapping[Address, RoundChange]:
    ordered = sorted(height.round_changes.items())
    return {sender: message for sender, message in ordered if message.round == height.round}


def _highest_prepared(messages: Iterable[RoundChange]) -> PreparedCertificate | None:
    among = list(messages)
    for message in among:
        if message.prepared is not None and message.block is not None and is_highest_prepared(message, among):
            return PreparedCertificate(message.prepared.round, message.block, message.prepares)
    return None
