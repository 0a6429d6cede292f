"""Running contracts without a transaction: eth_call, eth_estimateGas, eth_createAccessList."""

from dataclasses import replace

from node.primitives.transaction import AccessListEntry
from node.rpc import render
from node.rpc.call_arguments import CallArguments, call_arguments
from node.rpc.context import Context
from node.rpc.estimate import estimate_gas
from node.rpc.method import Lane, Method
from node.rpc.parameters import BlockReference, BlockTag, Parameter, block_reference, optional
from node.rpc.render import Json, JsonObject, data, quantity
from node.rpc.simulation import begin, call_of, deadline_of, failure, gas_ceiling, ground_of

MAX_ACCESS_LIST_ROUNDS = 16
"""Runs until the list stands still; each can only add, and contracts that never settle get what is known."""


def call(context: Context, arguments: CallArguments, reference: BlockReference) -> Json:
    ground = ground_of(context, reference)
    ceiling = gas_ceiling(context, ground)
    gas = min(arguments.gas or ceiling, ceiling)
    result = begin(context, ground, arguments).call(call_of(arguments, gas), late=deadline_of(context))
    if result.error is not None:
        raise failure(result)
    return data(result.output)


def estimate(context: Context, arguments: CallArguments, reference: BlockReference) -> Json:
    # "latest" means the state, as web3.py and others send it with every estimate. The head's own time would be a
    # minute old on an idle chain, and what a deadline has since allowed would be refused.
    ground = ground_of(context, BlockTag.PENDING if reference is BlockTag.LATEST else reference)
    return quantity(estimate_gas(context, arguments, ground))


def create_access_list(context: Context, arguments: CallArguments, reference: BlockReference) -> Json:
    ground = ground_of(context, reference)
    ceiling = gas_ceiling(context, ground)
    gas = min(arguments.gas or ceiling, ceiling)
    session = begin(context, ground, arguments)
    late, known = deadline_of(context), arguments.access_list
    for _ in range(MAX_ACCESS_LIST_ROUNDS):
        result = session.call(call_of(replace(arguments, access_list=known), gas), late=late)
        if _normal(result.accessed) == _normal(known):
            break
        known = result.accessed
    answer: JsonObject = {"accessList": render.access_list(known), "gasUsed": quantity(result.gas_used)}
    return answer if result.error is None else answer | {"error": result.error}


def _normal(entries: tuple[AccessListEntry, ...]) -> dict[bytes, frozenset[bytes]]:
    return {entry.address: frozenset(entry.slots) for entry in entries}


_ARGUMENTS = Parameter("transaction", call_arguments)

METHODS = {
    "eth_call": Method(call, (_ARGUMENTS, optional("block", block_reference, default=BlockTag.LATEST)), Lane.WORKER),
    "eth_estimateGas": Method(
        estimate, (_ARGUMENTS, optional("block", block_reference, default=BlockTag.PENDING)), Lane.WORKER
    ),
    "eth_createAccessList": Method(
        create_access_list, (_ARGUMENTS, optional("block", block_reference, default=BlockTag.PENDING)), Lane.WORKER
    ),
}
