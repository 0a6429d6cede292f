"""A pool that ends in a year, two depositors, somebody who pays interest, and an operator."""

from contracts import load
from tests.contracts.currency import MINTER, place_currency
from tests.contracts.deal_room import CONTRACT, DAY, HASH, TOKEN, Room
from tests.contracts.placed import Placed, now

ALICE, BOB, PAYER, OPERATOR = (bytes([0xC0 + number]) * 20 for number in range(4))
PARTIES = (ALICE, BOB, PAYER, OPERATOR)
LOANS = b"\xb8" * 20
"""A contract that holds shares for others."""
TERM, WEEK = 365 * DAY, 7 * DAY
MEMO = b"\4" * 32
SHARES = 1_000
"""Of each unit in a fresh pool."""


def arguments() -> tuple[object, ...]:
    return "Pool shares", "POOL", TOKEN, OPERATOR, now() + TERM


def new_room(parties: tuple[bytes, ...] = PARTIES) -> Room:
    return Room("liquidity_pool", parties, *arguments())


def placed_in_currency() -> tuple[Placed, Placed]:
    """The currency and a pool in it; Alice and Bob have ten units in."""
    currency = place_currency(TOKEN, custodians=(CONTRACT,))
    pool = Placed(load("liquidity_pool"), CONTRACT, *arguments())
    for who in (ALICE, BOB):
        currency.do("mint", who, 10, sender=MINTER)
        currency.do("approve", CONTRACT, 10, sender=who)
        pool.do("deposit", 10, who, sender=who)
    return currency, pool


def id_of(account: bytes) -> bytes:
    return account.rjust(32, b"\0")


def pledge_shares(pool: Placed, loans: Placed, owner: bytes, shares: int, *, lender: bytes, until: int) -> bytes:
    """For a loan in the pool's money, which the lender may fund until then; its id."""
    terms = (lender, owner, TOKEN, 100, 100, 1, until + DAY, DAY, CONTRACT, shares, until, HASH)
    id: bytes = loans.do("request", terms, sender=owner)
    pool.do("approve", loans.address, shares, sender=owner)
    loans.do("pledge", id, sender=owner)
    return id
