"""All methods by name, and those of them that a server grants."""

from collections.abc import Collection, Mapping
from typing import Final

from node.rpc.method import Method, Scope
from node.rpc.methods import (
    admin,
    debug,
    development,
    eth_blocks,
    eth_call,
    eth_fees,
    eth_logs,
    eth_send,
    eth_state,
    eth_transactions,
    jiaozi,
    net,
    qbft,
    txpool,
)

GROUPS: Final = (
    eth_blocks,
    eth_transactions,
    eth_state,
    eth_call,
    eth_logs,
    eth_fees,
    eth_send,
    net,
    txpool,
    qbft,
    jiaozi,
    debug,
    admin,
    development,
)

METHODS: Final[Mapping[str, Method]] = {name: method for group in GROUPS for name, method in group.METHODS.items()}

assert len(METHODS) == sum(len(group.METHODS) for group in GROUPS), "two groups have a method of one name"


def granted(scopes: Collection[Scope]) -> Mapping[str, Method]:
    return {name: method for name, method in METHODS.items() if method.scope in scopes}


def namespaces(methods: Mapping[str, Method]) -> tuple[str, ...]:
    return tuple(sorted({name.partition("_")[0] for name in methods}))
