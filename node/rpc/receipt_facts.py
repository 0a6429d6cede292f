"""From what the chain stores of a transaction to what its receipt shows."""

from collections.abc import Sequence
from itertools import accumulate

from node.chain import StoredReceipt
from node.execution.validity import blob_base_fee
from node.primitives.block import Block
from node.rpc import render
from node.rpc.backend import Chain
from node.rpc.render import Json, JsonObject, Position, ReceiptFacts


def block_receipts(chain: Chain, block: Block) -> list[Json]:
    stored = chain.receipts(block.number)
    return [render_receipt(chain, block, stored, index) for index in range(len(stored))]


def render_receipt(chain: Chain, block: Block, stored: Sequence[StoredReceipt], index: int) -> JsonObject:
    position = Position(block.hash, block.number, index, block.header.base_fee)
    facts = _facts(stored[index], first_logs(stored)[index], _blob_price(chain, block))
    return render.receipt(block.transactions[index], position, facts)


def first_logs(stored: Sequence[StoredReceipt]) -> list[int]:
    """The index in the block of each receipt's first log."""
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


def _blob_price(chain: Chain, block: Block) -> int:
    return blob_base_fee(block.header.excess_blob_gas, chain.config.blob_schedule)
