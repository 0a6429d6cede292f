"""MeteredUtility: Power, water or gas by the unit, from a deposit.

Written by scripts/generate from metered_utility.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Terms:
    utility: bytes
    meter: bytes
    token: bytes
    tariff: int
    cap: int
    period_seconds: int
    ends: int
    first_reading: int
    terms_hash: bytes


@dataclass(frozen=True, slots=True)
class Supply:
    customer: bytes
    terms: Terms
    starts: int
    held: int
    reading: int
    read_at: int
    period: int
    charged: int
    state: int


class MeteredUtility(Bound):
    """A customer puts a deposit aside for a supply. The meter signs its readings with a key of its own; anyone brings
    them, and the utility is paid for the units since the last reading at the agreed tariff, at most the cap of the
    period in which the reading was taken. What is above the cap, or above what is left of the deposit, is not
    charged here. The customer tops up and stops at any time; what is unused comes back. Who disappears: a meter, and
    nothing is charged; a utility, and the deposit comes back a week after the end at the latest; a customer, and its
    supply ends when agreed. No role can take anything out but by a reading."""

    NAME = "metered_utility"

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

    def open(self, terms: Terms, deposit: int) -> Sent:
        """Opens a supply with the caller as customer, and pays the first deposit in from an allowance.

        terms: Utility, key of the meter, token, tariff of a unit, cap of a period, length of a period in seconds,
        last second supplied (at most ten years ahead), what the meter shows now, hash of the contract.
        deposit: Minor units.

        Answers: The supply's id.
        """
        return self._send("open", [terms, deposit])

    def top_up(self, id: bytes, amount: int) -> Sent:
        """Adds to a deposit from the caller's allowance. Anyone, up to the end of the supply.

        id: The supply.
        amount: Minor units; a token that takes a fee is refused.
        """
        return self._send("top_up", [id, amount])

    def charge(self, id: bytes, reading: int, at: int, signature: bytes) -> Sent:
        """Pays the utility for the units since the last reading. Anyone may bring what the meter signed (EIP-712
        `Reading`), up to a week after the end.

        id: The supply.
        reading: What the meter showed.
        at: When, later than the last reading.
        signature: Of the meter.
        """
        return self._send("charge", [id, reading, at, signature])

    def stop(self, id: bytes) -> Sent:
        """Ends the supply now; readings of what was used until now may still come for a week. Customer only.

        id: The supply.
        """
        return self._send("stop", [id])

    def close(self, id: bytes) -> Sent:
        """Ends the supply and gives back at once what is left of the deposit. Utility only.

        id: The supply.
        """
        return self._send("close", [id])

    def exit(self, id: bytes) -> Sent:
        """Gives back what is left of the deposit. Anyone, a week after the end.

        id: The supply.
        """
        return self._send("exit", [id])

    def supply(self, id: bytes) -> Supply:
        """Everything about a supply.

        id: The supply.

        Answers: Its record; state 0 unknown, 1 open, 2 closed.
        """
        return record(Supply, self._read("supply", [id]))

    def reading_digest(self, id: bytes, reading: int, at: int) -> bytes:
        """What a meter signs.

        id: The supply.
        reading: What the meter shows.
        at: When, in seconds since 1970.

        Answers: The EIP-712 digest.
        """
        return cast(bytes, self._read("reading_digest", [id, reading, at]))

    def held(self, id: bytes) -> int:
        """What is left of a deposit.

        id: The supply.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may send the rest to the customer.

        id: The supply.

        Answers: Seconds since 1970; zero for an unknown supply.
        """
        return cast(int, self._read("last_deadline", [id]))
