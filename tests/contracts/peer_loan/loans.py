"""A borrower, a lender, a guarantor, and a loan in three instalments."""

from typing import Any

from tests.contracts.deal_room import DAY, HASH, TOKEN, Room
from tests.contracts.placed import now

BORROWER, LENDER, GUARANTOR = (bytes([0xC0 + number]) * 20 for number in range(3))
PARTIES = (BORROWER, LENDER, GUARANTOR)
COLLATERAL = b"\xb7" * 20
REQUESTED, PLEDGED, LIVE, CLOSED, DEFAULTED = 1, 2, 3, 4, 5
PRINCIPAL, TO_REPAY, INSTALMENTS, PLEDGE = 900, 1_000, 3, 600
TO_FUND, FIRST, PERIOD, GRACE = 7 * DAY, 30 * DAY, 30 * DAY, 5 * DAY


def new_room() -> Room:
    return Room("peer_loan", PARTIES)


def terms(**changes: Any) -> dict[str, Any]:
    return {
        "lender": LENDER,
        "pledger": GUARANTOR,
        "token": TOKEN,
        "principal": PRINCIPAL,
        "to_repay": TO_REPAY,
        "instalments": INSTALMENTS,
        "first_due": now() + FIRST,
        "period_seconds": PERIOD,
        "pledge_token": TOKEN,
        "pledge": PLEDGE,
        "fund_deadline": now() + TO_FUND,
        "terms_hash": HASH,
        **changes,
    }


def requested(room: Room, **changes: Any) -> bytes:
    id: bytes = room.do("request", tuple(terms(**changes).values()), sender=BORROWER)
    return id


def pledged(room: Room, **changes: Any) -> bytes:
    id = requested(room, **changes)
    room.do("pledge", id, sender=terms(**changes)["pledger"])
    return id


def live(room: Room, **changes: Any) -> bytes:
    id = pledged(room, **changes)
    room.do("fund", id, sender=LENDER)
    return id
