"""JSON-RPC for the load generator: one keep-alive connection that costs its core a fifth of what httpx does.

Load generators share the machine with what they measure.
"""

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

_HEADERS = {"content-type": "application/json"}


class CallRefused(Exception):
    pass


class Connection:
    """For one thread. Raises OSError or http.client.HTTPException where nobody answers."""

    def __init__(self, url: str, *, timeout_s: float = 60.0) -> None:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1", "a benchmark loads its own machine only"
        self._http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)

    def call(self, method: str, *parameters: object) -> Any:
        """The result. Raises CallRefused."""
        return _result(method, self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}))

    def batch(self, method: str, parameters: Sequence[object]) -> list[Any]:
        """The results of one method, called with each parameter, in order. Raises CallRefused for any of them."""
        calls = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": [parameter]}
            for index, parameter in enumerate(parameters)
        ]
        answers = {answer["id"]: answer for answer in self._post(calls)}
        return [_result(method, answers[index]) for index in range(len(calls))]

    def close(self) -> None:
        self._http.close()

    def _post(self, body: object) -> Any:
        self._http.request("POST", "/", json.dumps(body), _HEADERS)
        return json.loads(self._http.getresponse().read())


def _result(method: str, answer: dict[str, Any]) -> Any:
    if "error" in answer:
        raise CallRefused(f"{method}: {answer['error']['message']} ({answer['error']['code']})")
    return answer["result"]
