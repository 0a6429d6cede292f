"""Disputes: who asks, who rules, and what a silent arbiter costs."""

from typing import Any

import boa
import pytest

from contracts.deals import DealState

TERM_SECONDS = 1_000
RULING_SECONDS = 30 * 24 * 60 * 60
AMOUNT = 100_00
ZERO = "0x" + "00" * 20


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_either_party_disputes(funded: Any, parties: Any, who: str, logged: Any) -> None:
    deadline = boa.env.timestamp + TERM_SECONDS
    funded.escrow.dispute(funded.id, sender=getattr(parties, who))
    assert logged(funded.escrow, "Disputed") == [
        (funded.id, getattr(parties, who), deadline + RULING_SECONDS, AMOUNT, AMOUNT)
    ]
    assert funded.escrow.deal(funded.id)[-1] == DealState.DISPUTED
    assert funded.escrow.last_deadline(funded.id) == deadline + RULING_SECONDS


def test_others_do_not_dispute_and_nobody_twice(funded: Any, parties: Any) -> None:
    for caller in (parties.arbiter, parties.stranger):
        with boa.reverts("escrow: not a party"):
            funded.escrow.dispute(funded.id, sender=caller)
    funded.escrow.dispute(funded.id, sender=parties.bob)
    with boa.reverts("escrow: not funded"):
        funded.escrow.dispute(funded.id, sender=parties.alice)


def test_disputes_end_with_the_deadline(funded: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS)
    with boa.env.anchor():
        funded.escrow.dispute(funded.id, sender=parties.bob)
    boa.env.time_travel(seconds=1)
    with boa.reverts("escrow: deadline has passed"):
        funded.escrow.dispute(funded.id, sender=parties.bob)


def test_without_an_arbiter_there_is_no_dispute(escrow: Any, ecash: Any, parties: Any) -> None:
    ecash.mint(parties.alice, 5, sender=parties.bank)
    ecash.approve(escrow.address, 5, sender=parties.alice)
    deadline = boa.env.timestamp + TERM_SECONDS
    id = escrow.open(parties.bob, ZERO, ecash.address, 5, deadline, b"\0" * 32, sender=parties.alice)
    escrow.fund(id, sender=parties.alice)
    with boa.reverts("escrow: no arbiter"):
        escrow.dispute(id, sender=parties.bob)


@pytest.mark.parametrize("to_payee", [0, 1, 62_50, AMOUNT - 1, AMOUNT])
def test_a_ruling_splits_to_the_unit(disputed: Any, parties: Any, to_payee: int, logged: Any) -> None:
    disputed.escrow.rule(disputed.id, to_payee, sender=parties.arbiter)
    assert logged(disputed.escrow, "Ruled") == [(disputed.id, parties.arbiter, to_payee, AMOUNT - to_payee, AMOUNT, 0)]
    assert disputed.token.balanceOf(parties.bob) == to_payee
    assert disputed.token.balanceOf(parties.alice) == AMOUNT - to_payee
    assert disputed.escrow.held(disputed.id) == disputed.escrow.liabilities(disputed.token.address) == 0
    assert disputed.escrow.deal(disputed.id)[-1] == DealState.CLOSED


def test_bad_rulings_are_refused(disputed: Any, parties: Any) -> None:
    for caller in (parties.alice, parties.bob, parties.stranger):
        with boa.reverts("escrow: not the arbiter"):
            disputed.escrow.rule(disputed.id, 1, sender=caller)
    with boa.reverts("escrow: more than is held"):
        disputed.escrow.rule(disputed.id, AMOUNT + 1, sender=parties.arbiter)


def test_the_arbiter_of_an_undisputed_deal_rules_nothing(funded: Any, parties: Any) -> None:
    with boa.reverts("escrow: not disputed"):
        funded.escrow.rule(funded.id, 1, sender=parties.arbiter)


def test_each_party_may_give_in_but_only_wholly(disputed: Any, parties: Any) -> None:
    with boa.reverts("escrow: disputed, release all or nothing"):
        disputed.escrow.release(disputed.id, AMOUNT - 1, sender=parties.alice)
    with boa.env.anchor():
        disputed.escrow.release(disputed.id, AMOUNT, sender=parties.alice)
        assert disputed.token.balanceOf(parties.bob) == AMOUNT
    disputed.escrow.refund(disputed.id, sender=parties.bob)
    assert disputed.token.balanceOf(parties.alice) == AMOUNT


def test_a_dispute_holds_the_money_past_the_deadline(disputed: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS + RULING_SECONDS)
    for caller in (parties.alice, parties.stranger):
        with boa.reverts("escrow: deadline has not passed"):
            disputed.escrow.refund(disputed.id, sender=caller)
        with boa.reverts("escrow: deadline has not passed"):
            disputed.escrow.exit(disputed.id, sender=caller)
    disputed.escrow.rule(disputed.id, 1, sender=parties.arbiter)


def test_a_silent_arbiter_ends_in_a_refund(disputed: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS + RULING_SECONDS + 1)
    with boa.reverts("escrow: deadline has passed"):
        disputed.escrow.rule(disputed.id, 1, sender=parties.arbiter)
    disputed.escrow.exit(disputed.id, sender=parties.stranger)
    assert disputed.token.balanceOf(parties.alice) == AMOUNT
