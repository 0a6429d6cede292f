"""RLP both ways: the Yellow Paper's examples, round trips, and one encoding for one item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.primitives.errors import RlpError
from node.primitives.rlp import as_address, as_hash, as_int, as_list, as_uint64, decode, encode, encode_int

items = st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=6), max_leaves=30)

PUBLISHED = [
    (b"dog", "83646f67"),
    ([b"cat", b"dog"], "c88363617483646f67"),
    (b"", "80"),
    ([], "c0"),
    (b"\x00", "00"),
    (b"\x0f", "0f"),
    (b"\x04\x00", "820400"),
    ([[], [[]], [[], [[]]]], "c7c0c1c0c3c0c1c0"),
    (
        b"Lorem ipsum dolor sit amet, consectetur adipisicing elit",
        "b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720"
        "656c6974",
    ),
]
"""From the RLP page of the Ethereum documentation."""


@pytest.mark.parametrize(("item", "published"), PUBLISHED)
def test_published_examples(item: object, published: str) -> None:
    assert encode(item).hex() == published  # type: ignore[arg-type]  # nested lists of bytes
    assert decode(bytes.fromhex(published)) == item


@given(items)
def test_a_round_trip_is_the_identity(item: object) -> None:
    assert decode(encode(item)) == item  # type: ignore[arg-type]  # as above


@given(st.binary(max_size=60))
def test_what_decodes_encodes_to_the_same_bytes(raw: bytes) -> None:
    try:
        item = decode(raw)
    except RlpError:
        return
    assert encode(item) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "8100",
        "817f",
        "b800",
        "b80000",
        "b90001",
        "f800",
        "83646f",
        "c88363617483646f",
        "83646f6700",
        "c2",
        "f90000",
    ],
)
def test_what_is_not_canonical_is_refused(raw: str) -> None:
    with pytest.raises(RlpError):
        decode(bytes.fromhex(raw))


def test_depth_is_bounded() -> None:
    raw = b""
    for _ in range(20_000):
        raw = encode([raw]) if len(raw) < 40 else bytes([0xF9]) + len(raw).to_bytes(2, "big") + raw
        if len(raw) > 60_000:
            break
    with pytest.raises(RlpError):
        decode(raw)


@given(st.integers(0, 2**256 - 1))
def test_integers_round_trip_without_leading_zeros(value: int) -> None:
    raw = encode_int(value)
    assert raw[:1] != b"\0"
    assert as_int(raw) == value


@pytest.mark.parametrize(
    ("read", "item"),
    [
        (as_int, b"\0"),
        (as_int, b"\0\x01"),
        (as_int, b"\x01" + bytes(32)),
        (as_int, []),
        (as_uint64, b"\x01" + bytes(8)),
        (as_hash, bytes(31)),
        (as_address, bytes(21)),
        (as_list, b"\x01"),
    ],
)
def test_items_of_another_shape_are_refused(read: object, item: object) -> None:
    with pytest.raises(RlpError):
        read(item)  # type: ignore[operator]  # one of the readers above
