"""A reader subscribes to a newspaper, and the newspaper can take the month's price once a month and no more.

The reader signs once; the newspaper brings the signature and collects each month by itself. A second charge in the
same month is refused by the mandate, whoever asks. A dearer subscription needs the reader's word, and to end it does
not need the newspaper's.

    python -m contracts.examples.subscription
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.mandate_signing import Signing
from contracts.typed.mandate import Mandate, Terms

MONTH_S: Final = 30 * DAY_S
PRICE: Final = 12_00
DEARER: Final = 14_50
YEAR_AT_MOST: Final = 12 * DEARER


def story(town: Town) -> None:
    reader, newspaper = town.person("reader"), town.person("newspaper")
    town.issue(reader, 200_00)
    address = town.deploy(newspaper, "mandate")
    as_reader, as_newspaper = Mandate(reader.chain, address), Mandate(newspaper.chain, address)

    begins = town.now()
    terms = Terms(
        payee=newspaper.address,
        token=ECASH,
        cap=PRICE,
        window_seconds=MONTH_S,
        once=True,
        total=YEAR_AT_MOST,
        starts=begins,
        expires=begins + 12 * MONTH_S,
        hold_seconds=0,
        terms_hash=bytes32("the morning paper"),
    )
    signing = Signing(town.place.chain_id, address)
    valid_until = begins + DAY_S
    signature = reader.sign(signing.grant(reader.address, terms, as_reader.signing_nonces(reader.address), valid_until))
    town.ecash(reader).approve(address, YEAR_AT_MOST)
    mandate = as_newspaper.grant_signed(reader.address, terms, valid_until, signature).id
    town.say("The reader signs: 12.00 a month, for a year at most; the newspaper brings the signature")

    as_newspaper.charge(mandate, PRICE, bytes32("January"))
    moved = town.show("January is paid")
    town.expect(moved == {"reader": -PRICE, "newspaper": PRICE}, "a month's price moved")
    again = bytes32("January again")
    town.refused("A second charge in the same month", lambda: as_newspaper.charge(mandate, PRICE, again))

    town.wait(MONTH_S, "the next month")
    as_newspaper.charge(mandate, PRICE, bytes32("February"))
    town.show("February is paid")

    town.wait(MONTH_S, "the weekend edition comes with it, for 14.50")
    bill = bytes32("March")
    town.refused("Charging the new price", lambda: as_newspaper.charge(mandate, DEARER, bill))
    as_reader.change_cap(mandate, DEARER)
    as_newspaper.charge(mandate, DEARER, bill)
    moved = town.show("The reader agrees, and March is paid at the new price")
    town.expect(moved == {"reader": -DEARER, "newspaper": DEARER}, "the dearer month's price moved")

    as_reader.revoke(mandate)
    town.wait(MONTH_S, "the reader has ended the subscription")
    town.refused("Another charge", lambda: as_newspaper.charge(mandate, PRICE, bytes32("April")))
    taken = as_newspaper.mandate_of(mandate).used_total
    town.expect(taken == 2 * PRICE + DEARER, "three months were paid in all")
    town.say(f"In all the newspaper had {taken // 100}.{taken % 100:02}")


if __name__ == "__main__":
    run(story, __doc__)
