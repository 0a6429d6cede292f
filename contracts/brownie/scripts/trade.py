"""An order, from proposal to an invoice that matches it. `scripts/brownie run trade` plays it."""

import secrets

from scripts.town import DAY_S, NOBODY, Town

QUANTITY, NET, TAX_RATE, TAX = 100, 1_000_00, 13_00, 130_00
WAYBILL = b"waybill 88".ljust(32, b"\0")


def delivered(town, trade):
    """An order that both signed, shipped and received: its id, and its transactions by name."""
    terms = (
        town.buyer.address,
        town.seller.address,
        NOBODY,  # no inspector: the buyer looks at the goods
        NOBODY,
        town.ecash.address,
        b"order 2024-117".ljust(32, b"\0"),
        QUANTITY,
        NET,
        TAX_RATE,
        1_00,
        town.now() + 30 * DAY_S,
        5 * DAY_S,
        30 * DAY_S,
        5,
    )
    proposed = trade.propose(terms, {"from": town.buyer})
    order = proposed.events["Proposed"]["id"]
    accepted = trade.accept(order, {"from": town.seller})
    shipped = trade.ship(order, QUANTITY, WAYBILL, {"from": town.seller})
    received = trade.receive(order, QUANTITY, WAYBILL, {"from": town.buyer})
    return order, {"Proposed": proposed, "Accepted": accepted, "Shipped": shipped, "Received": received}


def invoice_number():
    """Another one each time: a seller uses a number once, and the network may have seen this program before."""
    return b"INV-" + secrets.token_bytes(28)


def due(town):
    return town.now() + 60 * DAY_S


def main():
    town = Town()
    trade = town.trade()
    order, _ = delivered(town, trade)
    trade.invoice(order, invoice_number(), NET, TAX, due(town), {"from": town.seller})
    matched = trade.match(order, {"from": town.buyer})
    print(f"order {order}: {matched.events['Approved']['owed'] / 100:.2f} is owed")
