"""JSON values to typed ones: what geth takes is taken, and nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.primitives.types import UINT256_MAX, Address, Hash32
from node.rpc.call_arguments import call_arguments
from node.rpc.errors import InvalidParams, RpcError, ServerError
from node.rpc.log_query import log_query
from node.rpc.parameters import (
    BadValue,
    BlockReference,
    BlockTag,
    Parameter,
    address,
    bind,
    block_number,
    block_reference,
    count,
    data,
    optional,
    quantity,
    storage_key,
    uint64,
)

ADDRESS = "0x" + "ab" * 20
HASH = "0x" + "cd" * 32


@given(st.integers(0, UINT256_MAX))
def test_a_quantity_round_trips(value: int) -> None:
    assert quantity(hex(value)) == value


@given(st.binary(max_size=64))
def test_data_round_trips(value: bytes) -> None:
    assert data("0x" + value.hex()) == value


@pytest.mark.parametrize(
    ("parse", "value", "reason"),
    [
        (quantity, "1", "hex string without 0x prefix"),
        (quantity, "0x", 'hex string "0x"'),
        (quantity, "", "empty hex string"),
        (quantity, "0x01", "hex number with leading zero digits"),
        (quantity, "0xg", "invalid hex string"),
        (quantity, "0x1_0", "invalid hex string"),
        (quantity, "0x" + "1" * 65, "hex number > 256 bits"),
        (quantity, 1, "is not a string"),
        (quantity, True, "is not a string"),
        (uint64, "0x10000000000000000", "hex number > 64 bits"),
        (data, "0x123", "hex string of odd length"),
        (data, "0xzz", "invalid hex string"),
        (data, "0x\u0661\u0661", "invalid hex string"),
        (data, "1234", "hex string without 0x prefix"),
        (data, ["0x12"], "is not a string"),
        (address, "0x" + "ab" * 19, "hex string has length 38, want 40 for an address"),
        (count, -1, "is not a string"),
        (count, 1.0, "is not a string"),
        (block_number, "newest", "hex string without 0x prefix"),
        (block_number, "0x8000000000000000", "hex number > 63 bits"),
        (block_number, HASH, "hex number > 63 bits"),
        (block_reference, {}, "has neither blockHash nor blockNumber"),
    ],
)
def test_what_is_wrong_is_said_in_geths_words(parse: Callable[[object], object], value: object, reason: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse(value)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("latest", BlockTag.LATEST),
        ("pending", BlockTag.PENDING),
        ("safe", BlockTag.SAFE),
        ("finalized", BlockTag.FINALIZED),
        ("earliest", BlockTag.EARLIEST),
        ("0x0", 0),
        ("0x10", 16),
        (HASH, Hash32(b"\xcd" * 32)),
        ({"blockNumber": "0x10"}, 16),
        ({"blockNumber": "latest"}, BlockTag.LATEST),
        ({"blockHash": HASH}, Hash32(b"\xcd" * 32)),
        ({"blockHash": HASH, "requireCanonical": True}, Hash32(b"\xcd" * 32)),
    ],
)
def test_blocks_are_named_by_tag_number_hash_or_object(value: object, reference: BlockReference) -> None:
    assert block_reference(value) == reference


def test_counts_come_as_hex_decimal_or_number() -> None:
    assert [count("0xa"), count("10"), count(10)] == [10, 10, 10]


def test_a_storage_key_is_shown_as_it_was_given() -> None:
    assert storage_key("0x01").shown == "0x1"
    assert storage_key("0x" + "00" * 31 + "01").shown == "0x" + "00" * 31 + "01"
    with pytest.raises(ServerError, match="unable to decode storage key"):
        storage_key("0xasdf")


def test_binding_names_the_parameter_and_the_way_to_the_fault() -> None:
    parameters = (Parameter("address", address), Parameter("transaction", call_arguments))
    with pytest.raises(InvalidParams, match=r"^invalid argument 1: transaction\.accessList\[0\]\.address: is missing$"):
        bind(parameters, [ADDRESS, {"accessList": [{}]}])


def test_binding_fills_what_is_optional_and_misses_what_is_not() -> None:
    parameters = (Parameter("address", address), optional("block", block_reference, default=BlockTag.LATEST))
    assert bind(parameters, [ADDRESS]) == [Address(b"\xab" * 20), BlockTag.LATEST]
    assert bind(parameters, [ADDRESS, None]) == [Address(b"\xab" * 20), BlockTag.LATEST]
    with pytest.raises(InvalidParams, match=r"^missing value for required argument 0: address$"):
        bind(parameters, [])
    with pytest.raises(InvalidParams, match=r"^too many arguments, want at most 2$"):
        bind(parameters, [ADDRESS, None, None])


def test_the_old_and_the_new_name_of_the_input_agree_or_are_refused() -> None:
    assert call_arguments({"data": "0x01"}).data == call_arguments({"input": "0x01"}).data == b"\x01"
    assert call_arguments({"data": "0x01", "input": "0x01"}).data == b"\x01"
    with pytest.raises(ServerError, match="are set and not equal"):
        call_arguments({"data": "0x01", "input": "0x02"})


def test_a_gas_price_excludes_the_newer_fees() -> None:
    assert call_arguments({"gasPrice": "0x5"}).max_fee == 5
    with pytest.raises(ServerError, match="both gasPrice and"):
        call_arguments({"gasPrice": "0x5", "maxFeePerGas": "0x5"})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([ADDRESS, HASH, "0x1", "0x"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["from", "to", "gas", "data", "accessList", "address", "topics", "fromBlock", "blockHash"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_value_parses_or_is_refused_in_words(value: object) -> None:
    for parse in (call_arguments, log_query, block_reference, storage_key, count, data):
        try:
            parse(value)
        except BadValue as error:
            assert error.reason
        except RpcError as error:
            assert error.message
