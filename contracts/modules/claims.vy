# pragma version 0.4.3
# pragma evm-version prague
"""
@title Money held for others: taken in exactly, paid out at once, and a claim where a payment is refused
@license Apache-2.0
@notice A payment out of custody is tried at once. If the token refuses it (frozen, blocked or broken receiver)
        the money stays, is credited to its owner here, and anyone may later try again for that owner.
        Nobody else can ever receive it.
@dev    Truth that holds after every transaction, for each token that keeps its own books:
        liabilities(token) = everything the using contract holds for its deals + all claims <= its balance.
        The using contract holds the reentrancy lock for its own functions; a pragma in one file does not reach
        those of another, so `claim` carries its own decorator (the lock is one for the whole contract).
"""

from ethereum.ercs import IERC20

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
liabilities: public(HashMap[address, uint256])


@external
@nonreentrant
def claim(token: address, who: address) -> uint256:
    """
    @notice Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.
    @param token The token.
    @param who Whose claim; only they are paid.
    @return What was paid.
    """
    amount: uint256 = self.claimable[token][who]
    assert amount > 0, "claims: no claim"
    self.claimable[token][who] = 0
    self.liabilities[token] -= amount
    log ClaimPaid(token=token, who=who, amount=amount, claim_before=amount, claim_after=0)
    assert self._push(token, who, amount), "claims: transfer still refused"
    return amount


@internal
def _pull(token: address, payer: address, amount: uint256) -> uint256:
    """
    @dev Takes `amount` from the payer's allowance and owes what arrived: less where the token takes a fee, never
         more than asked. Only after the transfer is known what to book, so the using contract must hold the lock.
    """
    before: uint256 = staticcall IERC20(token).balanceOf(self)
    accepted: bool = extcall IERC20(token).transferFrom(payer, self, amount, default_return_value=True)
    assert accepted, "claims: transfer refused"
    balance: uint256 = staticcall IERC20(token).balanceOf(self)
    arrived: uint256 = min(amount, balance - min(balance, before))
    self.liabilities[token] += arrived
    return arrived


@internal
def _pull_exactly(token: address, payer: address, amount: uint256):
    """
    @dev For deals whose legs must add up to the unit: a token that takes a fee is refused.
    """
    arrived: uint256 = self._pull(token, payer, amount)
    assert arrived == amount, "claims: less arrived than was sent"


@internal
def _pay(id: bytes32, token: address, who: address, amount: uint256):
    """
    @dev Pays out of what is held for others, or credits a claim. Never reverts for the receiver's or the token's
         sake. Close your own books before you call it.
    """
    if amount == 0:
        return
    self.liabilities[token] -= amount
    if self._push(token, who, amount):
        return
    self.liabilities[token] += amount
    before: uint256 = self.claimable[token][who]
    self.claimable[token][who] = before + amount
    log ClaimCredited(
        id=id, token=token, who=who, amount=amount, claim_before=before, claim_after=before + amount
    )


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
