"""Whoever calls whatever: the money of depositors who do nothing stays theirs."""

from collections.abc import Iterable, Mapping

import pytest

from tests.contracts.assault import Custody, among, assail
from tests.contracts.deal_room import STRANGER
from tests.contracts.flow import Pot
from tests.contracts.liquidity_pool.pool import ALICE, BOB, MEMO, OPERATOR, PAYER, id_of, new_room
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Placed, now

SPENDER = b"\xc8" * 20


def custody() -> Custody:
    """Interest is on its way, and one depositor's allowance was used up."""
    room = new_room((ALICE, BOB, PAYER))
    for depositor in (ALICE, BOB):
        room.do("deposit", 1_000, depositor, sender=depositor)
    room.do("pay_interest", 700, MEMO, sender=PAYER)
    room.do("approve", SPENDER, 1_000, sender=ALICE)
    room.do("transferFrom", ALICE, BOB, 1_000, sender=SPENDER)
    roles = {
        "depositor": ALICE,
        "other depositor": BOB,
        "payer": PAYER,
        "spender": SPENDER,
        "stranger": STRANGER,
        # The last to leave: it has what remains when nobody has a share any more.
        "operator": OPERATOR,
    }

    def worths(token: Placed, people: Iterable[bytes]) -> Mapping[object, Pot]:
        """What each holder's shares are worth; and interest that is on its way and fractions of units, which are
        nobody's before the end."""
        owners = frozenset({OPERATOR} if now() > room.read("ends") else ())
        each = {who: Pot(room.read("convertToAssets", room.read("balanceOf", who)), frozenset({who})) for who in people}
        shared = sum(pot.amount for pot in each.values())
        return {**each, "unshared": Pot(room.read("cash") - shared, owners)}

    def leave(pool: Placed, id: bytes) -> None:
        """What rounding leaves of an operator's own shares comes with a second exit."""
        for _ in range(2):
            if pool.read("held", id):
                pool.do("exit", id, sender=NOBODY)

    return Custody(
        contract=room.contract,
        token=room.token,
        # Whose the shares are, the pots say.
        parties=among((), [id_of(who) for who in [*roles.values(), NOBODY]]),
        pots=worths,
        roles=roles,
        hands_on=("approve",),
        slack=len(roles),
        leave=leave,
    )


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_the_depositors_and_at_the_end_the_operator_gains(mood: str) -> None:
    attacked = custody()
    attacked.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked)
