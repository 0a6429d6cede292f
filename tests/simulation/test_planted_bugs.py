"""The simulation must be able to find what it is for: each of five faults, planted here, is found within 500 seeds.

The schedule is biased to losing leaders. A fault that no longer is found means that the simulation went blind.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from node.app import ledger
from node.chain import seals
from node.consensus import height, justification, signing
from node.consensus.sign_state import SignState, encode_sign_state
from node.primitives.certificate import seal_digest
from node.primitives.types import Hash32
from tests.simulation import liar
from tests.simulation.plan import draw_leader_losing_plan
from tests.simulation.world import Violation, World

BUDGET = 500

Plant = Callable[[pytest.MonkeyPatch], None]


def no_justification_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(justification, "is_proposal_justification", lambda proposal, head, author: True)


def quorum_minus_one(patch: pytest.MonkeyPatch) -> None:
    for module in (height, justification, seals, ledger):
        patch.setattr(module, "quorum", lambda validators: (2 * validators + 2) // 3 - 1)


def sign_state_not_persisted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(World, "persist", lambda world, node, data: None)


def prepares_not_persisted(patch: pytest.MonkeyPatch) -> None:
    def forgetful(state: SignState) -> bytes:
        return encode_sign_state(replace(state, prepared=None))

    patch.setattr(height, "encode_sign_state", forgetful)


def seal_not_bound_to_the_round(patch: pytest.MonkeyPatch) -> None:
    def roundless(chain_id: int, genesis_hash: Hash32, block_hash: Hash32, round_: int) -> Hash32:
        return seal_digest(chain_id, genesis_hash, block_hash, 0)

    for module in (signing, seals, ledger, liar):
        patch.setattr(module, "seal_digest", roundless)


PLANTS = (
    no_justification_check,
    quorum_minus_one,
    sign_state_not_persisted,
    prepares_not_persisted,
    seal_not_bound_to_the_round,
)


def seeds_needed(budget: int) -> tuple[int, str] | None:
    for seed in range(budget):
        try:
            World(draw_leader_losing_plan(seed)).run()
        except (Violation, AssertionError) as found:
            return seed + 1, str(found)
    return None


@pytest.mark.timeout(900)
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    found = seeds_needed(BUDGET)
    assert found is not None, f"{plant.__name__} was not found in {BUDGET} seeds"
    print(f"{plant.__name__}: found with seed {found[0] - 1}: {found[1]}")
