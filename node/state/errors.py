"""What can be wrong with a state.

StateError
 ├── MissingNode    a trie node or a code that must be in the database is not
 ├── DamagedState   a node that is there but isn't what this code wrote
 └── InvalidProof   a Merkle proof that proves nothing
"""

from dataclasses import dataclass


class StateError(Exception):
    pass


@dataclass
class MissingNode(StateError):
    """`owner` is empty for the account trie, else keccak(address)."""

    owner: bytes
    node_hash: bytes

    def __str__(self) -> str:
        where = f"the storage trie of account 0x{self.owner.hex()}" if self.owner else "the account trie"
        return f"node 0x{self.node_hash.hex()} of {where} is missing: pruned, or the database is damaged"


class DamagedState(StateError):
    pass


class InvalidProof(StateError):
    pass
