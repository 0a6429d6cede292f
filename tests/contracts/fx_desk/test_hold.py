"""A rate locked in: the dealer delivers by the day in the quote, or the taker's money goes back."""

import pytest

from tests.contracts.currency import PAUSER
from tests.contracts.fx_desk.cast import (
    DEALER,
    DELIVERED,
    DESK,
    GIVES,
    HELD,
    PAYS,
    RETURNED,
    STRANGER,
    TAKER,
    TERM,
    WEALTH,
    WEEK,
    Scene,
    in_currencies,
    in_hostile_tokens,
    quoted,
    to_hold,
)
from tests.contracts.placed import now, wait


@pytest.fixture
def scene() -> Scene:
    return in_currencies()


def hold(scene: Scene, amount: int = 10_000) -> bytes:
    held = scene.hold(to_hold(), amount)
    assert held.accepted, held.words
    id: bytes = held.result
    return id


def test_holding_puts_the_takers_side_aside_at_the_rate_signed(scene: Scene) -> None:
    held = scene.hold(to_hold(), 10_000)
    event = held.event("RateHeld").arguments
    assert (event["id"], event["dealer"], event["taker"]) == (held.result, DEALER, TAKER)
    assert (event["pays"], event["gives"], event["paid"], event["to_give"]) == (PAYS, GIVES, 10_000, 16_037)
    assert (event["numerator"], event["denominator"], event["deadline"]) == (16_037, 10_000, now() + WEEK)
    assert (event["held_before"], event["held_after"]) == (0, 10_000)
    assert scene.desk.read("held", held.result) == scene.desk.read("liabilities", PAYS) == 10_000
    assert scene.desk.read("last_deadline", held.result) == now() + WEEK
    assert scene.desk.read("deal", held.result)["state"] == HELD
    assert scene.balances(TAKER) == (WEALTH - 10_000, 0)
    assert scene.balances(DEALER) == (0, WEALTH)


def test_the_dealer_delivers_long_after_the_quote_expired(scene: Scene) -> None:
    id = hold(scene)
    wait(TERM + 1)
    for sender in (TAKER, STRANGER):
        assert scene.desk.attempt("deliver", id, sender=sender).words == "fx_desk: not the dealer"
    delivered = scene.desk.attempt("deliver", id, sender=DEALER)
    assert delivered.event("Delivered").arguments == {
        "id": id,
        "dealer": DEALER,
        "taker": TAKER,
        "paid": 10_000,
        "given": 16_037,
        "held_before": 10_000,
        "held_after": 0,
    }
    assert scene.balances(TAKER) == (WEALTH - 10_000, 16_037)
    assert scene.balances(DEALER) == (10_000, WEALTH - 16_037)
    assert scene.holds_nothing() and scene.desk.read("deal", id)["state"] == DELIVERED
    for name, sender in (("deliver", DEALER), ("decline", DEALER), ("exit", STRANGER)):
        assert scene.desk.attempt(name, id, sender=sender).words == "fx_desk: not held"


def test_delivery_is_possible_up_to_the_deadline_and_exit_after_it(scene: Scene) -> None:
    id = hold(scene)
    wait(WEEK)
    assert scene.desk.attempt("exit", id, sender=STRANGER).words == "fx_desk: deadline has not passed"
    wait(1)
    assert scene.desk.attempt("deliver", id, sender=DEALER).words == "fx_desk: deadline has passed"
    returned = scene.desk.attempt("exit", id, sender=STRANGER)
    assert returned.event("Returned").arguments == {
        "id": id,
        "taker": TAKER,
        "by": STRANGER,
        "held_before": 10_000,
        "held_after": 0,
    }
    assert scene.balances(TAKER) == (WEALTH, 0) and scene.holds_nothing()
    assert scene.desk.read("deal", id)["state"] == RETURNED


def test_in_the_last_second_the_dealer_still_delivers(scene: Scene) -> None:
    id = hold(scene)
    wait(WEEK)
    scene.desk.do("deliver", id, sender=DEALER)


def test_a_dealer_that_declines_gives_the_money_back_at_once(scene: Scene) -> None:
    id = hold(scene)
    for sender in (TAKER, STRANGER):
        assert scene.desk.attempt("decline", id, sender=sender).words == "fx_desk: not the dealer"
    scene.desk.do("decline", id, sender=DEALER)
    assert scene.balances(TAKER) == (WEALTH, 0) and scene.holds_nothing()


def test_only_a_quote_with_a_day_to_deliver_by_is_held(scene: Scene) -> None:
    assert scene.hold(quoted(), 100).words == "fx_desk: quote is not to be held"
    assert scene.hold(to_hold(deliver_by=now()), 100).words == "deadlines: has passed already"
    assert scene.hold(to_hold(deliver_by=now() + 11 * 366 * 86_400), 100).words == "deadlines: too far ahead"
    assert scene.take(to_hold(), 100).words == "fx_desk: quote is to be held"


def test_a_held_quote_is_used_up(scene: Scene) -> None:
    hold(scene)
    assert scene.hold(to_hold(), 100).words == "fx_desk: quote is used"
    assert scene.take(quoted(), 100).words == "fx_desk: quote is used"


def test_a_dealer_that_cannot_give_leaves_the_deal_held(scene: Scene) -> None:
    id = hold(scene)
    scene.gives.do("approve", DESK, 16_036, sender=DEALER)
    assert not scene.desk.attempt("deliver", id, sender=DEALER).accepted
    assert scene.desk.read("held", id) == 10_000


def test_in_a_pause_the_money_still_goes_back(scene: Scene) -> None:
    id = hold(scene)
    wait(WEEK + 1)
    scene.pays.do("pause", sender=PAUSER)
    scene.desk.do("exit", id, sender=STRANGER)
    assert scene.balances(TAKER) == (WEALTH, 0)


def test_a_taker_that_cannot_be_paid_back_has_a_claim() -> None:
    scene = in_hostile_tokens()
    id = hold(scene)
    scene.pays.do("block", TAKER)
    scene.desk.do("decline", id, sender=DEALER)
    assert scene.desk.read("claimable", PAYS, TAKER) == scene.desk.read("liabilities", PAYS) == 10_000
