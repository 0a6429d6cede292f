"""A pledge that falls: call, cure or seizure, and how the rest goes home."""

import boa
import pytest

from tests.contracts.factoring.desk import (
    ADVANCED,
    APPRAISER,
    CALLED,
    CLOSED,
    CURE_SECONDS,
    DEFAULTED,
    EXIT_SECONDS,
    FACTORING,
    FINANCIER,
    GOODS,
    INVENTORY,
    INVOICE,
    ORDER,
    OTHER,
    SELLER,
    SETTLED,
    STRANGER,
    TERM,
    WEALTH,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

OWED = 35_700_00


@pytest.fixture
def pledged(desk: Desk) -> bytes:
    """35,000.00 for 700.00 on 1,000 units worth 50,000.00, of which 70 % may be lent."""
    return desk.advanced(INVENTORY)


@pytest.fixture
def called(desk: Desk, pledged: bytes) -> bytes:
    desk.factoring.do("appraise", pledged, 40_000_00, sender=APPRAISER)
    desk.factoring.do("margin_call", pledged, sender=FINANCIER)
    return pledged


def test_the_appraiser_says_what_a_pledge_is_worth(desk: Desk, pledged: bytes) -> None:
    desk.refused("factoring: not the appraiser", "appraise", pledged, 1, sender=FINANCIER)
    desk.refused("factoring: value out of range", "appraise", pledged, 2**128 + 1, sender=APPRAISER)
    with boa.env.anchor():
        desk.factoring.do("appraise", pledged, 2**128, sender=APPRAISER)
    outcome = desk.factoring.attempt("appraise", pledged, 40_000_00, sender=APPRAISER)
    assert outcome.event("Appraised").arguments == {
        "id": pledged,
        "appraiser": APPRAISER,
        "value_before": 50_000_00,
        "value_after": 40_000_00,
    }
    assert desk.factoring.read("pledge_value", pledged) == 40_000_00


def test_a_pledge_is_called_from_one_unit_below_the_rate(desk: Desk, pledged: bytes) -> None:
    desk.refused("factoring: pledge is enough", "margin_call", pledged, sender=FINANCIER)
    desk.factoring.do("appraise", pledged, 49_999_99, sender=APPRAISER)
    desk.refused("factoring: not the financier", "margin_call", pledged, sender=APPRAISER)
    outcome = desk.factoring.attempt("margin_call", pledged, sender=FINANCIER)
    assert outcome.event("MarginCalled").arguments == {
        "id": pledged,
        "financier": FINANCIER,
        "pledge_value": 49_999_99,
        "principal": 35_000_00,
        "cure_deadline": now() + CURE_SECONDS,
    }
    record = desk.of(pledged)
    assert (record["state"], record["cure_deadline"]) == (CALLED, now() + CURE_SECONDS)
    desk.refused("factoring: not advanced", "margin_call", pledged, sender=FINANCIER)


def test_a_margin_call_is_made_up_to_the_due_date(desk: Desk, pledged: bytes) -> None:
    desk.factoring.do("appraise", pledged, 1, sender=APPRAISER)
    wait(TERM)
    with boa.env.anchor():
        desk.factoring.do("margin_call", pledged, sender=FINANCIER)
    wait(1)
    desk.refused("factoring: due date has passed", "margin_call", pledged, sender=FINANCIER)


def test_orders_and_invoices_have_no_margin(desk: Desk) -> None:
    for kind in (ORDER, INVOICE):
        id = desk.accepted(kind, desk.offer(1), record=bytes([kind]) * 32)
        desk.factoring.do("advance", id, sender=FINANCIER)
        desk.refused("factoring: pledge is enough", "margin_call", id, sender=FINANCIER)
        desk.refused("factoring: nothing to secure", "pledge", id, 1, sender=SELLER)


def test_the_seller_adds_to_a_pledge_and_its_value_grows_with_it(desk: Desk, pledged: bytes) -> None:
    desk.refused("factoring: not the seller", "pledge", pledged, 1, sender=STRANGER)
    desk.refused("factoring: no amount", "pledge", pledged, 0, sender=SELLER)
    desk.refused("factoring: pledge out of range", "pledge", pledged, 2**128 - 1_000, sender=SELLER)
    outcome = desk.factoring.attempt("pledge", pledged, 500, sender=SELLER)
    assert outcome.event("Pledged").arguments == {
        "id": pledged,
        "seller": SELLER,
        "value": 500,
        "held_before": 1_000,
        "held_after": 1_500,
    }
    assert desk.factoring.read("held", pledged) == desk.factoring.read("liabilities", GOODS) == 1_500
    assert desk.factoring.read("pledge_value", pledged) == 75_000_00
    desk.goods.do("mint", SELLER, 2**128)
    desk.factoring.do("pledge", pledged, 2**128 - 1_501, sender=SELLER)


def test_the_largest_pledge_at_the_largest_price_still_has_a_value(desk: Desk, pledged: bytes) -> None:
    desk.goods.do("mint", SELLER, 2**128)
    desk.factoring.do("pledge", pledged, 2**128 - 1_001, sender=SELLER)
    desk.factoring.do("appraise", pledged, 2**128, sender=APPRAISER)
    assert desk.factoring.read("pledge_value", pledged) == 2**128


def test_a_pledge_may_grow_before_the_advance_and_not_after_the_end(desk: Desk) -> None:
    id = desk.request(INVENTORY)
    desk.factoring.do("pledge", id, 1, sender=SELLER)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(35_000_00)), sender=SELLER)
    desk.factoring.do("pledge", id, 1, sender=SELLER)
    desk.factoring.do("advance", id, sender=FINANCIER)
    desk.factoring.do("repay", id, 35_000_00, sender=SELLER)
    desk.refused("factoring: nothing to secure", "pledge", id, 1, sender=SELLER)
    assert desk.goods_of(FACTORING) == 1_002


def test_an_appraisal_is_of_all_units_also_of_those_added_since_the_last(desk: Desk, called: bytes) -> None:
    desk.factoring.do("pledge", called, 100, sender=SELLER)
    for value, state in ((49_999_99, CALLED), (50_000_00, ADVANCED)):
        desk.factoring.do("appraise", called, value, sender=APPRAISER)
        assert (desk.of(called)["state"], desk.factoring.read("pledge_value", called)) == (state, value)


def test_units_that_do_not_arrive_are_no_pledge(desk: Desk, pledged: bytes) -> None:
    desk.goods.do("set_mode", HOSTILE_MOODS["takes a fee"])
    desk.refused("claims: less arrived than was sent", "pledge", pledged, 100, sender=SELLER)


def test_units_that_cover_again_cure_up_to_the_last_second(desk: Desk, called: bytes) -> None:
    # 40.00 a unit; 35,000.00 at 70 % asks for 50,000.00.
    wait(CURE_SECONDS)
    desk.factoring.do("pledge", called, 249, sender=SELLER)
    assert desk.of(called)["state"] == CALLED
    with boa.env.anchor():
        outcome = desk.factoring.attempt("pledge", called, 1, sender=SELLER)
        assert outcome.event("Cured").arguments == {
            "id": called,
            "pledge_value": 50_000_00,
            "principal": 35_000_00,
        }
        assert (desk.of(called)["state"], desk.of(called)["cure_deadline"]) == (ADVANCED, 0)
    wait(1)
    desk.refused("factoring: nothing to secure", "pledge", called, 1, sender=SELLER)


def test_a_repayment_cures_too(desk: Desk, called: bytes) -> None:
    desk.factoring.do("repay", called, 6_999_99, sender=SELLER)
    assert desk.of(called)["state"] == CALLED
    outcome = desk.factoring.attempt("repay", called, 1, sender=SELLER)
    assert outcome.event("Cured")["principal"] == 28_000_00
    assert desk.of(called)["state"] == ADVANCED


def test_a_repayment_after_the_time_to_cure_does_not_cure(desk: Desk, called: bytes) -> None:
    wait(CURE_SECONDS + 1)
    desk.factoring.do("repay", called, 7_000_00, sender=SELLER)
    assert desk.of(called)["state"] == CALLED
    desk.factoring.do("appraise", called, 2**100, sender=APPRAISER)
    assert desk.of(called)["state"] == CALLED
    desk.factoring.do("repay", called, 28_700_00, sender=SELLER)
    assert desk.of(called)["state"] == SETTLED


def test_a_better_appraisal_cures(desk: Desk, called: bytes) -> None:
    desk.factoring.do("appraise", called, 49_999_99, sender=APPRAISER)
    assert desk.of(called)["state"] == CALLED
    desk.factoring.do("appraise", called, 50_000_00, sender=APPRAISER)
    assert desk.of(called)["state"] == ADVANCED


def test_the_financier_seizes_what_is_owed_and_no_unit_more(desk: Desk, called: bytes) -> None:
    wait(CURE_SECONDS)
    desk.refused("factoring: time to cure not over", "seize", called, sender=FINANCIER)
    wait(1)
    desk.refused("factoring: not the financier", "seize", called, sender=SELLER)
    outcome = desk.factoring.attempt("seize", called, sender=FINANCIER)
    # 35,700.00 at 40.00 a unit: 892 units are worth 35,680.00.
    assert outcome.event("Seized").arguments == {
        "id": called,
        "financier": FINANCIER,
        "units": 892,
        "value": 35_680_00,
        "held_before": 1_000,
        "held_after": 108,
    }
    assert outcome.event("Defaulted")["owed"] == OWED
    divided = outcome.event("Divided")
    assert (divided["principal"], divided["price"], divided["owed_after"]) == (35_000_00, 680_00, 20_00)
    assert (desk.goods_of(FINANCIER), desk.factoring.read("held", called)) == (892, 108)
    record = desk.of(called)
    assert (record["state"], record["seized_value"], record["pledged"]) == (DEFAULTED, 35_680_00, 108)
    assert desk.factoring.read("recourse_debt", called) == 20_00
    assert desk.factoring.read("pledge_value", called) == 108 * 40_00
    assert desk.gained(FINANCIER) == -35_000_00
    desk.refused("factoring: owed is under one unit", "seize", called, sender=FINANCIER)
    desk.factoring.do("recourse", called, 20_00, sender=FINANCIER)
    desk.factoring.do("release_pledge", called, sender=STRANGER)
    assert desk.goods_of(SELLER) == WEALTH - 892


def test_a_pledge_worth_exactly_what_is_owed_settles(desk: Desk, called: bytes) -> None:
    desk.factoring.do("appraise", called, OWED, sender=APPRAISER)
    wait(CURE_SECONDS + 1)
    desk.factoring.do("seize", called, sender=FINANCIER)
    assert (desk.of(called)["state"], desk.goods_of(FINANCIER)) == (SETTLED, 1_000)
    assert desk.factoring.read("owed", called) == 0
    desk.refused("factoring: neither called nor in default", "seize", called, sender=FINANCIER)


@pytest.mark.parametrize(("times", "units"), [(2, 500), (1_000, 1)])
def test_a_pledge_worth_more_than_is_owed_leaves_a_remainder(desk: Desk, called: bytes, times: int, units: int) -> None:
    desk.factoring.do("appraise", called, times * OWED, sender=APPRAISER)
    assert desk.of(called)["state"] == ADVANCED
    wait(TERM + 1)
    desk.factoring.do("declare_default", called)
    desk.factoring.do("seize", called, sender=FINANCIER)
    assert (desk.of(called)["state"], desk.goods_of(FINANCIER)) == (SETTLED, units)
    desk.factoring.do("release_pledge", called, sender=STRANGER)
    assert desk.goods_of(SELLER) == WEALTH - units


@pytest.mark.parametrize("value", [0, 1, OWED - 1])
def test_a_pledge_worth_less_than_is_owed_is_taken_whole(desk: Desk, called: bytes, value: int) -> None:
    desk.factoring.do("appraise", called, value, sender=APPRAISER)
    wait(CURE_SECONDS + 1)
    desk.factoring.do("seize", called, sender=FINANCIER)
    assert (desk.goods_of(FINANCIER), desk.factoring.read("owed", called)) == (1_000, OWED - value)
    assert desk.of(called)["state"] == DEFAULTED
    desk.refused("factoring: nothing is pledged", "seize", called, sender=FINANCIER)
    desk.refused("factoring: nothing is pledged", "appraise", called, 1, sender=APPRAISER)


def test_only_the_called_and_the_defaulted_are_seized(desk: Desk, pledged: bytes) -> None:
    desk.refused("factoring: neither called nor in default", "seize", pledged, sender=FINANCIER)
    wait(TERM + 1)
    desk.refused("factoring: neither called nor in default", "seize", pledged, sender=FINANCIER)
    desk.factoring.do("declare_default", pledged, sender=SELLER)
    desk.factoring.do("seize", pledged, sender=FINANCIER)
    assert desk.goods_of(FINANCIER) == 714
    assert desk.of(pledged)["state"] == SETTLED


def test_a_call_defaults_by_the_due_date_as_well(desk: Desk, called: bytes) -> None:
    wait(TERM + 1)
    desk.factoring.do("declare_default", called)
    assert desk.of(called)["state"] == DEFAULTED


def test_a_pledge_goes_home_when_nothing_is_owed(desk: Desk, pledged: bytes) -> None:
    desk.refused("factoring: still secured", "release_pledge", pledged, sender=SELLER)
    desk.factoring.do("repay", pledged, OWED, sender=SELLER)
    outcome = desk.factoring.attempt("release_pledge", pledged, sender=STRANGER)
    assert outcome.event("PledgeReleased")["value"] == 1_000
    assert (desk.goods_of(SELLER), desk.factoring.read("held", pledged)) == (WEALTH, 0)
    desk.refused("factoring: nothing is pledged", "release_pledge", pledged, sender=STRANGER)


@pytest.mark.parametrize("state", ["advanced", "called", "defaulted"])
def test_the_financier_may_let_a_pledge_go_earlier(desk: Desk, called: bytes, state: str) -> None:
    if state == "advanced":
        desk.factoring.do("appraise", called, 50_000_00, sender=APPRAISER)
    if state == "defaulted":
        wait(TERM + 1)
        desk.factoring.do("declare_default", called)
    desk.factoring.do("release_pledge", called, sender=FINANCIER)
    assert desk.goods_of(SELLER) == WEALTH
    assert desk.factoring.read("owed", called) == OWED
    assert desk.factoring.read("pledge_value", called) == 0


def test_a_refused_lender_has_a_claim_on_the_units(desk: Desk, called: bytes) -> None:
    wait(CURE_SECONDS + 1)
    desk.goods.do("block", FINANCIER)
    desk.factoring.do("seize", called, sender=FINANCIER)
    assert desk.factoring.read("claimable", GOODS, FINANCIER) == 892
    assert desk.factoring.read("liabilities", GOODS) == 1_000


def test_after_the_last_deadline_a_pledge_goes_to_whom_it_belongs(desk: Desk, called: bytes) -> None:
    wait(TERM + EXIT_SECONDS)
    desk.refused("factoring: deadline has not passed", "exit", called, sender=STRANGER)
    wait(1)
    desk.factoring.do("exit", called, sender=STRANGER)
    assert (desk.goods_of(FINANCIER), desk.goods_of(SELLER)) == (892, WEALTH - 892)
    assert (desk.of(called)["state"], desk.factoring.read("held", called)) == (DEFAULTED, 0)
    desk.refused("factoring: nothing to exit", "exit", called, sender=STRANGER)


def test_the_last_unit_of_a_pledge_exits_too(desk: Desk, called: bytes) -> None:
    desk.factoring.do("appraise", called, OWED * 1_001 // 1_000, sender=APPRAISER)
    wait(CURE_SECONDS + 1)
    desk.factoring.do("seize", called, sender=FINANCIER)
    assert desk.factoring.read("held", called) == 1
    wait(TERM + EXIT_SECONDS)
    outcome = desk.factoring.attempt("exit", called, sender=STRANGER)
    assert [event.name for event in outcome.events] == ["PledgeReleased"], "less than a unit is owed: none is seized"
    assert (desk.goods_of(FINANCIER), desk.goods_of(SELLER)) == (999, WEALTH - 999)


def test_a_pledge_for_an_advance_without_a_price_exits_to_the_financier(desk: Desk) -> None:
    id = desk.advanced(INVENTORY, desk.offer(35_000_00))
    wait(TERM + EXIT_SECONDS + 1)
    desk.factoring.do("exit", id, sender=STRANGER)
    assert (desk.goods_of(FINANCIER), desk.goods_of(SELLER)) == (700, WEALTH - 700)


@pytest.mark.parametrize("value", [0, 50_000_00])
def test_a_settled_financings_pledge_exits_to_the_seller_whatever_it_is_worth(
    desk: Desk, pledged: bytes, value: int
) -> None:
    desk.factoring.do("repay", pledged, OWED, sender=SELLER)
    desk.factoring.do("appraise", pledged, value, sender=APPRAISER)
    wait(TERM + EXIT_SECONDS)
    desk.refused("factoring: deadline has not passed", "exit", pledged, sender=STRANGER)
    wait(1)
    desk.factoring.do("exit", pledged, sender=STRANGER)
    assert (desk.goods_of(SELLER), desk.goods_of(FINANCIER)) == (WEALTH, 0)


def test_a_request_that_came_to_nothing_exits_after_its_due_date(desk: Desk) -> None:
    asked = desk.request(INVENTORY)
    bound = desk.accepted(INVENTORY, desk.offer(1))
    assert desk.factoring.read("last_deadline", bound) == desk.of(bound)["terms"]["due_date"]
    wait(TERM)
    for id in (asked, bound):
        desk.refused("factoring: deadline has not passed", "exit", id, sender=STRANGER)
    wait(1)
    for id in (asked, bound):
        assert desk.factoring.attempt("exit", id, sender=STRANGER).event("Closed")["by"] == STRANGER
        assert desk.of(id)["state"] == CLOSED
    assert desk.goods_of(SELLER) == WEALTH


def test_two_lenders_pledges_are_apart(desk: Desk, called: bytes) -> None:
    other = desk.request(INVENTORY, document=b"other goods".ljust(32, b"\0"))
    desk.factoring.do("accept", other, OTHER, desk.bid(other, desk.offer(35_000_00), sender=OTHER), sender=SELLER)
    desk.factoring.do("advance", other, sender=OTHER)
    wait(CURE_SECONDS + 1)
    desk.refused("factoring: not the financier", "seize", called, sender=OTHER)
    desk.factoring.do("seize", called, sender=FINANCIER)
    assert desk.factoring.read("held", other) == 1_000
    assert desk.factoring.read("liabilities", GOODS) == desk.goods_of(FACTORING) == 1_108
