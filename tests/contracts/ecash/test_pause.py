"""Pauses halt payments, never redemption or payments out of custody, and end by themselves."""

from typing import Any

import boa
import pytest

from tests.contracts.conftest import refused

HOURS = 60 * 60


@pytest.fixture
def paused(ecash: Any, parties: Any) -> Any:
    ecash.mint(parties.alice, 100_00, sender=parties.bank)
    ecash.mint(parties.bank, 100_00, sender=parties.bank)
    ecash.approve(parties.carol, 50_00, sender=parties.alice)
    ecash.pause(sender=parties.pauser)
    return ecash


def test_a_pause_is_logged_with_its_end(paused: Any, parties: Any) -> None:
    [log] = paused.get_logs()
    assert (log.by, log.until) == (parties.pauser, boa.env.timestamp + 72 * HOURS)
    assert paused.paused() and paused.paused_until() == log.until


def test_nothing_is_paid_or_issued_in_a_pause(paused: Any, parties: Any) -> None:
    with refused("payments are paused"):
        paused.transfer(parties.bob, 1, sender=parties.alice)
    with refused("payments are paused"):
        paused.transfer_with_memo(parties.bob, 1, b"\1" * 32, sender=parties.alice)
    with refused("payments are paused"):
        paused.transferFrom(parties.alice, parties.bob, 1, sender=parties.carol)
    with refused("payments are paused"):
        paused.mint(parties.bob, 1, sender=parties.bank)
    with refused("payments are paused"):
        paused.approve(parties.carol, 1, sender=parties.alice)


def test_an_allowance_can_be_withdrawn_in_a_pause(paused: Any, parties: Any) -> None:
    paused.approve(parties.carol, 0, sender=parties.alice)
    assert paused.allowance(parties.alice, parties.carol) == 0


def test_redemption_works_in_a_pause(paused: Any, parties: Any) -> None:
    paused.burn(100_00, sender=parties.bank)
    assert paused.balanceOf(parties.bank) == 0


def test_custody_pays_out_in_a_pause(ecash: Any, escrow: Any, parties: Any) -> None:
    ecash.mint(escrow.address, 10, sender=parties.bank)
    ecash.pause(sender=parties.pauser)
    ecash.transfer(parties.bob, 10, sender=escrow.address)
    assert ecash.balanceOf(parties.bob) == 10


def test_a_pause_ends_by_itself_after_72_hours(paused: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=72 * HOURS - 1)
    with refused("payments are paused"):
        paused.transfer(parties.bob, 1, sender=parties.alice)
    boa.env.time_travel(seconds=1)
    assert not paused.paused()
    paused.transfer(parties.bob, 1, sender=parties.alice)


def test_a_running_pause_is_not_extended(paused: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=71 * HOURS)
    with boa.reverts("ecash: already paused"):
        paused.pause(sender=parties.pauser)


@pytest.mark.parametrize("who", ["pauser", "central_bank"])
def test_pausers_and_the_central_bank_lift_a_pause(paused: Any, parties: Any, who: str) -> None:
    paused.unpause(sender=getattr(parties, who))
    [log] = paused.get_logs()
    assert log.by == getattr(parties, who)
    paused.transfer(parties.bob, 1, sender=parties.alice)


def test_others_neither_pause_nor_unpause(paused: Any, parties: Any) -> None:
    with boa.reverts("ecash: not a pauser"):
        paused.unpause(sender=parties.freezer)
    paused.unpause(sender=parties.pauser)
    for caller in (parties.central_bank, parties.freezer, parties.stranger):
        with boa.reverts("ecash: not a pauser"):
            paused.pause(sender=caller)
    with boa.reverts("ecash: not paused"):
        paused.unpause(sender=parties.pauser)


def test_a_pause_that_ended_cannot_be_lifted(paused: Any, parties: Any) -> None:
    boa.env.time_travel(seconds=72 * HOURS)
    with boa.reverts("ecash: not paused"):
        paused.unpause(sender=parties.pauser)


def test_a_lifted_pause_is_taken_up_again_until_its_own_end(paused: Any, parties: Any) -> None:
    until = paused.paused_until()
    boa.env.time_travel(seconds=70 * HOURS)
    paused.unpause(sender=parties.pauser)
    boa.env.time_travel(seconds=2 * HOURS - 1)
    paused.pause(sender=parties.pauser)
    [log] = paused.get_logs()
    assert log.until == paused.paused_until() == until
    boa.env.time_travel(seconds=1)
    assert not paused.paused()


@pytest.mark.parametrize("lifted", [False, True])
def test_after_a_pause_payments_go_on_for_72_hours(paused: Any, parties: Any, lifted: bool) -> None:
    if lifted:
        paused.unpause(sender=parties.central_bank)
    for hours in (72, 71):
        boa.env.time_travel(seconds=hours * HOURS)
        with boa.reverts("ecash: paused too recently"):
            paused.pause(sender=parties.pauser)
    boa.env.time_travel(seconds=HOURS - 1)
    with boa.reverts("ecash: paused too recently"):
        paused.pause(sender=parties.pauser)
    boa.env.time_travel(seconds=1)
    paused.pause(sender=parties.pauser)
    assert paused.paused_until() == boa.env.timestamp + 72 * HOURS
