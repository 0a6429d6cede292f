"""The real server application, in this process: tests post bytes and look at answers."""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import httpx

from node.rpc.asgi import Access, Application
from node.rpc.backend import Node
from node.rpc.limits import Limits
from node.rpc.method import Scope
from node.rpc.rest import rest_application
from node.rpc.service import Service

T = TypeVar("T")


class Client:
    """Posts to the application on an event loop of its own; every method returns when the answer is there."""

    def __init__(self, node: Node, limits: Limits, access: Access, scopes: frozenset[Scope]) -> None:
        self._runner = asyncio.Runner()
        self.service = Service(node, limits, scopes)
        application = Application(self.service, access, rest_application(self.service))
        transport = httpx.ASGITransport(application)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self.run(self.service.__aenter__())

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer: httpx.Response = self.run(self.http.request(method, path, **options))
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
        self.run(self.http.aclose())
        self.run(self.service.__aexit__())
        self._runner.close()
