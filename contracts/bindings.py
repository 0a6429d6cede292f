"""What programs work out themselves before they call: the id of a deal, text as 32 bytes, what a permit has signed."""

from typing import Any, Final

from eth_abi.abi import encode as abi_encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts.addresses import ESCROW
from contracts.errors import WrongArgument

NO_ARBITER: Final = bytes(20)
WORD_BYTES: Final = 32


def deal_id(chain_id: int, payer: bytes, nonce: int, *, escrow: bytes = ESCROW) -> bytes:
    """The id of the payer's deal number `nonce`, counted from zero."""
    return keccak(abi_encode(["uint256", "address", "address", "uint256"], [chain_id, escrow, payer, nonce]))


def bytes32(text: str) -> bytes:
    """Text where a contract takes 32 bytes, such as a reference or a document's number: in UTF-8, zeros behind it.

    It is never shortened. Raises WrongArgument where it takes more than 32 bytes.
    """
    encoded = text.encode()
    if len(encoded) > WORD_BYTES:
        raise WrongArgument("bytes32", "text", f"at most {WORD_BYTES} bytes", text, f"takes {len(encoded)}")
    return encoded.ljust(WORD_BYTES, b"\0")


def permit_message(
    *, name: str, chain_id: int, token: bytes, owner: bytes, spender: bytes, amount: int, nonce: int, deadline: int
) -> dict[str, Any]:
    """What an owner signs (EIP-712) so that `spender` may call `permit`; for any library that signs typed data."""
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Permit": [
                {"name": "owner", "type": "address"},
                {"name": "spender", "type": "address"},
                {"name": "value", "type": "uint256"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ],
        },
        "primaryType": "Permit",
        "domain": {
            "name": name,
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": to_checksum_address(token),
        },
        "message": {
            "owner": to_checksum_address(owner),
            "spender": to_checksum_address(spender),
            "value": amount,
            "nonce": nonce,
            "deadline": deadline,
        },
    }
