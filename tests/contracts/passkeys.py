"""P-256 in plain Python, as secure elements do it: slow, and independent of the contract's way of computing.

Affine coordinates and one bit at a time. https://csrc.nist.gov/pubs/fips/186-5/final
"""

import functools
import hashlib
from dataclasses import dataclass

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

Point = tuple[int, int] | None
"""None is the point at infinity."""

G: Point = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(scalar: int, point: Point) -> Point:
    product: Point = None
    for bit in bin(scalar % N)[2:]:
        product = add(product, product)
        if bit == "1":
            product = add(product, point)
    return product


@dataclass(frozen=True)
class Passkey:
    """A device's P-256 key; `number` is the key itself."""

    number: int

    @property
    def public(self) -> tuple[int, int]:
        return _public(self.number)

    def sign_hash(self, hashed: bytes, *, nonce: int = 0) -> tuple[int, int]:
        """(r, s) of a 32-byte hash. The nonce, if none is given, is derived from key and hash."""
        z = int.from_bytes(hashed, "big")
        seed = hashlib.sha256(self.number.to_bytes(32, "big") + hashed).digest()
        k = nonce or int.from_bytes(seed, "big") % N
        point = times(k, G)
        assert point is not None
        r = point[0] % N
        return r, pow(k, -1, N) * (z + r * self.number) % N

    def sign(self, digest: bytes) -> bytes:
        """As a secure element signs a message of 32 bytes: r and s over SHA-256 of it."""
        r, s = self.sign_hash(hashlib.sha256(digest).digest())
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@functools.cache
def _public(number: int) -> tuple[int, int]:
    point = times(number, G)
    assert point is not None
    return point
