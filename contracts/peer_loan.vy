# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A loan from person to person, in instalments, with a pledge behind it
@license Apache-2.0
@notice A borrower asks a lender for a loan on stated terms. A pledge comes first: the borrower's own collateral, in
        any token, or money of a guarantor. The lender's money then goes straight to the borrower, and each
        instalment, whoever pays it, straight to the lender. The last one frees the pledge. From an instalment that is
        more than five days late the lender may take the pledge for what is still owed; it may also wait.
        Who disappears: a lender that does not fund in time, and the pledge goes back; a borrower, and the pledge
        covers what is owed five days after the last instalment, by anyone's hand; a guarantor changes nothing once
        it has pledged. No role can take anything out for itself.
@dev    Truths that hold after every transaction, for each loan: nothing is lent before the pledge is held;
        repaid <= what was agreed; of the pledge, seized + released + held = pledged, and a closed loan holds nothing;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        A pledge in the loan's own token stands for what is owed unit by unit; one in another token stands for the
        whole debt, so a part still owed takes the same part of it, rounded up.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import split

implements: ICustody

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Terms:
    lender: address
    # Who pledges: a guarantor, or the borrower itself.
    pledger: address
    token: address
    principal: uint256
    # With interest.
    to_repay: uint256
    instalments: uint256
    first_due: uint256
    period_seconds: uint256
    pledge_token: address
    pledge: uint256
    # Last second to pledge and to fund.
    fund_deadline: uint256
    terms_hash: bytes32

struct Loan:
    borrower: address
    terms: Terms
    repaid: uint256
    held: uint256
    state: uint8

REQUESTED: constant(uint8) = 1
PLEDGED: constant(uint8) = 2
LIVE: constant(uint8) = 3
CLOSED: constant(uint8) = 4
DEFAULTED: constant(uint8) = 5

MAX_INSTALMENTS: constant(uint256) = 120
GRACE_SECONDS: constant(uint256) = 5 * deadlines.DAY_SECONDS

loans: HashMap[bytes32, Loan]

event Requested:
    id: indexed(bytes32)
    borrower: indexed(address)
    lender: indexed(address)
    terms: Terms

event Pledged:
    id: indexed(bytes32)
    pledger: indexed(address)
    held_before: uint256
    held_after: uint256

event Funded:
    id: indexed(bytes32)
    lender: indexed(address)
    borrower: indexed(address)
    principal: uint256

event Repaid:
    id: indexed(bytes32)
    by: indexed(address)
    amount: uint256
    owed_before: uint256
    owed_after: uint256

event Seized:
    id: indexed(bytes32)
    lender: indexed(address)
    by: indexed(address)
    owed: uint256
    value: uint256
    held_before: uint256
    held_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    to_pledger: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def request(terms: Terms) -> bytes32:
    """
    @notice Asks for a loan, with the caller as borrower. No money moves yet.
    @param terms Lender; who pledges; token and amount of the loan; what is repaid in all, in how many instalments
           (up to 120), the first due when and then how many seconds apart; token and amount of the pledge; last
           second to pledge and fund; hash of the contract.
    @return The loan's id.
    """
    assert terms.lender not in [empty(address), self, msg.sender], "peer_loan: not a lender"
    assert terms.pledger not in [empty(address), self, terms.lender], "peer_loan: not a pledger"
    assert terms.token.is_contract and terms.token != self, "peer_loan: not a token"
    assert terms.pledge_token.is_contract and terms.pledge_token != self, "peer_loan: not a token"
    assert terms.principal > 0 and terms.pledge > 0, "peer_loan: no amount"
    assert terms.to_repay >= terms.principal, "peer_loan: less than was lent"
    assert max(terms.to_repay, terms.pledge) <= split.MAX_AMOUNT, "peer_loan: amount out of range"
    assert terms.instalments > 0 and terms.instalments <= MAX_INSTALMENTS, "peer_loan: bad instalments"
    assert terms.period_seconds > 0, "peer_loan: bad instalments"
    assert terms.period_seconds <= deadlines.MAX_TERM_SECONDS, "peer_loan: bad instalments"
    deadlines._check_ahead(terms.fund_deadline)
    deadlines._check_ahead(terms.first_due)
    assert terms.first_due > terms.fund_deadline, "peer_loan: due before it is lent"
    deadlines._check_ahead(self._last_due(terms) + GRACE_SECONDS)
    id: bytes32 = ids._take_id(msg.sender)
    self.loans[id] = Loan(borrower=msg.sender, terms=terms, repaid=0, held=0, state=REQUESTED)
    log Requested(id=id, borrower=msg.sender, lender=terms.lender, terms=terms)
    return id


@external
def pledge(id: bytes32):
    """
    @notice Puts the pledge aside from an allowance. Whom the terms name, up to the deadline.
    @param id The loan.
    """
    loan: Loan = self.loans[id]
    assert loan.state == REQUESTED, "peer_loan: not requested"
    assert msg.sender == loan.terms.pledger, "peer_loan: not the pledger"
    assert not deadlines._has_passed(loan.terms.fund_deadline), "peer_loan: deadline has passed"
    self.loans[id].state = PLEDGED
    self.loans[id].held = loan.terms.pledge
    log Pledged(id=id, pledger=msg.sender, held_before=0, held_after=loan.terms.pledge)
    claims._pull_exactly(loan.terms.pledge_token, msg.sender, loan.terms.pledge)


@external
def fund(id: bytes32):
    """
    @notice Lends: the money goes from the lender's allowance to the borrower. Lender only, up to the deadline.
    @param id The loan, with its pledge in place.
    """
    loan: Loan = self.loans[id]
    assert loan.state == PLEDGED, "peer_loan: no pledge"
    assert msg.sender == loan.terms.lender, "peer_loan: not the lender"
    assert not deadlines._has_passed(loan.terms.fund_deadline), "peer_loan: deadline has passed"
    self.loans[id].state = LIVE
    log Funded(id=id, lender=msg.sender, borrower=loan.borrower, principal=loan.terms.principal)
    claims._pull_exactly(loan.terms.token, msg.sender, loan.terms.principal)
    claims._pay(id, loan.terms.token, loan.borrower, loan.terms.principal)


@external
def cancel(id: bytes32):
    """
    @notice Gives up a loan that is not lent yet; a pledge goes back. Borrower, pledger or lender.
    @param id The loan.
    """
    loan: Loan = self.loans[id]
    assert loan.state in [REQUESTED, PLEDGED], "peer_loan: lent or over"
    assert msg.sender in [loan.borrower, loan.terms.pledger, loan.terms.lender], "peer_loan: not a party"
    self._close(id, loan, CLOSED)


@external
def repay(id: bytes32, amount: uint256):
    """
    @notice Pays instalments, in part, in time or ahead, from the caller's allowance to the lender. Anyone.
    @param id The loan.
    @param amount Minor units, at most what is owed.
    """
    loan: Loan = self.loans[id]
    assert loan.state == LIVE, "peer_loan: not live"
    assert amount > 0, "peer_loan: no amount"
    owed: uint256 = loan.terms.to_repay - loan.repaid
    assert amount <= owed, "peer_loan: more than is owed"
    self.loans[id].repaid = loan.repaid + amount
    log Repaid(id=id, by=msg.sender, amount=amount, owed_before=owed, owed_after=owed - amount)
    claims._pull_exactly(loan.terms.token, msg.sender, amount)
    claims._pay(id, loan.terms.token, loan.terms.lender, amount)
    if amount == owed:
        self._close(id, loan, CLOSED)


@external
def seize(id: bytes32):
    """
    @notice Takes of the pledge what stands for all that is owed; the rest goes back. Ends the loan. Lender only,
            once an instalment is more than five days late.
    @param id The loan.
    """
    loan: Loan = self.loans[id]
    assert loan.state == LIVE, "peer_loan: not live"
    assert msg.sender == loan.terms.lender, "peer_loan: not the lender"
    assert self._overdue(loan) > 0, "peer_loan: nothing is overdue"
    self._seize(id, loan)


@external
def exit(id: bytes32):
    """
    @notice Ends a loan that was not lent in time, its pledge going back, or that was not repaid five days after its
            last instalment, as `seize` does. Anyone.
    @param id The loan.
    """
    loan: Loan = self.loans[id]
    assert loan.state in [REQUESTED, PLEDGED, LIVE], "peer_loan: over"
    assert deadlines._has_passed(self._last_deadline(loan)), "peer_loan: deadline has not passed"
    if loan.state == LIVE:
        self._seize(id, loan)
    else:
        self._close(id, loan, CLOSED)


@external
@view
def loan(id: bytes32) -> Loan:
    """
    @notice Everything about a loan.
    @param id The loan.
    @return Its record; state 0 unknown, 1 requested, 2 pledged, 3 live, 4 closed, 5 defaulted.
    """
    return self.loans[id]


@external
@view
def overdue(id: bytes32) -> uint256:
    """
    @notice What should have been repaid five days ago and was not.
    @param id The loan.
    @return Minor units.
    """
    return self._overdue(self.loans[id]) if self.loans[id].state == LIVE else 0


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is held of the pledge.
    @param id The loan.
    @return Minor units of the pledge's token.
    """
    return self.loans[id].held


@external
@view
def holds(id: bytes32) -> address:
    """
    @notice The token that a loan's pledge is in.
    @param id The loan.
    @return The token.
    """
    return self.loans[id].terms.pledge_token


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may end the loan as it stands.
    @param id The loan.
    @return Seconds since 1970; zero for an unknown loan.
    """
    return self._last_deadline(self.loans[id]) if self.loans[id].state != 0 else 0


@internal
def _seize(id: bytes32, before: Loan):
    loan: Loan = before
    owed: uint256 = loan.terms.to_repay - loan.repaid
    value: uint256 = min(owed, loan.held)
    if loan.terms.pledge_token != loan.terms.token:
        value = (loan.held * owed + loan.terms.to_repay - 1) // loan.terms.to_repay
    log Seized(
        id=id,
        lender=loan.terms.lender,
        by=msg.sender,
        owed=owed,
        value=value,
        held_before=loan.held,
        held_after=loan.held - value,
    )
    loan.held -= value
    self._close(id, loan, DEFAULTED)
    claims._pay(id, loan.terms.pledge_token, loan.terms.lender, value)


@internal
def _close(id: bytes32, loan: Loan, state: uint8):
    self.loans[id].state = state
    self.loans[id].held = 0
    log Closed(id=id, by=msg.sender, to_pledger=loan.held, held_before=loan.held, held_after=0)
    claims._pay(id, loan.terms.pledge_token, loan.terms.pledger, loan.held)


@internal
@view
def _overdue(loan: Loan) -> uint256:
    late_since: uint256 = loan.terms.first_due + GRACE_SECONDS
    if not deadlines._has_passed(late_since):
        return 0
    passed: uint256 = 1 + (block.timestamp - late_since - 1) // loan.terms.period_seconds
    count: uint256 = min(passed, loan.terms.instalments)
    due: uint256 = loan.terms.to_repay * count // loan.terms.instalments
    return due - min(due, loan.repaid)


@internal
@pure
def _last_due(terms: Terms) -> uint256:
    return terms.first_due + (terms.instalments - 1) * terms.period_seconds


@internal
@pure
def _last_deadline(loan: Loan) -> uint256:
    if loan.state in [REQUESTED, PLEDGED]:
        return loan.terms.fund_deadline
    return self._last_due(loan.terms) + GRACE_SECONDS
