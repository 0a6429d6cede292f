# pragma version 0.4.3
# pragma evm-version prague
"""
@title Balances, allowances and supply of an ERC-20 token
@license Apache-2.0
@notice The bookkeeping alone. Who may move, mint or burn is decided, and refused in words, by the contract
        that uses this module; the arithmetic here cannot lose or invent a unit.
@dev    https://eips.ethereum.org/EIPS/eip-20. The supply is not stored: it is what was minted less what was
        burned, so the two histories and the supply cannot disagree.
"""

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event Approval:
    owner: indexed(address)
    spender: indexed(address)
    value: uint256

name: public(immutable(String[32]))
symbol: public(immutable(String[16]))
decimals: public(immutable(uint8))

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
total_minted: public(uint256)
total_burned: public(uint256)


@deploy
def __init__(token_name: String[32], token_symbol: String[16], token_decimals: uint8):
    name = token_name
    symbol = token_symbol
    decimals = token_decimals


@external
@view
def totalSupply() -> uint256:
    """
    @notice What is in circulation: everything minted less everything burned.
    @return The supply in minor units.
    """
    return self.total_minted - self.total_burned


@internal
def _move(sender: address, receiver: address, amount: uint256):
    self.balanceOf[sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=sender, receiver=receiver, value=amount)


@internal
def _approve(owner: address, spender: address, amount: uint256):
    self.allowance[owner][spender] = amount
    log Approval(owner=owner, spender=spender, value=amount)


@internal
def _spend_allowance(owner: address, spender: address, amount: uint256):
    allowed: uint256 = self.allowance[owner][spender]
    # The largest number means "without limit" to every wallet, and is not counted down.
    if allowed != max_value(uint256):
        self._approve(owner, spender, allowed - amount)


@internal
def _mint(receiver: address, amount: uint256):
    self.total_minted += amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=empty(address), receiver=receiver, value=amount)


@internal
def _burn(owner: address, amount: uint256):
    self.balanceOf[owner] -= amount
    self.total_burned += amount
    log Transfer(sender=owner, receiver=empty(address), value=amount)
