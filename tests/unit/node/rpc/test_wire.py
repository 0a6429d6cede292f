"""Bytes to calls: whatever comes, it is a call, a typed refusal under its id, or one typed error for the whole body."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.rpc.errors import InvalidParams, InvalidRequest, LimitExceeded, ParseError, RpcError
from node.rpc.limits import Limits
from node.rpc.wire import BadCall, Body, Call, parse_body

LIMITS = Limits(request_bytes=10_000, batch_calls=3)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _parse(document: object) -> Body:
    return parse_body(json.dumps(document).encode(), LIMITS)


def _call(**members: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", **members}


def test_a_call_keeps_its_id_method_and_parameters() -> None:
    body = _parse(_call(params=["0x1", {"a": None}]))
    assert body == Body((Call(1, "eth_chainId", ["0x1", {"a": None}]),), batch=False)


@pytest.mark.parametrize("call_id", [0, -1, 7, 1.5, "", "abc", "\u20ac", None])
def test_ids_of_every_kind_come_back(call_id: object) -> None:
    (entry,) = _parse(_call(id=call_id)).entries
    assert isinstance(entry, Call)
    assert entry.id == call_id
    assert not entry.notification


def test_a_call_without_id_is_a_notification_and_one_with_null_is_not() -> None:
    (entry,) = _parse({"jsonrpc": "2.0", "method": "eth_chainId"}).entries
    assert isinstance(entry, Call)
    assert entry.notification


@pytest.mark.parametrize("call_id", [True, [], {}, "x" * 257])
def test_an_id_that_is_none_is_refused_under_null(call_id: object) -> None:
    (entry,) = _parse(_call(id=call_id)).entries
    assert isinstance(entry, BadCall)
    assert entry.id is None
    assert isinstance(entry.error, InvalidRequest)


def test_a_refused_call_is_answered_under_its_id() -> None:
    (entry,) = _parse(_call(id=9, jsonrpc="1.0")).entries
    assert isinstance(entry, BadCall)
    assert entry.id == 9


def test_missing_null_and_empty_parameters_are_the_same() -> None:
    bodies = (_parse(_call()), _parse(_call(params=None)), _parse(_call(params=[])))
    assert [len(entry.parameters) for body in bodies for entry in body.entries if isinstance(entry, Call)] == [0, 0, 0]


def test_parameters_by_name_are_refused_as_parameters() -> None:
    (entry,) = _parse(_call(params={"a": 1})).entries
    assert isinstance(entry, BadCall)
    assert isinstance(entry.error, InvalidParams)


def test_a_batch_refuses_entries_one_by_one() -> None:
    body = _parse([_call(id=1), 7, _call(id=3)])
    assert body.batch
    assert [type(entry) for entry in body.entries] == [Call, BadCall, Call]


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (b"", ParseError, "parse error"),
        (b"{", ParseError, "parse error"),
        (b"\xff\xfe", ParseError, "parse error"),
        (b"[" * 100_000, LimitExceeded, "request too large"),
        (b"[" * 5_000 + b"]" * 5_000, ParseError, "parse error"),
        (b'{"a":NaN}', ParseError, "parse error"),
        (b'"\\ud800"', ParseError, "parse error"),
        (b"[]", InvalidRequest, "empty batch"),
        (b"[1,2,3,4]", InvalidRequest, "batch too large"),
    ],
)
def test_a_body_that_is_none_is_one_typed_error(body: bytes, error: type[RpcError], words: str) -> None:
    with pytest.raises(error, match=words):
        parse_body(body, LIMITS)


@given(JSON_VALUES)
def test_any_json_is_calls_or_refusals(document: object) -> None:
    try:
        body = _parse(document)
    except RpcError:
        return
    assert body.entries
    assert all(isinstance(entry, Call | BadCall) for entry in body.entries)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_body_or_a_typed_error(raw: bytes) -> None:
    try:
        parse_body(raw, LIMITS)
    except RpcError as error:
        assert error.code in (-32700, -32600)
