"""Validators: The validators of the network.

Written by scripts/generate from validators.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Change:
    proposal: bytes
    kind: int
    leaving: bytes
    incoming: bytes
    decided_in: int
    decided_at: int
    effective: int
    validators: int
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    id: bytes
    kind: int
    leaving: bytes
    incoming: bytes
    not_before: int
    proposer: bytes
    proposed_at: int
    expires: int
    approvals: int
    state: int


class Validators(Bound):
    """Who seals the blocks, and how that changes. Any validator may propose to add, to remove or to replace one; two
    thirds of the validators (rounded up) decide; the change takes effect at a block number that the decision states,
    never sooner than two blocks later. A validator that vanishes is removed or replaced by the others; one that lost
    its key is replaced. Whoever is to become a validator says so itself first, with the key that it will seal with:
    a mistyped address can never take a seat that nobody can fill. Every change, cancelled ones too, stays in a list
    that auditors read with `change` and `change_count`."""

    NAME = "validators"

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

    def set_candidate(self, ready: bool) -> Sent:
        """Says whether the caller is ready to become a validator. Anyone, for itself only.

        ready: Whether it is.
        """
        return self._send("set_candidate", [ready])

    def propose_add(self, account: bytes, not_before: int) -> Sent:
        """Proposes one more validator. Validators only, as for every proposal.

        account: The candidate.
        not_before: The first block that it may seal; two blocks after the decision if that is later.

        Answers: The proposal's id.
        """
        return self._send("propose_add", [account, not_before])

    def propose_remove(self, account: bytes, not_before: int) -> Sent:
        """Proposes that a validator leaves. Any validator, also the one itself.

        account: Who leaves.
        not_before: The first block that it may no longer seal; two blocks after the decision if that is later.

        Answers: The proposal's id.
        """
        return self._send("propose_remove", [account, not_before])

    def propose_replace(self, account: bytes, replacement: bytes, not_before: int) -> Sent:
        """Proposes that a candidate takes a validator's seat: a new key of the same operator, or another operator.

        account: Who leaves.
        replacement: The candidate.
        not_before: The first block with the new one; two blocks after the decision if that is later.

        Answers: The proposal's id.
        """
        return self._send("propose_replace", [account, replacement, not_before])

    def propose_cancel(self) -> Sent:
        """Proposes that the change which waits for its block never happens.

        Answers: The proposal's id.
        """
        return self._send("propose_cancel", [])

    def approve(self, id: bytes) -> Sent:
        """Approves a proposal. The approval that completes two thirds decides it.

        id: The proposal.
        """
        return self._send("approve", [id])

    def withdraw(self, id: bytes) -> Sent:
        """Takes a proposal back. Its proposer only.

        id: The proposal.
        """
        return self._send("withdraw", [id])

    def getValidators(self) -> tuple[bytes, ...]:
        """The validators that must seal the block with the number that this is asked at.

        Answers: Their addresses, ascending.
        """
        return cast(tuple[bytes, ...], self._read("getValidators", []))

    def isValidator(self, account: bytes) -> bool:
        """Whether an account is a validator of the block with the number that this is asked at.

        account: The account.

        Answers: Whether it is.
        """
        return cast(bool, self._read("isValidator", [account]))

    def quorum(self) -> int:
        """How many approvals decide now.

        Answers: Two thirds of the validators, rounded up.
        """
        return cast(int, self._read("quorum", []))

    def change(self, index: int) -> Change:
        """One entry of the history of decided changes, oldest first.

        index: 0 to `change_count` - 1.

        Answers: The entry: kind 1 add, 2 remove, 3 replace, 4 the cancellation of the entry before it; the block and
        second of the decision; the block from which it counts; how many validators there are from then on.
        """
        return record(Change, self._read("change", [index]))

    def waiting_change(self) -> Change:
        """The decided change that waits for its block.

        Answers: The entry; kind 0 where none waits.
        """
        return record(Change, self._read("waiting_change", []))

    def proposal(self, id: bytes) -> Proposal:
        """Everything about a proposal.

        id: The proposal.

        Answers: Its record; state 0 unknown, 1 open, 2 decided, 3 withdrawn, 4 lapsed.
        """
        return record(Proposal, self._read("proposal", [id]))

    def open_proposals(self) -> tuple[Proposal, ...]:
        """What validators can approve now.

        Answers: The open proposals, in the order of their proposers' addresses.
        """
        return tuple(record(Proposal, each) for each in cast(tuple[object, ...], self._read("open_proposals", [])))

    def isCandidate(self, account: bytes) -> bool:
        return cast(bool, self._read("isCandidate", [account]))

    def change_count(self) -> int:
        return cast(int, self._read("change_count", []))
