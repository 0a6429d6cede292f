"""A seller ships overseas to a buyer it does not know, because a bank promises to pay against the documents.

The money for the promise lies in the contract from the day the bank issues the credit: the buyer's deposit and the
bank's own funds. The first shipment's documents are in order and are honoured. For the second the bank says nothing
for five banking days; then it can no longer refuse, and the seller has the cover pay without it.

    python -m contracts.examples.letter_of_credit
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.typed.letter_of_credit import LetterOfCredit, Terms

AMOUNT: Final = 80_000_00
DEPOSIT: Final = 20_000_00
FIRST, SECOND = 45_000_00, 35_000_00
NOBODY: Final = bytes(20)
BILL_OF_LADING: Final = bytes32("bill of lading")
COMMERCIAL_INVOICE: Final = bytes32("commercial invoice")
REQUIRED: Final = bytes32("invoice and bill of lading")
"""In earnest each is the hash of a document."""


def story(town: Town) -> None:
    buyer, seller, issuer = town.person("buyer"), town.person("seller"), town.person("buyer's bank")
    town.issue(buyer, DEPOSIT)
    town.issue(issuer, AMOUNT - DEPOSIT)
    address = town.deploy(issuer, "letter_of_credit")
    as_buyer, as_seller, as_issuer = (LetterOfCredit(who.chain, address) for who in (buyer, seller, issuer))
    town.ecash(buyer).approve(address, DEPOSIT)
    town.ecash(issuer).approve(address, AMOUNT - DEPOSIT)

    now = town.now()
    terms = Terms(
        issuer=issuer.address,
        beneficiary=seller.address,
        advising=NOBODY,
        confirmer=NOBODY,
        nominated=NOBODY,
        token=ECASH,
        amount=AMOUNT,
        tolerance=0,
        expiry=now + 90 * DAY_S,
        latest_shipment=now + 60 * DAY_S,
        presentation_period=21 * DAY_S,
        required_hash=REQUIRED,
    )
    credit = as_buyer.draft(terms, DEPOSIT).id
    as_issuer.issue(credit)
    moved = town.show("The buyer's bank issues the credit; the buyer's deposit and the bank's funds cover all of it")
    town.expect(sum(moved.values()) == -AMOUNT == -as_seller.held(credit), "the whole credit is covered")

    documents = [COMMERCIAL_INVOICE, BILL_OF_LADING]
    first = as_seller.present(credit, FIRST, documents, now, 0).number("Presented", "number")
    as_issuer.honour(credit, first)
    moved = town.show("The first shipment's documents are in order, and the bank honours them")
    town.expect(moved == {"seller": FIRST}, "the first drawing is paid")

    town.wait(10 * DAY_S, "the second shipment is on its way")
    second = as_seller.present(credit, SECOND, documents, now + 9 * DAY_S, 0).number("Presented", "number")
    town.refused("Taking the money before the bank has looked", lambda: as_seller.honour(credit, second))
    town.wait(9 * DAY_S, "five banking days and more, and no word from the bank")
    town.refused("A notice of discrepancies", lambda: as_issuer.notice(credit, second, [bytes32("a word misspelt")]))
    as_seller.honour(credit, second)
    moved = town.show("A silent bank cannot refuse any more: the seller has the cover pay")
    town.expect(moved == {"seller": SECOND}, "the second drawing is paid")
    town.expect(as_buyer.held(credit) == 0, "the credit is drawn to the end and holds nothing")


if __name__ == "__main__":
    run(story, __doc__)
