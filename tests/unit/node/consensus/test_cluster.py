"""A cluster of machines in bad weather keeps its promises, and would be caught if it didn't."""

import pytest

from tests.scenarios import cast
from tests.unit.node.consensus.cluster import Cluster, Violation
from tests.unit.node.consensus.planted import BUGS, Bug, first_violation, rounds_run_ahead

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("size", "liar", "seeds"),
    [(1, False, 5), (4, False, 60), (4, True, 40), (5, True, 10), (7, False, 8), (7, True, 8)],
)
def test_agreement_no_double_sign_and_progress_after_healing(size: int, liar: bool, seeds: int) -> None:
    for seed in range(seeds):
        Cluster(seed, size, liar=liar).run()


@pytest.mark.long
@pytest.mark.parametrize("liar", [False, True], ids=["honest", "with a liar"])
@pytest.mark.parametrize(("size", "seeds"), [(4, 4_000), (7, 600)])
def test_the_same_for_thousands_of_seeds(size: int, seeds: int, liar: bool) -> None:
    for seed in range(1_000, 1_000 + seeds):
        Cluster(seed, size, liar=liar).run()


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS.keys())
def test_a_planted_bug_is_found(bug: Bug) -> None:
    found = first_violation(bug, range(500))
    assert found is not None
    print(found)


def test_a_seed_replays_to_the_byte() -> None:
    first, second = Cluster(11, liar=True), Cluster(11, liar=True)
    first.run()
    second.run()
    assert [member.chain for member in first.members.values()] == [member.chain for member in second.members.values()]
    assert first.statements == second.statements


def test_the_liar_is_found_out() -> None:
    cluster = Cluster(3, liar=True)
    cluster.run()
    assert cluster.liar is not None and cluster.evidence == {cluster.liar.address}


@pytest.mark.parametrize("seed", range(4))
def test_however_long_it_stood_still_it_moves_when_a_quorum_is_back(seed: int) -> None:
    """A waits alone for an hour, then with B for another, until C comes; D never does."""
    a, b, c, _ = cast.validators(4)
    Cluster(seed).run_latecomers({a: 0, b: HOUR_MS, c: 2 * HOUR_MS})


def test_with_capped_timeouts_nobody_may_run_ahead_alone() -> None:
    """Why the machine stays in a round above 0 until a quorum has reached it."""
    a, b, c, _ = cast.validators(4)
    with rounds_run_ahead(), pytest.raises(Violation):
        Cluster(0).run_latecomers({a: 0, b: HOUR_MS, c: 2 * HOUR_MS})
