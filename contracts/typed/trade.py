"""Trade: An order from proposal to payment.

Written by scripts/generate from trade.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Terms:
    buyer: bytes
    seller: bytes
    inspector: bytes
    arbiter: bytes
    token: bytes
    document: bytes
    quantity: int
    net: int
    tax_rate: int
    tolerance: int
    ship_by: int
    inspection_seconds: int
    credit_seconds: int
    penalty_rate: int


@dataclass(frozen=True, slots=True)
class Order:
    state: int
    proposer: bytes
    version: int
    deadline: int
    shipped: int
    received: int
    invoice: bytes
    invoice_net: int
    due: int
    approvals: int
    owed: int
    penalty: int
    paid: int
    days_charged: int


class Trade(Bound):
    """A buyer and a seller agree on an order: either proposes, the other accepts. The seller ships and invoices, the
    buyer or a named inspector says what arrived, and order, receipt and invoice are matched within the agreed
    tolerance. Approvers whom the buyer named, none of whom can be a party, then approve; from then on the invoice is
    owed, and a penalty counts by the day after it is due. No money is held here: escrow, receivables and banks pay,
    and the seller acknowledges. Nobody can stop an order by silence. An order not accepted or not shipped in time
    can be cancelled by anyone; what a silent buyer does not inspect counts as received as shipped; silent approvers
    have approved; and where the arbiter of a dispute is silent, what was received is owed at the order's price."""

    NAME = "trade"

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def propose(self, terms: Terms) -> Sent:
        """Proposes an order, as its buyer or its seller. The other side has until `ship_by` to accept.

        terms: Parties, goods and conditions. `inspector` and `arbiter` may be zero: only the buyer inspects, and
        disputes end by agreement. `document` names the goods in every financing. `quantity` is in units of the
        parties' choice and `net` the price of all of them; rates and tolerance are in basis points, the penalty's a
        day. An invoice is due no earlier than `credit_seconds` after it was sent.

        Answers: The order's id.
        """
        return self._send("propose", [terms])

    def accept(self, id: bytes) -> Sent:
        """Accepts an order: the side that did not propose it, up to `ship_by`.

        id: The order.
        """
        return self._send("accept", [id])

    def accept_signed(self, id: bytes, signature: bytes) -> Sent:
        """Accepts an order for the side that did not propose it, by its signature. Anyone may bring it.

        id: The order.
        signature: EIP-712 of Acceptance(id, terms), by a key or by a contract account (EIP-1271).
        """
        return self._send("accept_signed", [id, signature])

    def name_approvers(self, id: bytes, approvers: Sequence[bytes], needed: int) -> Sent:
        """Names who checks the match before it is owed. Buyer only, until the goods are shipped. None of them may be a
        party: who makes does not check.

        id: The order.
        approvers: Up to eight accounts; none for an order that is owed once it is matched.
        needed: How many of them must approve.
        """
        return self._send("name_approvers", [id, approvers, needed])

    def amend(self, id: bytes, terms: Terms) -> Sent:
        """Proposes other terms, or consents to those the other side proposed; then they hold. Until the match. A
        proposal is void once the goods have moved on.

        id: The order.
        terms: All of the terms. Buyer, seller, token and document stay.
        """
        return self._send("amend", [id, terms])

    def cancel(self, id: bytes) -> Sent:
        """Ends an order before it is shipped: either side while it is proposed, both once it is accepted (the second
        call cancels), anyone once `ship_by` has passed.

        id: The order.
        """
        return self._send("cancel", [id])

    def ship(self, id: bytes, quantity: int, shipment_hash: bytes) -> Sent:
        """Says that the goods are on their way. Seller only, once, up to `ship_by`.

        id: The order.
        quantity: How much, within the tolerance of what was ordered.
        shipment_hash: Hash of the transport document.
        """
        return self._send("ship", [id, quantity, shipment_hash])

    def receive(self, id: bytes, quantity: int, report_hash: bytes) -> Sent:
        """Says what arrived in good order. The buyer or the inspector, once, within the inspection period.

        id: The order.
        quantity: How much; zero where nothing did.
        report_hash: Hash of the inspection report.
        """
        return self._send("receive", [id, quantity, report_hash])

    def accept_deemed(self, id: bytes) -> Sent:
        """Where nobody said what arrived within the inspection period, it arrived as shipped. Anyone.

        id: The order.
        """
        return self._send("accept_deemed", [id])

    def invoice(self, id: bytes, number: bytes, net: int, tax: int, due: int) -> Sent:
        """Sends the invoice; again, with another number, replaces one that is not matched. Seller only, once the goods
        are shipped.

        id: The order.
        number: The invoice's number, or its hash. No number of a seller is used twice.
        net: The price of what was delivered.
        tax: Exactly the agreed rate of `net`, half a minor unit rounded up.
        due: The last second at which payment is in time.
        """
        return self._send("invoice", [id, number, net, tax, due])

    def match(self, id: bytes) -> Sent:
        """Matches order, receipt and invoice. A party (buyer, seller or inspector), once.

        id: The order.
        """
        return self._send("match", [id])

    def approve(self, id: bytes) -> Sent:
        """Approves the match. Each approver once; with the last one needed the invoice is owed.

        id: The order.
        """
        return self._send("approve", [id])

    def approve_deemed(self, id: bytes) -> Sent:
        """Where the approvers were silent for as long as an inspection may take, they have approved. Anyone.

        id: The order.
        """
        return self._send("approve_deemed", [id])

    def dispute(self, id: bytes, reason_hash: bytes) -> Sent:
        """Asks the arbiter what is owed. Buyer or seller, from shipping to approval; in time where the inspection or
        approval period runs.

        id: The order.
        reason_hash: Hash of what is disputed.
        """
        return self._send("dispute", [id, reason_hash])

    def rule(self, id: bytes, net: int) -> Sent:
        """Says what is owed, which ends a dispute. Arbiter only, within 30 days.

        id: The order.
        net: The price owed, at most the order's and its tolerance; the agreed tax comes on top. Zero cancels.
        """
        return self._send("rule", [id, net])

    def settle_agreed(
        self, id: bytes, net: int, due: int, deadline: int, buyer_signature: bytes, seller_signature: bytes
    ) -> Sent:
        """Ends a disagreement as buyer and seller agreed, disputed or not. Anyone may bring both signatures; a party
        that calls itself needs none.

        id: The order, shipped and not yet owed.
        net: The price owed; the agreed tax comes on top. Zero cancels.
        due: The last second at which payment is in time.
        deadline: Last second at which the signatures count.
        buyer_signature: EIP-712 of Settlement(id, net, due, deadline), by a key or by EIP-1271.
        seller_signature: The same.
        """
        return self._send("settle_agreed", [id, net, due, deadline, buyer_signature, seller_signature])

    def lapse(self, id: bytes) -> Sent:
        """Where the arbiter was silent for 30 days, what was received is owed at the order's price, and never more than
        all of it. Anyone.

        id: The order.
        """
        return self._send("lapse", [id])

    def acknowledge(self, id: bytes, amount: int, reference: bytes) -> Sent:
        """Says that so much of what is owed was paid: by an escrow, a receivable, a bank. Seller only. What is late by
        then is recorded first; principal is paid before penalty.

        id: The order.
        amount: Minor units, at most what is owed and the penalty recorded.
        reference: What paid it: a deal, a credential, a payment reference.
        """
        return self._send("acknowledge", [id, amount, reference])

    def record_penalty(self, id: bytes) -> Sent:
        """Records the penalty to date on what is overdue: for each day begun since the last time. Anyone.

        id: The order.
        """
        return self._send("record_penalty", [id])

    def order(self, id: bytes) -> Order:
        """Where an order stands.

        id: The order.

        Answers: Its record; state 0 unknown, 1 proposed, 2 accepted, 3 shipped, 4 received, 5 matched, 6 disputed, 7
        approved (owed), 8 settled, 9 cancelled.
        """
        return record(Order, self._read("order", [id]))

    def terms(self, id: bytes) -> Terms:
        """What was agreed, as last amended.

        id: The order.

        Answers: The terms.
        """
        return record(Terms, self._read("terms", [id]))

    def approvers(self, id: bytes) -> tuple[bytes, ...]:
        """Who may approve the match.

        id: The order.

        Answers: The accounts that the buyer named.
        """
        return cast(tuple[bytes, ...], self._read("approvers", [id]))

    def penalty(self, id: bytes) -> int:
        """The penalty for late payment to this second, recorded or not.

        id: The order.

        Answers: Minor units.
        """
        return cast(int, self._read("penalty", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may move the order on, where one runs.

        id: The order.

        Answers: Seconds since 1970; zero where none runs.
        """
        return cast(int, self._read("last_deadline", [id]))

    def ordered(self, id: bytes) -> tuple[bytes, bytes, bytes, bytes, int]:
        """An order that both have signed, for a financier: from acceptance until it is settled or cancelled.

        id: The order.

        Answers: Seller, buyer, token, document, net with tax; zeros for any other.
        """
        return cast(tuple[bytes, bytes, bytes, bytes, int], self._read("ordered", [id]))

    def payment_due(self, id: bytes) -> tuple[bytes, bytes, bytes, bytes, int, int, int]:
        """What a matched and approved order still owes, for a credential.

        id: The order.

        Answers: Seller, buyer, token, document, principal unpaid, due, penalty in basis points a day; zeros for any
        other.
        """
        return cast(tuple[bytes, bytes, bytes, bytes, int, int, int], self._read("payment_due", [id]))

    def invoice_fingerprint(self, seller: bytes, number: bytes) -> bytes:
        """What one invoice of a seller is known by.

        seller: Who sends it.
        number: Its number, or its hash.

        Answers: keccak256 of both.
        """
        return cast(bytes, self._read("invoice_fingerprint", [seller, number]))

    def terms_hash(self, id: bytes) -> bytes:
        """What the side that accepts by signature signs, beside the id.

        id: The order.

        Answers: keccak256 of the terms.
        """
        return cast(bytes, self._read("terms_hash", [id]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain of acceptances and settlements on this chain.

        Answers: The hash that every signed message starts from.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def eip712Domain(self) -> tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]]:
        """The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).

        Answers: Fields in use, name, version, chain id, contract, salt, extensions.
        """
        return cast(tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]], self._read("eip712Domain", []))

    def approvals_needed(self, id: bytes) -> int:
        return cast(int, self._read("approvals_needed", [id]))

    def has_approved(self, id: bytes, account: bytes) -> bool:
        return cast(bool, self._read("has_approved", [id, account]))

    def invoiced_for(self, fingerprint: bytes) -> bytes:
        return cast(bytes, self._read("invoiced_for", [fingerprint]))
