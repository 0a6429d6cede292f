"""What waits in the pool, and why. `reason` beside geth's fields tells why a transaction isn't in a block yet."""

from asyncio import wrap_future
from collections.abc import Callable, Sequence
from typing import Final

from eth_utils.address import to_checksum_address

from node.pool.model import Entry
from node.pool.view import PoolView, Waiting
from node.primitives.types import Address
from node.rpc import render
from node.rpc.context import Context
from node.rpc.errors import LimitExceeded, ServerError
from node.rpc.method import Lane, Method
from node.rpc.parameters import Parameter, address
from node.rpc.render import Json, JsonObject, quantity

LEAST_FULL_BYTES: Final = 400
LEAST_SUMMARY_BYTES: Final = 80
"""Less than any transaction takes in an answer, its data not counted."""


async def status(context: Context) -> Json:
    executable, all_ = await wrap_future(context.node.ask_pool(lambda pool: (pool.executable, len(pool))))
    return {"pending": quantity(executable), "queued": quantity(all_ - executable)}


def content(context: Context) -> Json:
    return _dump(context, _full, _full_bytes)


def inspect(context: Context) -> Json:
    return _dump(context, _summary, _summary_bytes)


def content_from(context: Context, sender: Address) -> Json:
    view = _view(context, sender)
    _check_size(context, view, _full_bytes)
    ready, others = view.explained(view.senders[0]) if view.senders else ((), ())
    return {"pending": _by_nonce(ready, _full), "queued": _by_nonce(others, _full)}


def _dump(context: Context, show: Callable[[Waiting], Json], least_bytes: Callable[[Entry], int]) -> Json:
    """The whole pool, for one caller at a time. Raises LimitExceeded for the others."""
    if not context.pool_dump.acquire(blocking=False):
        raise LimitExceeded("another call shows the whole pool now; try again, or ask for txpool_contentFrom")
    try:
        view = _view(context, None)
        _check_size(context, view, least_bytes)
        return _by_sender(view, show)
    finally:
        context.pool_dump.release()


def _view(context: Context, only: Address | None) -> PoolView:
    """Waits for the loop that owns the pool, which only copies; all else is done here."""
    asked = context.node.ask_pool(lambda pool: pool.view(only))
    try:
        return asked.result(timeout=context.limits.call_timeout_s)
    except TimeoutError:
        asked.cancel()
        raise ServerError(f"the node did not answer within {context.limits.call_timeout_s:g} s") from None


def _check_size(context: Context, view: PoolView, least_bytes: Callable[[Entry], int]) -> None:
    """What can't be sent need not be made. Raises LimitExceeded."""
    limit = context.limits.response_bytes
    if sum(least_bytes(entry) for sender in view.senders for entry in sender.entries) > limit:
        raise LimitExceeded(f"response too large: over {limit} bytes")


def _by_sender(view: PoolView, show: Callable[[Waiting], Json]) -> JsonObject:
    pending: JsonObject = {}
    queued: JsonObject = {}
    for sender in view.senders:
        address = to_checksum_address(sender.address)
        for into, entries in zip((pending, queued), view.explained(sender), strict=True):
            if entries:
                into[address] = _by_nonce(entries, show)
    return {"pending": pending, "queued": queued}


def _by_nonce(entries: Sequence[Waiting], show: Callable[[Waiting], Json]) -> JsonObject:
    return {str(entry.transaction.nonce): show(entry) for entry in entries}


def _full(entry: Waiting) -> Json:
    return render.transaction(entry.transaction, None) | {"reason": entry.reason}


def _summary(entry: Waiting) -> Json:
    of = entry.transaction
    target = "contract creation" if of.to is None else to_checksum_address(of.to)
    return f"{target}: {of.value} wei + {of.gas} gas × {of.max_fee} wei ({entry.reason})"  # noqa: RUF001  geth's own sign


def _full_bytes(entry: Entry) -> int:
    """Never more than `_full` takes, whose data is hex."""
    return 2 * len(entry.transaction.data) + LEAST_FULL_BYTES


def _summary_bytes(entry: Entry) -> int:
    return LEAST_SUMMARY_BYTES


METHODS = {
    "txpool_status": Method(status, lane=Lane.ASYNC),
    "txpool_content": Method(content, lane=Lane.WORKER),
    "txpool_contentFrom": Method(content_from, (Parameter("address", address),), Lane.READER),
    "txpool_inspect": Method(inspect, lane=Lane.WORKER),
}
