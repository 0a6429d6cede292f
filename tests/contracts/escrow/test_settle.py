"""Settlements that both parties signed, whoever brings them."""

import pytest
from eth_utils.crypto import keccak

from contracts import load
from tests.contracts.escrow.staged import (
    CLOSED,
    FINANCIER,
    PAYEE,
    PAYEE_KEY,
    PAYER,
    PAYER_KEY,
    STRANGER,
    TAX,
    TERM_S,
    TERMS,
    Staged,
    staged,
)
from tests.contracts.placed import Placed, hostile_token, now, wait
from tests.contracts.signers import Signer
from tests.contracts.signing_account import signing_account

VALID_S = 50


def settlement(deal: Staged, to_payee: int, to_payer: int, *, payer: Signer = PAYER_KEY) -> tuple[object, ...]:
    """The arguments of `settle_agreed`, signed by both."""
    expiry = now() + VALID_S
    digest = deal.escrow.read("settlement_digest", deal.id, to_payee, to_payer, expiry)
    return (to_payee, to_payer, expiry, payer.sign(digest), PAYEE_KEY.sign(digest))


def test_what_is_signed_is_typed_data_of_this_deal_contract_and_chain() -> None:
    deal = staged()
    fields = [deal.id, (7).to_bytes(32, "big"), (8).to_bytes(32, "big"), (9).to_bytes(32, "big")]
    kind = keccak(b"Settlement(bytes32 id,uint256 to_payee,uint256 to_payer,uint256 expiry)")
    domain_kind = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    chain_id = (1).to_bytes(32, "big")
    address = deal.escrow.address.rjust(32, b"\0")
    domain = keccak(b"".join([domain_kind, keccak(b"Jiaozi Escrow"), keccak(b"1"), chain_id, address]))
    expected = keccak(b"\x19\x01" + domain + keccak(b"".join([kind, *fields])))
    assert deal.escrow.read("settlement_digest", deal.id, 7, 8, 9) == expected


@pytest.mark.parametrize("to_payee", [0, 1, 800])
def test_anyone_brings_a_settlement_that_both_signed(to_payee: int) -> None:
    deal = staged(funded=2)
    outcome = deal.do("settle_agreed", *settlement(deal, to_payee, 800 - to_payee), sender=STRANGER)
    logged = {"id": deal.id, "by": STRANGER, "to_payee": to_payee, "to_payer": 800 - to_payee}
    assert outcome.event("Settled").arguments == {**logged, "held_before": 800, "held_after": 0}
    assert (deal.balance(PAYEE), deal.balance(PAYER)) == (to_payee, 200 + 800 - to_payee)
    assert (deal.deal()["state"], deal.held()) == (CLOSED, 0)
    assert (deal.deal()["paid"], deal.deal()["refunded"]) == (to_payee, 800 - to_payee)


@pytest.mark.parametrize(("to_payee", "to_payer"), [(300, 1), (299, 0), (301, 0), (0, 301), (301, 2**256 - 1)])
def test_a_settlement_is_of_exactly_what_is_held(to_payee: int, to_payer: int) -> None:
    deal = staged(funded=1)
    arguments = settlement(deal, to_payee, to_payer)
    deal.refused("escrow: not what is held", "settle_agreed", *arguments, sender=STRANGER)


def test_signatures_expire() -> None:
    deal = staged(funded=1)
    arguments = settlement(deal, 100, 200)
    wait(VALID_S + 1)
    deal.refused("escrow: signatures expired", "settle_agreed", *arguments, sender=STRANGER)
    arguments = settlement(deal, 100, 200)
    wait(VALID_S)
    deal.do("settle_agreed", *arguments, sender=STRANGER)


def test_each_must_have_signed_exactly_this() -> None:
    deal = staged(funded=1)
    to_payee, to_payer, expiry, by_payer, by_payee = settlement(deal, 100, 200)
    for changed in ((to_payee, to_payer, int(str(expiry)) + 1), (101, 199, expiry)):
        deal.refused("escrow: not signed by the payer", "settle_agreed", *changed, by_payer, by_payee, sender=STRANGER)
    swapped = (to_payee, to_payer, expiry, by_payee, by_payer)
    deal.refused("escrow: not signed by the payer", "settle_agreed", *swapped, sender=STRANGER)
    twice = (to_payee, to_payer, expiry, by_payer, by_payer)
    deal.refused("escrow: not signed by the payee", "settle_agreed", *twice, sender=STRANGER)
    none = (to_payee, to_payer, expiry, b"", b"")
    deal.refused("escrow: not signed by the payer", "settle_agreed", *none, sender=PAYEE)
    deal.refused("escrow: not signed by the payee", "settle_agreed", *none, sender=PAYER)


@pytest.mark.parametrize("caller", [PAYER, PAYEE])
def test_a_party_that_calls_needs_no_signature_of_its_own(caller: bytes) -> None:
    deal = staged(funded=1)
    to_payee, to_payer, expiry, by_payer, by_payee = settlement(deal, 100, 200)
    signatures = (b"", by_payee) if caller == PAYER else (by_payer, b"")
    deal.do("settle_agreed", to_payee, to_payer, expiry, *signatures, sender=caller)
    assert deal.balance(PAYEE) == 100


def test_a_settlement_ends_a_dispute() -> None:
    deal = staged(funded=1)
    deal.do("dispute", sender=PAYEE)
    deal.do("settle_agreed", *settlement(deal, 250, 50), sender=STRANGER)
    assert (deal.balance(PAYEE), deal.deal()["state"]) == (250, CLOSED)


def test_a_settlement_serves_once() -> None:
    deal = staged(funded=1)
    arguments = settlement(deal, 100, 200)
    deal.do("settle_agreed", *arguments, sender=STRANGER)
    deal.refused("escrow: holds nothing", "settle_agreed", *arguments, sender=STRANGER)


def test_an_open_deal_is_not_settled_but_an_empty_funded_one_is() -> None:
    deal = staged()
    deal.refused("escrow: holds nothing", "settle_agreed", *settlement(deal, 0, 0), sender=STRANGER)
    deal.do("fund", sender=PAYER)
    deal.do("approve", 0, sender=PAYER)
    deal.do("settle_agreed", *settlement(deal, 0, 0), sender=STRANGER)
    assert deal.deal()["state"] == CLOSED


def test_a_settlement_covers_what_is_assigned() -> None:
    deal = staged(funded=2)
    for caller in (PAYER, PAYEE):
        deal.do("agree_split", [(TAX, 50, 0)], sender=caller)
    deal.do("assign", FINANCIER, 200, sender=PAYEE)
    deal.refused("escrow: assigned to another", "settle_agreed", *settlement(deal, 249, 551), sender=STRANGER)
    deal.do("settle_agreed", *settlement(deal, 250, 550), sender=STRANGER)
    assert [deal.balance(who) for who in (TAX, FINANCIER, PAYEE)] == [50, 200, 0]


def test_where_more_is_assigned_than_held_all_must_go_there() -> None:
    deal = staged(funded=1)
    deal.do("assign", FINANCIER, 900, sender=PAYEE)
    deal.refused("escrow: assigned to another", "settle_agreed", *settlement(deal, 299, 1), sender=STRANGER)
    deal.do("settle_agreed", *settlement(deal, 300, 0), sender=STRANGER)
    assert deal.balance(FINANCIER) == 300


def test_an_agreed_split_alone_does_not_bind_a_settlement() -> None:
    deal = staged(funded=1)
    for caller in (PAYER, PAYEE):
        deal.do("agree_split", [(TAX, 50, 0)], sender=caller)
    deal.do("settle_agreed", *settlement(deal, 0, 300), sender=STRANGER)
    assert deal.balance(PAYER) == 1_000


def test_a_payer_that_is_a_contract_signs_by_its_own_rule() -> None:
    escrow, token = Placed(load("escrow"), b"\xe5" * 20), hostile_token(b"\xe6" * 20)
    account = signing_account(b"\xea" * 20)
    token.do("mint", account.address, 300)
    terms = (PAYEE, bytes(20), token.address, 300, now() + TERM_S, TERMS)
    deal = Staged(escrow, token, escrow.do("open", *terms, sender=account.address))
    deal.do("fund", sender=account.address)
    arguments = settlement(deal, 100, 200)
    deal.refused("escrow: not signed by the payer", "settle_agreed", *arguments, sender=STRANGER)
    account.do("sign", escrow.read("settlement_digest", deal.id, *arguments[:3]))
    account.do("set_reverts", True)
    deal.refused("escrow: not signed by the payer", "settle_agreed", *arguments, sender=STRANGER)
    account.do("set_reverts", False)
    deal.do("settle_agreed", *arguments, sender=STRANGER)
    assert (deal.balance(PAYEE), deal.balance(account.address)) == (100, 200)
