"""A seller that is to be paid in sixty days has its money today, and nobody has to trust its books.

The order, the delivery and the invoice are matched on the chain; the buyer confirms the debt. The seller gives a
part of it to its own supplier instead of money, and a financier advances cash on the rest. On the due date the buyer
pays once, and each has its own. The same invoice cannot be financed twice: the register knows its fingerprint.

    python -m contracts.examples.receivable_financing
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Person, Town, run
from contracts.typed import Factoring, Fingerprints, Receivable, Trade
from contracts.typed.factoring import Bid
from contracts.typed.factoring import Terms as Request
from contracts.typed.trade import Terms as Order

NET, TAX, FACE = 10_000_00, 1_300_00, 11_300_00
TAX_RATE: Final = 13_00
FOR_SUPPLIER: Final = 4_000_00
SOLD: Final = FACE - FOR_SUPPLIER
ADVANCE: Final = 7_000_00
DISCOUNT_RATE: Final = 2_00
"""Basis points of what was sold."""
DISCOUNT: Final = 146_00
NOBODY: Final = bytes(20)
A_RECEIVABLE: Final = 3


def story(town: Town) -> None:
    buyer, seller, supplier = town.person("buyer"), town.person("seller"), town.person("supplier")
    financier = town.person("financier")
    town.issue(buyer, FACE)
    town.issue(financier, ADVANCE)
    trade, receivable, factoring = contracts_of(town, seller)
    as_seller, as_buyer = Receivable(seller.chain, receivable), Receivable(buyer.chain, receivable)

    due = town.now() + 60 * DAY_S
    order = delivered_and_matched(town, trade, due)
    town.say("Ordered, delivered, invoiced and matched: the buyer owes 11,300.00, due in sixty days")
    credential = as_seller.issue(order, 10 * DAY_S).id
    as_buyer.accept(credential)
    town.say("The seller makes the debt a receivable, and the buyer confirms it")
    town.refused("Making the same invoice a second receivable", lambda: as_seller.issue(order, 10 * DAY_S))
    part = as_seller.endorse(credential, supplier.address, FOR_SUPPLIER, True).word("Endorsed", "part")
    town.say("The seller pays its supplier with 4,000.00 of it")

    as_client, as_factor = Factoring(seller.chain, factoring), Factoring(financier.chain, factoring)
    financing = as_client.request(
        Request(
            kind=A_RECEIVABLE,
            debtor=buyer.address,
            token=ECASH,
            face=SOLD,
            document=bytes(32),
            rate_cap=96_00,
            with_recourse=True,
            due_date=due + 10 * DAY_S,
            source=receivable,
            record=credential,
            pledge_token=NOBODY,
            pledge=0,
            appraiser=NOBODY,
            cure_seconds=0,
        )
    ).id
    offer = Bid(advance=ADVANCE, fee=0, discount=DISCOUNT_RATE, expiry=town.now() + 2 * DAY_S)
    bid = as_factor.bid(financing, offer).number("BidMade", "nonce")
    as_client.accept(financing, financier.address, bid)
    as_seller.lock(credential, factoring, financing)
    town.ecash(financier).approve(factoring, ADVANCE)
    as_factor.advance(financing)
    moved = town.show("A financier advances 7,000.00 on the other 7,300.00, at 2 %")
    town.expect(moved == {"seller": ADVANCE, "financier": -ADVANCE}, "the seller has cash today")

    town.wait(due - 60 - town.now(), "the debt is about to fall due")
    town.ecash(buyer).approve(receivable, FACE)
    as_buyer.fund(credential, FACE)
    town.wait(120, "the due date")
    for piece in (part, credential):
        as_seller.redeem(piece)
    as_client.waterfall(financing)
    moved = town.show("The buyer pays once, and each has its own")
    rest = SOLD - ADVANCE - DISCOUNT
    town.expect(
        moved == {"buyer": -FACE, "seller": rest, "supplier": FOR_SUPPLIER, "financier": ADVANCE + DISCOUNT},
        "supplier, financier and seller share the debt to the last unit",
    )


def delivered_and_matched(town: Town, trade: bytes, due: int) -> bytes:
    """An order from its proposal to the match."""
    buyer, seller, inspector = town.person("buyer"), town.person("seller"), town.person("inspector")
    as_buyer, as_seller = Trade(buyer.chain, trade), Trade(seller.chain, trade)
    order = as_buyer.propose(
        Order(
            buyer=buyer.address,
            seller=seller.address,
            inspector=inspector.address,
            arbiter=town.person("arbiter").address,
            token=ECASH,
            document=bytes32("order 88"),
            quantity=1_000,
            net=NET,
            tax_rate=TAX_RATE,
            tolerance=0,
            ship_by=due - 30 * DAY_S,
            inspection_seconds=5 * DAY_S,
            credit_seconds=30 * DAY_S,
            penalty_rate=5,
        )
    ).id
    as_seller.accept(order)
    as_seller.ship(order, 1_000, bytes32("waybill 88"))
    Trade(inspector.chain, trade).receive(order, 1_000, bytes32("report 88"))
    number = bytes32(f"INV-{town.now()}")  # a seller's invoices are numbered once
    as_seller.invoice(order, number, NET, TAX, due)
    as_buyer.match(order)
    return order


def contracts_of(town: Town, seller: Person) -> tuple[bytes, bytes, bytes]:
    """Trade, receivable and factoring, which the seller lets register."""
    register, trade = town.deploy(seller, "fingerprints"), town.deploy(seller, "trade")
    receivable = town.deploy(seller, "receivable", trade, register)
    factoring = town.deploy(seller, "factoring", register, [receivable])
    for contract in (receivable, factoring):
        Fingerprints(seller.chain, register).authorise(contract, True)
    return trade, receivable, factoring


if __name__ == "__main__":
    run(story, __doc__)
