# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A purse for payments between devices without a network
@license Apache-2.0
@notice An owner locks money for the key of a device. Offline, the device signs payments, each with its own counter, to
        payees who trust its secure element not to sign more than the purse holds. Payees present their payments
        until the purse's expiry and a grace period have passed; what is left then goes back to the owner, by
        anybody's call. A device that was cloned or broken signs one counter twice or more than there is: whoever
        shows that blocks the purse, a warning to all who are online. Payees are innocent: every signed payment is
        paid in the order of presentation, two of one counter both, until the purse is empty; what exceeds it is
        recorded as owed by the device and not paid here. So the owner never loses more than the purse.
@dev    Truths after every transaction, for each purse:
        paid + returned + held = funded, each payment is paid once, and a closed purse holds nothing;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        The device is a bare key, never a contract: what it signed must stay signed while payees are offline.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import p256
from .modules import signatures

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

# The device signs by secp256k1, then `device` is its address, or by P-256, then (x, y) is its key.
struct Purse:
    owner: address
    token: address
    device: address
    x: uint256
    y: uint256
    expiry: uint256
    last_deadline: uint256
    funded: uint256
    paid: uint256
    returned: uint256
    unpaid: uint256
    state: uint8

# What a device signs. `memo` is the payee's own reference.
struct Payment:
    counter: uint256
    amount: uint256
    payee: address
    memo: bytes32

ACTIVE: constant(uint8) = 1
BLOCKED: constant(uint8) = 2
CLOSED: constant(uint8) = 3

# A payee may have been offline until the last second, and must find a network after it.
MIN_GRACE_SECONDS: constant(uint256) = 24 * 60 * 60
# Sixteen payments by a P-256 device take about 7 million gas.
MAX_PAYMENTS: constant(uint256) = 16
P256_SIGNATURE: constant(uint256) = 64

NAME: constant(String[20]) = "Jiaozi Offline Purse"
VERSION: constant(String[1]) = "1"
PAYMENT_TYPE: constant(bytes32) = keccak256(
    "Payment(bytes32 id,uint256 counter,uint256 amount,address payee,bytes32 memo)"
)

purses: HashMap[bytes32, Purse]
# purse -> counter -> digest of the payment that was seen first under it
first: HashMap[bytes32, HashMap[uint256, bytes32]]
# purse -> digest of a payment -> it was presented
presented: HashMap[bytes32, HashMap[bytes32, bool]]

event Issued:
    id: indexed(bytes32)
    owner: indexed(address)
    device: indexed(address)
    x: uint256
    y: uint256
    token: address
    expiry: uint256
    last_deadline: uint256
    held_before: uint256
    held_after: uint256

event Redeemed:
    id: indexed(bytes32)
    payee: indexed(address)
    counter: uint256
    amount: uint256
    paid: uint256
    memo: bytes32
    held_before: uint256
    held_after: uint256

event DoubleProven:
    id: indexed(bytes32)
    counter: uint256
    first: bytes32
    second: bytes32
    held_before: uint256
    held_after: uint256

event Overspent:
    id: indexed(bytes32)
    counter: uint256
    unpaid: uint256
    held_before: uint256
    held_after: uint256

event ReportedLost:
    id: indexed(bytes32)
    held_before: uint256
    held_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    returned: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def issue(
    token: address, amount: uint256, device: address, x: uint256, y: uint256, expiry: uint256, grace_seconds: uint256
) -> bytes32:
    """
    @notice Locks the caller's money for a device, from an allowance. What arrives is the purse's cap.
    @param token The ERC-20 token.
    @param amount What to lock, in minor units.
    @param device The address of the device's secp256k1 key; zero where it signs by P-256.
    @param x The device's P-256 key; zero where it signs by secp256k1.
    @param y The device's P-256 key; zero where it signs by secp256k1.
    @param expiry Last second in which payees should accept the device's payments.
    @param grace_seconds How long after that payments can still be presented: a day at least.
    @return The purse's id.
    """
    assert token.is_contract and token != self, "offline_purse: not a token"
    assert amount > 0, "offline_purse: no amount"
    if device == empty(address):
        assert p256._is_key(x, y), "offline_purse: not a device key"
    else:
        assert x == 0 and y == 0, "offline_purse: two device keys"
    assert grace_seconds >= MIN_GRACE_SECONDS, "offline_purse: grace too short"
    deadlines._check_ahead(expiry)
    assert grace_seconds <= deadlines.MAX_TERM_SECONDS, "offline_purse: grace too long"
    deadlines._check_ahead(expiry + grace_seconds)
    id: bytes32 = ids._take_id(msg.sender)
    arrived: uint256 = claims._pull(token, msg.sender, amount)
    assert arrived > 0, "offline_purse: nothing arrived"
    # How much there is to book is known only after the transfer; the lock of this file keeps all else out.
    self.purses[id] = Purse(
        owner=msg.sender,
        token=token,
        device=device,
        x=x,
        y=y,
        expiry=expiry,
        last_deadline=expiry + grace_seconds,
        funded=arrived,
        paid=0,
        returned=0,
        unpaid=0,
        state=ACTIVE,
    )
    log Issued(
        id=id,
        owner=msg.sender,
        device=device,
        x=x,
        y=y,
        token=token,
        expiry=expiry,
        last_deadline=expiry + grace_seconds,
        held_before=0,
        held_after=arrived,
    )
    return id


@external
def redeem(
    id: bytes32, payments: DynArray[Payment, MAX_PAYMENTS], device_signatures: DynArray[Bytes[65], MAX_PAYMENTS]
):
    """
    @notice Presents payments that the device signed; each payee is paid, in this order, until the purse is empty.
            Anyone may present them, up to the last deadline. Those presented before are passed over, so that
            nobody can spoil a list by presenting a part of it first.
    @param id The purse.
    @param payments The payments, at most sixteen.
    @param device_signatures The device's signature of each.
    """
    purse: Purse = self._redeemable(id)
    assert len(payments) == len(device_signatures), "offline_purse: a signature each"
    paid: DynArray[uint256, MAX_PAYMENTS] = []
    found: bool = False
    for i: uint256 in range(len(payments), bound=MAX_PAYMENTS):
        payment: Payment = payments[i]
        digest: bytes32 = self._digest(id, payment)
        if self.presented[id][digest]:
            paid.append(0)
            continue
        found = True
        self._check_payment(purse, payment, digest, device_signatures[i])
        self.presented[id][digest] = True
        self._note_counter(id, purse, payment.counter, digest)
        held: uint256 = self._held(purse)
        amount: uint256 = min(payment.amount, held)
        purse.paid += amount
        paid.append(amount)
        log Redeemed(
            id=id,
            payee=payment.payee,
            counter=payment.counter,
            amount=payment.amount,
            paid=amount,
            memo=payment.memo,
            held_before=held,
            held_after=held - amount,
        )
        if amount < payment.amount:
            self._note_overspending(id, payment.counter, payment.amount - amount, held - amount)
    assert found, "offline_purse: nothing new"
    # All books are closed before any money moves.
    self.purses[id].paid = purse.paid
    for i: uint256 in range(len(payments), bound=MAX_PAYMENTS):
        claims._pay(id, purse.token, payments[i].payee, paid[i])


@external
def prove_double(
    id: bytes32, one: Payment, one_signature: Bytes[65], other: Payment, other_signature: Bytes[65]
):
    """
    @notice Shows that the device signed two payments under one counter, which blocks the purse. Anyone. Both
            payments can still be redeemed.
    @param id The purse.
    @param one A payment.
    @param one_signature The device's signature of it.
    @param other A different payment with the same counter.
    @param other_signature The device's signature of it.
    """
    purse: Purse = self._redeemable(id)
    assert purse.state == ACTIVE, "offline_purse: blocked already"
    assert one.counter == other.counter, "offline_purse: not one counter"
    one_digest: bytes32 = self._digest(id, one)
    other_digest: bytes32 = self._digest(id, other)
    assert one_digest != other_digest, "offline_purse: one payment twice"
    self._check_payment(purse, one, one_digest, one_signature)
    self._check_payment(purse, other, other_digest, other_signature)
    self._block_double(id, one.counter, one_digest, other_digest, self._held(purse))


@external
def report_lost(id: bytes32):
    """
    @notice Blocks the purse because its device is gone. Owner only. Payments that the device signed are still paid.
    @param id The purse.
    """
    purse: Purse = self._redeemable(id)
    assert msg.sender == purse.owner, "offline_purse: not the owner"
    assert purse.state == ACTIVE, "offline_purse: blocked already"
    self.purses[id].state = BLOCKED
    held: uint256 = self._held(purse)
    log ReportedLost(id=id, held_before=held, held_after=held)


@external
def exit(id: bytes32):
    """
    @notice Gives what no payee presented back to the owner, after the last deadline. Anyone.
    @param id The purse.
    """
    purse: Purse = self.purses[id]
    assert purse.state in [ACTIVE, BLOCKED], "offline_purse: nothing to exit"
    assert deadlines._has_passed(purse.last_deadline), "offline_purse: deadline not passed"
    held: uint256 = self._held(purse)
    self.purses[id].returned = held
    self.purses[id].state = CLOSED
    log Closed(id=id, by=msg.sender, returned=held, held_before=held, held_after=0)
    claims._pay(id, purse.token, purse.owner, held)


@external
@view
def purse(id: bytes32) -> Purse:
    """
    @notice Everything about a purse.
    @param id The purse.
    @return Its record; state 0 unknown, 1 active, 2 blocked, 3 closed.
    """
    return self.purses[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a purse holds now.
    @param id The purse.
    @return Minor units.
    """
    return self._held(self.purses[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second in which payments can be presented; then anyone may exit the purse.
    @param id The purse.
    @return Seconds since 1970; zero for an unknown purse.
    """
    return self.purses[id].last_deadline


@external
@view
def is_presented(id: bytes32, payment: Payment) -> bool:
    """
    @notice Whether a payment has been presented.
    @param id The purse.
    @param payment The payment.
    @return True if it was.
    """
    return self.presented[id][self._digest(id, payment)]


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain that payments are signed in.
    @return The domain's hash.
    """
    return signatures._domain(NAME, VERSION)


@internal
@view
def _redeemable(id: bytes32) -> Purse:
    purse: Purse = self.purses[id]
    assert purse.state in [ACTIVE, BLOCKED], "offline_purse: not active"
    assert not deadlines._has_passed(purse.last_deadline), "offline_purse: deadline has passed"
    return purse


@internal
@view
def _check_payment(purse: Purse, payment: Payment, digest: bytes32, signature: Bytes[65]):
    assert payment.amount > 0, "offline_purse: no amount"
    assert payment.payee not in [empty(address), self], "offline_purse: not a payee"
    assert self._signed(purse, digest, signature), "offline_purse: not the device's"


@internal
@view
def _signed(purse: Purse, digest: bytes32, signature: Bytes[65]) -> bool:
    if purse.device != empty(address):
        return signatures._signed_with_key(purse.device, digest, signature)
    if len(signature) != P256_SIGNATURE:
        return False
    r: uint256 = convert(extract32(signature, 0), uint256)
    s: uint256 = convert(extract32(signature, 32), uint256)
    # Secure elements hash what they are given, by SHA-256.
    return p256._verify(sha256(digest), r, s, purse.x, purse.y)


@internal
def _note_counter(id: bytes32, purse: Purse, counter: uint256, digest: bytes32):
    known: bytes32 = self.first[id][counter]
    if known == empty(bytes32):
        self.first[id][counter] = digest
    elif self.purses[id].state == ACTIVE:
        self._block_double(id, counter, known, digest, self._held(purse))


@internal
def _block_double(id: bytes32, counter: uint256, one: bytes32, other: bytes32, held: uint256):
    self.purses[id].state = BLOCKED
    log DoubleProven(id=id, counter=counter, first=one, second=other, held_before=held, held_after=held)


@internal
def _note_overspending(id: bytes32, counter: uint256, unpaid: uint256, held: uint256):
    # What a broken device signs is any number: the record fills up, so that no later payment is refused for it.
    before: uint256 = self.purses[id].unpaid
    self.purses[id].unpaid = before + min(unpaid, max_value(uint256) - before)
    self.purses[id].state = BLOCKED
    log Overspent(id=id, counter=counter, unpaid=unpaid, held_before=held, held_after=held)


@internal
@view
def _digest(id: bytes32, payment: Payment) -> bytes32:
    return signatures._digest(
        signatures._domain(NAME, VERSION),
        keccak256(abi_encode(PAYMENT_TYPE, id, payment.counter, payment.amount, payment.payee, payment.memo)),
    )


@internal
@pure
def _held(purse: Purse) -> uint256:
    return purse.funded - purse.paid - purse.returned
