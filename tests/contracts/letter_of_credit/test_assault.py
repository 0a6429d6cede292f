"""Whoever calls whatever: covers reach the beneficiary, or go home to those who gave them."""

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.letter_of_credit.counter import (
    ADVISER,
    APPLICANT,
    BENEFICIARY,
    CONFIRMER,
    ISSUER,
    LATE,
    NOMINATED,
    STRANGER,
    Counter,
)
from tests.contracts.placed import HOSTILE_MOODS


def custody() -> Custody:
    """A draft, an issued credit with one presentation open and one refused, and a confirmed one, half paid."""
    counter = Counter()
    for who in (BENEFICIARY, ADVISER):
        counter.money.do("mint", who, 1_000)
    drafted, issued, confirmed = counter.drafted(), counter.issued(), counter.confirmed()
    counter.present(issued)
    counter.credits.do("notice", issued, counter.present(issued), LATE, sender=ISSUER)
    counter.credits.do("honour_confirmed", confirmed, counter.present(confirmed), sender=CONFIRMER)
    counter.present(confirmed)
    return Custody(
        contract=counter.credits,
        token=counter.money,
        deals=[drafted, issued, confirmed],
        rightful=frozenset({APPLICANT, BENEFICIARY, ISSUER, CONFIRMER}),
        roles={
            "applicant": APPLICANT,
            "beneficiary": BENEFICIARY,
            "issuer": ISSUER,
            "adviser": ADVISER,
            "confirmer": CONFIRMER,
            "nominated": NOMINATED,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_those_in_the_credit_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=1)
