"""A debt of 10,000 of a buyer's to a seller, in a token that misbehaves on command, and those who finance it."""

from dataclasses import dataclass
from typing import Any

from contracts import load
from tests.contracts.placed import Placed, now
from tests.contracts.tally import Tally
from tests.contracts.trade.market import ALICE, BOB, DAY_S, DOCUMENT, TRADE, Market, market, refused

SUPPLIER, BANK, CAROL = (bytes([number]) * 20 for number in (0xB1, 0xB2, 0xB3))
RECEIVABLE, FINGERPRINTS = b"\xec" * 20, b"\xed" * 20
FACE = 10_000
TERM_S = 90 * DAY_S
GRACE_S = 10 * DAY_S
RATE = 5
LIEN = b"\x11" * 32
ISSUED, ACCEPTED, WITHDRAWN, DEFAULTED, REDEEMED = range(1, 6)
WEALTH = 50_000


@dataclass
class Debts:
    market: Market
    fingerprints: Placed
    receivable: Placed

    @property
    def token(self) -> Placed:
        return self.market.token

    def issued(self, *, document: bytes = DOCUMENT, face: int = FACE, due_in: int = TERM_S, rate: int = RATE) -> bytes:
        terms = [ALICE, self.token.address, face, now() + due_in, GRACE_S, rate, document]
        id: bytes = self.receivable.do("issue_unmatched", *terms, sender=BOB)
        return id

    def accepted(
        self, *, document: bytes = DOCUMENT, face: int = FACE, due_in: int = TERM_S, rate: int = RATE
    ) -> bytes:
        id = self.issued(document=document, face=face, due_in=due_in, rate=rate)
        self.receivable.do("accept", id, sender=ALICE)
        return id

    def endorse(self, part: bytes, to: bytes, amount: int, *, recourse: bool = True) -> bytes:
        holder = self.part(part)["holder"]
        given: bytes = self.receivable.do("endorse", part, to, amount, recourse, sender=holder)
        return given

    def credential(self, id: bytes) -> dict[str, Any]:
        record: dict[str, Any] = self.receivable.read("credential", id)
        return record

    def part(self, id: bytes) -> dict[str, Any]:
        record: dict[str, Any] = self.receivable.read("part", id)
        return record

    def balance(self, who: bytes) -> int:
        return int(self.token.read("balanceOf", who))

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        refused(self.receivable, words, name, *arguments, sender=sender)


def debts(*, tally: Tally | None = None) -> Debts:
    shop = market()
    fingerprints = Placed(load("fingerprints"), FINGERPRINTS)
    receivable = Placed(load("receivable"), RECEIVABLE, TRADE, FINGERPRINTS, tally=tally)
    fingerprints.do("authorise", RECEIVABLE, True, sender=BOB)
    for who in (ALICE, BOB, SUPPLIER):
        shop.token.do("mint", who, WEALTH)
    return Debts(shop, fingerprints, receivable)
