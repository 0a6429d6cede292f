"""Escrow: in any ERC-20 token.

Written by scripts/generate from escrow.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Leg:
    to: bytes
    amount: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class Deal:
    payer: bytes
    payee: bytes
    arbiter: bytes
    token: bytes
    amount: int
    deadline: int
    review_seconds: int
    answer_deadline: int
    ruling_deadline: int
    terms_hash: bytes
    stages_funded: int
    funded: int
    paid: int
    refunded: int
    state: int


@dataclass(frozen=True, slots=True)
class Stage:
    amount: int
    funded: int
    released: int
    evidence: bytes
    review_deadline: int


@dataclass(frozen=True, slots=True)
class Trigger:
    conditions: bytes
    question: bytes
    at_least: int


@dataclass(frozen=True, slots=True)
class Lien:
    to: bytes
    amount: int
    paid: int


class Escrow(Bound):
    """A payer puts money aside for a payee until a deadline, at once or in up to 16 stages. The payer releases, in
    parts or at once; the payee may give back; what is neither released nor disputed by the deadline goes back to the
    payer. Each may dispute before the deadline, and then the arbiter splits what is held. Both may also settle by
    their signatures, without anybody else. Where a review period was agreed, a payer who says nothing within it has
    approved what the payee submitted. A payer may also bind itself to a fact that attestors decide. What the payee
    gets may be divided: first the fixed amounts that both agreed on (a tax), then what the payee assigned (a
    financier's lien, which nobody but the financier can take back), and the rest by agreed shares. Who disappears: a
    payer, and the deadline refunds it, or its silence approves; a payee, and the deadline refunds the payer; an
    arbiter silent for 30 days after the deadline, and the money goes back to the payer; a financier, and its money
    still comes. After the last deadline anyone can empty a deal to its rightful parties. No role can take anything
    out for itself."""

    NAME = "escrow"

    def claim(self, token: bytes, who: bytes) -> Sent:
        """Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.

        token: The token.
        who: Whose claim; only they are paid.

        Answers: What was paid.
        """
        return self._send("claim", [token, who])

    def claimable(self, token: bytes, who: bytes) -> int:
        return cast(int, self._read("claimable", [token, who]))

    def liabilities(self, token: bytes) -> int:
        return cast(int, self._read("liabilities", [token]))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def open(self, payee: bytes, arbiter: bytes, token: bytes, amount: int, deadline: int, terms_hash: bytes) -> Sent:
        """Opens a deal of one stage with the caller as payer. No money moves yet.

        payee: Who is to be paid.
        arbiter: Who splits the money in a dispute, or zero for a deal that cannot be disputed.
        token: The ERC-20 token the deal is in.
        amount: What the payer will put aside, in minor units.
        deadline: Last second for release by agreement or dispute; at most ten years ahead.
        terms_hash: Hash of the terms the parties agreed on.

        Answers: The deal's id.
        """
        return self._send("open", [payee, arbiter, token, amount, deadline, terms_hash])

    def open_staged(
        self,
        payee: bytes,
        arbiter: bytes,
        token: bytes,
        amounts: Sequence[int],
        deadline: int,
        review_seconds: int,
        terms_hash: bytes,
    ) -> Sent:
        """Opens a deal in stages with the caller as payer. No money moves yet.

        payee: Who is to be paid.
        arbiter: Who splits the money in a dispute, or zero for a deal that cannot be disputed.
        token: The ERC-20 token the deal is in.
        amounts: What the payer will put aside for each stage, in minor units; 1 to 16 of them.
        deadline: Last second to fund, submit or dispute; at most ten years ahead.
        review_seconds: How long the payer may look at what was submitted before its silence approves; at most 90
        days. Zero for a deal in which silence never does.
        terms_hash: Hash of the terms the parties agreed on.

        Answers: The deal's id.
        """
        return self._send("open_staged", [payee, arbiter, token, amounts, deadline, review_seconds, terms_hash])

    def fund(self, id: bytes) -> Sent:
        """Puts the agreed amount of the next stage aside, from an allowance given to this contract. Payer only, once a
        stage. A deal opened without stages has one.

        id: The deal.
        """
        return self._send("fund", [id])

    def submit(self, id: bytes, stage: int, evidence: bytes) -> Sent:
        """Says that a stage is delivered. Payee only, up to the deadline. Starts the payer's review if one was agreed;
        what was rejected may be submitted again.

        id: The deal.
        stage: Which stage, counted from 0.
        evidence: Hash of what shows the delivery.
        """
        return self._send("submit", [id, stage, evidence])

    def reject(self, id: bytes, stage: int, reason: bytes) -> Sent:
        """Refuses what was submitted, so that silence no longer approves it. Payer only, within the review. The payee
        then has as long as a review takes to dispute, also past the deadline.

        id: The deal.
        stage: Which stage, counted from 0.
        reason: Hash of what is wrong with it.
        """
        return self._send("reject", [id, stage, reason])

    def approve(self, id: bytes, stage: int) -> Sent:
        """Pays all that a stage holds. Payer only; not in a dispute, which covers the whole deal.

        id: The deal.
        stage: Which stage, counted from 0.
        """
        return self._send("approve", [id, stage])

    def approve_deemed(self, id: bytes, stage: int) -> Sent:
        """Pays a stage that was submitted and that the payer did not answer for within the review. Anyone.

        id: The deal.
        stage: Which stage, counted from 0.
        """
        return self._send("approve_deemed", [id, stage])

    def release_on(self, id: bytes, stage: int, conditions: bytes, question: bytes, at_least: int) -> Sent:
        """Binds the payer: once the fact is final and its value large enough, anyone may release the stage, and at the
        last deadline it counts as released. Payer only, once a stage. It can never take from the payee.

        id: The deal.
        stage: Which stage, counted from 0; it need not be funded yet.
        conditions: The contract that answers `outcome(question)`.
        question: Whose outcome counts.
        at_least: The smallest value that releases, such as 9900 of 10000 received, or 1 for yes.
        """
        return self._send("release_on", [id, stage, conditions, question, at_least])

    def release_met(self, id: bytes, stage: int) -> Sent:
        """Pays a stage whose fact is final and large enough. Anyone.

        id: The deal.
        stage: Which stage, counted from 0.
        """
        return self._send("release_met", [id, stage])

    def release(self, id: bytes, amount: int) -> Sent:
        """Pays the payee, from the oldest stages first. Payer only. In a dispute only the whole can be released, which
        ends it: a payer who could release in crumbs could spoil every ruling.

        id: The deal.
        amount: Minor units, at most what is held.
        """
        return self._send("release", [id, amount])

    def agree_split(self, id: bytes, legs: Sequence[Leg]) -> Sent:
        """Says how the payee's money is to be divided: fixed amounts, paid first and once, and shares of what is left
        after them and after all liens; the payee has the rest. Payer or payee; it holds as soon as both have said
        the same, and replaces what they agreed on before. Where something is assigned, the fixed amounts may only
        become less, as they are paid before it.

        id: The deal.
        legs: Up to 8, each with either an amount in minor units or basis points.
        """
        return self._send("agree_split", [id, legs])

    def assign(self, id: bytes, to: bytes, amount: int) -> Sent:
        """Gives somebody a claim on the payee's money in this deal, after the agreed fixed amounts and earlier
        assignments, before the payee itself. Payee only; only the receiver can waive it. It is no claim on the
        payer: what goes back to the payer at the deadline or by a ruling is not the payee's.

        id: The deal.
        to: Who is to be paid first, such as a financier.
        amount: Minor units, at most what the payee may still get and has not promised yet.
        """
        return self._send("assign", [id, to, amount])

    def release_assigned(self, id: bytes) -> Sent:
        """Gives up what is still assigned to the caller in this deal.

        id: The deal.
        """
        return self._send("release_assigned", [id])

    def refund(self, id: bytes) -> Sent:
        """Gives everything held back to the payer: the payee at any time, unless it has assigned the money. After the
        last deadline the same as `exit`, for anyone.

        id: The deal.
        """
        return self._send("refund", [id])

    def dispute(self, id: bytes) -> Sent:
        """Asks the arbiter to split what is held. Payer or payee, up to the deadline, or the end of a later review.

        id: The deal.
        """
        return self._send("dispute", [id])

    def rule(self, id: bytes, to_payee: int) -> Sent:
        """Splits what is held and closes the deal. Arbiter only, until the ruling deadline.

        id: The deal.
        to_payee: What the payee gets, in minor units; the payer gets the rest.
        """
        return self._send("rule", [id, to_payee])

    def settle_agreed(
        self, id: bytes, to_payee: int, to_payer: int, expiry: int, payer_signature: bytes, payee_signature: bytes
    ) -> Sent:
        """Splits what is held as both parties agreed, and closes the deal, in a dispute too. Anyone who has both
        signatures; a party that calls needs none of its own.

        id: The deal.
        to_payee: What the payee gets, in minor units.
        to_payer: What the payer gets; with the payee's part exactly what is held.
        expiry: Last second of the signatures.
        payer_signature: Of Settlement(bytes32 id,uint256 to_payee,uint256 to_payer,uint256 expiry) (EIP-712).
        payee_signature: Of the same.
        """
        return self._send("settle_agreed", [id, to_payee, to_payer, expiry, payer_signature, payee_signature])

    def exit(self, id: bytes) -> Sent:
        """Empties a deal whose last deadline has passed to its rightful parties. Anyone. The payee gets what silence
        approved or a fact released, the payer the rest; in a dispute without a ruling the payer all.

        id: The deal.
        """
        return self._send("exit", [id])

    def deal(self, id: bytes) -> Deal:
        """Everything about a deal but its stages, legs and liens.

        id: The deal.

        Answers: Its record; state 0 unknown, 1 open, 2 funded, 3 disputed, 4 closed.
        """
        return record(Deal, self._read("deal", [id]))

    def stages(self, id: bytes) -> tuple[Stage, ...]:
        """The stages of a deal.

        id: The deal.

        Answers: In order; of a closed deal, as they were when it closed.
        """
        return tuple(record(Stage, each) for each in cast(tuple[object, ...], self._read("stages", [id])))

    def trigger(self, id: bytes, stage: int) -> Trigger:
        """The fact that releases a stage.

        id: The deal.
        stage: Which stage, counted from 0.

        Answers: Whose outcome and how much of it; zeros where there is none.
        """
        return record(Trigger, self._read("trigger", [id, stage]))

    def legs(self, id: bytes) -> tuple[Leg, ...]:
        """How both parties agreed to divide the payee's money.

        id: The deal.

        Answers: Fixed amounts still due, and shares of what is left after liens.
        """
        return tuple(record(Leg, each) for each in cast(tuple[object, ...], self._read("legs", [id])))

    def liens(self, id: bytes) -> tuple[Lien, ...]:
        """What the payee assigned, in the order of payment.

        id: The deal.

        Answers: Each with what was assigned and what of it is paid.
        """
        return tuple(record(Lien, each) for each in cast(tuple[object, ...], self._read("liens", [id])))

    def proceeds(self, id: bytes, assignee: bytes) -> tuple[bytes, bytes, int, int]:
        """Of a deal and an assignee: whose money was assigned, in which token, how much of it and how much of that was
        paid so far (a claim where the token refused it). What was given up counts only as far as it was paid, and so
        does all of it once the deal is closed or its last deadline has passed. Whether the rest comes depends on
        what the payee gets and on what ranks before: see `legs` and `liens`.

        id: The deal.
        assignee: To whom.

        Answers: Payee, token, assigned, paid.
        """
        return cast(tuple[bytes, bytes, int, int], self._read("proceeds", [id, assignee]))

    def held(self, id: bytes) -> int:
        """What a deal holds now.

        id: The deal.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the deal.

        id: The deal.

        Answers: Seconds since 1970; zero for an unknown deal.
        """
        return cast(int, self._read("last_deadline", [id]))

    def settlement_digest(self, id: bytes, to_payee: int, to_payer: int, expiry: int) -> bytes:
        """What both parties sign for `settle_agreed`.

        id: The deal.
        to_payee: What the payee gets, in minor units.
        to_payer: What the payer gets.
        expiry: Last second of the signatures.

        Answers: The EIP-712 digest.
        """
        return cast(bytes, self._read("settlement_digest", [id, to_payee, to_payer, expiry]))

    def proposals(self, id: bytes, party: bytes) -> bytes:
        return cast(bytes, self._read("proposals", [id, party]))
