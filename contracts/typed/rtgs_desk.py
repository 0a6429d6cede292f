"""RtgsDesk: The central bank's desk: reserves into currency and back, and gross settlement between banks.

Written by scripts/generate from rtgs_desk.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Order:
    bank: bytes
    kind: int
    amount: int
    deadline: int
    reference: bytes
    reviewed_by: bytes
    state: int


class RtgsDesk(Bound):
    """A bank asks for currency against reserves that it holds at the central bank outside this ledger. The central
    bank's maker reviews the order, its checker approves it, and only then is currency minted to the bank. To redeem,
    a bank puts currency aside here; approval burns it, and the central bank credits the bank's reserves. An order
    that nobody answered by its deadline lapses, and what was put aside goes back to the bank; anyone can see to
    that. Banks also settle with each other here, each payment in full and final at once."""

    NAME = "rtgs_desk"

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

    def request(self, amount: int, deadline: int, reference: bytes) -> Sent:
        """Asks for currency against reserves at the central bank. Listed banks only. Nothing moves yet.

        amount: Minor units.
        deadline: Last second for an answer; at most ten years ahead.
        reference: The reserve account's booking that stands for it outside.

        Answers: The order's id.
        """
        return self._send("request", [amount, deadline, reference])

    def redeem(self, amount: int, deadline: int, reference: bytes) -> Sent:
        """Puts currency aside to be turned into reserves. Whoever is or was a listed bank.

        amount: Minor units, from an allowance given to this contract.
        deadline: Last second for an answer; after it the currency goes back.
        reference: The reserve account to be credited outside.

        Answers: The order's id.
        """
        return self._send("redeem", [amount, deadline, reference])

    def review(self, id: bytes) -> Sent:
        """Confirms that the reserves stand behind an order. Maker only, up to the deadline.

        id: The order.
        """
        return self._send("review", [id])

    def approve(self, id: bytes) -> Sent:
        """Mints what a bank that is still listed asked for, or burns what was put aside. Checker only, after review, up
        to the deadline.

        id: The order.
        """
        return self._send("approve", [id])

    def reject(self, id: bytes, reason_hash: bytes) -> Sent:
        """Refuses an order; what was put aside goes back to the bank. Maker or checker.

        id: The order.
        reason_hash: Hash of the reason given to the bank.
        """
        return self._send("reject", [id, reason_hash])

    def withdraw(self, id: bytes) -> Sent:
        """Takes an order back that is not approved yet. Its bank only.

        id: The order.
        """
        return self._send("withdraw", [id])

    def exit(self, id: bytes) -> Sent:
        """Ends an order that nobody answered in time; what was put aside goes back to the bank. Anyone.

        id: The order.
        """
        return self._send("exit", [id])

    def settle(self, payee: bytes, amount: int, reference: bytes) -> Sent:
        """Pays another listed bank in full and at once. Listed banks only.

        payee: The bank that is paid.
        amount: Minor units, from an allowance given to this contract.
        reference: The payment reference.

        Answers: The settlement's id.
        """
        return self._send("settle", [payee, amount, reference])

    def set_bank(self, bank: bytes, listed: bool) -> Sent:
        """Lists a bank, or ends its licence; it can redeem ever after. Central bank only.

        bank: Who.
        listed: True to list.
        """
        return self._send("set_bank", [bank, listed])

    def set_operators(self, next_maker: bytes, next_checker: bytes) -> Sent:
        """Appoints the maker and the checker. Central bank only.

        next_maker: Who reviews orders.
        next_checker: Who approves them.
        """
        return self._send("set_operators", [next_maker, next_checker])

    def propose_admin(self, successor: bytes) -> Sent:
        """Names a successor, who must accept. The zero address withdraws the proposal. Central bank only.

        successor: The next admin.
        """
        return self._send("propose_admin", [successor])

    def accept_admin(self) -> Sent:
        """Takes over as admin. Only the proposed successor."""
        return self._send("accept_admin", [])

    def order(self, id: bytes) -> Order:
        """Everything about an order.

        id: The order.

        Answers: Its record; kind 1 issue, 2 redemption; state 0 unknown, 1 requested, 2 reviewed, 3 approved, 4
        rejected, 5 withdrawn, 6 lapsed.
        """
        return record(Order, self._read("order", [id]))

    def issued(self) -> int:
        """What this desk has issued and not taken back.

        Answers: Everything approved less everything redeemed, in minor units.
        """
        return cast(int, self._read("issued", []))

    def held(self, id: bytes) -> int:
        """What an order holds now: the currency of a redemption that waits for its answer.

        id: The order.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the order.

        id: The order.

        Answers: Seconds since 1970; zero for an unknown order.
        """
        return cast(int, self._read("last_deadline", [id]))

    def money(self) -> bytes:
        return cast(bytes, self._read("money", []))

    def maker(self) -> bytes:
        return cast(bytes, self._read("maker", []))

    def checker(self) -> bytes:
        return cast(bytes, self._read("checker", []))

    def is_bank(self, account: bytes) -> bool:
        return cast(bool, self._read("is_bank", [account]))

    def may_redeem(self, account: bytes) -> bool:
        return cast(bool, self._read("may_redeem", [account]))

    def approved(self) -> int:
        return cast(int, self._read("approved", []))

    def redeemed(self) -> int:
        return cast(int, self._read("redeemed", []))

    def redeeming(self) -> int:
        return cast(int, self._read("redeeming", []))

    def approved_of(self, bank: bytes) -> int:
        return cast(int, self._read("approved_of", [bank]))

    def redeemed_of(self, bank: bytes) -> int:
        return cast(int, self._read("redeemed_of", [bank]))
