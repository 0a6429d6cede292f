# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A debt that the buyer has confirmed, in parts that change hands
@license Apache-2.0
@notice A seller issues what a buyer owes it: from an order that `trade` has matched and approved, or of its own word.
        Only the buyer's acceptance, by transaction or by signature, brings the credential to life; from then on the
        buyer is its debtor. Its holder splits it, endorses it to others with or without recourse, or locks a part in
        favour of a financier's contract. The debtor may put money aside here up to the due date; at the due date
        anyone may have a part redeemed, out of what is set aside and for the rest from the debtor's allowance, with
        a penalty by the day where it is late. What is not redeemed by the end of the grace period is in default: its
        holder has recourse to those who endorsed with recourse, each of whom then stands in its place.
        A buyer who never accepts leaves nothing behind: the issue ends at the due date. A debtor who disappears
        cannot take back what it set aside: anyone divides it among the holders once the grace period is over. A
        holder who disappears is still paid. A financier's contract keeps what it locked until it lets go.
@dev    Truths that hold after every transaction, for each credential and a token that keeps its own books:
        live + redeemed = face; the parts add up to what is live; held <= live;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract;
        the rooms of its parts add up to 16, and each is one at least; one fingerprint has one credential. Penalties
        and recourse are paid on top and change none of it.
"""

from .interfaces import ICustody
from .interfaces import IFingerprints
from .interfaces import IProceeds
from .interfaces import IReceivable
from .interfaces import ITrade
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import signatures
from .modules import split as shares

implements: ICustody
implements: IProceeds
implements: IReceivable

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Credential:
    state: uint8
    seller: address
    debtor: address
    token: address
    order: bytes32
    fingerprint: bytes32
    face: uint256
    live: uint256
    redeemed: uint256
    held: uint256
    due: uint256
    last_deadline: uint256
    penalty_rate: uint256

struct Part:
    credential: bytes32
    holder: address
    amount: uint256
    lienholder: address
    lien_id: bytes32

ISSUED: constant(uint8) = 1
ACCEPTED: constant(uint8) = 2
WITHDRAWN: constant(uint8) = 3
DEFAULTED: constant(uint8) = 4
REDEEMED: constant(uint8) = 5

MAX_ENDORSERS: constant(uint256) = 8
MAX_TERM_SECONDS: constant(uint256) = 365 * 24 * 60 * 60
MAX_GRACE_SECONDS: constant(uint256) = 90 * 24 * 60 * 60
NAME: constant(String[32]) = "Jiaozi Receivable"
VERSION: constant(String[8]) = "1"
ACCEPTANCE_TYPE: constant(bytes32) = keccak256(
    "Acceptance(bytes32 id,address seller,address token,bytes32 order,bytes32 fingerprint,uint256 face,uint256 due,"
    "uint256 last_deadline,uint256 penalty_rate)"
)
# https://eips.ethereum.org/EIPS/eip-165; ICustody and IProceeds are the exclusive or of their functions' selectors.
INTERFACES: constant(bytes4[3]) = [0x01ffc9a7, 0xda0b5b72, 0x28a68d91]

trade: public(immutable(address))
fingerprints: public(immutable(address))

credentials: HashMap[bytes32, Credential]
parts: HashMap[bytes32, Part]
# part -> how many parts it may still come to, itself included
room: public(HashMap[bytes32, uint256])
parts_of: HashMap[bytes32, DynArray[bytes32, shares.MAX_LEGS]]
endorsers_of: HashMap[bytes32, DynArray[address, MAX_ENDORSERS]]
# part -> lienholder -> what was paid to it on the part while it was locked
paid_to: HashMap[bytes32, HashMap[address, uint256]]

event Issued:
    id: indexed(bytes32)
    seller: indexed(address)
    debtor: indexed(address)
    token: address
    order: bytes32
    fingerprint: bytes32
    face: uint256
    due: uint256
    last_deadline: uint256
    penalty_rate: uint256

event Accepted:
    id: indexed(bytes32)
    debtor: indexed(address)
    holder: indexed(address)
    live: uint256

event Withdrawn:
    id: indexed(bytes32)
    by: indexed(address)

event Split:
    id: indexed(bytes32)
    part: indexed(bytes32)
    new_part: indexed(bytes32)
    amount: uint256
    kept: uint256

event Endorsed:
    id: indexed(bytes32)
    part: indexed(bytes32)
    holder: indexed(address)
    endorser: address
    amount: uint256
    with_recourse: bool

event Locked:
    id: indexed(bytes32)
    part: indexed(bytes32)
    lienholder: indexed(address)
    lien_id: bytes32
    amount: uint256

event Unlocked:
    id: indexed(bytes32)
    part: indexed(bytes32)
    lienholder: indexed(address)
    lien_id: bytes32

event Enforced:
    id: indexed(bytes32)
    part: indexed(bytes32)
    holder: indexed(address)
    lienholder: address
    former: address
    amount: uint256

event Funded:
    id: indexed(bytes32)
    debtor: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event PartRedeemed:
    id: indexed(bytes32)
    part: indexed(bytes32)
    to: indexed(address)
    value: uint256
    penalty: uint256
    live_after: uint256
    held_before: uint256
    held_after: uint256

event Redeemed:
    id: indexed(bytes32)
    face: uint256
    held_before: uint256
    held_after: uint256

event Defaulted:
    id: indexed(bytes32)
    by: indexed(address)
    live: uint256
    held_before: uint256
    held_after: uint256

event Recourse:
    id: indexed(bytes32)
    part: indexed(bytes32)
    endorser: indexed(address)
    former: address
    value: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__(trade_contract: address, fingerprint_register: address):
    """
    @param trade_contract Whose matched orders credentials are issued from.
    @param fingerprint_register Where the one credential of each fingerprint is registered.
    """
    assert trade_contract != empty(address), "receivable: no trade"
    assert fingerprint_register != empty(address), "receivable: no fingerprints"
    trade = trade_contract
    fingerprints = fingerprint_register


# Issue and acceptance


@external
def issue(order_id: bytes32, grace_seconds: uint256) -> bytes32:
    """
    @notice Issues what a matched and approved order still owes, on the order's terms. Its seller only, who has
            authorised this contract with the fingerprint register. Alive once the buyer accepts.
    @param order_id The order.
    @param grace_seconds How long after the due date it is not yet in default; at most 90 days.
    @return The credential's id, which is also its first part's.
    """
    seller: address = empty(address)
    debtor: address = empty(address)
    token: address = empty(address)
    document: bytes32 = empty(bytes32)
    face: uint256 = 0
    due: uint256 = 0
    penalty_rate: uint256 = 0
    seller, debtor, token, document, face, due, penalty_rate = staticcall ITrade(trade).payment_due(order_id)
    assert msg.sender == seller, "receivable: not the seller"
    return self._issue(debtor, token, face, due, grace_seconds, penalty_rate, document, order_id)


@external
def issue_unmatched(
    debtor: address,
    token: address,
    face: uint256,
    due: uint256,
    grace_seconds: uint256,
    penalty_rate: uint256,
    document: bytes32,
) -> bytes32:
    """
    @notice Issues a debt that no order here stands behind, of the calling seller's word. Alive once the debtor accepts.
    @param debtor Who owes it.
    @param token The ERC-20 token it is owed in.
    @param face How much, in minor units.
    @param due The last second at which payment is in time; at most a year ahead.
    @param grace_seconds How long after that it is not yet in default; at most 90 days.
    @param penalty_rate Basis points of what is late, for each day begun.
    @param document The hash that names the goods in every financing.
    @return The credential's id, which is also its first part's.
    """
    assert debtor not in [empty(address), self, token, msg.sender], "receivable: not a debtor"
    assert token.is_contract and token != self, "receivable: not a token"
    assert penalty_rate <= shares.BASIS_POINTS, "receivable: penalty out of range"
    assert document != empty(bytes32), "receivable: no document"
    return self._issue(debtor, token, face, due, grace_seconds, penalty_rate, document, empty(bytes32))


@external
def accept(id: bytes32):
    """
    @notice Confirms the debt. Debtor only, up to the due date.
    @param id The credential.
    """
    self._check_acceptable(id)
    assert msg.sender == self.credentials[id].debtor, "receivable: not the debtor"
    self._accept(id)


@external
def accept_signed(id: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice Confirms the debt by the debtor's signature. Anyone may bring it, up to the due date.
    @param id The credential.
    @param signature EIP-712 of Acceptance(id, seller, token, order, fingerprint, face, due, last_deadline,
                     penalty_rate), by a key or by EIP-1271.
    """
    self._check_acceptable(id)
    credential: Credential = self.credentials[id]
    message: bytes32 = keccak256(
        abi_encode(
            ACCEPTANCE_TYPE,
            id,
            credential.seller,
            credential.token,
            credential.order,
            credential.fingerprint,
            credential.face,
            credential.due,
            credential.last_deadline,
            credential.penalty_rate,
        )
    )
    digest: bytes32 = signatures._digest(signatures._domain(NAME, VERSION), message)
    assert signatures._signed_by(credential.debtor, digest, signature), "receivable: not signed by the debtor"
    self._accept(id)


@external
def withdraw(id: bytes32):
    """
    @notice Ends an issue that was not accepted: the seller takes it back, the debtor declines, and anyone ends it
            after the due date. The fingerprint is free again.
    @param id The credential.
    """
    credential: Credential = self.credentials[id]
    assert credential.state == ISSUED, "receivable: not open to acceptance"
    if msg.sender not in [credential.seller, credential.debtor]:
        assert deadlines._has_passed(credential.due), "receivable: not a party"
    self.credentials[id].state = WITHDRAWN
    log Withdrawn(id=id, by=msg.sender)
    extcall IFingerprints(fingerprints).withdraw(credential.fingerprint)


# Changing hands


@external
def split(part_id: bytes32, amount: uint256) -> bytes32:
    """
    @notice Splits a part in two, both the holder's. Holder only. A credential has at most 16 parts in its life:
            it begins with room for 16, which each split divides by the amounts, so that nobody uses up another's.
    @param part_id The part.
    @param amount What the new part has, less than all of it.
    @return The new part's id.
    """
    self._check_disposable(part_id)
    assert amount < self.parts[part_id].amount, "receivable: more than the part"
    return self._split(part_id, amount)


@external
def endorse(part_id: bytes32, to: address, amount: uint256, with_recourse: bool) -> bytes32:
    """
    @notice Hands a part on, whole or in part. Holder only, unless locked.
    @param part_id The part.
    @param to Who holds it from now on.
    @param amount How much of it; less than all splits it first.
    @param with_recourse Whether the caller answers for it in default. At most eight endorsers of a part do.
    @return The id of the part that `to` holds: a new one where it was split.
    """
    self._check_disposable(part_id)
    id: bytes32 = self.parts[part_id].credential
    assert to != msg.sender, "receivable: not a holder"
    self._check_holder(id, to)
    assert amount <= self.parts[part_id].amount, "receivable: more than the part"
    given: bytes32 = part_id
    if amount < self.parts[part_id].amount:
        given = self._split(part_id, amount)
    self.parts[given].holder = to
    if with_recourse:
        assert len(self.endorsers_of[given]) < MAX_ENDORSERS, "receivable: too many endorsers"
        self.endorsers_of[given].append(msg.sender)
    log Endorsed(
        id=id,
        part=given,
        holder=to,
        endorser=msg.sender,
        amount=amount,
        with_recourse=with_recourse,
    )
    return given


@external
def lock(part_id: bytes32, lienholder: address, lien_id: bytes32):
    """
    @notice Gives a financier's contract the first claim on a part: what is paid on it goes there, until it lets go.
            Holder only.
    @param part_id The part.
    @param lienholder The contract, or another account that finances.
    @param lien_id The lienholder's own id of what the lien secures.
    """
    self._check_disposable(part_id)
    id: bytes32 = self.parts[part_id].credential
    assert lienholder not in [empty(address), self, msg.sender], "receivable: not a lienholder"
    assert lienholder not in [self.credentials[id].debtor, self.credentials[id].token], "receivable: not a lienholder"
    self.parts[part_id].lienholder = lienholder
    self.parts[part_id].lien_id = lien_id
    log Locked(id=id, part=part_id, lienholder=lienholder, lien_id=lien_id, amount=self.parts[part_id].amount)


@external
def release_assigned(part_id: bytes32):
    """
    @notice Lets go of a locked part; its holder disposes of it again. Lienholder only.
    @param part_id The part.
    """
    part: Part = self.parts[part_id]
    self._check_lienholder(part)
    self._unlock(part_id)
    log Unlocked(id=part.credential, part=part_id, lienholder=part.lienholder, lien_id=part.lien_id)


@external
def enforce(part_id: bytes32, to: address):
    """
    @notice Takes a locked part from its holder and hands it on unlocked. Lienholder only, by the terms under which
            the holder locked it.
    @param part_id The part.
    @param to Who holds it from now on; not the debtor, who would have recourse for its own debt.
    """
    part: Part = self.parts[part_id]
    self._check_lienholder(part)
    self._check_holder(part.credential, to)
    self._unlock(part_id)
    self.parts[part_id].holder = to
    log Enforced(
        id=part.credential,
        part=part_id,
        holder=to,
        lienholder=part.lienholder,
        former=part.holder,
        amount=part.amount,
    )


# Payment


@external
def fund(id: bytes32, amount: uint256):
    """
    @notice Puts money aside for all parts alike, from an allowance given to this contract. Debtor only, up to the
            due date; it cannot be taken back.
    @param id The credential.
    @param amount Minor units, at most what is not set aside yet.
    """
    credential: Credential = self.credentials[id]
    assert credential.state == ACCEPTED, "receivable: not accepted"
    assert msg.sender == credential.debtor, "receivable: not the debtor"
    assert not deadlines._has_passed(credential.due), "receivable: past due, redeem instead"
    assert amount > 0, "receivable: no amount"
    assert amount <= credential.live - credential.held, "receivable: more than is owed"
    held: uint256 = credential.held + amount
    self.credentials[id].held = held
    log Funded(id=id, debtor=msg.sender, value=amount, held_before=credential.held, held_after=held)
    claims._pull_exactly(credential.token, msg.sender, amount)


@external
def redeem(part_id: bytes32) -> uint256:
    """
    @notice Pays a part to its holder, or to its lienholder: its share of what is set aside, and the rest, with the
            penalty on that rest for each day begun after the due date, from the debtor's allowance. The debtor at
            any time, anyone from the due second on, also in default.
    @param part_id The part.
    @return What was paid, penalty included.
    """
    part: Part = self.parts[part_id]
    credential: Credential = self.credentials[part.credential]
    assert part.amount > 0, "receivable: nothing to redeem"
    if msg.sender != credential.debtor:
        assert block.timestamp >= credential.due, "receivable: not due"
    set_aside: uint256 = credential.held * part.amount // credential.live
    rest: uint256 = part.amount - set_aside
    penalty: uint256 = self._penalty(credential, rest)
    self._book_redemption(part_id, part.amount, penalty, set_aside)
    if rest > 0:
        claims._pull_exactly(credential.token, credential.debtor, rest + penalty)
    claims._pay(part.credential, credential.token, self._payee(part), part.amount + penalty)
    return part.amount + penalty


@external
def declare_default(id: bytes32):
    """
    @notice Records that a credential was not redeemed by the end of its grace period. Anyone. It can still be
            redeemed; it no longer changes hands but by recourse, and where a lienholder enforces.
    @param id The credential.
    """
    credential: Credential = self.credentials[id]
    assert credential.state == ACCEPTED, "receivable: not accepted"
    assert deadlines._has_passed(credential.last_deadline), "receivable: deadline has not passed"
    assert credential.held < credential.live, "receivable: is funded"
    self.credentials[id].state = DEFAULTED
    log Defaulted(
        id=id, by=msg.sender, live=credential.live, held_before=credential.held, held_after=credential.held
    )


@external
def recourse(part_id: bytes32, endorser: address):
    """
    @notice In default, has an endorser with recourse pay a part to its holder, from its allowance. The endorser
            then holds the part, with recourse to those who endorsed before it. Holder or that endorser; a lienholder
            first lets go.
    @param part_id The part.
    @param endorser Who is to answer for it.
    """
    part: Part = self.parts[part_id]
    credential: Credential = self.credentials[part.credential]
    assert credential.state == DEFAULTED, "receivable: not in default"
    assert part.amount > 0, "receivable: nothing to redeem"
    assert part.lienholder == empty(address), "receivable: locked"
    assert msg.sender in [part.holder, endorser], "receivable: not the holder"
    earlier: DynArray[address, MAX_ENDORSERS] = []
    answers: bool = False
    for each: address in self.endorsers_of[part_id]:
        if each == endorser:
            answers = True
            break
        earlier.append(each)
    assert answers, "receivable: does not answer for it"
    self.endorsers_of[part_id] = earlier
    self.parts[part_id].holder = endorser
    log Recourse(
        id=part.credential,
        part=part_id,
        endorser=endorser,
        former=part.holder,
        value=part.amount,
        held_before=credential.held,
        held_after=credential.held,
    )
    claims._pull_exactly(credential.token, endorser, part.amount)
    claims._pay(part.credential, credential.token, part.holder, part.amount)


@external
def exit(id: bytes32):
    """
    @notice Divides what is set aside among all live parts by their amounts, once the grace period is over. Anyone.
            What stays unpaid stays owed.
    @param id The credential.
    """
    credential: Credential = self.credentials[id]
    assert credential.held > 0, "receivable: nothing to exit"
    assert deadlines._has_passed(credential.last_deadline), "receivable: deadline has not passed"
    weights: DynArray[uint256, shares.MAX_LEGS] = []
    for part_id: bytes32 in self.parts_of[id]:
        weights.append(self.parts[part_id].amount)
    legs: DynArray[uint256, shares.MAX_LEGS] = shares._split(credential.held, weights)
    payees: DynArray[address, shares.MAX_LEGS] = []
    for i: uint256 in range(len(legs), bound=shares.MAX_LEGS):
        part_id: bytes32 = self.parts_of[id][i]
        payees.append(self._payee(self.parts[part_id]))
        if legs[i] > 0:
            self._book_redemption(part_id, legs[i], 0, legs[i])
    for i: uint256 in range(len(legs), bound=shares.MAX_LEGS):
        claims._pay(id, credential.token, payees[i], legs[i])


# Views


@external
@view
def credential(id: bytes32) -> Credential:
    """
    @notice Everything about a credential.
    @param id The credential.
    @return Its record; state 0 unknown, 1 issued, 2 accepted, 3 withdrawn, 4 defaulted, 5 redeemed.
    """
    return self.credentials[id]


@external
@view
def part(part_id: bytes32) -> Part:
    """
    @notice Everything about a part.
    @param part_id The part.
    @return Its record; `amount` is what is still live of it.
    """
    return self.parts[part_id]


@external
@view
def parts_of_credential(id: bytes32) -> DynArray[bytes32, shares.MAX_LEGS]:
    """
    @notice All parts that a credential ever had.
    @param id The credential.
    @return Their ids, in the order in which they came to be.
    """
    return self.parts_of[id]


@external
@view
def endorsers(part_id: bytes32) -> DynArray[address, MAX_ENDORSERS]:
    """
    @notice Who answers for a part in default.
    @param part_id The part.
    @return Who endorsed it with recourse, the first one first.
    """
    return self.endorsers_of[part_id]


@external
@view
def penalty(part_id: bytes32) -> uint256:
    """
    @notice What redeeming a part now costs the debtor beyond its amount.
    @param part_id The part.
    @return Minor units.
    """
    part: Part = self.parts[part_id]
    if part.amount == 0:
        return 0
    credential: Credential = self.credentials[part.credential]
    return self._penalty(credential, part.amount - credential.held * part.amount // credential.live)


@external
@view
def proceeds(part_id: bytes32, assignee: address) -> (address, address, uint256, uint256):
    """
    @notice Of a part and a lienholder: for whom it collects, in which token, how much was assigned to it and is or was
            to be paid, and how much of that was paid so far (a claim where the token refused it).
    @param part_id The part.
    @param assignee The lienholder.
    @return Holder, token, assigned, paid.
    """
    part: Part = self.parts[part_id]
    paid: uint256 = self.paid_to[part_id][assignee]
    assigned: uint256 = paid
    if assignee == part.lienholder:
        assigned += part.amount
    return (part.holder, self.credentials[part.credential].token, assigned, paid)


@external
@view
def position(part_id: bytes32) -> (address, address, bytes32, uint256, address, address, uint256, uint256):
    """
    @notice What a financier asks about a part.
    @param part_id The part.
    @return Holder, lienholder, lien id, amount still live, token, debtor, due, last deadline. Nothing is live before
            the debtor has accepted.
    """
    part: Part = self.parts[part_id]
    credential: Credential = self.credentials[part.credential]
    return (
        part.holder,
        part.lienholder,
        part.lien_id,
        part.amount,
        credential.token,
        credential.debtor,
        credential.due,
        credential.last_deadline,
    )


@external
@view
def fingerprint_of(part_id: bytes32) -> bytes32:
    """
    @notice The fingerprint of the goods behind a part.
    @param part_id The part.
    @return What the register of fingerprints knows them by.
    """
    return self.credentials[self.parts[part_id].credential].fingerprint


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is set aside for a credential now.
    @param id The credential.
    @return Minor units.
    """
    return self.credentials[id].held


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the credential, or have its default recorded.
    @param id The credential.
    @return Seconds since 1970; zero for an unknown one.
    """
    return self.credentials[id].last_deadline


@external
@view
def supportsInterface(interface_id: bytes4) -> bool:
    """
    @notice Which interfaces this contract has (https://eips.ethereum.org/EIPS/eip-165).
    @param interface_id Exclusive or of the interface's selectors.
    @return True for ERC-165, ICustody and IProceeds.
    """
    return interface_id in INTERFACES


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain of acceptances on this chain.
    @return The hash that every signed acceptance starts from.
    """
    return signatures._domain(NAME, VERSION)


@external
@view
def eip712Domain() -> (bytes1, String[32], String[8], uint256, address, bytes32, DynArray[uint256, 1]):
    """
    @notice The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).
    @return Fields in use, name, version, chain id, contract, salt, extensions.
    """
    return (0x0f, NAME, VERSION, chain.id, self, empty(bytes32), [])


@internal
def _issue(
    debtor: address,
    token: address,
    face: uint256,
    due: uint256,
    grace_seconds: uint256,
    penalty_rate: uint256,
    document: bytes32,
    order_id: bytes32,
) -> bytes32:
    assert face > 0, "receivable: nothing is owed"
    # So that what is set aside times a part is always a number: both can be the whole face.
    assert face < shares.MAX_AMOUNT, "receivable: amount out of range"
    deadlines._check_ahead(due)
    assert due <= block.timestamp + MAX_TERM_SECONDS, "receivable: term over a year"
    assert grace_seconds <= MAX_GRACE_SECONDS, "receivable: grace too long"
    id: bytes32 = ids._take_id(msg.sender)
    fingerprint: bytes32 = extcall IFingerprints(fingerprints).register(msg.sender, document, id)
    self.credentials[id] = Credential(
        state=ISSUED,
        seller=msg.sender,
        debtor=debtor,
        token=token,
        order=order_id,
        fingerprint=fingerprint,
        face=face,
        live=0,
        redeemed=0,
        held=0,
        due=due,
        last_deadline=due + grace_seconds,
        penalty_rate=penalty_rate,
    )
    log Issued(
        id=id,
        seller=msg.sender,
        debtor=debtor,
        token=token,
        order=order_id,
        fingerprint=fingerprint,
        face=face,
        due=due,
        last_deadline=due + grace_seconds,
        penalty_rate=penalty_rate,
    )
    return id


@internal
@view
def _check_acceptable(id: bytes32):
    assert self.credentials[id].state == ISSUED, "receivable: not open to acceptance"
    assert not deadlines._has_passed(self.credentials[id].due), "receivable: too late to accept"


@internal
def _accept(id: bytes32):
    credential: Credential = self.credentials[id]
    self.credentials[id].state = ACCEPTED
    self.credentials[id].live = credential.face
    self.parts[id].credential = id
    self.parts[id].holder = credential.seller
    self.parts[id].amount = credential.face
    self.parts_of[id].append(id)
    self.room[id] = shares.MAX_LEGS
    log Accepted(id=id, debtor=credential.debtor, holder=credential.seller, live=credential.face)


@internal
@view
def _check_disposable(part_id: bytes32):
    part: Part = self.parts[part_id]
    assert msg.sender == part.holder, "receivable: not the holder"
    assert self.credentials[part.credential].state == ACCEPTED, "receivable: not accepted"
    assert part.lienholder == empty(address), "receivable: locked"
    assert part.amount > 0, "receivable: nothing to redeem"


@internal
@view
def _check_holder(id: bytes32, to: address):
    credential: Credential = self.credentials[id]
    assert to not in [empty(address), self, credential.debtor, credential.token], "receivable: not a holder"


@internal
@view
def _check_lienholder(part: Part):
    assert part.lienholder == msg.sender, "receivable: not the lienholder"


@internal
def _unlock(part_id: bytes32):
    self.parts[part_id].lienholder = empty(address)
    self.parts[part_id].lien_id = empty(bytes32)


@internal
def _split(part_id: bytes32, amount: uint256) -> bytes32:
    assert amount > 0, "receivable: no amount"
    id: bytes32 = self.parts[part_id].credential
    room: uint256 = self.room[part_id]
    assert room > 1, "receivable: too many parts"
    # Rounded down, and one at least: the part that is kept has the rest, so the whole stays 16.
    given: uint256 = max(room * amount // self.parts[part_id].amount, 1)
    kept: uint256 = self.parts[part_id].amount - amount
    new_part: bytes32 = ids._take_id(msg.sender)
    self.parts[part_id].amount = kept
    self.parts[new_part] = Part(
        credential=id,
        holder=msg.sender,
        amount=amount,
        lienholder=empty(address),
        lien_id=empty(bytes32),
    )
    self.room[part_id] = room - given
    self.room[new_part] = given
    self.endorsers_of[new_part] = self.endorsers_of[part_id]
    self.parts_of[id].append(new_part)
    log Split(id=id, part=part_id, new_part=new_part, amount=amount, kept=kept)
    return new_part


@internal
def _book_redemption(part_id: bytes32, amount: uint256, penalty: uint256, set_aside: uint256):
    part: Part = self.parts[part_id]
    credential: Credential = self.credentials[part.credential]
    live: uint256 = credential.live - amount
    held: uint256 = credential.held - set_aside
    self.parts[part_id].amount = part.amount - amount
    self.credentials[part.credential].live = live
    self.credentials[part.credential].redeemed = credential.redeemed + amount
    self.credentials[part.credential].held = held
    if part.lienholder != empty(address):
        self.paid_to[part_id][part.lienholder] += amount + penalty
    log PartRedeemed(
        id=part.credential,
        part=part_id,
        to=self._payee(part),
        value=amount,
        penalty=penalty,
        live_after=live,
        held_before=credential.held,
        held_after=held,
    )
    if live == 0:
        self.credentials[part.credential].state = REDEEMED
        log Redeemed(id=part.credential, face=credential.face, held_before=held, held_after=held)


@internal
@pure
def _payee(part: Part) -> address:
    if part.lienholder == empty(address):
        return part.holder
    return part.lienholder


@internal
@view
def _penalty(credential: Credential, amount: uint256) -> uint256:
    if block.timestamp <= credential.due:
        return 0
    days_late: uint256 = (block.timestamp - credential.due + deadlines.DAY_SECONDS - 1) // deadlines.DAY_SECONDS
    return shares._share(amount, credential.penalty_rate * days_late)
