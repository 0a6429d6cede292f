"""A deal in stages between keys that sign, in a token that misbehaves on command, for tests that need more than one
stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts import NO_ARBITER, load
from tests.contracts.placed import Outcome, Placed, hostile_token, now
from tests.contracts.signers import Signer

PAYER_KEY, PAYEE_KEY = Signer(0xA11CE), Signer(0xB0B)
PAYER, PAYEE = PAYER_KEY.address, PAYEE_KEY.address
ARBITER, STRANGER, FINANCIER, TAX = (bytes([0xA0 + number]) * 20 for number in range(4))
TERM_S = 10_000
REVIEW_S = 500
RULING_S = 30 * 24 * 60 * 60
TERMS = b"\3" * 32
EVIDENCE, REASON = b"\5" * 32, b"\6" * 32
OPEN, FUNDED, DISPUTED, CLOSED = range(1, 5)
BY_PAYER, BY_SILENCE, BY_CONDITION = range(1, 4)
AGREED, ASSIGNED, SHARED = range(1, 4)


@dataclass(frozen=True)
class Staged:
    """The escrow, the token and one deal's id."""

    escrow: Placed
    token: Placed
    id: bytes

    def __call__(self, name: str, *arguments: object, sender: bytes) -> Outcome:
        """A call about this deal, accepted or not."""
        return self.escrow.attempt(name, self.id, *arguments, sender=sender)

    def do(self, name: str, *arguments: object, sender: bytes) -> Outcome:
        outcome = self(name, *arguments, sender=sender)
        assert outcome.accepted, outcome.words
        return outcome

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        outcome = self(name, *arguments, sender=sender)
        assert not outcome.accepted, f"{name} was accepted"
        assert outcome.words == words

    def deal(self) -> Any:
        return self.escrow.read("deal", self.id)

    def stage(self, number: int) -> Any:
        return self.escrow.read("stages", self.id)[number]

    def held(self) -> int:
        return int(self.escrow.read("held", self.id))

    def balance(self, who: bytes) -> int:
        return int(self.token.read("balanceOf", who))

    def released(self) -> list[int]:
        return [stage["released"] for stage in self.escrow.read("stages", self.id)]


def staged(
    amounts: Sequence[int] = (300, 500, 200), *, review_s: int = REVIEW_S, arbiter: bytes = ARBITER, funded: int = 0
) -> Staged:
    """A new deal with its first `funded` stages funded; the payer has exactly what it needs."""
    escrow, token = Placed(load("escrow"), b"\xe5" * 20), hostile_token(b"\xe6" * 20)
    token.do("mint", PAYER, sum(amounts))
    deal = another(escrow, token, amounts, review_s=review_s, arbiter=arbiter)
    for _ in range(funded):
        deal.do("fund", sender=PAYER)
    return deal


def another(
    escrow: Placed,
    token: Placed,
    amounts: Sequence[int],
    *,
    review_s: int = REVIEW_S,
    arbiter: bytes = ARBITER,
) -> Staged:
    deadline = now() + TERM_S
    id = escrow.do("open_staged", PAYEE, arbiter, token.address, list(amounts), deadline, review_s, TERMS, sender=PAYER)
    return Staged(escrow, token, id)


def without_arbiter(**terms: Any) -> Staged:
    return staged(arbiter=NO_ARBITER, **terms)
