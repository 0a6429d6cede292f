"""Orders under long random histories: both parties, inspector, arbiter, approvers and strangers; quantities and prices
at the tolerance and one off it; clocks at deadlines and one second off.

Who may do what is stated here as rights, beside the contract. What was invoiced, received and paid is also counted
from the calls alone, and compared.

No token can matter here: an order only names one, in which the parties pay each other elsewhere, and the contract
neither holds money nor calls a token. Of others it asks nothing but a signature, in a static call that may fail.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.machine import LONG_CALLS, Machine, aimed, aims, mostly, picks, run
from tests.contracts.placed import now, wait, wait_until
from tests.contracts.trade.market import (
    ACCEPTED,
    ALICE,
    APPROVED,
    ARBITER,
    BOB,
    CANCELLED,
    CHECKERS,
    CREDIT_S,
    DAY_S,
    DISPUTED,
    INSPECTOR,
    MATCHED,
    NOBODY,
    OTHER,
    PAPER,
    PROPOSED,
    RECEIVED,
    SELLER,
    SETTLED,
    SHIPPED,
    STRANGER,
    YEAR_S,
    market,
    sign,
    tax_on,
    terms,
    typed_digest,
)

CAROL = b"\xb3" * 20
EVERYONE = [ALICE, BOB, CAROL, INSPECTOR, ARBITER, STRANGER, *CHECKERS]
TOLERANCES = [0, 1, 1_00, 33_33]
SETTLEMENT = "Settlement(bytes32 id,uint256 net,uint256 due,uint256 deadline)"
ENDED = {SETTLED, CANCELLED}

# Mostly whoever has the right to act, sometimes anyone.
callers = mostly(None, *EVERYONE)


@dataclass
class Known:
    """What the calls alone say of an order."""

    id: bytes
    matches: int = 0
    acknowledged: int = 0
    approved_by: set[bytes] = field(default_factory=set)
    cancel_by: bytes = NOBODY


class TradeMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        self.market = market(tally=self.tally)
        self.trade = self.market.trade
        self.known: list[Known] = []
        self.numbers = 0
        # Begin in the midst of things, so that short histories reach matches, disputes and payments too.
        for number, needed in enumerate([0, 2, 1, 0]):
            self.propose(seller_proposes=bool(number % 2), tolerance=1_00, arbitrated=number != 3, needed=needed)
            self.accept(number, None)
        for number in (0, 1, 2):
            self.at(number, SHIPPED)
        for number in (0, 1):
            self.at(number, RECEIVED)
        self.at(0, APPROVED)

    def at_the_end(self) -> None:
        """The exit test: whatever stands still, a stranger moves on, until all is owed, settled or cancelled."""
        for _ in range(4):
            wait(YEAR_S + RULING_AND_MORE_S)
            for known in self.known:
                self._move_on(known)
        for known in self.known:
            order = self.market.order(known.id)
            assert order["state"] in (APPROVED, SETTLED, CANCELLED, RECEIVED)
            # Only an order that nobody invoiced, or whose invoice does not match, stays received: nothing is owed.
            assert order["state"] != RECEIVED or order["owed"] == 0
        self.the_books_balance()

    def _move_on(self, known: Known) -> None:
        moves = {
            PROPOSED: "cancel",
            ACCEPTED: "cancel",
            SHIPPED: "accept_deemed",
            MATCHED: "approve_deemed",
            DISPUTED: "lapse",
        }
        name = moves.get(self.market.state(known.id))
        if name is not None:
            self.trade.do(name, known.id, sender=STRANGER)

    def at(self, number: int, state: int) -> None:
        """Brings an order on as its parties would."""
        known = self.known[number]
        agreed = self.terms(known)
        if state == SHIPPED:
            self.trade.do("ship", known.id, agreed["quantity"], PAPER, sender=agreed["seller"])
        if state == RECEIVED:
            self.trade.do("receive", known.id, agreed["quantity"], PAPER, sender=agreed["buyer"])
        if state == APPROVED:
            self.invoice(number, None, ("off", 0), CREDIT_S, 0, False)
            self.match(number, None)

    def terms(self, known: Known) -> dict[str, Any]:
        agreed: dict[str, Any] = self.trade.read("terms", known.id)
        return agreed

    def pick(self, number: int, *states: int) -> tuple[Known, dict[str, Any], dict[str, Any]]:
        """Mostly an order in one of these states, so that most calls are good ones; sometimes any."""
        shown = [(known, self.trade.read("order", known.id), self.terms(known)) for known in self.known]
        fitting = [each for each in shown if each[1]["state"] in states]
        chosen = fitting if fitting and number % 8 else shown
        return chosen[number % len(chosen)]

    def some(self, *states: int) -> bool:
        return any(self.trade.read("order", known.id)["state"] in states for known in self.known)

    @rule(
        seller_proposes=st.booleans(),
        tolerance=st.sampled_from(TOLERANCES),
        arbitrated=st.booleans(),
        needed=st.integers(0, 3),
    )
    @precondition(lambda self: len(self.known) < 6)
    def propose(self, seller_proposes: bool, tolerance: int, arbitrated: bool, needed: int) -> None:
        agreed = terms(
            tolerance=tolerance,
            quantity=1_000,
            net=99_999_99,
            arbiter=ARBITER if arbitrated else NOBODY,
            document=len(self.known).to_bytes(32, "big", signed=False)[::-1].replace(b"\0", b"\1"),
        )
        proposer = BOB if seller_proposes else ALICE
        id = self.trade.do("propose", agreed, sender=proposer)
        self.known.append(Known(id))
        if needed:
            self.attempt(self.trade, True, "name_approvers", id, CHECKERS, needed, sender=ALICE)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(PROPOSED))
    def accept(self, number: int, caller: bytes | None) -> None:
        known, order, agreed = self.pick(number, PROPOSED)
        other = BOB if order["proposer"] == ALICE else ALICE
        sender = caller or other
        allowed = order["state"] == PROPOSED and sender == other and now() <= agreed["ship_by"]
        self.attempt(self.trade, allowed, "accept", known.id, sender=sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(PROPOSED, ACCEPTED))
    def cancel(self, number: int, caller: bytes | None) -> None:
        known, order, agreed = self.pick(number, PROPOSED, ACCEPTED)
        sender = caller or [ALICE, BOB][number % 2]
        late = now() > agreed["ship_by"]
        allowed = order["state"] in (PROPOSED, ACCEPTED) and (sender in (ALICE, BOB) or late)
        self.attempt(self.trade, allowed, "cancel", known.id, sender=sender)
        if allowed:
            at_once = late or order["state"] == PROPOSED or known.cancel_by not in (NOBODY, sender)
            assert (self.market.state(known.id) == CANCELLED) == at_once
            known.cancel_by = sender

    @rule(number=picks, caller=callers, over=st.booleans(), off=st.integers(-1, 1))
    @precondition(lambda self: self.some(ACCEPTED))
    def ship(self, number: int, caller: bytes | None, over: bool, off: int) -> None:
        known, order, agreed = self.pick(number, ACCEPTED)
        sender = caller or BOB
        least, most = (agreed["quantity"] * (10_000 + sign * agreed["tolerance"]) / 10_000 for sign in (-1, 1))
        quantity = int(most) + off if over else int(-(-least // 1)) + off
        allowed = (
            order["state"] == ACCEPTED and sender == BOB and now() <= agreed["ship_by"] and least <= quantity <= most
        )
        self.attempt(self.trade, allowed, "ship", known.id, quantity, PAPER, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.some(SHIPPED))
    def receive(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, order, _ = self.pick(number, SHIPPED)
        sender = caller or [ALICE, INSPECTOR][number % 2]
        quantity = aimed(order["shipped"], aim)
        allowed = (
            order["state"] == SHIPPED
            and sender in (ALICE, INSPECTOR)
            and now() <= order["deadline"]
            and quantity <= order["shipped"]
        )
        self.attempt(self.trade, allowed, "receive", known.id, quantity, PAPER, sender=sender)

    @rule(number=picks, caller=st.sampled_from(EVERYONE), patient=mostly(True, False))
    @precondition(lambda self: self.some(SHIPPED, MATCHED, DISPUTED))
    def move_on(self, number: int, caller: bytes, patient: bool) -> None:
        known, order, _ = self.pick(number, SHIPPED, MATCHED, DISPUTED)
        if patient:
            wait_until(order["deadline"] + 1)
        name = {MATCHED: "approve_deemed", DISPUTED: "lapse"}.get(order["state"], "accept_deemed")
        allowed = order["state"] in (SHIPPED, MATCHED, DISPUTED) and now() > order["deadline"]
        self.attempt(self.trade, allowed, name, known.id, sender=caller)

    @rule(
        number=picks,
        caller=callers,
        aim=aims,
        due_in=st.sampled_from([CREDIT_S, YEAR_S] * 7 + [CREDIT_S - 1, YEAR_S + 1]),
        wrong_tax=mostly(0, 1, -1),
        reuse=mostly(False, True),
    )
    @precondition(lambda self: self.some(SHIPPED, RECEIVED))
    def invoice(
        self, number: int, caller: bytes | None, aim: tuple[str, int], due_in: int, wrong_tax: int, reuse: bool
    ) -> None:
        known, order, agreed = self.pick(number, SHIPPED, RECEIVED)
        sender = caller or BOB
        delivered = order["received"] if order["state"] == RECEIVED else order["shipped"]
        most = agreed["net"] * delivered * (10_000 + agreed["tolerance"]) // (10_000 * agreed["quantity"])
        net = aimed(most, aim)
        # Numbers are used up in order, so the last one is always a duplicate.
        invoice_number = (self.numbers if reuse else self.numbers + 1).to_bytes(32, "big")
        allowed = (
            order["state"] in (SHIPPED, RECEIVED)
            and sender == BOB
            and net > 0
            and CREDIT_S <= due_in <= YEAR_S
            and wrong_tax == 0
            and (not reuse or self.numbers == 0)
        )
        arguments = [known.id, invoice_number, net, max(0, tax_on(net) + wrong_tax), now() + due_in]
        if net == 0 or (tax_on(net) == 0 and wrong_tax == -1):
            return
        if self.attempt(self.trade, allowed, "invoice", *arguments, sender=sender).accepted:
            self.numbers = max(self.numbers, int.from_bytes(invoice_number, "big"))

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(RECEIVED))
    def match(self, number: int, caller: bytes | None) -> None:
        known, order, agreed = self.pick(number, RECEIVED)
        sender = caller or [ALICE, BOB, INSPECTOR][number % 3]
        quantity, tolerance = agreed["quantity"], agreed["tolerance"]
        allowed = (
            order["state"] == RECEIVED
            and sender in (ALICE, BOB, INSPECTOR)
            and order["invoice"] != bytes(32)
            and order["received"] * 10_000 >= quantity * (10_000 - tolerance)
            and order["invoice_net"] * quantity * 10_000 <= agreed["net"] * order["received"] * (10_000 + tolerance)
        )
        if allowed or number % 3 == 0:
            self.attempt(self.trade, allowed, "match", known.id, sender=sender)
        known.matches += allowed

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(MATCHED))
    def approve(self, number: int, caller: bytes | None) -> None:
        known, order, _ = self.pick(number, MATCHED)
        open_to = [checker for checker in CHECKERS if checker not in known.approved_by]
        sender = caller or (open_to or CHECKERS)[number % len(open_to or CHECKERS)]
        allowed = order["state"] == MATCHED and sender in open_to
        self.attempt(self.trade, allowed, "approve", known.id, sender=sender)
        if allowed:
            known.approved_by.add(sender)
            needed = self.trade.read("approvals_needed", known.id)
            assert (self.market.state(known.id) == APPROVED) == (len(known.approved_by) == needed)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: self.some(SHIPPED, RECEIVED, MATCHED))
    def dispute(self, number: int, caller: bytes | None) -> None:
        known, order, agreed = self.pick(number, SHIPPED, RECEIVED, MATCHED)
        sender = caller or [ALICE, BOB][number % 2]
        allowed = (
            order["state"] in (SHIPPED, RECEIVED, MATCHED)
            and sender in (ALICE, BOB)
            and agreed["arbiter"] != NOBODY
            and (order["state"] == RECEIVED or now() <= order["deadline"])
        )
        self.attempt(self.trade, allowed, "dispute", known.id, PAPER, sender=sender)

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.some(DISPUTED))
    def rule_on_it(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, order, agreed = self.pick(number, DISPUTED)
        most = agreed["net"] * (10_000 + agreed["tolerance"]) // 10_000
        sender, net = caller or ARBITER, aimed(most, aim)
        allowed = order["state"] == DISPUTED and sender == ARBITER and now() <= order["deadline"] and net <= most
        self.attempt(self.trade, allowed, "rule", known.id, net, sender=sender)

    @rule(
        number=picks,
        caller=callers,
        net=st.sampled_from([0, 1, 2**127] * 3 + [2**127 + 1]),
        due_in=st.sampled_from([0, YEAR_S] * 4 + [YEAR_S + 1]),
        honest=mostly(True, False),
    )
    @precondition(lambda self: self.some(SHIPPED, RECEIVED, MATCHED, DISPUTED))
    def settle(self, number: int, caller: bytes | None, net: int, due_in: int, honest: bool) -> None:
        """The buyer calls with the seller's signature, or somebody with the buyer's missing."""
        known, order, _ = self.pick(number, SHIPPED, RECEIVED, MATCHED, DISPUTED)
        sender = caller or ALICE
        values = [known.id, net, now() + due_in, now()]
        types = ["bytes32", "uint256", "uint256", "uint256"]
        signature = sign(SELLER if honest else OTHER, typed_digest(self.trade, SETTLEMENT, types, values))
        allowed = (
            order["state"] in (SHIPPED, RECEIVED, MATCHED, DISPUTED)
            and net <= 2**127
            and due_in <= YEAR_S
            and sender == ALICE
            and honest
        )
        self.attempt(self.trade, allowed, "settle_agreed", *values, b"", signature, sender=sender)

    @rule(number=picks, caller=callers, net=st.sampled_from([1, 50_000_00] * 4 + [0]))
    @precondition(lambda self: self.some(ACCEPTED, SHIPPED, RECEIVED))
    def amend(self, number: int, caller: bytes | None, net: int) -> None:
        known, order, agreed = self.pick(number, ACCEPTED, SHIPPED, RECEIVED)
        wanted = {**agreed, "net": net, "quantity": 500}
        timely = order["state"] != ACCEPTED or now() <= agreed["ship_by"]
        if not timely and number % 4:
            return
        for sender in (caller or ALICE, BOB):
            may = sender in (ALICE, BOB) and order["state"] in (ACCEPTED, SHIPPED, RECEIVED)
            made = self.attempt(self.trade, may and net > 0 and timely, "amend", known.id, wanted, sender=sender)
            if any(event.name == "Amended" for event in made.events):
                known.cancel_by = NOBODY

    @rule(number=picks, caller=callers, aim=aims)
    @precondition(lambda self: self.some(APPROVED))
    def acknowledge(self, number: int, caller: bytes | None, aim: tuple[str, int]) -> None:
        known, order, _ = self.pick(number, APPROVED)
        most = order["owed"] + self.trade.read("penalty", known.id) - order["paid"]
        sender, amount = caller or BOB, aimed(most, aim)
        allowed = order["state"] == APPROVED and sender == BOB and 0 < amount <= most
        self.attempt(self.trade, allowed, "acknowledge", known.id, amount, PAPER, sender=sender)
        known.acknowledged += amount * allowed

    @rule(number=picks, caller=st.sampled_from(EVERYONE))
    @precondition(lambda self: self.some(APPROVED))
    def record_penalty(self, number: int, caller: bytes) -> None:
        known, order, _ = self.pick(number, APPROVED)
        allowed = order["state"] == APPROVED and self.trade.read("penalty", known.id) > order["penalty"]
        if allowed or number % 8 == 0:
            self.attempt(self.trade, allowed, "record_penalty", known.id, sender=caller)

    @rule(number=picks, off=st.integers(-1, 1))
    def wait_for_a_deadline(self, number: int, off: int) -> None:
        known, order, _ = self.pick(number)
        wait_until((self.trade.read("last_deadline", known.id) or order["due"]) + off)

    @rule(days=st.integers(1, 3))
    def wait_for_days(self, days: int) -> None:
        wait(days * DAY_S)

    @invariant()
    def the_books_balance(self) -> None:
        for known in self.known:
            order = self.trade.read("order", known.id)
            assert order["paid"] == known.acknowledged <= order["owed"] + order["penalty"]
            assert (order["state"] == SETTLED) == (
                order["owed"] > 0 and order["paid"] == order["owed"] + order["penalty"]
            )
            assert known.matches <= 1
            assert (order["owed"] > 0) == (order["state"] in (APPROVED, SETTLED))
            if order["state"] == MATCHED:
                agreed = self.terms(known)
                invoiced = order["invoice_net"] * agreed["quantity"] * 10_000
                assert invoiced <= agreed["net"] * order["received"] * (10_000 + agreed["tolerance"])

    @invariant()
    def what_is_recorded_is_never_more_than_what_accrued(self) -> None:
        for known in self.known:
            order = self.trade.read("order", known.id)
            assert order["penalty"] <= self.trade.read("penalty", known.id)
            assert order["state"] not in ENDED or self.trade.read("penalty", known.id) == order["penalty"]


RULING_AND_MORE_S = 31 * DAY_S


def test_orders_keep_their_truths_through_random_histories() -> None:
    run(TradeMachine)


@pytest.mark.long
def test_orders_keep_their_truths_through_many_random_histories() -> None:
    run(TradeMachine, calls=LONG_CALLS, steps=60)
