"""From an accepted proposal to a final block: Prepare, Commit, decide, finalise."""

from node.consensus.effects import CommitBlock, RequestBlock
from node.consensus.errors import BadSeal, StaleRound
from node.consensus.height import Decision, Height
from node.consensus.messages import Commit, Prepare, PreparedCertificate, Proposal
from node.consensus.timing import MAX_AHEAD_S, RESEND_MS, Timer
from node.primitives.certificate import CommitCertificate
from node.primitives.errors import InvalidSignature
from node.primitives.types import Address


def upon_prepare(height: Height, prepare: Prepare, sender: Address) -> bool:
    if prepare.round < height.round:
        raise StaleRound(prepare.round, height.round)
    height.refuse_conflict(height.prepares.standing(sender, prepare.round), prepare, sender)
    return height.prepares.add(sender, prepare)


def upon_commit(height: Height, commit: Commit, sender: Address) -> bool:
    """Of any round: a quorum in one decides whatever round we are in."""
    try:
        sealer = height.signing.sealer(commit.digest, commit.round, commit.seal)
    except InvalidSignature as error:
        raise BadSeal(f"the seal of a Commit by 0x{sender.hex()}: {error}") from error
    if sealer != sender:
        raise BadSeal(f"a Commit by 0x{sender.hex()} carries the seal of 0x{sealer.hex()}")
    height.refuse_conflict(height.commits.standing(sender, commit.round), commit, sender)
    return height.commits.add(sender, commit)


def check_accepted(height: Height) -> None:
    if height.accepted is not None and height.decided is None:
        height.check(height.accepted.block)


def prepare_accepted(height: Height) -> None:
    proposal = _votable(height)
    if proposal is None:
        return
    prepare = Prepare(height.number, height.round, proposal.digest)
    if height.signed.statement(prepare) is None and not _is_held(height, proposal):
        height.sign(prepare)


def commit_prepared(height: Height) -> None:
    """A quorum of Prepares makes the block prepared; our Commit is written together with them."""
    proposal = _votable(height)
    if proposal is None:
        return
    votes = height.prepares.of(height.round, proposal.digest)
    commit = Commit(height.number, height.round, proposal.digest, b"")
    if len(votes) < height.quorum or height.signed.statement(commit) is not None:
        return
    prepared = PreparedCertificate(height.round, proposal.block, tuple(votes.values()))
    seal = height.signing.seal(proposal.digest, height.round)
    height.sign(Commit(height.number, height.round, proposal.digest, seal), prepared)


def decide(height: Height) -> None:
    if height.decided is not None:
        return
    for round_, digest in height.commits.candidates():
        votes = height.commits.of(round_, digest)
        if len(votes) >= height.quorum:
            certificate = CommitCertificate(round_, tuple(vote.seal for vote in votes.values()))
            height.decided = Decision(round_, digest, certificate)
            height.cancel_timer(Timer.ROUND)
            height.cancel_timer(Timer.HOLD)
            return


def finalise(height: Height) -> None:
    """Only a checked block is committed, since the shell keeps what executing it gave."""
    if height.decided is None or height.commit_asked:
        return
    block = height.blocks.find(height.decided.digest)
    if block is None:
        _request(height, height.decided)
    elif height.blocks.refusal(block.hash) is None:
        height.commit_asked = True
        height.cause(CommitBlock(block, height.decided.certificate))
    else:
        height.check(block)


def _votable(height: Height) -> Proposal | None:
    """The accepted proposal, if we may vote and its block is good."""
    proposal = height.accepted
    if proposal is None or not height.may_vote or height.blocks.refusal(proposal.digest) is not None:
        return None
    return proposal


def _is_held(height: Height, proposal: Proposal) -> bool:
    """A new block of the future waits for our clock; a re-proposed one has passed a quorum's clocks."""
    reproposed = any(message.prepared is not None for message in proposal.round_changes)
    ahead_s = proposal.block.header.timestamp - height.now.wall_s - MAX_AHEAD_S
    if reproposed or ahead_s <= 0 or height.proposer == height.me:
        return False
    if Timer.HOLD not in height.deadlines:
        height.set_timer_in(Timer.HOLD, ahead_s * 1_000)
    return True


def _request(height: Height, decided: Decision) -> None:
    """Once, and again at each re-send."""
    if not height.block_requested:
        height.block_requested = True
        height.cause(RequestBlock(height.number, decided.digest, decided.certificate))
        height.set_timer_in(Timer.RESEND, RESEND_MS)
