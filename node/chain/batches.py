"""What the database is told: pure functions from blocks to batches, and from old records to deletions."""

from collections.abc import Mapping, Sequence
from typing import Final

from node.chain.errors import ChainDamaged
from node.chain.model import Location, StoredReceipt
from node.chain.records import (
    HEAD_KEY,
    LAYOUT,
    LAYOUT_KEY,
    PRUNED_KEY,
    added_at,
    body_key,
    certificate_key,
    code_key,
    decode_orphans,
    encode_body,
    encode_certificate_record,
    encode_head,
    encode_header_record,
    encode_location,
    encode_node,
    encode_orphans,
    encode_receipts,
    encode_set,
    header_key,
    location_key,
    node_key,
    number_bytes,
    number_key,
    orphans_key,
    receipts_key,
    set_change_key,
    set_key,
)
from node.execution.engine import BlockResult, TransactionResult
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, validator_set_hash
from node.primitives.types import Address, Hash32
from node.state.model import TrieUpdate
from node.storage.store import Reader

REVERT_DATA_LIMIT: Final = 1024

Changes = list[tuple[bytes, bytes | None]]


def genesis_batch(
    block: Block, update: TrieUpdate, code: Mapping[Hash32, bytes], validators: tuple[Address, ...]
) -> Changes:
    return [
        (LAYOUT_KEY, LAYOUT.to_bytes(4, "big")),
        (PRUNED_KEY, number_bytes(0)),
        *block_batch(block, (), update, code, None, validators),
    ]


def block_batch(
    block: Block,
    receipts: Sequence[StoredReceipt],
    update: TrieUpdate,
    code: Mapping[Hash32, bytes],
    certificate: CommitCertificate | None,
    new_set: tuple[Address, ...],
) -> Changes:
    """All that a block leaves. `new_set` is empty where it names the same next set as its parent."""
    number = block.number
    batch: Changes = [
        (header_key(number), encode_header_record(block.header)),
        (number_key(block.hash), number_bytes(number)),
        (body_key(number), encode_body(block)),
        (receipts_key(number), encode_receipts(receipts)),
        (orphans_key(number), encode_orphans(update.orphaned)),
        (HEAD_KEY, encode_head(number, block.hash)),
    ]
    if certificate is not None:
        batch.append((certificate_key(number), encode_certificate_record(certificate)))
    if new_set:
        set_hash = validator_set_hash(new_set)
        batch += [(set_key(set_hash), encode_set(new_set)), (set_change_key(number), set_hash)]
    batch += [
        (location_key(transaction.hash), encode_location(Location(number, index)))
        for index, transaction in enumerate(block.transactions)
    ]
    batch += [(node_key(key), encode_node(number, raw)) for key, raw in update.added.items()]
    batch += [(code_key(code_hash), data) for code_hash, data in code.items()]
    return batch


def pruning_batch(reader: Reader, pruned: int, target: int) -> Changes:
    """Deletes what blocks `pruned` + 1 to `target` orphaned and nobody added again since: what the states of
    `target` and later do not need."""
    batch: Changes = []
    for number in range(pruned + 1, target + 1):
        orphans = reader.get(orphans_key(number))
        if orphans is None:
            raise ChainDamaged(f"the list of what block {number} orphaned is missing")
        for key in decode_orphans(orphans):
            record = reader.get(key)
            if record is not None and added_at(record) < number:
                batch.append((key, None))
        batch.append((orphans_key(number), None))
    batch.append((PRUNED_KEY, number_bytes(target)))
    return batch


def stored_receipts(result: BlockResult) -> tuple[StoredReceipt, ...]:
    return tuple(stored_receipt(entry) for entry in result.results)


def stored_receipt(entry: TransactionResult) -> StoredReceipt:
    """What is kept of one result; every node that executes the transaction keeps the same."""
    revert_data = b"" if entry.receipt.succeeded else entry.output[:REVERT_DATA_LIMIT]
    return StoredReceipt(entry.receipt, entry.gas_used, entry.contract_address, revert_data)
