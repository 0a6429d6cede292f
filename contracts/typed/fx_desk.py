"""FxDesk: Foreign exchange at a signed rate.

Written by scripts/generate from fx_desk.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Quote:
    dealer: bytes
    taker: bytes
    pays: bytes
    gives: bytes
    numerator: int
    denominator: int
    least: int
    most: int
    expires: int
    deliver_by: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Deal:
    dealer: bytes
    taker: bytes
    pays: bytes
    gives: bytes
    paid: int
    given: int
    numerator: int
    denominator: int
    quote_hash: bytes
    deadline: int
    state: int


class FxDesk(Bound):
    """A dealer signs a quote off chain: which token it takes and which it gives, at what rate, between which amounts,
    until when. Whoever it is for takes it, and both sides move in that transaction at exactly that rate; the taker
    gets what the rate comes to, rounded down by less than one minor unit. Where the quote names a day to deliver by,
    the taker locks the rate in instead: its money is put aside here, and the dealer delivers by then or the money
    goes back; anyone can see to that. A quote is taken once, and the dealer may cancel it before."""

    NAME = "fx_desk"

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

    def take(self, quote: Quote, signature: bytes, amount: int) -> Sent:
        """Exchanges at once, at the rate signed. Both sides' tokens come from allowances given to this contract.

        quote: What the dealer signed.
        signature: By the dealer's key (r, s, v), or what its contract takes for a signature (EIP-1271).
        amount: What the caller pays, in minor units.

        Answers: The deal's id.
        """
        return self._send("take", [quote, signature, amount])

    def hold(self, quote: Quote, signature: bytes, amount: int) -> Sent:
        """Locks the rate in: puts the caller's side aside until the dealer delivers, by the date in the quote.

        quote: What the dealer signed, with a date to deliver by.
        signature: By the dealer's key (r, s, v), or what its contract takes for a signature (EIP-1271).
        amount: What the caller pays, in minor units, from an allowance given to this contract.

        Answers: The deal's id.
        """
        return self._send("hold", [quote, signature, amount])

    def deliver(self, id: bytes) -> Sent:
        """Gives what the rate came to and gets what was put aside. Dealer only, up to the deadline.

        id: The deal.
        """
        return self._send("deliver", [id])

    def decline(self, id: bytes) -> Sent:
        """Gives a held deal up before its deadline; the taker's money goes back. Dealer only.

        id: The deal.
        """
        return self._send("decline", [id])

    def exit(self, id: bytes) -> Sent:
        """After the deadline: gives back to the taker what the dealer did not deliver against. Anyone.

        id: The deal.
        """
        return self._send("exit", [id])

    def cancel_quote(self, nonce: int) -> Sent:
        """Makes the caller's quotes with this nonce worthless. A dealer, before they are taken.

        nonce: The number in the quote.
        """
        return self._send("cancel_quote", [nonce])

    def converted(self, quote: Quote, amount: int) -> int:
        """What a quote comes to for an amount.

        quote: The quote; its signature is not asked for.
        amount: What the taker would pay, in minor units.

        Answers: What the dealer would give, rounded down to the minor unit.
        """
        return cast(int, self._read("converted", [quote, amount]))

    def quote_digest(self, quote: Quote) -> bytes:
        """What the dealer signs for a quote (EIP-712).

        quote: The quote.

        Answers: The digest on this chain, for this contract.
        """
        return cast(bytes, self._read("quote_digest", [quote]))

    def eip712Domain(self) -> tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]]:
        """The domain of what is signed, in words (https://eips.ethereum.org/EIPS/eip-5267).

        Answers: Fields in use, name, version, chain id, contract, salt, extensions.
        """
        return cast(tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]], self._read("eip712Domain", []))

    def deal(self, id: bytes) -> Deal:
        """Everything about a deal.

        id: The deal.

        Answers: Its record; state 0 unknown, 1 taken, 2 held, 3 delivered, 4 returned.
        """
        return record(Deal, self._read("deal", [id]))

    def held(self, id: bytes) -> int:
        """What a deal holds now, in the token the taker pays.

        id: The deal.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the deal.

        id: The deal.

        Answers: Seconds since 1970; zero for a deal that was never held.
        """
        return cast(int, self._read("last_deadline", [id]))

    def is_used(self, dealer: bytes, nonce: int) -> bool:
        return cast(bool, self._read("is_used", [dealer, nonce]))
