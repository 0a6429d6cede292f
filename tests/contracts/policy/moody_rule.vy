# pragma version 0.4.3
# pragma evm-version prague
"""
@title A rule contract that misbehaves on command
@license Apache-2.0
@notice Only for tests.
"""

PERMITS: constant(uint256) = 0
REFUSES: constant(uint256) = 1
REVERTS: constant(uint256) = 2
BURNS_ALL_GAS: constant(uint256) = 3
SAYS_NOTHING: constant(uint256) = 4
REFUSES_ODD: constant(uint256) = 5
NEEDS_A_REFERENCE: constant(uint256) = 6
TALKS_TOO_MUCH: constant(uint256) = 7
USES_ALL_IT_MAY: constant(uint256) = 8

mood: public(uint256)


@external
def set_mood(mood: uint256):
    self.mood = mood


@external
@view
@raw_return
def permits(payer: address, payee: address, amount: uint256, context: bytes32) -> Bytes[64]:
    assert self.mood != REVERTS, "moody: no"
    if self.mood == BURNS_ALL_GAS:
        spent: uint256 = 0
        for i: uint256 in range(2**128):
            spent += i % 7
        return abi_encode(spent)
    if self.mood == USES_ALL_IT_MAY:
        for i: uint256 in range(2**128):
            if msg.gas < 1_000:
                break
    if self.mood == SAYS_NOTHING:
        return b""
    if self.mood == TALKS_TOO_MUCH:
        return abi_encode(convert(0, uint256), convert(1, uint256))
    if self.mood == REFUSES_ODD:
        return abi_encode(amount % 2)
    if self.mood == NEEDS_A_REFERENCE and context == empty(bytes32):
        return abi_encode(convert(7, uint256))
    return abi_encode(convert(self.mood == REFUSES, uint256))
