"""The sentence follows from the bytes that will be signed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import ECASH, ESCROW, NO_ARBITER, Artifact, load
from contracts.deals import Deal, DealState, Stage
from wallet.addresses import checksummed
from wallet.money import Currency
from wallet.references import parse_reference
from wallet.signing import Knowledge, describe, moment, sentence
from wallet.transactions import Call, Draft, Fees

ALICE, BOB, CAROL = (bytes([number]) * 20 for number in (0xA1, 0xB0, 0xCA))
JZ = Currency("JZ", "Jiaozi", 2, ECASH)
DEAL_ID = b"\xd1" * 32
DEAL = Deal(
    payer=ALICE,
    payee=BOB,
    arbiter=CAROL,
    token=ECASH,
    amount=50_000,
    deadline=1_800_000_000,
    review_seconds=0,
    answer_deadline=0,
    ruling_deadline=0,
    terms_hash=bytes(32),
    stages_funded=1,
    funded=50_000,
    paid=10_000,
    refunded=0,
    state=DealState.FUNDED,
)
KNOWN = Knowledge(ESCROW, {ECASH: JZ}, {DEAL_ID: DEAL}, {BOB: "shop"})
A, B, C = (checksummed(address) for address in (ALICE, BOB, CAROL))
HASH = b"\x55" * 32
NAME = f"escrow 0x{DEAL_ID.hex()}"


def token(name: str, *arguments: object) -> str:
    return describe(Call(ECASH, load("ecash").encode_call(name, *arguments)), ALICE, KNOWN)


def escrow(name: str, *arguments: object) -> str:
    return describe(Call(ESCROW, load("escrow").encode_call(name, *arguments)), ALICE, KNOWN)


def test_the_whole_sentence_of_a_payment() -> None:
    call = Call(ECASH, load("ecash").encode_call("transfer", BOB, 2500))
    draft = Draft(ALICE, 20200, 7, 65_000, Fees(0, 0, True), call)
    assert sentence(draft, KNOWN) == (
        f"Pay 25.00 JZ (Jiaozi) to {B} (shop), from {A}, nonce 7, network 20200, gas limit 65,000, no fee."
    )


def test_a_fee_is_said_at_its_most() -> None:
    draft = Draft(ALICE, 1, 0, 21_000, Fees(tip=1, cap=10**9, dynamic=True), Call(BOB, value=10**18))
    assert sentence(draft, KNOWN).endswith("gas limit 21,000, fee at most 0.000021 ETH.")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("transfer", (CAROL, 1), f"Pay 0.01 JZ (Jiaozi) to {C}"),
        (
            "transfer_with_memo",
            (CAROL, 1, parse_reference("INV-7")),
            f"Pay 0.01 JZ (Jiaozi) to {C} with reference 'INV-7'",
        ),
        ("approve", (CAROL, 100), f"Allow {C} to take 1.00 JZ (Jiaozi)"),
        ("approve", (ESCROW, 2**256 - 1), f"Allow escrow contract {checksummed(ESCROW)} to take any amount of JZ"),
        ("mint", (CAROL, 100), f"Issue 1.00 JZ (Jiaozi) to {C}"),
        ("burn", (100,), "Redeem 1.00 JZ (Jiaozi), which ceases to exist"),
        ("set_pauser", (CAROL, True), f"Call set_pauser(account {C}, allowed True) of {checksummed(ECASH)}"),
    ],
)
def test_what_a_token_is_asked(name: str, arguments: tuple[Any, ...], words: str) -> None:
    assert token(name, *arguments) == words


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("fund", (DEAL_ID,), f"Put 500.00 JZ (Jiaozi) aside in {NAME} for {B} (shop) until 2027-01-15 08:00:00 UTC"),
        ("release", (DEAL_ID, 250), f"Release 2.50 JZ (Jiaozi) from {NAME} to {B} (shop)"),
        ("refund", (DEAL_ID,), f"Give the 400.00 JZ (Jiaozi) in {NAME} back to {A}"),
        (
            "exit",
            (DEAL_ID,),
            f"Close {NAME}, whose deadline has passed, and give the 400.00 JZ (Jiaozi) in it to whom it is due",
        ),
        ("submit", (DEAL_ID, 1, HASH), f"Say that stage 1 of {NAME} is delivered, evidence 0x{HASH.hex()}"),
        ("reject", (DEAL_ID, 1, HASH), f"Reject what was submitted for stage 1 of {NAME}, reason 0x{HASH.hex()}"),
        ("approve", (DEAL_ID, 1), f"Release stage 1 of {NAME} to {B} (shop)"),
        ("approve_deemed", (DEAL_ID, 1), f"Release stage 1 of {NAME} to {B} (shop)"),
        ("release_met", (DEAL_ID, 1), f"Release stage 1 of {NAME} to {B} (shop)"),
        (
            "assign",
            (DEAL_ID, CAROL, 250),
            f"Assign 2.50 JZ (Jiaozi) of what {B} (shop) gets from {NAME} to {C}, for good",
        ),
        ("release_assigned", (DEAL_ID,), f"Give up what is still assigned to this account in {NAME}"),
        ("dispute", (DEAL_ID,), f"Dispute {NAME}, so that {C} decides over the 400.00 JZ (Jiaozi) in it"),
        (
            "rule",
            (DEAL_ID, 15_000),
            f"Split what {NAME} holds: 150.00 JZ (Jiaozi) to {B} (shop) and 250.00 JZ to {A}",
        ),
        (
            "claim",
            (ECASH, BOB),
            f"Pay out what escrow owes to {B} (shop) in the token {checksummed(ECASH)}",
        ),
    ],
)
def test_what_escrow_is_asked(name: str, arguments: tuple[Any, ...], words: str) -> None:
    assert escrow(name, *arguments) == words


def test_funding_a_stage_says_its_amount() -> None:
    stages = [Stage(amount, 0, 0, bytes(32), 0) for amount in (20_000, 30_000)]
    known = Knowledge(ESCROW, {ECASH: JZ}, {DEAL_ID: DEAL}, stages={DEAL_ID: stages})
    call = Call(ESCROW, load("escrow").encode_call("fund", DEAL_ID))
    assert describe(call, ALICE, known).startswith("Put 300.00 JZ (Jiaozi) aside in ")


def test_opening_a_deal_says_every_term() -> None:
    said = escrow("open", BOB, CAROL, ECASH, 50_000, 1_800_000_000, b"\x77" * 32)
    assert said == (
        f"Open an escrow of 500.00 JZ (Jiaozi) for {B} (shop) until 2027-01-15 08:00:00 UTC, arbiter {C}, "
        f"terms 0x{'77' * 32}; no money moves yet"
    )
    staged = escrow("open_staged", BOB, CAROL, ECASH, [20_000, 30_000], 1_800_000_000, 3_600, bytes(32))
    assert staged == (
        f"Open an escrow of 500.00 JZ (Jiaozi) in stages of 200.00 JZ, 300.00 JZ for {B} (shop) until 2027-01-15 "
        f"08:00:00 UTC, arbiter {C}, what is submitted counts as approved after 3,600 seconds of silence; no money "
        "moves yet"
    )
    assert "no arbiter;" in escrow("open", BOB, NO_ARBITER, ECASH, 50_000, 1_800_000_000, bytes(32))


def test_an_unknown_deal_is_shown_bare() -> None:
    assert escrow("release", b"\x01" * 32, 5).startswith(f"Call release(id 0x{'01' * 32}, amount 5) of escrow contract")


def test_coin_and_data_are_both_said() -> None:
    data = load("ecash").encode_call("transfer", BOB, 2500)
    assert describe(Call(ECASH, data, 10**18), ALICE, KNOWN).endswith(
        "(shop), sending 1 ETH (the network's own coin) along"
    )
    assert describe(Call(BOB, value=5), ALICE, KNOWN).startswith("Pay 0.000000000000000005 ETH")
    assert describe(Call(ALICE), ALICE, KNOWN) == "Do nothing but use up the nonce"


@given(st.binary(min_size=1, max_size=100))
def test_calldata_that_cannot_be_read_is_never_passed_off_as_a_payment(data: bytes) -> None:
    for to in (ECASH, ESCROW, CAROL):
        said = describe(Call(to, data), ALICE, KNOWN)
        assert said.startswith("Call ")


def test_cut_or_strange_calldata_is_said_to_be_unreadable() -> None:
    whole = load("ecash").encode_call("transfer", BOB, 2500)
    assert "cannot read, 0xa9059cbb..." in describe(Call(ECASH, whole[:-1]), ALICE, KNOWN)
    assert "cannot read" in describe(Call(CAROL, whole), ALICE, KNOWN)


def test_a_deployment_is_named_only_if_its_code_is_what_was_compiled() -> None:
    artifact: Artifact = load("escrow")
    known = replace(KNOWN, deployment=artifact)
    code = artifact.creation_code
    assert describe(Call(None, code), ALICE, known) == f"Deploy the contract escrow, {len(code):,} bytes of code"
    assert describe(Call(None, code + b"\x05"), ALICE, known).endswith("with arguments 0x05")
    assert describe(Call(None, b"\x60" + code), ALICE, known).endswith("bytes of unknown code")


def test_times_beyond_the_calendar_are_said_in_seconds() -> None:
    assert moment(0) == "1970-01-01 00:00:00 UTC"
    assert moment(2**256 - 1) == f"second {2**256 - 1}"
