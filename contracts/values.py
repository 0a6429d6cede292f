"""Values of ABI types: checked before encoding, shaped after decoding, and read from text typed by a person.

The rule: a value is refused here, by the name of its parameter and in words, or it encodes to exactly what was
meant. Nothing is padded, cut or rounded to fit. Inside this package an address is 20 bytes.

The ABI: https://docs.soliditylang.org/en/latest/abi-spec.html
"""

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError
from eth_utils.address import is_checksum_address, to_checksum_address

from contracts.errors import Undecodable, WrongArgument

T = TypeVar("T")

ARRAY: Final = re.compile(r"(?P<item>.+)\[(?P<length>[0-9]*)\]")
INTEGER: Final = re.compile(r"(?P<unsigned>u?)int(?P<bits>[0-9]+)")
FIXED_BYTES: Final = re.compile(r"bytes(?P<length>[0-9]+)")
INTEGER_TEXT: Final = re.compile(r"-?([0-9]+(_[0-9]+)*|0[xX][0-9a-fA-F]+)")
ADDRESS_TEXT: Final = re.compile(r"0[xX][0-9a-fA-F]{40}")
HEX_TEXT: Final = re.compile(r"0[xX]([0-9a-fA-F]{2})*")
# A person types one number; anything longer than the largest, in binary, is a mistake.
MAX_INTEGER_DIGITS: Final = 260
# Python's JSON parser recurses on the C stack; where a library has raised the recursion limit it would crash.
MAX_JSON_BRACKETS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input or output. `type` is canonical, with tuples spelled out: "(address,uint256)[]"."""

    name: str
    type: str
    components: tuple["Parameter", ...] = ()
    indexed: bool = False

    def item(self) -> "Parameter":
        """Of an array: one of its items."""
        match = ARRAY.fullmatch(self.type)
        assert match is not None
        return replace(self, type=match["item"])

    @property
    def is_array(self) -> bool:
        """Whether it is a list, of a fixed length or any."""
        return ARRAY.fullmatch(self.type) is not None

    @property
    def length(self) -> int | None:
        """How many items a fixed array has; None for a dynamic one."""
        match = ARRAY.fullmatch(self.type)
        assert match is not None
        return int(match["length"]) if match["length"] else None


def checked(target: str, parameter: Parameter, value: object) -> object:
    """The value in the form the encoder takes. Raises WrongArgument."""
    try:
        return _checked(parameter, value)
    except _Refused as refusal:
        raise WrongArgument(target, parameter.name, parameter.type, value, str(refusal)) from None


def parsed(target: str, parameter: Parameter, text: str) -> object:
    """A value typed by a person: lists and tuples as JSON, bytes as 0x... Raises WrongArgument."""
    try:
        return _checked(parameter, _from_text(parameter, text))
    except _Refused as refusal:
        raise WrongArgument(target, parameter.name, parameter.type, text, str(refusal)) from None


def decoded(target: str, parameters: Sequence[Parameter], data: bytes) -> list[object]:
    """The values in `data`: addresses as 20 bytes, arrays as tuples, structs as dicts. Raises Undecodable."""
    try:
        values = abi_decode([parameter.type for parameter in parameters], data)
    except (DecodingError, ValueError, OverflowError) as error:  # ValueError: text that is not UTF-8
        raise Undecodable(target, data, str(error)) from error
    return [_shaped(parameter, value) for parameter, value in zip(parameters, values, strict=True)]


class _Refused(Exception):
    """Why a value does not fit; becomes a WrongArgument where the parameter is known."""


def _checked(parameter: Parameter, value: object) -> object:
    if parameter.is_array:
        return _checked_array(parameter, value)
    if parameter.components:
        return _checked_tuple(parameter, value)
    if parameter.type == "address":
        return _checked_address(value)
    if parameter.type == "bool":
        return _of_kind(bool, value, "is not True or False")
    if parameter.type == "string":
        return _of_kind(str, value, "is not text")
    if parameter.type == "bytes":
        return bytes(_of_kind(bytes, value, "is not bytes"))
    if match := INTEGER.fullmatch(parameter.type):
        return _checked_integer(value, unsigned=bool(match["unsigned"]), bits=int(match["bits"]))
    if match := FIXED_BYTES.fullmatch(parameter.type):
        return _checked_fixed_bytes(value, int(match["length"]))
    raise _Refused(f"cannot be given: the type {parameter.type} is not supported")


def _checked_array(parameter: Parameter, value: object) -> object:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        raise _Refused("is not a list")
    if parameter.length is not None and len(value) != parameter.length:
        raise _Refused(f"has {len(value)} item(s)")
    return [_checked(parameter.item(), item) for item in value]


def _checked_tuple(parameter: Parameter, value: object) -> object:
    wanted = parameter.components
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        if set(value) != {field.name for field in wanted}:
            raise _Refused(f"must have exactly the fields {', '.join(field.name for field in wanted)}")
        return tuple(_checked(field, value[field.name]) for field in wanted)
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence) or len(value) != len(wanted):
        raise _Refused(f"is not {len(wanted)} values")
    return tuple(_checked(field, item) for field, item in zip(wanted, value, strict=True))


def _checked_address(value: object) -> bytes:
    if isinstance(value, str):
        return _address_from_text(value)
    if not isinstance(value, bytes) or len(value) != 20:
        raise _Refused("is not 20 bytes or 0x and 40 hex digits")
    return bytes(value)


def _checked_integer(value: object, *, unsigned: bool, bits: int) -> int:
    # bool is an int to Python, never to a person.
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Refused("is not a whole number")
    low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if not low <= value <= high:
        raise _Refused("is out of range")
    return value


def _checked_fixed_bytes(value: object, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise _Refused(f"is not exactly {length} bytes")
    return bytes(value)


def _of_kind(kind: type[T], value: object, refusal: str) -> T:
    if not isinstance(value, kind):
        raise _Refused(refusal)
    return value


def _from_text(parameter: Parameter, text: str) -> object:
    if parameter.is_array or parameter.components:
        return _from_json(parameter, _load_json(text))
    return _scalar_from_text(parameter.type, text)


def _load_json(text: str) -> object:
    if text.count("[") + text.count("{") > MAX_JSON_BRACKETS:
        raise _Refused("has too many brackets")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise _Refused('is not a JSON list such as ["0x...", 5]') from None
    return value


def _from_json(parameter: Parameter, value: object) -> object:
    if parameter.is_array:
        if not isinstance(value, list):
            raise _Refused("is not a list")
        return [_from_json(parameter.item(), item) for item in value]
    if parameter.components:
        return _tuple_from_json(parameter, value)
    if isinstance(value, str):
        return _scalar_from_text(parameter.type, value)
    return value


def _tuple_from_json(parameter: Parameter, value: object) -> object:
    fields = parameter.components
    if isinstance(value, dict):
        by_name = {field.name: field for field in fields}
        return {key: _from_json(by_name[key], item) if key in by_name else item for key, item in value.items()}
    if not isinstance(value, list) or len(value) != len(fields):
        raise _Refused(f"is not {len(fields)} values")
    return [_from_json(field, item) for field, item in zip(fields, value, strict=True)]


def _scalar_from_text(type_name: str, text: str) -> object:
    if type_name == "string":
        return text
    if type_name == "bool":
        if text not in ("true", "false"):
            raise _Refused("is not true or false")
        return text == "true"
    if type_name == "address":
        return _address_from_text(text)
    if INTEGER.fullmatch(type_name):
        return _integer_from_text(text)
    if not HEX_TEXT.fullmatch(text):
        raise _Refused("is not 0x and pairs of hex digits")
    return bytes.fromhex(text[2:])


def _integer_from_text(text: str) -> int:
    if len(text) > MAX_INTEGER_DIGITS or not INTEGER_TEXT.fullmatch(text):
        raise _Refused("is not a whole number")
    return int(text, 16) if "x" in text.lower() else int(text)


def _address_from_text(text: str) -> bytes:
    if not ADDRESS_TEXT.fullmatch(text):
        raise _Refused("is not 20 bytes or 0x and 40 hex digits")
    digits = text[2:]
    # Digits in mixed case carry a checksum (EIP-55), which exists to catch a mistyped address.
    if digits not in (digits.lower(), digits.upper()) and not is_checksum_address(text):
        raise _Refused(f"has a wrong checksum; check it against {to_checksum_address(text.lower())}")
    return bytes.fromhex(digits)


def _shaped(parameter: Parameter, value: object) -> object:
    if parameter.is_array:
        assert isinstance(value, tuple)
        return tuple(_shaped(parameter.item(), item) for item in value)
    if parameter.components:
        assert isinstance(value, tuple)
        fields = parameter.components
        return {field.name: _shaped(field, item) for field, item in zip(fields, value, strict=True)}
    if parameter.type == "address":
        assert isinstance(value, str)
        return bytes.fromhex(value[2:])
    return value
