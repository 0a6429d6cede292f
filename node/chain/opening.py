"""Opening: the genesis into an empty database, or the head out of one that is whole as far as can be seen at once."""

from node.chain.batches import genesis_batch
from node.chain.errors import ChainDamaged, GenesisMismatch, GenesisRefused, LayoutMismatch, ValidatorsUnreadable
from node.chain.model import Head
from node.chain.nodes import OverlaidNodes, StoredNodes
from node.chain.reads import ChainReads
from node.chain.records import (
    HEAD_KEY,
    LAYOUT,
    LAYOUT_KEY,
    PRUNED_KEY,
    decode_head,
    decode_header_record,
    decode_number,
    header_key,
    orphans_key,
)
from node.chain.validators import read_validators
from node.execution.engine import Engine
from node.primitives.block import Block
from node.primitives.certificate import validator_set_hash
from node.primitives.genesis import Genesis, genesis_block
from node.primitives.hashing import EMPTY_TRIE_ROOT, keccak
from node.primitives.types import Address, Hash32
from node.state import TrieState, genesis_state
from node.state.errors import MissingNode
from node.state.model import ACCOUNT_TRIE
from node.storage.store import Reader, Store


def open_records(store: Store, genesis: Genesis, engine: Engine) -> tuple[Head, Hash32, int]:
    """(the head, the genesis hash, the oldest block whose state is kept). Writes the genesis into an empty store."""
    update, code = genesis_state(genesis.alloc)
    block = genesis_block(genesis, update.root)
    if next(iter(store.scan(b"")), None) is None:
        post = TrieState(OverlaidNodes(StoredNodes(store), update.added, code), update.root)
        validators = _first_validators(genesis, block, post, engine)
        store.write(genesis_batch(block, update, code, validators), sync=True)
        return Head(block.header, block.hash, None, validators), block.hash, 0
    _check_layout(store)
    _check_genesis(store, block)
    head = _load_head(store, sealed=genesis.config.qbft is not None)
    return head, block.hash, _pruned(store, head)


def _first_validators(genesis: Genesis, block: Block, post: TrieState, engine: Engine) -> tuple[Address, ...]:
    rules = genesis.config.qbft
    if rules is None:
        return ()
    try:
        validators = read_validators(
            engine, genesis.config, rules, post, number=0, timestamp=genesis.timestamp, gas_limit=genesis.gas_limit
        )
    except ValidatorsUnreadable as error:
        contract = f"0x{rules.validators_contract.hex()}"
        raise GenesisRefused(f"the validators contract at {contract} does not answer: {error}") from error
    expected = validator_set_hash(validators)
    if genesis.extra_data != expected:
        raise GenesisRefused(
            f"extraData is 0x{genesis.extra_data.hex()}, but getValidators() answers {len(validators)} addresses "
            f"whose hash is 0x{expected.hex()}"
        )
    return validators


def _check_layout(store: Reader) -> None:
    layout = store.get(LAYOUT_KEY)
    if layout is None:
        raise ChainDamaged("it is not empty, yet the layout record is missing")
    if layout != LAYOUT.to_bytes(4, "big"):
        raise LayoutMismatch(int.from_bytes(layout, "big"), LAYOUT)


def _check_genesis(store: Reader, block: Block) -> None:
    record = store.get(header_key(0))
    if record is None:
        raise ChainDamaged("the header of block 0 is missing")
    stored = Hash32(record[:32])
    if stored != block.hash:
        raise GenesisMismatch(stored, block.hash)


def _pruned(store: Reader, head: Head) -> int:
    record = store.get(PRUNED_KEY)
    if record is None:
        raise ChainDamaged("the record of the oldest kept state is missing")
    if decode_number(record) > head.number:
        raise ChainDamaged(f"the oldest kept state is said to be block {decode_number(record)}'s, beyond the head")
    return decode_number(record)


def _load_head(store: Reader, *, sealed: bool) -> Head:
    """The head, all of whose records are there. Raises ChainDamaged, naming the one that isn't."""
    pointer = store.get(HEAD_KEY)
    if pointer is None:
        raise ChainDamaged("the head pointer is missing")
    number, block_hash = decode_head(pointer)
    record = store.get(header_key(number))
    if record is None:
        raise ChainDamaged(f"the header of block {number}, the head, is missing")
    header = decode_header_record(record, number)
    if header.hash != block_hash:
        raise ChainDamaged(f"the head pointer names 0x{block_hash.hex()} as block {number}, the header is another")
    reads = ChainReads(store, Head(header, block_hash, None, ()))
    _check_links(store, reads)
    _check_contents(store, reads)
    if not sealed:
        return reads.head
    certificate = reads.certificate(number)
    if certificate is None and number > 0:
        raise ChainDamaged(f"the commit certificate of block {number} is missing")
    return Head(header, block_hash, certificate, reads.validator_set(Hash32(header.extra_data)))


def _check_links(store: Reader, reads: ChainReads) -> None:
    head = reads.head
    if reads.number_of(head.hash) != head.number:
        raise ChainDamaged(f"block {head.number} is not found by its hash")
    if head.number > 0 and reads.block_hash(head.number - 1) != head.header.parent_hash:
        raise ChainDamaged(f"block {head.number - 1} is not the parent of block {head.number}")
    if store.get(header_key(head.number + 1)) is not None:
        raise ChainDamaged(f"the head pointer names block {head.number}, yet block {head.number + 1} is there")


def _check_contents(store: Reader, reads: ChainReads) -> None:
    number = reads.head.number
    block = reads.block(number)
    assert block is not None, "the head is never beyond itself"
    if len(reads.receipts(number)) != len(block.transactions):
        raise ChainDamaged(f"the receipts of block {number} are not as many as its transactions")
    if store.get(orphans_key(number)) is None:
        raise ChainDamaged(f"the list of what block {number} orphaned is missing")
    root = block.header.state_root
    try:
        if root != EMPTY_TRIE_ROOT and keccak(StoredNodes(store).node(ACCOUNT_TRIE, root)) != root:
            raise ChainDamaged(f"the state root node of block {number} is another")
    except MissingNode as error:
        raise ChainDamaged(f"the state of block {number} is missing: its root is not there") from error
