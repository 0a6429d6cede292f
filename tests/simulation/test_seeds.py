"""Every seed is a run of the whole: agreement, no double sign, and the chain moves again after healing.

`JIAOZI_SEEDS=first:last` chooses the seeds; a failure names the one that replays it.
"""

import os
from collections.abc import Callable

import pytest

from tests.simulation.plan import Plan, draw_changing_plan, draw_leader_losing_plan, draw_plan
from tests.simulation.world import Violation, World

DEFAULT_SEEDS = 50
LONG_SEEDS = 500


def seeds(count: int) -> range:
    first, _, last = os.environ.get("JIAOZI_SEEDS", f"0:{count}").partition(":")
    return range(int(first), int(last))


def run_seed(seed: int, draw: Callable[[int], Plan]) -> World:
    world = World(draw(seed))
    try:
        world.run()
    except (Violation, AssertionError) as violation:
        pytest.fail(f"seed {seed} of {draw.__name__}: {violation}\nreplay: JIAOZI_SEEDS={seed}:{seed + 1}")
    return world


@pytest.mark.parametrize("seed", seeds(DEFAULT_SEEDS))
def test_faults_up_to_f_change_nothing_that_is_final(seed: int) -> None:
    run_seed(seed, draw_plan)


@pytest.mark.parametrize("seed", seeds(DEFAULT_SEEDS // 2))
def test_validators_that_come_and_go_change_nothing_that_is_final(seed: int) -> None:
    run_seed(seed, draw_changing_plan)


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(LONG_SEEDS))
def test_validators_that_come_and_go_change_nothing_that_is_final_in_many_runs(seed: int) -> None:
    run_seed(seed, draw_changing_plan)


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(LONG_SEEDS))
def test_faults_up_to_f_change_nothing_that_is_final_in_many_runs(seed: int) -> None:
    run_seed(seed, draw_plan)


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(LONG_SEEDS))
def test_lost_leaders_change_nothing_that_is_final(seed: int) -> None:
    run_seed(seed, draw_leader_losing_plan)


def test_a_seed_replays_byte_for_byte() -> None:
    assert run_seed(3, draw_plan).trace.digest() == run_seed(3, draw_plan).trace.digest()
