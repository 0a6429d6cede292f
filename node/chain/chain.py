"""The chain: the one writer of blocks and state.

The rules it lives by:
- A block is executed once; its result is kept by block hash until a block is committed on its parent.
- A commit is one synced batch: block, receipts, certificate, state, head. After it the new head is published, an
  immutable object, and then subscribers are told. Readers take no lock.
- Nothing is committed without its certificate, except on a foreign chain, which nobody we know seals.
- `extra_data` of block h is the hash of the set that must seal h + 1: `getValidators()` on the state after h with
  block.number = h + 1.
- Orphaned trie nodes go with the batch in which their last state leaves the window, unless added again since, and
  never under an open read. A few blocks' orphans at a time, so that no commit waits for a backlog.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from node.chain.batches import Changes, block_batch, pruning_batch, stored_receipts
from node.chain.errors import NotExecuted, StatePruned, UnknownParent, ValidatorsUnreadable
from node.chain.leases import LeasedState, Leases
from node.chain.model import Committed, Head
from node.chain.nodes import StoredNodes
from node.chain.opening import open_records
from node.chain.reads import ChainReads
from node.chain.seals import check_certificate
from node.chain.validators import PostState, read_validators
from node.execution.block import Executed, assemble_block, check_header, execute_block, rules_of
from node.execution.engine import BlockEnvironment, BlockResult, BlockSession, Engine
from node.execution.errors import BlockRefused
from node.primitives.block import Block, Header
from node.primitives.certificate import CommitCertificate, Recover, validator_set_hash
from node.primitives.genesis import ChainConfig, Genesis
from node.primitives.keys import recover_address
from node.primitives.transaction import Transaction
from node.primitives.types import Address, BlockNumber, Hash32
from node.state.model import NodeReader, StateDiff, StateReader
from node.storage.store import Store

STATE_WINDOW: Final = 1024
"""Of how many of the latest blocks the state is kept, unless all are."""

MAX_EXECUTED: Final = 16
"""Results kept for a commit that may come; more than the rounds of a height that can be open at once."""

PRUNED_PER_COMMIT: Final = 2
"""Blocks whose orphans go with one commit: one keeps pace, two catch up."""

Subscriber = Callable[[Committed], None]


class Chain(ChainReads):
    """Reads and `execute` from any thread; `commit` and `import_block` from any, one at a time."""

    def __init__(
        self, store: Store, genesis: Genesis, engine: Engine, *, archive: bool, window: int, recover: Recover
    ) -> None:
        assert window >= 2, "the head's parent stays readable while the head is written"
        head, self.genesis_hash, pruned = open_records(store, genesis, engine)
        super().__init__(store, head)
        self.config: ChainConfig = genesis.config
        self.engine = engine
        self._store = store
        self._archive = archive
        self.recover = recover
        self._window = window
        self._nodes = StoredNodes(store)
        self._leases = Leases(pruned)
        self._writing = threading.Lock()
        self._remembering = threading.Lock()
        self._executed: dict[Hash32, _Ready] = {}
        self._subscribers: list[Subscriber] = []
        self._head_state = self._lease(head.header)

    @classmethod
    def open(
        cls,
        store: Store,
        genesis: Genesis,
        engine: Engine,
        *,
        archive: bool,
        window: int = STATE_WINDOW,
        recover: Recover = recover_address,
    ) -> "Chain":
        """Writes `genesis` into an empty store. Raises GenesisMismatch, GenesisRefused, LayoutMismatch or
        ChainDamaged. Reads the head's records only; `verify_chain` reads all. `recover` tells who made a seal:
        another than secp256k1's only where signatures are simulated."""
        return cls(store, genesis, engine, archive=archive, window=window, recover=recover)

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def nodes(self) -> NodeReader:
        """Trie nodes and code. Hold a `state` of the block that they belong to while reading them."""
        return self._nodes

    @property
    def oldest_state(self) -> BlockNumber:
        return self._leases.floor

    def state(self, number: int) -> LeasedState:
        """The state after block `number`, kept at least as long as the object is held. Raises StatePruned."""
        shared = self._head_state
        if shared.number == number:
            return shared
        header = self.header(number)
        if header is None:
            raise StatePruned(number, self._leases.floor, self.head.number)
        return self._lease(header)

    def _lease(self, header: Header) -> LeasedState:
        return self._leases.open(self._nodes, header.number, header.state_root, self.head.number)

    # -- execution: any worker thread, writes nothing --------------------------------------------------------------

    def begin(self, parent: Header, environment: BlockEnvironment) -> BlockSession:
        """A session on the state of `parent`, a block of this chain. Raises StatePruned."""
        return self.engine.begin(self.state(parent.number), environment, rules_of(self.config))

    def execute(self, block: Block) -> Executed:
        """Checks and executes a block on the head. Raises UnknownParent or BlockRefused.

        Its certificate is judged at the commit.
        """
        known = self._executed.get(block.hash)
        if known is not None:
            return known.executed
        head = self.head
        if block.header.parent_hash != head.hash:
            raise UnknownParent(block.number, block.header.parent_hash, head.number, head.hash)
        check_header(block.header, head.header, self.config)
        self._check_author(block.header, head)
        pre = self.state(head.number)
        executed = execute_block(self.engine, self._nodes, head.header, block, self.config, self.block_hash)
        self._keep(_Ready(executed, self._named_validators(pre, executed)))
        return executed

    def executed(self, block_hash: Hash32) -> Executed | None:
        """What `execute` or `complete` has kept for a block on the head."""
        ready = self._executed.get(block_hash)
        return None if ready is None else ready.executed

    def complete(
        self, parent: Header, environment: BlockEnvironment, transactions: Sequence[Transaction], result: BlockResult
    ) -> Executed:
        """The block that `result` of a session on `parent`, the head, makes; ready to be committed.

        Raises ValidatorsUnreadable where its post-state would leave nobody to seal the next one.
        """
        pre = self.state(parent.number)
        validators = self._next_validators(
            pre, result.diff, environment.number, environment.timestamp, environment.gas_limit
        )
        extra_data = validator_set_hash(validators) if validators else b""
        executed = assemble_block(self._nodes, parent, environment, transactions, result, extra_data)
        self._keep(_Ready(executed, validators))
        return executed

    def remember(self, executed: Executed) -> None:
        """Takes a result made elsewhere on the head, so that it isn't executed again."""
        if executed.block.hash not in self._executed:
            pre = self.state(executed.block.number - 1)
            self._keep(_Ready(executed, self._named_validators(pre, executed)))

    # -- the writer --------------------------------------------------------------------------------------------------

    def commit(self, block: Hash32 | Executed, certificate: CommitCertificate | None) -> Head:
        """Makes an executed block the head. Committing what is committed changes nothing.

        Raises NotExecuted, UnknownParent, CertificateRefused, or what the store raises; then nothing has changed,
        or the store refuses writes until it is reopened.
        """
        with self._writing:
            block_hash = block.block.hash if isinstance(block, Executed) else block
            if self.number_of(block_hash) is not None:
                return self.head
            if isinstance(block, Executed):
                self.remember(block)
            return self._commit(block_hash, certificate)

    def import_block(self, block: Block, certificate: CommitCertificate | None) -> Head:
        """Checks the certificate, executes and commits: for what others have sealed."""
        if self.number_of(block.hash) is not None:
            return self.head
        head = self.head
        if block.header.parent_hash == head.hash and self.config.qbft is not None:
            self._check_certificate(certificate, block.header, head)
        self.execute(block)
        return self.commit(block.hash, certificate)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """`callback` is called after each commit, in the writer's thread, in order; it must not commit. Returns how
        to end it."""
        self._subscribers = [*self._subscribers, callback]

        def unsubscribe() -> None:
            self._subscribers = [each for each in self._subscribers if each is not callback]

        return unsubscribe

    def prune(self, blocks: int = 64) -> int:
        """Deletes the orphans of up to `blocks` more blocks whose states are not kept; returns how many are left.
        For a backlog, as after `archive` was turned off."""
        with self._writing:
            changes = self._pruning(self.head.number, blocks)
            if changes:
                self._store.write(changes, sync=True)
            return max(0, self.head.number - self._window + 1 - self._leases.floor)

    def _commit(self, block_hash: Hash32, certificate: CommitCertificate | None) -> Head:
        ready = self._executed.get(block_hash)
        if ready is None:
            raise NotExecuted(block_hash)
        parent, header = self.head, ready.executed.block.header
        if header.parent_hash != parent.hash:
            raise UnknownParent(header.number, header.parent_hash, parent.number, parent.hash)
        if self.config.qbft is None:
            certificate = None
        else:
            self._check_certificate(certificate, header, parent)
        head = Head(header, block_hash, certificate, ready.next_validators)
        self._write(ready, head, parent)
        return head

    def _write(self, ready: "_Ready", head: Head, parent: Head) -> None:
        executed = ready.executed
        receipts = stored_receipts(executed.result)
        new_set = ready.next_validators if head.next_validators != parent.next_validators else ()
        batch = [
            *self._pruning(head.number, PRUNED_PER_COMMIT),  # first, for the block may add again what goes
            *block_batch(
                executed.block, receipts, executed.update, executed.result.diff.code, head.certificate, new_set
            ),
        ]
        self._store.write(batch, sync=True)
        self._nodes.remember(executed.update.added)
        self._publish(head)
        committed = Committed(head, executed.block, receipts)
        for subscriber in self._subscribers:
            subscriber(committed)

    def _publish(self, head: Head) -> None:
        self.head = head
        self._head_state = self._lease(head.header)
        with self._remembering:
            self._executed = {}

    def _pruning(self, head_number: int, at_most: int) -> Changes:
        """Deletions that may be written now. From here on nobody opens the states that they end."""
        before = self._leases.floor
        target = min(head_number - self._window + 1, before + at_most)
        if self._archive or target <= before:
            return []
        after = self._leases.raise_floor(target)
        return pruning_batch(self._store, before, after) if after > before else []

    # -- checks ------------------------------------------------------------------------------------------------------

    def _check_certificate(self, certificate: CommitCertificate | None, header: Header, parent: Head) -> None:
        chain_id = self.config.chain_id
        check_certificate(certificate, header, parent.next_validators, chain_id, self.genesis_hash, self.recover)

    def _check_author(self, header: Header, parent: Head) -> None:
        if self.config.qbft is not None and header.coinbase not in parent.next_validators:
            found = f"0x{header.coinbase.hex()}"
            raise BlockRefused("coinbase", found, f"one of the {len(parent.next_validators)} validators of this height")

    def _named_validators(self, pre: StateReader, executed: Executed) -> tuple[Address, ...]:
        """The next set, which the header must name. Raises BlockRefused."""
        header = executed.block.header
        found = f"0x{header.extra_data.hex()}"
        try:
            diff = executed.result.diff
            validators = self._next_validators(pre, diff, header.number, header.timestamp, header.gas_limit)
        except ValidatorsUnreadable as error:
            raise BlockRefused("extra_data", found, f"the next validators', but {error}") from error
        if validators and header.extra_data != validator_set_hash(validators):
            raise BlockRefused("extra_data", found, f"the next validators', 0x{validator_set_hash(validators).hex()}")
        return validators

    def _next_validators(
        self, pre: StateReader, diff: StateDiff, number: int, timestamp: int, gas_limit: int
    ) -> tuple[Address, ...]:
        rules = self.config.qbft
        if rules is None:
            return ()
        post = PostState(pre, diff)
        return read_validators(
            self.engine, self.config, rules, post, number=number, timestamp=timestamp, gas_limit=gas_limit
        )

    def _keep(self, ready: "_Ready") -> None:
        with self._remembering:
            while len(self._executed) >= MAX_EXECUTED:
                del self._executed[next(iter(self._executed))]
            self._executed[ready.executed.block.hash] = ready


@dataclass(frozen=True, slots=True)
class _Ready:
    """A result, and whom its header names."""

    executed: Executed
    next_validators: tuple[Address, ...]
