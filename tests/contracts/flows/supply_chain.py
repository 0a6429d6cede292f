"""The supply-chain flow, step by step, at any place: order, delivery, match, tax, finance, receivable, redemption.

Nine steps, worked to the cent with 13 % value-added tax. A test may stop after any of them and let something go wrong.
"""

from typing import Final

from contracts import load
from contracts.account_signing import Call, Signing, account_id, together
from contracts.examples.town import Place
from node.app.network_folder import DEVELOPMENT_CHAIN_ID
from tests.contracts.flows.play import Actor, Happenings, Play

DAY_S: Final = 24 * 60 * 60
NO_LIMIT: Final = 2**256 - 1
BUYERS_OWNERS: Final = (Actor.BUYER, Actor.TREASURER, Actor.DIRECTOR)
BUYERS_SIGNERS: Final = (Actor.BUYER, Actor.DIRECTOR)
BUYERS_SMALL_PAYMENT: Final = 1_000_00
NOBODY: Final = bytes(20)
NOTHING: Final = bytes(32)
DOCUMENT: Final = b"order 2024-117".ljust(32, b"\0")
INVOICE_NUMBER: Final = b"INV-2024-117".ljust(32, b"\0")
WAYBILL: Final = b"waybill 88".ljust(32, b"\0")
REPORT: Final = b"inspection report 5".ljust(32, b"\0")
ORDER_KIND, INVOICE_KIND = 1, 3

QUANTITY, ARRIVED = 10_000, 9_920
NET, VAT_RATE = 100_000_00, 13_00
GROSS = 113_000_00
STAGE_ONE, STAGE_TWO = 33_900_00, 79_100_00
ADVANCE_ON_ORDER, FEE_ON_ORDER = 20_000_00, 200_00
INVOICED_NET, INVOICED_VAT = 99_200_00, 12_896_00
TO_SUPPLIER, TO_SELL = 40_000_00, 38_196_00
ADVANCE_ON_INVOICE = 36_668_16
DISCOUNT_RATE = 2_00


class SupplyChain(Play):
    """A buyer's order, from the money in it to the last cent of it.

    The buyer is an account of three people: one of them pays up to 1,000.00 a day, and two sign everything else.
    """

    buyer: bytes
    begun: int
    due: int
    delivery_by: int
    escrow_until: int
    order: bytes
    deal: bytes
    tax_period: int
    order_financing: bytes
    credential: bytes
    suppliers_part: bytes
    invoice_financing: bytes

    def __init__(self, place: Place, title: str = "") -> None:
        super().__init__(place, title)
        self.nonce = 0

    @property
    def token(self) -> bytes:
        return self.addresses["ecash"]

    def prepare(self) -> None:
        """Contracts, custody, licences, and money for whoever brings some."""
        fingerprints = self.deploy("fingerprints")
        trade = self.deploy("trade")
        receivable = self.deploy("receivable", trade, fingerprints)
        factoring = self.deploy("factoring", fingerprints, [self.addresses["escrow"], receivable])
        self.deploy("tax_ledger", Actor.TAX_OFFICE.address, self.token, 30 * DAY_S, [VAT_RATE])
        for contract in (receivable, factoring):
            self.do("directory", "set_custodian", contract, True, sender=Actor.CENTRAL_BANK)
            self.do("fingerprints", "authorise", contract, True, sender=Actor.SELLER)
        self.do("ecash", "set_freezer", Actor.FREEZER.address, True, sender=Actor.CENTRAL_BANK)
        owners = [(owner.address, 0, 0) for owner in BUYERS_OWNERS]
        self.buyer = self.deploy(
            "account", self.token, owners, [(BUYERS_SMALL_PAYMENT, 1), (NO_LIMIT, 2)], [], 0, DAY_S
        )
        for who, amount in ((self.buyer, GROSS), (Actor.FINANCIER.address, 60_000_00)):
            self.issue(who, amount)
        self.played_from = len(self.record)
        # Only now: a network without blocks has the time of its genesis.
        self.begun = self.place.now()
        # The receivable of step 6 is due in 90 days: the steps before it are played within seconds.
        self.due = self.begun + 90 * DAY_S
        self.delivery_by = self.begun + 30 * DAY_S
        self.escrow_until = self.begun + 60 * DAY_S

    def step_1_order(self) -> None:
        """Buyer proposes and names two checkers, seller accepts."""
        terms = {
            "buyer": self.buyer,
            "seller": Actor.SELLER.address,
            "inspector": Actor.INSPECTOR.address,
            "arbiter": Actor.ARBITER.address,
            "token": self.token,
            "document": DOCUMENT,
            "quantity": QUANTITY,
            "net": NET,
            "tax_rate": VAT_RATE,
            "tolerance": 1_00,
            "ship_by": self.delivery_by,
            "inspection_seconds": 5 * DAY_S,
            "credit_seconds": 30 * DAY_S,
            "penalty_rate": 5,
        }
        proposed = self.by_buyer("trade", "propose", terms).event("trade", "Proposed")
        self.order = proposed["id"]
        assert proposed["net"] + proposed["tax"] == GROSS
        checkers = [Actor.FIRST_CHECKER.address, Actor.SECOND_CHECKER.address]
        self.by_buyer("trade", "name_approvers", self.order, checkers, 2)
        self.do("trade", "accept", self.order, sender=Actor.SELLER)

    def step_2_fund_and_finance(self) -> None:
        """Buyer puts 30 % aside, both say that tax is paid first, a financier advances on the order."""
        self.by_buyer("ecash", "approve", self.addresses["escrow"], STAGE_ONE)
        opened = self.by_buyer(
            "escrow",
            "open_staged",
            Actor.SELLER.address,
            Actor.ARBITER.address,
            self.token,
            [STAGE_ONE, STAGE_TWO],
            self.escrow_until,
            5 * DAY_S,
            self.order,
        )
        self.deal = opened.event("escrow", "Opened")["id"]
        self.by_buyer("escrow", "fund", self.deal)
        self.agree_on_tax(GROSS - NET)
        self.order_financing = self.ask_for_order_finance()
        lien = ADVANCE_ON_ORDER + FEE_ON_ORDER
        self.do("escrow", "assign", self.deal, self.addresses["factoring"], lien, sender=Actor.SELLER)
        self._advance(self.order_financing, ADVANCE_ON_ORDER)

    def step_3_deliver(self, arrived: int = ARRIVED) -> None:
        self.do("trade", "ship", self.order, QUANTITY, WAYBILL, sender=Actor.SELLER)
        self.do("trade", "receive", self.order, arrived, REPORT, sender=Actor.INSPECTOR)

    def step_4_invoice_and_match(self) -> None:
        """Two checkers of the buyer's approve the match; the tax is the seller's output and the buyer's credit."""
        self.invoice(INVOICED_NET, INVOICED_VAT)
        self.by_buyer("trade", "match", self.order)
        for checker in (Actor.FIRST_CHECKER, Actor.SECOND_CHECKER):
            self.do("trade", "approve", self.order, sender=checker)
        declared = self.do(
            "tax_ledger",
            "declare",
            INVOICE_NUMBER,
            self.buyer,
            INVOICED_NET,
            INVOICED_VAT,
            VAT_RATE,
            sender=Actor.SELLER,
        ).event("tax_ledger", "Declared")
        self.tax_period = declared["period"]
        self.by_buyer("tax_ledger", "take_credit", declared["id"])

    def step_5_release(self) -> None:
        """Out of what was put aside: the tax, then the lien, then the seller. Each books what it was paid."""
        self.agree_on_tax(INVOICED_VAT)
        self.do("escrow", "submit", self.deal, 0, WAYBILL, sender=Actor.SELLER)
        self.by_buyer("escrow", "approve", self.deal, 0)
        self.do("factoring", "waterfall", self.order_financing, sender=Actor.STRANGER)
        seller = Actor.SELLER.address
        self.do("tax_ledger", "acknowledge", seller, self.tax_period, INVOICED_VAT, self.deal, sender=Actor.TAX_OFFICE)
        self.do("trade", "acknowledge", self.order, STAGE_ONE, self.deal, sender=Actor.SELLER)

    def step_6_confirm_receivable(self) -> None:
        issued = self.do("receivable", "issue", self.order, 10 * DAY_S, sender=Actor.SELLER)
        event = issued.event("receivable", "Issued")
        self.credential = event["id"]
        self.by_buyer("receivable", "accept", self.credential)
        self.do("trade", "acknowledge", self.order, event["face"], self.credential, sender=Actor.SELLER)

    def step_7_endorse_and_sell(self) -> None:
        endorsed = self.do(
            "receivable", "endorse", self.credential, Actor.SUPPLIER.address, TO_SUPPLIER, True, sender=Actor.SELLER
        )
        self.suppliers_part = endorsed.event("receivable", "Endorsed")["part"]
        self.invoice_financing = self._finance(
            kind=INVOICE_KIND,
            face=TO_SELL,
            document=NOTHING,
            source="receivable",
            record=self.credential,
            due=self.due + 10 * DAY_S,
        )
        self._bid(self.invoice_financing, advance=ADVANCE_ON_INVOICE, fee=0, discount=DISCOUNT_RATE)
        lienholder = self.addresses["factoring"]
        self.do("receivable", "lock", self.credential, lienholder, self.invoice_financing, sender=Actor.SELLER)
        self._advance(self.invoice_financing, ADVANCE_ON_INVOICE)

    def step_8_redeem(self) -> None:
        """On the due date the buyer sets the money aside, and a stranger has every holder paid."""
        self.advance_to(self.due - 60)
        self.allow_redemption()
        self.by_buyer("receivable", "fund", self.credential, TO_SUPPLIER + TO_SELL)
        self.advance_to(self.due)
        for part in (self.suppliers_part, self.credential):
            self.do("receivable", "redeem", part, sender=Actor.STRANGER)
        self.do("factoring", "waterfall", self.invoice_financing, sender=Actor.STRANGER)

    def play(self, steps: int = 8) -> None:
        """The first so many steps."""
        self.prepare()
        for step in (
            self.step_1_order,
            self.step_2_fund_and_finance,
            self.step_3_deliver,
            self.step_4_invoice_and_match,
            self.step_5_release,
            self.step_6_confirm_receivable,
            self.step_7_endorse_and_sell,
            self.step_8_redeem,
        )[:steps]:
            step()

    def by_buyer(self, contract: str, function: str, *arguments: object) -> Happenings:
        """A call by the buyer's account, signed by two of its three."""
        call = Call(self.addresses[contract], load(contract).encode_call(function, *arguments))
        self.nonce += 1
        until = self.begun + 365 * DAY_S
        signatures = self._signatures(self._signing.batch([call], self.nonce, until))
        fields = (call.to, call.amount, call.data)
        return self.do("account", "execute", fields, self.nonce, until, signatures, sender=Actor.BUYER)

    def signed_by_buyer(self, digest: bytes) -> bytes:
        """What the buyer's account accepts as its signature of another contract's digest (EIP-1271)."""
        return self._signatures(self._signing.message(digest))

    @property
    def _signing(self) -> Signing:
        return Signing(DEVELOPMENT_CHAIN_ID, self.buyer)

    @staticmethod
    def _signatures(digest: bytes) -> bytes:
        return together({account_id(signer.address): signer.sign(digest) for signer in BUYERS_SIGNERS})

    def agree_on_tax(self, amount: int) -> None:
        """Payer and payee say the same; it is paid first out of every release."""
        legs = [{"to": Actor.TAX_OFFICE.address, "amount": amount, "basis_points": 0}]
        self.by_buyer("escrow", "agree_split", self.deal, legs)
        self.do("escrow", "agree_split", self.deal, legs, sender=Actor.SELLER)

    def ask_for_order_finance(self) -> bytes:
        """A request, the financier's bid and its acceptance."""
        financing = self._finance(
            kind=ORDER_KIND, face=GROSS, document=DOCUMENT, source="escrow", record=self.deal, due=self.escrow_until
        )
        self._bid(financing, advance=ADVANCE_ON_ORDER, fee=1_00, discount=0)
        return financing

    def invoice(self, net: int, tax: int) -> Happenings:
        return self.do("trade", "invoice", self.order, INVOICE_NUMBER, net, tax, self.due, sender=Actor.SELLER)

    def allow_redemption(self) -> None:
        """Without a limit: what is late costs a penalty too."""
        self.by_buyer("ecash", "approve", self.addresses["receivable"], NO_LIMIT)

    def _finance(self, *, kind: int, face: int, document: bytes, source: str, record: bytes, due: int) -> bytes:
        terms = {
            "kind": kind,
            "debtor": self.buyer,
            "token": self.token,
            "face": face,
            "document": document,
            "rate_cap": 96_00,
            "with_recourse": True,
            "due_date": due,
            "source": self.addresses[source],
            "record": record,
            "pledge_token": NOBODY,
            "pledge": 0,
            "appraiser": NOBODY,
            "cure_seconds": 0,
        }
        requested = self.do("factoring", "request", terms, sender=Actor.SELLER).event("factoring", "Requested")
        financing: bytes = requested["id"]
        return financing

    def _bid(self, financing: bytes, *, advance: int, fee: int, discount: int) -> None:
        expiry = self.place.now() + 2 * DAY_S
        offer = {"advance": advance, "fee": fee, "discount": discount, "expiry": expiry}
        nonce = self.do("factoring", "bid", financing, offer, sender=Actor.FINANCIER).event("factoring", "BidMade")[
            "nonce"
        ]
        self.do("factoring", "accept", financing, Actor.FINANCIER.address, nonce, sender=Actor.SELLER)

    def _advance(self, financing: bytes, amount: int) -> None:
        self.do("ecash", "approve", self.addresses["factoring"], amount, sender=Actor.FINANCIER)
        self.do("factoring", "advance", financing, sender=Actor.FINANCIER)
