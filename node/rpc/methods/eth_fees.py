"""What gas costs. On a zero-fee network every price is 0, which sends ethers down its legacy path."""

from collections.abc import Sequence
from itertools import pairwise

from node.execution.validity import blob_base_fee
from node.primitives.block import Block
from node.rpc.context import Context, require_block, require_entry, require_header
from node.rpc.errors import InvalidParams, ServerError
from node.rpc.method import Lane, Method
from node.rpc.parameters import BadValue, BlockReference, Parameter, block_number, count, optional, sequence
from node.rpc.render import Json, JsonObject, quantity
from node.rpc.simulation import next_environment

MAX_HISTORY = 1_024
MAX_PERCENTILES = 100
TIP_BLOCKS = 20
TIP_PERCENTILE = 60


def gas_price(context: Context) -> Json:
    return quantity(next_environment(context).base_fee + _suggested_tip(context))


def max_priority_fee(context: Context) -> Json:
    return quantity(_suggested_tip(context))


def blob_fee(context: Context) -> Json:
    excess = next_environment(context).excess_blob_gas
    return quantity(blob_base_fee(excess, context.chain.config.blob_schedule))


def fee_history(context: Context, wanted: int, newest: BlockReference, percentiles: Sequence[float]) -> Json:
    _check_percentiles(percentiles)
    last = _newest(context, newest)
    blocks = min(wanted, MAX_HISTORY, last + 1)
    if blocks == 0:
        return {"oldestBlock": "0x0", "gasUsedRatio": []}
    history = [require_block(context, number) for number in range(last - blocks + 1, last + 1)]
    fees = [*((block.header.base_fee, block.header.excess_blob_gas) for block in history), _fees_after(context, last)]
    schedule = context.chain.config.blob_schedule
    blob_limit = schedule.maximum * 2**17
    answer: JsonObject = {
        "oldestBlock": quantity(last - blocks + 1),
        "baseFeePerGas": [quantity(base_fee) for base_fee, _ in fees],
        "gasUsedRatio": [block.header.gas_used / block.header.gas_limit for block in history],
        "baseFeePerBlobGas": [quantity(blob_base_fee(excess, schedule)) for _, excess in fees],
        "blobGasUsedRatio": [block.header.blob_gas_used / blob_limit for block in history],
    }
    if percentiles:
        answer["reward"] = [_rewards(context, block, percentiles) for block in history]
    return answer


def _newest(context: Context, reference: BlockReference) -> int:
    head = context.head.header.number
    if isinstance(reference, int) and reference > head:
        raise ServerError(f"request beyond head block: requested {reference}, head {head}")
    return require_header(context, reference).number


def _fees_after(context: Context, number: int) -> tuple[int, int]:
    """(base fee, excess blob gas) of the block after `number`, be it there or yet to come."""
    if number < context.head.header.number:
        header = context.chain.header(number + 1)
        assert header is not None, f"block {number + 1} is below the head but not there"
        return header.base_fee, header.excess_blob_gas
    environment = next_environment(context)
    return environment.base_fee, environment.excess_blob_gas


def _rewards(context: Context, block: Block, percentiles: Sequence[float]) -> list[Json]:
    """The tip at which each percentile of the block's gas was bought."""
    stored = require_entry(context, block.number).receipts
    tips = sorted(
        (transaction.effective_tip(block.header.base_fee), entry.gas_used)
        for transaction, entry in zip(block.transactions, stored, strict=True)
    )
    if not tips:
        return [quantity(0) for _ in percentiles]
    rewards: list[Json] = []
    index, gas = 0, int(tips[0][1])
    for percentile in percentiles:
        threshold = int(block.header.gas_used * percentile / 100)
        while gas < threshold and index < len(tips) - 1:
            index += 1
            gas += tips[index][1]
        rewards.append(quantity(tips[index][0]))
    return rewards


def _suggested_tip(context: Context) -> int:
    """What the 60th percentile of the last blocks' cheapest transactions paid; 0 where nobody pays."""
    rules = context.chain.config.qbft
    if rules is not None and rules.zero_base_fee:
        return 0
    head = context.head.header.number
    cheapest: list[int] = []
    for number in range(max(0, head - TIP_BLOCKS + 1), head + 1):
        block = require_block(context, number)
        tips = sorted(entry.effective_tip(block.header.base_fee) for entry in block.transactions)
        cheapest += tips[:3]
    return sorted(cheapest)[(len(cheapest) - 1) * TIP_PERCENTILE // 100] if cheapest else 0


def _check_percentiles(percentiles: Sequence[float]) -> None:
    for before, after in pairwise(percentiles):
        if after < before:
            raise InvalidParams(f"invalid reward percentile: {before} comes before {after}")


def _percentile(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 100:
        raise BadValue("is not a number from 0 to 100")
    return float(value)


METHODS = {
    "eth_gasPrice": Method(gas_price, lane=Lane.READER),
    "eth_maxPriorityFeePerGas": Method(max_priority_fee, lane=Lane.READER),
    "eth_blobBaseFee": Method(blob_fee),
    "eth_feeHistory": Method(
        fee_history,
        (
            Parameter("blockCount", count),
            Parameter("newestBlock", block_number),
            optional("rewardPercentiles", sequence(_percentile, MAX_PERCENTILES), default=()),
        ),
        Lane.READER,
    ),
}
