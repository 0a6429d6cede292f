"""secp256k1 keys and recoverable signatures, by libsecp256k1.

A signature is 65 bytes: r, s (32 each, big endian) and the recovery bit, 0 or 1. Only low-s ones exist (EIP-2).
"""

from typing import Final

from coincurve import PrivateKey as Secp256k1Key
from coincurve import PublicKey

from node.primitives.errors import InvalidSignature
from node.primitives.hashing import keccak
from node.primitives.types import Address, Hash32

SECP256K1_N: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
SIGNATURE_LENGTH: Final = 65


class PrivateKey:
    """A secret scalar; `repr` never shows it. Signing is deterministic (RFC 6979)."""

    __slots__ = ("_key", "address")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32 or not 0 < int.from_bytes(secret, "big") < SECP256K1_N:
            raise ValueError("a private key is 32 bytes, above 0 and below the order of secp256k1")
        self._key = Secp256k1Key(secret)
        self.address: Address = public_key_to_address(self._key.public_key.format(compressed=False))

    def sign(self, digest: Hash32) -> bytes:
        return self._key.sign_recoverable(digest, hasher=None)

    @property
    def secret(self) -> bytes:
        return self._key.secret

    def __repr__(self) -> str:
        return f"PrivateKey(0x{self.address.hex()})"


def public_key_to_address(uncompressed: bytes) -> Address:
    """`uncompressed` is 65 bytes, 0x04 first."""
    return Address(keccak(uncompressed[1:])[12:])


def recover_address(digest: Hash32, signature: bytes) -> Address:
    """Who signed `digest`. Raises InvalidSignature, for a high s too."""
    if len(signature) != SIGNATURE_LENGTH:
        raise InvalidSignature(f"a signature is {SIGNATURE_LENGTH} bytes, not {len(signature)}")
    if int.from_bytes(signature[32:64], "big") > SECP256K1_N // 2:
        raise InvalidSignature("s is in the upper half (EIP-2)")
    return recover_any_s(digest, signature)


def recover_any_s(digest: Hash32, signature: bytes) -> Address:
    """The same without the low-s rule, as the ecrecover precompile has it."""
    if signature[64] > 1:
        raise InvalidSignature(f"recovery bit {signature[64]}, expected 0 or 1")
    try:
        public_key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception as error:  # coincurve raises bare Exception for what libsecp256k1 refuses
        raise InvalidSignature(f"recovers to nobody: {error}") from error
    return public_key_to_address(public_key.format(compressed=False))
