"""Who gets the payee's money: agreed amounts first, then assignments, then shares; every payment exact."""

import pytest

from tests.contracts.escrow.staged import (
    AGREED,
    ARBITER,
    ASSIGNED,
    CLOSED,
    EVIDENCE,
    FINANCIER,
    PAYEE,
    PAYER,
    REVIEW_S,
    SHARED,
    STRANGER,
    TAX,
    Staged,
    staged,
)
from tests.contracts.placed import Outcome, wait, wait_until

SECOND_BANK = b"\xb5" * 20
BLOCKS_ONE = 10


def fixed(to: bytes, amount: int) -> tuple[bytes, int, int]:
    return (to, amount, 0)


def share(to: bytes, basis_points: int) -> tuple[bytes, int, int]:
    return (to, 0, basis_points)


def agree(deal: Staged, *legs: tuple[bytes, int, int]) -> Outcome:
    deal.do("agree_split", list(legs), sender=PAYER)
    return deal.do("agree_split", list(legs), sender=PAYEE)


def paid_to_others(outcome: Outcome) -> list[tuple[object, ...]]:
    legs = [event.arguments for event in outcome.events if event.name == "LegPaid"]
    return [(leg["to"], leg["rank"], leg["value"]) for leg in legs]


def test_the_first_payment_of_an_order_reaches_tax_financier_and_seller() -> None:
    """33,900.00 put aside for an order; 13,000.00 of tax were foreseen, 12,896.00 are due on what was delivered."""
    deal = staged((33_900_00,), review_s=0)
    agree(deal, fixed(TAX, 13_000_00))
    deal.do("assign", FINANCIER, 20_200_00, sender=PAYEE)
    deal.do("fund", sender=PAYER)
    agree(deal, fixed(TAX, 12_896_00))
    outcome = deal.do("release", 33_900_00, sender=PAYER)
    assert paid_to_others(outcome) == [(TAX, AGREED, 12_896_00), (FINANCIER, ASSIGNED, 20_200_00)]
    assert outcome.event("Released").arguments["value"] == 33_900_00
    assert [deal.balance(who) for who in (TAX, FINANCIER, PAYEE)] == [12_896_00, 20_200_00, 804_00]
    assert (deal.deal()["state"], deal.deal()["paid"]) == (CLOSED, 33_900_00)


def test_a_split_needs_the_word_of_both() -> None:
    deal = staged(funded=1)
    legs = [fixed(TAX, 100), share(SECOND_BANK, 2_500)]
    shown = [{"to": TAX, "amount": 100, "basis_points": 0}, {"to": SECOND_BANK, "amount": 0, "basis_points": 2_500}]
    for caller in (ARBITER, STRANGER, TAX):
        deal.refused("escrow: not a party", "agree_split", legs, sender=caller)
    outcome = deal.do("agree_split", legs, sender=PAYEE)
    assert [event.name for event in outcome.events] == ["SplitProposed"]
    assert list(outcome.event("SplitProposed").arguments["legs"]) == shown
    assert outcome.event("SplitProposed").arguments["by"] == PAYEE
    # Saying it twice is not the word of both, nor is something else.
    deal.do("agree_split", legs, sender=PAYEE)
    deal.do("agree_split", legs[:1], sender=PAYER)
    assert deal.escrow.read("legs", deal.id) == ()
    outcome = deal.do("agree_split", legs, sender=PAYER)
    assert [event.name for event in outcome.events] == ["SplitAgreed"]
    assert list(outcome.event("SplitAgreed").arguments["legs"]) == shown
    assert list(deal.escrow.read("legs", deal.id)) == shown
    # What was said is used up.
    assert deal.escrow.read("proposals", deal.id, PAYER) == deal.escrow.read("proposals", deal.id, PAYEE) == bytes(32)
    deal.do("agree_split", [], sender=PAYER)
    assert list(deal.escrow.read("legs", deal.id)) == shown
    deal.do("agree_split", [], sender=PAYEE)
    assert deal.escrow.read("legs", deal.id) == ()


@pytest.mark.parametrize(
    ("legs", "refusal"),
    [
        ([fixed(bytes(20), 1)], "escrow: not a receiver"),
        ([fixed(b"\xe5" * 20, 1)], "escrow: not a receiver"),
        ([fixed(b"\xe6" * 20, 1)], "escrow: not a receiver"),
        ([(TAX, 0, 0)], "escrow: either amount or share"),
        ([(TAX, 1, 1)], "escrow: either amount or share"),
        ([fixed(TAX, 1_001)], "escrow: more than is left"),
        ([fixed(TAX, 500), fixed(PAYER, 501)], "escrow: more than is left"),
        ([fixed(TAX, 2**256 - 1), fixed(TAX, 2)], "escrow: more than is left"),
        ([fixed(TAX, 500), fixed(PAYER, 500)], ""),
        ([share(TAX, 10_001)], "escrow: shares over the whole"),
        ([share(TAX, 5_000), share(PAYER, 5_001)], "escrow: shares over the whole"),
        ([share(TAX, 5_000), share(PAYER, 5_000)], ""),
        ([share(TAX, 1)] * 8, ""),
    ],
)
def test_what_a_split_may_be(legs: list[tuple[bytes, int, int]], refusal: str) -> None:
    assert staged()("agree_split", legs, sender=PAYER).words == refusal


def test_fixed_amounts_are_bounded_by_what_the_payee_may_still_get() -> None:
    deal = staged(funded=2)
    deal.do("release", 450, sender=PAYER)
    deal.refused("escrow: more than is left", "agree_split", [fixed(TAX, 551)], sender=PAYER)
    deal.do("agree_split", [fixed(TAX, 550)], sender=PAYER)


def test_fixed_amounts_are_paid_once_and_before_all_else() -> None:
    deal = staged(funded=2)
    agree(deal, fixed(TAX, 100), fixed(SECOND_BANK, 250))
    assert paid_to_others(deal.do("release", 99, sender=PAYER)) == [(TAX, AGREED, 99)]
    legs = deal.escrow.read("legs", deal.id)
    assert [leg["amount"] for leg in legs] == [1, 250]
    outcome = deal.do("release", 301, sender=PAYER)
    assert paid_to_others(outcome) == [(TAX, AGREED, 1), (SECOND_BANK, AGREED, 250)]
    assert [deal.balance(who) for who in (TAX, SECOND_BANK, PAYEE)] == [100, 250, 50]
    assert paid_to_others(deal.do("release", 400, sender=PAYER)) == []


def test_shares_divide_what_is_left_exactly() -> None:
    deal = staged((100, 100, 100), funded=3)
    agree(deal, fixed(TAX, 99), share(SECOND_BANK, 3_333), share(STRANGER, 3_333))
    # One unit is left: the payee's share is the largest remainder.
    assert paid_to_others(deal.do("approve", 0, sender=PAYER)) == [(TAX, AGREED, 99)]
    assert deal.balance(PAYEE) == 1
    outcome = deal.do("approve", 1, sender=PAYER)
    assert paid_to_others(outcome) == [(SECOND_BANK, SHARED, 33), (STRANGER, SHARED, 33)]
    assert deal.balance(PAYEE) == 1 + 34


def test_units_left_over_go_to_the_largest_remainders() -> None:
    deal = staged((10,), funded=1)
    agree(deal, share(TAX, 1_500), share(SECOND_BANK, 4_600))
    # 1.5, 4.6 and the payee's 3.9: two units are left over.
    deal.do("approve", 0, sender=PAYER)
    assert [deal.balance(who) for who in (TAX, SECOND_BANK, PAYEE)] == [1, 5, 4]


def test_shares_of_the_whole_leave_the_payee_nothing() -> None:
    deal = staged(funded=1)
    agree(deal, share(TAX, 4_000), share(SECOND_BANK, 6_000))
    deal.do("approve", 0, sender=PAYER)
    assert [deal.balance(who) for who in (TAX, SECOND_BANK, PAYEE)] == [120, 180, 0]


def test_the_payee_assigns_its_money() -> None:
    deal = staged()
    for caller in (PAYER, FINANCIER, STRANGER):
        deal.refused("escrow: not the payee", "assign", FINANCIER, 400, sender=caller)
    outcome = deal.do("assign", FINANCIER, 400, sender=PAYEE)
    logged = {"id": deal.id, "to": FINANCIER, "value": 400, "assigned_before": 0, "assigned_after": 400}
    assert outcome.event("Assigned").arguments == logged
    outcome = deal.do("assign", SECOND_BANK, 600, sender=PAYEE)
    assert outcome.event("Assigned").arguments["assigned_before"] == 400
    assert outcome.event("Assigned").arguments["assigned_after"] == 1_000
    deal.refused("escrow: more than is left", "assign", SECOND_BANK, 1, sender=PAYEE)
    assert [(lien["to"], lien["amount"], lien["paid"]) for lien in deal.escrow.read("liens", deal.id)] == [
        (FINANCIER, 400, 0),
        (SECOND_BANK, 600, 0),
    ]
    assert deal.escrow.read("proceeds", deal.id, FINANCIER) == (PAYEE, deal.token.address, 400, 0)
    assert deal.escrow.read("proceeds", deal.id, STRANGER) == (PAYEE, deal.token.address, 0, 0)


@pytest.mark.parametrize(
    ("to", "amount", "refusal"),
    [
        (bytes(20), 1, "escrow: not a receiver"),
        (b"\xe5" * 20, 1, "escrow: not a receiver"),
        (b"\xe6" * 20, 1, "escrow: not a receiver"),
        (PAYEE, 1, "escrow: not a receiver"),
        (FINANCIER, 0, "escrow: no amount"),
        (FINANCIER, 2**256 - 1, "escrow: more than is left"),
        (FINANCIER, 901, "escrow: more than is left"),
        (FINANCIER, 900, ""),
    ],
)
def test_what_may_be_assigned(to: bytes, amount: int, refusal: str) -> None:
    deal = staged()
    agree(deal, fixed(TAX, 100))
    assert deal("assign", to, amount, sender=PAYEE).words == refusal


def test_an_assignment_of_one_unit_is_paid() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 1, sender=PAYEE)
    assert paid_to_others(deal.do("approve", 0, sender=PAYER)) == [(FINANCIER, ASSIGNED, 1)]
    assert (deal.balance(FINANCIER), deal.balance(PAYEE)) == (1, 299)


def test_at_most_eight_assignments() -> None:
    deal = staged()
    for _ in range(8):
        deal.do("assign", FINANCIER, 1, sender=PAYEE)
    deal.refused("escrow: too many assignments", "assign", FINANCIER, 1, sender=PAYEE)


def test_assignments_are_paid_in_order_and_the_payee_last() -> None:
    deal = staged(funded=3)
    deal.do("assign", FINANCIER, 400, sender=PAYEE)
    deal.do("assign", SECOND_BANK, 300, sender=PAYEE)
    assert paid_to_others(deal.do("approve", 0, sender=PAYER)) == [(FINANCIER, ASSIGNED, 300)]
    assert deal.escrow.read("proceeds", deal.id, FINANCIER)[2:] == (400, 300)
    outcome = deal.do("approve", 1, sender=PAYER)
    assert paid_to_others(outcome) == [(FINANCIER, ASSIGNED, 100), (SECOND_BANK, ASSIGNED, 300)]
    assert [deal.balance(who) for who in (FINANCIER, SECOND_BANK, PAYEE)] == [400, 300, 100]
    assert paid_to_others(deal.do("approve", 2, sender=PAYER)) == []
    assert deal.balance(PAYEE) == 300


def test_shares_come_after_assignments() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 200, sender=PAYEE)
    agree(deal, share(TAX, 10_000))
    outcome = deal.do("approve", 0, sender=PAYER)
    assert paid_to_others(outcome) == [(FINANCIER, ASSIGNED, 200), (TAX, SHARED, 100)]


def test_nothing_new_ranks_before_an_assignment() -> None:
    deal = staged()
    agree(deal, fixed(TAX, 100))
    deal.do("assign", FINANCIER, 200, sender=PAYEE)
    deal.refused("escrow: assigned to another", "agree_split", [fixed(TAX, 101)], sender=PAYER)
    deal.refused("escrow: assigned to another", "agree_split", [fixed(TAX, 60), fixed(PAYER, 41)], sender=PAYEE)
    agree(deal, fixed(TAX, 60), fixed(PAYER, 40))
    agree(deal, fixed(TAX, 99))
    deal.refused("escrow: assigned to another", "agree_split", [fixed(TAX, 100)], sender=PAYER)
    deal.do("release_assigned", sender=FINANCIER)
    agree(deal, fixed(TAX, 1_000))


def test_what_was_said_before_an_assignment_does_not_rank_before_it() -> None:
    deal = staged()
    deal.do("agree_split", [fixed(TAX, 100)], sender=PAYER)
    deal.do("assign", FINANCIER, 200, sender=PAYEE)
    deal.refused("escrow: assigned to another", "agree_split", [fixed(TAX, 100)], sender=PAYEE)


def test_only_the_assignee_gives_up_what_is_assigned() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 200, sender=PAYEE)
    deal.do("assign", SECOND_BANK, 50, sender=PAYEE)
    deal.do("assign", FINANCIER, 250, sender=PAYEE)
    for caller in (PAYER, PAYEE, ARBITER):
        deal.refused("escrow: nothing assigned", "release_assigned", sender=caller)
    deal.do("release", 120, sender=PAYER)
    outcome = deal.do("release_assigned", sender=FINANCIER)
    logged = {"id": deal.id, "to": FINANCIER, "value": 330, "assigned_before": 380, "assigned_after": 50}
    assert outcome.event("Waived").arguments == logged
    assert deal.escrow.read("proceeds", deal.id, FINANCIER) == (PAYEE, deal.token.address, 120, 120)
    deal.refused("escrow: nothing assigned", "release_assigned", sender=FINANCIER)
    deal.do("approve", 0, sender=PAYER)
    assert [deal.balance(who) for who in (FINANCIER, SECOND_BANK, PAYEE)] == [120, 50, 130]


def test_a_payee_does_not_give_back_what_it_assigned() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 1, sender=PAYEE)
    deal.refused("escrow: assigned to another", "refund", sender=PAYEE)
    deal.do("release_assigned", sender=FINANCIER)
    deal.do("refund", sender=PAYEE)
    assert deal.balance(PAYER) == 1_000


def test_without_delivery_the_money_goes_back_and_the_assignment_ends_unpaid() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 300, sender=PAYEE)
    wait_until(deal.deal()["deadline"] + 1)
    deal.do("exit", sender=STRANGER)
    assert (deal.balance(PAYER), deal.balance(FINANCIER)) == (1_000, 0)
    assert deal.escrow.read("proceeds", deal.id, FINANCIER)[2:] == (0, 0)


def test_silence_ruling_and_exit_pay_the_assignee_first() -> None:
    deal = staged(funded=3)
    deal.do("assign", FINANCIER, 1_000, sender=PAYEE)
    deal.do("submit", 0, EVIDENCE, sender=PAYEE)
    wait(REVIEW_S + 1)
    deal.do("approve_deemed", 0, sender=STRANGER)
    assert deal.balance(FINANCIER) == 300
    deal.do("dispute", sender=PAYER)
    deal.do("rule", 400, sender=ARBITER)
    assert [deal.balance(who) for who in (FINANCIER, PAYEE, PAYER)] == [700, 0, 300]


def test_a_blocked_assignee_has_a_claim_and_counts_as_paid() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 200, sender=PAYEE)
    deal.token.do("block", FINANCIER)
    deal.do("approve", 0, sender=PAYER)
    assert deal.escrow.read("claimable", deal.token.address, FINANCIER) == 200
    assert deal.escrow.read("proceeds", deal.id, FINANCIER)[2:] == (200, 200)
    assert (deal.balance(PAYEE), deal.deal()["paid"]) == (100, 300)


def test_a_closed_or_unknown_deal_is_divided_no_more() -> None:
    deal = staged(funded=1)
    deal.do("refund", sender=PAYEE)
    deal.refused("escrow: not a live deal", "agree_split", [], sender=PAYER)
    deal.refused("escrow: not a live deal", "assign", FINANCIER, 1, sender=PAYEE)
    assert deal.escrow.attempt("agree_split", b"\7" * 32, [], sender=PAYER).words == "escrow: not a live deal"


def test_a_disputed_deal_may_still_be_assigned_and_divided() -> None:
    deal = staged(funded=1)
    deal.do("dispute", sender=PAYEE)
    agree(deal, fixed(TAX, 10))
    deal.do("assign", FINANCIER, 20, sender=PAYEE)
    deal.do("rule", 100, sender=ARBITER)
    assert [deal.balance(who) for who in (TAX, FINANCIER, PAYEE)] == [10, 20, 70]
