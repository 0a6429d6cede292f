"""HTTP: JSON-RPC at `/` as a raw ASGI route (fifteen times what FastAPI does), everything else in a mounted app.

A browser on a foreign page can send a POST of text without asking; so only JSON content types are taken, for which
it has to ask (CORS), and only known host names, against DNS rebinding. geth does the same.
"""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from node.rpc import wire
from node.rpc.errors import InvalidRequest, LimitExceeded, RpcError
from node.rpc.service import Service

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApplication: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers: TypeAlias = list[tuple[bytes, bytes]]

JSON_TYPES: Final = frozenset({"application/json", "application/json-rpc", "application/jsonrequest"})
ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Access:
    """Host names that may be asked for (addresses always may) and origins whose pages may ask; "*" is any."""

    hosts: frozenset[str] = frozenset({"localhost"})
    origins: frozenset[str] = frozenset()


class Refused(Exception):
    """An HTTP status and a JSON-RPC error to go with it."""

    def __init__(self, status: int, error: RpcError) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error


class Application:
    def __init__(self, service: Service, access: Access, pages: AsgiApplication) -> None:
        self._service = service
        self._access = access
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the server is set up without websockets and lifespan"
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cors = self._cors(headers.get("origin"))
        if not self._host_is_known(headers.get("host", "")):
            await _respond(send, 403, *_error(InvalidRequest("invalid host specified")), cors)
        elif scope["method"] == "OPTIONS":
            await _respond(send, 204, b"", [], cors)
        elif scope["path"] in ("", "/"):
            await self._json_rpc(scope["method"], headers, receive, send, cors)
        else:
            await self._pages(scope, receive, _adding(cors, send))

    async def _json_rpc(
        self, method: str, headers: dict[str, str], receive: Receive, send: Send, cors: Headers
    ) -> None:
        try:
            _check_head(method, headers)
            body = await self._read(headers, receive)
        except Refused as refused:
            self._service.metrics.count_request(refused.status)
            payload, extra = _error(refused.error)
            await _respond(send, refused.status, payload, [*extra, (b"connection", b"close")], cors)
            return
        answer = await self._service.answer(body)
        status = 200 if answer else 204
        self._service.metrics.count_request(status)
        await _respond(send, status, answer, [(b"content-type", b"application/json")] if answer else [], cors)

    async def _read(self, headers: dict[str, str], receive: Receive) -> bytes:
        limits = self._service.limits
        too_large = Refused(413, LimitExceeded(f"request too large: over {limits.request_bytes} bytes"))
        declared = headers.get("content-length", "0")
        if declared.isdecimal() and int(declared[:20]) > limits.request_bytes:
            raise too_large
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(limits.body_timeout_s):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, InvalidRequest("the connection ended before the request did"))
                    parts.append(message.get("body", b""))  # ASGI lets both members be left out
                    more = message.get("more_body", False)
                    size += len(parts[-1])
                    if size > limits.request_bytes:
                        raise too_large
        except TimeoutError:
            raise Refused(408, LimitExceeded(f"the request took over {limits.body_timeout_s:g} s to arrive")) from None
        return b"".join(parts)

    def _host_is_known(self, header: str) -> bool:
        if ANY in self._access.hosts or not header:
            return True
        host = header.rpartition(":")[0] if _has_port(header) else header
        host = host.strip("[]").lower()
        return host in self._access.hosts or _is_ip(host)

    def _cors(self, origin: str | None) -> Headers:
        if origin is None or not self._access.origins & {ANY, origin}:
            return []
        return [
            (b"access-control-allow-origin", b"*" if ANY in self._access.origins else origin.encode("latin-1")),
            (b"access-control-allow-methods", b"POST, GET, OPTIONS"),
            (b"access-control-allow-headers", b"content-type, authorization"),
            (b"access-control-max-age", b"600"),
            (b"vary", b"origin"),
        ]


def _check_head(method: str, headers: dict[str, str]) -> None:
    if method != "POST":
        raise Refused(405, InvalidRequest("JSON-RPC is asked by POST"))
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in JSON_TYPES:
        raise Refused(415, InvalidRequest("invalid content type, only application/json is supported"))
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, InvalidRequest("invalid content encoding, only identity is supported"))


def _error(error: RpcError) -> tuple[bytes, Headers]:
    return wire.encode(wire.refusal(None, error)), [(b"content-type", b"application/json")]


async def _respond(send: Send, status: int, body: bytes, headers: Headers, cors: Headers) -> None:
    length = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length, *cors]})
    await send({"type": "http.response.body", "body": body})


def _adding(cors: Headers, send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *cors]}
        await send(message)

    return wrapped


def _has_port(header: str) -> bool:
    return header.rpartition(":")[2].isdecimal() and (header.count(":") == 1 or "]:" in header)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
