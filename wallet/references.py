"""Payment references: what a person writes, in the 32 bytes that travel with a payment.

The rule: text of at most 32 bytes is kept as it is, zeros behind it; 0x and 64 hex digits are taken as they stand.
A reference is never shortened or hashed, or it could not be found again.
"""

import re
from typing import Final

from wallet.errors import BadReference

LENGTH: Final = 32
HEX_REFERENCE: Final = re.compile(r"0x[0-9a-fA-F]{64}")


def parse_reference(text: str) -> bytes:
    if HEX_REFERENCE.fullmatch(text):
        return bytes.fromhex(text[2:])
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadReference(text, "is not UTF-8 text; write it again") from None
    if not text or not text.isprintable():
        raise BadReference(text, "is empty or holds control characters; write it in plain text")
    if len(encoded) > LENGTH:
        raise BadReference(text, f"takes {len(encoded)} bytes and there is room for {LENGTH}; shorten it")
    return encoded.ljust(LENGTH, b"\0")


def reference_text(reference: bytes) -> str:
    """The text it was made from, or hex where it was made from none."""
    body = reference.rstrip(b"\0")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"0x{reference.hex()}"
    # Text that reads as hex must not be mistaken for the bytes it would name.
    if not text.isprintable() or not text or HEX_REFERENCE.fullmatch(text):
        return f"0x{reference.hex()}"
    return text
