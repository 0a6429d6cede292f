"""Whoever calls whatever: pledges and proceeds reach their seller and their lender, and nobody else."""

from collections.abc import Iterable, Mapping

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.factoring.desk import (
    APPRAISER,
    DEBTOR,
    FACTORING,
    FINANCIER,
    INVENTORY,
    ORDER,
    OTHER,
    RECORD,
    SELLER,
    SOURCE,
    STRANGER,
    TERM,
    Desk,
)
from tests.contracts.flow import Pot
from tests.contracts.placed import HOSTILE_MOODS, Placed, wait

DOCUMENTS = [bytes([number]) * 32 for number in range(1, 8)]
RIVAL = b"\xbe" * 20


def custody() -> Custody:
    """Pledges asked on, advanced on, called, and in default, in goods that misbehave, and another seller's; beside
    them an order whose proceeds have arrived and are not divided yet."""
    desk = Desk()
    desk.money.do("mint", RIVAL, 10_000)
    desk.register.do("authorise", FACTORING, True, sender=RIVAL)
    for who in (FINANCIER, OTHER, APPRAISER, DEBTOR, STRANGER, RIVAL):
        desk.goods.do("mint", who, 10_000)
    defaulted = desk.advanced(INVENTORY, document=DOCUMENTS[0])
    wait(TERM + 1)
    desk.factoring.do("declare_default", defaulted)
    asked = desk.request(INVENTORY, document=DOCUMENTS[1])
    bound = desk.accepted(INVENTORY, desk.offer(1_000), document=DOCUMENTS[2])
    advanced = desk.advanced(INVENTORY, document=DOCUMENTS[3])
    called = desk.advanced(INVENTORY, document=DOCUMENTS[4])
    desk.factoring.do("appraise", called, 40_000_00, sender=APPRAISER)
    desk.factoring.do("margin_call", called, sender=FINANCIER)
    order = desk.advanced(ORDER, document=DOCUMENTS[5])
    desk.pay(60_000_00)
    others = desk.factoring.do("request", desk.terms(INVENTORY, document=DOCUMENTS[6]), sender=RIVAL)
    desk.factoring.do("accept", others, OTHER, desk.bid(others, desk.offer(1_500), sender=OTHER), sender=RIVAL)
    desk.factoring.do("advance", others, sender=OTHER)
    ours = frozenset({SELLER, FINANCIER})

    def undivided(token: Placed, people: Iterable[bytes]) -> Mapping[object, Pot]:
        """What the order's customer paid, in money."""
        if token is desk.goods:
            return {}
        paid = desk.source.read("record", RECORD)["paid"]
        return {"proceeds": Pot(paid - desk.factoring.read("divided", SOURCE, RECORD), ours)}

    return Custody(
        contract=desk.factoring,
        token=desk.goods,
        also=(desk.money,),
        parties={
            **among((SELLER, FINANCIER), [defaulted, asked, bound, advanced, called, order]),
            others: frozenset({RIVAL, OTHER}),
        },
        pots=undivided,
        # An advance is taken from who bade it, and recourse from the seller.
        payers={
            SELLER: ours,
            FINANCIER: ours,
            OTHER: frozenset({OTHER, RIVAL}),
            RIVAL: frozenset({OTHER, RIVAL}),
        },
        hands_on=("accept", "accept_signed"),
        ready={"waterfall": [[order]]},
        roles={
            "seller": SELLER,
            "financier": FINANCIER,
            "other seller": RIVAL,
            "other financier": OTHER,
            "appraiser": APPRAISER,
            "debtor": DEBTOR,
            "source": SOURCE,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_seller_and_lender_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=1)
