"""Card-style holds: put aside, captured in parts, voided, or expired to the payer."""

from tests.contracts.mandate.setting import (
    CAP,
    HOLD,
    INVOICE,
    OTHER,
    PAYEE,
    PAYER,
    STRANGER,
    WEALTH,
    WINDOW,
    World,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

OPEN, CLOSED = 1, 2


def test_a_hold_takes_the_money_into_custody(world: World) -> None:
    id = world.grant()
    foretold, expires = world.mandate.read("next_id", PAYEE), now() + HOLD
    outcome = world.mandate.attempt("hold", id, 60, expires, sender=PAYEE)
    assert outcome.result == foretold
    assert outcome.event("Held").arguments == {
        "id": foretold,
        "mandate": id,
        "payee": PAYEE,
        "amount": 60,
        "expires": expires,
        "window": 0,
        "held_before": 0,
        "held_after": 60,
    }
    assert world.mandate.read("hold_of", foretold) == {
        "mandate": id,
        "amount": 60,
        "captured": 0,
        "returned": 0,
        "expires": expires,
        "window": 0,
        "state": OPEN,
    }
    assert (world.mandate.read("held", foretold), world.mandate.read("last_deadline", foretold)) == (60, expires)
    assert (world.balance(PAYER), world.balance(world.mandate.address)) == (WEALTH - 60, 60)
    assert world.mandate.read("liabilities", world.token.address) == 60


def test_a_hold_lasts_no_longer_than_the_payer_agreed(world: World) -> None:
    id = world.grant()
    world.refused("mandate: expired already", "hold", id, 1, now(), sender=PAYEE)
    world.refused("mandate: held for too long", "hold", id, 1, now() + HOLD + 1, sender=PAYEE)
    world.hold(id, 1, HOLD)
    world.hold(id, 1, 1)
    without = world.grant(hold_seconds=0)
    world.refused("mandate: held for too long", "hold", without, 1, now() + 1, sender=PAYEE)


def test_holds_and_charges_share_the_cap_and_the_total(world: World) -> None:
    id = world.grant(total=CAP + 10)
    world.mandate.do("charge", id, 40, INVOICE, sender=PAYEE)
    world.refused("mandate: over the cap", "hold", id, 61, now() + HOLD, sender=PAYEE)
    world.hold(id, 60)
    world.refused("mandate: over the cap", "charge", id, 1, INVOICE, sender=PAYEE)
    wait(WINDOW)
    world.refused("mandate: over the total", "hold", id, 11, now() + HOLD, sender=PAYEE)
    world.hold(id, 10)


def test_only_the_payee_holds_within_the_mandates_time(world: World) -> None:
    id = world.grant(starts=now() + 10, expires=now() + 20)
    world.refused("mandate: has not begun", "hold", id, 1, now() + HOLD, sender=PAYEE)
    wait(10)
    for caller in (PAYER, OTHER, STRANGER):
        world.refused("mandate: not the payee", "hold", id, 1, now() + HOLD, sender=caller)
    world.refused("mandate: no amount", "hold", id, 0, now() + HOLD, sender=PAYEE)
    wait(11)
    world.refused("mandate: has expired", "hold", id, 1, now() + HOLD, sender=PAYEE)


def test_captures_in_parts_never_exceed_what_is_held(world: World) -> None:
    hold = world.hold(world.grant(), 60)
    world.refused("mandate: more than is held", "capture", hold, 61, sender=PAYEE)
    world.refused("mandate: no amount", "capture", hold, 0, sender=PAYEE)
    for caller in (PAYER, OTHER, STRANGER):
        world.refused("mandate: not the payee", "capture", hold, 1, sender=caller)
    first = world.mandate.attempt("capture", hold, 50, sender=PAYEE).event("Captured")
    assert (first["id"], first["payee"], first["amount"]) == (hold, PAYEE, 50)
    assert (first["held_before"], first["held_after"]) == (60, 10)
    assert world.mandate.read("hold_of", hold)["state"] == OPEN
    world.refused("mandate: more than is held", "capture", hold, 11, sender=PAYEE)
    world.mandate.do("capture", hold, 10, sender=PAYEE)
    assert world.mandate.read("hold_of", hold)["captured"] == 60
    assert world.mandate.read("hold_of", hold)["state"] == CLOSED
    assert (world.balance(PAYEE), world.balance(world.mandate.address)) == (60, 0)
    world.refused("mandate: holds nothing", "capture", hold, 1, sender=PAYEE)
    world.refused("mandate: holds nothing", "void", hold, sender=PAYEE)
    wait(HOLD + 1)
    world.refused("mandate: nothing to exit", "exit", hold, sender=STRANGER)


def test_a_hold_is_captured_up_to_its_last_second_and_exits_in_the_next(world: World) -> None:
    hold = world.hold(world.grant(), 60)
    wait(HOLD)
    world.mandate.do("capture", hold, 1, sender=PAYEE)
    world.refused("mandate: hold has not expired", "exit", hold, sender=STRANGER)
    wait(1)
    world.refused("mandate: hold has expired", "capture", hold, 1, sender=PAYEE)
    expired = world.mandate.attempt("exit", hold, sender=STRANGER).event("Expired")
    assert (expired["payer"], expired["amount"], expired["held_before"], expired["held_after"]) == (PAYER, 59, 59, 0)
    assert (world.balance(PAYER), world.balance(PAYEE)) == (WEALTH - 1, 1)
    record = world.mandate.read("hold_of", hold)
    assert (record["captured"], record["returned"], record["state"]) == (1, 59, CLOSED)
    world.refused("mandate: nothing to exit", "exit", hold, sender=STRANGER)


def test_the_payee_voids_at_any_time(world: World) -> None:
    id = world.grant()
    hold, late = world.hold(id, 60), world.hold(id, 10)
    world.mandate.do("capture", hold, 20, sender=PAYEE)
    for caller in (PAYER, OTHER, STRANGER):
        world.refused("mandate: not the payee", "void", hold, sender=caller)
    voided = world.mandate.attempt("void", hold, sender=PAYEE).event("Voided")
    assert voided.arguments == {
        "id": hold,
        "mandate": id,
        "payer": PAYER,
        "amount": 40,
        "held_before": 40,
        "held_after": 0,
    }
    assert (world.mandate.read("held", hold), world.balance(PAYER)) == (0, WEALTH - 30)
    wait(HOLD + 1)
    world.mandate.do("void", late, sender=PAYEE)
    assert world.balance(PAYER) == WEALTH - 20


def test_what_a_void_gives_back_may_be_used_again_in_the_same_window(world: World) -> None:
    id = world.grant()
    hold = world.hold(id, CAP)
    world.mandate.do("capture", hold, 30, sender=PAYEE)
    world.mandate.do("void", hold, sender=PAYEE)
    record = world.mandate.read("mandate_of", id)
    assert (record["used"], record["used_total"]) == (30, 30)
    assert world.mandate.read("chargeable", id) == 70
    world.refused("mandate: over the cap", "charge", id, 71, INVOICE, sender=PAYEE)
    world.mandate.do("charge", id, 70, INVOICE, sender=PAYEE)


def test_what_an_older_windows_hold_gives_back_does_not_widen_this_one(world: World) -> None:
    id = world.grant(hold_seconds=2 * WINDOW)
    hold = world.hold(id, CAP, WINDOW)
    wait(WINDOW)
    world.mandate.do("charge", id, 10, INVOICE, sender=PAYEE)
    world.mandate.do("void", hold, sender=PAYEE)
    record = world.mandate.read("mandate_of", id)
    assert (record["used"], record["used_total"]) == (10, 10)
    assert world.mandate.read("chargeable", id) == CAP - 10


def test_an_expired_hold_frees_the_total(world: World) -> None:
    id = world.grant(total=CAP)
    hold = world.hold(id, CAP)
    wait(WINDOW)
    assert world.mandate.read("chargeable", id) == 0
    world.mandate.do("exit", hold, sender=STRANGER)
    assert world.mandate.read("chargeable", id) == CAP


def test_a_revoked_or_paused_mandate_leaves_its_holds(world: World) -> None:
    id = world.grant()
    kept, left = world.hold(id, 30), world.hold(id, 20)
    world.mandate.do("pause", id, sender=PAYER)
    world.mandate.do("capture", kept, 10, sender=PAYEE)
    world.mandate.do("revoke", id, sender=PAYER)
    world.mandate.do("capture", kept, 20, sender=PAYEE)
    wait(HOLD + 1)
    world.mandate.do("exit", left, sender=STRANGER)
    assert (world.balance(PAYEE), world.balance(PAYER)) == (30, WEALTH - 30)


def test_a_token_that_takes_a_fee_is_not_held(world: World) -> None:
    id = world.grant()
    world.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    world.refused("claims: less arrived than was sent", "hold", id, CAP, now() + HOLD, sender=PAYEE)


def test_a_refused_payee_or_payer_becomes_a_claim(world: World) -> None:
    id = world.grant()
    hold = world.hold(id, 60)
    world.token.do("block", PAYEE)
    world.mandate.do("capture", hold, 40, sender=PAYEE)
    assert world.mandate.read("claimable", world.token.address, PAYEE) == 40
    world.token.do("block", PAYER)
    wait(HOLD + 1)
    world.mandate.do("exit", hold, sender=STRANGER)
    assert world.mandate.read("claimable", world.token.address, PAYER) == 20
    assert world.mandate.read("liabilities", world.token.address) == 60
    world.token.do("set_mode", HOSTILE_MOODS["honest"])
    for who, amount in ((PAYEE, 40), (PAYER, 20)):
        assert world.mandate.do("claim", world.token.address, who, sender=STRANGER) == amount
    assert world.mandate.read("liabilities", world.token.address) == world.balance(world.mandate.address) == 0


def test_an_unknown_hold_is_empty_and_does_nothing(world: World) -> None:
    unknown = b"\7" * 32
    assert (world.mandate.read("held", unknown), world.mandate.read("last_deadline", unknown)) == (0, 0)
    world.refused("mandate: holds nothing", "capture", unknown, 1, sender=PAYEE)
    world.refused("mandate: holds nothing", "void", unknown, sender=PAYEE)
    world.refused("mandate: nothing to exit", "exit", unknown, sender=PAYEE)
