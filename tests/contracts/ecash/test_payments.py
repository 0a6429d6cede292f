"""Payments: transfer, transferFrom, transfer_with_memo, approve."""

from typing import Any

import boa
import pytest

from tests.contracts.conftest import refused

MEMO = b"RRN 000000123456".ljust(32, b"\0")
UNLIMITED = 2**256 - 1
ZERO = "0x" + "00" * 20


@pytest.fixture
def funded(ecash: Any, parties: Any) -> Any:
    ecash.mint(parties.alice, 100_00, sender=parties.bank)
    return ecash


def test_metadata_is_what_the_genesis_says(ecash: Any) -> None:
    assert (ecash.name(), ecash.symbol(), ecash.decimals()) == ("Jiaozi", "JZ", 2)


@pytest.mark.parametrize("decimals", [0, 2, 3, 18])
def test_decimals_are_an_argument(ecash_source: Any, parties: Any, decimals: int) -> None:
    assert ecash_source.deploy("Yen", "Y", decimals, parties.central_bank, ZERO, ZERO).decimals() == decimals


def test_too_many_decimals_are_refused(ecash_source: Any, parties: Any) -> None:
    with boa.reverts("ecash: too many decimals"):
        ecash_source.deploy("Yen", "Y", 19, parties.central_bank, ZERO, ZERO)


def test_a_currency_without_admin_is_refused(ecash_source: Any) -> None:
    with boa.reverts("ecash: no admin"):
        ecash_source.deploy("Yen", "Y", 2, ZERO, ZERO, ZERO)


def test_a_transfer_moves_money_and_logs_it(funded: Any, parties: Any, logged: Any) -> None:
    assert funded.transfer(parties.bob, 30_01, sender=parties.alice) is True
    assert logged(funded, "Transfer") == [(parties.alice, parties.bob, 30_01)]
    assert (funded.balanceOf(parties.alice), funded.balanceOf(parties.bob)) == (69_99, 30_01)


def test_a_transfer_of_nothing_is_a_transfer(funded: Any, parties: Any, logged: Any) -> None:
    funded.transfer(parties.bob, 0, sender=parties.carol)
    assert len(logged(funded, "Transfer")) == 1


def test_paying_oneself_changes_nothing(funded: Any, parties: Any) -> None:
    funded.transfer(parties.alice, 100_00, sender=parties.alice)
    assert funded.balanceOf(parties.alice) == 100_00


def test_more_than_the_balance_is_refused(funded: Any, parties: Any) -> None:
    with refused("more than the balance"):
        funded.transfer(parties.bob, 100_01, sender=parties.alice)


def test_nobody_and_the_currency_itself_are_never_paid(funded: Any, parties: Any) -> None:
    for receiver in ("0x" + "00" * 20, funded.address):
        with refused("nobody to pay"):
            funded.transfer(receiver, 1, sender=parties.alice)
        with refused("nobody to pay"):
            funded.mint(receiver, 1, sender=parties.bank)


def test_the_reference_travels_indexed_in_the_event(funded: Any, parties: Any, logged: Any) -> None:
    assert funded.transfer_with_memo(parties.bob, 5_00, MEMO, sender=parties.alice) is True
    assert logged(funded, "TransferWithMemo") == [(parties.alice, parties.bob, MEMO, 5_00)]
    assert len(logged(funded, "Transfer")) == 1
    assert funded.balanceOf(parties.bob) == 5_00


def test_a_payment_with_reference_obeys_the_same_limits(funded: Any, parties: Any) -> None:
    with refused("more than the balance"):
        funded.transfer_with_memo(parties.bob, 100_01, MEMO, sender=parties.alice)


def test_a_spender_pays_within_the_allowance_and_uses_it_up(funded: Any, parties: Any, logged: Any) -> None:
    funded.approve(parties.carol, 10_00, sender=parties.alice)
    funded.transferFrom(parties.alice, parties.bob, 9_99, sender=parties.carol)
    assert logged(funded, "Approval") == [(parties.alice, parties.carol, 1)]
    assert funded.allowance(parties.alice, parties.carol) == 1
    with boa.reverts("ecash: more than was allowed"):
        funded.transferFrom(parties.alice, parties.bob, 2, sender=parties.carol)


def test_an_unlimited_allowance_is_not_counted_down(funded: Any, parties: Any) -> None:
    funded.approve(parties.carol, UNLIMITED, sender=parties.alice)
    funded.transferFrom(parties.alice, parties.bob, 10_00, sender=parties.carol)
    assert funded.allowance(parties.alice, parties.carol) == UNLIMITED


def test_an_allowance_does_not_make_money(funded: Any, parties: Any) -> None:
    funded.approve(parties.carol, UNLIMITED, sender=parties.alice)
    with refused("more than the balance"):
        funded.transferFrom(parties.alice, parties.bob, 100_01, sender=parties.carol)


def test_without_allowance_nobody_spends(funded: Any, parties: Any) -> None:
    with boa.reverts("ecash: more than was allowed"):
        funded.transferFrom(parties.alice, parties.carol, 1, sender=parties.carol)
    with boa.reverts("ecash: more than was allowed"):
        funded.transferFrom(parties.alice, parties.carol, 1, sender=parties.central_bank)
