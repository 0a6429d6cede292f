"""Disputes, rulings, agreed settlements, and what an arbiter's silence means."""

import pytest

from tests.contracts.placed import now, wait_until
from tests.contracts.signing_account import signing_account
from tests.contracts.trade.market import (
    ALICE,
    APPROVED,
    ARBITER,
    BOB,
    BUYER,
    CANCELLED,
    CREDIT_S,
    DISPUTED,
    NET,
    NOBODY,
    NUMBER,
    OTHER,
    PAPER,
    QUANTITY,
    RULING_S,
    SELLER,
    STRANGER,
    TAX,
    TRADE,
    YEAR_S,
    Market,
    sign,
    tax_on,
    typed_digest,
    wait_past,
)

REASON = b"\4" * 32
SETTLEMENT = "Settlement(bytes32 id,uint256 net,uint256 due,uint256 deadline)"


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_either_side_disputes_what_was_shipped(shop: Market, who: bytes) -> None:
    id = shop.shipped()
    for nobody in (STRANGER, ARBITER):
        shop.refused("trade: not a party", "dispute", id, REASON, sender=nobody)
    outcome = shop.trade.attempt("dispute", id, REASON, sender=who)
    deadline = now() + RULING_S
    assert outcome.event("Disputed").arguments == {
        "id": id,
        "by": who,
        "ruling_deadline": deadline,
        "reason_hash": REASON,
    }
    assert (shop.state(id), shop.trade.read("last_deadline", id)) == (DISPUTED, deadline)
    shop.refused("trade: cannot be disputed now", "dispute", id, REASON, sender=who)


def test_what_is_agreed_or_owed_is_not_disputed(shop: Market) -> None:
    for id in (shop.accepted(), shop.approved()):
        shop.refused("trade: cannot be disputed now", "dispute", id, REASON, sender=ALICE)


def test_receipt_and_match_can_be_disputed(shop: Market) -> None:
    shop.trade.do("dispute", shop.received(), REASON, sender=BOB)
    shop.trade.do("dispute", shop.checked(), REASON, sender=ALICE)


@pytest.mark.parametrize("matched", [True, False])
def test_disputes_end_with_the_period_that_runs(shop: Market, matched: bool) -> None:
    timely = shop.checked() if matched else shop.shipped()
    wait_until(shop.trade.read("last_deadline", timely))
    shop.trade.do("dispute", timely, REASON, sender=ALICE)


@pytest.mark.parametrize("matched", [True, False])
def test_disputes_after_the_period_are_refused(shop: Market, matched: bool) -> None:
    late = shop.checked() if matched else shop.shipped()
    wait_past(shop.trade.read("last_deadline", late))
    shop.refused("trade: too late to dispute", "dispute", late, REASON, sender=ALICE)


def test_without_an_arbiter_there_is_no_dispute(shop: Market) -> None:
    shop.refused("trade: no arbiter", "dispute", shop.shipped(arbiter=NOBODY), REASON, sender=ALICE)


@pytest.mark.parametrize("net", [1, 55_555_55, NET, 101_000_00])
def test_a_ruling_says_what_is_owed(shop: Market, net: int) -> None:
    id = shop.invoiced(900, 90_000_00)
    due = shop.order(id)["due"]
    shop.trade.do("dispute", id, REASON, sender=BOB)
    outcome = shop.trade.attempt("rule", id, net, sender=ARBITER)
    assert outcome.event("Ruled").arguments == {"id": id, "arbiter": ARBITER, "net": net}
    assert outcome.event("Approved").arguments == {"id": id, "by": ARBITER, "owed": net + tax_on(net), "due": due}
    assert (shop.state(id), shop.order(id)["deadline"]) == (APPROVED, 0)
    shop.refused("trade: not disputed", "rule", id, net, sender=ARBITER)


def test_bad_rulings_are_refused(shop: Market) -> None:
    id = shop.shipped()
    shop.refused("trade: not disputed", "rule", id, 1, sender=ARBITER)
    shop.trade.do("dispute", id, REASON, sender=BOB)
    for nobody in (ALICE, BOB, STRANGER):
        shop.refused("trade: not the arbiter", "rule", id, 1, sender=nobody)
    for net in (101_000_01, 2**127 + 1, 2**256 - 1):
        shop.refused("trade: more than was ordered", "rule", id, net, sender=ARBITER)


def test_the_largest_ruling(shop: Market) -> None:
    id = shop.shipped(net=2**127)
    shop.trade.do("dispute", id, REASON, sender=BOB)
    shop.refused("trade: more than was ordered", "rule", id, 2**127 + 1, sender=ARBITER)
    shop.trade.do("rule", id, 2**127, sender=ARBITER)


def test_a_ruling_of_nothing_cancels(shop: Market) -> None:
    id = shop.invoiced(0, NET)
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    assert shop.trade.attempt("rule", id, 0, sender=ARBITER).event("Cancelled").arguments["by"] == ARBITER
    assert (shop.state(id), shop.order(id)["owed"]) == (CANCELLED, 0)


def test_without_an_invoice_a_ruling_gives_the_agreed_credit(shop: Market) -> None:
    id = shop.received()
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    shop.trade.do("rule", id, 1_00, sender=ARBITER)
    assert shop.order(id)["due"] == now() + CREDIT_S


def test_a_late_ruling_makes_it_due_at_once(shop: Market) -> None:
    id = shop.received(credit_seconds=0)
    shop.trade.do("invoice", id, NUMBER, NET, TAX, now() + 10, sender=BOB)
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    wait_until(now() + 11)
    shop.trade.do("rule", id, 1_00, sender=ARBITER)
    assert shop.order(id)["due"] == now()


def test_a_silent_arbiter_leaves_the_orders_price_of_what_was_received(shop: Market) -> None:
    id = shop.invoiced(333, NET)
    shop.refused("trade: not disputed", "lapse", id, sender=STRANGER)
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    wait_until(shop.trade.read("last_deadline", id))
    shop.refused("trade: ruling is not overdue", "lapse", id, sender=STRANGER)
    wait_past(shop.trade.read("last_deadline", id))
    shop.refused("trade: ruling is overdue", "rule", id, 1, sender=ARBITER)
    outcome = shop.trade.attempt("lapse", id, sender=STRANGER)
    assert outcome.event("RulingLapsed").arguments == {"id": id, "by": STRANGER, "net": 33_300_00}
    assert shop.order(id)["owed"] == 33_300_00 + tax_on(33_300_00)
    assert shop.state(id) == APPROVED


def test_a_silent_arbiter_leaves_no_more_than_the_order(shop: Market) -> None:
    id = shop.shipped(1_010)
    shop.trade.do("receive", id, 1_010, PAPER, sender=ALICE)
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    wait_past(shop.trade.read("last_deadline", id))
    shop.trade.do("lapse", id, sender=STRANGER)
    assert shop.order(id)["owed"] == NET + TAX


def test_an_arbiter_rules_up_to_the_last_second(shop: Market) -> None:
    id = shop.shipped()
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    wait_until(shop.trade.read("last_deadline", id))
    shop.trade.do("rule", id, 1, sender=ARBITER)


def test_a_silent_arbiter_cancels_what_never_arrived(shop: Market) -> None:
    id = shop.shipped()
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    wait_past(shop.trade.read("last_deadline", id))
    shop.trade.do("lapse", id, sender=STRANGER)
    assert shop.state(id) == CANCELLED


def settlement(shop: Market, id: bytes, net: int, due: int, deadline: int) -> bytes:
    types = ["bytes32", "uint256", "uint256", "uint256"]
    return typed_digest(shop.trade, SETTLEMENT, types, [id, net, due, deadline])


def test_both_signatures_settle(shop: Market) -> None:
    id = shop.received(500, arbiter=NOBODY)
    net, due, deadline = 45_000_00, now() + 100, now() + 10
    digest = settlement(shop, id, net, due, deadline)
    buyer, seller = sign(BUYER, digest), sign(SELLER, digest)
    call = ["settle_agreed", id, net, due, deadline]
    shop.refused("trade: not signed by the buyer", *call, sign(OTHER, digest), seller, sender=STRANGER)
    shop.refused("trade: not signed by the seller", *call, buyer, sign(OTHER, digest), sender=STRANGER)
    shop.refused("trade: not signed by the seller", *call, b"", b"", sender=ALICE)
    shop.refused("trade: not signed by the buyer", "settle_agreed", id, net + 1, *call[3:], buyer, seller, sender=BOB)
    wait_until(deadline)
    outcome = shop.trade.attempt(*call, buyer, seller, sender=STRANGER)
    assert outcome.event("SettlementAgreed").arguments == {"id": id, "net": net, "due": due}
    assert outcome.event("Approved").arguments["owed"] == net + tax_on(net)
    assert (shop.state(id), shop.order(id)["due"]) == (APPROVED, due)
    shop.refused("trade: nothing to settle", *call, buyer, seller, sender=STRANGER)


@pytest.mark.parametrize("brought_by", [ALICE, BOB])
def test_a_party_that_calls_needs_no_signature(shop: Market, brought_by: bytes) -> None:
    id = shop.shipped()
    shop.trade.do("dispute", id, REASON, sender=ALICE)
    digest = settlement(shop, id, 0, now(), now() + 10)
    signatures = [b"", sign(SELLER, digest)] if brought_by == ALICE else [sign(BUYER, digest), b""]
    shop.trade.do("settle_agreed", id, 0, now(), now() + 10, *signatures, sender=brought_by)
    assert shop.state(id) == CANCELLED


def test_a_contract_account_settles_by_its_word(shop: Market) -> None:
    account = signing_account(b"\xe9" * 20)
    id = shop.propose(by=BOB, buyer=account.address)
    shop.trade.do("accept", id, sender=account.address)
    shop.trade.do("ship", id, QUANTITY, PAPER, sender=BOB)
    account.do("sign", settlement(shop, id, 1_00, now(), now()))
    shop.trade.do("settle_agreed", id, 1_00, now(), now(), b"", b"", sender=BOB)
    assert shop.state(id) == APPROVED


def test_bad_settlements_are_refused(shop: Market) -> None:
    id = shop.received()
    for net, due, deadline, refusal in (
        (1, now() + 10, now() - 1, "trade: signatures expired"),
        (2**127 + 1, now() + 10, now(), "trade: amount out of range"),
        (1, now() - 1, now(), "trade: due too early"),
        (1, now() + YEAR_S + 1, now(), "trade: due too late"),
    ):
        seller = sign(SELLER, settlement(shop, id, net, due, deadline))
        shop.refused(refusal, "settle_agreed", id, net, due, deadline, b"", seller, sender=ALICE)
    seller = sign(SELLER, settlement(shop, id, 2**127, now() + YEAR_S, now()))
    shop.trade.do("settle_agreed", id, 2**127, now() + YEAR_S, now(), b"", seller, sender=ALICE)
    assert shop.trade.address == TRADE


@pytest.mark.parametrize("state", ["accepted", "approved"])
def test_nothing_else_is_settled(shop: Market, state: str) -> None:
    id = getattr(shop, state)()
    shop.refused("trade: nothing to settle", "settle_agreed", id, 1, now(), now(), b"", b"", sender=ALICE)


def test_a_match_that_waits_for_approval_can_be_settled(shop: Market) -> None:
    id = shop.checked()
    seller = sign(SELLER, settlement(shop, id, 1, now(), now()))
    shop.trade.do("settle_agreed", id, 1, now(), now(), b"", seller, sender=ALICE)
