"""The nouns with one representation each: byte strings of fixed length and integers with a unit."""

from typing import NewType

Address = NewType("Address", bytes)
"""20 bytes, the last of keccak(public key)."""

Hash32 = NewType("Hash32", bytes)
"""32 bytes."""

BlockNumber = NewType("BlockNumber", int)
Wei = NewType("Wei", int)
Gas = NewType("Gas", int)

ZERO_ADDRESS = Address(b"\0" * 20)
ZERO_HASH = Hash32(b"\0" * 32)
ZERO_WEI = Wei(0)

UINT64_MAX = 2**64 - 1
UINT256_MAX = 2**256 - 1
