"""What waits in the pool, and why. `reason` beside geth's fields tells why a transaction isn't in a block yet."""

from asyncio import wrap_future
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eth_utils.address import to_checksum_address

from node.pool.pool import Pool
from node.primitives.transaction import Transaction
from node.primitives.types import Address
from node.rpc import render
from node.rpc.context import Context
from node.rpc.method import Lane, Method
from node.rpc.parameters import Parameter, address
from node.rpc.render import Json, JsonObject, quantity


@dataclass(frozen=True, slots=True)
class Waiting:
    transaction: Transaction
    reason: str


BySender = Mapping[Address, Sequence[Waiting]]


async def status(context: Context) -> Json:
    executable, all_ = await wrap_future(context.node.ask_pool(lambda pool: (pool.executable, len(pool))))
    return {"pending": quantity(executable), "queued": quantity(all_ - executable)}


async def content(context: Context) -> Json:
    return await _content(context, _full)


async def inspect(context: Context) -> Json:
    return await _content(context, _summary)


async def content_from(context: Context, sender: Address) -> Json:
    pending, queued = await wrap_future(context.node.ask_pool(lambda pool: _snapshot(pool, sender)))
    return {
        "pending": _by_nonce(pending.get(sender, ()), _full),
        "queued": _by_nonce(queued.get(sender, ()), _full),
    }


async def _content(context: Context, show: Callable[[Waiting], Json]) -> Json:
    pending, queued = await wrap_future(context.node.ask_pool(_snapshot))
    return {"pending": _by_sender(pending, show), "queued": _by_sender(queued, show)}


def _snapshot(pool: Pool, only: Address | None = None) -> tuple[BySender, BySender]:
    """Executable and other transactions, each with the pool's reason; runs in the pool's loop."""
    pending: dict[Address, list[Waiting]] = {}
    queued: dict[Address, list[Waiting]] = {}
    for sender, (ready, others) in pool.content().items():
        if only not in (None, sender):
            continue
        for into, entries in ((pending, ready), (queued, others)):
            if entries:
                into[sender] = [
                    Waiting(entry.transaction, pool.reason(entry.transaction.hash) or "") for entry in entries
                ]
    return pending, queued


def _by_sender(waiting: BySender, show: Callable[[Waiting], Json]) -> JsonObject:
    return {to_checksum_address(sender): _by_nonce(entries, show) for sender, entries in waiting.items()}


def _by_nonce(entries: Sequence[Waiting], show: Callable[[Waiting], Json]) -> JsonObject:
    return {str(entry.transaction.nonce): show(entry) for entry in entries}


def _full(entry: Waiting) -> Json:
    return render.transaction(entry.transaction, None) | {"reason": entry.reason}


def _summary(entry: Waiting) -> Json:
    of = entry.transaction
    target = "contract creation" if of.to is None else to_checksum_address(of.to)
    return f"{target}: {of.value} wei + {of.gas} gas × {of.max_fee} wei ({entry.reason})"  # noqa: RUF001  geth's own sign


METHODS = {
    "txpool_status": Method(status, lane=Lane.ASYNC),
    "txpool_content": Method(content, lane=Lane.ASYNC),
    "txpool_contentFrom": Method(content_from, (Parameter("address", address),), Lane.ASYNC),
    "txpool_inspect": Method(inspect, lane=Lane.ASYNC),
}
