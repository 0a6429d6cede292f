"""Points under long random histories: awarded, passed on, redeemed at the balance, ended at the edge of a period."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.contracts.deal_room import STRANGER, DealMachine
from tests.contracts.machine import LONG_CALLS, aimed, aims, mostly, picks, run
from tests.contracts.placed import now, wait, wait_until
from tests.contracts.points.programme import ALICE, ARGUMENTS, BOB, ISSUER, PARTIES, PERIOD, SHOP, VALUE, ends_in

HOLDERS = (ALICE, BOB)
holders = st.sampled_from(HOLDERS)


class PointsMachine(DealMachine):
    NAME = "points"
    PARTIES = PARTIES

    def arguments(self) -> tuple[object, ...]:
        return ARGUMENTS

    def begin(self) -> None:
        wait_until((now() // PERIOD + 1) * PERIOD)
        for holder in HOLDERS:
            self.award(holder, 100, None)

    def balance(self, who: bytes) -> int:
        return int(self.contract.read("balanceOf", who))

    def is_frozen(self, who: bytes) -> bool:
        return bool(self.token.read("claims_frozen", who))

    @rule(holder=holders, points=st.integers(1, 300), caller=mostly(None, ALICE))
    def award(self, holder: bytes, points: int, caller: bytes | None) -> None:
        allowed = caller is None and self.takes_money(points * VALUE)
        if self.attempt(self.contract, allowed, "award", holder, points, sender=caller or ISSUER).accepted:
            self.gains[ISSUER] -= points * VALUE
            if ends_in() not in self.known:
                self.known.append(ends_in())

    @rule(holder=holders, aim=aims, receiver=st.sampled_from([ALICE, SHOP, SHOP]))
    @precondition(lambda self: self.contract.read("totalSupply"))
    def redeem(self, holder: bytes, aim: tuple[str, int], receiver: bytes) -> None:
        had = self.balance(holder)
        points = aimed(had, aim)
        allowed = 0 < points <= had and (receiver == holder or not self.is_frozen(holder))
        if self.attempt(self.contract, allowed, "redeem", points, receiver, sender=holder).accepted:
            self.gains[receiver] += points * VALUE
            assert self.balance(holder) == had - points

    @rule(holder=holders, aim=aims, receiver=holders)
    def transfer(self, holder: bytes, aim: tuple[str, int], receiver: bytes) -> None:
        had = self.balance(holder)
        points = aimed(had, aim)
        allowed = points <= had and not self.is_frozen(holder)
        self.attempt(self.contract, allowed, "transfer", receiver, points, sender=holder)

    @rule(number=picks, off=st.sampled_from([0, 1, 1, 1]))
    @precondition(lambda self: any(self.contract.read("held", id) for id in self.known))
    def exit(self, number: int, off: int) -> None:
        backed = [id for id in self.known if self.contract.read("held", id)]
        id = backed[number % len(backed)]
        last, held = self.contract.read("last_deadline", id), self.contract.read("held", id)
        wait_until(last + off)
        if self.attempt(self.contract, now() > last, "exit", id, sender=STRANGER).accepted:
            self.gains[ISSUER] += held

    @rule(days=st.sampled_from([1, 29, 30]))
    def time_passes(self, days: int) -> None:
        wait(days * PERIOD // 30)

    @invariant()
    def every_live_point_is_somebodys(self) -> None:
        assert sum(self.balance(who) for who in HOLDERS) == self.contract.read("totalSupply")


def test_points_keep_their_truths_through_random_histories() -> None:
    run(PointsMachine, calls=300)


@pytest.mark.long
def test_points_keep_their_truths_through_many_random_histories() -> None:
    run(PointsMachine, calls=LONG_CALLS, steps=60)
