"""Whoever calls whatever: the money behind points reaches who holds them, and goes back to the issuer when they end."""

from collections.abc import Iterable, Mapping

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.flow import Pot
from tests.contracts.placed import HOSTILE_MOODS, Placed, wait
from tests.contracts.points.programme import ALICE, BOB, ISSUER, LIFE, PERIOD, SHOP, VALUE, ends_in, new_room

SPENDER = b"\xc8" * 20


def custody() -> Custody:
    """Points that ended, old and young ones, of two holders."""
    room = new_room()
    periods = []
    for number, holder in enumerate((ALICE, BOB, ALICE)):
        room.do("award", holder, 1_000, sender=ISSUER)
        periods.append(ends_in())
        wait(PERIOD * (LIFE + 1 if number == 0 else 1))
    roles = {
        "issuer": ISSUER,
        "holder": ALICE,
        "other holder": BOB,
        "shop": SHOP,
        "spender": SPENDER,
        "stranger": STRANGER,
    }

    def pots(token: Placed, people: Iterable[bytes]) -> Mapping[object, Pot]:
        """What each holder's points are worth, and what is behind those that ended."""
        live = {who: VALUE * room.read("balanceOf", who) for who in people}
        claims = sum(room.read("claimable", token.address, who) for who in people)
        ended = room.read("liabilities", token.address) - claims - sum(live.values())
        assert ended >= 0, "points without their money"
        holders = {who: Pot(worth, frozenset({who})) for who, worth in live.items()}
        return {**holders, "ended": Pot(ended, frozenset({ISSUER}))}

    return Custody(
        contract=room.contract,
        token=room.token,
        # The money of a period is its holders', each for its own points.
        parties=among((), periods),
        pots=pots,
        hands_on=("approve",),
        roles=roles,
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_its_holder_gains_from_a_point_before_it_ends(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
