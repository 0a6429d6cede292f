"""What a method may use: the node, and the one head that its call reads. A later head is not for this call."""

from dataclasses import dataclass
from threading import Lock

from node.chain.model import Head
from node.primitives.block import Block, Header
from node.primitives.types import Hash32
from node.rpc.backend import Chain, Node
from node.rpc.errors import ServerError
from node.rpc.filters import Filters
from node.rpc.limits import Limits
from node.rpc.parameters import BlockReference, BlockTag
from node.rpc.receipts import ReceiptWaiters
from node.rpc.recent import BlockWithReceipts, RecentBlocks
from node.state.model import StateReader


@dataclass(frozen=True, slots=True)
class Context:
    node: Node
    head: Head
    blocks: RecentBlocks
    limits: Limits
    filters: Filters
    waiters: ReceiptWaiters
    modules: tuple[str, ...]
    """The namespaces that this server answers for."""
    pool_dump: Lock
    """Whoever shows the whole pool holds it: one at a time."""

    @property
    def chain(self) -> Chain:
        return self.node.chain


def find_header(context: Context, reference: BlockReference) -> Header | None:
    """`pending`, `safe` and `finalized` are the head: what is committed is final, and nothing else is a block."""
    if isinstance(reference, BlockTag):
        return context.chain.header(0) if reference is BlockTag.EARLIEST else context.head.header
    if isinstance(reference, bytes):
        header = context.chain.header_by_hash(Hash32(reference))
        return header if header is not None and header.number <= context.head.header.number else None
    return context.chain.header(reference) if reference <= context.head.header.number else None


def require_header(context: Context, reference: BlockReference) -> Header:
    header = find_header(context, reference)
    if header is None:
        raise ServerError("header not found")
    return header


def find_block(context: Context, reference: BlockReference) -> Block | None:
    header = find_header(context, reference)
    return None if header is None else require_block(context, header.number)


def require_block(context: Context, number: int) -> Block:
    """A block that its header says is there."""
    return require_entry(context, number).block


def require_entry(context: Context, number: int) -> BlockWithReceipts:
    """The same with its receipts."""
    entry = context.blocks.get(number)
    assert entry is not None, f"block {number} has a header but no body"
    return entry


def state_at(context: Context, reference: BlockReference) -> StateReader:
    return context.chain.state(require_header(context, reference).number)
