"""Factoring: Finance of orders, inventory and invoices.

Written by scripts/generate from factoring.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Terms:
    kind: int
    debtor: bytes
    token: bytes
    face: int
    document: bytes
    rate_cap: int
    with_recourse: bool
    due_date: int
    source: bytes
    record: bytes
    pledge_token: bytes
    pledge: int
    appraiser: bytes
    cure_seconds: int


@dataclass(frozen=True, slots=True)
class Bid:
    advance: int
    fee: int
    discount: int
    expiry: int


@dataclass(frozen=True, slots=True)
class Financing:
    seller: bytes
    terms: Terms
    financier: bytes
    advanced: int
    price: int
    advance_deadline: int
    principal_repaid: int
    price_paid: int
    residual_paid: int
    seized_value: int
    pledged: int
    appraised_value: int
    appraised_units: int
    cure_deadline: int
    state: int


class Factoring(Bound):
    """A seller asks for money before its customer pays, financiers bid, and the accepted one advances: the money moves
    from financier to seller at once. An order is secured by a lien on the proceeds of its escrow, an invoice by a
    receivable that is locked here, inventory by a pledge of tokens held here. Whatever the customer pays is divided
    by a waterfall: the advance first, then the financier's price, and the seller has the rest. A pledge that falls
    in value is called; what is not cured is seized up to what is owed. A customer who does not pay by the due date
    makes a default: with recourse the seller owes, without it the financier has only the collateral. A financier who
    disappears keeps its claim on the proceeds; a seller who disappears leaves its pledge, which 30 days after the
    due date anyone can send to whom it belongs."""

    NAME = "factoring"

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

    def request(self, terms: Terms) -> Sent:
        """Asks for finance, with the caller as seller. A pledge of inventory is taken in at once, from an allowance.

        terms: Kind (1 order, 2 inventory, 3 invoice), debtor, token, face, the document that names the goods, the
        highest rate of advance in basis points, whether with recourse, the due date, the source of proceeds and its
        record, and for inventory the pledge, its appraiser and the time to cure.

        Answers: The financing's id.
        """
        return self._send("request", [terms])

    def cancel(self, id: bytes) -> Sent:
        """Ends a request that nobody is bound to: before an acceptance, or after the accepted financier let its time
        pass. Seller only; a pledge goes back to it.

        id: The financing.
        """
        return self._send("cancel", [id])

    def bid(self, id: bytes, offer: Bid) -> Sent:
        """Offers an advance at a price, with the caller as financier. Replaces its earlier bid.

        id: The financing.
        offer: The advance, a fee in basis points of it, a discount in basis points of the face, and the last second
        to accept and to advance.

        Answers: The bid's number, which an acceptance names.
        """
        return self._send("bid", [id, offer])

    def bid_signed(self, id: bytes, financier: bytes, offer: Bid, signature: bytes) -> Sent:
        """Makes a bid that the financier signed (EIP-712 `Bid`, or EIP-1271). Anyone may bring it, once.

        id: The financing.
        financier: Who signed.
        offer: As in `bid`; the signature covers it and the financier's `bid_nonce`.
        signature: r, s, v in 65 bytes, or what the financier's contract understands.

        Answers: The bid's number.
        """
        return self._send("bid_signed", [id, financier, offer, signature])

    def withdraw_bid(self, id: bytes) -> Sent:
        """Takes back the caller's bid, and whatever it signed and nobody has brought yet. Not once accepted.

        id: The financing.
        """
        return self._send("withdraw_bid", [id])

    def accept(self, id: bytes, financier: bytes, nonce: int) -> Sent:
        """Takes a bid. Seller only. It binds both until the bid's expiry.

        id: The financing.
        financier: Whose bid.
        nonce: The bid's number, so that a bid changed at the last moment is not taken unseen.
        """
        return self._send("accept", [id, financier, nonce])

    def accept_signed(self, id: bytes, financier: bytes, nonce: int, signature: bytes) -> Sent:
        """Takes a bid by the seller's signature (EIP-712 `Acceptance`, or EIP-1271). Anyone may bring it.

        id: The financing.
        financier: Whose bid.
        nonce: The bid's number.
        signature: r, s, v in 65 bytes, or what the seller's contract understands.
        """
        return self._send("accept_signed", [id, financier, nonce, signature])

    def advance(self, id: bytes) -> Sent:
        """Moves the advance from financier to seller, from an allowance, and takes the lien on the collateral.
        Financier or seller, up to the bid's expiry.

        id: The financing.
        """
        return self._send("advance", [id])

    def repay(self, id: bytes, amount: int) -> Sent:
        """Pays what is owed, in parts or at once, from the caller's allowance. Anyone, at any time.

        id: The financing.
        amount: Minor units; of more than is owed only what is owed is taken, so that nobody's small repayment just
        before makes this one fail.
        """
        return self._send("repay", [id, amount])

    def waterfall(self, id: bytes) -> Sent:
        """Divides the proceeds that have arrived: the advance, the financier's price, then the seller's residual.
        Anyone, as often as something arrived, also after a default. Where no financing lives any more, all of it is
        the seller's.

        id: The financing.

        Answers: What was divided.
        """
        return self._send("waterfall", [id])

    def declare_default(self, id: bytes) -> Sent:
        """Records that the due date has passed with something owed. Anyone. With recourse the seller owes it from now
        on; without, only the collateral answers for it. Proceeds that have come are divided first. Where they cannot
        be, because the token refuses this contract, `exit` records the default 30 days later.

        id: The financing.
        """
        return self._send("declare_default", [id])

    def recourse(self, id: bytes, amount: int) -> Sent:
        """Takes what the seller owes after a default from an allowance that it gave this contract. Financier only.

        id: The financing.
        amount: Minor units; of more than is owed only what is owed is taken.
        """
        return self._send("recourse", [id, amount])

    def pledge(self, id: bytes, amount: int) -> Sent:
        """Adds to a pledge, from an allowance: its value grows in proportion to the last appraisal. Seller only; after
        a margin call up to the end of the time to cure.

        id: The financing.
        amount: Units of the pledged token.
        """
        return self._send("pledge", [id, amount])

    def appraise(self, id: bytes, pledge_value: int) -> Sent:
        """Says what the whole pledge is worth now. The agreed appraiser only.

        id: The financing.
        pledge_value: Its value in minor units of the financing's token.
        """
        return self._send("appraise", [id, pledge_value])

    def margin_call(self, id: bytes) -> Sent:
        """Asks the seller to add to its pledge, or repay, because the pledge no longer covers the advance at the agreed
        rate. Financier only, up to the due date.

        id: The financing.
        """
        return self._send("margin_call", [id])

    def seize(self, id: bytes) -> Sent:
        """Gives the financier of the pledge what is worth no more than what is owed, and counts it as paid. Financier
        only, after a margin call was not cured in time, or after a default.

        id: The financing.
        """
        return self._send("seize", [id])

    def release_pledge(self, id: bytes) -> Sent:
        """Gives the seller its collateral back: the pledge, or what is still assigned or locked in favour of this
        contract. The financier at any time. Once nothing is owed anyone sends a pledge home; an assignment or a lock
        is then its seller's to undo, since it may already serve the next financing.

        id: The financing.
        """
        return self._send("release_pledge", [id])

    def exit(self, id: bytes) -> Sent:
        """After the last deadline sends a pledge to whom it belongs: to the financier what is worth no more than what
        is owed, the rest to the seller. A request that came to nothing is closed. Anyone.

        id: The financing.
        """
        return self._send("exit", [id])

    def set_debtor_limit(self, debtor: bytes, token: bytes, limit: int) -> Sent:
        """Limits what the caller, as a financier, has outstanding against one debtor in one token. It holds for
        advances from now on, also on bids already accepted.

        debtor: The debtor.
        token: The token.
        limit: Minor units of principal; zero for no limit.
        """
        return self._send("set_debtor_limit", [debtor, token, limit])

    def financing(self, id: bytes) -> Financing:
        """Everything about a financing.

        id: The financing.

        Answers: Its record; state 0 unknown, 1 requested, 2 accepted, 3 advanced, 4 called, 5 defaulted, 6 settled,
        7 closed.
        """
        return record(Financing, self._read("financing", [id]))

    def bid_of(self, id: bytes, financier: bytes) -> Bid:
        """A financier's present bid.

        id: The financing.
        financier: Whose bid.

        Answers: The bid; all zero where there is none.
        """
        return record(Bid, self._read("bid_of", [id, financier]))

    def price_of(self, id: bytes, offer: Bid) -> int:
        """What the financier would earn by a bid.

        id: The financing.
        offer: The bid.

        Answers: Fee and discount together, in minor units.
        """
        return cast(int, self._read("price_of", [id, offer]))

    def owed(self, id: bytes) -> int:
        """What the financier has still to receive.

        id: The financing.

        Answers: Minor units: advance and price, less what was repaid or seized.
        """
        return cast(int, self._read("owed", [id]))

    def recourse_debt(self, id: bytes) -> int:
        """What the seller owes by recourse.

        id: The financing.

        Answers: Minor units; zero before a default and where none was agreed.
        """
        return cast(int, self._read("recourse_debt", [id]))

    def pledge_value(self, id: bytes) -> int:
        """What the pledge is worth by the last appraisal.

        id: The financing.

        Answers: Minor units of the financing's token.
        """
        return cast(int, self._read("pledge_value", [id]))

    def held(self, id: bytes) -> int:
        """What a financing holds now: its pledge. Money passes through and is never kept.

        id: The financing.

        Answers: Units of the pledged token.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the financing.

        id: The financing.

        Answers: Seconds since 1970; zero for an unknown financing.
        """
        return cast(int, self._read("last_deadline", [id]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """What every EIP-712 signature for this contract is bound to.

        Answers: The hash of name "Jiaozi Factoring", version "1", chain and contract.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def is_source(self, account: bytes) -> bool:
        return cast(bool, self._read("is_source", [account]))

    def bid_nonce(self, id: bytes, financier: bytes) -> int:
        return cast(int, self._read("bid_nonce", [id, financier]))

    def bound(self, source: bytes, record: bytes) -> bytes:
        return cast(bytes, self._read("bound", [source, record]))

    def divided(self, source: bytes, record: bytes) -> int:
        return cast(int, self._read("divided", [source, record]))

    def debtor_limit(self, financier: bytes, debtor: bytes, token: bytes) -> int:
        return cast(int, self._read("debtor_limit", [financier, debtor, token]))

    def outstanding(self, financier: bytes, debtor: bytes, token: bytes) -> int:
        return cast(int, self._read("outstanding", [financier, debtor, token]))
