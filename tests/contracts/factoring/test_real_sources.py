"""With the suite's own escrow and receivable as the sources of proceeds."""

from typing import Any, NamedTuple

import boa
import pytest

from contracts import load
from tests.contracts.factoring.desk import (
    DAY,
    DEBTOR,
    DEFAULTED,
    DOCUMENT,
    FACTORING,
    FINANCIER,
    INVOICE,
    MONEY,
    NONE,
    ORDER,
    OTHER,
    REGISTER,
    SELLER,
    SETTLED,
    STRANGER,
    WEALTH,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait

ESCROW, RECEIVABLE, TRADE = (bytes([0xE0 + number]) * 20 for number in range(3))
STAGE, ADVANCE, DUE = 33_900_00, 20_000_00, 20_200_00
FACE = 38_196_00
TERM = 90 * DAY


class Suite(NamedTuple):
    desk: Desk
    escrow: Placed
    receivable: Placed


@pytest.fixture
def suite() -> Suite:
    desk = Desk(sources=(ESCROW, RECEIVABLE))
    desk.money.do("mint", DEBTOR, WEALTH)
    receivable = Placed(load("receivable"), RECEIVABLE, TRADE, REGISTER)
    desk.register.do("authorise", RECEIVABLE, True, sender=SELLER)
    return Suite(desk, Placed(load("escrow"), ESCROW), receivable)


def financed_order(suite: Suite) -> tuple[bytes, bytes]:
    """An escrow of the first stage's money, and the advance on the order that is secured by it."""
    desk, escrow = suite.desk, suite.escrow
    terms = (SELLER, NONE, MONEY, STAGE, now() + 30 * DAY, b"\1" * 32)
    deal = escrow.do("open", *terms, sender=DEBTOR)
    escrow.do("fund", deal, sender=DEBTOR)
    id = desk.request(ORDER, source=ESCROW, record=deal)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(ADVANCE, fee=100)), sender=SELLER)
    desk.refused("factoring: too little is assigned", "advance", id, sender=FINANCIER)
    escrow.do("assign", deal, FACTORING, DUE, sender=SELLER)
    desk.factoring.do("advance", id, sender=FINANCIER)
    return id, deal


def test_an_escrows_release_pays_the_lien_and_the_waterfall_pays_the_financier(suite: Suite) -> None:
    id, deal = financed_order(suite)
    suite.escrow.do("release", deal, STAGE, sender=DEBTOR)
    assert suite.desk.gained(SELLER) == ADVANCE + STAGE - DUE
    suite.desk.factoring.do("waterfall", id, sender=STRANGER)
    assert suite.desk.gained(FINANCIER) == 200_00
    assert suite.desk.of(id)["state"] == SETTLED


def test_without_delivery_the_escrow_goes_home_and_the_advance_is_the_sellers_debt(suite: Suite) -> None:
    id, deal = financed_order(suite)
    wait(30 * DAY + 1)
    suite.escrow.do("exit", deal, sender=STRANGER)
    assert suite.desk.gained(DEBTOR) == 0
    wait(60 * DAY + 1)
    suite.desk.factoring.do("declare_default", id, sender=FINANCIER)
    assert suite.desk.factoring.read("recourse_debt", id) == DUE
    suite.desk.factoring.do("recourse", id, DUE, sender=FINANCIER)
    assert (suite.desk.gained(FINANCIER), suite.desk.gained(SELLER)) == (200_00, -200_00)


@pytest.mark.parametrize("exited", [False, True])
def test_nobody_advances_on_an_escrow_that_is_over(suite: Suite, exited: bool) -> None:
    desk, escrow = suite.desk, suite.escrow
    deal = escrow.do("open", SELLER, NONE, MONEY, STAGE, now() + 2 * DAY, b"\1" * 32, sender=DEBTOR)
    escrow.do("fund", deal, sender=DEBTOR)
    id = desk.request(ORDER, source=ESCROW, record=deal)
    escrow.do("assign", deal, FACTORING, DUE, sender=SELLER)
    offer = desk.offer(ADVANCE, fee=100, expiry=now() + 9 * DAY)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, offer), sender=SELLER)
    wait(2 * DAY + 1)
    if exited:
        escrow.do("exit", deal, sender=STRANGER)
    desk.refused("factoring: too little is assigned", "advance", id, sender=SELLER)
    assert desk.gained(FINANCIER) == 0


def test_a_repaid_order_gives_its_lien_on_the_escrow_back(suite: Suite) -> None:
    id, deal = financed_order(suite)
    suite.desk.factoring.do("repay", id, DUE, sender=SELLER)
    suite.desk.refused("factoring: not the seller", "release_pledge", id, sender=STRANGER)
    suite.desk.factoring.do("release_pledge", id, sender=SELLER)
    suite.escrow.do("release", deal, STAGE, sender=DEBTOR)
    assert suite.desk.gained(SELLER) == STAGE - 200_00
    suite.desk.refused("factoring: nothing to divide", "waterfall", id, sender=SELLER)


def test_a_seller_who_has_vanished_loses_nothing_by_a_lien_that_nobody_else_may_undo(suite: Suite) -> None:
    """What it brings comes here, and anyone divides it: all of it is the seller's."""
    id, deal = financed_order(suite)
    suite.desk.factoring.do("repay", id, DUE, sender=STRANGER)
    suite.escrow.do("release", deal, STAGE, sender=DEBTOR)
    assert suite.desk.gained(SELLER) == ADVANCE + STAGE - DUE
    suite.desk.factoring.do("waterfall", id, sender=STRANGER)
    assert suite.desk.gained(SELLER) == ADVANCE + STAGE


def test_a_part_that_a_live_financing_let_go_is_financed_and_paid_anew(suite: Suite) -> None:
    """Its buyer's money would otherwise stay here for good: the old financing's seller no longer holds the part."""
    desk, receivable = suite.desk, suite.receivable
    old, part = financed_invoice(suite)
    desk.factoring.do("release_pledge", old, sender=FINANCIER)
    assert desk.factoring.read("bound", RECEIVABLE, part) == bytes(32)
    receivable.do("endorse", part, OTHER, FACE, False, sender=SELLER)
    terms = desk.terms(INVOICE, source=RECEIVABLE, record=part, due_date=now() + TERM)
    id = desk.factoring.do("request", terms, sender=OTHER)
    nonce = desk.bid(id, desk.offer(30_000_00, discount=100), sender=STRANGER)
    desk.factoring.do("accept", id, STRANGER, nonce, sender=OTHER)
    receivable.do("lock", part, FACTORING, id, sender=OTHER)
    with boa.env.anchor():
        wait(3 * DAY)
        desk.factoring.do("cancel", id, sender=OTHER)
        desk.factoring.do("release_pledge", id, sender=OTHER)
        assert receivable.read("position", part)[:2] == (OTHER, NONE)
    desk.factoring.do("advance", id, sender=OTHER)
    receivable.do("redeem", part, sender=DEBTOR)
    desk.factoring.do("waterfall", id, sender=SELLER)
    assert (desk.gained(STRANGER), desk.gained(OTHER)) == (381_96, FACE - 381_96)
    assert desk.money.read("balanceOf", FACTORING) == 0


def test_a_financier_that_let_a_part_go_has_no_hold_on_it_any_more(suite: Suite) -> None:
    """Neither on a lock for the seller's next financing, nor on what comes of it, though its own is still owed."""
    desk = suite.desk
    old, part = financed_invoice(suite)
    desk.factoring.do("release_pledge", old, sender=FINANCIER)
    id = desk.request(INVOICE, source=RECEIVABLE, record=part, due_date=now() + TERM)
    desk.factoring.do("accept", id, OTHER, desk.bid(id, desk.offer(30_000_00), sender=OTHER), sender=SELLER)
    suite.receivable.do("lock", part, FACTORING, id, sender=SELLER)
    for name in ("release_pledge", "waterfall"):
        desk.refused("factoring: another's proceeds", name, old, sender=FINANCIER)
    with boa.env.anchor():
        desk.factoring.do("advance", id, sender=OTHER)
        assert desk.factoring.read("bound", RECEIVABLE, part) == id
    suite.receivable.do("redeem", part, sender=DEBTOR)
    desk.factoring.do("waterfall", id, sender=STRANGER)
    assert desk.gained(SELLER) == 36_668_16 + FACE
    assert desk.factoring.read("owed", old) == 37_432_08


def test_nobody_undoes_what_a_seller_assigned_for_its_next_financing(suite: Suite) -> None:
    """By an earlier request on the same escrow, which came to nothing."""
    desk, escrow = suite.desk, suite.escrow
    deal = escrow.do("open", SELLER, NONE, MONEY, STAGE, now() + 30 * DAY, b"\1" * 32, sender=DEBTOR)
    escrow.do("fund", deal, sender=DEBTOR)
    old = desk.request(ORDER, source=ESCROW, record=deal)
    desk.factoring.do("cancel", old, sender=SELLER)
    id = desk.request(ORDER, source=ESCROW, record=deal)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(ADVANCE, fee=100)), sender=SELLER)
    escrow.do("assign", deal, FACTORING, DUE, sender=SELLER)
    for nobody in (STRANGER, FINANCIER, OTHER):
        desk.refused("factoring: not the seller", "release_pledge", old, sender=nobody)
    desk.factoring.do("advance", id, sender=FINANCIER)


def test_nobody_undoes_what_a_seller_locked_for_its_next_financing(suite: Suite) -> None:
    desk, due = suite.desk, now() + TERM
    part = credential(suite, due)
    old = desk.request(INVOICE, source=RECEIVABLE, record=part, due_date=due)
    desk.factoring.do("cancel", old, sender=SELLER)
    id = desk.request(INVOICE, source=RECEIVABLE, record=part, due_date=due)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(1)), sender=SELLER)
    suite.receivable.do("lock", part, FACTORING, id, sender=SELLER)
    desk.refused("factoring: not the seller", "release_pledge", old, sender=STRANGER)
    desk.factoring.do("advance", id, sender=FINANCIER)


def test_a_refused_lien_is_claimed_at_the_escrow_and_then_divided(suite: Suite) -> None:
    id, deal = financed_order(suite)
    suite.desk.money.do("block", FACTORING)
    suite.escrow.do("release", deal, STAGE, sender=DEBTOR)
    suite.desk.money.do("set_mode", HOSTILE_MOODS["honest"])
    suite.desk.refused("factoring: proceeds not arrived", "waterfall", id, sender=FINANCIER)
    suite.escrow.do("claim", MONEY, FACTORING, sender=STRANGER)
    suite.desk.factoring.do("waterfall", id, sender=STRANGER)
    assert suite.desk.gained(FINANCIER) == 200_00


def test_a_lien_that_was_refused_is_not_paid_with_anothers_proceeds(suite: Suite) -> None:
    """The money of the second escrow lies here undivided, while that of the first is still a claim there."""
    desk, escrow = suite.desk, suite.escrow
    first, deal = financed_order(suite)
    other_deal = escrow.do("open", SELLER, NONE, MONEY, STAGE, now() + 30 * DAY, b"\1" * 32, sender=DEBTOR)
    escrow.do("fund", other_deal, sender=DEBTOR)
    second = desk.request(ORDER, source=ESCROW, record=other_deal, document=b"other".ljust(32, b"\0"))
    nonce = desk.bid(second, desk.offer(ADVANCE, fee=100), sender=OTHER)
    desk.factoring.do("accept", second, OTHER, nonce, sender=SELLER)
    escrow.do("assign", other_deal, FACTORING, DUE, sender=SELLER)
    desk.factoring.do("advance", second, sender=OTHER)
    desk.money.do("block", FACTORING)
    escrow.do("release", deal, STAGE, sender=DEBTOR)
    desk.money.do("set_mode", HOSTILE_MOODS["honest"])
    escrow.do("release", other_deal, STAGE, sender=DEBTOR)
    for id in (first, second):
        desk.refused("factoring: proceeds not arrived", "waterfall", id, sender=FINANCIER)
    escrow.do("claim", MONEY, FACTORING, sender=STRANGER)
    for id in (first, second):
        desk.factoring.do("waterfall", id, sender=STRANGER)
    assert (desk.gained(FINANCIER), desk.gained(OTHER)) == (200_00, 200_00)
    assert desk.money.read("balanceOf", FACTORING) == 0


def test_a_claim_at_one_source_does_not_stop_what_came_from_another(suite: Suite) -> None:
    order, deal = financed_order(suite)
    invoice, part = financed_invoice(suite, document=b"other".ljust(32, b"\0"))
    suite.desk.money.do("block", FACTORING)
    suite.escrow.do("release", deal, STAGE, sender=DEBTOR)
    suite.desk.money.do("set_mode", HOSTILE_MOODS["honest"])
    suite.receivable.do("redeem", part, sender=DEBTOR)
    suite.desk.refused("factoring: proceeds not arrived", "waterfall", order, sender=FINANCIER)
    suite.desk.factoring.do("waterfall", invoice, sender=STRANGER)
    assert suite.desk.of(invoice)["state"] == SETTLED


def credential(
    suite: Suite, due: int, *, grace: int = 10 * DAY, penalty_rate: int = 0, document: bytes = DOCUMENT
) -> bytes:
    terms = (DEBTOR, MONEY, FACE, due, grace, penalty_rate, document)
    id: bytes = suite.receivable.do("issue_unmatched", *terms, sender=SELLER)
    suite.receivable.do("accept", id, sender=DEBTOR)
    return id


def financed_invoice(suite: Suite, *, holder: bytes = SELLER, **changes: Any) -> tuple[bytes, bytes]:
    desk = suite.desk
    due = now() + TERM
    part = credential(suite, due, **changes)
    id = desk.request(INVOICE, source=RECEIVABLE, record=part, due_date=due + 20 * DAY)
    offer = desk.offer(36_668_16, discount=200)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, offer), sender=SELLER)
    suite.receivable.do("lock", part, FACTORING, id, sender=holder)
    desk.factoring.do("advance", id, sender=FINANCIER)
    return id, part


def test_a_redeemed_receivable_is_divided_to_the_cent(suite: Suite) -> None:
    id, part = financed_invoice(suite)
    wait(TERM)
    suite.receivable.do("redeem", part, sender=DEBTOR)
    suite.desk.factoring.do("waterfall", id, sender=STRANGER)
    assert suite.desk.gained(FINANCIER) == 763_92
    assert suite.desk.gained(SELLER) == 36_668_16 + 763_92
    assert suite.desk.of(id)["state"] == SETTLED


def test_a_late_debtors_penalty_is_the_sellers_residual(suite: Suite) -> None:
    id, part = financed_invoice(suite, penalty_rate=10)
    wait(TERM + 2 * DAY)
    suite.receivable.do("redeem", part, sender=DEBTOR)
    suite.desk.factoring.do("waterfall", id, sender=STRANGER)
    assert suite.desk.gained(FINANCIER) == 763_92
    assert suite.desk.gained(SELLER) == 36_668_16 + 763_92 + 76_39  # 20 basis points of the face


def test_a_debtor_who_paid_in_time_makes_no_default(suite: Suite) -> None:
    """Though nobody has divided what it paid."""
    id, part = financed_invoice(suite)
    wait(TERM)
    suite.receivable.do("redeem", part, sender=DEBTOR)
    wait(20 * DAY + 1)
    suite.desk.refused("factoring: proceeds wait to be divided", "declare_default", id, sender=FINANCIER)
    suite.desk.factoring.do("waterfall", id, sender=STRANGER)
    assert suite.desk.of(id)["state"] == SETTLED


def test_a_financing_whose_part_was_let_go_and_sold_still_defaults(suite: Suite) -> None:
    id, part = financed_invoice(suite)
    suite.desk.factoring.do("release_pledge", id, sender=FINANCIER)
    suite.receivable.do("endorse", part, OTHER, FACE, False, sender=SELLER)
    wait(TERM + 20 * DAY + 1)
    suite.desk.factoring.do("declare_default", id, sender=STRANGER)
    assert suite.desk.factoring.read("recourse_debt", id) == 37_432_08


def test_proceeds_that_the_token_keeps_back_delay_a_default_to_the_last_deadline_at_most(suite: Suite) -> None:
    id, part = financed_invoice(suite)
    wait(TERM)
    suite.desk.money.do("block", FACTORING)
    suite.receivable.do("redeem", part, sender=DEBTOR)
    wait(20 * DAY + 1)
    suite.desk.refused("factoring: proceeds wait to be divided", "declare_default", id, sender=FINANCIER)
    wait(30 * DAY)
    suite.desk.factoring.do("exit", id, sender=STRANGER)
    assert suite.desk.of(id)["state"] == DEFAULTED


def test_a_debtor_who_does_not_pay_makes_a_default_and_may_still_pay(suite: Suite) -> None:
    id, part = financed_invoice(suite)
    wait(TERM + 20 * DAY + 1)
    suite.desk.factoring.do("declare_default", id, sender=FINANCIER)
    assert suite.desk.of(id)["state"] == DEFAULTED
    suite.desk.factoring.do("recourse", id, 37_432_08, sender=FINANCIER)
    suite.desk.factoring.do("release_pledge", id, sender=SELLER)
    holder, lienholder, *_ = suite.receivable.read("position", part)
    assert (holder, lienholder) == (SELLER, NONE)


def test_a_part_that_somebody_else_holds_is_no_collateral_of_the_sellers(suite: Suite) -> None:
    desk = suite.desk
    due = now() + TERM
    part = credential(suite, due)
    suite.receivable.do("endorse", part, OTHER, FACE, False, sender=SELLER)
    id = desk.request(INVOICE, source=RECEIVABLE, record=part, due_date=due)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(1)), sender=SELLER)
    suite.receivable.do("lock", part, FACTORING, id, sender=OTHER)
    desk.refused("factoring: not seller's proceeds", "advance", id, sender=FINANCIER)


def test_goods_with_a_credential_are_not_financed_as_an_order_again(suite: Suite) -> None:
    credential(suite, now() + TERM)
    id = suite.desk.request(ORDER, source=NONE)
    nonce = suite.desk.bid(id, suite.desk.offer(1))
    suite.desk.factoring.do("accept", id, FINANCIER, nonce, sender=SELLER)
    suite.desk.refused("fingerprints: has a credential", "advance", id, sender=FINANCIER)


def test_a_financed_order_becomes_no_credential_before_it_is_repaid(suite: Suite) -> None:
    id, _ = financed_order(suite)
    terms = (DEBTOR, MONEY, FACE, now() + TERM, 0, 0, DOCUMENT)
    outcome = suite.receivable.attempt("issue_unmatched", *terms, sender=SELLER)
    assert outcome.words == "fingerprints: has a lien"
    suite.desk.factoring.do("repay", id, DUE, sender=SELLER)
    suite.receivable.do("issue_unmatched", *terms, sender=SELLER)
