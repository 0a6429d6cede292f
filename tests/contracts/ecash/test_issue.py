"""Two-tier issue: quotas, minting, redemption."""

from typing import Any

import boa
import pytest

from tests.contracts.conftest import refused

ZERO = "0x" + "00" * 20
MAX_QUOTA = 2**128


def test_an_issuer_mints_exactly_up_to_its_quota(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.alice, 999_99, sender=parties.bank)
    assert ecash.headroom(parties.bank) == 1
    with boa.reverts("ecash: over the quota"):
        ecash.mint(parties.alice, 2, sender=parties.bank)
    ecash.mint(parties.alice, 1, sender=parties.bank)
    assert ecash.totalSupply() == ecash.total_minted() == ecash.minted_by(parties.bank) == 1_000_00


def test_minting_is_logged_with_the_issuer(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.alice, 5, sender=parties.bank)
    transfer, minted = ecash.get_logs()
    assert (transfer.sender, transfer.receiver, transfer.value) == (ZERO, parties.alice, 5)
    assert (minted.issuer, minted.receiver, minted.value, minted.minted_by_issuer) == (
        parties.bank,
        parties.alice,
        5,
        5,
    )


def test_redemption_frees_the_quota_it_used(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.bank, 1_000_00, sender=parties.bank)
    ecash.burn(400_00, sender=parties.bank)
    [burned] = [log for log in ecash.get_logs() if type(log).__name__ == "Burned"]
    assert (burned.issuer, burned.value, burned.burned_by_issuer) == (parties.bank, 400_00, 400_00)
    assert ecash.headroom(parties.bank) == 400_00
    assert (ecash.totalSupply(), ecash.total_burned(), ecash.burned_by(parties.bank)) == (600_00, 400_00, 400_00)
    with boa.reverts("ecash: over the quota"):
        ecash.mint(parties.bank, 400_01, sender=parties.bank)


def test_a_bank_may_redeem_what_another_issued(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.second_bank, 300, sender=parties.bank)
    ecash.burn(300, sender=parties.second_bank)
    assert (ecash.totalSupply(), ecash.burned_by(parties.second_bank)) == (0, 300)
    assert ecash.headroom(parties.second_bank) == 1_000_00 + 300


@pytest.mark.parametrize("amount", [0])
def test_nothing_is_neither_minted_nor_burned(ecash: Any, parties: Any, amount: int) -> None:
    with boa.reverts("ecash: nothing to mint"):
        ecash.mint(parties.alice, amount, sender=parties.bank)
    with boa.reverts("ecash: nothing to burn"):
        ecash.burn(amount, sender=parties.bank)


def test_only_licensed_issuers_mint_and_burn(ecash: Any, parties: Any) -> None:
    for caller in (parties.central_bank, parties.alice, parties.pauser):
        with boa.reverts("ecash: not a licensed issuer"):
            ecash.mint(parties.alice, 1, sender=caller)
        with boa.reverts("ecash: not an issuer"):
            ecash.burn(1, sender=caller)


def test_an_issuer_burns_only_its_own_money(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.alice, 100, sender=parties.bank)
    with refused("more than the balance"):
        ecash.burn(1, sender=parties.bank)


def test_frozen_money_is_not_redeemed(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.bank, 100, sender=parties.bank)
    ecash.freeze(parties.bank, 1, b"\1" * 32, sender=parties.freezer)
    with refused("money is frozen"):
        ecash.burn(100, sender=parties.bank)
    ecash.burn(99, sender=parties.bank)


def test_a_quota_never_falls_below_what_is_issued(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.alice, 500, sender=parties.bank)
    with boa.reverts("ecash: quota below what is issued"):
        ecash.set_quota(parties.bank, 499, sender=parties.central_bank)
    ecash.set_quota(parties.bank, 500, sender=parties.central_bank)
    [log] = ecash.get_logs()
    assert (log.issuer, log.quota_before, log.quota_after) == (parties.bank, 1_000_00, 500)
    assert ecash.headroom(parties.bank) == 0


def test_a_stopped_issuer_redeems_but_does_not_mint(ecash: Any, parties: Any) -> None:
    ecash.mint(parties.bank, 500, sender=parties.bank)
    ecash.stop_issuer(parties.bank, sender=parties.central_bank)
    [log] = ecash.get_logs()
    assert log.issuer == parties.bank
    assert ecash.headroom(parties.bank) == 0
    with boa.reverts("ecash: not a licensed issuer"):
        ecash.mint(parties.bank, 1, sender=parties.bank)
    ecash.burn(500, sender=parties.bank)
    ecash.set_quota(parties.bank, 10, sender=parties.central_bank)
    ecash.mint(parties.bank, 10, sender=parties.bank)


def test_what_may_not_mint_cannot_be_stopped(ecash: Any, parties: Any) -> None:
    with boa.reverts("ecash: may not mint anyway"):
        ecash.stop_issuer(parties.alice, sender=parties.central_bank)


def test_quotas_are_the_central_banks_alone(ecash: Any, parties: Any) -> None:
    for caller in (parties.bank, parties.pauser, parties.stranger):
        with boa.reverts("roles: not the admin"):
            ecash.set_quota(parties.bank, 1, sender=caller)
        with boa.reverts("roles: not the admin"):
            ecash.stop_issuer(parties.bank, sender=caller)


def test_bad_quotas_are_refused(ecash: Any, parties: Any) -> None:
    with boa.reverts("ecash: no issuer"):
        ecash.set_quota(ZERO, 1, sender=parties.central_bank)
    with boa.reverts("ecash: quota out of range"):
        ecash.set_quota(parties.alice, MAX_QUOTA + 1, sender=parties.central_bank)
    ecash.set_quota(parties.alice, MAX_QUOTA, sender=parties.central_bank)
    ecash.mint(parties.alice, MAX_QUOTA, sender=parties.alice)
    assert ecash.totalSupply() == MAX_QUOTA


def test_every_issuer_ever_is_listed_once(ecash: Any, parties: Any) -> None:
    ecash.set_quota(parties.bank, 7, sender=parties.central_bank)
    ecash.stop_issuer(parties.bank, sender=parties.central_bank)
    ecash.set_quota(parties.bank, 8, sender=parties.central_bank)
    assert ecash.issuers() == [parties.bank, parties.second_bank]


def test_there_are_at_most_256_issuers(ecash: Any, parties: Any) -> None:
    for number in range(254):
        ecash.set_quota(boa.env.generate_address(f"issuer-{number}"), 1, sender=parties.central_bank)
    with boa.reverts("ecash: too many issuers"):
        ecash.set_quota(parties.stranger, 1, sender=parties.central_bank)
    ecash.set_quota(parties.bank, 9, sender=parties.central_bank)
