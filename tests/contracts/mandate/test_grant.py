"""Granting a mandate, in person or by signature, and changing its cap."""

from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message

from tests.contracts.mandate.setting import (
    CAP,
    INVOICE,
    OTHER,
    PAYEE,
    PAYER,
    PAYER_KEY,
    STRANGER,
    TEN_YEARS,
    TOTAL,
    WINDOW,
    World,
    signed,
    typed,
)
from tests.contracts.placed import now, wait, wait_until
from tests.contracts.signing_account import signing_account

SELF = b"\xe5" * 20
TOKEN = b"\xe6" * 20


def test_a_granted_mandate_is_recorded_and_logged(world: World) -> None:
    terms, foretold = world.terms(), world.mandate.read("next_id", PAYER)
    outcome = world.mandate.attempt("grant", terms, sender=PAYER)
    assert outcome.result == foretold
    assert outcome.event("Granted").arguments == {"id": foretold, "payer": PAYER, "payee": PAYEE, "terms": terms}
    assert world.mandate.read("mandate_of", foretold) == {
        "payer": PAYER,
        "terms": terms,
        "window": 0,
        "used": 0,
        "used_total": 0,
        "state": 1,
    }
    assert world.mandate.read("next_id", PAYER) != foretold


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"payee": bytes(20)}, "mandate: not a payee"),
        ({"payee": PAYER}, "mandate: not a payee"),
        ({"payee": SELF}, "mandate: not a payee"),
        ({"payee": TOKEN}, "mandate: not a payee"),
        ({"token": STRANGER}, "mandate: not a token"),
        ({"token": SELF}, "mandate: not a token"),
        ({"cap": 0}, "mandate: no amount"),
        ({"total": 0}, "mandate: no amount"),
        ({"window_seconds": 0}, "mandate: no window"),
        ({"once": True}, "mandate: once allows no holds"),
        ({"once": True, "hold_seconds": 1}, "mandate: once allows no holds"),
        ({"hold_seconds": TEN_YEARS + 1}, "mandate: held for too long"),
    ],
)
def test_bad_terms_are_refused(world: World, change: dict[str, Any], refusal: str) -> None:
    world.refused(refusal, "grant", world.terms(**change), sender=PAYER)


def test_a_mandate_has_a_beginning_before_its_end_and_its_end_ahead(world: World) -> None:
    end = now() + 100
    world.refused("mandate: ends before it starts", "grant", world.terms(starts=end, expires=end), sender=PAYER)
    world.grant(starts=end - 1, expires=end)
    world.refused("deadlines: has passed already", "grant", world.terms(starts=0, expires=now()), sender=PAYER)
    world.grant(starts=0, expires=now() + 1)
    late = world.terms(expires=now() + TEN_YEARS + 1)
    world.refused("deadlines: too far ahead", "grant", late, sender=PAYER)
    world.grant(expires=now() + TEN_YEARS, cap=1, total=1, window_seconds=1, hold_seconds=TEN_YEARS)
    world.grant(once=True, hold_seconds=0)


def grant_message(world: World, payer: bytes = PAYER, **changes: Any) -> dict[str, Any]:
    return {"payer": payer, **world.terms(), "nonce": 0, "deadline": now() + 100, **changes}


def test_anyone_brings_a_signed_grant_once(world: World) -> None:
    message = grant_message(world)
    signature = signed(PAYER_KEY, world.mandate, "Grant", **message)
    arguments = (PAYER, world.terms(), message["deadline"], signature)
    outcome = world.mandate.attempt("grant_signed", *arguments, sender=STRANGER)
    assert outcome.event("SignatureUsed").arguments == {"payer": PAYER, "nonce": 0}
    assert world.mandate.read("mandate_of", outcome.result)["payer"] == PAYER
    assert world.mandate.read("signing_nonces", PAYER) == 1
    world.refused("mandate: not signed", "grant_signed", *arguments, sender=STRANGER)


def test_a_signed_grant_counts_up_to_its_deadline(world: World) -> None:
    message = grant_message(world)
    signature = signed(PAYER_KEY, world.mandate, "Grant", **message)
    arguments = (PAYER, world.terms(), message["deadline"], signature)
    wait(101)
    world.refused("mandate: signature has expired", "grant_signed", *arguments, sender=STRANGER)


def test_a_signed_grant_counts_in_the_second_of_its_deadline(world: World) -> None:
    message = grant_message(world)
    signature = signed(PAYER_KEY, world.mandate, "Grant", **message)
    terms = world.terms()
    wait_until(message["deadline"])
    world.mandate.do("grant_signed", PAYER, terms, message["deadline"], signature, sender=STRANGER)


@pytest.mark.parametrize(
    "change",
    [
        {"payee": OTHER},
        {"cap": CAP + 1},
        {"window_seconds": WINDOW - 1},
        {"total": TOTAL + 1},
        {"starts": 7},
        {"expires": 2**33},
        {"once": True, "hold_seconds": 0},
        {"hold_seconds": 1},
        {"terms_hash": b"\4" * 32},
        {"token": b"\xe7" * 20},
        {"nonce": 1},
        {"deadline": 2**40},
        {"payer": OTHER},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_a_signature_is_over_every_term(world: World, change: dict[str, Any]) -> None:
    signature = signed(PAYER_KEY, world.mandate, "Grant", **grant_message(world, **change))
    world.refused("mandate: not signed", "grant_signed", PAYER, world.terms(), now() + 100, signature, sender=PAYEE)


def test_a_cancelled_signature_is_void(world: World) -> None:
    signature = signed(PAYER_KEY, world.mandate, "Grant", **grant_message(world))
    assert world.mandate.attempt("cancel_signed", sender=PAYER).event("SignatureUsed").arguments["nonce"] == 0
    world.refused("mandate: not signed", "grant_signed", PAYER, world.terms(), now() + 100, signature, sender=PAYEE)


def test_opening_other_things_leaves_a_signature_valid(world: World) -> None:
    signature = signed(PAYER_KEY, world.mandate, "Grant", **grant_message(world))
    world.grant()
    world.mandate.do("grant_signed", PAYER, world.terms(), now() + 100, signature, sender=PAYEE)


def test_a_contract_account_grants_by_its_word(world: World) -> None:
    account = signing_account(b"\xc7" * 20)
    message = grant_message(world, payer=account.address)
    arguments = (account.address, world.terms(), message["deadline"], b"")
    world.refused("mandate: not signed", "grant_signed", *arguments, sender=STRANGER)
    account.do("sign", _hash_eip191_message(typed(world.mandate, "Grant", message)))
    id = world.mandate.do("grant_signed", *arguments, sender=STRANGER)
    assert world.mandate.read("mandate_of", id)["payer"] == account.address


def test_the_domain_is_told_to_wallets(world: World) -> None:
    signable = typed(world.mandate, "Grant", grant_message(world))
    assert world.mandate.read("DOMAIN_SEPARATOR") == signable.header
    fields, name, version, _, contract, salt, extensions = world.mandate.read("eip712Domain")
    assert (fields, name, version, contract) == (b"\x0f", "Jiaozi Mandate", "1", world.mandate.address)
    assert (salt, list(extensions)) == (bytes(32), [])


def test_only_the_payer_changes_the_cap(world: World) -> None:
    id = world.grant()
    for caller in (PAYEE, STRANGER):
        world.refused("mandate: not the payer", "change_cap", id, 2 * CAP, sender=caller)
    world.refused("mandate: no amount", "change_cap", id, 0, sender=PAYER)
    changed = world.mandate.attempt("change_cap", id, CAP + 1, sender=PAYER).event("CapChanged")
    assert changed.arguments == {"id": id, "payer": PAYER, "cap_before": CAP, "cap_after": CAP + 1}
    world.refused("mandate: over the cap", "charge", id, CAP + 2, INVOICE, sender=PAYEE)
    world.mandate.do("charge", id, CAP + 1, INVOICE, sender=PAYEE)


def test_a_cap_lowered_below_what_was_used_stops_charges_until_the_next_window(world: World) -> None:
    id = world.grant()
    world.mandate.do("charge", id, 60, INVOICE, sender=PAYEE)
    world.mandate.do("change_cap", id, 1, sender=PAYER)
    assert world.mandate.read("chargeable", id) == 0
    world.refused("mandate: over the cap", "charge", id, 1, INVOICE, sender=PAYEE)
    wait(WINDOW)
    assert world.mandate.read("chargeable", id) == 1
    world.mandate.do("charge", id, 1, INVOICE, sender=PAYEE)


def test_the_cap_changes_while_paused_and_never_once_revoked(world: World) -> None:
    id = world.grant()
    world.mandate.do("pause", id, sender=PAYER)
    world.mandate.do("change_cap", id, CAP - 1, sender=PAYER)
    world.mandate.do("revoke", id, sender=PAYER)
    world.refused("mandate: revoked", "change_cap", id, CAP, sender=PAYER)


def test_anyone_brings_a_signed_change_of_the_cap_once(world: World) -> None:
    id = world.grant()
    deadline = now() + 100
    signature = signed(PAYER_KEY, world.mandate, "ChangeCap", mandate=id, cap=7, nonce=0, deadline=deadline)
    for changed in ((id, 8, deadline), (id, 7, deadline + 1), (b"\1" * 32, 7, deadline)):
        world.refused("mandate: not signed", "change_cap_signed", *changed, signature, sender=PAYEE)
    world.mandate.do("change_cap_signed", id, 7, deadline, signature, sender=PAYEE)
    assert world.mandate.read("mandate_of", id)["terms"]["cap"] == 7
    assert world.mandate.read("signing_nonces", PAYER) == 1
    world.refused("mandate: not signed", "change_cap_signed", id, 7, deadline, signature, sender=PAYEE)


def test_a_signed_change_of_the_cap_expires(world: World) -> None:
    id = world.grant()
    deadline = now() + 100
    signature = signed(PAYER_KEY, world.mandate, "ChangeCap", mandate=id, cap=7, nonce=0, deadline=deadline)
    wait(101)
    world.refused("mandate: signature has expired", "change_cap_signed", id, 7, deadline, signature, sender=PAYEE)
