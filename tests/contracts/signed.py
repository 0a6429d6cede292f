"""Signatures of accounts that have keys, in the 65 bytes that the suite's contracts take."""

from dataclasses import dataclass
from pathlib import Path

from eth_keys.datatypes import PrivateKey

from contracts import compile_file
from tests.contracts.placed import Placed


@dataclass(frozen=True)
class Signer:
    """An account with a key; each number is another one."""

    number: int

    @property
    def key(self) -> PrivateKey:
        return PrivateKey(self.number.to_bytes(32, "big"))

    @property
    def address(self) -> bytes:
        return self.key.public_key.to_canonical_address()

    def sign(self, digest: bytes) -> bytes:
        signature = self.key.sign_msg_hash(digest)
        return signature.r.to_bytes(32, "big") + signature.s.to_bytes(32, "big") + (signature.v + 27).to_bytes(1, "big")


def signing_account(address: bytes) -> Placed:
    """A contract that has signed (EIP-1271) what `sign(digest)` was called with."""
    return Placed(compile_file(Path(__file__).parent / "signing_account.vy"), address)
