"""A creator, an owner who is not the creator, a buyer, and a market."""

from tests.contracts.deal_room import DAY, HASH, Room
from tests.contracts.placed import now

CREATOR, SELLER, BUYER, MARKET, RIVAL = (bytes([0xC0 + number]) * 20 for number in range(5))
PARTIES = (CREATOR, SELLER, BUYER, MARKET, RIVAL)
TERM, PRICE = 7 * DAY, 1_000_01
ROYALTY, FEE = 7_50, 2_50
OPEN = 1
ANYONE = bytes(20)


def new_room() -> Room:
    return Room("royalty_sale", PARTIES, MARKET, FEE)


def number(id: bytes) -> int:
    return int.from_bytes(id, "big")


def owned(room: Room, *, royalty: int = ROYALTY, owner: bytes = SELLER) -> bytes:
    """A work by CREATOR that `owner` has."""
    id: bytes = room.do("register", royalty, HASH, sender=CREATOR)
    if owner != CREATOR:
        room.do("transferFrom", CREATOR, owner, number(id), sender=CREATOR)
    return id


def offered(room: Room, *, price: int = PRICE, buyer: bytes = ANYONE, royalty: int = ROYALTY) -> bytes:
    id = owned(room, royalty=royalty)
    room.do("offer", id, buyer, room.token.address, price, now() + TERM, sender=SELLER)
    return id
