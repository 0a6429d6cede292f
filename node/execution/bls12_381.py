"""The BLS12-381 precompiles over arkworks: EIP-2537, and the point evaluation of EIP-4844.

In EIP-2537 an element of the field is 64 bytes, a scalar 32.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, TypeVar

from eth.precompiles.bls12_381.constants import (
    G1_MSM_DISCOUNTS,
    G1_MSM_MAX_DISCOUNT,
    G2_MSM_DISCOUNTS,
    G2_MSM_MAX_DISCOUNT,
)
from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from node.execution.errors import PrecompileFailed

FIELD_MODULUS: Final = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
GROUP_ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
FIELD_ELEMENTS_PER_BLOB: Final = 4096
CEREMONY_TAU_G2: Final = G2Point.from_compressed_bytes(
    bytes.fromhex(
        "b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72"
        "185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2"
    )
)
"""The secret of the KZG ceremony (EIP-4844) times the generator: all that checking a proof needs of its setup."""

FIELD_BYTES: Final = 64
G1_BYTES: Final = 2 * FIELD_BYTES
G2_BYTES: Final = 4 * FIELD_BYTES
G1_PAIR_BYTES: Final = G1_BYTES + 32
G2_PAIR_BYTES: Final = G2_BYTES + 32
_PADDING: Final = 16
"""An element is 48 bytes; the EIP pads it to two words."""

P = TypeVar("P", G1Point, G2Point)


def point_evaluation(data: bytes) -> bytes:
    """0x0a: p(z) = y for the polynomial p committed to. ckzg gives the same, after seconds of loading its tables."""
    _expect_length(data, 192)
    if b"\x01" + sha256(data[96:144]).digest()[1:] != data[:32]:
        raise PrecompileFailed("the commitment is not that of the versioned hash")
    z, y = _reduced_scalar(data[32:64]), _reduced_scalar(data[64:96])
    commitment, proof = _compressed_g1(data[96:144]), _compressed_g1(data[144:])
    # e(C - y G1, G2) = e(proof, tau G2 - z G2)
    left, right = commitment - G1Point() * y, CEREMONY_TAU_G2 - G2Point() * z
    if not GT.pairing_check([left, proof], [-G2Point(), right]):
        raise PrecompileFailed("the proof does not hold")
    return FIELD_ELEMENTS_PER_BLOB.to_bytes(32, "big") + GROUP_ORDER.to_bytes(32, "big")


def g1_add(data: bytes) -> bytes:
    _expect_length(data, 2 * G1_BYTES)
    return _encode(_g1(data[:G1_BYTES]) + _g1(data[G1_BYTES:]))


def g2_add(data: bytes) -> bytes:
    _expect_length(data, 2 * G2_BYTES)
    return _encode(_g2(data[:G2_BYTES]) + _g2(data[G2_BYTES:]))


def g1_msm(data: bytes) -> bytes:
    pairs = [(_in_subgroup(_g1(part[:G1_BYTES])), _scalar(part[G1_BYTES:])) for part in _parts(data, G1_PAIR_BYTES)]
    return _encode(G1Point.multiexp_unchecked([point for point, _ in pairs], [scalar for _, scalar in pairs]))


def g2_msm(data: bytes) -> bytes:
    pairs = [(_in_subgroup(_g2(part[:G2_BYTES])), _scalar(part[G2_BYTES:])) for part in _parts(data, G2_PAIR_BYTES)]
    return _encode(G2Point.multiexp_unchecked([point for point, _ in pairs], [scalar for _, scalar in pairs]))


def pairing(data: bytes) -> bytes:
    firsts, seconds = [], []
    for part in _parts(data, G1_BYTES + G2_BYTES):
        firsts.append(_in_subgroup(_g1(part[:G1_BYTES])))
        seconds.append(_in_subgroup(_g2(part[G1_BYTES:])))
    return int(GT.pairing_check(firsts, seconds)).to_bytes(32, "big")


def map_fp_to_g1(data: bytes) -> bytes:
    _expect_length(data, FIELD_BYTES)
    return _encode(G1Point.map_from_fp_be(_elements(data)))


def map_fp2_to_g2(data: bytes) -> bytes:
    _expect_length(data, 2 * FIELD_BYTES)
    return _encode(G2Point.map_from_fp2_be(_elements(data)))


def g1_msm_gas(data: bytes) -> int:
    return _msm_gas(len(data) // G1_PAIR_BYTES, 12_000, G1_MSM_DISCOUNTS, G1_MSM_MAX_DISCOUNT)


def g2_msm_gas(data: bytes) -> int:
    return _msm_gas(len(data) // G2_PAIR_BYTES, 22_500, G2_MSM_DISCOUNTS, G2_MSM_MAX_DISCOUNT)


def pairing_gas(data: bytes) -> int:
    return 37_700 + 32_600 * (len(data) // (G1_BYTES + G2_BYTES))


def _msm_gas(pairs: int, price: int, discounts: Sequence[int], last: int) -> int:
    if pairs == 0:
        return 0
    discount = discounts[pairs - 1] if pairs <= len(discounts) else last
    return pairs * price * discount // 1000


def _expect_length(data: bytes, length: int) -> None:
    if len(data) != length:
        raise PrecompileFailed(f"{len(data)} bytes, expected {length}")


def _parts(data: bytes, length: int) -> list[bytes]:
    if not data or len(data) % length:
        raise PrecompileFailed(f"{len(data)} bytes, expected a multiple of {length}")
    return [data[at : at + length] for at in range(0, len(data), length)]


def _elements(data: bytes) -> bytes:
    """The field elements in `data` without their padding, each below the modulus."""
    elements = []
    for at in range(0, len(data), FIELD_BYTES):
        element = data[at : at + FIELD_BYTES]
        if int.from_bytes(element, "big") >= FIELD_MODULUS:
            raise PrecompileFailed("a field element is not below the modulus")
        elements.append(element[_PADDING:])
    return b"".join(elements)


def _g1(data: bytes) -> G1Point:
    elements = _elements(data)
    return _on_curve(G1Point.from_xy_bytes_unchecked_be, elements) if any(elements) else G1Point.identity()


def _g2(data: bytes) -> G2Point:
    elements = _elements(data)
    return _on_curve(G2Point.from_xy_bytes_unchecked_be, elements) if any(elements) else G2Point.identity()


def _on_curve(read: Callable[[bytes], P], elements: bytes) -> P:
    try:
        return read(elements)
    except ValueError as error:
        raise PrecompileFailed(f"not a point of the curve: {error}") from error


def _in_subgroup(point: P) -> P:
    if not point.is_in_subgroup():
        raise PrecompileFailed("a point outside the subgroup")
    return point


def _compressed_g1(data: bytes) -> G1Point:
    """Canonical bytes only: arkworks itself takes whatever carries the flag of infinity for infinity."""
    try:
        point = G1Point.from_compressed_bytes(data)
    except ValueError as error:
        raise PrecompileFailed(f"not a point of the subgroup: {error}") from error
    if point.to_compressed_bytes() != data:
        raise PrecompileFailed("not the canonical bytes of a point")
    return point


def _reduced_scalar(data: bytes) -> Scalar:
    if int.from_bytes(data, "big") >= GROUP_ORDER:
        raise PrecompileFailed("a scalar is not below the order of the group")
    return Scalar.from_be_bytes(data)


def _scalar(data: bytes) -> Scalar:
    return Scalar.from_be_bytes_mod_order(data)


def _encode(point: G1Point | G2Point) -> bytes:
    raw = point.to_xy_bytes_be()
    return b"".join(bytes(_PADDING) + raw[at : at + 48] for at in range(0, len(raw), 48))
