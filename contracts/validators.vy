# pragma version 0.4.3
# pragma evm-version prague
"""
@title The validators of the network
@license Apache-2.0
@notice Who seals the blocks, and how that changes. Any validator may propose to add, to remove or to replace one;
        two thirds of the validators (rounded up) decide; the change takes effect at a block number that the
        decision states, never sooner than two blocks later. A validator that vanishes is removed or replaced by the
        others; one that lost its key is replaced. Whoever is to become a validator says so itself first, with the
        key that it will seal with: a mistyped address can never take a seat that nobody can fill.
        Every change, cancelled ones too, stays in a list that auditors read with `change` and `change_count`.
@dev    The ledger calls `getValidators` on the state of a block's parent, with the block's number, and puts the
        hash of the answer into the parent's header. So the answer may depend on storage and block.number alone, and
        nothing that a block executes may change who seals it or the next one. Truths:
        addresses stand in strictly ascending order (the order of turns, and what rules out counting one twice);
        the set is never empty, and never falls from four, the least that survive a fault (3f + 1), to three; a set
        that is smaller anyway survives none and may shrink to one;
        at most one decided change waits for its block; until then only its cancellation can be proposed;
        a decision lapses what else is open, and so does a change that takes effect: an approval given to one set
        never counts in another.
"""

from .interfaces import IValidators
from .modules import ballots
from .modules import ids

implements: IValidators

initializes: ids
initializes: ballots[ids := ids]

exports: (
    ballots.has_approved,
    ballots.proposal_at,
    ballots.proposal_count,
    ids.next_id,
    ids.nonces,
)

struct Motion:
    kind: uint8
    leaving: address
    incoming: address
    not_before: uint256

struct Proposal:
    id: bytes32
    kind: uint8
    leaving: address
    incoming: address
    not_before: uint256
    proposer: address
    proposed_at: uint256
    expires: uint256
    approvals: uint256
    state: uint8

struct Change:
    proposal: bytes32
    kind: uint8
    leaving: address
    incoming: address
    decided_in: uint256
    decided_at: uint256
    effective: uint256
    validators: uint256
    cancelled: bool

event CandidateChanged:
    account: indexed(address)
    ready: bool

event Proposed:
    id: indexed(bytes32)
    proposer: indexed(address)
    kind: uint8
    leaving: address
    incoming: address
    not_before: uint256
    expires: uint256

event Decided:
    id: indexed(bytes32)
    kind: uint8
    leaving: indexed(address)
    incoming: indexed(address)
    effective: uint256
    validators: uint256

ADD: constant(uint8) = 1
REMOVE: constant(uint8) = 2
REPLACE: constant(uint8) = 3
CANCEL: constant(uint8) = 4

MAX_VALIDATORS: constant(uint256) = ballots.MAX_MEMBERS
LEAST_SAFE: constant(uint256) = 4
# The header of the block that decides already names who seals the next one.
NOTICE_BLOCKS: constant(uint256) = 2
MAX_BLOCKS_AHEAD: constant(uint256) = 1_000_000

members: DynArray[address, MAX_VALIDATORS]
is_member: HashMap[address, bool]
isCandidate: public(HashMap[address, bool])
motions: HashMap[bytes32, Motion]
changes: HashMap[uint256, Change]
change_count: public(uint256)
# The waiting change's place in `changes`, counted from 1; 0 where none waits.
waiting: uint256


@deploy
def __init__(validators: DynArray[address, MAX_VALIDATORS]):
    """
    @param validators Who seals the first blocks, in ascending order of address.
    """
    assert len(validators) > 0, "validators: nobody would seal blocks"
    former: uint256 = 0
    for account: address in validators:
        number: uint256 = self._number(account)
        assert number > former, "validators: not in ascending order"
        former = number
        self.is_member[account] = True
    self.members = validators


@external
def set_candidate(ready: bool):
    """
    @notice Says whether the caller is ready to become a validator. Anyone, for itself only.
    @param ready Whether it is.
    """
    assert self.isCandidate[msg.sender] != ready, "validators: said already"
    self.isCandidate[msg.sender] = ready
    log CandidateChanged(account=msg.sender, ready=ready)


@external
def propose_add(account: address, not_before: uint256) -> bytes32:
    """
    @notice Proposes one more validator. Validators only, as for every proposal.
    @param account The candidate.
    @param not_before The first block that it may seal; two blocks after the decision if that is later.
    @return The proposal's id.
    """
    return self._propose(Motion(kind=ADD, leaving=empty(address), incoming=account, not_before=not_before))


@external
def propose_remove(account: address, not_before: uint256) -> bytes32:
    """
    @notice Proposes that a validator leaves. Any validator, also the one itself.
    @param account Who leaves.
    @param not_before The first block that it may no longer seal; two blocks after the decision if that is later.
    @return The proposal's id.
    """
    return self._propose(Motion(kind=REMOVE, leaving=account, incoming=empty(address), not_before=not_before))


@external
def propose_replace(account: address, replacement: address, not_before: uint256) -> bytes32:
    """
    @notice Proposes that a candidate takes a validator's seat: a new key of the same operator, or another operator.
    @param account Who leaves.
    @param replacement The candidate.
    @param not_before The first block with the new one; two blocks after the decision if that is later.
    @return The proposal's id.
    """
    return self._propose(Motion(kind=REPLACE, leaving=account, incoming=replacement, not_before=not_before))


@external
def propose_cancel() -> bytes32:
    """
    @notice Proposes that the change which waits for its block never happens.
    @return The proposal's id.
    """
    return self._propose(Motion(kind=CANCEL, leaving=empty(address), incoming=empty(address), not_before=0))


@external
def approve(id: bytes32):
    """
    @notice Approves a proposal. The approval that completes two thirds decides it.
    @param id The proposal.
    """
    self._settle()
    assert self.is_member[msg.sender], "validators: not a validator"
    self._approve(id)


@external
def withdraw(id: bytes32):
    """
    @notice Takes a proposal back. Its proposer only.
    @param id The proposal.
    """
    self._settle()
    ballots._withdraw(id, msg.sender)


@external
@view
def getValidators() -> DynArray[address, MAX_VALIDATORS]:
    """
    @notice The validators that must seal the block with the number that this is asked at.
    @return Their addresses, ascending.
    """
    return self._validators()


@external
@view
def isValidator(account: address) -> bool:
    """
    @notice Whether an account is a validator of the block with the number that this is asked at.
    @param account The account.
    @return Whether it is.
    """
    if account == empty(address):
        return False
    if self._is_due():
        change: Change = self.changes[self.waiting - 1]
        if account in [change.leaving, change.incoming]:
            return account == change.incoming
    return self.is_member[account]


@external
@view
def quorum() -> uint256:
    """
    @notice How many approvals decide now.
    @return Two thirds of the validators, rounded up.
    """
    return ballots._quorum(len(self._validators()))


@external
@view
def change(index: uint256) -> Change:
    """
    @notice One entry of the history of decided changes, oldest first.
    @param index 0 to `change_count` - 1.
    @return The entry: kind 1 add, 2 remove, 3 replace, 4 the cancellation of the entry before it; the block and second of the
            decision; the block from which it counts; how many validators there are from then on.
    """
    assert index < self.change_count, "validators: no such change"
    return self.changes[index]


@external
@view
def waiting_change() -> Change:
    """
    @notice The decided change that waits for its block.
    @return The entry; kind 0 where none waits.
    """
    if self.waiting == 0 or self._is_due():
        return empty(Change)
    return self.changes[self.waiting - 1]


@external
@view
def proposal(id: bytes32) -> Proposal:
    """
    @notice Everything about a proposal.
    @param id The proposal.
    @return Its record; state 0 unknown, 1 open, 2 decided, 3 withdrawn, 4 lapsed.
    """
    return self._proposal(id, self._validators())


@external
@view
def open_proposals() -> DynArray[Proposal, MAX_VALIDATORS]:
    """
    @notice What validators can approve now.
    @return The open proposals, in the order of their proposers' addresses.
    """
    found: DynArray[Proposal, MAX_VALIDATORS] = []
    validators: DynArray[address, MAX_VALIDATORS] = self._validators()
    for member: address in validators:
        shown: Proposal = self._proposal(ballots.open_of[member], validators)
        if shown.state == ballots.OPEN:
            found.append(shown)
    return found


@internal
def _propose(motion: Motion) -> bytes32:
    self._settle()
    assert self.is_member[msg.sender], "validators: not a validator"
    self._check(motion)
    id: bytes32 = ballots._open(msg.sender)
    self.motions[id] = motion
    log Proposed(
        id=id,
        proposer=msg.sender,
        kind=motion.kind,
        leaving=motion.leaving,
        incoming=motion.incoming,
        not_before=motion.not_before,
        expires=ballots.ballots[id].expires,
    )
    self._approve(id)
    return id


@internal
@view
def _check(motion: Motion):
    # Holds until the decision as well, for the set and what waits stay as they are while a proposal is open; but
    # for the candidate's word, which it may take back.
    if motion.kind == CANCEL:
        assert self.waiting != 0, "validators: no change is waiting"
        return
    assert self.waiting == 0, "validators: a change is waiting"
    assert motion.not_before <= block.number + MAX_BLOCKS_AHEAD, "validators: too many blocks ahead"
    count: uint256 = len(self.members)
    if motion.kind == ADD:
        assert count < MAX_VALIDATORS, "validators: all seats are taken"
    else:
        assert self.is_member[motion.leaving], "validators: nobody to leave"
    if motion.kind == REMOVE:
        assert count > 1, "validators: the last one stays"
        assert count != LEAST_SAFE, "validators: four survive a fault, three do not"
    else:
        assert not self.is_member[motion.incoming], "validators: a validator already"
        assert self.isCandidate[motion.incoming], "validators: not a candidate"


@internal
def _approve(id: bytes32):
    if not ballots._approve(id, msg.sender, self.members):
        return
    motion: Motion = self.motions[id]
    if motion.kind == CANCEL:
        self._cancel(id)
    else:
        self._decide(id, motion)
    ballots._lapse_all()


@internal
def _decide(id: bytes32, motion: Motion):
    if motion.kind != REMOVE:
        assert self.isCandidate[motion.incoming], "validators: not a candidate"
        self.isCandidate[motion.incoming] = False
        log CandidateChanged(account=motion.incoming, ready=False)
    count: uint256 = len(self.members)
    if motion.kind == ADD:
        count += 1
    elif motion.kind == REMOVE:
        count -= 1
    self._record(id, motion, max(motion.not_before, block.number + NOTICE_BLOCKS), count)
    self.waiting = self.change_count


@internal
def _cancel(id: bytes32):
    change: Change = self.changes[self.waiting - 1]
    assert block.number + NOTICE_BLOCKS <= change.effective, "validators: too late to cancel"
    self.changes[self.waiting - 1].cancelled = True
    self.waiting = 0
    motion: Motion = Motion(kind=CANCEL, leaving=change.leaving, incoming=change.incoming, not_before=0)
    self._record(id, motion, block.number, len(self.members))


@internal
def _record(id: bytes32, motion: Motion, effective: uint256, validators: uint256):
    self.changes[self.change_count] = Change(
        proposal=id,
        kind=motion.kind,
        leaving=motion.leaving,
        incoming=motion.incoming,
        decided_in=block.number,
        decided_at=block.timestamp,
        effective=effective,
        validators=validators,
        cancelled=False,
    )
    self.change_count += 1
    log Decided(
        id=id,
        kind=motion.kind,
        leaving=motion.leaving,
        incoming=motion.incoming,
        effective=effective,
        validators=validators,
    )


@internal
def _settle():
    # Writes down what has been true since the waiting change's block.
    if not self._is_due():
        return
    change: Change = self.changes[self.waiting - 1]
    self.members = self._validators()
    self.is_member[change.leaving] = False
    if change.incoming != empty(address):
        self.is_member[change.incoming] = True
    self.waiting = 0
    ballots._lapse_all()


@internal
@view
def _is_due() -> bool:
    return self.waiting != 0 and block.number >= self.changes[self.waiting - 1].effective


@internal
@view
def _validators() -> DynArray[address, MAX_VALIDATORS]:
    if not self._is_due():
        return self.members
    change: Change = self.changes[self.waiting - 1]
    incoming: address = change.incoming
    result: DynArray[address, MAX_VALIDATORS] = []
    for member: address in self.members:
        if incoming != empty(address) and self._number(incoming) < self._number(member):
            result.append(incoming)
            incoming = empty(address)
        if member != change.leaving:
            result.append(member)
    if incoming != empty(address):
        result.append(incoming)
    return result


@internal
@view
def _proposal(id: bytes32, validators: DynArray[address, MAX_VALIDATORS]) -> Proposal:
    motion: Motion = self.motions[id]
    ballot: ballots.Ballot = ballots.ballots[id]
    state: uint8 = ballots._state(id)
    if state == ballots.OPEN and self._is_due():
        state = ballots.LAPSED
    return Proposal(
        id=id,
        kind=motion.kind,
        leaving=motion.leaving,
        incoming=motion.incoming,
        not_before=motion.not_before,
        proposer=ballot.proposer,
        proposed_at=ballot.proposed_at,
        expires=ballot.expires,
        approvals=ballots._approvals(id, validators),
        state=state,
    )


@internal
@pure
def _number(account: address) -> uint256:
    return convert(convert(account, uint160), uint256)
