"""What a program hears from a network behind JSON-RPC: a real server, on a chain where a block comes when we say so."""

from collections.abc import Iterator

import pytest

from contracts import CallRefused, NetworkUnreachable, NodeRefused, NotFinalYet
from contracts.web3_chain import Web3Chain
from node.primitives.types import Hash32
from node.rpc.limits import Limits
from node.rpc.server import RpcOptions, RpcServer
from tests.ports import free_ports
from tests.unit.node.rpc.solo import PAYEE, RICH, SoloNode, development_genesis, open_chain

REFUSES = bytes.fromhex("60006000fd")
"""REVERT with nothing."""


@pytest.fixture
def node() -> Iterator[SoloNode]:
    made = SoloNode(open_chain(development_genesis()))
    yield made
    made.close()


@pytest.fixture
def url(node: SoloNode) -> Iterator[str]:
    server = RpcServer(node, RpcOptions(port=0, limits=Limits()))
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def chain(url: str, timeout_s: float = 10.0) -> Web3Chain:
    return Web3Chain(url, RICH.secret, timeout_s=timeout_s)


def test_what_was_sent_and_is_in_no_block_may_still_come(node: SoloNode, url: str) -> None:
    with pytest.raises(NotFinalYet, match=r"in no block after 2 s; it may still come: look for it") as waiting:
        chain(url, timeout_s=2.0).send(PAYEE, b"")
    node.mine()
    assert node.chain.locate(Hash32(waiting.value.transaction_hash)) is not None, "and it did"


def test_a_refusal_without_words_says_so(url: str) -> None:
    with pytest.raises(CallRefused, match=r"^refused without a reason$"):
        chain(url).call(None, REFUSES)


def test_what_the_node_itself_refuses_is_no_contracts_refusal(url: str) -> None:
    with pytest.raises(NodeRefused, match=f"the node at {url} says no: ") as refused:
        chain(url).send(PAYEE, bytes(200_000))
    assert "{" not in str(refused.value)


def test_where_nobody_answers_nothing_was_sent() -> None:
    (port,) = free_ports(1)
    with pytest.raises(NetworkUnreachable, match=f"http://127.0.0.1:{port} does not answer as a node"):
        chain(f"http://127.0.0.1:{port}").send(PAYEE, b"")
