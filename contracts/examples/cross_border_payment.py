"""A firm here pays a firm abroad: its currency against theirs, both or neither.

The importer has jiaozi, the exporter wants dragons, and a dealer has both. The dealer's dragons and the importer's
jiaozi change hands in the transaction that brings the second of them, so nobody is ever without both. A dealer who
does not deliver by the deadline has taken nothing: anybody sends the importer's money home.

    python -m contracts.examples.cross_border_payment
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.typed import Dvp, ECash

PRICE_DRAGONS: Final = 25_000_00
COST_JIAOZI: Final = 34_125_00
"""At 1.365 jiaozi a dragon, as the two agreed."""
AN_HOUR_S: Final = 60 * 60
INVOICE: Final = bytes32("invoice 7731")
NOBODY: Final = bytes(20)


def story(town: Town) -> None:
    importer, exporter, dealer = town.person("importer"), town.person("exporter"), town.person("dealer")
    town.issue(importer, 2 * COST_JIAOZI)
    dragons = foreign_currency(town)
    dvp = town.deploy(dealer, "dvp")
    as_importer, as_dealer = Dvp(importer.chain, dvp), Dvp(dealer.chain, dvp)
    town.ecash(importer).approve(dvp, 2 * COST_JIAOZI)
    ECash(dealer.chain, dragons).approve(dvp, PRICE_DRAGONS)

    def agree() -> bytes:
        deadline = town.now() + AN_HOUR_S
        return as_importer.propose(
            seller=dealer.address,
            buyer=importer.address,
            asset=dragons,
            asset_amount=PRICE_DRAGONS,
            money=ECASH,
            money_amount=COST_JIAOZI,
            deadline=deadline,
            terms_hash=INVOICE,
        ).id

    trade = agree()
    as_importer.deliver(trade)
    town.show("The importer puts its jiaozi in; the dealer cannot touch them yet")
    as_dealer.deliver(trade)
    moved = town.show("The dealer brings the dragons, and in that transaction both change hands")
    town.expect(
        moved == {"dealer": COST_JIAOZI, "importer DRG": PRICE_DRAGONS, "dealer DRG": -PRICE_DRAGONS},
        "both currencies moved",
    )
    ECash(importer.chain, dragons).transfer_with_memo(exporter.address, PRICE_DRAGONS, INVOICE)
    moved = town.show("The importer pays the exporter's invoice in the exporter's own currency")
    town.expect(moved["exporter DRG"] == PRICE_DRAGONS, "the invoice is paid")

    second = agree()
    as_importer.deliver(second)
    town.show("Next month the importer puts its jiaozi in again")
    town.wait(DAY_S, "the dealer has not delivered")
    Dvp(exporter.chain, dvp).exit(second)
    moved = town.show("The hour is over: anybody, here the exporter, sends the jiaozi home")
    town.expect(moved == {"importer": COST_JIAOZI}, "neither currency changed hands")
    town.expect(as_dealer.liabilities(ECASH) == as_dealer.liabilities(dragons) == 0, "nothing is left behind")


def foreign_currency(town: Town) -> bytes:
    """Another country's e-cash, with a central bank of its own and some of it in the dealer's hands."""
    there, dealer = town.person("central bank abroad"), town.person("dealer")
    token = town.deploy(there, "ecash", "Dragon", "DRG", 2, there.address, NOBODY, NOBODY, label="dragons")
    currency = ECash(there.chain, token)
    currency.set_quota(there.address, currency.quota(there.address) + PRICE_DRAGONS)
    currency.mint(dealer.address, PRICE_DRAGONS)
    town.add_currency("DRG", token)
    return token


if __name__ == "__main__":
    run(story, __doc__)
