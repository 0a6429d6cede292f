"""NoShow: A booking fee that says what a cancellation costs.

Written by scripts/generate from no_show.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Step:
    until: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class Booking:
    guest: bytes
    venue: bytes
    token: bytes
    fee: int
    starts: int
    deadline: int
    came_basis_points: int
    held: int
    terms_hash: bytes
    state: int


class NoShow(Bound):
    """A guest pays a booking fee that is held until it is clear what became of the booking. The table of times is fixed
    at booking: who cancels early has all back, who cancels late leaves the venue a part, who never comes leaves it
    the fee. Of a guest who comes the venue keeps what was agreed for that (the whole fee, where it counts towards
    the bill). The venue itself confirms the arrival, or signs it at the door and anyone brings the signature. Who
    disappears: a guest has not come; a venue that neither confirms nor declines has the fee, so a guest who came
    asks for the signed arrival at the door. After the last deadline anyone can end a booking. No role can take
    anything out for itself."""

    NAME = "no_show"

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

    def book(
        self,
        venue: bytes,
        token: bytes,
        fee: int,
        starts: int,
        steps: Sequence[Step],
        came_basis_points: int,
        terms_hash: bytes,
    ) -> Sent:
        """Books, with the caller as guest, and pays the fee in from an allowance.

        venue: Whose table, room or seat it is.
        token: The ERC-20 token; one that takes a fee is refused.
        fee: Minor units.
        starts: Until when the guest may cancel and from when it may arrive.
        steps: Up to 8 (last second, share of the venue in hundredths of a percent) in order of time, the last not
        after `starts`. Who cancels after all of them leaves the whole fee.
        came_basis_points: What the venue keeps of a guest who comes.
        terms_hash: Hash of the terms of booking.

        Answers: The booking's id.
        """
        return self._send("book", [venue, token, fee, starts, steps, came_basis_points, terms_hash])

    def cancel(self, id: bytes) -> Sent:
        """Cancels: the venue gets what the table says for this second, the guest the rest. Guest only, up to the start.

        id: The booking.
        """
        return self._send("cancel", [id])

    def decline(self, id: bytes) -> Sent:
        """The venue cannot or will not have the guest: the whole fee goes back. Venue only.

        id: The booking.
        """
        return self._send("decline", [id])

    def confirm(self, id: bytes) -> Sent:
        """Confirms that the guest came. Venue only.

        id: The booking.
        """
        return self._send("confirm", [id])

    def confirm_signed(self, id: bytes, signature: bytes) -> Sent:
        """As `confirm`, by the venue's signature (EIP-712 `Arrival`), given at the door. Anyone may bring it.

        id: The booking.
        signature: Of the venue, a key or a contract account.
        """
        return self._send("confirm_signed", [id, signature])

    def exit(self, id: bytes) -> Sent:
        """Ends a booking of which nobody said that the guest came: the venue gets the fee. Anyone, after the last
        deadline.

        id: The booking.
        """
        return self._send("exit", [id])

    def booking(self, id: bytes) -> Booking:
        """Everything about a booking but its table of times.

        id: The booking.

        Answers: Its record; state 0 unknown, 1 booked, 2 closed.
        """
        return record(Booking, self._read("booking", [id]))

    def steps(self, id: bytes) -> tuple[Step, ...]:
        """What a cancellation costs, and until when.

        id: The booking.

        Answers: The steps in order of time.
        """
        return tuple(record(Step, each) for each in cast(tuple[object, ...], self._read("steps", [id])))

    def cost_of_cancelling(self, id: bytes) -> int:
        """What the venue would get if the guest cancelled now.

        id: The booking.

        Answers: Minor units.
        """
        return cast(int, self._read("cost_of_cancelling", [id]))

    def arrival_digest(self, id: bytes) -> bytes:
        """What the venue signs at the door.

        id: The booking.

        Answers: The EIP-712 digest.
        """
        return cast(bytes, self._read("arrival_digest", [id]))

    def held(self, id: bytes) -> int:
        """What a booking holds now.

        id: The booking.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may end the booking as a no-show.

        id: The booking.

        Answers: Seconds since 1970; zero for an unknown booking.
        """
        return cast(int, self._read("last_deadline", [id]))
