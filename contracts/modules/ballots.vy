# pragma version 0.4.3
# pragma evm-version prague
"""
@title Ballots of a council
@license Apache-2.0
@notice A member proposes, and two thirds of the members (rounded up) decide by approving; proposing is approving.
        Counted are the approvals of those who are members at that moment. A ballot is open for 14 days, and each
        member has at most one open, so that the list of what is open is as short as the council.
@dev    What a ballot is about, who the members are and what follows a decision is the contract's.
"""

from . import ids

uses: ids

struct Ballot:
    proposer: address
    proposed_at: uint256
    expires: uint256
    epoch: uint256
    state: uint8

event Approved:
    id: indexed(bytes32)
    by: indexed(address)
    approvals: uint256
    needed: uint256

event Withdrawn:
    id: indexed(bytes32)
    by: indexed(address)

OPEN: constant(uint8) = 1
DECIDED: constant(uint8) = 2
WITHDRAWN: constant(uint8) = 3
LAPSED: constant(uint8) = 4

BALLOT_SECONDS: constant(uint256) = 14 * 24 * 60 * 60
MAX_MEMBERS: constant(uint256) = 100

ballots: HashMap[bytes32, Ballot]
has_approved: public(HashMap[bytes32, HashMap[address, bool]])
open_of: HashMap[address, bytes32]
proposal_count: public(uint256)
proposal_at: public(HashMap[uint256, bytes32])
epoch: uint256


@internal
def _open(proposer: address) -> bytes32:
    assert self._state(self.open_of[proposer]) != OPEN, "ballots: one proposal at a time"
    id: bytes32 = ids._take_id(proposer)
    self.ballots[id] = Ballot(
        proposer=proposer,
        proposed_at=block.timestamp,
        expires=block.timestamp + BALLOT_SECONDS,
        epoch=self.epoch,
        state=OPEN,
    )
    self.open_of[proposer] = id
    self.proposal_at[self.proposal_count] = id
    self.proposal_count += 1
    return id


@internal
def _approve(id: bytes32, member: address, members: DynArray[address, MAX_MEMBERS]) -> bool:
    """
    @dev Whether this approval decided it. The caller has checked that `member` is one.
    """
    assert self._state(id) == OPEN, "ballots: not open"
    assert not self.has_approved[id][member], "ballots: approved already"
    self.has_approved[id][member] = True
    approvals: uint256 = self._approvals(id, members)
    needed: uint256 = self._quorum(len(members))
    log Approved(id=id, by=member, approvals=approvals, needed=needed)
    if approvals < needed:
        return False
    self.ballots[id].state = DECIDED
    return True


@internal
def _withdraw(id: bytes32, by: address):
    assert self._state(id) == OPEN, "ballots: not open"
    assert self.ballots[id].proposer == by, "ballots: not the proposer"
    self.ballots[id].state = WITHDRAWN
    log Withdrawn(id=id, by=by)


@internal
def _lapse_all():
    # Whatever is open was put to a council that is no more.
    self.epoch += 1


@internal
@view
def _state(id: bytes32) -> uint8:
    ballot: Ballot = self.ballots[id]
    if ballot.state == OPEN and (ballot.epoch != self.epoch or block.timestamp > ballot.expires):
        return LAPSED
    return ballot.state


@internal
@view
def _approvals(id: bytes32, members: DynArray[address, MAX_MEMBERS]) -> uint256:
    count: uint256 = 0
    for member: address in members:
        if self.has_approved[id][member]:
            count += 1
    return count


@internal
@pure
def _quorum(count: uint256) -> uint256:
    # The same share that seals a block: ceil(2n/3).
    return (2 * count + 2) // 3
