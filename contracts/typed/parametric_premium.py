"""ParametricPremium: Cover that a fact decides: late flights, dry summers, strong winds.

Written by scripts/generate from parametric_premium.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Cover:
    insurer: bytes
    holder: bytes
    token: bytes
    premium: int
    amount: int
    conditions: bytes
    question: bytes
    at_least: int
    pay_deadline: int
    fact_deadline: int
    held: int
    terms_hash: bytes
    state: int


class ParametricPremium(Bound):
    """An insurer offers a holder cover for a premium and puts the whole cover aside with the offer. Once the holder has
    paid the premium, the cover is paid if the fact that attestors decide is final with a value of at least the
    threshold, and goes back if it is final with less. Nobody files or judges a claim. The premium is the insurer's
    either way. Who disappears: attestors, and the question's own default decides when it expires; a source of facts
    that never answers, and thirty days after its deadline both have back what they paid in; a holder that does not
    pay in time, and the cover goes back. Anyone can settle. No role can take anything out for itself."""

    NAME = "parametric_premium"

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

    def offer(
        self,
        holder: bytes,
        token: bytes,
        premium: int,
        amount: int,
        conditions: bytes,
        question: bytes,
        at_least: int,
        pay_deadline: int,
        terms_hash: bytes,
    ) -> Sent:
        """Offers cover with the caller as insurer, and puts all of it aside from an allowance.

        holder: Who is covered.
        token: The ERC-20 token; one that takes a fee is refused.
        premium: What the holder pays.
        amount: What the holder gets if the fact says so.
        conditions: The contract that decides the fact.
        question: Which fact; it must be prepared already.
        at_least: The smallest value for which the cover is paid.
        pay_deadline: Last second to pay the premium, not after the fact's own deadline.
        terms_hash: Hash of the policy in words.

        Answers: The cover's id.
        """
        return self._send(
            "offer", [holder, token, premium, amount, conditions, question, at_least, pay_deadline, terms_hash]
        )

    def buy(self, id: bytes) -> Sent:
        """Pays the premium: from now on the fact decides. Holder only, up to the deadline, before it is decided.

        id: The cover.
        """
        return self._send("buy", [id])

    def withdraw(self, id: bytes) -> Sent:
        """Takes an offer back. Insurer only, before the premium is paid.

        id: The cover.
        """
        return self._send("withdraw", [id])

    def settle(self, id: bytes) -> Sent:
        """Pays as the fact says. Anyone, once it is final.

        id: The cover.
        """
        return self._send("settle", [id])

    def exit(self, id: bytes) -> Sent:
        """Ends a cover after its last deadline: an offer goes back to the insurer; live cover is paid as the fact says,
        or, if its source does not answer even now, both have back what they paid in. Anyone.

        id: The cover.
        """
        return self._send("exit", [id])

    def cover(self, id: bytes) -> Cover:
        """Everything about a cover.

        id: The cover.

        Answers: Its record; state 0 unknown, 1 offered, 2 live, 3 closed.
        """
        return record(Cover, self._read("cover", [id]))

    def held(self, id: bytes) -> int:
        """What is held for a cover.

        id: The cover.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may end the cover, whatever its source of facts does.

        id: The cover.

        Answers: Seconds since 1970; zero for an unknown cover.
        """
        return cast(int, self._read("last_deadline", [id]))
