"""Whoever calls whatever: money set aside for a debt reaches its holders and nobody else."""

from collections.abc import Mapping

import pytest

from tests.contracts.assault import Custody, assail
from tests.contracts.placed import HOSTILE_MOODS, now
from tests.contracts.receivable.debts import (
    BANK,
    CAROL,
    FACE,
    GRACE_S,
    LIEN,
    RATE,
    RECEIVABLE,
    SUPPLIER,
    TERM_S,
    WEALTH,
    Debts,
    debts,
)
from tests.contracts.trade.market import ALICE, ARBITER, BOB, STRANGER

ERIN, DAVE = b"\xb4" * 20, b"\xb5" * 20
HOLDERS = {"seller": BOB, "supplier": SUPPLIER, "holder": CAROL}
OTHERS = {
    "debtor": ALICE,
    "lienholder": BANK,
    "other debtor": ERIN,
    "other seller": DAVE,
    "arbiter": ARBITER,
    "stranger": STRANGER,
}
ROLES = {**HOLDERS, **OTHERS}


def debts_in_three_hands() -> tuple[Debts, dict[bytes, frozenset[bytes]]]:
    """Three debts of alice's with money set aside, and who holds them: bob's own, one in three hands, one in two. And
    one of erin's to dave."""
    book = debts()
    deals = [book.accepted(document=bytes([number]) * 32) for number in (1, 2, 3)]
    book.endorse(deals[1], SUPPLIER, 2_000)
    book.endorse(deals[1], CAROL, 3_000, recourse=False)
    book.endorse(deals[2], SUPPLIER, 4_000)
    for deal, amount in zip(deals, (FACE, FACE // 2, 777), strict=True):
        book.receivable.do("fund", deal, amount, sender=ALICE)
    others = _of_others(book)
    hands = ((BOB,), (BOB, SUPPLIER, CAROL), (BOB, SUPPLIER), (DAVE,))
    return book, {deal: frozenset(holders) for deal, holders in zip([*deals, others], hands, strict=True)}


def _of_others(book: Debts) -> bytes:
    for who in (ERIN, DAVE):
        book.token.do("mint", who, WEALTH)
    book.fingerprints.do("authorise", RECEIVABLE, True, sender=DAVE)
    terms = [ERIN, book.token.address, FACE, now() + TERM_S, GRACE_S, RATE, bytes([4]) * 32]
    id: bytes = book.receivable.do("issue_unmatched", *terms, sender=DAVE)
    book.receivable.do("accept", id, sender=ERIN)
    book.receivable.do("fund", id, 1_234, sender=ERIN)
    return id


def custody() -> Custody:
    """Everybody attacks; who endorses, locks or enforces says by it who may have the money."""
    return _custody(*debts_in_three_hands(), ROLES)


def locked_custody() -> Custody:
    """All that alice owes is locked. The lienholder itself does not attack: it may rightly let go of it."""
    book, hands = debts_in_three_hands()
    for deal, holders in hands.items():
        if holders != {DAVE}:
            for part in book.receivable.read("parts_of_credential", deal):
                book.receivable.do("lock", part, BANK, LIEN, sender=book.part(part)["holder"])
            hands[deal] = frozenset({BANK})
    return _custody(book, hands, {role: who for role, who in ROLES.items() if who != BANK})


def _custody(book: Debts, hands: Mapping[bytes, frozenset[bytes]], roles: Mapping[str, bytes]) -> Custody:
    holders = frozenset().union(*(who for who in hands.values() if DAVE not in who))
    return Custody(
        contract=book.receivable,
        token=book.token,
        parties=hands,
        # The debtor pays whoever redeems, and an endorser whoever takes recourse to it.
        payers={
            ALICE: holders,
            **{endorser: holders for endorser in HOLDERS.values()},
            ERIN: frozenset({DAVE}),
        },
        hands_on=("endorse", "lock", "enforce"),
        roles=roles,
        others=[(book.fingerprints, ["authorise", "take_lien", "drop_lien", "register", "withdraw"])],
    )


WORLDS = {"free": custody, "locked": locked_custody}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_those_it_was_handed_to_gains(mood: str, world: str) -> None:
    attacked = WORLDS[world]()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
