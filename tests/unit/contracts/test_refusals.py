"""A refused call tells a program what a person can do about it."""

import tomllib

import pytest

from contracts import REASONS, CallRefused, advice, explain_revert
from contracts.refusals import TABLES
from contracts.reverts import REFUSED


def test_every_refusal_of_every_table_comes_with_its_advice() -> None:
    for name in sorted(path.stem for path in TABLES.glob("*.toml")):
        table = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
        for words, meaning in table.get("refusals", {}).items():
            assert advice(CallRefused(words)) is not None, words
            if words.startswith(f"{name}:"):
                assert advice(CallRefused(words)) == meaning


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_numbered_refusal_has_its_own(code: int) -> None:
    data = REFUSED.selector + b"".join(number.to_bytes(32, "big") for number in (code, 1, 2))
    said = advice(CallRefused(explain_revert(data), data))
    assert said is not None and said[1:-1] == REASONS[code].advice[1:]


@pytest.mark.parametrize("data", [b"", REFUSED.selector + b"\1", REFUSED.selector + bytes(31) + b"\x63" + bytes(64)])
def test_of_strange_words_nothing_is_known(data: bytes) -> None:
    assert advice(CallRefused("their: own words", data)) is None
