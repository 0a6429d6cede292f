"""Addresses are taken only as they were meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.addresses import checksummed, parse_address, parse_payee
from wallet.errors import BadAddress

# The examples of EIP-55.
EIP_55 = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("text", EIP_55)
def test_a_right_checksum_is_taken_and_given_back(text: str) -> None:
    assert checksummed(parse_address(text)) == text


@given(st.binary(min_size=20, max_size=20))
def test_an_address_without_a_checksum_is_taken(address: bytes) -> None:
    assert parse_address(f"0x{address.hex()}") == address
    assert parse_address(f"0x{address.hex().upper()}") == address


@pytest.mark.parametrize("text", EIP_55[4:])
def test_one_letter_in_the_wrong_case_is_refused(text: str) -> None:
    place = next(place for place, character in enumerate(text) if place > 1 and character.isalpha())
    wrong = text[:place] + text[place].swapcase() + text[place + 1 :]
    with pytest.raises(BadAddress, match="wrong checksum"):
        parse_address(wrong)


@pytest.mark.parametrize(
    "text", ["", "0x", "vitalik.eth", EIP_55[0][2:], EIP_55[0] + "0", EIP_55[0][:-1], EIP_55[0] + "\n", "0X" + "1" * 40]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress, match="is not an address"):
        parse_address(text)


def test_nobody_cannot_be_paid() -> None:
    assert parse_address("0x" + "0" * 40) == bytes(20)
    with pytest.raises(BadAddress, match="belongs to nobody"):
        parse_payee("0x" + "0" * 40)
