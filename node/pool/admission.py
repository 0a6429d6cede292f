"""What a transaction must satisfy to wait in the pool, before it is compared with the others.

What every block demands is execution's to say and asked of it; here is what only the pool minds.
"""

from typing import Final

from node.execution.engine import BlockEnvironment, Rules
from node.execution.errors import TransactionRefused
from node.execution.validity import Room, Sender, check_transaction
from node.pool.errors import (
    AuthorizationForAnyChain,
    ExceedsBlockGasLimit,
    NotExecutable,
    NotReplayProtected,
    OversizedData,
    TypeNotSupported,
)
from node.primitives.transaction import Transaction, TransactionKind
from node.primitives.types import ZERO_ADDRESS, ZERO_HASH, ZERO_WEI, BlockNumber, Gas, Hash32
from node.state.model import Account, StateReader


def check_form(transaction: Transaction, *, max_bytes: int, gas_limit: int, chain_id: int) -> None:
    """What the transaction shows by itself. Raises PoolRefused."""
    if len(transaction.raw) > max_bytes:
        raise OversizedData(len(transaction.raw), max_bytes)
    if transaction.kind is TransactionKind.BLOB:
        raise TypeNotSupported(transaction.kind)
    if transaction.chain_id is None:
        raise NotReplayProtected
    if transaction.gas > gas_limit:
        raise ExceedsBlockGasLimit(transaction.gas, gas_limit)
    for index, authorization in enumerate(transaction.authorizations):
        if authorization.chain_id == 0:
            raise AuthorizationForAnyChain(index, chain_id)


def check_executable(transaction: Transaction, account: Account, state: StateReader, rules: Rules) -> None:
    """Whether a block could hold it once its turn has come and the base fee allows. Raises NotExecutable."""
    sender = Sender(max(account.nonce, transaction.nonce), account.balance, state.code(account.code_hash))
    try:
        check_transaction(transaction, sender, _ANY_BLOCK, rules, Room(transaction.gas, 0))
    except TransactionRefused as refusal:
        raise NotExecutable(refusal) from refusal


def _no_block(number: BlockNumber) -> Hash32:
    raise AssertionError(f"no EVM runs at admission, so none asks for block {number}")


_ANY_BLOCK: Final = BlockEnvironment(
    number=BlockNumber(0),
    timestamp=0,
    coinbase=ZERO_ADDRESS,
    gas_limit=Gas(0),
    base_fee=ZERO_WEI,
    prev_randao=ZERO_HASH,
    excess_blob_gas=Gas(0),
    parent_hash=ZERO_HASH,
    parent_beacon_root=ZERO_HASH,
    block_hash=_no_block,
)
"""The most lenient one: what the next block's base fee excludes may still wait."""
