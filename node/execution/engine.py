"""The engine Protocol: execute(pre-state, block environment, transactions) -> results and a state diff.

One session executes one block, for the builder and for the validator alike. Engines are deterministic: they read
the pre-state and their arguments, nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from node.primitives.block import Withdrawal
from node.primitives.genesis import PRAGUE_BLOBS, BlobSchedule
from node.primitives.receipt import Log, Receipt
from node.primitives.transaction import AccessListEntry, Authorization, Transaction
from node.primitives.types import ZERO_WEI, Address, BlockNumber, Gas, Hash32, Wei
from node.state.model import StateDiff, StateReader

Late = Callable[[], bool]
"""Whether there is no more time. Engines ask it at each call and every so many opcodes, never inside one; what it says
cannot change a result, only that there is one."""


class Fork(StrEnum):
    CANCUN = "cancun"
    PRAGUE = "prague"


@dataclass(frozen=True, slots=True)
class Rules:
    """The EVM's rules on one chain. `transaction_gas_cap` None: only the block's gas limits a transaction."""

    chain_id: int
    fork: Fork = Fork.PRAGUE
    blob_schedule: BlobSchedule = PRAGUE_BLOBS
    deposit_contract: Address | None = None
    transaction_gas_cap: Gas | None = None


@dataclass(frozen=True, slots=True)
class BlockEnvironment:
    """What the EVM sees of the block it runs in. `block_hash` answers BLOCKHASH for the 256 blocks before."""

    number: BlockNumber
    timestamp: int
    coinbase: Address
    gas_limit: Gas
    base_fee: Wei
    prev_randao: Hash32
    excess_blob_gas: Gas
    parent_hash: Hash32
    parent_beacon_root: Hash32
    block_hash: Callable[[BlockNumber], Hash32]


@dataclass(frozen=True, slots=True)
class TransactionResult:
    """`output` is the return data, or the revert data where `receipt.succeeded` is False: all of it, for its beginning
    is kept beside the receipt and a replay must give the same. Where the EVM halted instead, it is empty."""

    receipt: Receipt
    gas_used: Gas
    output: bytes
    contract_address: Address | None


@dataclass(frozen=True, slots=True)
class BlockResult:
    results: tuple[TransactionResult, ...]
    requests: tuple[bytes, ...]
    """EIP-7685: type byte and data, ascending, empty ones left out."""
    gas_used: Gas
    blob_gas_used: Gas
    diff: StateDiff


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An unsigned call, as `eth_call` has it. `to` None creates. Zero fees pay nothing and check no balance."""

    sender: Address
    to: Address | None
    gas: Gas
    max_fee: Wei = ZERO_WEI
    max_priority_fee: Wei = ZERO_WEI
    value: Wei = ZERO_WEI
    data: bytes = b""
    access_list: tuple[AccessListEntry, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    blob_hashes: tuple[Hash32, ...] = ()
    max_fee_per_blob_gas: Wei = ZERO_WEI


@dataclass(frozen=True, slots=True)
class CallResult:
    """`error` is None on success, "execution reverted" on REVERT, else what halted ("out of gas", ...).

    `accessed` is what the call touched beyond sender, callee and precompiles, for eth_createAccessList.
    """

    output: bytes
    gas_used: Gas
    gas_refund: Gas
    error: str | None
    logs: tuple[Log, ...]
    accessed: tuple[AccessListEntry, ...]


class BlockSession(Protocol):
    """One block in the making. The system calls of EIP-4788 and 2935 have run when a session begins."""

    @property
    def gas_used(self) -> Gas: ...

    def apply(self, transaction: Transaction, *, late: Late | None = None) -> TransactionResult:
        """Executes the next transaction. Raises a TransactionRefused or, once `late` says True, an
        ExecutionInterrupted; neither changes anything."""

    def call(self, call: Call, *, late: Late | None = None) -> CallResult:
        """Runs a call on the state as it now is and forgets what it did. Raises as `apply` does."""

    def finish(self, withdrawals: Sequence[Withdrawal] = ()) -> BlockResult:
        """Withdrawals, then the system calls of EIP-7002 and 7251. The session is over."""


class Engine(Protocol):
    name: str

    def begin(self, pre: StateReader, environment: BlockEnvironment, rules: Rules) -> BlockSession: ...
