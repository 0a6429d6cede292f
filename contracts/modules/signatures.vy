# pragma version 0.4.3
# pragma evm-version prague
"""
@title EIP-712 digests and the accounts that signed them
@license Apache-2.0
@notice Pure but for the chain id and the contract's own address, both read at each use: a domain remembered at
        deployment would be wrong after a chain split and for code placed in a genesis.
@dev    https://eips.ethereum.org/EIPS/eip-712 and, for accounts that are contracts,
        https://eips.ethereum.org/EIPS/eip-1271
"""

# Room for a contract account's several signatures in one.
MAX_SIGNATURE: constant(uint256) = 2_048
KEY_SIGNATURE: constant(uint256) = 65
VALID: constant(bytes32) = 0x1626ba7e00000000000000000000000000000000000000000000000000000000
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


@internal
@pure
def _signed_with_key(account: address, digest: bytes32, signature: Bytes[MAX_SIGNATURE]) -> bool:
    """
    @dev Whether the account's own key signed (r, s, v in 65 bytes), whatever code stands at the account.
    """
    if account == empty(address) or len(signature) != KEY_SIGNATURE:
        return False
    r: bytes32 = extract32(signature, 0)
    s: bytes32 = extract32(signature, 32)
    v: uint8 = convert(slice(signature, 64, 1), uint8)
    return self._signer(digest, v, r, s) == account


@internal
@view
def _signed_by(account: address, digest: bytes32, signature: Bytes[MAX_SIGNATURE]) -> bool:
    """
    @dev Whether `account` signed: by its key (r, s, v in 65 bytes) or, where code stands at the account, by that
         code's word (EIP-1271). A contract that reverts has not signed. The key comes first: an account that has
         signed must not be able to take it back by delegating itself to code that denies it (EIP-7702).
    """
    if self._signed_with_key(account, digest, signature):
        return True
    if account == empty(address) or not account.is_contract:
        return False
    answered: bool = False
    answer: Bytes[32] = b""
    answered, answer = raw_call(
        account,
        abi_encode(digest, signature, method_id=method_id("isValidSignature(bytes32,bytes)")),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    return answered and len(answer) == 32 and convert(answer, bytes32) == VALID
