"""A node of somebody else's, which answers as it is told: wrong networks, lost contact, refusals of every kind."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Refuse(Exception):
    """A JSON-RPC error to answer with."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        self.error = {"code": code, "message": message} | ({} if data is None else {"data": data})


class Hang(Exception):
    """Close the connection without a word."""


@dataclass(slots=True)
class ForeignNode:
    """`methods` maps a method to what it answers; `raw`, where set, is the whole body of every response."""

    methods: dict[str, Callable[[list[Any]], Any]] = field(default_factory=dict)
    raw: Callable[[Any], bytes] | None = None
    status: int = 200
    requests: list[tuple[str, list[Any]]] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.requests.append((request["method"], request["params"]))
        try:
            if request["method"] not in self.methods:
                raise Refuse(-32601, "the method does not exist")
            result = self.methods[request["method"]](request["params"])
        except Refuse as refusal:
            return {"jsonrpc": "2.0", "id": request["id"], "error": refusal.error}
        return {"jsonrpc": "2.0", "id": request["id"], "result": result}

    def respond(self, body: bytes) -> bytes:
        asked = json.loads(body)
        if self.raw is not None:
            return self.raw(asked)
        answered = [self.answer(request) for request in asked] if isinstance(asked, list) else self.answer(asked)
        return json.dumps(answered).encode()


@contextmanager
def serving() -> Iterator[ForeignNode]:
    """On a free port of the loopback."""
    node = ForeignNode()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                answer = node.respond(body)
            except Hang:
                self.close_connection = True
                return
            self.send_response(node.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            """Not on the test's stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    node.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield node
    server.shutdown()
    thread.join()
    server.server_close()
