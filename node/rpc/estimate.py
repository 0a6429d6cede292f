"""eth_estimateGas: the least gas with which the call succeeds, to within 1.5 %, by geth's search.

A first run at the ceiling tells whether it can succeed at all and what it used; the answer lies between that and
the ceiling. A callee gets at most 63/64 of what is left (EIP-150) and refunds come last (EIP-3529), so what was used
may be too little: the second run tries used + refund + stipend, times 64/63.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from node.execution.engine import BlockSession, CallResult, Late
from node.execution.errors import IntrinsicGasTooLow
from node.rpc.call_arguments import CallArguments
from node.rpc.context import Context
from node.rpc.errors import ServerError
from node.rpc.simulation import REVERTED, Ground, begin, call_of, deadline_of, failure, gas_ceiling
from node.state.model import Account

TRANSFER_GAS: Final = 21_000
CALL_STIPEND: Final = 2_300
TOLERANCE: Final = 0.015


Attempt: TypeAlias = Callable[[int], CallResult | None]
"""The call with so much gas; None where that doesn't even cover what it costs before it runs."""


def estimate_gas(context: Context, arguments: CallArguments, ground: Ground) -> int:
    """Raises ExecutionReverted with the revert's data, or ServerError in geth's words."""
    high = _ceiling(context, arguments, ground)
    attempt = partial(_run, begin(context, ground, arguments), arguments, deadline_of(context))
    if high >= TRANSFER_GAS and _is_plain_transfer(arguments, ground) and _succeeds(attempt, TRANSFER_GAS):
        return TRANSFER_GAS
    first = attempt(high)
    if first is None or first.error is not None:
        raise _refusal(first, high)
    return _search(attempt, first, high)


def _search(attempt: Attempt, first: CallResult, high: int) -> int:
    low = first.gas_used - 1
    likely = (first.gas_used + first.gas_refund + CALL_STIPEND) * 64 // 63
    if likely < high:
        if _succeeds(attempt, likely):
            high = likely
        else:
            low = likely
    while low + 1 < high and (high - low) / high >= TOLERANCE:
        middle = min((high + low) // 2, low * 2)
        if _succeeds(attempt, middle):
            high = middle
        else:
            low = middle
    return high


def _ceiling(context: Context, arguments: CallArguments, ground: Ground) -> int:
    """The most gas that the call could be given: what it asks for, the block's, the chain's and the server's bounds,
    and what its sender can pay."""
    high = gas_ceiling(context, ground)
    rules = context.chain.config.qbft
    if rules is not None:
        high = min(high, rules.transaction_gas_cap)
    if arguments.gas is not None and arguments.gas >= TRANSFER_GAS:
        high = min(high, arguments.gas)
    if arguments.max_fee == 0:
        return high
    balance = (ground.state.account(arguments.sender) or Account()).balance
    if arguments.value > balance:
        raise ServerError("insufficient funds for transfer")
    return min(high, (balance - arguments.value) // arguments.max_fee)


def _is_plain_transfer(arguments: CallArguments, ground: Ground) -> bool:
    if arguments.to is None or arguments.data or arguments.access_list or arguments.authorizations:
        return False
    account = ground.state.account(arguments.to)
    return account is None or not ground.state.code(account.code_hash)


def _run(session: BlockSession, arguments: CallArguments, late: Late, gas: int) -> CallResult | None:
    """None where the gas doesn't even cover what the transaction costs before it runs."""
    try:
        return session.call(call_of(arguments, gas), late=late)
    except IntrinsicGasTooLow:
        return None


def _succeeds(attempt: Attempt, gas: int) -> bool:
    result = attempt(gas)
    return result is not None and result.error is None


def _refusal(result: CallResult | None, gas: int) -> Exception:
    if result is not None and result.error == REVERTED:
        return failure(result)
    if result is not None and result.error != "out of gas":
        return failure(result)
    return ServerError(f"gas required exceeds allowance ({gas})")
