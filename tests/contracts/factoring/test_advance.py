"""Money moves from financier to seller, and the collateral is taken once."""

from typing import Any

import boa
import pytest

from tests.contracts.factoring.desk import (
    ADVANCED,
    APPRAISER,
    BID_SECONDS,
    DEBTOR,
    DOCUMENT,
    FACTORING,
    FINANCIER,
    INVENTORY,
    INVOICE,
    MONEY,
    NONE,
    ORDER,
    OTHER,
    RECORD,
    SELLER,
    SOURCE,
    STRANGER,
    TERM,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

ANOTHER = b"another".ljust(32, b"\0")


def test_financier_or_seller_advances_up_to_the_last_second(desk: Desk) -> None:
    id = desk.accepted(ORDER, desk.offer(20_000_00, fee=100))
    desk.refused("factoring: not a party", "advance", id, sender=STRANGER)
    wait(BID_SECONDS)
    with boa.env.anchor():
        desk.factoring.do("advance", id, sender=SELLER)
        assert desk.of(id)["state"] == ADVANCED
        desk.refused("factoring: not accepted", "advance", id, sender=FINANCIER)
    wait(1)
    desk.refused("factoring: bid has expired", "advance", id, sender=FINANCIER)


def test_a_refused_seller_has_a_claim(desk: Desk) -> None:
    id = desk.accepted(ORDER, desk.offer(20_000_00))
    desk.money.do("block", SELLER)
    desk.factoring.do("advance", id, sender=FINANCIER)
    assert desk.factoring.read("claimable", MONEY, SELLER) == desk.factoring.read("liabilities", MONEY) == 20_000_00
    desk.money.do("set_mode", HOSTILE_MOODS["honest"])
    desk.factoring.do("claim", MONEY, SELLER, sender=STRANGER)
    assert desk.gained(SELLER) == 20_000_00


@pytest.mark.parametrize("mood", ["takes a fee", "keeps it"])
def test_an_advance_that_does_not_arrive_in_full_is_refused(desk: Desk, mood: str) -> None:
    id = desk.accepted(ORDER, desk.offer(20_000_00))
    desk.money.do("set_mode", HOSTILE_MOODS[mood])
    desk.refused("claims: less arrived than was sent", "advance", id, sender=FINANCIER)


def test_one_fingerprint_carries_one_financing_at_a_time(desk: Desk) -> None:
    order = desk.advanced(ORDER)
    inventory = desk.accepted(INVENTORY, desk.offer(35_000_00))
    desk.refused("fingerprints: has a lien", "advance", inventory, sender=FINANCIER)
    desk.factoring.do("repay", order, 20_200_00, sender=SELLER)
    desk.factoring.do("advance", inventory, sender=FINANCIER)
    fingerprint = desk.register.read("fingerprint", SELLER, DOCUMENT)
    assert tuple(desk.register.read("lien", fingerprint)) == (FACTORING, inventory)
    desk.factoring.do("repay", inventory, 35_000_00, sender=SELLER)
    assert tuple(desk.register.read("lien", fingerprint)) == (bytes(20), bytes(32))


def test_a_seller_that_has_not_authorised_the_desk_gets_nothing(desk: Desk) -> None:
    desk.register.do("authorise", FACTORING, False, sender=SELLER)
    id = desk.accepted(ORDER, desk.offer(1))
    desk.refused("fingerprints: not authorised", "advance", id, sender=FINANCIER)


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        (ORDER, {"assignor": STRANGER}, "factoring: not seller's proceeds"),
        (ORDER, {"token": SOURCE}, "factoring: not seller's proceeds"),
        (ORDER, {"live": 20_199_99}, "factoring: too little is assigned"),
        (ORDER, {"lienholder": STRANGER}, "factoring: too little is assigned"),
        (ORDER, {"paid": 1}, "factoring: proceeds wait to be divided"),
        (INVOICE, {"live": 38_195_99}, "factoring: too little is assigned"),
        (INVOICE, {"lien_id": ANOTHER}, "factoring: receivable not locked"),
        (INVOICE, {"debtor": STRANGER}, "factoring: another debtor"),
        (INVOICE, {"due": "later"}, "factoring: due before receivable"),
    ],
)
def test_collateral_that_is_not_there_is_refused(desk: Desk, kind: int, changes: dict[str, Any], words: str) -> None:
    offer = {ORDER: desk.offer(20_000_00, fee=100), INVOICE: desk.offer(36_668_16, discount=200)}[kind]
    id = desk.accepted(kind, offer)
    if "due" in changes:
        changes = {"due": desk.of(id)["terms"]["due_date"] + 1}
    desk.assign(id, **changes)
    desk.refused(words, "advance", id, sender=FINANCIER)
    desk.assign(id, live={ORDER: 20_200_00, INVOICE: 38_196_00}[kind])
    desk.factoring.do("advance", id, sender=FINANCIER)
    assert desk.factoring.read("bound", SOURCE, RECORD) == id


def test_a_part_that_somebody_else_locked_is_refused(desk: Desk) -> None:
    id = desk.accepted(INVOICE, desk.offer(1))
    desk.assign(id, lienholder=STRANGER)
    desk.refused("factoring: too little is assigned", "advance", id, sender=FINANCIER)


def test_one_source_of_proceeds_pays_one_financing_at_a_time(desk: Desk) -> None:
    first = desk.advanced(ORDER)
    second = desk.accepted(ORDER, desk.offer(1), document=ANOTHER)
    desk.assign(first)
    desk.refused("factoring: another's proceeds", "advance", second, sender=FINANCIER)
    desk.refused("factoring: another's proceeds", "waterfall", second, sender=FINANCIER)
    desk.factoring.do("repay", first, 20_200_00, sender=SELLER)
    desk.pay(5)
    desk.refused("factoring: proceeds wait to be divided", "advance", second, sender=FINANCIER)
    desk.factoring.do("waterfall", first, sender=STRANGER)
    assert desk.gained(SELLER) == -200_00 + 5
    desk.factoring.do("advance", second, sender=FINANCIER)
    assert desk.factoring.read("bound", SOURCE, RECORD) == second
    desk.refused("factoring: another's proceeds", "waterfall", first, sender=FINANCIER)
    desk.refused("factoring: another's proceeds", "release_pledge", first, sender=SELLER)


def test_an_order_without_a_source_is_repaid_by_the_seller(desk: Desk) -> None:
    id = desk.accepted(ORDER, desk.offer(20_000_00, fee=100), source=NONE)
    desk.factoring.do("advance", id, sender=FINANCIER)
    desk.refused("factoring: no source of proceeds", "waterfall", id, sender=SELLER)
    desk.factoring.do("repay", id, 20_200_00, sender=SELLER)
    desk.refused("factoring: no source of proceeds", "release_pledge", id, sender=SELLER)


def test_a_pledge_that_fell_before_the_advance_is_refused(desk: Desk) -> None:
    id = desk.accepted(INVENTORY, desk.offer(35_000_00))
    desk.factoring.do("appraise", id, 49_999_99, sender=APPRAISER)
    desk.refused("factoring: pledge is worth too little", "advance", id, sender=FINANCIER)
    desk.factoring.do("appraise", id, 50_000_00, sender=APPRAISER)
    desk.factoring.do("advance", id, sender=FINANCIER)


def test_a_financiers_limit_on_one_debtor_holds(desk: Desk) -> None:
    outcome = desk.factoring.attempt("set_debtor_limit", DEBTOR, MONEY, 56_668_15, sender=FINANCIER)
    assert outcome.event("DebtorLimitSet").arguments == {
        "financier": FINANCIER,
        "debtor": DEBTOR,
        "token": MONEY,
        "limit_before": 0,
        "limit_after": 56_668_15,
    }
    order = desk.advanced(ORDER, source=NONE)
    invoice = desk.accepted(INVOICE, desk.offer(36_668_16, discount=200))
    desk.refused("factoring: over the debtor's limit", "advance", invoice, sender=FINANCIER)
    with boa.env.anchor():
        desk.factoring.do("set_debtor_limit", DEBTOR, MONEY, 56_668_16, sender=FINANCIER)
        desk.factoring.do("advance", invoice, sender=FINANCIER)
        assert desk.factoring.read("outstanding", FINANCIER, DEBTOR, MONEY) == 56_668_16
    desk.factoring.do("repay", order, 1, sender=SELLER)
    assert desk.factoring.read("outstanding", FINANCIER, DEBTOR, MONEY) == 19_999_99
    desk.factoring.do("advance", invoice, sender=FINANCIER)


def test_limits_count_each_financier_debtor_and_token_alone(desk: Desk) -> None:
    desk.factoring.do("set_debtor_limit", DEBTOR, MONEY, 1, sender=OTHER)
    desk.factoring.do("set_debtor_limit", STRANGER, MONEY, 1, sender=FINANCIER)
    desk.factoring.do("set_debtor_limit", DEBTOR, SOURCE, 1, sender=FINANCIER)
    desk.advanced(ORDER)
    assert desk.factoring.read("debtor_limit", OTHER, DEBTOR, MONEY) == 1
    assert desk.factoring.read("last_deadline", desk.factoring.read("bound", SOURCE, RECORD)) > now() + TERM
