"""A guest, a hotel and an arbiter."""

from tests.contracts.deal_room import DAY, HASH, Room
from tests.contracts.placed import now

GUEST, HOTEL, ARBITER = (bytes([0xC0 + number]) * 20 for number in range(3))
OPEN, CLAIMED, CONTESTED, CLOSED = 1, 2, 3, 4
DEPOSIT, NIGHTS, ANSWER, RULING = 300_00, 3 * DAY, 7 * DAY, 30 * DAY


def new_room() -> Room:
    return Room("hotel_deposit", (GUEST, HOTEL, ARBITER))


def terms(room: Room) -> list[object]:
    return [HOTEL, ARBITER, room.token.address, DEPOSIT, now() + NIGHTS, ANSWER, HASH]


def booked(room: Room) -> bytes:
    id: bytes = room.do("open", *terms(room), sender=GUEST)
    return id
