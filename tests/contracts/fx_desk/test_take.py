"""At once and at exactly the rate signed, whatever the decimals; or nothing moves."""

from typing import Any

import boa
import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from tests.contracts.currency import FREEZER
from tests.contracts.fx_desk.cast import (
    DEALER,
    DESK,
    GIVES,
    NOBODY,
    OTHER,
    OTHER_KEY,
    PAYS,
    STRANGER,
    TAKEN,
    TAKER,
    TERM,
    WEALTH,
    Scene,
    in_currencies,
    in_hostile_tokens,
    message,
    quoted,
    signed,
    to_hold,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait
from tests.contracts.signing_account import signing_account

LIMIT = 2**128


@pytest.fixture
def scene() -> Scene:
    return in_currencies()


def test_a_quote_is_taken_at_the_rate_signed(scene: Scene) -> None:
    quote = quoted()
    taken = scene.take(quote, 10_000)
    encoded = encode_typed_data(full_message=message(quote))
    assert taken.event("Taken").arguments == {
        "id": taken.result,
        "dealer": DEALER,
        "taker": TAKER,
        "pays": PAYS,
        "gives": GIVES,
        "paid": 10_000,
        "given": 16_037,
        "numerator": 16_037,
        "denominator": 10_000,
        "quote_hash": encoded.body,
        "held_before": 0,
        "held_after": 0,
    }
    assert scene.balances(TAKER) == (WEALTH - 10_000, 16_037)
    assert scene.balances(DEALER) == (10_000, WEALTH - 16_037)
    assert scene.holds_nothing()
    deal = scene.desk.read("deal", taken.result)
    assert (deal["state"], deal["numerator"], deal["denominator"]) == (TAKEN, 16_037, 10_000)
    assert scene.desk.read("held", taken.result) == scene.desk.read("last_deadline", taken.result) == 0
    assert scene.desk.read("is_used", DEALER, 1)


@pytest.mark.parametrize(
    ("decimals", "rate", "amount", "given"),
    [
        ((2, 0), (16_037, 10_000), 100, 160),  # 1.00 at 160.37: 160.37 rounded down
        ((2, 0), (16_037, 10_000), 12_345, 19_797),  # 123.45 at 160.37: 19,797.6765
        ((0, 2), (10_000, 16_037), 160, 99),  # 160 at 1 / 160.37: 0.9977
        ((0, 2), (10_000, 16_037), 16_037, 10_000),  # exactly 100.00
        ((2, 3), (33_125, 10_000), 100, 331),  # 1.00 at 0.33125: 0.33125
        ((2, 3), (33_125, 10_000), 800, 2_650),  # exactly 2.650
        ((3, 2), (10_000, 33_125), 1_000, 301),  # 1.000 at 1 / 0.33125: 3.0188
        ((3, 0), (484_000, 1_000_000), 1_000, 484),  # 1.000 at 484
        ((0, 3), (1_000_000, 484_000), 484, 1_000),
    ],
)
def test_rounding_costs_the_taker_less_than_one_minor_unit(
    decimals: tuple[int, int], rate: tuple[int, int], amount: int, given: int
) -> None:
    scene = in_currencies(*decimals)
    numerator, denominator = rate
    quote = quoted(numerator=numerator, denominator=denominator)
    assert scene.desk.read("converted", quote, amount) == given
    assert scene.take(quote, amount).event("Taken").arguments["given"] == given
    assert scene.balances(TAKER) == (WEALTH - amount, given)
    # In exact fractions: never more than the rate, and short of it by less than one unit.
    assert 0 <= amount * numerator - given * denominator < denominator


@pytest.mark.parametrize(
    ("changes", "amount", "words"),
    [
        ({"taker": OTHER}, 100, "fx_desk: quote is for another"),
        ({"pays": OTHER}, 100, "fx_desk: not a token"),
        ({"gives": OTHER}, 100, "fx_desk: not a token"),
        ({"pays": DESK}, 100, "fx_desk: not a token"),
        ({"gives": PAYS}, 100, "fx_desk: the same token twice"),
        ({"expires": 1}, 100, "fx_desk: quote has expired"),
        ({}, 99, "fx_desk: less than the quote's least"),
        ({}, 1_000_001, "fx_desk: more than the quote's most"),
        ({"numerator": 0}, 100, "fx_desk: no rate"),
        ({"denominator": 0}, 100, "fx_desk: no rate"),
        ({"numerator": LIMIT}, 100, "fx_desk: rate out of range"),
        ({"denominator": LIMIT}, 100, "fx_desk: rate out of range"),
        ({"most": LIMIT + 1}, LIMIT + 1, "fx_desk: amount out of range"),
        ({"numerator": 1, "denominator": 101}, 100, "fx_desk: too little to convert"),
        ({"deliver_by": 2**40}, 100, "fx_desk: quote is to be held"),
        ({"dealer": TAKER}, 100, "fx_desk: own quote"),
        ({"dealer": NOBODY}, 100, "fx_desk: not signed by the dealer"),
    ],
)
def test_what_a_quote_does_not_allow_is_refused(scene: Scene, changes: dict[str, Any], amount: int, words: str) -> None:
    assert scene.take(quoted(**changes), amount).words == words
    assert scene.balances(TAKER) == (WEALTH, 0)
    assert not scene.desk.read("is_used", DEALER, 1)


def test_the_largest_amount_converts_at_the_largest_rate(scene: Scene) -> None:
    quote = quoted(numerator=LIMIT - 1, denominator=LIMIT - 1)
    assert scene.desk.read("converted", quote, LIMIT) == LIMIT


@pytest.mark.parametrize("amount", [100, 1_000_000])
def test_the_limits_of_a_quote_are_within_it(scene: Scene, amount: int) -> None:
    assert scene.take(quoted(), amount).accepted


def test_a_quote_for_one_taker_serves_that_one(scene: Scene) -> None:
    quote = quoted(taker=TAKER)
    assert scene.take(quote, 100, sender=OTHER).words == "fx_desk: quote is for another"
    assert scene.take(quote, 100).accepted


@pytest.mark.parametrize("field", ["numerator", "denominator", "least", "most", "expires", "nonce"])
def test_nothing_that_was_signed_can_be_changed(scene: Scene, field: str) -> None:
    quote = quoted(least=50)
    changed = {**quote, field: quote[field] + 1}
    refused = scene.desk.attempt("take", changed, signed(quote), 100, sender=TAKER)
    assert refused.words == "fx_desk: not signed by the dealer"


@pytest.mark.parametrize(
    "domain",
    [{"name": "Jiaozi"}, {"version": "2"}, {"chainId": 1_000}, {"verifyingContract": "0x" + "07" * 20}],
    ids=lambda domain: next(iter(domain)),
)
def test_a_signature_for_another_desk_or_chain_is_none(scene: Scene, domain: dict[str, Any]) -> None:
    quote = quoted()
    refused = scene.desk.attempt("take", quote, signed(quote, **domain), 100, sender=TAKER)
    assert refused.words == "fx_desk: not signed by the dealer"


def test_somebody_elses_signature_is_none(scene: Scene) -> None:
    assert scene.take(quoted(), 100, signer=OTHER_KEY).words == "fx_desk: not signed by the dealer"
    refused = scene.desk.attempt("take", quoted(), b"", 100, sender=TAKER)
    assert refused.words == "fx_desk: not signed by the dealer"


def test_a_quote_is_taken_once_even_with_other_terms_under_its_number(scene: Scene) -> None:
    assert scene.take(quoted(), 100).accepted
    assert scene.take(quoted(), 100).words == "fx_desk: quote is used"
    assert scene.take(quoted(numerator=5), 100).words == "fx_desk: quote is used"
    assert scene.take(quoted(nonce=2), 100).accepted


def test_a_cancelled_quote_is_worthless_and_only_the_dealers_own(scene: Scene) -> None:
    scene.desk.do("cancel_quote", 1, sender=STRANGER)
    scene.desk.do("cancel_quote", 2, sender=DEALER)
    assert scene.take(quoted(nonce=2), 100).words == "fx_desk: quote is used"
    again = scene.desk.attempt("cancel_quote", 2, sender=DEALER)
    assert again.words == "fx_desk: quote is used"
    assert scene.take(quoted(), 100).accepted
    cancelled = scene.desk.attempt("cancel_quote", 3, sender=DEALER)
    assert cancelled.event("QuoteCancelled").arguments == {"dealer": DEALER, "nonce": 3}


def test_a_quote_counts_up_to_its_last_second(scene: Scene) -> None:
    first, second = quoted(), quoted(nonce=2)
    wait(TERM)
    assert scene.take(first, 100).accepted
    wait(1)
    assert scene.take(second, 100).words == "fx_desk: quote has expired"


def test_a_dealer_may_be_a_contract(scene: Scene) -> None:
    account = signing_account(b"\xac" * 20)
    scene.gives.do("transfer", account.address, 1_000, sender=DEALER)
    scene.gives.do("approve", DESK, 1_000, sender=account.address)
    quote = quoted(dealer=account.address)
    assert scene.take(quote, 100).words == "fx_desk: not signed by the dealer"
    account.do("sign", scene.desk.read("quote_digest", quote))
    assert scene.take(quote, 100).accepted
    assert scene.balances(account.address) == (100, 1_000 - 160)


def test_where_one_side_cannot_pay_neither_does(scene: Scene) -> None:
    scene.gives.do("freeze", DEALER, WEALTH, b"\1" * 32, sender=FREEZER)
    assert not scene.take(quoted(), 100).accepted
    assert scene.balances(TAKER) == (WEALTH, 0) and not scene.desk.read("is_used", DEALER, 1)
    scene.gives.do("unfreeze", DEALER, WEALTH, b"\1" * 32, sender=FREEZER)
    scene.gives.do("approve", DESK, 159, sender=DEALER)
    assert not scene.take(quoted(), 100).accepted
    scene.gives.do("approve", DESK, 160, sender=DEALER)
    assert scene.take(quoted(), 100).accepted


def test_a_side_that_cannot_be_paid_has_a_claim() -> None:
    scene = in_hostile_tokens()
    scene.gives.do("block", TAKER)
    taken = scene.take(quoted(), 100)
    assert taken.event("ClaimCredited").arguments["amount"] == 160
    assert scene.balances(DEALER) == (WEALTH + 100, WEALTH - 160)
    scene.gives.do("set_mode", HOSTILE_MOODS["honest"])
    scene.desk.do("claim", GIVES, TAKER, sender=STRANGER)
    assert scene.balances(TAKER) == (WEALTH - 100, WEALTH + 160)


@pytest.mark.parametrize("side", ["pays", "gives"])
def test_a_token_that_takes_a_fee_is_not_exchanged(side: str) -> None:
    scene = in_hostile_tokens()
    getattr(scene, side).do("set_mode", HOSTILE_MOODS["takes a fee"])
    assert scene.take(quoted(), 100).words == "claims: less arrived than was sent"
    assert scene.balances(TAKER) == (WEALTH, WEALTH)


def test_a_token_that_calls_back_gets_nowhere() -> None:
    scene = in_hostile_tokens()
    quote = quoted(nonce=2, least=1)
    held = scene.hold(to_hold(), 100)
    assert held.accepted
    scene.gives.do("call_back", DESK, scene.desk.artifact.encode_call("cancel_quote", 9))
    assert scene.take(quote, 100).accepted
    # Once when the dealer gives and once when the taker is paid.
    assert (scene.gives.read("reentries_tried"), scene.gives.read("reentries_done")) == (2, 0)
    assert not scene.desk.read("is_used", GIVES, 9)


def test_the_digest_and_domain_are_those_of_wallets(scene: Scene) -> None:
    quote = quoted()
    encoded = encode_typed_data(full_message=message(quote))
    digest = keccak(b"\x19\x01" + encoded.header + encoded.body)
    assert scene.desk.read("quote_digest", quote) == digest
    fields, name, version, chain_id, contract, salt, extensions = scene.desk.read("eip712Domain")
    assert (fields, name, version, salt, extensions) == (b"\x0f", "Jiaozi FxDesk", "1", bytes(32), ())
    assert (chain_id, contract) == (boa.env.evm.chain.chain_id, DESK)
    assert now() < quote["expires"]
