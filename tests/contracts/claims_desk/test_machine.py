"""Pools under long random histories: claims filed, decided, appealed, left to a fact or to lapse; rounds of a pool
that is now full and now short; the insurer reaching for the limit and one beyond it; a token that changes its mind.

The machine keeps its own books of what was decided; each history ends with the exit test.
"""

from collections import Counter
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.claims_desk.setting import facts
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import HOSTILE_MOODS, Outcome, Placed, hostile_token, now, wait_until

INSURER, ASSESSOR, SECOND, ALICE, BOB, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(6))
HOLDERS = [ALICE, BOB]
EVERYONE = [INSURER, ASSESSOR, SECOND, *HOLDERS, STRANGER]
CREDITORS = [INSURER, *HOLDERS]
NOBODY = bytes(20)
WEALTH, COVER = 1_000_000, 500
TERM, DECIDE, ROUND = 100_000, 3_600, 5_000
LIVE, ENDED = 2, 3
FILED, DECIDED, APPEALED, DUE, CLOSED = 1, 2, 3, 4, 5
UNDECIDED = (FILED, DECIDED, APPEALED)
MAX_CLAIMS = 6
RAIN = b"\6" * 32
HAPPENED = 1
EXITS = 2
"""Of a claim: it is decided or paid in the round it is in, and it is paid in the last."""
HONEST, REVERTS, RETURNS_FALSE = (HOSTILE_MOODS[name] for name in ("honest", "reverts", "returns false"))
BLOCKS_ONE = 10

callers = mostly(None, *EVERYONE)


class ClaimsDeskMachine(Machine):
    @initialize(default_pays=st.booleans())
    def deploy(self, default_pays: bool) -> None:
        self.desk = Placed(load("claims_desk"), b"\xe5" * 20, tally=self.tally)
        self.token = hostile_token(b"\xe6" * 20)
        for who in CREDITORS:
            self.token.do("mint", who, WEALTH)
        self.default_pays = default_pays
        self.last_deadline = now() + TERM + 3 * DECIDE + ROUND
        terms = (self.token.address, ASSESSOR, SECOND, now() + TERM, DECIDE, ROUND, default_pays)
        self.pool = self.desk.do("open_pool", *terms, sender=INSURER)
        self.desk.do("fund", self.pool, 500, sender=INSURER)
        self.facts = facts()
        self.policies: list[bytes] = []
        self.claims: list[bytes] = []
        # By the machine's own books: of each policy what was decided, of each claim what was paid and written off.
        self.used: Counter[bytes] = Counter()
        self.paid: Counter[bytes] = Counter()
        self.missing: Counter[bytes] = Counter()
        for holder, conditions in ((ALICE, NOBODY), (BOB, NOBODY), (BOB, self.facts.address)):
            end = now() + TERM // 2
            offer = (self.pool, holder, COVER, 1_000, 10, 20, end, end, conditions, RAIN)
            self.policies.append(self.desk.do("offer", *offer, sender=INSURER))
            self.desk.do("accept", self.policies[-1], sender=holder)
            self.file(len(self.policies) - 1, None, 400)

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        # Rounds are shared and more is paid in, so that something is missing and there is money for it.
        for _ in range(2):
            if self.something_to_share():
                self.settle(STRANGER, 1)
            self.fund(50, INSURER)
            if self.ready():
                self.pay(1, STRANGER)
        wait_until(self.last_deadline + 1)
        for _ in range(EXITS):
            for claim in self.in_state(*UNDECIDED, DUE):
                self.leave(claim, STRANGER)
        self.desk.do("exit", self.pool, sender=STRANGER)
        for who in CREDITORS:
            if self.desk.read("claimable", self.token.address, who):
                self.desk.do("claim", self.token.address, who, sender=STRANGER)
        assert self.desk.read("liabilities", self.token.address) == 0
        assert self.token.read("balanceOf", self.desk.address) == 0

    def pool_of(self) -> Any:
        return self.desk.read("pool_of", self.pool)

    def claim_of(self, claim: bytes) -> Any:
        return self.desk.read("claim_of", claim)

    def held(self) -> int:
        pool = self.pool_of()
        held: int = pool["funded"] - pool["paid"] - pool["withdrawn"]
        return held

    def is_over(self) -> bool:
        return now() > self.last_deadline

    def unallocated(self) -> int:
        allocated: int = self.pool_of()["allocated"]
        return self.held() - allocated

    def in_state(self, *states: int) -> list[bytes]:
        return [claim for claim in self.claims if self.claim_of(claim)["state"] in states]

    def pick(self, number: int, *states: int) -> tuple[bytes, Any, Any]:
        fitting = self.in_state(*states)
        chosen = fitting if fitting and number % 8 else self.claims
        claim = chosen[number % len(chosen)]
        record = self.claim_of(claim)
        return claim, record, self.desk.read("policy_of", record["policy"])

    def concluded(self, policy: bytes, accepted: int) -> None:
        """What the terms of these policies make of an accepted loss: less 10, less a tenth, within the cover."""
        insured = max(0, accepted - 10)
        self.used[policy] += min(insured - (insured + 5) // 10, COVER - self.used[policy])

    def rests_on_a_fact(self, record: Any) -> bool:
        conditions: bytes = self.desk.read("policy_of", record["policy"])["conditions"]
        return conditions != NOBODY

    def fact(self, record: Any) -> tuple[bool, int]:
        """Whether a fact decides that claim, and which."""
        final, outcome = self.facts.read("outcome", RAIN)
        return final and self.rests_on_a_fact(record), outcome

    def by_silence(self, record: Any) -> None:
        """What a claim comes to whose time is over: its fact, what the first assessor said, or the default."""
        final, outcome = self.fact(record)
        if final:
            self.concluded(record["policy"], record["loss"] if outcome == HAPPENED else 0)
        elif record["state"] != DECIDED and self.default_pays:
            self.concluded(record["policy"], record["loss"])
        else:
            self.concluded(record["policy"], record["accepted"])

    def paid_out(self, outcome: Outcome) -> None:
        """Of a claim that was paid its share: what is missing waits while there is or may be money for it."""
        for event in outcome.events:
            claim = event.arguments.get("id", b"")
            if event.name == "Paid":
                self.paid[claim] += event["amount"]
                waits = event["left"] > 0 and (not self.is_over() or self.unallocated() > 0)
                assert self.claim_of(claim)["due"] == (event["left"] if waits else 0)
            if event.name == "WrittenOff":
                self.missing[claim] += event["amount"]

    def pays_in(self) -> bool:
        return self.token.read("mode") in (HONEST, BLOCKS_ONE)

    @rule(amount=st.integers(0, 200), payer=st.sampled_from(CREDITORS))
    def fund(self, amount: int, payer: bytes) -> None:
        allowed = amount > 0 and self.pays_in() and self.pool_of()["state"] == LIVE
        self.attempt(self.desk, allowed, "fund", self.pool, amount, sender=payer)

    @rule(caller=callers, aim=aims)
    @precondition(lambda self: self.free() > 0)
    def withdraw(self, caller: bytes | None, aim: tuple[str, int]) -> None:
        sender, amount = caller or INSURER, aimed(self.free(), aim)
        allowed = sender == INSURER and 0 < amount <= self.free() and self.pool_of()["state"] == LIVE
        self.attempt(self.desk, allowed, "withdraw", self.pool, amount, sender=sender)

    def free(self) -> int:
        """Neither live cover nor an undecided or unpaid claim needs it."""
        policies = [self.desk.read("policy_of", policy) for policy in self.policies]
        cover = sum(
            COVER - self.used[id] for id, each in zip(self.policies, policies, strict=True) if each["state"] == LIVE
        )
        due = sum(self.claim_of(claim)["due"] for claim in self.claims)
        return max(0, self.held() - cover - due)

    @rule(number=picks, caller=callers, loss=st.sampled_from([0, 1, 10, 11, 100, 250, 700]))
    @precondition(lambda self: len(self.claims) < MAX_CLAIMS)
    def file(self, number: int, caller: bytes | None, loss: int) -> None:
        id = self.policies[number % len(self.policies)]
        policy = self.desk.read("policy_of", id)
        sender = caller or policy["holder"]
        allowed = (
            policy["state"] == LIVE
            and sender == policy["holder"]
            and now() <= policy["ends"]
            and loss > 0
            and self.used[id] < COVER
            and policy["open_claims"] < 4
        )
        outcome = self.attempt(self.desk, allowed, "file", id, loss, b"\5" * 32, sender=sender)
        if outcome.accepted:
            self.claims.append(outcome.result)

    @rule(number=picks, caller=callers, aim=aims, off=st.sampled_from([-DECIDE, -DECIDE, 0, 1, 1]))
    @precondition(lambda self: self.in_state(FILED, APPEALED))
    def decide(self, number: int, caller: bytes | None, aim: tuple[str, int], off: int) -> None:
        claim, record, _ = self.pick(number, FILED, APPEALED)
        if record["state"] == FILED:
            wait_until(record["deadline"] + off)
        first = record["state"] == FILED and now() <= record["deadline"]
        turn = ASSESSOR if first else SECOND
        last = record["deadline"] + (DECIDE if record["state"] == FILED else 0)
        sender, accepted = caller or turn, aimed(record["loss"], aim)
        by_fact = self.rests_on_a_fact(record) and (first or self.fact(record)[0])
        in_time = record["state"] in (FILED, APPEALED) and now() <= last
        allowed = in_time and sender == turn and accepted <= record["loss"] and not by_fact
        if self.attempt(self.desk, allowed, "decide", claim, accepted, sender=sender).accepted and (
            not first or accepted == record["loss"]
        ):
            self.concluded(record["policy"], accepted)

    @rule(outcome=st.sampled_from([0, HAPPENED, HAPPENED, 2]))
    @precondition(lambda self: not self.facts.read("outcome", RAIN)[0])
    def decide_the_fact(self, outcome: int) -> None:
        self.facts.do("set", RAIN, outcome)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: any(self.fact(self.claim_of(claim))[0] for claim in self.in_state(FILED)))
    def decide_by_fact(self, number: int, caller: bytes) -> None:
        claim, record, _ = self.pick(number, FILED)
        allowed = record["state"] == FILED and self.fact(record)[0]
        if self.attempt(self.desk, allowed, "decide_by_fact", claim, sender=caller).accepted:
            self.by_silence(record)

    @rule(number=picks, caller=callers, name=st.sampled_from(["agree", "appeal"]))
    @precondition(lambda self: self.in_state(DECIDED))
    def answer(self, number: int, caller: bytes | None, name: str) -> None:
        claim, record, policy = self.pick(number, DECIDED)
        sender = caller or policy["holder"]
        in_time = name == "agree" or now() <= record["deadline"]
        allowed = record["state"] == DECIDED and sender == policy["holder"] and in_time
        if self.attempt(self.desk, allowed, name, claim, sender=sender).accepted and name == "agree":
            self.concluded(record["policy"], record["accepted"])

    @rule(number=picks, caller=st.sampled_from(EVERYONE), off=st.sampled_from([0, 1, 1, 1]))
    @precondition(lambda self: self.in_state(*UNDECIDED))
    def lapse(self, number: int, caller: bytes, off: int) -> None:
        claim, record, _ = self.pick(number, *UNDECIDED)
        last = record["deadline"] + (DECIDE if record["state"] == FILED else 0)
        wait_until(last + off)
        allowed = record["state"] in UNDECIDED and now() > last
        if self.attempt(self.desk, allowed, "lapse", claim, sender=caller).accepted:
            self.by_silence(record)

    @rule(caller=st.sampled_from(EVERYONE), off=st.sampled_from([-ROUND, 0, 1, 1, 1]))
    @precondition(lambda self: self.something_to_share())
    def settle(self, caller: bytes, off: int) -> None:
        round = self.round_of()
        wait_until(round["opened_at"] + ROUND + off)
        pool = self.pool_of()
        enough = self.held() >= pool["reserved"] + pool["owed"]
        allowed = (enough or self.is_over() or now() > round["opened_at"] + ROUND) and not self.is_held_up()
        self.attempt(self.desk, allowed, "settle", self.pool, sender=caller)

    def something_to_share(self) -> bool:
        return self.round_of()["due"] > 0 and self.unallocated() > 0

    def is_held_up(self) -> bool:
        """Somebody has to be paid first, who then joins the round with what is missing; or, where the pool is short at
        its end, to be decided."""
        pool = self.pool_of()
        if self.is_over() and self.in_state(*UNDECIDED) and self.held() < pool["reserved"] + pool["owed"]:
            return True
        records = [self.claim_of(claim) for claim in self.in_state(DUE)]
        rounds = [self.round_of(record["round"]) for record in records]
        return any(round["settled"] and round["money"] < round["due"] for round in rounds)

    def round_of(self, number: int | None = None) -> Any:
        return self.desk.read("round_of", self.pool, self.pool_of()["round"] if number is None else number)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.ready())
    def pay(self, number: int, caller: bytes) -> None:
        ready = self.ready()
        claim = ready[number % len(ready)] if number % 8 else self.claims[number % len(self.claims)]
        self.paid_out(self.attempt(self.desk, claim in ready, "pay", claim, sender=caller))

    def ready(self) -> list[bytes]:
        return [each for each in self.in_state(DUE) if self.round_of(self.claim_of(each)["round"])["settled"]]

    @rule(off=st.sampled_from([0, 1, 1, 1]))
    @precondition(lambda self: len(self.claims) == MAX_CLAIMS and not self.is_over())
    def come_to_the_end(self, off: int) -> None:
        wait_until(self.last_deadline + off)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: len(self.claims) == MAX_CLAIMS and now() >= self.last_deadline)
    def exit(self, number: int, caller: bytes) -> None:
        claim, _, _ = self.pick(number, *UNDECIDED, DUE)
        self.leave(claim, caller)

    def leave(self, claim: bytes, caller: bytes) -> None:
        record = self.claim_of(claim)
        waits = record["state"] == DUE and not self.round_of(record["round"])["settled"] and self.is_held_up()
        allowed = self.is_over() and record["state"] in (*UNDECIDED, DUE) and not waits
        outcome = self.attempt(self.desk, allowed, "exit", claim, sender=caller)
        if outcome.accepted and record["state"] in UNDECIDED:
            self.by_silence(record)
            assert self.claim_of(claim)["state"] == CLOSED or self.is_held_up()
        for event in outcome.events:
            if event.name == "RoundSettled" and event["money"] < event["due"]:
                assert not self.in_state(*UNDECIDED), "shared before all was decided"
        self.paid_out(outcome)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: now() > self.desk.read("policy_of", self.policies[0])["ends"])
    def end_policy(self, number: int, caller: bytes) -> None:
        id = self.policies[number % len(self.policies)]
        policy = self.desk.read("policy_of", id)
        allowed = policy["state"] == LIVE and policy["open_claims"] == 0 and now() > policy["ends"]
        self.attempt(self.desk, allowed, "end_policy", id, sender=caller)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.creditors())
    def claim(self, number: int, caller: bytes) -> None:
        who = self.creditors()[number % len(self.creditors())]
        mode = self.token.read("mode")
        refused = mode in (REVERTS, RETURNS_FALSE) or (mode == BLOCKS_ONE and self.token.read("blocked") == who)
        self.attempt(self.desk, not refused, "claim", self.token.address, who, sender=caller)

    def creditors(self) -> list[bytes]:
        return [who for who in CREDITORS if self.desk.read("claimable", self.token.address, who)]

    @rule(mode=st.sampled_from([HONEST] * 5 + [REVERTS, RETURNS_FALSE]))
    def change_mood(self, mode: int) -> None:
        self.token.do("set_mode", mode)

    @rule(who=st.sampled_from(CREDITORS))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    @invariant()
    def the_pools_books_balance(self) -> None:
        pool = self.pool_of()
        records = {claim: self.claim_of(claim) for claim in self.claims}
        assert pool["owed"] == sum(record["due"] for record in records.values())
        assert pool["undecided"] == len(self.in_state(*UNDECIDED))
        assert pool["open_claims"] == len(self.in_state(*UNDECIDED, DUE))
        assert pool["paid"] == sum(self.paid.values())
        assert pool["allocated"] <= self.held()
        for claim, record in records.items():
            assert record["paid"] == self.paid[claim]
            assert (record["due"] > 0) == (record["state"] == DUE)
        for id in self.policies:
            policy = self.desk.read("policy_of", id)
            assert policy["used"] == self.used[id] <= COVER
            decided = sum(
                record["due"] + self.paid[claim] + self.missing[claim]
                for claim, record in records.items()
                if record["policy"] == id
            )
            assert decided == policy["used"]

    @invariant()
    def what_is_owed_is_covered(self) -> None:
        claims = sum(self.desk.read("claimable", self.token.address, who) for who in CREDITORS)
        owed = self.desk.read("liabilities", self.token.address)
        assert owed == self.held() + claims == self.token.read("balanceOf", self.desk.address)


def test_pools_keep_their_truths_through_random_histories() -> None:
    run(ClaimsDeskMachine)


@pytest.mark.long
def test_pools_keep_their_truths_through_many_random_histories() -> None:
    run(ClaimsDeskMachine, calls=LONG_CALLS, steps=60)
