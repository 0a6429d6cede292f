"""Calls of a batch: in order, each with its own outcome, within one bound for all of them."""

import json
from typing import Any

from node.rpc.limits import Limits
from tests.unit.node.rpc.conftest import MakeClient, MakeNode
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import NOW, RICH, SoloNode, payment


def _call(call_id: object, method: str, *parameters: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": call_id, "method": method, "params": list(parameters)}


def test_a_batch_is_answered_in_its_order(client: Client) -> None:
    methods = ["eth_chainId", "eth_call", "net_version", "txpool_status", "eth_nothing", "eth_blockNumber"]
    answers = client.ask([_call(index, method) for index, method in enumerate(methods)])
    assert [answer["id"] for answer in answers] == list(range(6))
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32602, None, None, -32601, None]


def test_notifications_are_carried_out_and_not_answered(client: Client, node: SoloNode) -> None:
    raw = "0x" + payment().raw.hex()
    notification = {"jsonrpc": "2.0", "method": "eth_sendRawTransaction", "params": [raw]}
    alone = client.post(json.dumps(notification).encode())
    assert (alone.status_code, alone.content) == (204, b"")
    assert len(node.pool) == 1
    assert [answer["id"] for answer in client.ask([notification, _call(5, "eth_chainId")])] == [5]
    assert client.post(json.dumps([notification]).encode()).content == b""


def test_sends_of_a_batch_keep_their_order_and_are_seen_by_what_follows(client: Client) -> None:
    sends = [_call(nonce, "eth_sendRawTransaction", "0x" + payment(nonce).raw.hex()) for nonce in range(50)]
    count = _call("count", "eth_getTransactionCount", "0x" + RICH.address.hex(), "pending")
    answers = client.ask([*sends, count])
    assert [answer["result"] for answer in answers[:-1]] == ["0x" + payment(nonce).hash.hex() for nonce in range(50)]
    assert answers[-1]["result"] == "0x32"


def test_a_batch_shows_one_head_whatever_is_committed_meanwhile(client: Client, node: SoloNode) -> None:
    node.mines_at_once = True
    hash_ = "0x" + payment().hash.hex()
    answers = client.ask(
        [
            _call(1, "eth_blockNumber"),
            _call(2, "eth_sendRawTransactionSync", "0x" + payment().raw.hex()),
            _call(3, "eth_getTransactionReceipt", hash_),
            _call(4, "eth_blockNumber"),
        ]
    )
    assert answers[1]["result"]["blockNumber"] == "0x1", "the one that waited tells what it waited for"
    assert [answers[0]["result"], answers[2]["result"], answers[3]["result"]] == ["0x0", None, "0x0"]
    assert client.result("eth_getTransactionReceipt", hash_)["blockNumber"] == "0x1"


def test_an_answer_past_the_bound_is_refused_and_the_rest_are_told(node: SoloNode, make_client: MakeClient) -> None:
    client = make_client(node, limits=Limits(response_bytes=100))
    answers = client.ask(
        [_call(1, "eth_chainId"), _call(2, "eth_getBlockByNumber", "0x0", False), _call(3, "eth_chainId")]
    )
    assert answers[0]["result"] == "0x7"
    assert [answer["error"]["code"] for answer in answers[1:]] == [-32005, -32005]
    assert "response too large" in answers[1]["error"]["message"]


def test_one_calls_defect_is_an_internal_error_and_leaves_the_others(client: Client, node: SoloNode) -> None:
    def broken() -> Any:
        raise RuntimeError("secret detail")

    node.status = broken  # type: ignore[method-assign]  # a node that breaks its promise
    answers = client.ask([_call(1, "qbft_status"), _call(2, "eth_chainId")])
    assert answers[0]["error"]["code"] == -32603
    assert "secret" not in answers[0]["error"]["message"]
    assert answers[1]["result"] == "0x7"


def test_scopes_decide_what_exists(node: SoloNode, make_client: MakeClient) -> None:
    public = make_client(node, scopes=frozenset())
    assert public.error("debug_getRawHeader", "latest")[0] == -32601
    assert public.error("admin_peers")[0] == -32601
    assert "admin" not in public.result("rpc_modules")


def test_development_methods_exist_by_genesis_alone(make_node: MakeNode, make_client: MakeClient) -> None:
    node = make_node(development=False)
    client = make_client(node)
    message = "the method evm_increaseTime does not exist/is not available"
    assert client.error("evm_increaseTime", 60) == (-32601, message)
    assert client.error("evm_setNextBlockTimestamp", NOW)[0] == -32601


def test_development_moves_the_clock(client: Client, node: SoloNode) -> None:
    assert client.result("evm_increaseTime", 60) == 60
    assert client.result("evm_increaseTime", "0x3c") == 120
    node.mine()
    assert client.result("eth_getBlockByNumber", "latest", False)["timestamp"] == hex(NOW + 120)
    assert client.result("evm_setNextBlockTimestamp", NOW + 500) is None
    node.mine()
    assert client.result("eth_getBlockByNumber", "latest", False)["timestamp"] == hex(NOW + 500)
    assert client.error("evm_setNextBlockTimestamp", NOW)[0] == -32602
