# pragma version 0.4.3
# pragma evm-version prague
"""
@title The digital currency
@license Apache-2.0
@notice Money issued by licensed issuers within quotas that the central bank grants. An ERC-20 token whose
        payments may carry a reference, whose pauses end by themselves, and whose freezes name a case and an
        amount and never reach money held in custody for others.
@dev    This contract calls no other contract, so nothing can re-enter it.
        Truths that hold after every transaction:
        sum of balances = totalSupply = total_minted - total_burned;
        for each issuer, minted_by <= quota + burned_by;
        total_minted and total_burned are the sums of minted_by and burned_by over issuers().
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from .interfaces import IECash
from .modules import erc20_core
from .modules import roles
from .modules import signatures

implements: IERC20
implements: IERC20Detailed
implements: IECash

initializes: erc20_core
initializes: roles

exports: (
    erc20_core.name,
    erc20_core.symbol,
    erc20_core.decimals,
    erc20_core.balanceOf,
    erc20_core.allowance,
    erc20_core.totalSupply,
    erc20_core.total_minted,
    erc20_core.total_burned,
    roles.admin,
    roles.proposed_admin,
)

MAX_DECIMALS: constant(uint8) = 18
MAX_ISSUERS: constant(uint256) = 256
MAX_GENESIS_CUSTODIANS: constant(uint256) = 16
# Far above any money supply, far below where sums of quotas could wrap.
MAX_QUOTA: constant(uint256) = 2**128
PAUSE_SECONDS: constant(uint256) = 72 * 60 * 60
VERSION: constant(String[8]) = "1"
PERMIT_TYPE: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)

nonces: public(HashMap[address, uint256])
quota: public(HashMap[address, uint256])
may_mint: public(HashMap[address, bool])
is_issuer: public(HashMap[address, bool])
minted_by: public(HashMap[address, uint256])
burned_by: public(HashMap[address, uint256])
issuer_list: DynArray[address, MAX_ISSUERS]
is_pauser: public(HashMap[address, bool])
is_freezer: public(HashMap[address, bool])
is_custodian: public(HashMap[address, bool])
paused_until: public(uint256)
frozen: public(HashMap[address, uint256])
# case -> account -> amount
frozen_in_case: public(HashMap[bytes32, HashMap[address, uint256]])

event TransferWithMemo:
    sender: indexed(address)
    receiver: indexed(address)
    memo: indexed(bytes32)
    value: uint256

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

event Paused:
    by: indexed(address)
    until: uint256

event Unpaused:
    by: indexed(address)

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

event PauserSet:
    account: indexed(address)
    allowed: bool

event FreezerSet:
    account: indexed(address)
    allowed: bool

event CustodianSet:
    account: indexed(address)
    listed: bool


@deploy
def __init__(
    name: String[32],
    symbol: String[16],
    decimals: uint8,
    admin: address,
    custodians: DynArray[address, MAX_GENESIS_CUSTODIANS],
):
    """
    @param name The currency's name; also part of what permits sign.
    @param symbol Its ticker.
    @param decimals How many decimals a major unit has: 2 for most money, 0 or 3 for some.
    @param admin The central bank. It appoints pausers and freezers and grants quotas; nobody else has a role.
    @param custodians Contracts known from the start to hold money for others (escrow).
    """
    assert admin != empty(address), "ecash: no admin"
    assert decimals <= MAX_DECIMALS, "ecash: too many decimals"
    erc20_core.__init__(name, symbol, decimals)
    roles.__init__(admin)
    for account: address in custodians:
        assert account != empty(address), "ecash: no custodian"
        self.is_custodian[account] = True
        log CustodianSet(account=account, listed=True)


# Payments


@external
def transfer(receiver: address, amount: uint256) -> bool:
    """
    @notice Pays `amount` of the caller's free money to `receiver`.
    @param receiver Who is paid.
    @param amount Minor units; zero is allowed, as ERC-20 asks.
    @return Always true: a refusal reverts with a reason.
    """
    self._pay(msg.sender, receiver, amount)
    return True


@external
def transferFrom(owner: address, receiver: address, amount: uint256) -> bool:
    """
    @notice Pays from `owner` within what the owner allowed the caller.
    @param owner Whose money moves.
    @param receiver Who is paid.
    @param amount Minor units.
    @return Always true: a refusal reverts with a reason.
    """
    assert amount <= erc20_core.allowance[owner][msg.sender], "ecash: more than was allowed"
    erc20_core._spend_allowance(owner, msg.sender, amount)
    self._pay(owner, receiver, amount)
    return True


@external
def transfer_with_memo(receiver: address, amount: uint256, memo: bytes32) -> bool:
    """
    @notice Pays like `transfer`, and records the payment reference so that it can be searched.
    @param receiver Who is paid.
    @param amount Minor units.
    @param memo The payment reference, travelling unchanged from order to bank statement.
    @return Always true: a refusal reverts with a reason.
    """
    self._pay(msg.sender, receiver, amount)
    log TransferWithMemo(sender=msg.sender, receiver=receiver, memo=memo, value=amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Allows `spender` to pay up to `amount` from the caller. Zero withdraws, and works in a pause too.
    @param spender Who may spend.
    @param amount Minor units; the largest number means without limit.
    @return Always true: a refusal reverts with a reason.
    """
    self._allow(msg.sender, spender, amount)
    return True


@external
def permit(owner: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32):
    """
    @notice Sets an allowance that `owner` signed off chain, so the owner needs no transaction of its own.
    @dev    https://eips.ethereum.org/EIPS/eip-2612
    @param owner Who signed.
    @param spender Who may spend.
    @param amount Minor units.
    @param deadline Last second at which the signature counts.
    @param v Recovery id, 27 or 28.
    @param r First half of the signature.
    @param s Second half, in its lower form.
    """
    assert block.timestamp <= deadline, "ecash: permit expired"
    nonce: uint256 = self.nonces[owner]
    message: bytes32 = keccak256(abi_encode(PERMIT_TYPE, owner, spender, amount, nonce, deadline))
    signer: address = signatures._signer(signatures._digest(self._domain(), message), v, r, s)
    assert signer == owner and owner != empty(address), "ecash: permit not signed by the owner"
    self.nonces[owner] = nonce + 1
    self._allow(owner, spender, amount)


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain of permits on this chain.
    @return The hash that every signed permit starts from.
    """
    return self._domain()


@external
@view
def eip712Domain() -> (bytes1, String[32], String[8], uint256, address, bytes32, DynArray[uint256, 1]):
    """
    @notice The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).
    @return Fields in use, name, version, chain id, contract, salt, extensions.
    """
    return (0x0f, erc20_core.name, VERSION, chain.id, self, empty(bytes32), [])


# Issue and redemption


@external
def set_quota(issuer: address, amount: uint256):
    """
    @notice Licenses an issuer to have up to `amount` issued and not redeemed. Central bank only.
    @dev    Never below what is already issued: to halt an issuer at once, use `stop_issuer`.
    @param issuer A bank.
    @param amount Minor units.
    """
    self._check_admin()
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
def stop_issuer(issuer: address):
    """
    @notice Halts an issuer's minting until a quota is granted anew. It can still redeem. Central bank only.
    @param issuer A bank that may mint.
    """
    self._check_admin()
    assert self.may_mint[issuer], "ecash: may not mint anyway"
    self.may_mint[issuer] = False
    log IssuerStopped(issuer=issuer)


@external
def mint(receiver: address, amount: uint256):
    """
    @notice Issues money within the caller's quota.
    @param receiver Who gets it.
    @param amount Minor units, more than zero.
    """
    assert self.may_mint[msg.sender], "ecash: not a licensed issuer"
    assert not self._is_paused(), "ecash: paused"
    self._check_receiver(receiver)
    assert amount > 0, "ecash: nothing to mint"
    assert amount <= self._headroom(msg.sender), "ecash: over the quota"
    minted: uint256 = self.minted_by[msg.sender] + amount
    self.minted_by[msg.sender] = minted
    erc20_core._mint(receiver, amount)
    log Minted(issuer=msg.sender, receiver=receiver, value=amount, minted_by_issuer=minted)


@external
def burn(amount: uint256):
    """
    @notice Redeems: destroys the calling issuer's own money and frees as much of its quota. Works in a pause.
    @param amount Minor units, more than zero.
    """
    assert self.is_issuer[msg.sender], "ecash: not an issuer"
    assert amount > 0, "ecash: nothing to burn"
    self._check_free(msg.sender, amount)
    burned: uint256 = self.burned_by[msg.sender] + amount
    self.burned_by[msg.sender] = burned
    erc20_core._burn(msg.sender, amount)
    log Burned(issuer=msg.sender, value=amount, burned_by_issuer=burned)


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


# Pause


@external
def pause():
    """
    @notice Halts payments and issue for 72 hours at most. Redemption, withdrawing allowances and payments out
            of custody contracts go on. Pausers only.
    """
    assert self.is_pauser[msg.sender], "ecash: not a pauser"
    assert not self._is_paused(), "ecash: already paused"
    self.paused_until = block.timestamp + PAUSE_SECONDS
    log Paused(by=msg.sender, until=self.paused_until)


@external
def unpause():
    """
    @notice Ends a pause early. Pausers and the central bank.
    """
    assert self.is_pauser[msg.sender] or roles._is_admin(msg.sender), "ecash: not a pauser"
    assert self._is_paused(), "ecash: not paused"
    self.paused_until = 0
    log Unpaused(by=msg.sender)


@external
@view
def paused() -> bool:
    """
    @notice Whether payments are halted now.
    @return True until the pause is lifted or ends by itself.
    """
    return self._is_paused()


# Freeze


@external
def freeze(account: address, amount: uint256, case_id: bytes32):
    """
    @notice Freezes part of an account's money under a case. More than the balance also binds what arrives.
            Freezers only.
    @param account Whose money; never a custody contract, which holds the money of others.
    @param amount Minor units, added to what is frozen already.
    @param case_id The order or court case this rests on.
    """
    assert self.is_freezer[msg.sender], "ecash: not a freezer"
    assert account != empty(address), "ecash: nobody to freeze"
    assert not self.is_custodian[account], "ecash: custody is never frozen"
    assert case_id != empty(bytes32), "ecash: no case"
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


@external
@view
def available(account: address) -> uint256:
    """
    @notice What an account can pay now, were the currency not paused.
    @param account Whose money.
    @return Its balance less what is frozen, never below zero.
    """
    return self._available(account)


# Roles


@external
def propose_admin(successor: address):
    """
    @notice Names a successor, who must accept. The zero address withdraws the proposal. Central bank only.
    @param successor The next admin.
    """
    self._check_admin()
    roles._propose(successor)


@external
def accept_admin():
    """
    @notice Takes over as admin. Only the proposed successor.
    """
    assert roles._accept(msg.sender), "ecash: not the proposed admin"


@external
def set_pauser(account: address, allowed: bool):
    """
    @notice Appoints or dismisses a pauser. Central bank only.
    @param account Who.
    @param allowed True to appoint.
    """
    self._check_admin()
    assert account != empty(address), "ecash: no account"
    self.is_pauser[account] = allowed
    log PauserSet(account=account, allowed=allowed)


@external
def set_freezer(account: address, allowed: bool):
    """
    @notice Appoints or dismisses a freezer. Central bank only.
    @param account Who.
    @param allowed True to appoint.
    """
    self._check_admin()
    assert account != empty(address), "ecash: no account"
    self.is_freezer[account] = allowed
    log FreezerSet(account=account, allowed=allowed)


@external
def set_custodian(account: address, listed: bool):
    """
    @notice Lists or delists a contract that holds money for others: beyond freezes, and able to pay its
            rightful parties in a pause. Central bank only.
    @param account The contract.
    @param listed True to list.
    """
    self._check_admin()
    if listed:
        assert account.is_contract and account != self, "ecash: not a custody contract"
        assert self.frozen[account] == 0, "ecash: has frozen money"
    self.is_custodian[account] = listed
    log CustodianSet(account=account, listed=listed)


@internal
def _pay(sender: address, receiver: address, amount: uint256):
    assert not self._is_paused() or self.is_custodian[sender], "ecash: paused"
    self._check_receiver(receiver)
    self._check_free(sender, amount)
    erc20_core._move(sender, receiver, amount)


@internal
def _allow(owner: address, spender: address, amount: uint256):
    assert amount == 0 or not self._is_paused(), "ecash: paused"
    erc20_core._approve(owner, spender, amount)


@internal
@view
def _check_admin():
    assert roles._is_admin(msg.sender), "ecash: not the admin"


@internal
@view
def _check_receiver(receiver: address):
    # Money sent to the token itself is the commonest way to lose it for good.
    assert receiver != empty(address) and receiver != self, "ecash: nobody to pay"


@internal
@view
def _check_free(owner: address, amount: uint256):
    assert amount <= erc20_core.balanceOf[owner], "ecash: more than the balance"
    assert amount <= self._available(owner), "ecash: money is frozen"


@internal
@view
def _available(account: address) -> uint256:
    balance: uint256 = erc20_core.balanceOf[account]
    return balance - min(balance, self.frozen[account])


@internal
@view
def _headroom(issuer: address) -> uint256:
    return self.quota[issuer] + self.burned_by[issuer] - self.minted_by[issuer]


@internal
@view
def _is_paused() -> bool:
    return block.timestamp < self.paused_until


@internal
@view
def _domain() -> bytes32:
    return signatures._domain(erc20_core.name, VERSION)
