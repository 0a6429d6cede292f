"""Blocks and what is counted in them."""

from node.rpc import render
from node.rpc.context import Context, find_block, find_header, require_entry
from node.rpc.method import Lane, Method
from node.rpc.parameters import BlockReference, Parameter, block_number, block_reference, boolean, hash32, optional
from node.rpc.receipt_facts import render_receipts
from node.rpc.render import Json, quantity


def get_block(context: Context, reference: BlockReference, full: bool) -> Json:
    block = find_block(context, reference)
    return None if block is None else render.block(block, full)


def latest_number(context: Context) -> Json:
    return quantity(context.head.header.number)


def get_header(context: Context, reference: BlockReference) -> Json:
    header = find_header(context, reference)
    return None if header is None else render.header(header)


def transaction_count(context: Context, reference: BlockReference) -> Json:
    block = find_block(context, reference)
    return None if block is None else quantity(len(block.transactions))


def uncle_count(context: Context, reference: BlockReference) -> Json:
    return None if find_header(context, reference) is None else quantity(0)


def get_uncle(context: Context, reference: BlockReference, index: int) -> Json:
    return None


def get_receipts(context: Context, reference: BlockReference) -> Json:
    header = find_header(context, reference)
    return None if header is None else render_receipts(context, require_entry(context, header.number))


_BY_HASH = Parameter("blockHash", hash32)
_BY_NUMBER = Parameter("block", block_number)
_INDEX = Parameter("index", block_number)
_FULL = optional("fullTransactions", boolean, default=False)

METHODS = {
    "eth_blockNumber": Method(latest_number),
    "eth_getBlockByHash": Method(get_block, (_BY_HASH, _FULL), Lane.READER),
    "eth_getBlockByNumber": Method(get_block, (_BY_NUMBER, _FULL), Lane.READER),
    "eth_getHeaderByHash": Method(get_header, (_BY_HASH,)),
    "eth_getHeaderByNumber": Method(get_header, (_BY_NUMBER,)),
    "eth_getBlockTransactionCountByHash": Method(transaction_count, (_BY_HASH,), Lane.READER),
    "eth_getBlockTransactionCountByNumber": Method(transaction_count, (_BY_NUMBER,), Lane.READER),
    "eth_getBlockReceipts": Method(get_receipts, (Parameter("block", block_reference),), Lane.READER),
    "eth_getUncleCountByBlockHash": Method(uncle_count, (_BY_HASH,)),
    "eth_getUncleCountByBlockNumber": Method(uncle_count, (_BY_NUMBER,)),
    "eth_getUncleByBlockHashAndIndex": Method(get_uncle, (_BY_HASH, _INDEX)),
    "eth_getUncleByBlockNumberAndIndex": Method(get_uncle, (_BY_NUMBER, _INDEX)),
}
