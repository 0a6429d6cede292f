# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title An order from proposal to payment
@license Apache-2.0
@notice A buyer and a seller agree on an order: either proposes, the other accepts. The seller ships and invoices, the
        buyer or a named inspector says what arrived, and order, receipt and invoice are matched within the agreed
        tolerance. Approvers whom the buyer named, none of whom can be a party, then approve; from then on the
        invoice is owed, and a penalty counts by the day after it is due. No money is held here: escrow, receivables
        and banks pay, and the seller acknowledges.
        Nobody can stop an order by silence. An order not accepted or not shipped in time can be cancelled by anyone;
        what a silent buyer does not inspect counts as received as shipped; silent approvers have approved; and where
        the arbiter of a dispute is silent, what was received is owed at the order's price.
@dev    Truths that hold after every transaction, for each order:
        invoiced net x quantity <= order's net x received x (1 + tolerance) at the match, and it is matched once;
        paid <= owed + penalty, and an order is settled exactly when both are equal;
        one invoice number of a seller is used once; no approver is buyer, seller or inspector.
        Calls no other contract but accounts that sign by EIP-1271, by static calls.
"""

from .interfaces import ITrade
from .modules import deadlines
from .modules import ids
from .modules import signatures
from .modules import split

implements: ITrade

initializes: ids

exports: (ids.next_id, ids.nonces)

struct Terms:
    buyer: address
    seller: address
    inspector: address
    arbiter: address
    token: address
    document: bytes32
    quantity: uint256
    net: uint256
    tax_rate: uint256
    tolerance: uint256
    ship_by: uint256
    inspection_seconds: uint256
    credit_seconds: uint256
    penalty_rate: uint256

struct Order:
    state: uint8
    proposer: address
    version: uint256
    deadline: uint256
    shipped: uint256
    received: uint256
    invoice: bytes32
    invoice_net: uint256
    due: uint256
    approvals: uint256
    owed: uint256
    penalty: uint256
    paid: uint256
    days_charged: uint256

PROPOSED: constant(uint8) = 1
ACCEPTED: constant(uint8) = 2
SHIPPED: constant(uint8) = 3
RECEIVED: constant(uint8) = 4
MATCHED: constant(uint8) = 5
DISPUTED: constant(uint8) = 6
APPROVED: constant(uint8) = 7
SETTLED: constant(uint8) = 8
CANCELLED: constant(uint8) = 9

MAX_APPROVERS: constant(uint256) = 8
MAX_QUANTITY: constant(uint256) = 2**64
# With as much tax again it is still an amount that can be divided.
MAX_NET: constant(uint256) = split.MAX_AMOUNT // 2
MAX_TERM_SECONDS: constant(uint256) = 365 * 24 * 60 * 60
RULING_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
NAME: constant(String[32]) = "Jiaozi Trade"
VERSION: constant(String[8]) = "1"
ACCEPTANCE_TYPE: constant(bytes32) = keccak256("Acceptance(bytes32 id,bytes32 terms)")
SETTLEMENT_TYPE: constant(bytes32) = keccak256("Settlement(bytes32 id,uint256 net,uint256 due,uint256 deadline)")

terms_of: HashMap[bytes32, Terms]
orders: HashMap[bytes32, Order]
# order -> principal x basis points x days late, as far as charged: rounded as one sum, however often it is recorded
late: HashMap[bytes32, uint256]
approvers_of: HashMap[bytes32, DynArray[address, MAX_APPROVERS]]
approvals_needed: public(HashMap[bytes32, uint256])
has_approved: public(HashMap[bytes32, HashMap[address, bool]])
# fingerprint of an invoice -> the order it was first sent for
invoiced_for: public(HashMap[bytes32, bytes32])
amendment: HashMap[bytes32, bytes32]
amendment_by: HashMap[bytes32, address]
cancel_wanted_by: HashMap[bytes32, address]

event Proposed:
    id: indexed(bytes32)
    buyer: indexed(address)
    seller: indexed(address)
    by: address
    document: bytes32
    net: uint256
    tax: uint256
    terms_hash: bytes32

event Accepted:
    id: indexed(bytes32)
    by: indexed(address)

event ApproversNamed:
    id: indexed(bytes32)
    approvers: DynArray[address, MAX_APPROVERS]
    needed: uint256

event AmendmentProposed:
    id: indexed(bytes32)
    by: indexed(address)
    terms_hash: bytes32

event Amended:
    id: indexed(bytes32)
    by: indexed(address)
    version: uint256
    quantity: uint256
    net: uint256
    terms_hash: bytes32

event CancelProposed:
    id: indexed(bytes32)
    by: indexed(address)

event Cancelled:
    id: indexed(bytes32)
    by: indexed(address)

event Shipped:
    id: indexed(bytes32)
    seller: indexed(address)
    quantity: uint256
    shipment_hash: bytes32
    inspect_by: uint256

event Received:
    id: indexed(bytes32)
    by: indexed(address)
    quantity: uint256
    report_hash: bytes32

event DeemedReceived:
    id: indexed(bytes32)
    by: indexed(address)
    quantity: uint256

event Invoiced:
    id: indexed(bytes32)
    fingerprint: indexed(bytes32)
    replaced: bytes32
    number: bytes32
    net: uint256
    tax: uint256
    due: uint256

event Matched:
    id: indexed(bytes32)
    fingerprint: indexed(bytes32)
    by: indexed(address)
    received: uint256
    net: uint256
    tax: uint256

event ApprovalGiven:
    id: indexed(bytes32)
    approver: indexed(address)
    approvals: uint256
    needed: uint256

event Approved:
    id: indexed(bytes32)
    by: indexed(address)
    owed: uint256
    due: uint256

event Disputed:
    id: indexed(bytes32)
    by: indexed(address)
    ruling_deadline: uint256
    reason_hash: bytes32

event Ruled:
    id: indexed(bytes32)
    arbiter: indexed(address)
    net: uint256

event SettlementAgreed:
    id: indexed(bytes32)
    net: uint256
    due: uint256

event RulingLapsed:
    id: indexed(bytes32)
    by: indexed(address)
    net: uint256

event PenaltyRecorded:
    id: indexed(bytes32)
    value: uint256
    days_late: uint256
    penalty_before: uint256
    penalty_after: uint256

event Acknowledged:
    id: indexed(bytes32)
    reference: indexed(bytes32)
    value: uint256
    paid_before: uint256
    paid_after: uint256

event Settled:
    id: indexed(bytes32)
    paid: uint256


@deploy
def __init__():
    pass


# Agreement


@external
def propose(terms: Terms) -> bytes32:
    """
    @notice Proposes an order, as its buyer or its seller. The other side has until `ship_by` to accept.
    @param terms Parties, goods and conditions. `inspector` and `arbiter` may be zero: only the buyer inspects, and
                 disputes end by agreement. `document` names the goods in every financing. `quantity` is in units of
                 the parties' choice and `net` the price of all of them; rates and tolerance are in basis points,
                 the penalty's a day. An invoice is due no earlier than `credit_seconds` after it was sent.
    @return The order's id.
    """
    assert msg.sender in [terms.buyer, terms.seller], "trade: not a party"
    self._check_terms(terms)
    deadlines._check_ahead(terms.ship_by)
    id: bytes32 = ids._take_id(msg.sender)
    self.terms_of[id] = terms
    self.orders[id].state = PROPOSED
    self.orders[id].proposer = msg.sender
    log Proposed(
        id=id,
        buyer=terms.buyer,
        seller=terms.seller,
        by=msg.sender,
        document=terms.document,
        net=terms.net,
        tax=split._share(terms.net, terms.tax_rate),
        terms_hash=self._terms_hash(terms),
    )
    return id


@external
def accept(id: bytes32):
    """
    @notice Accepts an order: the side that did not propose it, up to `ship_by`.
    @param id The order.
    """
    self._check_acceptable(id)
    assert msg.sender == self._counterparty(id), "trade: not the other side"
    self._accept(id)


@external
def accept_signed(id: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice Accepts an order for the side that did not propose it, by its signature. Anyone may bring it.
    @param id The order.
    @param signature EIP-712 of Acceptance(id, terms), by a key or by a contract account (EIP-1271).
    """
    self._check_acceptable(id)
    message: bytes32 = keccak256(abi_encode(ACCEPTANCE_TYPE, id, self._terms_hash(self.terms_of[id])))
    assert self._signed(self._counterparty(id), message, signature), "trade: not signed by the other side"
    self._accept(id)


@external
def name_approvers(id: bytes32, approvers: DynArray[address, MAX_APPROVERS], needed: uint256):
    """
    @notice Names who checks the match before it is owed. Buyer only, until the goods are shipped. None of them may
            be a party: who makes does not check.
    @param id The order.
    @param approvers Up to eight accounts; none for an order that is owed once it is matched.
    @param needed How many of them must approve.
    """
    assert self.orders[id].state in [PROPOSED, ACCEPTED], "trade: approvers are fixed"
    assert msg.sender == self.terms_of[id].buyer, "trade: not the buyer"
    assert needed <= len(approvers), "trade: more than there are"
    assert needed > 0 or len(approvers) == 0, "trade: none needed"
    named: DynArray[address, MAX_APPROVERS] = []
    for approver: address in approvers:
        assert not self._is_party(id, approver), "trade: maker is not checker"
        assert approver not in named, "trade: named twice"
        named.append(approver)
    self.approvers_of[id] = approvers
    self.approvals_needed[id] = needed
    log ApproversNamed(id=id, approvers=approvers, needed=needed)


@external
def amend(id: bytes32, terms: Terms):
    """
    @notice Proposes other terms, or consents to those the other side proposed; then they hold. Until the match.
            A proposal is void once the goods have moved on.
    @param id The order.
    @param terms All of the terms. Buyer, seller, token and document stay.
    """
    state: uint8 = self.orders[id].state
    assert state in [ACCEPTED, SHIPPED, RECEIVED], "trade: cannot be amended now"
    former: Terms = self.terms_of[id]
    assert msg.sender in [former.buyer, former.seller], "trade: not a party"
    assert terms.buyer == former.buyer and terms.seller == former.seller, "trade: parties stay"
    assert terms.token == former.token and terms.document == former.document, "trade: token and document stay"
    self._check_terms(terms)
    assert state != ACCEPTED or block.timestamp <= terms.ship_by, "trade: too late to ship"
    assert terms.ship_by <= block.timestamp + deadlines.MAX_TERM_SECONDS, "trade: too far ahead"
    for approver: address in self.approvers_of[id]:
        assert approver != terms.inspector, "trade: maker is not checker"
    terms_hash: bytes32 = self._terms_hash(terms)
    proposal: bytes32 = keccak256(abi_encode(terms_hash, state, self.orders[id].invoice))
    if self.amendment[id] != proposal or self.amendment_by[id] == msg.sender:
        self.amendment[id] = proposal
        self.amendment_by[id] = msg.sender
        log AmendmentProposed(id=id, by=msg.sender, terms_hash=terms_hash)
        return
    self.amendment[id] = empty(bytes32)
    # Whoever wanted to cancel before has agreed to go on.
    self.cancel_wanted_by[id] = empty(address)
    self.terms_of[id] = terms
    self.orders[id].version += 1
    log Amended(
        id=id,
        by=msg.sender,
        version=self.orders[id].version,
        quantity=terms.quantity,
        net=terms.net,
        terms_hash=terms_hash,
    )


@external
def cancel(id: bytes32):
    """
    @notice Ends an order before it is shipped: either side while it is proposed, both once it is accepted (the
            second call cancels), anyone once `ship_by` has passed.
    @param id The order.
    """
    state: uint8 = self.orders[id].state
    assert state in [PROPOSED, ACCEPTED], "trade: too late to cancel"
    if not deadlines._has_passed(self.terms_of[id].ship_by):
        assert self._trades(id, msg.sender), "trade: not a party"
        wanted_by: address = self.cancel_wanted_by[id]
        if state == ACCEPTED and wanted_by in [empty(address), msg.sender]:
            self.cancel_wanted_by[id] = msg.sender
            log CancelProposed(id=id, by=msg.sender)
            return
    self._cancel(id)


# Delivery, receipt and invoice


@external
def ship(id: bytes32, quantity: uint256, shipment_hash: bytes32):
    """
    @notice Says that the goods are on their way. Seller only, once, up to `ship_by`.
    @param id The order.
    @param quantity How much, within the tolerance of what was ordered.
    @param shipment_hash Hash of the transport document.
    """
    assert self.orders[id].state == ACCEPTED, "trade: nothing to ship"
    terms: Terms = self.terms_of[id]
    assert msg.sender == terms.seller, "trade: not the seller"
    assert not deadlines._has_passed(terms.ship_by), "trade: too late to ship"
    most: uint256 = terms.quantity * (split.BASIS_POINTS + terms.tolerance)
    assert quantity <= MAX_QUANTITY and quantity * split.BASIS_POINTS <= most, "trade: over the order"
    assert not self._is_short(quantity, terms), "trade: short of the order"
    inspect_by: uint256 = block.timestamp + terms.inspection_seconds
    self.orders[id].state = SHIPPED
    self.orders[id].shipped = quantity
    self.orders[id].deadline = inspect_by
    log Shipped(id=id, seller=msg.sender, quantity=quantity, shipment_hash=shipment_hash, inspect_by=inspect_by)


@external
def receive(id: bytes32, quantity: uint256, report_hash: bytes32):
    """
    @notice Says what arrived in good order. The buyer or the inspector, once, within the inspection period.
    @param id The order.
    @param quantity How much; zero where nothing did.
    @param report_hash Hash of the inspection report.
    """
    assert self.orders[id].state == SHIPPED, "trade: nothing to receive"
    assert msg.sender in [self.terms_of[id].buyer, self.terms_of[id].inspector], "trade: not buyer or inspector"
    assert not deadlines._has_passed(self.orders[id].deadline), "trade: inspection is over"
    assert quantity <= self.orders[id].shipped, "trade: more than was shipped"
    self._receive(id, quantity)
    log Received(id=id, by=msg.sender, quantity=quantity, report_hash=report_hash)


@external
def accept_deemed(id: bytes32):
    """
    @notice Where nobody said what arrived within the inspection period, it arrived as shipped. Anyone.
    @param id The order.
    """
    assert self.orders[id].state == SHIPPED, "trade: nothing to receive"
    assert deadlines._has_passed(self.orders[id].deadline), "trade: inspection is not over"
    quantity: uint256 = self.orders[id].shipped
    self._receive(id, quantity)
    log DeemedReceived(id=id, by=msg.sender, quantity=quantity)


@external
def invoice(id: bytes32, number: bytes32, net: uint256, tax: uint256, due: uint256):
    """
    @notice Sends the invoice; again, with another number, replaces one that is not matched. Seller only, once the
            goods are shipped.
    @param id The order.
    @param number The invoice's number, or its hash. No number of a seller is used twice.
    @param net The price of what was delivered.
    @param tax Exactly the agreed rate of `net`, half a minor unit rounded up.
    @param due The last second at which payment is in time.
    """
    assert self.orders[id].state in [SHIPPED, RECEIVED], "trade: cannot be invoiced now"
    assert msg.sender == self.terms_of[id].seller, "trade: not the seller"
    assert net > 0, "trade: no amount"
    assert net <= MAX_NET, "trade: amount out of range"
    assert tax == split._share(net, self.terms_of[id].tax_rate), "trade: wrong tax"
    assert due >= block.timestamp + self.terms_of[id].credit_seconds, "trade: due too early"
    assert due <= block.timestamp + MAX_TERM_SECONDS, "trade: due too late"
    fingerprint: bytes32 = self._invoice_fingerprint(msg.sender, number)
    assert self.invoiced_for[fingerprint] == empty(bytes32), "trade: duplicate invoice"
    log Invoiced(
        id=id,
        fingerprint=fingerprint,
        replaced=self.orders[id].invoice,
        number=number,
        net=net,
        tax=tax,
        due=due,
    )
    self.invoiced_for[fingerprint] = id
    self.orders[id].invoice = fingerprint
    self.orders[id].invoice_net = net
    self.orders[id].due = due


# Match and approval


@external
def match(id: bytes32):
    """
    @notice Matches order, receipt and invoice. A party (buyer, seller or inspector), once.
    @param id The order.
    """
    order: Order = self.orders[id]
    assert order.state == RECEIVED, "trade: nothing to match"
    assert self._is_party(id, msg.sender), "trade: not a party"
    assert order.invoice != empty(bytes32), "trade: no invoice"
    terms: Terms = self.terms_of[id]
    assert not self._is_short(order.received, terms), "trade: short delivery"
    most: uint256 = terms.net * order.received * (split.BASIS_POINTS + terms.tolerance)
    assert order.invoice_net * terms.quantity * split.BASIS_POINTS <= most, "trade: invoiced too much"
    tax: uint256 = split._share(order.invoice_net, terms.tax_rate)
    self.orders[id].state = MATCHED
    self.orders[id].deadline = block.timestamp + terms.inspection_seconds
    log Matched(
        id=id,
        fingerprint=order.invoice,
        by=msg.sender,
        received=order.received,
        net=order.invoice_net,
        tax=tax,
    )
    if self.approvals_needed[id] == 0:
        self._owe(id, order.invoice_net, order.due)


@external
def approve(id: bytes32):
    """
    @notice Approves the match. Each approver once; with the last one needed the invoice is owed.
    @param id The order.
    """
    assert self.orders[id].state == MATCHED, "trade: nothing to approve"
    assert msg.sender in self.approvers_of[id], "trade: not an approver"
    assert not self.has_approved[id][msg.sender], "trade: approved already"
    self.has_approved[id][msg.sender] = True
    approvals: uint256 = self.orders[id].approvals + 1
    needed: uint256 = self.approvals_needed[id]
    self.orders[id].approvals = approvals
    log ApprovalGiven(id=id, approver=msg.sender, approvals=approvals, needed=needed)
    if approvals == needed:
        self._owe(id, self.orders[id].invoice_net, self.orders[id].due)


@external
def approve_deemed(id: bytes32):
    """
    @notice Where the approvers were silent for as long as an inspection may take, they have approved. Anyone.
    @param id The order.
    """
    assert self.orders[id].state == MATCHED, "trade: nothing to approve"
    assert deadlines._has_passed(self.orders[id].deadline), "trade: approval is not overdue"
    self._owe(id, self.orders[id].invoice_net, self.orders[id].due)


# Disputes


@external
def dispute(id: bytes32, reason_hash: bytes32):
    """
    @notice Asks the arbiter what is owed. Buyer or seller, from shipping to approval; in time where the inspection
            or approval period runs.
    @param id The order.
    @param reason_hash Hash of what is disputed.
    """
    state: uint8 = self.orders[id].state
    assert state in [SHIPPED, RECEIVED, MATCHED], "trade: cannot be disputed now"
    assert self._trades(id, msg.sender), "trade: not a party"
    assert self.terms_of[id].arbiter != empty(address), "trade: no arbiter"
    in_time: bool = state == RECEIVED or not deadlines._has_passed(self.orders[id].deadline)
    assert in_time, "trade: too late to dispute"
    ruling_deadline: uint256 = block.timestamp + RULING_SECONDS
    self.orders[id].state = DISPUTED
    self.orders[id].deadline = ruling_deadline
    log Disputed(id=id, by=msg.sender, ruling_deadline=ruling_deadline, reason_hash=reason_hash)


@external
def rule(id: bytes32, net: uint256):
    """
    @notice Says what is owed, which ends a dispute. Arbiter only, within 30 days.
    @param id The order.
    @param net The price owed, at most the order's and its tolerance; the agreed tax comes on top. Zero cancels.
    """
    self._check_disputed(id)
    assert msg.sender == self.terms_of[id].arbiter, "trade: not the arbiter"
    assert not deadlines._has_passed(self.orders[id].deadline), "trade: ruling is overdue"
    most: uint256 = self.terms_of[id].net * (split.BASIS_POINTS + self.terms_of[id].tolerance)
    assert net <= MAX_NET and net * split.BASIS_POINTS <= most, "trade: more than was ordered"
    log Ruled(id=id, arbiter=msg.sender, net=net)
    self._conclude(id, net)


@external
def settle_agreed(
    id: bytes32,
    net: uint256,
    due: uint256,
    deadline: uint256,
    buyer_signature: Bytes[signatures.MAX_SIGNATURE],
    seller_signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice Ends a disagreement as buyer and seller agreed, disputed or not. Anyone may bring both signatures; a
            party that calls itself needs none.
    @param id The order, shipped and not yet owed.
    @param net The price owed; the agreed tax comes on top. Zero cancels.
    @param due The last second at which payment is in time.
    @param deadline Last second at which the signatures count.
    @param buyer_signature EIP-712 of Settlement(id, net, due, deadline), by a key or by EIP-1271.
    @param seller_signature The same.
    """
    assert self.orders[id].state in [SHIPPED, RECEIVED, MATCHED, DISPUTED], "trade: nothing to settle"
    assert not deadlines._has_passed(deadline), "trade: signatures expired"
    assert net <= MAX_NET, "trade: amount out of range"
    assert due >= block.timestamp, "trade: due too early"
    assert due <= block.timestamp + MAX_TERM_SECONDS, "trade: due too late"
    message: bytes32 = keccak256(abi_encode(SETTLEMENT_TYPE, id, net, due, deadline))
    assert self._consents(self.terms_of[id].buyer, message, buyer_signature), "trade: not signed by the buyer"
    assert self._consents(self.terms_of[id].seller, message, seller_signature), "trade: not signed by the seller"
    log SettlementAgreed(id=id, net=net, due=due)
    self._owe(id, net, due)


@external
def lapse(id: bytes32):
    """
    @notice Where the arbiter was silent for 30 days, what was received is owed at the order's price, and never more
            than all of it. Anyone.
    @param id The order.
    """
    self._check_disputed(id)
    assert deadlines._has_passed(self.orders[id].deadline), "trade: ruling is not overdue"
    quantity: uint256 = self.terms_of[id].quantity
    net: uint256 = self.terms_of[id].net * min(self.orders[id].received, quantity) // quantity
    log RulingLapsed(id=id, by=msg.sender, net=net)
    self._conclude(id, net)


# Payment


@external
def acknowledge(id: bytes32, amount: uint256, reference: bytes32):
    """
    @notice Says that so much of what is owed was paid: by an escrow, a receivable, a bank. Seller only. What is late
            by then is recorded first; principal is paid before penalty.
    @param id The order.
    @param amount Minor units, at most what is owed and the penalty recorded.
    @param reference What paid it: a deal, a credential, a payment reference.
    """
    assert self.orders[id].state == APPROVED, "trade: nothing is owed"
    assert msg.sender == self.terms_of[id].seller, "trade: not the seller"
    assert amount > 0, "trade: no amount"
    self._charge_penalty(id)
    owed: uint256 = self.orders[id].owed + self.orders[id].penalty
    before: uint256 = self.orders[id].paid
    assert amount <= owed - before, "trade: more than is owed"
    self.orders[id].paid = before + amount
    log Acknowledged(id=id, reference=reference, value=amount, paid_before=before, paid_after=before + amount)
    if before + amount == owed:
        self.orders[id].state = SETTLED
        log Settled(id=id, paid=owed)


@external
def record_penalty(id: bytes32):
    """
    @notice Records the penalty to date on what is overdue: for each day begun since the last time. Anyone.
    @param id The order.
    """
    assert self.orders[id].state == APPROVED, "trade: nothing is owed"
    assert self._new_penalty(id) > 0, "trade: no penalty to record"
    self._charge_penalty(id)


# Views


@external
@view
def order(id: bytes32) -> Order:
    """
    @notice Where an order stands.
    @param id The order.
    @return Its record; state 0 unknown, 1 proposed, 2 accepted, 3 shipped, 4 received, 5 matched, 6 disputed,
            7 approved (owed), 8 settled, 9 cancelled.
    """
    return self.orders[id]


@external
@view
def terms(id: bytes32) -> Terms:
    """
    @notice What was agreed, as last amended.
    @param id The order.
    @return The terms.
    """
    return self.terms_of[id]


@external
@view
def approvers(id: bytes32) -> DynArray[address, MAX_APPROVERS]:
    """
    @notice Who may approve the match.
    @param id The order.
    @return The accounts that the buyer named.
    """
    return self.approvers_of[id]


@external
@view
def penalty(id: bytes32) -> uint256:
    """
    @notice The penalty for late payment to this second, recorded or not.
    @param id The order.
    @return Minor units.
    """
    return self.orders[id].penalty + self._new_penalty(id)


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may move the order on, where one runs.
    @param id The order.
    @return Seconds since 1970; zero where none runs.
    """
    state: uint8 = self.orders[id].state
    if state in [PROPOSED, ACCEPTED]:
        return self.terms_of[id].ship_by
    if state in [SHIPPED, MATCHED, DISPUTED]:
        return self.orders[id].deadline
    return 0


@external
@view
def ordered(id: bytes32) -> (address, address, address, bytes32, uint256):
    """
    @notice An order that both have signed, for a financier: from acceptance until it is settled or cancelled.
    @param id The order.
    @return Seller, buyer, token, document, net with tax; zeros for any other.
    """
    if self.orders[id].state not in [ACCEPTED, SHIPPED, RECEIVED, MATCHED, DISPUTED, APPROVED]:
        return (empty(address), empty(address), empty(address), empty(bytes32), 0)
    terms: Terms = self.terms_of[id]
    gross: uint256 = terms.net + split._share(terms.net, terms.tax_rate)
    return (terms.seller, terms.buyer, terms.token, terms.document, gross)


@external
@view
def payment_due(id: bytes32) -> (address, address, address, bytes32, uint256, uint256, uint256):
    """
    @notice What a matched and approved order still owes, for a credential.
    @param id The order.
    @return Seller, buyer, token, document, principal unpaid, due, penalty in basis points a day; zeros for any other.
    """
    if self.orders[id].state != APPROVED:
        return (empty(address), empty(address), empty(address), empty(bytes32), 0, 0, 0)
    terms: Terms = self.terms_of[id]
    principal: uint256 = self._principal(id)
    return (
        terms.seller, terms.buyer, terms.token, terms.document, principal, self.orders[id].due, terms.penalty_rate
    )


@external
@view
def invoice_fingerprint(seller: address, number: bytes32) -> bytes32:
    """
    @notice What one invoice of a seller is known by.
    @param seller Who sends it.
    @param number Its number, or its hash.
    @return keccak256 of both.
    """
    return self._invoice_fingerprint(seller, number)


@external
@view
def terms_hash(id: bytes32) -> bytes32:
    """
    @notice What the side that accepts by signature signs, beside the id.
    @param id The order.
    @return keccak256 of the terms.
    """
    return self._terms_hash(self.terms_of[id])


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain of acceptances and settlements on this chain.
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
@view
def _check_terms(terms: Terms):
    assert terms.buyer not in [empty(address), self], "trade: not a buyer"
    assert terms.seller not in [empty(address), self, terms.buyer], "trade: not a seller"
    assert terms.inspector != terms.seller, "trade: inspector is the seller"
    assert terms.arbiter not in [terms.buyer, terms.seller], "trade: arbiter is a party"
    assert terms.token.is_contract, "trade: not a token"
    assert terms.document != empty(bytes32), "trade: no document"
    assert terms.quantity > 0 and terms.quantity <= MAX_QUANTITY, "trade: quantity out of range"
    assert terms.net > 0 and terms.net <= MAX_NET, "trade: amount out of range"
    assert terms.tax_rate <= split.BASIS_POINTS, "trade: tax out of range"
    assert terms.tolerance < split.BASIS_POINTS, "trade: tolerance out of range"
    assert terms.penalty_rate <= split.BASIS_POINTS, "trade: penalty out of range"
    assert terms.inspection_seconds > 0, "trade: no time to inspect"
    assert terms.inspection_seconds <= MAX_TERM_SECONDS, "trade: too long to inspect"
    assert terms.credit_seconds <= MAX_TERM_SECONDS, "trade: credit too long"


@internal
@view
def _check_acceptable(id: bytes32):
    assert self.orders[id].state == PROPOSED, "trade: not proposed"
    assert not deadlines._has_passed(self.terms_of[id].ship_by), "trade: too late to accept"


@internal
@view
def _check_disputed(id: bytes32):
    assert self.orders[id].state == DISPUTED, "trade: not disputed"


@internal
def _accept(id: bytes32):
    self.orders[id].state = ACCEPTED
    log Accepted(id=id, by=self._counterparty(id))


@internal
def _cancel(id: bytes32):
    self.orders[id].state = CANCELLED
    log Cancelled(id=id, by=msg.sender)


@internal
def _receive(id: bytes32, quantity: uint256):
    self.orders[id].state = RECEIVED
    self.orders[id].received = quantity
    self.orders[id].deadline = 0


@internal
def _conclude(id: bytes32, net: uint256):
    # A dispute never makes an invoice due before it was, nor before it was decided.
    due: uint256 = max(self.orders[id].due, block.timestamp)
    if self.orders[id].invoice == empty(bytes32):
        due = block.timestamp + self.terms_of[id].credit_seconds
    self._owe(id, net, due)


@internal
def _owe(id: bytes32, net: uint256, due: uint256):
    self.orders[id].deadline = 0
    if net == 0:
        self._cancel(id)
        return
    owed: uint256 = net + split._share(net, self.terms_of[id].tax_rate)
    self.orders[id].state = APPROVED
    self.orders[id].owed = owed
    self.orders[id].due = due
    log Approved(id=id, by=msg.sender, owed=owed, due=due)


@internal
def _charge_penalty(id: bytes32):
    charged: uint256 = self._new_penalty(id)
    days_late: uint256 = self._days_late(id)
    self.late[id] = self._late(id)
    self.orders[id].days_charged = days_late
    if charged == 0:
        return
    before: uint256 = self.orders[id].penalty
    self.orders[id].penalty = before + charged
    log PenaltyRecorded(
        id=id, value=charged, days_late=days_late, penalty_before=before, penalty_after=before + charged
    )


@internal
@view
def _new_penalty(id: bytes32) -> uint256:
    return (self._late(id) + split.BASIS_POINTS // 2) // split.BASIS_POINTS - self.orders[id].penalty


@internal
@view
def _late(id: bytes32) -> uint256:
    days: uint256 = self._days_late(id) - self.orders[id].days_charged
    return self.late[id] + self._principal(id) * self.terms_of[id].penalty_rate * days


@internal
@view
def _days_late(id: bytes32) -> uint256:
    """
    @dev Days begun after the due second. Where nothing is owed they cost nothing.
    """
    due: uint256 = self.orders[id].due
    if block.timestamp <= due:
        return 0
    return (block.timestamp - due + deadlines.DAY_SECONDS - 1) // deadlines.DAY_SECONDS


@internal
@view
def _principal(id: bytes32) -> uint256:
    return self.orders[id].owed - min(self.orders[id].owed, self.orders[id].paid)


@internal
@pure
def _is_short(quantity: uint256, terms: Terms) -> bool:
    return quantity * split.BASIS_POINTS < terms.quantity * (split.BASIS_POINTS - terms.tolerance)


@internal
@view
def _trades(id: bytes32, account: address) -> bool:
    return account in [self.terms_of[id].buyer, self.terms_of[id].seller]


@internal
@view
def _is_party(id: bytes32, account: address) -> bool:
    return account == self.terms_of[id].inspector or self._trades(id, account)


@internal
@view
def _counterparty(id: bytes32) -> address:
    if self.orders[id].proposer == self.terms_of[id].buyer:
        return self.terms_of[id].seller
    return self.terms_of[id].buyer


@internal
@view
def _consents(party: address, message: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]) -> bool:
    return msg.sender == party or self._signed(party, message, signature)


@internal
@view
def _signed(account: address, message: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]) -> bool:
    digest: bytes32 = signatures._digest(signatures._domain(NAME, VERSION), message)
    return signatures._signed_by(account, digest, signature)


@internal
@pure
def _invoice_fingerprint(seller: address, number: bytes32) -> bytes32:
    return keccak256(abi_encode(seller, number))


@internal
@pure
def _terms_hash(terms: Terms) -> bytes32:
    return keccak256(abi_encode(terms))
