# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Delivery against payment: both or neither
@license Apache-2.0
@notice Three ways to exchange two things so that nobody is left with neither. On one chain: seller and buyer agree on a
        trade, each delivers its leg (an asset against money, or money against money), and the second delivery settles
        both in the same transaction. Across chains by hash-lock: what is locked goes to its receiver for a preimage,
        and back without. Across chains by key (ERC-7573): what the seller locks goes to the buyer for one key and back
        to the seller for another; which of them comes out is decided where the payment is made. Whatever is neither
        settled nor claimed by its deadline goes back to who put it in; anyone can see to that.
        Assets are ERC-20 tokens that keep their own books.
@dev    Truths that hold after every transaction:
        of a trade at most one leg is held; it is settled, with both legs paid, or everything has gone back;
        a lock is paid once, to its receiver or to its owner;
        liabilities(token) = sum of held in that token + sum of claims <= the token's balance of this contract.
        Hashes are SHA-256, which every chain knows. Across chains whoever made the secret locks first, with the longer
        term; the answer has the shorter one, so that the secret shown there can still be used here.
        https://eips.ethereum.org/EIPS/eip-7573 is a draft that changed its types; these are the locking contract's
        with numbers for ids and text for keys. It has no word for token and deadline: `register_transfer` fixes them
        and gives the id. A hash is written as "0x" and the 64 hexadecimal digits of the SHA-256 of the key in UTF-8.
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

struct Trade:
    seller: address
    buyer: address
    asset: address
    asset_amount: uint256
    money: address
    money_amount: uint256
    deadline: uint256
    terms_hash: bytes32
    delivered_by: address
    state: uint8

struct Lock:
    owner: address
    receiver: address
    token: address
    amount: uint256
    deadline: uint256
    receiver_hash: bytes32
    owner_hash: bytes32
    encrypted_hash: bytes32
    state: uint8

# Of a trade.
OPEN: constant(uint8) = 1
HALF: constant(uint8) = 2
SETTLED: constant(uint8) = 3
CALLED_OFF: constant(uint8) = 4

# Of a lock.
REGISTERED: constant(uint8) = 1
INCEPTED: constant(uint8) = 2
LOCKED: constant(uint8) = 3
PAID: constant(uint8) = 4
RETURNED: constant(uint8) = 5

MAX_HASHED: constant(uint256) = 128
MAX_ENCRYPTED: constant(uint256) = 2_048
MAX_KEY: constant(uint256) = 256
HEX_HASH: constant(uint256) = 66

trades: HashMap[bytes32, Trade]
locks: HashMap[bytes32, Lock]

event Proposed:
    id: indexed(bytes32)
    seller: indexed(address)
    buyer: indexed(address)
    asset: address
    asset_amount: uint256
    money: address
    money_amount: uint256
    deadline: uint256
    terms_hash: bytes32

event Delivered:
    id: indexed(bytes32)
    by: indexed(address)
    token: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Settled:
    id: indexed(bytes32)
    seller: indexed(address)
    buyer: indexed(address)
    asset_amount: uint256
    money_amount: uint256
    asset_held_before: uint256
    asset_held_after: uint256
    money_held_before: uint256
    money_held_after: uint256

event CalledOff:
    id: indexed(bytes32)
    by: indexed(address)
    held_before: uint256
    held_after: uint256

event Registered:
    id: indexed(bytes32)
    owner: indexed(address)
    receiver: indexed(address)
    token: address
    amount: uint256
    deadline: uint256

event Locked:
    id: indexed(bytes32)
    owner: indexed(address)
    receiver: indexed(address)
    token: address
    value: uint256
    receiver_hash: bytes32
    deadline: uint256
    held_before: uint256
    held_after: uint256

event Unlocked:
    id: indexed(bytes32)
    receiver: indexed(address)
    preimage: bytes32
    value: uint256
    held_before: uint256
    held_after: uint256

event Returned:
    id: indexed(bytes32)
    owner: indexed(address)
    by: indexed(address)
    held_before: uint256
    held_after: uint256

# The four of ERC-7573, as it has them: nothing indexed.

event TransferIncepted:
    id: uint256
    amount: int256
    seller: address
    buyer: address
    keyHashedSeller: String[MAX_HASHED]
    keyEncryptedSeller: String[MAX_ENCRYPTED]

event TransferConfirmed:
    id: uint256
    amount: int256
    seller: address
    buyer: address
    keyHashedBuyer: String[MAX_HASHED]
    keyEncryptedBuyer: String[MAX_ENCRYPTED]

event TokenClaimed:
    id: uint256
    key: String[MAX_KEY]

event TokenReclaimed:
    id: uint256
    key: String[MAX_KEY]


@deploy
def __init__():
    pass


# On one chain


@external
def propose(
    seller: address,
    buyer: address,
    asset: address,
    asset_amount: uint256,
    money: address,
    money_amount: uint256,
    deadline: uint256,
    terms_hash: bytes32,
) -> bytes32:
    """
    @notice Writes down a trade of which the caller is a party. Nothing moves yet.
    @param seller Who delivers the asset and is paid.
    @param buyer Who delivers the money and gets the asset.
    @param asset The asset's token.
    @param asset_amount Its amount, in its minor units.
    @param money The money's token; another one than the asset.
    @param money_amount Its amount, in its minor units.
    @param deadline Last second for both deliveries; at most ten years ahead.
    @param terms_hash Hash of what else the parties agreed on.
    @return The trade's id.
    """
    assert msg.sender in [seller, buyer], "dvp: not a party"
    self._check_parties(seller, buyer)
    self._check_token(asset)
    self._check_token(money)
    assert asset != money, "dvp: the same token twice"
    assert asset_amount > 0 and money_amount > 0, "dvp: no amount"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.trades[id] = Trade(
        seller=seller,
        buyer=buyer,
        asset=asset,
        asset_amount=asset_amount,
        money=money,
        money_amount=money_amount,
        deadline=deadline,
        terms_hash=terms_hash,
        delivered_by=empty(address),
        state=OPEN,
    )
    log Proposed(
        id=id,
        seller=seller,
        buyer=buyer,
        asset=asset,
        asset_amount=asset_amount,
        money=money,
        money_amount=money_amount,
        deadline=deadline,
        terms_hash=terms_hash,
    )
    return id


@external
def deliver(id: bytes32):
    """
    @notice Delivers the caller's leg from an allowance: the seller's asset or the buyer's money, up to the deadline.
            The second delivery settles the trade at once.
    @param id The trade.
    """
    trade: Trade = self.trades[id]
    self._check_pending(trade)
    assert msg.sender in [trade.seller, trade.buyer], "dvp: not a party"
    assert msg.sender != trade.delivered_by, "dvp: delivered already"
    assert not deadlines._has_passed(trade.deadline), "dvp: deadline has passed"
    token: address = trade.asset
    amount: uint256 = trade.asset_amount
    if msg.sender == trade.buyer:
        token = trade.money
        amount = trade.money_amount
    log Delivered(id=id, by=msg.sender, token=token, value=amount, held_before=0, held_after=amount)
    if trade.state == OPEN:
        self.trades[id].delivered_by = msg.sender
        self.trades[id].state = HALF
        claims._pull_exactly(token, msg.sender, amount)
        return
    self.trades[id].state = SETTLED
    log Settled(
        id=id,
        seller=trade.seller,
        buyer=trade.buyer,
        asset_amount=trade.asset_amount,
        money_amount=trade.money_amount,
        asset_held_before=trade.asset_amount,
        asset_held_after=0,
        money_held_before=trade.money_amount,
        money_held_after=0,
    )
    claims._pull_exactly(token, msg.sender, amount)
    claims._pay(id, trade.asset, trade.buyer, trade.asset_amount)
    claims._pay(id, trade.money, trade.seller, trade.money_amount)


@external
def cancel(id: bytes32):
    """
    @notice Calls a trade off that is not settled; what was delivered goes back. Seller or buyer.
    @param id The trade.
    """
    trade: Trade = self.trades[id]
    self._check_pending(trade)
    assert msg.sender in [trade.seller, trade.buyer], "dvp: not a party"
    self._call_off(id, trade)


# Across chains, by hash


@external
def lock(receiver: address, token: address, amount: uint256, hash: bytes32, deadline: uint256) -> bytes32:
    """
    @notice Puts a token aside for whoever shows the preimage of a hash to give it to the receiver.
    @param receiver Who gets it for the preimage.
    @param token The ERC-20 token.
    @param amount Minor units, from an allowance given to this contract.
    @param hash SHA-256 of a secret of 32 bytes.
    @param deadline Last second for the preimage; then it goes back.
    @return The lock's id.
    """
    self._check_parties(msg.sender, receiver)
    self._check_token(token)
    assert amount > 0, "dvp: no amount"
    assert hash != empty(bytes32), "dvp: no hash"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.locks[id] = Lock(
        owner=msg.sender,
        receiver=receiver,
        token=token,
        amount=amount,
        deadline=deadline,
        receiver_hash=hash,
        owner_hash=empty(bytes32),
        encrypted_hash=empty(bytes32),
        state=LOCKED,
    )
    self._lock(id, self.locks[id])
    return id


@external
def unlock(id: bytes32, preimage: bytes32):
    """
    @notice Gives what is locked to its receiver, up to the deadline. Anyone who knows the preimage.
    @param id The lock.
    @param preimage The secret; from now on everybody knows it.
    """
    lock: Lock = self.locks[id]
    assert lock.state == LOCKED and lock.owner_hash == empty(bytes32), "dvp: not locked by hash"
    assert not deadlines._has_passed(lock.deadline), "dvp: deadline has passed"
    assert sha256(preimage) == lock.receiver_hash, "dvp: not the preimage"
    self.locks[id].state = PAID
    log Unlocked(
        id=id, receiver=lock.receiver, preimage=preimage, value=lock.amount, held_before=lock.amount, held_after=0
    )
    claims._pay(id, lock.token, lock.receiver, lock.amount)


@external
def reclaim(id: bytes32):
    """
    @notice Gives what is locked back to its owner: the receiver at any time, the owner after the deadline.
    @param id The lock.
    """
    lock: Lock = self.locks[id]
    assert lock.state == LOCKED, "dvp: not locked"
    assert msg.sender in [lock.owner, lock.receiver], "dvp: not a party"
    if msg.sender == lock.owner:
        assert deadlines._has_passed(lock.deadline), "dvp: deadline has not passed"
    self._return(id, lock)


# Across chains, by key (ERC-7573)


@external
def register_transfer(seller: address, token: address, amount: uint256, deadline: uint256) -> uint256:
    """
    @notice Begins a transfer by key with the caller as buyer; the functions of ERC-7573 carry it on by its id.
    @param seller Who will lock the token.
    @param token The ERC-20 token.
    @param amount Minor units.
    @param deadline Last second for a key; then what is locked goes back.
    @return The transfer's id, as ERC-7573 has it; the same 32 bytes are the lock's id.
    """
    self._check_parties(seller, msg.sender)
    self._check_token(token)
    assert amount > 0 and amount <= convert(max_value(int256), uint256), "dvp: no amount"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.locks[id] = Lock(
        owner=seller,
        receiver=msg.sender,
        token=token,
        amount=amount,
        deadline=deadline,
        receiver_hash=empty(bytes32),
        owner_hash=empty(bytes32),
        encrypted_hash=empty(bytes32),
        state=REGISTERED,
    )
    log Registered(id=id, owner=seller, receiver=msg.sender, token=token, amount=amount, deadline=deadline)
    return convert(id, uint256)


@external
def inceptTransfer(
    id: uint256,
    amount: int256,
    seller: address,
    keyHashedSeller: String[MAX_HASHED],
    keyEncryptedSeller: String[MAX_ENCRYPTED],
):
    """
    @notice Names the key for which the token will go back to the seller. Buyer only, after `register_transfer`.
    @param id The transfer.
    @param amount Minor units, as registered.
    @param seller The seller, as registered.
    @param keyHashedSeller "0x" and the SHA-256 of the seller's key in hexadecimal.
    @param keyEncryptedSeller The same key, encrypted for who decrypts it when the payment fails.
    """
    lock: Lock = self.locks[convert(id, bytes32)]
    assert lock.state == REGISTERED, "dvp: not registered"
    self._check_terms(lock, amount, seller, msg.sender)
    assert not deadlines._has_passed(lock.deadline), "dvp: deadline has passed"
    self.locks[convert(id, bytes32)].owner_hash = self._hash_from_text(keyHashedSeller)
    self.locks[convert(id, bytes32)].encrypted_hash = keccak256(keyEncryptedSeller)
    self.locks[convert(id, bytes32)].state = INCEPTED
    log TransferIncepted(
        id=id,
        amount=amount,
        seller=seller,
        buyer=msg.sender,
        keyHashedSeller=keyHashedSeller,
        keyEncryptedSeller=keyEncryptedSeller,
    )


@external
def confirmTransfer(
    id: uint256,
    amount: int256,
    buyer: address,
    keyHashedBuyer: String[MAX_HASHED],
    keyEncryptedBuyer: String[MAX_ENCRYPTED],
):
    """
    @notice Names the key for which the token will go to the buyer, and locks it, from an allowance. Seller only.
    @param id The transfer.
    @param amount Minor units, as registered.
    @param buyer The buyer, as registered.
    @param keyHashedBuyer "0x" and the SHA-256 of the buyer's key in hexadecimal.
    @param keyEncryptedBuyer The same key, encrypted for who decrypts it when the payment succeeds.
    """
    lock: Lock = self.locks[convert(id, bytes32)]
    assert lock.state == INCEPTED, "dvp: not incepted"
    self._check_terms(lock, amount, msg.sender, buyer)
    assert not deadlines._has_passed(lock.deadline), "dvp: deadline has passed"
    lock.receiver_hash = self._hash_from_text(keyHashedBuyer)
    assert lock.receiver_hash != lock.owner_hash, "dvp: one key for both"
    self.locks[convert(id, bytes32)].receiver_hash = lock.receiver_hash
    self.locks[convert(id, bytes32)].state = LOCKED
    log TransferConfirmed(
        id=id,
        amount=amount,
        seller=msg.sender,
        buyer=buyer,
        keyHashedBuyer=keyHashedBuyer,
        keyEncryptedBuyer=keyEncryptedBuyer,
    )
    self._lock(convert(id, bytes32), lock)


@external
def cancelTransfer(
    id: uint256,
    amount: int256,
    seller: address,
    keyHashedSeller: String[MAX_HASHED],
    keyEncryptedSeller: String[MAX_ENCRYPTED],
):
    """
    @notice Calls off what was incepted and not confirmed. Buyer only, with the terms it incepted.
    @param id The transfer.
    @param amount Minor units, as incepted.
    @param seller The seller, as incepted.
    @param keyHashedSeller As incepted.
    @param keyEncryptedSeller As incepted.
    """
    lock: Lock = self.locks[convert(id, bytes32)]
    assert lock.state == INCEPTED, "dvp: not incepted"
    self._check_terms(lock, amount, seller, msg.sender)
    assert self._hash_from_text(keyHashedSeller) == lock.owner_hash, "dvp: not the terms"
    assert keccak256(keyEncryptedSeller) == lock.encrypted_hash, "dvp: not the terms"
    self._return(convert(id, bytes32), lock)


@external
def transferWithKey(id: uint256, key: String[MAX_KEY]):
    """
    @notice Gives what is locked to the buyer for the buyer's key, or back to the seller for the seller's, up to the
            deadline. Anyone who knows a key: it alone says who is paid.
    @param id The transfer.
    @param key The key.
    """
    lock: Lock = self.locks[convert(id, bytes32)]
    assert lock.state == LOCKED and lock.owner_hash != empty(bytes32), "dvp: not locked by key"
    assert not deadlines._has_passed(lock.deadline), "dvp: deadline has passed"
    hash: bytes32 = sha256(key)
    assert hash in [lock.receiver_hash, lock.owner_hash], "dvp: not a key"
    if hash == lock.owner_hash:
        log TokenReclaimed(id=id, key=key)
        self._return(convert(id, bytes32), lock)
        return
    self.locks[convert(id, bytes32)].state = PAID
    log TokenClaimed(id=id, key=key)
    log Unlocked(
        id=convert(id, bytes32),
        receiver=lock.receiver,
        preimage=empty(bytes32),
        value=lock.amount,
        held_before=lock.amount,
        held_after=0,
    )
    claims._pay(convert(id, bytes32), lock.token, lock.receiver, lock.amount)


# All three


@external
def exit(id: bytes32):
    """
    @notice After the deadline: gives what is held back to who put it in. Anyone.
    @param id A trade or a lock.
    """
    trade: Trade = self.trades[id]
    lock: Lock = self.locks[id]
    assert trade.state in [OPEN, HALF] or lock.state in [REGISTERED, INCEPTED, LOCKED], "dvp: nothing to exit"
    assert deadlines._has_passed(trade.deadline + lock.deadline), "dvp: deadline has not passed"
    if trade.state != 0:
        self._call_off(id, trade)
    else:
        self._return(id, lock)


@external
@view
def trade(id: bytes32) -> Trade:
    """
    @notice Everything about a trade.
    @param id The trade.
    @return Its record; state 0 unknown, 1 open, 2 one leg delivered, 3 settled, 4 called off.
    """
    return self.trades[id]


@external
@view
def lock_of(id: bytes32) -> Lock:
    """
    @notice Everything about a lock by hash or by key.
    @param id The lock.
    @return Its record; state 0 unknown, 1 registered, 2 incepted, 3 locked, 4 paid to the receiver, 5 returned.
    """
    return self.locks[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a trade or a lock holds now: of a trade the one leg that is delivered.
    @param id The trade or lock.
    @return Minor units of the token that `holds` names.
    """
    return self._held_of_trade(self.trades[id]) + self._held_of_lock(self.locks[id])


@external
@view
def holds(id: bytes32) -> address:
    """
    @notice The token that a trade or a lock holds now.
    @param id The trade or lock.
    @return The token, or zero where nothing is held.
    """
    trade: Trade = self.trades[id]
    if trade.state == HALF:
        return trade.asset if trade.delivered_by == trade.seller else trade.money
    if self.locks[id].state == LOCKED:
        return self.locks[id].token
    return empty(address)


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit.
    @param id The trade or lock.
    @return Seconds since 1970; zero for an unknown id.
    """
    # An id is one or the other.
    return self.trades[id].deadline + self.locks[id].deadline


@internal
def _call_off(id: bytes32, trade: Trade):
    held: uint256 = self._held_of_trade(trade)
    self.trades[id].state = CALLED_OFF
    log CalledOff(id=id, by=msg.sender, held_before=held, held_after=0)
    if trade.delivered_by == trade.seller:
        claims._pay(id, trade.asset, trade.seller, held)
    else:
        claims._pay(id, trade.money, trade.buyer, held)


@internal
def _lock(id: bytes32, lock: Lock):
    log Locked(
        id=id,
        owner=lock.owner,
        receiver=lock.receiver,
        token=lock.token,
        value=lock.amount,
        receiver_hash=lock.receiver_hash,
        deadline=lock.deadline,
        held_before=0,
        held_after=lock.amount,
    )
    claims._pull_exactly(lock.token, lock.owner, lock.amount)


@internal
def _return(id: bytes32, lock: Lock):
    held: uint256 = self._held_of_lock(lock)
    self.locks[id].state = RETURNED
    log Returned(id=id, owner=lock.owner, by=msg.sender, held_before=held, held_after=0)
    claims._pay(id, lock.token, lock.owner, held)


@internal
@pure
def _check_pending(trade: Trade):
    assert trade.state in [OPEN, HALF], "dvp: not pending"


@internal
@view
def _check_parties(seller: address, buyer: address):
    assert empty(address) not in [seller, buyer], "dvp: nobody"
    assert self not in [seller, buyer] and seller != buyer, "dvp: not two parties"


@internal
@view
def _check_token(token: address):
    assert token.is_contract and token != self, "dvp: not a token"


@internal
@pure
def _check_terms(lock: Lock, amount: int256, seller: address, buyer: address):
    assert buyer == lock.receiver and seller == lock.owner, "dvp: not the parties"
    assert amount == convert(lock.amount, int256), "dvp: not the terms"


@internal
@pure
def _held_of_trade(trade: Trade) -> uint256:
    if trade.state != HALF:
        return 0
    return trade.asset_amount if trade.delivered_by == trade.seller else trade.money_amount


@internal
@pure
def _held_of_lock(lock: Lock) -> uint256:
    return lock.amount if lock.state == LOCKED else 0


@internal
@pure
def _hash_from_text(text: String[MAX_HASHED]) -> bytes32:
    """
    @dev "0x" and 64 hexadecimal digits, of either case.
    """
    assert len(text) == HEX_HASH and slice(text, 0, 2) == "0x", "dvp: not a hash"
    number: uint256 = 0
    for i: uint256 in range(2, HEX_HASH):
        digit: uint256 = convert(convert(slice(text, i, 1), Bytes[1]), uint256)
        if digit >= 97 and digit <= 102:
            digit -= 87
        elif digit >= 65 and digit <= 70:
            digit -= 55
        else:
            assert digit >= 48 and digit <= 57, "dvp: not a hash"
            digit -= 48
        number = number * 16 + digit
    assert number != 0, "dvp: no hash"
    return convert(number, bytes32)
