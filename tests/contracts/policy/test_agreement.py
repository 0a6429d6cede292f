"""What `check` says is what a transfer does, to the three numbers: in random states, for amounts at every limit."""

import os
import random
from collections import Counter

import pytest

from contracts import REASONS
from tests.contracts.machine import SEED_VARIABLE
from tests.contracts.placed import wait
from tests.contracts.policy.world import (
    ADMIN,
    ALLOWED,
    BANK,
    CUSTODIAN,
    DAY,
    DENIED,
    FREEZER,
    HOLDERS,
    NO_CONTEXT,
    NO_LIMIT,
    OFFICER,
    PAUSER,
    PEOPLE,
    SUBJECTS,
    Kind,
    Mood,
    World,
    new_world,
    set_mood,
)

ZERO = bytes(20)


class Fate:
    """Changes the world at random, and asks about payments in it."""

    def __init__(self, world: World, draw: random.Random) -> None:
        self.world, self.draw = world, draw
        self.cases = 0
        self.held: list[bytes] = []
        self.bound: list[tuple[bytes, bytes, int]] = []

    def change(self) -> None:
        # What stops everybody does not last: what else there is to refuse would never be seen.
        if self.held and self.draw.random() < 0.6:
            self.world.policy.do("release", self.held.pop(), sender=OFFICER)
        if self.world.ecash.read("paused") and self.draw.random() < 0.8:
            self.world.ecash.do("unpause", sender=PAUSER)
        getattr(self, self.draw.choice(CHANGES))()

    def rule(self) -> None:
        kind = self.draw.choice([*Kind, Kind.PER_PAYMENT, Kind.PER_DAY, Kind.BALANCE])
        rule = self.draw.choice([1, 2, 3, 4, 16])
        self.world.policy.do("set_rule", rule, kind, SUBJECTS.get(kind, bytes(32)), sender=ADMIN)

    def limits(self) -> None:
        limits = [self.draw.choice([100, 1_000, 5_000, 40_000, NO_LIMIT]) for _ in range(3)]
        self.world.policy.do("set_limits", self.draw.randrange(4), *limits, sender=ADMIN)

    def tier(self) -> None:
        self.world.identify(self.draw.choice(HOLDERS), self.draw.randrange(4))

    def list(self) -> None:
        likely = self.draw.random() < 0.2
        self.world.list(DENIED, self.draw.choice(HOLDERS), likely)
        self.world.list(ALLOWED, self.draw.choice(HOLDERS), not likely)

    def mood(self) -> None:
        set_mood(self.world, self.draw.choice([Mood.PERMITS, Mood.PERMITS, *Mood]))

    def hold(self) -> None:
        self.held.append(self.case())
        self.world.policy.do("hold", self.draw.choice([*PEOPLE, BANK]), self.held[-1], sender=OFFICER)

    def freeze(self) -> None:
        if self.bound and self.draw.random() < 0.7:
            case_id, who, amount = self.bound.pop()
            self.world.ecash.do("unfreeze", who, amount, case_id, sender=FREEZER)
        else:
            self.bound.append((self.case(), self.draw.choice([*PEOPLE, BANK]), self.draw.choice([1, 5_000, 10**9])))
            case_id, who, amount = self.bound[-1]
            self.world.ecash.do("freeze", who, amount, case_id, sender=FREEZER)

    def claims(self) -> None:
        who, case_id = self.draw.choice(PEOPLE), b"\7" * 32
        bound = self.world.ecash.read("claims_frozen_in_case", case_id, who)
        self.world.ecash.do("unfreeze_claims" if bound else "freeze_claims", who, case_id, sender=FREEZER)

    def pause(self) -> None:
        if not self.world.ecash.read("paused"):
            wait(6 * DAY)  # so long after the last one began nobody may pause again
            self.world.ecash.do("pause", sender=PAUSER)

    def delist(self) -> None:
        listed = self.world.directory.read("is_custodian", CUSTODIAN)
        self.world.directory.do("set_custodian", CUSTODIAN, not listed, sender=ADMIN)

    def time(self) -> None:
        wait(self.draw.choice([1, 3_600, DAY]))

    def money(self) -> None:
        if not self.world.ecash.read("paused"):
            set_mood(self.world, Mood.PERMITS)
            # Refused where a rule stands against it, which is as good.
            self.world.ecash.attempt("mint", self.draw.choice(PEOPLE), 10_000, sender=BANK)

    def case(self) -> bytes:
        self.cases += 1
        return self.cases.to_bytes(32, "big")

    def amount(self, payer: bytes, payee: bytes) -> int:
        """At a limit that someone has here, or one off it."""
        policy, ecash = self.world.policy, self.world.ecash
        mine = policy.read("limits", policy.read("account", payer)["tier"])
        theirs = policy.read("limits", policy.read("account", payee)["tier"])
        limit = self.draw.choice(
            [
                mine["per_payment"],
                mine["per_day"] - min(mine["per_day"], policy.read("spent_today", payer)),
                theirs["balance"] - min(theirs["balance"], ecash.read("balanceOf", payee)),
                ecash.read("available", payer),
                ecash.read("balanceOf", payer),
                self.draw.randrange(1, 100),
                self.draw.randrange(1, 100),
            ]
        )
        if self.draw.random() < 0.02:
            return 2**256 - 1
        within = limit if self.draw.random() < 0.1 else min(limit, ecash.read("available", payer))
        return max(0, within + self.draw.choice([-1, 0, 0, 1]))

    def pay(self) -> int:
        payer = self.draw.choice([*HOLDERS, *PEOPLE])
        payee = self.draw.choice([*HOLDERS, *PEOPLE]) if self.draw.random() < 0.98 else ZERO
        context = self.draw.choice([NO_CONTEXT, b"INV-7".ljust(32, b"\0")])
        return self.world.agree(payer, payee, self.amount(payer, payee), context).code


CHANGES = [
    name
    for name, weight in (
        ("rule", 4),
        ("limits", 2),
        ("tier", 3),
        ("list", 2),
        ("mood", 2),
        ("hold", 2),
        ("freeze", 2),
        ("claims", 1),
        ("pause", 1),
        ("money", 3),
        ("delist", 1),
        ("time", 2),
    )
    for _ in range(weight)
]


def play(cases: int) -> Counter[int]:
    chosen = os.environ.get(SEED_VARIABLE)
    seed = int(chosen) if chosen else random.SystemRandom().randrange(2**32)
    print(f"to repeat: {SEED_VARIABLE}={seed}")
    fate = Fate(new_world(), random.Random(seed))
    answers: Counter[int] = Counter()
    for number in range(cases):
        if number % 4 == 0:
            fate.change()
        answers[fate.pay()] += 1
    print({REASONS[code].name: count for code, count in answers.most_common()})
    return answers


def test_what_check_says_is_what_a_transfer_does() -> None:
    answers = play(1_000)
    assert len(answers) >= 8, f"too little was seen: {answers}"


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_what_check_says_is_what_a_transfer_does_in_50_000_cases() -> None:
    answers = play(50_000)
    assert set(answers) >= set(REASONS) - {6}, f"never seen: {set(REASONS) - set(answers)}"
