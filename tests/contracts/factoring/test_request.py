"""Asking for finance, and taking the request back."""

from typing import Any

import pytest

from tests.contracts.factoring.desk import (
    APPRAISER,
    BID_SECONDS,
    CLOSED,
    DAY,
    DEBTOR,
    DOCUMENT,
    FACTORING,
    FINANCIER,
    GOODS,
    INVENTORY,
    INVOICE,
    MONEY,
    NONE,
    ORDER,
    REQUESTED,
    SELLER,
    SOURCE,
    STRANGER,
    TERM,
    WEALTH,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait

TEN_YEARS = 10 * 366 * DAY
HOUR = 60 * 60


def test_a_request_is_recorded_and_logged(desk: Desk) -> None:
    terms = desk.terms(INVENTORY)
    foretold = desk.factoring.read("next_id", SELLER)
    outcome = desk.factoring.attempt("request", terms, sender=SELLER)
    assert outcome.result == foretold
    assert outcome.event("Requested").arguments == {
        "id": foretold,
        "seller": SELLER,
        "debtor": DEBTOR,
        "terms": terms,
        "held_before": 0,
        "held_after": 1_000,
    }
    record = desk.of(foretold)
    assert (record["seller"], record["terms"], record["state"]) == (SELLER, terms, REQUESTED)
    assert (record["pledged"], record["appraised_units"], record["appraised_value"]) == (1_000, 1_000, 50_000_00)
    assert desk.factoring.read("held", foretold) == desk.goods_of(FACTORING) == 1_000
    assert desk.factoring.read("liabilities", GOODS) == 1_000
    assert desk.factoring.read("pledge_value", foretold) == 50_000_00
    assert desk.factoring.read("last_deadline", foretold) == terms["due_date"]


def test_orders_and_invoices_hold_nothing(desk: Desk) -> None:
    for kind in (ORDER, INVOICE):
        id = desk.request(kind)
        assert desk.factoring.read("held", id) == 0
        assert desk.of(id)["appraised_value"] == 0
    id = desk.request(ORDER, source=NONE)
    assert desk.of(id)["terms"]["source"] == NONE


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (ORDER, {"face": 1}),
        (ORDER, {"face": 2**128}),
        (ORDER, {"rate_cap": 1}),
        (ORDER, {"rate_cap": 10_000}),
        (INVENTORY, {"pledge": 1}),
        (INVENTORY, {"cure_seconds": HOUR}),
        (INVENTORY, {"cure_seconds": 30 * DAY}),
    ],
)
def test_terms_at_their_limits_are_taken(desk: Desk, kind: int, changes: dict[str, Any]) -> None:
    desk.request(kind, **changes)
    desk.request(kind, due_date=now() + 1)
    desk.request(kind, due_date=now() + TEN_YEARS)


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        (0, {}, "factoring: unknown kind"),
        (4, {}, "factoring: unknown kind"),
        (ORDER, {"debtor": NONE}, "factoring: not a debtor"),
        (ORDER, {"debtor": SELLER}, "factoring: not a debtor"),
        (ORDER, {"debtor": FACTORING}, "factoring: not a debtor"),
        (ORDER, {"token": STRANGER}, "factoring: not a token"),
        (ORDER, {"token": FACTORING}, "factoring: not a token"),
        (ORDER, {"face": 0}, "factoring: no face"),
        (ORDER, {"face": 2**128 + 1}, "factoring: face out of range"),
        (ORDER, {"rate_cap": 0}, "factoring: rate out of range"),
        (ORDER, {"rate_cap": 10_001}, "factoring: rate out of range"),
        (ORDER, {"document": bytes(32)}, "factoring: no or needless document"),
        (INVENTORY, {"document": bytes(32)}, "factoring: no or needless document"),
        (INVOICE, {"document": DOCUMENT}, "factoring: no or needless document"),
        (ORDER, {"pledge": 1}, "factoring: only inventory is pledged"),
        (INVOICE, {"pledge_token": GOODS}, "factoring: only inventory is pledged"),
        (INVOICE, {"source": NONE}, "factoring: not a source"),
        (INVOICE, {"source": STRANGER}, "factoring: not a source"),
        (ORDER, {"source": STRANGER}, "factoring: not a source"),
        (INVENTORY, {"source": SOURCE}, "factoring: inventory has no source"),
        (INVENTORY, {"pledge_token": STRANGER}, "factoring: not a pledgeable token"),
        (INVENTORY, {"pledge_token": FACTORING}, "factoring: not a pledgeable token"),
        (INVENTORY, {"pledge": 0}, "factoring: pledge out of range"),
        (INVENTORY, {"pledge": 2**128}, "factoring: pledge out of range"),
        (INVENTORY, {"appraiser": NONE}, "factoring: not an appraiser"),
        (INVENTORY, {"appraiser": SELLER}, "factoring: not an appraiser"),
        (INVENTORY, {"cure_seconds": HOUR - 1}, "factoring: cure time out of range"),
        (INVENTORY, {"cure_seconds": 30 * DAY + 1}, "factoring: cure time out of range"),
    ],
)
def test_bad_terms_are_refused(desk: Desk, kind: int, changes: dict[str, Any], words: str) -> None:
    desk.refused(words, "request", desk.terms(kind, **changes), sender=SELLER)


@pytest.mark.parametrize(
    ("term", "words"), [(0, "deadlines: has passed already"), (TEN_YEARS + 1, "deadlines: too far ahead")]
)
def test_a_due_date_lies_ahead(desk: Desk, term: int, words: str) -> None:
    desk.refused(words, "request", desk.terms(ORDER, due_date=now() + term), sender=SELLER)


def test_a_pledge_must_arrive_in_full(desk: Desk) -> None:
    desk.goods.do("set_mode", HOSTILE_MOODS["takes a fee"])
    desk.refused("claims: less arrived than was sent", "request", desk.terms(INVENTORY), sender=SELLER)


def test_the_seller_cancels_before_anybody_is_bound_and_has_its_pledge_back(desk: Desk) -> None:
    id = desk.request(INVENTORY)
    desk.refused("factoring: not the seller", "cancel", id, sender=STRANGER)
    outcome = desk.factoring.attempt("cancel", id, sender=SELLER)
    assert outcome.event("Closed").arguments == {"id": id, "by": SELLER}
    assert outcome.event("PledgeReleased").arguments == {
        "id": id,
        "seller": SELLER,
        "value": 1_000,
        "held_before": 1_000,
        "held_after": 0,
    }
    assert desk.of(id)["state"] == CLOSED
    assert desk.goods_of(SELLER) == WEALTH
    desk.refused("factoring: bound or over", "cancel", id, sender=SELLER)


def test_a_pledge_of_one_unit_is_appraised_and_goes_home_like_any(desk: Desk) -> None:
    id = desk.request(INVENTORY, pledge=1)
    desk.factoring.do("appraise", id, 40_000_00, sender=APPRAISER)
    assert desk.factoring.read("pledge_value", id) == 40_000_00
    desk.factoring.do("cancel", id, sender=SELLER)
    assert (desk.goods_of(SELLER), desk.factoring.read("held", id)) == (WEALTH, 0)


def test_an_acceptance_binds_the_seller_until_the_bid_expires(desk: Desk) -> None:
    id = desk.accepted(INVENTORY, desk.offer(35_000_00))
    wait(BID_SECONDS)
    desk.refused("factoring: bound or over", "cancel", id, sender=SELLER)
    wait(1)
    desk.factoring.do("cancel", id, sender=SELLER)
    assert desk.goods_of(SELLER) == WEALTH


def test_after_an_advance_nothing_is_cancelled(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    wait(TERM)
    desk.refused("factoring: bound or over", "cancel", id, sender=SELLER)


def test_a_desk_needs_a_registry_and_real_sources(desk: Desk) -> None:
    with pytest.raises(Exception, match="factoring: no registry"):
        Placed(desk.factoring.artifact, b"\xee" * 20, NONE, [])
    with pytest.raises(Exception, match="factoring: no source"):
        Placed(desk.factoring.artifact, b"\xee" * 20, FACTORING, [NONE])
    assert desk.factoring.read("is_source", SOURCE) is True
    assert desk.factoring.read("is_source", MONEY) is False


def test_an_unknown_financing_is_empty_and_does_nothing(desk: Desk) -> None:
    unknown = b"\7" * 32
    assert desk.of(unknown)["state"] == 0
    for view in ("held", "last_deadline", "owed", "recourse_debt", "pledge_value"):
        assert desk.factoring.read(view, unknown) == 0
    for name, arguments, words in (
        ("cancel", (), "factoring: not the seller"),
        ("bid", (desk.offer(1),), "factoring: not open for bids"),
        ("accept", (FINANCIER, 0), "factoring: not the seller"),
        ("accept_signed", (FINANCIER, 0, bytes(65)), "factoring: not signed by seller"),
        ("advance", (), "factoring: not accepted"),
        ("repay", (1,), "factoring: nothing to pay"),
        ("waterfall", (), "factoring: no source of proceeds"),
        ("declare_default", (), "factoring: not advanced"),
        ("recourse", (1,), "factoring: not in default"),
        ("pledge", (1,), "factoring: not the seller"),
        ("appraise", (1,), "factoring: nothing is pledged"),
        ("margin_call", (), "factoring: not advanced"),
        ("seize", (), "factoring: not the financier"),
        ("release_pledge", (), "factoring: still secured"),
        ("exit", (), "factoring: nothing to exit"),
    ):
        desk.refused(words, name, unknown, *arguments, sender=APPRAISER)
