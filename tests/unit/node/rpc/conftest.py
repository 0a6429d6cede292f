"""Nodes, clients and the chain of the rpc-compat transcripts."""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rlp import codec

from node.chain.chain import Chain
from node.primitives.block import decode_block
from node.primitives.genesis import parse_genesis
from node.rpc.asgi import Access
from node.rpc.limits import Limits
from node.rpc.method import Scope
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import SoloNode, development_genesis, open_chain

REPOSITORY = Path(__file__).parents[4]

MakeNode = Callable[..., SoloNode]
MakeClient = Callable[..., Client]


@pytest.fixture
def make_node() -> Iterator[MakeNode]:
    """A node on a chain of its own; keyword arguments go into `config.jiaozi`."""
    made: list[SoloNode] = []

    def make(**rules: object) -> SoloNode:
        made.append(SoloNode(open_chain(development_genesis(**rules))))
        return made[-1]

    yield make
    for node in made:
        node.close()


@pytest.fixture
def node(make_node: MakeNode) -> SoloNode:
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
