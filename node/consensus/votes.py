"""Who voted for what, bounded: a sender has one vote a round and only its latest rounds are kept.

A validator that floods us with rounds pushes out nobody's votes but its own.
"""

from typing import Final, Generic, TypeVar

from node.consensus.messages import Commit, Prepare
from node.primitives.types import Address, Hash32

ROUNDS_KEPT: Final = 8

V = TypeVar("V", Prepare, Commit)


class Votes(Generic[V]):
    def __init__(self) -> None:
        self._by_sender: dict[Address, dict[int, V]] = {}

    def standing(self, sender: Address, round_: int) -> V | None:
        return self._by_sender.get(sender, {}).get(round_)

    def add(self, sender: Address, vote: V) -> bool:
        """Whether it counts: not if the sender has voted in that round, or so much later that it is too old."""
        votes = self._by_sender.setdefault(sender, {})
        if vote.round in votes:
            return False
        if len(votes) >= ROUNDS_KEPT:
            oldest = min(votes)
            if vote.round < oldest:
                return False
            del votes[oldest]
        votes[vote.round] = vote
        return True

    def of(self, round_: int, digest: Hash32) -> dict[Address, V]:
        """In ascending order of address."""
        found = {}
        for sender in sorted(self._by_sender):
            vote = self._by_sender[sender].get(round_)
            if vote is not None and vote.digest == digest:
                found[sender] = vote
        return found

    def candidates(self) -> list[tuple[int, Hash32]]:
        """Every (round, digest) that somebody votes for, ascending."""
        return sorted({(vote.round, vote.digest) for votes in self._by_sender.values() for vote in votes.values()})

    def in_round(self, round_: int) -> dict[Address, V]:
        votes = sorted(self._by_sender.items())
        return {sender: rounds[round_] for sender, rounds in votes if round_ in rounds}

    def forget_below(self, round_: int) -> None:
        for votes in self._by_sender.values():
            for old in [key for key in votes if key < round_]:
                del votes[old]
