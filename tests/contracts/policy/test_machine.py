"""The policy under long random histories: tiers, limits, rules, lists and holds change while people pay.

What is hostile here is a rule contract that misbehaves on command; the currency is the one that the policy is bound to.
Who may do what is stated here; of every payment the machine works out by its own books (what each spent in the day,
from the payments alone) whether the tier's limits allow it.
"""

from collections import defaultdict

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, picks, run
from tests.contracts.placed import NOBODY, now, wait, wait_until
from tests.contracts.policy.world import (
    ADMIN,
    ALICE,
    BANK,
    BOARD,
    BOB,
    CAROL,
    CUSTODIAN,
    DAVE,
    DAY,
    DENIED,
    LIST_OWNER,
    NO_LIMIT,
    NO_SUBJECT,
    OFFICER,
    PEOPLE,
    REGISTRAR,
    SUBJECTS,
    Kind,
    Mood,
    new_world,
    set_mood,
)

LIMITS = {0: (1_000, 1_500, 6_000), 1: (2_000, 5_000, 9_000), 2: (4_000, 8_000, NO_LIMIT), 3: (NO_LIMIT,) * 3}
RULES = [Kind.PER_PAYMENT, Kind.PER_DAY, Kind.BALANCE, Kind.DENY, Kind.CONTRACT]
APPEAL_DAYS = 14

people = st.sampled_from(PEOPLE)
payers = st.sampled_from([*PEOPLE, *PEOPLE, BANK, CUSTODIAN])


class PolicyMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.world = new_world(money=5_000, tally=self.tally)
        self.policy, self.ecash = self.world.policy, self.world.ecash
        for tier, limits in LIMITS.items():
            self.policy.do("set_limits", tier, *limits, sender=ADMIN)
        self.world.set_rules(*RULES)
        self.world.identify(BOB, 1)
        self.world.identify(CAROL, 2)
        self.tiers = {BOB: 1, CAROL: 2}
        self.spent: defaultdict[tuple[bytes, int], int] = defaultdict(int)
        self.cases: list[bytes] = []
        self.mood = Mood.PERMITS
        self.version = self.policy.read("version")

    def stands(self, kind: Kind) -> bool:
        return any(self.policy.read("rule", number)["kind"] == kind for number in range(1, len(RULES) + 1))

    def tier(self, who: bytes) -> int:
        return self.tiers.get(who, 0)

    def day_left(self, who: bytes) -> int:
        return max(0, LIMITS[self.tier(who)][1] - self.spent[who, now() // DAY])

    def permitted(self, payer: bytes, payee: bytes, amount: int) -> bool:
        if payer in PEOPLE:
            if self.policy.read("account", payer)["holds"]:
                return False
            if self.stands(Kind.PER_PAYMENT) and amount > LIMITS[self.tier(payer)][0]:
                return False
            limited = LIMITS[self.tier(payer)][1] != NO_LIMIT
            if self.stands(Kind.PER_DAY) and limited and amount > self.day_left(payer):
                return False
        if payee in PEOPLE and payee != payer and amount and self.stands(Kind.BALANCE):
            most = LIMITS[self.tier(payee)][2]
            if most != NO_LIMIT and self.ecash.read("balanceOf", payee) + amount > most:
                return False
        if self.stands(Kind.CONTRACT) and not self.rule_permits(amount):
            return False
        listed = [who for who in (payer, payee) if self.policy.read("on_list", DENIED, who) and who != CUSTODIAN]
        return not (self.stands(Kind.DENY) and listed)

    def rule_permits(self, amount: int) -> bool:
        """No payment here has a reference; what a rule contract does not answer clearly, it refuses."""
        clear = self.mood in (Mood.PERMITS, Mood.USES_ALL_IT_MAY, Mood.TALKS_TOO_MUCH)
        return clear or (self.mood is Mood.REFUSES_ODD and amount % 2 == 0)

    @rule(mood=st.sampled_from([Mood.PERMITS] * 2 * len(Mood) + [*Mood]))
    def change_mood(self, mood: Mood) -> None:
        set_mood(self.world, mood)
        self.mood = mood

    @rule(payer=payers, payee=payers, aim=aims, at=st.sampled_from(["payment", "day", "balance", "small", "small"]))
    def pay(self, payer: bytes, payee: bytes, aim: tuple[str, int], at: str) -> None:
        held = self.ecash.read("balanceOf", payer)
        room = LIMITS[self.tier(payee)][2] - self.ecash.read("balanceOf", payee)
        limit = {"payment": LIMITS[self.tier(payer)][0], "day": self.day_left(payer), "balance": room, "small": 50}[at]
        amount = aimed(max(0, min(limit, held)), aim)
        allowed = amount <= held and self.permitted(payer, payee, amount)
        assert (self.world.check(payer, payee, amount).code == 0) == allowed
        self.attempt(self.ecash, allowed, "transfer", payee, amount, sender=payer)
        counted = payer in PEOPLE and LIMITS[self.tier(payer)][1] != NO_LIMIT and self.stands(Kind.PER_DAY)
        if allowed and counted:
            self.spent[payer, now() // DAY] += amount

    @rule(payee=people, amount=st.integers(1, 3_000))
    def issue(self, payee: bytes, amount: int) -> None:
        self.attempt(self.ecash, self.permitted(BANK, payee, amount), "mint", payee, amount, sender=BANK)

    @rule(hours=st.sampled_from([1, 12, 24]))
    def wait(self, hours: int) -> None:
        wait(hours * 3_600)

    @rule(who=people, tier=st.sampled_from([0, 1, 1, 2, 2, 3, 4]), caller=st.sampled_from([REGISTRAR] * 5 + [OFFICER]))
    def identify(self, who: bytes, tier: int, caller: bytes) -> None:
        allowed = caller == REGISTRAR and tier < 4
        self.attempt(self.policy, allowed, "set_tier", who, tier, sender=caller)
        if allowed:
            self.tiers[who] = tier

    @rule(number=st.integers(1, len(RULES)), on=st.booleans(), caller=st.sampled_from([ADMIN] * 5 + [LIST_OWNER]))
    def change_a_rule(self, number: int, on: bool, caller: bytes) -> None:
        kind = RULES[number - 1] if on else Kind.NONE
        if number == 2 and caller == ADMIN and not self.stands(Kind.PER_DAY):
            # What was paid while the rule did not stand does not count.
            wait_until((now() // DAY + 1) * DAY)
        subject = SUBJECTS.get(kind, NO_SUBJECT)
        self.attempt(self.policy, caller == ADMIN, "set_rule", number, kind, subject, sender=caller)

    @rule(who=payers, caller=st.sampled_from([LIST_OWNER] * 4 + [ADMIN]))
    def change_the_list(self, who: bytes, caller: bytes) -> None:
        listed = self.policy.read("on_list", DENIED, who)
        self.attempt(self.policy, caller == LIST_OWNER, "set_list", DENIED, who, not listed, sender=caller)

    @rule(who=st.sampled_from([*PEOPLE, CUSTODIAN]), caller=st.sampled_from([OFFICER] * 5 + [ADMIN]))
    @precondition(lambda self: len(self.cases) < 5)
    def hold(self, who: bytes, caller: bytes) -> None:
        case_id = (len(self.cases) + 1).to_bytes(32, "big")
        allowed = caller == OFFICER and who != CUSTODIAN
        self.attempt(self.policy, allowed, "hold", who, case_id, sender=caller)
        if allowed:
            self.cases.append(case_id)

    @rule(number=picks)
    @precondition(lambda self: self.cases)
    def appeal(self, number: int) -> None:
        fresh = [each for each in self.shown() if each[1]["account"] in PEOPLE and each[1]["appealed_at"] == 0]
        chosen = fresh if fresh and number % 8 else self.shown()
        case_id, hold = chosen[number // 8 % len(chosen)]
        standing = hold["account"] in PEOPLE
        caller = hold["account"] if standing and number % 7 else DAVE
        allowed = standing and hold["account"] == caller and hold["appealed_at"] == 0
        self.attempt(self.policy, allowed, "appeal", case_id, sender=caller)

    @rule(number=picks, off=st.sampled_from([None, None, 0, 1]))
    @precondition(lambda self: self.cases)
    def uphold(self, number: int, off: int | None) -> None:
        """Mostly of a hold whose appeal is open; if there is none, one may be made first."""
        if not self.appealed():
            self.appeal(number)
        if not self.appealed() and number % 4:
            return
        chosen = self.appealed() if self.appealed() and number % 8 else self.shown()
        case_id, hold = chosen[number // 8 % len(chosen)]
        self.wait_for_the_end_of(hold, off)
        allowed = hold["account"] in PEOPLE and self.may_be_decided(hold) and not hold["upheld"]
        self.attempt(self.policy, allowed, "uphold", case_id, sender=BOARD)

    @rule(number=picks, off=st.sampled_from([None, 0, 1]), caller=st.sampled_from([OFFICER, BOARD, NOBODY, ALICE]))
    @precondition(lambda self: self.cases)
    def release(self, number: int, off: int | None, caller: bytes) -> None:
        case_id, hold = self.pick(number)
        self.wait_for_the_end_of(hold, off)
        silent = hold["appealed_at"] > 0 and not hold["upheld"] and not self.may_be_decided(hold)
        allowed = hold["account"] in PEOPLE and (caller in (OFFICER, BOARD) or silent)
        self.attempt(self.policy, allowed, "release", case_id, sender=caller)

    def appealed(self) -> list[tuple[bytes, dict[str, object]]]:
        return [each for each in self.shown() if self.may_be_decided(each[1]) and not each[1]["upheld"]]

    def shown(self) -> list[tuple[bytes, dict[str, object]]]:
        return [(case_id, self.policy.read("hold_in_case", case_id)) for case_id in self.cases]

    def pick(self, number: int) -> tuple[bytes, dict[str, object]]:
        """Mostly a hold that stands."""
        known = self.shown()
        standing = [each for each in known if each[1]["account"] in PEOPLE]
        chosen = standing if standing and number % 6 else known
        return chosen[number % len(chosen)]

    def wait_for_the_end_of(self, hold: dict[str, object], off: int | None) -> None:
        appealed_at = hold["appealed_at"]
        assert isinstance(appealed_at, int)
        if off is not None and appealed_at:
            wait_until(appealed_at + APPEAL_DAYS * DAY + off)

    def may_be_decided(self, hold: dict[str, object]) -> bool:
        appealed_at = hold["appealed_at"]
        assert isinstance(appealed_at, int)
        return appealed_at > 0 and now() <= appealed_at + APPEAL_DAYS * DAY

    @invariant()
    def counters_are_the_payments_of_the_day_and_tiers_the_registrars(self) -> None:
        for who in PEOPLE:
            assert self.policy.read("spent_today", who) == self.spent[who, now() // DAY]
            assert self.policy.read("account", who)["tier"] == self.tier(who)

    @invariant()
    def the_version_never_decreases(self) -> None:
        version = self.policy.read("version")
        assert version >= self.version
        self.version = version

    @invariant()
    def holds_are_the_cases_that_stand(self) -> None:
        standing = [self.policy.read("hold_in_case", case_id)["account"] for case_id in self.cases]
        for who in PEOPLE:
            assert self.policy.read("account", who)["holds"] == standing.count(who)
        assert self.policy.read("account", CUSTODIAN)["holds"] == 0

    @invariant()
    def the_supply_is_what_everybody_holds(self) -> None:
        held = sum(self.ecash.read("balanceOf", who) for who in [*PEOPLE, BANK, CUSTODIAN])
        assert held == self.ecash.read("total_minted") - self.ecash.read("total_burned")


def test_the_policy_keeps_its_truths_through_random_histories() -> None:
    run(PolicyMachine)


@pytest.mark.long
def test_the_policy_keeps_its_truths_through_many_random_histories() -> None:
    run(PolicyMachine, calls=LONG_CALLS, steps=60)
