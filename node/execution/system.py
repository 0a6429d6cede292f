"""The protocol's own contracts and what blocks take from them: addresses, and the shape of EIP-7685 requests."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from node.execution.errors import MalformedDeposit
from node.primitives.receipt import Log
from node.primitives.types import Address, Hash32

BEACON_ROOTS: Final = Address(bytes.fromhex("000f3df6d732807ef1319fb7b8bb8522d0beac02"))
"""EIP-4788."""
HISTORY_STORAGE: Final = Address(bytes.fromhex("0000f90827f1c53a10cb7a02335b175320002935"))
"""EIP-2935."""
WITHDRAWAL_REQUESTS: Final = Address(bytes.fromhex("00000961ef480eb55e80d19ad83579a64c007002"))
"""EIP-7002."""
CONSOLIDATION_REQUESTS: Final = Address(bytes.fromhex("0000bbddc7ce488642fb579f8b00f3a590007251"))
"""EIP-7251."""

DEPOSIT_REQUEST: Final = 0
WITHDRAWAL_REQUEST: Final = 1
CONSOLIDATION_REQUEST: Final = 2

DEPOSIT_EVENT: Final = Hash32(bytes.fromhex("649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5"))
"""keccak("DepositEvent(bytes,bytes,bytes,bytes,bytes)") (EIP-6110)."""
DEPOSIT_DATA_BYTES: Final = 576
_DEPOSIT_PARTS: Final = ((160, 48), (256, 32), (320, 8), (384, 96), (512, 8))
"""Where the ABI puts public key, credentials, amount, signature and index, and how long each is."""


def deposits(logs: Iterable[Log], contract: Address) -> bytes:
    """The deposit requests that the logs of one block hold. Raises MalformedDeposit."""
    return b"".join(
        _deposit(log.data) for log in logs if log.address == contract and log.topics[:1] == (DEPOSIT_EVENT,)
    )


def requests_hash(requests: Sequence[bytes]) -> Hash32:
    """EIP-7685: sha256 over the sha256 of each request that has data."""
    return Hash32(sha256(b"".join(sha256(request).digest() for request in requests if len(request) > 1)).digest())


def _deposit(data: bytes) -> bytes:
    if len(data) != DEPOSIT_DATA_BYTES:
        raise MalformedDeposit(f"deposit event of {len(data)} bytes, expected {DEPOSIT_DATA_BYTES}")
    parts = []
    for index, (at, length) in enumerate(_DEPOSIT_PARTS):
        if _word(data, 32 * index) != at or _word(data, at) != length:
            raise MalformedDeposit(f"deposit event: part {index} is not {length} bytes at {at}")
        parts.append(data[at + 32 : at + 32 + length])
    return b"".join(parts)


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 32], "big")
