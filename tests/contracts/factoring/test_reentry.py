"""Nothing gets in while money or goods move, not even a call that would be good at any other time."""

import boa
import pytest

from tests.contracts.factoring.desk import (
    DEBTOR,
    FINANCIER,
    INVENTORY,
    MONEY,
    NONE,
    ORDER,
    SELLER,
    TERM,
    Desk,
)
from tests.contracts.placed import HOSTILE_MOODS, wait

NAMES = ["repay", "claim", "withdraw_bid", "set_debtor_limit", "financing", "held", "owed", "bid_of"]


def good_call(desk: Desk, name: str) -> bytes:
    """Calldata that the money token itself may send."""
    other = desk.accepted(ORDER, desk.offer(5), source=NONE, document=b"other".ljust(32, b"\0"))
    desk.money.do("block", SELLER)
    desk.factoring.do("advance", other, sender=FINANCIER)
    desk.money.do("set_mode", HOSTILE_MOODS["honest"])
    desk.money.do("mint", MONEY, 1)
    arguments = {
        "repay": (other, 1),
        "claim": (MONEY, SELLER),
        "set_debtor_limit": (DEBTOR, MONEY, 1),
        "bid_of": (other, FINANCIER),
    }.get(name, (other,))
    return desk.factoring.artifact.encode_call(name, *arguments)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_re_enters_while_an_advance_moves(desk: Desk, name: str) -> None:
    id = desk.accepted(ORDER, desk.offer(20_000_00))
    payload = good_call(desk, name)
    with boa.env.anchor():
        assert desk.factoring.attempt_raw(payload, sender=MONEY).accepted
    desk.money.do("call_back", desk.factoring.address, payload)
    desk.factoring.do("advance", id, sender=FINANCIER)
    # Once as the money comes in, once as it goes out.
    assert (desk.money.read("reentries_tried"), desk.money.read("reentries_done")) == (2, 0)
    assert desk.gained(SELLER) == 20_000_00


def test_nothing_re_enters_while_a_pledge_is_seized(desk: Desk) -> None:
    id = desk.advanced(INVENTORY)
    wait(TERM + 1)
    desk.factoring.do("declare_default", id)
    desk.goods.do("call_back", desk.factoring.address, desk.factoring.artifact.encode_call("withdraw_bid", id))
    desk.factoring.do("seize", id, sender=FINANCIER)
    assert (desk.goods.read("reentries_tried"), desk.goods.read("reentries_done")) == (1, 0)
