"""ClaimsDesk: Insurance and co-payment from a pool.

Written by scripts/generate from claims_desk.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Pool:
    insurer: bytes
    assessor: bytes
    second: bytes
    token: bytes
    ends: int
    decide_seconds: int
    round_seconds: int
    default_pays: bool
    funded: int
    paid: int
    withdrawn: int
    reserved: int
    owed: int
    allocated: int
    open_claims: int
    undecided: int
    round: int
    state: int


@dataclass(frozen=True, slots=True)
class Policy:
    pool: bytes
    holder: bytes
    cover: int
    used: int
    copay_bps: int
    deductible: int
    premium: int
    accept_until: int
    ends: int
    conditions: bytes
    condition: bytes
    open_claims: int
    state: int


@dataclass(frozen=True, slots=True)
class Case:
    policy: bytes
    loss: int
    evidence: bytes
    accepted: int
    due: int
    paid: int
    round: int
    deadline: int
    state: int


@dataclass(frozen=True, slots=True)
class Round:
    opened_at: int
    due: int
    money: int
    settled: bool


class ClaimsDesk(Bound):
    """An insurer (a health fund, a mutual, a ministry) opens a pool and names two assessors. It offers policies with a
    cover, a deductible and a co-payment; a holder accepts by paying the premium into the pool. A holder files a
    claim with the hash of its evidence; the first assessor decides, the holder may appeal, the second assessor
    decides finally. A policy may rest on a fact instead, which attestors decide for everybody: once it is final,
    neither an assessor nor silence overrules it. An assessor that stays silent loses its turn: to the second, and
    then to the default that the pool stated when it was opened. Approved claims gather in rounds: a pool that can
    meet everything pays at once; a pool that is short pays a round in proportion, to the unit, and what is missing
    joins the next round, which is not settled before all of it has joined. The insurer can take out only what
    neither live cover nor any claim needs. After the last deadline a short pool shares what it has once no claim is
    left to be decided; what it cannot pay is written off, and anyone sends the rest to the insurer. A holder that
    disappears leaves its claim to be decided and paid; an insurer that disappears leaves the pool to its claims."""

    NAME = "claims_desk"

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

    def open_pool(
        self,
        token: bytes,
        assessor: bytes,
        second: bytes,
        ends: int,
        decide_seconds: int,
        round_seconds: int,
        default_pays: bool,
    ) -> Sent:
        """Opens a pool with the caller as insurer.

        token: The ERC-20 token.
        assessor: Who decides claims first.
        second: Who decides appeals, and what the first left undecided.
        ends: Last second of any policy; at most ten years ahead.
        decide_seconds: How long each stage of a decision may take: an hour to 90 days.
        round_seconds: How long a short pool gathers claims before it shares: at most 90 days.
        default_pays: Whether a claim that both assessors left undecided is paid as filed.

        Answers: The pool's id.
        """
        return self._send("open_pool", [token, assessor, second, ends, decide_seconds, round_seconds, default_pays])

    def fund(self, id: bytes, amount: int) -> Sent:
        """Pays into a pool from an allowance. Anyone; a token that takes a fee is refused.

        id: The pool.
        amount: Minor units.
        """
        return self._send("fund", [id, amount])

    def withdraw(self, id: bytes, amount: int) -> Sent:
        """Takes out what neither live cover nor any claim needs. Insurer only.

        id: The pool.
        amount: Minor units.
        """
        return self._send("withdraw", [id, amount])

    def offer(
        self,
        pool_id: bytes,
        holder: bytes,
        cover: int,
        copay_bps: int,
        deductible: int,
        premium: int,
        accept_until: int,
        ends: int,
        conditions: bytes,
        condition: bytes,
    ) -> Sent:
        """Offers a policy to a holder. Insurer only.

        pool_id: The pool.
        holder: Who would be covered.
        cover: The most that all claims together pay, in minor units.
        copay_bps: The holder's share of each loss beyond the deductible, in hundredths of a percent.
        deductible: What the holder bears of each loss first, in minor units.
        premium: What the holder pays to accept, in minor units.
        accept_until: Last second to accept.
        ends: Last second to file a claim, within the pool's own.
        conditions: Where the fact is decided on which claims rest, or zero: the assessors decide.
        condition: The fact there: with outcome 1 a claim is paid as filed, with any other it is refused.

        Answers: The policy's id.
        """
        return self._send(
            "offer", [pool_id, holder, cover, copay_bps, deductible, premium, accept_until, ends, conditions, condition]
        )

    def accept(self, id: bytes) -> Sent:
        """Accepts a policy and pays its premium into the pool, from an allowance. From now on the cover is reserved.
        Holder only.

        id: The policy.
        """
        return self._send("accept", [id])

    def end_policy(self, id: bytes) -> Sent:
        """Frees the cover of a policy that is over and has no claim to be decided. Anyone.

        id: The policy.
        """
        return self._send("end_policy", [id])

    def file(self, policy_id: bytes, loss: int, evidence: bytes) -> Sent:
        """Files a claim. Holder only, while the policy lasts; four at most may be open at a time.

        policy_id: The policy.
        loss: The whole loss, before deductible and co-payment, in minor units.
        evidence: Hash of the bills and reports.

        Answers: The claim's id.
        """
        return self._send("file", [policy_id, loss, evidence])

    def decide(self, id: bytes, accepted: int) -> Sent:
        """Says how much of the loss is accepted. The first assessor within its time, on policies that rest on no fact;
        the second when the first was silent or the fact has not come, and on appeal. What the first accepts in full
        and what the second says is final.

        id: The claim.
        accepted: Of the loss, in minor units; zero refuses.
        """
        return self._send("decide", [id, accepted])

    def decide_by_fact(self, id: bytes) -> Sent:
        """Decides a claim of a policy that rests on a fact, once the fact is final. Anyone.

        id: The claim.
        """
        return self._send("decide_by_fact", [id])

    def agree(self, id: bytes) -> Sent:
        """Accepts the first assessor's decision, so that nothing waits for an appeal. Holder only.

        id: The claim.
        """
        return self._send("agree", [id])

    def appeal(self, id: bytes) -> Sent:
        """Asks the second assessor. Holder only, in its time after the first decision.

        id: The claim.
        """
        return self._send("appeal", [id])

    def lapse(self, id: bytes) -> Sent:
        """Ends a stage that its deadline has ended: a decision that nobody appealed stands; a claim that nobody decided
        goes by its fact if that is final, and else is paid as filed where the pool's default says so, or as far as
        it was accepted. Anyone.

        id: The claim.
        """
        return self._send("lapse", [id])

    def settle(self, id: bytes) -> Sent:
        """Settles the round of a pool, once no claim of the last one waits for pay with a part missing: at once where
        the pool can meet all claims and all live cover; else when the round has lasted its time, with what there is;
        after the last deadline a short pool waits only until no claim is left to be decided. Anyone.

        id: The pool.
        """
        return self._send("settle", [id])

    def pay(self, id: bytes) -> Sent:
        """Pays a claim its share of its settled round; what is missing joins the next round, and is written off where
        the pool has ended without money for one. Anyone.

        id: The claim.

        Answers: What was paid.
        """
        return self._send("pay", [id])

    def exit(self, id: bytes) -> Sent:
        """After a pool's last deadline: of a claim, decides as `lapse`, then settles and pays what is there, unless
        other claims have to be decided, or paid from the last round, first; what is missing joins the next round
        while the pool has money for one, and is else written off. Called for every claim, and again for those still
        open, it closes them all unless money comes in between. Of a pool without open claims, sends what is left to
        the insurer. Anyone.

        id: The pool, or a claim.
        """
        return self._send("exit", [id])

    def pool_of(self, id: bytes) -> Pool:
        """Everything about a pool.

        id: The pool.

        Answers: Its record; state 0 unknown, 2 live, 3 ended.
        """
        return record(Pool, self._read("pool_of", [id]))

    def policy_of(self, id: bytes) -> Policy:
        """Everything about a policy.

        id: The policy.

        Answers: Its record; state 0 unknown, 1 offered, 2 live, 3 ended.
        """
        return record(Policy, self._read("policy_of", [id]))

    def claim_of(self, id: bytes) -> Case:
        """Everything about a claim.

        id: The claim.

        Answers: Its record; state 0 unknown, 1 filed, 2 decided, 3 appealed, 4 due, 5 closed.
        """
        return record(Case, self._read("claim_of", [id]))

    def round_of(self, id: bytes, number: int) -> Round:
        """A round of a pool: what is due and, once settled, the money for it, both less what was paid.

        id: The pool.
        number: The round, counted from zero.

        Answers: Its record.
        """
        return record(Round, self._read("round_of", [id, number]))

    def benefit(self, policy_id: bytes, loss: int) -> int:
        """What a policy would pay on an accepted loss now.

        policy_id: The policy.
        loss: In minor units.

        Answers: The loss less deductible and co-payment, at most what is left of the cover.
        """
        return cast(int, self._read("benefit", [policy_id, loss]))

    def held(self, id: bytes) -> int:
        """What a pool holds now.

        id: The pool.

        Answers: Minor units; zero for claims, whose money is the pool's until it is paid.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second in which a claim on the pool may wait for anything but a transaction.

        id: The pool.

        Answers: Seconds since 1970; zero for an unknown pool.
        """
        return cast(int, self._read("last_deadline", [id]))
