"""A payment put aside until the goods are there. `scripts/brownie run escrow` plays it on a development network."""

from scripts.town import DAY_S, NOBODY, Town

AMOUNT = 500_00


def put_aside(town, days=7):
    """A funded deal of the buyer's for the seller: its id, and the two transactions."""
    town.issue(town.buyer, AMOUNT)
    terms = b"order 7".ljust(32, b"\0")
    deadline = town.now() + days * DAY_S
    opened = town.escrow.open(town.seller, NOBODY, town.ecash, AMOUNT, deadline, terms, {"from": town.buyer})
    deal = opened.events["Opened"]["id"]
    town.ecash.approve(town.escrow, AMOUNT, {"from": town.buyer})
    return deal, opened, town.escrow.fund(deal, {"from": town.buyer})


def main():
    town = Town()
    deal, _, _ = put_aside(town)
    before = town.ecash.balanceOf(town.seller)
    town.escrow.release(deal, AMOUNT, {"from": town.buyer})
    print(f"the seller got {(town.ecash.balanceOf(town.seller) - before) / 100:.2f} from deal {deal}")
