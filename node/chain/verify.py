"""Everything that can be checked of a chain at rest, from the genesis on, stopping at the first fault.

Checked: header hashes and links; transactions, withdrawals and receipts against their roots, gas and bloom; senders
against signatures; the indexes; every certificate against the set that its parent's header names; and, if asked,
every node of the head's state against its hash. Blocks are not executed again.
"""

from collections.abc import Callable, Iterator
from typing import Final

from node.chain.chain import Chain
from node.chain.errors import CertificateRefused, ChainDamaged
from node.chain.model import Location
from node.chain.nodes import StoredNodes
from node.chain.seals import check_certificate
from node.execution.block import transactions_root, withdrawals_root
from node.primitives.block import Block, Header
from node.primitives.bloom import bloom_union
from node.primitives.errors import PrimitiveError
from node.primitives.hashing import EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak
from node.primitives.receipt import encode_receipt
from node.primitives.transaction import decode_transaction
from node.primitives.types import Hash32
from node.state import ordered_root
from node.state.account import decode_account
from node.state.errors import StateError
from node.state.model import ACCOUNT_TRIE, NodeReader
from node.state.nodes import DIGITS, Child, Node, is_branch, parse_node

Progress = Callable[[int, int], None]
"""Called with (blocks checked, blocks in all)."""

EVERY: Final = 100
"""Blocks between two calls of the progress."""


def verify_chain(chain: Chain, progress: Progress, *, states: bool = True) -> None:
    """Raises ChainDamaged, naming the first fault."""
    head = chain.head
    parent: Header | None = None
    for number in range(head.number + 1):
        parent = _verify_block(chain, number, parent)
        if number % EVERY == 0:
            progress(number, head.number + 1)
    _expect(parent is not None and parent.hash == head.hash, f"block {head.number} is not the head that was published")
    if states:
        state = chain.state(head.number)
        check_state(StoredNodes(chain.reader), state.root, head.number)
    progress(head.number + 1, head.number + 1)


def _verify_block(chain: Chain, number: int, parent: Header | None) -> Header:
    block = chain.block(number)
    assert block is not None, "up to the head every block is there or damaged"
    header = block.header
    _expect(header.number == number, f"what stands as block {number} says it is block {header.number}")
    _expect(chain.number_of(header.hash) == number, f"block {number} is not found by its hash")
    if parent is None:
        _expect(header.hash == chain.genesis_hash, "block 0 is not the genesis")
    else:
        _expect(header.parent_hash == parent.hash, f"the parent of block {number} is not block {number - 1}")
        _verify_certificate(chain, header)
    _verify_body(chain, block)
    _verify_receipts(chain, block)
    return header


def _verify_certificate(chain: Chain, header: Header) -> None:
    if chain.config.qbft is None:
        return
    validators, certificate = chain.validators(header.number), chain.certificate(header.number)
    chain_id = chain.config.chain_id
    try:
        check_certificate(certificate, header, validators, chain_id, chain.genesis_hash, chain.recover)
    except CertificateRefused as error:
        raise ChainDamaged(str(error)) from error


def _verify_body(chain: Chain, block: Block) -> None:
    number = block.number
    root = transactions_root(block.transactions)
    _expect(root == block.header.transactions_root, f"the transactions of block {number} do not give its root")
    root = withdrawals_root(block.withdrawals)
    _expect(root == block.header.withdrawals_root, f"the withdrawals of block {number} do not give its root")
    for index, transaction in enumerate(block.transactions):
        name = f"transaction {index} of block {number}"
        try:
            signer = decode_transaction(transaction.raw).sender
        except PrimitiveError as error:
            raise ChainDamaged(f"{name} is none ({error})") from error
        _expect(signer == transaction.sender, f"the sender of {name} is not who signed it")
        found = chain.locate(transaction.hash)
        _expect(found == Location(number, index), f"{name} is not found by its hash")


def _verify_receipts(chain: Chain, block: Block) -> None:
    number, header = block.number, block.header
    stored = chain.receipts(number)
    receipts = [entry.receipt for entry in stored]
    root = ordered_root(encode_receipt(receipt) for receipt in receipts)
    _expect(root == header.receipts_root, f"the receipts of block {number} do not give its root")
    bloom = bloom_union(receipt.bloom for receipt in receipts)
    _expect(bloom == header.bloom, f"the bloom of block {number} is another")
    used = 0
    for index, entry in enumerate(stored):
        used += entry.gas_used
        fault = f"the gas of transaction {index} of block {number} is another"
        _expect(used == entry.receipt.cumulative_gas_used, fault)
    _expect(used == header.gas_used, f"the gas used by block {number} is another")


def check_state(nodes: NodeReader, root: Hash32, number: int) -> None:
    """Every node and code that the state of `number` reaches."""
    try:
        for path, leaf in _leaves(nodes, ACCOUNT_TRIE, root):
            account = decode_account(leaf)
            for _ in _leaves(nodes, bytes.fromhex(path), account.storage_root):
                pass
            if account.code_hash != EMPTY_CODE_HASH:
                found = keccak(nodes.code(account.code_hash))
                _expect(found == account.code_hash, f"the code 0x{account.code_hash.hex()} is another")
    except StateError as error:
        raise ChainDamaged(f"the state of block {number}: {error}") from error


def _leaves(nodes: NodeReader, owner: bytes, root: Hash32) -> Iterator[tuple[str, bytes]]:
    """(path, value) of each leaf; each stored node on the way is checked against its hash."""
    pending: list[tuple[str, Child]] = [] if root == EMPTY_TRIE_ROOT else [("", root)]
    while pending:
        path, child = pending.pop()
        node = child if isinstance(child, list) else _checked_node(nodes, owner, Hash32(child))
        if is_branch(node):
            pending += [(path + digit, below) for digit, below in zip(DIGITS, node, strict=False) if len(below)]
        elif node[2]:
            yield path + node[0], node[1]
        else:
            pending.append((path + node[0], node[1]))


def _checked_node(nodes: NodeReader, owner: bytes, node_hash: Hash32) -> Node:
    raw = nodes.node(owner, node_hash)
    _expect(keccak(raw) == node_hash, f"the trie node 0x{node_hash.hex()} is another")
    return parse_node(raw)


def _expect(holds: bool, fault: str) -> None:
    if not holds:
        raise ChainDamaged(fault)
