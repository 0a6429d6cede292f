"""A desk with its people, in the currency or in a token that misbehaves."""

from typing import NamedTuple

from contracts import load
from tests.contracts.currency import CENTRAL_BANK, MINTER, place_currency
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.tally import Tally

MAKER, CHECKER, BANK, SECOND_BANK, STRANGER = (bytes([0xB0 + number]) * 20 for number in range(5))
ADMIN = CENTRAL_BANK
DESK, MONEY = b"\xd5" * 20, b"\xd6" * 20
ISSUE, REDEMPTION = 1, 2
REQUESTED, REVIEWED, APPROVED, REJECTED, WITHDRAWN, LAPSED = range(1, 7)
REFERENCE = b"booking 7".ljust(32, b"\0")
TERM = 1_000


class Desk(NamedTuple):
    contract: Placed
    money: Placed

    def request(self, amount: int, bank: bytes = BANK) -> bytes:
        id: bytes = self.contract.do("request", amount, now() + TERM, REFERENCE, sender=bank)
        return id

    def redeem(self, amount: int, bank: bytes = BANK) -> bytes:
        id: bytes = self.contract.do("redeem", amount, now() + TERM, REFERENCE, sender=bank)
        return id

    def approve(self, id: bytes) -> Outcome:
        self.contract.do("review", id, sender=MAKER)
        return self.contract.attempt("approve", id, sender=CHECKER)

    def state(self, id: bytes) -> int:
        return int(self.contract.read("order", id)["state"])


def desk_in_currency(quota: int = 10_000) -> Desk:
    money = place_currency(MONEY, custodians=(DESK,))
    desk = _place_desk(money)
    money.do("set_quota", DESK, quota, sender=ADMIN)
    for bank in (BANK, SECOND_BANK):
        money.do("approve", DESK, 2**255, sender=bank)
    money.do("mint", BANK, 1_000, sender=MINTER)
    return Desk(desk, money)


def desk_in_hostile_token(tally: Tally | None = None) -> Desk:
    money = hostile_token(MONEY)
    return Desk(_place_desk(money, tally), money)


def _place_desk(money: Placed, tally: Tally | None = None) -> Placed:
    desk = Placed(load("rtgs_desk"), DESK, money.address, ADMIN, MAKER, CHECKER, tally=tally)
    for bank in (BANK, SECOND_BANK):
        desk.do("set_bank", bank, True, sender=ADMIN)
    return desk
