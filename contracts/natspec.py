"""What a Vyper source says of its external functions and its constructor (`__init__`), read from the text.

The compiler gives the documentation of a contract's own functions but not of those that it exports from a module; a
reader of the ABI needs both.

NatSpec: https://docs.vyperlang.org/en/stable/natspec.html
"""

import re
from typing import Any, Final

FUNCTION: Final = re.compile(
    r'^@(?:external|deploy)\n(?:@\w[^\n]*\n)*def (?P<name>\w+)\([^)]*\)[^:]*:\n    """(?P<words>.*?)"""',
    re.MULTILINE | re.DOTALL,
)
TAG: Final = re.compile(r"@(?P<tag>notice|dev|param|return)\s+(?P<words>(?:(?!\n\s*@).)*)", re.DOTALL)


def documented_functions(source: str) -> dict[str, dict[str, Any]]:
    """By the function's name: "notice", "details", "params" (by parameter) and "returns", where they are given."""
    return {found["name"]: _entry(found["words"]) for found in FUNCTION.finditer(source)}


def _entry(words: str) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for found in TAG.finditer(words):
        text = " ".join(found["words"].split())
        if found["tag"] == "param":
            name, _, meaning = text.partition(" ")
            entry.setdefault("params", {})[name] = meaning
        else:
            entry[{"notice": "notice", "dev": "details", "return": "returns"}[found["tag"]]] = text
    return entry
