"""A city gives school families money for books: plain money to some, vouchers for books to others.

The list of who gets what is one hash on the chain; each family brings a proof of its own line, and nobody sees the
others. The vouchers are money wrapped for a purpose: a bookshop gets plain money for them, a bar gets nothing. What
was neither collected nor spent goes back to the city.

    python -m contracts.examples.subsidy_by_purpose_bound_money
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Town, run
from contracts.merkle import Entitlement, subsidy_list
from contracts.typed import PBM, Disburse

TERM_S: Final = 120 * DAY_S
GRANTS: Final = {"family Arslan": 150_00, "family Bo": 90_00, "family Costa": 210_00}
BOOK_VOUCHER: Final = 5_00
VOUCHERS: Final = 12
SPENT: Final = 7


def story(town: Town) -> None:
    city, bookshop, bar = town.person("city"), town.person("bookshop"), town.person("bar")
    families = [town.person(name) for name in GRANTS]
    granted, wrapped = sum(GRANTS.values()), BOOK_VOUCHER * VOUCHERS
    town.issue(city, granted + wrapped)
    until = town.now() + TERM_S

    lists = Disburse(city.chain, town.deploy(city, "disburse"))
    entries = [Entitlement(family.address, GRANTS[family.name]) for family in families]
    tree = subsidy_list(town.place.chain_id, lists.address, lists.next_id(city.address), entries)
    campaign = lists.open(ECASH, tree.root, tree.total, False, until).id
    town.ecash(city).approve(lists.address, granted)
    lists.fund(campaign, granted)
    town.show("The city commits to its list and pays the money in")
    for index in (0, 1):
        entry = tree.entries[index]
        Disburse(families[index].chain, lists.address).collect(
            campaign, index, entry.account, entry.amount, tree.proof(index)
        )
    moved = town.show("Two families bring the proof of their line")
    town.expect(moved == {"family Arslan": 150_00, "family Bo": 90_00}, "each has what the list says")
    first, proof = families[0].address, tree.proof(0)
    town.refused("A second time", lambda: lists.collect(campaign, 0, first, 150_00, proof))

    pbm = town.deploy(city, "pbm", city.address, DAY_S)
    as_city, as_family = PBM(city.chain, pbm), PBM(families[2].chain, pbm)
    books = as_city.create_type(
        "School books", ECASH, BOOK_VOUCHER, until, False, [bookshop.address], [], "https://city.example/books.json"
    ).id
    town.ecash(city).approve(pbm, wrapped)
    as_city.wrap(books, families[2].address, VOUCHERS)
    town.show("Family Costa gets twelve vouchers of 5.00 for books; their backing is put aside")
    beer = bytes32("two beers")
    town.refused("Spending one at the bar", lambda: as_family.spend(books, bar.address, 1, beer))
    as_family.spend(books, bookshop.address, SPENT, bytes32("an atlas"))
    moved = town.show("The bookshop is paid in plain money")
    town.expect(moved == {"bookshop": SPENT * BOOK_VOUCHER}, "seven vouchers are 35.00")

    town.wait(TERM_S + DAY_S, "the term is over")
    as_city.revoke_expired(books)
    lists.sweep(campaign)
    moved = town.show("What was not spent and not collected goes back to the city")
    unspent = (VOUCHERS - SPENT) * BOOK_VOUCHER
    town.expect(moved == {"city": unspent + GRANTS["family Costa"]}, "to the last unit")
    town.expect(lists.held(campaign) + as_city.held(books) == 0, "nothing is left behind")


if __name__ == "__main__":
    run(story, __doc__)
