"""The ways in for signed transactions."""

import asyncio
from asyncio import wrap_future
from dataclasses import replace

from node.primitives.errors import InvalidTransaction
from node.primitives.transaction import Transaction, decode_transaction
from node.primitives.types import Hash32
from node.rpc.context import Context
from node.rpc.errors import ReceiptTimeout, ServerError
from node.rpc.method import Lane, Method
from node.rpc.methods.eth_transactions import get_receipt
from node.rpc.parameters import Parameter, count, data, optional
from node.rpc.render import Json
from node.rpc.render import data as show


async def send_raw(context: Context, raw: bytes) -> Json:
    return show(await _submit(context, _decode(raw)))


async def send_raw_sync(context: Context, raw: bytes, timeout_ms: int | None) -> Json:
    """EIP-7966: the answer is the receipt. A timeout of none or 0 means the server's."""
    limits = context.limits
    wait_ms = min(timeout_ms or limits.receipt_timeout_ms, limits.receipt_timeout_cap_ms)
    transaction = _decode(raw)
    mined = context.waiters.register(transaction.hash)
    try:
        await _submit(context, transaction)
        async with asyncio.timeout(wait_ms / 1_000):
            await mined.wait()
    except TimeoutError:
        raise ReceiptTimeout(
            f"the transaction waits in the pool but was not in a block within {wait_ms} ms", show(transaction.hash)
        ) from None
    finally:
        context.waiters.forget(transaction.hash, mined)
    return get_receipt(replace(context, head=context.chain.head), transaction.hash)


async def _submit(context: Context, transaction: Transaction) -> Hash32:
    return await wrap_future(context.node.submit(transaction))


def _decode(raw: bytes) -> Transaction:
    try:
        return decode_transaction(raw)
    except InvalidTransaction as error:
        raise ServerError(str(error)) from error


_RAW = Parameter("transaction", data)

METHODS = {
    "eth_sendRawTransaction": Method(send_raw, (_RAW,), Lane.ASYNC),
    "eth_sendRawTransactionSync": Method(send_raw_sync, (_RAW, optional("timeout", count)), Lane.ASYNC),
}
