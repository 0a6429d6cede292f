"""Putting the money aside, from honest tokens and others."""

from typing import Any

import boa
import pytest

from contracts.deals import DealState

TERM_SECONDS = 1_000
AMOUNT = 100_00
REVERTS, RETURNS_FALSE, TAKES_A_FEE, RETURNS_NOTHING = 1, 2, 3, 4
GIVES_TOO_MUCH, KEEPS_IT = 7, 8


def test_funding_takes_the_amount_and_owes_it(opened: Any, parties: Any, logged: Any) -> None:
    opened.escrow.fund(opened.id, sender=parties.alice)
    assert logged(opened.escrow, "Funded") == [(opened.id, parties.alice, AMOUNT, 0, AMOUNT)]
    assert opened.escrow.held(opened.id) == opened.escrow.liabilities(opened.token.address) == AMOUNT
    assert opened.token.balanceOf(opened.escrow.address) == AMOUNT
    assert opened.escrow.deal(opened.id)[-1] == DealState.FUNDED


def test_only_the_payer_funds_and_only_once(opened: Any, parties: Any) -> None:
    for caller in (parties.bob, parties.arbiter, parties.stranger):
        with boa.reverts("escrow: not the payer"):
            opened.escrow.fund(opened.id, sender=caller)
    opened.escrow.fund(opened.id, sender=parties.alice)
    with boa.reverts("escrow: not open"):
        opened.escrow.fund(opened.id, sender=parties.alice)


def test_funding_ends_with_the_deadline(opened: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=TERM_SECONDS)
    with boa.env.anchor():
        opened.escrow.fund(opened.id, sender=parties.alice)
    boa.env.time_travel(seconds=1)
    with boa.reverts("escrow: deadline has passed"):
        opened.escrow.fund(opened.id, sender=parties.alice)


def test_the_tokens_own_refusal_reaches_the_payer(opened: Any, parties: Any) -> None:
    opened.token.approve(opened.escrow.address, AMOUNT - 1, sender=parties.alice)
    with boa.reverts("ecash: more than was allowed"):
        opened.escrow.fund(opened.id, sender=parties.alice)


@pytest.mark.parametrize(
    ("mode", "refusal"),
    [
        (REVERTS, "hostile: no"),
        (RETURNS_FALSE, "claims: transfer refused"),
        (KEEPS_IT, "escrow: nothing arrived"),
    ],
)
def test_a_token_that_does_not_pay_funds_nothing(hostile_opened: Any, parties: Any, mode: int, refusal: str) -> None:
    deal = hostile_opened
    deal.token.set_mode(mode)
    with boa.reverts(refusal):
        deal.escrow.fund(deal.id, sender=parties.alice)
    assert deal.escrow.liabilities(deal.token.address) == 0


@pytest.mark.parametrize(
    ("mode", "held"), [(TAKES_A_FEE, AMOUNT - AMOUNT // 10), (RETURNS_NOTHING, AMOUNT), (GIVES_TOO_MUCH, AMOUNT)]
)
def test_what_counts_is_what_arrives_and_never_more(hostile_opened: Any, parties: Any, mode: int, held: int) -> None:
    deal = hostile_opened
    deal.token.set_mode(mode)
    deal.escrow.fund(deal.id, sender=parties.alice)
    assert deal.escrow.held(deal.id) == deal.escrow.liabilities(deal.token.address) == held
    assert deal.token.balanceOf(deal.escrow.address) >= held
