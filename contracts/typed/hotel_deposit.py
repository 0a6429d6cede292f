"""HotelDeposit: A guest's deposit for a stay.

Written by scripts/generate from hotel_deposit.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Stay:
    guest: bytes
    hotel: bytes
    arbiter: bytes
    token: bytes
    deposit: int
    check_out: int
    answer_seconds: int
    deadline: int
    held: int
    evidence: bytes
    terms_hash: bytes
    state: int


class HotelDeposit(Bound):
    """A guest puts a deposit aside for a stay. From check-out the hotel has some days to claim damage, up to the
    deposit and with evidence; the rest goes back at once. The guest then has as many days to accept or contest. What
    is contested, the arbiter decides. Who disappears: a hotel that claims nothing in time, and the guest has the
    deposit back; a guest that does not answer a claim has accepted it; an arbiter silent for 30 days, and the guest
    has its money back. After each deadline anyone can bring this about. No role can take anything out for itself."""

    NAME = "hotel_deposit"

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

    def open(
        self,
        hotel: bytes,
        arbiter: bytes,
        token: bytes,
        deposit: int,
        check_out: int,
        answer_seconds: int,
        terms_hash: bytes,
    ) -> Sent:
        """Puts a deposit aside from the caller's allowance, with the caller as guest.

        hotel: Who may claim damage.
        arbiter: Who decides a contested claim; the hotel should know it before it hands out a key.
        token: The ERC-20 token; one that takes a fee is refused.
        deposit: Minor units.
        check_out: When the stay ends; from then on the hotel may claim.
        answer_seconds: How long the hotel may claim, and then the guest contest; at most 90 days.
        terms_hash: Hash of the house rules that both agreed on.

        Answers: The stay's id.
        """
        return self._send("open", [hotel, arbiter, token, deposit, check_out, answer_seconds, terms_hash])

    def claim_damage(self, id: bytes, amount: int, evidence: bytes) -> Sent:
        """Claims damage; what is not claimed goes back to the guest at once. Hotel only, once, from check-out.

        id: The stay.
        amount: Minor units, at most the deposit.
        evidence: Hash of what shows the damage.
        """
        return self._send("claim_damage", [id, amount, evidence])

    def accept(self, id: bytes) -> Sent:
        """Accepts the hotel's claim and pays it. Guest only; also of a claim that is contested.

        id: The stay.
        """
        return self._send("accept", [id])

    def contest(self, id: bytes, reason: bytes) -> Sent:
        """Contests the hotel's claim: the arbiter decides it within 30 days. Guest only, up to the deadline.

        id: The stay.
        reason: Hash of what the guest says to it.
        """
        return self._send("contest", [id, reason])

    def rule(self, id: bytes, to_hotel: int) -> Sent:
        """Decides a contested claim. Arbiter only, up to the deadline.

        id: The stay.
        to_hotel: What the hotel gets of its claim, in minor units; the guest gets the rest.
        """
        return self._send("rule", [id, to_hotel])

    def give_back(self, id: bytes) -> Sent:
        """Gives all that is held back to the guest. Hotel only, at any time.

        id: The stay.
        """
        return self._send("give_back", [id])

    def exit(self, id: bytes) -> Sent:
        """Ends a stay whose deadline passed in silence: an uncontested claim is paid, anything else goes back to the
        guest. Anyone.

        id: The stay.
        """
        return self._send("exit", [id])

    def stay(self, id: bytes) -> Stay:
        """Everything about a stay.

        id: The stay.

        Answers: Its record; state 0 unknown, 1 open, 2 claimed, 3 contested, 4 closed.
        """
        return record(Stay, self._read("stay", [id]))

    def held(self, id: bytes) -> int:
        """What a stay holds now.

        id: The stay.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may end the stay as it stands.

        id: The stay.

        Answers: Seconds since 1970; zero for an unknown stay.
        """
        return cast(int, self._read("last_deadline", [id]))
