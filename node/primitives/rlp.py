"""RLP (Yellow Paper, appendix B): canonical both ways, and bounded in depth.

The rlp package does the work; here its errors become ours and its shapes become types.
"""

from collections.abc import Sequence
from typing import TypeAlias

from rlp import codec
from rlp.exceptions import RLPException

from node.primitives.errors import RlpError
from node.primitives.types import UINT64_MAX, UINT256_MAX, Address, Hash32

Item: TypeAlias = "bytes | Sequence[Item]"
"""What encodes: a byte string or a sequence of items."""

Decoded: TypeAlias = "bytes | list[Decoded]"
"""What decoding gives: a byte string or a list of such."""


def encode(item: Item) -> bytes:
    return bytes(codec.encode_raw(item))


def decode(data: bytes) -> Decoded:
    """The one item that `data` is, whole and canonical. Raises RlpError."""
    try:
        item, _, end = codec.consume_item(data, 0)
    except (RLPException, IndexError, RecursionError) as error:
        raise RlpError(f"not RLP: {error}") from error
    if end != len(data):
        raise RlpError(f"not RLP: {len(data) - end} bytes too many")
    return item  # type: ignore[no-any-return]  # rlp is untyped


def encode_int(value: int) -> bytes:
    """Big endian without leading zeros; zero is the empty string."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def as_list(item: Decoded, length: int | None = None) -> list[Decoded]:
    if not isinstance(item, list):
        raise RlpError("expected a list, found a byte string")
    if length is not None and len(item) != length:
        raise RlpError(f"expected a list of {length} items, found {len(item)}")
    return item


def as_bytes(item: Decoded, length: int | None = None) -> bytes:
    if isinstance(item, list):
        raise RlpError("expected a byte string, found a list")
    if length is not None and len(item) != length:
        raise RlpError(f"expected {length} bytes, found {len(item)}")
    return item


def as_int(item: Decoded, limit: int = UINT256_MAX) -> int:
    data = as_bytes(item)
    if data[:1] == b"\0":
        raise RlpError("integer with leading zeros")
    value = int.from_bytes(data, "big")
    if value > limit:
        raise RlpError(f"integer over {limit:#x}")
    return value


def as_uint64(item: Decoded) -> int:
    return as_int(item, UINT64_MAX)


def as_hash(item: Decoded) -> Hash32:
    return Hash32(as_bytes(item, 32))


def as_address(item: Decoded) -> Address:
    return Address(as_bytes(item, 20))


def as_optional_address(item: Decoded) -> Address | None:
    data = as_bytes(item)
    return None if data == b"" else as_address(data)


__all__ = [
    "Decoded",
    "Item",
    "as_address",
    "as_bytes",
    "as_hash",
    "as_int",
    "as_list",
    "as_optional_address",
    "as_uint64",
    "decode",
    "encode",
    "encode_int",
]
