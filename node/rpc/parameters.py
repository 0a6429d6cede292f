"""Untrusted JSON values to typed ones, with geth's words for what is wrong with them.

A parser takes one JSON value and returns a value or raises BadValue. A method declares `Parameter`s; `bind` turns the
call's array into arguments, and a BadValue into -32602 that names the parameter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar, cast

from node.primitives.types import UINT64_MAX, UINT256_MAX, Address, BlockNumber, Hash32
from node.rpc.errors import InvalidParams, ServerError

T = TypeVar("T")

MAX_BLOCK_NUMBER: Final = 2**63 - 1


@dataclass
class BadValue(Exception):
    """`path` leads from the parameter to the member that is wrong, "" where it is the value itself."""

    reason: str
    path: str = ""


class BlockTag(StrEnum):
    LATEST = "latest"
    PENDING = "pending"
    SAFE = "safe"
    FINALIZED = "finalized"
    EARLIEST = "earliest"


_TAGS: Final = frozenset(tag.value for tag in BlockTag)

BlockReference: TypeAlias = BlockTag | BlockNumber | Hash32
"""Which block: a tag, an int, or bytes for a hash."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One position of a method. Without `required`, null or nothing gives `default`."""

    name: str
    parse: Callable[[Any], object]
    required: bool = True
    default: object = None


def optional(name: str, parse: Callable[[Any], object], default: object = None) -> Parameter:
    return Parameter(name, parse, required=False, default=default)


def bind(parameters: Sequence[Parameter], values: Sequence[object]) -> list[object]:
    """Raises InvalidParams; a parser may raise another RpcError of its own, where geth has one."""
    if len(values) > len(parameters):
        raise InvalidParams(f"too many arguments, want at most {len(parameters)}")
    padded = [*values, *[None] * (len(parameters) - len(values))]
    return [_bind_one(*entry) for entry in zip(range(len(padded)), parameters, padded, strict=True)]


def _bind_one(index: int, parameter: Parameter, value: object) -> object:
    if value is None:
        if parameter.required:
            raise InvalidParams(f"missing value for required argument {index}: {parameter.name}")
        return parameter.default
    try:
        return parameter.parse(value)
    except BadValue as error:
        raise InvalidParams(f"invalid argument {index}: {parameter.name}{error.path}: {error.reason}") from None


_HEX_NUMBER: Final = re.compile(r"[0-9a-fA-F]+", re.ASCII)


def quantity(value: object, limit: int = UINT256_MAX) -> int:
    """A 0x number without leading zeros."""
    digits = _hex_digits(value)
    if not digits:
        raise BadValue('hex string "0x"')
    if not _HEX_NUMBER.fullmatch(digits):
        raise BadValue("invalid hex string")
    if len(digits) > 1 and digits[0] == "0":
        raise BadValue("hex number with leading zero digits")
    if len(digits) > 64 or (number := int(digits, 16)) > limit:
        raise BadValue(f"hex number > {limit.bit_length()} bits")
    return number


def uint64(value: object) -> int:
    return quantity(value, UINT64_MAX)


def count(value: object) -> int:
    """A quantity, also as a JSON number or decimal string (geth's HexOrDecimal64)."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= UINT64_MAX:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        return int(value)
    return uint64(value)


def data(value: object) -> bytes:
    digits = _hex_digits(value)
    if len(digits) % 2:
        raise BadValue("hex string of odd length")
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        raise BadValue("invalid hex string") from None
    if 2 * len(raw) != len(digits):  # fromhex passes over white space
        raise BadValue("invalid hex string")
    return raw


def fixed(length: int, noun: str) -> Callable[[object], bytes]:
    def parse(value: object) -> bytes:
        raw = data(value)
        if len(raw) != length:
            raise BadValue(f"hex string has length {2 * len(raw)}, want {2 * length} for {noun}")
        return raw

    return parse


_address = fixed(20, "an address")
_hash32 = fixed(32, "a hash")


def address(value: object) -> Address:
    return Address(_address(value))


def hash32(value: object) -> Hash32:
    return Hash32(_hash32(value))


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadValue("is not true or false")
    return value


def number(value: object) -> int:
    """A JSON integer."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValue("is not an integer")
    return value


def block_number(value: object) -> BlockReference:
    """A tag or a number, as the methods named ...ByNumber take it."""
    if isinstance(value, str) and value in _TAGS:
        return BlockTag(value)
    return BlockNumber(quantity(value, MAX_BLOCK_NUMBER))


def block_reference(value: object) -> BlockReference:
    """A tag, a number, a hash, or an EIP-1898 object."""
    if isinstance(value, dict):
        return _block_object(Members(value))
    if isinstance(value, str) and len(value) == 66:
        return hash32(value)
    return block_number(value)


@dataclass(frozen=True, slots=True)
class StorageKey:
    """`shown` is how eth_getProof gives the key back: as 32 bytes if it came so, else as a quantity."""

    slot: int
    shown: str


def storage_key(value: object) -> StorageKey:
    """Up to 32 bytes of hex, leading zeros or not. geth answers a bad one with -32000, so this does."""
    digits = value.removeprefix("0x") if isinstance(value, str) else "?"
    if not _HEX_NUMBER.fullmatch(digits or "0"):
        raise ServerError("unable to decode storage key: hex string invalid")
    if len(digits) > 64:
        raise ServerError("unable to decode storage key: hex string too long, want at most 32 bytes")
    slot = int(digits or "0", 16)
    return StorageKey(slot, f"0x{slot:064x}" if len(digits) == 64 else hex(slot))


def sequence(of: Callable[[Any], T], limit: int) -> Callable[[object], tuple[T, ...]]:
    def parse(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise BadValue("is not an array")
        if len(value) > limit:
            raise BadValue(f"has {len(value)} entries, at most {limit} are taken")
        return tuple(_at(f"[{index}]", of, entry) for index, entry in enumerate(value))

    return parse


class Members:
    """A JSON object whose members are read by name; absent and null are the same."""

    __slots__ = ("_members",)

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise BadValue("is not an object")
        self._members = cast(Mapping[str, object], value)

    def __contains__(self, name: str) -> bool:
        return self._members.get(name) is not None

    def required(self, name: str, parse: Callable[[Any], T]) -> T:
        if name not in self:
            raise BadValue("is missing", f".{name}")
        return _at(f".{name}", parse, self._members[name])

    def optional(self, name: str, parse: Callable[[Any], T]) -> T | None:
        return self.required(name, parse) if name in self else None


def _at(step: str, parse: Callable[[Any], T], value: object) -> T:
    try:
        return parse(value)
    except BadValue as error:
        raise BadValue(error.reason, step + error.path) from None


def _block_object(members: Members) -> BlockReference:
    by_hash = members.optional("blockHash", hash32)
    by_number = members.optional("blockNumber", block_number)
    members.optional("requireCanonical", boolean)  # every block here is canonical: a final chain has no forks
    if by_hash is not None and by_number is not None:
        raise BadValue("cannot specify both blockHash and blockNumber, choose one or the other")
    if by_hash is None and by_number is None:
        raise BadValue("has neither blockHash nor blockNumber")
    return by_hash if by_hash is not None else cast(BlockReference, by_number)


def _hex_digits(value: object) -> str:
    if not isinstance(value, str):
        raise BadValue("is not a string")
    if not value:
        raise BadValue("empty hex string")
    if value[:2] not in ("0x", "0X"):
        raise BadValue("hex string without 0x prefix")
    return value[2:]
