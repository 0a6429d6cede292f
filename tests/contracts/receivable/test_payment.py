"""Setting money aside, redeeming, being late, default, recourse and the exit."""

import pytest

from tests.contracts.placed import HOSTILE_MOODS, wait, wait_until
from tests.contracts.receivable.debts import (
    BANK,
    CAROL,
    DEFAULTED,
    FACE,
    GRACE_S,
    LIEN,
    RECEIVABLE,
    REDEEMED,
    SUPPLIER,
    TERM_S,
    WEALTH,
    Debts,
)
from tests.contracts.trade.market import ALICE, BOB, DAY_S, STRANGER, TOKEN, wait_past


def test_the_debtor_sets_money_aside(book: Debts) -> None:
    id = book.issued()
    book.refused("receivable: not accepted", "fund", id, 1, sender=ALICE)
    book.receivable.do("accept", id, sender=ALICE)
    for nobody in (BOB, STRANGER):
        book.refused("receivable: not the debtor", "fund", id, 1, sender=nobody)
    book.refused("receivable: no amount", "fund", id, 0, sender=ALICE)
    book.refused("receivable: more than is owed", "fund", id, FACE + 1, sender=ALICE)
    outcome = book.receivable.attempt("fund", id, 4_000, sender=ALICE)
    assert outcome.event("Funded").arguments == {
        "id": id,
        "debtor": ALICE,
        "value": 4_000,
        "held_before": 0,
        "held_after": 4_000,
    }
    assert book.receivable.read("held", id) == book.balance(RECEIVABLE) == 4_000
    assert book.receivable.read("liabilities", TOKEN) == 4_000
    book.refused("receivable: more than is owed", "fund", id, 6_001, sender=ALICE)
    again = book.receivable.attempt("fund", id, 6_000, sender=ALICE).event("Funded").arguments
    assert (again["held_before"], again["held_after"]) == (4_000, FACE)
    assert book.receivable.read("held", id) == FACE


def test_money_is_set_aside_up_to_the_due_date(book: Debts) -> None:
    id = book.accepted()
    wait(TERM_S)
    book.receivable.do("fund", id, 1, sender=ALICE)
    wait(1)
    book.refused("receivable: past due, redeem instead", "fund", id, 1, sender=ALICE)


def test_a_token_that_takes_a_fee_is_refused(book: Debts) -> None:
    id = book.accepted()
    book.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    book.refused("claims: less arrived than was sent", "fund", id, 100, sender=ALICE)
    book.refused("claims: less arrived than was sent", "redeem", id, sender=ALICE)


def test_at_the_due_date_anyone_has_a_part_redeemed(book: Debts) -> None:
    id = book.accepted()
    given = book.endorse(id, SUPPLIER, 4_000)
    wait(TERM_S - 1)
    for nobody in (STRANGER, SUPPLIER, BOB):
        book.refused("receivable: not due", "redeem", given, sender=nobody)
    wait(1)
    outcome = book.receivable.attempt("redeem", given, sender=STRANGER)
    assert outcome.result == 4_000
    assert outcome.event("PartRedeemed").arguments == {
        "id": id,
        "part": given,
        "to": SUPPLIER,
        "value": 4_000,
        "penalty": 0,
        "live_after": 6_000,
        "held_before": 0,
        "held_after": 0,
    }
    assert (book.balance(SUPPLIER), book.balance(ALICE)) == (WEALTH + 4_000, WEALTH - 4_000)
    record = book.credential(id)
    assert (record["live"], record["redeemed"]) == (6_000, 4_000)
    book.refused("receivable: nothing to redeem", "redeem", given, sender=STRANGER)
    last = book.receivable.attempt("redeem", id, sender=STRANGER)
    assert last.event("Redeemed").arguments == {"id": id, "face": FACE, "held_before": 0, "held_after": 0}
    assert book.credential(id)["state"] == REDEEMED
    assert book.balance(BOB) == WEALTH + 6_000


def test_the_debtor_redeems_at_any_time(book: Debts) -> None:
    id = book.accepted()
    book.receivable.do("redeem", id, sender=ALICE)
    assert book.balance(BOB) == WEALTH + FACE


def test_each_part_takes_its_share_of_what_is_set_aside(book: Debts) -> None:
    id = book.accepted()
    given = book.endorse(id, SUPPLIER, 3_333)
    book.receivable.do("fund", id, 5_001, sender=ALICE)
    outcome = book.receivable.attempt("redeem", given, sender=ALICE).event("PartRedeemed").arguments
    assert (outcome["held_before"], outcome["held_after"]) == (5_001, 5_001 - 5_001 * 3_333 // FACE)
    assert book.balance(ALICE) == WEALTH - 5_001 - (3_333 - 5_001 * 3_333 // FACE)
    book.receivable.do("redeem", id, sender=ALICE)
    assert book.receivable.read("held", id) == book.receivable.read("liabilities", TOKEN) == 0
    assert (book.balance(ALICE), book.balance(BOB)) == (WEALTH - FACE, WEALTH + 6_667)


def test_what_is_all_set_aside_needs_no_allowance(book: Debts) -> None:
    id = book.accepted()
    book.receivable.do("fund", id, FACE, sender=ALICE)
    wait(TERM_S + 50 * DAY_S)
    book.token.do("block", RECEIVABLE)
    assert book.receivable.read("penalty", id) == 0
    assert book.receivable.do("redeem", id, sender=STRANGER) == FACE
    assert book.balance(BOB) == WEALTH + FACE


@pytest.mark.parametrize(("late", "days"), [(0, 0), (1, 1), (DAY_S, 1), (DAY_S + 1, 2), (100 * DAY_S, 100)])
def test_being_late_costs_by_the_day_begun(book: Debts, late: int, days: int) -> None:
    id = book.accepted()
    wait(TERM_S + late)
    penalty = days * 5
    assert book.receivable.read("penalty", id) == penalty
    outcome = book.receivable.attempt("redeem", id, sender=STRANGER)
    assert outcome.result == FACE + penalty
    assert outcome.event("PartRedeemed").arguments["penalty"] == penalty
    assert book.balance(BOB) == WEALTH + FACE + penalty
    assert book.credential(id)["redeemed"] == FACE
    assert book.receivable.read("penalty", id) == 0


def test_only_what_was_not_set_aside_is_late(book: Debts) -> None:
    id = book.accepted(rate=100)
    book.receivable.do("fund", id, 9_000, sender=ALICE)
    wait(TERM_S + 1)
    assert book.receivable.read("penalty", id) == 10
    assert book.receivable.do("redeem", id, sender=STRANGER) == FACE + 10
    assert book.balance(BOB) == WEALTH + FACE + 10


def test_a_lienholder_is_paid_with_the_penalty(book: Debts) -> None:
    id = book.accepted()
    book.receivable.do("lock", id, BANK, LIEN, sender=BOB)
    wait(TERM_S + 1)
    outcome = book.receivable.attempt("redeem", id, sender=STRANGER)
    assert outcome.event("PartRedeemed").arguments["to"] == BANK
    assert book.balance(BANK) == FACE + 5
    assert book.receivable.read("proceeds", id, BANK) == (BOB, TOKEN, FACE + 5, FACE + 5)


def test_a_frozen_holder_is_paid_into_a_claim(book: Debts) -> None:
    id = book.accepted()
    book.token.do("block", BOB)
    outcome = book.receivable.attempt("redeem", id, sender=ALICE)
    assert outcome.event("ClaimCredited").arguments["amount"] == FACE
    assert outcome.event("ClaimCredited").arguments["id"] == id
    assert book.receivable.read("claimable", TOKEN, BOB) == FACE
    assert book.credential(id)["state"] == REDEEMED
    book.token.do("set_mode", 0)
    book.receivable.do("claim", TOKEN, BOB, sender=STRANGER)
    assert book.balance(BOB) == WEALTH + FACE


def test_a_debtor_that_does_not_pay_is_in_default_after_the_grace_period(book: Debts) -> None:
    id = book.issued()
    book.refused("receivable: not accepted", "declare_default", id, sender=STRANGER)
    book.receivable.do("accept", id, sender=ALICE)
    book.receivable.do("fund", id, FACE - 1, sender=ALICE)
    wait(TERM_S + GRACE_S)
    book.refused("receivable: deadline has not passed", "declare_default", id, sender=BOB)
    wait(1)
    outcome = book.receivable.attempt("declare_default", id, sender=STRANGER)
    assert outcome.event("Defaulted").arguments == {
        "id": id,
        "by": STRANGER,
        "live": FACE,
        "held_before": FACE - 1,
        "held_after": FACE - 1,
    }
    assert book.credential(id)["state"] == DEFAULTED
    book.refused("receivable: not accepted", "declare_default", id, sender=STRANGER)


def test_what_is_all_set_aside_is_never_in_default(book: Debts) -> None:
    id = book.accepted()
    book.receivable.do("fund", id, FACE, sender=ALICE)
    wait(TERM_S + GRACE_S + 1)
    book.refused("receivable: is funded", "declare_default", id, sender=BOB)


def test_a_debtor_in_default_may_still_pay(book: Debts) -> None:
    id = book.accepted()
    wait(TERM_S + GRACE_S + 1)
    book.receivable.do("declare_default", id, sender=BOB)
    assert book.receivable.do("redeem", id, sender=ALICE) == FACE + 11 * 5
    assert book.credential(id)["state"] == REDEEMED
    book.refused("receivable: not in default", "recourse", id, BOB, sender=BOB)


def defaulted(book: Debts) -> bytes:
    """Held by carol, endorsed to her by bob and by his supplier, both with recourse."""
    id = book.accepted()
    book.endorse(id, SUPPLIER, FACE)
    book.endorse(id, CAROL, FACE)
    wait(TERM_S + GRACE_S + 1)
    book.receivable.do("declare_default", id, sender=STRANGER)
    return id


def test_the_holder_has_recourse_to_whoever_answers_for_it(book: Debts) -> None:
    id = defaulted(book)
    for nobody in (STRANGER, BOB):
        book.refused("receivable: not the holder", "recourse", id, SUPPLIER, sender=nobody)
    for nobody in (STRANGER, CAROL, ALICE):
        book.refused("receivable: does not answer for it", "recourse", id, nobody, sender=CAROL)
    outcome = book.receivable.attempt("recourse", id, SUPPLIER, sender=CAROL)
    assert outcome.event("Recourse").arguments == {
        "id": id,
        "part": id,
        "endorser": SUPPLIER,
        "former": CAROL,
        "value": FACE,
        "held_before": 0,
        "held_after": 0,
    }
    assert (book.balance(CAROL), book.balance(SUPPLIER)) == (FACE, WEALTH - FACE)
    assert book.part(id)["holder"] == SUPPLIER
    assert book.receivable.read("endorsers", id) == (BOB,)
    assert book.credential(id)["live"] == FACE
    book.receivable.do("recourse", id, BOB, sender=SUPPLIER)
    assert (book.part(id)["holder"], book.receivable.read("endorsers", id)) == (BOB, ())
    book.refused("receivable: does not answer for it", "recourse", id, SUPPLIER, sender=BOB)
    book.receivable.do("redeem", id, sender=STRANGER)
    assert (book.balance(BOB), book.balance(SUPPLIER)) == (WEALTH + 11 * 5, WEALTH)


def test_an_endorser_pays_of_its_own_accord(book: Debts) -> None:
    id = defaulted(book)
    book.receivable.do("recourse", id, BOB, sender=BOB)
    assert book.part(id)["holder"] == BOB
    assert book.receivable.read("endorsers", id) == ()
    assert book.balance(CAROL) == FACE


def test_recourse_needs_a_default_and_an_unlocked_live_part(book: Debts) -> None:
    id = book.accepted()
    given = book.endorse(id, SUPPLIER, 1_000)
    locked = book.endorse(id, SUPPLIER, 2_000)
    book.receivable.do("lock", locked, BANK, LIEN, sender=SUPPLIER)
    book.refused("receivable: not in default", "recourse", given, BOB, sender=SUPPLIER)
    wait(TERM_S + GRACE_S + 1)
    book.receivable.do("declare_default", id, sender=STRANGER)
    book.receivable.do("redeem", given, sender=STRANGER)
    book.refused("receivable: nothing to redeem", "recourse", given, BOB, sender=SUPPLIER)
    book.refused("receivable: locked", "recourse", locked, BOB, sender=SUPPLIER)
    book.receivable.do("release_assigned", locked, sender=BANK)
    book.receivable.do("recourse", locked, BOB, sender=SUPPLIER)


def test_who_endorsed_without_recourse_does_not_answer(book: Debts) -> None:
    id = book.accepted()
    book.endorse(id, SUPPLIER, FACE, recourse=False)
    wait(TERM_S + GRACE_S + 1)
    book.receivable.do("declare_default", id, sender=STRANGER)
    book.refused("receivable: does not answer for it", "recourse", id, BOB, sender=SUPPLIER)


def test_a_frozen_holder_has_recourse_into_a_claim(book: Debts) -> None:
    id = defaulted(book)
    book.token.do("block", CAROL)
    book.receivable.do("recourse", id, BOB, sender=CAROL)
    assert book.receivable.read("claimable", TOKEN, CAROL) == FACE
    assert book.receivable.read("liabilities", TOKEN) == FACE


def test_an_exit_divides_what_is_set_aside_to_the_unit(book: Debts) -> None:
    id = book.accepted()
    first = book.endorse(id, SUPPLIER, 3_333)
    second = book.endorse(id, CAROL, 3_333)
    book.receivable.do("lock", second, BANK, LIEN, sender=CAROL)
    book.refused("receivable: nothing to exit", "exit", id, sender=STRANGER)
    book.receivable.do("fund", id, 1_001, sender=ALICE)
    wait_until(book.receivable.read("last_deadline", id))
    book.refused("receivable: deadline has not passed", "exit", id, sender=STRANGER)
    wait(1)
    outcome = book.receivable.attempt("exit", id, sender=STRANGER)
    paid = [(event.arguments["part"], event.arguments["to"], event.arguments["value"]) for event in outcome.events]
    # 1,001 x 3,334, 3,333 and 3,333 of 10,000 are 333.73, 333.63 and 333.63: the spare units go to the first two.
    assert paid == [(id, BOB, 334), (first, SUPPLIER, 334), (second, BANK, 333)]
    assert [event.arguments["held_after"] for event in outcome.events] == [667, 333, 0]
    assert (book.balance(SUPPLIER), book.balance(BANK)) == (WEALTH + 334, 333)
    assert book.receivable.read("proceeds", second, BANK) == (CAROL, TOKEN, 3_333, 333)
    record = book.credential(id)
    assert (record["live"], record["redeemed"], record["held"]) == (FACE - 1_001, 1_001, 0)
    assert book.part(id)["amount"] == 3_000
    book.refused("receivable: nothing to exit", "exit", id, sender=STRANGER)
    book.receivable.do("declare_default", id, sender=STRANGER)


def test_an_exit_of_all_of_it_redeems(book: Debts) -> None:
    id = book.accepted()
    given = book.endorse(id, SUPPLIER, 4_000)
    book.receivable.do("redeem", given, sender=ALICE)
    book.receivable.do("fund", id, 6_000, sender=ALICE)
    wait_past(book.receivable.read("last_deadline", id))
    outcome = book.receivable.attempt("exit", id, sender=STRANGER)
    assert [event.name for event in outcome.events] == ["PartRedeemed", "Redeemed"]
    assert book.credential(id)["state"] == REDEEMED
    assert book.balance(BOB) == WEALTH + 6_000


def test_a_frozen_holder_does_not_hold_up_the_exit(book: Debts) -> None:
    id = book.accepted()
    book.endorse(id, SUPPLIER, 5_000)
    book.receivable.do("fund", id, FACE, sender=ALICE)
    wait_past(book.receivable.read("last_deadline", id))
    book.token.do("block", SUPPLIER)
    book.receivable.do("exit", id, sender=STRANGER)
    assert book.receivable.read("claimable", TOKEN, SUPPLIER) == 5_000
    assert book.balance(BOB) == WEALTH + 5_000


def test_nothing_re_enters_while_money_moves(book: Debts) -> None:
    """At the due date anyone may have the other debt redeemed; only the lock refuses the token."""
    id, other = book.accepted(), book.accepted(document=b"\1" * 32)
    wait(TERM_S)
    book.token.do("call_back", RECEIVABLE, book.receivable.artifact.encode_call("redeem", other))
    book.receivable.do("redeem", id, sender=ALICE)
    assert (book.token.read("reentries_tried"), book.token.read("reentries_done")) == (2, 0)
    assert book.part(other)["amount"] == FACE
    book.receivable.do("redeem", other, sender=TOKEN)
