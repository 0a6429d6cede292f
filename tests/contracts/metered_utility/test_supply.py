"""A supply from its first deposit to what comes back."""

import pytest

from tests.contracts.deal_room import CONTRACT, STRANGER, TEN_YEARS, TOKEN, UNKNOWN, Room, typed_digest
from tests.contracts.metered_utility.supplies import (
    CAP,
    CLOSED,
    CUSTOMER,
    DEPOSIT,
    FIRST,
    METER,
    OPEN,
    PERIOD,
    SETTLE,
    TARIFF,
    TERM,
    UTILITY,
    new_room,
    opened,
    signed,
    terms,
)
from tests.contracts.moods import HONEST
from tests.contracts.placed import HOSTILE_MOODS, now, wait
from tests.contracts.signers import Signer
from tests.contracts.signing_account import signing_account


@pytest.fixture
def room() -> Room:
    return new_room()


def test_a_supply_is_recorded_and_logged(room: Room) -> None:
    agreed, foretold = terms(), room.read("next_id", CUSTOMER)
    outcome = room.attempt("open", tuple(agreed.values()), DEPOSIT, sender=CUSTOMER)
    assert outcome.event("Opened").arguments == {
        "id": foretold,
        "customer": CUSTOMER,
        "utility": UTILITY,
        "terms": agreed,
    }
    paid_in = {"id": foretold, "by": CUSTOMER, "amount": DEPOSIT, "held_before": 0, "held_after": DEPOSIT}
    assert outcome.event("ToppedUp").arguments == paid_in
    assert room.read("supply", foretold) == {
        "customer": CUSTOMER,
        "terms": agreed,
        "starts": now(),
        "held": DEPOSIT,
        "reading": FIRST,
        "read_at": now(),
        "period": 0,
        "charged": 0,
        "state": OPEN,
    }
    assert room.read("last_deadline", foretold) == now() + TERM + SETTLE
    assert room.read("last_deadline", UNKNOWN) == 0


def test_bad_terms_are_refused(room: Room) -> None:
    for changes, refusal in (
        ({"utility": bytes(20)}, "metered_utility: not a utility"),
        ({"utility": CONTRACT}, "metered_utility: not a utility"),
        ({"utility": CUSTOMER}, "metered_utility: not a utility"),
        ({"meter": bytes(20)}, "metered_utility: not a meter"),
        ({"meter": CONTRACT}, "metered_utility: not a meter"),
        ({"meter": CUSTOMER}, "metered_utility: not a meter"),
        ({"token": STRANGER}, "metered_utility: not a token"),
        ({"token": CONTRACT}, "metered_utility: not a token"),
        ({"tariff": 0}, "metered_utility: no amount"),
        ({"cap": 0}, "metered_utility: no amount"),
        ({"tariff": 2**128 + 1}, "metered_utility: out of range"),
        ({"first_reading": 2**128 + 1}, "metered_utility: out of range"),
        ({"period_seconds": 0}, "metered_utility: no period"),
        ({"ends": now()}, "deadlines: has passed already"),
        ({"ends": now() + TEN_YEARS + 1}, "deadlines: too far ahead"),
    ):
        room.refused(refusal, "open", tuple(terms(**changes).values()), DEPOSIT, sender=CUSTOMER)
    room.refused("metered_utility: no amount", "open", tuple(terms().values()), 0, sender=CUSTOMER)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "open", tuple(terms().values()), DEPOSIT, sender=CUSTOMER)


def test_units_are_charged_at_the_tariff(room: Room) -> None:
    id = opened(room)
    wait(60)
    type_string = "Reading(bytes32 id,uint256 reading,uint256 at)"
    digest = typed_digest("Jiaozi Metered Utility", type_string, id, FIRST + 40, now())
    logged = room.event("Charged", "charge", id, FIRST + 40, now(), METER.sign(digest), sender=STRANGER)
    assert logged == {
        "id": id,
        "utility": UTILITY,
        "reading": FIRST + 40,
        "at": now(),
        "units": 40,
        "amount": 40 * TARIFF,
        "uncharged": 0,
        "held_before": DEPOSIT,
        "held_after": DEPOSIT - 120,
    }
    assert (room.gain(UTILITY), room.liabilities()) == (120, DEPOSIT - 120)


def test_a_period_is_charged_up_to_its_cap_and_the_next_begins_afresh(room: Room) -> None:
    id = opened(room)
    wait(1)
    room.do("charge", *signed(room, id, FIRST + 90, now()))
    wait(PERIOD - 2)
    capped = room.event("Charged", "charge", *signed(room, id, FIRST + 190, now()))
    assert (capped["units"], capped["amount"], capped["uncharged"]) == (100, CAP - 270, 270)
    wait(1)
    fresh = room.event("Charged", "charge", *signed(room, id, FIRST + 191, now()))
    assert (fresh["amount"], room.read("supply", id)["period"], room.gain(UTILITY)) == (3, 1, CAP + 3)


def test_no_more_is_charged_than_the_deposit(room: Room) -> None:
    id = opened(room, 100)
    wait(1)
    charged = room.event("Charged", "charge", *signed(room, id, FIRST + 40, now()))
    assert (charged["amount"], charged["uncharged"], charged["held_after"]) == (100, 20, 0)
    room.token.do("mint", STRANGER, 50)
    logged = room.event("ToppedUp", "top_up", id, 50, sender=STRANGER)
    assert logged == {"id": id, "by": STRANGER, "amount": 50, "held_before": 0, "held_after": 50}
    room.refused("metered_utility: no amount", "top_up", id, 0, sender=CUSTOMER)


def test_bad_readings_are_refused(room: Room) -> None:
    id, other = opened(room), opened(room)
    wait(10)
    room.do("charge", *signed(room, id, FIRST + 5, now()))
    good = signed(room, id, FIRST + 6, now() + 1)
    room.refused("metered_utility: not read yet", "charge", *good)
    room.refused("metered_utility: out of time", "charge", *signed(room, id, FIRST + 6, now()))
    wait(1)
    room.refused("metered_utility: runs backwards", "charge", *signed(room, id, FIRST + 4, now()))
    room.refused("metered_utility: out of range", "charge", *signed(room, id, 2**128 + 1, now()))
    room.refused("metered_utility: meter has not signed", "charge", *signed(room, id, FIRST + 6, now(), Signer(32)))
    room.refused("metered_utility: meter has not signed", "charge", other, *good[1:])
    room.refused("metered_utility: meter has not signed", "charge", id, FIRST + 7, *good[2:])
    room.refused("metered_utility: not open", "charge", UNKNOWN, *good[1:])
    room.do("charge", *good)
    room.refused("metered_utility: out of time", "charge", *good)


def test_a_meter_may_be_a_contract(room: Room) -> None:
    meter = signing_account(b"\xc7" * 20)
    id = opened(room, meter=meter.address)
    wait(1)
    meter.do("sign", room.read("reading_digest", id, FIRST + 1, now()))
    room.do("charge", id, FIRST + 1, now(), b"")
    assert room.gain(UTILITY) == TARIFF


def test_readings_of_the_last_units_may_come_for_a_week_and_then_the_rest_goes_back(room: Room) -> None:
    id = opened(room)
    end = now() + TERM
    wait(TERM)
    room.do("top_up", id, 1, sender=CUSTOMER)
    wait(1)
    room.refused("metered_utility: has ended", "top_up", id, 1, sender=CUSTOMER)
    room.refused("metered_utility: has ended", "stop", id, sender=CUSTOMER)
    room.refused("metered_utility: out of time", "charge", *signed(room, id, FIRST + 1, end + 1))
    wait(SETTLE - 1)
    room.refused("metered_utility: has not ended", "exit", id)
    room.do("charge", *signed(room, id, FIRST + 1, end - 1))
    wait(1)
    room.refused("metered_utility: too late", "charge", *signed(room, id, FIRST + 2, end))
    logged = room.event("Closed", "exit", id, sender=STRANGER)
    rest = DEPOSIT + 1 - TARIFF
    assert logged == {"id": id, "by": STRANGER, "to_customer": rest, "held_before": rest, "held_after": 0}
    assert (room.gain(CUSTOMER), room.gain(UTILITY), room.read("supply", id)["state"]) == (-TARIFF, TARIFF, CLOSED)
    room.refused("metered_utility: not open", "exit", id)


def test_a_customer_stops_and_a_utility_closes(room: Room) -> None:
    id, end = opened(room), now() + TERM
    room.refused("metered_utility: not the customer", "stop", id, sender=UTILITY)
    wait(100)
    logged = room.event("Stopped", "stop", id, sender=CUSTOMER)
    assert logged == {"id": id, "customer": CUSTOMER, "ends_before": end, "ends_after": now()}
    room.refused("metered_utility: has ended", "stop", id, sender=CUSTOMER)
    room.do("charge", *signed(room, id, FIRST + 1, now()))
    room.refused("metered_utility: not the utility", "close", id, sender=CUSTOMER)
    room.do("close", id, sender=UTILITY)
    assert (room.gain(CUSTOMER), room.liabilities()) == (-TARIFF, 0)
    for name, sender in (("close", UTILITY), ("stop", CUSTOMER)):
        room.refused("metered_utility: not open", name, id, sender=sender)
    room.refused("metered_utility: not open", "top_up", id, 1, sender=CUSTOMER)


def test_a_refused_utility_has_a_claim(room: Room) -> None:
    id = opened(room)
    wait(1)
    room.token.do("block", UTILITY)
    room.do("charge", *signed(room, id, FIRST + 10, now()))
    assert (room.owed(UTILITY), room.liabilities()) == (30, DEPOSIT)
    room.token.do("set_mode", HONEST)
    room.do("claim", TOKEN, UTILITY)
    assert room.gain(UTILITY) == 30


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    id, other = opened(room), opened(room)
    wait(TERM + SETTLE + 1)
    room.nothing_reenters("close", id, sender=UTILITY, entered=["exit", other])
    assert room.read("held", other) == DEPOSIT
