"""Typed views of what the suite's contracts answer and sign, where bare tuples would be guesswork."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from eth_abi.abi import encode as abi_encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts.addresses import ESCROW
from contracts.library import load

NO_ARBITER: Final = bytes(20)


class DealState(IntEnum):
    UNKNOWN = 0
    OPEN = 1
    FUNDED = 2
    DISPUTED = 3
    CLOSED = 4


@dataclass(frozen=True, slots=True)
class Deal:
    """An escrow. Amounts in minor units of the token, times in seconds since 1970."""

    payer: bytes
    payee: bytes
    arbiter: bytes
    token: bytes
    amount: int
    deadline: int
    review_seconds: int
    answer_deadline: int
    ruling_deadline: int
    terms_hash: bytes
    stages_funded: int
    funded: int
    paid: int
    refunded: int
    state: DealState

    @property
    def held(self) -> int:
        return self.funded - self.paid - self.refunded

    @property
    def last_deadline(self) -> int:
        """The last second before anyone may exit the deal."""
        if self.state is DealState.DISPUTED:
            return self.ruling_deadline
        return max(self.deadline, self.answer_deadline)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of an escrow. `review_deadline` is zero where nothing waits for the payer's review."""

    amount: int
    funded: int
    released: int
    evidence: bytes
    review_deadline: int

    @property
    def held(self) -> int:
        return self.funded - self.released


def decode_stages(data: bytes) -> tuple[Stage, ...]:
    """What the escrow's `stages(id)` answered, in order. Raises Undecodable."""
    records = load("escrow").decode_result("stages", data)
    assert isinstance(records, tuple)
    return tuple(Stage(**record) for record in records)


def decode_deal(data: bytes) -> Deal:
    """What the escrow's `deal(id)` answered. Raises Undecodable."""
    fields = load("escrow").decode_result("deal", data)
    assert isinstance(fields, dict)
    return Deal(**{**fields, "state": DealState(fields["state"])})


def deal_id(chain_id: int, payer: bytes, nonce: int, *, escrow: bytes = ESCROW) -> bytes:
    """The id of the payer's deal number `nonce`, counted from zero."""
    return keccak(abi_encode(["uint256", "address", "address", "uint256"], [chain_id, escrow, payer, nonce]))


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
