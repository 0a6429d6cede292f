"""The cast of consensus tests: validators A, B, C, ... with stand-in signatures, and blocks that contain nothing.

A stand-in signature is the signer's address and the digest; it can be made for anybody, which is what a test that plays
the other validators needs, and is recovered without a curve.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from node.consensus import Commit, Message, Prepare, Proposal, RoundChange
from node.consensus.messages import Prepared, PreparedCertificate, bare
from node.consensus.signing import Signing
from node.primitives.block import Block, Header
from node.primitives.bloom import BLOOM_LENGTH
from node.primitives.errors import InvalidSignature
from node.primitives.hashing import EMPTY_OMMERS_HASH, EMPTY_TRIE_ROOT, keccak
from node.primitives.types import ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei

CHAIN_ID: Final = 7
GENESIS: Final = keccak(b"the genesis of the tests")
WALL_S: Final = 1_000_000

M = TypeVar("M", Proposal, Prepare, Commit, RoundChange)


@dataclass(frozen=True, slots=True)
class StubSignatures:
    address: Address

    def sign(self, digest: Hash32) -> bytes:
        return self.address + digest + bytes(13)

    def recover(self, digest: Hash32, signature: bytes) -> Address:
        if len(signature) != 65 or signature[20:] != digest + bytes(13):
            raise InvalidSignature("signs something else")
        return Address(signature[:20])


def address(name: str) -> Address:
    """A < B < C, as addresses too."""
    return Address(bytes([ord(name)]) * 20)


def name_of(who: Address | None) -> str:
    return "?" if who is None else chr(who[0])


def validators(count: int) -> tuple[Address, ...]:
    return tuple(address(chr(ord("A") + index)) for index in range(count))


def signing(who: Address) -> Signing:
    return Signing(StubSignatures(who), CHAIN_ID, GENESIS)


def signed(message: M, by: Address) -> M:
    return signing(by).sign(message)


def author(message: Message) -> Address:
    return Address(message.signature[:20])


def prepare(by: Address, height: int, round_: int, digest: Hash32) -> Prepare:
    return signed(Prepare(height, round_, digest), by)


def commit(by: Address, height: int, round_: int, digest: Hash32, sealer: Address | None = None) -> Commit:
    seal = signing(by if sealer is None else sealer).seal(digest, round_)
    return signed(Commit(height, round_, digest, seal), by)


def round_change(by: Address, height: int, round_: int, proof: PreparedCertificate | None = None) -> RoundChange:
    if proof is None:
        return signed(RoundChange(height, round_, None), by)
    return signed(RoundChange(height, round_, proof.claim, proof.block, proof.prepares), by)


def claim_of(by: Address, height: int, round_: int, claim: Prepared) -> RoundChange:
    """A bare RoundChange that claims to be prepared, true or not."""
    return signed(RoundChange(height, round_, claim), by)


def proposal(
    by: Address,
    round_: int,
    block: Block,
    round_changes: tuple[RoundChange, ...] = (),
    prepares: tuple[Prepare, ...] = (),
) -> Proposal:
    justification = tuple(bare(message) for message in round_changes)
    return signed(Proposal(block.number, round_, block.hash, block, justification, prepares), by)


def empty_block(number: int, parent: Hash32, coinbase: Address, label: bytes = b"", timestamp: int = WALL_S) -> Block:
    """`label` makes it another block."""
    return Block(
        Header(
            parent_hash=parent,
            ommers_hash=EMPTY_OMMERS_HASH,
            coinbase=coinbase,
            state_root=EMPTY_TRIE_ROOT,
            transactions_root=EMPTY_TRIE_ROOT,
            receipts_root=EMPTY_TRIE_ROOT,
            bloom=bytes(BLOOM_LENGTH),
            difficulty=0,
            number=BlockNumber(number),
            gas_limit=Gas(30_000_000),
            gas_used=Gas(0),
            timestamp=timestamp,
            extra_data=label.ljust(32, b"\0"),
            mix_hash=ZERO_HASH,
            nonce=bytes(8),
            base_fee=Wei(0),
            withdrawals_root=EMPTY_TRIE_ROOT,
            blob_gas_used=Gas(0),
            excess_blob_gas=Gas(0),
            parent_beacon_root=ZERO_HASH,
            requests_hash=keccak(b""),
        ),
        (),
    )


def with_timestamp(block: Block, timestamp: int) -> Block:
    return replace(block, header=replace(block.header, timestamp=timestamp))
