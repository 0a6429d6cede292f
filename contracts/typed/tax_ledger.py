"""TaxLedger: Value-added tax, invoice by invoice.

Written by scripts/generate from tax_ledger.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Declaration:
    seller: bytes
    buyer: bytes
    invoice: bytes
    net: int
    tax: int
    rate: int
    period: int
    state: int


@dataclass(frozen=True, slots=True)
class Account:
    output: int
    input: int
    brought_forward: int
    carried_forward: int
    paid: int
    repaid: int


class TaxLedger(Bound):
    """A seller declares each invoice once; its tax is the seller's output of the period. The buyer takes the same
    amount as input credit, if it wants it, so that no credit exists without somebody's output. What a taxpayer owes
    for a period is its output less its input. It pays here, the money going on to the authority at once, or the
    authority acknowledges what reached it otherwise (a tax leg of an escrow). An excess of credit the authority pays
    back, or the taxpayer carries it forward. Who disappears: a buyer, and its credit is taken by nobody; a seller,
    and its output stays owed; the authority, and excess credit can still be carried forward; a payment it cannot
    receive waits as its claim."""

    NAME = "tax_ledger"

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

    def admin(self) -> bytes:
        return cast(bytes, self._read("admin", []))

    def proposed_admin(self) -> bytes:
        return cast(bytes, self._read("proposed_admin", []))

    def propose_admin(self, successor: bytes) -> Sent:
        """Names a successor, who must accept. The zero address withdraws the proposal. Administrator only.

        successor: The next administrator.
        """
        return self._send("propose_admin", [successor])

    def accept_admin(self) -> Sent:
        """Takes over as administrator. Only the proposed successor."""
        return self._send("accept_admin", [])

    def set_rate(self, rate: int, allowed: bool) -> Sent:
        """Admits or ends a tax rate, for declarations from now on. Authority only.

        rate: Basis points of the net amount, at most 10,000.
        allowed: Whether it may be declared.
        """
        return self._send("set_rate", [rate, allowed])

    def declare(self, invoice: bytes, buyer: bytes, net: int, tax: int, rate: int) -> Sent:
        """Declares an invoice of the caller's, once. Its tax becomes output of the current period.

        invoice: The seller's own number for it, or its hash.
        buyer: Who may take the credit; zero for a buyer that cannot, such as a consumer.
        net: What it is over without tax, in minor units.
        tax: Exactly the rate of `net`, half a minor unit rounded up.
        rate: One of the rates of the law, in basis points.

        Answers: The declaration's id.
        """
        return self._send("declare", [invoice, buyer, net, tax, rate])

    def take_credit(self, id: bytes) -> Sent:
        """Takes the tax of an invoice as input of the current period. Its buyer only, once.

        id: The declaration.
        """
        return self._send("take_credit", [id])

    def return_credit(self, id: bytes) -> Sent:
        """Gives a credit back, as output of the current period, so that the seller can reverse the invoice. Its buyer
        only.

        id: The declaration.
        """
        return self._send("return_credit", [id])

    def reverse(self, id: bytes) -> Sent:
        """Takes a cancelled invoice back, as input of the current period. Its seller only, while no buyer has the
        credit. Its number is never declared again: what replaces it has another.

        id: The declaration.
        """
        return self._send("reverse", [id])

    def pay(self, taxpayer: bytes, period: int, amount: int) -> Sent:
        """Pays tax to the authority, from an allowance given to this contract. Anyone, for whom it likes.

        taxpayer: Whose tax.
        period: Of which period; the current one may be paid too.
        amount: Minor units, at most what is owed.

        Answers: The payment's id.
        """
        return self._send("pay", [taxpayer, period, amount])

    def acknowledge(self, taxpayer: bytes, period: int, amount: int, reference: bytes) -> Sent:
        """Books tax that reached the authority otherwise, such as the tax leg of an escrow. Authority only. What was
        too much is excess credit.

        taxpayer: Whose tax.
        period: Of which period, not a coming one.
        amount: Minor units.
        reference: What names the payment.
        """
        return self._send("acknowledge", [taxpayer, period, amount, reference])

    def repay(self, taxpayer: bytes, period: int, amount: int) -> Sent:
        """Pays excess credit of a period that has ended back to the taxpayer, from the authority's allowance. Authority
        only.

        taxpayer: Whose excess.
        period: Of which period.
        amount: Minor units, at most the excess.

        Answers: The payment's id.
        """
        return self._send("repay", [taxpayer, period, amount])

    def carry_forward(self, period: int) -> Sent:
        """Moves the caller's excess credit of a period that has ended into the current one.

        period: The period that has ended.

        Answers: How much was moved, in minor units.
        """
        return self._send("carry_forward", [period])

    def exit(self, id: bytes) -> Sent:
        """There is never anything to empty: payments go on in the transaction that makes them.

        id: Any.
        """
        return self._send("exit", [id])

    def net_vat(self, taxpayer: bytes, period: int) -> int:
        """What a taxpayer owes for a period, after credits, payments and what was paid back or carried.

        taxpayer: Whose tax.
        period: Of which period.

        Answers: Minor units; negative for excess credit.
        """
        return cast(int, self._read("net_vat", [taxpayer, period]))

    def current_period(self) -> int:
        """The period in which entries are made now.

        Answers: Its number, counted from 1 January 1970.
        """
        return cast(int, self._read("current_period", []))

    def declaration(self, id: bytes) -> Declaration:
        """Everything about a declaration.

        id: The declaration.

        Answers: Its record; state 0 unknown, 1 declared, 2 credited to the buyer, 3 reversed.
        """
        return record(Declaration, self._read("declaration", [id]))

    def account(self, taxpayer: bytes, period: int) -> Account:
        """The books of a taxpayer for a period.

        taxpayer: Whose.
        period: Of which period.

        Answers: Output, input, carried credits, and payments both ways.
        """
        return record(Account, self._read("account", [taxpayer, period]))

    def fingerprint(self, seller: bytes, invoice: bytes) -> bytes:
        """What makes an invoice one.

        seller: Who sent it.
        invoice: The seller's number for it.

        Answers: keccak256 of both.
        """
        return cast(bytes, self._read("fingerprint", [seller, invoice]))

    def held(self, id: bytes) -> int:
        """What is held for a payment: always nothing.

        id: Any.

        Answers: Zero.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second of the period in which an invoice was declared.

        id: The declaration.

        Answers: Seconds since 1970; zero for an unknown declaration.
        """
        return cast(int, self._read("last_deadline", [id]))

    def token(self) -> bytes:
        return cast(bytes, self._read("token", []))

    def period_seconds(self) -> int:
        return cast(int, self._read("period_seconds", []))

    def declared_as(self, fingerprint: bytes) -> bytes:
        return cast(bytes, self._read("declared_as", [fingerprint]))

    def is_rate(self, rate: int) -> bool:
        return cast(bool, self._read("is_rate", [rate]))
