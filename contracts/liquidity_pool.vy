# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A pool of money in shares, whose yield is interest paid in (ERC-4626)
@license Apache-2.0
@notice Depositors put money in and get shares; whoever uses the standing liquidity pays interest in, which reaches
        the shares evenly over a week, so that nobody gains by coming for a moment; in its last week the pool takes
        neither deposits nor interest, so that nobody does by coming late. The money never leaves but to
        depositors: it is not lent on, withdrawals have no pause, and nobody can stop them, but for a case under which
        the currency has frozen a depositor's claims: then its shares stay where they are until the case is over.
        Who disappears: depositors' shares stay theirs; after the pool's end anyone can send each depositor its
        money. A contract that holds shares for others pays its parties in shares first, and they are sent theirs.
        What no share owns (interest nobody earned, fractions of units) goes to the operator then, whoever still has
        shares. No role can take what backs a share.
@dev    Truths that hold after every transaction: the assets behind a share never fall; all shares together are worth
        at most `cash`; liabilities(asset) = cash + sum of claims <= the asset's balance of this contract.
        All rounding is in the pool's favour. A thousand shares and one unit that nobody owns stand in every
        conversion: to make a first depositor's shares dear costs the attacker more than it can take. Money sent here
        without a call counts for nothing. A deposit's id is the depositor's address in 32 bytes.
        https://eips.ethereum.org/EIPS/eip-4626
"""

from ethereum.ercs import IERC20Detailed
from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import erc20_core
from .modules import questions
from .modules import split

implements: ICustody

initializes: claims
initializes: erc20_core

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    erc20_core.name,
    erc20_core.symbol,
    erc20_core.decimals,
    erc20_core.balanceOf,
    erc20_core.allowance,
    erc20_core.totalSupply,
)

VIRTUAL_SHARES: constant(uint256) = 1_000
VIRTUAL_ASSETS: constant(uint256) = 1
VIRTUAL_DECIMALS: constant(uint8) = 3
MAX_SHARES: constant(uint256) = split.MAX_AMOUNT * VIRTUAL_SHARES
DRIP_SECONDS: constant(uint256) = 7 * deadlines.DAY_SECONDS

asset: public(immutable(address))
operator: public(immutable(address))
ends: public(immutable(uint256))

# Everything here but claims.
cash: public(uint256)
# What the operator got while there were shares: it goes on counting in their worth, which so stays the same.
settled: public(uint256)
# Interest that was not yet the shares' when it was last counted, and between which seconds it becomes theirs.
dripping: public(uint256)
drip_starts: public(uint256)
drip_ends: public(uint256)

event Deposit:
    sender: indexed(address)
    owner: indexed(address)
    assets: uint256
    shares: uint256

event Withdraw:
    sender: indexed(address)
    receiver: indexed(address)
    owner: indexed(address)
    assets: uint256
    shares: uint256

event InterestPaid:
    id: indexed(bytes32)
    payer: indexed(address)
    amount: uint256
    drip_ends: uint256
    memo: bytes32

# With every movement of money: for whose deposit, and all the pool's cash.
event Held:
    id: indexed(bytes32)
    held_before: uint256
    held_after: uint256


@deploy
def __init__(name: String[32], symbol: String[16], money: address, operating: address, last_second: uint256):
    """
    @notice A pool.
    @param name The name of its shares.
    @param symbol Their symbol.
    @param money The ERC-20 token it holds.
    @param operating Who gets what no share owns when the pool has ended.
    @param last_second The pool's end, more than a week and at most ten years ahead; deposits and interest are taken
           until a week before it.
    """
    assert operating not in [empty(address), self], "liquidity_pool: not an operator"
    assert money.is_contract and money != self, "liquidity_pool: not a token"
    deadlines._check_ahead(last_second)
    assert last_second > block.timestamp + DRIP_SECONDS, "liquidity_pool: ends too soon"
    erc20_core.__init__(name, symbol, staticcall IERC20Detailed(money).decimals() + VIRTUAL_DECIMALS)
    asset = money
    operator = operating
    ends = last_second


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Puts `assets` in from the caller's allowance.
    @param assets Minor units; a token that takes a fee is refused.
    @param receiver Who gets the shares.
    @return The shares.
    """
    assert assets <= self._room(), "liquidity_pool: out of range"
    return self._deposit(receiver, assets, self._shares_down(assets))


@external
def mint(shares: uint256, receiver: address) -> uint256:
    """
    @notice Puts in what so many shares cost.
    @param shares How many.
    @param receiver Who gets them.
    @return What was paid in, in minor units.
    """
    assert shares <= MAX_SHARES, "liquidity_pool: out of range"
    assets: uint256 = self._assets_up(shares)
    assert assets <= self._room(), "liquidity_pool: out of range"
    self._deposit(receiver, assets, shares)
    return assets


@external
def withdraw(assets: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Takes `assets` out. The owner of the shares, or whom it allowed. At any time, unless its claims are frozen.
    @param assets Minor units.
    @param receiver Who gets them; a token that refuses the receiver refuses the withdrawal.
    @param owner Whose shares are burned.
    @return The shares.
    """
    assert assets <= self.cash, "liquidity_pool: too few shares"
    shares: uint256 = self._shares_up(assets)
    self._withdraw(receiver, owner, assets, shares)
    return shares


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Takes out what so many shares are worth. The owner of the shares, or whom it allowed. At any time, unless
            its claims are frozen.
    @param shares How many.
    @param receiver Who gets the money.
    @param owner Whose shares are burned.
    @return What was paid, in minor units.
    """
    assert shares <= erc20_core.balanceOf[owner], "liquidity_pool: too few shares"
    assets: uint256 = self._assets_down(shares)
    self._withdraw(receiver, owner, assets, shares)
    return assets


@external
def pay_interest(amount: uint256, memo: bytes32):
    """
    @notice Pays interest in from an allowance. It becomes the shares' evenly over a week; what was still on its way
            keeps its pace on average. Anyone, up to a week before the pool's end, while there are shares.
    @param amount Minor units.
    @param memo What it is for: the payer's reference.
    """
    assert amount > 0, "liquidity_pool: no amount"
    assert amount <= self._room(), "liquidity_pool: out of range"
    assert self._supply() > 0, "liquidity_pool: nobody to earn it"
    waiting: uint256 = self._dripping()
    # Weighed by amount and rounded down, so that small payments, however many, cannot hold back a large one; the
    # mean is never less than the time that was left.
    seconds: uint256 = amount * DRIP_SECONDS
    if waiting > 0:
        seconds += waiting * (self.drip_ends - block.timestamp)
    self.dripping = waiting + amount
    self.drip_starts = block.timestamp
    self.drip_ends = block.timestamp + seconds // (waiting + amount)
    log InterestPaid(
        id=self._id(msg.sender), payer=msg.sender, amount=amount, drip_ends=self.drip_ends, memo=memo
    )
    self._book(msg.sender, self.cash + amount)
    claims._pull_exactly(asset, msg.sender, amount)


@external
def exit(id: bytes32):
    """
    @notice Sends a depositor what its shares are worth, and the operator also what no share owns. Anyone, after the
            pool's end. Not a contract that owes shares to others: it must pay its parties first.
    @param id The depositor's or the operator's address in 32 bytes.
    """
    assert deadlines._has_passed(ends), "liquidity_pool: has not ended"
    account: address = self._account(id)
    shares: uint256 = erc20_core.balanceOf[account]
    assets: uint256 = self._held(account)
    assert shares > 0 or assets > 0, "liquidity_pool: nothing held"
    # Its parties would never see the money: it books what it owes them in shares.
    assert not questions._owes(account, self), "liquidity_pool: custody pays out itself"
    self.settled += self._rest(account)
    erc20_core._burn(account, shares)
    log Withdraw(sender=msg.sender, receiver=account, owner=account, assets=assets, shares=shares)
    self._book(account, self.cash - assets)
    claims._pay(id, asset, account, assets)


@external
def transfer(receiver: address, amount: uint256) -> bool:
    """
    @notice Moves shares, unless the caller's claims are frozen.
    @param receiver Who gets them.
    @param amount How many.
    @return True.
    """
    self._move(msg.sender, receiver, amount)
    return True


@external
def transferFrom(owner: address, receiver: address, amount: uint256) -> bool:
    """
    @notice Moves shares of an owner who allowed it, unless the owner's claims are frozen.
    @param owner Whose shares.
    @param receiver Who gets them.
    @param amount How many.
    @return True.
    """
    self._spend(owner, amount)
    self._move(owner, receiver, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Lets a spender move or redeem the caller's shares.
    @param spender Who.
    @param amount How many; the largest number is no limit.
    @return True.
    """
    erc20_core._approve(msg.sender, spender, amount)
    return True


@external
@view
def totalAssets() -> uint256:
    """
    @notice What is behind the shares now.
    @return Minor units: all cash but the interest that is still on its way.
    """
    return self._total()


@external
@view
def convertToShares(assets: uint256) -> uint256:
    """
    @notice Shares for an amount, rounded down.
    @param assets Minor units.
    @return Shares.
    """
    return self._shares_down(assets)


@external
@view
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice What shares are worth, rounded down.
    @param shares How many.
    @return Minor units.
    """
    return self._assets_down(shares)


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice The most that can be put in now.
    @param receiver Anyone.
    @return Minor units; zero from a week before the pool's end.
    """
    return self._room()


@external
@view
def maxMint(receiver: address) -> uint256:
    """
    @notice The most shares that can be had now.
    @param receiver Anyone.
    @return Shares; zero from a week before the pool's end.
    """
    return self._shares_down(self._room())


@external
@view
def maxWithdraw(owner: address) -> uint256:
    """
    @notice The most that an owner can take out now.
    @param owner Whose shares.
    @return Minor units; zero while its claims are frozen.
    """
    return 0 if questions._claims_are_frozen(asset, owner) else self._assets_down(erc20_core.balanceOf[owner])


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice The most shares that an owner can give back now: all.
    @param owner Whose shares.
    @return Shares; zero where they are worth less than a unit, and while the owner's claims are frozen.
    """
    shares: uint256 = erc20_core.balanceOf[owner]
    return 0 if self._assets_down(shares) == 0 or questions._claims_are_frozen(asset, owner) else shares


@external
@view
def previewDeposit(assets: uint256) -> uint256:
    """
    @notice The shares that a deposit would give now.
    @param assets Minor units.
    @return Shares, rounded down.
    """
    return self._shares_down(assets)


@external
@view
def previewMint(shares: uint256) -> uint256:
    """
    @notice What so many shares would cost now.
    @param shares How many.
    @return Minor units, rounded up.
    """
    return self._assets_up(shares)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice The shares that a withdrawal would burn now.
    @param assets Minor units.
    @return Shares, rounded up.
    """
    return self._shares_up(assets)


@external
@view
def previewRedeem(shares: uint256) -> uint256:
    """
    @notice What so many shares would pay now.
    @param shares How many.
    @return Minor units, rounded down.
    """
    return self._assets_down(shares)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a depositor's shares are worth now; of the operator, after the pool's end, also what no share owns.
    @param id The depositor's or the operator's address in 32 bytes.
    @return Minor units.
    """
    return self._held(self._account(id))


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may send a depositor its money.
    @param id Whichever: the end is the same for all.
    @return The pool's end, in seconds since 1970.
    """
    return ends


@internal
def _deposit(receiver: address, assets: uint256, shares: uint256) -> uint256:
    assert receiver not in [empty(address), self], "liquidity_pool: not a receiver"
    assert shares > 0, "liquidity_pool: less than a share"
    erc20_core._mint(receiver, shares)
    log Deposit(sender=msg.sender, owner=receiver, assets=assets, shares=shares)
    self._book(receiver, self.cash + assets)
    claims._pull_exactly(asset, msg.sender, assets)
    return shares


@internal
def _withdraw(receiver: address, owner: address, assets: uint256, shares: uint256):
    assert receiver not in [empty(address), self], "liquidity_pool: not a receiver"
    assert assets > 0, "liquidity_pool: no amount"
    assert shares <= erc20_core.balanceOf[owner], "liquidity_pool: too few shares"
    assert not questions._claims_are_frozen(asset, owner), "liquidity_pool: claims are frozen"
    if msg.sender != owner:
        self._spend(owner, shares)
    erc20_core._burn(owner, shares)
    log Withdraw(sender=msg.sender, receiver=receiver, owner=owner, assets=assets, shares=shares)
    self._book(owner, self.cash - assets)
    claims.liabilities[asset] -= assets
    # A caller who is here gets its money or keeps its shares; only `exit` leaves a claim.
    assert claims._push(asset, receiver, assets), "liquidity_pool: transfer refused"


@internal
def _move(owner: address, receiver: address, amount: uint256):
    assert receiver not in [empty(address), self], "liquidity_pool: not a receiver"
    assert amount <= erc20_core.balanceOf[owner], "liquidity_pool: too few shares"
    assert not questions._claims_are_frozen(asset, owner), "liquidity_pool: claims are frozen"
    erc20_core._move(owner, receiver, amount)


@internal
def _spend(owner: address, shares: uint256):
    assert shares <= erc20_core.allowance[owner][msg.sender], "liquidity_pool: not allowed"
    erc20_core._spend_allowance(owner, msg.sender, shares)


@internal
def _book(account: address, cash: uint256):
    log Held(id=self._id(account), held_before=self.cash, held_after=cash)
    self.cash = cash


@internal
@view
def _dripping() -> uint256:
    """
    @dev Rounded up: what is not certainly the shares' is not counted as theirs.
    """
    if block.timestamp >= self.drip_ends:
        return 0
    whole: uint256 = self.drip_ends - self.drip_starts
    return (self.dripping * (self.drip_ends - block.timestamp) + whole - 1) // whole


@internal
@view
def _supply() -> uint256:
    return erc20_core.total_minted - erc20_core.total_burned


@internal
@view
def _total() -> uint256:
    return self.cash - self._dripping()


@internal
@view
def _room() -> uint256:
    # All that was paid in has reached the shares by the pool's end, in its time.
    if deadlines._has_passed(ends - DRIP_SECONDS):
        return 0
    return split.MAX_AMOUNT - self.cash


@internal
@view
def _all_shares() -> uint256:
    """
    @dev With those that nobody owns; together they stand for `_all_assets`.
    """
    return self._supply() + VIRTUAL_SHARES


@internal
@view
def _all_assets() -> uint256:
    return self._total() + self.settled + VIRTUAL_ASSETS


@internal
@view
def _shares_down(assets: uint256) -> uint256:
    return assets * self._all_shares() // self._all_assets()


@internal
@view
def _shares_up(assets: uint256) -> uint256:
    whole: uint256 = self._all_assets()
    return (assets * self._all_shares() + whole - 1) // whole


@internal
@view
def _assets_down(shares: uint256) -> uint256:
    return shares * self._all_assets() // self._all_shares()


@internal
@view
def _assets_up(shares: uint256) -> uint256:
    whole: uint256 = self._all_shares()
    return (shares * self._all_assets() + whole - 1) // whole


@internal
@view
def _held(account: address) -> uint256:
    return self._assets_down(erc20_core.balanceOf[account]) + self._rest(account)


@internal
@view
def _rest(account: address) -> uint256:
    """
    @dev What no share owns, if the account is the operator's and the pool has ended: all but what the shares that
         are left are worth together, which is never more than the cash.
    """
    if account != operator or not deadlines._has_passed(ends):
        return 0
    return self.cash - self._assets_up(self._supply())


@internal
@pure
def _id(account: address) -> bytes32:
    return convert(convert(account, uint256), bytes32)


@internal
@pure
def _account(id: bytes32) -> address:
    number: uint256 = convert(id, uint256)
    assert number <= convert(max_value(uint160), uint256), "liquidity_pool: not an account"
    return convert(convert(number, uint160), address)
