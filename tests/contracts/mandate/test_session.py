"""Sessions: a device's key spends up to a cap until an expiry."""

from typing import Any

import pytest

from tests.contracts.mandate.setting import (
    CAP,
    DEVICE,
    DEVICE_KEY,
    OTHER,
    PAYEE,
    PAYER,
    PAYER_KEY,
    STRANGER,
    TEN_YEARS,
    WEALTH,
    WINDOW,
    World,
    signed,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

MEMO = b"parking".ljust(32, b"\0")
ANYONE = bytes(20)


def test_an_opened_session_is_recorded_and_logged(world: World) -> None:
    expires = now() + WINDOW
    arguments = (DEVICE, world.token.address, ANYONE, CAP, expires)
    outcome = world.mandate.attempt("open_session", *arguments, sender=PAYER)
    assert outcome.event("SessionOpened").arguments == {
        "id": outcome.result,
        "payer": PAYER,
        "key": DEVICE,
        "token": world.token.address,
        "payee": ANYONE,
        "cap": CAP,
        "expires": expires,
    }
    assert world.mandate.read("session_of", outcome.result) == {
        "payer": PAYER,
        "key": DEVICE,
        "token": world.token.address,
        "payee": ANYONE,
        "cap": CAP,
        "spent": 0,
        "expires": expires,
        "payments": 0,
        "state": 1,
    }


def test_bad_sessions_are_refused(world: World) -> None:
    token, end = world.token.address, now() + 100
    for arguments, refusal in (
        ((ANYONE, token, ANYONE, 1, end), "mandate: not a key"),
        ((PAYER, token, ANYONE, 1, end), "mandate: not a key"),
        ((DEVICE, STRANGER, ANYONE, 1, end), "mandate: not a token"),
        ((DEVICE, world.mandate.address, ANYONE, 1, end), "mandate: not a token"),
        ((DEVICE, token, ANYONE, 0, end), "mandate: no amount"),
        ((DEVICE, token, ANYONE, 1, now()), "deadlines: has passed already"),
        ((DEVICE, token, ANYONE, 1, now() + TEN_YEARS + 1), "deadlines: too far ahead"),
    ):
        world.refused(refusal, "open_session", *arguments, sender=PAYER)


def test_the_smallest_session_is_taken(world: World) -> None:
    id = world.session(cap=1, seconds=TEN_YEARS)
    world.mandate.do("spend", id, PAYEE, 1, MEMO, sender=DEVICE)


def test_the_key_spends_to_the_cap_and_no_further(world: World) -> None:
    id = world.session()
    for caller in (PAYER, PAYEE, STRANGER):
        world.refused("mandate: not the key", "spend", id, PAYEE, 1, MEMO, sender=caller)
    world.refused("mandate: no amount", "spend", id, PAYEE, 0, MEMO, sender=DEVICE)
    world.refused("mandate: over the cap", "spend", id, PAYEE, CAP + 1, MEMO, sender=DEVICE)
    spent = world.mandate.attempt("spend", id, PAYEE, 60, MEMO, sender=DEVICE).event("SessionSpent")
    assert spent.arguments == {
        "id": id,
        "payee": PAYEE,
        "memo": MEMO,
        "amount": 60,
        "spent_before": 0,
        "spent_after": 60,
    }
    world.refused("mandate: over the cap", "spend", id, PAYEE, 41, MEMO, sender=DEVICE)
    world.mandate.do("spend", id, OTHER, 40, MEMO, sender=DEVICE)
    assert (world.balance(PAYER), world.balance(PAYEE), world.balance(OTHER)) == (WEALTH - CAP, 60, 40)
    record = world.mandate.read("session_of", id)
    assert (record["spent"], record["payments"]) == (CAP, 2)
    world.refused("mandate: over the cap", "spend", id, PAYEE, 1, MEMO, sender=DEVICE)


def test_a_session_ends_to_the_second(world: World) -> None:
    id = world.session(seconds=10)
    wait(10)
    world.mandate.do("spend", id, PAYEE, 1, MEMO, sender=DEVICE)
    wait(1)
    world.refused("mandate: has expired", "spend", id, PAYEE, 1, MEMO, sender=DEVICE)


def test_a_session_for_one_payee_pays_nobody_else(world: World) -> None:
    id = world.session(payee=PAYEE)
    world.refused("mandate: not a payee", "spend", id, OTHER, 1, MEMO, sender=DEVICE)
    world.mandate.do("spend", id, PAYEE, 1, MEMO, sender=DEVICE)


def test_money_is_not_lost_to_nobody(world: World) -> None:
    id = world.session()
    for payee in (ANYONE, world.mandate.address, world.token.address):
        world.refused("mandate: not a payee", "spend", id, payee, 1, MEMO, sender=DEVICE)


@pytest.mark.parametrize("closer", [PAYER, DEVICE])
def test_payer_or_key_closes_a_session(world: World, closer: bytes) -> None:
    id = world.session()
    for caller in (PAYEE, STRANGER):
        world.refused("mandate: not a party", "close_session", id, sender=caller)
    closed = world.mandate.attempt("close_session", id, sender=closer).event("SessionClosed")
    assert closed.arguments == {"id": id, "by": closer}
    assert world.mandate.read("session_of", id)["state"] == 2
    world.refused("mandate: session is not open", "spend", id, PAYEE, 1, MEMO, sender=DEVICE)
    world.refused("mandate: session is not open", "close_session", id, sender=closer)


def test_a_refused_transfer_spends_nothing(world: World) -> None:
    id = world.session()
    world.token.do("set_mode", HOSTILE_MOODS["returns false"])
    world.refused("mandate: transfer refused", "spend", id, PAYEE, 1, MEMO, sender=DEVICE)
    assert world.mandate.read("session_of", id)["spent"] == 0


def by_key(world: World, id: bytes, key: bytes = DEVICE_KEY, **changes: Any) -> bytes:
    message = {"session": id, "payee": PAYEE, "amount": 5, "memo": MEMO, "payment": 0, "deadline": now() + 100}
    return signed(key, world.mandate, "Spend", **{**message, **changes})


def test_a_till_brings_what_the_device_signed_once(world: World) -> None:
    id = world.session()
    arguments = (id, PAYEE, 5, MEMO, now() + 100)
    signature = by_key(world, id)
    world.mandate.do("spend_signed", *arguments, signature, sender=STRANGER)
    assert world.balance(PAYEE) == 5
    world.refused("mandate: not signed", "spend_signed", *arguments, signature, sender=STRANGER)
    world.mandate.do("spend_signed", *arguments, by_key(world, id, payment=1), sender=STRANGER)


@pytest.mark.parametrize(
    "change",
    [
        {"session": b"\1" * 32},
        {"payee": OTHER},
        {"amount": 6},
        {"memo": b"\1" * 32},
        {"payment": 1},
        {"deadline": 2**40},
        {"key": PAYER_KEY},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_a_devices_signature_is_over_everything(world: World, change: dict[str, Any]) -> None:
    id = world.session()
    signature = by_key(world, id, **change)
    world.refused("mandate: not signed", "spend_signed", id, PAYEE, 5, MEMO, now() + 100, signature, sender=PAYEE)


def test_a_devices_signature_expires(world: World) -> None:
    id = world.session()
    deadline, signature = now() + 100, by_key(world, id)
    wait(101)
    world.refused(
        "mandate: signature has expired", "spend_signed", id, PAYEE, 5, MEMO, deadline, signature, sender=PAYEE
    )


def test_an_unknown_session_does_nothing(world: World) -> None:
    unknown = b"\7" * 32
    world.refused("mandate: not the key", "spend", unknown, PAYEE, 1, MEMO, sender=DEVICE)
    world.refused("mandate: session is not open", "close_session", unknown, sender=PAYER)
    world.refused(
        "mandate: not signed", "spend_signed", unknown, PAYEE, 5, MEMO, now() + 1, by_key(world, unknown), sender=PAYER
    )
