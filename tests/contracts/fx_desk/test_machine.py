"""Foreign exchange under long random histories: quotes of all kinds at their limits and one off them, taken twice,
cancelled, expired, held and delivered, with clocks at deadlines and one second off and tokens that change their minds.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.fx_desk.cast import (
    DEALER,
    DESK,
    GIVES,
    HELD,
    NOBODY,
    OTHER,
    OTHER_KEY,
    PAYS,
    STRANGER,
    TAKER,
    TERM,
    WEALTH,
    WEEK,
    in_hostile_tokens,
    quoted,
    signed,
)
from tests.contracts.machine import LONG_CALLS, Machine, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Placed, now, wait, wait_until

TAKERS = [TAKER, OTHER]
EVERYONE = [*TAKERS, DEALER, STRANGER]
MOODS = {name: HOSTILE_MOODS[name] for name in ("honest", "returns false", "returns nothing")}
BLOCKS_ONE = 10
RATES = [(16_037, 10_000), (10_000, 16_037), (33_125, 10_000), (1, 3), (1, 1)]
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60
LEAST, MOST = 100, 5_000

callers = mostly(None, *EVERYONE)
amounts = st.one_of(
    st.sampled_from([LEAST, LEAST, LEAST, MOST, MOST, MOST, LEAST - 1, MOST + 1]), st.integers(LEAST, MOST)
)
takers = st.sampled_from(TAKERS)


class FxMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.scene = in_hostile_tokens(self.tally)
        self.desk = self.scene.desk
        self.used: set[int] = set()
        self.ids: list[bytes] = []
        self.wealth = {(who, token): WEALTH for who in (*TAKERS, DEALER) for token in (PAYS, GIVES)}
        for number in range(2):
            self.hold(number + 1, TAKER, 1_000, 0, signed_by_dealer=True)

    def at_the_end(self) -> None:
        for token in (self.scene.pays, self.scene.gives):
            token.do("set_mode", MOODS["honest"])
        wait(ELEVEN_YEARS)
        for id in self.ids:
            if self.deal(id)["state"] == HELD:
                self.desk.do("exit", id, sender=STRANGER)
        for token in (PAYS, GIVES):
            for who in (*TAKERS, DEALER):
                if self.desk.read("claimable", token, who):
                    self.desk.do("claim", token, who, sender=STRANGER)
        assert self.scene.holds_nothing()
        self.everyone_has_what_was_signed()

    def deal(self, id: bytes) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.read("deal", id)
        return found

    def pick(self, number: int) -> tuple[bytes, dict[str, Any]]:
        """Mostly one that is held."""
        shown = [(id, self.deal(id)) for id in self.ids]
        fitting = [each for each in shown if each[1]["state"] == HELD]
        chosen = fitting if fitting and number % 8 != 7 else shown
        return chosen[number % len(chosen)]

    def some_held(self) -> bool:
        return any(self.deal(id)["state"] == HELD for id in self.ids)

    def comes_in(self, token: Placed) -> bool:
        return bool(token.read("mode") != MOODS["returns false"])

    def exchanged(self, taker: bytes, paid: int, given: int) -> None:
        for giver, getter, token, amount in ((taker, DEALER, PAYS, paid), (DEALER, taker, GIVES, given)):
            self.wealth[giver, token] -= amount
            self.wealth[getter, token] += amount

    def within(self, quote: dict[str, Any], taker: bytes, amount: int, signed_by_dealer: bool) -> bool:
        """What the quote itself allows."""
        return (
            signed_by_dealer
            and quote["nonce"] not in self.used
            and now() <= quote["expires"]
            and LEAST <= amount <= MOST
            and quote["taker"] in (NOBODY, taker)
        )

    def fresh(self, number: int) -> int:
        """Mostly a number that was not used yet."""
        return number % 3 if number % 10 == 7 else max(self.used, default=0) + 1

    @rule(
        number=picks,
        taker=takers,
        amount=amounts,
        rate=st.integers(0, len(RATES) - 1),
        late=st.sampled_from([-1, 0, 0, 0, TERM, TERM, TERM]),
        own=st.sampled_from([None] * 6 + [TAKER, OTHER]),
        signed_by_dealer=st.sampled_from([True] * 10 + [False]),
    )
    def take(
        self,
        number: int,
        taker: bytes,
        amount: int,
        rate: int,
        late: int,
        own: bytes | None,
        signed_by_dealer: bool,
    ) -> None:
        numerator, denominator = RATES[rate]
        quote = quoted(
            nonce=self.fresh(number),
            numerator=numerator,
            denominator=denominator,
            least=LEAST,
            most=MOST,
            expires=now() + late,
            taker=own or NOBODY,
        )
        allowed = (
            self.within(quote, taker, amount, signed_by_dealer)
            and self.comes_in(self.scene.pays)
            and self.comes_in(self.scene.gives)
        )
        signature = signed(quote) if signed_by_dealer else signed(quote, signer=OTHER_KEY)
        made = self.attempt(self.desk, allowed, "take", quote, signature, amount, sender=taker)
        if made.accepted:
            self.used.add(quote["nonce"])
            given = amount * numerator // denominator
            event = made.event("Taken").arguments
            assert (event["given"], event["numerator"], event["denominator"]) == (given, numerator, denominator)
            self.exchanged(taker, amount, given)

    @rule(
        number=picks,
        taker=takers,
        amount=amounts,
        rate=st.integers(0, len(RATES) - 1),
        signed_by_dealer=st.sampled_from([True] * 10 + [False]),
    )
    @precondition(lambda self: len(self.ids) < 7)
    def hold(self, number: int, taker: bytes, amount: int, rate: int, signed_by_dealer: bool) -> None:
        numerator, denominator = RATES[rate]
        quote = quoted(
            nonce=self.fresh(number),
            numerator=numerator,
            denominator=denominator,
            least=LEAST,
            most=MOST,
            deliver_by=now() + WEEK,
        )
        allowed = self.within(quote, taker, amount, signed_by_dealer) and self.comes_in(self.scene.pays)
        signature = signed(quote) if signed_by_dealer else signed(quote, signer=OTHER_KEY)
        made = self.attempt(self.desk, allowed, "hold", quote, signature, amount, sender=taker)
        if made.accepted:
            self.used.add(quote["nonce"])
            self.ids.append(made.result)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some_held())
    def deliver(self, number: int, caller: bytes | None) -> None:
        id, deal = self.pick(number)
        sender = caller or DEALER
        allowed = (
            deal["state"] == HELD and sender == DEALER and now() <= deal["deadline"] and self.comes_in(self.scene.gives)
        )
        made = self.attempt(self.desk, allowed, "deliver", id, sender=sender)
        if made.accepted:
            self.exchanged(deal["taker"], deal["paid"], deal["paid"] * deal["numerator"] // deal["denominator"])

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some_held())
    def decline(self, number: int, caller: bytes | None) -> None:
        id, deal = self.pick(number)
        sender = caller or DEALER
        self.attempt(self.desk, deal["state"] == HELD and sender == DEALER, "decline", id, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), off=st.sampled_from([None, 0, 1, 1, 1]))
    @precondition(lambda self: self.some_held())
    def exit(self, number: int, caller: bytes, off: int | None) -> None:
        id, deal = self.pick(number)
        if off is not None:
            wait_until(deal["deadline"] + off)
        allowed = deal["state"] == HELD and now() > deal["deadline"]
        self.attempt(self.desk, allowed, "exit", id, sender=caller)

    @rule(number=picks)
    def cancel_quote(self, number: int) -> None:
        nonce = self.fresh(number)
        self.attempt(self.desk, nonce not in self.used, "cancel_quote", nonce, sender=DEALER)
        self.used.add(nonce)

    @rule(who=st.sampled_from([*TAKERS, DEALER]), pays=st.booleans())
    @precondition(lambda self: self.some_claim())
    def claim(self, who: bytes, pays: bool) -> None:
        token = self.scene.pays if pays else self.scene.gives
        mode = token.read("mode")
        refuses = mode == MOODS["returns false"] or (mode == BLOCKS_ONE and token.read("blocked") == who)
        allowed = self.desk.read("claimable", token.address, who) > 0 and not refuses
        self.attempt(self.desk, allowed, "claim", token.address, who, sender=STRANGER)

    def some_claim(self) -> bool:
        return any(self.desk.read("claimable", token, who) for token in (PAYS, GIVES) for who in (*TAKERS, DEALER))

    @rule(mood=st.sampled_from([*["honest"] * 8, *MOODS]), pays=st.booleans())
    def change_mood(self, mood: str, pays: bool) -> None:
        (self.scene.pays if pays else self.scene.gives).do("set_mode", MOODS[mood])

    @rule(who=st.sampled_from([TAKER, DEALER]), pays=st.booleans())
    def block(self, who: bytes, pays: bool) -> None:
        (self.scene.pays if pays else self.scene.gives).do("block", who)

    @invariant()
    def everyone_has_what_was_signed(self) -> None:
        deals = [self.deal(id) for id in self.ids]
        for token in (self.scene.pays, self.scene.gives):
            held = claims = 0
            for who in (*TAKERS, DEALER):
                put_in = sum(
                    deal["paid"]
                    for deal in deals
                    if deal["state"] == HELD and deal["taker"] == who and token is self.scene.pays
                )
                owed = self.desk.read("claimable", token.address, who)
                assert token.read("balanceOf", who) + owed + put_in == self.wealth[who, token.address]
                held, claims = held + put_in, claims + owed
            owed = self.desk.read("liabilities", token.address)
            assert owed == held + claims == token.read("balanceOf", DESK)


def test_exchange_keeps_its_truths_through_random_histories() -> None:
    run(FxMachine)


@pytest.mark.long
def test_exchange_keeps_its_truths_through_many_random_histories() -> None:
    run(FxMachine, calls=LONG_CALLS, steps=60)
