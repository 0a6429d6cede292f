# pragma version 0.4.3
# pragma evm-version prague
"""
@title What owners sign off chain, and others bring
@license Apache-2.0
@notice Allowances (EIP-2612) and single payments (EIP-3009). Whoever signs needs no transaction and no gas of its own.
        An owner that is a contract says by EIP-1271 what it signed. A payment's nonce is random, so that several can
        be under way at once; a cancelled one never counts.
@dev    https://eips.ethereum.org/EIPS/eip-2612, https://eips.ethereum.org/EIPS/eip-3009
"""

from . import erc20_core
from . import signatures

uses: erc20_core

VERSION: constant(String[8]) = "1"
PERMIT_TYPE: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
TRANSFER_TYPE: constant(bytes32) = keccak256(
    "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)
RECEIVE_TYPE: constant(bytes32) = keccak256(
    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)
CANCEL_TYPE: constant(bytes32) = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)")

nonces: public(HashMap[address, uint256])
# authorizer -> nonce -> used or cancelled
authorizationState: public(HashMap[address, HashMap[bytes32, bool]])

event AuthorizationUsed:
    authorizer: indexed(address)
    nonce: indexed(bytes32)

event AuthorizationCanceled:
    authorizer: indexed(address)
    nonce: indexed(bytes32)


@external
@nonreentrant
def cancelAuthorization(authorizer: address, nonce: bytes32, v: uint8, r: bytes32, s: bytes32):
    """
    @notice Makes a signed payment void before it is used.
    @param authorizer Who signed the payment, and this.
    @param nonce The payment's.
    @param v Recovery id, 27 or 28.
    @param r First half of the signature.
    @param s Second half, in its lower form.
    """
    self._cancel(authorizer, nonce, self._joined(v, r, s))


@external
@nonreentrant
def cancel_authorization(authorizer: address, nonce: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice As `cancelAuthorization`, also for an account that is a contract.
    @param authorizer Who signed the payment, and this.
    @param nonce The payment's.
    @param signature A key's 65 bytes (r, s, v), or whatever the contract takes.
    """
    self._cancel(authorizer, nonce, signature)


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain of all that is signed for this currency on this chain.
    @return The hash that every signed message starts from.
    """
    return self._domain()


@external
@view
def eip712Domain() -> (bytes1, String[32], String[8], uint256, address, bytes32, DynArray[uint256, 1]):
    """
    @notice The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).
    @return Fields in use, name, version, chain id, contract, salt, extensions.
    """
    return (0x0f, erc20_core.name, VERSION, chain.id, self, empty(bytes32), [])


@internal
def _use_permit(
    owner: address, spender: address, amount: uint256, deadline: uint256, signature: Bytes[signatures.MAX_SIGNATURE]
):
    assert block.timestamp <= deadline, "ecash: permit expired"
    nonce: uint256 = self.nonces[owner]
    message: bytes32 = keccak256(abi_encode(PERMIT_TYPE, owner, spender, amount, nonce, deadline))
    assert self._has_signed(owner, message, signature), "ecash: permit not signed by the owner"
    self.nonces[owner] = nonce + 1


@internal
def _use(
    kind: bytes32,
    payer: address,
    payee: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    signature: Bytes[signatures.MAX_SIGNATURE],
):
    # Both ends are outside, as the standard has it.
    assert block.timestamp > valid_after, "ecash: authorization not yet valid"
    assert block.timestamp < valid_before, "ecash: authorization expired"
    message: bytes32 = keccak256(abi_encode(kind, payer, payee, amount, valid_after, valid_before, nonce))
    self._use_up(payer, nonce, message, signature)
    log AuthorizationUsed(authorizer=payer, nonce=nonce)


@internal
def _cancel(authorizer: address, nonce: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]):
    self._use_up(authorizer, nonce, keccak256(abi_encode(CANCEL_TYPE, authorizer, nonce)), signature)
    log AuthorizationCanceled(authorizer=authorizer, nonce=nonce)


@internal
def _use_up(authorizer: address, nonce: bytes32, message: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]):
    assert not self.authorizationState[authorizer][nonce], "ecash: authorization was used"
    assert self._has_signed(authorizer, message, signature), "ecash: not signed by the payer"
    self.authorizationState[authorizer][nonce] = True


@internal
@view
def _has_signed(owner: address, message: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]) -> bool:
    return signatures._signed_by(owner, signatures._digest(self._domain(), message), signature)


@internal
@pure
def _joined(v: uint8, r: bytes32, s: bytes32) -> Bytes[signatures.MAX_SIGNATURE]:
    return concat(r, s, convert(v, bytes1))


@internal
@view
def _domain() -> bytes32:
    return signatures._domain(erc20_core.name, VERSION)
