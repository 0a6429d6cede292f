"""Escrow: Escrow in any ERC-20 token.

Written by scripts/generate from escrow.vy.
"""

from dataclasses import dataclass
from typing import Any, cast

from contracts.chain import Bound, Sent


@dataclass(frozen=True, slots=True)
class Deal:
    payer: bytes
    payee: bytes
    arbiter: bytes
    token: bytes
    amount: int
    deadline: int
    ruling_deadline: int
    terms_hash: bytes
    funded: int
    paid: int
    refunded: int
    state: int


class Escrow(Bound):
    """A payer puts money aside for a payee until a deadline. The payer releases, in parts or at once; the payee may
    give back; what is neither released nor disputed by the deadline goes back to the payer. Each may dispute before
    the deadline, and then the arbiter splits what is held. If the arbiter stays silent for 30 days after the
    deadline, the money goes back to the payer. After the last deadline anyone can empty a deal to its rightful
    party. No role can take anything out for itself."""

    NAME = "escrow"

    def claim(self, token: bytes, who: bytes) -> Sent:
        """Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.

        token: The token.
        who: Whose claim; only they are paid.

        Answers: What was paid.
        """
        return self._send("claim", [token, who])

    def claimable(self, arg0: bytes, arg1: bytes) -> int:
        return cast(int, self._read("claimable", [arg0, arg1]))

    def liabilities(self, arg0: bytes) -> int:
        return cast(int, self._read("liabilities", [arg0]))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, arg0: bytes) -> int:
        return cast(int, self._read("nonces", [arg0]))

    def open(self, payee: bytes, arbiter: bytes, token: bytes, amount: int, deadline: int, terms_hash: bytes) -> Sent:
        """Opens a deal with the caller as payer. No money moves yet.

        payee: Who is to be paid.
        arbiter: Who splits the money in a dispute, or zero for a deal that cannot be disputed.
        token: The ERC-20 token the deal is in.
        amount: What the payer will put aside, in minor units.
        deadline: Last second for release by agreement or dispute; at most ten years ahead.
        terms_hash: Hash of the terms the parties agreed on.

        Answers: The deal's id.
        """
        return self._send("open", [payee, arbiter, token, amount, deadline, terms_hash])

    def fund(self, id: bytes) -> Sent:
        """Puts the agreed amount aside, from an allowance given to this contract. Payer only, once.

        id: The deal.
        """
        return self._send("fund", [id])

    def release(self, id: bytes, amount: int) -> Sent:
        """Pays the payee. Payer only. In a dispute only the whole can be released, which ends it: a payer who could
        release in crumbs could spoil every ruling.

        id: The deal.
        amount: Minor units, at most what is held.
        """
        return self._send("release", [id, amount])

    def refund(self, id: bytes) -> Sent:
        """Gives everything held back to the payer: the payee at any time, anyone after the last deadline.

        id: The deal.
        """
        return self._send("refund", [id])

    def dispute(self, id: bytes) -> Sent:
        """Asks the arbiter to split what is held. Payer or payee, up to the deadline.

        id: The deal.
        """
        return self._send("dispute", [id])

    def rule(self, id: bytes, to_payee: int) -> Sent:
        """Splits what is held and closes the deal. Arbiter only, until the ruling deadline.

        id: The deal.
        to_payee: What the payee gets, in minor units; the payer gets the rest.
        """
        return self._send("rule", [id, to_payee])

    def exit(self, id: bytes) -> Sent:
        """Empties a deal whose last deadline has passed to its rightful party, the payer. Anyone.

        id: The deal.
        """
        return self._send("exit", [id])

    def deal(self, id: bytes) -> Deal:
        """Everything about a deal.

        id: The deal.

        Answers: Its record; state 0 unknown, 1 open, 2 funded, 3 disputed, 4 closed.
        """
        return Deal(**cast(dict[str, Any], self._read("deal", [id])))

    def held(self, id: bytes) -> int:
        """What a deal holds now.

        id: The deal.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the deal.

        id: The deal.

        Answers: Seconds since 1970; zero for an unknown deal.
        """
        return cast(int, self._read("last_deadline", [id]))
