"""Invoices declared once, credits that mirror them, and what is owed, paid, paid back and carried."""

from dataclasses import dataclass
from typing import Any

import pytest

from contracts import load
from tests.contracts.placed import HOSTILE_MOODS, Outcome, Placed, hostile_token, now, wait_until

AUTHORITY, SELLER, BUYER, STRANGER, SUCCESSOR = (bytes([0xA0 + number]) * 20 for number in range(5))
DAY_S = 24 * 60 * 60
PERIOD_S = 30 * DAY_S
VAT, REDUCED = 1_300, 900
INVOICE = b"INV-1".ljust(32, b"\0")
REFERENCE = b"escrow leg".ljust(32, b"\0")
NET, TAX = 99_200_00, 12_896_00
DECLARED, CREDITED, REVERSED = range(1, 4)


@dataclass(frozen=True)
class Office:
    ledger: Placed
    token: Placed

    def __call__(self, name: str, *arguments: object, sender: bytes) -> Outcome:
        return self.ledger.attempt(name, *arguments, sender=sender)

    def do(self, name: str, *arguments: object, sender: bytes) -> Outcome:
        outcome = self(name, *arguments, sender=sender)
        assert outcome.accepted, f"{name}: {outcome.words}"
        return outcome

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        outcome = self(name, *arguments, sender=sender)
        assert not outcome.accepted, f"{name} was accepted"
        assert outcome.words == f"tax_ledger: {words}"

    def declared(self, invoice: bytes = INVOICE, net: int = NET, tax: int = TAX) -> bytes:
        return bytes(self.do("declare", invoice, BUYER, net, tax, VAT, sender=SELLER).result)

    def period(self) -> int:
        return int(self.ledger.read("current_period"))

    def net(self, taxpayer: bytes, period: int | None = None) -> int:
        return int(self.ledger.read("net_vat", taxpayer, self.period() if period is None else period))

    def books(self, taxpayer: bytes) -> Any:
        return self.ledger.read("account", taxpayer, self.period())

    def next_period(self) -> None:
        wait_until((self.period() + 1) * PERIOD_S)

    def balances(self, *who: bytes) -> list[int]:
        return [self.token.read("balanceOf", each) for each in who]


def office() -> Office:
    token = hostile_token(b"\xe6" * 20)
    for who in (AUTHORITY, SELLER, BUYER):
        token.do("mint", who, 2 * TAX)
    ledger = Placed(load("tax_ledger"), b"\xe5" * 20, AUTHORITY, token.address, PERIOD_S, [VAT, REDUCED])
    return Office(ledger, token)


@pytest.mark.parametrize(
    ("change", "placed"),
    [
        ({}, True),
        ({"authority": bytes(20)}, False),
        ({"token": bytes(20)}, False),
        ({"period_s": DAY_S}, True),
        ({"period_s": DAY_S - 1}, False),
        ({"period_s": 366 * DAY_S}, True),
        ({"period_s": 366 * DAY_S + 1}, False),
        ({"rates": [10_000, 0]}, True),
        ({"rates": [10_001]}, False),
    ],
)
def test_what_a_ledger_may_be_made_with(change: dict[str, Any], placed: bool) -> None:
    made = {"authority": AUTHORITY, "token": b"\xe6" * 20, "period_s": PERIOD_S, "rates": [VAT], **change}
    arguments = (made["authority"], made["token"], made["period_s"], made["rates"])
    if placed:
        ledger = Placed(load("tax_ledger"), b"\xe5" * 20, *arguments)
        assert (ledger.read("admin"), ledger.read("period_seconds")) == (AUTHORITY, made["period_s"])
        assert all(ledger.read("is_rate", rate) for rate in made["rates"])
        return
    with pytest.raises(Exception, match="tax_ledger: "):
        Placed(load("tax_ledger"), b"\xe5" * 20, *arguments)


def test_a_declaration_is_the_sellers_output() -> None:
    at = office()
    outcome = at.do("declare", INVOICE, BUYER, NET, TAX, VAT, sender=SELLER)
    amounts = {"net": NET, "tax": TAX, "rate": VAT, "period": now() // PERIOD_S}
    parties = {"seller": SELLER, "buyer": BUYER, "invoice": INVOICE}
    books = {"output_before": 0, "output_after": TAX}
    assert outcome.event("Declared").arguments == {"id": outcome.result, **parties, **amounts, **books}
    assert at.ledger.read("declaration", outcome.result) == {**parties, **amounts, "state": DECLARED}
    assert (at.net(SELLER), at.net(BUYER), at.period()) == (TAX, 0, now() // PERIOD_S)
    fingerprint = at.ledger.read("fingerprint", SELLER, INVOICE)
    assert at.ledger.read("declared_as", fingerprint) == outcome.result
    assert at.ledger.read("last_deadline", outcome.result) == (now() // PERIOD_S + 1) * PERIOD_S - 1
    second = at.do("declare", b"2".ljust(32), BUYER, 100, 13, VAT, sender=SELLER).event("Declared").arguments
    assert (second["output_before"], second["output_after"]) == (TAX, TAX + 13)


def test_an_invoice_is_declared_once_for_good() -> None:
    at = office()
    id = at.declared()
    at.refused("declared already", "declare", INVOICE, BUYER, NET, TAX, VAT, sender=SELLER)
    at.refused("declared already", "declare", INVOICE, STRANGER, 100, 9, REDUCED, sender=SELLER)
    # Another seller's invoice of the same number is another invoice.
    at.do("declare", INVOICE, SELLER, 100, 9, REDUCED, sender=BUYER)
    at.do("reverse", id, sender=SELLER)
    at.refused("declared already", "declare", INVOICE, BUYER, NET, TAX, VAT, sender=SELLER)


@pytest.mark.parametrize(
    ("net", "tax", "rate", "refusal"),
    [
        (0, 0, VAT, "no amount"),
        (100, 14, 1_400, "not a rate"),
        (NET, TAX + 1, VAT, "not the rate's tax"),
        (NET, TAX - 1, VAT, "not the rate's tax"),
        # 0.585 and 0.495 of a unit: half and more is rounded up.
        (45, 6, VAT, ""),
        (50, 7, VAT, ""),
        (50, 6, VAT, "not the rate's tax"),
        (3, 0, VAT, ""),
    ],
)
def test_the_tax_is_exactly_the_rates(net: int, tax: int, rate: int, refusal: str) -> None:
    outcome = office()("declare", INVOICE, BUYER, net, tax, rate, sender=SELLER)
    assert outcome.words.removeprefix("tax_ledger: ") == refusal


def test_nobody_buys_from_itself_and_consumers_take_no_credit() -> None:
    at = office()
    at.refused("own invoice", "declare", INVOICE, SELLER, NET, TAX, VAT, sender=SELLER)
    id = at.do("declare", INVOICE, bytes(20), NET, TAX, VAT, sender=SELLER).result
    at.refused("not the buyer", "take_credit", id, sender=BUYER)


def test_rates_are_the_authoritys() -> None:
    at = office()
    outcome = at.do("set_rate", 600, True, sender=AUTHORITY)
    assert outcome.event("RateSet").arguments == {"rate": 600, "allowed": True}
    at.do("set_rate", VAT, False, sender=AUTHORITY)
    at.refused("not a rate", "declare", INVOICE, BUYER, NET, TAX, VAT, sender=SELLER)
    at.do("declare", INVOICE, BUYER, 100, 6, 600, sender=SELLER)
    at.refused("rate out of range", "set_rate", 10_001, True, sender=AUTHORITY)
    assert at("set_rate", 700, True, sender=SELLER).words == "roles: not the admin"


def test_a_credit_mirrors_its_output() -> None:
    at = office()
    id = at.declared()
    for caller in (SELLER, STRANGER, AUTHORITY):
        at.refused("not the buyer", "take_credit", id, sender=caller)
    outcome = at.do("take_credit", id, sender=BUYER)
    taken = {"id": id, "buyer": BUYER, "period": at.period(), "input_before": 0, "input_after": TAX}
    assert outcome.event("CreditTaken").arguments == taken
    assert (at.net(SELLER), at.net(BUYER)) == (TAX, -TAX)
    assert at.ledger.read("declaration", id)["state"] == CREDITED
    at.refused("not open for credit", "take_credit", id, sender=BUYER)
    at.refused("not open for credit", "take_credit", b"\7" * 32, sender=BUYER)


def test_a_credited_invoice_is_reversed_by_both() -> None:
    at = office()
    id = at.declared()
    at.refused("not credited", "return_credit", id, sender=BUYER)
    at.do("take_credit", id, sender=BUYER)
    at.refused("not reversible", "reverse", id, sender=SELLER)
    at.refused("not the buyer", "return_credit", id, sender=SELLER)
    at.next_period()
    returned = at.do("return_credit", id, sender=BUYER).event("CreditReturned").arguments
    assert returned == {"id": id, "buyer": BUYER, "period": at.period(), "output_before": 0, "output_after": TAX}
    at.refused("not the seller", "reverse", id, sender=BUYER)
    reversed_ = at.do("reverse", id, sender=SELLER).event("Reversed").arguments
    assert reversed_ == {"id": id, "seller": SELLER, "period": at.period(), "input_before": 0, "input_after": TAX}
    # What was booked in an ended period stays as it was.
    assert [at.net(who, at.period() - 1) for who in (SELLER, BUYER)] == [TAX, -TAX]
    assert [at.net(who) for who in (SELLER, BUYER)] == [-TAX, TAX]
    assert at.ledger.read("declaration", id)["state"] == REVERSED
    for name, caller, refusal in (
        ("take_credit", BUYER, "not open for credit"),
        ("return_credit", BUYER, "not credited"),
        ("reverse", SELLER, "not reversible"),
    ):
        at.refused(refusal, name, id, sender=caller)


def test_tax_is_paid_to_the_authority_up_to_what_is_owed() -> None:
    at = office()
    at.declared()
    period = at.period()
    at.refused("no amount", "pay", SELLER, period, 0, sender=SELLER)
    at.refused("more than is owed", "pay", SELLER, period, TAX + 1, sender=SELLER)
    at.refused("more than is owed", "pay", BUYER, period, 1, sender=SELLER)
    outcome = at.do("pay", SELLER, period, 96_00, sender=BUYER)
    paid = {"taxpayer": SELLER, "by": BUYER, "period": period, "value": 96_00}
    books = {"paid_before": 0, "paid_after": 96_00}
    assert outcome.event("TaxPaid").arguments == {"id": outcome.result, **paid, **books}
    at.next_period()
    at.do("pay", SELLER, period, TAX - 96_00, sender=SELLER)
    assert at.balances(AUTHORITY, BUYER, SELLER) == [3 * TAX, 2 * TAX - 96_00, TAX + 96_00]
    at.refused("more than is owed", "pay", SELLER, period, 1, sender=SELLER)
    assert at.net(SELLER, period) == at.ledger.read("liabilities", at.token.address) == 0


def test_excess_credit_is_not_paid_as_tax() -> None:
    at = office()
    at.do("take_credit", at.declared(), sender=BUYER)
    at.refused("more than is owed", "pay", BUYER, at.period(), 1, sender=BUYER)


def test_the_authority_acknowledges_what_reached_it_otherwise() -> None:
    at = office()
    at.declared()
    period = at.period()
    assert at("acknowledge", SELLER, period, TAX, REFERENCE, sender=SELLER).words == "roles: not the admin"
    at.refused("no amount", "acknowledge", SELLER, period, 0, REFERENCE, sender=AUTHORITY)
    at.refused("amount out of range", "acknowledge", SELLER, period, 2**128 + 1, REFERENCE, sender=AUTHORITY)
    at.refused("period not begun", "acknowledge", SELLER, period + 1, TAX, REFERENCE, sender=AUTHORITY)
    outcome = at.do("acknowledge", SELLER, period, TAX - 1, REFERENCE, sender=AUTHORITY)
    logged = {"taxpayer": SELLER, "reference": REFERENCE, "period": period, "value": TAX - 1}
    assert outcome.event("TaxAcknowledged").arguments == {**logged, "paid_before": 0, "paid_after": TAX - 1}
    assert at.net(SELLER) == 1
    at.do("acknowledge", SELLER, period, 5, REFERENCE, sender=AUTHORITY)
    assert (at.net(SELLER), at.balances(SELLER)) == (-4, [2 * TAX])
    at.do("acknowledge", SELLER, period, 2**128, REFERENCE, sender=AUTHORITY)


def test_excess_credit_of_an_ended_period_is_paid_back() -> None:
    at = office()
    at.do("take_credit", at.declared(), sender=BUYER)
    period = at.period()
    at.refused("period has not ended", "repay", BUYER, period, 1, sender=AUTHORITY)
    wait_until((period + 1) * PERIOD_S - 1)
    at.refused("period has not ended", "repay", BUYER, period, 1, sender=AUTHORITY)
    at.next_period()
    assert at("repay", BUYER, period, 1, sender=BUYER).words == "roles: not the admin"
    at.refused("no amount", "repay", BUYER, period, 0, sender=AUTHORITY)
    at.refused("more than the excess", "repay", BUYER, period, TAX + 1, sender=AUTHORITY)
    at.refused("more than the excess", "repay", SELLER, period, 1, sender=AUTHORITY)
    outcome = at.do("repay", BUYER, period, 96_00, sender=AUTHORITY)
    repaid = {"id": outcome.result, "taxpayer": BUYER, "period": period, "value": 96_00}
    assert outcome.event("ExcessRepaid").arguments == {**repaid, "repaid_before": 0, "repaid_after": 96_00}
    at.do("repay", BUYER, period, TAX - 96_00, sender=AUTHORITY)
    assert at.balances(AUTHORITY, BUYER) == [TAX, 3 * TAX]
    at.refused("more than the excess", "repay", BUYER, period, 1, sender=AUTHORITY)


def test_excess_credit_is_carried_forward_without_the_authority() -> None:
    at = office()
    at.do("take_credit", at.declared(), sender=BUYER)
    period = at.period()
    at.refused("period has not ended", "carry_forward", period, sender=BUYER)
    at.next_period()
    at.refused("no excess", "carry_forward", period, sender=SELLER)
    outcome = at.do("carry_forward", period, sender=BUYER)
    carried = {"taxpayer": BUYER, "period_from": period, "period_to": period + 1, "value": TAX}
    assert (outcome.result, outcome.event("ExcessCarried").arguments) == (TAX, carried)
    assert (at.net(BUYER, period), at.net(BUYER)) == (0, -TAX)
    at.refused("no excess", "carry_forward", period, sender=BUYER)
    at.do("declare", INVOICE, SELLER, NET, TAX, VAT, sender=BUYER)
    assert at.net(BUYER) == 0


def test_refused_money_waits_as_a_claim() -> None:
    at = office()
    at.do("take_credit", at.declared(), sender=BUYER)
    period = at.period()
    at.next_period()
    at.token.do("block", AUTHORITY)
    at.do("pay", SELLER, period, 7, sender=SELLER)
    at.token.do("block", BUYER)
    at.do("repay", BUYER, period, 8, sender=AUTHORITY)
    assert at.ledger.read("claimable", at.token.address, AUTHORITY) == 7
    assert at.ledger.read("claimable", at.token.address, BUYER) == 8
    assert at.ledger.read("liabilities", at.token.address) == 15


def test_a_token_that_loses_money_on_the_way_pays_no_tax() -> None:
    at = office()
    at.declared()
    at.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    assert at("pay", SELLER, at.period(), 100, sender=SELLER).words == "claims: less arrived than was sent"


def test_there_is_nothing_to_exit_and_nothing_held() -> None:
    at = office()
    id = at.declared()
    at.refused("nothing to exit", "exit", id, sender=STRANGER)
    assert (at.ledger.read("held", id), at.ledger.read("last_deadline", b"\7" * 32)) == (0, 0)


def test_the_authority_hands_over_in_two_steps_and_the_money_follows() -> None:
    at = office()
    at.declared()
    at.do("propose_admin", SUCCESSOR, sender=AUTHORITY)
    at.do("accept_admin", sender=SUCCESSOR)
    at.do("pay", SELLER, at.period(), TAX, sender=SELLER)
    assert at.balances(SUCCESSOR) == [TAX]
