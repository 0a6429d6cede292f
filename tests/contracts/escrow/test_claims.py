"""A refused payment becomes a claim, whatever the token does; and nothing gets in while money moves."""

from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts.library import load

OTHER_TOKEN = to_checksum_address(b"\xd2" * 20)
TERM_SECONDS = 1_000
RULING_SECONDS = 30 * 24 * 60 * 60
AMOUNT = 100_00
HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE, RETURNS_NOTHING, RETURNS_TWO, BURNS_ALL_GAS = range(7)
RETURNS_A_BYTE = 9


@pytest.mark.parametrize("mode", [REVERTS, RETURNS_FALSE, BURNS_ALL_GAS])
def test_a_refused_payee_is_credited_and_the_deal_goes_on(
    hostile_funded: Any, parties: Any, mode: int, logged: Any
) -> None:
    escrow, token, id = hostile_funded
    token.set_mode(mode)
    # Enough for an honest transfer many times over; a token given all of it would leave too little to credit.
    escrow.release(id, 30_00, sender=parties.alice, gas=1_500_000)
    assert logged(escrow, "ClaimCredited") == [(id, token.address, parties.bob, 30_00, 0, 30_00)]
    escrow.release(id, 10_00, sender=parties.alice)
    assert logged(escrow, "ClaimCredited") == [(id, token.address, parties.bob, 10_00, 30_00, 40_00)]
    assert escrow.claimable(token.address, parties.bob) == 40_00
    assert escrow.held(id) == 60_00
    assert escrow.liabilities(token.address) == token.balanceOf(escrow.address) == AMOUNT


@pytest.mark.parametrize("mode", [RETURNS_TWO, RETURNS_A_BYTE])
def test_an_answer_that_is_neither_true_nor_empty_is_a_refusal(hostile_funded: Any, parties: Any, mode: int) -> None:
    escrow, token, id = hostile_funded
    token.set_mode(mode)
    escrow.release(id, 30_00, sender=parties.alice)
    assert escrow.claimable(token.address, parties.bob) == 30_00


@pytest.mark.parametrize("mode", [TAKES_A_FEE, RETURNS_NOTHING])
def test_odd_tokens_that_pay_leave_no_claim(hostile_funded: Any, parties: Any, mode: int) -> None:
    escrow, token, id = hostile_funded
    token.set_mode(mode)
    escrow.release(id, 30_00, sender=parties.alice)
    assert escrow.claimable(token.address, parties.bob) == 0
    assert escrow.liabilities(token.address) == token.balanceOf(escrow.address) == 70_00


def test_anyone_claims_for_the_owner_and_only_the_owner_is_paid(hostile_funded: Any, parties: Any, logged: Any) -> None:
    escrow, token, id = hostile_funded
    token.block(parties.bob)
    escrow.release(id, 30_00, sender=parties.alice)
    with boa.reverts("claims: transfer still refused"):
        escrow.claim(token.address, parties.bob, sender=parties.stranger)
    assert escrow.claimable(token.address, parties.bob) == 30_00
    token.set_mode(HONEST)
    assert escrow.claim(token.address, parties.bob, sender=parties.stranger) == 30_00
    assert logged(escrow, "ClaimPaid") == [(token.address, parties.bob, 30_00, 30_00, 0)]
    assert (token.balanceOf(parties.bob), token.balanceOf(parties.stranger)) == (30_00, 0)
    assert escrow.liabilities(token.address) == token.balanceOf(escrow.address) == 70_00
    with boa.reverts("claims: no claim"):
        escrow.claim(token.address, parties.bob, sender=parties.bob)


def test_the_smallest_claim_is_paid_too(hostile_funded: Any, parties: Any) -> None:
    escrow, token, id = hostile_funded
    token.block(parties.bob)
    escrow.release(id, 1, sender=parties.alice)
    token.set_mode(HONEST)
    assert escrow.claim(token.address, parties.bob) == token.balanceOf(parties.bob) == 1


def test_a_blocked_payee_does_not_hold_up_the_payers_half_of_a_ruling(hostile_funded: Any, parties: Any) -> None:
    escrow, token, id = hostile_funded
    escrow.dispute(id, sender=parties.alice)
    token.block(parties.bob)
    escrow.rule(id, 60_00, sender=parties.arbiter)
    assert token.balanceOf(parties.alice) == 40_00
    assert escrow.claimable(token.address, parties.bob) == 60_00
    assert escrow.held(id) == 0


def test_a_blocked_payer_is_refunded_into_a_claim(hostile_funded: Any, parties: Any) -> None:
    escrow, token, id = hostile_funded
    token.block(parties.alice)
    boa.env.time_travel(seconds=TERM_SECONDS + 1)
    escrow.exit(id, sender=parties.stranger)
    assert escrow.claimable(token.address, parties.alice) == AMOUNT
    token.set_mode(HONEST)
    escrow.claim(token.address, parties.alice)
    assert token.balanceOf(parties.alice) == AMOUNT


def test_a_delisted_escrow_in_a_pause_credits_instead_of_failing(funded: Any, directory: Any, parties: Any) -> None:
    escrow, token, id = funded
    directory.set_custodian(escrow.address, False, sender=parties.central_bank)
    token.pause(sender=parties.pauser)
    escrow.release(id, AMOUNT, sender=parties.alice)
    assert escrow.claimable(token.address, parties.bob) == AMOUNT
    boa.env.time_travel(seconds=72 * 60 * 60)
    escrow.claim(token.address, parties.bob, sender=parties.stranger)
    assert token.balanceOf(parties.bob) == AMOUNT


def test_one_tokens_debts_are_not_paid_from_another(hostile_funded: Any, ecash: Any, parties: Any) -> None:
    escrow, token, id = hostile_funded
    ecash.mint(escrow.address, AMOUNT, sender=parties.bank)
    token.set_mode(REVERTS)
    escrow.release(id, AMOUNT, sender=parties.alice)
    with boa.reverts("claims: no claim"):
        escrow.claim(ecash.address, parties.bob)
    assert escrow.liabilities(ecash.address) == 0


@pytest.mark.parametrize(
    "name", ["open", "fund", "release", "refund", "dispute", "rule", "exit", "claim", "deal", "held"]
)
def test_nothing_re_enters_while_money_moves(hostile_funded: Any, hostile_source: Any, parties: Any, name: str) -> None:
    """The token holds whatever role makes its call a good one; only the lock can refuse it."""
    escrow, token, id = hostile_funded
    other = hostile_source.deploy(override_address=OTHER_TOKEN)
    payload = good_call(name, escrow, token, other, parties)
    with boa.env.anchor():
        assert not boa.env.raw_call(escrow.address, sender=token.address, data=payload).is_error
    token.call_back(escrow.address, payload)
    escrow.release(id, AMOUNT, sender=parties.alice)
    assert (token.reentries_tried(), token.reentries_done()) == (1, 0)
    assert token.balanceOf(parties.bob) == AMOUNT


def test_nothing_re_enters_while_money_comes_in(hostile_opened: Any, hostile_source: Any, parties: Any) -> None:
    escrow, token, id = hostile_opened
    token.call_back(
        escrow.address,
        good_call("release", escrow, token, hostile_source.deploy(override_address=OTHER_TOKEN), parties),
    )
    escrow.fund(id, sender=parties.alice)
    assert (token.reentries_tried(), token.reentries_done()) == (1, 0)
    assert escrow.held(id) == AMOUNT


def good_call(name: str, escrow: Any, token: Any, other: Any, parties: Any) -> bytes:
    """Calldata that `token` may send to the escrow, about a deal of 5 in the token `other`."""
    payer, arbiter = (parties.alice, token.address) if name == "rule" else (token.address, parties.arbiter)
    deadline = boa.env.timestamp + TERM_SECONDS
    terms = [parties.carol, arbiter, other.address, 5, deadline, b"\0" * 32]
    id = escrow.open(*terms, sender=payer)
    other.mint(payer, 5)
    if name != "fund":
        escrow.fund(id, sender=payer)
    if name == "rule":
        escrow.dispute(id, sender=payer)
    if name == "claim":
        other.set_mode(RETURNS_FALSE)
        escrow.release(id, 5, sender=payer)
        other.set_mode(HONEST)
    if name in ("refund", "exit"):
        boa.env.time_travel(seconds=TERM_SECONDS + 1)
    own = {"open": [*terms[:4], deadline, b"\0" * 32], "claim": [other.address, parties.carol]}
    extra = [5] if name in ("release", "rule") else []
    return load("escrow").encode_call(name, *own.get(name, [id, *extra]))
