"""Precompiled contracts from compiled libraries: bytes in, bytes out, or PrecompileFailed.

py-evm has them all in Python, some of which would take minutes for one block's gas. What is here gives the same
bytes (tests hold it against py-evm's); a library that is not installed leaves py-evm's own in place, slower but
equal. pyrevm is called at a precompile's address only, in a machine made for that one call: it never sees a state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from Crypto.Hash import RIPEMD160

from node.execution.errors import PrecompileFailed
from node.primitives.errors import InvalidSignature
from node.primitives.keys import SECP256K1_N, recover_any_s
from node.primitives.types import Hash32

Run = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Precompile:
    gas: Callable[[bytes], int]
    run: Run


def ecrecover(data: bytes) -> bytes:
    """0x01. Whatever recovers to nobody gives nothing."""
    data = data[:128].ljust(128, b"\0")
    v = int.from_bytes(data[32:64], "big")
    r, s = int.from_bytes(data[64:96], "big"), int.from_bytes(data[96:], "big")
    if v not in (27, 28) or not 0 < r < SECP256K1_N or not 0 < s < SECP256K1_N:
        return b""
    try:
        return recover_any_s(Hash32(data[:32]), data[64:] + bytes([v - 27])).rjust(32, b"\0")
    except InvalidSignature:
        return b""


def modexp(data: bytes) -> bytes:
    """0x05 (EIP-198). An empty base is zero, and 0 ** 0 is 1: py-evm gives 0 there, against every other client."""
    base_length, exponent_length, modulus_length = (_integer(data, 32 * index, 32) for index in range(3))
    if modulus_length == 0:
        return b""
    base = _integer(data, 96, base_length)
    exponent = _integer(data, 96 + base_length, exponent_length)
    modulus = _integer(data, 96 + base_length + exponent_length, modulus_length)
    result = pow(base, exponent, modulus) if modulus else 0
    return result.to_bytes(modulus_length, "big")


def ripemd160(data: bytes) -> bytes:
    """0x03. Not by hashlib: some builds of OpenSSL leave it out."""
    return RIPEMD160.new(data).digest().rjust(32, b"\0")


def modexp_gas(data: bytes) -> int:
    """EIP-2565."""
    base_length, exponent_length, modulus_length = (_integer(data, 32 * index, 32) for index in range(3))
    head = _integer(data, 96 + base_length, min(exponent_length, 32))
    iterations = max(head.bit_length() - 1, 0) + 8 * max(exponent_length - 32, 0)
    words = (max(base_length, modulus_length) + 7) // 8
    return max(200, words * words * max(iterations, 1) // 3)


def precompiles() -> Mapping[int, Precompile]:
    """Those at hand, by the number that is their address."""
    found = {
        1: Precompile(lambda _: 3_000, ecrecover),
        3: Precompile(lambda data: 600 + 120 * ((len(data) + 31) // 32), ripemd160),
        5: Precompile(modexp_gas, modexp),
    }
    if find_spec("pyrevm"):
        found.update(_by_pyrevm())
    if find_spec("blake2b"):
        found[9] = Precompile(_rounds, _blake2f())
    if find_spec("py_arkworks_bls12381"):
        found.update(_bls12_381())
    return found


def _by_pyrevm() -> Mapping[int, Precompile]:
    """bn128 (EIP-196, EIP-197 at the prices of EIP-1108) and blake2f (EIP-152: a unit of gas a round)."""
    return {
        6: Precompile(lambda _: 150, _by_revm(6)),
        7: Precompile(lambda _: 6_000, _by_revm(7)),
        8: Precompile(lambda data: 45_000 + 34_000 * (len(data) // 192), _by_revm(8)),
        9: Precompile(_rounds, _by_revm(9)),
    }


def _blake2f() -> Run:
    """By a library that does nothing else: a call of one round costs one unit of gas, so what surrounds it counts."""
    compress = import_module("blake2b").decode_and_compress

    def run(data: bytes) -> bytes:
        try:
            return bytes(compress(data))
        except ValueError as error:
            raise PrecompileFailed(str(error)) from error

    return run


def _rounds(data: bytes) -> int:
    return int.from_bytes(data[:4], "big")


def _bls12_381() -> Mapping[int, Precompile]:
    """EIP-4844 and EIP-2537."""
    from node.execution import bls12_381

    return {
        10: Precompile(lambda _: 50_000, bls12_381.point_evaluation),
        11: Precompile(lambda _: 375, bls12_381.g1_add),
        12: Precompile(bls12_381.g1_msm_gas, bls12_381.g1_msm),
        13: Precompile(lambda _: 600, bls12_381.g2_add),
        14: Precompile(bls12_381.g2_msm_gas, bls12_381.g2_msm),
        15: Precompile(bls12_381.pairing_gas, bls12_381.pairing),
        16: Precompile(lambda _: 5_500, bls12_381.map_fp_to_g1),
        17: Precompile(lambda _: 23_800, bls12_381.map_fp2_to_g2),
    }


def _by_revm(number: int) -> Run:
    import pyrevm

    address = f"0x{number:040x}"

    def run(data: bytes) -> bytes:
        machine: Any = pyrevm.EVM(gas_limit=_PLENTY, spec_id="CANCUN")
        try:
            return bytes(machine.message_call(_NOBODY, address, calldata=data, gas=_PLENTY))
        except RuntimeError as error:
            raise PrecompileFailed(str(error)) from error

    return run


_PLENTY: Final = 2**50
_NOBODY: Final = "0x" + "00" * 20


def _integer(data: bytes, at: int, length: int) -> int:
    """`length` bytes from `at`, as if zeros followed the data for ever."""
    chunk = data[at : at + length]
    return int.from_bytes(chunk, "big") << 8 * (length - len(chunk)) if chunk else 0
