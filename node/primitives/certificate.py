"""The commit certificate: what makes a block final. It lives beside the block, never in it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from node.primitives.errors import InvalidBlock, PrimitiveError
from node.primitives.hashing import keccak
from node.primitives.keys import recover_address
from node.primitives.rlp import Decoded, Item, as_bytes, as_list, as_uint64, decode, encode, encode_int
from node.primitives.types import Address, Hash32

SIGNING_DOMAIN = b"jiaozi-qbft-1"
SEAL_CODE = 0x16
"""Next to the message codes 0x12 to 0x15 (Proposal, Prepare, Commit, RoundChange) in what is signed."""


Recover: TypeAlias = Callable[[Hash32, bytes], Address]
"""Who signed a digest; raises InvalidSignature. secp256k1 everywhere but in the simulation."""


@dataclass(frozen=True, slots=True)
class CommitCertificate:
    """`seals` are 65-byte signatures over `seal_digest(...)` for this one `round`, in any order."""

    round: int
    seals: tuple[bytes, ...]


def quorum(validators: int) -> int:
    """ceil(2n/3) (EEA QBFT)."""
    return (2 * validators + 2) // 3


def max_faulty(validators: int) -> int:
    return (validators - 1) // 3


def validator_set_hash(validators: Collection[Address]) -> Hash32:
    """keccak(RLP(addresses ascending)): the `extraData` of a block names who must seal the next one."""
    return keccak(encode(sorted(validators)))


def signing_digest(chain_id: int, genesis_hash: Hash32, code: int, payload: Item) -> Hash32:
    """What a validator key signs in consensus: nothing signed for one chain or kind counts for another."""
    return keccak(encode([SIGNING_DOMAIN, encode_int(chain_id), genesis_hash, encode_int(code), payload]))


def seal_digest(chain_id: int, genesis_hash: Hash32, block_hash: Hash32, round_: int) -> Hash32:
    """What a commit seal signs: bound to the chain, the block and the round."""
    return signing_digest(chain_id, genesis_hash, SEAL_CODE, [block_hash, encode_int(round_)])


def sealers(digest: Hash32, certificate: CommitCertificate, recover: Recover = recover_address) -> frozenset[Address]:
    """Who sealed. Raises InvalidSignature for a seal that recovers to nobody."""
    return frozenset(recover(digest, seal) for seal in certificate.seals)


def certificate_items(certificate: CommitCertificate) -> Item:
    return [encode_int(certificate.round), list(certificate.seals)]


def certificate_of(item: Decoded) -> CommitCertificate:
    items = as_list(item, 2)
    return CommitCertificate(as_uint64(items[0]), tuple(as_bytes(seal, 65) for seal in as_list(items[1])))


def encode_certificate(certificate: CommitCertificate) -> bytes:
    return encode(certificate_items(certificate))


def decode_certificate(raw: bytes) -> CommitCertificate:
    try:
        return certificate_of(decode(raw))
    except PrimitiveError as error:
        raise InvalidBlock(f"commit certificate: {error}") from error
