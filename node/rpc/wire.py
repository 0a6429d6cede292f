"""Bytes to JSON-RPC calls, and answers to bytes. Pure: whatever is wrong comes back as a typed error, never raised
past `parse_body`'s one RpcError.

A call without an `id` is a notification: it is carried out and gets no answer (JSON-RPC 2.0, section 4.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import orjson

from node.rpc.errors import InvalidParams, InvalidRequest, LimitExceeded, ParseError, RpcError
from node.rpc.limits import Limits

CallId: TypeAlias = str | int | float | None

MAX_METHOD_LENGTH: Final = 128
MAX_ID_LENGTH: Final = 256


@dataclass(frozen=True, slots=True)
class Call:
    id: CallId
    method: str
    parameters: Sequence[object]
    notification: bool = False


@dataclass(frozen=True, slots=True)
class BadCall:
    """An entry of a body that is no call. It gets an answer even so, under the id that could be read."""

    id: CallId
    error: RpcError


@dataclass(frozen=True, slots=True)
class Body:
    entries: tuple[Call | BadCall, ...]
    batch: bool


def parse_body(body: bytes, limits: Limits) -> Body:
    """Raises ParseError, InvalidRequest (an empty or too large batch) or LimitExceeded (too many bytes)."""
    if len(body) > limits.request_bytes:
        raise LimitExceeded(f"request too large: over {limits.request_bytes} bytes")
    try:
        document: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(f"parse error: {error}") from error
    if not isinstance(document, list):
        return Body((parse_call(document),), batch=False)
    if not document:
        raise InvalidRequest("empty batch")
    if len(document) > limits.batch_calls:
        raise InvalidRequest(f"batch too large: {len(document)} calls, at most {limits.batch_calls}")
    return Body(tuple(parse_call(entry) for entry in document), batch=True)


def parse_call(entry: object) -> Call | BadCall:
    if not isinstance(entry, dict):
        return BadCall(None, InvalidRequest("invalid request: a call is a JSON object"))
    members = cast(Mapping[str, object], entry)
    call_id = members.get("id")
    try:
        return Call(
            id=_id(call_id),
            method=_method(members),
            parameters=_parameters(members),
            notification="id" not in members,
        )
    except RpcError as error:
        return BadCall(cast(CallId, call_id) if _is_id(call_id) else None, error)


def answer(call_id: CallId, result: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": call_id, "result": result}


def refusal(call_id: CallId, error: RpcError) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": call_id, "error": error.as_json()}


def encode(document: object) -> bytes:
    return orjson.dumps(document)


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_ID_LENGTH
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _id(value: object) -> CallId:
    if not _is_id(value):
        raise InvalidRequest(f"invalid request: id is not a number, null or a string of at most {MAX_ID_LENGTH}")
    return cast(CallId, value)


def _method(members: Mapping[str, object]) -> str:
    if members.get("jsonrpc") != "2.0":
        raise InvalidRequest('invalid request: jsonrpc is not "2.0"')
    method = members.get("method")
    if not isinstance(method, str) or not method:
        raise InvalidRequest("invalid request: method is missing or not a string")
    if len(method) > MAX_METHOD_LENGTH:
        raise InvalidRequest(f"invalid request: method is longer than {MAX_METHOD_LENGTH}")
    return method


def _parameters(members: Mapping[str, object]) -> Sequence[object]:
    parameters = members.get("params")
    if parameters is None:
        return ()
    if isinstance(parameters, dict):
        raise InvalidParams("parameters are taken by position: params must be an array")
    if not isinstance(parameters, list):
        raise InvalidRequest("invalid request: params is not an array")
    return parameters
