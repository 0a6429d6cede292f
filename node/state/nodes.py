"""Trie nodes (Yellow Paper, appendix D): their bytes, and the small mutable form the trie code works on.

A path is a string of hexadecimal digits, one a nibble: slicing and comparing strings is what Python does fastest.
In memory a branch is a list of 17 (16 children, then the empty value), a leaf is [path, value, True] and an
extension [path, child, False]. A child is b"" (none), 32 bytes (a hash) or such a list (held inline).

Rule: keys are prefix-free (hashes of one length, or RLP indices), so no branch ever has a value; and what comes
from the database was put there by this code, so it is read without the checks that foreign bytes need.
"""

from typing import Any, Final, TypeAlias

Node: TypeAlias = list[Any]
"""A branch, leaf or extension as described above."""

Child: TypeAlias = Any
"""b"", a 32-byte hash or a Node."""

DIGITS: Final = "0123456789abcdef"
NIBBLE: Final = {digit: value for value, digit in enumerate(DIGITS)}
BRANCH_LENGTH: Final = 17


def is_branch(node: Node) -> bool:
    return len(node) == BRANCH_LENGTH


def empty_branch() -> Node:
    return [b""] * BRANCH_LENGTH


def parse_node(raw: bytes) -> Node:
    node, _ = _read_list(raw, 0)
    return node


def encode_path(path: str, leaf: bool) -> bytes:
    """Hex-prefix encoding (Yellow Paper, appendix C)."""
    if len(path) & 1:
        return bytes.fromhex(("3" if leaf else "1") + path)
    return bytes.fromhex(("20" if leaf else "00") + path)


def encode_string(data: bytes) -> bytes:
    length = len(data)
    if length == 1 and data[0] < 0x80:
        return data
    if length < 56:
        return bytes((0x80 + length,)) + data
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0xB7 + len(size),)) + size + data


def encode_list(payload: bytes) -> bytes:
    """The list whose encoded items are `payload`."""
    length = len(payload)
    if length < 56:
        return bytes((0xC0 + length,)) + payload
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0xF7 + len(size),)) + size + payload


def _read_list(raw: bytes, start: int) -> tuple[Node, int]:
    at, end = _span(raw, start, 0xC0)
    items: list[Any] = []
    while at < end:
        head = raw[at]
        if head == 0xA0:
            items.append(raw[at + 1 : at + 33])
            at += 33
        elif head == 0x80:
            items.append(b"")
            at += 1
        elif head < 0x80:
            items.append(raw[at : at + 1])
            at += 1
        elif head >= 0xC0:
            node, at = _read_list(raw, at)
            items.append(node)
        else:
            first, at = _span(raw, at, 0x80)
            items.append(raw[first:at])
    return (items if len(items) == BRANCH_LENGTH else _short(items)), end


def _span(raw: bytes, at: int, base: int) -> tuple[int, int]:
    """Where the payload of the string (base 0x80) or list (0xC0) at `at` begins and ends."""
    length = raw[at] - base
    first = at + 1
    if length > 55:
        size = length - 55
        length = int.from_bytes(raw[first : first + size], "big")
        first += size
    return first, first + length


def _short(items: list[Any]) -> Node:
    packed, target = items
    flag = packed[0] >> 4
    path = packed.hex()[1 if flag & 1 else 2 :]
    return [path, target, flag >= 2]
