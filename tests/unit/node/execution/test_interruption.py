"""A transaction that takes too long is abandoned where it stands, and nothing tells that it was ever begun."""

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.execution.engine import Call, Engine
from node.execution.errors import ExecutionInterrupted, TransactionRefused
from node.execution.pyevm_state import OPCODES_BETWEEN
from node.primitives.types import Address, Gas
from node.state import genesis_state
from tests.unit.node.execution.world import ETHER, RICH, World, account, sign

CONTRACT = Address(b"\xcc" * 20)
IDLE = Address(b"\xdd" * 20)
ENDLESS = "5b5f56"
"""JUMPDEST, PUSH0, JUMP."""

CALLS_WITHOUT_END = "5b5f5f5f5f600461fffffa505f56"
"""STATICCALL of the identity precompile, again and again."""

TRACES = "5b600154600101" + "60015560015f5d5f5fa0" + "5f5f5f5f600373" + "ee" * 20 + "61fffff150" + "5f5f5ff050" + "5f56"
"""Counts in slot 1, writes transient storage, logs, pays 3 wei to a new account, creates; for ever."""


def after(asked: int) -> Callable[[], bool]:
    """Says True from the `asked`-th time on (counted from 0)."""
    times = count()
    return lambda: next(times) >= asked


def code_maker() -> str:
    """Creates a contract of one byte (INVALID), a new one each time, for ever."""
    initcode = "60fe5f5360015ff3"
    return "5b67" + initcode + "5f5260086018" + "5ff050" + "5f56"


HOSTILE = {"opcodes": ENDLESS, "precompile": CALLS_WITHOUT_END, "traces": TRACES, "creations": code_maker()}


def make(engine: Engine, code: str) -> World:
    alloc = {
        RICH.address: account(100 * ETHER),
        CONTRACT: account(ETHER, nonce=1, code=code, storage={1: 7}),
        IDLE: account(1, nonce=1, code="00"),
    }
    update, codes = genesis_state(alloc)
    return World(engine, dict(update.added), dict(codes), update.root)


@pytest.fixture(scope="module")
def engines() -> Engine:
    from node.execution.engines import load_engine

    return load_engine("pyevm")


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE.keys())
def test_whoever_has_no_more_time_gets_out(code: str, engine: Engine) -> None:
    session = make(engine, code).begin()
    with pytest.raises(ExecutionInterrupted, match=r"^execution interrupted") as raised:
        session.apply(sign(to=CONTRACT, gas=16_000_000), late=after(20))
    assert not isinstance(raised.value, TransactionRefused), "it may be perfectly valid"
    with pytest.raises(ExecutionInterrupted):
        session.call(Call(sender=RICH.address, to=CONTRACT, gas=Gas(16_000_000)), late=after(20))


@settings(max_examples=60, deadline=None)
@given(
    code=st.sampled_from(list(HOSTILE.values())), asked=st.integers(0, 60), create=st.booleans(), calls=st.booleans()
)
def test_an_interrupted_transaction_leaves_no_trace(
    code: str, asked: int, create: bool, calls: bool, engines: Engine
) -> None:
    """The block that goes on is the block that never met it: receipts, diff with its new code, gas, and calls."""
    hostile = (
        sign(to=None, data=bytes.fromhex(code), gas=16_000_000, value=5, nonce=1)
        if create
        else sign(to=CONTRACT, gas=16_000_000, value=5, nonce=1)
    )
    disturbed, calm = make(engines, code), make(engines, code)
    results = []
    for made in (disturbed, calm):
        session = made.begin()
        session.apply(sign(to=IDLE, value=1))
        if made is disturbed:
            with pytest.raises(ExecutionInterrupted):
                session.apply(hostile, late=after(asked))
        if made is disturbed and calls:
            with pytest.raises(ExecutionInterrupted):
                session.call(Call(sender=RICH.address, to=CONTRACT, gas=Gas(16_000_000)), late=after(asked))
        gas_used = session.gas_used
        session.apply(sign(to=CONTRACT, gas=400_000, nonce=1))
        session.apply(sign(to=IDLE, value=1, nonce=2))
        called = session.call(Call(sender=RICH.address, to=CONTRACT, gas=Gas(90_000)))
        results.append((gas_used, called, session.finish()))
    assert results[0] == results[1]


def test_no_more_opcodes_run_between_two_questions_than_promised(engine: Engine) -> None:
    """The gas of a transaction that ends by itself bounds how often it must have asked: JUMPDEST, PUSH0, JUMP."""
    asked = count()

    def never() -> bool:
        next(asked)
        return False

    gas = 300_000
    result = make(engine, ENDLESS).begin().apply(sign(to=CONTRACT, gas=gas), late=never)
    assert not result.receipt.succeeded
    opcodes = 3 * (gas - 21_000) // (1 + 2 + 8)
    assert next(asked) >= opcodes // OPCODES_BETWEEN


def test_every_call_and_every_precompile_asks(engine: Engine) -> None:
    asked = count()

    def never() -> bool:
        next(asked)
        return False

    once = "5f5f5f5f600461fffffa50"
    other = "5f5f5f5f73" + IDLE.hex() + "61fffffa50"
    result = make(engine, once * 3 + other * 2).begin().apply(sign(to=CONTRACT, gas=300_000), late=never)
    assert result.receipt.succeeded
    assert next(asked) == 1 + 3 + 2


def test_being_asked_changes_no_result(engine: Engine) -> None:
    transaction = sign(to=CONTRACT, gas=400_000)
    plain, asked = make(engine, TRACES).begin(), make(engine, TRACES).begin()
    assert plain.apply(transaction) == asked.apply(transaction, late=lambda: False)
    assert plain.finish() == asked.finish()


def test_one_that_was_late_may_be_tried_again(engine: Engine) -> None:
    session = make(engine, ENDLESS).begin()
    patient = sign(to=CONTRACT, gas=100_000)
    with pytest.raises(ExecutionInterrupted):
        session.apply(patient, late=after(3))
    assert session.apply(patient).gas_used == 100_000
