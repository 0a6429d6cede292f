"""The HTTP around JSON-RPC: who may ask and how, and what else is on the port."""

import pytest

from node.rpc.asgi import Access
from node.rpc.limits import Limits
from tests.unit.node.rpc.conftest import MakeClient
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import SoloNode

CHAIN_ID = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'


def test_only_post_is_json_rpc(client: Client) -> None:
    answer = client.request("GET", "/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, -32600)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_page_cannot_post_what_needs_no_permission(client: Client, content_type: str) -> None:
    answer = client.post(CHAIN_ID, {"content-type": content_type})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, -32600)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "application/json-rpc"]
)
def test_json_is_taken_under_its_names(client: Client, content_type: str) -> None:
    assert client.post(CHAIN_ID, {"content-type": content_type}).json()["result"] == "0x7"


def test_compressed_requests_are_refused(client: Client) -> None:
    assert client.post(CHAIN_ID, {"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8545", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1:8545", 200),
        ("[::1]:8545", 200),
        ("10.0.0.7", 200),
        ("evil.example", 403),
        ("evil.example:8545", 403),
        ("localhost.evil.example", 403),
    ],
)
def test_only_known_host_names_and_addresses_are_served(client: Client, host: str, status: int) -> None:
    """A page that points its own name at this address (DNS rebinding) is refused, on every route."""
    assert client.post(CHAIN_ID, {"host": host}).status_code == status
    assert client.request("GET", "/health/live", headers={"host": host}).status_code == status


def test_any_host_can_be_allowed(node: SoloNode, make_client: MakeClient) -> None:
    client = make_client(node, access=Access(hosts=frozenset({"*"})))
    assert client.post(CHAIN_ID, {"host": "evil.example"}).status_code == 200


def test_origins_are_strangers_until_listed(node: SoloNode, make_client: MakeClient) -> None:
    shop = {"origin": "https://shop.example"}
    closed = make_client(node)
    assert "access-control-allow-origin" not in closed.post(CHAIN_ID, shop).headers
    listed = make_client(node, access=Access(origins=frozenset({"https://shop.example"})))
    assert listed.post(CHAIN_ID, shop).headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in listed.post(CHAIN_ID, {"origin": "https://other.example"}).headers
    preflight = listed.request("OPTIONS", "/", headers=shop)
    assert preflight.status_code == 204
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    anyone = make_client(node, access=Access(origins=frozenset({"*"})))
    assert anyone.request("GET", "/health/live", headers=shop).headers["access-control-allow-origin"] == "*"


def test_a_large_request_is_refused_declared_or_not(node: SoloNode, make_client: MakeClient) -> None:
    client = make_client(node, limits=Limits(request_bytes=100))
    declared = client.post(b" " * 101)
    assert (declared.status_code, declared.json()["error"]["code"]) == (413, -32005)
    lying = client.post(b" " * 101, {"content-length": "1"})
    assert lying.status_code == 413
    assert client.post(CHAIN_ID).status_code == 200


def test_health_tells_why_not(client: Client, node: SoloNode) -> None:
    assert client.request("GET", "/health/live").json() == {"live": True}
    assert client.request("GET", "/health/ready").json() == {"ready": True, "reasons": []}
    node.reasons.append("no peer is connected")
    answer = client.request("GET", "/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": ["no peer is connected"]})


def test_metrics_count_calls_by_known_names_only(client: Client) -> None:
    client.call("eth_chainId")
    client.call("eth_getBalance")
    client.call('eth_"}evil{')
    text = client.request("GET", "/metrics").text
    assert 'jiaozi_rpc_calls_total{method="eth_chainId",code="0"} 1' in text
    assert 'jiaozi_rpc_calls_total{method="eth_getBalance",code="-32602"} 1' in text
    assert 'jiaozi_rpc_calls_total{method="unknown",code="-32601"} 1' in text
    assert "evil" not in text
    assert "jiaozi_head_block 0" in text


def test_rest_is_described(client: Client) -> None:
    assert client.request("GET", "/docs").status_code == 200
    assert "/health/ready" in client.request("GET", "/openapi.json").json()["paths"]
    assert client.request("GET", "/nothing").status_code == 404
