# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Payments divided at the moment they are made
@license Apache-2.0
@notice Tax, fee, royalty and rebate in one payment: a scheme names up to 16 payees with fixed amounts or shares, and
        whoever pays by it pays all of them at once. The owner of a scheme changes it only after a delay that was fixed
        when it was made, and a payer always says by which version it pays. The owner may give a payment back, in part
        or wholly: each payee returns its part of it, or the owner in its stead.
        Who disappears: the owner, and the scheme stays as it is; a payee whose account refuses money, and its part
        waits as a claim; a payer, and a refund waits for it as a claim. No role can take anything out for itself.
@dev    Truths that hold after every transaction:
        the parts of a payment add up to the gross amount, to the unit; the parts of its refunds to what was refunded;
        no payee returns more than it got; nothing is held but claims.
        Tokens that take a fee are refused, as their parts would not add up.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import split as shares

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

# Either a fixed amount, or a share of what is left after all fixed amounts.
struct Leg:
    payee: address
    amount: uint256
    basis_points: uint256

struct Scheme:
    owner: address
    delay_seconds: uint256
    version: uint256
    # Last second before an announced change may take effect; zero where none is announced.
    change_deadline: uint256

struct Payment:
    payer: address
    token: address
    scheme: bytes32
    version: uint256
    gross: uint256
    refunded: uint256

MAX_LEGS: constant(uint256) = 16
MIN_DELAY_SECONDS: constant(uint256) = 24 * 60 * 60
MAX_DELAY_SECONDS: constant(uint256) = 366 * 24 * 60 * 60

schemes: HashMap[bytes32, Scheme]
# scheme -> version -> its legs, kept because refunds go by them
legs_of: HashMap[bytes32, HashMap[uint256, DynArray[Leg, MAX_LEGS]]]
announced: HashMap[bytes32, DynArray[Leg, MAX_LEGS]]
payments: HashMap[bytes32, Payment]
# payment -> leg -> what was given back of it
returned: public(HashMap[bytes32, HashMap[uint256, uint256]])
# scheme -> payee -> whether it returns its parts itself
returns_parts: public(HashMap[bytes32, HashMap[address, bool]])

event SchemeCreated:
    id: indexed(bytes32)
    owner: indexed(address)
    delay_seconds: uint256
    legs: DynArray[Leg, MAX_LEGS]

event ChangeAnnounced:
    id: indexed(bytes32)
    change_deadline: uint256
    legs: DynArray[Leg, MAX_LEGS]

event ChangeWithdrawn:
    id: indexed(bytes32)

event SchemeChanged:
    id: indexed(bytes32)
    by: indexed(address)
    version_before: uint256
    version_after: uint256

event ReturnsSet:
    id: indexed(bytes32)
    payee: indexed(address)
    returns_parts: bool

event Paid:
    id: indexed(bytes32)
    scheme: indexed(bytes32)
    payer: indexed(address)
    token: address
    version: uint256
    gross: uint256
    reference: bytes32

event LegPaid:
    id: indexed(bytes32)
    payee: indexed(address)
    leg: uint256
    value: uint256

event Refunded:
    id: indexed(bytes32)
    payer: indexed(address)
    value: uint256
    refunded_before: uint256
    refunded_after: uint256

event LegReturned:
    id: indexed(bytes32)
    by: indexed(address)
    leg: uint256
    value: uint256
    returned_before: uint256
    returned_after: uint256


@deploy
def __init__():
    pass


@external
def create_scheme(legs: DynArray[Leg, MAX_LEGS], delay_seconds: uint256) -> bytes32:
    """
    @notice Makes a scheme with the caller as owner.
    @param legs Up to 16, each with either an amount in minor units or basis points, which add up to 10,000.
    @param delay_seconds How long a change is announced before it may take effect: 1 to 366 days.
    @return The scheme's id.
    """
    assert delay_seconds >= MIN_DELAY_SECONDS, "splitter: delay too short"
    assert delay_seconds <= MAX_DELAY_SECONDS, "splitter: delay too long"
    self._check_legs(legs)
    id: bytes32 = ids._take_id(msg.sender)
    self.schemes[id] = Scheme(owner=msg.sender, delay_seconds=delay_seconds, version=1, change_deadline=0)
    self.legs_of[id][1] = legs
    log SchemeCreated(id=id, owner=msg.sender, delay_seconds=delay_seconds, legs=legs)
    return id


@external
def set_scheme(id: bytes32, legs: DynArray[Leg, MAX_LEGS]):
    """
    @notice Announces a change, which replaces an earlier announcement. Owner only.
    @param id The scheme.
    @param legs What it shall be.
    """
    scheme: Scheme = self._owned(id)
    self._check_legs(legs)
    change_deadline: uint256 = block.timestamp + scheme.delay_seconds
    self.schemes[id].change_deadline = change_deadline
    self.announced[id] = legs
    log ChangeAnnounced(id=id, change_deadline=change_deadline, legs=legs)


@external
def withdraw_change(id: bytes32):
    """
    @notice Withdraws an announced change. Owner only.
    @param id The scheme.
    """
    scheme: Scheme = self._owned(id)
    assert scheme.change_deadline != 0, "splitter: no change announced"
    self.schemes[id].change_deadline = 0
    log ChangeWithdrawn(id=id)


@external
def apply_change(id: bytes32):
    """
    @notice Lets an announced change take effect once its delay has passed. Anyone.
    @param id The scheme.
    """
    scheme: Scheme = self.schemes[id]
    assert scheme.change_deadline != 0, "splitter: no change announced"
    assert deadlines._has_passed(scheme.change_deadline), "splitter: delay has not passed"
    version: uint256 = scheme.version + 1
    self.schemes[id].version = version
    self.schemes[id].change_deadline = 0
    self.legs_of[id][version] = self.announced[id]
    log SchemeChanged(id=id, by=msg.sender, version_before=scheme.version, version_after=version)


@external
def set_returns(id: bytes32, returns_parts: bool):
    """
    @notice Says whether the caller returns its own parts when the scheme's owner gives a payment back; they are then
            taken from an allowance given to this contract. Never more than what the caller got of that payment.
    @param id The scheme.
    @param returns_parts Whether it does.
    """
    assert self.schemes[id].owner != empty(address), "splitter: no such scheme"
    self.returns_parts[id][msg.sender] = returns_parts
    log ReturnsSet(id=id, payee=msg.sender, returns_parts=returns_parts)


@external
def split(id: bytes32, token: address, gross: uint256, version: uint256, reference: bytes32) -> bytes32:
    """
    @notice Pays all payees of a scheme, from an allowance given to this contract.
    @param id The scheme.
    @param token The ERC-20 token to pay in.
    @param gross What is paid in all, in minor units.
    @param version The version of the scheme that the payer has seen.
    @param reference The payment reference, or zero.
    @return The payment's id.
    """
    assert version != 0 and version == self.schemes[id].version, "splitter: another version"
    assert token.is_contract and token != self, "splitter: not a token"
    legs: DynArray[Leg, MAX_LEGS] = self.legs_of[id][version]
    amounts: DynArray[uint256, MAX_LEGS] = self._amounts(legs, gross)
    payment_id: bytes32 = ids._take_id(msg.sender)
    self.payments[payment_id] = Payment(
        payer=msg.sender, token=token, scheme=id, version=version, gross=gross, refunded=0
    )
    log Paid(
        id=payment_id,
        scheme=id,
        payer=msg.sender,
        token=token,
        version=version,
        gross=gross,
        reference=reference,
    )
    claims._pull_exactly(token, msg.sender, gross)
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        if amounts[i] > 0:
            log LegPaid(id=payment_id, payee=legs[i].payee, leg=i, value=amounts[i])
            claims._pay(payment_id, token, legs[i].payee, amounts[i])
    return payment_id


@external
def refund_split(id: bytes32, amount: uint256, alone: bool):
    """
    @notice Gives a payment back to its payer, each leg in proportion to what is left of it. Owner of the scheme only.
            Payees that return their parts do so from their allowance; the owner returns the others' parts from its own.
    @param id The payment.
    @param amount Minor units, at most what has not been given back.
    @param alone Whether the owner returns all parts, so that a payee without money or allowance holds nothing up.
    """
    payment: Payment = self.payments[id]
    assert payment.payer != empty(address), "splitter: no such payment"
    owner: address = self.schemes[payment.scheme].owner
    assert msg.sender == owner, "splitter: not the owner"
    assert amount > 0, "splitter: no amount"
    assert amount <= payment.gross - payment.refunded, "splitter: more than is left"
    legs: DynArray[Leg, MAX_LEGS] = self.legs_of[payment.scheme][payment.version]
    left: DynArray[uint256, MAX_LEGS] = self._amounts(legs, payment.gross)
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        left[i] -= self.returned[id][i]
    # By what is left, not by the whole: then no part can exceed it, and the last refund takes exactly the rest.
    parts: DynArray[uint256, MAX_LEGS] = shares._split(amount, left)
    self.payments[id].refunded = payment.refunded + amount
    log Refunded(
        id=id,
        payer=payment.payer,
        value=amount,
        refunded_before=payment.refunded,
        refunded_after=payment.refunded + amount,
    )
    payers: DynArray[address, MAX_LEGS] = []
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        payer: address = owner
        if not alone and self.returns_parts[payment.scheme][legs[i].payee]:
            payer = legs[i].payee
        payers.append(payer)
        if parts[i] > 0:
            before: uint256 = self.returned[id][i]
            self.returned[id][i] = before + parts[i]
            log LegReturned(
                id=id, by=payer, leg=i, value=parts[i], returned_before=before, returned_after=before + parts[i]
            )
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        if parts[i] > 0:
            claims._pull_exactly(payment.token, payers[i], parts[i])
    claims._pay(id, payment.token, payment.payer, amount)


@external
def exit(id: bytes32):
    """
    @notice There is never anything to empty: a payment is divided in the transaction that makes it.
    @param id Any.
    """
    raise "splitter: nothing to exit"


@external
@view
def quote(id: bytes32, gross: uint256) -> DynArray[uint256, MAX_LEGS]:
    """
    @notice How a payment would be divided now.
    @param id The scheme.
    @param gross What would be paid in all, in minor units.
    @return What each leg gets, in order; they add up to `gross`.
    """
    assert self.schemes[id].version != 0, "splitter: no such scheme"
    return self._amounts(self.legs_of[id][self.schemes[id].version], gross)


@external
@view
def scheme(id: bytes32) -> Scheme:
    """
    @notice Everything about a scheme but its legs.
    @param id The scheme.
    @return Its record; version 0 unknown.
    """
    return self.schemes[id]


@external
@view
def legs(id: bytes32, version: uint256) -> DynArray[Leg, MAX_LEGS]:
    """
    @notice The legs of a version of a scheme.
    @param id The scheme.
    @param version 1 for the first.
    @return In order of payment.
    """
    return self.legs_of[id][version]


@external
@view
def announced_legs(id: bytes32) -> DynArray[Leg, MAX_LEGS]:
    """
    @notice What a scheme shall be after its delay.
    @param id The scheme.
    @return The legs; none where no change is announced.
    """
    if self.schemes[id].change_deadline == 0:
        return []
    return self.announced[id]


@external
@view
def payment(id: bytes32) -> Payment:
    """
    @notice Everything about a payment.
    @param id The payment.
    @return Its record; payer 0 unknown.
    """
    return self.payments[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is held for a payment: always nothing.
    @param id Any.
    @return Zero.
    """
    return 0


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before an announced change of a scheme may take effect.
    @param id The scheme.
    @return Seconds since 1970; zero where none is announced.
    """
    return self.schemes[id].change_deadline


@internal
@view
def _owned(id: bytes32) -> Scheme:
    scheme: Scheme = self.schemes[id]
    assert scheme.owner != empty(address), "splitter: no such scheme"
    assert msg.sender == scheme.owner, "splitter: not the owner"
    return scheme


@internal
@view
def _check_legs(legs: DynArray[Leg, MAX_LEGS]):
    total: uint256 = 0
    for leg: Leg in legs:
        assert leg.payee not in [empty(address), self], "splitter: not a payee"
        assert (leg.amount == 0) != (leg.basis_points == 0), "splitter: either amount or share"
        assert leg.amount <= shares.MAX_AMOUNT, "splitter: amount out of range"
        assert leg.basis_points <= shares.BASIS_POINTS, "splitter: shares not the whole"
        total += leg.basis_points
    assert total == shares.BASIS_POINTS, "splitter: shares not the whole"


@internal
@pure
def _amounts(legs: DynArray[Leg, MAX_LEGS], gross: uint256) -> DynArray[uint256, MAX_LEGS]:
    assert gross > 0, "splitter: no amount"
    left: uint256 = gross
    weights: DynArray[uint256, MAX_LEGS] = []
    for leg: Leg in legs:
        assert leg.amount <= left, "splitter: less than fixed amounts"
        left -= leg.amount
        weights.append(leg.basis_points)
    amounts: DynArray[uint256, MAX_LEGS] = shares._split(left, weights)
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        amounts[i] += legs[i].amount
    return amounts
