# pragma version 0.4.3
# pragma evm-version prague
"""
@title A holder's or merchant's contract that is told of what it gets
@license Apache-2.0
@notice Only for tests: accepts, answers wrongly, answers too much, or reverts, on command.
"""

ACCEPTS: constant(uint256) = 0
ANSWERS_WRONGLY: constant(uint256) = 1
ANSWERS_SHORTLY: constant(uint256) = 2
REVERTS: constant(uint256) = 3

interface Units:
    def balanceOf(account: address, token_id: uint256) -> uint256: view

mode: public(uint256)
hears_of_unwraps: public(bool)
hook: public(bytes4)
operator: public(address)
sender: public(address)
token_id: public(uint256)
units: public(uint256)
data: public(Bytes[1024])
units_then: public(uint256)
target: address
payload: Bytes[1024]
calls_back_done: public(bool)


@external
def set_mode(mode: uint256, hears_of_unwraps: bool):
    self.mode = mode
    self.hears_of_unwraps = hears_of_unwraps


@external
def call_back(target: address, payload: Bytes[1024]):
    self.target = target
    self.payload = payload


@external
def call(target: address, payload: Bytes[1024]):
    raw_call(target, payload)


@external
@view
def supportsInterface(interface_id: bytes4) -> bool:
    assert self.mode != REVERTS or interface_id == 0x7a837028
    return interface_id == 0x7a837028 and self.hears_of_unwraps


@external
@raw_return
def onERC1155Received(
    operator: address, sender: address, token_id: uint256, units: uint256, data: Bytes[1024]
) -> Bytes[32]:
    return self._told(0xf23a6e61, operator, sender, token_id, units, data)


@external
@raw_return
def onPBMRC1Unwrap(
    operator: address, sender: address, token_id: uint256, units: uint256, data: Bytes[1024]
) -> Bytes[32]:
    return self._told(0x194d953e, operator, sender, token_id, units, data)


@internal
def _told(
    hook: bytes4, operator: address, sender: address, token_id: uint256, units: uint256, data: Bytes[1024]
) -> Bytes[32]:
    assert self.mode != REVERTS, "till: no"
    self.hook = hook
    self.operator = operator
    self.sender = sender
    self.token_id = token_id
    self.units = units
    self.data = data
    self.units_then = staticcall Units(msg.sender).balanceOf(self, token_id)
    if self.target != empty(address):
        self.calls_back_done = raw_call(self.target, self.payload, revert_on_failure=False)
    if self.mode == ANSWERS_WRONGLY:
        return abi_encode(0xdeadbeef)
    if self.mode == ANSWERS_SHORTLY:
        return slice(abi_encode(hook), 0, 4)
    return abi_encode(hook)
