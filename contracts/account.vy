# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title An account of several keys, for a company or a careful person
@license Apache-2.0
@notice Owners are keys: accounts that sign by secp256k1, contracts that approve here, and devices whose secure element
        signs by P-256. How many of them a payment takes depends on its amount, together with what was paid the same
        day (UTC) with fewer than all that the highest amounts need. Anything but a payment in the account's
        currency takes as many as the highest amounts: calls of other contracts, signatures (EIP-1271), and changes of
        the account itself. A session key may pay alone, within its cap, to named receivers, until it expires; any
        owner ends it. Who loses keys is brought back by guardians: enough of them name new owners, a delay passes
        in which any owner can veto, then anyone puts the new owners in place. Owners who are all gone with no
        guardians named have lost the account; who holds one owner's key can veto a recovery, and pay
        what the table lets one signer pay.
@dev    Truths: a nonce is used once, and from 2**255 on only by as many signers as the highest amounts need, so that
        the other owners can replace one whose key was stolen; nothing is called without the distinct signers that its
        amount needs, or a session key within its cap; in one day fewer signers than a tier needs never pay more than
        the tier below.
        A list of signatures is entries of 97 bytes, strictly ascending by owner: 32 bytes owner id, 32 r, 32 s, 1 v.
        The id of an account is its address in 32 bytes, of a device keccak256(x, y). A device signs SHA-256 of the
        digest, v is not looked at. r, s and v all zero stand for an approval made here or, in `execute` and `batch`,
        for the caller itself.
        Functions that only the account may call on itself are open while it is busy, since it is the account that
        keeps itself busy; `isValidSignature` is, because contracts that the account calls ask it.
"""

from .modules import deadlines
from .modules import p256
from .modules import signatures

# `account` for one that has an address; x and y for a device.
struct Owner:
    account: address
    x: uint256
    y: uint256

# So many signers for payments that bring the day's total up to so much.
struct Tier:
    up_to: uint256
    signers: uint256

struct Call:
    to: address
    amount: uint256
    data: Bytes[MAX_DATA]

struct Session:
    cap: uint256
    spent: uint256
    expires_at: uint256
    epoch: uint256
    targets: DynArray[address, MAX_TARGETS]

MAX_OWNERS: constant(uint256) = 16
MAX_TIERS: constant(uint256) = 4
MAX_GUARDIANS: constant(uint256) = 8
MAX_CALLS: constant(uint256) = 8
MAX_DATA: constant(uint256) = 2_048
MAX_ANSWER: constant(uint256) = 1_024
MAX_TARGETS: constant(uint256) = 8
ENTRY: constant(uint256) = 97
# From here on a nonce takes the most signers, so that no single owner can use up the nonce of what many signed.
RESERVED_NONCES: constant(uint256) = 2**255

DAY_SECONDS: constant(uint256) = 24 * 60 * 60
MIN_DELAY_SECONDS: constant(uint256) = DAY_SECONDS
MAX_DELAY_SECONDS: constant(uint256) = 30 * DAY_SECONDS
# A recovery that nobody finishes in time does not lie in wait for years.
RECOVERY_OPEN_SECONDS: constant(uint256) = 30 * DAY_SECONDS

TRANSFER: constant(bytes4) = method_id("transfer(address,uint256)", output_type=bytes4)
APPROVE: constant(bytes4) = method_id("approve(address,uint256)", output_type=bytes4)
TRANSFER_WITH_MEMO: constant(bytes4) = method_id("transfer_with_memo(address,uint256,bytes32)", output_type=bytes4)
NOT_VALID: constant(bytes32) = 0xffffffff00000000000000000000000000000000000000000000000000000000

ERC165: constant(bytes4) = 0x01ffc9a7
ERC1271: constant(bytes4) = 0x1626ba7e

NAME: constant(String[14]) = "Jiaozi Account"
VERSION: constant(String[1]) = "1"
CALL_TYPE: constant(bytes32) = keccak256("Call(address to,uint256 amount,bytes data)")
BATCH_TYPE: constant(bytes32) = keccak256(
    "Batch(Call[] calls,uint256 nonce,uint256 deadline)Call(address to,uint256 amount,bytes data)"
)
MESSAGE_TYPE: constant(bytes32) = keccak256("Message(bytes32 hash)")
VETO_TYPE: constant(bytes32) = keccak256("Veto(uint256 recovery)")

currency: public(immutable(address))

owner_ids: DynArray[bytes32, MAX_OWNERS]
is_owner: public(HashMap[bytes32, bool])
device_keys: HashMap[bytes32, uint256[2]]
tiers: DynArray[Tier, MAX_TIERS]
# Raised whenever owners change; session keys end with the owners that gave them.
epoch: public(uint256)
used_nonces: public(HashMap[uint256, bool])
# digest -> owner id -> approved here
approvals: public(HashMap[bytes32, HashMap[bytes32, bool]])
# day since 1970 -> paid with fewer signers than the highest tier's
spent_on: public(HashMap[uint256, uint256])
sessions: HashMap[address, Session]
guardians: DynArray[address, MAX_GUARDIANS]
guardians_needed: public(uint256)
recovery_delay: public(uint256)
# The number of the recovery that guardians may support now; a veto, any change of the account, or support for one
# that expired makes the next.
recovery: public(uint256)
supported: HashMap[bytes32, HashMap[address, bool]]
supporters: HashMap[bytes32, uint256]
# digest of a recovery -> the last second of its delay
ready_after: HashMap[bytes32, uint256]

event OwnersSet:
    epoch: indexed(uint256)
    owners: DynArray[Owner, MAX_OWNERS]
    tiers: DynArray[Tier, MAX_TIERS]

event GuardiansSet:
    guardians: DynArray[address, MAX_GUARDIANS]
    needed: uint256
    delay: uint256

event Proposed:
    id: indexed(bytes32)
    by: indexed(address)
    calls: DynArray[Call, MAX_CALLS]
    nonce: uint256
    deadline: uint256

event Approved:
    id: indexed(bytes32)
    by: indexed(address)

event ApprovalWithdrawn:
    id: indexed(bytes32)
    by: indexed(address)

event Executed:
    id: indexed(bytes32)
    nonce: indexed(uint256)
    signers: uint256
    needed: uint256
    spent_before: uint256
    spent_after: uint256

event SessionSet:
    key: indexed(address)
    cap: uint256
    expires_at: uint256
    targets: DynArray[address, MAX_TARGETS]

event SessionRevoked:
    key: indexed(address)
    by: indexed(address)

event SessionUsed:
    key: indexed(address)
    to: indexed(address)
    spent_before: uint256
    spent_after: uint256

event RecoverySupported:
    id: indexed(bytes32)
    guardian: indexed(address)
    recovery: uint256
    supporters: uint256
    ready_after: uint256

event RecoveryVetoed:
    recovery: indexed(uint256)
    by: indexed(bytes32)

event Recovered:
    id: indexed(bytes32)
    recovery: uint256

event Received:
    sender: indexed(address)
    amount: uint256


@deploy
def __init__(
    account_currency: address,
    owners: DynArray[Owner, MAX_OWNERS],
    tiers: DynArray[Tier, MAX_TIERS],
    guardians: DynArray[address, MAX_GUARDIANS],
    needed: uint256,
    delay: uint256,
):
    """
    @param account_currency The currency whose payments count towards the tiers; for good.
    @param owners Up to sixteen keys: an account, or the point (x, y) of a device's P-256 key and no account.
    @param tiers How many signers up to which day's total, in minor units, from the smallest to the largest.
    @param guardians Who may begin a recovery; none for an account that cannot be recovered.
    @param needed How many guardians a recovery takes.
    @param delay Seconds in which an owner can veto a recovery.
    """
    assert account_currency.is_contract, "account: not a currency"
    currency = account_currency
    self._set_owners(owners, tiers)
    self._set_guardians(guardians, needed, delay)


@external
@payable
@reentrant
def __default__():
    """
    @notice Takes the chain's own coin, from anyone.
    """
    log Received(sender=msg.sender, amount=msg.value)


@external
def execute(call: Call, nonce: uint256, deadline: uint256, owner_signatures: Bytes[signatures.MAX_SIGNATURE]) -> Bytes[
    MAX_ANSWER
]:
    """
    @notice Makes one call with the owners' signatures of a batch that has it alone. Anyone may bring them.
    @param call Receiver, amount of the chain's own coin, and input.
    @param nonce Any number that was not used before; from 2**255 on it takes the most signers.
    @param deadline Last second for these signatures.
    @param owner_signatures One entry for each signer, ascending.
    @return What the call answered.
    """
    return self._run([call], nonce, deadline, owner_signatures)


@external
def batch(
    calls: DynArray[Call, MAX_CALLS],
    nonce: uint256,
    deadline: uint256,
    owner_signatures: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice Makes several calls, all or none. A batch of nothing uses up a nonce, which cancels what was signed for it.
    @param calls At most eight; their payments are added up to find how many signers they take.
    @param nonce Any number that was not used before; from 2**255 on it takes the most signers.
    @param deadline Last second for these signatures.
    @param owner_signatures One entry for each signer, ascending.
    """
    self._run(calls, nonce, deadline, owner_signatures)


@external
def propose(calls: DynArray[Call, MAX_CALLS], nonce: uint256, deadline: uint256) -> bytes32:
    """
    @notice Shows a batch to the other owners and approves it. An owner with an address only.
    @param calls The calls.
    @param nonce Any number that was not used before.
    @param deadline Last second to execute them.
    @return The digest to approve or sign.
    """
    assert not self.used_nonces[nonce], "account: nonce was used"
    id: bytes32 = self._batch_digest(calls, nonce, deadline)
    log Proposed(id=id, by=msg.sender, calls=calls, nonce=nonce, deadline=deadline)
    self._approve(id)
    return id


@external
def approve(id: bytes32):
    """
    @notice Approves a digest, of a batch or of a message, as good as a signature. An owner with an address only.
    @param id The digest.
    """
    self._approve(id)


@external
def withdraw_approval(id: bytes32):
    """
    @notice Takes an approval back.
    @param id The digest.
    """
    owner: bytes32 = convert(msg.sender, bytes32)
    assert self.approvals[id][owner], "account: not approved by you"
    self.approvals[id][owner] = False
    log ApprovalWithdrawn(id=id, by=msg.sender)


@external
@reentrant
def set_owners(owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]):
    """
    @notice Replaces owners and thresholds, and ends all session keys and recoveries. Only by the account itself.
    @param owners The new owners; each an address or a P-256 key.
    @param tiers Ascending amounts with never fewer signers; the last is without limit (2**256 - 1).
    """
    self._check_self()
    self._set_owners(owners, tiers)


@external
@reentrant
def set_guardians(guardians: DynArray[address, MAX_GUARDIANS], needed: uint256, delay: uint256):
    """
    @notice Replaces the guardians, and ends all recoveries. Only by the account itself.
    @param guardians Who may recover the account together; none for no recovery at all.
    @param needed How many of them it takes.
    @param delay Seconds in which any owner can veto: a day to thirty days.
    """
    self._check_self()
    self._set_guardians(guardians, needed, delay)


@external
@reentrant
def set_session(key: address, cap: uint256, expires_at: uint256, targets: DynArray[address, MAX_TARGETS]):
    """
    @notice Lets a key pay alone, within limits. Only by the account itself; a second time replaces the first.
    @param key Who may call `execute_session`.
    @param cap All that it may pay or allow in the account's currency, in minor units.
    @param expires_at Its last second.
    @param targets Whom it may pay and which contracts it may call: not the currency, not the account.
    """
    self._check_self()
    assert key not in [empty(address), self], "account: not a session key"
    deadlines._check_ahead(expires_at)
    for target: address in targets:
        assert target not in [empty(address), self, currency], "account: not a target"
    self.sessions[key] = Session(cap=cap, spent=0, expires_at=expires_at, epoch=self.epoch, targets=targets)
    log SessionSet(key=key, cap=cap, expires_at=expires_at, targets=targets)


@external
@reentrant
def revoke_session(key: address):
    """
    @notice Ends a session key at once. Any owner with an address, or the account itself.
    @param key The key.
    """
    assert msg.sender == self or self.is_owner[convert(msg.sender, bytes32)], "account: not an owner"
    assert self.sessions[key].expires_at != 0, "account: no such session"
    self.sessions[key] = empty(Session)
    log SessionRevoked(key=key, by=msg.sender)


@external
def execute_session(to: address, data: Bytes[MAX_DATA]) -> Bytes[MAX_ANSWER]:
    """
    @notice A call by a session key: a payment or allowance in the currency to a target, counted against the cap, or a
            call of a target that moves no coin.
    @param to The currency, or a target.
    @param data The input.
    @return What the call answered.
    """
    session: Session = self.sessions[msg.sender]
    assert session.expires_at != 0 and session.epoch == self.epoch, "account: no such session"
    assert not deadlines._has_passed(session.expires_at), "account: session has expired"
    amount: uint256 = 0
    if to == currency:
        known: bool = False
        known, amount = self._payment(Call(to=to, amount=0, data=data))
        assert known, "account: not a payment"
        receiver: uint256 = convert(extract32(data, 4), uint256)
        assert receiver < 2**160, "account: not a target"
        assert convert(convert(receiver, uint160), address) in session.targets, "account: not a target"
        assert amount <= session.cap - session.spent, "account: over the session's cap"
    else:
        assert to in session.targets and to.is_contract, "account: not a target"
    self.sessions[msg.sender].spent = session.spent + amount
    log SessionUsed(key=msg.sender, to=to, spent_before=session.spent, spent_after=session.spent + amount)
    return raw_call(to, data, max_outsize=MAX_ANSWER)


@external
def support_recovery(owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]) -> bytes32:
    """
    @notice A guardian's word that these should be the owners. The one that makes it enough starts the delay.
    @param owners The new owners.
    @param tiers Their thresholds.
    @return The id of this recovery.
    """
    assert msg.sender in self.guardians, "account: not a guardian"
    self._check_owners(owners, tiers)
    id: bytes32 = self._recovery_id(owners, tiers)
    if self._has_expired(id):
        self.recovery += 1
        id = self._recovery_id(owners, tiers)
    assert not self.supported[id][msg.sender], "account: supported already"
    self.supported[id][msg.sender] = True
    self.supporters[id] += 1
    if self.supporters[id] == self.guardians_needed:
        self.ready_after[id] = block.timestamp + self.recovery_delay
    log RecoverySupported(
        id=id,
        guardian=msg.sender,
        recovery=self.recovery,
        supporters=self.supporters[id],
        ready_after=self.ready_after[id],
    )
    return id


@external
def veto_recovery(owner: bytes32, owner_signature: Bytes[64]):
    """
    @notice Ends every recovery that is under way. Any owner, as caller or with a device's signature of the Veto.
    @param owner The owner's id.
    @param owner_signature The device's r and s; empty if the owner calls.
    """
    assert self.is_owner[owner], "account: not an owner"
    vetoed: uint256 = self.recovery
    if owner != convert(msg.sender, bytes32):
        digest: bytes32 = self._digest(keccak256(abi_encode(VETO_TYPE, vetoed)))
        assert self._device_signed(owner, digest, owner_signature), "account: not signed by the owner"
    self.recovery = vetoed + 1
    log RecoveryVetoed(recovery=vetoed, by=owner)


@external
def finish_recovery(owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]):
    """
    @notice Puts the new owners in place, after the delay and for thirty days. Anyone.
    @param owners The owners that enough guardians supported.
    @param tiers Their thresholds.
    """
    id: bytes32 = self._recovery_id(owners, tiers)
    ready_after: uint256 = self.ready_after[id]
    assert ready_after != 0, "account: not enough guardians"
    assert deadlines._has_passed(ready_after), "account: can still be vetoed"
    assert not self._has_expired(id), "account: recovery has expired"
    log Recovered(id=id, recovery=self.recovery)
    self._set_owners(owners, tiers)


@external
@view
@reentrant
def isValidSignature(hash: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]) -> bytes32:
    """
    @notice EIP-1271: whether enough owners for the highest amounts signed this hash for this account.
    @param hash What somebody else asks about; the owners sign the Message that wraps it in the account's domain, so
                that a signature for one account is none for another with the same owners.
    @param signature A list of entries as for `execute`.
    @return 0x1626ba7e if so, 0xffffffff if not, each in the first four of 32 bytes.
    """
    digest: bytes32 = self._digest(keccak256(abi_encode(MESSAGE_TYPE, hash)))
    if self._count(digest, signature, empty(address)) < self._most():
        return NOT_VALID
    return signatures.VALID


@external
@pure
@reentrant
def supportsInterface(interface_id: bytes4) -> bool:
    """
    @notice EIP-165.
    @param interface_id The interface asked for.
    @return True for EIP-165 and EIP-1271.
    """
    return interface_id in [ERC165, ERC1271]


@external
@view
def owners() -> DynArray[Owner, MAX_OWNERS]:
    """
    @notice Who owns the account.
    @return Each with an address or a P-256 key.
    """
    found: DynArray[Owner, MAX_OWNERS] = []
    for id: bytes32 in self.owner_ids:
        key: uint256[2] = self.device_keys[id]
        account: address = empty(address)
        if key[0] == 0 and key[1] == 0:
            account = convert(convert(convert(id, uint256), uint160), address)
        found.append(Owner(account=account, x=key[0], y=key[1]))
    return found


@external
@view
def thresholds() -> DynArray[Tier, MAX_TIERS]:
    """
    @notice How many signers payments take.
    @return Ascending amounts with their signers.
    """
    return self.tiers


@external
@view
def guardian_list() -> DynArray[address, MAX_GUARDIANS]:
    """
    @notice Who may recover the account together.
    @return The guardians.
    """
    return self.guardians


@external
@view
def session(key: address) -> Session:
    """
    @notice Everything about a session key. It counts only while its epoch is the account's.
    @param key The key.
    @return Its record.
    """
    return self.sessions[key]


@external
@view
def needed(calls: DynArray[Call, MAX_CALLS]) -> uint256:
    """
    @notice How many signers these calls would take now.
    @param calls The calls.
    @return The number of distinct owners.
    """
    return self._needed(calls)[0]


@external
@view
def digest(calls: DynArray[Call, MAX_CALLS], nonce: uint256, deadline: uint256) -> bytes32:
    """
    @notice What owners sign or approve for a batch.
    @param calls The calls.
    @param nonce The nonce.
    @param deadline Last second to execute.
    @return The EIP-712 digest.
    """
    return self._batch_digest(calls, nonce, deadline)


@external
@view
def ready_at(owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]) -> uint256:
    """
    @notice When a recovery that enough guardians support can be finished.
    @param owners The new owners.
    @param tiers Their thresholds.
    @return The last second of the delay; zero where too few support it.
    """
    return self.ready_after[self._recovery_id(owners, tiers)]


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain that owners sign in.
    @return The domain's hash.
    """
    return signatures._domain(NAME, VERSION)


@internal
def _run(
    calls: DynArray[Call, MAX_CALLS],
    nonce: uint256,
    deadline: uint256,
    owner_signatures: Bytes[signatures.MAX_SIGNATURE],
) -> Bytes[MAX_ANSWER]:
    assert not self.used_nonces[nonce], "account: nonce was used"
    assert not deadlines._has_passed(deadline), "account: deadline has passed"
    id: bytes32 = self._batch_digest(calls, nonce, deadline)
    count: uint256 = self._count(id, owner_signatures, msg.sender)
    assert nonce < RESERVED_NONCES or count >= self._most(), "account: nonce is reserved"
    needed: uint256 = 0
    spending: uint256 = 0
    needed, spending = self._needed(calls)
    assert count >= needed, "account: not enough signers"
    if count >= self._most():
        spending = 0
    self.used_nonces[nonce] = True
    today: uint256 = block.timestamp // DAY_SECONDS
    before: uint256 = self.spent_on[today]
    self.spent_on[today] = before + spending
    log Executed(
        id=id, nonce=nonce, signers=count, needed=needed, spent_before=before, spent_after=before + spending
    )
    answer: Bytes[MAX_ANSWER] = b""
    for call: Call in calls:
        assert len(call.data) == 0 or call.to.is_contract, "account: no code there"
        answer = raw_call(call.to, call.data, max_outsize=MAX_ANSWER, value=call.amount)
    return answer


@internal
@view
def _needed(calls: DynArray[Call, MAX_CALLS]) -> (uint256, uint256):
    """
    @dev The signers, and what counts towards the day unless as many sign as the highest amounts need.
    """
    total: uint256 = self.spent_on[block.timestamp // DAY_SECONDS]
    before: uint256 = total
    for call: Call in calls:
        known: bool = False
        amount: uint256 = 0
        known, amount = self._payment(call)
        if not known or amount > max_value(uint256) - total:
            return self._most(), 0
        total += amount
    for i: uint256 in range(len(self.tiers) - 1, bound=MAX_TIERS):
        if total <= self.tiers[i].up_to:
            return self.tiers[i].signers, total - before
    return self._most(), 0


@internal
@view
def _payment(call: Call) -> (bool, uint256):
    """
    @dev Whether a call pays or allows somebody money in the currency and does nothing else, and how much.
    """
    if call.to != currency or call.amount != 0 or len(call.data) < 68:
        return False, 0
    selector: bytes4 = convert(slice(call.data, 0, 4), bytes4)
    if selector not in [TRANSFER, APPROVE] or len(call.data) != 68:
        if selector != TRANSFER_WITH_MEMO or len(call.data) != 100:
            return False, 0
    return True, convert(extract32(call.data, 36), uint256)


@internal
@view
def _most() -> uint256:
    return self.tiers[len(self.tiers) - 1].signers


@internal
@view
def _count(digest: bytes32, entries: Bytes[signatures.MAX_SIGNATURE], caller: address) -> uint256:
    """
    @dev How many distinct owners signed; none at all if any entry is not good, so that nobody hides one.
    """
    if len(entries) % ENTRY != 0:
        return 0
    count: uint256 = len(entries) // ENTRY
    if count > MAX_OWNERS:
        return 0
    former: uint256 = 0
    for i: uint256 in range(count, bound=MAX_OWNERS):
        owner: bytes32 = extract32(entries, ENTRY * i)
        if convert(owner, uint256) <= former or not self.is_owner[owner]:
            return 0
        former = convert(owner, uint256)
        if not self._owner_signed(owner, digest, slice(entries, ENTRY * i + 32, 65), caller):
            return 0
    return count


@internal
@view
def _owner_signed(owner: bytes32, digest: bytes32, signature: Bytes[65], caller: address) -> bool:
    if extract32(signature, 0) == empty(bytes32) and extract32(signature, 32) == empty(bytes32):
        # A device's id is a hash and nobody's address.
        called: bool = caller != empty(address) and convert(caller, bytes32) == owner
        return called or self.approvals[digest][owner]
    if self._is_device(owner):
        return self._device_signed(owner, digest, slice(signature, 0, 64))
    account: address = convert(convert(convert(owner, uint256), uint160), address)
    return signatures._signed_with_key(account, digest, signature)


@internal
@view
def _device_signed(owner: bytes32, digest: bytes32, signature: Bytes[64]) -> bool:
    if not self._is_device(owner) or len(signature) != 64:
        return False
    key: uint256[2] = self.device_keys[owner]
    r: uint256 = convert(extract32(signature, 0), uint256)
    s: uint256 = convert(extract32(signature, 32), uint256)
    # Secure elements hash what they are given, by SHA-256.
    return p256._verify(sha256(digest), r, s, key[0], key[1])


@internal
@view
def _is_device(owner: bytes32) -> bool:
    return self.device_keys[owner][0] != 0 or self.device_keys[owner][1] != 0


@internal
def _approve(id: bytes32):
    owner: bytes32 = convert(msg.sender, bytes32)
    assert self.is_owner[owner], "account: not an owner"
    self.approvals[id][owner] = True
    log Approved(id=id, by=msg.sender)


@internal
@view
def _check_self():
    assert msg.sender == self, "account: only by itself"


@internal
def _set_owners(owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]):
    owner_ids: DynArray[bytes32, MAX_OWNERS] = self._check_owners(owners, tiers)
    for id: bytes32 in self.owner_ids:
        self.is_owner[id] = False
        self.device_keys[id] = empty(uint256[2])
    for i: uint256 in range(len(owners), bound=MAX_OWNERS):
        self.is_owner[owner_ids[i]] = True
        self.device_keys[owner_ids[i]] = [owners[i].x, owners[i].y]
    self.owner_ids = owner_ids
    self.tiers = tiers
    self.epoch += 1
    self.recovery += 1
    log OwnersSet(epoch=self.epoch, owners=owners, tiers=tiers)


@internal
@view
def _check_owners(
    owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]
) -> DynArray[bytes32, MAX_OWNERS]:
    """
    @dev The owners' ids, if these can be owners and thresholds.
    """
    owner_ids: DynArray[bytes32, MAX_OWNERS] = []
    for owner: Owner in owners:
        if owner.account == empty(address):
            assert p256._is_key(owner.x, owner.y), "account: not an owner's key"
        else:
            assert owner.x == 0 and owner.y == 0, "account: two keys of an owner"
            assert owner.account != self, "account: not an owner's key"
        id: bytes32 = self._owner_id(owner)
        assert id not in owner_ids, "account: an owner twice"
        owner_ids.append(id)
    assert len(tiers) > 0, "account: no thresholds"
    assert tiers[len(tiers) - 1].up_to == max_value(uint256), "account: last tier has a limit"
    for i: uint256 in range(len(tiers), bound=MAX_TIERS):
        assert tiers[i].signers > 0, "account: no signers"
        assert tiers[i].signers <= len(owners), "account: more signers than owners"
        if i > 0:
            assert tiers[i].up_to > tiers[i - 1].up_to, "account: tiers do not ascend"
            assert tiers[i].signers >= tiers[i - 1].signers, "account: tiers do not ascend"
    return owner_ids


@internal
def _set_guardians(guardians: DynArray[address, MAX_GUARDIANS], needed: uint256, delay: uint256):
    assert needed <= len(guardians), "account: more than there are"
    assert needed > 0 or len(guardians) == 0, "account: no guardians needed"
    assert delay >= MIN_DELAY_SECONDS, "account: delay too short"
    assert delay <= MAX_DELAY_SECONDS, "account: delay too long"
    self.guardians = []
    for guardian: address in guardians:
        assert guardian not in [empty(address), self], "account: not a guardian"
        assert guardian not in self.guardians, "account: a guardian twice"
        self.guardians.append(guardian)
    self.guardians_needed = needed
    self.recovery_delay = delay
    self.recovery += 1
    log GuardiansSet(guardians=guardians, needed=needed, delay=delay)


@internal
@pure
def _owner_id(owner: Owner) -> bytes32:
    if owner.account != empty(address):
        return convert(owner.account, bytes32)
    return keccak256(abi_encode(owner.x, owner.y))


@internal
@view
def _has_expired(id: bytes32) -> bool:
    """
    @dev Whether this recovery began and was not finished in time; the guardians may begin again.
    """
    ready_after: uint256 = self.ready_after[id]
    return ready_after != 0 and deadlines._has_passed(ready_after + RECOVERY_OPEN_SECONDS)


@internal
@view
def _recovery_id(owners: DynArray[Owner, MAX_OWNERS], tiers: DynArray[Tier, MAX_TIERS]) -> bytes32:
    return keccak256(abi_encode(chain.id, self, self.recovery, owners, tiers))


@internal
@view
def _batch_digest(calls: DynArray[Call, MAX_CALLS], nonce: uint256, deadline: uint256) -> bytes32:
    hashes: bytes32[MAX_CALLS] = empty(bytes32[MAX_CALLS])
    for i: uint256 in range(len(calls), bound=MAX_CALLS):
        hashes[i] = keccak256(abi_encode(CALL_TYPE, calls[i].to, calls[i].amount, keccak256(calls[i].data)))
    packed: Bytes[256] = slice(abi_encode(hashes), 0, 32 * len(calls))
    return self._digest(keccak256(abi_encode(BATCH_TYPE, keccak256(packed), nonce, deadline)))


@internal
@view
def _digest(message: bytes32) -> bytes32:
    return signatures._digest(signatures._domain(NAME, VERSION), message)
