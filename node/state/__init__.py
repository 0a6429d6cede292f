"""Merkle-Patricia tries: reads of a pre-state; a diff in, a root and the node writes out."""

from node.state.proof import AccountProof, SlotProof, account_proof, ordered_proof, prove
from node.state.update import apply_diff, genesis_state, ordered_root
from node.state.view import TrieState

__all__ = [
    "AccountProof",
    "SlotProof",
    "TrieState",
    "account_proof",
    "apply_diff",
    "genesis_state",
    "ordered_proof",
    "ordered_root",
    "prove",
]
