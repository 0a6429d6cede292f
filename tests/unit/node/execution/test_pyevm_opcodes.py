"""The short forms of common opcodes do what py-evm's own do: stack, memory, gas, position and failure."""

from types import SimpleNamespace
from typing import Any

from eth.exceptions import VMError
from eth.vm import opcode_values as op
from eth.vm.code_stream import CodeStream
from eth.vm.computation import BaseComputation
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.prague.opcodes import PRAGUE_OPCODES
from eth.vm.gas_meter import GasMeter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from node.execution.pyevm_opcodes import fast_opcodes
from node.execution.pyevm_state import _PragueComputation

FAST = fast_opcodes()
CODE = bytes([op.PUSH1, op.JUMPDEST, op.JUMPDEST, op.PUSH1 + 31]) + bytes(range(40))

words = st.one_of(
    st.integers(0, 300),
    st.sampled_from([2**255, 2**256 - 1, 2**256 - 2, 2**128]),
    st.integers(0, 2**256 - 1),
    st.binary(max_size=32),
)


class _Computation:
    """What opcodes touch of a computation, made of py-evm's own parts."""

    def __init__(self, machine: Any, stack: list[Any], gas: int, position: int, memory: bytes) -> None:
        inner = machine.__new__(machine)
        whole = SimpleNamespace(msg=SimpleNamespace(gas=gas))
        BaseComputation.__init__(inner, None, _message(), whole)  # type: ignore[arg-type]  # opcodes here ask for neither
        inner.code = CodeStream(CODE)
        inner.code.program_counter = position
        inner._gas_meter = GasMeter(gas)
        inner._stack.values.extend(stack)
        inner._memory._bytes.extend(memory)
        self.inner = inner

    def run(self, opcode: Any) -> tuple[Any, ...]:
        try:
            opcode(self.inner)
        except VMError:
            return ("failed",)
        values = [
            int.from_bytes(value, "big") if isinstance(value, bytes) else value for value in self.inner._stack.values
        ]
        memory = bytes(self.inner._memory._bytes)
        return values, memory, self.inner._gas_meter.gas_remaining, self.inner.code.program_counter


def _message() -> Any:
    return SimpleNamespace(gas=0, code=b"")


@settings(max_examples=400, deadline=None)
@given(
    opcode=st.sampled_from(sorted(FAST)),
    stack=st.lists(words, max_size=18),
    gas=st.one_of(st.just(100), st.integers(0, 11)),
    position=st.integers(0, len(CODE) + 2),
    memory=st.integers(0, 10).map(lambda count: bytes(range(1, 33)) * count),
)
@example(opcode=op.DUP1, stack=[1] * 1024, gas=100, position=1, memory=b"")
@example(opcode=op.PUSH1, stack=[1] * 1024, gas=100, position=1, memory=b"")
@example(opcode=op.JUMP, stack=[2], gas=100, position=1, memory=b"")
@example(opcode=op.JUMP, stack=[1], gas=100, position=1, memory=b"")
@example(opcode=op.JUMPI, stack=[1, 2], gas=100, position=1, memory=b"")
@example(opcode=op.JUMPI, stack=[0, 9], gas=100, position=1, memory=b"")
@example(opcode=op.MLOAD, stack=[2**256 - 1], gas=100, position=1, memory=b"")
@example(opcode=op.MLOAD, stack=[31], gas=100, position=1, memory=bytes(range(64)))
@example(opcode=op.MSTORE, stack=[7, 40], gas=100, position=1, memory=bytes(range(64)))
@example(opcode=op.JUMP, stack=[2**255], gas=100, position=1, memory=b"")
def test_a_short_form_is_py_evms_opcode(opcode: int, stack: list[Any], gas: int, position: int, memory: bytes) -> None:
    ours = _Computation(_PragueComputation, stack, gas, position, memory).run(FAST[opcode])
    assert ours == _Computation(PragueComputation, stack, gas, position, memory).run(PRAGUE_OPCODES[opcode])
