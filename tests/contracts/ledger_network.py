"""A development network in this process: the real genesis, engine, chain and receipts, one validator, no sockets.

Every transaction is a block of its own, so histories are the same each time, to the last unit of gas.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.chain import Log, Receipt
from contracts.errors import CallRefused
from contracts.reverts import explain_revert
from node.app.assembly import open_chain
from node.app.network_folder import DEVELOPMENT_CHAIN_ID, NetworkOptions, create_network
from node.chain.chain import Chain
from node.execution.block import child_environment
from node.execution.engine import BlockEnvironment, BlockSession, Call
from node.execution.engines import load_engine
from node.primitives.certificate import CommitCertificate, seal_digest
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Gas

BEGINNING = 1_800_000_000
GAS = Gas(16_000_000)


class LedgerNetwork:
    """Time stands still but for `advance`; each block is a second after the last, as blocks on a busy chain are."""

    def __init__(self, chain: Chain, validator: PrivateKey) -> None:
        self.ledger = chain
        self._validator = validator
        self._now = BEGINNING

    @property
    def chain_id(self) -> int:
        return self.ledger.config.chain_id

    def now(self) -> int:
        return self._now

    def advance(self, seconds: int) -> None:
        self._now += seconds

    def account(self, key: bytes) -> "LedgerAccount":
        return LedgerAccount(self, PrivateKey(key))

    def run(self, sender: PrivateKey, to: bytes | None, data: bytes) -> Receipt:
        """A block with this transaction. Raises CallRefused where it fails; the block is made all the same."""
        parent = self.ledger.head.header
        self._now += 1
        nonce = self._nonce(sender.address)
        transaction = sign_transaction(
            UnsignedTransaction(
                kind=TransactionKind.DYNAMIC_FEE,
                chain_id=self.ledger.config.chain_id,
                nonce=nonce,
                gas=GAS,
                to=None if to is None else Address(to),
                data=data,
            ),
            sender,
        )
        session, environment = self._session()
        result = session.apply(transaction)
        made = self.ledger.complete(parent, environment, [transaction], session.finish())
        digest = seal_digest(self.ledger.config.chain_id, self.ledger.genesis_hash, made.block.hash, 0)
        self.ledger.commit(made, CommitCertificate(0, (self._validator.sign(digest),)))
        if not result.receipt.succeeded:
            raise CallRefused(explain_revert(result.output), result.output, transaction.hash)
        return Receipt(
            transaction_hash=transaction.hash,
            block_number=made.block.header.number,
            gas_used=result.gas_used,
            contract_address=result.contract_address,
            logs=tuple(Log(bytes(log.address), tuple(log.topics), log.data) for log in result.receipt.logs),
        )

    def call(self, sender: bytes, to: bytes | None, data: bytes) -> bytes:
        session, _ = self._session()
        result = session.call(Call(sender=Address(sender), to=None if to is None else Address(to), gas=GAS, data=data))
        if result.error is not None:
            raise CallRefused(explain_revert(result.output), result.output)
        return result.output

    def code(self, address: bytes) -> bytes:
        state = self.ledger.state(self.ledger.head.header.number)
        account = state.account(Address(address))
        return b"" if account is None else state.code(account.code_hash)

    def _nonce(self, address: Address) -> int:
        account = self.ledger.state(self.ledger.head.header.number).account(address)
        return 0 if account is None else account.nonce

    def _session(self) -> tuple[BlockSession, BlockEnvironment]:
        parent = self.ledger.head.header
        environment = child_environment(
            parent,
            self.ledger.config,
            coinbase=self._validator.address,
            timestamp=max(parent.timestamp, self._now),
            block_hash=self.ledger.block_hash,
        )
        return self.ledger.begin(parent, environment), environment


class LedgerAccount:
    """Implements `contracts.chain.Chain`: one account on the network."""

    def __init__(self, network: LedgerNetwork, key: PrivateKey) -> None:
        self.network = network
        self._key = key

    @property
    def account(self) -> bytes:
        return bytes(self._key.address)

    def call(self, to: bytes | None, data: bytes) -> bytes:
        return self.network.call(self.account, to, data)

    def code(self, address: bytes) -> bytes:
        return self.network.code(address)

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        return self.network.run(self._key, to, data)


@contextmanager
def ledger_network(folder: Path) -> Iterator[LedgerNetwork]:
    options = NetworkOptions(
        validators=1,
        chain_id=DEVELOPMENT_CHAIN_ID,
        block_period_ms=1000,
        development=True,
        central_bank=None,
        hosts=("127.0.0.1",),
        p2p_port=0,
        rpc_port=0,
        timestamp=BEGINNING,
    )
    node = create_network(folder, options, random_bytes=random.Random(1).randbytes).nodes[0]
    key = node.validator_key()
    assert key is not None
    chain, store = open_chain(node.database_path, node.genesis(), load_engine("auto"), archive=True)
    try:
        yield LedgerNetwork(chain, key)
    finally:
        store.close()
