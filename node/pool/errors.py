"""Why a transaction is not taken into the pool, in geth's words, which clients match on.

PoolRefused
 ├── AlreadyKnown
 ├── ReplacementUnderpriced
 ├── PoolFull, AccountLimitExceeded
 ├── OversizedData, TypeNotSupported, NotReplayProtected, ExceedsBlockGasLimit
 ├── AuthorizationForAnyChain
 └── NotExecutable              what no block could hold now; `cause` is execution's TransactionRefused
"""

from dataclasses import dataclass

from node.execution.errors import InsufficientFunds, NonceTooHigh, TransactionRefused
from node.primitives.types import Address


class PoolRefused(Exception):
    """The message leads with geth's string."""


class AlreadyKnown(PoolRefused):
    def __str__(self) -> str:
        return "already known"


@dataclass
class ReplacementUnderpriced(PoolRefused):
    """Another transaction with this nonce waits, and the newcomer bids no more."""

    sender: Address
    nonce: int
    standing_gas: int

    def __str__(self) -> str:
        return (
            f"replacement transaction underpriced: nonce {self.nonce} of 0x{self.sender.hex()} is taken; to replace "
            f"it raise the tip, the fee cap or, at equal fees, the gas limit above {self.standing_gas}"
        )


@dataclass
class PoolFull(PoolRefused):
    transactions: int
    size: int

    def __str__(self) -> str:
        return f"txpool is full: {self.transactions} transactions of {self.size} bytes wait; try again after a block"


@dataclass
class AccountLimitExceeded(PoolRefused):
    sender: Address
    limit: int

    def __str__(self) -> str:
        return f"account limit exceeded: {self.limit} transactions of 0x{self.sender.hex()} already wait"


@dataclass
class OversizedData(PoolRefused):
    size: int
    limit: int

    def __str__(self) -> str:
        return f"oversized data: transaction size {self.size}, limit {self.limit}"


@dataclass
class TypeNotSupported(PoolRefused):
    kind: int

    def __str__(self) -> str:
        return f"transaction type not supported: type {self.kind} (blobs) exists in imported blocks only"


class NotReplayProtected(PoolRefused):
    def __str__(self) -> str:
        return "only replay-protected (EIP-155) transactions allowed over RPC"


@dataclass
class ExceedsBlockGasLimit(PoolRefused):
    gas: int
    limit: int

    def __str__(self) -> str:
        return f"exceeds block gas limit: transaction gas {self.gas}, block limit {self.limit}"


@dataclass
class AuthorizationForAnyChain(PoolRefused):
    index: int
    chain_id: int

    def __str__(self) -> str:
        return (
            f"set code transaction: authorization {self.index} has chain id 0, which binds the account on every "
            f"chain; sign it for chain {self.chain_id}"
        )


@dataclass
class NotExecutable(PoolRefused):
    cause: TransactionRefused

    def __str__(self) -> str:
        return str(self.cause)


def may_pass(refusal: PoolRefused) -> bool:
    """Whether the same transaction may be taken later: there was no room, or not yet the money or the nonce."""
    if isinstance(refusal, NotExecutable):
        return isinstance(refusal.cause, InsufficientFunds | NonceTooHigh)
    return isinstance(refusal, PoolFull | AccountLimitExceeded)
