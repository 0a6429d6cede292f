"""What several commands share of their arguments and their output."""

import argparse
import json
import sys
from typing import Any

from node.primitives.types import Address

Commands = Any
"""argparse's sub-parser action, whose type is private to it."""


def add_command(commands: Commands, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary, epilog=f"example: {example}"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document for programs")
    return parser


def address(text: str) -> Address:
    """An argparse type."""
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != 20:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address: 0x and 40 hexadecimal digits")
    return Address(data)


def hash32(text: str) -> bytes:
    """An argparse type."""
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != 32:
        raise argparse.ArgumentTypeError(f"{text!r} is not an id: 0x and 64 hexadecimal digits")
    return data


def number(text: str) -> int:
    """An argparse type."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def positive(text: str) -> int:
    """An argparse type."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def port(text: str) -> int:
    """An argparse type."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def print_json(document: object) -> None:
    print(json.dumps(document, indent=2))


def talk(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
