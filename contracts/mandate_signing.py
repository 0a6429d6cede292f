"""What a payer signs so that others may bring it to the chain: mandates, their caps, and payments of a session.

The rule: nothing here holds a key. A person's key or a device's signs the digest.
"""

from dataclasses import astuple
from typing import Final

from eth_utils.crypto import keccak

from contracts.typed.mandate import Terms
from contracts.typed_data import digest, domain_separator, word

TERMS_TEXT: Final = (
    "address payee,address token,uint256 cap,uint256 window_seconds,bool once,uint256 total,"
    "uint256 starts,uint256 expires,uint256 hold_seconds,bytes32 terms_hash"
)
GRANT_TYPE: Final = keccak(text=f"Grant(address payer,{TERMS_TEXT},uint256 nonce,uint256 deadline)")
CHANGE_CAP_TYPE: Final = keccak(text="ChangeCap(bytes32 mandate,uint256 cap,uint256 nonce,uint256 deadline)")
SPEND_TYPE: Final = keccak(
    text="Spend(bytes32 session,address payee,uint256 amount,bytes32 memo,uint256 payment,uint256 deadline)"
)


class Signing:
    """The digests of one mandate contract."""

    def __init__(self, chain_id: int, contract: bytes) -> None:
        self._domain = domain_separator("Jiaozi Mandate", chain_id, contract)

    def grant(self, payer: bytes, terms: Terms, nonce: int, deadline: int) -> bytes:
        """`nonce` is the payer's of `signing_nonces`."""
        return self._digest(GRANT_TYPE, payer, *astuple(terms), nonce, deadline)

    def change_cap(self, mandate: bytes, cap: int, nonce: int, deadline: int) -> bytes:
        """For `change_cap_signed`: the new cap in minor units; `mandate` is the 32-byte id, `nonce` the payer's of
        `signing_nonces`, `deadline` the last second of the signature."""
        return self._digest(CHANGE_CAP_TYPE, mandate, cap, nonce, deadline)

    def spend(self, session: bytes, payee: bytes, amount: int, memo: bytes, payment: int, deadline: int) -> bytes:
        """`payment` is how many payments the session has made before."""
        return self._digest(SPEND_TYPE, session, payee, amount, memo, payment, deadline)

    def _digest(self, kind: bytes, *fields: int | bytes) -> bytes:
        return digest(self._domain, keccak(kind + b"".join(word(field) for field in fields)))
