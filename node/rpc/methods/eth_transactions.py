"""Transactions, mined or waiting, and their receipts."""

from asyncio import wrap_future
from dataclasses import replace

from node.primitives.transaction import Transaction
from node.primitives.types import Hash32
from node.rpc import render
from node.rpc.context import Context, find_block, require_block, require_entry
from node.rpc.method import Lane, Method
from node.rpc.parameters import BlockReference, Parameter, block_number, hash32, uint64
from node.rpc.receipt_facts import render_receipt
from node.rpc.render import Json, Position


async def get_transaction(context: Context, transaction_hash: Hash32) -> Json:
    found = await _find(context, transaction_hash)
    return None if found is None else render.transaction(*found)


async def get_raw_transaction(context: Context, transaction_hash: Hash32) -> Json:
    found = await _find(context, transaction_hash)
    return None if found is None else render.data(found[0].raw)


def get_receipt(context: Context, transaction_hash: Hash32) -> Json:
    location = context.chain.locate(transaction_hash)
    if location is None or location.number > context.head.header.number:
        return None
    return render_receipt(context, require_entry(context, location.number), location.index)


def get_transaction_in_block(context: Context, reference: BlockReference, index: int) -> Json:
    block = find_block(context, reference)
    if block is None or index >= len(block.transactions):
        return None
    return render.transaction(block.transactions[index], render.position(block, index))


async def _find(context: Context, transaction_hash: Hash32) -> tuple[Transaction, Position | None] | None:
    """Mined or waiting. It may have left the pool for a block while we asked; that block then counts, whichever head
    this call reads: a sender who is told that nothing is known of his payment might pay again."""
    mined = _mined(context, transaction_hash)
    if mined is not None:
        return mined
    waiting = await wrap_future(context.node.ask_pool(lambda pool: pool.get(transaction_hash)))
    if waiting is not None:
        return waiting, None
    return _mined(replace(context, head=context.chain.head), transaction_hash)


def _mined(context: Context, transaction_hash: Hash32) -> tuple[Transaction, Position] | None:
    location = context.chain.locate(transaction_hash)
    if location is None or location.number > context.head.header.number:
        return None
    block = require_block(context, location.number)
    return block.transactions[location.index], render.position(block, location.index)


_HASH = Parameter("transactionHash", hash32)
_INDEX = Parameter("index", uint64)

METHODS = {
    "eth_getTransactionByHash": Method(get_transaction, (_HASH,), Lane.ASYNC),
    "eth_getRawTransactionByHash": Method(get_raw_transaction, (_HASH,), Lane.ASYNC),
    "eth_getTransactionReceipt": Method(get_receipt, (_HASH,)),
    "eth_getTransactionByBlockHashAndIndex": Method(
        get_transaction_in_block, (Parameter("blockHash", hash32), _INDEX), Lane.READER
    ),
    "eth_getTransactionByBlockNumberAndIndex": Method(
        get_transaction_in_block, (Parameter("block", block_number), _INDEX), Lane.READER
    ),
}
