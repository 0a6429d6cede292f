# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
# pragma optimize codesize
"""
@title Finance of orders, inventory and invoices
@license Apache-2.0
@notice A seller asks for money before its customer pays, financiers bid, and the accepted one advances: the money
        moves from financier to seller at once. An order is secured by a lien on the proceeds of its escrow, an
        invoice by a receivable that is locked here, inventory by a pledge of tokens held here. Whatever the
        customer pays is divided by a waterfall: the advance first, then the financier's price, and the seller has
        the rest. A pledge that falls in value is called; what is not cured is seized up to what is owed.
        A customer who does not pay by the due date makes a default: with recourse the seller owes, without it the
        financier has only the collateral. A financier who disappears keeps its claim on the proceeds; a seller
        who disappears leaves its pledge, which 30 days after the due date anyone can send to whom it belongs.
@dev    Truths that hold after every transaction, for each financing:
        advanced <= rate_cap x face, and advanced + price <= face;
        principal_repaid <= advanced and price_paid <= price, the second above zero only when the first is whole;
        what came in as proceeds and repayments = principal_repaid + price_paid - seized_value + residual_paid;
        no two live financings have one fingerprint, or are bound to one source of proceeds;
        outstanding(financier, debtor, token) = sum of its advanced - principal_repaid.
        And for each token that keeps its own books: liabilities = sum of pledges + claims <= balance.
        Proceeds come by plain transfer from sources named at deployment, whose totals say for whom each was; what
        such a transfer brought belongs to nobody here until it was divided. A source is trusted to pay what it says.
"""

from ethereum.ercs import IERC20

from .interfaces import ICustody
from .interfaces import IFingerprints
from .interfaces import IProceeds
from .interfaces import IReceivable
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import signatures
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

# What a source owes this contract because a token refused it: `claims` has it in every source.
interface IClaims:
    def claimable(token: address, who: address) -> uint256: view

struct Terms:
    kind: uint8
    debtor: address
    token: address
    face: uint256
    # Names the goods of an order or an inventory in the register; a receivable names its own.
    document: bytes32
    # The most that may be advanced, in basis points of the face, and of the pledge's value.
    rate_cap: uint256
    with_recourse: bool
    due_date: uint256
    # Who pays the proceeds, and under which of its records; zero where the seller itself repays.
    source: address
    record: bytes32
    pledge_token: address
    pledge: uint256
    appraiser: address
    cure_seconds: uint256

struct Bid:
    advance: uint256
    # The price: basis points of the advance (a fee) and of the face (a discount).
    fee: uint256
    discount: uint256
    expiry: uint256

struct Financing:
    seller: address
    terms: Terms
    financier: address
    advanced: uint256
    price: uint256
    advance_deadline: uint256
    principal_repaid: uint256
    price_paid: uint256
    residual_paid: uint256
    seized_value: uint256
    pledged: uint256
    appraised_value: uint256
    appraised_units: uint256
    cure_deadline: uint256
    state: uint8

ORDER: constant(uint8) = 1
INVENTORY: constant(uint8) = 2
INVOICE: constant(uint8) = 3

REQUESTED: constant(uint8) = 1
ACCEPTED: constant(uint8) = 2
ADVANCED: constant(uint8) = 3
CALLED: constant(uint8) = 4
DEFAULTED: constant(uint8) = 5
SETTLED: constant(uint8) = 6
CLOSED: constant(uint8) = 7

MAX_SOURCES: constant(uint256) = 8
MIN_CURE_SECONDS: constant(uint256) = 60 * 60
MAX_CURE_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
# A margin call on the due date itself can still be cured before anyone may exit.
EXIT_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
VERSION: constant(String[8]) = "1"
BID_TYPE: constant(bytes32) = keccak256(
    "Bid(bytes32 id,address financier,uint256 advance,uint256 fee,uint256 discount,uint256 expiry,uint256 nonce)"
)
ACCEPTANCE_TYPE: constant(bytes32) = keccak256("Acceptance(bytes32 id,address financier,uint256 nonce)")

FINGERPRINTS: immutable(IFingerprints)

is_source: public(HashMap[address, bool])
financings: HashMap[bytes32, Financing]
# financing -> financier
bids: HashMap[bytes32, HashMap[address, Bid]]
# Counts a financier's bids on a financing, so that an acceptance means one of them and a signature serves once.
bid_nonce: public(HashMap[bytes32, HashMap[address, uint256]])
# source -> record -> the financing whose proceeds these are, and how much of them was divided
bound: public(HashMap[address, HashMap[bytes32, bytes32]])
divided: public(HashMap[address, HashMap[bytes32, uint256]])
# financier -> debtor -> token
debtor_limit: public(HashMap[address, HashMap[address, HashMap[address, uint256]]])
outstanding: public(HashMap[address, HashMap[address, HashMap[address, uint256]]])

event Requested:
    id: indexed(bytes32)
    seller: indexed(address)
    debtor: indexed(address)
    terms: Terms
    held_before: uint256
    held_after: uint256

event BidMade:
    id: indexed(bytes32)
    financier: indexed(address)
    advance: uint256
    price: uint256
    expiry: uint256
    nonce: uint256

event BidWithdrawn:
    id: indexed(bytes32)
    financier: indexed(address)

event Accepted:
    id: indexed(bytes32)
    seller: indexed(address)
    financier: indexed(address)
    advance: uint256
    price: uint256
    advance_deadline: uint256

event Advanced:
    id: indexed(bytes32)
    financier: indexed(address)
    seller: indexed(address)
    value: uint256
    price: uint256
    held_back: uint256

event Repaid:
    id: indexed(bytes32)
    by: indexed(address)
    value: uint256

event Collected:
    id: indexed(bytes32)
    source: indexed(address)
    record: indexed(bytes32)
    value: uint256
    divided_before: uint256
    divided_after: uint256

event Divided:
    id: indexed(bytes32)
    financier: indexed(address)
    seller: indexed(address)
    principal: uint256
    price: uint256
    residual: uint256
    owed_before: uint256
    owed_after: uint256

event Settled:
    id: indexed(bytes32)
    financier: indexed(address)

event Defaulted:
    id: indexed(bytes32)
    seller: indexed(address)
    with_recourse: bool
    owed: uint256

event RecourseTaken:
    id: indexed(bytes32)
    seller: indexed(address)
    value: uint256

event Pledged:
    id: indexed(bytes32)
    seller: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Appraised:
    id: indexed(bytes32)
    appraiser: indexed(address)
    value_before: uint256
    value_after: uint256

event MarginCalled:
    id: indexed(bytes32)
    financier: indexed(address)
    pledge_value: uint256
    principal: uint256
    cure_deadline: uint256

event Cured:
    id: indexed(bytes32)
    pledge_value: uint256
    principal: uint256

event Seized:
    id: indexed(bytes32)
    financier: indexed(address)
    units: uint256
    value: uint256
    held_before: uint256
    held_after: uint256

event PledgeReleased:
    id: indexed(bytes32)
    seller: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event ProceedsReleased:
    id: indexed(bytes32)
    source: indexed(address)
    record: indexed(bytes32)

event Closed:
    id: indexed(bytes32)
    by: indexed(address)

event DebtorLimitSet:
    financier: indexed(address)
    debtor: indexed(address)
    token: indexed(address)
    limit_before: uint256
    limit_after: uint256


@deploy
def __init__(fingerprints: address, sources: DynArray[address, MAX_SOURCES]):
    """
    @param fingerprints The registry in which collateral is marked as pledged.
    @param sources Contracts that pay proceeds here and can say for whom: escrow and receivable.
    """
    assert fingerprints != empty(address), "factoring: no registry"
    FINGERPRINTS = IFingerprints(fingerprints)
    for source: address in sources:
        assert source != empty(address), "factoring: no source"
        self.is_source[source] = True


@external
def request(terms: Terms) -> bytes32:
    """
    @notice Asks for finance, with the caller as seller. A pledge of inventory is taken in at once, from an allowance.
    @dev    An order or an invoice names where its proceeds come from; whoever owns that record assigns or locks it
            in favour of this contract before the advance. An order may do without and be repaid by the seller.
            A pledge is worth the face until the appraiser says otherwise; financiers bid knowing that.
    @param terms Kind (1 order, 2 inventory, 3 invoice), debtor, token, face, the document that names the goods, the
                 highest rate of advance in basis points, whether with recourse, the due date, the source of
                 proceeds and its record, and for inventory the pledge, its appraiser and the time to cure.
    @return The financing's id.
    """
    assert terms.kind in [ORDER, INVENTORY, INVOICE], "factoring: unknown kind"
    assert terms.debtor not in [empty(address), msg.sender, self], "factoring: not a debtor"
    assert terms.token.is_contract and terms.token != self, "factoring: not a token"
    assert terms.face > 0, "factoring: no face"
    assert terms.face <= split.MAX_AMOUNT, "factoring: face out of range"
    assert terms.rate_cap > 0 and terms.rate_cap <= split.BASIS_POINTS, "factoring: rate out of range"
    deadlines._check_ahead(terms.due_date)
    if terms.kind == INVENTORY:
        self._check_pledge_terms(terms)
    else:
        assert terms.pledge == 0 and terms.pledge_token == empty(address), "factoring: only inventory is pledged"
        if terms.kind == INVOICE or terms.source != empty(address):
            assert self.is_source[terms.source], "factoring: not a source"
    assert (terms.document == empty(bytes32)) == (terms.kind == INVOICE), "factoring: no or needless document"
    id: bytes32 = ids._take_id(msg.sender)
    if terms.pledge > 0:
        claims._pull_exactly(terms.pledge_token, msg.sender, terms.pledge)
    financing: Financing = empty(Financing)
    financing.seller = msg.sender
    financing.terms = terms
    financing.pledged = terms.pledge
    financing.appraised_units = terms.pledge
    if terms.kind == INVENTORY:
        financing.appraised_value = terms.face
    financing.state = REQUESTED
    self.financings[id] = financing
    log Requested(
        id=id, seller=msg.sender, debtor=terms.debtor, terms=terms, held_before=0, held_after=terms.pledge
    )
    return id


@external
def cancel(id: bytes32):
    """
    @notice Ends a request that nobody is bound to: before an acceptance, or after the accepted financier let its
            time pass. Seller only; a pledge goes back to it.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    self._check_seller(financing.seller)
    assert self._is_free(financing), "factoring: bound or over"
    self._close(id, financing)


@external
def bid(id: bytes32, offer: Bid) -> uint256:
    """
    @notice Offers an advance at a price, with the caller as financier. Replaces its earlier bid.
    @param id The financing.
    @param offer The advance, a fee in basis points of it, a discount in basis points of the face, and the last
                 second to accept and to advance.
    @return The bid's number, which an acceptance names.
    """
    return self._bid(id, msg.sender, offer)


@external
def bid_signed(id: bytes32, financier: address, offer: Bid, signature: Bytes[signatures.MAX_SIGNATURE]) -> uint256:
    """
    @notice Makes a bid that the financier signed (EIP-712 `Bid`, or EIP-1271). Anyone may bring it, once.
    @param id The financing.
    @param financier Who signed.
    @param offer As in `bid`; the signature covers it and the financier's `bid_nonce`.
    @param signature r, s, v in 65 bytes, or what the financier's contract understands.
    @return The bid's number.
    """
    message: bytes32 = keccak256(
        abi_encode(
            BID_TYPE,
            id,
            financier,
            offer.advance,
            offer.fee,
            offer.discount,
            offer.expiry,
            self.bid_nonce[id][financier],
        )
    )
    assert self._has_signed(financier, message, signature), "factoring: not signed by financier"
    return self._bid(id, financier, offer)


@external
def withdraw_bid(id: bytes32):
    """
    @notice Takes back the caller's bid, and whatever it signed and nobody has brought yet. Not once accepted.
    @param id The financing.
    """
    self.bids[id][msg.sender] = empty(Bid)
    self.bid_nonce[id][msg.sender] += 1
    log BidWithdrawn(id=id, financier=msg.sender)


@external
def accept(id: bytes32, financier: address, nonce: uint256):
    """
    @notice Takes a bid. Seller only. It binds both until the bid's expiry.
    @param id The financing.
    @param financier Whose bid.
    @param nonce The bid's number, so that a bid changed at the last moment is not taken unseen.
    """
    self._check_seller(self.financings[id].seller)
    self._accept(id, financier, nonce)


@external
def accept_signed(id: bytes32, financier: address, nonce: uint256, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice Takes a bid by the seller's signature (EIP-712 `Acceptance`, or EIP-1271). Anyone may bring it.
    @param id The financing.
    @param financier Whose bid.
    @param nonce The bid's number.
    @param signature r, s, v in 65 bytes, or what the seller's contract understands.
    """
    message: bytes32 = keccak256(abi_encode(ACCEPTANCE_TYPE, id, financier, nonce))
    assert self._has_signed(self.financings[id].seller, message, signature), "factoring: not signed by seller"
    self._accept(id, financier, nonce)


@external
def advance(id: bytes32):
    """
    @notice Moves the advance from financier to seller, from an allowance, and takes the lien on the collateral.
            Financier or seller, up to the bid's expiry.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    assert financing.state == ACCEPTED, "factoring: not accepted"
    assert msg.sender in [financing.financier, financing.seller], "factoring: not a party"
    assert not deadlines._has_passed(financing.advance_deadline), "factoring: bid has expired"
    assert self._is_covered(financing, financing.advanced), "factoring: pledge is worth too little"
    self._take_collateral(id, financing)
    self._lend(financing)
    self.financings[id].state = ADVANCED
    claims._pull_exactly(financing.terms.token, financing.financier, financing.advanced)
    log Advanced(
        id=id,
        financier=financing.financier,
        seller=financing.seller,
        value=financing.advanced,
        price=financing.price,
        held_back=financing.terms.face - financing.advanced,
    )
    claims._pay(id, financing.terms.token, financing.seller, financing.advanced)


@external
def repay(id: bytes32, amount: uint256):
    """
    @notice Pays what is owed, in parts or at once, from the caller's allowance. Anyone, at any time.
    @param id The financing.
    @param amount Minor units; of more than is owed only what is owed is taken, so that nobody's small repayment
                  just before makes this one fail.
    """
    financing: Financing = self._of(id)
    value: uint256 = self._payment(financing, amount)
    claims._pull_exactly(financing.terms.token, msg.sender, value)
    log Repaid(id=id, by=msg.sender, value=value)
    self._divide(id, financing, value)


@external
def waterfall(id: bytes32) -> uint256:
    """
    @notice Divides the proceeds that have arrived: the advance, the financier's price, then the seller's residual.
            Anyone, as often as something arrived, also after a default. Where no financing lives any more, all of
            it is the seller's.
    @dev    A transfer that the token refused is a claim at the source: claim it there for this contract first, also
            where it was for another financing.
    @param id The financing.
    @return What was divided.
    """
    financing: Financing = self._of(id)
    source: address = financing.terms.source
    record: bytes32 = financing.terms.record
    self._check_source(id, financing)
    assigned: uint256 = 0
    paid: uint256 = 0
    assigned, paid = self._proceeds(financing)
    before: uint256 = self.divided[source][record]
    assert paid > before, "factoring: nothing to divide"
    # Of what the source counts as paid nothing may still lie there: another financing's money would stand in for it.
    assert staticcall IClaims(source).claimable(financing.terms.token, self) == 0, "factoring: proceeds not arrived"
    arrived: uint256 = paid - before
    balance: uint256 = staticcall IERC20(financing.terms.token).balanceOf(self)
    # What others' proceeds brought must not be taken for these, so they have to be there in full.
    assert balance >= claims.liabilities[financing.terms.token] + arrived, "factoring: proceeds not arrived"
    self.divided[source][record] = paid
    claims.liabilities[financing.terms.token] += arrived
    log Collected(
        id=id, source=source, record=record, value=arrived, divided_before=before, divided_after=paid
    )
    self._divide(id, financing, arrived)
    return arrived


@external
def declare_default(id: bytes32):
    """
    @notice Records that the due date has passed with something owed. Anyone. With recourse the seller owes it from
            now on; without, only the collateral answers for it. Proceeds that have come are divided first. Where
            they cannot be, because the token refuses this contract, `exit` records the default 30 days later.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    assert financing.state in [ADVANCED, CALLED], "factoring: not advanced"
    assert deadlines._has_passed(financing.terms.due_date), "factoring: not due yet"
    if self.bound[financing.terms.source][financing.terms.record] == id:
        self._check_all_divided(financing)
    self._default(id, financing)


@external
def recourse(id: bytes32, amount: uint256):
    """
    @notice Takes what the seller owes after a default from an allowance that it gave this contract. Financier only.
    @param id The financing.
    @param amount Minor units; of more than is owed only what is owed is taken.
    """
    financing: Financing = self._of(id)
    assert financing.state == DEFAULTED, "factoring: not in default"
    self._check_financier(financing)
    assert financing.terms.with_recourse, "factoring: without recourse"
    value: uint256 = self._payment(financing, amount)
    claims._pull_exactly(financing.terms.token, financing.seller, value)
    log RecourseTaken(id=id, seller=financing.seller, value=value)
    self._divide(id, financing, value)


@external
def pledge(id: bytes32, amount: uint256):
    """
    @notice Adds to a pledge, from an allowance: its value grows in proportion to the last appraisal. Seller only;
            after a margin call up to the end of the time to cure.
    @param id The financing.
    @param amount Units of the pledged token.
    """
    financing: Financing = self._of(id)
    self._check_seller(financing.seller)
    assert self._is_securable(financing), "factoring: nothing to secure"
    assert amount > 0, "factoring: no amount"
    assert financing.pledged + amount < split.MAX_AMOUNT, "factoring: pledge out of range"
    claims._pull_exactly(financing.terms.pledge_token, financing.seller, amount)
    held: uint256 = financing.pledged
    financing.pledged = held + amount
    self.financings[id].pledged = held + amount
    log Pledged(id=id, seller=financing.seller, value=amount, held_before=held, held_after=held + amount)
    self._cure_if_covered(id, financing)


@external
def appraise(id: bytes32, pledge_value: uint256):
    """
    @notice Says what the whole pledge is worth now. The agreed appraiser only.
    @param id The financing.
    @param pledge_value Its value in minor units of the financing's token.
    """
    financing: Financing = self._of(id)
    self._check_pledged(financing)
    assert msg.sender == financing.terms.appraiser, "factoring: not the appraiser"
    assert pledge_value <= split.MAX_AMOUNT, "factoring: value out of range"
    log Appraised(
        id=id, appraiser=msg.sender, value_before=self._pledge_value(financing), value_after=pledge_value
    )
    financing.appraised_value = pledge_value
    financing.appraised_units = financing.pledged
    self.financings[id].appraised_value = pledge_value
    self.financings[id].appraised_units = financing.pledged
    self._cure_if_covered(id, financing)


@external
def margin_call(id: bytes32):
    """
    @notice Asks the seller to add to its pledge, or repay, because the pledge no longer covers the advance at the
            agreed rate. Financier only, up to the due date.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    assert financing.state == ADVANCED, "factoring: not advanced"
    self._check_financier(financing)
    assert not deadlines._has_passed(financing.terms.due_date), "factoring: due date has passed"
    principal: uint256 = self._principal(financing)
    assert not self._is_covered(financing, principal), "factoring: pledge is enough"
    cure_deadline: uint256 = block.timestamp + financing.terms.cure_seconds
    self.financings[id].cure_deadline = cure_deadline
    self.financings[id].state = CALLED
    log MarginCalled(
        id=id,
        financier=financing.financier,
        pledge_value=self._pledge_value(financing),
        principal=principal,
        cure_deadline=cure_deadline,
    )


@external
def seize(id: bytes32):
    """
    @notice Gives the financier of the pledge what is worth no more than what is owed, and counts it as paid.
            Financier only, after a margin call was not cured in time, or after a default.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    self._check_financier(financing)
    assert financing.state in [CALLED, DEFAULTED], "factoring: neither called nor in default"
    if financing.state == CALLED:
        assert deadlines._has_passed(financing.cure_deadline), "factoring: time to cure not over"
    self._check_pledged(financing)
    if financing.state == CALLED:
        # Not curing in time makes everything due.
        self._default(id, financing)
    assert self._seize(id, financing, financing.pledged) > 0, "factoring: owed is under one unit"


@external
def release_pledge(id: bytes32):
    """
    @notice Gives the seller its collateral back: the pledge, or what is still assigned or locked in favour of this
            contract. The financier at any time. Once nothing is owed anyone sends a pledge home; an assignment or
            a lock is then its seller's to undo, since it may already serve the next financing.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    if msg.sender != financing.financier or not self._is_live(financing.state):
        assert financing.state in [SETTLED, CLOSED], "factoring: still secured"
    if financing.terms.kind == INVENTORY:
        self._check_pledged(financing)
        self._give_back(id, financing, financing.pledged)
        return
    if not self._is_live(financing.state):
        self._check_seller(financing.seller)
    source: address = financing.terms.source
    self._check_source(id, financing)
    self._check_all_divided(financing)
    # Whoever has the record next finds it free, also where something is still owed here.
    self.bound[source][financing.terms.record] = empty(bytes32)
    log ProceedsReleased(id=id, source=source, record=financing.terms.record)
    extcall IProceeds(source).release_assigned(financing.terms.record)


@external
def exit(id: bytes32):
    """
    @notice After the last deadline sends a pledge to whom it belongs: to the financier what is worth no more than
            what is owed, the rest to the seller. A request that came to nothing is closed. Anyone.
    @param id The financing.
    """
    financing: Financing = self._of(id)
    assert financing.state in [REQUESTED, ACCEPTED, ADVANCED, CALLED] or financing.pledged > 0, (
        "factoring: nothing to exit"
    )
    assert deadlines._has_passed(self._last_deadline(financing)), "factoring: deadline has not passed"
    if financing.state in [REQUESTED, ACCEPTED]:
        self._close(id, financing)
        return
    if financing.state in [ADVANCED, CALLED]:
        self._default(id, financing)
        financing.state = DEFAULTED
    if financing.pledged > 0:
        self._seize(id, financing, financing.pledged)
        left: uint256 = self.financings[id].pledged
        if left > 0:
            self._give_back(id, financing, left)


@external
def set_debtor_limit(debtor: address, token: address, limit: uint256):
    """
    @notice Limits what the caller, as a financier, has outstanding against one debtor in one token. It holds for
            advances from now on, also on bids already accepted.
    @param debtor The debtor.
    @param token The token.
    @param limit Minor units of principal; zero for no limit.
    """
    log DebtorLimitSet(
        financier=msg.sender,
        debtor=debtor,
        token=token,
        limit_before=self.debtor_limit[msg.sender][debtor][token],
        limit_after=limit,
    )
    self.debtor_limit[msg.sender][debtor][token] = limit


@external
@view
def financing(id: bytes32) -> Financing:
    """
    @notice Everything about a financing.
    @param id The financing.
    @return Its record; state 0 unknown, 1 requested, 2 accepted, 3 advanced, 4 called, 5 defaulted, 6 settled,
            7 closed.
    """
    return self._of(id)


@external
@view
def bid_of(id: bytes32, financier: address) -> Bid:
    """
    @notice A financier's present bid.
    @param id The financing.
    @param financier Whose bid.
    @return The bid; all zero where there is none.
    """
    return self.bids[id][financier]


@external
@view
def price_of(id: bytes32, offer: Bid) -> uint256:
    """
    @notice What the financier would earn by a bid.
    @param id The financing.
    @param offer The bid.
    @return Fee and discount together, in minor units.
    """
    return self._price(self.financings[id].terms.face, offer)


@external
@view
def owed(id: bytes32) -> uint256:
    """
    @notice What the financier has still to receive.
    @param id The financing.
    @return Minor units: advance and price, less what was repaid or seized.
    """
    return self._owed(self._of(id))


@external
@view
def recourse_debt(id: bytes32) -> uint256:
    """
    @notice What the seller owes by recourse.
    @param id The financing.
    @return Minor units; zero before a default and where none was agreed.
    """
    financing: Financing = self._of(id)
    if financing.state != DEFAULTED or not financing.terms.with_recourse:
        return 0
    return self._owed(financing)


@external
@view
def pledge_value(id: bytes32) -> uint256:
    """
    @notice What the pledge is worth by the last appraisal.
    @param id The financing.
    @return Minor units of the financing's token.
    """
    return self._pledge_value(self._of(id))


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a financing holds now: its pledge. Money passes through and is never kept.
    @param id The financing.
    @return Units of the pledged token.
    """
    return self.financings[id].pledged


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the financing.
    @param id The financing.
    @return Seconds since 1970; zero for an unknown financing.
    """
    return self._last_deadline(self._of(id))


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice What every EIP-712 signature for this contract is bound to.
    @return The hash of name "Jiaozi Factoring", version "1", chain and contract.
    """
    return signatures._domain("Jiaozi Factoring", VERSION)


@internal
@view
def _of(id: bytes32) -> Financing:
    # One place that copies the long record out of storage keeps the code within its limit.
    return self.financings[id]


@internal
@view
def _check_pledge_terms(terms: Terms):
    assert terms.pledge_token.is_contract and terms.pledge_token != self, "factoring: not a pledgeable token"
    assert terms.pledge > 0 and terms.pledge < split.MAX_AMOUNT, "factoring: pledge out of range"
    assert terms.source == empty(address), "factoring: inventory has no source"
    assert terms.appraiser not in [empty(address), msg.sender], "factoring: not an appraiser"
    assert terms.cure_seconds >= MIN_CURE_SECONDS and terms.cure_seconds <= MAX_CURE_SECONDS, (
        "factoring: cure time out of range"
    )


@internal
@view
def _check_seller(seller: address):
    assert msg.sender == seller, "factoring: not the seller"


@internal
@view
def _check_financier(financing: Financing):
    assert msg.sender == financing.financier, "factoring: not the financier"


@internal
@pure
def _check_pledged(financing: Financing):
    assert financing.pledged > 0, "factoring: nothing is pledged"


@internal
@pure
def _payment(financing: Financing, amount: uint256) -> uint256:
    value: uint256 = min(amount, self._owed(financing))
    assert value > 0, "factoring: nothing to pay"
    return value


@internal
@view
def _has_signed(who: address, message: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]) -> bool:
    digest: bytes32 = signatures._digest(signatures._domain("Jiaozi Factoring", VERSION), message)
    return signatures._signed_by(who, digest, signature)


@internal
def _bid(id: bytes32, financier: address, offer: Bid) -> uint256:
    financing: Financing = self._of(id)
    terms: Terms = financing.terms
    assert self._is_free(financing), "factoring: not open for bids"
    assert financier not in [financing.seller, terms.appraiser, terms.token, self], "factoring: not a financier"
    assert offer.advance > 0, "factoring: no amount"
    assert offer.advance <= terms.face, "factoring: more than the face"
    assert offer.advance * split.BASIS_POINTS <= terms.face * terms.rate_cap, "factoring: over the rate"
    price: uint256 = self._price(terms.face, offer)
    # The collateral must be able to pay the whole of it.
    assert offer.advance + price <= terms.face, "factoring: price eats the face"
    deadlines._check_ahead(offer.expiry)
    assert offer.expiry <= terms.due_date, "factoring: bid outlives the due date"
    nonce: uint256 = self.bid_nonce[id][financier] + 1
    self.bid_nonce[id][financier] = nonce
    self.bids[id][financier] = offer
    log BidMade(id=id, financier=financier, advance=offer.advance, price=price, expiry=offer.expiry, nonce=nonce)
    return nonce


@internal
def _accept(id: bytes32, financier: address, nonce: uint256):
    financing: Financing = self._of(id)
    offer: Bid = self.bids[id][financier]
    assert self._is_free(financing), "factoring: bound or over"
    assert offer.advance > 0, "factoring: no such bid"
    assert nonce == self.bid_nonce[id][financier], "factoring: the bid has changed"
    assert not deadlines._has_passed(offer.expiry), "factoring: bid has expired"
    price: uint256 = self._price(financing.terms.face, offer)
    self.bids[id][financier] = empty(Bid)
    self.financings[id].financier = financier
    self.financings[id].advanced = offer.advance
    self.financings[id].price = price
    self.financings[id].advance_deadline = offer.expiry
    self.financings[id].state = ACCEPTED
    log Accepted(
        id=id,
        seller=financing.seller,
        financier=financier,
        advance=offer.advance,
        price=price,
        advance_deadline=offer.expiry,
    )


@internal
def _take_collateral(id: bytes32, financing: Financing):
    source: address = financing.terms.source
    if source != empty(address):
        record: bytes32 = financing.terms.record
        self._check_source(id, financing)
        assigned: uint256 = 0
        paid: uint256 = 0
        # What came before is the seller's; divided now it cannot be taken for this financing's.
        assigned, paid = self._check_all_divided(financing)
        coming: uint256 = financing.terms.face
        if financing.terms.kind == ORDER:
            coming = financing.advanced + financing.price
        assert assigned >= paid + coming, "factoring: too little is assigned"
        self.bound[source][record] = id
    self._take_lien(id, financing)


@internal
def _lend(financing: Financing):
    lent: uint256 = self.outstanding[financing.financier][financing.terms.debtor][financing.terms.token]
    limit: uint256 = self.debtor_limit[financing.financier][financing.terms.debtor][financing.terms.token]
    assert limit == 0 or lent + financing.advanced <= limit, "factoring: over the debtor's limit"
    self.outstanding[financing.financier][financing.terms.debtor][financing.terms.token] = lent + financing.advanced


@internal
def _divide(id: bytes32, financing: Financing, amount: uint256):
    """
    @dev Books and pays an amount that this contract already owes to somebody.
    """
    to_financier: uint256 = self._count_as_paid(id, financing, amount)
    residual: uint256 = amount - to_financier
    self.financings[id].residual_paid = financing.residual_paid + residual
    claims._pay(id, financing.terms.token, financing.financier, to_financier)
    claims._pay(id, financing.terms.token, financing.seller, residual)


@internal
def _count_as_paid(id: bytes32, financing: Financing, amount: uint256) -> uint256:
    """
    @dev The waterfall's books: the advance first, then the price. What is beyond both is the seller's.
    """
    owed: uint256 = self._owed(financing)
    principal: uint256 = min(amount, self._principal(financing) if owed > 0 else 0)
    price: uint256 = min(amount, owed) - principal
    self.financings[id].principal_repaid = financing.principal_repaid + principal
    self.financings[id].price_paid = financing.price_paid + price
    if principal > 0:
        self.outstanding[financing.financier][financing.terms.debtor][financing.terms.token] -= principal
    log Divided(
        id=id,
        financier=financing.financier,
        seller=financing.seller,
        principal=principal,
        price=price,
        residual=amount - principal - price,
        owed_before=owed,
        owed_after=owed - principal - price,
    )
    if owed > 0:
        if principal + price == owed:
            self.financings[id].state = SETTLED
            self._free_lien(id, financing)
            log Settled(id=id, financier=financing.financier)
        else:
            self._cure_if_covered(id, self._of(id))
    return principal + price


@internal
def _default(id: bytes32, financing: Financing):
    self.financings[id].state = DEFAULTED
    log Defaulted(
        id=id,
        seller=financing.seller,
        with_recourse=financing.terms.with_recourse,
        owed=self._owed(financing),
    )


@internal
def _cure_if_covered(id: bytes32, financing: Financing):
    if financing.state != CALLED or deadlines._has_passed(financing.cure_deadline):
        return
    principal: uint256 = self._principal(financing)
    if self._is_covered(financing, principal):
        self.financings[id].state = ADVANCED
        self.financings[id].cure_deadline = 0
        log Cured(id=id, pledge_value=self._pledge_value(financing), principal=principal)


@internal
def _seize(id: bytes32, financing: Financing, held: uint256) -> uint256:
    owed: uint256 = self._owed(financing)
    pledge_value: uint256 = self._pledge_value(financing)
    units: uint256 = held
    if pledge_value > owed or owed == 0:
        # Whole units, rounded down: the lender never takes more than it is owed.
        units = held * owed // max(pledge_value, 1)
    if units == 0:
        return 0
    value: uint256 = units * pledge_value // held
    self.financings[id].pledged = held - units
    self.financings[id].seized_value = financing.seized_value + value
    log Seized(
        id=id, financier=financing.financier, units=units, value=value, held_before=held, held_after=held - units
    )
    self._count_as_paid(id, financing, value)
    claims._pay(id, financing.terms.pledge_token, financing.financier, units)
    return units


@internal
def _give_back(id: bytes32, financing: Financing, held: uint256):
    self.financings[id].pledged = 0
    log PledgeReleased(id=id, seller=financing.seller, value=held, held_before=held, held_after=0)
    claims._pay(id, financing.terms.pledge_token, financing.seller, held)


@internal
def _close(id: bytes32, financing: Financing):
    self.financings[id].state = CLOSED
    log Closed(id=id, by=msg.sender)
    if financing.pledged > 0:
        self._give_back(id, financing, financing.pledged)


@internal
def _take_lien(id: bytes32, financing: Financing):
    """
    @dev A receivable is locked where it was issued, for this very financing; other goods carry a lien in the register.
    """
    terms: Terms = financing.terms
    if terms.kind != INVOICE:
        extcall FINGERPRINTS.take_lien(financing.seller, terms.document, id)
        return
    holder: address = empty(address)
    lienholder: address = empty(address)
    lien_id: bytes32 = empty(bytes32)
    live: uint256 = 0
    token: address = empty(address)
    debtor: address = empty(address)
    due: uint256 = 0
    last_deadline: uint256 = 0
    holder, lienholder, lien_id, live, token, debtor, due, last_deadline = staticcall IReceivable(
        terms.source
    ).position(terms.record)
    assert lienholder == self and lien_id == id, "factoring: receivable not locked"
    assert debtor == terms.debtor, "factoring: another debtor"
    assert due <= terms.due_date, "factoring: due before receivable"


@internal
def _free_lien(id: bytes32, financing: Financing):
    if financing.terms.kind != INVOICE:
        fingerprint: bytes32 = staticcall FINGERPRINTS.fingerprint(financing.seller, financing.terms.document)
        extcall FINGERPRINTS.drop_lien(fingerprint)


@internal
@view
def _proceeds(financing: Financing) -> (uint256, uint256):
    """
    @dev What the source ever assigned to this contract under the record, and what it paid of that.
    """
    assignor: address = empty(address)
    token: address = empty(address)
    assigned: uint256 = 0
    paid: uint256 = 0
    assignor, token, assigned, paid = staticcall IProceeds(financing.terms.source).proceeds(
        financing.terms.record, self
    )
    assert assignor == financing.seller and token == financing.terms.token, "factoring: not seller's proceeds"
    return assigned, paid


@internal
@view
def _check_all_divided(financing: Financing) -> (uint256, uint256):
    """
    @dev What came must find its owner before the record gets another one: here, or at the source once it is let go.
    """
    assigned: uint256 = 0
    paid: uint256 = 0
    assigned, paid = self._proceeds(financing)
    assert paid == self.divided[financing.terms.source][financing.terms.record], (
        "factoring: proceeds wait to be divided"
    )
    return assigned, paid


@internal
@view
def _check_source(id: bytes32, financing: Financing):
    assert financing.terms.source != empty(address), "factoring: no source of proceeds"
    # A live financing has what it is bound to, and nothing more once it let that go.
    other: bytes32 = self.bound[financing.terms.source][financing.terms.record]
    if other != id:
        assert not (self._is_live(financing.state) or self._is_live(self.financings[other].state)), (
            "factoring: another's proceeds"
        )


@internal
@pure
def _is_live(state: uint8) -> bool:
    return state >= ADVANCED and state <= DEFAULTED


@internal
@view
def _is_free(financing: Financing) -> bool:
    if financing.state == ACCEPTED:
        return deadlines._has_passed(financing.advance_deadline)
    return financing.state == REQUESTED


@internal
@view
def _is_securable(financing: Financing) -> bool:
    if financing.terms.kind != INVENTORY:
        return False
    if financing.state == CALLED:
        return not deadlines._has_passed(financing.cure_deadline)
    return financing.state in [REQUESTED, ACCEPTED, ADVANCED]


@internal
@pure
def _is_covered(financing: Financing, principal: uint256) -> bool:
    if financing.terms.kind != INVENTORY:
        return True
    return self._pledge_value(financing) * financing.terms.rate_cap >= principal * split.BASIS_POINTS


@internal
@pure
def _pledge_value(financing: Financing) -> uint256:
    if financing.pledged == 0:
        return 0
    return financing.pledged * financing.appraised_value // financing.appraised_units


@internal
@pure
def _price(face: uint256, offer: Bid) -> uint256:
    return split._share(offer.advance, offer.fee) + split._share(face, offer.discount)


@internal
@pure
def _principal(financing: Financing) -> uint256:
    return financing.advanced - financing.principal_repaid


@internal
@pure
def _owed(financing: Financing) -> uint256:
    if not self._is_live(financing.state):
        return 0
    return financing.advanced + financing.price - financing.principal_repaid - financing.price_paid


@internal
@pure
def _last_deadline(financing: Financing) -> uint256:
    if self._is_live(financing.state) or financing.state == SETTLED:
        return financing.terms.due_date + EXIT_SECONDS
    return financing.terms.due_date
