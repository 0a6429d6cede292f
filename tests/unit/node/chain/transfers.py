"""A little ledger to test the chain with: an engine that only knows transfers, and four validators to seal.

The engine understands, in a transaction's data: nothing (a plain payment), `store(slot, value)` at `to`, `destroy`
of `to`, `deploy` of code at `to`, `fail` (a revert with 2 KiB of data). The validators contract keeps its set in
storage: slot 0 the count, slots from 1 on the addresses; from the block number in slot 1000 on, those from 1001 on.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from node.chain.chain import STATE_WINDOW, Chain
from node.chain.model import Head
from node.execution.block import Executed, child_environment
from node.execution.engine import (
    BlockEnvironment,
    BlockResult,
    Call,
    CallResult,
    Engine,
    Late,
    Rules,
    TransactionResult,
)
from node.execution.errors import InsufficientFunds, NonceTooHigh, NonceTooLow, TransactionRefused
from node.primitives.block import Header, Withdrawal
from node.primitives.certificate import CommitCertificate, quorum, seal_digest, validator_set_hash
from node.primitives.genesis import ChainConfig, Genesis, GenesisAccount, QbftRules
from node.primitives.hashing import EMPTY_CODE_HASH, keccak
from node.primitives.keys import PrivateKey
from node.primitives.receipt import Log, Receipt
from node.primitives.transaction import Transaction, UnsignedTransaction, sign_transaction
from node.primitives.types import ZERO_HASH, Address, Gas, Hash32, Wei
from node.state.model import Account, AccountChange, StateDiff, StateReader
from node.storage.simulated import SimulatedDisk
from node.storage.store import Store

CHAIN_ID: Final = 99
CONTRACT: Final = Address(b"\xc0" * 20)
STORAGE: Final = Address(b"\xd0" * 20)
"""Where tests store what they like."""
VALIDATOR_KEYS: Final = sorted((PrivateKey(bytes([n]) * 32) for n in range(1, 8)), key=lambda key: key.address)
USERS: Final = [PrivateKey(bytes([n]) * 32) for n in range(100, 110)]
RICH: Final = 10**24
GAS: Final = 21_000


def store(slot: int, value: int) -> bytes:
    return b"S" + slot.to_bytes(32, "big") + value.to_bytes(32, "big")


DESTROY: Final = b"D"
FAIL: Final = b"F"


def deploy(code: bytes) -> bytes:
    return b"C" + code


class TransferEngine:
    name = "transfers"

    def __init__(self) -> None:
        self.begun: list[int] = []
        """The numbers of the blocks begun, in order."""
        self.refuses: dict[Hash32, TransactionRefused] = {}
        """Transactions that it refuses besides."""

    def begin(self, pre: StateReader, environment: BlockEnvironment, rules: Rules) -> "TransferSession":
        self.begun.append(environment.number)
        return TransferSession(pre, environment, self.refuses)


@dataclass
class TransferSession:
    pre: StateReader
    environment: BlockEnvironment
    refuses: Mapping[Hash32, TransactionRefused]
    accounts: dict[Address, AccountChange | None] = field(default_factory=dict)
    slots: dict[Address, dict[int, int]] = field(default_factory=dict)
    cleared: set[Address] = field(default_factory=set)
    codes: dict[Hash32, bytes] = field(default_factory=dict)
    results: list[TransactionResult] = field(default_factory=list)

    @property
    def gas_used(self) -> Gas:
        return Gas(GAS * len(self.results))

    def apply(self, transaction: Transaction, *, late: Late | None = None) -> TransactionResult:
        if transaction.hash in self.refuses:
            raise self.refuses[transaction.hash]
        sender = self._account(transaction.sender)
        if transaction.nonce != sender.nonce:
            refusal = NonceTooLow if transaction.nonce < sender.nonce else NonceTooHigh
            raise refusal(f"nonce: tx {transaction.nonce} state {sender.nonce}")
        if sender.balance < transaction.value:
            raise InsufficientFunds("insufficient funds")
        failed = transaction.data == FAIL
        spent = 0 if failed else transaction.value
        self.accounts[transaction.sender] = replace(sender, nonce=sender.nonce + 1, balance=Wei(sender.balance - spent))
        if not failed:
            self._receive(transaction)
        log = Log(transaction.sender, (keccak(transaction.raw),), b"")
        receipt = Receipt(transaction.kind, not failed, Gas(self.gas_used + GAS), () if failed else (log,))
        result = TransactionResult(receipt, Gas(GAS), b"\xee" * 2048 if failed else b"", None)
        self.results.append(result)
        return result

    def call(self, call: Call, *, late: Late | None = None) -> CallResult:
        assert call.to is not None
        return CallResult(self._validators(call.to), Gas(GAS), Gas(0), None, (), ())

    def finish(self, withdrawals: Sequence[Withdrawal] = ()) -> BlockResult:
        slots = {
            address: changed for address, changed in self.slots.items() if self.accounts.get(address, 1) is not None
        }
        diff = StateDiff(dict(self.accounts), slots, frozenset(self.cleared), dict(self.codes))
        return BlockResult(tuple(self.results), (), self.gas_used, Gas(0), diff)

    def _receive(self, transaction: Transaction) -> None:
        to, data = transaction.to, transaction.data
        assert to is not None
        account = self._account(to)
        account = replace(account, balance=Wei(account.balance + transaction.value))
        if data[:1] == b"S":
            slot, value = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
            self.slots.setdefault(to, {})[slot] = value
        if data[:1] == b"C":
            code_hash = keccak(data[1:])
            self.codes[code_hash] = data[1:]
            account = replace(account, code_hash=code_hash)
        if data == DESTROY:
            self.cleared.add(to)
            self.slots.pop(to, None)
            self.accounts[to] = None
            return
        self.accounts[to] = account

    def _account(self, address: Address) -> AccountChange:
        if address in self.accounts:
            return self.accounts[address] or AccountChange(0, Wei(0), EMPTY_CODE_HASH)
        before = self.pre.account(address) or Account()
        return AccountChange(before.nonce, before.balance, before.code_hash)

    def _slot(self, address: Address, slot: int) -> int:
        changed = self.slots.get(address, {})
        if slot in changed:
            return changed[slot]
        return 0 if address in self.cleared else self.pre.storage(address, slot)

    def _validators(self, contract: Address) -> bytes:
        activation = self._slot(contract, 1000)
        base = 1001 if activation and self.environment.number >= activation else 0
        count = self._slot(contract, base)
        words = [32, count, *(self._slot(contract, base + 1 + index) for index in range(count))]
        return b"".join(word.to_bytes(32, "big") for word in words)


def set_slots(keys: Sequence[PrivateKey], base: int = 0) -> dict[int, int]:
    addresses = sorted(key.address for key in keys)
    return {base: len(addresses)} | {
        base + 1 + index: int.from_bytes(address, "big") for index, address in enumerate(addresses)
    }


def make_genesis(validators: Sequence[PrivateKey] = VALIDATOR_KEYS[:4], max_block_bytes: int = 2**22) -> Genesis:
    alloc = {key.address: GenesisAccount(Wei(RICH), 0, b"", {}) for key in USERS}
    alloc[CONTRACT] = GenesisAccount(Wei(0), 1, b"set", set_slots(validators))
    alloc[STORAGE] = GenesisAccount(Wei(0), 1, b"store", {})
    qbft = QbftRules(validators_contract=CONTRACT, max_block_bytes=max_block_bytes)
    return Genesis(
        config=ChainConfig(CHAIN_ID, qbft),
        alloc=alloc,
        timestamp=1_000,
        extra_data=validator_set_hash([key.address for key in validators]),
        gas_limit=Gas(30_000_000),
        difficulty=0,
        nonce=bytes(8),
        mix_hash=ZERO_HASH,
        coinbase=Address(bytes(20)),
        base_fee=Wei(0),
    )


def make_foreign_genesis() -> Genesis:
    ours = make_genesis()
    return replace(ours, config=ChainConfig(CHAIN_ID, None), extra_data=b"", base_fee=Wei(0))


def pay(key: PrivateKey, nonce: int, *, to: Address = STORAGE, value: int = 0, data: bytes = b"") -> Transaction:
    unsigned = UnsignedTransaction(chain_id=CHAIN_ID, nonce=nonce, gas=GAS, to=to, value=value, data=data)
    return sign_transaction(unsigned, key)


def seal(
    chain: Chain,
    header: Header,
    *,
    round_: int = 0,
    keys: Sequence[PrivateKey] = VALIDATOR_KEYS,
    count: int | None = None,
) -> CommitCertificate:
    """A certificate by a quorum (or the first `count`) of those of `keys` who are validators now."""
    validators = chain.head.next_validators
    entitled = [key for key in keys if key.address in validators]
    digest = seal_digest(CHAIN_ID, chain.genesis_hash, header.hash, round_)
    chosen = entitled[: quorum(len(validators)) if count is None else count]
    return CommitCertificate(round_, tuple(key.sign(digest) for key in chosen))


class Ledger:
    """A chain of the little ledger on a simulated disk, with what is needed to grow it."""

    def __init__(
        self,
        genesis: Genesis | None = None,
        *,
        seed: int = 0,
        archive: bool = False,
        window: int = STATE_WINDOW,
        engine: Engine | None = None,
    ) -> None:
        self.genesis = genesis or make_genesis()
        self.disk = SimulatedDisk(random.Random(seed))
        self.transfers = TransferEngine()
        self.engine: Engine = engine or self.transfers
        self.archive = archive
        self.window = window
        self.nonces: dict[Address, int] = {}
        self.open()

    def open(self) -> None:
        self.store: Store = self.disk.open_store()
        self.chain = Chain.open(self.store, self.genesis, self.engine, archive=self.archive, window=self.window)

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def pay(self, key: PrivateKey, **fields: object) -> Transaction:
        nonce = self.nonces.get(key.address, 0)
        self.nonces[key.address] = nonce + 1
        return pay(key, nonce, **fields)  # type: ignore[arg-type]  # passed on by name

    def make(self, *transactions: Transaction, author: Address | None = None) -> Executed:
        """An executed block on the head."""
        chain, parent = self.chain, self.chain.head.header
        coinbase = author or (chain.head.next_validators or (Address(b"\xaa" * 20),))[0]
        environment = child_environment(
            parent, chain.config, coinbase=coinbase, timestamp=parent.timestamp + 1, block_hash=chain.block_hash
        )
        session = chain.begin(parent, environment)
        for transaction in transactions:
            session.apply(transaction)
        return chain.complete(parent, environment, transactions, session.finish())

    def certificate(self, executed: Executed) -> CommitCertificate | None:
        return seal(self.chain, executed.block.header) if self.chain.config.qbft is not None else None

    def grow(self, *transactions: Transaction) -> Head:
        executed = self.make(*transactions)
        return self.chain.commit(executed.block.hash, self.certificate(executed))
