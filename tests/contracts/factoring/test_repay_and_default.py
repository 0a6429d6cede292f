"""Paying what is owed, and what follows when nobody does."""

import boa
import pytest

from tests.contracts.factoring.desk import (
    ADVANCED,
    DEBTOR,
    DEFAULTED,
    DOCUMENT,
    EXIT_SECONDS,
    FACTORING,
    FINANCIER,
    INVOICE,
    MONEY,
    NONE,
    ORDER,
    OTHER,
    RECORD,
    REQUESTED,
    SELLER,
    SETTLED,
    SOURCE,
    STRANGER,
    TERM,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, wait


def test_anyone_repays_in_parts_up_to_what_is_owed(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    desk.refused("factoring: nothing to pay", "repay", id, 0, sender=SELLER)
    outcome = desk.factoring.attempt("repay", id, 20_000_01, sender=STRANGER)
    assert outcome.event("Repaid").arguments == {"id": id, "by": STRANGER, "value": 20_000_01}
    divided = outcome.event("Divided")
    assert (divided["principal"], divided["price"], divided["residual"]) == (20_000_00, 1, 0)
    assert desk.factoring.read("owed", id) == 199_99
    assert desk.factoring.read("outstanding", FINANCIER, DEBTOR, MONEY) == 0
    assert desk.of(id)["state"] == ADVANCED
    desk.factoring.do("repay", id, 199_99, sender=SELLER)
    assert desk.of(id)["state"] == SETTLED
    assert (desk.gained(FINANCIER), desk.gained(STRANGER)) == (200_00, -20_000_01)
    desk.refused("factoring: nothing to pay", "repay", id, 1, sender=SELLER)


@pytest.mark.parametrize("earlier", [1, 20_199_99])
def test_nobodys_repayment_just_before_spoils_the_sellers(desk: Desk, earlier: int) -> None:
    id = desk.advanced(ORDER)
    desk.factoring.do("repay", id, earlier, sender=FINANCIER)
    outcome = desk.factoring.attempt("repay", id, 20_200_00, sender=SELLER)
    assert outcome.event("Repaid").arguments == {"id": id, "by": SELLER, "value": 20_200_00 - earlier}
    assert outcome.event("Divided")["residual"] == 0
    assert (desk.of(id)["state"], desk.gained(SELLER)) == (SETTLED, -200_00 + earlier)
    assert desk.money.read("balanceOf", FACTORING) == desk.factoring.read("liabilities", MONEY) == 0


def test_a_repayment_must_arrive_in_full(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    desk.money.do("set_mode", HOSTILE_MOODS["takes a fee"])
    desk.refused("claims: less arrived than was sent", "repay", id, 100, sender=SELLER)


def test_a_blocked_financier_has_a_claim_and_the_seller_its_residual(desk: Desk) -> None:
    id = desk.advanced(INVOICE)
    desk.pay(38_196_00)
    desk.money.do("block", FINANCIER)
    desk.factoring.do("waterfall", id, sender=STRANGER)
    assert desk.factoring.read("claimable", MONEY, FINANCIER) == 37_432_08
    assert desk.gained(SELLER) == 36_668_16 + 763_92
    assert desk.of(id)["state"] == SETTLED


def test_nothing_is_divided_twice(desk: Desk) -> None:
    id = desk.advanced(INVOICE)
    desk.refused("factoring: nothing to divide", "waterfall", id, sender=SELLER)
    desk.pay(1)
    desk.factoring.do("waterfall", id)
    assert desk.factoring.read("divided", SOURCE, RECORD) == 1
    desk.refused("factoring: nothing to divide", "waterfall", id, sender=SELLER)


def test_proceeds_are_divided_only_once_they_are_there(desk: Desk) -> None:
    """What others have here, a claim or undivided proceeds, is never taken for them."""
    id = desk.accepted(ORDER, desk.offer(20_000_00))
    desk.money.do("block", SELLER)
    desk.factoring.do("advance", id, sender=FINANCIER)
    desk.source.do("count_only", RECORD, 10)
    desk.refused("factoring: proceeds not arrived", "waterfall", id, sender=FINANCIER)
    desk.money.do("mint", FACTORING, 9)
    desk.refused("factoring: proceeds not arrived", "waterfall", id, sender=FINANCIER)
    desk.money.do("mint", FACTORING, 1)
    assert desk.factoring.do("waterfall", id, sender=FINANCIER) == 10
    assert desk.gained(FINANCIER) == -20_000_00 + 10
    assert desk.factoring.read("liabilities", MONEY) == desk.money.read("balanceOf", FACTORING) == 20_000_00


def test_proceeds_before_an_advance_are_the_sellers(desk: Desk) -> None:
    id = desk.request(INVOICE)
    desk.assign(id)
    desk.pay(5)
    divided = desk.factoring.attempt("waterfall", id, sender=STRANGER).event("Divided")
    assert (divided["principal"], divided["price"], divided["residual"]) == (0, 0, 5)
    assert desk.gained(SELLER) == 5
    assert desk.of(id)["state"] == REQUESTED
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(1)), sender=SELLER)
    desk.pay(3)
    desk.factoring.do("waterfall", id)
    assert (desk.gained(SELLER), desk.factoring.read("owed", id)) == (8, 0)


def test_a_strangers_request_does_not_reach_the_sellers_proceeds(desk: Desk) -> None:
    id = desk.request(INVOICE)
    desk.assign(id)
    desk.pay(5)
    stolen = desk.factoring.do("request", desk.terms(INVOICE), sender=OTHER)
    desk.refused("factoring: not seller's proceeds", "waterfall", stolen, sender=OTHER)
    desk.factoring.do("cancel", stolen, sender=OTHER)
    desk.refused("factoring: not seller's proceeds", "release_pledge", stolen, sender=OTHER)


def test_a_default_is_declared_from_the_second_after_the_due_date(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    wait(TERM)
    desk.refused("factoring: not due yet", "declare_default", id, sender=FINANCIER)
    wait(1)
    assert desk.factoring.read("recourse_debt", id) == 0
    outcome = desk.factoring.attempt("declare_default", id, sender=STRANGER)
    assert outcome.event("Defaulted").arguments == {
        "id": id,
        "seller": SELLER,
        "with_recourse": True,
        "owed": 20_200_00,
    }
    assert desk.of(id)["state"] == DEFAULTED
    assert desk.factoring.read("recourse_debt", id) == desk.factoring.read("owed", id) == 20_200_00
    desk.refused("factoring: not advanced", "declare_default", id, sender=FINANCIER)


def test_what_is_settled_does_not_default(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    desk.factoring.do("repay", id, 20_200_00, sender=SELLER)
    wait(TERM + 1)
    desk.refused("factoring: not advanced", "declare_default", id, sender=FINANCIER)
    assert desk.factoring.read("recourse_debt", id) == 0


def test_the_financier_takes_recourse_from_the_sellers_allowance(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    wait(TERM + 1)
    desk.refused("factoring: not in default", "recourse", id, 1, sender=FINANCIER)
    desk.factoring.do("declare_default", id)
    desk.refused("factoring: not the financier", "recourse", id, 1, sender=SELLER)
    desk.refused("factoring: nothing to pay", "recourse", id, 0, sender=FINANCIER)
    outcome = desk.factoring.attempt("recourse", id, 20_199_99, sender=FINANCIER)
    assert outcome.event("RecourseTaken").arguments == {"id": id, "seller": SELLER, "value": 20_199_99}
    assert desk.gained(SELLER) == -199_99
    assert desk.factoring.read("recourse_debt", id) == 1
    outcome = desk.factoring.attempt("recourse", id, 20_200_00, sender=FINANCIER)
    assert outcome.event("RecourseTaken")["value"] == 1
    assert (desk.of(id)["state"], desk.gained(FINANCIER)) == (SETTLED, 200_00)
    desk.refused("factoring: not in default", "recourse", id, 1, sender=FINANCIER)


def test_without_recourse_only_the_collateral_answers(desk: Desk) -> None:
    id = desk.advanced(INVOICE, with_recourse=False)
    wait(TERM + 1)
    desk.factoring.do("declare_default", id)
    desk.refused("factoring: without recourse", "recourse", id, 1, sender=FINANCIER)
    assert (desk.factoring.read("recourse_debt", id), desk.factoring.read("owed", id)) == (0, 37_432_08)
    desk.pay(37_432_09)
    desk.factoring.do("waterfall", id)
    assert desk.of(id)["state"] == SETTLED
    assert (desk.gained(FINANCIER), desk.gained(SELLER)) == (763_92, 36_668_16 + 1)


def test_an_order_never_delivered_becomes_the_sellers_debt(desk: Desk) -> None:
    """The escrow's money went home; what was advanced stays owed, and the lien on the goods stays."""
    id = desk.advanced(ORDER)
    wait(TERM + 1)
    desk.factoring.do("declare_default", id, sender=FINANCIER)
    fingerprint = desk.register.read("fingerprint", SELLER, DOCUMENT)
    assert tuple(desk.register.read("lien", fingerprint)) == (FACTORING, id)
    desk.factoring.do("repay", id, 20_200_00, sender=SELLER)
    assert tuple(desk.register.read("lien", fingerprint)) == (NONE, bytes(32))


def test_exit_declares_a_default_that_nobody_declared(desk: Desk) -> None:
    id = desk.advanced(ORDER)
    assert desk.factoring.read("last_deadline", id) == desk.of(id)["terms"]["due_date"] + EXIT_SECONDS
    wait(TERM + EXIT_SECONDS)
    desk.refused("factoring: deadline has not passed", "exit", id, sender=STRANGER)
    wait(1)
    outcome = desk.factoring.attempt("exit", id, sender=STRANGER)
    assert outcome.event("Defaulted")["owed"] == 20_200_00
    assert desk.of(id)["state"] == DEFAULTED
    desk.refused("factoring: nothing to exit", "exit", id, sender=STRANGER)


@pytest.mark.parametrize("kind", [ORDER, INVOICE])
def test_the_source_is_let_go_once_nothing_is_owed(desk: Desk, kind: int) -> None:
    id = desk.advanced(kind)
    desk.refused("factoring: still secured", "release_pledge", id, sender=SELLER)
    with boa.env.anchor():
        desk.factoring.do("release_pledge", id, sender=FINANCIER)
        assert desk.source.read("released", RECORD) is True
        assert desk.factoring.read("bound", SOURCE, RECORD) == bytes(32)
    desk.factoring.do("repay", id, desk.factoring.read("owed", id), sender=SELLER)
    for nobody in (STRANGER, FINANCIER):
        desk.refused("factoring: not the seller", "release_pledge", id, sender=nobody)
    outcome = desk.factoring.attempt("release_pledge", id, sender=SELLER)
    assert outcome.event("ProceedsReleased").arguments == {"id": id, "source": SOURCE, "record": RECORD}
    assert desk.source.read("released", RECORD) is True


def test_the_source_is_not_let_go_while_proceeds_wait(desk: Desk) -> None:
    """Its record could then get another owner, and nobody could say any more whose they were."""
    id = desk.advanced(INVOICE)
    desk.pay(38_195_99)
    desk.refused("factoring: proceeds wait to be divided", "release_pledge", id, sender=FINANCIER)
    desk.factoring.do("waterfall", id)
    desk.pay(1)
    desk.refused("factoring: proceeds wait to be divided", "release_pledge", id, sender=SELLER)
    desk.factoring.do("waterfall", id)
    desk.factoring.do("release_pledge", id, sender=SELLER)


def test_a_cancelled_request_lets_the_source_go_too(desk: Desk) -> None:
    id = desk.request(INVOICE)
    desk.assign(id)
    desk.refused("factoring: still secured", "release_pledge", id, sender=SELLER)
    desk.factoring.do("cancel", id, sender=SELLER)
    desk.factoring.do("release_pledge", id, sender=SELLER)
    assert desk.source.read("released", RECORD) is True


def test_a_financier_of_nothing_lets_nothing_go(desk: Desk) -> None:
    id = desk.accepted(INVOICE, desk.offer(1))
    desk.refused("factoring: still secured", "release_pledge", id, sender=FINANCIER)
