# pragma version 0.4.3
# pragma evm-version prague
"""
@title An account that is a contract and signs by its own rule (EIP-1271)
@license Apache-2.0
@notice Only for tests. It has signed whatever it was told to, and may be told to answer badly.
"""

VALID: constant(bytes4) = 0x1626ba7e

signed: public(HashMap[bytes32, bool])
reverts: public(bool)


@external
def sign(digest: bytes32):
    self.signed[digest] = True


@external
def set_reverts(reverts: bool):
    self.reverts = reverts


@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[2048]) -> bytes4:
    assert not self.reverts, "account: no"
    if self.signed[digest]:
        return VALID
    return 0x00000000
