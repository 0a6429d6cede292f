"""The currency under long random histories that aim at its limits.

Amounts are drawn at what is possible, one less and one more; a call within the limit must be accepted, one above must
be refused in words, and `check` must have said so. After each step the supply identity holds, and balances rebuilt
from logs alone are the balances.
"""

from collections import defaultdict

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import DIRECTORY, ECASH, load
from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, picks, run
from tests.contracts.placed import Outcome, Placed, now, wait, wait_until

ADMIN, BANK, SECOND_BANK, ALICE, BOB, PAUSER, FREEZER, PROPOSER, EXECUTOR, VETOER, COURT = (
    bytes([0xA0 + number]) * 20 for number in range(11)
)
CUSTODIAN = b"\xc0" * 20
ZERO = bytes(20)
ISSUERS = [BANK, SECOND_BANK]
PEOPLE = [BANK, SECOND_BANK, ALICE, BOB]
HOLDERS = [*PEOPLE, CUSTODIAN, COURT]
CASES = [b"\1" * 32, b"\2" * 32]
DAY = 24 * 60 * 60
SEIZURE, RECOVERY = 1, 2
PROPOSED = 1

people = st.sampled_from(PEOPLE)
holders = st.sampled_from([*PEOPLE, *PEOPLE, CUSTODIAN])
cases = st.sampled_from(CASES)


class CurrencyMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        Placed(load("escrow"), CUSTODIAN)
        Placed(load("directory"), DIRECTORY, ADMIN, [CUSTODIAN], [], [])
        self.token = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", 2, ADMIN, DIRECTORY, ZERO, tally=self.tally)
        self.token.do("set_pauser", PAUSER, True, sender=ADMIN)
        self.token.do("set_freezer", FREEZER, True, sender=ADMIN)
        for place, who in enumerate((PROPOSER, EXECUTOR, VETOER), start=1):
            self.token.do("set_order_role", who, place, sender=ADMIN)
        self.from_logs: defaultdict[bytes, int] = defaultdict(int)
        self.orders: list[bytes] = []
        self.paused_from = 0
        # Begin in the midst of things, so that short histories reach the limits too.
        for issuer in ISSUERS:
            self.token.do("set_quota", issuer, 1_000, sender=ADMIN)
        for who in [*PEOPLE, CUSTODIAN]:
            self.make(True, "mint", who, 100, sender=BANK)

    def make(self, allowed: bool, name: str, *arguments: object, sender: bytes) -> Outcome:
        """An attempt whose transfers are counted."""
        outcome = self.attempt(self.token, allowed, name, *arguments, sender=sender)
        for event in outcome.events:
            if event.name == "Transfer":
                value = event["value"]
                assert isinstance(value, int)
                self.from_logs[bytes(event["sender"])] -= value  # type: ignore[call-overload]
                self.from_logs[bytes(event["receiver"])] += value  # type: ignore[call-overload]
        return outcome

    def may_pay(self, payer: bytes, payee: bytes, amount: int) -> bool:
        """The rights, stated; and `check` must state the same."""
        held_for_others = payer == CUSTODIAN
        allowed = (
            amount <= self.token.read("available", payer)
            and (held_for_others or not self.token.read("paused"))
            and not (held_for_others and self.token.read("claims_frozen", payee))
        )
        code, rule_number, version = self.token.read("check", payer, payee, amount, bytes(32))
        assert (code == 0) == allowed and rule_number == version == 0
        return allowed

    @rule(issuer=st.sampled_from(ISSUERS), quota=st.one_of(st.none(), st.integers(0, 2_000)))
    def license(self, issuer: bytes, quota: int | None) -> None:
        issued = self.token.read("minted_by", issuer) - self.token.read("burned_by", issuer)
        if quota is None:
            self.make(self.token.read("may_mint", issuer), "stop_issuer", issuer, sender=ADMIN)
        else:
            self.make(quota >= issued, "set_quota", issuer, quota, sender=ADMIN)

    @rule(issuer=st.sampled_from(ISSUERS), receiver=holders, aim=aims)
    def mint(self, issuer: bytes, receiver: bytes, aim: tuple[str, int]) -> None:
        headroom = self.token.read("headroom", issuer)
        amount = aimed(headroom, aim)
        self.make(0 < amount <= headroom and not self.token.read("paused"), "mint", receiver, amount, sender=issuer)

    @rule(number=picks, aim=aims)
    def burn(self, number: int, aim: tuple[str, int]) -> None:
        with_money = [issuer for issuer in ISSUERS if self.token.read("available", issuer)]
        chosen = with_money if with_money and number % 8 else ISSUERS
        issuer = chosen[number // 8 % len(chosen)]
        free = self.token.read("available", issuer)
        amount = aimed(free, aim)
        self.make(0 < amount <= free, "burn", amount, sender=issuer)

    @rule(payer=holders, payee=holders, aim=aims, memo=st.booleans())
    def pay(self, payer: bytes, payee: bytes, aim: tuple[str, int], memo: bool) -> None:
        amount = aimed(self.token.read("available", payer), aim)
        allowed = self.may_pay(payer, payee, amount)
        if memo:
            self.make(allowed, "transfer_with_memo", payee, amount, b"\5" * 32, sender=payer)
        else:
            self.make(allowed, "transfer", payee, amount, sender=payer)

    @rule(owner=people, spender=people, payee=holders, approved=st.integers(0, 200), aim=aims)
    def spend(self, owner: bytes, spender: bytes, payee: bytes, approved: int, aim: tuple[str, int]) -> None:
        may_approve = approved == 0 or not self.token.read("paused")
        self.make(may_approve, "approve", spender, approved, sender=owner)
        allowance = self.token.read("allowance", owner, spender)
        amount = aimed(min(allowance, self.token.read("available", owner)), aim)
        allowed = self.may_pay(owner, payee, amount) and amount <= allowance
        self.make(allowed, "transferFrom", owner, payee, amount, sender=spender)
        if allowed:
            assert self.token.read("allowance", owner, spender) == allowance - amount

    @rule(account=holders, aim=aims, case_id=cases)
    def freeze(self, account: bytes, aim: tuple[str, int], case_id: bytes) -> None:
        amount = aimed(self.token.read("available", account), aim)
        self.make(amount > 0 and account != CUSTODIAN, "freeze", account, amount, case_id, sender=FREEZER)

    @rule(number=picks, aim=aims)
    @precondition(lambda self: self.bound())
    def unfreeze(self, number: int, aim: tuple[str, int]) -> None:
        chosen = self.bound() if number % 8 else [(who, case_id) for who in PEOPLE for case_id in CASES]
        account, case_id = chosen[number // 8 % len(chosen)]
        frozen = self.token.read("frozen_in_case", case_id, account)
        amount = aimed(frozen, aim)
        self.make(0 < amount <= frozen, "unfreeze", account, amount, case_id, sender=FREEZER)

    def bound(self) -> list[tuple[bytes, bytes]]:
        """Whose money is frozen, and in which case."""
        everything = [(who, case_id) for who in PEOPLE for case_id in CASES]
        return [(who, case_id) for who, case_id in everything if self.token.read("frozen_in_case", case_id, who)]

    @rule(party=people, case_id=cases)
    def bind_or_free_claims(self, party: bytes, case_id: bytes) -> None:
        bound = self.token.read("claims_frozen_in_case", case_id, party)
        self.make(True, "unfreeze_claims" if bound else "freeze_claims", party, case_id, sender=FREEZER)

    @rule(do=st.sampled_from(["pause", "unpause", "unpause", "wait"]), hours=st.sampled_from([1, 71, 72]))
    def pause(self, do: str, hours: int) -> None:
        paused = self.token.read("paused")
        if do == "pause":
            begun_anew = now() >= self.paused_from + 6 * DAY
            self.make(not paused and (begun_anew or now() < self.paused_from + 3 * DAY), "pause", sender=PAUSER)
            if not paused and begun_anew:
                self.paused_from = now()
        elif do == "unpause" and paused:
            self.make(True, "unpause", sender=ADMIN)
        else:
            wait(hours * 3_600)
        assert not self.token.read("paused") or self.token.read("paused_until") == self.paused_from + 3 * DAY

    @rule(account=holders, amount=st.integers(1, 300), case_hash=cases, recovery=st.booleans())
    @precondition(lambda self: len(self.orders) < 6)
    def propose(self, account: bytes, amount: int, case_hash: bytes, recovery: bool) -> None:
        allowed = account != CUSTODIAN
        if recovery:
            proposed = self.make(allowed, "propose_recovery", account, COURT, case_hash, sender=PROPOSER)
        else:
            proposed = self.make(allowed, "propose_seizure", account, COURT, amount, case_hash, sender=PROPOSER)
        if allowed:
            self.orders.append(proposed.result)

    @rule(number=picks, caller=st.sampled_from([VETOER] * 5 + [ALICE, EXECUTOR]))
    @precondition(lambda self: self.waiting())
    def veto(self, number: int, caller: bytes) -> None:
        chosen = self.waiting() if number % 8 else self.orders
        id = chosen[number // 8 % len(chosen)]
        order = self.token.read("order", id)
        owner = order["kind"] == RECOVERY and order["account"] == caller
        self.make(order["state"] == PROPOSED and (caller == VETOER or owner), "veto_order", id, sender=caller)

    def waiting(self) -> list[bytes]:
        return [id for id in self.orders if self.token.read("order", id)["state"] == PROPOSED]

    @rule(number=picks, off=st.sampled_from([-1, 0, 0, 1]), late=st.booleans())
    @precondition(lambda self: self.orders)
    def execute(self, number: int, off: int, late: bool) -> None:
        chosen = self.waiting() or self.orders
        id = chosen[number % len(chosen)]
        order = self.token.read("order", id)
        wait_until(order["lapses_at" if late and not number % 4 else "ready_at"] + off)
        taken = self.takeable(order)
        in_time = order["ready_at"] <= now() <= order["lapses_at"]
        before = self.token.read("balanceOf", order["account"])
        allowed = order["state"] == PROPOSED and in_time and taken > 0
        self.make(allowed, "execute_order", id, sender=EXECUTOR)
        if allowed:
            assert self.token.read("balanceOf", order["account"]) == before - taken

    def takeable(self, order: dict[str, int | bytes]) -> int:
        account, amount = order["account"], order["amount"]
        assert isinstance(amount, int)
        if order["kind"] == RECOVERY:
            return int(self.token.read("available", account))
        others = sum(self.token.read("frozen_in_case", case, account) for case in CASES if case != order["case_hash"])
        return min(amount, max(0, self.token.read("balanceOf", account) - others))

    @rule(caller=st.sampled_from([ALICE, BOB, PAUSER]), account=people)
    def powerless_people_cannot(self, caller: bytes, account: bytes) -> None:
        name, *arguments = [
            ("set_quota", account, 10),
            ("mint", account, 1),
            ("freeze", account, 1, CASES[0]),
            ("propose_seizure", account, COURT, 1, CASES[0]),
            ("set_policy", ZERO),
        ][(account[0] + now()) % 5]
        self.make(False, name, *arguments, sender=caller)

    @invariant()
    def the_supply_is_what_people_hold_and_what_was_minted_less_burned(self) -> None:
        balances = {who: self.token.read("balanceOf", who) for who in HOLDERS}
        minted, burned = self.token.read("total_minted"), self.token.read("total_burned")
        assert sum(balances.values()) == self.token.read("totalSupply") == minted - burned
        assert minted == sum(self.token.read("minted_by", issuer) for issuer in ISSUERS)
        assert burned == sum(self.token.read("burned_by", issuer) for issuer in ISSUERS)
        assert balances == {who: self.from_logs[who] for who in HOLDERS}

    @invariant()
    def nobody_issues_beyond_the_quota(self) -> None:
        for issuer in ISSUERS:
            limit = self.token.read("quota", issuer) + self.token.read("burned_by", issuer)
            assert self.token.read("minted_by", issuer) <= limit

    @invariant()
    def freezes_are_the_sum_of_their_cases(self) -> None:
        for who in PEOPLE:
            frozen, balance = self.token.read("frozen", who), self.token.read("balanceOf", who)
            assert frozen == sum(self.token.read("frozen_in_case", case_id, who) for case_id in CASES)
            assert self.token.read("available", who) == max(0, balance - frozen)
        assert self.token.read("frozen", CUSTODIAN) == 0

    def at_the_end(self) -> None:
        """Time ends every pause, and money held in custody reaches whoever has no frozen claims."""
        wait(3 * DAY)
        assert not self.token.read("paused")
        held = self.token.read("balanceOf", CUSTODIAN)
        self.make(True, "transfer", VETOER, held, sender=CUSTODIAN)


def test_the_currency_keeps_its_truths_through_random_histories() -> None:
    run(CurrencyMachine)


@pytest.mark.long
def test_the_currency_keeps_its_truths_through_many_random_histories() -> None:
    run(CurrencyMachine, calls=LONG_CALLS, steps=60)
