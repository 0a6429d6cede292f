"""PeerLoan: A loan from person to person, in instalments, with a pledge behind it.

Written by scripts/generate from peer_loan.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Terms:
    lender: bytes
    pledger: bytes
    token: bytes
    principal: int
    to_repay: int
    instalments: int
    first_due: int
    period_seconds: int
    pledge_token: bytes
    pledge: int
    fund_deadline: int
    terms_hash: bytes


@dataclass(frozen=True, slots=True)
class Loan:
    borrower: bytes
    terms: Terms
    repaid: int
    held: int
    state: int


class PeerLoan(Bound):
    """A borrower asks a lender for a loan on stated terms. A pledge comes first: the borrower's own collateral, in any
    token, or money of a guarantor. The lender's money then goes straight to the borrower, and each instalment,
    whoever pays it, straight to the lender. The last one frees the pledge. From an instalment that is more than five
    days late the lender may take the pledge for what is still owed; it may also wait. Who disappears: a lender that
    does not fund in time, and the pledge goes back; a borrower, and the pledge covers what is owed five days after
    the last instalment, by anyone's hand; a guarantor changes nothing once it has pledged. No role can take anything
    out for itself."""

    NAME = "peer_loan"

    def claim(self, token: bytes, who: bytes) -> Sent:
        """Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.

        token: The token.
        who: Whose claim; only they are paid.

        Answers: What was paid.
        """
        return self._send("claim", [token, who])

    def claimable(self, token: bytes, who: bytes) -> int:
        return cast(int, self._read("claimable", [token, who]))

    def liabilities(self, token: bytes) -> int:
        return cast(int, self._read("liabilities", [token]))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def request(self, terms: Terms) -> Sent:
        """Asks for a loan, with the caller as borrower. No money moves yet.

        terms: Lender; who pledges; token and amount of the loan; what is repaid in all, in how many instalments (up
        to 120), the first due when and then how many seconds apart; token and amount of the pledge; last second to
        pledge and fund; hash of the contract.

        Answers: The loan's id.
        """
        return self._send("request", [terms])

    def pledge(self, id: bytes) -> Sent:
        """Puts the pledge aside from an allowance. Whom the terms name, up to the deadline.

        id: The loan.
        """
        return self._send("pledge", [id])

    def fund(self, id: bytes) -> Sent:
        """Lends: the money goes from the lender's allowance to the borrower. Lender only, up to the deadline.

        id: The loan, with its pledge in place.
        """
        return self._send("fund", [id])

    def cancel(self, id: bytes) -> Sent:
        """Gives up a loan that is not lent yet; a pledge goes back. Borrower, pledger or lender.

        id: The loan.
        """
        return self._send("cancel", [id])

    def repay(self, id: bytes, amount: int) -> Sent:
        """Pays instalments, in part, in time or ahead, from the caller's allowance to the lender. Anyone.

        id: The loan.
        amount: Minor units, at most what is owed.
        """
        return self._send("repay", [id, amount])

    def seize(self, id: bytes) -> Sent:
        """Takes of the pledge what stands for all that is owed; the rest goes back. Ends the loan. Lender only, once an
        instalment is more than five days late.

        id: The loan.
        """
        return self._send("seize", [id])

    def exit(self, id: bytes) -> Sent:
        """Ends a loan that was not lent in time, its pledge going back, or that was not repaid five days after its last
        instalment, as `seize` does. Anyone.

        id: The loan.
        """
        return self._send("exit", [id])

    def loan(self, id: bytes) -> Loan:
        """Everything about a loan.

        id: The loan.

        Answers: Its record; state 0 unknown, 1 requested, 2 pledged, 3 live, 4 closed, 5 defaulted.
        """
        return record(Loan, self._read("loan", [id]))

    def overdue(self, id: bytes) -> int:
        """What should have been repaid five days ago and was not.

        id: The loan.

        Answers: Minor units.
        """
        return cast(int, self._read("overdue", [id]))

    def held(self, id: bytes) -> int:
        """What is held of the pledge.

        id: The loan.

        Answers: Minor units of the pledge's token.
        """
        return cast(int, self._read("held", [id]))

    def holds(self, id: bytes) -> bytes:
        """The token that a loan's pledge is in.

        id: The loan.

        Answers: The token.
        """
        return cast(bytes, self._read("holds", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may end the loan as it stands.

        id: The loan.

        Answers: Seconds since 1970; zero for an unknown loan.
        """
        return cast(int, self._read("last_deadline", [id]))
