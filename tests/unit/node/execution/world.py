"""A small world to execute in: accounts in memory, one environment, keys with and without money."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from node.execution.engine import BlockEnvironment, BlockResult, BlockSession, Call, CallResult, Engine, Rules
from node.primitives.genesis import GenesisAccount
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, UnsignedTransaction, sign_transaction
from node.primitives.types import ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei
from node.state import TrieState, apply_diff
from node.state.model import NodeKey

CHAIN_ID = 1337
RICH = PrivateKey(b"\x01" * 32)
OTHER = PrivateKey(b"\x02" * 32)
COINBASE = Address(b"\xc0" * 20)
ETHER = 10**18


RULES = Rules(chain_id=CHAIN_ID)
ENVIRONMENT = BlockEnvironment(
    number=BlockNumber(300),
    timestamp=1_000,
    coinbase=COINBASE,
    gas_limit=Gas(30_000_000),
    base_fee=Wei(7),
    prev_randao=ZERO_HASH,
    excess_blob_gas=Gas(0),
    parent_hash=Hash32(b"\xaa" * 32),
    parent_beacon_root=Hash32(b"\xbb" * 32),
    block_hash=lambda number: keccak(str(number).encode()),
)


@dataclass
class World:
    """A NodeReader, and what most tests do with one."""

    engine: Engine
    nodes: dict[NodeKey, bytes] = field(default_factory=dict)
    codes: dict[Hash32, bytes] = field(default_factory=dict)
    root: Hash32 = ZERO_HASH
    rules: Rules = RULES
    environment: BlockEnvironment = ENVIRONMENT

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        return self.nodes[owner, node_hash]

    def code(self, code_hash: Hash32) -> bytes:
        return self.codes[code_hash]

    @property
    def state(self) -> TrieState:
        return TrieState(self, self.root)

    def begin(self, **changes: Any) -> BlockSession:
        return self.engine.begin(self.state, replace(self.environment, **changes), self.rules)

    def commit(self, result: BlockResult) -> None:
        """The state after a block becomes the pre-state of the next."""
        update = apply_diff(self, self.root, result.diff)
        self.root = update.root
        self.nodes.update(update.added)
        self.codes.update(result.diff.code)

    def call(self, to: Address | None, data: bytes = b"", **fields: Any) -> CallResult:
        wanted: dict[str, Any] = {"sender": RICH.address, "gas": Gas(1_000_000), **fields}
        return self.begin().call(Call(to=to, data=data, **wanted))


def account(
    balance: int = 0, nonce: int = 0, code: str = "", storage: Mapping[int, int] | None = None
) -> GenesisAccount:
    return GenesisAccount(Wei(balance), nonce, bytes.fromhex(code), storage or {})


def sign(key: PrivateKey = RICH, **fields: Any) -> Transaction:
    """A transfer of nothing at 10 wei a gas, unless said otherwise."""
    wanted: dict[str, Any] = {
        "chain_id": CHAIN_ID,
        "nonce": 0,
        "max_fee": 10,
        "max_priority_fee": 1,
        "gas": 100_000,
        "to": Address(b"\xee" * 20),
        **fields,
    }
    return sign_transaction(UnsignedTransaction(**wanted), key)
