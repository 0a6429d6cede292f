# pragma version 0.4.3
# pragma evm-version prague
"""
@title Push payments that cannot be blocked, and the claims of those who were
@license Apache-2.0
@notice A payment out of custody is tried at once. If the token refuses it (frozen, blocked or broken receiver)
        the money stays, is credited to its owner here, and anyone may later try again for that owner.
        Nobody else can ever receive it.
@dev    The using contract holds the reentrancy lock: a pragma in this file would not reach its functions.
"""

event ClaimCredited:
    id: indexed(bytes32)
    token: indexed(address)
    who: indexed(address)
    amount: uint256
    claim_before: uint256
    claim_after: uint256

event ClaimPaid:
    token: indexed(address)
    who: indexed(address)
    amount: uint256
    claim_before: uint256
    claim_after: uint256

# A token that burns all the gas it is given must not take the whole transaction with it. Whoever calls with so
# little gas that an honest transfer runs out keeps a 64th of it, too little to finish: everything reverts.
PUSH_GAS: constant(uint256) = 500_000

# token -> owner -> amount
claimable: public(HashMap[address, HashMap[address, uint256]])


@internal
def _credit(id: bytes32, token: address, who: address, amount: uint256):
    before: uint256 = self.claimable[token][who]
    self.claimable[token][who] = before + amount
    log ClaimCredited(
        id=id, token=token, who=who, amount=amount, claim_before=before, claim_after=before + amount
    )


@internal
def _take(token: address, who: address) -> uint256:
    amount: uint256 = self.claimable[token][who]
    self.claimable[token][who] = 0
    log ClaimPaid(token=token, who=who, amount=amount, claim_before=amount, claim_after=0)
    return amount


@internal
def _push(token: address, to: address, amount: uint256) -> bool:
    """
    @dev Never reverts. True only if the token answered true, or answered nothing, as some older tokens do.
    """
    answered: bool = False
    answer: Bytes[32] = b""
    answered, answer = raw_call(
        token,
        abi_encode(to, amount, method_id=method_id("transfer(address,uint256)")),
        max_outsize=32,
        gas=PUSH_GAS,
        revert_on_failure=False,
    )
    if not answered:
        return False
    if len(answer) == 0:
        return token.is_contract
    return len(answer) == 32 and convert(answer, uint256) == 1
