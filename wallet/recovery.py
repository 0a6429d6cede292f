"""Recovery words and the keys that follow from them: BIP-39 words, BIP-44 paths m/44'/60'/0'/0/i.

https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki and bip-0044.mediawiki; 60 is Ethereum's coin type.
"""

import re
from typing import Final

from wallet.errors import BadSecret

WORD_COUNTS: Final = (12, 15, 18, 21, 24)
PRIVATE_KEY: Final = re.compile(r"(0x)?[0-9a-fA-F]{64}")
SECP256K1_N: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def new_words(count: int) -> str:
    """Drawn from the operating system's random source."""
    from eth_account.hdaccount.mnemonic import Mnemonic

    return Mnemonic().generate(count)


def path_of(index: int) -> str:
    return f"m/44'/60'/0'/0/{index}"


def key_from_words(words: str, index: int) -> bytes:
    from eth_account import Account
    from eth_utils.exceptions import ValidationError

    Account.enable_unaudited_hdwallet_features()
    try:
        return bytes(Account.from_mnemonic(words, account_path=path_of(index)).key)
    except ValidationError:
        raise BadSecret("these recovery words are no valid BIP-39 phrase; check the spelling and the order") from None


def is_words(text: str) -> bool:
    return len(text.split()) in WORD_COUNTS


def parse_private_key(text: str) -> bytes:
    """Never quotes its input: half a secret in a log is half too much."""
    stripped = text.strip()
    if not PRIVATE_KEY.fullmatch(stripped):
        raise BadSecret("this is neither a private key (64 hex digits) nor 12 to 24 recovery words; check what is read")
    secret = bytes.fromhex(stripped.removeprefix("0x"))
    if not 0 < int.from_bytes(secret, "big") < SECP256K1_N:
        raise BadSecret("this private key is out of range, so it can sign nothing; check what is read")
    return secret
