# pragma version 0.4.3
# pragma evm-version prague
"""
@title The P-256 module alone, for its tests
@license Apache-2.0
"""

from contracts.modules import p256


@external
@view
def verify(digest: bytes32, r: uint256, s: uint256, x: uint256, y: uint256) -> bool:
    return p256._verify(digest, r, s, x, y)
