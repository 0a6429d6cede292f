"""Addresses: 20 bytes inside, EIP-55 text outside.

The rule: an address in mixed case is taken only if its checksum is right. https://eips.ethereum.org/EIPS/eip-55
"""

import re
from typing import Final

from eth_utils.address import to_checksum_address

from wallet.errors import BadAddress

ADDRESS_TEXT: Final = re.compile(r"0x[0-9a-fA-F]{40}")
NOBODY: Final = bytes(20)


def parse_address(text: str) -> bytes:
    if not ADDRESS_TEXT.fullmatch(text):
        raise BadAddress(text, "is not an address; an address is 0x and 40 hex digits")
    digits = text[2:]
    if digits not in (digits.lower(), digits.upper()) and checksummed(bytes.fromhex(digits)) != text:
        raise BadAddress(text, "has a wrong checksum, so a character was mistyped; compare it with where it came from")
    return bytes.fromhex(digits)


def parse_payee(text: str) -> bytes:
    """An address that can own money."""
    address = parse_address(text)
    if address == NOBODY:
        raise BadAddress(text, "belongs to nobody, and what is sent there is lost; name who is to be paid")
    return address


def checksummed(address: bytes) -> str:
    return str(to_checksum_address(address))
