# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Subsidies by a list: one root on chain, one proof for each person
@license Apache-2.0
@notice A funder commits to a list of accounts and amounts by its Merkle root and pays the money in. Anyone may bring
        a proof, so that nobody needs a device or gas to be paid: the money goes to the account on the list, once.
        Where the funder chose it, a pool that stays short is shared in proportion; otherwise nothing is paid until
        the pool is full. What nobody collected goes back to the funder after the deadline. A funder that disappears
        changes nothing for a campaign that is paying; one that was never completed is refunded.
@dev    Truths that hold after every transaction, for each campaign: paid + swept + held = funded <= total, and each
        index of the list is paid at most once; liabilities(token) = sum of held + sum of claims <= the token's
        balance of this contract.
        A leaf is keccak256(keccak256(abi_encode(chain id, this contract, campaign, index, account, amount))): hashed
        twice, so that no inner node can be taken for a leaf. A node is keccak256 of its two children, the smaller
        first, as OpenZeppelin's MerkleProof verifies. contracts/merkle.py builds roots and proofs.
        In proportion, an entry gets amount x funded / total, rounded down; the rest is swept to the funder.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import split

implements: ICustody

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Campaign:
    funder: address
    token: address
    root: bytes32
    total: uint256
    pro_rata: bool
    deadline: uint256
    funded: uint256
    paid: uint256
    swept: uint256
    state: uint8

FUNDING: constant(uint8) = 1
PAYING: constant(uint8) = 2
CLOSED: constant(uint8) = 3

# A list of more than four thousand million entries.
MAX_PROOF: constant(uint256) = 32

campaigns: HashMap[bytes32, Campaign]
# campaign -> index on the list -> whether it was paid
is_collected: public(HashMap[bytes32, HashMap[uint256, bool]])

event Opened:
    id: indexed(bytes32)
    funder: indexed(address)
    token: indexed(address)
    root: bytes32
    total: uint256
    pro_rata: bool
    deadline: uint256

event Funded:
    id: indexed(bytes32)
    funder: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Started:
    id: indexed(bytes32)
    funded: uint256
    total: uint256

event Collected:
    id: indexed(bytes32)
    account: indexed(address)
    index: indexed(uint256)
    amount: uint256
    paid: uint256
    held_before: uint256
    held_after: uint256

event Swept:
    id: indexed(bytes32)
    funder: indexed(address)
    by: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def open(token: address, root: bytes32, total: uint256, pro_rata: bool, deadline: uint256) -> bytes32:
    """
    @notice Opens a campaign with the caller as funder. The list names the campaign, so ask `next_id` first.
    @param token The ERC-20 token.
    @param root The Merkle root of the list.
    @param total The sum of all amounts on the list, in minor units.
    @param pro_rata Whether the funder may start with less than the total and share it in proportion.
    @param deadline Last second to collect; at most ten years ahead.
    @return The campaign's id.
    """
    assert token.is_contract and token != self, "disburse: not a token"
    assert root != empty(bytes32), "disburse: no list"
    assert total > 0, "disburse: no amount"
    assert total <= split.MAX_AMOUNT, "disburse: out of range"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.campaigns[id] = Campaign(
        funder=msg.sender,
        token=token,
        root=root,
        total=total,
        pro_rata=pro_rata,
        deadline=deadline,
        funded=0,
        paid=0,
        swept=0,
        state=FUNDING,
    )
    log Opened(
        id=id, funder=msg.sender, token=token, root=root, total=total, pro_rata=pro_rata, deadline=deadline
    )
    return id


@external
def fund(id: bytes32, amount: uint256):
    """
    @notice Pays into the pool from an allowance. Once the pool holds the total, it pays. Funder only.
    @param id The campaign.
    @param amount Minor units, at most what is missing; a token that takes a fee is refused.
    """
    campaign: Campaign = self.campaigns[id]
    self._check_funding(campaign)
    assert amount > 0, "disburse: no amount"
    assert amount <= campaign.total - campaign.funded, "disburse: more than the list needs"
    claims._pull_exactly(campaign.token, msg.sender, amount)
    funded: uint256 = campaign.funded + amount
    self.campaigns[id].funded = funded
    log Funded(id=id, funder=msg.sender, amount=amount, held_before=campaign.funded, held_after=funded)
    if funded == campaign.total:
        self._start(id, funded, campaign.total)


@external
def start(id: bytes32):
    """
    @notice Lets a short pool pay in proportion: the funder says that no more will come. Funder only.
    @param id The campaign, opened for shares in proportion.
    """
    campaign: Campaign = self.campaigns[id]
    self._check_funding(campaign)
    assert campaign.pro_rata, "disburse: pool is short"
    assert campaign.funded > 0, "disburse: nothing was funded"
    self._start(id, campaign.funded, campaign.total)


@external
def collect(
    id: bytes32, index: uint256, account: address, amount: uint256, proof: DynArray[bytes32, MAX_PROOF]
) -> uint256:
    """
    @notice Pays an entry of the list to the account it names. Anyone may bring the proof, up to the deadline.
    @param id The campaign.
    @param index The entry's number on the list.
    @param account Who is entitled.
    @param amount What the list gives them, in minor units.
    @param proof The siblings from the leaf to the root.
    @return What was paid: the amount, or its share of a short pool.
    """
    campaign: Campaign = self.campaigns[id]
    assert campaign.state == PAYING, "disburse: not paying"
    assert not deadlines._has_passed(campaign.deadline), "disburse: deadline has passed"
    assert account not in [empty(address), self], "disburse: nobody to pay"
    assert not self.is_collected[id][index], "disburse: collected already"
    assert self._root(self._leaf(id, index, account, amount), proof) == campaign.root, "disburse: not on the list"
    # A wrong total could make the list larger than the pool.
    assert amount <= campaign.total, "disburse: pool is empty"
    share: uint256 = amount * campaign.funded // campaign.total
    held: uint256 = self._held(campaign)
    assert share <= held, "disburse: pool is empty"
    self.is_collected[id][index] = True
    self.campaigns[id].paid = campaign.paid + share
    log Collected(
        id=id,
        account=account,
        index=index,
        amount=amount,
        paid=share,
        held_before=held,
        held_after=held - share,
    )
    claims._pay(id, campaign.token, account, share)
    return share


@external
def sweep(id: bytes32):
    """
    @notice Sends what nobody collected back to the funder and closes the campaign. Anyone, after the deadline.
    @param id The campaign.
    """
    self._sweep(id)


@external
def exit(id: bytes32):
    """
    @notice As `sweep`: empties a campaign to its rightful party, the funder. Anyone, after the deadline.
    @param id The campaign.
    """
    self._sweep(id)


@external
@view
def campaign(id: bytes32) -> Campaign:
    """
    @notice Everything about a campaign.
    @param id The campaign.
    @return Its record; state 0 unknown, 1 funding, 2 paying, 3 closed.
    """
    return self.campaigns[id]


@external
@view
def leaf(id: bytes32, index: uint256, account: address, amount: uint256) -> bytes32:
    """
    @notice The leaf of an entry, so that a list can be checked against the chain.
    @param id The campaign.
    @param index The entry's number on the list.
    @param account Who is entitled.
    @param amount Minor units.
    @return The hash that the proof begins with.
    """
    return self._leaf(id, index, account, amount)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a campaign holds now.
    @param id The campaign.
    @return Minor units.
    """
    return self._held(self.campaigns[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may send the rest to the funder.
    @param id The campaign.
    @return Seconds since 1970; zero for an unknown campaign.
    """
    return self.campaigns[id].deadline


@internal
def _start(id: bytes32, funded: uint256, total: uint256):
    self.campaigns[id].state = PAYING
    log Started(id=id, funded=funded, total=total)


@internal
def _sweep(id: bytes32):
    campaign: Campaign = self.campaigns[id]
    assert campaign.state in [FUNDING, PAYING], "disburse: nothing to sweep"
    assert deadlines._has_passed(campaign.deadline), "disburse: deadline has not passed"
    rest: uint256 = self._held(campaign)
    self.campaigns[id].swept = rest
    self.campaigns[id].state = CLOSED
    log Swept(id=id, funder=campaign.funder, by=msg.sender, amount=rest, held_before=rest, held_after=0)
    claims._pay(id, campaign.token, campaign.funder, rest)


@internal
@view
def _check_funding(campaign: Campaign):
    assert campaign.state == FUNDING, "disburse: not funding"
    assert msg.sender == campaign.funder, "disburse: not the funder"
    assert not deadlines._has_passed(campaign.deadline), "disburse: deadline has passed"


@internal
@view
def _leaf(id: bytes32, index: uint256, account: address, amount: uint256) -> bytes32:
    entry: bytes32 = keccak256(abi_encode(chain.id, self, id, index, account, amount))
    return keccak256(entry)


@internal
@pure
def _root(leaf: bytes32, proof: DynArray[bytes32, MAX_PROOF]) -> bytes32:
    node: bytes32 = leaf
    for sibling: bytes32 in proof:
        if convert(node, uint256) < convert(sibling, uint256):
            node = keccak256(concat(node, sibling))
        else:
            node = keccak256(concat(sibling, node))
    return node


@internal
@pure
def _held(campaign: Campaign) -> uint256:
    return campaign.funded - campaign.paid - campaign.swept
