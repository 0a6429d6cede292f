"""Admission: Which nodes may connect.

Written by scripts/generate from admission.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Peer:
    peer: bytes
    standing: int


@dataclass(frozen=True, slots=True)
class Change:
    proposal: bytes
    peer: bytes
    former: int
    standing: int
    decided_in: int
    decided_at: int


@dataclass(frozen=True, slots=True)
class Proposal:
    id: bytes
    standing: int
    peers: tuple[bytes, ...]
    proposer: bytes
    proposed_at: int
    expires: int
    approvals: int
    state: int


class Admission(Bound):
    """A node has an Ed25519 key, and its libp2p peer id is the name of that key. Validators, by the key they seal with,
    are always let in, and so is whom a node's own operator configured. Beside them come in the nodes that are listed
    here: observers, such as auditors', banks' and explorers' nodes, and the nodes of validators to be. A node that
    is barred here stays out whatever else it is. Any validator may propose; two thirds of the validators (rounded
    up) decide, at once. Nodes read the list from the state of their head, at each handshake and again for all who
    are connected whenever it has changed."""

    NAME = "admission"

    def has_approved(self, id: bytes, account: bytes) -> bool:
        return cast(bool, self._read("has_approved", [id, account]))

    def proposal_at(self, number: int) -> bytes:
        return cast(bytes, self._read("proposal_at", [number]))

    def proposal_count(self) -> int:
        return cast(int, self._read("proposal_count", []))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def propose(self, peers: Sequence[bytes], standing: int) -> Sent:
        """Proposes a standing for up to sixteen nodes. Validators only; proposing is approving.

        peers: The nodes' Ed25519 public keys.
        standing: 0 not listed, 1 a validator's, 2 an observer's, 3 barred.

        Answers: The proposal's id.
        """
        return self._send("propose", [peers, standing])

    def approve(self, id: bytes) -> Sent:
        """Approves a proposal. The approval that completes two thirds carries it out.

        id: The proposal.
        """
        return self._send("approve", [id])

    def withdraw(self, id: bytes) -> Sent:
        """Takes a proposal back. Its proposer only.

        id: The proposal.
        """
        return self._send("withdraw", [id])

    def admitted(self, peer: bytes) -> bool:
        """Whether a node is let in for being listed.

        peer: Its Ed25519 public key.

        Answers: Whether its standing is a validator's or an observer's.
        """
        return cast(bool, self._read("admitted", [peer]))

    def peer_count(self) -> int:
        """How many nodes are listed, barred ones too.

        Answers: The count.
        """
        return cast(int, self._read("peer_count", []))

    def peers(self, start: int) -> tuple[Peer, ...]:
        """One page of the list. The order changes when a node is struck off.

        start: The place of the page's first entry.

        Answers: Up to a hundred entries, none at the end.
        """
        return tuple(record(Peer, each) for each in cast(tuple[object, ...], self._read("peers", [start])))

    def change(self, index: int) -> Change:
        """One entry of the history, oldest first.

        index: 0 to `change_count` - 1.

        Answers: The entry; proposal zero where the genesis listed the node.
        """
        return record(Change, self._read("change", [index]))

    def proposal(self, id: bytes) -> Proposal:
        """Everything about a proposal.

        id: The proposal.

        Answers: Its record; state 0 unknown, 1 open, 2 decided, 3 withdrawn, 4 lapsed.
        """
        return record(Proposal, self._read("proposal", [id]))

    def open_proposals(self) -> tuple[Proposal, ...]:
        """What validators can approve now, as far as today's validators proposed it.

        Answers: The open proposals, in the order of their proposers' addresses.
        """
        return tuple(record(Proposal, each) for each in cast(tuple[object, ...], self._read("open_proposals", [])))

    def standing(self, peer: bytes) -> int:
        return cast(int, self._read("standing", [peer]))

    def change_count(self) -> int:
        return cast(int, self._read("change_count", []))
