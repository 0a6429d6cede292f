"""The currency under long random histories that aim at its limits.

Amounts are drawn at what the contract says is possible, one less and one more; a call within the limit must
succeed and one above must be refused. After each step the supply identity holds, and balances rebuilt from logs
alone are the balances.
"""

from collections import defaultdict
from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from contracts import ECASH, explain_revert
from contracts.library import SOURCES

ZERO = "0x" + "00" * 20
ADMIN, BANK, SECOND_BANK, ALICE, BOB, PAUSER, FREEZER = (
    to_checksum_address((0xA0 + number).to_bytes(20, "big")) for number in range(7)
)
CUSTODIAN = to_checksum_address(b"\xc0" * 20)
ISSUERS = [BANK, SECOND_BANK]
PEOPLE = [BANK, SECOND_BANK, ALICE, BOB, CUSTODIAN]
CASES = [b"\1" * 32, b"\2" * 32]

people = st.sampled_from(PEOPLE)
issuers = st.sampled_from(ISSUERS)
cases = st.sampled_from(CASES)
# Of the limit: how far off it, or a share of it in percent.
aims = st.one_of(
    st.sampled_from([("off", -1), ("off", 0), ("off", 1)]), st.tuples(st.just("share"), st.integers(1, 99))
)


def aimed(limit: int, aim: tuple[str, int]) -> int:
    kind, number = aim
    return max(0, limit + number) if kind == "off" else limit * number // 100


class CurrencyMachine(RuleBasedStateMachine):
    source: Any = None

    @initialize()
    def deploy(self) -> None:
        self.anchor = boa.env.anchor()
        self.anchor.__enter__()
        self.token = type(self).source.deploy(
            "Jiaozi", "JZ", 2, ADMIN, [CUSTODIAN], override_address=to_checksum_address(ECASH)
        )
        self.token.set_pauser(PAUSER, True, sender=ADMIN)
        self.token.set_freezer(FREEZER, True, sender=ADMIN)
        self.from_logs: defaultdict[str, int] = defaultdict(int)
        # Begin in the midst of things, so that short histories reach the limits too.
        for issuer in ISSUERS:
            self.token.set_quota(issuer, 1_000, sender=ADMIN)
        for who in PEOPLE:
            self.attempt(True, self.token.mint, who, 100, sender=BANK)

    def teardown(self) -> None:
        self.anchor.__exit__(None, None, None)

    def attempt(self, allowed: bool, function: Any, *arguments: Any, sender: str) -> None:
        """Makes the call, which must succeed if it is allowed and be refused in words if not."""
        if not allowed:
            with pytest.raises(boa.BoaError) as refusal:
                function(*arguments, sender=sender)
            assert explain_revert(refusal.value.call_trace.computation.output).startswith("ecash: ")
            return
        function(*arguments, sender=sender)
        for log in self.token.get_logs():
            if type(log).__name__ == "Transfer":
                self.from_logs[log.sender] -= log.value
                self.from_logs[log.receiver] += log.value

    @rule(issuer=issuers, quota=st.one_of(st.none(), st.integers(0, 2_000)))
    def license(self, issuer: str, quota: int | None) -> None:
        issued = self.token.minted_by(issuer) - self.token.burned_by(issuer)
        if quota is None:
            self.attempt(self.token.may_mint(issuer), self.token.stop_issuer, issuer, sender=ADMIN)
            return
        self.attempt(quota >= issued, self.token.set_quota, issuer, quota, sender=ADMIN)

    @rule(issuer=issuers, receiver=people, aim=aims)
    def mint(self, issuer: str, receiver: str, aim: tuple[str, int]) -> None:
        headroom = self.token.headroom(issuer)
        amount = aimed(headroom, aim)
        allowed = 0 < amount <= headroom and not self.token.paused()
        self.attempt(allowed, self.token.mint, receiver, amount, sender=issuer)

    @rule(issuer=issuers, aim=aims)
    def burn(self, issuer: str, aim: tuple[str, int]) -> None:
        free = self.token.available(issuer)
        amount = aimed(free, aim)
        allowed = 0 < amount <= free and self.token.is_issuer(issuer)
        self.attempt(allowed, self.token.burn, amount, sender=issuer)

    @rule(sender=people, receiver=people, aim=aims, memo=st.booleans())
    def pay(self, sender: str, receiver: str, aim: tuple[str, int], memo: bool) -> None:
        free = self.token.available(sender)
        amount = aimed(free, aim)
        allowed = amount <= free and (sender == CUSTODIAN or not self.token.paused())
        if memo:
            self.attempt(allowed, self.token.transfer_with_memo, receiver, amount, b"\5" * 32, sender=sender)
        else:
            self.attempt(allowed, self.token.transfer, receiver, amount, sender=sender)

    @rule(owner=people, spender=people, receiver=people, approved=st.one_of(st.none(), st.integers(0, 200)), aim=aims)
    def spend(self, owner: str, spender: str, receiver: str, approved: int | None, aim: tuple[str, int]) -> None:
        if approved is not None:
            allowed = approved == 0 or not self.token.paused()
            self.attempt(allowed, self.token.approve, spender, approved, sender=owner)
        allowance = self.token.allowance(owner, spender)
        limit = min(allowance, self.token.available(owner))
        amount = aimed(limit, aim)
        allowed = amount <= limit and (owner == CUSTODIAN or not self.token.paused())
        self.attempt(allowed, self.token.transferFrom, owner, receiver, amount, sender=spender)
        if allowed:
            assert self.token.allowance(owner, spender) == allowance - amount

    @rule(account=people, aim=aims, case_id=cases)
    def freeze(self, account: str, aim: tuple[str, int], case_id: bytes) -> None:
        amount = aimed(self.token.available(account), aim)
        allowed = amount > 0 and account != CUSTODIAN
        self.attempt(allowed, self.token.freeze, account, amount, case_id, sender=FREEZER)
        one_too_many = self.token.available(account) + 1
        self.attempt(False, self.token.transfer, ALICE, one_too_many, sender=account)

    @rule(account=people, aim=aims, case_id=cases)
    def unfreeze(self, account: str, aim: tuple[str, int], case_id: bytes) -> None:
        frozen = self.token.frozen_in_case(case_id, account)
        amount = aimed(frozen, aim)
        self.attempt(0 < amount <= frozen, self.token.unfreeze, account, amount, case_id, sender=FREEZER)

    @rule(do=st.sampled_from(["pause", "unpause", "wait"]), hours=st.sampled_from([1, 71, 72]))
    def pause(self, do: str, hours: int) -> None:
        paused = self.token.paused()
        if do == "pause":
            self.attempt(not paused, self.token.pause, sender=PAUSER)
        elif do == "unpause":
            self.attempt(paused, self.token.unpause, sender=PAUSER)
        else:
            boa.env.time_travel(seconds=hours * 3600)
        assert self.token.paused_until() <= boa.env.timestamp + 72 * 3600

    @rule(caller=st.sampled_from([ALICE, BOB, PAUSER]), account=people)
    def powerless_people_cannot(self, caller: str, account: str) -> None:
        self.attempt(False, self.token.set_quota, account, 10, sender=caller)
        self.attempt(False, self.token.mint, account, 1, sender=caller)
        self.attempt(False, self.token.burn, 1, sender=caller)
        self.attempt(False, self.token.freeze, account, 1, CASES[0], sender=caller)

    @invariant()
    def the_supply_is_what_people_hold_and_what_was_minted_less_burned(self) -> None:
        balances = {who: self.token.balanceOf(who) for who in PEOPLE}
        minted, burned = self.token.total_minted(), self.token.total_burned()
        assert sum(balances.values()) == self.token.totalSupply() == minted - burned
        assert minted == sum(self.token.minted_by(issuer) for issuer in ISSUERS)
        assert burned == sum(self.token.burned_by(issuer) for issuer in ISSUERS)
        assert balances == {who: self.from_logs[who] for who in PEOPLE}

    @invariant()
    def nobody_issues_beyond_the_quota(self) -> None:
        for issuer in ISSUERS:
            assert self.token.minted_by(issuer) <= self.token.quota(issuer) + self.token.burned_by(issuer)

    @invariant()
    def freezes_are_the_sum_of_their_cases(self) -> None:
        for who in PEOPLE:
            frozen, balance = self.token.frozen(who), self.token.balanceOf(who)
            assert frozen == sum(self.token.frozen_in_case(case_id, who) for case_id in CASES)
            assert self.token.available(who) == max(0, balance - frozen)
        assert self.token.frozen(CUSTODIAN) == 0


def run(examples: int, steps: int) -> None:
    CurrencyMachine.source = boa.load_partial(str(SOURCES / "ecash.vy"))
    run_state_machine_as_test(
        CurrencyMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_currency_keeps_its_truths_through_random_histories() -> None:
    run(examples=12, steps=30)


@pytest.mark.long
def test_the_currency_keeps_its_truths_through_many_random_histories() -> None:
    run(examples=300, steps=60)
