"""The list of a subsidy as a Merkle tree: the root that `disburse` is opened with, and a proof for each entry.

A leaf is hashed twice, so that no inner node can be taken for one; a node is keccak-256 of its two children, the
smaller first, which is what OpenZeppelin's MerkleProof verifies too. A node without a sibling moves up as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode as abi_encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

ENTRY = ("uint256", "address", "bytes32", "uint256", "address", "uint256")
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Amounts in minor units. The index of an entry is its place on the list, from zero."""

    account: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class SubsidyList:
    """All entries of one campaign. `levels[0]` are the leaves, the last level is the root alone."""

    entries: tuple[Entitlement, ...]
    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        """What the campaign is opened with, 32 bytes."""
        return self.levels[-1][0]

    @property
    def total(self) -> int:
        """Of all entries, in minor units."""
        return sum(entry.amount for entry in self.entries)

    def proof(self, index: int) -> list[bytes]:
        """The siblings of an entry, from the leaf up. Raises IndexError for an entry that is not there."""
        if not 0 <= index < len(self.entries):
            raise IndexError(f"the list has {len(self.entries)} entries, none with index {index}")
        siblings = []
        for level in self.levels[:-1]:
            if index ^ 1 < len(level):
                siblings.append(level[index ^ 1])
            index //= 2
        return siblings


def subsidy_list(chain_id: int, contract: bytes, campaign: bytes, entries: Sequence[Entitlement]) -> SubsidyList:
    """The tree of a campaign, whose id `next_id` tells before it is opened. Raises ValueError for an empty list."""
    if not entries:
        raise ValueError("a list needs at least one entry")
    levels = [
        tuple(
            leaf_hash(chain_id, contract, campaign, index, entry.account, entry.amount)
            for index, entry in enumerate(entries)
        )
    ]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(tuple(_parent(below[place : place + 2]) for place in range(0, len(below), 2)))
    if len(levels) - 1 > MAX_DEPTH:
        raise ValueError(f"a list may be at most {MAX_DEPTH} levels deep")
    return SubsidyList(tuple(entries), tuple(levels))


def leaf_hash(chain_id: int, contract: bytes, campaign: bytes, index: int, account: bytes, amount: int) -> bytes:
    """The 32-byte leaf of one entry, as the contract's `leaf` answers: keccak-256 twice over the ABI's encoding of
    chain, contract, campaign, index, account and amount. Addresses are 20 bytes, `amount` is in minor units."""
    values = [chain_id, to_checksum_address(contract), campaign, index, to_checksum_address(account), amount]
    return keccak(keccak(abi_encode(ENTRY, values)))


def verify(root: bytes, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """What the contract does, for whoever wants to check a proof before bringing it."""
    for sibling in proof:
        leaf = _parent((leaf, sibling))
    return leaf == root


def _parent(children: tuple[bytes, ...]) -> bytes:
    return children[0] if len(children) == 1 else keccak(b"".join(sorted(children)))
