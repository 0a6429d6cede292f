"""A house is built in three stages, and each is paid when it stands.

The buyer's money for a stage lies in the escrow before the builder starts it. Stage one is approved; for stage two
the buyer says nothing, and after the review its silence approves; stage three is disputed, and the surveyor whom
both named divides it. Nobody, not even the bank, could have taken the money out on the way.

    python -m contracts.examples.milestone_escrow
"""

from typing import Final

from contracts.addresses import ECASH, ESCROW
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.typed import Escrow

STAGES: Final = [20_000_00, 50_000_00, 30_000_00]
REVIEW_S: Final = 7 * DAY_S
TERMS: Final = bytes32("house, plot 12")
"""In earnest the hash of the contract of works."""
WALLS_PHOTOGRAPHED: Final = bytes32("photographs of the walls")
ROOF_PHOTOGRAPHED: Final = bytes32("photographs of the roof")


def story(town: Town) -> None:
    buyer, builder, surveyor = town.person("buyer"), town.person("builder"), town.person("surveyor")
    as_buyer, as_builder = Escrow(buyer.chain, ESCROW), Escrow(builder.chain, ESCROW)
    town.issue(buyer, sum(STAGES))

    deadline = town.now() + 180 * DAY_S
    house = as_buyer.open_staged(builder.address, surveyor.address, ECASH, STAGES, deadline, REVIEW_S, TERMS).id
    town.ecash(buyer).approve(ESCROW, sum(STAGES))

    as_buyer.fund(house)
    town.show("The buyer puts the money for the foundations aside")
    as_buyer.approve(house, 0)
    moved = town.show("The foundations are laid, and the buyer approves them")
    town.expect(moved == {"builder": STAGES[0]}, "the first stage is the builder's")

    as_buyer.fund(house)
    as_builder.submit(house, 1, WALLS_PHOTOGRAPHED)
    town.show("The walls are up; the money for them was put aside before, and the buyer has seven days to look")
    town.wait(REVIEW_S + 1, "the buyer has not said a word")
    as_builder.approve_deemed(house, 1)
    moved = town.show("Silence approves, and the builder is paid for the walls")
    town.expect(moved == {"builder": STAGES[1]}, "the second stage is the builder's")

    as_buyer.fund(house)
    as_builder.submit(house, 2, ROOF_PHOTOGRAPHED)
    as_buyer.reject(house, 2, bytes32("it rains in"))
    as_builder.dispute(house)
    town.show("The roof leaks, says the buyer; the builder asks the surveyor")
    Escrow(surveyor.chain, ESCROW).rule(house, to_payee=24_000_00)
    moved = town.show("The surveyor rules: mending it costs 6,000.00, which go back")
    town.expect(moved == {"buyer": 6_000_00, "builder": 24_000_00}, "the third stage is divided as ruled")

    deal = as_buyer.deal(house)
    town.expect(deal.paid + deal.refunded == deal.funded == sum(STAGES), "every unit went to one of the two")
    town.expect(as_buyer.held(house) == 0, "the escrow holds nothing any more")


if __name__ == "__main__":
    run(story, __doc__)
