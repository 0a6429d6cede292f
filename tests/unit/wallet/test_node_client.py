"""Whatever answers at the address, the wallet says in one sentence what is wrong."""

import json
from typing import Any

import pytest

from wallet.errors import BadAnswer, NodeRefused, NodeUnreachable, WrongChain
from wallet.node_client import Node, Request, octets, quantity


def test_a_batch_is_one_round_trip_answered_in_order(foreign_node: Any) -> None:
    bodies: list[int] = []

    def reversed_answers(asked: Any) -> bytes:
        bodies.append(len(asked))
        return json.dumps([foreign_node.answer(request) for request in reversed(asked)]).encode()

    foreign_node.methods = {"a": lambda _: "0x1", "b": lambda _: "0x2", "c": lambda _: "0x3"}
    foreign_node.raw = reversed_answers
    assert Node(foreign_node.url).batch(Request("a"), Request("b"), Request("c")) == ["0x1", "0x2", "0x3"]
    assert bodies == [3]


def test_a_refusal_carries_the_nodes_words_and_the_contracts_bytes(foreign_node: Any, refuse: Any) -> None:
    def revert(_: Any) -> Any:
        raise refuse(3, "execution reverted", "0x08c379a0")

    foreign_node.methods = {"eth_call": revert}
    with pytest.raises(NodeRefused) as caught:
        Node(foreign_node.url).ask("eth_call")
    assert (caught.value.code, caught.value.message, caught.value.data) == (
        3,
        "execution reverted",
        b"\x08\xc3\x79\xa0",
    )


def test_in_a_batch_one_refusal_leaves_the_other_answers(foreign_node: Any) -> None:
    foreign_node.methods = {"a": lambda _: "0x1"}
    first, second = Node(foreign_node.url).try_batch(Request("a"), Request("unknown"))
    assert first == "0x1" and isinstance(second, NodeRefused) and second.code == -32601


def test_nothing_listens(foreign_node: Any) -> None:
    # Port 1 of the loopback belongs to nobody.
    with pytest.raises(NodeUnreachable, match=r"no node answers at http://127.0.0.1:1 .*--rpc"):
        Node("http://127.0.0.1:1").ask("eth_chainId")


def test_a_connection_that_is_lost(foreign_node: Any, hang: Any) -> None:
    def lose(_: Any) -> bytes:
        raise hang

    foreign_node.raw = lose
    with pytest.raises(NodeUnreachable, match="refused or lost"):
        Node(foreign_node.url).ask("eth_chainId")


@pytest.mark.filterwarnings("ignore:Received batch response with missing:RuntimeWarning")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"null",
        b"5",
        b"[]",
        b"[1]",
        b"{}",
        b'[{"id": 0}]',
        b'[{"jsonrpc": "2.0", "result": "0x1"}]',
        b'[{"id": 0, "error": "no"}]',
        b'[{"id": 0, "error": {"message": "no code"}}]',
        b'[{"id": 0, "result": "0x1"}, {"id": 0, "result": "0x1"}]',
    ],
)
def test_what_is_no_json_rpc_is_called_so(foreign_node: Any, body: bytes) -> None:
    foreign_node.raw = lambda _: body
    with pytest.raises(BadAnswer, match="is no Ethereum node"):
        quantity(Node(foreign_node.url).ask("eth_chainId"), foreign_node.url)


def test_an_http_error_is_called_so(foreign_node: Any) -> None:
    foreign_node.status = 503
    with pytest.raises(BadAnswer, match="answers HTTP 503"):
        Node(foreign_node.url).ask("eth_chainId")


def test_a_batch_refused_as_a_whole_is_a_refusal(foreign_node: Any) -> None:
    foreign_node.raw = lambda _: b'{"id": null, "error": {"code": -32600, "message": "no batches"}}'
    with pytest.raises(NodeRefused, match="no batches"):
        Node(foreign_node.url).batch(Request("a"), Request("b"))


def test_another_network_than_the_pinned_one_is_refused(foreign_node: Any) -> None:
    foreign_node.methods = {"eth_chainId": lambda _: "0x1"}
    Node(foreign_node.url, 1).check_chain()
    with pytest.raises(WrongChain, match="on network 1, not 20200"):
        Node(foreign_node.url, 20200).check_chain()


@pytest.mark.parametrize("value", [None, 5, "", "0x", "zz", [], {}])
def test_a_number_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(BadAnswer, match="is no hex number"):
        quantity(value, "here")


@pytest.mark.parametrize("value", [None, 5, "0x1", "0xzz", []])
def test_data_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(BadAnswer, match="is no hex data"):
        octets(value, "here")


def test_a_password_in_the_url_is_never_shown() -> None:
    with pytest.raises(NodeUnreachable) as caught:
        Node("http://me:hunter2@127.0.0.1:1").ask("eth_chainId")
    assert "hunter2" not in str(caught.value)
