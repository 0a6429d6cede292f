"""Whoever calls whatever: money set aside for a debt reaches its holders and nobody else."""

from collections.abc import Mapping, Sequence

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.placed import HOSTILE_MOODS
from tests.contracts.receivable.debts import BANK, CAROL, FACE, LIEN, SUPPLIER, Debts, debts
from tests.contracts.trade.market import ALICE, ARBITER, BOB, STRANGER

HOLDERS = {"seller": BOB, "supplier": SUPPLIER, "holder": CAROL}
OTHERS = {"debtor": ALICE, "lienholder": BANK, "arbiter": ARBITER, "stranger": STRANGER}


def debts_in_three_hands() -> tuple[Debts, list[bytes]]:
    """Three debts of alice's with money set aside: bob's own, one in three hands, one in two."""
    book = debts()
    deals = [book.accepted(document=bytes([number]) * 32) for number in (1, 2, 3)]
    book.endorse(deals[1], SUPPLIER, 2_000)
    book.endorse(deals[1], CAROL, 3_000, recourse=False)
    book.endorse(deals[2], SUPPLIER, 4_000)
    for deal, amount in zip(deals, (FACE, FACE // 2, 777), strict=True):
        book.receivable.do("fund", deal, amount, sender=ALICE)
    return book, deals


def custody() -> Custody:
    return _custody(*debts_in_three_hands(), list(HOLDERS.values()), OTHERS)


def _custody(book: Debts, deals: list[bytes], rightful: Sequence[bytes], roles: Mapping[str, bytes]) -> Custody:
    return Custody(
        contract=book.receivable,
        token=book.token,
        deals=deals,
        rightful=frozenset(rightful),
        roles=roles,
        others=[(book.fingerprints, ["authorise", "take_lien", "drop_lien", "register", "withdraw"])],
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_holders_gains(mood: str) -> None:
    """The holders themselves do not attack: they may rightly endorse what is theirs to anybody."""
    book, deals = debts_in_three_hands()
    book.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(_custody(book, deals, list(HOLDERS.values()), OTHERS))


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_of_what_is_locked_not_even_the_holders_gain(mood: str) -> None:
    """The lienholder itself does not attack: it may rightly hand on what was locked for it."""
    book, deals = debts_in_three_hands()
    for deal in deals:
        for part in book.receivable.read("parts_of_credential", deal):
            book.receivable.do("lock", part, BANK, LIEN, sender=book.part(part)["holder"])
    book.token.do("set_mode", HOSTILE_MOODS[mood])
    attackers = {**HOLDERS, **{role: who for role, who in OTHERS.items() if who != BANK}}
    assail(_custody(book, deals, [BANK], attackers))
