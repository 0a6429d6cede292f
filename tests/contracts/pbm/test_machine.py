"""Vouchers under long random histories: two types, four holders, merchants that come and go after the delay, amounts
at the balance and one off it, clocks at delays and expiries, and a token that changes its mind.

Who may do what is stated here, and the lists by the machine's own memory; each history ends with the exit test.
"""

from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

OWNER, ISSUER, ALICE, BOB, SHOP, CLINIC, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(7))
HOLDERS, MERCHANTS = [ALICE, BOB], [SHOP, CLINIC]
EVERYONE = [OWNER, ISSUER, *HOLDERS, *MERCHANTS, STRANGER]
HAVE_UNITS = [*HOLDERS, *MERCHANTS]
WEALTH = 1_000_000
DELAY, TERM = 3_600, 40_000
OPEN, CLOSED = 1, 2
MEMO = b"\4" * 32

callers = mostly(None, *EVERYONE)


class Slot(NamedTuple):
    """From when until when a merchant is listed; zero: never."""

    since: int
    until: int


class PbmMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.pbm = Placed(load("pbm"), b"\xe5" * 20, OWNER, DELAY, tally=self.tally)
        self.token = hostile_token(b"\xe6" * 20)
        for payer in (ISSUER, BOB):
            self.token.do("mint", payer, WEALTH)
        self.types: list[bytes] = []
        self.slots: dict[tuple[bytes, bytes], Slot] = {}
        self.bans: dict[bytes, int] = {}
        # (type, holder) -> units, by the machine's own books
        self.units: dict[tuple[bytes, bytes], int] = {}
        self.due = dict.fromkeys(MERCHANTS, 0)
        for transferable, merchants in ((True, [SHOP]), (False, [SHOP, CLINIC])):
            terms = ("x", self.token.address, 5, now() + TERM, transferable, merchants, [], "")
            id = self.pbm.do("create_type", *terms, sender=ISSUER)
            self.types.append(id)
            for merchant in merchants:
                self.slots[id, merchant] = Slot(now(), 0)
            for holder in HOLDERS:
                self.pbm.do("wrap", id, holder, 20, sender=ISSUER)
                self.units[id, holder] = 20

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        wait(TERM + 1)
        for id in self.types:
            if self.pbm.read("type_of", id)["state"] == OPEN:
                # By now anyone may end the other too, but not in the midst of this one.
                enters_again(self.token, self.pbm, "exit", self.types[-1])
                self.pbm.do("exit", id, sender=STRANGER)
        for who in (ISSUER, *MERCHANTS):
            if self.pbm.read("claimable", self.token.address, who):
                self.pbm.do("claim", self.token.address, who, sender=STRANGER)
        assert self.pbm.read("liabilities", self.token.address) == 0
        assert self.token.read("balanceOf", self.pbm.address) == strayed(self.token, self.pbm.address)
        assert not entered(self.token), "the token entered the contract again"

    def is_silenced(self) -> bool:
        return bool(self.token.read("mode") == BURNS_ALL_GAS)

    def merchant_now(self, id: bytes, who: bytes) -> bool:
        since, until = self.slots.get((id, who), Slot(0, 0))
        banned = who in self.bans and now() >= self.bans[who]
        return not banned and since != 0 and since <= now() and (until == 0 or now() < until)

    def live(self, record: Any) -> bool:
        return record["state"] == OPEN and now() <= record["expires"]

    def pick(self, number: int) -> tuple[bytes, Any, bytes]:
        """Mostly a type that is live, and someone who has units of it."""
        shown = [(id, self.pbm.read("type_of", id)) for id in self.types]
        fitting = [(*each, who) for each in shown if self.live(each[1]) for who in self.holders(each[0])]
        if fitting and number % 8:
            return fitting[number % len(fitting)]
        id, record = shown[number % len(shown)]
        return id, record, HAVE_UNITS[number % len(HAVE_UNITS)]

    def holders(self, id: bytes) -> list[bytes]:
        return [who for who in HAVE_UNITS if self.units.get((id, who))]

    def anyone_live(self) -> bool:
        return any(self.live(self.pbm.read("type_of", id)) and self.holders(id) for id in self.types)

    def move(self, id: bytes, sender: bytes, receiver: bytes | None, units: int) -> None:
        self.units[id, sender] = self.units.get((id, sender), 0) - units
        if receiver is not None:
            self.units[id, receiver] = self.units.get((id, receiver), 0) + units

    @rule(number=picks, holder=st.sampled_from(HOLDERS), units=st.integers(0, 9), payer=st.sampled_from([ISSUER, BOB]))
    def wrap(self, number: int, holder: bytes, units: int, payer: bytes) -> None:
        id, record, _ = self.pick(number)
        value = units * record["face_value"]
        whole = takes_in(self.token, value) == value
        allowed = self.live(record) and units > 0 and whole and not (holder in self.bans and now() >= self.bans[holder])
        if self.attempt(self.pbm, allowed, "wrap", id, holder, units, sender=payer).accepted:
            self.units[id, holder] += units

    @rule(number=picks, merchant=st.sampled_from(MERCHANTS), aim=aims)
    @precondition(lambda self: self.anyone_live())
    def spend(self, number: int, merchant: bytes, aim: tuple[str, int]) -> None:
        id, record, holder = self.pick(number)
        listed = [each for each in MERCHANTS if self.merchant_now(id, each)]
        if listed and number % 8:
            merchant = listed[number % len(listed)]
        has = self.units.get((id, holder), 0)
        units = aimed(has, aim)
        allowed = self.live(record) and self.merchant_now(id, merchant) and 0 < units <= has
        if self.attempt(self.pbm, allowed, "spend", id, merchant, units, MEMO, sender=holder).accepted:
            self.move(id, holder, None, units)
            self.due[merchant] += 5 * units

    @rule(number=picks, receiver=st.sampled_from(HAVE_UNITS), aim=aims, caller=callers)
    @precondition(lambda self: self.anyone_live())
    def pass_on(self, number: int, receiver: bytes, aim: tuple[str, int], caller: bytes | None) -> None:
        id, record, holder = self.pick(number)
        if number % 8 and not record["transferable"]:
            id = self.types[0]
            record, holder = self.pbm.read("type_of", id), (self.holders(id) or [ALICE])[0]
        has = self.units.get((id, holder), 0)
        units, sender = aimed(has, aim), caller or holder
        spends = self.merchant_now(id, receiver)
        banned = receiver in self.bans and now() >= self.bans[receiver]
        allowed = (
            self.live(record)
            and sender == holder
            and 0 < units <= has
            and (spends or (record["transferable"] and not banned))
        )
        arguments = (holder, receiver, int.from_bytes(id, "big"), units, b"")
        if self.attempt(self.pbm, allowed, "safeTransferFrom", *arguments, sender=sender).accepted:
            self.move(id, holder, None if spends else receiver, units)
            if spends:
                self.due[receiver] += 5 * units

    @rule(number=picks, aim=aims, caller=callers)
    @precondition(lambda self: self.anyone_live())
    def burn(self, number: int, aim: tuple[str, int], caller: bytes | None) -> None:
        id, record, holder = self.pick(number)
        has = self.units.get((id, holder), 0)
        units, sender = aimed(has // 3, aim), caller or holder
        allowed = record["state"] == OPEN and sender == holder and 0 < units <= has
        arguments = (holder, int.from_bytes(id, "big"), units, b"")
        if self.attempt(self.pbm, allowed, "burn", *arguments, sender=sender).accepted:
            self.move(id, holder, None, units)

    @rule(number=picks, merchant=st.sampled_from(MERCHANTS), caller=callers)
    def change_list(self, number: int, merchant: bytes, caller: bytes | None) -> None:
        id = self.types[number % len(self.types)]
        slot, sender = self.slots.get((id, merchant), Slot(0, 0)), caller or ISSUER
        listed = slot.since != 0 and slot.until == 0
        # Mostly the change that is possible.
        name = "remove_merchant" if listed == (number % 7 != 0) else "add_merchant"
        allowed = sender == ISSUER and (listed if name == "remove_merchant" else not listed)
        if self.attempt(self.pbm, allowed, name, id, merchant, sender=sender).accepted:
            if name == "add_merchant":
                withdrawn = now() < slot.until
                self.slots[id, merchant] = Slot(slot.since, 0) if withdrawn else Slot(now() + DELAY, 0)
            else:
                early = now() < slot.since
                self.slots[id, merchant] = Slot(0, 0) if early else Slot(slot.since, now() + DELAY)

    @rule(who=st.sampled_from([*MERCHANTS, BOB]), caller=callers)
    def ban(self, who: bytes, caller: bytes | None) -> None:
        sender = caller or OWNER
        name = "lift_ban" if who in self.bans else "ban"
        if self.attempt(self.pbm, sender == OWNER, name, who, sender=sender).accepted:
            if name == "ban":
                self.bans[who] = now() + DELAY
            else:
                del self.bans[who]

    @rule(number=picks, off=st.sampled_from([0, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.nearly_over())
    def revoke(self, number: int, off: int, caller: bytes) -> None:
        id = self.types[number % len(self.types)]
        record = self.pbm.read("type_of", id)
        wait_until(record["expires"] + off)
        allowed = record["state"] == OPEN and now() > record["expires"]
        if self.attempt(self.pbm, allowed, "revoke_expired", id, sender=caller).accepted:
            for holder in HAVE_UNITS:
                self.units[id, holder] = 0

    def nearly_over(self) -> bool:
        records = [self.pbm.read("type_of", id) for id in self.types]
        return any(record["state"] == OPEN for record in records) and now() > records[0]["expires"] - TERM // 2

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        creditors = self.creditors()
        who = creditors[number % len(creditors)]
        self.attempt(self.pbm, not refuses(self.token, who), "claim", self.token.address, who, sender=caller)

    def creditors(self) -> list[bytes]:
        return [who for who in (ISSUER, *MERCHANTS) if self.pbm.read("claimable", self.token.address, who)]

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: whatever anyone may call, of a type or a claim."""
        self.token.do("set_mode", mode)
        calls: list[tuple[object, ...]] = [("claim", self.token.address, who) for who in (ISSUER, *MERCHANTS)]
        calls += [(name, id) for id in self.types for name in ("exit", "revoke_expired")]
        name, *arguments = calls[number % len(calls)]
        enters_again(self.token, self.pbm, str(name), *arguments)

    @rule(who=st.sampled_from([ISSUER, *MERCHANTS]))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @rule(seconds=st.sampled_from([1, DELAY - 1, DELAY, DELAY + 1]))
    def wait_for_the_delay(self, seconds: int) -> None:
        wait(seconds)

    @invariant()
    def backing_is_face_times_live(self) -> None:
        held = 0
        for id in self.types:
            record = self.pbm.read("type_of", id)
            live = sum(self.units.get((id, who), 0) for who in HAVE_UNITS)
            assert record["wrapped"] == record["spent"] + record["burned"] + record["revoked"] + live
            held += 5 * live
        claims = sum(self.pbm.read("claimable", self.token.address, who) for who in (ISSUER, *MERCHANTS))
        owed = self.pbm.read("liabilities", self.token.address)
        backing = self.token.read("balanceOf", self.pbm.address) - strayed(self.token, self.pbm.address)
        assert owed == held + claims == backing
        assert not entered(self.token), "the token entered the contract again"

    @invariant()
    def holders_have_what_the_books_say(self) -> None:
        pairs = [(id, who) for id in self.types for who in HAVE_UNITS]
        numbers = [int.from_bytes(id, "big") for id, _ in pairs]
        balances = self.pbm.read("balanceOfBatch", [who for _, who in pairs], numbers)
        assert list(balances) == [self.units.get(pair, 0) for pair in pairs]

    @invariant()
    def merchants_have_what_was_spent(self) -> None:
        for merchant in MERCHANTS:
            claim = self.pbm.read("claimable", self.token.address, merchant)
            has = self.token.read("balanceOf", merchant) - strayed(self.token, merchant)
            assert has + claim == self.due[merchant]


def test_vouchers_keep_their_truths_through_random_histories() -> None:
    run(PbmMachine)


@pytest.mark.long
def test_vouchers_keep_their_truths_through_many_random_histories() -> None:
    run(PbmMachine, calls=LONG_CALLS, steps=60)
