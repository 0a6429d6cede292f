"""DepositToken: A bank's own money: deposits backed by reserves in the digital currency.

Written by scripts/generate from deposit_token.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Account:
    is_open: bool
    is_custody: bool
    frozen: int


class DepositToken(Bound):
    """One contract for each bank. Clients whose account the bank opened pay currency in and hold as much bank money, an
    ERC-20 token that moves between the bank's clients; they pay it out again whenever they like. The currency behind
    it stays here, and leaves only against bank money that is given up for it. The bank can lend only by creating
    deposits, while the reserves cover the ratio fixed at deployment; 10,000 basis points allow no lending at all.
    With less, what is lent may be paid out by the borrower like any deposit: that is what lending is. To a client of
    another bank money goes through the clearing contract: burnt here, reserves moved, minted there. If the bank
    disappears: its clients still pay out and transfer. Its licence ends on a date that is always at most ten years
    away; from the next second anyone can pay every client its share of the reserves."""

    NAME = "deposit_token"

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

    def name(self) -> str:
        return cast(str, self._read("name", []))

    def symbol(self) -> str:
        return cast(str, self._read("symbol", []))

    def decimals(self) -> int:
        return cast(int, self._read("decimals", []))

    def balanceOf(self, account: bytes) -> int:
        return cast(int, self._read("balanceOf", [account]))

    def allowance(self, owner: bytes, spender: bytes) -> int:
        return cast(int, self._read("allowance", [owner, spender]))

    def totalSupply(self) -> int:
        """What is in circulation: everything minted less everything burned.

        Answers: The supply in minor units.
        """
        return cast(int, self._read("totalSupply", []))

    def total_minted(self) -> int:
        return cast(int, self._read("total_minted", []))

    def total_burned(self) -> int:
        return cast(int, self._read("total_burned", []))

    def admin(self) -> bytes:
        return cast(bytes, self._read("admin", []))

    def proposed_admin(self) -> bytes:
        return cast(bytes, self._read("proposed_admin", []))

    def deposit(self, amount: int) -> Sent:
        """Pays currency in and gets as much bank money. Clients only, while the licence runs.

        amount: Minor units, from an allowance given to this contract.
        """
        return self._send("deposit", [amount])

    def withdraw(self, amount: int) -> Sent:
        """Pays bank money out as currency, at par. Whoever holds it, while the licence runs; then see `exit`.

        amount: Minor units of free money.
        """
        return self._send("withdraw", [amount])

    def transfer(self, receiver: bytes, amount: int) -> Sent:
        """Pays another client of this bank; custody pays a former one too.

        receiver: Who is paid.
        amount: Minor units of free money; zero is allowed, as ERC-20 asks.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("transfer", [receiver, amount])

    def transferFrom(self, owner: bytes, receiver: bytes, amount: int) -> Sent:
        """Pays from `owner` within what the owner allowed the caller.

        owner: Whose money moves.
        receiver: Who is paid.
        amount: Minor units.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("transferFrom", [owner, receiver, amount])

    def approve(self, spender: bytes, amount: int) -> Sent:
        """Allows `spender` to pay up to `amount` from the caller.

        spender: Who may spend.
        amount: Minor units; the largest number means without limit.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("approve", [spender, amount])

    def transfer_out(self, to_bank: bytes, payee: bytes, amount: int, deadline: int, reference: bytes) -> Sent:
        """Pays a client of another bank: burns here and sends the reserves to clearing, where the other bank accepts.
        What it does not accept in time comes back.

        to_bank: The other bank's money contract.
        payee: Who is to be paid there.
        amount: Minor units of free money.
        deadline: Last second for acceptance.
        reference: The payment reference.

        Answers: The transfer's id at the clearing contract.
        """
        return self._send("transfer_out", [to_bank, payee, amount, deadline, reference])

    def credit_in(self, id: bytes, payee: bytes, amount: int) -> Sent:
        """Takes the reserves of a transfer from another bank and mints its money to the payee. Clearing only.

        id: The transfer.
        payee: A client of this bank.
        amount: Minor units.
        """
        return self._send("credit_in", [id, payee, amount])

    def credit_back(self, id: bytes, client: bytes, amount: int) -> Sent:
        """Takes back the reserves of a transfer that was not accepted and mints the money again. Clearing only.

        id: The transfer.
        client: Who had sent it.
        amount: Minor units.
        """
        return self._send("credit_back", [id, client, amount])

    def repay(self, amount: int) -> Sent:
        """Pays a loan back by giving bank money up. Whoever holds it.

        amount: Minor units of free money, at most what is lent and not repaid.
        """
        return self._send("repay", [amount])

    def open_account(self, account: bytes, is_custody: bool) -> Sent:
        """Takes a client whom the bank has identified. The bank only.

        account: Who.
        is_custody: Whether it is a contract that holds money for others: then it is never frozen, and pays out its
        own parties instead of being paid out. One that the currency's directory ever listed is so in any case.
        """
        return self._send("open_account", [account, is_custody])

    def close_account(self, account: bytes) -> Sent:
        """Ends an account that holds nothing. What custody still holds for it reaches it all the same, and it can pay
        that out. The bank only.

        account: Who.
        """
        return self._send("close_account", [account])

    def lend(self, account: bytes, amount: int) -> Sent:
        """Lends by creating a deposit, while reserves cover the ratio afterwards too. The bank only.

        account: The borrower, a client.
        amount: Minor units.
        """
        return self._send("lend", [account, amount])

    def set_compliance(self, account: bytes) -> Sent:
        """Appoints the compliance officer, or with the zero address dismisses it. The bank only.

        account: Who may freeze and unfreeze.
        """
        return self._send("set_compliance", [account])

    def propose_admin(self, successor: bytes) -> Sent:
        """Names the bank's next key, which must accept. The zero address withdraws the proposal. The bank only.

        successor: The next account that speaks for the bank.
        """
        return self._send("propose_admin", [successor])

    def accept_admin(self) -> Sent:
        """Takes over as the bank. Only the proposed successor."""
        return self._send("accept_admin", [])

    def freeze(self, account: bytes, amount: int, case_id: bytes) -> Sent:
        """Freezes part of an account's money under a case, while the licence runs. Compliance officer only.

        account: Whose money; never a custody contract, by the bank's word or by the currency's directory.
        amount: Minor units, added to what is frozen already.
        case_id: The order or court case this rests on.
        """
        return self._send("freeze", [account, amount, case_id])

    def unfreeze(self, account: bytes, amount: int, case_id: bytes) -> Sent:
        """Frees what was frozen under a case, in part or in full. Compliance officer only.

        account: Whose money.
        amount: Minor units, at most what this case froze.
        case_id: The case.
        """
        return self._send("unfreeze", [account, amount, case_id])

    def set_licence(self, until: int) -> Sent:
        """Prolongs the licence, or ends it with a week's notice at least. Central bank only, while it runs.

        until: Its last second; at most ten years ahead.
        """
        return self._send("set_licence", [until])

    def exit(self, id: bytes) -> Sent:
        """After the licence has ended: pays an account its share of the reserves, in the currency. Anyone. Not a
        custody contract, nor any other that owes bank money: it pays its parties in bank money first.

        id: The account's address, left-padded.
        """
        return self._send("exit", [id])

    def account(self, who: bytes) -> Account:
        """Everything about a client, other than its balance.

        who: The client.

        Answers: Whether the account is open, whether it holds money for others, and what is frozen in it.
        """
        return record(Account, self._read("account", [who]))

    def available(self, who: bytes) -> int:
        """What an account can pay now.

        who: Whose money.

        Answers: Its balance less what is frozen, never below zero.
        """
        return cast(int, self._read("available", [who]))

    def held(self, id: bytes) -> int:
        """The reserves that stand behind an account: its balance, or its share where reserves are short.

        id: The account's address, left-padded.

        Answers: Minor units of the currency.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second of the licence, after which anyone may exit any account.

        id: The account's address; the answer is the same for all.

        Answers: Seconds since 1970.
        """
        return cast(int, self._read("last_deadline", [id]))

    def money(self) -> bytes:
        return cast(bytes, self._read("money", []))

    def clearing(self) -> bytes:
        return cast(bytes, self._read("clearing", []))

    def supervisor(self) -> bytes:
        return cast(bytes, self._read("supervisor", []))

    def reserve_ratio(self) -> int:
        return cast(int, self._read("reserve_ratio", []))

    def compliance(self) -> bytes:
        return cast(bytes, self._read("compliance", []))

    def licensed_until(self) -> int:
        return cast(int, self._read("licensed_until", []))

    def reserves(self) -> int:
        return cast(int, self._read("reserves", []))

    def lent(self) -> int:
        return cast(int, self._read("lent", []))

    def repaid(self) -> int:
        return cast(int, self._read("repaid", []))

    def was_client(self, account: bytes) -> bool:
        return cast(bool, self._read("was_client", [account]))

    def frozen_in_case(self, case_id: bytes, account: bytes) -> int:
        return cast(int, self._read("frozen_in_case", [case_id, account]))
