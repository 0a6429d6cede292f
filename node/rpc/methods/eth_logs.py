"""Logs, and the filters that tell of new ones."""

from node.primitives.types import BlockNumber
from node.rpc.context import Context
from node.rpc.errors import ServerError
from node.rpc.log_query import LogQuery, find_logs, log_query, logs_of
from node.rpc.method import Lane, Method
from node.rpc.parameters import BadValue, Parameter
from node.rpc.render import Json, data

MAX_FILTER_NAME = 64


def get_logs(context: Context, query: LogQuery) -> Json:
    return find_logs(context, query)


def new_filter(context: Context, query: LogQuery) -> Json:
    if query.block_hash is not None:
        raise ServerError("a filter tells of new blocks; for one block's logs use eth_getLogs")
    return context.filters.add(query, context.head.header.number)


def new_block_filter(context: Context) -> Json:
    return context.filters.add(None, context.head.header.number)


def get_filter_changes(context: Context, name: str) -> Json:
    """What came since the last time it was asked. Many logs come in parts, whole blocks each."""
    found = context.filters.get(name)
    pattern = found.query.pattern if isinstance(found.query, LogQuery) else None
    masks = () if pattern is None else pattern.bloom_masks()
    changes: list[Json] = []
    for number in range(found.seen + 1, context.head.header.number + 1):
        if pattern is None:
            changes.append(data(context.chain.block_hash(BlockNumber(number))))
        else:
            changes.extend(logs_of(context, number, pattern, masks))
        found.seen = number
        if len(changes) >= context.limits.log_results:
            break
    return changes


def get_filter_logs(context: Context, name: str) -> Json:
    query = context.filters.get(name).query
    if not isinstance(query, LogQuery):
        raise ServerError("filter not found")
    return find_logs(context, query)


def uninstall_filter(context: Context, name: str) -> Json:
    return context.filters.remove(name)


def filter_name(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_FILTER_NAME:
        raise BadValue("is not a filter's id")
    return value


_QUERY = Parameter("filter", log_query)
_NAME = Parameter("id", filter_name)

METHODS = {
    "eth_getLogs": Method(get_logs, (_QUERY,), Lane.WORKER),
    "eth_newFilter": Method(new_filter, (_QUERY,)),
    "eth_newBlockFilter": Method(new_block_filter),
    "eth_getFilterChanges": Method(get_filter_changes, (_NAME,), Lane.WORKER),
    "eth_getFilterLogs": Method(get_filter_logs, (_NAME,), Lane.WORKER),
    "eth_uninstallFilter": Method(uninstall_filter, (_NAME,)),
}
