"""Proposing, accepting, amending and cancelling an order."""

from typing import Any

import boa
import pytest

from tests.contracts.placed import now, wait_until
from tests.contracts.signing_account import signing_account
from tests.contracts.trade.market import (
    ACCEPTED,
    ALICE,
    ARBITER,
    BOB,
    BUYER,
    CANCELLED,
    CHECKERS,
    DAY_S,
    DOCUMENT,
    INSPECTOR,
    NET,
    NOBODY,
    OTHER,
    PAPER,
    PROPOSED,
    QUANTITY,
    SELLER,
    SHIPPED,
    STRANGER,
    TAX,
    TRADE,
    YEAR_S,
    Market,
    domain_in_words,
    sign,
    terms,
    typed_digest,
    wait_past,
)

TEN_YEARS_S = 10 * 366 * DAY_S
ACCEPTANCE = "Acceptance(bytes32 id,bytes32 terms)"


@pytest.mark.parametrize(("by", "other"), [(ALICE, BOB), (BOB, ALICE)])
def test_either_side_proposes_and_the_other_accepts(shop: Market, by: bytes, other: bytes) -> None:
    foretold = shop.trade.read("next_id", by)
    outcome = shop.trade.attempt("propose", terms(), sender=by)
    id = outcome.result
    assert id == foretold
    assert outcome.event("Proposed").arguments == {
        "id": id,
        "buyer": ALICE,
        "seller": BOB,
        "by": by,
        "document": DOCUMENT,
        "net": NET,
        "tax": TAX,
        "terms_hash": shop.trade.read("terms_hash", id),
    }
    assert shop.trade.read("terms", id) == terms()
    assert shop.state(id) == PROPOSED
    for nobody in (by, STRANGER, INSPECTOR):
        shop.refused("trade: not the other side", "accept", id, sender=nobody)
    accepted = shop.trade.attempt("accept", id, sender=other)
    assert accepted.event("Accepted").arguments == {"id": id, "by": other}
    assert shop.state(id) == ACCEPTED
    shop.refused("trade: not proposed", "accept", id, sender=other)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"buyer": STRANGER}, "trade: not a party"),
        ({"seller": NOBODY}, "trade: not a seller"),
        ({"seller": TRADE}, "trade: not a seller"),
        ({"seller": ALICE}, "trade: not a seller"),
        ({"inspector": BOB}, "trade: inspector is the seller"),
        ({"arbiter": ALICE}, "trade: arbiter is a party"),
        ({"arbiter": BOB}, "trade: arbiter is a party"),
        ({"token": STRANGER}, "trade: not a token"),
        ({"document": bytes(32)}, "trade: no document"),
        ({"quantity": 0}, "trade: quantity out of range"),
        ({"quantity": 2**64 + 1}, "trade: quantity out of range"),
        ({"net": 0}, "trade: amount out of range"),
        ({"net": 2**127 + 1}, "trade: amount out of range"),
        ({"tax_rate": 10_001}, "trade: tax out of range"),
        ({"tolerance": 10_000}, "trade: tolerance out of range"),
        ({"penalty_rate": 10_001}, "trade: penalty out of range"),
        ({"inspection_seconds": 0}, "trade: no time to inspect"),
        ({"inspection_seconds": YEAR_S + 1}, "trade: too long to inspect"),
        ({"credit_seconds": YEAR_S + 1}, "trade: credit too long"),
        ({"term": 0}, "deadlines: has passed already"),
        ({"term": TEN_YEARS_S + 1}, "deadlines: too far ahead"),
    ],
)
def test_bad_terms_are_refused(shop: Market, change: dict[str, Any], refusal: str) -> None:
    if "term" in change:
        change = {"ship_by": now() + change["term"]}
    shop.refused(refusal, "propose", terms(**change), sender=ALICE)


@pytest.mark.parametrize("buyer", [NOBODY, TRADE])
def test_a_buyer_must_be_somebody(shop: Market, buyer: bytes) -> None:
    shop.refused("trade: not a buyer", "propose", terms(buyer=buyer), sender=BOB)


def test_terms_at_their_limits_are_taken(shop: Market) -> None:
    largest = {"quantity": 2**64, "net": 2**127, "tax_rate": 10_000, "tolerance": 9_999, "penalty_rate": 10_000}
    longest = {"inspection_seconds": YEAR_S, "credit_seconds": YEAR_S, "ship_by": now() + TEN_YEARS_S}
    shop.propose(**largest, **longest, inspector=NOBODY, arbiter=NOBODY)
    smallest = {"quantity": 1, "net": 1, "tax_rate": 0, "tolerance": 0, "penalty_rate": 0}
    shop.propose(**smallest, inspection_seconds=1, credit_seconds=0, ship_by=now() + 1, inspector=ALICE)


def test_an_order_is_accepted_up_to_its_shipping_date(shop: Market) -> None:
    late, timely = shop.propose(), shop.propose()
    wait_until(shop.trade.read("last_deadline", timely))
    shop.trade.do("accept", timely, sender=BOB)
    wait_past(shop.trade.read("last_deadline", late))
    shop.refused("trade: too late to accept", "accept", late, sender=BOB)


def test_acceptance_by_signature(shop: Market) -> None:
    assert shop.trade.read("DOMAIN_SEPARATOR") == domain_in_words("Jiaozi Trade", TRADE)
    id = shop.propose()
    hashed = shop.trade.read("terms_hash", id)
    digest = typed_digest(shop.trade, ACCEPTANCE, ["bytes32", "bytes32"], [id, hashed])
    for wrong in (sign(OTHER, digest), sign(BUYER, digest), sign(SELLER, b"\1" * 32), b""):
        shop.refused("trade: not signed by the other side", "accept_signed", id, wrong, sender=STRANGER)
    outcome = shop.trade.attempt("accept_signed", id, sign(SELLER, digest), sender=STRANGER)
    assert outcome.event("Accepted").arguments == {"id": id, "by": BOB}
    shop.refused("trade: not proposed", "accept_signed", id, sign(SELLER, digest), sender=STRANGER)


def test_a_contract_account_accepts_by_its_word(shop: Market) -> None:
    account = signing_account(b"\xe9" * 20)
    id = shop.propose(seller=account.address)
    hashed = shop.trade.read("terms_hash", id)
    digest = typed_digest(shop.trade, ACCEPTANCE, ["bytes32", "bytes32"], [id, hashed])
    shop.refused("trade: not signed by the other side", "accept_signed", id, b"", sender=STRANGER)
    account.do("sign", digest)
    shop.trade.do("accept_signed", id, b"", sender=STRANGER)
    assert shop.state(id) == ACCEPTED


def test_the_domain_is_told_in_words(shop: Market) -> None:
    told = shop.trade.read("eip712Domain")
    assert told == (b"\x0f", "Jiaozi Trade", "1", boa.env.evm.chain.chain_id, TRADE, bytes(32), ())


def test_the_buyer_names_approvers_until_the_goods_are_shipped(shop: Market) -> None:
    id = shop.propose()
    for nobody in (BOB, STRANGER):
        shop.refused("trade: not the buyer", "name_approvers", id, CHECKERS, 2, sender=nobody)
    outcome = shop.trade.attempt("name_approvers", id, CHECKERS, 2, sender=ALICE)
    assert outcome.event("ApproversNamed").arguments == {"id": id, "approvers": tuple(CHECKERS), "needed": 2}
    shop.trade.do("accept", id, sender=BOB)
    shop.trade.do("name_approvers", id, CHECKERS[:1], 1, sender=ALICE)
    assert shop.trade.read("approvers", id) == (CHECKERS[0],)
    assert shop.trade.read("approvals_needed", id) == 1
    shop.trade.do("name_approvers", id, [], 0, sender=ALICE)
    shop.trade.do("ship", id, QUANTITY, PAPER, sender=BOB)
    shop.refused("trade: approvers are fixed", "name_approvers", id, CHECKERS, 2, sender=ALICE)


@pytest.mark.parametrize(
    ("approvers", "needed", "refusal"),
    [
        (CHECKERS, 4, "trade: more than there are"),
        ([], 1, "trade: more than there are"),
        (CHECKERS, 0, "trade: none needed"),
        ([CHECKERS[0], ALICE], 1, "trade: maker is not checker"),
        ([BOB], 1, "trade: maker is not checker"),
        ([INSPECTOR], 1, "trade: maker is not checker"),
        ([CHECKERS[0], CHECKERS[1], CHECKERS[0]], 1, "trade: named twice"),
    ],
)
def test_bad_approvers_are_refused(shop: Market, approvers: list[bytes], needed: int, refusal: str) -> None:
    shop.refused(refusal, "name_approvers", shop.propose(), approvers, needed, sender=ALICE)


def test_an_amendment_takes_both(shop: Market) -> None:
    id = shop.accepted()
    other = terms(quantity=900, net=90_000_00)
    proposed = shop.trade.attempt("amend", id, other, sender=ALICE)
    [event] = proposed.events
    assert (event.name, event.arguments["by"]) == ("AmendmentProposed", ALICE)
    shop.trade.do("amend", id, other, sender=ALICE)
    assert shop.trade.read("terms", id)["quantity"] == QUANTITY
    outcome = shop.trade.attempt("amend", id, other, sender=BOB)
    assert outcome.event("Amended").arguments == {
        "id": id,
        "by": BOB,
        "version": 1,
        "quantity": 900,
        "net": 90_000_00,
        "terms_hash": event.arguments["terms_hash"],
    }
    assert shop.trade.read("terms", id) == other
    assert shop.trade.read("terms_hash", id) == event.arguments["terms_hash"]


def test_consent_to_other_terms_is_a_counter_proposal(shop: Market) -> None:
    id = shop.accepted()
    shop.trade.do("amend", id, terms(net=1), sender=ALICE)
    shop.trade.do("amend", id, terms(net=2), sender=BOB)
    assert shop.trade.read("terms", id)["net"] == NET
    shop.trade.do("amend", id, terms(net=2), sender=ALICE)
    assert shop.trade.read("terms", id)["net"] == 2


def test_consent_is_used_once(shop: Market) -> None:
    id = shop.accepted()
    first, second = terms(net=1), terms()
    for sender, wanted in ((ALICE, first), (BOB, first), (ALICE, second), (BOB, second)):
        shop.trade.do("amend", id, wanted, sender=sender)
    for wanted in (second, first):
        shop.trade.do("amend", id, wanted, sender=BOB)
    assert shop.trade.read("terms", id) == second
    assert shop.order(id)["version"] == 2


def test_a_proposal_is_void_once_the_goods_have_moved_on(shop: Market) -> None:
    id = shop.accepted()
    other = terms(net=1)
    shop.trade.do("amend", id, other, sender=BOB)
    shop.trade.do("ship", id, QUANTITY, PAPER, sender=BOB)
    assert shop.trade.attempt("amend", id, other, sender=ALICE).events[0].name == "AmendmentProposed"
    shop.invoice(id, NET)
    assert shop.trade.attempt("amend", id, other, sender=BOB).events[0].name == "AmendmentProposed"
    shop.trade.do("amend", id, other, sender=ALICE)
    assert shop.trade.read("terms", id)["net"] == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"buyer": STRANGER}, "trade: parties stay"),
        ({"seller": STRANGER}, "trade: parties stay"),
        ({"token": TRADE}, "trade: token and document stay"),
        ({"document": b"\1" * 32}, "trade: token and document stay"),
        ({"quantity": 0}, "trade: quantity out of range"),
    ],
)
def test_bad_amendments_are_refused(shop: Market, change: dict[str, Any], refusal: str) -> None:
    shop.refused(refusal, "amend", shop.accepted(), terms(**change), sender=ALICE)


def test_who_amends_and_when(shop: Market) -> None:
    id = shop.propose()
    shop.refused("trade: cannot be amended now", "amend", id, terms(), sender=ALICE)
    shop.trade.do("accept", id, sender=BOB)
    for nobody in (STRANGER, INSPECTOR, ARBITER):
        shop.refused("trade: not a party", "amend", id, terms(), sender=nobody)
    for state in (SHIPPED, 4):
        shop.trade.do(
            "ship" if state == SHIPPED else "receive", id, QUANTITY, PAPER, sender=[0, 0, 0, BOB, ALICE][state]
        )
        shop.trade.do("amend", id, terms(ship_by=0), sender=ALICE)
        shop.trade.do("amend", id, terms(ship_by=0), sender=BOB)
        assert shop.trade.read("terms", id)["ship_by"] == 0
    shop.invoice(id, NET)
    shop.trade.do("match", id, sender=BOB)
    shop.refused("trade: cannot be amended now", "amend", id, terms(), sender=ALICE)


def test_an_amended_shipping_date_lies_ahead(shop: Market) -> None:
    id = shop.accepted()
    shop.refused("trade: too late to ship", "amend", id, terms(ship_by=now() - 1), sender=ALICE)
    shop.trade.do("amend", id, terms(ship_by=now()), sender=ALICE)
    shop.refused("trade: too far ahead", "amend", id, terms(ship_by=now() + TEN_YEARS_S + 1), sender=ALICE)
    shop.trade.do("amend", id, terms(ship_by=now() + TEN_YEARS_S), sender=ALICE)


def test_an_approver_does_not_become_the_inspector(shop: Market) -> None:
    id = shop.propose()
    shop.trade.do("name_approvers", id, CHECKERS, 2, sender=ALICE)
    shop.trade.do("accept", id, sender=BOB)
    shop.refused("trade: maker is not checker", "amend", id, terms(inspector=CHECKERS[1]), sender=ALICE)


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_either_side_ends_a_proposal(shop: Market, who: bytes) -> None:
    id = shop.propose()
    shop.refused("trade: not a party", "cancel", id, sender=STRANGER)
    outcome = shop.trade.attempt("cancel", id, sender=who)
    assert outcome.event("Cancelled").arguments == {"id": id, "by": who}
    assert shop.state(id) == CANCELLED
    shop.refused("trade: too late to cancel", "cancel", id, sender=who)


def test_an_accepted_order_is_cancelled_by_both(shop: Market) -> None:
    id = shop.accepted()
    shop.refused("trade: not a party", "cancel", id, sender=STRANGER)
    for _ in range(2):
        outcome = shop.trade.attempt("cancel", id, sender=BOB)
        assert [event.name for event in outcome.events] == ["CancelProposed"]
        assert outcome.event("CancelProposed").arguments == {"id": id, "by": BOB}
        assert shop.state(id) == ACCEPTED
    assert shop.trade.attempt("cancel", id, sender=ALICE).event("Cancelled").arguments["by"] == ALICE
    assert shop.state(id) == CANCELLED


def test_an_amendment_ends_a_wish_to_cancel(shop: Market) -> None:
    id = shop.accepted()
    shop.trade.do("cancel", id, sender=ALICE)
    for side in (ALICE, BOB):
        shop.trade.do("amend", id, terms(net=1), sender=side)
    assert shop.trade.attempt("cancel", id, sender=BOB).events[0].name == "CancelProposed"
    assert shop.state(id) == ACCEPTED


@pytest.mark.parametrize("accepted", [True, False])
def test_what_is_not_shipped_in_time_is_cancelled_by_anyone(shop: Market, accepted: bool) -> None:
    id = shop.accepted() if accepted else shop.propose()
    wait_until(shop.trade.read("last_deadline", id))
    shop.refused("trade: not a party", "cancel", id, sender=STRANGER)
    wait_past(shop.trade.read("last_deadline", id))
    shop.trade.do("cancel", id, sender=STRANGER)
    assert shop.state(id) == CANCELLED
    assert shop.trade.read("last_deadline", id) == 0


def test_shipped_goods_are_not_cancelled(shop: Market) -> None:
    id = shop.shipped()
    for who in (ALICE, BOB):
        shop.refused("trade: too late to cancel", "cancel", id, sender=who)


def test_an_unknown_order_is_empty(shop: Market) -> None:
    unknown = b"\7" * 32
    assert shop.state(unknown) == 0
    assert shop.trade.read("last_deadline", unknown) == shop.trade.read("penalty", unknown) == 0
    assert shop.trade.read("ordered", unknown) == (NOBODY, NOBODY, NOBODY, bytes(32), 0)
    assert shop.trade.read("payment_due", unknown) == (NOBODY, NOBODY, NOBODY, bytes(32), 0, 0, 0)


def test_what_a_financier_sees_of_an_order(shop: Market) -> None:
    id = shop.propose()
    nothing = (NOBODY, NOBODY, NOBODY, bytes(32), 0)
    assert shop.trade.read("ordered", id) == nothing
    shop.trade.do("accept", id, sender=BOB)
    assert shop.trade.read("ordered", id) == (BOB, ALICE, shop.token.address, DOCUMENT, NET + TAX)
    shop.trade.do("cancel", id, sender=BOB)
    shop.trade.do("cancel", id, sender=ALICE)
    assert shop.trade.read("ordered", id) == nothing


def test_a_financier_sees_an_order_until_it_is_over(shop: Market) -> None:
    disputed = shop.shipped(document=b"\1" * 32)
    shop.trade.do("dispute", disputed, PAPER, sender=ALICE)
    orders = [shop.shipped(), shop.received(), shop.checked(), disputed]
    assert {shop.trade.read("ordered", id)[4] for id in orders} == {NET + TAX}
