# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Transfers between clients of two banks: burn at one, move the reserves, mint at the other
@license Apache-2.0
@notice A client's bank burns its own money and sends the reserves behind it here. The payee's bank accepts, and in
        that one transaction the reserves reach it and it mints its own money to the payee. Until then the client and
        either bank may call it off; after the deadline anyone can. Then the reserves go back to the client's bank,
        which mints the money again; a bank that will not or cannot do that loses the reserves to the client, who is
        paid in the currency itself.
@dev    Truths that hold after every transaction, for each transfer:
        open: held = amount; accepted: the payee's bank has amount more in reserves and in deposits; returned: so has
        the sender's bank, or the client has it. Never one leg alone;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        Member banks are licensed, but not trusted: an acceptance is checked by what it did, and a return cannot fail.
"""

from ethereum.ercs import IERC20
from .interfaces import IBankMoney
from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import roles

implements: ICustody

initializes: claims
initializes: ids
initializes: roles

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
    roles.admin,
    roles.proposed_admin,
)

struct Transfer:
    from_bank: address
    to_bank: address
    sender: address
    payee: address
    amount: uint256
    deadline: uint256
    reference: bytes32
    state: uint8

OPEN: constant(uint8) = 1
ACCEPTED: constant(uint8) = 2
RETURNED: constant(uint8) = 3

# A bank that burns all the gas it is given must not keep its client's money here.
RETURN_GAS: constant(uint256) = 1_000_000

money: public(immutable(address))

is_member: public(HashMap[address, bool])
transfers: HashMap[bytes32, Transfer]

event Opened:
    id: indexed(bytes32)
    from_bank: indexed(address)
    to_bank: indexed(address)
    sender: address
    payee: address
    amount: uint256
    deadline: uint256
    reference: bytes32
    held_before: uint256
    held_after: uint256

event Accepted:
    id: indexed(bytes32)
    to_bank: indexed(address)
    payee: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Cancelled:
    id: indexed(bytes32)
    by: indexed(address)
    held_before: uint256
    held_after: uint256

event Expired:
    id: indexed(bytes32)
    by: indexed(address)
    held_before: uint256
    held_after: uint256

event Returned:
    id: indexed(bytes32)
    from_bank: indexed(address)
    sender: indexed(address)
    in_bank_money: bool

event MemberSet:
    bank: indexed(address)
    listed: bool


@deploy
def __init__(currency: address, admin: address):
    """
    @param currency The digital currency that banks hold as reserves.
    @param admin The central bank: it lists member banks, and can do nothing else.
    """
    assert currency != empty(address), "interbank_swap: no currency"
    assert admin != empty(address), "interbank_swap: no admin"
    money = currency
    roles.__init__(admin)


@external
def open(
    sender: address, to_bank: address, payee: address, amount: uint256, deadline: uint256, reference: bytes32
) -> bytes32:
    """
    @notice Takes the reserves of a transfer from the calling bank, which has burnt its client's money for them.
            Member banks' money contracts only.
    @param sender The client whose money was burnt, and to whom it returns.
    @param to_bank The money contract of the payee's bank.
    @param payee Who is to be paid there.
    @param amount Minor units, from an allowance given to this contract.
    @param deadline Last second for acceptance; at most ten years ahead.
    @param reference The payment reference.
    @return The transfer's id.
    """
    assert self.is_member[msg.sender], "interbank_swap: not a member"
    assert self.is_member[to_bank] and to_bank != msg.sender, "interbank_swap: no other member"
    assert empty(address) not in [sender, payee], "interbank_swap: no party"
    assert self not in [sender, payee], "interbank_swap: no party"
    assert amount > 0, "interbank_swap: no amount"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.transfers[id] = Transfer(
        from_bank=msg.sender,
        to_bank=to_bank,
        sender=sender,
        payee=payee,
        amount=amount,
        deadline=deadline,
        reference=reference,
        state=OPEN,
    )
    log Opened(
        id=id,
        from_bank=msg.sender,
        to_bank=to_bank,
        sender=sender,
        payee=payee,
        amount=amount,
        deadline=deadline,
        reference=reference,
        held_before=0,
        held_after=amount,
    )
    claims._pull_exactly(money, msg.sender, amount)
    return id


@external
def accept(id: bytes32):
    """
    @notice Moves the reserves to the payee's bank, which mints its money to the payee. That bank only, up to the
            deadline.
    @param id The transfer.
    """
    transfer: Transfer = self.transfers[id]
    assert transfer.state == OPEN, "interbank_swap: not open"
    assert self._speaks_for(transfer.to_bank, msg.sender), "interbank_swap: not the payee's bank"
    assert not deadlines._has_passed(transfer.deadline), "interbank_swap: deadline has passed"
    self.transfers[id].state = ACCEPTED
    claims.liabilities[money] -= transfer.amount
    log Accepted(
        id=id,
        to_bank=transfer.to_bank,
        payee=transfer.payee,
        amount=transfer.amount,
        held_before=transfer.amount,
        held_after=0,
    )
    self._move(id, transfer.to_bank, transfer.payee, transfer.amount, False)


@external
def cancel(id: bytes32):
    """
    @notice Calls a transfer off that is not accepted yet, and returns the money. The client and either bank.
    @param id The transfer.
    """
    transfer: Transfer = self.transfers[id]
    assert transfer.state == OPEN, "interbank_swap: not open"
    assert (
        msg.sender == transfer.sender
        or self._speaks_for(transfer.from_bank, msg.sender)
        or self._speaks_for(transfer.to_bank, msg.sender)
    ), "interbank_swap: not a party"
    log Cancelled(id=id, by=msg.sender, held_before=transfer.amount, held_after=0)
    self._return(id, transfer)


@external
def exit(id: bytes32):
    """
    @notice Returns the money of a transfer that was not accepted in time. Anyone.
    @param id The transfer.
    """
    transfer: Transfer = self.transfers[id]
    assert transfer.state == OPEN, "interbank_swap: not open"
    assert deadlines._has_passed(transfer.deadline), "interbank_swap: deadline has not passed"
    log Expired(id=id, by=msg.sender, held_before=transfer.amount, held_after=0)
    self._return(id, transfer)


@external
@reentrant
def return_to_bank(id: bytes32):
    """
    @notice Half of a return: the reserves against the client's money at its bank. Only this contract calls it, while
            it holds its own lock.
    @param id The transfer.
    """
    assert msg.sender == self, "interbank_swap: only by itself"
    transfer: Transfer = self.transfers[id]
    self._move(id, transfer.from_bank, transfer.sender, transfer.amount, True)


@external
def set_member(bank: address, listed: bool):
    """
    @notice Lists a bank's money contract, or ends its membership: it can then open nothing and nothing new comes to
            it, while what is open goes on. Central bank only.
    @param bank The money contract.
    @param listed True to list.
    """
    self._check_admin()
    if listed:
        assert bank.is_contract and bank not in [self, money], "interbank_swap: not bank money"
    self.is_member[bank] = listed
    log MemberSet(bank=bank, listed=listed)


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
    assert roles._accept(msg.sender), "interbank_swap: not the proposed admin"


@external
@view
def deal(id: bytes32) -> Transfer:
    """
    @notice Everything about a transfer.
    @param id The transfer.
    @return Its record; state 0 unknown, 1 open, 2 accepted, 3 returned.
    """
    return self.transfers[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a transfer holds now.
    @param id The transfer.
    @return Minor units of the currency.
    """
    if self.transfers[id].state == OPEN:
        return self.transfers[id].amount
    return 0


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the transfer.
    @param id The transfer.
    @return Seconds since 1970; zero for an unknown transfer.
    """
    return self.transfers[id].deadline


@internal
def _return(id: bytes32, transfer: Transfer):
    self.transfers[id].state = RETURNED
    # In a call of its own, so that whatever goes wrong at the bank undoes itself and the client is paid instead.
    took_back: bool = raw_call(
        self,
        abi_encode(id, method_id=method_id("return_to_bank(bytes32)")),
        gas=RETURN_GAS,
        revert_on_failure=False,
    )
    log Returned(id=id, from_bank=transfer.from_bank, sender=transfer.sender, in_bank_money=took_back)
    if took_back:
        claims.liabilities[money] -= transfer.amount
    else:
        claims._pay(id, money, transfer.sender, transfer.amount)


@internal
def _move(id: bytes32, bank: address, account: address, amount: uint256, returning: bool):
    """
    @dev Reserves to a bank against its money for an account, both or neither: judged by the two balances.
    """
    reserves: uint256 = staticcall IERC20(money).balanceOf(self)
    deposits: uint256 = staticcall IBankMoney(bank).balanceOf(account)
    approved: bool = extcall IERC20(money).approve(bank, amount, default_return_value=True)
    assert approved, "interbank_swap: approval refused"
    if returning:
        extcall IBankMoney(bank).credit_back(id, account, amount)
    else:
        extcall IBankMoney(bank).credit_in(id, account, amount)
    assert staticcall IERC20(money).balanceOf(self) + amount == reserves, "interbank_swap: reserves not moved"
    credited: uint256 = staticcall IBankMoney(bank).balanceOf(account)
    assert credited == deposits + amount, "interbank_swap: not credited"


@internal
@view
def _speaks_for(bank: address, account: address) -> bool:
    return account == staticcall IBankMoney(bank).admin()


@internal
@view
def _check_admin():
    assert roles._is_admin(msg.sender), "interbank_swap: not the admin"
