"""Compiled precompiles give py-evm's bytes, for good inputs and for bad ones."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b, sha256
from importlib.resources import files
from typing import Any

import pytest
from coincurve import PrivateKey
from eth.exceptions import VMError
from eth.vm.forks.prague.computation import PragueComputation
from py_arkworks_bls12381 import G1Point, Scalar
from py_ecc import optimized_bls12_381 as bls
from py_ecc import optimized_bn128 as bn

from node.execution.bls12_381 import CEREMONY_TAU_G2
from node.execution.errors import PrecompileFailed
from node.execution.precompiles import modexp, modexp_gas, precompiles
from node.primitives.keys import SECP256K1_N

OURS = precompiles()
THEIRS = PragueComputation.get_precompiles()
PLENTY = 10**12
FAILED = None

Make = Callable[[random.Random], bytes]


class _Input:
    """What py-evm's precompiles ask of a computation."""

    def __init__(self, data: bytes) -> None:
        self.msg = self
        self.data = self.data_as_bytes = data
        self.output = b""
        self.gas = 0

    def consume_gas(self, amount: int, reason: str = "") -> None:
        self.gas += amount


def word(value: Any, size: int = 32) -> bytes:
    return int(value).to_bytes(size, "big")


def bn_g1(rng: random.Random) -> bytes:
    x, y = bn.normalize(bn.multiply(bn.G1, rng.randrange(1, bn.curve_order)))
    return word(x) + word(y)


def bn_g2(rng: random.Random) -> bytes:
    x, y = bn.normalize(bn.multiply(bn.G2, rng.randrange(1, bn.curve_order)))
    return b"".join(word(part) for point in (x, y) for part in reversed(point.coeffs))


def bls_g1(rng: random.Random) -> bytes:
    x, y = bls.normalize(bls.multiply(bls.G1, rng.randrange(1, bls.curve_order)))
    return word(x, 64) + word(y, 64)


def bls_g2(rng: random.Random) -> bytes:
    x, y = bls.normalize(bls.multiply(bls.G2, rng.randrange(1, bls.curve_order)))
    return b"".join(word(part, 64) for point in (x, y) for part in point.coeffs)


def signature(rng: random.Random) -> bytes:
    digest = rng.randbytes(32)
    raw = PrivateKey(rng.randbytes(32)).sign_recoverable(digest, hasher=None)
    s, parity = int.from_bytes(raw[32:64], "big"), raw[64]
    if rng.random() < 0.5:
        s, parity = SECP256K1_N - s, 1 - parity
    return digest + word(27 + parity) + raw[:32] + word(s)


def exponentiation(rng: random.Random) -> bytes:
    lengths = [rng.randrange(1, 40) for _ in range(3)]
    return b"".join(word(length) for length in lengths) + rng.randbytes(rng.randrange(sum(lengths) + 5))


def compression(rng: random.Random) -> bytes:
    return word(rng.randrange(20), 4) + rng.randbytes(208) + bytes([rng.choice((0, 1, 1, 2))])


def element(rng: random.Random) -> int:
    return rng.choice((0, 1, bls.field_modulus - 1, bls.field_modulus, rng.randrange(bls.field_modulus)))


@dataclass(frozen=True)
class Case:
    number: int
    make: Make
    tries: int = 10
    """py-evm's pairings and products take a large part of a second each."""


CASES = {
    "ecrecover": Case(1, signature),
    "ripemd160": Case(3, lambda rng: rng.randbytes(rng.randrange(200))),
    "modexp": Case(5, exponentiation, 60),
    "bn128 add": Case(6, lambda rng: bn_g1(rng) + bn_g1(rng)),
    "bn128 mul": Case(7, lambda rng: bn_g1(rng) + rng.randbytes(32)),
    "bn128 pairing": Case(8, lambda rng: b"".join(bn_g1(rng) + bn_g2(rng) for _ in range(rng.randrange(3))), 3),
    "blake2f": Case(9, compression, 60),
    "bls12 g1 add": Case(11, lambda rng: bls_g1(rng) + bls_g1(rng)),
    "bls12 g1 msm": Case(12, lambda rng: b"".join(bls_g1(rng) + rng.randbytes(32) for _ in range(2)), 6),
    "bls12 g2 add": Case(13, lambda rng: bls_g2(rng) + bls_g2(rng), 4),
    "bls12 g2 msm": Case(14, lambda rng: bls_g2(rng) + rng.randbytes(32), 4),
    "bls12 pairing": Case(15, lambda rng: bls_g1(rng) + bls_g2(rng), 2),
    "bls12 map to g1": Case(16, lambda rng: word(element(rng), 64)),
    "bls12 map to g2": Case(17, lambda rng: word(element(rng), 64) + word(element(rng), 64), 4),
}


def mutate(rng: random.Random, data: bytes) -> bytes:
    kind = rng.randrange(5)
    if kind == 0 and data:
        at = rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if kind == 1:
        return data[: rng.randrange(len(data) + 1)]
    if kind == 2:
        return data + rng.randbytes(rng.randrange(1, 40))
    return bytes(len(data)) if kind == 3 else b""


def theirs(number: int, data: bytes) -> tuple[bytes, int] | None:
    computation = _Input(data)
    try:
        THEIRS[number.to_bytes(20, "big")](computation)  # type: ignore[index,arg-type]  # bytes, and what it asks for
    except VMError:
        return FAILED
    return computation.output, computation.gas


def ours(number: int, data: bytes) -> tuple[bytes, int] | None:
    precompile = OURS[number]
    try:
        return precompile.run(data), precompile.gas(data)
    except PrecompileFailed:
        return FAILED


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))])
@pytest.mark.parametrize("name", CASES)
def test_bytes_and_gas_are_py_evms(name: str, seed: int) -> None:
    """Every other input is broken somehow. The failing seed is in the test's name, the input in the message."""
    case = CASES[name]
    rng = random.Random(f"{name}{seed}")
    for attempt in range(case.tries):
        data = case.make(rng) if attempt % 2 == 0 else mutate(rng, case.make(rng))
        if case.number == 5 and modexp_gas(data) > PLENTY:
            continue
        assert ours(case.number, data) == theirs(case.number, data), data.hex()


CEREMONY_TAU_G1 = "ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81"


def test_ecrecover_reads_zeros_past_the_end() -> None:
    rng = random.Random("zeros")
    data = next(found for found in iter(lambda: signature(rng), b"") if found.endswith(b"\0"))
    assert ours(1, data[:-1]) == ours(1, data) == theirs(1, data[:-1])
    assert ours(1, data) != (b"", 3_000)


POINT_OUTSIDE_G1 = word(0, 64) + word(2, 64)
"""On y² = x³ + 4, but not in the subgroup of prime order."""


@pytest.mark.parametrize(("number", "data"), [(12, POINT_OUTSIDE_G1 + word(1)), (15, POINT_OUTSIDE_G1 + bytes(256))])
def test_a_point_outside_the_subgroup_multiplies_and_pairs_with_nothing(number: int, data: bytes) -> None:
    assert ours(number, data) is theirs(number, data) is FAILED


def test_a_point_outside_the_subgroup_may_be_added() -> None:
    data = POINT_OUTSIDE_G1 * 2
    assert ours(11, data) == theirs(11, data) != FAILED


def negated(point: bytes, modulus: int, size: int) -> bytes:
    """The same point with the other y; both halves of `point` are coordinates of one or two elements."""
    half = len(point) // 2
    y = (-int.from_bytes(point[at : at + size], "big") % modulus for at in range(half, len(point), size))
    return point[:half] + b"".join(word(part, size) for part in y)


RNG = random.Random("edges")
P, Q = bn_g1(RNG), bls_g1(RNG)
R, S = bn_g2(RNG), bls_g2(RNG)
MINUS_P, MINUS_Q = negated(P, bn.field_modulus, 32), negated(Q, bls.field_modulus, 64)
MINUS_S = negated(S, bls.field_modulus, 64)
ORDER, BIG = word(bls.curve_order), b"\xff" * 32
EDGES = {
    "bn add twice": (6, P + P),
    "bn add opposite": (6, P + MINUS_P),
    "bn add nothing": (6, P + bytes(64)),
    "bn mul order": (7, P + word(bn.curve_order)),
    "bn mul nothing": (7, bytes(64) + BIG),
    "bn coordinate at the modulus": (6, word(bn.field_modulus) + word(2) + bytes(64)),
    "bn pairing opposite": (8, P + R + MINUS_P + R),
    "bn pairing nothing": (8, bytes(64) + R + P + bytes(128)),
    "bls g1 twice": (11, Q + Q),
    "bls g1 opposite": (11, Q + MINUS_Q),
    "bls g1 nothing": (11, Q + bytes(128)),
    "bls g1 msm of the order": (12, Q + ORDER + Q + BIG),
    "bls g1 msm of nothing": (12, bytes(128) + BIG + Q + bytes(32)),
    "bls g2 twice": (13, S + S),
    "bls g2 opposite": (13, S + MINUS_S),
    "bls g2 msm of the order": (14, S + ORDER + bytes(256) + BIG),
    "bls pairing opposite": (15, Q + S + MINUS_Q + S),
    "bls pairing nothing": (15, bytes(128) + S + Q + bytes(256)),
    "bls padding": (11, b"\x01" + Q[1:] + Q),
}


@pytest.mark.parametrize("name", EDGES)
def test_points_at_the_edge(name: str) -> None:
    number, data = EDGES[name]
    assert ours(number, data) == theirs(number, data)


def test_nothing_to_the_power_of_nothing_is_one() -> None:
    """EIP-198 has 0 ** 0 = 1; py-evm answers 0 when the base has no bytes."""
    assert modexp(word(0) + word(0) + word(1) + b"\x05") == b"\x01"
    assert modexp(word(0) + word(1) + word(2) + b"\x00" + b"\x00\x05") == b"\x00\x01"
    assert modexp(word(0) + word(1) + word(1) + b"\x03" + b"\x05") == b"\x00"
    assert modexp(word(0) + word(0) + word(1) + b"\x01") == b"\x00"
    assert modexp(b"") == b""


@pytest.mark.parametrize("missing", range(0, 97, 8))
def test_modexp_reads_zeros_past_the_end(missing: int) -> None:
    data = word(32) + word(32) + word(32) + word(3) + word(5) + word(1_000)
    cut = data[: len(data) - missing]
    padded = cut + bytes(missing)
    assert modexp(cut) == modexp(padded)
    assert modexp_gas(cut) == modexp_gas(padded)


def test_blake2f_of_twelve_rounds_is_blake2b() -> None:
    """A whole hash of one block, against hashlib (RFC 7693, appendix A)."""
    words = (
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    )
    state = b"".join(
        (value ^ (0x01010040 if index == 0 else 0)).to_bytes(8, "little") for index, value in enumerate(words)
    )
    data = word(12, 4) + state + b"abc".ljust(128, b"\0") + (3).to_bytes(8, "little") + bytes(8) + b"\x01"
    assert OURS[9].run(data) == blake2b(b"abc").digest()


def kzg_input(commitment: bytes, z: int, y: int, proof: bytes) -> bytes:
    return b"\x01" + sha256(commitment).digest()[1:] + word(z) + word(y) + commitment + proof


def test_kzg_proofs_of_a_constant_and_of_a_line() -> None:
    """p(x) = 7 has the proof 0; p(x) = x is committed to by tau G1, and (p(x) - p(z)) / (x - z) = 1."""
    run = OURS[10].run
    constant, infinity = (G1Point() * Scalar(7)).to_compressed_bytes(), G1Point.identity().to_compressed_bytes()
    line, one = bytes.fromhex(CEREMONY_TAU_G1), G1Point().to_compressed_bytes()
    answer = word(4096) + word(bls.curve_order)
    assert run(kzg_input(constant, 123, 7, infinity)) == answer
    assert run(kzg_input(line, 123, 123, one)) == answer
    good = kzg_input(line, 123, 123, one)
    for broken in (
        good[:-1],
        good + b"\0",
        bytes(32) + good[32:],
        kzg_input(line, 123, 124, one),
        kzg_input(line, 124, 123, one),
        kzg_input(line, 123, 123, infinity),
        kzg_input(constant, 123 + bls.curve_order, 7, infinity),
        kzg_input(constant, 123, 7 + bls.curve_order, infinity),
        kzg_input(constant, 123, 7, bytes(48)),
        kzg_input(bytes(48), 123, 7, infinity),
        kzg_input(constant, 123, 7, b"\xe0" + infinity[1:]),
        kzg_input(constant, 123, 7, infinity[:-1] + b"\x01"),
        kzg_input(constant, 123, 7, b"\xc0" + one[1:]),
    ):
        with pytest.raises(PrecompileFailed):
            run(broken)


def test_the_ceremony_is_the_one_that_py_evm_ships() -> None:
    """Its file has two counts, 4,096 points of G1 (Lagrange), 65 of G2 and 4,096 of G1, powers of the secret."""
    lines = files("eth").joinpath("_utils", "kzg_trusted_setup.txt").read_text().split()
    assert CEREMONY_TAU_G2.to_compressed_bytes().hex() == lines[2 + 4096 + 1]
    assert lines[2 + 4096 + 65 + 1] == CEREMONY_TAU_G1


def test_every_compiled_precompile_is_there() -> None:
    """A missing library would leave py-evm's own: equal, but minutes for a block."""
    assert set(OURS) == {1, 3, *range(5, 18)}
