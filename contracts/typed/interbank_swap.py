"""InterbankSwap: Transfers between clients of two banks: burn at one, move the reserves, mint at the other.

Written by scripts/generate from interbank_swap.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Transfer:
    from_bank: bytes
    to_bank: bytes
    sender: bytes
    payee: bytes
    amount: int
    deadline: int
    reference: bytes
    state: int


class InterbankSwap(Bound):
    """A client's bank burns its own money and sends the reserves behind it here. The payee's bank accepts, and in that
    one transaction the reserves reach it and it mints its own money to the payee. Until then the client and either
    bank may call it off; after the deadline anyone can. Then the reserves go back to the client's bank, which mints
    the money again; a bank that will not or cannot do that loses the reserves to the client, who is paid in the
    currency itself."""

    NAME = "interbank_swap"

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

    def open(self, sender: bytes, to_bank: bytes, payee: bytes, amount: int, deadline: int, reference: bytes) -> Sent:
        """Takes the reserves of a transfer from the calling bank, which has burnt its client's money for them. Member
        banks' money contracts only.

        sender: The client whose money was burnt, and to whom it returns.
        to_bank: The money contract of the payee's bank.
        payee: Who is to be paid there.
        amount: Minor units, from an allowance given to this contract.
        deadline: Last second for acceptance; at most ten years ahead.
        reference: The payment reference.

        Answers: The transfer's id.
        """
        return self._send("open", [sender, to_bank, payee, amount, deadline, reference])

    def accept(self, id: bytes) -> Sent:
        """Moves the reserves to the payee's bank, which mints its money to the payee. That bank only, up to the
        deadline.

        id: The transfer.
        """
        return self._send("accept", [id])

    def cancel(self, id: bytes) -> Sent:
        """Calls a transfer off that is not accepted yet, and returns the money. The client and either bank.

        id: The transfer.
        """
        return self._send("cancel", [id])

    def exit(self, id: bytes) -> Sent:
        """Returns the money of a transfer that was not accepted in time. Anyone.

        id: The transfer.
        """
        return self._send("exit", [id])

    def return_to_bank(self, id: bytes) -> Sent:
        """Half of a return: the reserves against the client's money at its bank. Only this contract calls it, while it
        holds its own lock.

        id: The transfer.
        """
        return self._send("return_to_bank", [id])

    def set_member(self, bank: bytes, listed: bool) -> Sent:
        """Lists a bank's money contract, or ends its membership: it can then open nothing and nothing new comes to it,
        while what is open goes on. Central bank only.

        bank: The money contract.
        listed: True to list.
        """
        return self._send("set_member", [bank, listed])

    def propose_admin(self, successor: bytes) -> Sent:
        """Names a successor, who must accept. The zero address withdraws the proposal. Central bank only.

        successor: The next admin.
        """
        return self._send("propose_admin", [successor])

    def accept_admin(self) -> Sent:
        """Takes over as admin. Only the proposed successor."""
        return self._send("accept_admin", [])

    def deal(self, id: bytes) -> Transfer:
        """Everything about a transfer.

        id: The transfer.

        Answers: Its record; state 0 unknown, 1 open, 2 accepted, 3 returned.
        """
        return record(Transfer, self._read("deal", [id]))

    def held(self, id: bytes) -> int:
        """What a transfer holds now.

        id: The transfer.

        Answers: Minor units of the currency.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the transfer.

        id: The transfer.

        Answers: Seconds since 1970; zero for an unknown transfer.
        """
        return cast(int, self._read("last_deadline", [id]))

    def money(self) -> bytes:
        return cast(bytes, self._read("money", []))

    def is_member(self, account: bytes) -> bool:
        return cast(bool, self._read("is_member", [account]))
