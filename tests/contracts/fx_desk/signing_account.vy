# pragma version 0.4.3
# pragma evm-version prague
"""
@title An account that is a contract and signs by its owner's key
@license Apache-2.0
@notice Only for tests.
"""

VALID: constant(bytes4) = 0x1626ba7e

owner: address


@deploy
def __init__(owner: address):
    self.owner = owner


@external
@view
def isValidSignature(hash: bytes32, signature: Bytes[2048]) -> bytes4:
    r: bytes32 = extract32(signature, 0)
    s: bytes32 = extract32(signature, 32)
    v: uint8 = convert(slice(signature, 64, 1), uint8)
    assert ecrecover(hash, v, r, s) == self.owner, "account: not signed"
    return VALID
