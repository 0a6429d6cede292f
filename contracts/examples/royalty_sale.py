"""A painter sells a picture once and is paid again whenever it is sold on.

The registry divides each price in the sale itself: the royalty to who made the work, a fee to the market, the rest
to the seller. No buyer can forget the painter, and the picture changes hands only with the money.

    python -m contracts.examples.royalty_sale
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Person, Town, run
from contracts.typed import RoyaltySale

ROYALTY: Final = 7_50
FEE: Final = 2_00
"""Basis points of the price: 7.5 % and 2 %."""
PICTURE: Final = bytes32("harbour at dawn")
"""In earnest the hash of a photograph of it."""
ANYBODY: Final = bytes(20)
FIRST_PRICE: Final = 1_000_00
SECOND_PRICE: Final = 3_333_33


def story(town: Town) -> None:
    painter, collector, museum = town.person("painter"), town.person("collector"), town.person("museum")
    market = town.person("market")
    town.issue(collector, FIRST_PRICE)
    town.issue(museum, SECOND_PRICE)
    registry = town.deploy(market, "royalty_sale", market.address, FEE)
    picture = RoyaltySale(painter.chain, registry).register(ROYALTY, PICTURE).id
    town.say("The painter registers a picture, with a royalty of 7.5 %")

    def sell(seller: Person, buyer: Person, price: int) -> None:
        RoyaltySale(seller.chain, registry).offer(picture, ANYBODY, ECASH, price, town.now() + 30 * DAY_S)
        town.ecash(buyer).approve(registry, price)
        RoyaltySale(buyer.chain, registry).buy(picture, ECASH, price)

    sell(painter, collector, FIRST_PRICE)
    moved = town.show("The collector buys it")
    town.expect(
        moved == {"painter": 980_00, "collector": -FIRST_PRICE, "market": 20_00}, "maker and seller are the same"
    )

    town.wait(300 * DAY_S, "the painter has become famous")
    as_painter = RoyaltySale(painter.chain, registry)
    until = town.now() + 30 * DAY_S
    town.refused(
        "An offer by the painter, who has sold it",
        lambda: as_painter.offer(picture, ANYBODY, ECASH, SECOND_PRICE, until),
    )
    to, royalty = as_painter.royaltyInfo(int.from_bytes(picture, "big"), SECOND_PRICE)
    town.expect(to == painter.address, "the royalty is the painter's, whoever sells")
    sell(collector, museum, SECOND_PRICE)
    moved = town.show("The collector sells it to a museum for three times as much, and the painter has its part")
    town.expect(moved["painter"] == royalty == 250_00, "7.5 % of the price")
    town.expect(sum(moved.values()) == 0, "royalty, fee and the seller's part are the price, to the cent")
    town.expect(as_painter.ownerOf(int.from_bytes(picture, "big")) == museum.address, "the museum owns the picture")


if __name__ == "__main__":
    run(story, __doc__)
