# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
# pragma optimize codesize
"""
@title Documentary credits and collections
@license Apache-2.0
@notice A bank undertakes to pay a seller against documents, and the money for it lies here from the day of issue: the
        applicant's deposit and the bank's own funds together cover the largest drawing. A confirming bank adds its
        undertaking with money of its own. The beneficiary presents in time; each bank has five banking days to
        honour or to list the discrepancies, once. A bank that stays silent is precluded from refusing, and then
        anyone can have the cover pay. After a notice only the applicant's waiver and the issuer's word pay.
        A nominated bank may buy a presentation at a discount and stands in the beneficiary's place; so does a
        confirming bank that has paid. When a party disappears, silence pays the beneficiary, and 30 days after the
        last examination could end anyone returns what is left of the cover to those who gave it.
        A collection is the same documents without any bank's undertaking: the drawee pays, or accepts and pays at
        maturity, or it is dishonoured and that is recorded.
@dev    In the spirit of UCP 600 (articles 6, 7, 8, 10, 14, 16, 30) and URC 522; payable at sight.
        Truths that hold after every transaction, for each credit:
        drawn + reserved <= amount x (1 + tolerance) <= deposit + funded, from issue to the end;
        cover_used <= drawn and confirmer_used <= drawn; every presentation is paid at most once to its claimant;
        held = deposit + funded - cover_used + confirmed_cover - confirmer_used, and a closed credit holds nothing.
        And for each token that keeps its own books: liabilities = sum of held + sum of claims <= balance.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
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

struct Terms:
    issuer: address
    beneficiary: address
    # Each of these three may be zero: nobody advises, nobody is asked to confirm, any bank may negotiate.
    advising: address
    confirmer: address
    nominated: address
    token: address
    amount: uint256
    tolerance: uint256
    expiry: uint256
    latest_shipment: uint256
    presentation_period: uint256
    required_hash: bytes32

struct Credit:
    applicant: address
    terms: Terms
    deposit: uint256
    funded: uint256
    confirmed_cover: uint256
    drawn: uint256
    reserved: uint256
    cover_used: uint256
    confirmer_used: uint256
    presentations: uint256
    advised: bool
    state: uint8

struct Presentation:
    amount: uint256
    documents_hash: bytes32
    shipment_date: uint256
    max_discount: uint256
    examination_deadline: uint256
    # Who is paid: the beneficiary, or the bank that bought it or paid under its confirmation.
    claimant: address
    issuer_refused: bool
    confirmer_refused: bool
    waived: bool
    confirmer_paid: bool
    state: uint8

struct Amendment:
    amount: uint256
    tolerance: uint256
    expiry: uint256
    latest_shipment: uint256
    number: uint256
    beneficiary_agreed: bool
    confirmer_agreed: bool
    applicant_agreed: bool

struct Collection:
    principal: address
    drawee: address
    token: address
    amount: uint256
    documents_hash: bytes32
    # The last second to pay, or to accept where there is a tenor; from acceptance on, the last second to pay.
    deadline: uint256
    tenor: uint256
    state: uint8

DRAFTED: constant(uint8) = 1
ISSUED: constant(uint8) = 2
CONFIRMED: constant(uint8) = 3
CLOSED: constant(uint8) = 4

OPEN: constant(uint8) = 1
HONOURED: constant(uint8) = 2
ENDED: constant(uint8) = 3

DRAWN: constant(uint8) = 1
DRAFT_ACCEPTED: constant(uint8) = 2
PAID: constant(uint8) = 3
DISHONOURED: constant(uint8) = 4

EXAMINATION_DAYS: constant(uint256) = 5
SETTLING_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
MAX_PRESENTATION_PERIOD: constant(uint256) = 366 * 24 * 60 * 60
# "About" an amount is ten per cent more or less, and nothing more than that is usual.
MAX_TOLERANCE: constant(uint256) = 1_000
# Open at one time; whoever exits a credit has to be able to settle all of them at once.
MAX_OPEN: constant(uint256) = 8
MAX_DOCUMENTS: constant(uint256) = 16
MAX_DISCREPANCIES: constant(uint256) = 16

credits: HashMap[bytes32, Credit]
presentations: HashMap[bytes32, HashMap[uint256, Presentation]]
open_numbers: HashMap[bytes32, DynArray[uint256, MAX_OPEN]]
amendments: HashMap[bytes32, Amendment]
collections: HashMap[bytes32, Collection]

event Drafted:
    id: indexed(bytes32)
    applicant: indexed(address)
    beneficiary: indexed(address)
    terms: Terms
    held_before: uint256
    held_after: uint256

event Issued:
    id: indexed(bytes32)
    issuer: indexed(address)
    largest_drawing: uint256
    held_before: uint256
    held_after: uint256

event Advised:
    id: indexed(bytes32)
    advising: indexed(address)
    beneficiary: indexed(address)

event Confirmed:
    id: indexed(bytes32)
    confirmer: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event AmendmentProposed:
    id: indexed(bytes32)
    number: indexed(uint256)
    amount: uint256
    tolerance: uint256
    expiry: uint256
    latest_shipment: uint256

event AmendmentAgreed:
    id: indexed(bytes32)
    number: indexed(uint256)
    by: indexed(address)

event Amended:
    id: indexed(bytes32)
    number: indexed(uint256)
    largest_drawing: uint256
    held_before: uint256
    held_after: uint256

event Presented:
    id: indexed(bytes32)
    number: indexed(uint256)
    beneficiary: indexed(address)
    amount: uint256
    documents: DynArray[bytes32, MAX_DOCUMENTS]
    shipment_date: uint256
    max_discount: uint256
    examination_deadline: uint256

event NoticeGiven:
    id: indexed(bytes32)
    number: indexed(uint256)
    bank: indexed(address)
    discrepancies: DynArray[bytes32, MAX_DISCREPANCIES]

event Waived:
    id: indexed(bytes32)
    number: indexed(uint256)
    applicant: indexed(address)

event Negotiated:
    id: indexed(bytes32)
    number: indexed(uint256)
    bank: indexed(address)
    price: uint256
    discount: uint256

event ConfirmerPaid:
    id: indexed(bytes32)
    number: indexed(uint256)
    claimant: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Honoured:
    id: indexed(bytes32)
    number: indexed(uint256)
    claimant: indexed(address)
    by: address
    value: uint256
    held_before: uint256
    held_after: uint256

event PresentationEnded:
    id: indexed(bytes32)
    number: indexed(uint256)
    by: indexed(address)

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    to_applicant: uint256
    to_issuer: uint256
    to_confirmer: uint256
    held_before: uint256
    held_after: uint256

event Drawn:
    id: indexed(bytes32)
    principal: indexed(address)
    drawee: indexed(address)
    token: address
    amount: uint256
    documents_hash: bytes32
    deadline: uint256
    tenor: uint256

event DraftAccepted:
    id: indexed(bytes32)
    drawee: indexed(address)
    maturity: uint256

event DraftPaid:
    id: indexed(bytes32)
    principal: indexed(address)
    drawee: indexed(address)
    value: uint256

event Dishonoured:
    id: indexed(bytes32)
    by: indexed(address)
    accepted: bool


@deploy
def __init__():
    pass


@external
def draft(terms: Terms, deposit: uint256) -> bytes32:
    """
    @notice Asks a bank to issue a credit, with the caller as applicant. Its deposit is taken in, from an allowance.
    @param terms Issuer, beneficiary, the banks that advise, confirm and negotiate, the token, the amount and its
                 tolerance in basis points, expiry, latest shipment, how long after shipment may be presented, and
                 the hash of the list of documents required.
    @param deposit What the applicant itself puts aside for it; drawings take it before the bank's funds.
    @return The credit's id.
    """
    assert terms.issuer not in [empty(address), msg.sender, self], "letter_of_credit: not an issuer"
    assert terms.beneficiary not in [empty(address), msg.sender, terms.issuer, terms.token, self], (
        "letter_of_credit: not a beneficiary"
    )
    assert terms.confirmer not in [msg.sender, terms.issuer, terms.beneficiary, self], (
        "letter_of_credit: not a confirmer"
    )
    assert terms.nominated not in [msg.sender, terms.issuer, terms.beneficiary, self], (
        "letter_of_credit: not a nominee"
    )
    assert terms.token.is_contract and terms.token != self, "letter_of_credit: not a token"
    assert terms.presentation_period > 0 and terms.presentation_period <= MAX_PRESENTATION_PERIOD, (
        "letter_of_credit: period out of range"
    )
    self._check_amendable(terms)
    largest: uint256 = self._largest_drawing(terms)
    assert deposit <= largest, "letter_of_credit: deposit too large"
    id: bytes32 = ids._take_id(msg.sender)
    if deposit > 0:
        claims._pull_exactly(terms.token, msg.sender, deposit)
    credit: Credit = empty(Credit)
    credit.applicant = msg.sender
    credit.terms = terms
    credit.deposit = deposit
    credit.state = DRAFTED
    self.credits[id] = credit
    log Drafted(
        id=id,
        applicant=msg.sender,
        beneficiary=terms.beneficiary,
        terms=terms,
        held_before=0,
        held_after=deposit,
    )
    return id


@external
def withdraw(id: bytes32):
    """
    @notice Takes back a draft that no bank has issued, and its deposit. Applicant or issuer.
    @param id The credit.
    """
    credit: Credit = self._of(id)
    assert credit.state == DRAFTED, "letter_of_credit: not a draft"
    assert msg.sender in [credit.applicant, credit.terms.issuer], "letter_of_credit: not a party"
    self._close(id, credit)


@external
def issue(id: bytes32):
    """
    @notice Undertakes to honour complying presentations: the issuer puts aside, from an allowance, what the
            applicant's deposit does not cover of the largest drawing. Issuer only, up to the expiry.
    @param id The credit.
    """
    credit: Credit = self._of(id)
    assert credit.state == DRAFTED, "letter_of_credit: not a draft"
    assert msg.sender == credit.terms.issuer, "letter_of_credit: not the issuer"
    assert not deadlines._has_passed(credit.terms.expiry), "letter_of_credit: has expired"
    largest: uint256 = self._largest_drawing(credit.terms)
    funds: uint256 = largest - credit.deposit
    if funds > 0:
        claims._pull_exactly(credit.terms.token, msg.sender, funds)
    self.credits[id].funded = funds
    self.credits[id].state = ISSUED
    log Issued(
        id=id, issuer=msg.sender, largest_drawing=largest, held_before=credit.deposit, held_after=largest
    )


@external
def advise(id: bytes32):
    """
    @notice Tells the beneficiary that the credit is genuine. The named advising bank only, once.
    @param id The credit.
    """
    credit: Credit = self._of(id)
    self._check_running(credit)
    assert msg.sender == credit.terms.advising, "letter_of_credit: not the adviser"
    assert not credit.advised, "letter_of_credit: advised already"
    self.credits[id].advised = True
    log Advised(id=id, advising=msg.sender, beneficiary=credit.terms.beneficiary)


@external
def confirm(id: bytes32, number: uint256):
    """
    @notice Adds a second undertaking, with money from the confirming bank's allowance for all that can still be
            drawn. The named confirming bank only, up to the expiry, before anything is presented.
    @param id The credit.
    @param number The last amendment proposed, zero for none: nobody confirms other terms than it has seen.
    """
    credit: Credit = self._of(id)
    assert credit.state == ISSUED, "letter_of_credit: not to be confirmed"
    assert msg.sender == credit.terms.confirmer, "letter_of_credit: not the confirmer"
    assert not deadlines._has_passed(credit.terms.expiry), "letter_of_credit: has expired"
    assert credit.presentations == 0, "letter_of_credit: presented already"
    assert number == self.amendments[id].number, "letter_of_credit: no such amendment"
    cover: uint256 = self._largest_drawing(credit.terms)
    claims._pull_exactly(credit.terms.token, msg.sender, cover)
    self.credits[id].confirmed_cover = cover
    self.credits[id].state = CONFIRMED
    # What was proposed before asked for no consent of the confirmer's.
    self.amendments[id].expiry = 0
    held: uint256 = self._held(credit)
    log Confirmed(id=id, confirmer=msg.sender, value=cover, held_before=held, held_after=held + cover)


@external
def amend(id: bytes32, amount: uint256, tolerance: uint256, expiry: uint256, latest_shipment: uint256) -> uint256:
    """
    @notice Proposes other terms. Issuer only. Nothing changes before the beneficiary has agreed, the confirmer of a
            confirmed credit, and an applicant whose deposit is at stake. Replaces an earlier proposal; silence is no
            consent.
    @param id The credit.
    @param amount The new amount.
    @param tolerance The new tolerance in basis points.
    @param expiry The new last second to present.
    @param latest_shipment The new last second to ship.
    @return The proposal's number, which consent names.
    """
    credit: Credit = self._of(id)
    self._check_running(credit)
    assert msg.sender == credit.terms.issuer, "letter_of_credit: not the issuer"
    terms: Terms = credit.terms
    terms.amount = amount
    terms.tolerance = tolerance
    terms.expiry = expiry
    terms.latest_shipment = latest_shipment
    self._check_amendable(terms)
    number: uint256 = self.amendments[id].number + 1
    self.amendments[id] = Amendment(
        amount=amount,
        tolerance=tolerance,
        expiry=expiry,
        latest_shipment=latest_shipment,
        number=number,
        beneficiary_agreed=False,
        confirmer_agreed=credit.state != CONFIRMED,
        applicant_agreed=credit.deposit == 0,
    )
    log AmendmentProposed(
        id=id,
        number=number,
        amount=amount,
        tolerance=tolerance,
        expiry=expiry,
        latest_shipment=latest_shipment,
    )
    return number


@external
def agree(id: bytes32, number: uint256):
    """
    @notice Consents to a proposed amendment; with the last consent it holds. What the larger drawing needs more of
            cover is then taken from the allowances of issuer and confirmer.
    @param id The credit.
    @param number The proposal's number, so that one changed at the last moment is not agreed to unseen.
    """
    credit: Credit = self._of(id)
    amendment: Amendment = self.amendments[id]
    self._check_running(credit)
    # One that would end at once, or held already, is gone; so no presentation is cut off from its examination.
    assert number == amendment.number and not deadlines._has_passed(amendment.expiry), (
        "letter_of_credit: no such amendment"
    )
    assert msg.sender in [credit.terms.beneficiary, credit.terms.confirmer, credit.applicant], (
        "letter_of_credit: not a party"
    )
    if msg.sender == credit.terms.beneficiary:
        amendment.beneficiary_agreed = True
    elif msg.sender == credit.terms.confirmer:
        amendment.confirmer_agreed = True
    else:
        amendment.applicant_agreed = True
    self.amendments[id] = amendment
    log AmendmentAgreed(id=id, number=number, by=msg.sender)
    if amendment.beneficiary_agreed and amendment.confirmer_agreed and amendment.applicant_agreed:
        self._apply(id, credit, amendment)


@external
def present(
    id: bytes32,
    amount: uint256,
    documents: DynArray[bytes32, MAX_DOCUMENTS],
    shipment_date: uint256,
    max_discount: uint256,
) -> uint256:
    """
    @notice Presents documents for a drawing. Beneficiary only, up to the expiry and within the presentation period
            after shipment. Issuer and confirmer have to the end of the fifth banking day after this one.
    @param id The credit.
    @param amount What is drawn, at most what is left to draw.
    @param documents Hash of each document.
    @param shipment_date The second of shipment, as the transport document has it.
    @param max_discount The most a bank may keep that buys the presentation, in basis points.
    @return The presentation's number, counted from one.
    """
    credit: Credit = self._of(id)
    self._check_running(credit)
    terms: Terms = credit.terms
    assert msg.sender == terms.beneficiary, "letter_of_credit: not the beneficiary"
    assert not deadlines._has_passed(terms.expiry), "letter_of_credit: has expired"
    assert shipment_date <= block.timestamp, "letter_of_credit: not shipped yet"
    assert shipment_date <= terms.latest_shipment, "letter_of_credit: shipped too late"
    assert not deadlines._has_passed(shipment_date + terms.presentation_period), (
        "letter_of_credit: presented too late"
    )
    assert len(documents) > 0, "letter_of_credit: no documents"
    assert max_discount <= split.BASIS_POINTS, "letter_of_credit: discount out of range"
    assert amount > 0, "letter_of_credit: no amount"
    assert amount <= self._largest_drawing(terms) - credit.drawn - credit.reserved, "letter_of_credit: overdrawn"
    assert len(self.open_numbers[id]) < MAX_OPEN, "letter_of_credit: too many open"
    number: uint256 = credit.presentations + 1
    last_day: uint256 = deadlines._after_banking_days(block.timestamp, EXAMINATION_DAYS)
    examination_deadline: uint256 = self._end_of_day(last_day)
    self.credits[id].presentations = number
    self.credits[id].reserved = credit.reserved + amount
    self.open_numbers[id].append(number)
    self.presentations[id][number] = Presentation(
        amount=amount,
        documents_hash=keccak256(abi_encode(documents)),
        shipment_date=shipment_date,
        max_discount=max_discount,
        examination_deadline=examination_deadline,
        claimant=msg.sender,
        issuer_refused=False,
        confirmer_refused=False,
        waived=False,
        confirmer_paid=False,
        state=OPEN,
    )
    log Presented(
        id=id,
        number=number,
        beneficiary=msg.sender,
        amount=amount,
        documents=documents,
        shipment_date=shipment_date,
        max_discount=max_discount,
        examination_deadline=examination_deadline,
    )
    return number


@external
def notice(id: bytes32, number: uint256, discrepancies: DynArray[bytes32, MAX_DISCREPANCIES]):
    """
    @notice Refuses a presentation and lists every discrepancy, in one notice. Issuer or confirmer, each for itself,
            up to the end of the examination. Whoever misses it is precluded from claiming discrepancies.
    @param id The credit.
    @param number The presentation.
    @param discrepancies Each as a short text or a hash; at least one.
    """
    credit: Credit = self._of(id)
    presentation: Presentation = self._open(id, number)
    assert len(discrepancies) > 0, "letter_of_credit: no discrepancies"
    assert not deadlines._has_passed(presentation.examination_deadline), "letter_of_credit: precluded"
    if msg.sender == credit.terms.issuer:
        assert not presentation.issuer_refused, "letter_of_credit: one notice only"
        self.presentations[id][number].issuer_refused = True
    else:
        assert credit.state == CONFIRMED and msg.sender == credit.terms.confirmer, "letter_of_credit: not a bank"
        assert not presentation.confirmer_paid, "letter_of_credit: paid already"
        assert not presentation.confirmer_refused, "letter_of_credit: one notice only"
        self.presentations[id][number].confirmer_refused = True
    log NoticeGiven(id=id, number=number, bank=msg.sender, discrepancies=discrepancies)


@external
def waive(id: bytes32, number: uint256):
    """
    @notice Accepts the discrepancies that the issuer has listed. Applicant only. The issuer may then honour.
    @param id The credit.
    @param number The presentation.
    """
    presentation: Presentation = self._open(id, number)
    assert msg.sender == self.credits[id].applicant, "letter_of_credit: not the applicant"
    assert presentation.issuer_refused, "letter_of_credit: nothing to waive"
    assert not presentation.waived, "letter_of_credit: waived already"
    self.presentations[id][number].waived = True
    log Waived(id=id, number=number, applicant=msg.sender)


@external
def honour(id: bytes32, number: uint256):
    """
    @notice Pays a presentation from the cover to its claimant. The issuer, at any time if it gave no notice or the
            applicant has waived; anyone, once the issuer is precluded by its silence.
    @param id The credit.
    @param number The presentation.
    """
    credit: Credit = self._of(id)
    presentation: Presentation = self._open(id, number)
    assert not presentation.issuer_refused or presentation.waived, "letter_of_credit: discrepant"
    if msg.sender != credit.terms.issuer:
        assert self._is_payable(presentation), "letter_of_credit: not the issuer"
    self._honour(id, credit, number, presentation)


@external
def honour_confirmed(id: bytes32, number: uint256):
    """
    @notice Pays a presentation from the confirming bank's money; the bank takes the claimant's place and is paid
            when the issuer honours. The confirmer, if it gave no notice; anyone, once it is precluded.
    @param id The credit.
    @param number The presentation.
    """
    credit: Credit = self._of(id)
    presentation: Presentation = self._open(id, number)
    assert credit.state == CONFIRMED, "letter_of_credit: not confirmed"
    assert not presentation.confirmer_refused, "letter_of_credit: discrepant"
    assert not presentation.confirmer_paid, "letter_of_credit: paid already"
    if msg.sender != credit.terms.confirmer:
        assert deadlines._has_passed(presentation.examination_deadline), "letter_of_credit: not the confirmer"
    self._pay_confirmed(id, credit, number, presentation)


@external
def negotiate(id: bytes32, number: uint256, discount: uint256):
    """
    @notice Buys a presentation: the caller pays the beneficiary at once, less a discount, and takes its place, at
            its own risk. The nominated bank, or any where none is nominated; not after a notice.
    @param id The credit.
    @param number The presentation.
    @param discount Basis points of the amount, at most what the beneficiary allowed.
    """
    credit: Credit = self._of(id)
    presentation: Presentation = self._open(id, number)
    beneficiary: address = credit.terms.beneficiary
    assert credit.terms.nominated in [empty(address), msg.sender], "letter_of_credit: not nominated"
    assert msg.sender not in [beneficiary, credit.terms.issuer], "letter_of_credit: not a buyer"
    assert presentation.claimant == beneficiary, "letter_of_credit: bought already"
    assert not presentation.issuer_refused and not presentation.confirmer_refused, "letter_of_credit: discrepant"
    assert discount <= presentation.max_discount, "letter_of_credit: discount too large"
    price: uint256 = presentation.amount - split._share(presentation.amount, discount)
    self.presentations[id][number].claimant = msg.sender
    log Negotiated(id=id, number=number, bank=msg.sender, price=price, discount=presentation.amount - price)
    if price > 0:
        claims._pull_exactly(credit.terms.token, msg.sender, price)
        claims._pay(id, credit.terms.token, beneficiary, price)


@external
def take_back(id: bytes32, number: uint256):
    """
    @notice Takes the documents back unpaid, so that they can be mended and presented again. Its claimant only.
    @param id The credit.
    @param number The presentation.
    """
    presentation: Presentation = self._open(id, number)
    assert msg.sender == presentation.claimant, "letter_of_credit: not the claimant"
    self._end(id, number, presentation)


@external
def expire(id: bytes32):
    """
    @notice Ends a credit with no presentation open and gives the cover back. Anyone after the expiry or when all is
            drawn; the beneficiary at any time.
    @param id The credit.
    """
    credit: Credit = self._of(id)
    self._check_running(credit)
    assert len(self.open_numbers[id]) == 0, "letter_of_credit: under examination"
    if msg.sender != credit.terms.beneficiary and credit.drawn < self._largest_drawing(credit.terms):
        assert deadlines._has_passed(credit.terms.expiry), "letter_of_credit: not expired"
    self._close(id, credit)


@external
def exit(id: bytes32):
    """
    @notice After the last deadline settles every open presentation as the banks' silence or notices have it, and
            gives what is left of the cover back to those who gave it. Anyone.
    @param id The credit.
    """
    credit: Credit = self._of(id)
    assert credit.state in [DRAFTED, ISSUED, CONFIRMED], "letter_of_credit: nothing to exit"
    assert deadlines._has_passed(self._last_deadline(credit)), "letter_of_credit: deadline not passed"
    numbers: DynArray[uint256, MAX_OPEN] = self.open_numbers[id]
    for number: uint256 in numbers:
        credit = self._of(id)
        presentation: Presentation = self.presentations[id][number]
        if self._is_payable(presentation):
            self._honour(id, credit, number, presentation)
        else:
            if credit.state == CONFIRMED and not presentation.confirmer_refused and not presentation.confirmer_paid:
                self._pay_confirmed(id, credit, number, presentation)
                presentation = self.presentations[id][number]
            self._end(id, number, presentation)
    self._close(id, self._of(id))


@external
def collect(
    drawee: address, token: address, amount: uint256, documents_hash: bytes32, deadline: uint256, tenor: uint256
) -> bytes32:
    """
    @notice Draws on a buyer for collection, with the caller as principal: documents against payment, or, with a
            tenor, against acceptance. No bank undertakes anything and no money is held.
    @param drawee Who is to pay.
    @param token The ERC-20 token.
    @param amount Minor units.
    @param documents_hash Hash of the documents that the drawee gets for it.
    @param deadline The last second to pay, or to accept.
    @param tenor Seconds from acceptance to maturity; zero for payment at sight.
    @return The collection's id.
    """
    assert drawee not in [empty(address), msg.sender, self], "letter_of_credit: not a drawee"
    assert token.is_contract and token != self, "letter_of_credit: not a token"
    assert amount > 0, "letter_of_credit: no amount"
    assert tenor <= MAX_PRESENTATION_PERIOD, "letter_of_credit: tenor out of range"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.collections[id] = Collection(
        principal=msg.sender,
        drawee=drawee,
        token=token,
        amount=amount,
        documents_hash=documents_hash,
        deadline=deadline,
        tenor=tenor,
        state=DRAWN,
    )
    log Drawn(
        id=id,
        principal=msg.sender,
        drawee=drawee,
        token=token,
        amount=amount,
        documents_hash=documents_hash,
        deadline=deadline,
        tenor=tenor,
    )
    return id


@external
def accept_draft(id: bytes32):
    """
    @notice Promises to pay a draft with a tenor at maturity, for the documents now. Drawee only, up to the deadline.
    @param id The collection.
    """
    collection: Collection = self.collections[id]
    assert collection.state == DRAWN and collection.tenor > 0, "letter_of_credit: not to be accepted"
    assert msg.sender == collection.drawee, "letter_of_credit: not the drawee"
    assert not deadlines._has_passed(collection.deadline), "letter_of_credit: deadline has passed"
    maturity: uint256 = block.timestamp + collection.tenor
    self.collections[id].deadline = maturity
    self.collections[id].state = DRAFT_ACCEPTED
    log DraftAccepted(id=id, drawee=msg.sender, maturity=maturity)


@external
def pay_draft(id: bytes32):
    """
    @notice Pays a draft from the drawee's allowance straight to the principal. Drawee only, also early, also late:
            what was dishonoured may still be paid.
    @param id The collection.
    """
    collection: Collection = self.collections[id]
    assert collection.state in [DRAWN, DRAFT_ACCEPTED, DISHONOURED], "letter_of_credit: nothing to pay"
    assert msg.sender == collection.drawee, "letter_of_credit: not the drawee"
    self.collections[id].state = PAID
    log DraftPaid(id=id, principal=collection.principal, drawee=msg.sender, value=collection.amount)
    claims._pull_exactly(collection.token, msg.sender, collection.amount)
    claims._pay(id, collection.token, collection.principal, collection.amount)


@external
def dishonour(id: bytes32):
    """
    @notice Records that a draft is not paid or not accepted: the drawee by its refusal, anyone after the deadline.
    @param id The collection.
    """
    collection: Collection = self.collections[id]
    assert collection.state in [DRAWN, DRAFT_ACCEPTED], "letter_of_credit: nothing to pay"
    if msg.sender != collection.drawee:
        assert deadlines._has_passed(collection.deadline), "letter_of_credit: deadline not passed"
    self.collections[id].state = DISHONOURED
    log Dishonoured(id=id, by=msg.sender, accepted=collection.state == DRAFT_ACCEPTED)


@external
@view
def credit(id: bytes32) -> Credit:
    """
    @notice Everything about a credit.
    @param id The credit.
    @return Its record; state 0 unknown, 1 drafted, 2 issued, 3 confirmed, 4 closed.
    """
    return self._of(id)


@external
@view
def presentation(id: bytes32, number: uint256) -> Presentation:
    """
    @notice Everything about a presentation.
    @param id The credit.
    @param number The presentation.
    @return Its record; state 0 unknown, 1 open, 2 honoured, 3 ended unpaid.
    """
    return self.presentations[id][number]


@external
@view
def open_presentations(id: bytes32) -> DynArray[uint256, MAX_OPEN]:
    """
    @notice The presentations that are neither honoured nor ended.
    @param id The credit.
    @return Their numbers, in no order.
    """
    return self.open_numbers[id]


@external
@view
def amendment(id: bytes32) -> Amendment:
    """
    @notice The latest proposal to amend.
    @param id The credit.
    @return Its record; the expiry is zero once it holds.
    """
    return self.amendments[id]


@external
@view
def collection(id: bytes32) -> Collection:
    """
    @notice Everything about a collection.
    @param id The collection.
    @return Its record; state 0 unknown, 1 drawn, 2 accepted, 3 paid, 4 dishonoured.
    """
    return self.collections[id]


@external
@view
def available(id: bytes32) -> uint256:
    """
    @notice What can still be presented.
    @param id The credit.
    @return Minor units; zero for a credit that is not running.
    """
    credit: Credit = self._of(id)
    if credit.state not in [ISSUED, CONFIRMED]:
        return 0
    return self._largest_drawing(credit.terms) - credit.drawn - credit.reserved


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a credit holds now: the cover and the confirming bank's money.
    @param id The credit.
    @return Minor units.
    """
    return self._held(self._of(id))


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the credit.
    @param id The credit.
    @return Seconds since 1970; zero for an unknown credit.
    """
    return self._last_deadline(self._of(id))


@internal
@view
def _of(id: bytes32) -> Credit:
    # One place that copies the long record out of storage keeps the code within its limit.
    return self.credits[id]


@internal
@view
def _open(id: bytes32, number: uint256) -> Presentation:
    presentation: Presentation = self.presentations[id][number]
    assert presentation.state == OPEN, "letter_of_credit: no open presentation"
    return presentation


@internal
@view
def _check_amendable(terms: Terms):
    assert terms.amount > 0, "letter_of_credit: no amount"
    assert terms.amount <= split.MAX_AMOUNT, "letter_of_credit: amount out of range"
    assert terms.tolerance <= MAX_TOLERANCE, "letter_of_credit: tolerance too large"
    deadlines._check_ahead(terms.expiry)
    assert terms.latest_shipment <= terms.expiry, "letter_of_credit: ships after expiry"


@internal
@pure
def _check_running(credit: Credit):
    assert credit.state in [ISSUED, CONFIRMED], "letter_of_credit: not running"


@internal
def _apply(id: bytes32, credit: Credit, amendment: Amendment):
    terms: Terms = credit.terms
    terms.amount = amendment.amount
    terms.tolerance = amendment.tolerance
    terms.expiry = amendment.expiry
    terms.latest_shipment = amendment.latest_shipment
    largest: uint256 = self._largest_drawing(terms)
    assert largest >= credit.drawn + credit.reserved, "letter_of_credit: drawn already"
    cover: uint256 = credit.deposit + credit.funded
    more: uint256 = largest - min(largest, cover)
    more_confirmed: uint256 = 0
    if credit.state == CONFIRMED:
        more_confirmed = largest - min(largest, credit.confirmed_cover)
    self.amendments[id].expiry = 0
    self.credits[id].terms = terms
    self.credits[id].funded = credit.funded + more
    self.credits[id].confirmed_cover = credit.confirmed_cover + more_confirmed
    held: uint256 = self._held(credit)
    log Amended(
        id=id,
        number=amendment.number,
        largest_drawing=largest,
        held_before=held,
        held_after=held + more + more_confirmed,
    )
    if more > 0:
        claims._pull_exactly(terms.token, terms.issuer, more)
    if more_confirmed > 0:
        claims._pull_exactly(terms.token, terms.confirmer, more_confirmed)


@internal
def _honour(id: bytes32, credit: Credit, number: uint256, presentation: Presentation):
    held: uint256 = self._held(credit)
    if not presentation.confirmer_paid:
        self._count_as_drawn(id, credit, presentation.amount)
    self.credits[id].cover_used = credit.cover_used + presentation.amount
    self.presentations[id][number].state = HONOURED
    self._forget(id, number)
    log Honoured(
        id=id,
        number=number,
        claimant=presentation.claimant,
        by=msg.sender,
        value=presentation.amount,
        held_before=held,
        held_after=held - presentation.amount,
    )
    claims._pay(id, credit.terms.token, presentation.claimant, presentation.amount)


@internal
def _pay_confirmed(id: bytes32, credit: Credit, number: uint256, presentation: Presentation):
    held: uint256 = self._held(credit)
    self._count_as_drawn(id, credit, presentation.amount)
    self.credits[id].confirmer_used = credit.confirmer_used + presentation.amount
    self.presentations[id][number].confirmer_paid = True
    self.presentations[id][number].claimant = credit.terms.confirmer
    log ConfirmerPaid(
        id=id,
        number=number,
        claimant=presentation.claimant,
        value=presentation.amount,
        held_before=held,
        held_after=held - presentation.amount,
    )
    claims._pay(id, credit.terms.token, presentation.claimant, presentation.amount)


@internal
def _count_as_drawn(id: bytes32, credit: Credit, amount: uint256):
    self.credits[id].drawn = credit.drawn + amount
    self.credits[id].reserved = credit.reserved - amount


@internal
def _end(id: bytes32, number: uint256, presentation: Presentation):
    if not presentation.confirmer_paid:
        self.credits[id].reserved -= presentation.amount
    self.presentations[id][number].state = ENDED
    self._forget(id, number)
    log PresentationEnded(id=id, number=number, by=msg.sender)


@internal
def _forget(id: bytes32, number: uint256):
    numbers: DynArray[uint256, MAX_OPEN] = self.open_numbers[id]
    last: uint256 = numbers.pop()
    for i: uint256 in range(len(numbers), bound=MAX_OPEN):
        if numbers[i] == number:
            numbers[i] = last
    self.open_numbers[id] = numbers


@internal
def _close(id: bytes32, credit: Credit):
    """
    @dev Drawings took the applicant's deposit first; what is left of each party's money goes back to it.
    """
    held: uint256 = self._held(credit)
    to_applicant: uint256 = credit.deposit - min(credit.deposit, credit.cover_used)
    to_issuer: uint256 = credit.deposit + credit.funded - credit.cover_used - to_applicant
    to_confirmer: uint256 = credit.confirmed_cover - credit.confirmer_used
    self.credits[id].state = CLOSED
    log Closed(
        id=id,
        by=msg.sender,
        to_applicant=to_applicant,
        to_issuer=to_issuer,
        to_confirmer=to_confirmer,
        held_before=held,
        held_after=0,
    )
    claims._pay(id, credit.terms.token, credit.applicant, to_applicant)
    claims._pay(id, credit.terms.token, credit.terms.issuer, to_issuer)
    claims._pay(id, credit.terms.token, credit.terms.confirmer, to_confirmer)


@internal
@view
def _is_payable(presentation: Presentation) -> bool:
    """
    @dev Whether the cover owes it by the issuer's silence: precluded, nobody's leave is needed.
    """
    return not presentation.issuer_refused and deadlines._has_passed(presentation.examination_deadline)


@internal
@pure
def _largest_drawing(terms: Terms) -> uint256:
    return terms.amount + terms.amount * terms.tolerance // split.BASIS_POINTS


@internal
@pure
def _held(credit: Credit) -> uint256:
    if credit.state == CLOSED:
        return 0
    return (
        credit.deposit + credit.funded - credit.cover_used + credit.confirmed_cover - credit.confirmer_used
    )


@internal
@pure
def _end_of_day(second: uint256) -> uint256:
    return second - second % deadlines.DAY_SECONDS + deadlines.DAY_SECONDS - 1


@internal
@pure
def _last_deadline(credit: Credit) -> uint256:
    if credit.state in [ISSUED, CONFIRMED]:
        last_day: uint256 = deadlines._after_banking_days(credit.terms.expiry, EXAMINATION_DAYS)
        return self._end_of_day(last_day) + SETTLING_SECONDS
    return credit.terms.expiry
