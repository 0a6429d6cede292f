# pragma version 0.4.3
# pragma evm-version prague
"""
@title A token that misbehaves on command
@license Apache-2.0
@notice Only for tests. Anyone may mint; no allowance is asked.
"""

HONEST: constant(uint256) = 0
REVERTS: constant(uint256) = 1
RETURNS_FALSE: constant(uint256) = 2
TAKES_A_FEE: constant(uint256) = 3
RETURNS_NOTHING: constant(uint256) = 4
RETURNS_TWO: constant(uint256) = 5
BURNS_ALL_GAS: constant(uint256) = 6
GIVES_TOO_MUCH: constant(uint256) = 7
KEEPS_IT: constant(uint256) = 8
RETURNS_A_BYTE: constant(uint256) = 9
BLOCKS_ONE: constant(uint256) = 10

decimals: public(constant(uint8)) = 2

balanceOf: public(HashMap[address, uint256])
# What arrived at an account beyond what was sent to it, and what fell short.
too_much: public(HashMap[address, uint256])
too_little: HashMap[address, uint256]
mode: public(uint256)
blocked: public(address)
target: public(address)
payload: Bytes[1024]
reentries_tried: public(uint256)
reentries_done: public(uint256)


@external
def mint(receiver: address, amount: uint256):
    self.balanceOf[receiver] += amount


@external
def burn(amount: uint256):
    self.balanceOf[msg.sender] -= amount


@external
def set_mode(mode: uint256):
    self.mode = mode


@external
def block(who: address):
    self.mode = BLOCKS_ONE
    self.blocked = who


@external
@view
def claims_frozen(who: address) -> uint256:
    # As the currency says of one whom custody may not pay.
    return 1 if self.mode == BLOCKS_ONE and who == self.blocked else 0


@external
def call_back(target: address, payload: Bytes[1024]):
    self.target = target
    self.payload = payload


@external
@view
def strayed(who: address) -> int256:
    return convert(self.too_much[who], int256) - convert(self.too_little[who], int256)


@external
def approve(spender: address, amount: uint256) -> bool:
    return self.mode != RETURNS_FALSE


@external
@raw_return
def transfer(receiver: address, amount: uint256) -> Bytes[32]:
    return self._move(msg.sender, receiver, amount)


@external
@raw_return
def transferFrom(owner: address, receiver: address, amount: uint256) -> Bytes[32]:
    return self._move(owner, receiver, amount)


@internal
def _move(owner: address, receiver: address, amount: uint256) -> Bytes[32]:
    self._call_back()
    assert self.mode != REVERTS, "hostile: no"
    assert self.mode != BLOCKS_ONE or receiver != self.blocked, "hostile: blocked"
    if self.mode == RETURNS_FALSE:
        return abi_encode(False)
    if self.mode == BURNS_ALL_GAS:
        # The invalid instruction takes all there is, at once.
        raise UNREACHABLE
    arriving: uint256 = amount
    if self.mode == TAKES_A_FEE:
        arriving = amount - amount // 10
        self.too_little[receiver] += amount - arriving
    if self.mode == GIVES_TOO_MUCH:
        arriving = amount + 7
        self.too_much[receiver] += arriving - amount
    if self.mode == KEEPS_IT:
        arriving = 0
        self.too_little[receiver] += amount
    self.balanceOf[owner] -= amount
    self.balanceOf[receiver] += arriving
    if self.mode == RETURNS_NOTHING:
        return b""
    if self.mode == RETURNS_TWO:
        return abi_encode(convert(2, uint256))
    if self.mode == RETURNS_A_BYTE:
        return b"\x01"
    return abi_encode(True)


@internal
def _call_back():
    if self.target == empty(address):
        return
    self.reentries_tried += 1
    done: bool = raw_call(self.target, self.payload, revert_on_failure=False)
    if done:
        self.reentries_done += 1
