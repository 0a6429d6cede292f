"""What a device signs when it pays out of an offline purse.

The rule: nothing here holds a key. A secp256k1 device signs the digest; a P-256 device signs SHA-256 of it, which is
what a secure element makes of any 32 bytes that it is given.
"""

from dataclasses import dataclass
from typing import Final

from eth_utils.crypto import keccak

from contracts.typed_data import digest, domain_separator, word

PAYMENT_TYPE: Final = keccak(text="Payment(bytes32 id,uint256 counter,uint256 amount,address payee,bytes32 memo)")


@dataclass(frozen=True, slots=True)
class Payment:
    """`counter` is the device's own, used once; `amount` in minor units; `memo` is the payee's 32-byte reference."""

    counter: int
    amount: int
    payee: bytes
    memo: bytes = bytes(32)

    def digest(self, *, chain_id: int, contract: bytes, id: bytes) -> bytes:
        """In the purse `id` of the contract that stands at this address."""
        fields = word(self.counter) + word(self.amount) + word(self.payee) + self.memo
        domain = domain_separator("Jiaozi Offline Purse", chain_id, contract)
        return digest(domain, keccak(PAYMENT_TYPE + id + fields))
