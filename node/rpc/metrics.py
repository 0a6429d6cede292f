"""Counters of the server in Prometheus' text format. Touched on the server's loop only.

Labels are bounded: a method is one of the table or "unknown".
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from node.rpc.backend import Node

UNKNOWN = "unknown"


class Metrics:
    def __init__(self) -> None:
        self._calls: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._requests: Counter[int] = Counter()

    def count_call(self, method: str, code: int, seconds: float) -> None:
        """`code` is the error's, 0 for a result."""
        self._calls[method, code] += 1
        self._seconds[method] += seconds  # type: ignore[assignment]  # Counter adds floats as well as ints

    def count_request(self, status: int) -> None:
        self._requests[status] += 1

    def text(self, node: Node) -> str:
        return "\n".join([*self._node_lines(node), *self._server_lines()]) + "\n"

    def _node_lines(self, node: Node) -> Iterator[str]:
        head = node.chain.head.header
        yield from _metric("jiaozi_head_block", "gauge", "Number of the last final block.", [("", head.number)])
        yield from _metric("jiaozi_head_timestamp_seconds", "gauge", "Its timestamp.", [("", head.timestamp)])
        yield from _metric("jiaozi_peers", "gauge", "Connected peers.", [("", len(node.peers()))])
        yield from _metric("jiaozi_ready", "gauge", "1 while /health/ready says so.", [("", int(not node.unready()))])

    def _server_lines(self) -> Iterator[str]:
        calls = [(f'{{method="{method}",code="{code}"}}', count) for (method, code), count in self._calls.items()]
        yield from _metric("jiaozi_rpc_calls_total", "counter", "JSON-RPC calls; code 0 is a result.", calls)
        seconds = [(f'{{method="{method}"}}', spent) for method, spent in self._seconds.items()]
        yield from _metric("jiaozi_rpc_call_seconds_total", "counter", "Time spent on them.", seconds)
        requests = [(f'{{status="{status}"}}', count) for status, count in self._requests.items()]
        yield from _metric("jiaozi_http_requests_total", "counter", "HTTP requests to the JSON-RPC route.", requests)


def _metric(name: str, kind: str, meaning: str, samples: Sequence[tuple[str, float]]) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *(f"{name}{at} {value}" for at, value in samples)]
