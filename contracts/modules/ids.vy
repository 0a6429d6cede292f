# pragma version 0.4.3
# pragma evm-version prague
"""
@title Identifiers that a party knows before it acts
@license Apache-2.0
@notice The id of a deal is keccak256(chain, contract, creator, the creator's count of deals). It is the same in every
        event, message and book, cannot be taken by somebody else, and differs on every chain.
"""

nonces: public(HashMap[address, uint256])


@external
@view
def next_id(creator: address) -> bytes32:
    """
    @notice The id of what `creator` opens next.
    @param creator Who would open it.
    @return keccak256 of chain, contract, creator and the creator's count.
    """
    return self._id(creator, self.nonces[creator])


@internal
def _take_id(creator: address) -> bytes32:
    nonce: uint256 = self.nonces[creator]
    self.nonces[creator] = nonce + 1
    return self._id(creator, nonce)


@internal
@view
def _id(creator: address, nonce: uint256) -> bytes32:
    return keccak256(abi_encode(chain.id, self, creator, nonce))
