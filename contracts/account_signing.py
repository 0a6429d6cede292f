"""What the owners of an `account` sign, and how their signatures are put together.

The rule: nothing here holds a key. Accounts sign the digest by secp256k1, devices SHA-256 of it by P-256.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from eth_utils.crypto import keccak

from contracts.typed_data import digest, domain_separator, word

CALL_TEXT: Final = "Call(address to,uint256 amount,bytes data)"
CALL_TYPE: Final = keccak(text=CALL_TEXT)
BATCH_TYPE: Final = keccak(text=f"Batch(Call[] calls,uint256 nonce,uint256 deadline){CALL_TEXT}")
MESSAGE_TYPE: Final = keccak(text="Message(bytes32 hash)")
VETO_TYPE: Final = keccak(text="Veto(uint256 recovery)")

SIGNATURE_LENGTH: Final = 65
APPROVED: Final = bytes(SIGNATURE_LENGTH)
"""In place of a signature: the owner approved on the chain, or makes the call itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call by the account; `amount` is of the chain's own coin."""

    to: bytes
    data: bytes = b""
    amount: int = 0


class Signing:
    """The digests of one account."""

    def __init__(self, chain_id: int, account: bytes) -> None:
        self._domain = domain_separator("Jiaozi Account", chain_id, account)

    def batch(self, calls: Sequence[Call], nonce: int, deadline: int) -> bytes:
        """For `execute`, which is a batch of one, and `batch`."""
        hashes = b"".join(keccak(CALL_TYPE + word(call.to) + word(call.amount) + keccak(call.data)) for call in calls)
        return digest(self._domain, keccak(BATCH_TYPE + keccak(hashes) + word(nonce) + word(deadline)))

    def message(self, hash: bytes) -> bytes:
        """For a hash that another contract will ask `isValidSignature` about."""
        return digest(self._domain, keccak(MESSAGE_TYPE + hash))

    def veto(self, recovery: int) -> bytes:
        """For `veto_recovery` by a device; `recovery` is the contract's count of recoveries, from its `recovery()`."""
        return digest(self._domain, keccak(VETO_TYPE + word(recovery)))


def account_id(address: bytes) -> bytes:
    """The owner id of an account."""
    return word(address)


def device_id(x: int, y: int) -> bytes:
    """The owner id of a device with this P-256 key."""
    return keccak(word(x) + word(y))


def together(signed: Mapping[bytes, bytes]) -> bytes:
    """Signatures by owner id, as the account takes them: in ascending order, each padded to 65 bytes."""
    return b"".join(owner + signature.ljust(SIGNATURE_LENGTH, b"\0") for owner, signature in sorted(signed.items()))
