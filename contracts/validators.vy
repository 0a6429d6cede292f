# pragma version 0.4.3
# pragma evm-version prague
"""
@title The validators of the network: the set named by the genesis
@license Apache-2.0
@notice The ledger reads this set from the parent block's state to know who seals the next block.
@dev    Addresses stand in strictly ascending order, the order in which proposers take turns and in which the
        header's commitment to the set is hashed; that order also rules out a validator counted twice.
"""

from .interfaces import IValidators

implements: IValidators

MAX_VALIDATORS: constant(uint256) = 100

validators: DynArray[address, MAX_VALIDATORS]
isValidator: public(HashMap[address, bool])


@deploy
def __init__(validators: DynArray[address, MAX_VALIDATORS]):
    assert len(validators) > 0, "validators: nobody would seal blocks"
    former: uint256 = 0
    for account: address in validators:
        number: uint256 = convert(convert(account, uint160), uint256)
        assert number > former, "validators: not in ascending order"
        former = number
        self.isValidator[account] = True
    self.validators = validators


@external
@view
def getValidators() -> DynArray[address, MAX_VALIDATORS]:
    """
    @notice The validators that must seal a block built on this state.
    @return Their addresses, ascending.
    """
    return self.validators
