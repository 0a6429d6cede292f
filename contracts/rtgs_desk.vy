# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title The central bank's desk: reserves into currency and back, and gross settlement between banks
@license Apache-2.0
@notice A bank asks for currency against reserves that it holds at the central bank outside this ledger. The central
        bank's maker reviews the order, its checker approves it, and only then is currency minted to the bank. To
        redeem, a bank puts currency aside here; approval burns it, and the central bank credits the bank's reserves.
        An order that nobody answered by its deadline lapses, and what was put aside goes back to the bank; anyone can
        see to that. Banks also settle with each other here, each payment in full and final at once.
@dev    Truths that hold after every transaction:
        issued = approved - redeemed = what this desk minted less what it burned, and redeemed + redeeming <= approved;
        held = the amount of a redemption that waits, and nothing for any other order;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        This desk must be a licensed issuer of the currency: its quota bounds what can be issued.
"""

from .interfaces import ICustody
from .interfaces import IECash
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

struct Order:
    bank: address
    kind: uint8
    amount: uint256
    deadline: uint256
    reference: bytes32
    reviewed_by: address
    state: uint8

ISSUE: constant(uint8) = 1
REDEMPTION: constant(uint8) = 2

REQUESTED: constant(uint8) = 1
REVIEWED: constant(uint8) = 2
APPROVED: constant(uint8) = 3
REJECTED: constant(uint8) = 4
WITHDRAWN: constant(uint8) = 5
LAPSED: constant(uint8) = 6

money: public(immutable(address))

maker: public(address)
checker: public(address)
is_bank: public(HashMap[address, bool])
# Once a bank, always able to redeem: a licence that ends must not strand money.
may_redeem: public(HashMap[address, bool])
approved: public(uint256)
redeemed: public(uint256)
redeeming: public(uint256)
approved_of: public(HashMap[address, uint256])
redeemed_of: public(HashMap[address, uint256])
orders: HashMap[bytes32, Order]

event Requested:
    id: indexed(bytes32)
    bank: indexed(address)
    kind: uint8
    amount: uint256
    deadline: uint256
    reference: bytes32
    held_before: uint256
    held_after: uint256

event Reviewed:
    id: indexed(bytes32)
    maker: indexed(address)
    held_before: uint256
    held_after: uint256

event Approved:
    id: indexed(bytes32)
    bank: indexed(address)
    checker: indexed(address)
    kind: uint8
    amount: uint256
    issued_before: uint256
    issued_after: uint256
    held_before: uint256
    held_after: uint256

event Rejected:
    id: indexed(bytes32)
    by: indexed(address)
    reason_hash: bytes32
    held_before: uint256
    held_after: uint256

event Withdrawn:
    id: indexed(bytes32)
    bank: indexed(address)
    held_before: uint256
    held_after: uint256

event Lapsed:
    id: indexed(bytes32)
    by: indexed(address)
    held_before: uint256
    held_after: uint256

event Settled:
    id: indexed(bytes32)
    payer: indexed(address)
    payee: indexed(address)
    amount: uint256
    reference: bytes32

event BankSet:
    bank: indexed(address)
    listed: bool

event OperatorsSet:
    maker: indexed(address)
    checker: indexed(address)


@deploy
def __init__(currency: address, admin: address, first_maker: address, first_checker: address):
    """
    @param currency The digital currency; this desk must be licensed in it as an issuer.
    @param admin The central bank: it lists banks and appoints the maker and the checker, and can do nothing else.
    @param first_maker Who reviews orders.
    @param first_checker Who approves them; never the maker.
    """
    assert currency != empty(address), "rtgs_desk: no currency"
    assert admin != empty(address), "rtgs_desk: no admin"
    money = currency
    roles.__init__(admin)
    self._set_operators(first_maker, first_checker)


# Issue and redemption


@external
def request(amount: uint256, deadline: uint256, reference: bytes32) -> bytes32:
    """
    @notice Asks for currency against reserves at the central bank. Listed banks only. Nothing moves yet.
    @param amount Minor units.
    @param deadline Last second for an answer; at most ten years ahead.
    @param reference The reserve account's booking that stands for it outside.
    @return The order's id.
    """
    assert self.is_bank[msg.sender], "rtgs_desk: not a listed bank"
    id: bytes32 = self._open(ISSUE, amount, deadline, reference)
    log Requested(
        id=id,
        bank=msg.sender,
        kind=ISSUE,
        amount=amount,
        deadline=deadline,
        reference=reference,
        held_before=0,
        held_after=0,
    )
    return id


@external
def redeem(amount: uint256, deadline: uint256, reference: bytes32) -> bytes32:
    """
    @notice Puts currency aside to be turned into reserves. Whoever is or was a listed bank.
    @param amount Minor units, from an allowance given to this contract.
    @param deadline Last second for an answer; after it the currency goes back.
    @param reference The reserve account to be credited outside.
    @return The order's id.
    """
    assert self.may_redeem[msg.sender], "rtgs_desk: never was a bank"
    # Waiting redemptions count, so that none can become impossible to approve.
    waiting: uint256 = self.redeeming + amount
    assert self.redeemed + waiting <= self.approved, "rtgs_desk: more than is issued"
    id: bytes32 = self._open(REDEMPTION, amount, deadline, reference)
    self.redeeming = waiting
    log Requested(
        id=id,
        bank=msg.sender,
        kind=REDEMPTION,
        amount=amount,
        deadline=deadline,
        reference=reference,
        held_before=0,
        held_after=amount,
    )
    claims._pull_exactly(money, msg.sender, amount)
    return id


@external
def review(id: bytes32):
    """
    @notice Confirms that the reserves stand behind an order. Maker only, up to the deadline.
    @param id The order.
    """
    order: Order = self.orders[id]
    assert order.state == REQUESTED, "rtgs_desk: not requested"
    assert msg.sender == self.maker, "rtgs_desk: not the maker"
    assert not deadlines._has_passed(order.deadline), "rtgs_desk: deadline has passed"
    self.orders[id].reviewed_by = msg.sender
    self.orders[id].state = REVIEWED
    held: uint256 = self._held(order)
    log Reviewed(id=id, maker=msg.sender, held_before=held, held_after=held)


@external
def approve(id: bytes32):
    """
    @notice Mints what a bank that is still listed asked for, or burns what was put aside. Checker only, after review,
            up to the deadline.
    @param id The order.
    """
    order: Order = self.orders[id]
    assert order.state == REVIEWED, "rtgs_desk: not reviewed"
    assert msg.sender == self.checker, "rtgs_desk: not the checker"
    # Also across a change of operators: nobody is ever both pairs of eyes on one order.
    assert msg.sender != order.reviewed_by, "rtgs_desk: reviewed it too"
    assert not deadlines._has_passed(order.deadline), "rtgs_desk: deadline has passed"
    issued: uint256 = self._issued()
    held: uint256 = self._held(order)
    self.orders[id].state = APPROVED
    if order.kind == ISSUE:
        assert self.is_bank[order.bank], "rtgs_desk: not a listed bank"
        self.approved += order.amount
        self.approved_of[order.bank] += order.amount
    else:
        self.redeemed += order.amount
        self.redeemed_of[order.bank] += order.amount
        self.redeeming -= order.amount
        claims.liabilities[money] -= order.amount
    log Approved(
        id=id,
        bank=order.bank,
        checker=msg.sender,
        kind=order.kind,
        amount=order.amount,
        issued_before=issued,
        issued_after=self._issued(),
        held_before=held,
        held_after=0,
    )
    if order.kind == ISSUE:
        extcall IECash(money).mint(order.bank, order.amount)
    else:
        extcall IECash(money).burn(order.amount)


@external
def reject(id: bytes32, reason_hash: bytes32):
    """
    @notice Refuses an order; what was put aside goes back to the bank. Maker or checker.
    @param id The order.
    @param reason_hash Hash of the reason given to the bank.
    """
    order: Order = self.orders[id]
    self._check_waiting(order)
    assert msg.sender in [self.maker, self.checker], "rtgs_desk: not an operator"
    log Rejected(id=id, by=msg.sender, reason_hash=reason_hash, held_before=self._held(order), held_after=0)
    self._give_back(id, order, REJECTED)


@external
def withdraw(id: bytes32):
    """
    @notice Takes an order back that is not approved yet. Its bank only.
    @param id The order.
    """
    order: Order = self.orders[id]
    self._check_waiting(order)
    assert msg.sender == order.bank, "rtgs_desk: not your order"
    log Withdrawn(id=id, bank=order.bank, held_before=self._held(order), held_after=0)
    self._give_back(id, order, WITHDRAWN)


@external
def exit(id: bytes32):
    """
    @notice Ends an order that nobody answered in time; what was put aside goes back to the bank. Anyone.
    @param id The order.
    """
    order: Order = self.orders[id]
    self._check_waiting(order)
    assert deadlines._has_passed(order.deadline), "rtgs_desk: deadline has not passed"
    log Lapsed(id=id, by=msg.sender, held_before=self._held(order), held_after=0)
    self._give_back(id, order, LAPSED)


# Settlement


@external
def settle(payee: address, amount: uint256, reference: bytes32) -> bytes32:
    """
    @notice Pays another listed bank in full and at once. Listed banks only.
    @param payee The bank that is paid.
    @param amount Minor units, from an allowance given to this contract.
    @param reference The payment reference.
    @return The settlement's id.
    """
    assert self.is_bank[msg.sender], "rtgs_desk: not a listed bank"
    assert self.is_bank[payee] and payee != msg.sender, "rtgs_desk: payee is no other bank"
    assert amount > 0, "rtgs_desk: no amount"
    id: bytes32 = ids._take_id(msg.sender)
    log Settled(id=id, payer=msg.sender, payee=payee, amount=amount, reference=reference)
    claims._pull_exactly(money, msg.sender, amount)
    claims._pay(id, money, payee, amount)
    return id


# Roles


@external
def set_bank(bank: address, listed: bool):
    """
    @notice Lists a bank, or ends its licence; it can redeem ever after. Central bank only.
    @param bank Who.
    @param listed True to list.
    """
    self._check_admin()
    assert bank != empty(address), "rtgs_desk: no bank"
    self.is_bank[bank] = listed
    if listed:
        self.may_redeem[bank] = True
    log BankSet(bank=bank, listed=listed)


@external
def set_operators(next_maker: address, next_checker: address):
    """
    @notice Appoints the maker and the checker. Central bank only.
    @param next_maker Who reviews orders.
    @param next_checker Who approves them.
    """
    self._check_admin()
    self._set_operators(next_maker, next_checker)


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
    assert roles._accept(msg.sender), "rtgs_desk: not the proposed admin"


# Views


@external
@view
def order(id: bytes32) -> Order:
    """
    @notice Everything about an order.
    @param id The order.
    @return Its record; kind 1 issue, 2 redemption; state 0 unknown, 1 requested, 2 reviewed, 3 approved, 4 rejected,
            5 withdrawn, 6 lapsed.
    """
    return self.orders[id]


@external
@view
def issued() -> uint256:
    """
    @notice What this desk has issued and not taken back.
    @return Everything approved less everything redeemed, in minor units.
    """
    return self._issued()


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What an order holds now: the currency of a redemption that waits for its answer.
    @param id The order.
    @return Minor units.
    """
    return self._held(self.orders[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the order.
    @param id The order.
    @return Seconds since 1970; zero for an unknown order.
    """
    return self.orders[id].deadline


@internal
def _open(kind: uint8, amount: uint256, deadline: uint256, reference: bytes32) -> bytes32:
    assert amount > 0, "rtgs_desk: no amount"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    self.orders[id] = Order(
        bank=msg.sender,
        kind=kind,
        amount=amount,
        deadline=deadline,
        reference=reference,
        reviewed_by=empty(address),
        state=REQUESTED,
    )
    return id


@internal
def _give_back(id: bytes32, order: Order, state: uint8):
    held: uint256 = self._held(order)
    self.orders[id].state = state
    self.redeeming -= held
    claims._pay(id, money, order.bank, held)


@internal
def _set_operators(next_maker: address, next_checker: address):
    assert empty(address) not in [next_maker, next_checker], "rtgs_desk: no operator"
    assert next_maker != next_checker, "rtgs_desk: one person is not two"
    self.maker = next_maker
    self.checker = next_checker
    log OperatorsSet(maker=next_maker, checker=next_checker)


@internal
@view
def _issued() -> uint256:
    return self.approved - self.redeemed


@internal
@pure
def _held(order: Order) -> uint256:
    if order.kind == REDEMPTION and order.state in [REQUESTED, REVIEWED]:
        return order.amount
    return 0


@internal
@pure
def _check_waiting(order: Order):
    assert order.state in [REQUESTED, REVIEWED], "rtgs_desk: not waiting"


@internal
@view
def _check_admin():
    assert roles._is_admin(msg.sender), "rtgs_desk: not the admin"
