"""Escrow from Brownie: events, balances, and refusals in words."""

import pytest
from scripts.escrow import AMOUNT, put_aside
from scripts.town import DAY_S, Town, failed, refused


@pytest.fixture(scope="module")
def town():
    return Town()


def test_what_is_put_aside_is_released_to_the_payee(town):
    deal, opened, funded = put_aside(town)
    assert opened.events["Opened"]["payer"] == town.buyer
    assert opened.events["Opened"]["amount"] == AMOUNT
    assert (funded.events["Funded"]["held_before"], funded.events["Funded"]["held_after"]) == (0, AMOUNT)
    assert refused(town.escrow.release, deal, AMOUNT, {"from": town.seller}) == "escrow: not the payer"
    before = town.ecash.balanceOf(town.seller)
    released = town.escrow.release(deal, AMOUNT, {"from": town.buyer})
    assert released.events["Transfer"]["value"] == AMOUNT
    assert town.ecash.balanceOf(town.seller) == before + AMOUNT
    assert town.escrow.held(deal) == 0


def test_what_is_not_released_goes_home_after_the_deadline(town):
    deal, _, _ = put_aside(town)
    early = {"from": town.stranger, "gas_limit": 300_000, "allow_revert": True}
    assert failed(lambda: town.escrow.refund(deal, early)) == "escrow: deadline has not passed"
    before = town.ecash.balanceOf(town.buyer)
    town.wait(8 * DAY_S)
    town.escrow.refund(deal, {"from": town.stranger})
    assert town.ecash.balanceOf(town.buyer) == before + AMOUNT
    assert town.escrow.held(deal) == 0
