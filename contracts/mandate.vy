# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Subscriptions, instalments, metered use, card-style holds and session keys for devices
@license Apache-2.0
@notice A payer lets a payee take money from its allowance: at most `cap` in each window of time and `total` in all,
        once a window if the payer says so. The payer grants in person or by a signature that anybody may bring; it
        pauses and revokes at any time, and only the payer raises a cap. Where the payer agreed to holds, the payee
        puts money aside here for a while and captures what it is due; the rest goes back when the payee voids the
        hold or, by anyone, once it has expired. A revoked mandate leaves its holds to be captured or to expire.
        A payer also opens sessions: a device's key then spends up to a cap until an expiry, and nothing else.
        A payee that disappears charges nothing and its holds expire to the payer; a payer that disappears leaves
        mandates that end by themselves, at most ten years ahead; a lost device spends at most what is left of its
        cap, nothing once the payer closes the session.
@dev    Truths that hold after every transaction:
        what a mandate charged and held in one window was within the cap of that moment; used_total <= total;
        of each hold captured + returned + held = amount, and a closed hold holds nothing;
        of each session spent <= cap; liabilities(token) = sum of held + sum of claims <= the token's balance here.
        Windows are counted from `starts`, without gap or overlap. What a hold gives back frees the window in which
        it was made. Charges and session payments move from payer to payee and never rest here.
"""

from ethereum.ercs import IERC20
from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
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

struct Terms:
    payee: address
    token: address
    cap: uint256
    window_seconds: uint256
    once: bool
    total: uint256
    starts: uint256
    expires: uint256
    hold_seconds: uint256
    terms_hash: bytes32

struct Agreement:
    payer: address
    terms: Terms
    window: uint256
    used: uint256
    used_total: uint256
    state: uint8

struct Hold:
    mandate: bytes32
    amount: uint256
    captured: uint256
    returned: uint256
    expires: uint256
    window: uint256
    state: uint8

struct Session:
    payer: address
    key: address
    token: address
    payee: address
    cap: uint256
    spent: uint256
    expires: uint256
    payments: uint256
    state: uint8

ACTIVE: constant(uint8) = 1
PAUSED: constant(uint8) = 2
REVOKED: constant(uint8) = 3

OPEN: constant(uint8) = 1
CLOSED: constant(uint8) = 2

NAME: constant(String[32]) = "Jiaozi Mandate"
VERSION: constant(String[8]) = "1"
GRANT_TYPE: constant(bytes32) = keccak256(
    "Grant(address payer,address payee,address token,uint256 cap,uint256 window_seconds,bool once,uint256 total,uint256 starts,uint256 expires,uint256 hold_seconds,bytes32 terms_hash,uint256 nonce,uint256 deadline)"
)
CHANGE_CAP_TYPE: constant(bytes32) = keccak256(
    "ChangeCap(bytes32 mandate,uint256 cap,uint256 nonce,uint256 deadline)"
)
SPEND_TYPE: constant(bytes32) = keccak256(
    "Spend(bytes32 session,address payee,uint256 amount,bytes32 memo,uint256 payment,uint256 deadline)"
)

mandates: HashMap[bytes32, Agreement]
holds: HashMap[bytes32, Hold]
sessions: HashMap[bytes32, Session]
# Of what a payer signs; apart from the count of ids, so that a signature outlives whatever else its signer opens.
signing_nonces: public(HashMap[address, uint256])

event Granted:
    id: indexed(bytes32)
    payer: indexed(address)
    payee: indexed(address)
    terms: Terms

event CapChanged:
    id: indexed(bytes32)
    payer: indexed(address)
    cap_before: uint256
    cap_after: uint256

event Charged:
    id: indexed(bytes32)
    payee: indexed(address)
    invoice: indexed(bytes32)
    amount: uint256
    window: uint256
    used_before: uint256
    used_after: uint256

event Held:
    id: indexed(bytes32)
    mandate: indexed(bytes32)
    payee: indexed(address)
    amount: uint256
    expires: uint256
    window: uint256
    held_before: uint256
    held_after: uint256

event Captured:
    id: indexed(bytes32)
    mandate: indexed(bytes32)
    payee: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Voided:
    id: indexed(bytes32)
    mandate: indexed(bytes32)
    payer: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Expired:
    id: indexed(bytes32)
    mandate: indexed(bytes32)
    payer: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Paused:
    id: indexed(bytes32)
    payer: indexed(address)

event Resumed:
    id: indexed(bytes32)
    payer: indexed(address)

event Revoked:
    id: indexed(bytes32)
    payer: indexed(address)

event SignatureUsed:
    payer: indexed(address)
    nonce: uint256

event SessionOpened:
    id: indexed(bytes32)
    payer: indexed(address)
    key: indexed(address)
    token: address
    payee: address
    cap: uint256
    expires: uint256

event SessionSpent:
    id: indexed(bytes32)
    payee: indexed(address)
    memo: indexed(bytes32)
    amount: uint256
    spent_before: uint256
    spent_after: uint256

event SessionClosed:
    id: indexed(bytes32)
    by: indexed(address)


@deploy
def __init__():
    pass


# Mandates


@external
def grant(terms: Terms) -> bytes32:
    """
    @notice Grants a mandate with the caller as payer. The allowance is given to this contract in the token itself.
    @param terms Payee, token, cap a window, length of a window in seconds, whether only one charge a window, total
           over all windows, first and last second, longest hold in seconds (zero: no holds), hash of the terms.
    @return The mandate's id.
    """
    return self._grant(msg.sender, terms)


@external
def grant_signed(
    payer: address, terms: Terms, deadline: uint256, signature: Bytes[signatures.MAX_SIGNATURE]
) -> bytes32:
    """
    @notice Grants a mandate that `payer` signed (EIP-712 `Grant`). Anyone may bring the signature, once.
    @param payer Whose money; a key or a contract account.
    @param terms As in `grant`.
    @param deadline Last second at which the signature counts.
    @param signature Of the payer over the terms, its signing nonce and the deadline.
    @return The mandate's id.
    """
    nonce: uint256 = self._use_nonce(payer)
    message: bytes32 = keccak256(
        abi_encode(
            GRANT_TYPE,
            payer,
            terms.payee,
            terms.token,
            terms.cap,
            terms.window_seconds,
            terms.once,
            terms.total,
            terms.starts,
            terms.expires,
            terms.hold_seconds,
            terms.terms_hash,
            nonce,
            deadline,
        )
    )
    self._check_signed(payer, message, deadline, signature)
    return self._grant(payer, terms)


@external
def change_cap(id: bytes32, cap: uint256):
    """
    @notice Raises or lowers the cap of each window, at once. Payer only.
    @param id The mandate.
    @param cap Minor units, more than zero.
    """
    assert msg.sender == self.mandates[id].payer, "mandate: not the payer"
    self._change_cap(id, cap)


@external
def change_cap_signed(id: bytes32, cap: uint256, deadline: uint256, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice As `change_cap`, by the payer's signature (EIP-712 `ChangeCap`), which anyone may bring, once.
    @param id The mandate.
    @param cap Minor units, more than zero.
    @param deadline Last second at which the signature counts.
    @param signature Of the payer over the mandate, the cap, its signing nonce and the deadline.
    """
    payer: address = self.mandates[id].payer
    nonce: uint256 = self._use_nonce(payer)
    message: bytes32 = keccak256(abi_encode(CHANGE_CAP_TYPE, id, cap, nonce, deadline))
    self._check_signed(payer, message, deadline, signature)
    self._change_cap(id, cap)


@external
def cancel_signed():
    """
    @notice Makes void whatever the caller signed here as a payer and nobody has brought yet.
    """
    self._use_nonce(msg.sender)


@external
def charge(id: bytes32, amount: uint256, invoice: bytes32):
    """
    @notice Takes `amount` from the payer's allowance, straight to the payee. Payee only.
    @param id The mandate.
    @param amount Minor units, within what is left of the window and of the total.
    @param invoice What it is for: the payee's reference.
    """
    mandate: Agreement = self.mandates[id]
    window: uint256 = self._use(id, mandate, amount)
    used: uint256 = self.mandates[id].used
    log Charged(
        id=id,
        payee=mandate.terms.payee,
        invoice=invoice,
        amount=amount,
        window=window,
        used_before=used - amount,
        used_after=used,
    )
    self._transfer(mandate.terms.token, mandate.payer, mandate.terms.payee, amount)


@external
def pause(id: bytes32):
    """
    @notice Stops charges and new holds until the payer resumes. Payer only.
    @param id The mandate.
    """
    assert msg.sender == self.mandates[id].payer, "mandate: not the payer"
    assert self.mandates[id].state == ACTIVE, "mandate: not active"
    self.mandates[id].state = PAUSED
    log Paused(id=id, payer=msg.sender)


@external
def resume(id: bytes32):
    """
    @notice Lets a paused mandate go on. Payer only.
    @param id The mandate.
    """
    assert msg.sender == self.mandates[id].payer, "mandate: not the payer"
    assert self.mandates[id].state == PAUSED, "mandate: not paused"
    self.mandates[id].state = ACTIVE
    log Resumed(id=id, payer=msg.sender)


@external
def revoke(id: bytes32):
    """
    @notice Ends a mandate for good. Payer only, at any time. Holds stay until captured, voided or expired.
    @param id The mandate.
    """
    assert msg.sender == self.mandates[id].payer, "mandate: not the payer"
    assert self.mandates[id].state != REVOKED, "mandate: revoked"
    self.mandates[id].state = REVOKED
    log Revoked(id=id, payer=msg.sender)


# Holds


@external
def hold(id: bytes32, amount: uint256, expires: uint256) -> bytes32:
    """
    @notice Puts the payer's money aside for the payee, within the same cap as charges. Payee only.
    @param id The mandate.
    @param amount Minor units; a token that takes a fee is refused.
    @param expires Last second to capture, no further ahead than the payer agreed to.
    @return The hold's id.
    """
    mandate: Agreement = self.mandates[id]
    assert expires > block.timestamp, "mandate: expired already"
    assert expires <= block.timestamp + mandate.terms.hold_seconds, "mandate: held for too long"
    window: uint256 = self._use(id, mandate, amount)
    hold_id: bytes32 = ids._take_id(msg.sender)
    self.holds[hold_id] = Hold(
        mandate=id, amount=amount, captured=0, returned=0, expires=expires, window=window, state=OPEN
    )
    log Held(
        id=hold_id,
        mandate=id,
        payee=msg.sender,
        amount=amount,
        expires=expires,
        window=window,
        held_before=0,
        held_after=amount,
    )
    claims._pull_exactly(mandate.terms.token, mandate.payer, amount)
    return hold_id


@external
def capture(id: bytes32, amount: uint256):
    """
    @notice Pays the payee out of a hold, in one part or several. Payee only, until the hold expires, also when the
            mandate is paused or revoked.
    @param id The hold.
    @param amount Minor units, at most what is held.
    """
    hold: Hold = self.holds[id]
    mandate: Agreement = self.mandates[hold.mandate]
    assert hold.state == OPEN, "mandate: holds nothing"
    assert msg.sender == mandate.terms.payee, "mandate: not the payee"
    assert block.timestamp <= hold.expires, "mandate: hold has expired"
    held: uint256 = self._held(hold)
    assert amount > 0, "mandate: no amount"
    assert amount <= held, "mandate: more than is held"
    self.holds[id].captured = hold.captured + amount
    if amount == held:
        self.holds[id].state = CLOSED
    log Captured(
        id=id,
        mandate=hold.mandate,
        payee=msg.sender,
        amount=amount,
        held_before=held,
        held_after=held - amount,
    )
    claims._pay(id, mandate.terms.token, msg.sender, amount)


@external
def void(id: bytes32):
    """
    @notice Gives what a hold still holds back to the payer. Payee only, at any time.
    @param id The hold.
    """
    hold: Hold = self.holds[id]
    mandate: Agreement = self.mandates[hold.mandate]
    assert hold.state == OPEN, "mandate: holds nothing"
    assert msg.sender == mandate.terms.payee, "mandate: not the payee"
    held: uint256 = self._held(hold)
    log Voided(
        id=id, mandate=hold.mandate, payer=mandate.payer, amount=held, held_before=held, held_after=0
    )
    self._give_back(id, hold, mandate)


@external
def exit(id: bytes32):
    """
    @notice Gives what an expired hold still holds back to the payer. Anyone.
    @param id The hold.
    """
    hold: Hold = self.holds[id]
    assert hold.state == OPEN, "mandate: nothing to exit"
    assert block.timestamp > hold.expires, "mandate: hold has not expired"
    mandate: Agreement = self.mandates[hold.mandate]
    held: uint256 = self._held(hold)
    log Expired(
        id=id, mandate=hold.mandate, payer=mandate.payer, amount=held, held_before=held, held_after=0
    )
    self._give_back(id, hold, mandate)


# Sessions


@external
def open_session(key: address, token: address, payee: address, cap: uint256, expires: uint256) -> bytes32:
    """
    @notice Lets a device's key spend the caller's allowance to this contract, up to a cap and until an expiry.
    @param key The device's account: a key, or a contract that checks the device's own signatures.
    @param token The ERC-20 token.
    @param payee The only one to be paid, or zero for anyone.
    @param cap Minor units in all, more than zero.
    @param expires Last second to spend; at most ten years ahead.
    @return The session's id.
    """
    assert key not in [empty(address), msg.sender], "mandate: not a key"
    self._check_token(token)
    assert cap > 0, "mandate: no amount"
    deadlines._check_ahead(expires)
    id: bytes32 = ids._take_id(msg.sender)
    self.sessions[id] = Session(
        payer=msg.sender,
        key=key,
        token=token,
        payee=payee,
        cap=cap,
        spent=0,
        expires=expires,
        payments=0,
        state=OPEN,
    )
    log SessionOpened(
        id=id, payer=msg.sender, key=key, token=token, payee=payee, cap=cap, expires=expires
    )
    return id


@external
def spend(id: bytes32, payee: address, amount: uint256, memo: bytes32):
    """
    @notice Pays from the session's payer. The session's key only.
    @param id The session.
    @param payee Who is paid.
    @param amount Minor units, within what is left of the cap.
    @param memo The payment's reference.
    """
    assert msg.sender == self.sessions[id].key, "mandate: not the key"
    self._spend(id, payee, amount, memo)


@external
def spend_signed(
    id: bytes32,
    payee: address,
    amount: uint256,
    memo: bytes32,
    deadline: uint256,
    signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice As `spend`, by the key's signature (EIP-712 `Spend`), which anyone may bring, once: a till can bring what
            a device without a connection signed.
    @param id The session.
    @param payee Who is paid.
    @param amount Minor units, within what is left of the cap.
    @param memo The payment's reference.
    @param deadline Last second at which the signature counts.
    @param signature Of the key over these and the session's count of payments.
    """
    session: Session = self.sessions[id]
    message: bytes32 = keccak256(
        abi_encode(SPEND_TYPE, id, payee, amount, memo, session.payments, deadline)
    )
    self._check_signed(session.key, message, deadline, signature)
    self._spend(id, payee, amount, memo)


@external
def close_session(id: bytes32):
    """
    @notice Ends a session at once. Its payer or its key.
    @param id The session.
    """
    session: Session = self.sessions[id]
    assert session.state == OPEN, "mandate: session is not open"
    assert msg.sender in [session.payer, session.key], "mandate: not a party"
    self.sessions[id].state = CLOSED
    log SessionClosed(id=id, by=msg.sender)


# Views


@external
@view
def mandate_of(id: bytes32) -> Agreement:
    """
    @notice Everything about a mandate.
    @param id The mandate.
    @return Its record; `used` is of window number `window`; state 0 unknown, 1 active, 2 paused, 3 revoked.
    """
    return self.mandates[id]


@external
@view
def chargeable(id: bytes32) -> uint256:
    """
    @notice The most that the payee could charge or hold now, if the payer's allowance and balance allow it.
    @param id The mandate.
    @return Minor units; zero where it is not active, has not begun, has expired or was charged already.
    """
    mandate: Agreement = self.mandates[id]
    if mandate.state != ACTIVE or block.timestamp < mandate.terms.starts or block.timestamp > mandate.terms.expires:
        return 0
    used: uint256 = self._used(mandate, self._window(mandate.terms))
    if mandate.terms.once and used > 0:
        return 0
    cap: uint256 = mandate.terms.cap
    return min(cap - min(cap, used), mandate.terms.total - mandate.used_total)


@external
@view
def hold_of(id: bytes32) -> Hold:
    """
    @notice Everything about a hold.
    @param id The hold.
    @return Its record; state 0 unknown, 1 open, 2 closed.
    """
    return self.holds[id]


@external
@view
def session_of(id: bytes32) -> Session:
    """
    @notice Everything about a session.
    @param id The session.
    @return Its record; state 0 unknown, 1 open, 2 closed.
    """
    return self.sessions[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a hold holds now.
    @param id The hold.
    @return Minor units.
    """
    return self._held(self.holds[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may send a hold home.
    @param id The hold.
    @return Seconds since 1970; zero for an unknown hold.
    """
    return self.holds[id].expires


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain of what is signed here.
    @return The hash that every signed message starts from.
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
def _grant(payer: address, terms: Terms) -> bytes32:
    assert terms.payee not in [empty(address), payer, self, terms.token], "mandate: not a payee"
    self._check_token(terms.token)
    assert terms.cap > 0 and terms.total > 0, "mandate: no amount"
    assert terms.window_seconds > 0, "mandate: no window"
    assert terms.starts < terms.expires, "mandate: ends before it starts"
    deadlines._check_ahead(terms.expires)
    # A hold that is voided would leave open whether its window was charged.
    assert not terms.once or terms.hold_seconds == 0, "mandate: once allows no holds"
    assert terms.hold_seconds <= deadlines.MAX_TERM_SECONDS, "mandate: held for too long"
    id: bytes32 = ids._take_id(payer)
    self.mandates[id] = Agreement(payer=payer, terms=terms, window=0, used=0, used_total=0, state=ACTIVE)
    log Granted(id=id, payer=payer, payee=terms.payee, terms=terms)
    return id


@internal
def _change_cap(id: bytes32, cap: uint256):
    assert self.mandates[id].state in [ACTIVE, PAUSED], "mandate: revoked"
    assert cap > 0, "mandate: no amount"
    before: uint256 = self.mandates[id].terms.cap
    self.mandates[id].terms.cap = cap
    log CapChanged(id=id, payer=self.mandates[id].payer, cap_before=before, cap_after=cap)


@internal
def _use(id: bytes32, mandate: Agreement, amount: uint256) -> uint256:
    """
    @dev Books `amount` against the window of now, and says which that is.
    """
    terms: Terms = mandate.terms
    assert mandate.state == ACTIVE, "mandate: not active"
    assert msg.sender == terms.payee, "mandate: not the payee"
    assert block.timestamp >= terms.starts, "mandate: has not begun"
    assert block.timestamp <= terms.expires, "mandate: has expired"
    assert amount > 0, "mandate: no amount"
    window: uint256 = self._window(terms)
    used: uint256 = self._used(mandate, window)
    assert not terms.once or used == 0, "mandate: charged in this window"
    # A cap may have been lowered below what was used already.
    assert amount <= terms.cap - min(terms.cap, used), "mandate: over the cap"
    assert amount <= terms.total - mandate.used_total, "mandate: over the total"
    self.mandates[id].window = window
    self.mandates[id].used = used + amount
    self.mandates[id].used_total = mandate.used_total + amount
    return window


@internal
def _give_back(id: bytes32, hold: Hold, mandate: Agreement):
    rest: uint256 = self._held(hold)
    self.holds[id].returned = rest
    self.holds[id].state = CLOSED
    self.mandates[hold.mandate].used_total = mandate.used_total - rest
    if mandate.window == hold.window:
        self.mandates[hold.mandate].used = mandate.used - rest
    claims._pay(id, mandate.terms.token, mandate.payer, rest)


@internal
def _spend(id: bytes32, payee: address, amount: uint256, memo: bytes32):
    session: Session = self.sessions[id]
    assert session.state == OPEN, "mandate: session is not open"
    assert block.timestamp <= session.expires, "mandate: has expired"
    assert payee not in [empty(address), self, session.token], "mandate: not a payee"
    assert session.payee in [empty(address), payee], "mandate: not a payee"
    assert amount > 0, "mandate: no amount"
    assert amount <= session.cap - session.spent, "mandate: over the cap"
    self.sessions[id].spent = session.spent + amount
    self.sessions[id].payments = session.payments + 1
    log SessionSpent(
        id=id,
        payee=payee,
        memo=memo,
        amount=amount,
        spent_before=session.spent,
        spent_after=session.spent + amount,
    )
    self._transfer(session.token, session.payer, payee, amount)


@internal
def _transfer(token: address, payer: address, payee: address, amount: uint256):
    accepted: bool = extcall IERC20(token).transferFrom(payer, payee, amount, default_return_value=True)
    assert accepted, "mandate: transfer refused"


@internal
def _use_nonce(payer: address) -> uint256:
    nonce: uint256 = self.signing_nonces[payer]
    self.signing_nonces[payer] = nonce + 1
    log SignatureUsed(payer=payer, nonce=nonce)
    return nonce


@internal
@view
def _check_signed(
    account: address, message: bytes32, deadline: uint256, signature: Bytes[signatures.MAX_SIGNATURE]
):
    assert block.timestamp <= deadline, "mandate: signature has expired"
    digest: bytes32 = signatures._digest(signatures._domain(NAME, VERSION), message)
    assert signatures._signed_by(account, digest, signature), "mandate: not signed"


@internal
@view
def _check_token(token: address):
    assert token.is_contract and token != self, "mandate: not a token"


@internal
@view
def _window(terms: Terms) -> uint256:
    return (block.timestamp - terms.starts) // terms.window_seconds


@internal
@pure
def _used(mandate: Agreement, window: uint256) -> uint256:
    if mandate.window == window:
        return mandate.used
    return 0


@internal
@pure
def _held(hold: Hold) -> uint256:
    return hold.amount - hold.captured - hold.returned
