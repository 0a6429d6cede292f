"""A credit counter: an applicant, a beneficiary, four banks, and money that may misbehave."""

from dataclasses import dataclass, field
from typing import Any, Final

from contracts import load
from tests.contracts.placed import Placed, hostile_token, now, wait_until
from tests.contracts.tally import Tally

APPLICANT, BENEFICIARY, ISSUER, ADVISER, CONFIRMER, NOMINATED, STRANGER = (bytes([0xC0 + n]) * 20 for n in range(7))
CREDIT, MONEY = b"\xf5" * 20, b"\xf6" * 20
NONE: Final = bytes(20)

DRAFTED, ISSUED, CONFIRMED, CLOSED = range(1, 5)
OPEN, HONOURED, ENDED = range(1, 4)
DRAWN, DRAFT_ACCEPTED, PAID, DISHONOURED = range(1, 5)

DAY: Final = 24 * 60 * 60
TERM: Final = 60 * DAY
PERIOD: Final = 21 * DAY
SETTLING: Final = 30 * DAY
WEALTH: Final = 10**9
AMOUNT: Final = 100_000_00
LARGEST: Final = 105_000_00
DEPOSIT: Final = 30_000_00
DOCUMENTS: Final = [b"bill of lading".ljust(32, b"\0"), b"invoice".ljust(32, b"\0")]
LATE: Final = [b"late shipment".ljust(32, b"\0")]


def monday(second: int) -> int:
    """Nine in the morning of the first Monday at or after that second. 1 January 1970 was a Thursday."""
    day = second // DAY + 1
    while (day + 3) % 7 != 0:
        day += 1
    return day * DAY + 9 * 60 * 60


@dataclass
class Counter:
    tally: Tally | None = None
    credits: Placed = field(init=False)

    def __post_init__(self) -> None:
        self.credits = Placed(load("letter_of_credit"), CREDIT, tally=self.tally)
        self.money = hostile_token(MONEY)
        for who in (APPLICANT, ISSUER, CONFIRMER, NOMINATED, STRANGER):
            self.money.do("mint", who, WEALTH)
        wait_until(monday(now()))

    def terms(self, **changes: Any) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "beneficiary": BENEFICIARY,
            "advising": ADVISER,
            "confirmer": CONFIRMER,
            "nominated": NOMINATED,
            "token": MONEY,
            "amount": AMOUNT,
            "tolerance": 500,
            "expiry": now() + TERM,
            "latest_shipment": now() + TERM - PERIOD,
            "presentation_period": PERIOD,
            "required_hash": b"\1" * 32,
            **changes,
        }

    def drafted(self, deposit: int = DEPOSIT, **changes: Any) -> bytes:
        id: bytes = self.credits.do("draft", self.terms(**changes), deposit, sender=APPLICANT)
        return id

    def issued(self, deposit: int = DEPOSIT, **changes: Any) -> bytes:
        id = self.drafted(deposit, **changes)
        self.credits.do("issue", id, sender=ISSUER)
        return id

    def confirmed(self, **changes: Any) -> bytes:
        id = self.issued(**changes)
        self.credits.do("confirm", id, 0, sender=CONFIRMER)
        return id

    def present(self, id: bytes, amount: int = 40_000_00, *, shipped: int | None = None, discount: int = 200) -> int:
        shipment = now() if shipped is None else shipped
        number: int = self.credits.do("present", id, amount, DOCUMENTS, shipment, discount, sender=BENEFICIARY)
        return number

    def of(self, id: bytes) -> Any:
        return self.credits.read("credit", id)

    def presentation(self, id: bytes, number: int) -> Any:
        return self.credits.read("presentation", id, number)

    def gained(self, who: bytes) -> int:
        wealth = WEALTH if who in (APPLICANT, ISSUER, CONFIRMER, NOMINATED, STRANGER) else 0
        return int(self.money.read("balanceOf", who)) - wealth

    def covered(self, *ids: bytes) -> None:
        """What is owed is held, and is what is there."""
        held = sum(self.credits.read("held", id) for id in ids)
        assert held == self.credits.read("liabilities", MONEY) == self.money.read("balanceOf", CREDIT)

    def refused(self, words: str, name: str, *arguments: Any, sender: bytes) -> None:
        outcome = self.credits.attempt(name, *arguments, sender=sender)
        words = f"letter_of_credit: {words}" if ":" not in words else words
        assert (outcome.accepted, outcome.words) == (False, words), f"{name}: {outcome.words or 'accepted'}"
