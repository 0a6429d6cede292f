"""Whoever calls whatever: covers reach the beneficiary, or go home to those who gave them."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.letter_of_credit.counter import (
    ADVISER,
    APPLICANT,
    BENEFICIARY,
    CONFIRMER,
    DEPOSIT,
    ISSUER,
    LATE,
    NOMINATED,
    NONE,
    STRANGER,
    WEALTH,
    Counter,
)
from tests.contracts.placed import HOSTILE_MOODS

RIVAL, RIVAL_SELLER, RIVAL_BANK = (bytes([0xD0 + number]) * 20 for number in range(3))


def custody() -> Custody:
    """A draft, an issued credit with one presentation open and one refused, and a confirmed one, half paid; and one
    between others."""
    counter = Counter()
    for who in (BENEFICIARY, ADVISER):
        counter.money.do("mint", who, 1_000)
    drafted, issued, confirmed = counter.drafted(), counter.issued(), counter.confirmed()
    counter.present(issued)
    counter.credits.do("notice", issued, counter.present(issued), LATE, sender=ISSUER)
    counter.credits.do("honour_confirmed", confirmed, counter.present(confirmed), sender=CONFIRMER)
    counter.present(confirmed)
    for who in (RIVAL, RIVAL_BANK):
        counter.money.do("mint", who, WEALTH)
    terms = counter.terms(issuer=RIVAL_BANK, beneficiary=RIVAL_SELLER, confirmer=NONE, nominated=NONE)
    others = counter.credits.do("draft", terms, DEPOSIT, sender=RIVAL)
    counter.credits.do("issue", others, sender=RIVAL_BANK)
    # A higher amount is taken from those who agreed to it.
    banks = frozenset({ISSUER, CONFIRMER, APPLICANT})
    return Custody(
        contract=counter.credits,
        token=counter.money,
        parties={
            **among((APPLICANT, BENEFICIARY, ISSUER, CONFIRMER, NOMINATED), [drafted, issued, confirmed]),
            others: frozenset({RIVAL, RIVAL_SELLER, RIVAL_BANK}),
        },
        payers={ISSUER: banks, CONFIRMER: banks, RIVAL_BANK: frozenset({RIVAL, RIVAL_BANK})},
        roles={
            "applicant": APPLICANT,
            "beneficiary": BENEFICIARY,
            "issuer": ISSUER,
            "adviser": ADVISER,
            "confirmer": CONFIRMER,
            "nominated": NOMINATED,
            "other applicant": RIVAL,
            "other beneficiary": RIVAL_SELLER,
            "other issuer": RIVAL_BANK,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_those_in_the_credit_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=1)
