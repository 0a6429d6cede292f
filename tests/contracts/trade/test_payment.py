"""What is owed, what was paid, and what being late costs."""

import pytest

from tests.contracts.placed import now, wait, wait_until
from tests.contracts.trade.market import (
    ALICE,
    APPROVED,
    BOB,
    CREDIT_S,
    DAY_S,
    NET,
    NOBODY,
    NUMBER,
    SETTLED,
    STRANGER,
    TAX,
    Market,
    wait_past,
)

OWED = NET + TAX
DEAL = b"\6" * 32
ONE_DAY = 56_50
"""The penalty on all that is owed, 5 basis points a day."""


def test_the_seller_acknowledges_payments_until_all_is_settled(shop: Market) -> None:
    id = shop.approved()
    for nobody in (ALICE, STRANGER):
        shop.refused("trade: not the seller", "acknowledge", id, 1, DEAL, sender=nobody)
    shop.refused("trade: no amount", "acknowledge", id, 0, DEAL, sender=BOB)
    shop.refused("trade: more than is owed", "acknowledge", id, OWED + 1, DEAL, sender=BOB)
    outcome = shop.trade.attempt("acknowledge", id, 33_900_00, DEAL, sender=BOB)
    assert [event.name for event in outcome.events] == ["Acknowledged"]
    assert outcome.event("Acknowledged").arguments == {
        "id": id,
        "reference": DEAL,
        "value": 33_900_00,
        "paid_before": 0,
        "paid_after": 33_900_00,
    }
    assert shop.trade.read("payment_due", id)[4] == OWED - 33_900_00
    shop.refused("trade: more than is owed", "acknowledge", id, OWED - 33_900_00 + 1, DEAL, sender=BOB)
    last = shop.trade.attempt("acknowledge", id, OWED - 33_900_00, DEAL, sender=BOB)
    assert last.event("Settled").arguments == {"id": id, "paid": OWED}
    assert (shop.state(id), shop.order(id)["paid"]) == (SETTLED, OWED)
    assert shop.trade.read("payment_due", id)[0] == shop.trade.read("ordered", id)[0] == NOBODY
    shop.refused("trade: nothing is owed", "acknowledge", id, 1, DEAL, sender=BOB)


def test_nothing_is_paid_before_it_is_owed(shop: Market) -> None:
    id = shop.invoiced()
    shop.refused("trade: nothing is owed", "acknowledge", id, 1, DEAL, sender=BOB)
    shop.refused("trade: nothing is owed", "record_penalty", id, sender=STRANGER)


@pytest.mark.parametrize(
    ("seconds", "days"), [(0, 0), (1, 1), (DAY_S, 1), (DAY_S + 1, 2), (10 * DAY_S, 10), (10 * DAY_S + 1, 11)]
)
def test_a_penalty_counts_by_the_day_begun(shop: Market, seconds: int, days: int) -> None:
    id = shop.approved()
    wait_until(shop.order(id)["due"] + seconds)
    assert shop.trade.read("penalty", id) == days * ONE_DAY


def test_a_penalty_is_recorded_once_a_day_by_anyone(shop: Market) -> None:
    id = shop.approved()
    wait_until(shop.order(id)["due"])
    shop.refused("trade: no penalty to record", "record_penalty", id, sender=STRANGER)
    wait(DAY_S + 1)
    outcome = shop.trade.attempt("record_penalty", id, sender=STRANGER)
    assert outcome.event("PenaltyRecorded").arguments == {
        "id": id,
        "value": 2 * ONE_DAY,
        "days_late": 2,
        "penalty_before": 0,
        "penalty_after": 2 * ONE_DAY,
    }
    shop.refused("trade: no penalty to record", "record_penalty", id, sender=STRANGER)
    assert shop.trade.read("penalty", id) == shop.order(id)["penalty"] == 2 * ONE_DAY
    wait(DAY_S)
    again = shop.trade.attempt("record_penalty", id, sender=BOB).event("PenaltyRecorded").arguments
    assert (again["value"], again["penalty_before"], again["penalty_after"]) == (ONE_DAY, 2 * ONE_DAY, 3 * ONE_DAY)


def test_a_late_payment_bears_its_penalty_and_what_is_paid_bears_none(shop: Market) -> None:
    id = shop.approved()
    wait_past(shop.order(id)["due"])
    outcome = shop.trade.attempt("acknowledge", id, OWED - 10_000_00, DEAL, sender=BOB)
    assert [event.name for event in outcome.events] == ["PenaltyRecorded", "Acknowledged"]
    wait(3 * DAY_S)
    assert shop.trade.read("penalty", id) == ONE_DAY + 3 * 5_00
    assert shop.trade.read("payment_due", id)[4] == 10_000_00
    shop.trade.do("acknowledge", id, 10_000_00, DEAL, sender=BOB)
    assert (shop.state(id), shop.trade.read("payment_due", id)[4]) == (APPROVED, 0)
    shop.refused("trade: more than is owed", "acknowledge", id, ONE_DAY + 15_00 + 1, DEAL, sender=BOB)
    shop.trade.do("acknowledge", id, ONE_DAY, DEAL, sender=BOB)
    wait(30 * DAY_S)
    assert shop.trade.read("penalty", id) == ONE_DAY + 15_00
    assert shop.trade.attempt("acknowledge", id, 15_00, DEAL, sender=BOB).event("Settled").arguments["paid"] == (
        OWED + ONE_DAY + 15_00
    )
    wait(DAY_S)
    assert shop.trade.read("penalty", id) == ONE_DAY + 15_00


def test_the_largest_debt_still_bears_its_penalty(shop: Market) -> None:
    id = shop.received(net=2**127, tax_rate=10_000, penalty_rate=10_000)
    shop.trade.do("invoice", id, NUMBER, 2**127, 2**127, now() + CREDIT_S, sender=BOB)
    shop.trade.do("match", id, sender=BOB)
    wait_past(shop.order(id)["due"])
    assert shop.trade.read("penalty", id) == 2**128


def test_half_a_unit_of_penalty_is_rounded_up(shop: Market) -> None:
    id = shop.approved(net=1_00, penalty_rate=50)
    wait_past(shop.order(id)["due"])
    # 1.13 at 50 basis points is 0.565 hundredths: one.
    assert shop.trade.read("penalty", id) == 1


@pytest.mark.parametrize(("net", "hundred_days"), [(44_25, 50), (131_86, 1_49)])
@pytest.mark.parametrize("recorded", ["never", "daily", "every third day"])
def test_the_penalty_is_the_same_however_often_it_is_recorded(
    shop: Market, net: int, hundred_days: int, recorded: str
) -> None:
    """A basis point a day of 50.00 is half a unit, of 149.00 a little less than one and a half."""
    id = shop.approved(net=net, penalty_rate=1)
    wait_until(shop.order(id)["due"])
    for day in range(100):
        wait(DAY_S)
        if recorded == "daily" or (recorded == "every third day" and day % 3 == 0):
            shop.trade.attempt("record_penalty", id, sender=STRANGER)
    assert shop.trade.read("penalty", id) == hundred_days


def test_what_was_never_owed_bears_no_penalty(shop: Market) -> None:
    for id in (shop.received(), shop.invoiced(document=b"\1" * 32)):
        wait(200 * DAY_S)
        assert shop.trade.read("penalty", id) == 0
