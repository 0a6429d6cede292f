"""A view of the pool: the same sentences as the pool's own, in work that grows with what waits and no faster."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from node.pool.model import LeftOut, Overtime, PoolLimits
from node.pool.view import PoolView, Waiting
from node.primitives.types import Address
from tests.unit.node.pool.test_pool import KEYS, Bench, signed


def steps(work: Callable[[], object]) -> int:
    """Lines of Python that `work` takes."""
    taken = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal taken
        taken += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


def starved(count: int) -> Bench:
    """So many of one sender's, whose balance covers each but no two."""
    bench = Bench(PoolLimits(per_sender=count))
    bench.state.set(KEYS[0], balance=21_000)
    for nonce in range(count):
        bench.add(signed(nonce=nonce, max_fee=1))
    return bench


def explained(view: PoolView) -> list[tuple[Address, tuple[Waiting, ...], tuple[Waiting, ...]]]:
    return [(sender.address, *view.explained(sender)) for sender in view.senders]


def test_the_reasons_of_ten_thousand_starved_take_linear_work() -> None:
    few, many = starved(1_000), starved(10_000)
    views: list[PoolView] = []
    copying = steps(lambda: views.append(many.pool.view()))
    assert copying < 100, "the loop copies, it does not walk"
    explaining = steps(lambda: explained(views[0]))
    assert explaining < 11 * steps(lambda: explained(few.pool.view())), "ten times as many, ten times the work"
    [(_, ready, others)] = explained(views[0])
    assert (len(ready), len(others)) == (1, 9_999)


def test_a_view_says_what_the_pool_says() -> None:
    bench = of_all_kinds()
    said = {
        each.transaction.hash: each.reason
        for _, ready, others in explained(bench.pool.view())
        for each in (*ready, *others)
    }
    assert said == {each: bench.pool.reason(each) for each in bench.pool.hashes()}
    assert len(set(said.values())) == len(said) == 8


def test_a_view_has_the_executable_ones_and_the_others_by_nonce() -> None:
    bench = of_all_kinds()
    shown = {
        address: ([each.transaction for each in ready], [each.transaction for each in others])
        for address, ready, others in explained(bench.pool.view())
    }
    content = bench.pool.content().items()
    assert shown == {
        address: ([each.transaction for each in ready], [each.transaction for each in others])
        for address, (ready, others) in content
    }


def test_a_view_of_one_sender_has_nobody_else() -> None:
    bench = of_all_kinds()
    assert [each.address for each in bench.pool.view(KEYS[1].address).senders] == [KEYS[1].address]
    assert bench.pool.view(KEYS[8].address).senders == ()


def test_a_view_stays_what_it_was() -> None:
    bench = of_all_kinds()
    view = bench.pool.view()
    before = explained(view)
    bench.pool.upon_left_out([LeftOut(each, "never", for_good=True) for each in bench.pool.hashes()])
    assert len(bench.pool) == 0 and explained(view) == before


def of_all_kinds() -> Bench:
    """One transaction for each reason that there is, and a nonce of each sender's put in last to first."""
    bench = Bench()
    bench.state.set(KEYS[1], balance=21_000 * 3)
    slow, behind = signed(KEYS[3]), signed(KEYS[3], nonce=1)
    noted, gapped, front = signed(KEYS[4]), signed(nonce=8), signed()
    poor = [signed(KEYS[1], nonce=2), signed(KEYS[1], nonce=1, max_fee=3), signed(KEYS[1], nonce=0, max_fee=1)]
    for transaction in (gapped, front, *poor, behind, slow, noted):
        bench.add(transaction)
    bench.pool.upon_left_out(
        [
            LeftOut(slow.hash, "too long", for_good=False, overtime=Overtime.SHARE),
            LeftOut(noted.hash, "execution budget", for_good=False),
            LeftOut(poor[2].hash, "block is full", for_good=False),
        ]
    )
    return bench
