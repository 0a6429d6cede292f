# pragma version 0.4.3
# pragma evm-version prague
"""
@title A source of facts that answers whatever it was told to
@license Apache-2.0
@notice Only for tests.
"""

answer: public(Bytes[96])
reverts: public(bool)
burns_gas: public(bool)


@external
def set_answer(answer: Bytes[96]):
    self.answer = answer


@external
def set_reverts(reverts: bool):
    self.reverts = reverts


@external
def set_burns_gas(burns_gas: bool):
    self.burns_gas = burns_gas


@external
@view
@raw_return
def outcome(id: bytes32) -> Bytes[96]:
    assert not self.reverts, "source: no"
    if self.burns_gas:
        digest: bytes32 = id
        for i: uint256 in range(2**128):
            digest = keccak256(digest)
        return abi_encode(digest)
    return self.answer
