"""P-256 signatures: published vectors, plain Python's own, and the corners where implementations fail."""

import functools
import hashlib
import random
from pathlib import Path

import pytest

from contracts import Artifact, compile_file
from tests.contracts.passkeys import B, G, N, P, Passkey, Point, add, times
from tests.contracts.placed import Placed

GAS_OF_ONE = 450_000

# RFC 6979, A.2.5: key, messages and signatures with SHA-256.
RFC_KEY = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
RFC_SIGNATURES = {
    b"sample": (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    b"test": (
        0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
        0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
    ),
}


@pytest.fixture
def checker() -> Placed:
    return Placed(_checker_artifact(), b"\xc1" * 20)


@functools.cache
def _checker_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "p256_checker.vy")


def verified(checker: Placed, hashed: bytes, r: int, s: int, key: Point) -> bool:
    assert key is not None
    outcome = checker.attempt("verify", hashed, r, s, *key)
    assert outcome.accepted, outcome.words
    assert outcome.gas < GAS_OF_ONE
    return bool(outcome.result)


@pytest.mark.parametrize("message", RFC_SIGNATURES)
def test_the_vectors_of_rfc_6979(checker: Placed, message: bytes) -> None:
    key, hashed = Passkey(RFC_KEY).public, hashlib.sha256(message).digest()
    r, s = RFC_SIGNATURES[message]
    assert key == (
        0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
        0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
    )
    assert verified(checker, hashed, r, s, key)
    assert verified(checker, hashed, r, N - s, key)
    for changed in ((r ^ 1, s), (r, s ^ 1), (s, r), (r + N, s) if r + N < 2**256 else (r - 1, s)):
        assert not verified(checker, hashed, *changed, key)
    assert not verified(checker, hashlib.sha256(hashed).digest(), r, s, key)
    assert not verified(checker, hashed, r, s, Passkey(RFC_KEY + 1).public)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, N - 1, N - 2, N - 3, (N - 1) // 2, (N + 1) // 2, 2**255])
def test_keys_whose_multiples_meet_the_bases(checker: Placed, number: int) -> None:
    """Sums of equal and of opposite points, and the point at infinity, all in the table and on the way."""
    passkey = Passkey(number)
    for nonce in (0, 1, 2, N - 1):
        r, s = passkey.sign_hash(b"\x5a" * 32, nonce=nonce)
        assert verified(checker, b"\x5a" * 32, r, s, passkey.public) == (s != 0)


@pytest.mark.parametrize("seed", range(4))
def test_random_keys_and_hashes(checker: Placed, seed: int) -> None:
    draw = random.Random(seed)
    passkey, hashed = Passkey(draw.randrange(1, N)), draw.randbytes(32)
    r, s = passkey.sign_hash(hashed)
    assert verified(checker, hashed, r, s, passkey.public)
    assert not verified(checker, draw.randbytes(32), r, s, passkey.public)


@pytest.mark.parametrize("hashed", [bytes(32), b"\xff" * 32, N.to_bytes(32, "big"), (N + 1).to_bytes(32, "big")])
def test_hashes_at_the_order_and_at_zero(checker: Placed, hashed: bytes) -> None:
    r, s = Passkey(77).sign_hash(hashed)
    assert verified(checker, hashed, r, s, Passkey(77).public)


def test_an_x_above_the_order_counts_as_its_remainder(checker: Placed) -> None:
    """Such points are too rare to meet: one is made, and the key that fits it computed backwards."""
    x = next(x for x in range(N, P) if pow(x**3 - 3 * x + B, (P - 1) // 2, P) == 1)
    point = (x, pow(x**3 - 3 * x + B, (P + 1) // 4, P))
    r, s, z = x - N, 12_345, 67_890
    inverse = pow(s, -1, N)
    without_g = add(point, times(-z * inverse, G))
    key = times(pow(r * inverse, -1, N), without_g)
    assert verified(checker, z.to_bytes(32, "big"), r, s, key)
    assert not verified(checker, z.to_bytes(32, "big"), r + 1, s, key)


def test_a_sum_at_infinity_is_no_signature(checker: Placed) -> None:
    number, r = 99, 1_234
    z = -r * number % N
    assert not verified(checker, z.to_bytes(32, "big"), r, 7, Passkey(number).public)


@pytest.mark.parametrize(
    "change", [{"r": 0}, {"s": 0}, {"r": N}, {"s": N}, {"s": 2**256 - 1}, {"x": 0}, {"y": 0}, {"x": P}, {"y": P}]
)
def test_numbers_out_of_range_are_refused(checker: Placed, change: dict[str, int]) -> None:
    r, s = Passkey(77).sign_hash(b"\1" * 32)
    x, y = Passkey(77).public
    given = {"r": r, "s": s, "x": x, "y": y, **change}
    assert not verified(checker, b"\1" * 32, given["r"], given["s"], (given["x"], given["y"]))


def test_a_point_off_the_curve_is_no_key(checker: Placed) -> None:
    r, s = Passkey(77).sign_hash(b"\1" * 32)
    x, y = Passkey(77).public
    assert not verified(checker, b"\1" * 32, r, s, (x, y + 1))
    assert not verified(checker, b"\1" * 32, r, s, (0, 0))
