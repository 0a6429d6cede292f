"""Bugs put in from outside, one at a time, to see that the cluster finds them. Nothing in the machine knows of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Final
from unittest.mock import patch

from node.consensus import SignState, decode_sign_state
from node.consensus.height import Height
from node.consensus.rounds import change_round
from node.primitives.certificate import quorum, seal_digest
from node.primitives.types import Hash32
from tests.unit.node.consensus.cluster import Cluster, Violation


@dataclass(frozen=True, slots=True)
class Bug:
    """`plant` changes the code while a cluster runs; `restore` loses something at a restart."""

    plant: Callable[[], AbstractContextManager[None]] = nullcontext
    restore: Callable[[bytes], SignState | None] = decode_sign_state
    liar: bool = False


def first_violation(bug: Bug, seeds: range) -> str | None:
    """What the first failing seed says, None if the bug goes unnoticed."""
    for seed in seeds:
        with bug.plant():
            try:
                Cluster(seed, liar=bug.liar, restore=bug.restore).run()
            except Violation as found:
                return str(found)
    return None


@contextmanager
def no_justification_check() -> Iterator[None]:
    with patch("node.consensus.justification.is_proposal_justification", lambda *_: True):
        yield


@contextmanager
def quorum_minus_one() -> Iterator[None]:
    """In the machine and in what checks certificates, as a wrong formula would be."""

    def less(validators: int) -> int:
        return quorum(validators) - 1

    with (
        patch("node.consensus.justification.quorum", less),
        patch("node.consensus.height.quorum", less),
        patch("tests.unit.node.consensus.cluster.quorum", less),
    ):
        yield


@contextmanager
def seal_without_round() -> Iterator[None]:
    def unbound(chain_id: int, genesis_hash: Hash32, block_hash: Hash32, _: int) -> Hash32:
        return seal_digest(chain_id, genesis_hash, block_hash, 0)

    with patch("node.consensus.signing.seal_digest", unbound):
        yield


@contextmanager
def rounds_run_ahead() -> Iterator[None]:
    """Each timeout moves on, whether or not anybody has followed: harmless with doubling for ever, not with a cap."""

    def eager(height: Height) -> None:
        if height.may_vote:
            change_round(height, height.round + 1)

    with patch("node.consensus.rounds.upon_round_timeout", eager):
        yield


def without_prepares(data: bytes) -> SignState:
    return replace(decode_sign_state(data), prepared=None)


def without_anything(_: bytes) -> None:
    return None


BUGS: Final[Mapping[str, Bug]] = {
    "no justification check": Bug(no_justification_check, liar=True),
    "quorum minus one": Bug(quorum_minus_one),
    "sign-state not persisted": Bug(restore=without_anything),
    "Prepares not persisted": Bug(restore=without_prepares),
    "seal not bound to the round": Bug(seal_without_round, liar=True),
}
