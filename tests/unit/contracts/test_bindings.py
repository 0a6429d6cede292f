"""What a program works out itself before it calls."""

import pytest

from contracts import WrongArgument, bytes32


def test_text_has_zeros_behind_it() -> None:
    assert bytes32("INV-7") == b"INV-7" + bytes(27)
    assert bytes32("") == bytes(32)
    assert bytes32("数字" * 5 + "ab").decode() == "数字" * 5 + "ab"


@pytest.mark.parametrize(("text", "taken"), [("x" * 33, 33), ("数字" * 5 + "abc", 33)])
def test_text_that_takes_more_bytes_is_refused_and_never_shortened(text: str, taken: int) -> None:
    with pytest.raises(WrongArgument, match=f"argument 'text' must be at most 32 bytes, but .* takes {taken}"):
        bytes32(text)
