# pragma version 0.4.3
# pragma evm-version prague
"""
@title A member bank that breaks the rules on command
@license Apache-2.0
@notice Only for tests.
"""

from ethereum.ercs import IERC20
from contracts.interfaces import IBankMoney
from contracts.interfaces import IClearing

implements: IBankMoney

HONEST: constant(uint256) = 0
KEEPS_THE_RESERVES: constant(uint256) = 1
CREDITS_FROM_NOTHING: constant(uint256) = 2
BURNS_ALL_GAS: constant(uint256) = 3
TAKES_HALF: constant(uint256) = 4
CALLS_BACK: constant(uint256) = 5

admin: public(address)
balanceOf: public(HashMap[address, uint256])
money: address
clearing: address
mode: uint256


@deploy
def __init__(admin: address, money: address, clearing: address):
    self.admin = admin
    self.money = money
    self.clearing = clearing


@external
def set_mode(mode: uint256):
    self.mode = mode


@external
def send(client: address, to_bank: address, payee: address, amount: uint256, deadline: uint256) -> bytes32:
    extcall IERC20(self.money).approve(self.clearing, amount)
    return extcall IClearing(self.clearing).open(client, to_bank, payee, amount, deadline, empty(bytes32))


@external
def credit_in(id: bytes32, payee: address, amount: uint256):
    self._credit(id, payee, amount)


@external
def credit_back(id: bytes32, client: address, amount: uint256):
    self._credit(id, client, amount)


@internal
def _credit(id: bytes32, account: address, amount: uint256):
    if self.mode == BURNS_ALL_GAS:
        for i: uint256 in range(2**128):
            self.balanceOf[account] = i
    if self.mode == CALLS_BACK:
        raw_call(self.clearing, abi_encode(id, method_id=method_id("exit(bytes32)")))
    taken: uint256 = amount
    if self.mode == TAKES_HALF:
        taken = amount // 2
    if self.mode != CREDITS_FROM_NOTHING:
        extcall IERC20(self.money).transferFrom(msg.sender, self, taken)
    if self.mode != KEEPS_THE_RESERVES:
        self.balanceOf[account] += amount
