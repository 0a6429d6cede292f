"""Whoever calls whatever: what a bank put aside to redeem goes to the bank, or is burnt with two pairs of eyes."""

from collections.abc import Iterable, Mapping

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.flow import Pot
from tests.contracts.placed import HOSTILE_MOODS, Placed
from tests.contracts.rtgs_desk.cast import (
    ADMIN,
    BANK,
    CHECKER,
    DESK,
    MAKER,
    REQUESTED,
    REVIEWED,
    SECOND_BANK,
    STRANGER,
    desk_in_hostile_token,
)


def custody() -> Custody:
    """Two banks' redemptions, of which one is reviewed, one more that waits, and each bank's request, one reviewed."""
    desk = desk_in_hostile_token()
    for bank in (BANK, SECOND_BANK):
        desk.money.do("approve", DESK, 2**255, sender=bank)
        assert desk.approve(desk.request(1_000, bank)).accepted
    deals = [desk.redeem(400, BANK), desk.redeem(300, SECOND_BANK), desk.redeem(200, BANK)]
    desk.contract.do("review", deals[1], sender=MAKER)
    asked = {desk.request(150, BANK): BANK, desk.request(250, SECOND_BANK): SECOND_BANK}
    for request in asked:
        desk.contract.do("review", request, sender=MAKER)

    def to_be_issued(token: Placed, people: Iterable[bytes]) -> Mapping[object, Pot]:
        """What the desk may mint, for the bank that asked."""
        return {
            ("request", id): Pot(desk.contract.read("order", id)["amount"], frozenset({bank}))
            for id, bank in asked.items()
            if desk.state(id) in (REQUESTED, REVIEWED)
        }

    return Custody(
        contract=desk.contract,
        token=desk.money,
        parties={
            **{id: frozenset({bank}) for id, bank in asked.items()},
            **among((BANK,), [deals[0], deals[2]]),
            deals[1]: frozenset({SECOND_BANK}),
        },
        pots=to_be_issued,
        roles={
            "bank": BANK,
            "second bank": SECOND_BANK,
            "maker": MAKER,
            "checker": CHECKER,
            "central bank": ADMIN,
            "stranger": STRANGER,
        },
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_banks_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
