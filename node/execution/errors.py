"""Why a transaction cannot be in a block, in geth's words, which clients match on.

ExecutionError
 ├── TransactionRefused
 │    ├── NonceTooLow, NonceTooHigh, NonceAtMaximum
 │    ├── InsufficientFunds
 │    ├── IntrinsicGasTooLow, BlockGasExceeded, TransactionGasCapExceeded
 │    ├── FeeCapTooLow, TipAboveFeeCap, BlobFeeCapTooLow
 │    ├── SenderNotExternallyOwned
 │    ├── InitcodeTooLarge
 │    ├── WrongChain
 │    └── BadTransactionForm      blob and set-code rules of form
 ├── SystemCallFailed             a contract of the protocol's own that fails makes the block invalid
 ├── MalformedDeposit             a log of the deposit contract that EIP-6110 does not know
 ├── PrecompileFailed             input that a precompiled contract refuses: the call fails and takes its gas
 ├── ExecutionInterrupted         whoever asked for it has no more time; it says nothing of validity
 └── BlockRefused                 a block whose execution does not give what its header says
"""

from dataclasses import dataclass


class ExecutionError(Exception):
    pass


class TransactionRefused(ExecutionError):
    """The message leads with geth's string and goes on with the figures."""


class NonceTooLow(TransactionRefused):
    pass


class NonceTooHigh(TransactionRefused):
    pass


class NonceAtMaximum(TransactionRefused):
    pass


class InsufficientFunds(TransactionRefused):
    pass


class IntrinsicGasTooLow(TransactionRefused):
    pass


class BlockGasExceeded(TransactionRefused):
    pass


class TransactionGasCapExceeded(TransactionRefused):
    pass


class FeeCapTooLow(TransactionRefused):
    pass


class TipAboveFeeCap(TransactionRefused):
    pass


class BlobFeeCapTooLow(TransactionRefused):
    pass


class SenderNotExternallyOwned(TransactionRefused):
    pass


class InitcodeTooLarge(TransactionRefused):
    pass


class WrongChain(TransactionRefused):
    pass


class BadTransactionForm(TransactionRefused):
    pass


class SystemCallFailed(ExecutionError):
    pass


class MalformedDeposit(ExecutionError):
    pass


class PrecompileFailed(ExecutionError):
    pass


class ExecutionInterrupted(ExecutionError):
    def __str__(self) -> str:
        return "execution interrupted: it takes longer than it was given"


@dataclass
class BlockRefused(ExecutionError):
    """`field` is the header field, or the part of the body, that is wrong."""

    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"block refused: {self.field} is {self.found}, expected {self.expected}"
