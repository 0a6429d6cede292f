"""Keccak-256, the one hash of the ledger, and the hashes of nothing."""

from sha3 import keccak_256

from node.primitives.types import Hash32


def keccak(data: bytes) -> Hash32:
    return Hash32(keccak_256(data).digest())


EMPTY_CODE_HASH = keccak(b"")
EMPTY_TRIE_ROOT = keccak(b"\x80")
EMPTY_OMMERS_HASH = keccak(b"\xc0")
