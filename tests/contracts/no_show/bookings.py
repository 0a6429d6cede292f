"""A guest, a venue with a key at its door, and a table of times."""

from tests.contracts.deal_room import DAY, HASH, STRANGER, Room
from tests.contracts.placed import now
from tests.contracts.signers import Signer

DOOR = Signer(21)
GUEST, VENUE = b"\xc1" * 20, DOOR.address
EVERYONE = [GUEST, VENUE, STRANGER]
BOOKED, CLOSED = 1, 2
CANCELLED, DECLINED, CAME, NO_SHOW = 1, 2, 3, 4
FEE, AHEAD, CONFIRM = 100_01, 10 * DAY, 3 * DAY
EARLY, LATE = 5 * DAY, 8 * DAY


def new_room() -> Room:
    return Room("no_show", (GUEST, VENUE))


def steps() -> list[tuple[int, int]]:
    """Free for five days, half for three more, then three quarters until a day before it starts."""
    return [(now() + EARLY, 0), (now() + LATE, 50_00), (now() + AHEAD - DAY, 75_00)]


def terms(room: Room, *, venue: bytes = VENUE, came: int = 20_00) -> list[object]:
    return [venue, room.token.address, FEE, now() + AHEAD, steps(), came, HASH]


def booked(room: Room, *, venue: bytes = VENUE, came: int = 20_00) -> bytes:
    id: bytes = room.do("book", *terms(room, venue=venue, came=came), sender=GUEST)
    return id
