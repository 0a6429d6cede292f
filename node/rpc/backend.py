"""What RPC needs of the node, and nothing more: it can read and ask, never write.

`Chain` is the reading half of node.chain's Chain. `Node` is what the app wires: the way into the validator's loop,
the peers, the clock. All of it may be called from any thread; what the validator's loop must answer is a Future.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from node.chain.model import Committed, Head, Location, StoredReceipt
from node.execution.engine import Engine
from node.pool.pool import Pool
from node.primitives.block import Block, Header
from node.primitives.certificate import CommitCertificate
from node.primitives.genesis import ChainConfig
from node.primitives.transaction import Transaction
from node.primitives.types import Address, BlockNumber, Hash32
from node.state.model import NodeReader, StateReader

T = TypeVar("T")


class Chain(Protocol):
    """Every answer about a block at or below a published head stays the same for ever; states may be pruned."""

    @property
    def config(self) -> ChainConfig: ...

    @property
    def genesis_hash(self) -> Hash32: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def head(self) -> Head: ...

    @property
    def nodes(self) -> NodeReader: ...

    def header(self, number: int) -> Header | None: ...

    def header_by_hash(self, block_hash: Hash32) -> Header | None: ...

    def block(self, number: int) -> Block | None: ...

    def receipts(self, number: int) -> Sequence[StoredReceipt]: ...

    def locate(self, transaction_hash: Hash32) -> Location | None: ...

    def certificate(self, number: int) -> CommitCertificate | None: ...

    def validators(self, number: int) -> Sequence[Address]:
        """Who had to seal block `number`."""

    def state(self, number: int) -> StateReader: ...

    def block_hash(self, number: BlockNumber) -> Hash32: ...

    def subscribe(self, callback: Callable[[Committed], None]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class Peer:
    """A connected node. `validator` is the address its handshake proved, None for a node that is none."""

    id: str
    address: str
    validator: Address | None
    inbound: bool
    height: int


@dataclass(frozen=True, slots=True)
class SyncProgress:
    start: int
    current: int
    highest: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this node is, for admin_nodeInfo and web3_clientVersion."""

    version: str
    peer_id: str
    listens_on: tuple[str, ...]
    validator: Address | None


class Node(Protocol):
    @property
    def chain(self) -> Chain: ...

    @property
    def identity(self) -> Identity: ...

    def now(self) -> int:
        """Unix seconds, development's offset included."""

    def submit(self, transaction: Transaction) -> Future[Hash32]:
        """Into the pool and on to the peers. Fails with PoolRefused. Submissions keep their order."""

    def ask_pool(self, question: Callable[[Pool], T]) -> Future[T]:
        """The answer of `question`, which runs in the loop that owns the pool: it must be short. Once cancelled it is
        not asked any more."""

    def status(self) -> Mapping[str, object]:
        """Why the chain is or isn't moving, as JSON: the answer of qbft_status. May wait for the validator's loop;
        raises TimeoutError, which says how long, where that does not answer."""

    def evidence(self) -> Sequence[Mapping[str, object]]:
        """Equivocations that this node recorded, as JSON."""

    def unready(self) -> Sequence[str]:
        """Why this node should get no traffic now, a sentence a reason; empty when it is ready."""

    def sync_progress(self) -> SyncProgress | None: ...

    def peers(self) -> Sequence[Peer]: ...

    def increase_time(self, seconds: int) -> Future[int]:
        """Development only: moves the clock of all validators; the whole offset in seconds."""

    def set_next_timestamp(self, timestamp: int) -> Future[None]:
        """Development only. Fails with ValueError for one in the past of the head."""
