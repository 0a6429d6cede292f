"""An order from Brownie: proposed, accepted, shipped, received, invoiced once and matched."""

from scripts.town import Town, refused
from scripts.trade import NET, QUANTITY, TAX, delivered, due, invoice_number


def test_an_order_is_matched_and_its_invoice_is_good_once():
    town = Town()
    trade = town.trade()
    order, by_event = delivered(town, trade)
    assert all(transaction.events[name]["id"] == order for name, transaction in by_event.items())
    assert by_event["Proposed"].events["Proposed"]["tax"] == TAX
    assert by_event["Received"].events["Received"]["quantity"] == QUANTITY

    number = invoice_number()
    invoiced = trade.invoice(order, number, NET, TAX, due(town), {"from": town.seller})
    assert (invoiced.events["Invoiced"]["net"], invoiced.events["Invoiced"]["tax"]) == (NET, TAX)
    again = refused(trade.invoice, order, number, NET, TAX, due(town), {"from": town.seller})
    assert again == "trade: duplicate invoice"

    matched = trade.match(order, {"from": town.buyer})
    assert matched.events["Matched"]["received"] == QUANTITY
    assert matched.events["Approved"]["owed"] == NET + TAX
