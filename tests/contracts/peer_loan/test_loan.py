"""A loan from the request to its last instalment, or to its default."""

import pytest

from tests.contracts.deal_room import CONTRACT, STRANGER, TEN_YEARS, TOKEN, UNKNOWN, Room
from tests.contracts.moods import HONEST
from tests.contracts.peer_loan.loans import (
    BORROWER,
    CLOSED,
    COLLATERAL,
    DEFAULTED,
    FIRST,
    GRACE,
    GUARANTOR,
    LENDER,
    LIVE,
    PERIOD,
    PLEDGE,
    PLEDGED,
    PRINCIPAL,
    REQUESTED,
    TO_FUND,
    TO_REPAY,
    live,
    new_room,
    pledged,
    requested,
    terms,
)
from tests.contracts.placed import HOSTILE_MOODS, hostile_token, now, wait

LAST = FIRST + 2 * PERIOD + GRACE


@pytest.fixture
def room() -> Room:
    return new_room()


def test_a_request_is_recorded_and_logged(room: Room) -> None:
    agreed, foretold = terms(), room.read("next_id", BORROWER)
    logged = room.event("Requested", "request", tuple(agreed.values()), sender=BORROWER)
    assert logged == {"id": foretold, "borrower": BORROWER, "lender": LENDER, "terms": agreed}
    record = {"borrower": BORROWER, "terms": agreed, "repaid": 0, "held": 0, "state": REQUESTED}
    assert room.read("loan", foretold) == record
    assert room.read("holds", foretold) == TOKEN
    assert room.read("last_deadline", foretold) == now() + TO_FUND
    assert room.read("last_deadline", UNKNOWN) == 0


def test_bad_terms_are_refused(room: Room) -> None:
    for changes, refusal in (
        ({"lender": bytes(20)}, "peer_loan: not a lender"),
        ({"lender": CONTRACT}, "peer_loan: not a lender"),
        ({"lender": BORROWER}, "peer_loan: not a lender"),
        ({"pledger": bytes(20)}, "peer_loan: not a pledger"),
        ({"pledger": CONTRACT}, "peer_loan: not a pledger"),
        ({"pledger": LENDER}, "peer_loan: not a pledger"),
        ({"token": STRANGER}, "peer_loan: not a token"),
        ({"token": CONTRACT}, "peer_loan: not a token"),
        ({"pledge_token": STRANGER}, "peer_loan: not a token"),
        ({"pledge_token": CONTRACT}, "peer_loan: not a token"),
        ({"principal": 0}, "peer_loan: no amount"),
        ({"pledge": 0}, "peer_loan: no amount"),
        ({"to_repay": PRINCIPAL - 1}, "peer_loan: less than was lent"),
        ({"to_repay": 2**128 + 1}, "peer_loan: amount out of range"),
        ({"pledge": 2**128 + 1}, "peer_loan: amount out of range"),
        ({"instalments": 0}, "peer_loan: bad instalments"),
        ({"instalments": 121}, "peer_loan: bad instalments"),
        ({"period_seconds": 0}, "peer_loan: bad instalments"),
        ({"period_seconds": 2**200}, "peer_loan: bad instalments"),
        ({"fund_deadline": now()}, "deadlines: has passed already"),
        ({"first_due": now() + TEN_YEARS + 1}, "deadlines: too far ahead"),
        ({"first_due": now() + TO_FUND}, "peer_loan: due before it is lent"),
        ({"first_due": now() + TEN_YEARS - 2 * PERIOD - GRACE + 1}, "deadlines: too far ahead"),
    ):
        room.refused(refusal, "request", tuple(terms(**changes).values()), sender=BORROWER)
    requested(room, first_due=now() + TEN_YEARS - 2 * PERIOD - GRACE, to_repay=PRINCIPAL)


def test_the_pledge_comes_first_and_then_the_money_goes_straight_to_the_borrower(room: Room) -> None:
    id = requested(room)
    room.refused("peer_loan: no pledge", "fund", id, sender=LENDER)
    room.refused("peer_loan: not the pledger", "pledge", id, sender=BORROWER)
    wait(TO_FUND)
    logged = room.event("Pledged", "pledge", id, sender=GUARANTOR)
    assert logged == {"id": id, "pledger": GUARANTOR, "held_before": 0, "held_after": PLEDGE}
    assert (room.read("held", id), room.read("loan", id)["state"]) == (PLEDGE, PLEDGED)
    room.refused("peer_loan: not requested", "pledge", id, sender=GUARANTOR)
    room.refused("peer_loan: not the lender", "fund", id, sender=BORROWER)
    room.refused("peer_loan: not live", "repay", id, 1, sender=BORROWER)
    logged = room.event("Funded", "fund", id, sender=LENDER)
    assert logged == {"id": id, "lender": LENDER, "borrower": BORROWER, "principal": PRINCIPAL}
    assert [room.gain(who) for who in (BORROWER, LENDER, GUARANTOR)] == [PRINCIPAL, -PRINCIPAL, -PLEDGE]
    assert (room.read("loan", id)["state"], room.liabilities()) == (LIVE, PLEDGE)
    room.refused("peer_loan: no pledge", "fund", id, sender=LENDER)


def test_after_the_deadline_nothing_is_pledged_or_lent_and_anyone_sends_the_pledge_back(room: Room) -> None:
    open_, covered = requested(room), pledged(room)
    wait(TO_FUND)
    room.refused("peer_loan: deadline has not passed", "exit", covered)
    wait(1)
    room.refused("peer_loan: deadline has passed", "pledge", open_, sender=GUARANTOR)
    room.refused("peer_loan: deadline has passed", "fund", covered, sender=LENDER)
    logged = room.event("Closed", "exit", covered, sender=STRANGER)
    assert logged == {"id": covered, "by": STRANGER, "to_pledger": PLEDGE, "held_before": PLEDGE, "held_after": 0}
    room.do("exit", open_)
    assert (room.gain(GUARANTOR), room.read("loan", open_)["state"]) == (0, CLOSED)
    room.refused("peer_loan: over", "exit", covered)
    room.refused("peer_loan: over", "exit", UNKNOWN)


@pytest.mark.parametrize("party", [BORROWER, LENDER, GUARANTOR])
def test_each_party_may_give_up_before_the_money_is_lent(room: Room, party: bytes) -> None:
    id, lent = pledged(room), live(room)
    room.refused("peer_loan: not a party", "cancel", id, sender=STRANGER)
    room.refused("peer_loan: lent or over", "cancel", lent, sender=party)
    room.do("cancel", id, sender=party)
    assert (room.gain(GUARANTOR), room.read("held", id), room.read("loan", id)["state"]) == (-PLEDGE, 0, CLOSED)
    room.refused("peer_loan: lent or over", "cancel", id, sender=party)
    room.do("cancel", requested(room), sender=party)


def test_instalments_reach_the_lender_and_the_last_frees_the_pledge(room: Room) -> None:
    id = live(room)
    room.refused("peer_loan: no amount", "repay", id, 0, sender=BORROWER)
    room.refused("peer_loan: more than is owed", "repay", id, TO_REPAY + 1, sender=BORROWER)
    logged = room.event("Repaid", "repay", id, 400, sender=BORROWER)
    assert logged == {"id": id, "by": BORROWER, "amount": 400, "owed_before": TO_REPAY, "owed_after": 600}
    room.refused("peer_loan: more than is owed", "repay", id, 601, sender=BORROWER)
    assert room.event("Closed", "repay", id, 600, sender=GUARANTOR)["to_pledger"] == PLEDGE
    assert [room.gain(who) for who in (BORROWER, LENDER, GUARANTOR)] == [500, 100, -600]
    assert (room.read("loan", id)["state"], room.liabilities()) == (CLOSED, 0)
    room.refused("peer_loan: not live", "repay", id, 1, sender=BORROWER)
    room.refused("peer_loan: not live", "seize", id, sender=LENDER)


def test_what_is_overdue_follows_the_instalments_with_five_days_of_grace(room: Room) -> None:
    """A third of 1,000 each, rounded down but for the last, which makes it whole."""
    id = live(room)
    for seconds, overdue in (
        (FIRST + GRACE, 0),
        (1, 333),
        (PERIOD - 1, 333),
        (1, 666),
        (PERIOD - 1, 666),
        (1, 1_000),
        (PERIOD, 1_000),
    ):
        wait(seconds)
        assert room.read("overdue", id) == overdue
    room.do("repay", id, 999, sender=BORROWER)
    assert room.read("overdue", id) == 1
    room.do("repay", id, 1, sender=BORROWER)
    assert room.read("overdue", id) == 0


def test_the_lender_takes_of_the_pledge_what_is_owed(room: Room) -> None:
    id = live(room)
    room.do("repay", id, 450, sender=BORROWER)
    wait(FIRST + PERIOD + GRACE)
    room.refused("peer_loan: nothing is overdue", "seize", id, sender=LENDER)
    wait(1)
    room.refused("peer_loan: not the lender", "seize", id, sender=GUARANTOR)
    outcome = room.attempt("seize", id, sender=LENDER)
    assert outcome.event("Seized").arguments == {
        "id": id,
        "lender": LENDER,
        "by": LENDER,
        "owed": 550,
        "value": 550,
        "held_before": PLEDGE,
        "held_after": 50,
    }
    assert outcome.event("Closed").arguments["to_pledger"] == 50
    assert [room.gain(who) for who in (LENDER, GUARANTOR)] == [450 + 550 - PRINCIPAL, -550]
    assert room.read("loan", id)["state"] == DEFAULTED


def test_a_pledge_too_small_is_taken_whole(room: Room) -> None:
    id = live(room)
    wait(LAST)
    room.refused("peer_loan: deadline has not passed", "exit", id)
    assert room.read("last_deadline", id) == now()
    wait(1)
    seized = room.event("Seized", "exit", id, sender=STRANGER)
    assert (seized["by"], seized["owed"], seized["value"], seized["held_after"]) == (STRANGER, TO_REPAY, PLEDGE, 0)
    assert (room.gain(LENDER), room.gain(GUARANTOR), room.liabilities()) == (PLEDGE - PRINCIPAL, -PLEDGE, 0)


def test_collateral_in_another_token_covers_the_part_that_is_owed(room: Room) -> None:
    """333 of 1,000 still owed take 333 of 1,000 of 7 pieces, rounded up: 3."""
    collateral = hostile_token(COLLATERAL)
    collateral.do("mint", BORROWER, 7)
    id = live(room, pledger=BORROWER, pledge_token=COLLATERAL, pledge=7)
    assert room.read("liabilities", COLLATERAL) == 7
    room.do("repay", id, 667, sender=BORROWER)
    wait(LAST + 1)
    room.do("seize", id, sender=LENDER)
    assert [collateral.read("balanceOf", who) for who in (LENDER, BORROWER)] == [3, 4]
    assert (room.read("liabilities", COLLATERAL), room.liabilities()) == (0, 0)


def test_a_token_that_takes_a_fee_is_refused(room: Room) -> None:
    id, covered = requested(room), pledged(room)
    room.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    room.refused("claims: less arrived than was sent", "pledge", id, sender=GUARANTOR)
    room.refused("claims: less arrived than was sent", "fund", covered, sender=LENDER)


def test_a_refused_lender_has_a_claim(room: Room) -> None:
    id = live(room)
    room.token.do("block", LENDER)
    room.do("repay", id, TO_REPAY, sender=BORROWER)
    assert (room.owed(LENDER), room.gain(GUARANTOR), room.liabilities()) == (TO_REPAY, 0, TO_REPAY)
    room.token.do("set_mode", HONEST)
    room.do("claim", TOKEN, LENDER)
    assert (room.gain(LENDER), room.liabilities()) == (100, 0)


def test_nothing_re_enters_while_money_moves(room: Room) -> None:
    id, other = live(room), live(room)
    wait(LAST + 1)
    room.nothing_reenters("seize", id, sender=LENDER, entered=["exit", other])
    assert room.read("held", other) == PLEDGE
