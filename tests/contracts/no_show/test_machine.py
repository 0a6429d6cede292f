"""Bookings under long random histories: cancelled at the edges of the table, arrived, declined, forgotten."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.contracts.deal_room import HASH, DealMachine
from tests.contracts.machine import LONG_CALLS, mostly, picks, run
from tests.contracts.no_show.bookings import AHEAD, BOOKED, CLOSED, DOOR, EVERYONE, GUEST, VENUE, steps
from tests.contracts.placed import now, wait_until
from tests.contracts.signers import Signer

callers = mostly(None, *EVERYONE)


class NoShowMachine(DealMachine):
    NAME = "no_show"
    RECORD = "booking"
    PARTIES = (GUEST, VENUE)

    def begin(self) -> None:
        self.tables: dict[bytes, list[tuple[int, int]]] = {}
        for fee in (10_001, 1):
            self.book(fee, 50_00)

    def end(self, booking: Any, to_venue: int) -> None:
        assert 0 <= to_venue <= booking["fee"]
        self.gains[VENUE] += to_venue
        self.gains[GUEST] += booking["fee"] - to_venue

    @rule(fee=st.integers(1, 2_000), came=st.sampled_from([0, 33_33, 50_00, 100_00]))
    @precondition(lambda self: sum(self.record(id)["state"] == BOOKED for id in self.known) < 3 and len(self.known) < 6)
    def book(self, fee: int, came: int) -> None:
        terms = (VENUE, self.token.address, fee, now() + AHEAD, steps(), came, HASH)
        id, table = self.contract.read("next_id", GUEST), steps()
        if self.attempt(self.contract, self.takes_money(fee), "book", *terms, sender=GUEST).accepted:
            self.known.append(id)
            self.tables[id] = table
            self.gains[GUEST] -= fee

    @rule(number=picks, edge=st.sampled_from([0, 1, 2, 3, None]), off=st.sampled_from([0, 1]), caller=callers)
    @precondition(lambda self: self.any_in(BOOKED))
    def cancel(self, number: int, edge: int | None, off: int, caller: bytes | None) -> None:
        id, sender = self.some(number, BOOKED), caller or GUEST
        booking = self.record(id)
        if edge is not None:
            edges = [until for until, _ in self.tables[id]]
            wait_until([*edges, booking["starts"]][edge] + off)
        allowed = booking["state"] == BOOKED and sender == GUEST and now() <= booking["starts"]
        if self.attempt(self.contract, allowed, "cancel", id, sender=sender).accepted:
            # Of the steps still ahead the first counts; half a unit goes to the venue.
            share = min((share for until, share in self.tables[id] if until >= now()), default=100_00)
            self.end(booking, (booking["fee"] * share + 50_00) // 100_00)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: len(self.known) > 2 and self.any_in(BOOKED))
    def decline(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, BOOKED), caller or VENUE
        booking = self.record(id)
        allowed = booking["state"] == BOOKED and sender == VENUE
        if self.attempt(self.contract, allowed, "decline", id, sender=sender).accepted:
            self.end(booking, 0)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_in(BOOKED))
    def confirm(self, number: int, caller: bytes | None) -> None:
        id, sender = self.some(number, BOOKED), caller or VENUE
        booking = self.record(id)
        allowed = booking["state"] == BOOKED and sender == VENUE
        if self.attempt(self.contract, allowed, "confirm", id, sender=sender).accepted:
            self.end(booking, (booking["fee"] * booking["came_basis_points"] + 50_00) // 100_00)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), signer=st.sampled_from([DOOR] * 7 + [Signer(22)]))
    @precondition(lambda self: self.any_in(BOOKED))
    def confirm_signed(self, number: int, caller: bytes, signer: Signer) -> None:
        id = self.some(number, BOOKED)
        booking, signed = self.record(id), signer.sign(self.contract.read("arrival_digest", id))
        allowed = booking["state"] == BOOKED and signer == DOOR
        if self.attempt(self.contract, allowed, "confirm_signed", id, signed, sender=caller).accepted:
            self.end(booking, (booking["fee"] * booking["came_basis_points"] + 50_00) // 100_00)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.any_in(BOOKED))
    def exit(self, number: int, off: int, caller: bytes) -> None:
        id = self.some(number, BOOKED)
        booking = self.record(id)
        wait_until(booking["deadline"] + off)
        allowed = booking["state"] != CLOSED and now() > booking["deadline"]
        if self.attempt(self.contract, allowed, "exit", id, sender=caller).accepted:
            self.end(booking, booking["fee"])


def test_bookings_keep_their_truths_through_random_histories() -> None:
    run(NoShowMachine)


@pytest.mark.long
def test_bookings_keep_their_truths_through_many_random_histories() -> None:
    run(NoShowMachine, calls=LONG_CALLS, steps=60)
