"""Issuing a purse, presenting its payments, and what a device that cheats can and cannot do."""

from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts.purse_payment import Payment
from tests.contracts.offline_purse.stage import (
    ACTIVE,
    BLOCKED,
    CAP,
    CLONE,
    CLOSED,
    DEVICE,
    GRACE,
    KIOSK,
    NO_DEVICE,
    OWNER,
    PASSKEY,
    SHOP,
    STRANGER,
    TERM,
    Stage,
    fields,
)
from tests.contracts.passkeys import Passkey
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, now, wait, wait_until

TEN_YEARS = 10 * 366 * 24 * 60 * 60
FIRST, SECOND = Payment(1, 300, SHOP, b"\x07" * 32), Payment(2, 200, KIOSK)


@pytest.fixture
def stage() -> Stage:
    return Stage.set()


@pytest.fixture
def id(stage: Stage) -> bytes:
    return stage.issue()


def test_an_issued_purse_holds_its_cap(stage: Stage) -> None:
    foretold = stage.purse.read("next_id", OWNER)
    terms = [stage.token.address, CAP, DEVICE.address, 0, 0, now() + TERM, GRACE]
    issued = stage.purse.attempt("issue", *terms, sender=OWNER).event("Issued").arguments
    assert (issued["id"], issued["owner"], issued["device"]) == (foretold, OWNER, DEVICE.address)
    assert (issued["held_before"], issued["held_after"]) == (0, CAP)
    record = stage.purse.read("purse", foretold)
    assert (record["funded"], record["state"], record["expiry"]) == (CAP, ACTIVE, now() + TERM)
    assert stage.purse.read("last_deadline", foretold) == now() + TERM + GRACE
    assert stage.purse.read("held", foretold) == stage.purse.read("liabilities", stage.token.address) == CAP


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"token": SHOP}, "offline_purse: not a token"),
        ({"token": b"\xc6" * 20}, "offline_purse: not a token"),
        ({"amount": 0}, "offline_purse: no amount"),
        ({"device": NO_DEVICE}, "offline_purse: not a device key"),
        ({"device": NO_DEVICE, "x": 1, "y": 1}, "offline_purse: not a device key"),
        ({"x": 1}, "offline_purse: two device keys"),
        ({"y": 1}, "offline_purse: two device keys"),
        ({"grace": 86_399}, "offline_purse: grace too short"),
        ({"grace": 2**256 - 1}, "offline_purse: grace too long"),
        ({"term": 0}, "deadlines: has passed already"),
        ({"term": TEN_YEARS - GRACE + 1}, "deadlines: too far ahead"),
    ],
)
def test_bad_purses_are_refused(stage: Stage, change: dict[str, Any], refusal: str) -> None:
    terms = {
        "token": stage.token.address,
        "amount": CAP,
        "device": DEVICE.address,
        "x": 0,
        "y": 0,
        "term": TEN_YEARS - GRACE,
        "grace": GRACE,
        **change,
    }
    *arguments, term, grace = terms.values()
    assert stage.purse.attempt("issue", *arguments, now() + term, grace, sender=OWNER).words == refusal


def test_the_longest_term_is_accepted_and_a_token_that_brings_nothing_is_not(stage: Stage) -> None:
    terms = [stage.token.address, CAP, DEVICE.address, 0, 0, now() + TEN_YEARS - 86_400, 86_400]
    stage.purse.do("issue", *terms, sender=OWNER)
    stage.token.do("set_mode", HOSTILE_MOODS["keeps it"])
    assert stage.purse.attempt("issue", *terms, sender=OWNER).words == "offline_purse: nothing arrived"


def test_payees_are_paid_and_the_rest_goes_home(stage: Stage, id: bytes) -> None:
    outcome = stage.redeem(id, [FIRST, SECOND], sender=STRANGER)
    first, second = (event.arguments for event in outcome.events)
    assert (first["payee"], first["counter"], first["amount"], first["paid"]) == (SHOP, 1, 300, 300)
    assert (first["memo"], first["held_before"], first["held_after"]) == (b"\x07" * 32, CAP, 700)
    assert (second["held_before"], second["held_after"]) == (700, 500)
    assert (stage.balance(SHOP), stage.balance(KIOSK)) == (300, 200)
    assert stage.purse.read("is_presented", id, fields(FIRST))
    assert not stage.purse.read("is_presented", id, fields(Payment(3, 1, SHOP)))
    wait_until(stage.purse.read("last_deadline", id))
    assert stage.purse.attempt("exit", id, sender=OWNER).words == "offline_purse: deadline not passed"
    assert stage.redeem(id, [Payment(3, 1, SHOP)]).accepted
    wait(1)
    assert stage.redeem(id, [Payment(4, 1, SHOP)]).words == "offline_purse: deadline has passed"
    closed = stage.purse.attempt("exit", id, sender=NOBODY).event("Closed").arguments
    assert (closed["returned"], closed["held_before"], closed["held_after"]) == (499, 499, 0)
    assert stage.balance(OWNER) == 10 * CAP - 501
    assert stage.purse.read("purse", id)["state"] == CLOSED
    assert stage.purse.attempt("exit", id).words == "offline_purse: nothing to exit"
    assert stage.redeem(id, [Payment(5, 1, SHOP)]).words == "offline_purse: not active"


def test_a_payment_is_paid_once_and_presenting_a_part_spoils_no_list(stage: Stage, id: bytes) -> None:
    assert stage.redeem(id, [FIRST]).accepted
    assert stage.redeem(id, [FIRST]).words == "offline_purse: nothing new"
    assert stage.redeem(id, []).words == "offline_purse: nothing new"
    assert stage.redeem(id, [FIRST, SECOND, SECOND]).accepted
    assert (stage.balance(SHOP), stage.balance(KIOSK), stage.purse.read("held", id)) == (300, 200, 500)
    assert stage.purse.read("purse", id)["state"] == ACTIVE


@pytest.mark.parametrize(
    ("payment", "device", "refusal"),
    [
        (FIRST, CLONE, "offline_purse: not the device's"),
        (FIRST, PASSKEY, "offline_purse: not the device's"),
        (Payment(1, 0, SHOP), DEVICE, "offline_purse: no amount"),
        (Payment(1, 1, bytes(20)), DEVICE, "offline_purse: not a payee"),
        (Payment(1, 1, b"\xc6" * 20), DEVICE, "offline_purse: not a payee"),
    ],
)
def test_what_is_no_payment(stage: Stage, id: bytes, payment: Payment, device: Any, refusal: str) -> None:
    assert stage.redeem(id, [payment], device=device).words == refusal
    assert stage.redeem(id, [SECOND, payment], device=device).accepted is False


def test_a_changed_payment_is_not_the_devices(stage: Stage, id: bytes) -> None:
    signature = stage.signed(id, FIRST)
    for changed in (
        Payment(2, 300, SHOP, FIRST.memo),
        Payment(1, 301, SHOP, FIRST.memo),
        Payment(1, 300, KIOSK, FIRST.memo),
        Payment(1, 300, SHOP),
    ):
        assert (
            stage.purse.attempt("redeem", id, [fields(changed)], [signature]).words == "offline_purse: not the device's"
        )
    other = stage.issue()
    assert stage.purse.attempt("redeem", other, [fields(FIRST)], [signature]).words == "offline_purse: not the device's"
    assert stage.purse.attempt("redeem", id, [fields(FIRST)], []).words == "offline_purse: a signature each"


def test_a_counter_used_twice_blocks_the_purse_and_both_payees_are_paid(stage: Stage, id: bytes) -> None:
    twice = Payment(1, 400, KIOSK)
    assert stage.redeem(id, [FIRST]).accepted
    outcome = stage.redeem(id, [twice], sender=KIOSK)
    proven = outcome.event("DoubleProven").arguments
    assert (proven["id"], proven["counter"], proven["held_before"], proven["held_after"]) == (id, 1, 700, 700)
    assert proven["first"] != proven["second"]
    assert stage.purse.read("purse", id)["state"] == BLOCKED
    assert (stage.balance(SHOP), stage.balance(KIOSK), stage.purse.read("held", id)) == (300, 400, 300)
    assert stage.redeem(id, [Payment(1, 1, STRANGER)]).accepted


def test_the_owner_never_loses_more_than_the_purse_and_what_exceeds_it_is_recorded(stage: Stage, id: bytes) -> None:
    outcome = stage.redeem(id, [Payment(1, 900, SHOP), Payment(2, 300, KIOSK), Payment(3, 50, SHOP)])
    assert [each.arguments["unpaid"] for each in outcome.events if each.name == "Overspent"] == [200, 50]
    assert [each.arguments["paid"] for each in outcome.events if each.name == "Redeemed"] == [900, 100, 0]
    assert (stage.balance(SHOP), stage.balance(KIOSK), stage.balance(OWNER)) == (900, 100, 9 * CAP)
    record = stage.purse.read("purse", id)
    assert (record["paid"], record["unpaid"], record["state"]) == (CAP, 250, BLOCKED)
    assert stage.purse.read("held", id) == 0
    wait(TERM + GRACE + 1)
    stage.purse.do("exit", id)
    assert stage.balance(OWNER) == 9 * CAP


def test_no_amount_that_a_broken_device_signs_stops_later_payments(stage: Stage, id: bytes) -> None:
    most = 2**256 - 1
    assert stage.redeem(id, [Payment(1, most, SHOP), Payment(2, most, KIOSK)]).accepted
    last = stage.redeem(id, [Payment(3, 50, SHOP)])
    assert last.event("Overspent").arguments["unpaid"] == 50
    record = stage.purse.read("purse", id)
    assert (record["paid"], record["unpaid"], record["state"]) == (CAP, most, BLOCKED)


def test_spending_exactly_everything_is_honest(stage: Stage, id: bytes) -> None:
    assert stage.redeem(id, [Payment(1, CAP, SHOP)]).accepted
    assert stage.purse.read("purse", id)["state"] == ACTIVE


def test_anyone_proves_a_double_without_presenting(stage: Stage, id: bytes) -> None:
    twice = Payment(1, 300, KIOSK, FIRST.memo)
    assert stage.prove(id, FIRST, SECOND).words == "offline_purse: not one counter"
    assert stage.prove(id, FIRST, FIRST).words == "offline_purse: one payment twice"
    assert stage.prove(id, FIRST, twice, device=CLONE).words == "offline_purse: not the device's"
    assert stage.prove(id, FIRST, twice).event("DoubleProven").arguments["counter"] == 1
    assert stage.prove(id, FIRST, twice).words == "offline_purse: blocked already"
    assert stage.redeem(id, [FIRST, twice]).accepted
    assert (stage.balance(SHOP), stage.balance(KIOSK)) == (300, 300)


def test_half_a_proof_is_none(stage: Stage, id: bytes) -> None:
    twice = Payment(1, 300, KIOSK)
    good, bad = stage.signed(id, FIRST), stage.signed(id, twice, CLONE)
    for pair in ([fields(FIRST), good, fields(twice), bad], [fields(twice), bad, fields(FIRST), good]):
        assert stage.purse.attempt("prove_double", id, *pair).words == "offline_purse: not the device's"


def test_the_owner_reports_a_lost_device(stage: Stage, id: bytes) -> None:
    assert stage.purse.attempt("report_lost", id, sender=STRANGER).words == "offline_purse: not the owner"
    lost = stage.purse.attempt("report_lost", id, sender=OWNER).event("ReportedLost").arguments
    assert (lost["id"], lost["held_before"], lost["held_after"]) == (id, CAP, CAP)
    assert stage.purse.attempt("report_lost", id, sender=OWNER).words == "offline_purse: blocked already"
    assert stage.redeem(id, [FIRST]).accepted
    assert stage.purse.attempt("exit", id, sender=OWNER).words == "offline_purse: deadline not passed"


def test_a_secure_elements_payments_are_checked_on_p256(stage: Stage) -> None:
    id = stage.issue(device=PASSKEY)
    outcome = stage.redeem(id, [FIRST, SECOND], device=PASSKEY)
    assert outcome.accepted, outcome.words
    assert stage.redeem(id, [Payment(3, 1, SHOP)], device=Passkey(24)).words == "offline_purse: not the device's"
    assert stage.redeem(id, [Payment(3, 1, SHOP)], device=DEVICE).words == "offline_purse: not the device's"
    assert stage.prove(id, FIRST, Payment(1, 1, SHOP), device=PASSKEY).accepted


def test_a_full_list_by_a_secure_element_fits_one_transaction(stage: Stage) -> None:
    id = stage.issue(device=PASSKEY)
    outcome = stage.redeem(id, [Payment(counter, 1, SHOP) for counter in range(16)], device=PASSKEY)
    assert outcome.accepted
    assert outcome.gas < 8_000_000


def test_a_device_is_a_key_and_no_contract_speaks_for_it(stage: Stage, id: bytes) -> None:
    """Code that answers EIP-1271's yes to everything: PUSH4 yes, shifted to the left, returned."""
    yes = bytes.fromhex("631626ba7e60e01b5f5260205ff3")
    boa.env.set_code(to_checksum_address(DEVICE.address), yes)
    outcome = stage.purse.attempt("redeem", id, [fields(FIRST)], [b"\1" * 65], sender=SHOP)
    assert outcome.words == "offline_purse: not the device's"
    assert stage.redeem(id, [FIRST]).accepted


def test_a_blocked_payee_becomes_a_claim(stage: Stage, id: bytes) -> None:
    stage.token.do("block", SHOP)
    assert stage.redeem(id, [FIRST, SECOND]).accepted
    assert stage.purse.read("claimable", stage.token.address, SHOP) == 300
    assert stage.balance(KIOSK) == 200
    stage.token.do("set_mode", HOSTILE_MOODS["honest"])
    stage.purse.do("claim", stage.token.address, SHOP, sender=STRANGER)
    assert stage.balance(SHOP) == 300


def test_nothing_re_enters_while_money_moves(stage: Stage, id: bytes) -> None:
    other = stage.issue()
    good = [other, [fields(FIRST)], [stage.signed(other, FIRST)]]
    stage.token.do("call_back", stage.purse.address, stage.purse.artifact.encode_call("redeem", *good))
    assert stage.redeem(id, [FIRST]).accepted
    assert (stage.token.read("reentries_tried"), stage.token.read("reentries_done")) == (1, 0)
    stage.token.do("call_back", bytes(20), b"")
    stage.purse.do("redeem", *good)
