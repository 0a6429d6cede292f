# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Insurance and co-payment from a pool
@license Apache-2.0
@notice An insurer (a health fund, a mutual, a ministry) opens a pool and names two assessors. It offers policies with
        a cover, a deductible and a co-payment; a holder accepts by paying the premium into the pool. A holder files a
        claim with the hash of its evidence; the first assessor decides, the holder may appeal, the second assessor
        decides finally. A policy may rest on a fact instead, which attestors decide for everybody: once it is final,
        neither an assessor nor silence overrules it. An assessor that stays silent loses its turn: to the second, and
        then to the default that the pool stated when it was opened. Approved claims gather in rounds: a pool that can
        meet everything pays at once; a pool that is short pays a round in proportion, to the unit, and what is missing
        joins the next round, which is not settled before all of it has joined. The insurer can take out only what
        neither live cover nor any claim needs. After the last deadline a short pool shares what it has once no claim
        is left to be decided; what it cannot pay is written off, and anyone sends the rest to the insurer. A holder
        that disappears leaves its claim to be decided and paid; an insurer that disappears leaves the pool to its
        claims.
@dev    Truths that hold after every transaction, for each pool: funded = paid + withdrawn + held;
        the insurer's withdrawals never bring held below reserved + owed; of each policy used <= cover;
        the payments of a settled round add up to its money once all are made: each takes
        money left x due / due left, rounded down, so that the last takes exactly the rest;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import split

implements: ICustody

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Pool:
    insurer: address
    assessor: address
    second: address
    token: address
    ends: uint256
    decide_seconds: uint256
    round_seconds: uint256
    default_pays: bool
    funded: uint256
    paid: uint256
    withdrawn: uint256
    reserved: uint256
    owed: uint256
    allocated: uint256
    open_claims: uint256
    undecided: uint256
    round: uint256
    state: uint8

struct Policy:
    pool: bytes32
    holder: address
    cover: uint256
    used: uint256
    copay_bps: uint256
    deductible: uint256
    premium: uint256
    accept_until: uint256
    ends: uint256
    conditions: address
    condition: bytes32
    open_claims: uint256
    state: uint8

struct Case:
    policy: bytes32
    loss: uint256
    evidence: bytes32
    accepted: uint256
    due: uint256
    paid: uint256
    round: uint256
    deadline: uint256
    state: uint8

struct Round:
    opened_at: uint256
    due: uint256
    money: uint256
    settled: bool

# Of pools and policies.
OFFERED: constant(uint8) = 1
LIVE: constant(uint8) = 2
ENDED: constant(uint8) = 3
# Of claims.
FILED: constant(uint8) = 1
DECIDED: constant(uint8) = 2
APPEALED: constant(uint8) = 3
DUE: constant(uint8) = 4
CLOSED: constant(uint8) = 5

# What a condition answers where it has come true.
HAPPENED: constant(uint256) = 1
# More than any source of facts needs. A caller who gives so little gas that the question fails keeps a 64th of it,
# too little to finish: everything reverts.
CONDITION_GAS: constant(uint256) = 200_000
MAX_OPEN_CLAIMS: constant(uint256) = 4
MIN_DECIDE_SECONDS: constant(uint256) = 60 * 60
MAX_DECIDE_SECONDS: constant(uint256) = 90 * 24 * 60 * 60
# A claim may be decided, appealed and decided again.
STAGES: constant(uint256) = 3

pools: HashMap[bytes32, Pool]
policies: HashMap[bytes32, Policy]
cases: HashMap[bytes32, Case]
rounds: HashMap[bytes32, HashMap[uint256, Round]]

event PoolOpened:
    id: indexed(bytes32)
    insurer: indexed(address)
    token: indexed(address)
    assessor: address
    second: address
    ends: uint256
    decide_seconds: uint256
    round_seconds: uint256
    default_pays: bool

event PoolFunded:
    id: indexed(bytes32)
    payer: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Withdrawn:
    id: indexed(bytes32)
    insurer: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event PolicyOffered:
    id: indexed(bytes32)
    pool: indexed(bytes32)
    holder: indexed(address)
    cover: uint256
    copay_bps: uint256
    deductible: uint256
    premium: uint256
    accept_until: uint256
    ends: uint256
    conditions: address
    condition: bytes32

event PolicyAccepted:
    id: indexed(bytes32)
    pool: indexed(bytes32)
    holder: indexed(address)
    reserved_before: uint256
    reserved_after: uint256

event PolicyEnded:
    id: indexed(bytes32)
    pool: indexed(bytes32)
    by: indexed(address)
    reserved_before: uint256
    reserved_after: uint256

event ClaimFiled:
    id: indexed(bytes32)
    policy: indexed(bytes32)
    holder: indexed(address)
    loss: uint256
    evidence: bytes32
    deadline: uint256

event ClaimDecided:
    id: indexed(bytes32)
    by: indexed(address)
    accepted: uint256
    final: bool
    deadline: uint256

event ClaimAppealed:
    id: indexed(bytes32)
    holder: indexed(address)
    deadline: uint256

event ClaimDue:
    id: indexed(bytes32)
    pool: indexed(bytes32)
    due: uint256
    round: uint256

event RoundSettled:
    id: indexed(bytes32)
    by: indexed(address)
    round: uint256
    due: uint256
    money: uint256

event Paid:
    id: indexed(bytes32)
    pool: indexed(bytes32)
    holder: indexed(address)
    amount: uint256
    left: uint256
    held_before: uint256
    held_after: uint256

event WrittenOff:
    id: indexed(bytes32)
    pool: indexed(bytes32)
    amount: uint256

event ClaimClosed:
    id: indexed(bytes32)
    paid: uint256

event PoolClosed:
    id: indexed(bytes32)
    insurer: indexed(address)
    by: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


# The pool


@external
def open_pool(
    token: address,
    assessor: address,
    second: address,
    ends: uint256,
    decide_seconds: uint256,
    round_seconds: uint256,
    default_pays: bool,
) -> bytes32:
    """
    @notice Opens a pool with the caller as insurer.
    @param token The ERC-20 token.
    @param assessor Who decides claims first.
    @param second Who decides appeals, and what the first left undecided.
    @param ends Last second of any policy; at most ten years ahead.
    @param decide_seconds How long each stage of a decision may take: an hour to 90 days.
    @param round_seconds How long a short pool gathers claims before it shares: at most 90 days.
    @param default_pays Whether a claim that both assessors left undecided is paid as filed.
    @return The pool's id.
    """
    assert token.is_contract and token != self, "claims_desk: not a token"
    assert assessor not in [empty(address), msg.sender], "claims_desk: not an assessor"
    assert second not in [empty(address), msg.sender, assessor], "claims_desk: not an assessor"
    deadlines._check_ahead(ends)
    assert decide_seconds >= MIN_DECIDE_SECONDS, "claims_desk: time out of range"
    assert decide_seconds <= MAX_DECIDE_SECONDS, "claims_desk: time out of range"
    assert round_seconds <= MAX_DECIDE_SECONDS, "claims_desk: time out of range"
    id: bytes32 = ids._take_id(msg.sender)
    self.pools[id] = Pool(
        insurer=msg.sender,
        assessor=assessor,
        second=second,
        token=token,
        ends=ends,
        decide_seconds=decide_seconds,
        round_seconds=round_seconds,
        default_pays=default_pays,
        funded=0,
        paid=0,
        withdrawn=0,
        reserved=0,
        owed=0,
        allocated=0,
        open_claims=0,
        undecided=0,
        round=0,
        state=LIVE,
    )
    log PoolOpened(
        id=id,
        insurer=msg.sender,
        token=token,
        assessor=assessor,
        second=second,
        ends=ends,
        decide_seconds=decide_seconds,
        round_seconds=round_seconds,
        default_pays=default_pays,
    )
    return id


@external
def fund(id: bytes32, amount: uint256):
    """
    @notice Pays into a pool from an allowance. Anyone; a token that takes a fee is refused.
    @param id The pool.
    @param amount Minor units.
    """
    assert self.pools[id].state == LIVE, "claims_desk: no such pool"
    assert amount > 0, "claims_desk: no amount"
    self._take_in(id, msg.sender, amount)


@external
def withdraw(id: bytes32, amount: uint256):
    """
    @notice Takes out what neither live cover nor any claim needs. Insurer only.
    @param id The pool.
    @param amount Minor units.
    """
    pool: Pool = self.pools[id]
    assert pool.state == LIVE, "claims_desk: no such pool"
    assert msg.sender == pool.insurer, "claims_desk: not the insurer"
    assert amount > 0, "claims_desk: no amount"
    held: uint256 = self._held(pool)
    needed: uint256 = pool.reserved + pool.owed
    assert amount <= held - min(held, needed), "claims_desk: reserved for cover"
    self.pools[id].withdrawn = pool.withdrawn + amount
    log Withdrawn(id=id, insurer=msg.sender, amount=amount, held_before=held, held_after=held - amount)
    claims._pay(id, pool.token, msg.sender, amount)


# Policies


@external
def offer(
    pool_id: bytes32,
    holder: address,
    cover: uint256,
    copay_bps: uint256,
    deductible: uint256,
    premium: uint256,
    accept_until: uint256,
    ends: uint256,
    conditions: address,
    condition: bytes32,
) -> bytes32:
    """
    @notice Offers a policy to a holder. Insurer only.
    @param pool_id The pool.
    @param holder Who would be covered.
    @param cover The most that all claims together pay, in minor units.
    @param copay_bps The holder's share of each loss beyond the deductible, in hundredths of a percent.
    @param deductible What the holder bears of each loss first, in minor units.
    @param premium What the holder pays to accept, in minor units.
    @param accept_until Last second to accept.
    @param ends Last second to file a claim, within the pool's own.
    @param conditions Where the fact is decided on which claims rest, or zero: the assessors decide.
    @param condition The fact there: with outcome 1 a claim is paid as filed, with any other it is refused.
    @return The policy's id.
    """
    pool: Pool = self.pools[pool_id]
    assert pool.state == LIVE, "claims_desk: no such pool"
    assert msg.sender == pool.insurer, "claims_desk: not the insurer"
    assert holder not in [empty(address), pool.insurer, pool.assessor, pool.second, self], "claims_desk: not a holder"
    assert cover > 0, "claims_desk: no amount"
    assert max(cover, max(deductible, premium)) <= split.MAX_AMOUNT, "claims_desk: out of range"
    assert copay_bps <= split.BASIS_POINTS, "claims_desk: out of range"
    assert accept_until > block.timestamp and accept_until <= ends, "claims_desk: time out of range"
    assert ends <= pool.ends, "claims_desk: longer than the pool"
    assert conditions == empty(address) or conditions.is_contract, "claims_desk: no conditions there"
    id: bytes32 = ids._take_id(msg.sender)
    self.policies[id] = Policy(
        pool=pool_id,
        holder=holder,
        cover=cover,
        used=0,
        copay_bps=copay_bps,
        deductible=deductible,
        premium=premium,
        accept_until=accept_until,
        ends=ends,
        conditions=conditions,
        condition=condition,
        open_claims=0,
        state=OFFERED,
    )
    log PolicyOffered(
        id=id,
        pool=pool_id,
        holder=holder,
        cover=cover,
        copay_bps=copay_bps,
        deductible=deductible,
        premium=premium,
        accept_until=accept_until,
        ends=ends,
        conditions=conditions,
        condition=condition,
    )
    return id


@external
def accept(id: bytes32):
    """
    @notice Accepts a policy and pays its premium into the pool, from an allowance. From now on the cover is reserved.
            Holder only.
    @param id The policy.
    """
    policy: Policy = self.policies[id]
    assert policy.state == OFFERED, "claims_desk: not offered"
    assert msg.sender == policy.holder, "claims_desk: not the holder"
    # No policy outlasts its pool, so that the pool is live.
    assert not deadlines._has_passed(policy.accept_until), "claims_desk: deadline has passed"
    self.policies[id].state = LIVE
    reserved: uint256 = self.pools[policy.pool].reserved
    self.pools[policy.pool].reserved = reserved + policy.cover
    log PolicyAccepted(
        id=id,
        pool=policy.pool,
        holder=msg.sender,
        reserved_before=reserved,
        reserved_after=reserved + policy.cover,
    )
    if policy.premium > 0:
        self._take_in(policy.pool, msg.sender, policy.premium)


@external
def end_policy(id: bytes32):
    """
    @notice Frees the cover of a policy that is over and has no claim to be decided. Anyone.
    @param id The policy.
    """
    policy: Policy = self.policies[id]
    assert policy.state == LIVE, "claims_desk: not live"
    assert deadlines._has_passed(policy.ends), "claims_desk: deadline has not passed"
    assert policy.open_claims == 0, "claims_desk: claims are open"
    self.policies[id].state = ENDED
    reserved: uint256 = self.pools[policy.pool].reserved
    freed: uint256 = policy.cover - policy.used
    self.pools[policy.pool].reserved = reserved - freed
    log PolicyEnded(
        id=id, pool=policy.pool, by=msg.sender, reserved_before=reserved, reserved_after=reserved - freed
    )


# Claims


@external
def file(policy_id: bytes32, loss: uint256, evidence: bytes32) -> bytes32:
    """
    @notice Files a claim. Holder only, while the policy lasts; four at most may be open at a time.
    @param policy_id The policy.
    @param loss The whole loss, before deductible and co-payment, in minor units.
    @param evidence Hash of the bills and reports.
    @return The claim's id.
    """
    policy: Policy = self.policies[policy_id]
    assert policy.state == LIVE, "claims_desk: not live"
    assert msg.sender == policy.holder, "claims_desk: not the holder"
    assert not deadlines._has_passed(policy.ends), "claims_desk: deadline has passed"
    assert loss > 0, "claims_desk: no amount"
    assert loss <= split.MAX_AMOUNT, "claims_desk: out of range"
    assert evidence != empty(bytes32), "claims_desk: no evidence"
    assert policy.used < policy.cover, "claims_desk: cover is used up"
    assert policy.open_claims < MAX_OPEN_CLAIMS, "claims_desk: claims are open"
    deadline: uint256 = block.timestamp + self.pools[policy.pool].decide_seconds
    id: bytes32 = ids._take_id(msg.sender)
    self.cases[id] = Case(
        policy=policy_id,
        loss=loss,
        evidence=evidence,
        accepted=0,
        due=0,
        paid=0,
        round=0,
        deadline=deadline,
        state=FILED,
    )
    self.policies[policy_id].open_claims = policy.open_claims + 1
    self.pools[policy.pool].open_claims += 1
    self.pools[policy.pool].undecided += 1
    log ClaimFiled(
        id=id, policy=policy_id, holder=msg.sender, loss=loss, evidence=evidence, deadline=deadline
    )
    return id


@external
def decide(id: bytes32, accepted: uint256):
    """
    @notice Says how much of the loss is accepted. The first assessor within its time, on policies that rest on no
            fact; the second when the first was silent or the fact has not come, and on appeal. What the first accepts
            in full and what the second says is final.
    @param id The claim.
    @param accepted Of the loss, in minor units; zero refuses.
    """
    case: Case = self.cases[id]
    policy: Policy = self.policies[case.policy]
    pool: Pool = self.pools[policy.pool]
    assert case.state in [FILED, APPEALED], "claims_desk: nothing to decide"
    assert accepted <= case.loss, "claims_desk: more than the loss"
    final: bool = True
    if case.state == FILED and not deadlines._has_passed(case.deadline):
        assert policy.conditions == empty(address), "claims_desk: rests on a fact"
        assert msg.sender == pool.assessor, "claims_desk: not the assessor"
        final = accepted == case.loss
    else:
        assert msg.sender == pool.second, "claims_desk: not the second assessor"
        assert not deadlines._has_passed(self._decided_by(case, pool)), "claims_desk: deadline has passed"
        assert not self._accepted_by_fact(policy, case)[0], "claims_desk: rests on a fact"
    deadline: uint256 = case.deadline
    if not final:
        deadline += pool.decide_seconds
        self.cases[id].accepted = accepted
        self.cases[id].deadline = deadline
        self.cases[id].state = DECIDED
    log ClaimDecided(id=id, by=msg.sender, accepted=accepted, final=final, deadline=deadline)
    if final:
        self._conclude(id, case, accepted)


@external
def decide_by_fact(id: bytes32):
    """
    @notice Decides a claim of a policy that rests on a fact, once the fact is final. Anyone.
    @param id The claim.
    """
    case: Case = self.cases[id]
    policy: Policy = self.policies[case.policy]
    assert case.state == FILED, "claims_desk: nothing to decide"
    assert policy.conditions != empty(address), "claims_desk: rests on no fact"
    final: bool = False
    accepted: uint256 = 0
    final, accepted = self._accepted_by_fact(policy, case)
    assert final, "claims_desk: fact is not final"
    log ClaimDecided(id=id, by=policy.conditions, accepted=accepted, final=True, deadline=case.deadline)
    self._conclude(id, case, accepted)


@external
def agree(id: bytes32):
    """
    @notice Accepts the first assessor's decision, so that nothing waits for an appeal. Holder only.
    @param id The claim.
    """
    case: Case = self.cases[id]
    assert case.state == DECIDED, "claims_desk: not decided"
    assert msg.sender == self.policies[case.policy].holder, "claims_desk: not the holder"
    self._conclude(id, case, case.accepted)


@external
def appeal(id: bytes32):
    """
    @notice Asks the second assessor. Holder only, in its time after the first decision.
    @param id The claim.
    """
    case: Case = self.cases[id]
    policy: Policy = self.policies[case.policy]
    assert case.state == DECIDED, "claims_desk: not decided"
    assert msg.sender == policy.holder, "claims_desk: not the holder"
    assert not deadlines._has_passed(case.deadline), "claims_desk: deadline has passed"
    deadline: uint256 = case.deadline + self.pools[policy.pool].decide_seconds
    self.cases[id].deadline = deadline
    self.cases[id].state = APPEALED
    log ClaimAppealed(id=id, holder=msg.sender, deadline=deadline)


@external
def lapse(id: bytes32):
    """
    @notice Ends a stage that its deadline has ended: a decision that nobody appealed stands; a claim that nobody
            decided goes by its fact if that is final, and else is paid as filed where the pool's default says so, or
            as far as it was accepted. Anyone.
    @param id The claim.
    """
    case: Case = self.cases[id]
    self._lapse(id, case)


@external
def settle(id: bytes32):
    """
    @notice Settles the round of a pool, once no claim of the last one waits for pay with a part missing: at once where
            the pool can meet all claims and all live cover; else when the round has lasted its time, with what there
            is; after the last deadline a short pool waits only until no claim is left to be decided. Anyone.
    @param id The pool.
    """
    self._settle(id)


@external
def pay(id: bytes32) -> uint256:
    """
    @notice Pays a claim its share of its settled round; what is missing joins the next round, and is written off where
            the pool has ended without money for one. Anyone.
    @param id The claim.
    @return What was paid.
    """
    return self._pay(id)


@external
def exit(id: bytes32):
    """
    @notice After a pool's last deadline: of a claim, decides as `lapse`, then settles and pays what is there, unless
            other claims have to be decided, or paid from the last round, first; what is missing joins the next round
            while the pool has money for one, and is else written off. Called for every claim, and again for those still
            open, it closes them all unless money comes in between. Of a pool without open claims, sends what is left
            to the insurer. Anyone.
    @param id The pool, or a claim.
    """
    case: Case = self.cases[id]
    if case.state != 0:
        assert case.state != CLOSED, "claims_desk: nothing to exit"
        pool_id: bytes32 = self.policies[case.policy].pool
        assert self._is_over(self.pools[pool_id]), "claims_desk: deadline has not passed"
        if case.state != DUE:
            self._lapse(id, case)
            if self._is_held_up(pool_id, self.pools[pool_id]):
                return
        if self.cases[id].state == DUE:
            if not self.rounds[pool_id][self.cases[id].round].settled:
                self._settle(pool_id)
            self._pay(id)
        return
    pool: Pool = self.pools[id]
    assert pool.state == LIVE, "claims_desk: nothing to exit"
    assert self._is_over(pool), "claims_desk: deadline has not passed"
    assert pool.open_claims == 0, "claims_desk: claims are open"
    held: uint256 = self._held(pool)
    self.pools[id].withdrawn = pool.withdrawn + held
    self.pools[id].state = ENDED
    log PoolClosed(
        id=id, insurer=pool.insurer, by=msg.sender, amount=held, held_before=held, held_after=0
    )
    claims._pay(id, pool.token, pool.insurer, held)


# Views


@external
@view
def pool_of(id: bytes32) -> Pool:
    """
    @notice Everything about a pool.
    @param id The pool.
    @return Its record; state 0 unknown, 2 live, 3 ended.
    """
    return self.pools[id]


@external
@view
def policy_of(id: bytes32) -> Policy:
    """
    @notice Everything about a policy.
    @param id The policy.
    @return Its record; state 0 unknown, 1 offered, 2 live, 3 ended.
    """
    return self.policies[id]


@external
@view
def claim_of(id: bytes32) -> Case:
    """
    @notice Everything about a claim.
    @param id The claim.
    @return Its record; state 0 unknown, 1 filed, 2 decided, 3 appealed, 4 due, 5 closed.
    """
    return self.cases[id]


@external
@view
def round_of(id: bytes32, number: uint256) -> Round:
    """
    @notice A round of a pool: what is due and, once settled, the money for it, both less what was paid.
    @param id The pool.
    @param number The round, counted from zero.
    @return Its record.
    """
    return self.rounds[id][number]


@external
@view
def benefit(policy_id: bytes32, loss: uint256) -> uint256:
    """
    @notice What a policy would pay on an accepted loss now.
    @param policy_id The policy.
    @param loss In minor units.
    @return The loss less deductible and co-payment, at most what is left of the cover.
    """
    return self._benefit(self.policies[policy_id], loss)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a pool holds now.
    @param id The pool.
    @return Minor units; zero for claims, whose money is the pool's until it is paid.
    """
    return self._held(self.pools[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second in which a claim on the pool may wait for anything but a transaction.
    @param id The pool.
    @return Seconds since 1970; zero for an unknown pool.
    """
    return self._last_deadline(self.pools[id])


@internal
def _take_in(id: bytes32, payer: address, amount: uint256):
    held: uint256 = self._held(self.pools[id])
    claims._pull_exactly(self.pools[id].token, payer, amount)
    self.pools[id].funded += amount
    log PoolFunded(id=id, payer=payer, amount=amount, held_before=held, held_after=held + amount)


@internal
def _lapse(id: bytes32, case: Case):
    policy: Policy = self.policies[case.policy]
    pool: Pool = self.pools[policy.pool]
    assert case.state in [FILED, DECIDED, APPEALED], "claims_desk: nothing to decide"
    assert deadlines._has_passed(self._decided_by(case, pool)), "claims_desk: deadline has not passed"
    by: address = policy.conditions
    final: bool = False
    accepted: uint256 = 0
    final, accepted = self._accepted_by_fact(policy, case)
    if not final:
        by = empty(address)
        accepted = case.accepted
        if case.state != DECIDED and pool.default_pays:
            accepted = case.loss
    log ClaimDecided(id=id, by=by, accepted=accepted, final=True, deadline=case.deadline)
    self._conclude(id, case, accepted)


@internal
def _conclude(id: bytes32, case: Case, accepted: uint256):
    policy: Policy = self.policies[case.policy]
    due: uint256 = self._benefit(policy, accepted)
    self.policies[case.policy].open_claims = policy.open_claims - 1
    self.pools[policy.pool].undecided -= 1
    self.cases[id].accepted = accepted
    if due == 0:
        self._close(id, policy.pool, 0)
        return
    self.policies[case.policy].used = policy.used + due
    self.pools[policy.pool].reserved -= due
    self.pools[policy.pool].owed += due
    self.cases[id].state = DUE
    self._join_round(id, policy.pool, due)


@internal
def _join_round(id: bytes32, pool_id: bytes32, due: uint256):
    number: uint256 = self.pools[pool_id].round
    if self.rounds[pool_id][number].due == 0:
        self.rounds[pool_id][number].opened_at = block.timestamp
    self.rounds[pool_id][number].due += due
    self.cases[id].due = due
    self.cases[id].round = number
    log ClaimDue(id=id, pool=pool_id, due=due, round=number)


@internal
def _settle(id: bytes32):
    pool: Pool = self.pools[id]
    round: Round = self.rounds[id][pool.round]
    assert round.due > 0, "claims_desk: nothing is due"
    assert not self._is_held_up(id, pool), "claims_desk: claims are open"
    held: uint256 = self._held(pool)
    over: bool = self._is_over(pool)
    if held < pool.owed + pool.reserved and not over:
        assert deadlines._has_passed(round.opened_at + pool.round_seconds), "claims_desk: round is open"
    # What settled rounds got and have not paid out yet is theirs.
    money: uint256 = min(held - pool.allocated, round.due)
    assert money > 0 or over, "claims_desk: pool is empty"
    self.rounds[id][pool.round].money = money
    self.rounds[id][pool.round].settled = True
    self.pools[id].allocated = pool.allocated + money
    self.pools[id].round = pool.round + 1
    log RoundSettled(id=id, by=msg.sender, round=pool.round, due=round.due, money=money)


@internal
@view
def _is_held_up(id: bytes32, pool: Pool) -> bool:
    """
    @dev No round is settled before all that is missing of the last one has joined it; nor, where a pool is short at its
         end, before every claim is decided. Anyone can see to both.
    """
    if pool.round > 0:
        last: Round = self.rounds[id][pool.round - 1]
        if last.money < last.due:
            return True
    is_short: bool = self._held(pool) < pool.owed + pool.reserved
    return is_short and pool.undecided > 0 and self._is_over(pool)


@internal
def _pay(id: bytes32) -> uint256:
    case: Case = self.cases[id]
    assert case.state == DUE, "claims_desk: nothing is due"
    policy: Policy = self.policies[case.policy]
    pool: Pool = self.pools[policy.pool]
    round: Round = self.rounds[policy.pool][case.round]
    assert round.settled, "claims_desk: round is open"
    share: uint256 = round.money * case.due // round.due
    rest: uint256 = case.due - share
    held: uint256 = self._held(pool)
    self.rounds[policy.pool][case.round].money = round.money - share
    self.rounds[policy.pool][case.round].due = round.due - case.due
    self.pools[policy.pool].allocated = pool.allocated - share
    self.pools[policy.pool].paid = pool.paid + share
    self.pools[policy.pool].owed = pool.owed - share
    self.cases[id].paid = case.paid + share
    log Paid(
        id=id,
        pool=policy.pool,
        holder=policy.holder,
        amount=share,
        left=rest,
        held_before=held,
        held_after=held - share,
    )
    # Nothing is written off while the pool has money that no settled round got.
    if rest > 0 and (not self._is_over(pool) or held > pool.allocated):
        self._join_round(id, policy.pool, rest)
    else:
        if rest > 0:
            self.pools[policy.pool].owed = pool.owed - case.due
            log WrittenOff(id=id, pool=policy.pool, amount=rest)
        self._close(id, policy.pool, case.paid + share)
    claims._pay(policy.pool, pool.token, policy.holder, share)
    return share


@internal
def _close(id: bytes32, pool_id: bytes32, paid: uint256):
    self.cases[id].due = 0
    self.cases[id].state = CLOSED
    self.pools[pool_id].open_claims -= 1
    log ClaimClosed(id=id, paid=paid)


@internal
@view
def _accepted_by_fact(policy: Policy, case: Case) -> (bool, uint256):
    """
    @dev Whether the fact that a policy rests on is final, and what of the loss it accepts. A source that does not
         answer in form has not decided: nobody can hold up a claim by it.
    """
    if policy.conditions == empty(address):
        return False, 0
    answered: bool = False
    answer: Bytes[64] = b""
    answered, answer = raw_call(
        policy.conditions,
        abi_encode(policy.condition, method_id=method_id("outcome(bytes32)")),
        max_outsize=64,
        gas=CONDITION_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not answered or len(answer) != 64 or extract32(answer, 0, output_type=uint256) != 1:
        return False, 0
    if extract32(answer, 32, output_type=uint256) != HAPPENED:
        return True, 0
    return True, case.loss


@internal
@pure
def _benefit(policy: Policy, accepted: uint256) -> uint256:
    insured: uint256 = accepted - min(accepted, policy.deductible)
    benefit: uint256 = insured - split._share(insured, policy.copay_bps)
    return min(benefit, policy.cover - policy.used)


@internal
@pure
def _decided_by(case: Case, pool: Pool) -> uint256:
    # What the first assessor left undecided, the second may decide for as long again.
    if case.state == FILED:
        return case.deadline + pool.decide_seconds
    return case.deadline


@internal
@view
def _is_over(pool: Pool) -> bool:
    return deadlines._has_passed(self._last_deadline(pool))


@internal
@pure
def _last_deadline(pool: Pool) -> uint256:
    return pool.ends + STAGES * pool.decide_seconds + pool.round_seconds


@internal
@pure
def _held(pool: Pool) -> uint256:
    return pool.funded - pool.paid - pool.withdrawn
