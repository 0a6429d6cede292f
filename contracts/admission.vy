# pragma version 0.4.3
# pragma evm-version prague
"""
@title Which nodes may connect
@license Apache-2.0
@notice A node has an Ed25519 key, and its libp2p peer id is the name of that key. Validators, by the key they seal
        with, are always let in, and so is whom a node's own operator configured. Beside them come in the nodes that
        are listed here: observers, such as auditors', banks' and explorers' nodes, and the nodes of validators to be. A
        node that is barred here stays out whatever else it is. Any validator may propose; two thirds of the
        validators (rounded up) decide, at once. Nodes read the list from the state of their head, at each handshake
        and again for all who are connected whenever it has changed.
@dev    Validators are those of the validators contract at the moment of an approval. Truths:
        a peer is listed once, under one standing, and none is listed without one;
        every change of a standing is an entry that auditors read with `change` and `change_count`.
"""

from .interfaces import IValidators
from .modules import ballots
from .modules import ids

initializes: ids
initializes: ballots[ids := ids]

exports: (
    ballots.has_approved,
    ballots.proposal_at,
    ballots.proposal_count,
    ids.next_id,
    ids.nonces,
)

struct Peer:
    peer: bytes32
    standing: uint8

struct Motion:
    standing: uint8
    peers: DynArray[bytes32, MAX_TOGETHER]

struct Proposal:
    id: bytes32
    standing: uint8
    peers: DynArray[bytes32, MAX_TOGETHER]
    proposer: address
    proposed_at: uint256
    expires: uint256
    approvals: uint256
    state: uint8

struct Change:
    proposal: bytes32
    peer: bytes32
    former: uint8
    standing: uint8
    decided_in: uint256
    decided_at: uint256

event Proposed:
    id: indexed(bytes32)
    proposer: indexed(address)
    standing: uint8
    peers: DynArray[bytes32, MAX_TOGETHER]
    expires: uint256

event StandingChanged:
    id: indexed(bytes32)
    peer: indexed(bytes32)
    former: uint8
    standing: uint8

# A standing of zero: not listed.
VALIDATOR: constant(uint8) = 1
OBSERVER: constant(uint8) = 2
BARRED: constant(uint8) = 3

MAX_TOGETHER: constant(uint256) = 16
MAX_VALIDATORS: constant(uint256) = ballots.MAX_MEMBERS
PAGE: constant(uint256) = 100

COUNCIL: immutable(IValidators)

standing: public(HashMap[bytes32, uint8])
listed: DynArray[bytes32, max_value(uint32)]
# A listed peer's place in `listed`, counted from 1.
place: HashMap[bytes32, uint256]
motions: HashMap[bytes32, Motion]
changes: HashMap[uint256, Change]
change_count: public(uint256)


@deploy
def __init__(validators: address, validator_peers: DynArray[bytes32, PAGE], observer_peers: DynArray[bytes32, PAGE]):
    """
    @param validators The contract that says who the validators are.
    @param validator_peers Ed25519 public keys of nodes that are listed from the beginning as validators'.
    @param observer_peers The same for observers'.
    """
    assert validators != empty(address), "admission: no validators"
    COUNCIL = IValidators(validators)
    for peer: bytes32 in validator_peers:
        self._set(empty(bytes32), peer, VALIDATOR)
    for peer: bytes32 in observer_peers:
        self._set(empty(bytes32), peer, OBSERVER)


@external
def propose(peers: DynArray[bytes32, MAX_TOGETHER], standing: uint8) -> bytes32:
    """
    @notice Proposes a standing for up to sixteen nodes. Validators only; proposing is approving.
    @param peers The nodes' Ed25519 public keys.
    @param standing 0 not listed, 1 a validator's, 2 an observer's, 3 barred.
    @return The proposal's id.
    """
    validators: DynArray[address, MAX_VALIDATORS] = self._voting()
    assert len(peers) > 0, "admission: no peers"
    assert empty(bytes32) not in peers, "admission: not a key"
    assert standing <= BARRED, "admission: no such standing"
    id: bytes32 = ballots._open(msg.sender)
    self.motions[id] = Motion(standing=standing, peers=peers)
    log Proposed(id=id, proposer=msg.sender, standing=standing, peers=peers, expires=ballots.ballots[id].expires)
    self._approve(id, validators)
    return id


@external
def approve(id: bytes32):
    """
    @notice Approves a proposal. The approval that completes two thirds carries it out.
    @param id The proposal.
    """
    self._approve(id, self._voting())


@external
def withdraw(id: bytes32):
    """
    @notice Takes a proposal back. Its proposer only.
    @param id The proposal.
    """
    ballots._withdraw(id, msg.sender)


@external
@view
def admitted(peer: bytes32) -> bool:
    """
    @notice Whether a node is let in for being listed.
    @param peer Its Ed25519 public key.
    @return Whether its standing is a validator's or an observer's.
    """
    return self.standing[peer] in [VALIDATOR, OBSERVER]


@external
@view
def peer_count() -> uint256:
    """
    @notice How many nodes are listed, barred ones too.
    @return The count.
    """
    return len(self.listed)


@external
@view
def peers(start: uint256) -> DynArray[Peer, PAGE]:
    """
    @notice One page of the list. The order changes when a node is struck off.
    @param start The place of the page's first entry.
    @return Up to a hundred entries, none at the end.
    """
    found: DynArray[Peer, PAGE] = []
    for offset: uint256 in range(PAGE):
        if start >= len(self.listed) or offset >= len(self.listed) - start:
            break
        peer: bytes32 = self.listed[start + offset]
        found.append(Peer(peer=peer, standing=self.standing[peer]))
    return found


@external
@view
def change(index: uint256) -> Change:
    """
    @notice One entry of the history, oldest first.
    @param index 0 to `change_count` - 1.
    @return The entry; proposal zero where the genesis listed the node.
    """
    assert index < self.change_count, "admission: no such change"
    return self.changes[index]


@external
@view
def proposal(id: bytes32) -> Proposal:
    """
    @notice Everything about a proposal.
    @param id The proposal.
    @return Its record; state 0 unknown, 1 open, 2 decided, 3 withdrawn, 4 lapsed.
    """
    return self._proposal(id, staticcall COUNCIL.getValidators())


@external
@view
def open_proposals() -> DynArray[Proposal, MAX_VALIDATORS]:
    """
    @notice What validators can approve now, as far as today's validators proposed it.
    @return The open proposals, in the order of their proposers' addresses.
    """
    found: DynArray[Proposal, MAX_VALIDATORS] = []
    validators: DynArray[address, MAX_VALIDATORS] = staticcall COUNCIL.getValidators()
    for member: address in validators:
        shown: Proposal = self._proposal(ballots.open_of[member], validators)
        if shown.state == ballots.OPEN:
            found.append(shown)
    return found


@internal
@view
def _voting() -> DynArray[address, MAX_VALIDATORS]:
    validators: DynArray[address, MAX_VALIDATORS] = staticcall COUNCIL.getValidators()
    assert msg.sender in validators, "admission: not a validator"
    return validators


@internal
def _approve(id: bytes32, validators: DynArray[address, MAX_VALIDATORS]):
    if not ballots._approve(id, msg.sender, validators):
        return
    motion: Motion = self.motions[id]
    for peer: bytes32 in motion.peers:
        self._set(id, peer, motion.standing)


@internal
def _set(id: bytes32, peer: bytes32, standing: uint8):
    former: uint8 = self.standing[peer]
    if former == standing:
        return
    self.standing[peer] = standing
    if former == 0:
        self.listed.append(peer)
        self.place[peer] = len(self.listed)
    elif standing == 0:
        self._strike(peer)
    self.changes[self.change_count] = Change(
        proposal=id,
        peer=peer,
        former=former,
        standing=standing,
        decided_in=block.number,
        decided_at=block.timestamp,
    )
    self.change_count += 1
    log StandingChanged(id=id, peer=peer, former=former, standing=standing)


@internal
def _strike(peer: bytes32):
    # The last one takes the place that becomes free.
    last: bytes32 = self.listed.pop()
    if last != peer:
        self.listed[self.place[peer] - 1] = last
        self.place[last] = self.place[peer]
    self.place[peer] = 0


@internal
@view
def _proposal(id: bytes32, validators: DynArray[address, MAX_VALIDATORS]) -> Proposal:
    motion: Motion = self.motions[id]
    ballot: ballots.Ballot = ballots.ballots[id]
    return Proposal(
        id=id,
        standing=motion.standing,
        peers=motion.peers,
        proposer=ballot.proposer,
        proposed_at=ballot.proposed_at,
        expires=ballot.expires,
        approvals=ballots._approvals(id, validators),
        state=ballots._state(id),
    )
