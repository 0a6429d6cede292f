"""Words and paths as every other wallet derives them."""

import pytest

from wallet.addresses import checksummed
from wallet.errors import BadSecret
from wallet.recovery import SECP256K1_N, is_words, key_from_words, new_words, parse_private_key

WORDS = "test test test test test test test test test test test junk"


def address_of(secret: bytes) -> str:
    from eth_account import Account

    return str(Account.from_key(secret).address)


@pytest.mark.parametrize(
    ("index", "address"),
    [
        (0, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        (1, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        (19, "0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199"),
    ],
)
def test_the_development_words_give_the_addresses_all_tools_know(index: int, address: str) -> None:
    assert address_of(key_from_words(WORDS, index)) == address


def test_new_words_are_valid_and_fresh() -> None:
    for count in (12, 24):
        first, second = new_words(count), new_words(count)
        assert first != second and len(first.split()) == count and is_words(first)
        assert len(checksummed(bytes.fromhex(address_of(key_from_words(first, 0))[2:]))) == 42


@pytest.mark.parametrize("words", [WORDS.replace("junk", "test"), WORDS.replace("junk", "jumk")])
def test_words_with_a_wrong_checksum_are_refused_without_being_quoted(words: str) -> None:
    with pytest.raises(BadSecret, match="no valid BIP-39 phrase") as caught:
        key_from_words(words, 0)
    assert "test" not in str(caught.value)


def test_a_private_key_is_taken_with_and_without_0x() -> None:
    assert parse_private_key("0x" + "11" * 32) == parse_private_key("11" * 32 + "\n") == b"\x11" * 32


@pytest.mark.parametrize("number", [0, SECP256K1_N, 2**256 - 1])
def test_a_number_that_signs_nothing_is_refused(number: int) -> None:
    with pytest.raises(BadSecret, match="out of range"):
        parse_private_key(f"{number:064x}")


@pytest.mark.parametrize("text", ["", "5ecre7" * 11, "secret words that are too few"])
def test_what_is_no_secret_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(BadSecret, match="neither a private key") as caught:
        parse_private_key(text)
    assert not text or text not in str(caught.value)
