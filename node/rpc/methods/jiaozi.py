"""jiaozi_*: what happened, seen again. A final refusal can be had once more from the state that it met, whatever the
rest of its block and all later blocks have changed since.

Nothing here is more than what the state and the block say; nothing is written.
"""

from node.chain.batches import stored_receipt
from node.primitives.types import Hash32
from node.rpc.call_arguments import CallArguments, call_arguments
from node.rpc.context import Context, require_block, require_header
from node.rpc.errors import InvalidParams
from node.rpc.method import Lane, Method
from node.rpc.parameters import BlockReference, Parameter, block_reference, hash32, uint64
from node.rpc.render import Json, JsonObject, data, quantity
from node.rpc.simulation import (
    call_of,
    check_chain_id,
    deadline_of,
    failure,
    session_before,
)


def replay_transaction(context: Context, transaction_hash: Hash32) -> Json:
    """Executes a mined transaction again, after those that stood before it in its block. None for one not mined.

    `revertReason` is what the receipt has, cut as there; `output` is whole.
    """
    location = context.chain.locate(transaction_hash)
    if location is None or location.number > context.head.header.number:
        return None
    transaction = require_block(context, location.number).transactions[location.index]
    late = deadline_of(context)
    result = session_before(context, location.number, location.index, late).apply(transaction, late=late)
    answer: JsonObject = {
        "transactionHash": data(transaction_hash),
        "blockNumber": quantity(location.number),
        "transactionIndex": quantity(location.index),
        "status": quantity(result.receipt.succeeded),
        "gasUsed": quantity(result.gas_used),
        "output": data(result.output),
    }
    revert_data = stored_receipt(result).revert_data
    return answer | {"revertReason": data(revert_data)} if revert_data else answer


def call_before(context: Context, arguments: CallArguments, reference: BlockReference, index: int) -> Json:
    """eth_call on the state that transaction `index` of a block met; at the number of its transactions, on what the
    last one left. This is how the `check` of a policy is asked about a payment that it refused."""
    check_chain_id(context, arguments)
    header = require_header(context, reference)
    count = len(require_block(context, header.number).transactions)
    if header.number == 0:
        raise InvalidParams("invalid argument 1: block: nothing was executed in the genesis")
    if index > count:
        raise InvalidParams(f"invalid argument 2: index: the block has {count} transactions")
    ceiling = min(context.limits.call_gas, header.gas_limit)
    gas = min(arguments.gas or ceiling, ceiling)
    late = deadline_of(context)
    result = session_before(context, header.number, index, late).call(call_of(arguments, gas), late=late)
    if result.error is not None:
        raise failure(result)
    return data(result.output)


METHODS = {
    "jiaozi_replayTransaction": Method(replay_transaction, (Parameter("transactionHash", hash32),), Lane.WORKER),
    "jiaozi_callBefore": Method(
        call_before,
        (Parameter("transaction", call_arguments), Parameter("block", block_reference), Parameter("index", uint64)),
        Lane.WORKER,
    ),
}
