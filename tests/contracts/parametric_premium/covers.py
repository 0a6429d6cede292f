"""An insurer, a holder, and a question that three attestors decide by two votes."""

from contracts import load
from tests.contracts.deal_room import DAY, HASH, Room
from tests.contracts.placed import Placed, now
from tests.contracts.tally import Tally

INSURER, HOLDER = b"\xc1" * 20, b"\xc2" * 20
PARTIES = (INSURER, HOLDER)
ATTESTORS = [bytes([0xD0 + number]) * 20 for number in range(3)]
FACTS = b"\xb8" * 20
OFFERED, LIVE, CLOSED = 1, 2, 3
WITHDRAWN, PAID_OUT, NOT_MET, NO_ANSWER = 1, 2, 3, 4
PREMIUM, AMOUNT, THRESHOLD = 50, 1_000, 180
TO_PAY, TERM, GRACE = 5 * DAY, 60 * DAY, 30 * DAY


class Insured(Room):
    """With a source of facts."""

    def __init__(self, *, tally: Tally | None = None) -> None:
        super().__init__("parametric_premium", PARTIES, tally=tally)
        self.facts = Placed(load("conditions"), FACTS)

    def question(self, default: int = 0) -> bytes:
        id: bytes = self.facts.do("prepare", HASH, ATTESTORS, 2, now() + TERM, default, sender=INSURER)
        return id

    def decide(self, question: bytes, value: int) -> None:
        for attestor in ATTESTORS[:2]:
            self.facts.do("attest", question, value, HASH, sender=attestor)

    def terms(self, question: bytes) -> list[object]:
        paid_by = now() + TO_PAY
        return [HOLDER, self.token.address, PREMIUM, AMOUNT, FACTS, question, THRESHOLD, paid_by, HASH]

    def offered(self, question: bytes) -> bytes:
        id: bytes = self.do("offer", *self.terms(question), sender=INSURER)
        return id

    def live(self, question: bytes) -> bytes:
        id = self.offered(question)
        self.do("buy", id, sender=HOLDER)
        return id
