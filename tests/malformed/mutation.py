"""Damage, drawn from a seeded source: to bytes, to lengths, to the structure of RLP."""

from random import Random
from typing import Final

from node.primitives.errors import RlpError
from node.primitives.rlp import Decoded, Item, decode, encode, encode_int

ODD: Final[tuple[Item, ...]] = (
    b"", b"\0", b"\1", b"\xff" * 8, b"\xff" * 32, b"\xff" * 33, bytes(31), bytes(65), bytes(300), [], [[]], [b""] * 5,
    encode_int(2**63), encode_int(2**64 - 1), encode_int(2**64),
)  # fmt: skip


def mutated(random: Random, payload: bytes, limit: int) -> bytes:
    """`payload` with one to three things wrong, at most `limit` bytes."""
    for _ in range(random.choice((1, 1, 2, 3))):
        payload = damaged_structure(random, payload) if random.random() < 0.5 else damaged_bytes(random, payload)
    return payload[:limit]


def damaged_bytes(random: Random, payload: bytes) -> bytes:
    data = bytearray(payload)
    at = random.randrange(len(data) + 1)
    match random.randrange(7):
        case 0 if data:
            data[at % len(data)] ^= 1 << random.randrange(8)
        case 1 if data:
            data[at % len(data)] = random.choice((0x00, 0x7F, 0x80, 0xB7, 0xB8, 0xBF, 0xC0, 0xF7, 0xF8, 0xFF))
        case 2:
            del data[at:]
        case 3:
            data[at:at] = random.randbytes(random.randint(1, 40))
        case 4:
            del data[at : at + random.randint(1, 40)]
        case 5:
            data += data[: random.randrange(len(data) + 1)]
        case _:
            data = bytearray(random.randbytes(random.randrange(100)))
    return bytes(data)


def damaged_structure(random: Random, payload: bytes) -> bytes:
    """Well-formed RLP that says something else; other bytes where it is none."""
    try:
        item = decode(payload)
    except RlpError:
        return damaged_bytes(random, payload)
    return encode(_otherwise(random, item))


def _otherwise(random: Random, item: Decoded) -> Item:
    """`item` with one thing in it replaced, dropped, doubled, moved or wrapped."""
    if not isinstance(item, list) or not item or random.random() < 0.1:
        return _replaced(random, item)
    items: list[Item] = list(item)
    at, other = random.randrange(len(items)), random.randrange(len(items))
    match random.randrange(8):
        case 0:
            del items[at]
        case 1:
            items.insert(at, items[other])
        case 2:
            items[at], items[other] = items[other], items[at]
        case 3:
            items[at] = [items[at]]
        case _:
            items[at] = _otherwise(random, item[at])
    return items


def _replaced(random: Random, item: Decoded) -> Item:
    if isinstance(item, bytes) and item and random.random() < 0.5:
        return damaged_bytes(random, item)
    return random.choice(ODD)
