"""Campaigns under long random histories: full and short pools, true and altered proofs, clocks at the deadline."""

from typing import Any, NamedTuple

import boa
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from contracts.merkle import Entitlement, SubsidyList, subsidy_list
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Placed, hostile_token, now, wait, wait_until

FUNDER, ALICE, BOB, CAROL, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(5))
ENTITLED = [ALICE, BOB, CAROL]
EVERYONE = [FUNDER, *ENTITLED, STRANGER]
WEALTH, TERM = 1_000_000, 1_000
FUNDING, PAYING, CLOSED = 1, 2, 3
HONEST, REVERTS, RETURNS_FALSE = (HOSTILE_MOODS[name] for name in ("honest", "reverts", "returns false"))
BLOCKS_ONE = 10


class Known(NamedTuple):
    id: bytes
    list: SubsidyList


class DisburseMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.disburse = Placed(load("disburse"), b"\xe5" * 20, tally=self.tally)
        self.token = hostile_token(b"\xe6" * 20)
        self.token.do("mint", FUNDER, WEALTH)
        self.known: list[Known] = []
        self.collected: dict[tuple[bytes, int], int] = {}
        for pro_rata in (False, True):
            self.open([100, 33, 1, 250, 7], pro_rata)
        self.fund(0, ("off", 0), None)

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        wait(TERM + 1)
        for each in self.known:
            if self.disburse.read("campaign", each.id)["state"] != CLOSED:
                self.disburse.do("exit", each.id, sender=STRANGER)
        for who in EVERYONE:
            if self.disburse.read("claimable", self.token.address, who):
                self.disburse.do("claim", self.token.address, who, sender=STRANGER)
        assert self.disburse.read("liabilities", self.token.address) == 0
        assert self.token.read("balanceOf", self.disburse.address) == 0
        # Whoever was on the list has exactly what was collected for them; the funder has all the rest.
        assert self.token.read("balanceOf", FUNDER) == WEALTH - sum(self.collected.values())

    def pick(self, number: int, *states: int) -> tuple[Known, Any]:
        shown = [(each, self.disburse.read("campaign", each.id)) for each in self.known]
        fitting = [each for each in shown if each[1]["state"] in states and now() <= each[1]["deadline"]]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def any_in(self, *states: int) -> bool:
        """Of those whose deadline has not passed."""
        records = [self.disburse.read("campaign", each.id) for each in self.known]
        return any(record["state"] in states and now() <= record["deadline"] for record in records)

    def any_unswept(self) -> bool:
        return any(self.disburse.read("campaign", each.id)["state"] != CLOSED for each in self.known)

    def any_to_start(self) -> bool:
        records = [self.disburse.read("campaign", each.id) for each in self.known]
        return any(each["state"] == FUNDING and each["pro_rata"] and each["funded"] for each in records)

    def uncollected(self) -> list[tuple[Known, int]]:
        """Entries that can be collected now."""
        return [
            (each, place)
            for each in self.known
            for record in [self.disburse.read("campaign", each.id)]
            if record["state"] == PAYING and now() <= record["deadline"]
            for place in range(len(each.list.entries))
            if (each.id, place) not in self.collected
        ]

    @rule(amounts=st.lists(st.integers(0, 300), min_size=1, max_size=7).filter(any), pro_rata=st.booleans())
    @precondition(lambda self: len(self.known) < 4)
    def open(self, amounts: list[int], pro_rata: bool) -> None:
        id = self.disburse.read("next_id", FUNDER)
        entries = [Entitlement(ENTITLED[place % 3], amount) for place, amount in enumerate(amounts)]
        made = subsidy_list(boa.env.evm.chain.chain_id, self.disburse.address, id, entries)
        terms = (self.token.address, made.root, made.total, pro_rata, now() + TERM)
        assert self.disburse.do("open", *terms, sender=FUNDER) == id
        self.known.append(Known(id, made))

    @rule(number=picks, aim=aims, caller=mostly(None, *EVERYONE))
    @precondition(lambda self: self.any_in(FUNDING))
    def fund(self, number: int, aim: tuple[str, int], caller: bytes | None) -> None:
        each, record = self.pick(number, FUNDING)
        missing = record["total"] - record["funded"]
        amount, sender = aimed(missing, aim), caller or FUNDER
        allowed = (
            record["state"] == FUNDING
            and sender == FUNDER
            and now() <= record["deadline"]
            and 0 < amount <= missing
            and self.token.read("mode") in (HONEST, BLOCKS_ONE)
        )
        self.attempt(self.disburse, allowed, "fund", each.id, amount, sender=sender)

    @rule(number=picks)
    @precondition(lambda self: self.any_to_start())
    def start(self, number: int) -> None:
        each, record = self.pick(number, FUNDING)
        allowed = (
            record["state"] == FUNDING and record["pro_rata"] and record["funded"] > 0 and now() <= record["deadline"]
        )
        self.attempt(self.disburse, allowed, "start", each.id, sender=FUNDER)

    @rule(
        number=picks, index=picks, caller=st.sampled_from(EVERYONE), fault=st.sampled_from([None] * 16 + [0, 1, 2, 3])
    )
    @precondition(lambda self: self.uncollected())
    def collect(self, number: int, index: int, caller: bytes, fault: int | None) -> None:
        each, record = self.pick(number, PAYING)
        place = index % len(each.list.entries)
        if number % 8:
            each, place = self.uncollected()[index % len(self.uncollected())]
            record = self.disburse.read("campaign", each.id)
        entitled = each.list.entries[place]
        arguments: list[Any] = [place, entitled.account, entitled.amount, each.list.proof(place)]
        if fault is not None:
            arguments[fault] = [place + 1, STRANGER, entitled.amount + 1, [b"\1" * 32]][fault]
        allowed = (
            record["state"] == PAYING
            and now() <= record["deadline"]
            and fault is None
            and (each.id, place) not in self.collected
        )
        outcome = self.attempt(self.disburse, allowed, "collect", each.id, *arguments, sender=caller)
        if outcome.accepted:
            self.collected[each.id, place] = entitled.amount * record["funded"] // record["total"]

    @rule(number=picks, off=st.sampled_from([0, 1, 1]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.known) == 4 and self.any_unswept())
    def sweep(self, number: int, off: int, caller: bytes) -> None:
        shown = [(each, self.disburse.read("campaign", each.id)) for each in self.known]
        unswept = [each for each in shown if each[1]["state"] != CLOSED]
        each, record = unswept[number % len(unswept)] if number % 8 else shown[number % len(shown)]
        wait_until(record["deadline"] + off)
        allowed = record["state"] != CLOSED and now() > record["deadline"]
        self.attempt(self.disburse, allowed, "sweep", each.id, sender=caller)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        who = self.creditors()[number % len(self.creditors())]
        mode = self.token.read("mode")
        refused = mode in (REVERTS, RETURNS_FALSE) or (mode == BLOCKS_ONE and self.token.read("blocked") == who)
        self.attempt(self.disburse, not refused, "claim", self.token.address, who, sender=caller)

    def creditors(self) -> list[bytes]:
        everyone = [FUNDER, *ENTITLED]
        return [who for who in everyone if self.disburse.read("claimable", self.token.address, who)]

    @rule(mode=st.sampled_from([HONEST] * 5 + [REVERTS, RETURNS_FALSE]))
    def change_mood(self, mode: int) -> None:
        self.token.do("set_mode", mode)

    @rule(who=st.sampled_from([FUNDER, *ENTITLED]))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @invariant()
    def paid_never_exceeds_funded(self) -> None:
        held = 0
        for each in self.known:
            record = self.disburse.read("campaign", each.id)
            paid = sum(amount for (id, _), amount in self.collected.items() if id == each.id)
            assert record["paid"] == paid <= record["funded"] <= record["total"]
            held += record["funded"] - record["paid"] - record["swept"]
        claims = sum(self.disburse.read("claimable", self.token.address, who) for who in [FUNDER, *ENTITLED])
        owed = self.disburse.read("liabilities", self.token.address)
        assert owed == held + claims == self.token.read("balanceOf", self.disburse.address)


def test_subsidies_keep_their_truths_through_random_histories() -> None:
    run(DisburseMachine)


@pytest.mark.long
def test_subsidies_keep_their_truths_through_many_random_histories() -> None:
    run(DisburseMachine, calls=LONG_CALLS, steps=60)
