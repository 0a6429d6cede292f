"""Whoever calls whatever: what rests here for those a token refused reaches them only."""

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER, Room
from tests.contracts.placed import HOSTILE_MOODS
from tests.contracts.royalty_sale.works import BUYER, CREATOR, FEE, MARKET, PRICE, SELLER, offered


def custody() -> Custody:
    """Three works on sale, and claims of seller, creator and market from sales that the token did not pay out."""
    room = Room("royalty_sale", (BUYER,), MARKET, FEE)
    for blocked in (SELLER, CREATOR, MARKET):
        room.token.do("block", blocked)
        room.do("buy", offered(room), room.token.address, PRICE, sender=BUYER)
    works = [offered(room), offered(room, buyer=BUYER), offered(room, price=1)]
    return Custody(
        contract=room.contract,
        token=room.token,
        parties=among((SELLER, CREATOR, MARKET), works),
        roles={"seller": SELLER, "creator": CREATOR, "market": MARKET, "buyer": BUYER, "stranger": STRANGER},
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_those_it_is_owed_to_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
