"""The server on a real socket: it starts where it says, ends when told, and waits for nobody for ever."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from node.rpc.errors import PortTaken, ServerStartError
from node.rpc.limits import Limits
from node.rpc.server import RpcOptions, RpcServer
from tests.unit.node.rpc.solo import SoloNode, payment

CHAIN_ID = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}
HEAD = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"

Serve = Callable[..., RpcServer]


@pytest.fixture
def serve(node: SoloNode) -> Iterator[Serve]:
    started: list[RpcServer] = []

    def make(port: int = 0, **limits: Any) -> RpcServer:
        server = RpcServer(node, RpcOptions(port=port, limits=Limits(**limits)))
        server.start()
        started.append(server)
        return server

    yield make
    for server in started:
        server.stop()


def _connect(server: RpcServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def _ended(connection: socket.socket) -> bool:
    """Whether the server ends the connection; waits until it does, or fails after the socket's timeout."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


def test_port_0_takes_a_free_port_and_says_which(serve: Serve) -> None:
    server = serve()
    assert server.port > 0
    assert httpx.post(server.url, json=CHAIN_ID).json()["result"] == "0x7"


def test_a_taken_port_is_named(serve: Serve, node: SoloNode) -> None:
    port = serve().port
    with pytest.raises(PortTaken, match=f"port {port} on 127.0.0.1 is taken"):
        RpcServer(node, RpcOptions(port=port)).start()


def test_an_address_that_is_not_ours_is_a_typed_error(node: SoloNode) -> None:
    with pytest.raises(ServerStartError, match=r"cannot listen on 203\.0\.113\.1"):
        RpcServer(node, RpcOptions(host="203.0.113.1", port=0)).start()


def test_a_connection_carries_many_requests(serve: Serve) -> None:
    with httpx.Client(base_url=serve().url) as client:
        ports = set()
        for _ in range(5):
            answer = client.post("/", json=CHAIN_ID)
            stream = answer.extensions["network_stream"]
            ports.add(stream.get_extra_info("client_addr"))
        assert len(ports) == 1


def test_stop_takes_less_than_a_second_whoever_is_connected(serve: Serve) -> None:
    """An idle connection, half a head, half a body, and a call that waits for a minute."""
    server = serve(receipt_timeout_cap_ms=60_000)
    waits = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "eth_sendRawTransactionSync",
        "params": ["0x" + payment().raw.hex(), 60_000],
    }
    body = json.dumps(waits).encode()
    with ExitStack() as stack:
        idle, half_head, half_body, waiting = (stack.enter_context(_connect(server)) for _ in range(4))
        half_head.sendall(b"POST / HTTP/1.1\r\nho")
        half_body.sendall(HEAD + b"content-length: 100\r\n\r\n{")
        waiting.sendall(HEAD + b"content-length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        assert httpx.post(server.url, json=CHAIN_ID).status_code == 200
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 1.0
        assert not server.alive
        assert all(_ended(connection) for connection in (idle, half_head, half_body, waiting))


def test_a_stopped_server_leaves_nothing_behind(node: SoloNode) -> None:
    def cycle() -> None:
        server = RpcServer(node, RpcOptions(port=0))
        server.start()
        assert httpx.post(server.url, json=CHAIN_ID).status_code == 200
        server.stop()

    cycle()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        cycle()
    assert len(os.listdir("/proc/self/fd")) == before
    for thread in threading.enumerate():
        if thread.name.startswith("rpc"):
            thread.join(5)  # idle workers end on their own, a moment after the server's thread
            assert not thread.is_alive()


def test_the_port_is_free_again_after_stop(serve: Serve) -> None:
    server = serve()
    server.stop()
    assert serve(server.port).port == server.port


@pytest.mark.parametrize(
    ("sent", "limit"),
    [
        (b"", {"header_timeout_s": 0.1}),
        (b"POST / HTTP/1.1\r\nhost: local", {"header_timeout_s": 0.1}),
        (HEAD + b"content-length: 100\r\n\r\n{", {"body_timeout_s": 0.1}),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 20_000, {"header_bytes": 10_000}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {}),
    ],
    ids=["silence", "half a head", "half a body", "a head without end", "TLS"],
)
def test_a_peer_that_dawdles_or_floods_is_let_go(serve: Serve, sent: bytes, limit: dict[str, Any]) -> None:
    server = serve(**limit)
    with _connect(server) as connection:
        connection.sendall(sent)
        assert _ended(connection)
    assert httpx.post(server.url, json=CHAIN_ID).json()["result"] == "0x7"


def test_a_second_dawdling_head_on_a_kept_connection_is_let_go_too(serve: Serve) -> None:
    server = serve(header_timeout_s=0.1)
    body = json.dumps(CHAIN_ID).encode()
    with _connect(server) as connection:
        connection.sendall(HEAD + b"content-length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        assert b"0x7" in connection.recv(65_536)
        connection.sendall(b"POST / HTTP/1.1\r\n")
        assert _ended(connection)


def test_a_peer_that_does_not_read_is_let_go(serve: Serve) -> None:
    server = serve(write_timeout_s=0.1)
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["latest", True]}
    body = json.dumps([call] * 1_000).encode()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(10)
        connection.connect(("127.0.0.1", server.port))
        for _ in range(8):
            connection.sendall(HEAD + b"content-length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        with pytest.raises(ConnectionError):
            while True:  # more requests, never a read
                connection.sendall(HEAD + b"content-length: " + str(len(body)).encode() + b"\r\n\r\n" + body)


def test_too_many_connections_are_told_so(serve: Serve) -> None:
    server = serve(connections=3)
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(_connect(server))
        assert httpx.post(server.url, json=CHAIN_ID).status_code == 503


def test_long_calls_do_not_hold_up_short_ones(serve: Serve, node: SoloNode) -> None:
    """Calls that spin through their gas run in a worker; the loop and the readers of blocks answer meanwhile."""
    server = serve(call_workers=1, calls_waiting=1)
    spin = {"data": "0x5b600056", "gas": hex(2_000_000)}
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [spin]}
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(httpx.post(server.url, json=call, timeout=60).json()["error"]))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    assert httpx.post(server.url, json=CHAIN_ID).json()["result"] == "0x7"
    block = CHAIN_ID | {"method": "eth_getBlockByNumber", "params": ["latest", True]}
    assert httpx.post(server.url, json=block).json()["result"]["number"] == "0x0"
    assert any(thread.is_alive() for thread in threads), "the short calls came back before the long ones"
    for thread in threads:
        thread.join()
    codes = sorted(error["code"] for error in answers)
    assert set(codes) <= {-32005, -32000}
    assert codes.count(-32000) >= 1, "somebody's call ran"


def test_the_socket_listens_on_the_given_address_only(serve: Serve) -> None:
    port = serve().port
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {fields[1] for fields in listening if fields[3] == "0A" and fields[1].endswith(f":{port:04X}")}
    assert addresses == {f"0100007F:{port:04X}"}
