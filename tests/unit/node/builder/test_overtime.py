"""Transactions that take longer than the builder has: they keep nobody out, cost little, and are not forgotten.

The clock goes forward by one at each look and at nothing else, so that "time" is how often the engine asked.
"""

from dataclasses import replace

from node.builder import Built
from node.execution.pyevm import PyEvmEngine
from node.pool.model import Overtime
from node.primitives.genesis import GenesisAccount
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction
from node.primitives.types import Address, Wei
from tests.unit.node.builder.test_build import Bench, answering
from tests.unit.node.chain.transfers import CONTRACT, USERS, VALIDATOR_KEYS, Ledger, make_genesis

LOOP = Address(b"\x10" * 20)
LOOP_CODE = bytes.fromhex("5f35" + "5b" + "60019003" + "80" + "6002" + "57" + "00")
"""Counts down from the word that is its call data: seven opcodes a time."""

BUDGET = 200
MOST = BUDGET * 3 // 2 + 10
"""A budget in vain, half a one for the others, and the looks between transactions."""
FOR_EVER = 2**256 - 1
LONG = 6_000
"""Rounds that ask the clock 84 times: more than a share, less than the budget."""


class Clock:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        self.now += 1
        return self.now


class Proposer(Bench):
    """The one proposer there is, with the real engine."""

    def __init__(self) -> None:
        genesis = make_genesis()
        validators = GenesisAccount(Wei(0), 1, answering([key.address for key in VALIDATOR_KEYS[:4]]), {})
        loop = GenesisAccount(Wei(0), 1, LOOP_CODE, {})
        alloc = {**genesis.alloc, CONTRACT: validators, LOOP: loop}
        super().__init__(Ledger(replace(genesis, alloc=alloc), engine=PyEvmEngine()))
        self.clock = Clock()
        self.took: list[int] = []
        """Of each block, in looks at the clock."""

    def loop(self, key: PrivateKey, nonce: int, rounds: int, *, gas: int = 16_000_000) -> Transaction:
        return self.add(key, nonce, gas=gas, to=LOOP, data=rounds.to_bytes(32, "big"))

    def next_block(self) -> Built:
        began = self.clock.now
        built = self.build(clock=self.clock, deadline=began + BUDGET)
        self.took.append(self.clock.now - began)
        self.commit(built)
        return built


def overtimes(built: Built) -> list[Overtime]:
    return [report.overtime for report in built.left_out if report.overtime is not None]


def test_a_hostile_transaction_at_the_head_keeps_nobody_out() -> None:
    proposer = Proposer()
    hostile = proposer.loop(USERS[0], 0, FOR_EVER)
    payments = [proposer.add(key, 0) for key in USERS[1:6]]
    built = proposer.next_block()
    assert built.executed.block.transactions == tuple(payments)
    assert overtimes(built) == [Overtime.WHOLE]
    assert proposer.took[0] <= MOST
    assert hostile.hash in proposer.pool
    assert proposer.pool.reason(hostile.hash) == (
        "takes longer than this validator's execution budget of 199 ms; tried again after 1 more blocks"
    )


def test_it_costs_a_budget_now_and_then_while_the_chain_moves_on() -> None:
    proposer = Proposer()
    hostile = proposer.loop(USERS[0], 0, FOR_EVER)
    wasted = 0
    for number in range(60):
        payments = {proposer.add(key, number) for key in USERS[1:5]}
        built = proposer.next_block()
        assert set(built.executed.block.transactions) == payments
        wasted += bool(overtimes(built))
    assert max(proposer.took) <= MOST
    assert 4 <= wasted <= 10, "tried again with pauses of 2, 4, 8, 16 and 32 blocks, each time in two steps at most"
    assert hostile.hash in proposer.pool


def test_one_that_needs_more_than_its_share_has_a_whole_budget_at_the_next_block() -> None:
    proposer = Proposer()
    payment = proposer.add(USERS[0], 0)
    long = proposer.loop(USERS[1], 0, LONG)
    built = proposer.next_block()
    assert built.executed.block.transactions == (payment,)
    assert overtimes(built) == [Overtime.SHARE]
    assert proposer.pool.reason(long.hash) == (
        "does not end in its share of a block's budget; turn 1 to have a block's whole budget"
    )
    payment = proposer.add(USERS[0], 1)
    assert proposer.next_block().executed.block.transactions == (long, payment)


def test_many_hostile_senders_have_one_turn_a_block_and_keep_nobody_out_for_long() -> None:
    proposer = Proposer()
    for key in USERS[:6]:
        proposer.loop(key, 0, FOR_EVER)
    honest = {proposer.add(key, 0) for key in USERS[6:]}
    mined: set[Transaction] = set()
    for number in range(8):
        built = proposer.next_block()
        mined.update(built.executed.block.transactions)
        assert overtimes(built).count(Overtime.WHOLE) <= 1
        assert honest <= mined or number < 1, "four of them may have a share in the first block"
    assert max(proposer.took) <= MOST
    assert len(proposer.pool) == 6


def test_a_long_one_that_is_honest_gets_through_among_hostile_ones() -> None:
    proposer = Proposer()
    for key in USERS[:3]:
        proposer.loop(key, 0, FOR_EVER)
    long = proposer.loop(USERS[3], 0, LONG)
    mined: list[Transaction] = []
    for _ in range(5):
        mined += proposer.next_block().executed.block.transactions
    assert mined == [long]


def test_running_into_the_end_of_the_budget_is_no_fault() -> None:
    """What had less than its share says nothing of itself: it waits like any other, and comes sooner next time."""
    proposer = Proposer()
    proposer.loop(USERS[0], 0, 13_500)
    late = proposer.loop(USERS[1], 0, LONG)
    built = proposer.next_block()
    assert [each.sender for each in built.executed.block.transactions] == [USERS[0].address]
    assert overtimes(built) == []
    assert proposer.pool.reason(late.hash) == "left out of the last block: execution budget"
    assert proposer.next_block().executed.block.transactions == (late,)


def test_a_transaction_with_little_gas_is_never_interrupted() -> None:
    proposer = Proposer()
    short = proposer.loop(USERS[0], 0, FOR_EVER, gas=100_000)
    built = proposer.build(clock=proposer.clock, deadline=0)
    assert built.executed.block.transactions == (short,)
