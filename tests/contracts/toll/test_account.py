"""An account from its first money to what comes back."""

import pytest

from tests.contracts.deal_room import CONTRACT, DAY, STRANGER, TEN_YEARS, TOKEN, UNKNOWN, Room, typed_digest
from tests.contracts.moods import HONEST
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until
from tests.contracts.signing_account import signing_account
from tests.contracts.toll.tags import (
    BRING,
    CLOSED,
    DAY_CAP,
    DEPOSIT,
    DRIVER,
    GANTRY,
    NEXT_TAG,
    OPEN,
    OPERATOR,
    PASSAGE_CAP,
    TAG,
    TERM,
    new_room,
    opened,
    passed,
    terms,
)


@pytest.fixture
def room() -> Room:
    """At the beginning of a day."""
    wait_until((now() // DAY + 1) * DAY)
    return new_room()


def test_an_account_is_recorded_and_logged(room: Room) -> None:
    foretold, ends = room.read("next_id", DRIVER), now() + TERM
    outcome = room.attempt("open", *terms(), sender=DRIVER)
    agreed = {
        "driver": DRIVER,
        "operator": OPERATOR,
        "token": TOKEN,
        "tag": TAG.address,
        "passage_cap": PASSAGE_CAP,
        "day_cap": DAY_CAP,
        "ends": ends,
    }
    assert outcome.event("Opened").arguments == {"id": foretold, **agreed}
    paid_in = {"id": foretold, "by": DRIVER, "amount": DEPOSIT, "held_before": 0, "held_after": DEPOSIT}
    assert outcome.event("ToppedUp").arguments == paid_in
    rest = {"former_tag": bytes(20), "replaced_at": 0, "held": DEPOSIT, "state": OPEN}
    assert room.read("account", foretold) == {**agreed, **rest}
    assert (room.read("last_deadline", foretold), room.read("last_deadline", UNKNOWN)) == (ends + BRING, 0)


def test_bad_terms_are_refused(room: Room) -> None:
    for place, value, refusal in (
        (0, bytes(20), "toll: not an operator"),
        (0, CONTRACT, "toll: not an operator"),
        (0, DRIVER, "toll: not an operator"),
        (1, STRANGER, "toll: not a token"),
        (1, CONTRACT, "toll: not a token"),
        (2, bytes(20), "toll: not a tag"),
        (2, CONTRACT, "toll: not a tag"),
        (3, 0, "toll: caps out of order"),
        (4, PASSAGE_CAP - 1, "toll: caps out of order"),
        (5, now(), "deadlines: has passed already"),
        (5, now() + TEN_YEARS + 1, "deadlines: too far ahead"),
        (6, 0, "toll: no amount"),
    ):
        changed = terms()
        changed[place] = value
        room.refused(refusal, "open", *changed, sender=DRIVER)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "open", *terms(), sender=DRIVER)


def test_a_signed_passage_is_paid_once(room: Room) -> None:
    id = opened(room)
    type_string = "Passage(bytes32 id,bytes32 gantry,uint256 amount,uint256 at)"
    signature = TAG.sign(typed_digest("Jiaozi Toll", type_string, id, GANTRY, 40, now()))
    logged = room.event("Charged", "charge", id, GANTRY, 40, now(), signature, sender=OPERATOR)
    assert logged == {
        "id": id,
        "gantry": GANTRY,
        "at": now(),
        "asked": 40,
        "amount": 40,
        "held_before": DEPOSIT,
        "held_after": DEPOSIT - 40,
    }
    assert (room.gain(OPERATOR), room.liabilities()) == (40, DEPOSIT - 40)
    room.refused("toll: brought already", "charge", id, GANTRY, 40, now(), signature, sender=OPERATOR)
    room.refused("toll: brought already", "charge", *passed(room, id, 41, now()), sender=OPERATOR)
    room.do("charge", *passed(room, id, 40, now(), gantry=UNKNOWN), sender=OPERATOR)


def test_a_day_costs_no_more_than_its_cap_and_the_next_begins_afresh(room: Room) -> None:
    id = opened(room)
    day = now() // DAY
    wait(DAY - 1)
    results = [room.do("charge", *passed(room, id, 100, now() - ago), sender=OPERATOR) for ago in (3, 2, 0, 1)]
    assert results == [100, 100, 50, 0]
    wait(1)
    assert room.do("charge", *passed(room, id, 100, now()), sender=OPERATOR) == 100
    assert [room.read("charged_on", id, day + number) for number in range(2)] == [DAY_CAP, 100]


def test_an_empty_account_pays_what_it_has_and_is_topped_up(room: Room) -> None:
    id: bytes = room.do("open", *[*terms()[:-1], 30], sender=DRIVER)
    assert room.do("charge", *passed(room, id, 40, now()), sender=OPERATOR) == 30
    logged = room.event("ToppedUp", "top_up", id, 5, sender=OPERATOR)
    assert logged == {"id": id, "by": OPERATOR, "amount": 5, "held_before": 0, "held_after": 5}
    room.refused("toll: no amount", "top_up", id, 0, sender=DRIVER)


def test_bad_passages_are_refused(room: Room) -> None:
    id, other = opened(room), opened(room)
    good = passed(room, id, 40, now())
    room.refused("toll: not the operator", "charge", *good, sender=DRIVER)
    room.refused("toll: not open", "charge", UNKNOWN, *good[1:], sender=OPERATOR)
    room.refused("toll: not passed yet", "charge", *passed(room, id, 40, now() + 1), sender=OPERATOR)
    room.refused("toll: over the passage cap", "charge", *passed(room, id, 101, now()), sender=OPERATOR)
    room.refused("toll: tag has not signed", "charge", *passed(room, id, 40, now(), NEXT_TAG), sender=OPERATOR)
    room.refused("toll: tag has not signed", "charge", other, *good[1:], sender=OPERATOR)
    room.refused("toll: tag has not signed", "charge", id, GANTRY, 41, *good[3:], sender=OPERATOR)
    wait(BRING + 1)
    room.refused("toll: brought too late", "charge", *good, sender=OPERATOR)
    room.do("charge", *passed(room, id, 100, now() - BRING), sender=OPERATOR)


def test_a_replaced_tag_pays_for_what_it_passed_before_and_for_nothing_after(room: Room) -> None:
    id = opened(room)
    room.refused("toll: not the driver", "replace_tag", id, NEXT_TAG.address, sender=OPERATOR)
    room.refused("toll: not a tag", "replace_tag", id, CONTRACT, sender=DRIVER)
    wait(10)
    replaced = now()
    logged = room.event("TagReplaced", "replace_tag", id, NEXT_TAG.address, sender=DRIVER)
    assert logged == {"id": id, "former": TAG.address, "tag": NEXT_TAG.address}
    wait(1)
    room.refused("toll: tag has not signed", "charge", *passed(room, id, 40, now(), TAG), sender=OPERATOR)
    room.refused("toll: tag has not signed", "charge", *passed(room, id, 40, replaced, NEXT_TAG), sender=OPERATOR)
    room.do("charge", *passed(room, id, 40, replaced, TAG), sender=OPERATOR)
    room.do("charge", *passed(room, id, 40, now(), NEXT_TAG), sender=OPERATOR)
    wait(BRING - 1)
    room.refused("toll: replaced just now", "replace_tag", id, TAG.address, sender=DRIVER)
    wait(1)
    room.do("replace_tag", id, bytes(20), sender=DRIVER)
    wait(1)
    room.refused("toll: tag has not signed", "charge", *passed(room, id, 40, now(), NEXT_TAG), sender=OPERATOR)


def test_a_tag_may_be_a_contract(room: Room) -> None:
    tag = signing_account(b"\xc7" * 20)
    changed = terms()
    changed[2] = tag.address
    id: bytes = room.do("open", *changed, sender=DRIVER)
    tag.do("sign", room.read("passage_digest", id, GANTRY, 7, now()))
    assert room.do("charge", id, GANTRY, 7, now(), b"", sender=OPERATOR) == 7


def test_a_driver_closes_and_has_the_rest_back_after_three_days(room: Room) -> None:
    id, ends = opened(room), now() + TERM
    room.refused("toll: not the driver", "close", id, sender=OPERATOR)
    wait(10)
    closed = now()
    logged = room.event("Ending", "close", id, sender=DRIVER)
    assert logged == {"id": id, "driver": DRIVER, "ends_before": ends, "ends_after": closed}
    room.refused("toll: has ended", "close", id, sender=DRIVER)
    room.do("top_up", id, 1, sender=DRIVER)
    wait(1)
    room.refused("toll: has ended", "top_up", id, 1, sender=DRIVER)
    room.refused("toll: passed after the end", "charge", *passed(room, id, 40, now()), sender=OPERATOR)
    wait(BRING - 1)
    room.refused("toll: has not ended", "exit", id)
    room.do("charge", *passed(room, id, 40, closed), sender=OPERATOR)
    wait(1)
    logged = room.event("Closed", "exit", id, sender=STRANGER)
    rest = DEPOSIT + 1 - 40
    assert logged == {"id": id, "by": STRANGER, "to_driver": rest, "held_before": rest, "held_after": 0}
    assert (room.gain(DRIVER), room.gain(OPERATOR), room.read("account", id)["state"]) == (-40, 40, CLOSED)
    for name, arguments, sender in (
        ("exit", (), STRANGER),
        ("top_up", (1,), DRIVER),
        ("close", (), DRIVER),
        ("replace_tag", (TAG.address,), DRIVER),
    ):
        room.refused("toll: not open", name, id, *arguments, sender=sender)


def test_a_refused_operator_has_a_claim(room: Room) -> None:
    id = opened(room)
    room.token.do("block", OPERATOR)
    room.do("charge", *passed(room, id, 40, now()), sender=OPERATOR)
    assert (room.owed(OPERATOR), room.liabilities()) == (40, DEPOSIT)
    assert room.read("is_brought", id, GANTRY, now())
    room.token.do("set_mode", HONEST)
    room.do("claim", TOKEN, OPERATOR)
    assert room.gain(OPERATOR) == 40


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    id, other = opened(room), opened(room)
    wait(TERM + BRING + 1)
    room.nothing_reenters("exit", id, sender=DRIVER, entered=["exit", other])
    assert room.read("held", other) == DEPOSIT
