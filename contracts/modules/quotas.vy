# pragma version 0.4.3
# pragma evm-version prague
"""
@title Issuers and their quotas
@license Apache-2.0
@notice The central bank licenses issuers to have so much issued and not redeemed. An issuer that is halted can still
        redeem; one whose key is lost keeps what it issued in circulation, and others may redeem it.
@dev    For each issuer, always: minted_by <= quota + burned_by.
"""

from . import roles

uses: roles

MAX_ISSUERS: constant(uint256) = 256
# Far above any money supply, far below where sums of quotas could wrap.
MAX_QUOTA: constant(uint256) = 2**128

quota: public(HashMap[address, uint256])
may_mint: public(HashMap[address, bool])
is_issuer: public(HashMap[address, bool])
minted_by: public(HashMap[address, uint256])
burned_by: public(HashMap[address, uint256])
issuer_list: DynArray[address, MAX_ISSUERS]

event QuotaSet:
    issuer: indexed(address)
    quota_before: uint256
    quota_after: uint256

event IssuerStopped:
    issuer: indexed(address)

event Minted:
    issuer: indexed(address)
    receiver: indexed(address)
    value: uint256
    minted_by_issuer: uint256

event Burned:
    issuer: indexed(address)
    value: uint256
    burned_by_issuer: uint256


@external
@nonreentrant
def set_quota(issuer: address, amount: uint256):
    """
    @notice Licenses an issuer to have up to `amount` issued and not redeemed. Central bank only.
    @dev    Never below what is already issued: to halt an issuer at once, use `stop_issuer`.
    @param issuer A bank.
    @param amount Minor units.
    """
    roles._check_admin()
    assert issuer != empty(address), "ecash: no issuer"
    assert amount <= MAX_QUOTA, "ecash: quota out of range"
    assert self.minted_by[issuer] <= amount + self.burned_by[issuer], "ecash: quota below what is issued"
    if not self.is_issuer[issuer]:
        assert len(self.issuer_list) < MAX_ISSUERS, "ecash: too many issuers"
        self.is_issuer[issuer] = True
        self.issuer_list.append(issuer)
    log QuotaSet(issuer=issuer, quota_before=self.quota[issuer], quota_after=amount)
    self.quota[issuer] = amount
    self.may_mint[issuer] = True


@external
@nonreentrant
def stop_issuer(issuer: address):
    """
    @notice Halts an issuer's minting until a quota is granted anew. It can still redeem. Central bank only.
    @param issuer A bank that may mint.
    """
    roles._check_admin()
    assert self.may_mint[issuer], "ecash: may not mint anyway"
    self.may_mint[issuer] = False
    log IssuerStopped(issuer=issuer)


@external
@view
def issuers() -> DynArray[address, MAX_ISSUERS]:
    """
    @notice Every issuer that ever had a quota, so that an auditor can add up without reading logs.
    @return Their addresses, in the order they were licensed.
    """
    return self.issuer_list


@external
@view
def headroom(issuer: address) -> uint256:
    """
    @notice What an issuer may still mint.
    @param issuer A bank.
    @return Minor units; zero for one that may not mint.
    """
    if not self.may_mint[issuer]:
        return 0
    return self._headroom(issuer)


@internal
@view
def _check_may_mint(issuer: address, amount: uint256):
    assert self.may_mint[issuer], "ecash: not a licensed issuer"
    assert amount > 0, "ecash: nothing to mint"
    assert amount <= self._headroom(issuer), "ecash: over the quota"


@internal
def _note_minted(issuer: address, receiver: address, amount: uint256):
    minted: uint256 = self.minted_by[issuer] + amount
    self.minted_by[issuer] = minted
    log Minted(issuer=issuer, receiver=receiver, value=amount, minted_by_issuer=minted)


@internal
def _note_burned(issuer: address, amount: uint256):
    assert self.is_issuer[issuer], "ecash: not an issuer"
    assert amount > 0, "ecash: nothing to burn"
    burned: uint256 = self.burned_by[issuer] + amount
    self.burned_by[issuer] = burned
    log Burned(issuer=issuer, value=amount, burned_by_issuer=burned)


@internal
@view
def _headroom(issuer: address) -> uint256:
    return self.quota[issuer] + self.burned_by[issuer] - self.minted_by[issuer]
