"""Schemes, payments by them, changes behind a delay, and refunds; every part exact."""

from dataclasses import dataclass
from typing import Any

import pytest

from contracts import load
from tests.contracts.placed import HOSTILE_MOODS, Outcome, Placed, hostile_token, now, wait

OWNER, SELLER, TAX, ARTIST, PAYER, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(6))
DAY_S = 24 * 60 * 60
REFERENCE = b"INV-1".ljust(32, b"\0")
MAX_AMOUNT = 2**128
Legs = list[tuple[bytes, int, int]]

SALE: Legs = [(TAX, 100, 0), (SELLER, 0, 6_667), (ARTIST, 0, 3_333)]


@dataclass(frozen=True)
class Desk:
    """The splitter, a token of which the payer has 10,000, and one scheme."""

    splitter: Placed
    token: Placed
    scheme: bytes

    def pay(self, gross: int, *, version: int = 1, payer: bytes = PAYER) -> Outcome:
        return self.splitter.attempt("split", self.scheme, self.token.address, gross, version, REFERENCE, sender=payer)

    def paid(self, gross: int) -> bytes:
        outcome = self.pay(gross)
        assert outcome.accepted, outcome.words
        return bytes(outcome.result)

    def refund(self, payment: bytes, amount: int, *, alone: bool = False, sender: bytes = OWNER) -> Outcome:
        return self.splitter.attempt("refund_split", payment, amount, alone, sender=sender)

    def balances(self, *who: bytes) -> list[int]:
        return [self.token.read("balanceOf", each) for each in who]

    def read(self, name: str, *arguments: object) -> Any:
        return self.splitter.read(name, *arguments)


def desk(legs: Legs = SALE, delay_s: int = DAY_S) -> Desk:
    splitter, token = Placed(load("splitter"), b"\xe5" * 20), hostile_token(b"\xe6" * 20)
    token.do("mint", PAYER, 10_000)
    return Desk(splitter, token, splitter.do("create_scheme", legs, delay_s, sender=OWNER))


def as_legs(legs: Legs) -> list[dict[str, object]]:
    return [{"payee": payee, "amount": amount, "basis_points": share} for payee, amount, share in legs]


def legs_paid(outcome: Outcome) -> list[tuple[object, ...]]:
    legs = [event.arguments for event in outcome.events if event.name == "LegPaid"]
    return [(leg["payee"], leg["leg"], leg["value"]) for leg in legs]


def legs_returned(outcome: Outcome) -> list[tuple[object, ...]]:
    legs = [event.arguments for event in outcome.events if event.name == "LegReturned"]
    return [(leg["by"], leg["leg"], leg["value"], leg["returned_before"], leg["returned_after"]) for leg in legs]


def test_a_scheme_is_recorded_and_logged() -> None:
    splitter = Placed(load("splitter"), b"\xe5" * 20)
    foretold = splitter.read("next_id", OWNER)
    outcome = splitter.attempt("create_scheme", SALE, DAY_S, sender=OWNER)
    assert outcome.result == foretold
    created = outcome.event("SchemeCreated").arguments
    assert (created["id"], created["owner"], created["delay_seconds"]) == (foretold, OWNER, DAY_S)
    assert list(created["legs"]) == list(splitter.read("legs", foretold, 1)) == as_legs(SALE)
    record = {"owner": OWNER, "delay_seconds": DAY_S, "version": 1, "change_deadline": 0}
    assert splitter.read("scheme", foretold) == record
    assert splitter.read("announced_legs", foretold) == ()


@pytest.mark.parametrize(
    ("legs", "delay_s", "refusal"),
    [
        (SALE, DAY_S - 1, "splitter: delay too short"),
        (SALE, 366 * DAY_S, ""),
        (SALE, 366 * DAY_S + 1, "splitter: delay too long"),
        ([(bytes(20), 0, 10_000)], DAY_S, "splitter: not a payee"),
        ([(b"\xe5" * 20, 0, 10_000)], DAY_S, "splitter: not a payee"),
        ([(TAX, 0, 0), (SELLER, 0, 10_000)], DAY_S, "splitter: either amount or share"),
        ([(TAX, 1, 10_000)], DAY_S, "splitter: either amount or share"),
        ([(TAX, MAX_AMOUNT + 1, 0), (SELLER, 0, 10_000)], DAY_S, "splitter: amount out of range"),
        ([(TAX, MAX_AMOUNT, 0), (SELLER, 0, 10_000)], DAY_S, ""),
        ([], DAY_S, "splitter: shares not the whole"),
        ([(TAX, 5, 0)], DAY_S, "splitter: shares not the whole"),
        ([(SELLER, 0, 9_999)], DAY_S, "splitter: shares not the whole"),
        ([(SELLER, 0, 5_000), (TAX, 0, 5_001)], DAY_S, "splitter: shares not the whole"),
        ([(SELLER, 0, 2**256 - 1), (TAX, 0, 10_001)], DAY_S, "splitter: shares not the whole"),
        ([(SELLER, 0, 625)] * 16, DAY_S, ""),
    ],
)
def test_what_a_scheme_may_be(legs: Legs, delay_s: int, refusal: str) -> None:
    splitter = Placed(load("splitter"), b"\xe5" * 20)
    assert splitter.attempt("create_scheme", legs, delay_s, sender=OWNER).words == refusal


@pytest.mark.parametrize(
    ("gross", "parts"),
    [
        (100, [100, 0, 0]),
        # Two thirds and one third of one unit: the larger remainder has it.
        (101, [100, 1, 0]),
        (102, [100, 1, 1]),
        (1_100, [100, 667, 333]),
        (10_000, [100, 6_600, 3_300]),
    ],
)
def test_a_payment_is_divided_as_quoted(gross: int, parts: list[int]) -> None:
    at = desk()
    assert list(at.read("quote", at.scheme, gross)) == parts
    outcome = at.pay(gross)
    payees = [leg[0] for leg in SALE]
    assert legs_paid(outcome) == [(payees[i], i, part) for i, part in enumerate(parts) if part]
    assert at.balances(*payees, PAYER) == [*parts, 10_000 - gross]
    paid = {"id": outcome.result, "scheme": at.scheme, "payer": PAYER, "token": at.token.address}
    assert outcome.event("Paid").arguments == {**paid, "version": 1, "gross": gross, "reference": REFERENCE}
    record = at.read("payment", outcome.result)
    assert (record["payer"], record["gross"], record["refunded"], record["version"]) == (PAYER, gross, 0, 1)
    assert at.read("held", outcome.result) == at.read("liabilities", at.token.address) == 0


def test_bad_payments_are_refused() -> None:
    at = desk()
    assert at.pay(0).words == "splitter: no amount"
    assert at.pay(99).words == "splitter: less than fixed amounts"
    for version in (0, 2):
        assert at.pay(500, version=version).words == "splitter: another version"
    assert at.splitter.attempt("split", b"\7" * 32, at.token.address, 5, 0, REFERENCE, sender=PAYER).words == (
        "splitter: another version"
    )
    for token in (STRANGER, at.splitter.address):
        outcome = at.splitter.attempt("split", at.scheme, token, 500, 1, REFERENCE, sender=PAYER)
        assert outcome.words == "splitter: not a token"


def test_what_is_unknown_is_not_quoted_paid_back_or_emptied() -> None:
    at = desk()
    unknown = b"\7" * 32
    outcome = at.splitter.attempt("quote", unknown, 5, sender=PAYER)
    assert outcome.words == "splitter: no such scheme"
    assert at.refund(unknown, 1).words == "splitter: no such payment"
    assert at.splitter.attempt("set_returns", unknown, True, sender=TAX).words == "splitter: no such scheme"
    for name, extra in (("set_scheme", [SALE]), ("withdraw_change", [])):
        assert at.splitter.attempt(name, unknown, *extra, sender=OWNER).words == "splitter: no such scheme"
    assert at.splitter.attempt("apply_change", unknown, sender=OWNER).words == "splitter: no change announced"
    assert at.splitter.attempt("exit", at.paid(200), sender=OWNER).words == "splitter: nothing to exit"


@pytest.mark.parametrize("mood", ["takes a fee", "keeps it"])
def test_a_token_that_loses_money_on_the_way_is_refused(mood: str) -> None:
    at = desk()
    at.token.do("set_mode", HOSTILE_MOODS[mood])
    assert at.pay(500).words == "claims: less arrived than was sent"


def test_a_blocked_payee_has_a_claim_and_the_others_their_money() -> None:
    at = desk()
    at.token.do("block", SELLER)
    at.paid(1_100)
    assert at.read("claimable", at.token.address, SELLER) == at.read("liabilities", at.token.address) == 667
    assert at.balances(TAX, ARTIST, SELLER) == [100, 333, 0]
    at.token.do("set_mode", 0)
    at.splitter.do("claim", at.token.address, SELLER, sender=STRANGER)
    assert at.balances(SELLER, STRANGER) == [667, 0]


def test_a_change_takes_effect_after_its_delay() -> None:
    at = desk()
    changed: Legs = [(ARTIST, 0, 10_000)]
    for caller in (SELLER, STRANGER):
        assert at.splitter.attempt("set_scheme", at.scheme, changed, sender=caller).words == "splitter: not the owner"
    assert at.splitter.attempt("set_scheme", at.scheme, [], sender=OWNER).words == "splitter: shares not the whole"
    outcome = at.splitter.attempt("set_scheme", at.scheme, changed, sender=OWNER)
    announced = outcome.event("ChangeAnnounced").arguments
    assert (announced["id"], announced["change_deadline"]) == (at.scheme, now() + DAY_S)
    assert list(announced["legs"]) == list(at.read("announced_legs", at.scheme)) == as_legs(changed)
    assert at.read("last_deadline", at.scheme) == now() + DAY_S
    wait(DAY_S)
    assert at.splitter.attempt("apply_change", at.scheme, sender=OWNER).words == "splitter: delay has not passed"
    wait(1)
    # Announced is not applied: who pays by the first version still does.
    at.paid(101)
    outcome = at.splitter.attempt("apply_change", at.scheme, sender=STRANGER)
    applied = {"id": at.scheme, "by": STRANGER, "version_before": 1, "version_after": 2}
    assert outcome.event("SchemeChanged").arguments == applied
    assert at.pay(50).words == "splitter: another version"
    assert at.pay(50, version=2).accepted
    assert at.balances(ARTIST) == [50]
    assert at.read("announced_legs", at.scheme) == ()
    assert at.splitter.attempt("apply_change", at.scheme, sender=OWNER).words == "splitter: no change announced"


def test_a_new_announcement_starts_the_delay_anew_and_a_withdrawn_one_ends() -> None:
    at = desk()
    at.splitter.do("set_scheme", at.scheme, [(ARTIST, 0, 10_000)], sender=OWNER)
    wait(DAY_S)
    at.splitter.do("set_scheme", at.scheme, [(TAX, 0, 10_000)], sender=OWNER)
    wait(1)
    assert at.splitter.attempt("apply_change", at.scheme, sender=OWNER).words == "splitter: delay has not passed"
    assert at.splitter.attempt("withdraw_change", at.scheme, sender=ARTIST).words == "splitter: not the owner"
    outcome = at.splitter.attempt("withdraw_change", at.scheme, sender=OWNER)
    assert outcome.event("ChangeWithdrawn").arguments == {"id": at.scheme}
    wait(DAY_S)
    for name in ("apply_change", "withdraw_change"):
        assert at.splitter.attempt(name, at.scheme, sender=OWNER).words == "splitter: no change announced"


def test_the_owner_gives_a_payment_back_in_proportion() -> None:
    at = desk()
    at.token.do("mint", OWNER, 1_100)
    payment = at.paid(1_100)
    outcome = at.refund(payment, 110)
    refunded = {"id": payment, "payer": PAYER, "value": 110, "refunded_before": 0, "refunded_after": 110}
    assert outcome.event("Refunded").arguments == refunded
    assert legs_returned(outcome) == [(OWNER, 0, 10, 0, 10), (OWNER, 1, 67, 0, 67), (OWNER, 2, 33, 0, 33)]
    outcome = at.refund(payment, 990)
    assert legs_returned(outcome) == [(OWNER, 0, 90, 10, 100), (OWNER, 1, 600, 67, 667), (OWNER, 2, 300, 33, 333)]
    assert at.balances(PAYER, OWNER, SELLER) == [10_000, 0, 667]
    assert at.refund(payment, 1).words == "splitter: more than is left"
    assert [at.read("returned", payment, leg) for leg in range(3)] == [100, 667, 333]


def test_a_part_too_small_to_divide_comes_from_one_leg_and_the_rest_still_adds_up() -> None:
    at = desk([(SELLER, 0, 5_000), (TAX, 0, 5_000)])
    at.token.do("mint", OWNER, 10)
    payment = at.paid(3)
    for _ in range(3):
        assert at.refund(payment, 1).accepted
    assert [at.read("returned", payment, leg) for leg in range(2)] == [2, 1]
    assert at.balances(PAYER) == [10_000]


def test_payees_return_their_own_parts_if_they_said_so() -> None:
    at = desk()
    at.token.do("mint", OWNER, 1_000)
    outcome = at.splitter.attempt("set_returns", at.scheme, True, sender=SELLER)
    assert outcome.event("ReturnsSet").arguments == {"id": at.scheme, "payee": SELLER, "returns_parts": True}
    payment = at.paid(1_100)
    assert [leg[0] for leg in legs_returned(at.refund(payment, 550))] == [OWNER, SELLER, OWNER]
    assert at.balances(SELLER, OWNER) == [667 - 334, 1_000 - 50 - 166]
    # A seller without the money holds nothing up: the owner can return its part too.
    spend = at.token.artifact.encode_call("transfer", STRANGER, 333)
    assert at.token.attempt_raw(spend, sender=SELLER).accepted
    assert not at.refund(payment, 550).accepted
    assert [leg[0] for leg in legs_returned(at.refund(payment, 550, alone=True))] == [OWNER, OWNER, OWNER]
    at.splitter.do("set_returns", at.scheme, False, sender=SELLER)
    second = at.paid(1_100)
    assert {leg[0] for leg in legs_returned(at.refund(second, 100))} == {OWNER}


def test_bad_refunds_are_refused() -> None:
    at = desk()
    at.token.do("mint", OWNER, 1_000)
    payment = at.paid(200)
    for caller in (PAYER, SELLER, STRANGER):
        assert at.refund(payment, 1, sender=caller).words == "splitter: not the owner"
    assert at.refund(payment, 0).words == "splitter: no amount"
    assert at.refund(payment, 201).words == "splitter: more than is left"
    at.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    assert at.refund(payment, 200).words == "claims: less arrived than was sent"


def test_a_refund_goes_by_the_version_that_was_paid() -> None:
    at = desk()
    at.token.do("mint", OWNER, 1_000)
    payment = at.paid(200)
    at.splitter.do("set_scheme", at.scheme, [(ARTIST, 0, 10_000)], sender=OWNER)
    wait(DAY_S + 1)
    at.splitter.do("apply_change", at.scheme, sender=OWNER)
    assert [leg[1:3] for leg in legs_returned(at.refund(payment, 200))] == [(0, 100), (1, 67), (2, 33)]


def test_a_blocked_payer_is_refunded_into_a_claim() -> None:
    at = desk()
    at.token.do("mint", OWNER, 200)
    payment = at.paid(200)
    at.token.do("block", PAYER)
    assert at.refund(payment, 200).accepted
    assert at.read("claimable", at.token.address, PAYER) == 200


def test_nothing_re_enters_while_money_moves() -> None:
    at = desk()
    again = load("splitter").encode_call("split", at.scheme, at.token.address, 200, 1, REFERENCE)
    at.token.do("mint", at.token.address, 1_000)
    at.token.do("call_back", at.splitter.address, again)
    at.paid(200)
    assert at.token.read("reentries_tried") > 0
    assert at.token.read("reentries_done") == 0
