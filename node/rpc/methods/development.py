"""evm_: moving a development network's clock. A network of any other genesis has none of this (-32601)."""

from asyncio import wrap_future

from node.rpc.context import Context
from node.rpc.errors import InvalidParams
from node.rpc.method import Lane, Method, Scope
from node.rpc.parameters import Parameter, count
from node.rpc.render import Json

LONGEST_STEP_S = 100 * 366 * 86_400
"""A hundred years: what tests of the longest maturities want, and no timestamp runs out of 64 bits."""


async def increase_time(context: Context, seconds: int) -> Json:
    """The whole offset in seconds, as other development nodes answer."""
    if seconds > LONGEST_STEP_S:
        raise InvalidParams(f"invalid argument 0: seconds: {seconds} is over {LONGEST_STEP_S}")
    return await wrap_future(context.node.increase_time(seconds))


async def set_next_block_timestamp(context: Context, timestamp: int) -> Json:
    head = context.head.header.timestamp
    if timestamp < head:
        raise InvalidParams(f"invalid argument 0: timestamp: {timestamp} is before the head's {head}")
    if timestamp > head + LONGEST_STEP_S:
        raise InvalidParams(f"invalid argument 0: timestamp: {timestamp} is over {LONGEST_STEP_S} s ahead")
    await wrap_future(context.node.set_next_timestamp(timestamp))
    return None


METHODS = {
    "evm_increaseTime": Method(increase_time, (Parameter("seconds", count),), Lane.ASYNC, Scope.DEVELOPMENT),
    "evm_setNextBlockTimestamp": Method(
        set_next_block_timestamp, (Parameter("timestamp", count),), Lane.ASYNC, Scope.DEVELOPMENT
    ),
}
