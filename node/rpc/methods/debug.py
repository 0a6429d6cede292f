"""debug_getRaw*: the canonical bytes, for whoever checks hashes with a library of their own."""

from node.primitives.block import encode_block, encode_header
from node.primitives.receipt import encode_receipt
from node.rpc.context import Context, require_block, require_entry, require_header
from node.rpc.method import Lane, Method, Scope
from node.rpc.methods.eth_transactions import get_raw_transaction
from node.rpc.parameters import BlockReference, Parameter, block_reference, hash32
from node.rpc.render import Json, data


def raw_header(context: Context, reference: BlockReference) -> Json:
    return data(encode_header(require_header(context, reference)))


def raw_block(context: Context, reference: BlockReference) -> Json:
    return data(encode_block(require_block(context, require_header(context, reference).number)))


def raw_receipts(context: Context, reference: BlockReference) -> Json:
    entry = require_entry(context, require_header(context, reference).number)
    return [data(encode_receipt(stored.receipt)) for stored in entry.receipts]


_BLOCK = Parameter("block", block_reference)

METHODS = {
    "debug_getRawHeader": Method(raw_header, (_BLOCK,), scope=Scope.DEBUG),
    "debug_getRawBlock": Method(raw_block, (_BLOCK,), Lane.READER, Scope.DEBUG),
    "debug_getRawReceipts": Method(raw_receipts, (_BLOCK,), Lane.READER, Scope.DEBUG),
    "debug_getRawTransaction": Method(
        get_raw_transaction, (Parameter("transactionHash", hash32),), Lane.ASYNC, Scope.DEBUG
    ),
}
