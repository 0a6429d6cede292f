# pragma version 0.4.3
# pragma evm-version prague
"""
@title A contract account that has signed what it was told to have signed
@license Apache-2.0
@notice Only for tests.
"""

VALID: constant(bytes4) = 0x1626ba7e

signed: public(HashMap[bytes32, bool])


@external
def sign(digest: bytes32):
    self.signed[digest] = True


@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[2048]) -> bytes4:
    return VALID if self.signed[digest] else 0xffffffff
