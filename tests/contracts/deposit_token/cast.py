"""Two banks with clients and the clearing between them, in the currency or in a token that misbehaves."""

from typing import NamedTuple

from contracts import load
from tests.contracts.currency import CENTRAL_BANK, MINTER, place_currency
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.tally import Tally

BANK, SECOND_BANK, COMPLIANCE, ALICE, BOB, CAROL, DAVE, STRANGER = (bytes([0xB0 + number]) * 20 for number in range(8))
SUPERVISOR = CENTRAL_BANK
FIRST, SECOND, CLEARING, MONEY = (bytes([0xD5 + number]) * 20 for number in range(4))
LOANS = b"\xd9" * 20
"""A contract that holds bank money for others."""
CASE, REFERENCE = b"case 3".ljust(32, b"\0"), b"invoice 12".ljust(32, b"\0")
WEALTH = 1_000
WEEK = 7 * 24 * 60 * 60
YEAR = 366 * 24 * 60 * 60
FULL = 10_000
TERM = 1_000


def account_id(who: bytes) -> bytes:
    return bytes(12) + who


class Banks(NamedTuple):
    """Alice and Bob bank with the first, Carol and Dave with the second; Alice and Carol have money in."""

    money: Placed
    clearing: Placed
    first: Placed
    second: Placed

    def send(self, amount: int, payee: bytes = CAROL, sender: bytes = ALICE) -> Outcome:
        return self.first.attempt("transfer_out", SECOND, payee, amount, now() + TERM, REFERENCE, sender=sender)


def banks_in_currency(*, ratio: int = FULL, custodians: tuple[bytes, ...] = ()) -> Banks:
    money = place_currency(MONEY, custodians=(CLEARING, FIRST, SECOND, *custodians))
    banks = _place_banks(money, ratio)
    for client in (ALICE, BOB, CAROL, DAVE):
        money.do("mint", client, WEALTH, sender=MINTER)
        for bank in (FIRST, SECOND):
            money.do("approve", bank, 2**255, sender=client)
    _pay_in(banks)
    return banks


def banks_in_hostile_token(*, ratio: int = FULL, tally: Tally | None = None) -> Banks:
    money = hostile_token(MONEY)
    banks = _place_banks(money, ratio, tally)
    for client in (ALICE, BOB, CAROL, DAVE):
        money.do("mint", client, WEALTH)
    _pay_in(banks)
    return banks


def _place_banks(money: Placed, ratio: int, tally: Tally | None = None) -> Banks:
    clearing = Placed(load("interbank_swap"), CLEARING, money.address, CENTRAL_BANK, tally=tally)
    placed = []
    for address, bank, clients in ((FIRST, BANK, (ALICE, BOB)), (SECOND, SECOND_BANK, (CAROL, DAVE))):
        arguments = ("Deposits", "DEP", money.address, CLEARING, bank, SUPERVISOR, ratio, now() + YEAR)
        token = Placed(load("deposit_token"), address, *arguments, tally=tally)
        clearing.do("set_member", address, True, sender=CENTRAL_BANK)
        token.do("set_compliance", COMPLIANCE, sender=bank)
        for client in clients:
            token.do("open_account", client, False, sender=bank)
        placed.append(token)
    return Banks(money, clearing, *placed)


def _pay_in(banks: Banks) -> None:
    banks.first.do("deposit", 600, sender=ALICE)
    banks.second.do("deposit", 400, sender=CAROL)


def pledge_bank_money(bank: Placed, loans: Placed, owner: bytes, amount: int, *, lender: bytes, until: int) -> bytes:
    """For a loan in the currency, which the lender may fund until then; its id."""
    terms = (lender, owner, MONEY, 100, 100, 1, until + WEEK, WEEK, bank.address, amount, until, REFERENCE)
    id: bytes = loans.do("request", terms, sender=owner)
    bank.do("approve", loans.address, amount, sender=owner)
    loans.do("pledge", id, sender=owner)
    return id
