"""Shipping, receipt, invoice, match and approval."""

import pytest

from tests.contracts.placed import now, wait_until
from tests.contracts.trade.market import (
    ALICE,
    APPROVED,
    ARBITER,
    BOB,
    CHECKERS,
    CREDIT_S,
    DOCUMENT,
    INSPECTION_S,
    INSPECTOR,
    MATCHED,
    NET,
    NOBODY,
    NUMBER,
    PAPER,
    QUANTITY,
    RECEIVED,
    SHIPPED,
    STRANGER,
    TAX,
    TOKEN,
    YEAR_S,
    Market,
    tax_on,
    wait_past,
)

SECOND = b"invoice 2".ljust(32, b"\0")


def test_goods_are_shipped_once_by_the_seller(shop: Market) -> None:
    id = shop.propose()
    shop.refused("trade: nothing to ship", "ship", id, QUANTITY, PAPER, sender=BOB)
    shop.trade.do("accept", id, sender=BOB)
    for nobody in (ALICE, STRANGER, INSPECTOR):
        shop.refused("trade: not the seller", "ship", id, QUANTITY, PAPER, sender=nobody)
    outcome = shop.trade.attempt("ship", id, QUANTITY, PAPER, sender=BOB)
    assert outcome.event("Shipped").arguments == {
        "id": id,
        "seller": BOB,
        "quantity": QUANTITY,
        "shipment_hash": PAPER,
        "inspect_by": now() + INSPECTION_S,
    }
    assert (shop.state(id), shop.order(id)["shipped"]) == (SHIPPED, QUANTITY)
    assert shop.trade.read("last_deadline", id) == now() + INSPECTION_S
    shop.refused("trade: nothing to ship", "ship", id, QUANTITY, PAPER, sender=BOB)


@pytest.mark.parametrize(
    ("quantity", "refusal"),
    [
        (989, "trade: short of the order"),
        (0, "trade: short of the order"),
        (1_011, "trade: over the order"),
        (2**64 + 1, "trade: over the order"),
        (2**256 - 1, "trade: over the order"),
    ],
)
def test_short_and_over_shipments_are_refused(shop: Market, quantity: int, refusal: str) -> None:
    shop.refused(refusal, "ship", shop.accepted(), quantity, PAPER, sender=BOB)


@pytest.mark.parametrize("quantity", [990, 1_010])
def test_a_shipment_may_use_the_whole_tolerance(shop: Market, quantity: int) -> None:
    assert shop.order(shop.shipped(quantity))["shipped"] == quantity


def test_the_largest_quantity_is_shipped(shop: Market) -> None:
    id = shop.accepted(quantity=2**64)
    shop.trade.do("ship", id, 2**64, PAPER, sender=BOB)
    assert shop.order(id)["shipped"] == 2**64


def test_late_shipments_are_refused(shop: Market) -> None:
    late, timely = shop.accepted(), shop.accepted()
    wait_until(shop.trade.read("last_deadline", timely))
    shop.trade.do("ship", timely, QUANTITY, PAPER, sender=BOB)
    wait_past(shop.trade.read("last_deadline", late))
    shop.refused("trade: too late to ship", "ship", late, QUANTITY, PAPER, sender=BOB)


@pytest.mark.parametrize("who", [ALICE, INSPECTOR])
def test_buyer_or_inspector_say_what_arrived(shop: Market, who: bytes) -> None:
    id = shop.shipped()
    for nobody in (BOB, STRANGER, ARBITER):
        shop.refused("trade: not buyer or inspector", "receive", id, 992, PAPER, sender=nobody)
    shop.refused("trade: more than was shipped", "receive", id, QUANTITY + 1, PAPER, sender=who)
    outcome = shop.trade.attempt("receive", id, 992, PAPER, sender=who)
    assert outcome.event("Received").arguments == {"id": id, "by": who, "quantity": 992, "report_hash": PAPER}
    assert (shop.state(id), shop.order(id)["received"]) == (RECEIVED, 992)
    assert shop.trade.read("last_deadline", id) == shop.order(id)["deadline"] == 0
    shop.refused("trade: nothing to receive", "receive", id, 992, PAPER, sender=who)


@pytest.mark.parametrize("quantity", [0, QUANTITY])
def test_nothing_or_all_of_it_may_arrive(shop: Market, quantity: int) -> None:
    assert shop.order(shop.received(quantity))["received"] == quantity


def test_a_silent_buyer_received_what_was_shipped(shop: Market) -> None:
    id = shop.shipped(1_005)
    last = shop.trade.read("last_deadline", id)
    wait_until(last)
    shop.refused("trade: inspection is not over", "accept_deemed", id, sender=BOB)
    assert shop.trade.attempt("receive", shop.shipped(), 1, PAPER, sender=ALICE).accepted
    wait_past(last)
    shop.refused("trade: inspection is over", "receive", id, 1, PAPER, sender=ALICE)
    outcome = shop.trade.attempt("accept_deemed", id, sender=STRANGER)
    assert outcome.event("DeemedReceived").arguments == {"id": id, "by": STRANGER, "quantity": 1_005}
    assert (shop.state(id), shop.order(id)["received"]) == (RECEIVED, 1_005)
    shop.refused("trade: nothing to receive", "accept_deemed", id, sender=STRANGER)


def test_the_last_second_is_in_time_to_receive(shop: Market) -> None:
    id = shop.shipped()
    wait_until(shop.trade.read("last_deadline", id))
    shop.trade.do("receive", id, QUANTITY, PAPER, sender=INSPECTOR)


def test_the_seller_invoices_what_was_shipped(shop: Market) -> None:
    id = shop.accepted()
    due = now() + CREDIT_S
    shop.refused("trade: cannot be invoiced now", "invoice", id, NUMBER, NET, TAX, due, sender=BOB)
    shop.trade.do("ship", id, QUANTITY, PAPER, sender=BOB)
    shop.refused("trade: not the seller", "invoice", id, NUMBER, NET, TAX, due, sender=ALICE)
    outcome = shop.trade.attempt("invoice", id, NUMBER, NET, TAX, due, sender=BOB)
    fingerprint = shop.trade.read("invoice_fingerprint", BOB, NUMBER)
    assert outcome.event("Invoiced").arguments == {
        "id": id,
        "fingerprint": fingerprint,
        "replaced": bytes(32),
        "number": NUMBER,
        "net": NET,
        "tax": TAX,
        "due": due,
    }
    order = shop.order(id)
    assert (order["invoice"], order["invoice_net"], order["due"]) == (fingerprint, NET, due)
    assert shop.trade.read("invoiced_for", fingerprint) == id
    assert shop.state(id) == SHIPPED


def test_a_corrected_invoice_replaces_and_no_number_is_used_twice(shop: Market) -> None:
    id = shop.invoiced()
    first = shop.order(id)["invoice"]
    other = shop.received(document=b"\1" * 32)
    due = now() + CREDIT_S
    for order in (id, other):
        shop.refused("trade: duplicate invoice", "invoice", order, NUMBER, NET, TAX, due, sender=BOB)
    outcome = shop.trade.attempt("invoice", id, SECOND, NET - 100, tax_on(NET - 100), due, sender=BOB)
    assert outcome.event("Invoiced").arguments["replaced"] == first
    assert shop.order(id)["invoice_net"] == NET - 100
    shop.refused("trade: duplicate invoice", "invoice", id, NUMBER, NET, TAX, due, sender=BOB)


def test_another_seller_may_use_the_same_number(shop: Market) -> None:
    shop.invoiced()
    id = shop.propose(by=STRANGER, seller=STRANGER)
    shop.trade.do("accept", id, sender=ALICE)
    shop.trade.do("ship", id, QUANTITY, PAPER, sender=STRANGER)
    shop.trade.do("invoice", id, NUMBER, NET, TAX, now() + CREDIT_S, sender=STRANGER)


def test_bad_invoices_are_refused(shop: Market) -> None:
    id = shop.received()
    soonest, latest = now() + CREDIT_S, now() + YEAR_S
    for net, tax, due, refusal in (
        (0, 0, soonest, "trade: no amount"),
        (2**127 + 1, 0, soonest, "trade: amount out of range"),
        (NET, TAX - 1, soonest, "trade: wrong tax"),
        (NET, TAX + 1, soonest, "trade: wrong tax"),
        (NET, TAX, soonest - 1, "trade: due too early"),
        (NET, TAX, latest + 1, "trade: due too late"),
    ):
        shop.refused(refusal, "invoice", id, NUMBER, net, tax, due, sender=BOB)
    shop.trade.do("invoice", id, NUMBER, 2**127, tax_on(2**127), soonest, sender=BOB)
    shop.trade.do("invoice", id, SECOND, 1, 0, latest, sender=BOB)


def test_a_match_without_approvers_is_owed_at_once(shop: Market) -> None:
    id = shop.invoiced(992, 99_200_00)
    due = shop.order(id)["due"]
    outcome = shop.trade.attempt("match", id, sender=INSPECTOR)
    assert outcome.event("Matched").arguments == {
        "id": id,
        "fingerprint": shop.order(id)["invoice"],
        "by": INSPECTOR,
        "received": 992,
        "net": 99_200_00,
        "tax": 12_896_00,
    }
    assert outcome.event("Approved").arguments == {"id": id, "by": INSPECTOR, "owed": 112_096_00, "due": due}
    assert (shop.state(id), shop.order(id)["owed"]) == (APPROVED, 112_096_00)
    assert shop.trade.read("last_deadline", id) == 0
    assert shop.trade.read("payment_due", id) == (BOB, ALICE, TOKEN, DOCUMENT, 112_096_00, due, 5)
    assert shop.trade.read("ordered", id) == (BOB, ALICE, TOKEN, DOCUMENT, NET + TAX)
    shop.refused("trade: nothing to match", "match", id, sender=INSPECTOR)


def test_who_matches_and_when(shop: Market) -> None:
    id = shop.shipped()
    shop.refused("trade: nothing to match", "match", id, sender=BOB)
    shop.trade.do("receive", id, QUANTITY, PAPER, sender=ALICE)
    shop.refused("trade: no invoice", "match", id, sender=BOB)
    shop.invoice(id, NET)
    for nobody in (STRANGER, ARBITER, CHECKERS[0]):
        shop.refused("trade: not a party", "match", id, sender=nobody)
    shop.trade.do("match", id, sender=ALICE)


@pytest.mark.parametrize(
    ("received", "net"),
    [(992, 100_192_00), (990, 1), (QUANTITY, 101_000_00)],
)
def test_an_invoice_may_use_the_whole_tolerance(shop: Market, received: int, net: int) -> None:
    assert shop.state(shop.approved(received, net)) == APPROVED


@pytest.mark.parametrize(
    ("received", "net", "refusal"),
    [
        (992, 100_192_01, "trade: invoiced too much"),
        (QUANTITY, 101_000_01, "trade: invoiced too much"),
        (QUANTITY, 2**127, "trade: invoiced too much"),
        (989, 98_900_00, "trade: short delivery"),
        (0, 1, "trade: short delivery"),
    ],
)
def test_a_mismatch_is_refused(shop: Market, received: int, net: int, refusal: str) -> None:
    shop.refused(refusal, "match", shop.invoiced(received, net), sender=BOB)


def test_without_tolerance_the_match_is_exact(shop: Market) -> None:
    assert shop.state(shop.approved(tolerance=0)) == APPROVED
    shop.refused(
        "trade: invoiced too much", "match", shop.invoiced(net=NET + 1, tolerance=0, number=SECOND), sender=BOB
    )


def test_enough_approvers_make_it_owed(shop: Market) -> None:
    id = shop.checked(needed=2)
    assert shop.state(id) == MATCHED
    assert shop.trade.read("last_deadline", id) == now() + INSPECTION_S
    assert shop.trade.read("payment_due", id)[0] == NOBODY
    for nobody in (ALICE, BOB, STRANGER):
        shop.refused("trade: not an approver", "approve", id, sender=nobody)
    first = shop.trade.attempt("approve", id, sender=CHECKERS[2])
    assert [event.name for event in first.events] == ["ApprovalGiven"]
    assert first.event("ApprovalGiven").arguments == {"id": id, "approver": CHECKERS[2], "approvals": 1, "needed": 2}
    shop.refused("trade: approved already", "approve", id, sender=CHECKERS[2])
    second = shop.trade.attempt("approve", id, sender=CHECKERS[0])
    assert second.event("Approved").arguments["owed"] == NET + TAX
    assert shop.state(id) == APPROVED
    assert shop.order(id)["approvals"] == 2
    shop.refused("trade: nothing to approve", "approve", id, sender=CHECKERS[1])


def test_silent_approvers_have_approved(shop: Market) -> None:
    id = shop.checked()
    wait_until(shop.trade.read("last_deadline", id))
    shop.refused("trade: approval is not overdue", "approve_deemed", id, sender=BOB)
    wait_past(shop.trade.read("last_deadline", id))
    assert shop.trade.attempt("approve_deemed", id, sender=STRANGER).event("Approved").arguments["by"] == STRANGER
    assert (shop.state(id), shop.order(id)["owed"]) == (APPROVED, NET + TAX)
    shop.refused("trade: nothing to approve", "approve_deemed", id, sender=STRANGER)


def test_approvers_may_still_approve_late(shop: Market) -> None:
    id = shop.checked(needed=1)
    wait_past(shop.trade.read("last_deadline", id))
    shop.trade.do("approve", id, sender=CHECKERS[0])
