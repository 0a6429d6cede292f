"""The real server application, in this process, before a real chain and a real pool with nobody to agree with.

Tests post bytes and look at answers; `SoloNode` is the node that the app would wire, with one thread for the loop
that owns the pool, and a block whenever a test says `mine`.
"""

import asyncio
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from rlp import codec

from node.chain import Chain
from node.execution.block import assemble_block, child_environment, rules_of
from node.pool.model import PoolLimits
from node.pool.pool import Pool
from node.primitives.block import decode_block
from node.primitives.genesis import Genesis, parse_genesis
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Hash32
from node.rpc.asgi import Access, Application
from node.rpc.backend import Identity, Peer, SyncProgress
from node.rpc.limits import Limits
from node.rpc.method import Scope
from node.rpc.rest import rest_application
from node.rpc.service import Service

T = TypeVar("T")

REPOSITORY = Path(__file__).parents[4]
NOW = 1_800_000_000
RICH = PrivateKey(b"\x01" * 32)
VALIDATORS = Address(b"\x11" * 20)

COUNTER_INIT = bytes.fromhex("600a600c600039600a6000f3" + "60005460010180600055")
"""Deploys ten bytes that add one to slot 0: PUSH 0 SLOAD PUSH 1 ADD DUP1 PUSH 0 SSTORE."""


class SoloNode:
    """A Node of the RPC's backend. Time stands at NOW plus what evm_increaseTime added."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.pool = Pool(PoolLimits(), chain.config)
        self.identity = Identity("jiaozi/test", "12D3Koo", ("/ip4/127.0.0.1/tcp/1",), Address(b"\x22" * 20))
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
            parent, chain.config, coinbase=Address(b"\x22" * 20), timestamp=self.now(), block_hash=chain.block_hash
        )
        session = chain.engine.begin(chain.state(parent.number), environment, rules_of(chain.config))
        included = list(self.pool.candidates(environment.base_fee))
        for transaction in included:
            session.apply(transaction)
        made = assemble_block(chain.nodes, parent, environment, included, session.finish(), parent.extra_data)
        chain.import_block(made.block, None)
        self._refresh(included)

    def _refresh(self, mined: Sequence[Transaction] = ()) -> None:
        head = self.chain.head.header
        self.pool.upon_block(mined, self.chain.state(head.number), head.base_fee, head.gas_limit)


class Client:
    """Posts to the application on an event loop of its own; every method returns when the answer is there."""

    def __init__(self, node: SoloNode, limits: Limits, access: Access, scopes: frozenset[Scope]) -> None:
        self._runner = asyncio.Runner()
        self.service = Service(node, limits, scopes)
        application = Application(self.service, access, rest_application(self.service))
        transport = httpx.ASGITransport(application)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self.run(self.service.__aenter__())

    def run(self, coroutine: Any) -> Any:
        return self._runner.run(coroutine)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer: httpx.Response = self.run(self._http.request(method, path, **options))
        return answer

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.request("POST", "/", content=body, headers={"content-type": "application/json", **(headers or {})})

    def ask(self, document: object) -> Any:
        """The parsed answer to a JSON document."""
        return self.post(json.dumps(document).encode()).json()

    def call(self, method: str, *parameters: object) -> Any:
        """The whole answer, id and all."""
        return self.ask({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)})

    def result(self, method: str, *parameters: object) -> Any:
        answer = self.call(method, *parameters)
        assert "result" in answer, answer
        return answer["result"]

    def error(self, method: str, *parameters: object) -> tuple[int, str]:
        error = self.call(method, *parameters)["error"]
        return error["code"], error["message"]

    def close(self) -> None:
        self.run(self._http.aclose())
        self.run(self.service.__aexit__())
        self._runner.close()


OpenChain = Callable[[Genesis], Chain]
MakeClient = Callable[..., Client]


def open_chain(genesis: Genesis) -> Chain:
    return Chain(genesis)


def development_genesis(**rules: object) -> Genesis:
    return parse_genesis(
        {
            "config": {
                "chainId": 7,
                "jiaozi": {"validatorsContract": "0x" + VALIDATORS.hex(), "development": True, **rules},
            },
            "extraData": "0x" + keccak(b"").hex(),
            "gasLimit": 30_000_000,
            "timestamp": NOW - 1_000,
            "alloc": {RICH.address.hex(): {"balance": str(10**24)}},
        }
    )


@pytest.fixture
def make_node() -> Iterator[Callable[..., SoloNode]]:
    """A node on a chain of its own; keyword arguments go into `config.jiaozi`."""
    made: list[SoloNode] = []

    def make(**rules: object) -> SoloNode:
        made.append(SoloNode(open_chain(development_genesis(**rules))))
        return made[-1]

    yield make
    for node in made:
        node.close()


@pytest.fixture
def node(make_node: Callable[..., SoloNode]) -> SoloNode:
    return make_node()


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    made: list[Client] = []

    def make(
        node: SoloNode,
        limits: Limits | None = None,
        access: Access | None = None,
        scopes: frozenset[Scope] = frozenset({Scope.DEBUG, Scope.ADMIN}),
    ) -> Client:
        made.append(Client(node, limits or Limits(), access or Access(), scopes))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(node: SoloNode, make_client: MakeClient) -> Client:
    return make_client(node)


@pytest.fixture
def payment() -> Callable[..., Transaction]:
    """Signs a transaction of the rich key; keyword arguments replace fields."""

    def sign(nonce: int = 0, **fields: Any) -> Transaction:
        base: dict[str, Any] = {
            "kind": TransactionKind.DYNAMIC_FEE,
            "chain_id": 7,
            "nonce": nonce,
            "gas": 21_000,
            "to": Address(b"\x44" * 20),
            "value": 1,
        }
        return sign_transaction(UnsignedTransaction(**base | fields), RICH)

    return sign


@pytest.fixture
def deployment(payment: Callable[..., Transaction]) -> Callable[..., Transaction]:
    """The creation of a contract from init code; by default of the counter."""

    def sign(nonce: int = 0, init: bytes = COUNTER_INIT) -> Transaction:
        return payment(nonce, to=None, value=0, data=init, gas=1_000_000)

    return sign


@pytest.fixture(scope="session")
def vectors() -> zipfile.ZipFile:
    folder = Path(os.environ.get("JIAOZI_VECTORS", REPOSITORY.parent / "shared" / "data"))
    archive = folder / "rpc-compat.zip"
    if not archive.exists():
        pytest.skip(f"no rpc-compat vectors at {archive}; set JIAOZI_VECTORS")
    return zipfile.ZipFile(io.BytesIO(archive.read_bytes()))


@pytest.fixture(scope="session")
def vector_chain(vectors: zipfile.ZipFile) -> Chain:
    """The chain that the transcripts were recorded on, executed block by block."""
    root = next(name for name in vectors.namelist() if name.endswith("genesis.json")).removesuffix("genesis.json")
    chain = open_chain(parse_genesis(json.loads(vectors.read(f"{root}genesis.json"))))
    blocks, at = vectors.read(f"{root}chain.rlp"), 0
    while at < len(blocks):
        _, _, end = codec.consume_item(blocks, at)
        chain.import_block(decode_block(blocks[at:end]), None)
        at = end
    return chain


@pytest.fixture
def vector_node(vector_chain: Chain) -> Iterator[SoloNode]:
    node = SoloNode(vector_chain)
    yield node
    node.close()
