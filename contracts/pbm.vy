# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Purpose-bound money
@license Apache-2.0
@notice Vouchers for school books, meals, medicine: money wrapped into units that a holder can spend only at listed
        merchants and only until they expire. An issuer creates a type (token, face value, expiry, merchants, whether
        holders may pass units on) that never changes afterwards; anyone who pays the backing in wraps units for a
        holder; the holder spends, the units are burned and the merchant receives plain money. Lists of merchants
        change only after a delay that everybody can see, and so do bans. What was spent is the merchant's for good;
        a merchant taken off the list strands nothing, since the holder keeps the units.
        After the expiry anyone may send the backing of whatever is left to the issuer. If the issuer disappears,
        units are spent and expire as before; if a list's keeper disappears, the list stays as it is; if a holder
        disappears, its units expire; if a merchant's account is refused by the token, its money is a claim.
@dev    Truths that hold after every transaction, for each type:
        wrapped = spent + burned + revoked + live units, and the balances of a type add up to live;
        held = face value x live; liabilities(token) = sum of held + sum of claims <= the token's balance here.
        https://eips.ethereum.org/EIPS/eip-7291 on https://eips.ethereum.org/EIPS/eip-1155; the token id is the
        type's id as a number. Three differences: one contract serves many tokens, so they are named by each type and
        `initialise` has no place; merchants are listed for a type, so `is_merchant` names it; a new owner accepts.
        Once a type is revoked its balances read zero; no event is logged for each holder.
"""

from ethereum.ercs import IERC165
from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import split

implements: ICustody
implements: IERC165

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct PBMToken:
    name: String[64]
    faceValue: uint256
    expiry: uint256
    uri: String[256]

struct Type:
    issuer: address
    token: address
    face_value: uint256
    expires: uint256
    transferable: bool
    categories: DynArray[bytes32, MAX_CATEGORIES]
    wrapped: uint256
    spent: uint256
    burned: uint256
    revoked: uint256
    state: uint8

struct Listing:
    since: uint256
    until: uint256

OPEN: constant(uint8) = 1
CLOSED: constant(uint8) = 2

MAX_CATEGORIES: constant(uint256) = 4
MAX_MERCHANTS: constant(uint256) = 32
MAX_BATCH: constant(uint256) = 16
MAX_DATA: constant(uint256) = 1_024
MIN_DELAY_SECONDS: constant(uint256) = 60 * 60
MAX_DELAY_SECONDS: constant(uint256) = 30 * 24 * 60 * 60

ON_RECEIVED: constant(bytes4) = 0xf23a6e61
ON_UNWRAP: constant(bytes4) = 0x194d953e
# The interfaces of ERC-165, ERC-1155, its metadata, and ERC-173.
SUPPORTED: constant(bytes4[4]) = [0x01ffc9a7, 0xd9b67a26, 0x0e89341c, 0x7f5828d0]
# Of ERC-7291: a merchant's contract that is told of what it is paid.
UNWRAP_RECEIVER: constant(bytes4) = 0x7a837028
ASK_GAS: constant(uint256) = 30_000

types: HashMap[bytes32, Type]
names: HashMap[bytes32, String[64]]
uris: HashMap[bytes32, String[256]]
balances: HashMap[bytes32, HashMap[address, uint256]]
isApprovedForAll: public(HashMap[address, HashMap[address, bool]])
# list -> who keeps it; a type is a list of its own, kept by its issuer
keeper: public(HashMap[bytes32, address])
# list -> merchant -> from when until when; zero means never
listings: HashMap[bytes32, HashMap[address, Listing]]
banned_from: public(HashMap[address, uint256])
owner: public(address)
proposed_owner: public(address)
DELAY_SECONDS: public(immutable(uint256))

event TransferSingle:
    operator: indexed(address)
    sender: indexed(address)
    receiver: indexed(address)
    id: uint256
    value: uint256

event ApprovalForAll:
    account: indexed(address)
    operator: indexed(address)
    approved: bool

event URI:
    value: String[256]
    id: indexed(uint256)

event NewPBMTypeCreated:
    tokenId: uint256
    tokenName: String[64]
    amount: uint256
    expiry: uint256
    creator: address

event TokenWrap:
    sender: address
    tokenIds: DynArray[uint256, 1]
    amounts: DynArray[uint256, 1]
    sovToken: address
    sovTokenValue: uint256

event TokenUnwrapForTarget:
    sender: address
    receiver: address
    tokenIds: DynArray[uint256, 1]
    amounts: DynArray[uint256, 1]
    sovToken: address
    sovTokenValue: uint256

event TokenUnwrapForPBMBurn:
    sender: address
    receiver: address
    tokenIds: DynArray[uint256, 1]
    amounts: DynArray[uint256, 1]
    sovToken: address
    sovTokenValue: uint256

event PBMrevokeWithdraw:
    beneficiary: address
    PBMTokenId: uint256
    sovToken: address
    sovTokenValue: uint256

event MerchantList:
    action: String[8]
    addresses: DynArray[address, MAX_MERCHANTS]
    metadata: String[1]

event Blacklist:
    action: String[8]
    addresses: DynArray[address, 1]
    metadata: String[1]

event OwnershipTransferred:
    previousOwner: indexed(address)
    newOwner: indexed(address)

event OwnerProposed:
    owner: indexed(address)
    successor: indexed(address)

event TypeCreated:
    id: indexed(bytes32)
    issuer: indexed(address)
    token: indexed(address)
    face_value: uint256
    expires: uint256
    transferable: bool
    categories: DynArray[bytes32, MAX_CATEGORIES]

event ListCreated:
    id: indexed(bytes32)
    keeper: indexed(address)

event MerchantListed:
    id: indexed(bytes32)
    merchant: indexed(address)
    since: uint256

event MerchantDelisted:
    id: indexed(bytes32)
    merchant: indexed(address)
    until: uint256

event Banned:
    account: indexed(address)
    since: uint256

event Wrapped:
    id: indexed(bytes32)
    payer: indexed(address)
    receiver: indexed(address)
    units: uint256
    held_before: uint256
    held_after: uint256

event Spent:
    id: indexed(bytes32)
    holder: indexed(address)
    merchant: indexed(address)
    units: uint256
    value: uint256
    memo: bytes32
    held_before: uint256
    held_after: uint256

event Burned:
    id: indexed(bytes32)
    holder: indexed(address)
    issuer: indexed(address)
    units: uint256
    value: uint256
    held_before: uint256
    held_after: uint256

event Revoked:
    id: indexed(bytes32)
    issuer: indexed(address)
    by: indexed(address)
    units: uint256
    value: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__(owner: address, delay_seconds: uint256):
    """
    @param owner Who may ban accounts from receiving, after the delay; nothing else.
    @param delay_seconds How long a change of a merchant list or a ban waits: an hour to 30 days.
    """
    assert owner != empty(address), "pbm: no owner"
    assert delay_seconds >= MIN_DELAY_SECONDS and delay_seconds <= MAX_DELAY_SECONDS, "pbm: delay out of range"
    DELAY_SECONDS = delay_seconds
    self.owner = owner
    log OwnershipTransferred(previousOwner=empty(address), newOwner=owner)


# Types and their merchants


@external
def create_type(
    name: String[64],
    token: address,
    face_value: uint256,
    expires: uint256,
    transferable: bool,
    merchants: DynArray[address, MAX_MERCHANTS],
    categories: DynArray[bytes32, MAX_CATEGORIES],
    uri: String[256],
) -> bytes32:
    """
    @notice Creates a type of unit with the caller as issuer. Nothing of it changes but the merchant lists.
    @param name What holders see.
    @param token The ERC-20 token that backs it.
    @param face_value Minor units of the token in each unit.
    @param expires Last second to spend; at most ten years ahead.
    @param transferable Whether holders may pass units on to others than merchants.
    @param merchants The first of the type's own list; they count at once, as nobody holds a unit yet.
    @param categories Shared lists whose merchants count too.
    @param uri Where wallets find the ERC-1155 metadata.
    @return The type's id; as a number, the ERC-1155 token id.
    """
    assert token.is_contract and token != self, "pbm: not a token"
    assert face_value > 0, "pbm: no face value"
    assert face_value <= split.MAX_AMOUNT, "pbm: out of range"
    deadlines._check_ahead(expires)
    for category: bytes32 in categories:
        assert self.keeper[category] != empty(address), "pbm: unknown category"
    id: bytes32 = ids._take_id(msg.sender)
    self.types[id] = Type(
        issuer=msg.sender,
        token=token,
        face_value=face_value,
        expires=expires,
        transferable=transferable,
        categories=categories,
        wrapped=0,
        spent=0,
        burned=0,
        revoked=0,
        state=OPEN,
    )
    self.names[id] = name
    self.uris[id] = uri
    log TypeCreated(
        id=id,
        issuer=msg.sender,
        token=token,
        face_value=face_value,
        expires=expires,
        transferable=transferable,
        categories=categories,
    )
    log NewPBMTypeCreated(
        tokenId=convert(id, uint256), tokenName=name, amount=0, expiry=expires, creator=msg.sender
    )
    log URI(value=uri, id=convert(id, uint256))
    self._open_list(id, merchants)
    return id


@external
def create_list(merchants: DynArray[address, MAX_MERCHANTS]) -> bytes32:
    """
    @notice Opens a list of merchants that types can name as a category: pharmacies, bookshops. The caller keeps it.
    @param merchants The first of it; they count at once.
    @return The list's id.
    """
    id: bytes32 = ids._take_id(msg.sender)
    self._open_list(id, merchants)
    return id


@external
def add_merchant(id: bytes32, merchant: address):
    """
    @notice Lists a merchant after the delay. Before a removal has come into force, withdraws it at once. Keeper only.
    @param id A type, for its own list, or a shared list.
    @param merchant Who may be paid.
    """
    assert msg.sender == self.keeper[id], "pbm: not the keeper"
    self._check_merchant(merchant)
    listing: Listing = self.listings[id][merchant]
    assert listing.since == 0 or listing.until != 0, "pbm: listed already"
    if block.timestamp < listing.until:
        self.listings[id][merchant].until = 0
        log MerchantListed(id=id, merchant=merchant, since=listing.since)
    else:
        since: uint256 = block.timestamp + DELAY_SECONDS
        self.listings[id][merchant] = Listing(since=since, until=0)
        log MerchantListed(id=id, merchant=merchant, since=since)
    log MerchantList(action="add", addresses=[merchant], metadata="")


@external
def remove_merchant(id: bytes32, merchant: address):
    """
    @notice Takes a merchant off a list after the delay, so that holders can still go there. An addition that has not
            come into force is withdrawn at once. What the merchant was paid or is owed stays its own. Keeper only.
    @param id A type, for its own list, or a shared list.
    @param merchant Who shall not be paid any more.
    """
    assert msg.sender == self.keeper[id], "pbm: not the keeper"
    listing: Listing = self.listings[id][merchant]
    assert listing.since != 0 and listing.until == 0, "pbm: not listed"
    until: uint256 = block.timestamp
    if block.timestamp < listing.since:
        self.listings[id][merchant] = empty(Listing)
    else:
        until += DELAY_SECONDS
        self.listings[id][merchant].until = until
    log MerchantDelisted(id=id, merchant=merchant, until=until)
    log MerchantList(action="remove", addresses=[merchant], metadata="")


@external
def ban(account: address):
    """
    @notice After the delay, nobody can pay or pass units to the account. What it has stays its own. Owner only.
    @param account Whom.
    """
    self._check_owner()
    assert account != empty(address), "pbm: nobody to ban"
    assert self.banned_from[account] == 0, "pbm: banned already"
    since: uint256 = block.timestamp + DELAY_SECONDS
    self.banned_from[account] = since
    log Banned(account=account, since=since)
    log Blacklist(action="add", addresses=[account], metadata="")


@external
def lift_ban(account: address):
    """
    @notice Ends a ban at once. Owner only.
    @param account Whose.
    """
    self._check_owner()
    assert self.banned_from[account] != 0, "pbm: not banned"
    self.banned_from[account] = 0
    log Banned(account=account, since=0)
    log Blacklist(action="remove", addresses=[account], metadata="")


@external
def transferOwnership(successor: address):
    """
    @notice Names the next owner, who must accept; zero withdraws the proposal. Owner only.
    @param successor The next owner.
    """
    self._check_owner()
    self.proposed_owner = successor
    log OwnerProposed(owner=self.owner, successor=successor)


@external
def accept_ownership():
    """
    @notice Takes over. Only the proposed owner.
    """
    assert msg.sender == self.proposed_owner, "pbm: not the proposed owner"
    log OwnershipTransferred(previousOwner=self.owner, newOwner=msg.sender)
    self.owner = msg.sender
    self.proposed_owner = empty(address)


# The life of a unit


@external
def wrap(id: bytes32, receiver: address, units: uint256):
    """
    @notice Takes units x face value from the caller's allowance and gives the units to a holder. Anyone who pays.
    @param id The type.
    @param receiver The holder.
    @param units How many, more than zero.
    """
    self._wrap(id, receiver, units, b"")


@external
def safeMint(receiver: address, token_id: uint256, amount: uint256, data: Bytes[MAX_DATA]):
    """
    @notice ERC-7291's name for `wrap`.
    @param receiver The holder.
    @param token_id The type.
    @param amount How many units.
    @param data Handed on to a receiving contract.
    """
    self._wrap(convert(token_id, bytes32), receiver, amount, data)


@external
def safeMintBatch(
    receiver: address,
    token_ids: DynArray[uint256, MAX_BATCH],
    amounts: DynArray[uint256, MAX_BATCH],
    data: Bytes[MAX_DATA],
):
    """
    @notice Several `safeMint` in one, all or none.
    @param receiver The holder.
    @param token_ids The types.
    @param amounts How many units of each.
    @param data Handed on to a receiving contract.
    """
    assert len(token_ids) == len(amounts), "pbm: lists differ in length"
    for i: uint256 in range(len(token_ids), bound=MAX_BATCH):
        self._wrap(convert(token_ids[i], bytes32), receiver, amounts[i], data)


@external
def spend(id: bytes32, merchant: address, units: uint256, memo: bytes32):
    """
    @notice Burns the caller's units and pays their value to a listed merchant, up to the expiry.
    @param id The type.
    @param merchant Who is paid.
    @param units How many, more than zero.
    @param memo The payment's reference.
    """
    assert self._is_merchant(id, merchant), "pbm: not a merchant for this"
    self._spend(id, msg.sender, merchant, units, memo, b"")


@external
def safeTransferFrom(
    sender: address, receiver: address, token_id: uint256, amount: uint256, data: Bytes[MAX_DATA]
):
    """
    @notice ERC-1155. To a listed merchant it spends, as ERC-7291 asks; to anyone else it passes units on where the
            type allows it. The holder, or an operator that the holder approved; up to the expiry.
    @param sender The holder.
    @param receiver A merchant or the next holder.
    @param token_id The type.
    @param amount How many units, more than zero.
    @param data Handed on to a receiving contract.
    """
    self._check_operator(sender)
    self._transfer(sender, receiver, convert(token_id, bytes32), amount, data)


@external
def safeBatchTransferFrom(
    sender: address,
    receiver: address,
    token_ids: DynArray[uint256, MAX_BATCH],
    amounts: DynArray[uint256, MAX_BATCH],
    data: Bytes[MAX_DATA],
):
    """
    @notice Several `safeTransferFrom` in one, all or none; each has its own event and its own call to the receiver.
    @param sender The holder.
    @param receiver A merchant or the next holder.
    @param token_ids The types.
    @param amounts How many units of each.
    @param data Handed on to a receiving contract.
    """
    self._check_operator(sender)
    assert len(token_ids) == len(amounts), "pbm: lists differ in length"
    for i: uint256 in range(len(token_ids), bound=MAX_BATCH):
        self._transfer(sender, receiver, convert(token_ids[i], bytes32), amounts[i], data)


@external
def setApprovalForAll(operator: address, approved: bool):
    """
    @notice Lets an operator spend and pass on the caller's units, or no longer.
    @param operator Who.
    @param approved True to allow.
    """
    assert operator != msg.sender, "pbm: operator is the holder"
    self.isApprovedForAll[msg.sender][operator] = approved
    log ApprovalForAll(account=msg.sender, operator=operator, approved=approved)


@external
def burn(sender: address, token_id: uint256, amount: uint256, data: Bytes[MAX_DATA]):
    """
    @notice Gives units up: their value goes back to the issuer at once. The holder, or an operator it approved.
    @param sender The holder.
    @param token_id The type.
    @param amount How many units.
    @param data Not used.
    """
    self._check_operator(sender)
    self._burn(sender, convert(token_id, bytes32), amount)


@external
def burnBatch(
    sender: address,
    token_ids: DynArray[uint256, MAX_BATCH],
    amounts: DynArray[uint256, MAX_BATCH],
    data: Bytes[MAX_DATA],
):
    """
    @notice Several `burn` in one, all or none.
    @param sender The holder.
    @param token_ids The types.
    @param amounts How many units of each.
    @param data Not used.
    """
    self._check_operator(sender)
    assert len(token_ids) == len(amounts), "pbm: lists differ in length"
    for i: uint256 in range(len(token_ids), bound=MAX_BATCH):
        self._burn(sender, convert(token_ids[i], bytes32), amounts[i])


# The end


@external
def revoke_expired(id: bytes32):
    """
    @notice Sends the backing of all units that were not spent to the issuer. Anyone, after the expiry.
    @param id The type.
    """
    self._revoke(id)


@external
def revokePBM(token_id: uint256):
    """
    @notice ERC-7291's name for `revoke_expired`, for the issuer and the owner as it asks; the issuer is paid.
    @param token_id The type.
    """
    id: bytes32 = convert(token_id, bytes32)
    assert msg.sender in [self.types[id].issuer, self.owner], "pbm: not the issuer"
    self._revoke(id)


@external
def exit(id: bytes32):
    """
    @notice As `revoke_expired`: empties an expired type to its rightful party, the issuer. Anyone.
    @param id The type.
    """
    self._revoke(id)


# Views


@external
@view
def type_of(id: bytes32) -> Type:
    """
    @notice Everything about a type but its name and address of metadata.
    @param id The type.
    @return Its record, in units but for the face value; state 0 unknown, 1 open, 2 closed.
    """
    return self.types[id]


@external
@view
def live(id: bytes32) -> uint256:
    """
    @notice Units in holders' hands.
    @param id The type.
    @return How many.
    """
    return self._live(self.types[id])


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice The backing of a type: face value x live units.
    @param id The type.
    @return Minor units.
    """
    return self._held(self.types[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may send the backing of what is left to the issuer.
    @param id The type.
    @return Seconds since 1970; zero for an unknown type.
    """
    return self.types[id].expires


@external
@view
def is_merchant(id: bytes32, account: address) -> bool:
    """
    @notice Whether units of a type can be spent at an account now, their expiry apart.
    @param id The type.
    @param account A merchant.
    @return True if it is listed and not banned.
    """
    return self._is_merchant(id, account)


@external
@view
def listing(id: bytes32, merchant: address) -> Listing:
    """
    @notice Since when and until when a merchant is on a list, also in the future.
    @param id A type, for its own list, or a shared list.
    @param merchant Who.
    @return First second it counts and first second it counts no more; zero: never.
    """
    return self.listings[id][merchant]


@external
@view
def isBlacklisted(account: address) -> bool:
    """
    @notice Whether an account is banned now.
    @param account Who.
    @return True once a ban has come into force.
    """
    return self._is_banned(account)


@external
@view
@reentrant
def balanceOf(account: address, token_id: uint256) -> uint256:
    """
    @notice Units of a type that an account holds. Receiving contracts may ask while they are being paid.
    @param account The holder.
    @param token_id The type.
    @return How many; zero once the type is revoked.
    """
    return self._balance(convert(token_id, bytes32), account)


@external
@view
@reentrant
def balanceOfBatch(
    accounts: DynArray[address, MAX_BATCH], token_ids: DynArray[uint256, MAX_BATCH]
) -> DynArray[uint256, MAX_BATCH]:
    """
    @notice Several `balanceOf` in one.
    @param accounts The holders.
    @param token_ids The type to look at for each.
    @return How many units each holds.
    """
    assert len(accounts) == len(token_ids), "pbm: lists differ in length"
    found: DynArray[uint256, MAX_BATCH] = []
    for i: uint256 in range(len(accounts), bound=MAX_BATCH):
        found.append(self._balance(convert(token_ids[i], bytes32), accounts[i]))
    return found


@external
@view
@reentrant
def uri(token_id: uint256) -> String[256]:
    """
    @notice Where the ERC-1155 metadata of a type is.
    @param token_id The type.
    @return As its issuer gave it.
    """
    return self.uris[convert(token_id, bytes32)]


@external
@view
@reentrant
def getTokenDetails(token_id: uint256) -> PBMToken:
    """
    @notice What ERC-7291 wants to be known of a type.
    @param token_id The type.
    @return Name, face value, expiry and address of metadata.
    """
    id: bytes32 = convert(token_id, bytes32)
    return PBMToken(
        name=self.names[id],
        faceValue=self.types[id].face_value,
        expiry=self.types[id].expires,
        uri=self.uris[id],
    )


@external
@view
@reentrant
def supportsInterface(interface_id: bytes4) -> bool:
    """
    @notice ERC-165.
    @param interface_id The interface.
    @return Whether it is ERC-165, ERC-1155, its metadata, or ERC-173.
    """
    return interface_id in SUPPORTED


@internal
def _open_list(id: bytes32, merchants: DynArray[address, MAX_MERCHANTS]):
    self.keeper[id] = msg.sender
    log ListCreated(id=id, keeper=msg.sender)
    for merchant: address in merchants:
        self._check_merchant(merchant)
        self.listings[id][merchant] = Listing(since=block.timestamp, until=0)
        log MerchantListed(id=id, merchant=merchant, since=block.timestamp)
    if len(merchants) > 0:
        log MerchantList(action="add", addresses=merchants, metadata="")


@internal
def _wrap(id: bytes32, receiver: address, units: uint256, data: Bytes[MAX_DATA]):
    found: Type = self.types[id]
    self._check_open(found)
    self._check_receiver(receiver)
    assert units > 0, "pbm: no units"
    assert units <= split.MAX_AMOUNT // found.face_value - self._live(found), "pbm: out of range"
    held: uint256 = self._held(found)
    value: uint256 = units * found.face_value
    claims._pull_exactly(found.token, msg.sender, value)
    self.types[id].wrapped = found.wrapped + units
    self.balances[id][receiver] += units
    token_id: uint256 = convert(id, uint256)
    log TransferSingle(operator=msg.sender, sender=empty(address), receiver=receiver, id=token_id, value=units)
    log TokenWrap(
        sender=msg.sender, tokenIds=[token_id], amounts=[units], sovToken=found.token, sovTokenValue=value
    )
    log Wrapped(
        id=id, payer=msg.sender, receiver=receiver, units=units, held_before=held, held_after=held + value
    )
    self._check_accepted(ON_RECEIVED, empty(address), receiver, token_id, units, data)


@internal
def _transfer(sender: address, receiver: address, id: bytes32, units: uint256, data: Bytes[MAX_DATA]):
    if self._is_merchant(id, receiver):
        self._spend(id, sender, receiver, units, empty(bytes32), data)
        return
    found: Type = self.types[id]
    self._check_open(found)
    assert found.transferable, "pbm: not transferable"
    self._check_receiver(receiver)
    self._take(id, sender, units)
    self.balances[id][receiver] += units
    token_id: uint256 = convert(id, uint256)
    log TransferSingle(operator=msg.sender, sender=sender, receiver=receiver, id=token_id, value=units)
    self._check_accepted(ON_RECEIVED, sender, receiver, token_id, units, data)


@internal
def _spend(
    id: bytes32, holder: address, merchant: address, units: uint256, memo: bytes32, data: Bytes[MAX_DATA]
):
    found: Type = self.types[id]
    self._check_open(found)
    held: uint256 = self._held(found)
    value: uint256 = self._unwrap(id, holder, units, found)
    self.types[id].spent = found.spent + units
    token_id: uint256 = convert(id, uint256)
    log TokenUnwrapForTarget(
        sender=holder,
        receiver=merchant,
        tokenIds=[token_id],
        amounts=[units],
        sovToken=found.token,
        sovTokenValue=value,
    )
    log Spent(
        id=id,
        holder=holder,
        merchant=merchant,
        units=units,
        value=value,
        memo=memo,
        held_before=held,
        held_after=held - value,
    )
    claims._pay(id, found.token, merchant, value)
    if self._hears_of_unwraps(merchant):
        self._check_accepted(ON_UNWRAP, holder, merchant, token_id, units, data)


@internal
def _burn(holder: address, id: bytes32, units: uint256):
    # Also between the expiry and the revocation: the issuer gets the same either way.
    found: Type = self.types[id]
    assert found.state == OPEN, "pbm: not open"
    held: uint256 = self._held(found)
    value: uint256 = self._unwrap(id, holder, units, found)
    self.types[id].burned = found.burned + units
    log TokenUnwrapForPBMBurn(
        sender=holder,
        receiver=found.issuer,
        tokenIds=[convert(id, uint256)],
        amounts=[units],
        sovToken=found.token,
        sovTokenValue=value,
    )
    log Burned(
        id=id,
        holder=holder,
        issuer=found.issuer,
        units=units,
        value=value,
        held_before=held,
        held_after=held - value,
    )
    claims._pay(id, found.token, found.issuer, value)


@internal
def _revoke(id: bytes32):
    found: Type = self.types[id]
    assert found.state == OPEN, "pbm: nothing to revoke"
    assert deadlines._has_passed(found.expires), "pbm: has not expired"
    units: uint256 = self._live(found)
    value: uint256 = self._held(found)
    self.types[id].revoked = units
    self.types[id].state = CLOSED
    log PBMrevokeWithdraw(
        beneficiary=found.issuer,
        PBMTokenId=convert(id, uint256),
        sovToken=found.token,
        sovTokenValue=value,
    )
    log Revoked(
        id=id,
        issuer=found.issuer,
        by=msg.sender,
        units=units,
        value=value,
        held_before=value,
        held_after=0,
    )
    claims._pay(id, found.token, found.issuer, value)


@internal
def _unwrap(id: bytes32, holder: address, units: uint256, found: Type) -> uint256:
    """
    @dev Takes units out of the world, and says what backed them. The caller books where that goes.
    """
    self._take(id, holder, units)
    log TransferSingle(
        operator=msg.sender, sender=holder, receiver=empty(address), id=convert(id, uint256), value=units
    )
    return units * found.face_value


@internal
def _take(id: bytes32, holder: address, units: uint256):
    assert units > 0, "pbm: no units"
    balance: uint256 = self.balances[id][holder]
    assert units <= balance, "pbm: more than the balance"
    self.balances[id][holder] = balance - units


@internal
def _check_accepted(
    hook: bytes4, sender: address, receiver: address, token_id: uint256, units: uint256, data: Bytes[MAX_DATA]
):
    """
    @dev Tells a receiving contract, which may refuse: ERC-1155's and ERC-7291's hooks take and answer the same.
    """
    if not receiver.is_contract:
        return
    answered: bool = False
    answer: Bytes[32] = b""
    answered, answer = raw_call(
        receiver,
        concat(hook, abi_encode(msg.sender, sender, token_id, units, data)),
        max_outsize=32,
        revert_on_failure=False,
    )
    assert answered and len(answer) == 32, "pbm: receiver refused"
    assert convert(slice(answer, 0, 4), bytes4) == hook, "pbm: receiver refused"


@internal
@view
def _hears_of_unwraps(merchant: address) -> bool:
    if not merchant.is_contract:
        return False
    answered: bool = False
    answer: Bytes[32] = b""
    answered, answer = raw_call(
        merchant,
        abi_encode(UNWRAP_RECEIVER, method_id=method_id("supportsInterface(bytes4)")),
        max_outsize=32,
        gas=ASK_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    return answered and len(answer) == 32 and convert(answer, uint256) == 1


@internal
@view
def _check_open(found: Type):
    assert found.state == OPEN, "pbm: not open"
    assert not deadlines._has_passed(found.expires), "pbm: has expired"


@internal
@view
def _check_operator(holder: address):
    assert msg.sender == holder or self.isApprovedForAll[holder][msg.sender], "pbm: not the holder's operator"


@internal
@view
def _check_owner():
    assert msg.sender == self.owner, "pbm: not the owner"


@internal
@view
def _check_receiver(receiver: address):
    assert receiver not in [empty(address), self], "pbm: nobody to receive"
    assert not self._is_banned(receiver), "pbm: receiver is banned"


@internal
@view
def _check_merchant(merchant: address):
    assert merchant not in [empty(address), self], "pbm: not a merchant"


@internal
@view
def _is_banned(account: address) -> bool:
    since: uint256 = self.banned_from[account]
    return since != 0 and block.timestamp >= since


@internal
@view
def _is_merchant(id: bytes32, account: address) -> bool:
    if self._is_banned(account):
        return False
    if self._is_listed(id, account):
        return True
    for category: bytes32 in self.types[id].categories:
        if self._is_listed(category, account):
            return True
    return False


@internal
@view
def _is_listed(list: bytes32, account: address) -> bool:
    listing: Listing = self.listings[list][account]
    begun: bool = listing.since != 0 and block.timestamp >= listing.since
    return begun and (listing.until == 0 or block.timestamp < listing.until)


@internal
@view
def _balance(id: bytes32, account: address) -> uint256:
    if self.types[id].state == CLOSED:
        return 0
    return self.balances[id][account]


@internal
@pure
def _live(found: Type) -> uint256:
    return found.wrapped - found.spent - found.burned - found.revoked


@internal
@pure
def _held(found: Type) -> uint256:
    return self._live(found) * found.face_value
