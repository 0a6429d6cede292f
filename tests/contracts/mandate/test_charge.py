"""Charging: within the cap of a window, within the total, between the first and the last second."""

import pytest

from contracts import load
from tests.contracts.currency import MINTER, place_currency
from tests.contracts.mandate.setting import (
    CAP,
    INVOICE,
    OTHER,
    PAYEE,
    PAYER,
    STRANGER,
    TOTAL,
    WEALTH,
    WINDOW,
    World,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait, wait_until


def test_a_charge_goes_straight_to_the_payee(world: World) -> None:
    id = world.grant()
    outcome = world.mandate.attempt("charge", id, 60, INVOICE, sender=PAYEE)
    assert outcome.event("Charged").arguments == {
        "id": id,
        "payee": PAYEE,
        "invoice": INVOICE,
        "amount": 60,
        "window": 0,
        "used_before": 0,
        "used_after": 60,
    }
    assert (world.balance(PAYER), world.balance(PAYEE), world.balance(world.mandate.address)) == (WEALTH - 60, 60, 0)
    second = world.mandate.attempt("charge", id, 40, INVOICE, sender=PAYEE).event("Charged")
    assert (second["used_before"], second["used_after"]) == (60, 100)


def test_charges_fill_each_window_to_the_cap_and_no_further(world: World) -> None:
    id = world.grant()
    world.refused("mandate: over the cap", "charge", id, CAP + 1, INVOICE, sender=PAYEE)
    world.mandate.do("charge", id, CAP - 1, INVOICE, sender=PAYEE)
    world.refused("mandate: over the cap", "charge", id, 2, INVOICE, sender=PAYEE)
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)
    world.refused("mandate: over the cap", "charge", id, 1, INVOICE, sender=PAYEE)
    wait(WINDOW - 1)
    world.refused("mandate: over the cap", "charge", id, 1, INVOICE, sender=PAYEE)
    wait(1)
    charged = world.mandate.attempt("charge", id, CAP, INVOICE, sender=PAYEE).event("Charged")
    assert (charged["window"], charged["used_before"], charged["used_after"]) == (1, 0, CAP)


def test_windows_missed_are_lost(world: World) -> None:
    id = world.grant()
    wait(3 * WINDOW)
    world.refused("mandate: over the cap", "charge", id, CAP + 1, INVOICE, sender=PAYEE)
    assert world.mandate.attempt("charge", id, CAP, INVOICE, sender=PAYEE).event("Charged")["window"] == 3


def test_the_total_bounds_all_windows_together(world: World) -> None:
    id = world.grant()
    for _ in range(2):
        world.mandate.do("charge", id, CAP, INVOICE, sender=PAYEE)
        wait(WINDOW)
    left = TOTAL - 2 * CAP
    assert world.mandate.read("chargeable", id) == left
    world.refused("mandate: over the total", "charge", id, left + 1, INVOICE, sender=PAYEE)
    world.mandate.do("charge", id, left, INVOICE, sender=PAYEE)
    wait(WINDOW)
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: over the total", "charge", id, 1, INVOICE, sender=PAYEE)


def test_a_second_charge_in_a_period_is_refused_where_once_was_agreed(world: World) -> None:
    id = world.grant(once=True, hold_seconds=0)
    assert world.mandate.read("chargeable", id) == CAP
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: charged in this window", "charge", id, 1, INVOICE, sender=PAYEE)
    wait(WINDOW)
    assert world.mandate.read("chargeable", id) == CAP
    world.mandate.do("charge", id, CAP, INVOICE, sender=PAYEE)


def test_charges_begin_and_end_to_the_second(world: World) -> None:
    id = world.grant(starts=now() + 10, expires=now() + 20)
    wait(9)
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: has not begun", "charge", id, 1, INVOICE, sender=PAYEE)
    wait(1)
    assert world.mandate.read("chargeable", id) == CAP
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)
    wait(10)
    assert world.mandate.read("chargeable", id) == CAP - 1
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)
    wait(1)
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: has expired", "charge", id, 1, INVOICE, sender=PAYEE)


def test_windows_are_counted_from_the_beginning(world: World) -> None:
    starts = now() + 10
    id = world.grant(starts=starts)
    wait_until(starts + WINDOW - 1)
    assert world.mandate.attempt("charge", id, CAP, INVOICE, sender=PAYEE).event("Charged")["window"] == 0
    wait(1)
    assert world.mandate.attempt("charge", id, CAP, INVOICE, sender=PAYEE).event("Charged")["window"] == 1


def test_only_the_payee_charges_and_only_something(world: World) -> None:
    id = world.grant()
    for caller in (PAYER, OTHER, STRANGER):
        world.refused("mandate: not the payee", "charge", id, 1, INVOICE, sender=caller)
    world.refused("mandate: no amount", "charge", id, 0, INVOICE, sender=PAYEE)
    world.refused("mandate: not active", "charge", b"\1" * 32, 1, INVOICE, sender=PAYEE)


def test_a_payer_pauses_and_resumes(world: World) -> None:
    id = world.grant()
    for caller in (PAYEE, STRANGER):
        world.refused("mandate: not the payer", "pause", id, sender=caller)
        world.refused("mandate: not the payer", "resume", id, sender=caller)
    world.refused("mandate: not paused", "resume", id, sender=PAYER)
    paused = world.mandate.attempt("pause", id, sender=PAYER).event("Paused")
    assert paused.arguments == {"id": id, "payer": PAYER}
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: not active", "pause", id, sender=PAYER)
    world.refused("mandate: not active", "charge", id, 1, INVOICE, sender=PAYEE)
    world.refused("mandate: not active", "hold", id, 1, now() + 1, sender=PAYEE)
    resumed = world.mandate.attempt("resume", id, sender=PAYER).event("Resumed")
    assert resumed.arguments == {"id": id, "payer": PAYER}
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)


@pytest.mark.parametrize("paused", [False, True])
def test_a_payer_revokes_for_good(world: World, paused: bool) -> None:
    id = world.grant()
    if paused:
        world.mandate.do("pause", id, sender=PAYER)
    for caller in (PAYEE, STRANGER):
        world.refused("mandate: not the payer", "revoke", id, sender=caller)
    revoked = world.mandate.attempt("revoke", id, sender=PAYER).event("Revoked")
    assert revoked.arguments == {"id": id, "payer": PAYER}
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: not active", "charge", id, 1, INVOICE, sender=PAYEE)
    world.refused("mandate: not active", "pause", id, sender=PAYER)
    world.refused("mandate: not paused", "resume", id, sender=PAYER)
    world.refused("mandate: revoked", "revoke", id, sender=PAYER)


def test_a_refused_transfer_charges_nothing(world: World) -> None:
    id = world.grant()
    world.token.do("set_mode", HOSTILE_MOODS["returns false"])
    world.refused("mandate: transfer refused", "charge", id, 1, INVOICE, sender=PAYEE)
    world.token.do("set_mode", HOSTILE_MOODS["returns nothing"])
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)
    assert world.mandate.read("mandate_of", id)["used_total"] == 1


def test_nothing_re_enters_while_a_charge_moves(world: World) -> None:
    id = world.grant()
    # The token may revoke what it granted itself: only the lock can refuse it.
    own = world.mandate.do("grant", world.terms(), sender=world.token.address)
    world.token.do("call_back", world.mandate.address, load("mandate").encode_call("revoke", own))
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)
    assert (world.token.read("reentries_tried"), world.token.read("reentries_done")) == (1, 0)
    world.mandate.do("revoke", own, sender=world.token.address)


def test_the_currencys_allowance_is_the_outer_limit(world: World) -> None:
    money = place_currency(b"\xec" * 20)
    money.do("mint", PAYER, 500, sender=MINTER)
    id = world.grant(token=money.address)
    world.refused("ecash: more than was allowed", "charge", id, 1, INVOICE, sender=PAYEE)
    money.do("approve", world.mandate.address, 5, sender=PAYER)
    world.mandate.do("charge", id, 5, INVOICE, sender=PAYEE)
    assert money.read("balanceOf", PAYEE) == 5
    money.do("approve", world.mandate.address, 0, sender=PAYER)
    world.refused("ecash: more than was allowed", "charge", id, 1, INVOICE, sender=PAYEE)
