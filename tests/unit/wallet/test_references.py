"""A payment reference is what was typed, or it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import BadReference
from wallet.references import HEX_REFERENCE, parse_reference, reference_text

printable = st.characters(exclude_categories=("C", "Z"), include_characters=" ")


@given(st.text(printable, min_size=1, max_size=32))
def test_text_comes_back_as_it_was_typed(long: str) -> None:
    text = long.encode()[:32].decode(errors="ignore")
    assert reference_text(parse_reference(text)) == text


@given(st.binary(min_size=32, max_size=32))
def test_what_is_shown_names_the_same_bytes(reference: bytes) -> None:
    assert parse_reference(reference_text(reference)) == reference


def test_hex_is_taken_as_it_stands() -> None:
    assert parse_reference("0x" + "ab" * 32) == b"\xab" * 32
    assert HEX_REFERENCE.fullmatch(reference_text(b"\xab" * 32))


@pytest.mark.parametrize("text", ["x" * 33, "é" * 17])
def test_a_reference_is_never_shortened(text: str) -> None:
    with pytest.raises(BadReference, match="there is room for 32; shorten it"):
        parse_reference(text)


@pytest.mark.parametrize("text", ["", "INV\x1b[31m", "a\nb", "\u202eevil"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(BadReference, match="plain text"):
        parse_reference(text)
