"""Points from their award to their end."""

import pytest

from contracts import load
from tests.contracts.currency import FREEZER, MINTER, place_currency
from tests.contracts.deal_room import CONTRACT, STRANGER, TOKEN, UNKNOWN, Room
from tests.contracts.moods import HONEST
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now, wait
from tests.contracts.points.programme import (
    ALICE,
    ARGUMENTS,
    BOB,
    ISSUER,
    LIFE,
    PERIOD,
    SHOP,
    VALUE,
    ends_in,
    new_room,
)


@pytest.fixture
def room() -> Room:
    return new_room()


def test_a_programme_says_what_it_is(room: Room) -> None:
    shown = [room.read(name) for name in ("name", "symbol", "decimals", "issuer", "money", "value", "life")]
    assert shown == ["Points", "PTS", 0, ISSUER, TOKEN, VALUE, LIFE]
    assert room.read("period") == now() // PERIOD


def test_bad_programmes_are_refused() -> None:
    hostile_token(TOKEN)
    for arguments, refusal in (
        ((bytes(20), TOKEN, 1, 1), "points: not an issuer"),
        ((CONTRACT, TOKEN, 1, 1), "points: not an issuer"),
        ((ISSUER, STRANGER, 1, 1), "points: not a token"),
        ((ISSUER, CONTRACT, 1, 1), "points: not a token"),
        ((ISSUER, TOKEN, 0, 1), "points: value out of range"),
        ((ISSUER, TOKEN, 10**12 + 1, 1), "points: value out of range"),
        ((ISSUER, TOKEN, 1, 0), "points: life out of range"),
        ((ISSUER, TOKEN, 1, 25), "points: life out of range"),
    ):
        with pytest.raises(Exception, match=refusal):
            Placed(load("points"), CONTRACT, "P", "P", *arguments)


def test_points_are_awarded_with_their_money(room: Room) -> None:
    outcome = room.attempt("award", ALICE, 10, sender=ISSUER)
    id = ends_in()
    assert outcome.event("Awarded").arguments == {
        "id": id,
        "holder": ALICE,
        "points": 10,
        "held_before": 0,
        "held_after": 10 * VALUE,
    }
    assert outcome.event("Transfer").arguments == {"sender": bytes(20), "receiver": ALICE, "value": 10}
    assert (room.gain(ISSUER), room.liabilities(), room.read("held", id)) == (-50, 50, 50)
    assert (room.read("balanceOf", ALICE), room.read("totalSupply")) == (10, 10)
    assert room.read("last_deadline", id) == (now() // PERIOD + LIFE + 1) * PERIOD - 1
    assert room.read("last_deadline", UNKNOWN) == 0


def test_bad_awards_are_refused(room: Room) -> None:
    room.refused("points: not the issuer", "award", ALICE, 1, sender=ALICE)
    for receiver in (bytes(20), CONTRACT):
        room.refused("points: not a receiver", "award", receiver, 1, sender=ISSUER)
    room.refused("points: no amount", "award", ALICE, 0, sender=ISSUER)
    room.refused("points: amount out of range", "award", ALICE, 2**128 + 1, sender=ISSUER)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "award", ALICE, 10, sender=ISSUER)


def test_the_oldest_points_are_redeemed_first(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    old = ends_in()
    wait(PERIOD)
    room.do("award", ALICE, 10, sender=ISSUER)
    young = ends_in()
    outcome = room.attempt("redeem", 12, SHOP, sender=ALICE)
    shown = [event.arguments for event in outcome.events if event.name == "Redeemed"]
    assert shown == [
        {"id": old, "holder": ALICE, "receiver": SHOP, "points": 10, "held_before": 50, "held_after": 0},
        {"id": young, "holder": ALICE, "receiver": SHOP, "points": 2, "held_before": 50, "held_after": 40},
    ]
    assert (room.gain(SHOP), room.read("balanceOf", ALICE), room.liabilities()) == (60, 8, 40)


def test_bad_redemptions_are_refused(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    room.refused("points: too few points", "redeem", 11, SHOP, sender=ALICE)
    room.refused("points: too few points", "redeem", 1, SHOP, sender=BOB)
    room.refused("points: no amount", "redeem", 0, SHOP, sender=ALICE)
    for receiver in (bytes(20), CONTRACT):
        room.refused("points: not a receiver", "redeem", 1, receiver, sender=ALICE)


def test_points_that_ended_are_gone_and_their_money_goes_back(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    id = ends_in()
    wait((LIFE + 1) * PERIOD - 1)
    room.refused("points: not ended yet", "exit", id)
    room.do("redeem", 4, ALICE, sender=ALICE)
    wait(1)
    assert (room.read("balanceOf", ALICE), room.read("totalSupply"), room.read("held", id)) == (0, 0, 30)
    room.refused("points: too few points", "redeem", 1, ALICE, sender=ALICE)
    logged = room.event("Ended", "exit", id, sender=STRANGER)
    assert logged == {"id": id, "by": STRANGER, "points": 6, "held_before": 30, "held_after": 0}
    assert (room.gain(ISSUER), room.gain(ALICE), room.liabilities()) == (-20, 20, 0)
    room.refused("points: nothing held", "exit", id)
    room.refused("points: nothing held", "exit", b"\xff" * 32)


def test_points_passed_on_keep_their_end(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    old = int.from_bytes(ends_in(), "big")
    wait(PERIOD)
    room.do("award", ALICE, 10, sender=ISSUER)
    logged = room.event("Transfer", "transfer", BOB, 13, sender=ALICE)
    assert logged == {"sender": ALICE, "receiver": BOB, "value": 13}
    assert [room.read("lots", BOB, old + number) for number in range(2)] == [10, 3]
    assert [room.read("lots", ALICE, old + number) for number in range(2)] == [0, 7]
    room.refused("points: too few points", "transfer", BOB, 8, sender=ALICE)
    for receiver in (bytes(20), CONTRACT):
        room.refused("points: not a receiver", "transfer", receiver, 1, sender=ALICE)
    room.do("transfer", ALICE, 7, sender=ALICE)
    assert (room.read("balanceOf", ALICE), room.read("balanceOf", BOB)) == (7, 13)


def test_only_whom_the_holder_allowed_passes_its_points_on(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    room.refused("points: not allowed", "transferFrom", ALICE, BOB, 1, sender=BOB)
    assert room.event("Approval", "approve", BOB, 3, sender=ALICE) == {"owner": ALICE, "spender": BOB, "value": 3}
    room.do("transferFrom", ALICE, SHOP, 3, sender=BOB)
    room.refused("points: not allowed", "transferFrom", ALICE, BOB, 1, sender=BOB)
    room.do("approve", BOB, 2**256 - 1, sender=ALICE)
    room.do("transferFrom", ALICE, SHOP, 7, sender=BOB)
    assert (room.read("balanceOf", SHOP), room.read("allowance", ALICE, BOB)) == (10, 2**256 - 1)


def test_whose_claims_are_frozen_redeems_for_itself_only_and_passes_nothing_on() -> None:
    currency = place_currency(TOKEN, custodians=(CONTRACT,))
    programme = Placed(load("points"), CONTRACT, *ARGUMENTS)
    case = b"case 4".ljust(32, b"\0")
    currency.do("mint", ISSUER, 20 * VALUE, sender=MINTER)
    currency.do("approve", CONTRACT, 20 * VALUE, sender=ISSUER)
    for holder in (ALICE, BOB):
        programme.do("award", holder, 10, sender=ISSUER)
    programme.do("approve", BOB, 10, sender=ALICE)
    currency.do("freeze_claims", ALICE, case, sender=FREEZER)
    for name, arguments, sender in (
        ("redeem", (10, SHOP), ALICE),
        ("transfer", (BOB, 1), ALICE),
        ("transferFrom", (ALICE, SHOP, 1), BOB),
    ):
        assert programme.attempt(name, *arguments, sender=sender).words == "points: claims are frozen"
    programme.do("transfer", ALICE, 2, sender=BOB)
    programme.do("redeem", 8, SHOP, sender=BOB)
    programme.do("redeem", 12, ALICE, sender=ALICE)
    assert (currency.read("balanceOf", ALICE), programme.read("claimable", TOKEN, ALICE)) == (0, 12 * VALUE)
    currency.do("unfreeze_claims", ALICE, case, sender=FREEZER)
    programme.do("claim", TOKEN, ALICE)
    assert (currency.read("balanceOf", ALICE), currency.read("balanceOf", SHOP)) == (12 * VALUE, 8 * VALUE)


def test_a_refused_receiver_has_a_claim(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    room.token.do("block", SHOP)
    room.do("redeem", 10, SHOP, sender=ALICE)
    assert (room.owed(SHOP), room.liabilities()) == (50, 50)
    room.token.do("set_mode", HONEST)
    room.do("claim", TOKEN, SHOP)
    assert (room.gain(SHOP), room.liabilities()) == (50, 0)


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    room.do("award", ALICE, 10, sender=ISSUER)
    id = ends_in()
    wait((LIFE + 1) * PERIOD)
    room.do("award", ALICE, 10, sender=ISSUER)
    room.nothing_reenters("redeem", 1, ALICE, sender=ALICE, entered=["exit", id])
    assert room.read("held", id) == 50
