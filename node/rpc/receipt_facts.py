"""From what the chain stores of a transaction to what its receipt shows."""

from collections.abc import Sequence
from itertools import accumulate

from node.chain.model import StoredReceipt
from node.execution.validity import blob_base_fee
from node.primitives.block import Block
from node.rpc import render
from node.rpc.context import Context
from node.rpc.recent import BlockWithReceipts
from node.rpc.render import Json, JsonObject, ReceiptFacts


def render_receipts(context: Context, entry: BlockWithReceipts) -> list[Json]:
    offsets, price = first_logs(entry.receipts), _blob_price(context, entry.block)
    return [
        render.receipt(transaction, position, _facts(stored, offset, price))
        for transaction, position, stored, offset in zip(
            entry.block.transactions, render.positions(entry.block), entry.receipts, offsets, strict=False
        )
    ]


def render_receipt(context: Context, entry: BlockWithReceipts, index: int) -> JsonObject:
    block = entry.block
    offset = first_logs(entry.receipts[:index])[index]
    facts = _facts(entry.receipts[index], offset, _blob_price(context, block))
    return render.receipt(block.transactions[index], render.position(block, index), facts)


def first_logs(stored: Sequence[StoredReceipt]) -> list[int]:
    """The index in the block of each receipt's first log, and of the one that would follow."""
    return [0, *accumulate(len(entry.receipt.logs) for entry in stored)]


def _facts(stored: StoredReceipt, first_log: int, blob_gas_price: int) -> ReceiptFacts:
    receipt = stored.receipt
    return ReceiptFacts(
        succeeded=receipt.succeeded,
        cumulative_gas_used=receipt.cumulative_gas_used,
        gas_used=stored.gas_used,
        logs=receipt.logs,
        bloom=receipt.bloom,
        contract_address=stored.contract_address,
        first_log=first_log,
        blob_gas_price=blob_gas_price,
        revert_data=stored.revert_data,
    )


def _blob_price(context: Context, block: Block) -> int:
    return blob_base_fee(block.header.excess_blob_gas, context.chain.config.blob_schedule)
