"""A pool that ends in a year, two depositors, somebody who pays interest, and an operator."""

from tests.contracts.deal_room import DAY, TOKEN, Room
from tests.contracts.placed import now

ALICE, BOB, PAYER, OPERATOR = (bytes([0xC0 + number]) * 20 for number in range(4))
PARTIES = (ALICE, BOB, PAYER, OPERATOR)
TERM, WEEK = 365 * DAY, 7 * DAY
MEMO = b"\4" * 32
SHARES = 1_000
"""Of each unit in a fresh pool."""


def arguments() -> tuple[object, ...]:
    return "Pool shares", "POOL", TOKEN, OPERATOR, now() + TERM


def new_room(parties: tuple[bytes, ...] = PARTIES) -> Room:
    return Room("liquidity_pool", parties, *arguments())


def id_of(account: bytes) -> bytes:
    return account.rjust(32, b"\0")
