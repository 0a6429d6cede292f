# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Escrow in any ERC-20 token
@license Apache-2.0
@notice A payer puts money aside for a payee until a deadline. The payer releases, in parts or at once; the
        payee may give back; what is neither released nor disputed by the deadline goes back to the payer. Each
        may dispute before the deadline, and then the arbiter splits what is held. If the arbiter stays silent
        for 30 days after the deadline, the money goes back to the payer. After the last deadline anyone can
        empty a deal to its rightful party. No role can take anything out for itself.
@dev    Truths that hold after every transaction, for each deal and each token that keeps its own books:
        paid + refunded + held = funded, and a closed deal holds nothing;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        `paid` and `refunded` include what was credited as a claim because the token refused the transfer.
        A token whose balances change by themselves (rebasing) breaks the second and is not for this contract.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids

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

struct Deal:
    payer: address
    payee: address
    arbiter: address
    token: address
    amount: uint256
    deadline: uint256
    ruling_deadline: uint256
    terms_hash: bytes32
    funded: uint256
    paid: uint256
    refunded: uint256
    state: uint8

OPEN: constant(uint8) = 1
FUNDED: constant(uint8) = 2
DISPUTED: constant(uint8) = 3
CLOSED: constant(uint8) = 4

RULING_SECONDS: constant(uint256) = 30 * 24 * 60 * 60

deals: HashMap[bytes32, Deal]

event Opened:
    id: indexed(bytes32)
    payer: indexed(address)
    payee: indexed(address)
    arbiter: address
    token: address
    amount: uint256
    deadline: uint256
    terms_hash: bytes32

event Funded:
    id: indexed(bytes32)
    payer: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Released:
    id: indexed(bytes32)
    payee: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Refunded:
    id: indexed(bytes32)
    payer: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Disputed:
    id: indexed(bytes32)
    by: indexed(address)
    ruling_deadline: uint256
    held_before: uint256
    held_after: uint256

event Ruled:
    id: indexed(bytes32)
    arbiter: indexed(address)
    to_payee: uint256
    to_payer: uint256
    held_before: uint256
    held_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def open(
    payee: address, arbiter: address, token: address, amount: uint256, deadline: uint256, terms_hash: bytes32
) -> bytes32:
    """
    @notice Opens a deal with the caller as payer. No money moves yet.
    @param payee Who is to be paid.
    @param arbiter Who splits the money in a dispute, or zero for a deal that cannot be disputed.
    @param token The ERC-20 token the deal is in.
    @param amount What the payer will put aside, in minor units.
    @param deadline Last second for release by agreement or dispute; at most ten years ahead.
    @param terms_hash Hash of the terms the parties agreed on.
    @return The deal's id.
    """
    assert payee not in [empty(address), msg.sender, self, token], "escrow: not a payee"
    assert arbiter not in [payee, msg.sender], "escrow: arbiter is a party"
    assert token.is_contract and token != self, "escrow: not a token"
    assert amount > 0, "escrow: no amount"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.deals[id] = Deal(
        payer=msg.sender,
        payee=payee,
        arbiter=arbiter,
        token=token,
        amount=amount,
        deadline=deadline,
        ruling_deadline=0,
        terms_hash=terms_hash,
        funded=0,
        paid=0,
        refunded=0,
        state=OPEN,
    )
    log Opened(
        id=id,
        payer=msg.sender,
        payee=payee,
        arbiter=arbiter,
        token=token,
        amount=amount,
        deadline=deadline,
        terms_hash=terms_hash,
    )
    return id


@external
def fund(id: bytes32):
    """
    @notice Puts the agreed amount aside, from an allowance given to this contract. Payer only, once.
    @dev    What counts is what arrives: less than agreed where the token takes a fee, never more.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    assert deal.state == OPEN, "escrow: not open"
    assert msg.sender == deal.payer, "escrow: not the payer"
    assert block.timestamp <= deal.deadline, "escrow: deadline has passed"
    arrived: uint256 = claims._pull(deal.token, deal.payer, deal.amount)
    assert arrived > 0, "escrow: nothing arrived"
    # How much there is to book is known only after the transfer; the lock of this file keeps all else out.
    self.deals[id].funded = arrived
    self.deals[id].state = FUNDED
    log Funded(id=id, payer=deal.payer, value=arrived, held_before=0, held_after=arrived)


@external
def release(id: bytes32, amount: uint256):
    """
    @notice Pays the payee. Payer only. In a dispute only the whole can be released, which ends it: a payer who
            could release in crumbs could spoil every ruling.
    @param id The deal.
    @param amount Minor units, at most what is held.
    """
    deal: Deal = self.deals[id]
    self._check_holding(deal)
    assert msg.sender == deal.payer, "escrow: not the payer"
    held: uint256 = self._held(deal)
    assert amount > 0, "escrow: no amount"
    assert amount <= held, "escrow: more than is held"
    assert deal.state == FUNDED or amount == held, "escrow: disputed, release all or nothing"
    log Released(id=id, payee=deal.payee, value=amount, held_before=held, held_after=held - amount)
    self._settle(id, deal, amount, 0)


@external
def refund(id: bytes32):
    """
    @notice Gives everything held back to the payer: the payee at any time, anyone after the last deadline.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    self._check_holding(deal)
    if msg.sender != deal.payee:
        assert block.timestamp > self._last_deadline(deal), "escrow: deadline has not passed"
    self._refund(id, deal)


@external
def dispute(id: bytes32):
    """
    @notice Asks the arbiter to split what is held. Payer or payee, up to the deadline.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    assert deal.state == FUNDED, "escrow: not funded"
    assert msg.sender in [deal.payer, deal.payee], "escrow: not a party"
    assert deal.arbiter != empty(address), "escrow: no arbiter"
    assert block.timestamp <= deal.deadline, "escrow: deadline has passed"
    # Counted from the deadline: an early dispute must not bring the payer's refund forward.
    ruling_deadline: uint256 = deal.deadline + RULING_SECONDS
    self.deals[id].ruling_deadline = ruling_deadline
    self.deals[id].state = DISPUTED
    held: uint256 = self._held(deal)
    log Disputed(id=id, by=msg.sender, ruling_deadline=ruling_deadline, held_before=held, held_after=held)


@external
def rule(id: bytes32, to_payee: uint256):
    """
    @notice Splits what is held and closes the deal. Arbiter only, until the ruling deadline.
    @param id The deal.
    @param to_payee What the payee gets, in minor units; the payer gets the rest.
    """
    deal: Deal = self.deals[id]
    assert deal.state == DISPUTED, "escrow: not disputed"
    assert msg.sender == deal.arbiter, "escrow: not the arbiter"
    assert block.timestamp <= deal.ruling_deadline, "escrow: deadline has passed"
    held: uint256 = self._held(deal)
    assert to_payee <= held, "escrow: more than is held"
    log Ruled(
        id=id,
        arbiter=deal.arbiter,
        to_payee=to_payee,
        to_payer=held - to_payee,
        held_before=held,
        held_after=0,
    )
    self._settle(id, deal, to_payee, held - to_payee)


@external
def exit(id: bytes32):
    """
    @notice Empties a deal whose last deadline has passed to its rightful party, the payer. Anyone.
    @dev    The last deadline is the ruling deadline of a disputed deal, and the deadline of any other.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    assert deal.state in [OPEN, FUNDED, DISPUTED], "escrow: nothing to exit"
    assert block.timestamp > self._last_deadline(deal), "escrow: deadline has not passed"
    if deal.state == OPEN:
        self._close(id, 0)
    else:
        self._refund(id, deal)


@external
@view
def deal(id: bytes32) -> Deal:
    """
    @notice Everything about a deal.
    @param id The deal.
    @return Its record; state 0 unknown, 1 open, 2 funded, 3 disputed, 4 closed.
    """
    return self.deals[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a deal holds now.
    @param id The deal.
    @return Minor units.
    """
    return self._held(self.deals[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the deal.
    @param id The deal.
    @return Seconds since 1970; zero for an unknown deal.
    """
    return self._last_deadline(self.deals[id])


@internal
def _refund(id: bytes32, deal: Deal):
    held: uint256 = self._held(deal)
    log Refunded(id=id, payer=deal.payer, value=held, held_before=held, held_after=0)
    self._settle(id, deal, 0, held)


@internal
def _settle(id: bytes32, deal: Deal, to_payee: uint256, to_payer: uint256):
    # All books are closed before any money moves.
    held: uint256 = self._held(deal)
    self.deals[id].paid = deal.paid + to_payee
    self.deals[id].refunded = deal.refunded + to_payer
    if to_payee + to_payer == held:
        self._close(id, held)
    claims._pay(id, deal.token, deal.payee, to_payee)
    claims._pay(id, deal.token, deal.payer, to_payer)


@internal
def _close(id: bytes32, held: uint256):
    self.deals[id].state = CLOSED
    log Closed(id=id, by=msg.sender, held_before=held, held_after=0)


@internal
@pure
def _check_holding(deal: Deal):
    assert deal.state in [FUNDED, DISPUTED], "escrow: holds nothing"


@internal
@pure
def _held(deal: Deal) -> uint256:
    return deal.funded - deal.paid - deal.refunded


@internal
@pure
def _last_deadline(deal: Deal) -> uint256:
    if deal.state == DISPUTED:
        return deal.ruling_deadline
    return deal.deadline
