# pragma version 0.4.3
# pragma evm-version prague
"""
@title Questions to contracts that may not know them
@license Apache-2.0
@notice Asks another contract for a number and takes no answer, or none in form, for zero. It never reverts, so that
        nobody holds up a payment by what it answers. Whoever calls with so little gas that an honest answer runs out
        keeps too little to finish.
"""

ASK_GAS: constant(uint256) = 100_000


@internal
@view
def _ask(who: address, question: Bytes[36]) -> uint256:
    """
    @dev `question` is the calldata: a selector and one argument.
    """
    answered: bool = False
    answer: Bytes[32] = b""
    answered, answer = raw_call(
        who, question, max_outsize=32, gas=ASK_GAS, is_static_call=True, revert_on_failure=False
    )
    return convert(answer, uint256) if answered and len(answer) == 32 else 0


@internal
@view
def _owes(account: address, token: address) -> bool:
    """
    @dev Whether it is a contract that owes some of this token to others, as every custody contract of the suite tells.
    """
    return self._ask(account, abi_encode(token, method_id=method_id("liabilities(address)"))) > 0


@internal
@view
def _claims_are_frozen(token: address, account: address) -> bool:
    """
    @dev Whether a case of the currency binds what custody owes an account. A token that knows no cases binds nobody.
    """
    return self._ask(token, abi_encode(account, method_id=method_id("claims_frozen(address)"))) > 0
