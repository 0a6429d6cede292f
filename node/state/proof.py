"""Merkle proofs: of accounts and slots for eth_getProof (EIP-1186), of list entries for offline receipts.

A proof is the stored nodes from the root down to the key, or to where the key would be: the same shape proves
presence and absence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from node.primitives.errors import PrimitiveError
from node.primitives.hashing import EMPTY_TRIE_ROOT, keccak
from node.primitives.rlp import Decoded, decode
from node.primitives.types import Address, Hash32
from node.state.account import account_path, decode_account, decode_slot, slot_path, storage_owner
from node.state.errors import InvalidProof, MissingNode
from node.state.model import ACCOUNT_TRIE, Account, NodeReader
from node.state.trie import look_up
from node.state.update import encode_index, ordered_nodes


@dataclass(frozen=True, slots=True)
class SlotProof:
    slot: int
    value: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AccountProof:
    """`account` is None where the proof is one of absence."""

    address: Address
    account: Account | None
    proof: tuple[bytes, ...]
    slots: tuple[SlotProof, ...]


def account_proof(nodes: NodeReader, root: Hash32, address: Address, slots: Sequence[int]) -> AccountProof:
    raw, proof = look_up(nodes, ACCOUNT_TRIE, root, account_path(address))
    account = None if raw is None else decode_account(raw)
    storage_root = EMPTY_TRIE_ROOT if account is None else account.storage_root
    owner = storage_owner(address)
    entries = []
    for slot in slots:
        value, slot_proof = look_up(nodes, owner, storage_root, slot_path(slot))
        entries.append(SlotProof(slot, decode_slot(value), slot_proof))
    return AccountProof(address, account, proof, tuple(entries))


def ordered_proof(items: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The proof that `items[index]` is in the list whose root is `ordered_root(items)`."""
    root, nodes = ordered_nodes(items)
    _, proof = look_up(_Proof(nodes), ACCOUNT_TRIE, root, encode_index(index).hex())
    return proof


def prove(root: Hash32, key: bytes, proof: Sequence[bytes]) -> bytes | None:
    """What `proof` proves to be at `key` of the trie `root`; None: nothing is. Raises InvalidProof.

    `key` is as the trie has it: keccak(address), keccak(slot as 32 bytes) or the RLP of an index.
    """
    for raw in proof:
        _check_shape(raw)
    try:
        value, used = look_up(_Proof({keccak(raw): raw for raw in proof}), ACCOUNT_TRIE, root, key.hex())
    except MissingNode as error:
        raise InvalidProof(f"the proof lacks node 0x{error.node_hash.hex()}") from error
    except IndexError as error:
        raise InvalidProof("the proof runs past the key") from error
    if len(used) != len(proof):
        raise InvalidProof(f"{len(proof) - len(used)} nodes of the proof are not on the way to the key")
    return value


class _Proof:
    """The nodes of a proof as a NodeReader."""

    def __init__(self, nodes: Mapping[Hash32, bytes]) -> None:
        self._nodes = nodes

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        try:
            return self._nodes[node_hash]
        except KeyError:
            raise MissingNode(owner, node_hash) from None

    def code(self, code_hash: Hash32) -> bytes:
        raise MissingNode(ACCOUNT_TRIE, code_hash)


def _check_shape(raw: bytes) -> None:
    """Foreign bytes must be a canonical node before the fast reader sees them."""
    try:
        _check_node(decode(raw))
    except PrimitiveError as error:
        raise InvalidProof(f"a node of the proof is not RLP: {error}") from error


def _check_node(item: Decoded) -> None:
    if not isinstance(item, list) or len(item) not in (2, 17):
        raise InvalidProof("a node of the proof is no branch, leaf or extension")
    if len(item) == 2:
        path = item[0]
        if not isinstance(path, bytes) or not path or path[0] >> 4 > 3 or (path[0] >> 4 in (0, 2) and path[0] & 15):
            raise InvalidProof("a node of the proof has no hex-prefix path")
        if path[0] >> 4 >= 2:
            if not isinstance(item[1], bytes):
                raise InvalidProof("a leaf of the proof holds a list")
            return
    for child in item[:16] if len(item) == 17 else item[1:]:
        if isinstance(child, list):
            _check_node(child)
        elif len(child) not in (0, 32):
            raise InvalidProof(f"a node of the proof refers to {len(child)} bytes")
