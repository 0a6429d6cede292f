"""Keys that sign digests as wallets and devices do."""

import functools
from dataclasses import dataclass

from coincurve import PrivateKey, PublicKey
from eth_utils.crypto import keccak

from contracts.typed_data import from_recoverable, to_recoverable


@dataclass(frozen=True)
class Signer:
    """A secp256k1 key; `number` is the key itself."""

    number: int

    @property
    def address(self) -> bytes:
        return _address(self.number)

    def sign(self, digest: bytes) -> bytes:
        return from_recoverable(PrivateKey.from_int(self.number).sign_recoverable(digest, hasher=None))


def recover(digest: bytes, signature: bytes) -> bytes:
    """The address that signed."""
    return address_of(PublicKey.from_signature_and_message(to_recoverable(signature), digest, hasher=None))


def address_of(key: PublicKey) -> bytes:
    return keccak(key.format(compressed=False)[1:])[-20:]


@functools.cache
def _address(number: int) -> bytes:
    return address_of(PrivateKey.from_int(number).public_key)
