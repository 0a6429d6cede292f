"""The opcodes that most programs consist of, without py-evm's layers: a third of the time for the same effect.

Each takes its gas, checks the stack and works on the stack's list itself. Whatever is not here is py-evm's own.
Why: a block full of the cheapest opcodes is the worst one there is, and it must end before consensus gives up on it.
"""

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from eth.exceptions import FullStack, InsufficientStack, InvalidJumpDestination, OutOfGas
from eth.vm import opcode_values as op

from node.primitives.types import UINT256_MAX

Run = Callable[[Any], None]

MAX_STACK: Final = 1024
VERY_LOW: Final = 3
LOW: Final = 5
MID: Final = 8
HIGH: Final = 10


def fast_opcodes() -> Mapping[int, Run]:
    table: dict[int, Run] = {
        op.POP: _pop,
        op.JUMPDEST: _jumpdest,
        op.JUMP: _jump,
        op.JUMPI: _jump_if,
        op.MLOAD: _mload,
        op.MSTORE: _mstore,
        op.ISZERO: _unary(VERY_LOW, lambda value: 0 if value else 1),
        op.NOT: _unary(VERY_LOW, lambda value: value ^ UINT256_MAX),
    }
    table.update({opcode: _binary(gas, compute) for opcode, (gas, compute) in _BINARY.items()})
    table.update({opcode: _ternary(compute) for opcode, compute in _TERNARY.items()})
    table.update({op.PUSH1 + size - 1: _push(size) for size in range(33)})
    table.update({op.DUP1 + index: _dup(index + 1) for index in range(16)})
    table.update({op.SWAP1 + index: _swap(index + 1) for index in range(16)})
    return table


_BINARY: Final[Mapping[int, tuple[int, Callable[[int, int], int]]]] = {
    op.ADD: (VERY_LOW, lambda top, next_: (top + next_) & UINT256_MAX),
    op.MUL: (LOW, lambda top, next_: top * next_ & UINT256_MAX),
    op.SUB: (VERY_LOW, lambda top, next_: (top - next_) & UINT256_MAX),
    op.DIV: (LOW, lambda top, next_: top // next_ if next_ else 0),
    op.MOD: (LOW, lambda top, next_: top % next_ if next_ else 0),
    op.LT: (VERY_LOW, lambda top, next_: 1 if top < next_ else 0),
    op.GT: (VERY_LOW, lambda top, next_: 1 if top > next_ else 0),
    op.EQ: (VERY_LOW, lambda top, next_: 1 if top == next_ else 0),
    op.AND: (VERY_LOW, operator.and_),
    op.OR: (VERY_LOW, operator.or_),
    op.XOR: (VERY_LOW, operator.xor),
    op.SHL: (VERY_LOW, lambda top, next_: next_ << top & UINT256_MAX if top < 256 else 0),
    op.SHR: (VERY_LOW, lambda top, next_: next_ >> top if top < 256 else 0),
}

_TERNARY: Final[Mapping[int, Callable[[int, int, int], int]]] = {
    op.ADDMOD: lambda top, next_, modulus: (top + next_) % modulus if modulus else 0,
    op.MULMOD: lambda top, next_, modulus: top * next_ % modulus if modulus else 0,
}


def _charge(computation: Any, gas: int) -> Any:
    """Takes the gas and gives the stack's list."""
    meter = computation._gas_meter
    left = meter.gas_remaining - gas
    if left < 0:
        raise OutOfGas("out of gas")
    meter.gas_remaining = left
    return computation._stack.values


def _underflow(wanted: int, found: int) -> InsufficientStack:
    return InsufficientStack(f"wanted {wanted} stack items, found {found}")


def _unary(gas: int, compute: Callable[[int], int]) -> Run:
    def run(computation: Any) -> None:
        stack = _charge(computation, gas)
        if not stack:
            raise _underflow(1, 0)
        value = stack[-1]
        stack[-1] = compute(value if value.__class__ is int else int.from_bytes(value, "big"))

    return run


def _binary(gas: int, compute: Callable[[int, int], int]) -> Run:
    def run(computation: Any) -> None:
        stack = _charge(computation, gas)
        if len(stack) < 2:
            raise _underflow(2, len(stack))
        top = stack.pop()
        next_ = stack[-1]
        if top.__class__ is not int:
            top = int.from_bytes(top, "big")
        if next_.__class__ is not int:
            next_ = int.from_bytes(next_, "big")
        stack[-1] = compute(top, next_)

    return run


def _ternary(compute: Callable[[int, int, int], int]) -> Run:
    def run(computation: Any) -> None:
        stack = _charge(computation, MID)
        if len(stack) < 3:
            raise _underflow(3, len(stack))
        stack[-3:] = [compute(*(_integer(value) for value in reversed(stack[-3:])))]

    return run


def _push(size: int) -> Run:
    gas = VERY_LOW if size else 2

    def run(computation: Any) -> None:
        stack = _charge(computation, gas)
        if len(stack) >= MAX_STACK:
            raise FullStack("stack limit reached")
        code = computation.code
        start = code.program_counter
        code.program_counter = end = start + size
        data = code._raw_code_bytes[start:end]
        stack.append(int.from_bytes(data, "big") << 8 * (size - len(data)))

    return run


def _dup(position: int) -> Run:
    def run(computation: Any) -> None:
        stack = _charge(computation, VERY_LOW)
        if len(stack) < position:
            raise _underflow(position, len(stack))
        if len(stack) >= MAX_STACK:
            raise FullStack("stack limit reached")
        stack.append(stack[-position])

    return run


def _swap(position: int) -> Run:
    other = -position - 1

    def run(computation: Any) -> None:
        stack = _charge(computation, VERY_LOW)
        if len(stack) <= position:
            raise _underflow(position + 1, len(stack))
        stack[-1], stack[other] = stack[other], stack[-1]

    return run


def _pop(computation: Any) -> None:
    stack = _charge(computation, 2)
    if not stack:
        raise _underflow(1, 0)
    stack.pop()


def _jumpdest(computation: Any) -> None:
    _charge(computation, 1)


def _jump(computation: Any) -> None:
    stack = _charge(computation, MID)
    if not stack:
        raise _underflow(1, 0)
    _go_to(computation.code, _integer(stack.pop()))


def _jump_if(computation: Any) -> None:
    stack = _charge(computation, HIGH)
    if len(stack) < 2:
        raise _underflow(2, len(stack))
    target, condition = stack.pop(), stack.pop()
    if _integer(condition):
        _go_to(computation.code, _integer(target))


def _mload(computation: Any) -> None:
    stack = _charge(computation, VERY_LOW)
    if not stack:
        raise _underflow(1, 0)
    at = _integer(stack.pop())
    computation.extend_memory(at, 32)
    stack.append(int.from_bytes(computation._memory._bytes[at : at + 32], "big"))


def _mstore(computation: Any) -> None:
    stack = _charge(computation, VERY_LOW)
    if len(stack) < 2:
        raise _underflow(2, len(stack))
    at, value = _integer(stack.pop()), _integer(stack.pop())
    computation.extend_memory(at, 32)
    computation._memory._bytes[at : at + 32] = value.to_bytes(32, "big")


def _go_to(code: Any, target: int) -> None:
    if target not in _jump_destinations(code._raw_code_bytes):
        raise InvalidJumpDestination("invalid jump destination")
    code.program_counter = target


@lru_cache(maxsize=256)
def _jump_destinations(raw: bytes) -> frozenset[int]:
    """Where a jump in this code may land: every JUMPDEST that is not push data. Found once a code, not once a call."""
    destinations, at = [], 0
    while at < len(raw):
        byte = raw[at]
        if byte == op.JUMPDEST:
            destinations.append(at)
        at += byte - op.PUSH1 + 2 if op.PUSH1 <= byte <= op.PUSH32 else 1
    return frozenset(destinations)


def _integer(value: int | bytes) -> int:
    return value if isinstance(value, int) else int.from_bytes(value, "big")
