"""The 2048-bit log bloom (Yellow Paper 4.3.1)."""

from collections.abc import Iterable

from node.primitives.hashing import keccak

BLOOM_LENGTH = 256


def bloom_of(entries: Iterable[bytes]) -> bytes:
    """The bloom, 256 bytes, in which each of `entries` (addresses and topics) is set."""
    bits = 0
    for entry in set(entries):
        digest = keccak(entry)
        for offset in (0, 2, 4):
            bits |= 1 << (int.from_bytes(digest[offset : offset + 2], "big") & 2047)
    return bits.to_bytes(BLOOM_LENGTH, "big")


def bloom_union(blooms: Iterable[bytes]) -> bytes:
    bits = 0
    for bloom in blooms:
        bits |= int.from_bytes(bloom, "big")
    return bits.to_bytes(BLOOM_LENGTH, "big")


def may_contain(bloom: bytes, entry: bytes) -> bool:
    wanted = int.from_bytes(bloom_of((entry,)), "big")
    return int.from_bytes(bloom, "big") & wanted == wanted
