# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Value-added tax, invoice by invoice
@license Apache-2.0
@notice A seller declares each invoice once; its tax is the seller's output of the period. The buyer takes the same
        amount as input credit, if it wants it, so that no credit exists without somebody's output. What a taxpayer
        owes for a period is its output less its input. It pays here, the money going on to the authority at once,
        or the authority acknowledges what reached it otherwise (a tax leg of an escrow). An excess of credit the
        authority pays back, or the taxpayer carries it forward.
        Who disappears: a buyer, and its credit is taken by nobody; a seller, and its output stays owed; the
        authority, and excess credit can still be carried forward; a payment it cannot receive waits as its claim.
@dev    Truths that hold after every transaction:
        one seller and invoice number, one declaration, for good, whether or not it was reversed later;
        over all taxpayers and periods, output less input = tax of the declarations that are neither credited nor
        reversed; per taxpayer and period, owed - excess = output - input - brought forward + carried forward - paid
        + repaid; entries are made in the current period only, so what is owed for a past one changes by payment
        alone; nothing is held but claims.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import ids
from .modules import roles
from .modules import split

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
    roles.propose_admin,
    roles.accept_admin,
)

struct Declaration:
    seller: address
    buyer: address
    invoice: bytes32
    net: uint256
    tax: uint256
    rate: uint256
    period: uint256
    state: uint8

struct Account:
    output: uint256
    input: uint256
    brought_forward: uint256
    carried_forward: uint256
    paid: uint256
    repaid: uint256

DECLARED: constant(uint8) = 1
CREDITED: constant(uint8) = 2
REVERSED: constant(uint8) = 3

MIN_PERIOD_SECONDS: constant(uint256) = 24 * 60 * 60
MAX_PERIOD_SECONDS: constant(uint256) = 366 * 24 * 60 * 60

token: public(immutable(address))
period_seconds: public(immutable(uint256))

declarations: HashMap[bytes32, Declaration]
# fingerprint of an invoice -> its declaration
declared_as: public(HashMap[bytes32, bytes32])
# taxpayer -> period -> its books
accounts: HashMap[address, HashMap[uint256, Account]]
# basis points -> whether it is a rate of the law
is_rate: public(HashMap[uint256, bool])

event RateSet:
    rate: indexed(uint256)
    allowed: bool

event Declared:
    id: indexed(bytes32)
    seller: indexed(address)
    buyer: indexed(address)
    invoice: bytes32
    net: uint256
    tax: uint256
    rate: uint256
    period: uint256
    output_before: uint256
    output_after: uint256

event CreditTaken:
    id: indexed(bytes32)
    buyer: indexed(address)
    period: uint256
    input_before: uint256
    input_after: uint256

event CreditReturned:
    id: indexed(bytes32)
    buyer: indexed(address)
    period: uint256
    output_before: uint256
    output_after: uint256

event Reversed:
    id: indexed(bytes32)
    seller: indexed(address)
    period: uint256
    input_before: uint256
    input_after: uint256

event TaxPaid:
    id: indexed(bytes32)
    taxpayer: indexed(address)
    by: indexed(address)
    period: uint256
    value: uint256
    paid_before: uint256
    paid_after: uint256

event TaxAcknowledged:
    taxpayer: indexed(address)
    reference: indexed(bytes32)
    period: uint256
    value: uint256
    paid_before: uint256
    paid_after: uint256

event ExcessRepaid:
    id: indexed(bytes32)
    taxpayer: indexed(address)
    period: uint256
    value: uint256
    repaid_before: uint256
    repaid_after: uint256

event ExcessCarried:
    taxpayer: indexed(address)
    period_from: uint256
    period_to: uint256
    value: uint256


@deploy
def __init__(authority: address, tax_token: address, seconds_of_period: uint256, rates: DynArray[uint256, 16]):
    """
    @param authority Who is paid, acknowledges and pays back; handed over in two steps.
    @param tax_token The currency taxes are paid in.
    @param seconds_of_period How long a period is: 1 to 366 days. Periods count from 1 January 1970.
    @param rates The tax rates to begin with, in basis points.
    """
    assert authority != empty(address), "tax_ledger: no authority"
    assert tax_token != empty(address), "tax_ledger: no token"
    assert seconds_of_period >= MIN_PERIOD_SECONDS, "tax_ledger: period too short"
    assert seconds_of_period <= MAX_PERIOD_SECONDS, "tax_ledger: period too long"
    roles.__init__(authority)
    token = tax_token
    period_seconds = seconds_of_period
    for rate: uint256 in rates:
        self._set_rate(rate, True)


@external
def set_rate(rate: uint256, allowed: bool):
    """
    @notice Admits or ends a tax rate, for declarations from now on. Authority only.
    @param rate Basis points of the net amount, at most 10,000.
    @param allowed Whether it may be declared.
    """
    roles._check_admin()
    self._set_rate(rate, allowed)


@external
def declare(invoice: bytes32, buyer: address, net: uint256, tax: uint256, rate: uint256) -> bytes32:
    """
    @notice Declares an invoice of the caller's, once. Its tax becomes output of the current period.
    @param invoice The seller's own number for it, or its hash.
    @param buyer Who may take the credit; zero for a buyer that cannot, such as a consumer.
    @param net What it is over without tax, in minor units.
    @param tax Exactly the rate of `net`, half a minor unit rounded up.
    @param rate One of the rates of the law, in basis points.
    @return The declaration's id.
    """
    assert buyer != msg.sender, "tax_ledger: own invoice"
    assert net > 0, "tax_ledger: no amount"
    assert self.is_rate[rate], "tax_ledger: not a rate"
    assert tax == split._share(net, rate), "tax_ledger: not the rate's tax"
    fingerprint: bytes32 = self._fingerprint(msg.sender, invoice)
    assert self.declared_as[fingerprint] == empty(bytes32), "tax_ledger: declared already"
    id: bytes32 = ids._take_id(msg.sender)
    period: uint256 = self._period()
    self.declared_as[fingerprint] = id
    self.declarations[id] = Declaration(
        seller=msg.sender,
        buyer=buyer,
        invoice=invoice,
        net=net,
        tax=tax,
        rate=rate,
        period=period,
        state=DECLARED,
    )
    before: uint256 = self.accounts[msg.sender][period].output
    self.accounts[msg.sender][period].output = before + tax
    log Declared(
        id=id,
        seller=msg.sender,
        buyer=buyer,
        invoice=invoice,
        net=net,
        tax=tax,
        rate=rate,
        period=period,
        output_before=before,
        output_after=before + tax,
    )
    return id


@external
def take_credit(id: bytes32):
    """
    @notice Takes the tax of an invoice as input of the current period. Its buyer only, once.
    @param id The declaration.
    """
    declaration: Declaration = self.declarations[id]
    assert declaration.state == DECLARED, "tax_ledger: not open for credit"
    assert msg.sender == declaration.buyer, "tax_ledger: not the buyer"
    self.declarations[id].state = CREDITED
    period: uint256 = self._period()
    before: uint256 = self.accounts[msg.sender][period].input
    self.accounts[msg.sender][period].input = before + declaration.tax
    log CreditTaken(
        id=id, buyer=msg.sender, period=period, input_before=before, input_after=before + declaration.tax
    )


@external
def return_credit(id: bytes32):
    """
    @notice Gives a credit back, as output of the current period, so that the seller can reverse the invoice. Its
            buyer only.
    @param id The declaration.
    """
    declaration: Declaration = self.declarations[id]
    assert declaration.state == CREDITED, "tax_ledger: not credited"
    assert msg.sender == declaration.buyer, "tax_ledger: not the buyer"
    self.declarations[id].state = DECLARED
    period: uint256 = self._period()
    before: uint256 = self.accounts[msg.sender][period].output
    self.accounts[msg.sender][period].output = before + declaration.tax
    log CreditReturned(
        id=id, buyer=msg.sender, period=period, output_before=before, output_after=before + declaration.tax
    )


@external
def reverse(id: bytes32):
    """
    @notice Takes a cancelled invoice back, as input of the current period. Its seller only, while no buyer has the
            credit. Its number is never declared again: what replaces it has another.
    @param id The declaration.
    """
    declaration: Declaration = self.declarations[id]
    assert declaration.state == DECLARED, "tax_ledger: not reversible"
    assert msg.sender == declaration.seller, "tax_ledger: not the seller"
    self.declarations[id].state = REVERSED
    period: uint256 = self._period()
    before: uint256 = self.accounts[msg.sender][period].input
    self.accounts[msg.sender][period].input = before + declaration.tax
    log Reversed(id=id, seller=msg.sender, period=period, input_before=before, input_after=before + declaration.tax)


@external
def pay(taxpayer: address, period: uint256, amount: uint256) -> bytes32:
    """
    @notice Pays tax to the authority, from an allowance given to this contract. Anyone, for whom it likes.
    @param taxpayer Whose tax.
    @param period Of which period; the current one may be paid too.
    @param amount Minor units, at most what is owed.
    @return The payment's id.
    """
    assert amount > 0, "tax_ledger: no amount"
    balance: int256 = self._net(taxpayer, period)
    assert balance > 0 and amount <= convert(balance, uint256), "tax_ledger: more than is owed"
    id: bytes32 = ids._take_id(msg.sender)
    before: uint256 = self.accounts[taxpayer][period].paid
    self.accounts[taxpayer][period].paid = before + amount
    log TaxPaid(
        id=id,
        taxpayer=taxpayer,
        by=msg.sender,
        period=period,
        value=amount,
        paid_before=before,
        paid_after=before + amount,
    )
    claims._pull_exactly(token, msg.sender, amount)
    claims._pay(id, token, roles.admin, amount)
    return id


@external
def acknowledge(taxpayer: address, period: uint256, amount: uint256, reference: bytes32):
    """
    @notice Books tax that reached the authority otherwise, such as the tax leg of an escrow. Authority only. What
            was too much is excess credit.
    @param taxpayer Whose tax.
    @param period Of which period, not a coming one.
    @param amount Minor units.
    @param reference What names the payment.
    """
    roles._check_admin()
    assert amount > 0, "tax_ledger: no amount"
    assert amount <= split.MAX_AMOUNT, "tax_ledger: amount out of range"
    assert period <= self._period(), "tax_ledger: period not begun"
    before: uint256 = self.accounts[taxpayer][period].paid
    self.accounts[taxpayer][period].paid = before + amount
    log TaxAcknowledged(
        taxpayer=taxpayer,
        reference=reference,
        period=period,
        value=amount,
        paid_before=before,
        paid_after=before + amount,
    )


@external
def repay(taxpayer: address, period: uint256, amount: uint256) -> bytes32:
    """
    @notice Pays excess credit of a period that has ended back to the taxpayer, from the authority's allowance.
            Authority only.
    @param taxpayer Whose excess.
    @param period Of which period.
    @param amount Minor units, at most the excess.
    @return The payment's id.
    """
    roles._check_admin()
    assert amount > 0, "tax_ledger: no amount"
    assert amount <= self._excess(taxpayer, period), "tax_ledger: more than the excess"
    id: bytes32 = ids._take_id(msg.sender)
    before: uint256 = self.accounts[taxpayer][period].repaid
    self.accounts[taxpayer][period].repaid = before + amount
    log ExcessRepaid(
        id=id,
        taxpayer=taxpayer,
        period=period,
        value=amount,
        repaid_before=before,
        repaid_after=before + amount,
    )
    claims._pull_exactly(token, msg.sender, amount)
    claims._pay(id, token, taxpayer, amount)
    return id


@external
def carry_forward(period: uint256) -> uint256:
    """
    @notice Moves the caller's excess credit of a period that has ended into the current one.
    @param period The period that has ended.
    @return How much was moved, in minor units.
    """
    excess: uint256 = self._excess(msg.sender, period)
    assert excess > 0, "tax_ledger: no excess"
    current: uint256 = self._period()
    self.accounts[msg.sender][period].carried_forward += excess
    self.accounts[msg.sender][current].brought_forward += excess
    log ExcessCarried(taxpayer=msg.sender, period_from=period, period_to=current, value=excess)
    return excess


@external
def exit(id: bytes32):
    """
    @notice There is never anything to empty: payments go on in the transaction that makes them.
    @param id Any.
    """
    raise "tax_ledger: nothing to exit"


@external
@view
def net_vat(taxpayer: address, period: uint256) -> int256:
    """
    @notice What a taxpayer owes for a period, after credits, payments and what was paid back or carried.
    @param taxpayer Whose tax.
    @param period Of which period.
    @return Minor units; negative for excess credit.
    """
    return self._net(taxpayer, period)


@external
@view
def current_period() -> uint256:
    """
    @notice The period in which entries are made now.
    @return Its number, counted from 1 January 1970.
    """
    return self._period()


@external
@view
def declaration(id: bytes32) -> Declaration:
    """
    @notice Everything about a declaration.
    @param id The declaration.
    @return Its record; state 0 unknown, 1 declared, 2 credited to the buyer, 3 reversed.
    """
    return self.declarations[id]


@external
@view
def account(taxpayer: address, period: uint256) -> Account:
    """
    @notice The books of a taxpayer for a period.
    @param taxpayer Whose.
    @param period Of which period.
    @return Output, input, carried credits, and payments both ways.
    """
    return self.accounts[taxpayer][period]


@external
@view
def fingerprint(seller: address, invoice: bytes32) -> bytes32:
    """
    @notice What makes an invoice one.
    @param seller Who sent it.
    @param invoice The seller's number for it.
    @return keccak256 of both.
    """
    return self._fingerprint(seller, invoice)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is held for a payment: always nothing.
    @param id Any.
    @return Zero.
    """
    return 0


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second of the period in which an invoice was declared.
    @param id The declaration.
    @return Seconds since 1970; zero for an unknown declaration.
    """
    if self.declarations[id].state == 0:
        return 0
    return (self.declarations[id].period + 1) * period_seconds - 1


@internal
def _set_rate(rate: uint256, allowed: bool):
    assert rate <= split.BASIS_POINTS, "tax_ledger: rate out of range"
    self.is_rate[rate] = allowed
    log RateSet(rate=rate, allowed=allowed)


@internal
@view
def _period() -> uint256:
    return block.timestamp // period_seconds


@internal
@view
def _net(taxpayer: address, period: uint256) -> int256:
    books: Account = self.accounts[taxpayer][period]
    owed: uint256 = books.output + books.carried_forward + books.repaid
    settled: uint256 = books.input + books.brought_forward + books.paid
    return convert(owed, int256) - convert(settled, int256)


@internal
@view
def _excess(taxpayer: address, period: uint256) -> uint256:
    assert period < self._period(), "tax_ledger: period has not ended"
    balance: int256 = self._net(taxpayer, period)
    if balance >= 0:
        return 0
    return convert(-balance, uint256)


@internal
@pure
def _fingerprint(seller: address, invoice: bytes32) -> bytes32:
    return keccak256(abi_encode(seller, invoice))
