# pragma version 0.4.3
# pragma evm-version prague
"""
@title A contract account that signs whatever it was told to
@license Apache-2.0
@notice Only for tests: answers EIP-1271 for the digests that were approved.
"""

VALID: constant(bytes4) = 0x1626ba7e

approved: public(HashMap[bytes32, bool])


@external
def approve(digest: bytes32):
    self.approved[digest] = True


@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[2048]) -> bytes4:
    return VALID if self.approved[digest] else 0xffffffff
