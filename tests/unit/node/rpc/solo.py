"""A node on its own: a real chain and a real pool with nobody to agree with, and one thread for the loop that owns the
pool. It is the RPC's Node as the app would wire it; a block comes whenever a test says `mine`.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import Any, TypeVar

from node.chain.chain import STATE_WINDOW, Chain
from node.execution.block import assemble_block, child_environment, rules_of
from node.execution.engines import load_engine
from node.pool.model import PoolLimits
from node.pool.pool import Pool
from node.primitives.certificate import CommitCertificate, seal_digest, validator_set_hash
from node.primitives.genesis import Genesis, parse_genesis
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Hash32
from node.rpc.backend import Identity, Peer, SyncProgress
from node.storage.simulated import SimulatedDisk

T = TypeVar("T")

NOW = 1_800_000_000
RICH = PrivateKey(b"\x01" * 32)
VALIDATOR = PrivateKey(b"\x02" * 32)
VALIDATORS_CONTRACT = Address(b"\x11" * 20)
VALIDATORS_CODE = bytes.fromhex(f"6020600052600160205273{VALIDATOR.address.hex()}60405260606000f3")
"""Answers the ABI form of an address[] with the one validator, whatever it is asked."""

PAYEE = Address(b"\x44" * 20)

COUNTER = bytes.fromhex("600054600101806000558060005260206000a100")
"""Adds one to slot 0 and logs it: LOG1, the new value as its topic and as its data."""

COUNTED = 0
"""The slot."""


class SoloNode:
    """A Node of the RPC's backend. Time stands at NOW plus what evm_increaseTime added."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.pool = Pool(PoolLimits(), chain.config)
        self.identity = Identity("jiaozi/test", "12D3Koo", ("/ip4/127.0.0.1/tcp/1",), VALIDATOR.address)
        self.reasons: list[str] = []
        self.offset = 0
        self.mines_at_once = False
        self._loop = ThreadPoolExecutor(1)
        self._ask(self._refresh).result()

    def now(self) -> int:
        return NOW + self.offset

    def submit(self, transaction: Transaction) -> Future[Hash32]:
        submitted = self._ask(lambda: self._add(transaction))
        if self.mines_at_once:
            self._ask(self._mine)
        return submitted

    def ask_pool(self, question: Callable[[Pool], T]) -> Future[T]:
        return self._ask(lambda: question(self.pool))

    def status(self) -> Mapping[str, object]:
        return {"height": self.chain.head.header.number + 1, "moving": True}

    def evidence(self) -> Sequence[Mapping[str, object]]:
        return []

    def unready(self) -> Sequence[str]:
        return self.reasons

    def sync_progress(self) -> SyncProgress | None:
        return None

    def peers(self) -> Sequence[Peer]:
        return [Peer("12D3Peer", "/ip4/127.0.0.1/tcp/2", Address(b"\x33" * 20), True, 5)]

    def increase_time(self, seconds: int) -> Future[int]:
        def move() -> int:
            self.offset += seconds
            return self.offset

        return self._ask(move)

    def set_next_timestamp(self, timestamp: int) -> Future[None]:
        def move() -> None:
            self.offset = timestamp - NOW

        return self._ask(move)

    def mine(self) -> None:
        """A block of everything executable."""
        self._ask(self._mine).result()

    def close(self) -> None:
        self._loop.shutdown()

    def _ask(self, question: Callable[[], T]) -> Future[T]:
        return self._loop.submit(question)

    def _add(self, transaction: Transaction) -> Hash32:
        head = self.chain.head.header
        self.pool.add(transaction, self.chain.state(head.number), head.base_fee, local=True, now_ms=0)
        return transaction.hash

    def _mine(self) -> None:
        chain, parent = self.chain, self.chain.head.header
        environment = child_environment(
            parent, chain.config, coinbase=VALIDATOR.address, timestamp=self.now(), block_hash=chain.block_hash
        )
        session = chain.engine.begin(chain.state(parent.number), environment, rules_of(chain.config))
        included = list(self.pool.candidates(environment.base_fee))
        for transaction in included:
            session.apply(transaction)
        made = assemble_block(chain.nodes, parent, environment, included, session.finish(), parent.extra_data)
        digest = seal_digest(chain.config.chain_id, chain.genesis_hash, made.block.hash, 0)
        chain.import_block(made.block, CommitCertificate(0, (VALIDATOR.sign(digest),)))
        self._refresh(included)

    def _refresh(self, mined: Sequence[Transaction] = ()) -> None:
        head = self.chain.head.header
        self.pool.upon_block(mined, self.chain.state(head.number), head.base_fee, head.gas_limit)


def open_chain(genesis: Genesis, *, archive: bool = True, window: int = STATE_WINDOW) -> Chain:
    store = SimulatedDisk(Random(0)).open_store()
    return Chain.open(store, genesis, load_engine("auto"), archive=archive, window=window)


def development_genesis(**rules: object) -> Genesis:
    return parse_genesis(
        {
            "config": {
                "chainId": 7,
                "jiaozi": {"validatorsContract": "0x" + VALIDATORS_CONTRACT.hex(), "development": True, **rules},
            },
            "extraData": "0x" + validator_set_hash([VALIDATOR.address]).hex(),
            "gasLimit": 30_000_000,
            "timestamp": NOW - 1_000,
            "alloc": {
                RICH.address.hex(): {"balance": str(10**24)},
                VALIDATORS_CONTRACT.hex(): {"balance": "0", "code": "0x" + VALIDATORS_CODE.hex()},
            },
        }
    )


def payment(nonce: int = 0, **fields: Any) -> Transaction:
    """A transaction of the rich key; keyword arguments replace fields."""
    base: dict[str, Any] = {
        "kind": TransactionKind.DYNAMIC_FEE,
        "chain_id": 7,
        "nonce": nonce,
        "gas": 21_000,
        "to": PAYEE,
        "value": 1,
    }
    return sign_transaction(UnsignedTransaction(**base | fields), RICH)


def deployment(nonce: int = 0, runtime: bytes = COUNTER) -> Transaction:
    """The creation of a contract with that code (of at most 255 bytes)."""
    return payment(nonce, to=None, value=0, data=init_code(runtime), gas=1_000_000)


def init_code(runtime: bytes) -> bytes:
    """CODECOPY of what follows twelve bytes of code, and RETURN of it."""
    return bytes([0x60, len(runtime), 0x60, 12, 0x60, 0, 0x39, 0x60, len(runtime), 0x60, 0, 0xF3]) + runtime


def forwarder(to: Address) -> bytes:
    """Code that calls `to` with all the gas there is, and reverts where that fails: PUSH 0 x 5 PUSH20 GAS CALL."""
    return bytes.fromhex("6000600060006000600073") + to + bytes.fromhex("5af160295760006000fd5b00")


def reverter(output: bytes) -> bytes:
    """Code that reverts with `output`."""
    head = bytes([0x60, len(output), 0x60, 12, 0x60, 0, 0x39, 0x60, len(output), 0x60, 0, 0xFD])
    return head + output
