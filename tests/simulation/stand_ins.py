"""What the simulation has instead of slow real things: cheap signatures and an engine that only moves value.

Neither decides anything that the simulation is about. The signatures cannot be forged by the code under test, which
never sees the secret; the engine keeps nonces and balances exactly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from node.execution.engine import (
    BlockEnvironment,
    BlockResult,
    BlockSession,
    Call,
    CallResult,
    Late,
    Rules,
    TransactionResult,
)
from node.execution.errors import InsufficientFunds, NonceTooHigh, NonceTooLow
from node.primitives.block import Withdrawal
from node.primitives.errors import InvalidSignature
from node.primitives.hashing import EMPTY_CODE_HASH, keccak
from node.primitives.receipt import Receipt
from node.primitives.transaction import Transaction
from node.primitives.types import Address, Gas, Hash32, Wei
from node.state.model import Account, AccountChange, StateDiff, StateReader

TRANSFER_GAS = Gas(21_000)


class StubSignatures:
    """65 bytes: the address, a keyed hash of address and digest, zeros."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def sign(self, digest: Hash32) -> bytes:
        return self._address + _mark(self._address, digest) + b"\0" * 13

    def recover(self, digest: Hash32, signature: bytes) -> Address:
        return recover_stub(digest, signature)


def recover_stub(digest: Hash32, signature: bytes) -> Address:
    address = Address(signature[:20])
    if len(signature) != 65 or signature[20:52] != _mark(address, digest):
        raise InvalidSignature("not a stub signature of this digest")
    return address


def _mark(address: Address, digest: Hash32) -> bytes:
    return keccak(b"stub" + address + digest)


class TransferEngine:
    """Moves value for 21,000 gas; the only contract is the set of validators, which follows a timetable."""

    name = "transfer"

    def __init__(self, validators: Callable[[int], Sequence[Address]]) -> None:
        """`validators` of the block with that number."""
        self._validators = validators

    def begin(self, pre: StateReader, environment: BlockEnvironment, rules: Rules) -> BlockSession:
        return _Session(pre, _abi_addresses(sorted(self._validators(environment.number))))


@dataclass(slots=True)
class _Session:
    pre: StateReader
    answer: bytes
    accounts: dict[Address, Account] = field(default_factory=dict)
    results: list[TransactionResult] = field(default_factory=list)

    @property
    def gas_used(self) -> Gas:
        return Gas(TRANSFER_GAS * len(self.results))

    def apply(self, transaction: Transaction, *, late: Late | None = None) -> TransactionResult:
        sender = self._account(transaction.sender)
        if transaction.nonce < sender.nonce:
            raise NonceTooLow("nonce too low")
        if transaction.nonce > sender.nonce:
            raise NonceTooHigh("nonce too high")
        if transaction.value > sender.balance:
            raise InsufficientFunds("insufficient funds for gas * price + value")
        assert transaction.to is not None
        balance = Wei(sender.balance - transaction.value)
        self.accounts[transaction.sender] = Account(sender.nonce + 1, balance)
        payee = self._account(transaction.to)
        self.accounts[transaction.to] = Account(payee.nonce, Wei(payee.balance + transaction.value))
        receipt = Receipt(transaction.kind, True, Gas(self.gas_used + TRANSFER_GAS), ())
        self.results.append(TransactionResult(receipt, TRANSFER_GAS, b"", None))
        return self.results[-1]

    def call(self, call: Call, *, late: Late | None = None) -> CallResult:
        return CallResult(self.answer, Gas(0), Gas(0), None, (), ())

    def finish(self, withdrawals: Sequence[Withdrawal] = ()) -> BlockResult:
        changes = {
            address: AccountChange(account.nonce, account.balance, EMPTY_CODE_HASH)
            for address, account in self.accounts.items()
        }
        diff = StateDiff(changes, {}, frozenset(), {})
        return BlockResult(tuple(self.results), (), self.gas_used, Gas(0), diff)

    def _account(self, address: Address) -> Account:
        return self.accounts.get(address) or self.pre.account(address) or Account()


def _abi_addresses(addresses: Sequence[Address]) -> bytes:
    words = [(32).to_bytes(32, "big"), len(addresses).to_bytes(32, "big")]
    return b"".join([*words, *(bytes(12) + address for address in addresses)])
