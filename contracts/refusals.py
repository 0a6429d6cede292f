"""What a refusal means and what to do about it, for programs: the tables behind the pages of docs/contracts/."""

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from contracts.errors import CallRefused, Undecodable
from contracts.reasons import REASONS
from contracts.reverts import decode_refusal

TABLES: Final = Path(__file__).parent / "tables"
OF_MODULES: Final = "modules"


def advice(refused: CallRefused) -> str | None:
    """What to do, for the person whose call was refused; None where the words are not of this suite."""
    try:
        numbered = decode_refusal(refused.data)
    except Undecodable:
        return None
    if numbered is not None:
        return _sentence(REASONS[numbered.code].advice) if numbered.code in REASONS else None
    contract = refused.words.partition(":")[0]
    for name in (contract, OF_MODULES, *_all()):
        if refused.words in _explained(name):
            return _explained(name)[refused.words]
    return None


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


@functools.cache
def _explained(name: str) -> Mapping[str, str]:
    """By the contract's words, what its table says of them."""
    path = TABLES / f"{name}.toml"
    if name not in _all():
        return {}
    found: Mapping[str, str] = tomllib.loads(path.read_text(encoding="utf-8")).get("refusals", {})
    return found


@functools.cache
def _all() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in TABLES.glob("*.toml")))
