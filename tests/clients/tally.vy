# pragma version 0.4.3
# pragma evm-version prague
"""
@title A sum that anyone may add to; what client libraries deploy and call in tests.
"""

event Added:
    by: indexed(address)
    amount: uint256

total: public(uint256)


@deploy
def __init__(start: uint256):
    self.total = start


@external
def add(amount: uint256):
    assert amount > 0, "tally: nothing to add"
    self.total += amount
    log Added(by=msg.sender, amount=amount)
