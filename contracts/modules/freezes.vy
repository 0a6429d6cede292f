# pragma version 0.4.3
# pragma evm-version prague
"""
@title Freezes that name a case and an amount
@license Apache-2.0
@notice Freezers bind part of an account's money under a case, and leave the rest free. Custody contracts are beyond
        it: what a party is owed there is bound by freezing its claims instead. Then a custody contract's payment to
        that party is refused, and becomes a claim that waits there until the case is lifted.
@dev    frozen(a) is the sum of frozen_in_case(c, a) over all cases c.
"""

from . import custody
from . import erc20_core
from . import roles

uses: custody
uses: erc20_core
uses: roles

is_freezer: public(HashMap[address, bool])
frozen: public(HashMap[address, uint256])
# case -> account -> amount
frozen_in_case: public(HashMap[bytes32, HashMap[address, uint256]])
# How many cases bind a party's claims.
claims_frozen: public(HashMap[address, uint256])
claims_frozen_in_case: public(HashMap[bytes32, HashMap[address, bool]])

event Frozen:
    case_id: indexed(bytes32)
    account: indexed(address)
    by: indexed(address)
    value: uint256
    frozen_before: uint256
    frozen_after: uint256

event Unfrozen:
    case_id: indexed(bytes32)
    account: indexed(address)
    by: indexed(address)
    value: uint256
    frozen_before: uint256
    frozen_after: uint256

event ClaimsFrozen:
    case_id: indexed(bytes32)
    party: indexed(address)
    by: indexed(address)

event ClaimsUnfrozen:
    case_id: indexed(bytes32)
    party: indexed(address)
    by: indexed(address)

event FreezerSet:
    account: indexed(address)
    allowed: bool


@external
@nonreentrant
def freeze(account: address, amount: uint256, case_id: bytes32):
    """
    @notice Freezes part of an account's money under a case. More than the balance also binds what arrives.
            Freezers only.
    @param account Whose money; never a custody contract, which holds the money of others.
    @param amount Minor units, added to what is frozen already.
    @param case_id The order or court case this rests on.
    """
    self._check_freezer(account, case_id)
    assert amount > 0, "ecash: nothing to freeze"
    before: uint256 = self.frozen[account]
    assert amount <= max_value(uint256) - before, "ecash: frozen amount out of range"
    self.frozen[account] = before + amount
    self.frozen_in_case[case_id][account] += amount
    log Frozen(
        case_id=case_id,
        account=account,
        by=msg.sender,
        value=amount,
        frozen_before=before,
        frozen_after=before + amount,
    )


@external
@nonreentrant
def unfreeze(account: address, amount: uint256, case_id: bytes32):
    """
    @notice Frees what was frozen under a case, in part or in full. Freezers only.
    @param account Whose money.
    @param amount Minor units, at most what this case froze.
    @param case_id The case.
    """
    assert self.is_freezer[msg.sender], "ecash: not a freezer"
    assert amount > 0, "ecash: nothing to unfreeze"
    assert amount <= self.frozen_in_case[case_id][account], "ecash: more than the case froze"
    self._unfreeze(account, amount, case_id)


@external
@nonreentrant
def freeze_claims(party: address, case_id: bytes32):
    """
    @notice Binds what custody contracts owe a party: payments out of them to it are refused, and wait there as
            claims. Freezers only.
    @param party Whose claims; no custody contract.
    @param case_id The case.
    """
    self._check_freezer(party, case_id)
    assert not self.claims_frozen_in_case[case_id][party], "ecash: frozen in this case"
    self.claims_frozen_in_case[case_id][party] = True
    self.claims_frozen[party] += 1
    log ClaimsFrozen(case_id=case_id, party=party, by=msg.sender)


@external
@nonreentrant
def unfreeze_claims(party: address, case_id: bytes32):
    """
    @notice Lifts one case from a party's claims; they can be claimed when no other stands. Freezers only.
    @param party Whose claims.
    @param case_id The case.
    """
    assert self.is_freezer[msg.sender], "ecash: not a freezer"
    assert self.claims_frozen_in_case[case_id][party], "ecash: not frozen in this case"
    self.claims_frozen_in_case[case_id][party] = False
    self.claims_frozen[party] -= 1
    log ClaimsUnfrozen(case_id=case_id, party=party, by=msg.sender)


@external
@nonreentrant
def set_freezer(account: address, allowed: bool):
    """
    @notice Appoints or dismisses a freezer. Central bank only.
    @param account Who.
    @param allowed True to appoint.
    """
    roles._check_admin()
    assert account != empty(address), "ecash: no account"
    self.is_freezer[account] = allowed
    log FreezerSet(account=account, allowed=allowed)


@external
@view
def available(account: address) -> uint256:
    """
    @notice What an account can pay now, were there neither pause nor policy.
    @param account Whose money.
    @return Its balance less what is frozen, never below zero.
    """
    return self._available(account)


@internal
def _unfreeze(account: address, amount: uint256, case_id: bytes32):
    before: uint256 = self.frozen[account]
    self.frozen_in_case[case_id][account] -= amount
    self.frozen[account] = before - amount
    log Unfrozen(
        case_id=case_id,
        account=account,
        by=msg.sender,
        value=amount,
        frozen_before=before,
        frozen_after=before - amount,
    )


@internal
@view
def _available(account: address) -> uint256:
    balance: uint256 = erc20_core.balanceOf[account]
    bound: uint256 = self.frozen[account]
    # A contract frozen before it was listed as custody is free again: its money is that of others.
    if bound == 0 or custody._was_custodian(account):
        return balance
    return balance - min(balance, bound)


@internal
@view
def _check_freezer(account: address, case_id: bytes32):
    assert self.is_freezer[msg.sender], "ecash: not a freezer"
    assert account != empty(address), "ecash: nobody to freeze"
    assert not custody._was_custodian(account), "ecash: custody is never frozen"
    assert case_id != empty(bytes32), "ecash: no case"
