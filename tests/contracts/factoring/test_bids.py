"""Bids and acceptances, given directly and by signature."""

from pathlib import Path
from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts import compile_file
from tests.contracts.factoring.desk import (
    ACCEPTANCE_FIELDS,
    ACCEPTED,
    APPRAISER,
    BID_FIELDS,
    BID_SECONDS,
    FACTORING,
    FINANCIER,
    FINANCIER_KEY,
    INVENTORY,
    INVOICE,
    MONEY,
    ORDER,
    OTHER,
    SELLER,
    SELLER_KEY,
    STRANGER,
    Desk,
    digest,
    signed,
)
from tests.contracts.placed import Placed, now, wait

WALLET_CODE = """
# pragma version 0.4.3
valid: bytes32

@external
def sign(digest: bytes32):
    self.valid = digest

@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[2048]) -> bytes4:
    return 0x1626ba7e if digest == self.valid and signature == b"agreed" else 0xffffffff
"""


def bid_message(id: bytes, offer: dict[str, int], nonce: int) -> dict[str, Any]:
    return {"id": id, "financier": to_checksum_address(FINANCIER), **offer, "nonce": nonce}


def test_a_bid_is_recorded_numbered_and_replaced(desk: Desk) -> None:
    id = desk.request(INVOICE)
    first = desk.offer(36_668_16, fee=50, discount=200)
    outcome = desk.factoring.attempt("bid", id, first, sender=FINANCIER)
    price = 183_34 + 763_92
    assert outcome.result == 1
    assert outcome.event("BidMade").arguments == {
        "id": id,
        "financier": FINANCIER,
        "advance": 36_668_16,
        "price": price,
        "expiry": first["expiry"],
        "nonce": 1,
    }
    assert desk.factoring.read("price_of", id, first) == price
    assert desk.factoring.read("bid_of", id, FINANCIER) == first
    second = desk.offer(30_000_00)
    assert desk.bid(id, second) == 2
    assert desk.factoring.read("bid_of", id, FINANCIER) == second
    assert desk.bid(id, desk.offer(1), sender=OTHER) == 1


@pytest.mark.parametrize(
    ("advance", "fee", "discount"),
    [(1, 0, 0), (36_668_16, 0, 0), (36_668_16, 0, 400), (19_098_00, 10_000, 0), (19_098_00, 0, 5_000)],
)
def test_bids_at_the_limit_are_taken(desk: Desk, advance: int, fee: int, discount: int) -> None:
    desk.bid(desk.request(INVOICE), desk.offer(advance, fee, discount))


@pytest.mark.parametrize(
    ("kind", "advance", "fee", "discount", "words"),
    [
        (INVOICE, 0, 0, 0, "factoring: no amount"),
        (INVOICE, 36_668_17, 0, 0, "factoring: over the rate"),
        (ORDER, 90_400_01, 0, 0, "factoring: over the rate"),
        (INVOICE, 38_196_01, 0, 0, "factoring: more than the face"),
        (INVOICE, 2**255, 0, 0, "factoring: more than the face"),
        (INVOICE, 19_098_01, 10_000, 0, "factoring: price eats the face"),
        (INVOICE, 36_668_16, 0, 401, "factoring: price eats the face"),
        (INVOICE, 100, 2**128 + 1, 0, "split: weight out of range"),
    ],
)
def test_bids_over_the_limit_are_refused(
    desk: Desk, kind: int, advance: int, fee: int, discount: int, words: str
) -> None:
    id = desk.request(kind)
    desk.refused(words, "bid", id, desk.offer(advance, fee, discount), sender=FINANCIER)


def test_the_whole_face_may_be_advanced_where_the_seller_allows_it(desk: Desk) -> None:
    id = desk.request(INVOICE, rate_cap=10_000)
    desk.bid(id, desk.offer(38_196_00))
    desk.refused("factoring: more than the face", "bid", id, desk.offer(38_196_01), sender=FINANCIER)
    desk.refused("factoring: price eats the face", "bid", id, desk.offer(38_196_00, fee=1), sender=FINANCIER)


@pytest.mark.parametrize("who", [SELLER, APPRAISER, FACTORING, MONEY])
def test_who_has_another_part_does_not_bid(desk: Desk, who: bytes) -> None:
    id = desk.request(INVENTORY)
    desk.refused("factoring: not a financier", "bid", id, desk.offer(1), sender=who)


def test_a_bid_expires_ahead_and_not_after_the_due_date(desk: Desk) -> None:
    due = now() + 100
    id = desk.request(ORDER, due_date=due)
    desk.refused("deadlines: has passed already", "bid", id, desk.offer(1, expiry=now()), sender=FINANCIER)
    desk.refused("factoring: bid outlives the due date", "bid", id, desk.offer(1, expiry=due + 1), sender=FINANCIER)
    desk.bid(id, desk.offer(1, expiry=due))
    desk.bid(id, desk.offer(1, expiry=now() + 1))


def test_a_withdrawn_bid_is_not_accepted(desk: Desk) -> None:
    id = desk.request(ORDER)
    nonce = desk.bid(id, desk.offer(1))
    outcome = desk.factoring.attempt("withdraw_bid", id, sender=FINANCIER)
    assert outcome.event("BidWithdrawn").arguments == {"id": id, "financier": FINANCIER}
    desk.refused("factoring: no such bid", "accept", id, FINANCIER, nonce, sender=SELLER)
    desk.refused("factoring: no such bid", "accept", id, FINANCIER, nonce + 1, sender=SELLER)


def test_an_acceptance_names_the_bid_and_binds(desk: Desk) -> None:
    id = desk.request(ORDER)
    offer = desk.offer(20_000_00, fee=100)
    nonce = desk.bid(id, offer)
    desk.refused("factoring: not the seller", "accept", id, FINANCIER, nonce, sender=FINANCIER)
    desk.bid(id, offer)
    desk.refused("factoring: the bid has changed", "accept", id, FINANCIER, nonce, sender=SELLER)
    outcome = desk.factoring.attempt("accept", id, FINANCIER, nonce + 1, sender=SELLER)
    assert outcome.event("Accepted").arguments == {
        "id": id,
        "seller": SELLER,
        "financier": FINANCIER,
        "advance": 20_000_00,
        "price": 200_00,
        "advance_deadline": offer["expiry"],
    }
    record = desk.of(id)
    assert (record["state"], record["financier"]) == (ACCEPTED, FINANCIER)
    assert (record["advanced"], record["price"], record["advance_deadline"]) == (20_000_00, 200_00, offer["expiry"])
    assert desk.factoring.read("owed", id) == 0
    assert desk.factoring.read("bid_of", id, FINANCIER)["advance"] == 0
    desk.refused("factoring: not open for bids", "bid", id, desk.offer(1), sender=OTHER)


def test_a_bid_is_accepted_up_to_its_last_second(desk: Desk) -> None:
    id = desk.request(ORDER)
    nonce = desk.bid(id, desk.offer(1))
    wait(BID_SECONDS)
    with boa.env.anchor():
        desk.factoring.do("accept", id, FINANCIER, nonce, sender=SELLER)
    wait(1)
    desk.refused("factoring: bid has expired", "accept", id, FINANCIER, nonce, sender=SELLER)


def test_a_financier_who_lets_its_time_pass_is_replaced(desk: Desk) -> None:
    id = desk.request(ORDER)
    other = desk.bid(id, desk.offer(2, expiry=now() + 10 * BID_SECONDS), sender=OTHER)
    desk.factoring.do("accept", id, FINANCIER, desk.bid(id, desk.offer(1)), sender=SELLER)
    wait(BID_SECONDS)
    desk.refused("factoring: bound or over", "accept", id, OTHER, other, sender=SELLER)
    wait(1)
    desk.factoring.do("accept", id, OTHER, other, sender=SELLER)
    assert (desk.of(id)["financier"], desk.of(id)["advanced"]) == (OTHER, 2)


def test_a_signed_bid_is_brought_once_by_anyone(desk: Desk) -> None:
    id = desk.request(ORDER)
    offer = desk.offer(20_000_00, fee=100, discount=1)
    signature = signed(FINANCIER_KEY, "Bid", BID_FIELDS, bid_message(id, offer, 0))
    for changed in (
        {**offer, "advance": 1},
        {**offer, "fee": 1},
        {**offer, "discount": 2},
        {**offer, "expiry": offer["expiry"] + 1},
    ):
        desk.refused(
            "factoring: not signed by financier", "bid_signed", id, FINANCIER, changed, signature, sender=STRANGER
        )
    desk.refused("factoring: not signed by financier", "bid_signed", id, OTHER, offer, signature, sender=STRANGER)
    other = desk.request(ORDER)
    desk.refused(
        "factoring: not signed by financier", "bid_signed", other, FINANCIER, offer, signature, sender=STRANGER
    )
    assert desk.factoring.do("bid_signed", id, FINANCIER, offer, signature, sender=STRANGER) == 1
    assert desk.factoring.read("bid_of", id, FINANCIER) == offer
    desk.refused("factoring: not signed by financier", "bid_signed", id, FINANCIER, offer, signature, sender=STRANGER)


def test_a_signed_bid_is_withdrawn_before_anyone_brings_it(desk: Desk) -> None:
    id = desk.request(ORDER)
    offer = desk.offer(1)
    signature = signed(FINANCIER_KEY, "Bid", BID_FIELDS, bid_message(id, offer, 0))
    desk.factoring.do("withdraw_bid", id, sender=FINANCIER)
    desk.refused("factoring: not signed by financier", "bid_signed", id, FINANCIER, offer, signature, sender=STRANGER)


def test_a_signed_acceptance_serves_one_bid(desk: Desk) -> None:
    id = desk.request(ORDER)
    nonce = desk.bid(id, desk.offer(1))
    message = {"id": id, "financier": to_checksum_address(FINANCIER), "nonce": nonce}
    signature = signed(SELLER_KEY, "Acceptance", ACCEPTANCE_FIELDS, message)
    desk.refused(
        "factoring: not signed by seller", "accept_signed", id, FINANCIER, nonce + 1, signature, sender=STRANGER
    )
    wrong = signed(FINANCIER_KEY, "Acceptance", ACCEPTANCE_FIELDS, message)
    desk.refused("factoring: not signed by seller", "accept_signed", id, FINANCIER, nonce, wrong, sender=STRANGER)
    desk.bid(id, desk.offer(2))
    desk.refused("factoring: the bid has changed", "accept_signed", id, FINANCIER, nonce, signature, sender=STRANGER)
    message["nonce"] = nonce + 1
    signature = signed(SELLER_KEY, "Acceptance", ACCEPTANCE_FIELDS, message)
    desk.factoring.do("accept_signed", id, FINANCIER, nonce + 1, signature, sender=STRANGER)
    assert desk.of(id)["advanced"] == 2


def test_a_bank_whose_account_is_a_contract_signs_by_its_word(desk: Desk, tmp_path: Path) -> None:
    source = tmp_path / "signing_wallet.vy"
    source.write_text(WALLET_CODE.lstrip())
    bank = Placed(compile_file(source), b"\xab" * 20)
    id = desk.request(ORDER)
    offer = desk.offer(5)
    desk.refused("factoring: not signed by financier", "bid_signed", id, bank.address, offer, b"agreed", sender=OTHER)
    message = {**bid_message(id, offer, 0), "financier": to_checksum_address(bank.address)}
    bank.do("sign", digest("Bid", BID_FIELDS, message))
    desk.factoring.do("bid_signed", id, bank.address, offer, b"agreed", sender=STRANGER)
    assert desk.factoring.read("bid_of", id, bank.address) == offer
