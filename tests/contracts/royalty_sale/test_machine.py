"""Works under long random histories: sold and sold on, given away, offers that change or end, a token with moods."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.deal_room import HASH, DealMachine
from tests.contracts.machine import LONG_CALLS, mostly, picks, run
from tests.contracts.placed import now, wait_until
from tests.contracts.royalty_sale.works import ANYONE, FEE, MARKET, OPEN, PARTIES, TERM, number

RIGHT = "right"
sellers = mostly(RIGHT, *PARTIES)


class RoyaltyMachine(DealMachine):
    NAME = "royalty_sale"
    RECORD = "offered"
    PARTIES = PARTIES

    def arguments(self) -> tuple[object, ...]:
        return MARKET, FEE

    def begin(self) -> None:
        self.owner: dict[bytes, bytes] = {}
        for place, royalty in enumerate((10_00, 33_33)):
            self.register(place, royalty)

    def caller(self, id: bytes, chosen: str | bytes) -> bytes:
        return self.owner[id] if isinstance(chosen, str) else chosen

    @rule(place=picks, royalty=st.sampled_from([0, 1, 49_99, 50_00]))
    @precondition(lambda self: len(self.known) < 4)
    def register(self, place: int, royalty: int) -> None:
        creator = PARTIES[place % len(PARTIES)]
        id = self.attempt(self.contract, True, "register", royalty, HASH, sender=creator).result
        self.known.append(id)
        self.owner[id] = creator

    @rule(
        place=picks,
        price=st.one_of(st.integers(1, 20), st.integers(1, 15_000)),
        by=sellers,
        buyer=st.sampled_from([ANYONE] * 3 + list(PARTIES)),
    )
    def offer(self, place: int, price: int, by: str | bytes, buyer: bytes) -> None:
        id = self.known[place % len(self.known)]
        sender = self.caller(id, by)
        allowed = sender == self.owner[id] and buyer != sender
        terms = (id, buyer, self.token.address, price, now() + TERM)
        self.attempt(self.contract, allowed, "offer", *terms, sender=sender)

    @rule(place=picks, who=st.sampled_from(PARTIES), off=st.sampled_from([0] * 9 + [1]), wrong=picks)
    @precondition(lambda self: self.any_in(OPEN))
    def buy(self, place: int, who: bytes, off: int, wrong: int) -> None:
        id = self.some(place, OPEN)
        offer = self.record(id)
        # Mostly by whom it was made to, where it was made to somebody.
        sender = offer["buyer"] if any(offer["buyer"]) and wrong % 5 else who
        price = offer["price"] + (wrong % 10 == 9)
        if wrong % 3 == 0:
            wait_until(offer["deadline"] + off)
        allowed = (
            offer["state"] == OPEN
            and now() <= offer["deadline"]
            and offer["buyer"] in (ANYONE, sender)
            and sender != offer["seller"]
            and price == offer["price"]
            and self.takes_money(price)
            and self.token.read("balanceOf", sender) >= price
        )
        outcome = self.attempt(self.contract, allowed, "buy", id, self.token.address, price, sender=sender)
        if outcome.accepted:
            sold = outcome.event("Sold").arguments
            creator = self.contract.read("work", id)["creator"]
            assert self.contract.read("royaltyInfo", number(id), price) == (creator, sold["royalty"])
            self.gains[sender] -= price
            self.gains[creator] += sold["royalty"]
            self.gains[MARKET] += sold["fee"]
            self.gains[offer["seller"]] += sold["to_seller"]
            self.owner[id] = sender

    @rule(place=picks, by=sellers, receiver=st.sampled_from(PARTIES))
    def give(self, place: int, by: str | bytes, receiver: bytes) -> None:
        id = self.known[place % len(self.known)]
        sender = self.caller(id, by)
        allowed = sender == self.owner[id]
        if self.attempt(self.contract, allowed, "transferFrom", sender, receiver, number(id), sender=sender).accepted:
            self.owner[id] = receiver

    @rule(place=picks, by=sellers)
    @precondition(lambda self: self.any_in(OPEN))
    def withdraw(self, place: int, by: str | bytes) -> None:
        id = self.some(place, OPEN)
        sender = self.caller(id, by)
        allowed = self.record(id)["state"] == OPEN and sender == self.owner[id]
        self.attempt(self.contract, allowed, "withdraw", id, sender=sender)

    @rule(place=picks, off=st.sampled_from([0, 1, 1, 1]), who=st.sampled_from(PARTIES))
    @precondition(lambda self: self.any_in(OPEN))
    def exit(self, place: int, off: int, who: bytes) -> None:
        id = self.some(place, OPEN)
        offer = self.record(id)
        wait_until(offer["deadline"] + off)
        allowed = offer["state"] == OPEN and now() > offer["deadline"]
        self.attempt(self.contract, allowed, "exit", id, sender=who)

    @invariant()
    def a_work_has_one_owner_who_alone_sells_it(self) -> None:
        for id in self.known:
            assert self.contract.read("ownerOf", number(id)) == self.owner[id]
            offer = self.record(id)
            assert offer["state"] != OPEN or offer["seller"] == self.owner[id]
        for who in PARTIES:
            assert self.contract.read("balanceOf", who) == list(self.owner.values()).count(who)


def test_sales_keep_their_truths_through_random_histories() -> None:
    run(RoyaltyMachine, calls=300)


@pytest.mark.long
def test_sales_keep_their_truths_through_many_random_histories() -> None:
    run(RoyaltyMachine, calls=LONG_CALLS, steps=60)
