"""EIP-712 digests in the domains of the suite's contracts, fast enough for a hundred thousand signed payments.

https://eips.ethereum.org/EIPS/eip-712
"""

from typing import Final

from eth_utils.crypto import keccak

DOMAIN_TYPE: Final = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
VERSION: Final = keccak(text="1")
RECOVERY_BASE: Final = 27
"""Ethereum's signatures end in 27 or 28 where libsecp256k1's end in 0 or 1."""


def domain_separator(name: str, chain_id: int, contract: bytes) -> bytes:
    """Of the domain `name`, such as "Jiaozi Channel", in version 1."""
    return keccak(DOMAIN_TYPE + keccak(text=name) + VERSION + word(chain_id) + word(contract))


def digest(domain: bytes, struct_hash: bytes) -> bytes:
    """What is signed."""
    return keccak(b"\x19\x01" + domain + struct_hash)


def word(value: int | bytes) -> bytes:
    """A number or an address as the ABI puts it in 32 bytes."""
    return value.to_bytes(32, "big") if isinstance(value, int) else value.rjust(32, b"\0")


def from_recoverable(signature: bytes) -> bytes:
    """The contract's form (r, s, v) of what coincurve's `sign_recoverable` gives."""
    return signature[:64] + bytes([signature[64] + RECOVERY_BASE])


def to_recoverable(signature: bytes) -> bytes:
    """Back again, for coincurve's `from_signature_and_message`."""
    return signature[:64] + bytes([(signature[64] - RECOVERY_BASE) % 256])
