"""A customer, a utility, and a meter with a key."""

from typing import Any

from tests.contracts.deal_room import DAY, HASH, TOKEN, Room
from tests.contracts.placed import now
from tests.contracts.signers import Signer

METER = Signer(31)
CUSTOMER, UTILITY = b"\xc1" * 20, b"\xc2" * 20
PARTIES = (CUSTOMER, UTILITY)
OPEN, CLOSED = 1, 2
TARIFF, CAP, PERIOD, TERM, SETTLE = 3, 300, 30 * DAY, 90 * DAY, 7 * DAY
FIRST, DEPOSIT = 5_000, 1_000


def new_room() -> Room:
    return Room("metered_utility", PARTIES)


def terms(**changes: Any) -> dict[str, Any]:
    return {
        "utility": UTILITY,
        "meter": METER.address,
        "token": TOKEN,
        "tariff": TARIFF,
        "cap": CAP,
        "period_seconds": PERIOD,
        "ends": now() + TERM,
        "first_reading": FIRST,
        "terms_hash": HASH,
        **changes,
    }


def opened(room: Room, deposit: int = DEPOSIT, **changes: Any) -> bytes:
    id: bytes = room.do("open", tuple(terms(**changes).values()), deposit, sender=CUSTOMER)
    return id


def signed(room: Room, id: bytes, reading: int, at: int, signer: Signer = METER) -> list[object]:
    """What `charge` takes."""
    return [id, reading, at, signer.sign(room.read("reading_digest", id, reading, at))]
