# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A bank's own money: deposits backed by reserves in the digital currency
@license Apache-2.0
@notice One contract for each bank. Clients whose account the bank opened pay currency in and hold as much bank money,
        an ERC-20 token that moves between the bank's clients; they pay it out again whenever they like. The currency
        behind it stays here, and leaves only against bank money that is given up for it. The bank can lend only by
        creating deposits, while the reserves cover the ratio fixed at deployment; 10,000 basis points allow no lending
        at all. With less, what is lent may be paid out by the borrower like any deposit: that is what lending is. To a
        client of another bank money goes through the clearing contract: burnt here, reserves moved, minted there.
        If the bank disappears: its clients still pay out and transfer. Its licence ends on a date that is always at
        most ten years away; from the next second anyone can pay every client its share of the reserves.
@dev    Truths that hold after every transaction:
        while the licence runs, sum of balances = totalSupply = reserves + lent - repaid; at a ratio of 100 % lent is
        0 and every unit is covered; liabilities(currency) = reserves + sum of claims <= the currency's balance of
        this contract.
        The id of an account in `held` and `exit` is its address, left-padded to 32 bytes. At a ratio below 100 %
        reserves may run short, and then payments out are refused until the licence ends and shares are equal.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from .interfaces import IBankMoney
from .interfaces import IClearing
from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import erc20_core
from .modules import questions
from .modules import roles
from .modules import split

implements: IERC20
implements: IERC20Detailed
implements: IBankMoney
implements: ICustody

initializes: claims
initializes: erc20_core
initializes: roles

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
    erc20_core.total_minted,
    erc20_core.total_burned,
    roles.admin,
    roles.proposed_admin,
)

struct Account:
    is_open: bool
    is_custody: bool
    frozen: uint256

# Time to pay out before the licence ends, however early the supervisor ends it.
NOTICE_SECONDS: constant(uint256) = 7 * 24 * 60 * 60

money: public(immutable(address))
clearing: public(immutable(address))
supervisor: public(immutable(address))
# Basis points of the deposits that reserves must cover for the bank to lend.
reserve_ratio: public(immutable(uint256))

compliance: public(address)
licensed_until: public(uint256)
reserves: public(uint256)
lent: public(uint256)
repaid: public(uint256)
accounts: HashMap[address, Account]
# Whoever ever had an account: custody may pay it what it holds for it, though the bank has closed the account since.
was_client: public(HashMap[address, bool])
# case -> account -> amount
frozen_in_case: public(HashMap[bytes32, HashMap[address, uint256]])

event AccountOpened:
    id: indexed(bytes32)
    account: indexed(address)
    is_custody: bool

event AccountClosed:
    id: indexed(bytes32)
    account: indexed(address)

event Deposited:
    id: indexed(bytes32)
    account: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Withdrawn:
    id: indexed(bytes32)
    account: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event SentOut:
    id: indexed(bytes32)
    account: indexed(address)
    to_bank: indexed(address)
    payee: address
    value: uint256
    held_before: uint256
    held_after: uint256

event CreditedIn:
    id: indexed(bytes32)
    account: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event CreditedBack:
    id: indexed(bytes32)
    account: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Lent:
    id: indexed(bytes32)
    account: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Repaid:
    id: indexed(bytes32)
    account: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event PaidOut:
    id: indexed(bytes32)
    account: indexed(address)
    burned: uint256
    value: uint256
    held_before: uint256
    held_after: uint256

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

event LicenceSet:
    supervisor: indexed(address)
    until_before: uint256
    until_after: uint256

event ComplianceSet:
    account: indexed(address)


@deploy
def __init__(
    name: String[32],
    symbol: String[16],
    currency: address,
    clearing_contract: address,
    bank: address,
    central_bank: address,
    ratio: uint256,
    licence_ends: uint256,
):
    """
    @param name The bank's money, by name.
    @param symbol Its ticker.
    @param currency The digital currency that reserves are kept in; the decimals are the same.
    @param clearing_contract Where transfers to other banks are cleared (interbank_swap).
    @param bank Who opens accounts, lends and accepts transfers; it appoints the compliance officer.
    @param central_bank Who sets how long the licence runs, and can do nothing else.
    @param ratio Basis points of deposits that reserves must cover for lending; 10,000 means that none is possible.
    @param licence_ends Last second of the licence; at most ten years ahead.
    """
    assert currency.is_contract, "deposit_token: no currency"
    assert empty(address) not in [clearing_contract, bank, central_bank], "deposit_token: no role"
    assert ratio > 0 and ratio <= split.BASIS_POINTS, "deposit_token: ratio out of range"
    deadlines._check_ahead(licence_ends)
    erc20_core.__init__(name, symbol, staticcall IERC20Detailed(currency).decimals())
    roles.__init__(bank)
    money = currency
    clearing = clearing_contract
    supervisor = central_bank
    reserve_ratio = ratio
    self.licensed_until = licence_ends
    log LicenceSet(supervisor=central_bank, until_before=0, until_after=licence_ends)


# Payments


@external
def deposit(amount: uint256):
    """
    @notice Pays currency in and gets as much bank money. Clients only, while the licence runs.
    @param amount Minor units, from an allowance given to this contract.
    """
    self._check_licensed()
    self._check_account(msg.sender)
    assert amount > 0, "deposit_token: no amount"
    held: uint256 = self._held(msg.sender)
    claims._pull_exactly(money, msg.sender, amount)
    # The lock of this file keeps all else out until the money is counted.
    self.reserves += amount
    erc20_core._mint(msg.sender, amount)
    log Deposited(
        id=self._id(msg.sender), account=msg.sender, value=amount, held_before=held, held_after=self._held(msg.sender)
    )


@external
def withdraw(amount: uint256):
    """
    @notice Pays bank money out as currency, at par. Whoever holds it, while the licence runs; then see `exit`.
    @param amount Minor units of free money.
    """
    self._check_licensed()
    held: uint256 = self._held(msg.sender)
    self._give_up(msg.sender, amount)
    log Withdrawn(
        id=self._id(msg.sender), account=msg.sender, value=amount, held_before=held, held_after=self._held(msg.sender)
    )
    claims._pay(self._id(msg.sender), money, msg.sender, amount)


@external
def transfer(receiver: address, amount: uint256) -> bool:
    """
    @notice Pays another client of this bank; custody pays a former one too.
    @param receiver Who is paid.
    @param amount Minor units of free money; zero is allowed, as ERC-20 asks.
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
    assert amount <= erc20_core.allowance[owner][msg.sender], "deposit_token: more than allowed"
    erc20_core._spend_allowance(owner, msg.sender, amount)
    self._pay(owner, receiver, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Allows `spender` to pay up to `amount` from the caller.
    @param spender Who may spend.
    @param amount Minor units; the largest number means without limit.
    @return Always true: a refusal reverts with a reason.
    """
    erc20_core._approve(msg.sender, spender, amount)
    return True


@external
def transfer_out(to_bank: address, payee: address, amount: uint256, deadline: uint256, reference: bytes32) -> bytes32:
    """
    @notice Pays a client of another bank: burns here and sends the reserves to clearing, where the other bank
            accepts. What it does not accept in time comes back.
    @param to_bank The other bank's money contract.
    @param payee Who is to be paid there.
    @param amount Minor units of free money.
    @param deadline Last second for acceptance.
    @param reference The payment reference.
    @return The transfer's id at the clearing contract.
    """
    self._check_licensed()
    held: uint256 = self._held(msg.sender)
    self._give_up(msg.sender, amount)
    claims.liabilities[money] -= amount
    approved: bool = extcall IERC20(money).approve(clearing, amount, default_return_value=True)
    assert approved, "deposit_token: approval refused"
    id: bytes32 = extcall IClearing(clearing).open(msg.sender, to_bank, payee, amount, deadline, reference)
    log SentOut(
        id=id,
        account=msg.sender,
        to_bank=to_bank,
        payee=payee,
        value=amount,
        held_before=held,
        held_after=self._held(msg.sender),
    )
    return id


@external
def credit_in(id: bytes32, payee: address, amount: uint256):
    """
    @notice Takes the reserves of a transfer from another bank and mints its money to the payee. Clearing only.
    @param id The transfer.
    @param payee A client of this bank.
    @param amount Minor units.
    """
    self._check_account(payee)
    held: uint256 = self._held(payee)
    self._credit(payee, amount)
    log CreditedIn(id=id, account=payee, value=amount, held_before=held, held_after=self._held(payee))


@external
def credit_back(id: bytes32, client: address, amount: uint256):
    """
    @notice Takes back the reserves of a transfer that was not accepted and mints the money again. Clearing only.
    @param id The transfer.
    @param client Who had sent it.
    @param amount Minor units.
    """
    held: uint256 = self._held(client)
    self._credit(client, amount)
    log CreditedBack(id=id, account=client, value=amount, held_before=held, held_after=self._held(client))


@external
def repay(amount: uint256):
    """
    @notice Pays a loan back by giving bank money up. Whoever holds it.
    @param amount Minor units of free money, at most what is lent and not repaid.
    """
    self._check_licensed()
    assert amount > 0, "deposit_token: no amount"
    assert amount <= self.lent - self.repaid, "deposit_token: more than is lent"
    self._check_free(msg.sender, amount)
    held: uint256 = self._held(msg.sender)
    self.repaid += amount
    erc20_core._burn(msg.sender, amount)
    log Repaid(
        id=self._id(msg.sender), account=msg.sender, value=amount, held_before=held, held_after=self._held(msg.sender)
    )


# The bank


@external
def open_account(account: address, is_custody: bool):
    """
    @notice Takes a client whom the bank has identified. The bank only.
    @param account Who.
    @param is_custody Whether it is a contract that holds money for others: then it is never frozen, and pays out its
           own parties instead of being paid out. One that the currency's directory ever listed is so in any case.
    """
    self._check_bank()
    assert account not in [empty(address), self], "deposit_token: nobody"
    assert not self.accounts[account].is_open, "deposit_token: account is open"
    assert account.is_contract or not is_custody, "deposit_token: not a custody contract"
    assert self.accounts[account].frozen == 0 or not is_custody, "deposit_token: has frozen money"
    self.accounts[account].is_open = True
    self.accounts[account].is_custody = is_custody
    self.was_client[account] = True
    log AccountOpened(id=self._id(account), account=account, is_custody=is_custody)


@external
def close_account(account: address):
    """
    @notice Ends an account that holds nothing. What custody still holds for it reaches it all the same, and it can pay
            that out. The bank only.
    @param account Who.
    """
    self._check_bank()
    self._check_account(account)
    assert erc20_core.balanceOf[account] == 0, "deposit_token: account holds money"
    self.accounts[account].is_open = False
    self.accounts[account].is_custody = False
    log AccountClosed(id=self._id(account), account=account)


@external
def lend(account: address, amount: uint256):
    """
    @notice Lends by creating a deposit, while reserves cover the ratio afterwards too. The bank only.
    @param account The borrower, a client.
    @param amount Minor units.
    """
    self._check_bank()
    self._check_licensed()
    self._check_account(account)
    assert amount > 0, "deposit_token: no amount"
    assert amount <= split.MAX_AMOUNT, "deposit_token: amount out of range"
    deposits: uint256 = self._supply() + amount
    assert self.reserves * split.BASIS_POINTS >= deposits * reserve_ratio, "deposit_token: reserves would be short"
    held: uint256 = self._held(account)
    self.lent += amount
    erc20_core._mint(account, amount)
    log Lent(id=self._id(account), account=account, value=amount, held_before=held, held_after=self._held(account))


@external
def set_compliance(account: address):
    """
    @notice Appoints the compliance officer, or with the zero address dismisses it. The bank only.
    @param account Who may freeze and unfreeze.
    """
    self._check_bank()
    self.compliance = account
    log ComplianceSet(account=account)


@external
def propose_admin(successor: address):
    """
    @notice Names the bank's next key, which must accept. The zero address withdraws the proposal. The bank only.
    @param successor The next account that speaks for the bank.
    """
    self._check_bank()
    roles._propose(successor)


@external
def accept_admin():
    """
    @notice Takes over as the bank. Only the proposed successor.
    """
    assert roles._accept(msg.sender), "deposit_token: not the proposed bank"


# Freeze


@external
def freeze(account: address, amount: uint256, case_id: bytes32):
    """
    @notice Freezes part of an account's money under a case, while the licence runs. Compliance officer only.
    @param account Whose money; never a custody contract, by the bank's word or by the currency's directory.
    @param amount Minor units, added to what is frozen already.
    @param case_id The order or court case this rests on.
    """
    assert msg.sender == self.compliance, "deposit_token: not compliance"
    self._check_licensed()
    assert not self._is_custody(account), "deposit_token: custody is not frozen"
    assert case_id != empty(bytes32), "deposit_token: no case"
    assert amount > 0, "deposit_token: no amount"
    before: uint256 = self.accounts[account].frozen
    assert amount <= max_value(uint256) - before, "deposit_token: amount out of range"
    self.accounts[account].frozen = before + amount
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
    @notice Frees what was frozen under a case, in part or in full. Compliance officer only.
    @param account Whose money.
    @param amount Minor units, at most what this case froze.
    @param case_id The case.
    """
    assert msg.sender == self.compliance, "deposit_token: not compliance"
    assert amount > 0, "deposit_token: no amount"
    assert amount <= self.frozen_in_case[case_id][account], "deposit_token: more than was frozen"
    before: uint256 = self.accounts[account].frozen
    self.frozen_in_case[case_id][account] -= amount
    self.accounts[account].frozen = before - amount
    log Unfrozen(
        case_id=case_id,
        account=account,
        by=msg.sender,
        value=amount,
        frozen_before=before,
        frozen_after=before - amount,
    )


# The end of a licence


@external
def set_licence(until: uint256):
    """
    @notice Prolongs the licence, or ends it with a week's notice at least. Central bank only, while it runs.
    @param until Its last second; at most ten years ahead.
    """
    assert msg.sender == supervisor, "deposit_token: not the supervisor"
    self._check_licensed()
    deadlines._check_ahead(until)
    # A licence that runs out sooner may be prolonged by less, but never cut to less than the notice.
    least: uint256 = min(self.licensed_until, block.timestamp + NOTICE_SECONDS)
    assert until >= least, "deposit_token: too little notice"
    log LicenceSet(supervisor=msg.sender, until_before=self.licensed_until, until_after=until)
    self.licensed_until = until


@external
def exit(id: bytes32):
    """
    @notice After the licence has ended: pays an account its share of the reserves, in the currency. Anyone. Not a
            custody contract, nor any other that owes bank money: it pays its parties in bank money first.
    @dev    The bank's freezes end with it; the currency's own bind what is paid. Shares are equal whoever comes
            first: each takes the same part of what is left, rounded down, and the last takes the rest.
    @param id The account's address, left-padded.
    """
    assert deadlines._has_passed(self.licensed_until), "deposit_token: licence still runs"
    account: address = convert(convert(id, uint256), address)
    # Its parties would never see the money; they are paid in bank money by it, and then paid out themselves.
    assert not questions._owes(account, self), "deposit_token: custody pays out itself"
    assert not self._is_custody(account), "deposit_token: custody pays out itself"
    balance: uint256 = erc20_core.balanceOf[account]
    assert balance > 0, "deposit_token: nothing to exit"
    share: uint256 = self._held(account)
    self.reserves -= share
    erc20_core._burn(account, balance)
    log PaidOut(id=id, account=account, burned=balance, value=share, held_before=share, held_after=0)
    claims._pay(id, money, account, share)


# Views


@external
@view
def account(who: address) -> Account:
    """
    @notice Everything about a client, other than its balance.
    @param who The client.
    @return Whether the account is open, whether it holds money for others, and what is frozen in it.
    """
    return self.accounts[who]


@external
@view
def available(who: address) -> uint256:
    """
    @notice What an account can pay now.
    @param who Whose money.
    @return Its balance less what is frozen, never below zero.
    """
    return self._available(who)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice The reserves that stand behind an account: its balance, or its share where reserves are short.
    @param id The account's address, left-padded.
    @return Minor units of the currency.
    """
    if convert(id, uint256) > convert(max_value(uint160), uint256):
        return 0
    return self._held(convert(convert(id, uint256), address))


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second of the licence, after which anyone may exit any account.
    @param id The account's address; the answer is the same for all.
    @return Seconds since 1970.
    """
    return self.licensed_until


@internal
def _pay(sender: address, receiver: address, amount: uint256):
    assert receiver not in [empty(address), self], "deposit_token: nobody"
    # Once the licence has ended nobody opens accounts any more, and custody must still reach its parties.
    # No bank holds up what custody owes a party by closing its account meanwhile.
    if not deadlines._has_passed(self.licensed_until) and not (self.was_client[receiver] and self._is_custody(sender)):
        self._check_account(receiver)
    self._check_free(sender, amount)
    erc20_core._move(sender, receiver, amount)


@internal
def _give_up(account: address, amount: uint256):
    """
    @dev Burns against reserves; the currency must still be paid or sent by the caller.
    """
    assert amount > 0, "deposit_token: no amount"
    self._check_free(account, amount)
    assert amount <= self.reserves, "deposit_token: reserves are short"
    self.reserves -= amount
    erc20_core._burn(account, amount)


@internal
def _credit(account: address, amount: uint256):
    assert msg.sender == clearing, "deposit_token: not the clearing"
    self._check_licensed()
    claims._pull_exactly(money, msg.sender, amount)
    self.reserves += amount
    erc20_core._mint(account, amount)


@internal
@view
def _check_licensed():
    assert not deadlines._has_passed(self.licensed_until), "deposit_token: licence has ended"


@internal
@view
def _check_bank():
    assert roles._is_admin(msg.sender), "deposit_token: not the bank"


@internal
@view
def _check_account(account: address):
    assert self.accounts[account].is_open, "deposit_token: no account"


@internal
@view
def _check_free(owner: address, amount: uint256):
    assert amount <= erc20_core.balanceOf[owner], "deposit_token: more than the balance"
    assert amount <= self._available(owner), "deposit_token: money is frozen"


@internal
@view
def _available(account: address) -> uint256:
    balance: uint256 = erc20_core.balanceOf[account]
    # Where a licence has ended the bank's freezes have too.
    if deadlines._has_passed(self.licensed_until):
        return balance
    bound: uint256 = self.accounts[account].frozen
    # A contract frozen before it was listed as custody is free again: its money is that of others.
    if bound == 0 or self._is_custody(account):
        return balance
    return balance - min(balance, bound)


@internal
@view
def _is_custody(account: address) -> bool:
    """
    @dev Flagged by the bank, or listed with the currency now or ever: the bank may call a client what it likes.
    """
    if self.accounts[account].is_custody:
        return True
    return questions._ask(money, abi_encode(account, method_id=method_id("was_custodian(address)"))) == 1


@internal
@view
def _held(account: address) -> uint256:
    supply: uint256 = self._supply()
    if supply == 0:
        return 0
    return min(self.reserves, supply) * erc20_core.balanceOf[account] // supply


@internal
@view
def _supply() -> uint256:
    return erc20_core.total_minted - erc20_core.total_burned


@internal
@pure
def _id(account: address) -> bytes32:
    return convert(convert(account, uint256), bytes32)
