"""What took the builder too long: whose turn it is, who pauses, and what they are told."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.pool.errors import PoolRefused
from node.pool.model import LeftOut, Overtime
from node.pool.slow import FIRST_PAUSE
from node.primitives.transaction import Transaction
from tests.unit.node.pool.test_pool import KEYS, Bench, signed


@pytest.fixture
def bench() -> Bench:
    return Bench()


def interrupted(bench: Bench, transaction: Transaction, overtime: Overtime | None) -> None:
    bench.pool.upon_left_out([LeftOut(transaction.hash, "takes long", for_good=False, overtime=overtime)])


def blocks_until_offered(bench: Bench, transaction: Transaction) -> int:
    return next(number for number in _blocks(bench) if transaction in bench.order())


def _blocks(bench: Bench) -> Iterator[int]:
    for number in range(10_000):
        yield number
        bench.mined()


def filled(bench: Bench) -> list[Transaction]:
    """One transaction of each of four senders, in this order."""
    transactions = [signed(key) for key in KEYS[:4]]
    for transaction in transactions:
        bench.add(transaction)
    return transactions


def test_pauses_double_and_end_behind_all_others(bench: Bench) -> None:
    slow, *others = filled(bench)
    pauses = []
    for _ in range(5):
        interrupted(bench, slow, Overtime.WHOLE)
        assert bench.order() == others
        pauses.append(blocks_until_offered(bench, slow))
        assert bench.order() == [*others, slow]
    assert pauses == [FIRST_PAUSE << times for times in range(5)]


def test_while_one_pauses_no_block_is_worth_making_for_it(bench: Bench) -> None:
    """Else proposers would be asked for blocks that they have nothing for."""
    slow, second = signed(), signed(nonce=1)
    bench.add(slow)
    interrupted(bench, slow, Overtime.WHOLE)
    bench.add(second)
    assert bench.pool.executable == 0
    assert blocks_until_offered(bench, slow) == FIRST_PAUSE
    assert bench.pool.executable == 2


def test_a_turn_comes_first_and_one_at_a_time(bench: Bench) -> None:
    first, second, third, last = filled(bench)
    interrupted(bench, second, Overtime.SHARE)
    interrupted(bench, last, Overtime.SHARE)
    assert bench.order() == [second, first, third]
    assert "turn 2 " in str(bench.pool.reason(last.hash))
    bench.mined(second)
    assert bench.order() == [last, first, third]
    bench.mined(last)
    assert bench.order() == [first, third]


def test_a_turn_ends_with_any_answer_but_another_share(bench: Bench) -> None:
    first, second, *_ = filled(bench)
    for answer, keeps in ((Overtime.SHARE, True), (None, False), (Overtime.WHOLE, False)):
        interrupted(bench, second, Overtime.SHARE)
        interrupted(bench, second, answer)
        assert (bench.order()[0] == second) is keeps
    assert bench.order()[0] == first


def test_only_what_follows_the_slow_one_is_held_back(bench: Bench) -> None:
    before, slow, after = (signed(nonce=nonce) for nonce in range(3))
    for transaction in (before, slow, after):
        bench.add(transaction)
    interrupted(bench, slow, Overtime.SHARE)
    assert bench.order() == [before], "its turn comes when it is the sender's next"
    interrupted(bench, slow, Overtime.WHOLE)
    assert bench.order() == [before]
    assert bench.pool.reason(before.hash) == "executable, waits for the next block"
    assert bench.pool.reason(slow.hash) == "takes long; tried again after 2 more blocks"
    assert (
        bench.pool.reason(after.hash)
        == f"waits for nonce 1 of 0x{KEYS[0].address.hex()}, which took too long: takes long"
    )


def test_a_replacement_need_not_wait(bench: Bench) -> None:
    slow, *others = filled(bench)
    interrupted(bench, slow, Overtime.WHOLE)
    instead = signed(gas=50_000)
    bench.add(instead)
    assert bench.order() == [*others, instead]
    interrupted(bench, instead, Overtime.WHOLE)
    assert blocks_until_offered(bench, instead) == 2 * FIRST_PAUSE, "but its sender is remembered"


def test_once_mined_all_is_forgotten(bench: Bench) -> None:
    slow, *others = filled(bench)
    bench.add(signed(nonce=1))
    interrupted(bench, slow, Overtime.WHOLE)
    bench.mined(slow)
    assert bench.order() == [*others, signed(nonce=1)]
    interrupted(bench, signed(nonce=1), Overtime.WHOLE)
    assert blocks_until_offered(bench, signed(nonce=1)) == FIRST_PAUSE


def test_a_turn_that_the_base_fee_excludes_does_not_hold_up_the_others(bench: Bench) -> None:
    poor = signed(KEYS[0], max_fee=1)
    rich = signed(KEYS[1], max_fee=9)
    for transaction in (poor, rich):
        bench.add(transaction)
        interrupted(bench, transaction, Overtime.SHARE)
    assert bench.order(base_fee=5) == [rich]


steps = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.sampled_from(list(Overtime)), st.integers(0, 3), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("mine"), st.integers(0, 4), st.just(0), st.just(0)),
)


@given(st.lists(steps, max_size=40))
def test_nothing_is_lost_and_everything_comes_up_again(history: list[tuple[object, int, int, int]]) -> None:
    """Whatever happens to whom: the books agree, each waiting one says why, and time brings all of them up."""
    bench = Bench()
    for what, who, nonce, extra in history:
        if what == "add":
            with suppress(PoolRefused):
                bench.add(signed(KEYS[who], nonce, gas=21_000 + extra))
        elif what == "mine":
            bench.mined(*bench.order()[:who])
        else:
            reported = [each for each in bench.order() if each.sender == KEYS[who].address and each.nonce == nonce]
            bench.pool.upon_left_out([LeftOut(each.hash, "slow", False, what) for each in reported])  # type: ignore[arg-type]  # it is one
        assert set(bench.order()) <= {bench.pool.get(each) for each in bench.pool.hashes()}
        assert all(bench.pool.reason(each) for each in bench.pool.hashes())
        assert bench.pool.executable >= len(bench.order())
        assert not (bench.pool.executable and not bench.order()), "a block is wanted that nothing could go into"
    executable = {entry.transaction for ready, _ in bench.pool.content().values() for entry in ready}
    for _ in _blocks(bench):
        if not executable:
            return
        offered = bench.order()
        executable -= set(offered)
        bench.mined(*offered[:1])
    raise AssertionError(f"never offered again: {executable}")
