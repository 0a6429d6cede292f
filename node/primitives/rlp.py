"""RLP (Yellow Paper, appendix B): canonical both ways, and bounded in depth.

Encoding is the rlp package's; decoding, which meets whatever a stranger sends, is ours.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from rlp import codec

from node.primitives.errors import RlpError
from node.primitives.types import UINT64_MAX, UINT256_MAX, Address, Hash32

Item: TypeAlias = "bytes | Sequence[Item]"
"""What encodes: a byte string or a sequence of items."""

Decoded: TypeAlias = "bytes | list[Decoded]"
"""What decoding gives: a byte string or a list of such."""


MAX_DEPTH: Final = 16
"""Lists within lists. Nothing in a ledger is deeper, and a bomb of brackets must not find the interpreter's limit."""


def encode(item: Item) -> bytes:
    return bytes(codec.encode_raw(item))


def decode(data: bytes) -> Decoded:
    """The one item that `data` is, whole and canonical. Raises RlpError.

    By hand: the rlp package recurses as deep as the sender likes, and also cuts out every nested item's encoding.
    """
    item, end = _item(data, 0, len(data), MAX_DEPTH)
    if end != len(data):
        raise RlpError(f"not RLP: {len(data) - end} bytes too many")
    return item


def raw_items(data: bytes, at_most: int) -> list[bytes]:
    """The items of the list that `data` is, whole, each still encoded: what is in them is not looked at, so that a
    stranger's list costs no more than `at_most` steps. Raises RlpError, also for a longer one."""
    if not data:
        raise RlpError("not RLP: it ends where an item should begin")
    if data[0] < 0xC0:
        raise RlpError("expected a list, found a byte string")
    start, end = _payload(data, 0, len(data), data[0] - 0xC0)
    if end != len(data):
        raise RlpError(f"not RLP: {len(data) - end} bytes too many")
    items: list[bytes] = []
    while start < end:
        if len(items) == at_most:
            raise RlpError(f"expected a list of at most {at_most} items, found more")
        stop = _end(data, start, end)
        items.append(data[start:stop])
        start = stop
    return items


def _end(data: bytes, at: int, limit: int) -> int:
    first = data[at]
    if first < 0x80:
        return at + 1
    return _payload(data, at, limit, first - (0x80 if first < 0xC0 else 0xC0))[1]


def _item(data: bytes, at: int, limit: int, depth: int) -> tuple[Decoded, int]:
    """The item that begins at `at` and where it ends, at `limit` at the latest."""
    if at >= limit:
        raise RlpError("not RLP: it ends where an item should begin")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    if first < 0xC0:
        start, end = _payload(data, at, limit, first - 0x80)
        if end - start == 1 and data[start] < 0x80:
            raise RlpError("not RLP: a single low byte has a prefix")
        return data[start:end], end
    if depth == 0:
        raise RlpError(f"not RLP of ours: lists are nested more than {MAX_DEPTH} deep")
    start, end = _payload(data, at, limit, first - 0xC0)
    items: list[Decoded] = []
    while start < end:
        item, start = _item(data, start, end, depth - 1)
        items.append(item)
    return items, end


def _payload(data: bytes, at: int, limit: int, length: int) -> tuple[int, int]:
    """Where the payload begins and ends; `length` is the prefix less its base, above 55 a length of the length."""
    start = at + 1
    if length > 55:
        start += length - 55
        digits = data[at + 1 : min(start, limit)]
        length = int.from_bytes(digits, "big")
        if len(digits) < start - at - 1 or digits[0] == 0 or length <= 55:
            raise RlpError("not RLP: a length is cut off or not canonical")
    if start + length > limit:
        raise RlpError(f"not RLP: {length} bytes announced, {max(0, limit - start)} there")
    return start, start + length


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
    "raw_items",
]
