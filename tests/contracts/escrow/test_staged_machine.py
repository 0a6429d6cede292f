"""Deals in stages under long random histories, with reviews, facts, assignments, agreed splits and settlements.

The rights are stated beside each call; money is followed through `proceeds` and balances: whatever a deal paid went to
its legs, its assignees and its payee, and to nobody else.
"""

from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.escrow.staged import (
    ARBITER,
    CLOSED,
    DISPUTED,
    EVIDENCE,
    FINANCIER,
    FUNDED,
    OPEN,
    PAYEE,
    PAYEE_KEY,
    PAYER,
    PAYER_KEY,
    REASON,
    REVIEW_S,
    STRANGER,
    TAX,
    TERM_S,
    TERMS,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

INSPECTOR = b"\xb7" * 20
EVERYONE = [PAYER, PAYEE, ARBITER, FINANCIER, TAX, STRANGER]
WEALTH = 100_000
ELEVEN_YEARS_S = 11 * 366 * 24 * 60 * 60
ASKED_S = 3_000

# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *EVERYONE)


class Known(NamedTuple):
    id: bytes
    # The question whose outcome releases the first stage, if the deal has one.
    question: bytes | None


class StagedEscrowMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.escrow = Placed(load("escrow"), b"\xe5" * 20, tally=self.tally)
        self.conditions = Placed(load("conditions"), b"\xe8" * 20)
        self.token = hostile_token(b"\xe6" * 20)
        self.token.do("mint", PAYER, WEALTH)
        self.deals: list[Known] = []
        # What the payer paid in and the token kept on the way.
        self.kept = 0
        # Begin in the midst of things.
        self.open([300, 500, 200], review=True, asked=False, bound=False)
        self.open([400, 100], review=True, asked=True, bound=True)
        for known in (self.deals[0], self.deals[0], self.deals[1]):
            self.escrow.do("fund", known.id, sender=PAYER)
        self.escrow.do("submit", self.deals[0].id, 0, EVIDENCE, sender=PAYEE)

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        wait(ELEVEN_YEARS_S)
        for known in self.deals:
            if self.deal(known)["state"] != CLOSED:
                # By now anyone may end the others too, but not in the midst of this one.
                enters_again(self.token, self.escrow, "exit", self.deals[-1].id)
                self.escrow.do("exit", known.id, sender=STRANGER)
        for who in EVERYONE:
            if self.escrow.read("claimable", self.token.address, who):
                self.escrow.do("claim", self.token.address, who, sender=STRANGER)
        assert self.escrow.read("liabilities", self.token.address) == 0
        assert self.token.read("balanceOf", self.escrow.address) == self.surplus()
        self.the_books_balance()

    def is_silenced(self) -> bool:
        return bool(self.token.read("mode") == BURNS_ALL_GAS)

    def surplus(self) -> int:
        """What the token gave the escrow too much; nobody is owed it."""
        return strayed(self.token, self.escrow.address) + self.kept

    # What is known of a deal.

    def deal(self, known: Known) -> Any:
        return self.escrow.read("deal", known.id)

    def stages(self, known: Known) -> Any:
        return self.escrow.read("stages", known.id)

    def pick(self, number: int, *states: int) -> tuple[Known, Any]:
        shown = [(known, self.deal(known)) for known in self.deals]
        fitting = [each for each in shown if each[1]["state"] in states]
        holding = [each for each in fitting if self.held(each[1])]
        chosen = (holding or fitting or shown) if number % 10 else shown
        return chosen[number % len(chosen)]

    def pick_stage(self, number: int, stage: int, *, reviewed: bool) -> tuple[Known, Any, int, Any]:
        """Mostly one that holds something and is or is not under review."""
        shown = [
            (known, self.deal(known), at, record)
            for known in self.deals
            for at, record in enumerate(self.stages(known))
        ]
        fitting = [each for each in shown if each[1]["state"] == FUNDED and self.fits(each[3], reviewed=reviewed)]
        chosen = fitting if fitting and number % 10 else shown
        return chosen[stage % len(chosen)]

    def fits(self, stage: Any, *, reviewed: bool) -> bool:
        return bool(self.left(stage) and (stage["review_deadline"] != 0) is reviewed)

    def any_stage(self, *, reviewed: bool) -> bool:
        """Whether there is one for `pick_stage` to prefer."""
        funded = [known for known in self.deals if self.deal(known)["state"] == FUNDED]
        return any(self.fits(stage, reviewed=reviewed) for known in funded for stage in self.stages(known))

    def any_held(self, *states: int) -> bool:
        deals = [self.deal(known) for known in self.deals]
        return any(deal["state"] in states and self.held(deal) for deal in deals)

    def left(self, stage: Any) -> int:
        return int(stage["funded"] - stage["released"])

    def held(self, deal: Any) -> int:
        return int(deal["funded"] - deal["paid"] - deal["refunded"])

    def last_deadline(self, deal: Any) -> int:
        if deal["state"] == DISPUTED:
            return int(deal["ruling_deadline"])
        return int(max(deal["deadline"], deal["answer_deadline"]))

    def deemed(self, stage: Any) -> bool:
        return bool(0 < stage["review_deadline"] < now())

    def met(self, known: Known, number: int) -> bool:
        if number or known.question is None:
            return False
        final, value = self.conditions.read("outcome", known.question)
        return bool(final and value >= 1)

    def due(self, known: Known) -> int:
        """What is the payee's already."""
        stages = enumerate(self.stages(known))
        return sum(self.left(stage) for number, stage in stages if self.deemed(stage) or self.met(known, number))

    def is_live(self, known: Known) -> bool:
        return bool(self.deal(known)["state"] != CLOSED)

    def fundable(self, known: Known) -> bool:
        deal = self.deal(known)
        more = deal["state"] in (OPEN, FUNDED) and deal["stages_funded"] < len(self.stages(known))
        return bool(more and now() <= deal["deadline"])

    def assigned(self, known: Known) -> int:
        return sum(lien["amount"] - lien["paid"] for lien in self.escrow.read("liens", known.id))

    def free(self, known: Known) -> int:
        """What the payee may still assign."""
        deal = self.deal(known)
        left = deal["amount"] - deal["paid"] - deal["refunded"]
        return 0 if deal["state"] == CLOSED else int(left - self.agreed(known) - self.assigned(known))

    def agreed(self, known: Known) -> int:
        return sum(leg["amount"] for leg in self.escrow.read("legs", known.id))

    # What they do.

    @rule(amounts=st.lists(st.integers(1, 400), min_size=1, max_size=3), review=st.booleans(), asked=st.booleans())
    @precondition(lambda self: len(self.deals) < 7 and sum(self.is_live(known) for known in self.deals) < 3)
    def open(self, amounts: list[int], review: bool, asked: bool, bound: bool = True) -> None:
        terms = (PAYEE, ARBITER, self.token.address, amounts, now() + TERM_S, REVIEW_S * review, TERMS)
        id = self.escrow.do("open_staged", *terms, sender=PAYER)
        question = None
        if asked and bound:
            question = self.conditions.do("prepare", TERMS, [INSPECTOR], 1, now() + ASKED_S, 0, sender=PAYER)
            self.escrow.do("release_on", id, 0, self.conditions.address, question, 1, sender=PAYER)
        self.deals.append(Known(id, question))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.fundable(known) for known in self.deals))
    def fund(self, number: int, caller: bytes | None) -> None:
        fitting = [known for known in self.deals if self.fundable(known)]
        chosen = fitting if fitting and number % 10 else self.deals
        known, sender = chosen[number % len(chosen)], caller or PAYER
        fundable = self.fundable(known)
        amount = self.stages(known)[self.deal(known)["stages_funded"]]["amount"] if fundable else 0
        arriving = takes_in(self.token, amount)
        if self.attempt(
            self.escrow, fundable and sender == PAYER and arriving > 0, "fund", known.id, sender=sender
        ).accepted:
            self.kept += amount - arriving

    @rule(number=picks, stage=picks, caller=callers)
    @precondition(lambda self: self.any_stage(reviewed=False))
    def submit(self, number: int, stage: int, caller: bytes | None) -> None:
        known, deal, at, record = self.pick_stage(number, stage, reviewed=False)
        sender = caller or PAYEE
        allowed = (
            deal["state"] == FUNDED
            and self.left(record) > 0
            and record["review_deadline"] == 0
            and sender == PAYEE
            and now() <= deal["deadline"]
        )
        self.attempt(self.escrow, allowed, "submit", known.id, at, EVIDENCE, sender=sender)

    @rule(number=picks, stage=picks, caller=callers)
    @precondition(lambda self: self.any_stage(reviewed=True))
    def reject(self, number: int, stage: int, caller: bytes | None) -> None:
        known, deal, at, record = self.pick_stage(number, stage, reviewed=True)
        sender = caller or PAYER
        allowed = (
            deal["state"] == FUNDED and self.left(record) > 0 and record["review_deadline"] >= now() and sender == PAYER
        )
        self.attempt(self.escrow, allowed, "reject", known.id, at, REASON, sender=sender)

    @rule(number=picks, stage=picks, reviewed=st.booleans(), caller=callers)
    @precondition(lambda self: self.any_held(FUNDED))
    def approve(self, number: int, stage: int, reviewed: bool, caller: bytes | None) -> None:
        known, deal, at, record = self.pick_stage(number, stage, reviewed=reviewed)
        sender = caller or PAYER
        allowed = deal["state"] == FUNDED and self.left(record) > 0 and sender == PAYER
        self.attempt(self.escrow, allowed, "approve", known.id, at, sender=sender)

    @rule(number=picks, stage=picks, patient=st.booleans(), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.any_stage(reviewed=True))
    def approve_deemed(self, number: int, stage: int, patient: bool, caller: bytes) -> None:
        known, deal, at, record = self.pick_stage(number, stage, reviewed=True)
        if patient:
            wait_until(record["review_deadline"] + 1)
        allowed = deal["state"] == FUNDED and self.left(record) > 0 and self.deemed(record)
        self.attempt(self.escrow, allowed, "approve_deemed", known.id, at, sender=caller)

    @rule(number=picks, received=st.integers(0, 1))
    @precondition(lambda self: any(known.question for known in self.deals))
    def attest(self, number: int, received: int) -> None:
        asked = [known.question for known in self.deals if known.question]
        question = asked[number % len(asked)]
        if not self.conditions.read("outcome", question)[0]:
            self.conditions.do("attest", question, received, bytes(32), sender=INSPECTOR)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: any(self.met(known, 0) and self.left(self.stages(known)[0]) for known in self.deals))
    def release_met(self, number: int, caller: bytes) -> None:
        asked = [known for known in self.deals if known.question]
        if number % 5:
            asked = [known for known in asked if self.met(known, 0)] or asked
        known = asked[number % len(asked)]
        allowed = self.deal(known)["state"] == FUNDED and self.left(self.stages(known)[0]) > 0 and self.met(known, 0)
        self.attempt(self.escrow, allowed, "release_met", known.id, 0, sender=caller)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.any_held(FUNDED, DISPUTED))
    def release(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, deal = self.pick(number, FUNDED, DISPUTED)
        held = self.held(deal)
        sender, amount = caller or PAYER, aimed(held, aim)
        least = held if deal["state"] == DISPUTED else 1
        allowed = deal["state"] in (FUNDED, DISPUTED) and sender == PAYER and max(1, least) <= amount <= held
        self.attempt(self.escrow, allowed, "release", known.id, amount, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: any(self.free(known) for known in self.deals))
    def assign(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        free_ones = [known for known in self.deals if self.free(known)]
        known = free_ones[number % len(free_ones)]
        deal, free = self.deal(known), self.free(known)
        sender, amount = caller or PAYEE, aimed(free, aim)
        allowed = (
            deal["state"] in (OPEN, FUNDED, DISPUTED)
            and sender == PAYEE
            and 0 < amount <= free
            and len(self.escrow.read("liens", known.id)) < 8
        )
        self.attempt(self.escrow, allowed, "assign", known.id, FINANCIER, amount, sender=sender)

    @rule(number=picks, aim=aims, share=st.sampled_from([0, 0, 1, 3_333, 10_000]))
    @precondition(lambda self: any(self.is_live(known) for known in self.deals))
    def agree_split(self, number: int, aim: tuple[str, int], share: int) -> None:
        """Both say the same, the one right after the other."""
        known, deal = self.pick(number, OPEN, FUNDED, DISPUTED)
        most = deal["amount"] - deal["paid"] - deal["refunded"]
        if self.assigned(known):
            most = self.agreed(known)
        amount = aimed(most, aim)
        legs = [(TAX, amount, 0)] * (amount > 0) + [(TAX, 0, share)] * (share > 0)
        allowed = deal["state"] in (OPEN, FUNDED, DISPUTED) and amount <= most
        for sender in (PAYER, PAYEE):
            self.attempt(self.escrow, allowed, "agree_split", known.id, legs, sender=sender)
        if allowed:
            assert [leg["amount"] for leg in self.escrow.read("legs", known.id)] == [leg[1] for leg in legs]

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(self.assigned(known) for known in self.deals))
    def release_assigned(self, number: int, caller: bytes | None) -> None:
        owing = [known for known in self.deals if self.assigned(known)]
        known, sender = owing[number % len(owing)], caller or FINANCIER
        self.attempt(self.escrow, sender == FINANCIER, "release_assigned", known.id, sender=sender)

    @rule(number=picks, aim=aims, forged=st.sampled_from([False, False, False, True]))
    @precondition(lambda self: self.any_held(FUNDED, DISPUTED))
    def settle_agreed(self, number: int, aim: tuple[str, int], forged: bool) -> None:
        known, deal = self.pick(number, FUNDED, DISPUTED)
        held, assigned = self.held(deal), self.assigned(known)
        least = min(held, self.agreed(known) + assigned) if assigned else 0
        to_payee = aimed(least if number % 2 else held, aim)
        to_payer, expiry = max(0, held - to_payee), now()
        digest = self.escrow.read("settlement_digest", known.id, to_payee, to_payer, expiry)
        signatures = ((PAYEE_KEY if forged else PAYER_KEY).sign(digest), PAYEE_KEY.sign(digest))
        allowed = deal["state"] in (FUNDED, DISPUTED) and least <= to_payee <= held and not forged
        self.attempt(
            self.escrow, allowed, "settle_agreed", known.id, to_payee, to_payer, expiry, *signatures, sender=STRANGER
        )

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_held(FUNDED, DISPUTED))
    def refund(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number, FUNDED, DISPUTED)
        sender = caller or PAYEE
        late = now() > self.last_deadline(deal)
        allowed = deal["state"] in (FUNDED, DISPUTED) and (late or (sender == PAYEE and not self.assigned(known)))
        self.attempt(self.escrow, allowed, "refund", known.id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.any_held(FUNDED))
    def dispute(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number, FUNDED)
        sender = caller or PAYEE
        allowed = (
            deal["state"] == FUNDED
            and sender in (PAYER, PAYEE)
            and now() <= self.last_deadline(deal)
            and self.held(deal) > 0
            and (self.due(known) == 0 or (sender == PAYEE and not self.assigned(known)))
        )
        self.attempt(self.escrow, allowed, "dispute", known.id, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: any(self.deal(known)["state"] == DISPUTED for known in self.deals))
    def rule_on_it(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, deal = self.pick(number, DISPUTED)
        sender, amount = caller or ARBITER, aimed(self.held(deal), aim)
        allowed = (
            deal["state"] == DISPUTED
            and sender == ARBITER
            and amount <= self.held(deal)
            and now() <= deal["ruling_deadline"]
        )
        self.attempt(self.escrow, allowed, "rule", known.id, amount, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=st.sampled_from([True, True, False]))
    @precondition(lambda self: self.any_held(FUNDED, DISPUTED))
    def exit(self, number: int, caller: bytes, patient: bool) -> None:
        known, deal = self.pick(number, FUNDED, DISPUTED)
        if patient and deal["state"] != CLOSED:
            wait_until(self.last_deadline(deal) + 1)
        allowed = deal["state"] != CLOSED and now() > self.last_deadline(deal)
        due, held = self.due(known) if deal["state"] == FUNDED else 0, self.held(deal)
        self.attempt(self.escrow, allowed, "exit", known.id, sender=caller)
        if allowed:
            after = self.deal(known)
            assert (after["paid"] - deal["paid"], after["refunded"] - deal["refunded"]) == (due, held - due)

    @rule(who=st.sampled_from([PAYER, PAYEE, FINANCIER, TAX]))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: whatever anyone may call, of a live deal or a claim."""
        self.token.do("set_mode", mode)
        names = ("exit", "refund", "release_met", "approve_deemed")
        calls: list[tuple[object, ...]] = [("claim", self.token.address, who) for who in EVERYONE]
        for known in self.deals:
            calls += [(name, known.id) if name in names[:2] else (name, known.id, 0) for name in names]
        name, *arguments = calls[number % len(calls)]
        enters_again(self.token, self.escrow, str(name), *arguments)

    @rule(who=st.sampled_from([PAYER, PAYEE, FINANCIER, TAX]), caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: any(self.owed(who) for who in EVERYONE))
    def claim(self, who: bytes, caller: bytes) -> None:
        """Mostly where there is one."""
        creditors = [each for each in EVERYONE if self.owed(each)]
        who = who if self.owed(who) else creditors[0]
        self.attempt(self.escrow, not refuses(self.token, who), "claim", self.token.address, who, sender=caller)

    def owed(self, who: bytes) -> int:
        return int(self.escrow.read("claimable", self.token.address, who))

    @rule(number=picks, off=st.integers(-1, 1))
    @precondition(lambda self: self.any_held(FUNDED, DISPUTED))
    def wait_for_a_deadline(self, number: int, off: int) -> None:
        known, deal = self.pick(number, FUNDED)
        reviews = [stage["review_deadline"] for stage in self.stages(known)]
        wait_until(max([*reviews, 0]) + off if number % 3 and any(reviews) else self.last_deadline(deal) + off)

    # What holds whatever they did.

    @invariant()
    def the_books_balance(self) -> None:
        held_of_all, to_payer, to_payee_side = 0, 0, 0
        for known in self.deals:
            deal, stages = self.deal(known), self.stages(known)
            held = self.escrow.read("held", known.id)
            assert deal["paid"] + deal["refunded"] + held == deal["funded"] <= deal["amount"]
            assert deal["funded"] == sum(stage["funded"] for stage in stages)
            assert deal["state"] != CLOSED or held == 0
            if deal["state"] == FUNDED:
                assert held == sum(self.left(stage) for stage in stages)
            promised = self.agreed(known) + self.assigned(known)
            assert deal["state"] == CLOSED or promised <= deal["amount"] - deal["paid"] - deal["refunded"]
            held_of_all += held
            to_payer += deal["refunded"] - deal["funded"]
            to_payee_side += deal["paid"]
        claims = {who: self.owed(who) for who in EVERYONE}
        owed = self.escrow.read("liabilities", self.token.address)
        backing = self.token.read("balanceOf", self.escrow.address) - self.surplus()
        assert owed == held_of_all + sum(claims.values()) == backing
        balances = {who: self.token.read("balanceOf", who) for who in EVERYONE}
        got = {who: balances[who] + claims[who] - strayed(self.token, who) for who in EVERYONE}
        assert got[PAYER] == WEALTH + to_payer - self.kept
        assert not entered(self.token), "the token entered the escrow again"
        assert got[PAYEE] + got[FINANCIER] + got[TAX] == to_payee_side
        assert got[ARBITER] == got[STRANGER] == 0

    @invariant()
    def the_financier_has_what_was_assigned_and_paid(self) -> None:
        paid = sum(self.escrow.read("proceeds", known.id, FINANCIER)[3] for known in self.deals)
        claim = self.escrow.read("claimable", self.token.address, FINANCIER)
        assert self.token.read("balanceOf", FINANCIER) + claim == paid


def test_staged_escrows_keep_their_truths_through_random_histories() -> None:
    run(StagedEscrowMachine, calls=300)


@pytest.mark.long
def test_staged_escrows_keep_their_truths_through_many_random_histories() -> None:
    run(StagedEscrowMachine, calls=LONG_CALLS, steps=60)
