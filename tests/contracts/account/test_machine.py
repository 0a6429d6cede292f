"""An account under long random histories: every subset of owners and strangers, amounts at the day's thresholds and
one off them, nonces used again, session keys at their caps, guardians, vetoes, clocks at deadlines, and a currency that
changes its mind and calls the account back.

What is stated of every call: it is accepted only with as many distinct present owners as the day's amount takes, or
by a session key within its cap. The account has at every moment what it had, less exactly that.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts.account_signing import APPROVED, Call, together
from tests.contracts.account.stage import (
    ACCOUNT,
    ANN,
    BEN,
    CEM,
    DAY,
    DELAY,
    GUARDIANS,
    LANDLORD,
    NO_LIMIT,
    PHONE,
    SESSION,
    SHOP,
    THIEF,
    TIERS,
    WEALTH,
    Owner,
    Stage,
    fields,
    owner_fields,
    owner_id,
)
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, picks, run
from tests.contracts.moods import (
    BURNS_ALL_GAS,
    HONEST,
    LYING,
    MOODS,
    RETURNS_FALSE,
    entered,
    enters_again,
    refuses,
    strayed,
)
from tests.contracts.placed import NOBODY, now, wait, wait_until
from tests.contracts.signers import Signer

DORA = Signer(41)
TEAMS: list[list[Owner]] = [[ANN, BEN, CEM, PHONE], [BEN, CEM, DORA, PHONE]]
"""Who owns the account at first, and whom the guardians may name; and the other way round."""
CAP = 400
MONTH = 30 * DAY


class AccountMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.stage = Stage.set(tally=self.tally)
        self.account, self.token = self.stage.account, self.stage.token
        self.team = 0
        self.left = 0
        self.spent: dict[int, int] = {}
        self.used: list[int] = []
        self.supporters: set[bytes] = set()
        self.ready_after = 0
        self.session_spent: int | None = None
        self.session_ends = 0
        # Begin in the midst of things, so that short histories reach sessions too.
        self.grant(3)

    def is_silenced(self) -> bool:
        return bool(self.token.read("mode") == BURNS_ALL_GAS)

    def reverts(self, to: bytes) -> bool:
        """The account hands on what a call answers: a token that says false has been called all the same."""
        return refuses(self.token, to) and self.token.read("mode") != RETURNS_FALSE

    def has_left(self, amount: int) -> None:
        if self.token.read("mode") != RETURNS_FALSE:
            self.left += amount

    @rule(mode=st.sampled_from([HONEST] * len(LYING) + MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: a payment that all have signed and nobody has made yet."""
        self.token.do("set_mode", mode)
        call, nonce, until = self.stage.pay(1), 10_000 + number, now() + MONTH
        signatures = self.stage.signed(self.stage.signing.batch([call], nonce, until), self.owners[:3])
        enters_again(self.token, self.account, "batch", fields([call]), nonce, until, signatures)

    @rule(who=st.sampled_from([SHOP, LANDLORD]))
    def block(self, who: bytes) -> None:
        self.token.do("block", who)

    def at_the_end(self) -> None:
        self.the_owners_are_the_team()

    @property
    def owners(self) -> list[Owner]:
        return TEAMS[self.team]

    def today(self) -> int:
        return self.spent.get(now() // DAY, 0)

    def takes(self, amount: int) -> int:
        return next(signers for up_to, signers in TIERS if self.today() + amount <= up_to)

    @rule(
        tier=st.sampled_from([0, 0, 1, 1, 2]),
        aim=aims,
        signers=st.lists(st.sampled_from([0, 1, 2, 0, 1, 2, 0, 1, 2, 3]), unique=True, min_size=1, max_size=3),
        enough=st.sampled_from([True] * 5 + [False]),
        stranger=st.sampled_from([False] * 15 + [True]),
        parts=st.integers(1, 2),
        again=st.sampled_from([False] * 19 + [True]),
        late=st.sampled_from([0] * 19 + [1]),
    )
    def pay(
        self,
        tier: int,
        aim: tuple[str, int],
        signers: list[int],
        enough: bool,
        stranger: bool,
        parts: int,
        again: bool,
        late: int,
    ) -> None:
        limit = TIERS[tier][0] if tier < 2 else 1_200
        amount = aimed(max(0, limit - self.today()), aim)
        while enough and len(signers) < self.takes(amount):
            signers = [*signers, next(number for number in range(4) if number not in signers)]
        signing: list[Owner] = [self.owners[number] for number in signers]
        if stranger:
            signing.append(ANN if ANN not in self.owners else DORA)
        calls = [self.stage.pay(amount // parts), self.stage.pay(amount - amount // parts)][2 - parts :]
        if parts == 1:
            calls = [self.stage.pay(amount)]
        nonce = self.used[-1] if again and self.used else len(self.used) + 1
        signed = len(signing) >= self.takes(amount) and not stranger
        allowed = signed and nonce not in self.used and not late and not self.reverts(SHOP)
        deadline = now() - late
        signatures = self.stage.signed(self.stage.signing.batch(calls, nonce, deadline), signing)
        arguments = [fields(calls), nonce, deadline, signatures]
        self.attempt(self.account, allowed, "batch", *arguments, sender=THIEF)
        if allowed:
            self.used.append(nonce)
            self.has_left(amount)
            if len(signing) < TIERS[-1][1]:
                self.spent[now() // DAY] = self.today() + amount

    @rule(approvers=st.lists(st.integers(0, 3), unique=True, min_size=1, max_size=3), caller=st.integers(0, 3))
    def approve_and_execute(self, approvers: list[int], caller: int) -> None:
        """A payment that takes two, approved on the chain by some and made by one."""
        people = [owner for owner in self.owners if isinstance(owner, Signer)]
        chosen = [people[number % len(people)] for number in approvers]
        calls = [self.stage.pay(max(0, 900 - self.today()))]
        nonce, until = len(self.used) + 1, now() + 5
        digest = self.stage.signing.batch(calls, nonce, until)
        for owner in chosen:
            self.attempt(self.account, True, "approve", digest, sender=owner.address)
        maker = people[caller % len(people)]
        counted = {owner_id(owner) for owner in [*chosen, maker]}
        entries = together({owner: APPROVED for owner in counted})
        amount = max(0, 900 - self.today())
        needed = self.takes(amount)
        allowed = len(counted) >= needed and not self.reverts(SHOP)
        self.attempt(self.account, allowed, "execute", fields(calls)[0], nonce, until, entries, sender=maker.address)
        if allowed:
            self.used.append(nonce)
            self.has_left(amount)
            if len(counted) < TIERS[-1][1]:
                self.spent[now() // DAY] = self.today() + amount

    def by_itself(self, signers: int, name: str, *arguments: object) -> bool:
        """A call that takes three, signed by the first so many."""
        call = self.stage.of_itself(name, *arguments)
        nonce = len(self.used) + 1
        signatures = self.stage.signed(self.stage.signing.batch([call], nonce, now()), self.owners[:signers])
        self.attempt(self.account, signers >= 3, "batch", fields([call]), nonce, now(), signatures, sender=NOBODY)
        if signers >= 3:
            self.used.append(nonce)
        return signers >= 3

    @rule(signers=st.sampled_from([2, 3, 3, 3, 3]))
    @precondition(lambda self: self.session_spent is None or now() > self.session_ends)
    def grant(self, signers: int) -> None:
        ends = now() + 2 * DAY
        if self.by_itself(signers, "set_session", SESSION, CAP, ends, [SHOP, LANDLORD]):
            self.session_spent, self.session_ends = 0, ends

    @rule(
        aim=aims,
        to=st.sampled_from([SHOP, LANDLORD, SHOP, LANDLORD, THIEF]),
        key=st.sampled_from([SESSION] * 5 + [THIEF]),
    )
    @precondition(lambda self: self.session_spent is not None)
    def pay_by_session(self, aim: tuple[str, int], to: bytes, key: bytes) -> None:
        amount = aimed((CAP - (self.session_spent or 0)) // 2, aim)
        allowed = (
            key == SESSION
            and self.session_spent is not None
            and now() <= self.session_ends
            and to != THIEF
            and amount <= CAP - self.session_spent
            and not self.reverts(to)
        )
        call: Call = self.stage.pay(amount, to)
        self.attempt(self.account, allowed, "execute_session", call.to, call.data, sender=key)
        if allowed:
            self.session_spent = (self.session_spent or 0) + amount
            self.has_left(amount)

    @rule(who=st.sampled_from([0, 1, 4]))
    @precondition(lambda self: self.session_spent is not None)
    def revoke(self, who: int) -> None:
        """Rarely: a session that goes on shows more."""
        people = [owner for owner in self.owners if isinstance(owner, Signer)]
        allowed = who < len(people) and self.session_spent is not None
        sender = people[who].address if who < len(people) else THIEF
        self.attempt(self.account, allowed, "revoke_session", SESSION, sender=sender)
        if allowed:
            self.session_spent = None

    def named(self) -> list[object]:
        return [[owner_fields(owner) for owner in TEAMS[1 - self.team]], TIERS]

    @rule(guardian=st.sampled_from([*GUARDIANS, *GUARDIANS, THIEF]))
    @precondition(lambda self: len(self.supporters) < 3)
    def support(self, guardian: bytes) -> None:
        allowed = guardian in GUARDIANS and guardian not in self.supporters
        self.attempt(self.account, allowed, "support_recovery", *self.named(), sender=guardian)
        if allowed:
            self.supporters.add(guardian)
            if len(self.supporters) == 2:
                self.ready_after = now() + DELAY

    @rule(number=picks)
    @precondition(lambda self: self.ready_after)
    def veto(self, number: int) -> None:
        owner = self.owners[number % 4]
        if number % 3:
            return  # most recoveries go on
        if isinstance(owner, Signer):
            self.attempt(self.account, True, "veto_recovery", owner_id(owner), b"", sender=owner.address)
        else:
            signature = owner.sign(self.stage.signing.veto(self.stage.read("recovery")))
            self.attempt(self.account, True, "veto_recovery", owner_id(owner), signature, sender=NOBODY)
        self.supporters, self.ready_after = set(), 0

    @rule(off=st.sampled_from([0, 1, 1, 1, MONTH, MONTH + 1]))
    @precondition(lambda self: self.supporters)
    def finish(self, off: int) -> None:
        if self.ready_after:
            wait_until(self.ready_after + off)
        allowed = bool(self.ready_after) and self.ready_after < now() <= self.ready_after + MONTH
        self.attempt(self.account, allowed, "finish_recovery", *self.named(), sender=NOBODY)
        if allowed:
            self.team = 1 - self.team
            self.supporters, self.ready_after, self.session_spent = set(), 0, None
            self.the_owners_are_the_team()
        elif self.ready_after and now() > self.ready_after + MONTH:
            person = next(owner for owner in self.owners if isinstance(owner, Signer))
            self.attempt(self.account, True, "veto_recovery", owner_id(person), b"", sender=person.address)
            self.supporters, self.ready_after = set(), 0

    @rule(seconds=st.sampled_from([1, DAY // 2, DAY]))
    def wait(self, seconds: int) -> None:
        wait(seconds)

    @invariant()
    def nothing_left_but_what_was_signed(self) -> None:
        assert self.stage.balance(ACCOUNT) == WEALTH - self.left
        assert self.stage.balance(THIEF) == 0
        arrived = sum(self.stage.balance(who) - strayed(self.token, who) for who in (SHOP, LANDLORD))
        assert arrived == self.left
        assert not entered(self.token), "the token entered the account again"

    def the_owners_are_the_team(self) -> None:
        found = [(each["account"], each["x"], each["y"]) for each in self.stage.read("owners")]
        assert found == [owner_fields(owner) for owner in self.owners]

    @invariant()
    def a_day_stays_below_its_thresholds(self) -> None:
        assert self.stage.read("spent_on", now() // DAY) == self.today() <= TIERS[-2][0] < NO_LIMIT


def test_accounts_keep_their_truths_through_random_histories() -> None:
    run(AccountMachine)


@pytest.mark.long
def test_accounts_keep_their_truths_through_many_random_histories() -> None:
    run(AccountMachine, calls=LONG_CALLS, steps=60)
