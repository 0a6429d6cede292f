"""LetterOfCredit: Documentary credits and collections.

Written by scripts/generate from letter_of_credit.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Terms:
    issuer: bytes
    beneficiary: bytes
    advising: bytes
    confirmer: bytes
    nominated: bytes
    token: bytes
    amount: int
    tolerance: int
    expiry: int
    latest_shipment: int
    presentation_period: int
    required_hash: bytes


@dataclass(frozen=True, slots=True)
class Credit:
    applicant: bytes
    terms: Terms
    deposit: int
    funded: int
    confirmed_cover: int
    drawn: int
    reserved: int
    cover_used: int
    confirmer_used: int
    presentations: int
    advised: bool
    state: int


@dataclass(frozen=True, slots=True)
class Presentation:
    amount: int
    documents_hash: bytes
    shipment_date: int
    max_discount: int
    examination_deadline: int
    claimant: bytes
    issuer_refused: bool
    confirmer_refused: bool
    waived: bool
    confirmer_paid: bool
    state: int


@dataclass(frozen=True, slots=True)
class Amendment:
    amount: int
    tolerance: int
    expiry: int
    latest_shipment: int
    number: int
    beneficiary_agreed: bool
    confirmer_agreed: bool
    applicant_agreed: bool


@dataclass(frozen=True, slots=True)
class Collection:
    principal: bytes
    drawee: bytes
    token: bytes
    amount: int
    documents_hash: bytes
    deadline: int
    tenor: int
    state: int


class LetterOfCredit(Bound):
    """A bank undertakes to pay a seller against documents, and the money for it lies here from the day of issue: the
    applicant's deposit and the bank's own funds together cover the largest drawing. A confirming bank adds its
    undertaking with money of its own. The beneficiary presents in time; each bank has five banking days to honour or
    to list the discrepancies, once. A bank that stays silent is precluded from refusing, and then anyone can have
    the cover pay. After a notice only the applicant's waiver and the issuer's word pay. A nominated bank may buy a
    presentation at a discount and stands in the beneficiary's place; so does a confirming bank that has paid. When a
    party disappears, silence pays the beneficiary, and 30 days after the last examination could end anyone returns
    what is left of the cover to those who gave it. A collection is the same documents without any bank's
    undertaking: the drawee pays, or accepts and pays at maturity, or it is dishonoured and that is recorded."""

    NAME = "letter_of_credit"

    def claim(self, token: bytes, who: bytes) -> Sent:
        """Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.

        token: The token.
        who: Whose claim; only they are paid.

        Answers: What was paid.
        """
        return self._send("claim", [token, who])

    def claimable(self, token: bytes, who: bytes) -> int:
        return cast(int, self._read("claimable", [token, who]))

    def liabilities(self, token: bytes) -> int:
        return cast(int, self._read("liabilities", [token]))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def draft(self, terms: Terms, deposit: int) -> Sent:
        """Asks a bank to issue a credit, with the caller as applicant. Its deposit is taken in, from an allowance.

        terms: Issuer, beneficiary, the banks that advise, confirm and negotiate, the token, the amount and its
        tolerance in basis points, expiry, latest shipment, how long after shipment may be presented, and the hash of
        the list of documents required.
        deposit: What the applicant itself puts aside for it; drawings take it before the bank's funds.

        Answers: The credit's id.
        """
        return self._send("draft", [terms, deposit])

    def withdraw(self, id: bytes) -> Sent:
        """Takes back a draft that no bank has issued, and its deposit. Applicant or issuer.

        id: The credit.
        """
        return self._send("withdraw", [id])

    def issue(self, id: bytes) -> Sent:
        """Undertakes to honour complying presentations: the issuer puts aside, from an allowance, what the applicant's
        deposit does not cover of the largest drawing. Issuer only, up to the expiry.

        id: The credit.
        """
        return self._send("issue", [id])

    def advise(self, id: bytes) -> Sent:
        """Tells the beneficiary that the credit is genuine. The named advising bank only, once.

        id: The credit.
        """
        return self._send("advise", [id])

    def confirm(self, id: bytes, number: int) -> Sent:
        """Adds a second undertaking, with money from the confirming bank's allowance for all that can still be drawn.
        The named confirming bank only, up to the expiry, before anything is presented.

        id: The credit.
        number: The last amendment proposed, zero for none: nobody confirms other terms than it has seen.
        """
        return self._send("confirm", [id, number])

    def amend(self, id: bytes, amount: int, tolerance: int, expiry: int, latest_shipment: int) -> Sent:
        """Proposes other terms. Issuer only. Nothing changes before the beneficiary has agreed, the confirmer of a
        confirmed credit, and an applicant whose deposit is at stake. Replaces an earlier proposal; silence is no
        consent.

        id: The credit.
        amount: The new amount.
        tolerance: The new tolerance in basis points.
        expiry: The new last second to present.
        latest_shipment: The new last second to ship.

        Answers: The proposal's number, which consent names.
        """
        return self._send("amend", [id, amount, tolerance, expiry, latest_shipment])

    def agree(self, id: bytes, number: int) -> Sent:
        """Consents to a proposed amendment; with the last consent it holds. What the larger drawing needs more of cover
        is then taken from the allowances of issuer and confirmer.

        id: The credit.
        number: The proposal's number, so that one changed at the last moment is not agreed to unseen.
        """
        return self._send("agree", [id, number])

    def present(
        self, id: bytes, amount: int, documents: Sequence[bytes], shipment_date: int, max_discount: int
    ) -> Sent:
        """Presents documents for a drawing. Beneficiary only, up to the expiry and within the presentation period after
        shipment. Issuer and confirmer have to the end of the fifth banking day after this one.

        id: The credit.
        amount: What is drawn, at most what is left to draw.
        documents: Hash of each document.
        shipment_date: The second of shipment, as the transport document has it.
        max_discount: The most a bank may keep that buys the presentation, in basis points.

        Answers: The presentation's number, counted from one.
        """
        return self._send("present", [id, amount, documents, shipment_date, max_discount])

    def notice(self, id: bytes, number: int, discrepancies: Sequence[bytes]) -> Sent:
        """Refuses a presentation and lists every discrepancy, in one notice. Issuer or confirmer, each for itself, up
        to the end of the examination. Whoever misses it is precluded from claiming discrepancies.

        id: The credit.
        number: The presentation.
        discrepancies: Each as a short text or a hash; at least one.
        """
        return self._send("notice", [id, number, discrepancies])

    def waive(self, id: bytes, number: int) -> Sent:
        """Accepts the discrepancies that the issuer has listed. Applicant only. The issuer may then honour.

        id: The credit.
        number: The presentation.
        """
        return self._send("waive", [id, number])

    def honour(self, id: bytes, number: int) -> Sent:
        """Pays a presentation from the cover to its claimant. The issuer, at any time if it gave no notice or the
        applicant has waived; anyone, once the issuer is precluded by its silence.

        id: The credit.
        number: The presentation.
        """
        return self._send("honour", [id, number])

    def honour_confirmed(self, id: bytes, number: int) -> Sent:
        """Pays a presentation from the confirming bank's money; the bank takes the claimant's place and is paid when
        the issuer honours. The confirmer, if it gave no notice; anyone, once it is precluded.

        id: The credit.
        number: The presentation.
        """
        return self._send("honour_confirmed", [id, number])

    def negotiate(self, id: bytes, number: int, discount: int) -> Sent:
        """Buys a presentation: the caller pays the beneficiary at once, less a discount, and takes its place, at its
        own risk. The nominated bank, or any where none is nominated; not after a notice.

        id: The credit.
        number: The presentation.
        discount: Basis points of the amount, at most what the beneficiary allowed.
        """
        return self._send("negotiate", [id, number, discount])

    def take_back(self, id: bytes, number: int) -> Sent:
        """Takes the documents back unpaid, so that they can be mended and presented again. Its claimant only.

        id: The credit.
        number: The presentation.
        """
        return self._send("take_back", [id, number])

    def expire(self, id: bytes) -> Sent:
        """Ends a credit with no presentation open and gives the cover back. Anyone after the expiry or when all is
        drawn; the beneficiary at any time.

        id: The credit.
        """
        return self._send("expire", [id])

    def exit(self, id: bytes) -> Sent:
        """After the last deadline settles every open presentation as the banks' silence or notices have it, and gives
        what is left of the cover back to those who gave it. Anyone.

        id: The credit.
        """
        return self._send("exit", [id])

    def collect(
        self, drawee: bytes, token: bytes, amount: int, documents_hash: bytes, deadline: int, tenor: int
    ) -> Sent:
        """Draws on a buyer for collection, with the caller as principal: documents against payment, or, with a tenor,
        against acceptance. No bank undertakes anything and no money is held.

        drawee: Who is to pay.
        token: The ERC-20 token.
        amount: Minor units.
        documents_hash: Hash of the documents that the drawee gets for it.
        deadline: The last second to pay, or to accept.
        tenor: Seconds from acceptance to maturity; zero for payment at sight.

        Answers: The collection's id.
        """
        return self._send("collect", [drawee, token, amount, documents_hash, deadline, tenor])

    def accept_draft(self, id: bytes) -> Sent:
        """Promises to pay a draft with a tenor at maturity, for the documents now. Drawee only, up to the deadline.

        id: The collection.
        """
        return self._send("accept_draft", [id])

    def pay_draft(self, id: bytes) -> Sent:
        """Pays a draft from the drawee's allowance straight to the principal. Drawee only, also early, also late: what
        was dishonoured may still be paid.

        id: The collection.
        """
        return self._send("pay_draft", [id])

    def dishonour(self, id: bytes) -> Sent:
        """Records that a draft is not paid or not accepted: the drawee by its refusal, anyone after the deadline.

        id: The collection.
        """
        return self._send("dishonour", [id])

    def credit(self, id: bytes) -> Credit:
        """Everything about a credit.

        id: The credit.

        Answers: Its record; state 0 unknown, 1 drafted, 2 issued, 3 confirmed, 4 closed.
        """
        return record(Credit, self._read("credit", [id]))

    def presentation(self, id: bytes, number: int) -> Presentation:
        """Everything about a presentation.

        id: The credit.
        number: The presentation.

        Answers: Its record; state 0 unknown, 1 open, 2 honoured, 3 ended unpaid.
        """
        return record(Presentation, self._read("presentation", [id, number]))

    def open_presentations(self, id: bytes) -> tuple[int, ...]:
        """The presentations that are neither honoured nor ended.

        id: The credit.

        Answers: Their numbers, in no order.
        """
        return cast(tuple[int, ...], self._read("open_presentations", [id]))

    def amendment(self, id: bytes) -> Amendment:
        """The latest proposal to amend.

        id: The credit.

        Answers: Its record; the expiry is zero once it holds.
        """
        return record(Amendment, self._read("amendment", [id]))

    def collection(self, id: bytes) -> Collection:
        """Everything about a collection.

        id: The collection.

        Answers: Its record; state 0 unknown, 1 drawn, 2 accepted, 3 paid, 4 dishonoured.
        """
        return record(Collection, self._read("collection", [id]))

    def available(self, id: bytes) -> int:
        """What can still be presented.

        id: The credit.

        Answers: Minor units; zero for a credit that is not running.
        """
        return cast(int, self._read("available", [id]))

    def held(self, id: bytes) -> int:
        """What a credit holds now: the cover and the confirming bank's money.

        id: The credit.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the credit.

        id: The credit.

        Answers: Seconds since 1970; zero for an unknown credit.
        """
        return cast(int, self._read("last_deadline", [id]))
