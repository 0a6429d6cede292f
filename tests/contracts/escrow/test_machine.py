"""Escrows under long random histories: real parties and strangers, amounts at the limit and one off it, clocks at
deadlines and one second off, and a token that changes its mind.

Who may do what is stated here as a table of rights; every call must succeed if they allow it and be refused in
words if not. Each history ends with the exit test: time passes, anyone empties every deal, and nothing is left.
"""

from pathlib import Path
from typing import Any, NamedTuple

import boa
import pytest
from eth_utils.address import to_checksum_address
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts import NO_ARBITER, Artifact, Deal, DealState, compile_file, decode_deal, explain_revert, load

ALICE, BOB, DAVE, ARBITER, STRANGER = (bytes([0xA0 + number]) * 20 for number in range(5))
TRADERS = [ALICE, BOB, DAVE]
EVERYONE = [*TRADERS, ARBITER, STRANGER]
WEALTH = 10_000
ELEVEN_YEARS = 11 * 366 * 24 * 60 * 60
HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE, RETURNS_NOTHING, KEEPS_IT, BLOCKS_ONE = 0, 1, 2, 3, 4, 8, 10
PAYS_IN = {HONEST, TAKES_A_FEE, RETURNS_NOTHING, BLOCKS_ONE}

# Mostly whoever has the right to act, sometimes anyone.
callers = st.one_of(st.none(), st.none(), st.none(), st.sampled_from(EVERYONE))
picks = st.integers(0, 100)
aims = st.one_of(
    st.sampled_from([("off", -1), ("off", 0), ("off", 1)]), st.tuples(st.just("share"), st.integers(1, 99))
)


def aimed(limit: int, aim: tuple[str, int]) -> int:
    kind, number = aim
    return max(0, limit + number) if kind == "off" else limit * number // 100


class Placed:
    """A contract spoken to in bytes, at an address of its own: titanoboa remembers the contract objects of undone
    deployments, and on a refusal prints the storage of whatever once stood at the address."""

    def __init__(self, artifact: Artifact, address: bytes) -> None:
        self.artifact = artifact
        self.address = address
        boa.env.deploy_code(bytecode=artifact.init_code(), override_address=to_checksum_address(address))

    def attempt(self, name: str, *arguments: object, sender: bytes) -> Any:
        data = self.artifact.encode_call(name, *arguments)
        return boa.env.execute_code(to_checksum_address(self.address), sender=to_checksum_address(sender), data=data)

    def call(self, name: str, *arguments: object, sender: bytes = STRANGER) -> Any:
        computation = self.attempt(name, *arguments, sender=sender)
        assert not computation.is_error, explain_revert(computation.output)
        return self.artifact.decode_result(name, computation.output)


class Known(NamedTuple):
    id: bytes
    token: Placed


class EscrowMachine(RuleBasedStateMachine):
    token_artifact: Artifact

    @initialize()
    def deploy(self) -> None:
        self.anchor = boa.env.anchor()
        self.anchor.__enter__()
        self.escrow = Placed(load("escrow"), b"\xe5" * 20)
        self.honest = Placed(self.token_artifact, b"\xe6" * 20)
        self.moody = Placed(self.token_artifact, b"\xe7" * 20)
        for token in (self.honest, self.moody):
            for trader in TRADERS:
                token.call("mint", trader, WEALTH)
        self.deals: list[Known] = []
        # Begin in the midst of things, so that short histories reach disputes and claims too.
        for moody in (True, False):
            self.open([ALICE, BOB], arbitrated=True, moody=moody, amount=400)
            self.fund(len(self.deals) - 1, None)
        self.dispute(0, None)
        self.open([ALICE, BOB], arbitrated=False, moody=True, amount=300)
        self.fund(2, None)

    def teardown(self) -> None:
        try:
            self.after_the_last_deadline_anyone_empties_everything()
        finally:
            self.anchor.__exit__(None, None, None)

    def after_the_last_deadline_anyone_empties_everything(self) -> None:
        self.moody.call("set_mode", HONEST)
        boa.env.time_travel(seconds=ELEVEN_YEARS)
        for known in self.deals:
            if self.deal(known).state is not DealState.CLOSED:
                self.escrow.call("exit", known.id, sender=STRANGER)
        for token in (self.honest, self.moody):
            for who in EVERYONE:
                if self.escrow.call("claimable", token.address, who):
                    self.escrow.call("claim", token.address, who, sender=STRANGER)
            assert self.escrow.call("liabilities", token.address) == token.call("balanceOf", self.escrow.address) == 0
        self.the_books_balance()

    def deal(self, known: Known) -> Deal:
        data = self.escrow.artifact.encode_call("deal", known.id)
        return decode_deal(boa.env.execute_code(to_checksum_address(self.escrow.address), data=data).output)

    def attempt(self, allowed: bool, name: str, *arguments: object, sender: bytes) -> None:
        """Makes the call, which must succeed if it is allowed and be refused in words if not."""
        computation = self.escrow.attempt(name, *arguments, sender=sender)
        words = explain_revert(computation.output)
        if allowed:
            assert not computation.is_error, words
        else:
            assert computation.is_error
            assert words.startswith(("escrow: ", "hostile: "))

    def pick(self, number: int) -> tuple[Known, Deal]:
        known = self.deals[number % len(self.deals)]
        return known, self.deal(known)

    @rule(traders=st.permutations(TRADERS), arbitrated=st.booleans(), moody=st.booleans(), amount=st.integers(1, 500))
    @precondition(lambda self: len(self.deals) < 5)
    def open(self, traders: list[bytes], arbitrated: bool, moody: bool, amount: int) -> None:
        token = self.moody if moody else self.honest
        deadline = boa.env.timestamp + 1_000
        arbiter = ARBITER if arbitrated else NO_ARBITER
        id = self.escrow.call(
            "open", traders[1], arbiter, token.address, amount, deadline, b"\3" * 32, sender=traders[0]
        )
        self.deals.append(Known(id, token))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.deals)
    def fund(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number)
        sender = caller or deal.payer
        allowed = (
            deal.state is DealState.OPEN
            and sender == deal.payer
            and boa.env.timestamp <= deal.deadline
            and known.token.call("mode") in PAYS_IN
        )
        self.attempt(allowed, "fund", known.id, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.deals)
    def release(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, deal = self.pick(number)
        sender, amount = caller or deal.payer, aimed(deal.held, aim)
        least = deal.held if deal.state is DealState.DISPUTED else 1
        allowed = (
            deal.state in (DealState.FUNDED, DealState.DISPUTED)
            and sender == deal.payer
            and least <= amount <= deal.held
        )
        self.attempt(allowed, "release", known.id, amount, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.deals)
    def refund(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number)
        sender = caller or deal.payee
        late = boa.env.timestamp > deal.last_deadline
        allowed = deal.state in (DealState.FUNDED, DealState.DISPUTED) and (sender == deal.payee or late)
        self.attempt(allowed, "refund", known.id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.deals)
    def dispute(self, number: int, caller: bytes | None) -> None:
        known, deal = self.pick(number)
        sender = caller or deal.payee
        allowed = (
            deal.state is DealState.FUNDED
            and deal.arbiter == ARBITER
            and sender in (deal.payer, deal.payee)
            and boa.env.timestamp <= deal.deadline
        )
        self.attempt(allowed, "dispute", known.id, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.deals)
    def rule_on_it(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, deal = self.pick(number)
        sender, amount = caller or ARBITER, aimed(deal.held, aim)
        allowed = (
            deal.state is DealState.DISPUTED
            and sender == ARBITER
            and amount <= deal.held
            and boa.env.timestamp <= deal.ruling_deadline
        )
        self.attempt(allowed, "rule", known.id, amount, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.deals)
    def exit(self, number: int, caller: bytes) -> None:
        known, deal = self.pick(number)
        allowed = deal.state is not DealState.CLOSED and boa.env.timestamp > deal.last_deadline
        self.attempt(allowed, "exit", known.id, sender=caller)

    @rule(who=st.sampled_from(TRADERS), caller=st.sampled_from(EVERYONE))
    def claim(self, who: bytes, caller: bytes) -> None:
        refusing = self.moody.call("mode") in (REVERTS, RETURNS_FALSE)
        blocked = self.moody.call("mode") == BLOCKS_ONE and self.moody.call("blocked") == who
        owed = self.escrow.call("claimable", self.moody.address, who)
        allowed = owed > 0 and not refusing and not blocked
        self.attempt(allowed, "claim", self.moody.address, who, sender=caller)
        if allowed:
            assert self.escrow.call("claimable", self.moody.address, who) == 0

    @rule(mode=st.sampled_from([HONEST, REVERTS, RETURNS_FALSE, TAKES_A_FEE, RETURNS_NOTHING, KEEPS_IT]))
    def change_mood(self, mode: int) -> None:
        self.moody.call("set_mode", mode)

    @rule(who=st.sampled_from(TRADERS))
    def block(self, who: bytes) -> None:
        self.moody.call("block", who)

    @rule(number=picks, off=st.integers(-1, 1))
    @precondition(lambda self: self.deals)
    def wait_for_a_deadline(self, number: int, off: int) -> None:
        _, deal = self.pick(number)
        seconds = deal.last_deadline + off - boa.env.timestamp
        if seconds > 0:
            boa.env.time_travel(seconds=seconds)

    @invariant()
    def the_books_balance(self) -> None:
        deals = [(known, self.deal(known)) for known in self.deals]
        for known, deal in deals:
            assert deal.paid + deal.refunded + self.escrow.call("held", known.id) == deal.funded <= deal.amount
            assert deal.state is not DealState.CLOSED or deal.held == 0
        for token in (self.honest, self.moody):
            held = sum(deal.held for known, deal in deals if known.token is token)
            claims = sum(self.escrow.call("claimable", token.address, who) for who in EVERYONE)
            assert (
                self.escrow.call("liabilities", token.address)
                == held + claims
                == token.call("balanceOf", self.escrow.address)
            )

    @invariant()
    def everyone_has_what_the_deals_say(self) -> None:
        deals = [self.deal(known) for known in self.deals if known.token is self.honest]
        for who in EVERYONE:
            given = sum(deal.funded - deal.refunded for deal in deals if deal.payer == who)
            received = sum(deal.paid for deal in deals if deal.payee == who)
            wealth = WEALTH if who in TRADERS else 0
            assert self.honest.call("balanceOf", who) == wealth - given + received


def run(examples: int, steps: int) -> None:
    EscrowMachine.token_artifact = compile_file(Path(__file__).parents[1] / "hostile_token.vy")
    run_state_machine_as_test(
        EscrowMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_escrows_keep_their_truths_through_random_histories() -> None:
    run(examples=10, steps=30)


@pytest.mark.long
def test_escrows_keep_their_truths_through_many_random_histories() -> None:
    run(examples=300, steps=60)
