"""A driver with a tag, and a road's operator."""

from tests.contracts.deal_room import DAY, TOKEN, Room
from tests.contracts.placed import now
from tests.contracts.signers import Signer

TAG, NEXT_TAG = Signer(41), Signer(42)
DRIVER, OPERATOR = b"\xc1" * 20, b"\xc2" * 20
PARTIES = (DRIVER, OPERATOR)
OPEN, CLOSED = 1, 2
PASSAGE_CAP, DAY_CAP, DEPOSIT = 100, 250, 1_000
TERM, BRING = 30 * DAY, 3 * DAY
GANTRY = b"A1 km 12".ljust(32, b"\0")


def new_room() -> Room:
    return Room("toll", PARTIES)


def terms() -> list[object]:
    return [OPERATOR, TOKEN, TAG.address, PASSAGE_CAP, DAY_CAP, now() + TERM, DEPOSIT]


def opened(room: Room) -> bytes:
    id: bytes = room.do("open", *terms(), sender=DRIVER)
    return id


def passed(room: Room, id: bytes, amount: int, at: int, tag: Signer = TAG, gantry: bytes = GANTRY) -> list[object]:
    """What `charge` takes."""
    return [id, gantry, amount, at, tag.sign(room.read("passage_digest", id, gantry, amount, at))]
