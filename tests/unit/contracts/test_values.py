"""Arguments: what fits encodes to exactly what was meant, what does not is refused by name."""

from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from contracts import Interface, Parameter, Undecodable, WrongArgument, WrongArgumentCount, load, parse_arguments
from contracts.values import checked, decoded, parsed

CHECKSUMMED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # from EIP-55
PAIR = Parameter("pair", "(address,uint8)", (Parameter("who", "address"), Parameter("share", "uint8")))
PAIRS = Parameter("pairs", "(address,uint8)[]", PAIR.components)


def of_type(name: str) -> Parameter:
    return {"pair": PAIR, "pairs": PAIRS}.get(name) or Parameter("x", name)


@pytest.mark.parametrize(
    ("type_name", "value", "reason"),
    [
        ("address", b"\1" * 19, "is not 20 bytes"),
        ("address", "alice", "is not 20 bytes or 0x and 40 hex digits"),
        ("address", 5, "is not 20 bytes"),
        ("address", None, "is not 20 bytes"),
        ("address", CHECKSUMMED.replace("aA", "Aa"), "has a wrong checksum"),
        ("uint256", -1, "is out of range"),
        ("uint256", 2**256, "is out of range"),
        ("uint8", 256, "is out of range"),
        ("int8", 128, "is out of range"),
        ("int8", -129, "is out of range"),
        ("uint256", 1.0, "is not a whole number"),
        ("uint256", "1", "is not a whole number"),
        ("uint256", True, "is not a whole number"),
        ("bool", 1, "is not True or False"),
        ("string", b"text", "is not text"),
        ("bytes", "0x00", "is not bytes"),
        ("bytes32", b"\1" * 31, "is not exactly 32 bytes"),
        ("bytes32", b"\1" * 33, "is not exactly 32 bytes"),
        ("bytes4", "abcd", "is not exactly 4 bytes"),
        ("uint8[]", 5, "is not a list"),
        ("uint8[]", "12", "is not a list"),
        ("uint8[]", [1, 256], "is out of range"),
        ("uint8[2]", [1], "has 1 item"),
        ("pair", [b"\1" * 20], "is not 2 values"),
        ("pair", {"who": b"\1" * 20}, "must have exactly the fields who, share"),
        ("pair", {"who": b"\1" * 20, "share": 256}, "is out of range"),
        ("pairs", [[b"\1" * 20, 1], [b"\1" * 20, -1]], "is out of range"),
        ("function", b"\1" * 24, "is not supported"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(type_name: str, value: object, reason: str) -> None:
    parameter = of_type(type_name)
    with pytest.raises(WrongArgument, match=reason) as refusal:
        checked("f", parameter, value)
    assert (refusal.value.parameter, refusal.value.expected) == (parameter.name, parameter.type)
    assert refusal.value.value is value


@pytest.mark.parametrize(
    ("type_name", "text", "value"),
    [
        ("address", CHECKSUMMED, bytes.fromhex(CHECKSUMMED[2:])),
        ("address", CHECKSUMMED.lower(), bytes.fromhex(CHECKSUMMED[2:])),
        ("address", "0x" + CHECKSUMMED[2:].upper(), bytes.fromhex(CHECKSUMMED[2:])),
        ("uint256", "10000", 10_000),
        ("uint256", "10_000", 10_000),
        ("uint256", "0xFf", 255),
        ("uint256", str(2**256 - 1), 2**256 - 1),
        ("int8", "-128", -128),
        ("bool", "true", True),
        ("bool", "false", False),
        ("string", "", ""),
        ("string", "0x 交子", "0x 交子"),
        ("bytes", "0x", b""),
        ("bytes", "0x0aFf", b"\x0a\xff"),
        ("bytes4", "0x01020304", b"\1\2\3\4"),
        ("uint8[]", "[]", []),
        ("uint8[]", '[1, "2", "0x3"]', [1, 2, 3]),
        ("string[]", '["a", "b"]', ["a", "b"]),
        ("bool[]", "[true, false]", [True, False]),
        ("pair", f'["{CHECKSUMMED}", 3]', (bytes.fromhex(CHECKSUMMED[2:]), 3)),
        ("pairs", f'[{{"who": "{CHECKSUMMED}", "share": 3}}]', [(bytes.fromhex(CHECKSUMMED[2:]), 3)]),
    ],
)
def test_text_is_read_by_the_type_it_stands_for(type_name: str, text: str, value: object) -> None:
    assert parsed("f", of_type(type_name), text) == value


@pytest.mark.parametrize(
    ("type_name", "text", "reason"),
    [
        ("address", "", "40 hex digits"),
        ("address", CHECKSUMMED[:-1], "40 hex digits"),
        ("address", CHECKSUMMED[2:], "40 hex digits"),
        (
            "address",
            CHECKSUMMED[:-1] + "D",
            "has a wrong checksum; check it against 0x5aAeb6053F3E94C9b9A09f33669435E7",
        ),
        ("uint256", "", "is not a whole number"),
        ("uint256", "1.5", "is not a whole number"),
        ("uint256", "1e3", "is not a whole number"),
        ("uint256", " 1", "is not a whole number"),
        ("uint256", "1\n", "is not a whole number"),
        ("bytes", "0x00\n", "pairs of hex digits"),
        ("bytes", "0x00 00", "pairs of hex digits"),
        ("address", CHECKSUMMED + "\n", "40 hex digits"),
        ("uint256", "1__0", "is not a whole number"),
        ("uint256", "٣", "is not a whole number"),
        ("uint256", "-1", "is out of range"),
        ("uint256", "9" * 100_000, "is not a whole number"),
        ("uint8", "256", "is out of range"),
        ("bool", "True", "is not true or false"),
        ("bool", "1", "is not true or false"),
        ("bytes", "0x0", "pairs of hex digits"),
        ("bytes", "text", "pairs of hex digits"),
        ("bytes32", "0x00", "is not exactly 32 bytes"),
        ("uint8[]", "1, 2", "is not a JSON list"),
        ("uint8[]", "[" * 100_000, "has too many brackets"),
        ("uint8[]", "[" * 900, "is not a JSON list"),
        ("uint8[]", "5", "is not a list"),
        ("uint8[]", "[1.5]", "is not a whole number"),
        ("uint8[]", "[true]", "is not a whole number"),
        ("uint8[]", "[null]", "is not a whole number"),
        ("uint8[2]", "[1]", "has 1 item"),
        ("pair", "[1]", "is not 2 values"),
        ("pair", '{"who": "0x"}', "40 hex digits"),
        ("pair", f'{{"who": "{CHECKSUMMED}", "share": 1, "more": 2}}', "exactly the fields"),
        ("fixed168x10", "0x00", "is not supported"),
    ],
)
def test_text_that_does_not_fit_is_refused_by_name(type_name: str, text: str, reason: str) -> None:
    parameter = of_type(type_name)
    with pytest.raises(WrongArgument, match=reason) as refusal:
        parsed("f", parameter, text)
    assert len(str(refusal.value)) < 300


def test_arguments_of_a_command_line_are_read_by_the_constructor() -> None:
    inputs = load("ecash").interface.constructor
    account = bytes.fromhex(CHECKSUMMED[2:])
    texts = ["Yen", "JPY", "0", CHECKSUMMED, CHECKSUMMED, CHECKSUMMED]
    assert parse_arguments(inputs, texts) == ("Yen", "JPY", 0, account, account, account)
    with pytest.raises(WrongArgumentCount, match=r"given 4 argument.*string name, string symbol, uint8 decimals"):
        parse_arguments(inputs, texts[:4])
    with pytest.raises(WrongArgument, match="'decimals' must be uint8, but 'two' is not a whole number"):
        parse_arguments(inputs, ["Yen", "JPY", "two", CHECKSUMMED, CHECKSUMMED, CHECKSUMMED])


ADDRESSES = st.binary(min_size=20, max_size=20)


@given(
    who=ADDRESSES,
    text=st.text(),
    numbers=st.lists(st.integers(-(2**127), 2**127 - 1), max_size=4),
    pairs=st.lists(st.tuples(ADDRESSES, st.integers(0, 255)), max_size=3),
    word=st.binary(min_size=32, max_size=32),
    blob=st.binary(max_size=70),
)
def test_decoding_undoes_encoding(
    who: bytes, text: str, numbers: list[int], pairs: list[tuple[bytes, int]], word: bytes, blob: bytes
) -> None:
    text = text.encode("utf-8", "replace").decode()
    entry = {
        "type": "function",
        "name": "f",
        "stateMutability": "view",
        "inputs": [
            {"name": "who", "type": "address"},
            {"name": "text", "type": "string"},
            {"name": "numbers", "type": "int128[]"},
            {
                "name": "pairs",
                "type": "tuple[]",
                "components": [{"name": "who", "type": "address"}, {"name": "share", "type": "uint8"}],
            },
            {"name": "word", "type": "bytes32"},
            {"name": "blob", "type": "bytes"},
            {"name": "nested", "type": "int128[][1]"},
        ],
        "outputs": [],
    }
    interface = Interface.from_json("test", [entry])
    call = interface.decode_call(interface.function("f").encode([who, text, numbers, pairs, word, blob, [numbers]]))
    assert call is not None
    assert call.arguments == {
        "who": who,
        "text": text,
        "numbers": tuple(numbers),
        "pairs": tuple({"who": account, "share": share} for account, share in pairs),
        "word": word,
        "blob": blob,
        "nested": (tuple(numbers),),
    }


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_decode_or_are_refused_with_a_typed_error(data: bytes) -> None:
    parameters = [Parameter("text", "string"), PAIRS, Parameter("flag", "bool")]
    try:
        decoded("f", parameters, data)
    except Undecodable as refusal:
        assert refusal.data == data


@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_damaged_answers_decode_or_are_refused_with_a_typed_error(position: int, byte: int) -> None:
    whole = bytearray(encode(["string", "(address,uint8)[]"], ["text", [(b"\1" * 20, 1), (b"\2" * 20, 2)]]))
    whole[position % len(whole)] = byte
    try:
        values: list[Any] = decoded("f", [Parameter("text", "string"), PAIRS], bytes(whole))
    except Undecodable:
        return
    assert len(values) == 2
