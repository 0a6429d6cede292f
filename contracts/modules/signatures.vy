# pragma version 0.4.3
# pragma evm-version prague
"""
@title EIP-712 digests and the accounts that signed them
@license Apache-2.0
@notice Pure but for the chain id and the contract's own address, both read at each use: a domain remembered at
        deployment would be wrong after a chain split and for code placed in a genesis.
@dev    https://eips.ethereum.org/EIPS/eip-712
"""

DOMAIN_TYPE: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
# Half the order of secp256k1: of the two valid s of each signature only the lower is taken.
HALF_ORDER: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168


@internal
@view
def _domain(name: String[32], version: String[8]) -> bytes32:
    return keccak256(abi_encode(DOMAIN_TYPE, keccak256(name), keccak256(version), chain.id, self))


@internal
@pure
def _digest(domain: bytes32, message: bytes32) -> bytes32:
    return keccak256(concat(x"1901", domain, message))


@internal
@pure
def _signer(digest: bytes32, v: uint8, r: bytes32, s: bytes32) -> address:
    # The zero address stands for "nobody": a caller must never compare it with an unset address.
    if convert(s, uint256) > HALF_ORDER:
        return empty(address)
    return ecrecover(digest, v, r, s)
