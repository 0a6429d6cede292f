# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Escrow in any ERC-20 token
@license Apache-2.0
@notice A payer puts money aside for a payee until a deadline, at once or in up to 16 stages. The payer releases, in
        parts or at once; the payee may give back; what is neither released nor disputed by the deadline goes back
        to the payer. Each may dispute before the deadline, and then the arbiter splits what is held. Both may
        also settle by their signatures, without anybody else.
        Where a review period was agreed, a payer who says nothing within it has approved what the payee submitted.
        A payer may also bind itself to a fact that attestors decide.
        What the payee gets may be divided: first the fixed amounts that both agreed on (a tax), then what the payee
        assigned (a financier's lien, which nobody but the financier can take back), and the rest by agreed shares.
        Who disappears: a payer, and the deadline refunds it, or its silence approves; a payee, and the deadline
        refunds the payer; an arbiter silent for 30 days after the deadline, and the money goes back to the payer;
        a financier, and its money still comes. After the last deadline anyone can empty a deal to its rightful
        parties. No role can take anything out for itself.
@dev    Truths that hold after every transaction, for each deal and each token that keeps its own books:
        paid + refunded + held = funded, and a closed deal holds nothing;
        while a deal is funded, what its stages hold adds up to what it holds;
        what its legs, liens and payee received adds up to what it paid;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        `paid` and `refunded` include what was credited as a claim because the token refused the transfer; `paid`
        includes what went to others in the payee's stead.
        A token whose balances change by themselves (rebasing) breaks the last and is not for this contract.
        Stages are funded in order, and what the payer releases by amount comes from the oldest that hold anything.
"""

from .interfaces import ICustody
from .interfaces import IProceeds
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import signatures
from .modules import split

implements: ICustody
implements: IProceeds

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Deal:
    payer: address
    payee: address
    arbiter: address
    token: address
    amount: uint256
    deadline: uint256
    review_seconds: uint256
    # Until then the parties may still answer each other about what was submitted in time.
    answer_deadline: uint256
    ruling_deadline: uint256
    terms_hash: bytes32
    stages_funded: uint256
    funded: uint256
    paid: uint256
    refunded: uint256
    state: uint8

struct Stage:
    amount: uint256
    funded: uint256
    released: uint256
    evidence: bytes32
    # Last second of the payer's review of what was submitted; zero where nothing waits for it.
    review_deadline: uint256

struct Trigger:
    conditions: address
    question: bytes32
    at_least: uint256

# Either a fixed amount that is still due, or a share of what is left after fixed amounts and liens.
struct Leg:
    to: address
    amount: uint256
    basis_points: uint256

struct Lien:
    to: address
    amount: uint256
    paid: uint256

struct Payment:
    to: address
    amount: uint256

OPEN: constant(uint8) = 1
FUNDED: constant(uint8) = 2
DISPUTED: constant(uint8) = 3
CLOSED: constant(uint8) = 4

# Why a stage was released.
BY_PAYER: constant(uint8) = 1
BY_SILENCE: constant(uint8) = 2
BY_CONDITION: constant(uint8) = 3

# How far a payment on the payee's side ranks: agreed amounts, then liens, then shares of the rest.
AGREED: constant(uint8) = 1
ASSIGNED: constant(uint8) = 2
SHARED: constant(uint8) = 3

MAX_STAGES: constant(uint256) = 16
MAX_LEGS: constant(uint256) = 8
MAX_LIENS: constant(uint256) = 8
MAX_PAYMENTS: constant(uint256) = 2 * MAX_LEGS + MAX_LIENS + 2
RULING_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
MAX_REVIEW_SECONDS: constant(uint256) = 90 * 24 * 60 * 60
# More than any source of facts needs. A caller who gives so little gas that the question fails keeps a 64th of it,
# too little to finish: everything reverts.
CONDITION_GAS: constant(uint256) = 200_000

NAME: constant(String[32]) = "Jiaozi Escrow"
VERSION: constant(String[8]) = "1"
SETTLEMENT_TYPE: constant(bytes32) = keccak256(
    "Settlement(bytes32 id,uint256 to_payee,uint256 to_payer,uint256 expiry)"
)

deals: HashMap[bytes32, Deal]
stages_of: HashMap[bytes32, DynArray[Stage, MAX_STAGES]]
# deal -> stage -> the fact that releases it
triggers: HashMap[bytes32, HashMap[uint256, Trigger]]
legs_of: HashMap[bytes32, DynArray[Leg, MAX_LEGS]]
liens_of: HashMap[bytes32, DynArray[Lien, MAX_LIENS]]
# deal -> party -> hash of the legs it wants
proposals: public(HashMap[bytes32, HashMap[address, bytes32]])

event Opened:
    id: indexed(bytes32)
    payer: indexed(address)
    payee: indexed(address)
    arbiter: address
    token: address
    amount: uint256
    deadline: uint256
    terms_hash: bytes32

event Staged:
    id: indexed(bytes32)
    amounts: DynArray[uint256, MAX_STAGES]
    review_seconds: uint256

event Funded:
    id: indexed(bytes32)
    payer: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event StageFunded:
    id: indexed(bytes32)
    stage: indexed(uint256)
    value: uint256

event Submitted:
    id: indexed(bytes32)
    stage: indexed(uint256)
    evidence: bytes32
    review_deadline: uint256

event Rejected:
    id: indexed(bytes32)
    stage: indexed(uint256)
    reason: bytes32
    answer_deadline: uint256

event StageReleased:
    id: indexed(bytes32)
    stage: indexed(uint256)
    why: uint8
    value: uint256

event TriggerSet:
    id: indexed(bytes32)
    stage: indexed(uint256)
    conditions: address
    question: bytes32
    at_least: uint256

event SplitProposed:
    id: indexed(bytes32)
    by: indexed(address)
    legs: DynArray[Leg, MAX_LEGS]

event SplitAgreed:
    id: indexed(bytes32)
    legs: DynArray[Leg, MAX_LEGS]

event Assigned:
    id: indexed(bytes32)
    to: indexed(address)
    value: uint256
    assigned_before: uint256
    assigned_after: uint256

event Waived:
    id: indexed(bytes32)
    to: indexed(address)
    value: uint256
    assigned_before: uint256
    assigned_after: uint256

event LegPaid:
    id: indexed(bytes32)
    to: indexed(address)
    rank: uint8
    value: uint256

event Released:
    id: indexed(bytes32)
    payee: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Refunded:
    id: indexed(bytes32)
    payer: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Disputed:
    id: indexed(bytes32)
    by: indexed(address)
    ruling_deadline: uint256
    held_before: uint256
    held_after: uint256

event Ruled:
    id: indexed(bytes32)
    arbiter: indexed(address)
    to_payee: uint256
    to_payer: uint256
    held_before: uint256
    held_after: uint256

event Settled:
    id: indexed(bytes32)
    by: indexed(address)
    to_payee: uint256
    to_payer: uint256
    held_before: uint256
    held_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


# Opening and funding


@external
def open(
    payee: address, arbiter: address, token: address, amount: uint256, deadline: uint256, terms_hash: bytes32
) -> bytes32:
    """
    @notice Opens a deal of one stage with the caller as payer. No money moves yet.
    @param payee Who is to be paid.
    @param arbiter Who splits the money in a dispute, or zero for a deal that cannot be disputed.
    @param token The ERC-20 token the deal is in.
    @param amount What the payer will put aside, in minor units.
    @param deadline Last second for release by agreement or dispute; at most ten years ahead.
    @param terms_hash Hash of the terms the parties agreed on.
    @return The deal's id.
    """
    return self._open(payee, arbiter, token, [amount], deadline, 0, terms_hash)


@external
def open_staged(
    payee: address,
    arbiter: address,
    token: address,
    amounts: DynArray[uint256, MAX_STAGES],
    deadline: uint256,
    review_seconds: uint256,
    terms_hash: bytes32,
) -> bytes32:
    """
    @notice Opens a deal in stages with the caller as payer. No money moves yet.
    @param payee Who is to be paid.
    @param arbiter Who splits the money in a dispute, or zero for a deal that cannot be disputed.
    @param token The ERC-20 token the deal is in.
    @param amounts What the payer will put aside for each stage, in minor units; 1 to 16 of them.
    @param deadline Last second to fund, submit or dispute; at most ten years ahead.
    @param review_seconds How long the payer may look at what was submitted before its silence approves; at most 90
           days. Zero for a deal in which silence never does.
    @param terms_hash Hash of the terms the parties agreed on.
    @return The deal's id.
    """
    assert len(amounts) > 0, "escrow: no stages"
    assert review_seconds <= MAX_REVIEW_SECONDS, "escrow: review too long"
    id: bytes32 = self._open(payee, arbiter, token, amounts, deadline, review_seconds, terms_hash)
    log Staged(id=id, amounts=amounts, review_seconds=review_seconds)
    return id


@external
def fund(id: bytes32):
    """
    @notice Puts the agreed amount of the next stage aside, from an allowance given to this contract. Payer only,
            once a stage. A deal opened without stages has one.
    @dev    What counts is what arrives: less than agreed where the token takes a fee, never more.
    @param id The deal.
    """
    deal: Deal = self._deal(id)
    stage: uint256 = deal.stages_funded
    assert deal.state == OPEN or (deal.state == FUNDED and stage < len(self.stages_of[id])), "escrow: not open"
    self._check_payer(deal)
    self._check_in_time(deal.deadline)
    arrived: uint256 = claims._pull(deal.token, deal.payer, self.stages_of[id][stage].amount)
    assert arrived > 0, "escrow: nothing arrived"
    # How much there is to book is known only after the transfer; the lock of this file keeps all else out.
    held: uint256 = self._held(deal)
    self.deals[id].funded = deal.funded + arrived
    self.deals[id].stages_funded = stage + 1
    self.deals[id].state = FUNDED
    self.stages_of[id][stage].funded = arrived
    log Funded(id=id, payer=deal.payer, value=arrived, held_before=held, held_after=held + arrived)
    log StageFunded(id=id, stage=stage, value=arrived)


# Delivering and releasing


@external
def submit(id: bytes32, stage: uint256, evidence: bytes32):
    """
    @notice Says that a stage is delivered. Payee only, up to the deadline. Starts the payer's review if one was
            agreed; what was rejected may be submitted again.
    @param id The deal.
    @param stage Which stage, counted from 0.
    @param evidence Hash of what shows the delivery.
    """
    deal: Deal = self._deal(id)
    self._check_stage(id, deal, stage)
    self._check_payee(deal)
    self._check_in_time(deal.deadline)
    assert self.stages_of[id][stage].review_deadline == 0, "escrow: under review already"
    self.stages_of[id][stage].evidence = evidence
    review_deadline: uint256 = 0
    if deal.review_seconds > 0:
        review_deadline = block.timestamp + deal.review_seconds
        self.stages_of[id][stage].review_deadline = review_deadline
        # Never earlier than before: every review is as long, and began before now.
        self.deals[id].answer_deadline = review_deadline
    log Submitted(id=id, stage=stage, evidence=evidence, review_deadline=review_deadline)


@external
def reject(id: bytes32, stage: uint256, reason: bytes32):
    """
    @notice Refuses what was submitted, so that silence no longer approves it. Payer only, within the review. The
            payee then has as long as a review takes to dispute, also past the deadline.
    @param id The deal.
    @param stage Which stage, counted from 0.
    @param reason Hash of what is wrong with it.
    """
    deal: Deal = self._deal(id)
    self._check_stage(id, deal, stage)
    self._check_payer(deal)
    review_deadline: uint256 = self.stages_of[id][stage].review_deadline
    assert review_deadline != 0, "escrow: not under review"
    assert not deadlines._has_passed(review_deadline), "escrow: review is over"
    self.stages_of[id][stage].review_deadline = 0
    answer_deadline: uint256 = block.timestamp + deal.review_seconds
    self.deals[id].answer_deadline = answer_deadline
    log Rejected(id=id, stage=stage, reason=reason, answer_deadline=answer_deadline)


@external
def approve(id: bytes32, stage: uint256):
    """
    @notice Pays all that a stage holds. Payer only; not in a dispute, which covers the whole deal.
    @param id The deal.
    @param stage Which stage, counted from 0.
    """
    deal: Deal = self._deal(id)
    self._check_stage(id, deal, stage)
    self._check_payer(deal)
    self._release_stage(id, deal, stage, BY_PAYER)


@external
def approve_deemed(id: bytes32, stage: uint256):
    """
    @notice Pays a stage that was submitted and that the payer did not answer for within the review. Anyone.
    @param id The deal.
    @param stage Which stage, counted from 0.
    """
    deal: Deal = self._deal(id)
    self._check_stage(id, deal, stage)
    assert self.stages_of[id][stage].review_deadline != 0, "escrow: not under review"
    assert self._is_deemed_approved(id, stage), "escrow: review is not over"
    self._release_stage(id, deal, stage, BY_SILENCE)


@external
def release_on(id: bytes32, stage: uint256, conditions: address, question: bytes32, at_least: uint256):
    """
    @notice Binds the payer: once the fact is final and its value large enough, anyone may release the stage, and at
            the last deadline it counts as released. Payer only, once a stage. It can never take from the payee.
    @dev    The payee must itself judge who decides the fact, and whether it will be final in time.
    @param id The deal.
    @param stage Which stage, counted from 0; it need not be funded yet.
    @param conditions The contract that answers `outcome(question)`.
    @param question Whose outcome counts.
    @param at_least The smallest value that releases, such as 9900 of 10000 received, or 1 for yes.
    """
    deal: Deal = self._deal(id)
    assert deal.state in [OPEN, FUNDED], "escrow: not open"
    self._check_payer(deal)
    assert stage < len(self.stages_of[id]), "escrow: no such stage"
    assert conditions.is_contract, "escrow: not a contract"
    assert self.triggers[id][stage].conditions == empty(address), "escrow: bound already"
    self.triggers[id][stage] = Trigger(conditions=conditions, question=question, at_least=at_least)
    log TriggerSet(id=id, stage=stage, conditions=conditions, question=question, at_least=at_least)


@external
def release_met(id: bytes32, stage: uint256):
    """
    @notice Pays a stage whose fact is final and large enough. Anyone.
    @param id The deal.
    @param stage Which stage, counted from 0.
    """
    deal: Deal = self._deal(id)
    self._check_stage(id, deal, stage)
    assert self._is_met(id, stage), "escrow: condition is not met"
    self._release_stage(id, deal, stage, BY_CONDITION)


@external
def release(id: bytes32, amount: uint256):
    """
    @notice Pays the payee, from the oldest stages first. Payer only. In a dispute only the whole can be released,
            which ends it: a payer who could release in crumbs could spoil every ruling.
    @param id The deal.
    @param amount Minor units, at most what is held.
    """
    deal: Deal = self._deal(id)
    self._check_holding(deal)
    self._check_payer(deal)
    held: uint256 = self._held(deal)
    assert amount > 0, "escrow: no amount"
    assert amount <= held, "escrow: more than is held"
    assert deal.state == FUNDED or amount == held, "escrow: disputed, release all or nothing"
    left: uint256 = amount
    for stage: uint256 in range(deal.stages_funded, bound=MAX_STAGES):
        part: uint256 = min(left, self._stage_held(id, stage))
        if part > 0:
            self._take(id, stage, part, BY_PAYER)
            left -= part
    log Released(id=id, payee=deal.payee, value=amount, held_before=held, held_after=held - amount)
    self._settle(id, deal, amount, 0, deal.state == DISPUTED)


# Who gets the payee's money


@external
def agree_split(id: bytes32, legs: DynArray[Leg, MAX_LEGS]):
    """
    @notice Says how the payee's money is to be divided: fixed amounts, paid first and once, and shares of what is
            left after them and after all liens; the payee has the rest. Payer or payee; it holds as soon as both
            have said the same, and replaces what they agreed on before. Where something is assigned, the fixed
            amounts may only become less, as they are paid before it.
    @param id The deal.
    @param legs Up to 8, each with either an amount in minor units or basis points.
    """
    deal: Deal = self._deal(id)
    self._check_alive(deal)
    self._check_party(deal)
    self._check_legs(id, deal, legs)
    wanted: bytes32 = keccak256(abi_encode(legs))
    other: address = deal.payee if msg.sender == deal.payer else deal.payer
    if self.proposals[id][other] != wanted:
        self.proposals[id][msg.sender] = wanted
        log SplitProposed(id=id, by=msg.sender, legs=legs)
        return
    self.proposals[id][other] = empty(bytes32)
    self.proposals[id][msg.sender] = empty(bytes32)
    self.legs_of[id] = legs
    log SplitAgreed(id=id, legs=legs)


@external
def assign(id: bytes32, to: address, amount: uint256):
    """
    @notice Gives somebody a claim on the payee's money in this deal, after the agreed fixed amounts and earlier
            assignments, before the payee itself. Payee only; only the receiver can waive it. It is no claim on the
            payer: what goes back to the payer at the deadline or by a ruling is not the payee's.
    @param id The deal.
    @param to Who is to be paid first, such as a financier.
    @param amount Minor units, at most what the payee may still get and has not promised yet.
    """
    deal: Deal = self._deal(id)
    self._check_alive(deal)
    self._check_payee(deal)
    assert to not in [empty(address), self, deal.token, deal.payee], "escrow: not a receiver"
    assert amount > 0, "escrow: no amount"
    assert len(self.liens_of[id]) < MAX_LIENS, "escrow: too many assignments"
    before: uint256 = self._assigned(id)
    # What was promised before always fits, so the difference cannot fall below zero.
    assert amount <= self._expected(deal) - self._agreed(id) - before, "escrow: more than is left"
    self.liens_of[id].append(Lien(to=to, amount=amount, paid=0))
    log Assigned(id=id, to=to, value=amount, assigned_before=before, assigned_after=before + amount)


@external
def release_assigned(id: bytes32):
    """
    @notice Gives up what is still assigned to the caller in this deal.
    @param id The deal.
    """
    before: uint256 = self._assigned(id)
    waived: uint256 = 0
    for i: uint256 in range(len(self.liens_of[id]), bound=MAX_LIENS):
        lien: Lien = self.liens_of[id][i]
        if lien.to == msg.sender:
            waived += lien.amount - lien.paid
            self.liens_of[id][i].amount = lien.paid
    assert waived > 0, "escrow: nothing assigned"
    log Waived(id=id, to=msg.sender, value=waived, assigned_before=before, assigned_after=before - waived)


# Ending a deal otherwise


@external
def refund(id: bytes32):
    """
    @notice Gives everything held back to the payer: the payee at any time, unless it has assigned the money. After
            the last deadline the same as `exit`, for anyone.
    @param id The deal.
    """
    deal: Deal = self._deal(id)
    self._check_holding(deal)
    if deadlines._has_passed(self._last_deadline(deal)):
        self._exit(id, deal)
        return
    assert msg.sender == deal.payee, "escrow: deadline has not passed"
    assert self._assigned(id) == 0, "escrow: assigned to another"
    held: uint256 = self._held(deal)
    self._log_refund(id, deal, held)
    self._settle(id, deal, 0, held, True)


@external
def dispute(id: bytes32):
    """
    @notice Asks the arbiter to split what is held. Payer or payee, up to the deadline, or the end of a later review.
    @dev    What silence approved or a fact released is the payee's already, and has to be paid before; only a payee
            that has assigned nothing may put it to the arbiter all the same.
    @param id The deal.
    """
    deal: Deal = self._deal(id)
    assert deal.state == FUNDED, "escrow: not funded"
    self._check_party(deal)
    assert deal.arbiter != empty(address), "escrow: no arbiter"
    self._check_in_time(self._last_deadline(deal))
    held: uint256 = self._held(deal)
    assert held > 0, "escrow: holds nothing"
    # Nor may a source of the payer's that says yes here and no to a release keep the payee from its arbiter.
    waives: bool = msg.sender == deal.payee and self._assigned(id) == 0
    assert waives or self._due(id, deal) == 0, "escrow: approved and not paid yet"
    # Counted from the deadline: an early dispute must not bring the payer's refund forward.
    ruling_deadline: uint256 = self._last_deadline(deal) + RULING_SECONDS
    self.deals[id].ruling_deadline = ruling_deadline
    self.deals[id].state = DISPUTED
    log Disputed(id=id, by=msg.sender, ruling_deadline=ruling_deadline, held_before=held, held_after=held)


@external
def rule(id: bytes32, to_payee: uint256):
    """
    @notice Splits what is held and closes the deal. Arbiter only, until the ruling deadline.
    @param id The deal.
    @param to_payee What the payee gets, in minor units; the payer gets the rest.
    """
    deal: Deal = self._deal(id)
    assert deal.state == DISPUTED, "escrow: not disputed"
    assert msg.sender == deal.arbiter, "escrow: not the arbiter"
    self._check_in_time(deal.ruling_deadline)
    held: uint256 = self._held(deal)
    assert to_payee <= held, "escrow: more than is held"
    log Ruled(
        id=id,
        arbiter=deal.arbiter,
        to_payee=to_payee,
        to_payer=held - to_payee,
        held_before=held,
        held_after=0,
    )
    self._settle(id, deal, to_payee, held - to_payee, True)


@external
def settle_agreed(
    id: bytes32,
    to_payee: uint256,
    to_payer: uint256,
    expiry: uint256,
    payer_signature: Bytes[signatures.MAX_SIGNATURE],
    payee_signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice Splits what is held as both parties agreed, and closes the deal, in a dispute too. Anyone who has both
            signatures; a party that calls needs none of its own.
    @dev    Closes the deal, so a signature serves once. While something is assigned, the payee's part must cover it.
    @param id The deal.
    @param to_payee What the payee gets, in minor units.
    @param to_payer What the payer gets; with the payee's part exactly what is held.
    @param expiry Last second of the signatures.
    @param payer_signature Of Settlement(bytes32 id,uint256 to_payee,uint256 to_payer,uint256 expiry) (EIP-712).
    @param payee_signature Of the same.
    """
    deal: Deal = self._deal(id)
    self._check_holding(deal)
    held: uint256 = self._held(deal)
    assert to_payee <= held and to_payer == held - to_payee, "escrow: not what is held"
    assert not deadlines._has_passed(expiry), "escrow: signatures expired"
    digest: bytes32 = self._settlement_digest(id, to_payee, to_payer, expiry)
    assert msg.sender == deal.payer or signatures._signed_by(
        deal.payer, digest, payer_signature
    ), "escrow: not signed by the payer"
    assert msg.sender == deal.payee or signatures._signed_by(
        deal.payee, digest, payee_signature
    ), "escrow: not signed by the payee"
    assigned: uint256 = self._assigned(id)
    assert assigned == 0 or to_payee >= min(held, self._agreed(id) + assigned), "escrow: assigned to another"
    log Settled(id=id, by=msg.sender, to_payee=to_payee, to_payer=to_payer, held_before=held, held_after=0)
    self._settle(id, deal, to_payee, to_payer, True)


@external
def exit(id: bytes32):
    """
    @notice Empties a deal whose last deadline has passed to its rightful parties. Anyone. The payee gets what
            silence approved or a fact released, the payer the rest; in a dispute without a ruling the payer all.
    @dev    The last deadline is the ruling deadline of a disputed deal; of any other its deadline, or the end of a
            later review.
    @param id The deal.
    """
    deal: Deal = self._deal(id)
    assert deal.state in [OPEN, FUNDED, DISPUTED], "escrow: nothing to exit"
    assert deadlines._has_passed(self._last_deadline(deal)), "escrow: deadline has not passed"
    self._exit(id, deal)


# What anyone may know


@external
@view
def deal(id: bytes32) -> Deal:
    """
    @notice Everything about a deal but its stages, legs and liens.
    @param id The deal.
    @return Its record; state 0 unknown, 1 open, 2 funded, 3 disputed, 4 closed.
    """
    return self._deal(id)


@external
@view
def stages(id: bytes32) -> DynArray[Stage, MAX_STAGES]:
    """
    @notice The stages of a deal.
    @param id The deal.
    @return In order; of a closed deal, as they were when it closed.
    """
    return self.stages_of[id]


@external
@view
def trigger(id: bytes32, stage: uint256) -> Trigger:
    """
    @notice The fact that releases a stage.
    @param id The deal.
    @param stage Which stage, counted from 0.
    @return Whose outcome and how much of it; zeros where there is none.
    """
    return self.triggers[id][stage]


@external
@view
def legs(id: bytes32) -> DynArray[Leg, MAX_LEGS]:
    """
    @notice How both parties agreed to divide the payee's money.
    @param id The deal.
    @return Fixed amounts still due, and shares of what is left after liens.
    """
    return self.legs_of[id]


@external
@view
def liens(id: bytes32) -> DynArray[Lien, MAX_LIENS]:
    """
    @notice What the payee assigned, in the order of payment.
    @param id The deal.
    @return Each with what was assigned and what of it is paid.
    """
    return self.liens_of[id]


@external
@view
def proceeds(id: bytes32, assignee: address) -> (address, address, uint256, uint256):
    """
    @notice Of a deal and an assignee: whose money was assigned, in which token, how much of it and how much of that
            was paid so far (a claim where the token refused it). What was given up counts only as far as it was paid,
            and so does all of it once the deal is closed or its last deadline has passed.
            Whether the rest comes depends on what the payee gets and on what ranks before: see `legs` and `liens`.
    @param id The deal.
    @param assignee To whom.
    @return Payee, token, assigned, paid.
    """
    deal: Deal = self._deal(id)
    # A lender must not be made to pay out on money that has gone back, or that anyone may send back.
    over: bool = deal.state == CLOSED or deadlines._has_passed(self._last_deadline(deal))
    amount: uint256 = 0
    paid: uint256 = 0
    for lien: Lien in self.liens_of[id]:
        if lien.to == assignee:
            amount += lien.paid if over else lien.amount
            paid += lien.paid
    return (deal.payee, deal.token, amount, paid)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a deal holds now.
    @param id The deal.
    @return Minor units.
    """
    return self._held(self._deal(id))


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the deal.
    @param id The deal.
    @return Seconds since 1970; zero for an unknown deal.
    """
    return self._last_deadline(self._deal(id))


@external
@view
def settlement_digest(id: bytes32, to_payee: uint256, to_payer: uint256, expiry: uint256) -> bytes32:
    """
    @notice What both parties sign for `settle_agreed`.
    @param id The deal.
    @param to_payee What the payee gets, in minor units.
    @param to_payer What the payer gets.
    @param expiry Last second of the signatures.
    @return The EIP-712 digest.
    """
    return self._settlement_digest(id, to_payee, to_payer, expiry)


@internal
def _open(
    payee: address,
    arbiter: address,
    token: address,
    amounts: DynArray[uint256, MAX_STAGES],
    deadline: uint256,
    review_seconds: uint256,
    terms_hash: bytes32,
) -> bytes32:
    assert payee not in [empty(address), msg.sender, self, token], "escrow: not a payee"
    assert arbiter not in [payee, msg.sender], "escrow: arbiter is a party"
    assert token.is_contract and token != self, "escrow: not a token"
    deadlines._check_ahead(deadline)
    id: bytes32 = ids._take_id(msg.sender)
    total: uint256 = 0
    for amount: uint256 in amounts:
        assert amount > 0, "escrow: no amount"
        # So that shares of it can always be worked out.
        assert amount <= split.MAX_AMOUNT - total, "escrow: amount out of range"
        total += amount
        self.stages_of[id].append(
            Stage(amount=amount, funded=0, released=0, evidence=empty(bytes32), review_deadline=0)
        )
    # Field by field, as writing zeros costs too.
    self.deals[id].payer = msg.sender
    self.deals[id].payee = payee
    self.deals[id].arbiter = arbiter
    self.deals[id].token = token
    self.deals[id].amount = total
    self.deals[id].deadline = deadline
    if review_seconds > 0:
        self.deals[id].review_seconds = review_seconds
    self.deals[id].terms_hash = terms_hash
    self.deals[id].state = OPEN
    log Opened(
        id=id,
        payer=msg.sender,
        payee=payee,
        arbiter=arbiter,
        token=token,
        amount=total,
        deadline=deadline,
        terms_hash=terms_hash,
    )
    return id


@internal
def _release_stage(id: bytes32, deal: Deal, stage: uint256, why: uint8):
    amount: uint256 = self._stage_held(id, stage)
    held: uint256 = self._held(deal)
    self._take(id, stage, amount, why)
    log Released(id=id, payee=deal.payee, value=amount, held_before=held, held_after=held - amount)
    self._settle(id, deal, amount, 0, False)


@internal
def _take(id: bytes32, stage: uint256, amount: uint256, why: uint8):
    self.stages_of[id][stage].released += amount
    log StageReleased(id=id, stage=stage, why=why, value=amount)


@internal
def _exit(id: bytes32, deal: Deal):
    held: uint256 = self._held(deal)
    due: uint256 = 0
    if deal.state == FUNDED:
        due = self._due(id, deal)
    if due > 0:
        log Released(id=id, payee=deal.payee, value=due, held_before=held, held_after=held - due)
    self._log_refund(id, deal, held - due)
    self._settle(id, deal, due, held - due, True)


@internal
def _log_refund(id: bytes32, deal: Deal, held: uint256):
    # A refund is always of all that is left.
    if held > 0:
        log Refunded(id=id, payer=deal.payer, value=held, held_before=held, held_after=0)


@internal
def _settle(id: bytes32, deal: Deal, to_payee: uint256, to_payer: uint256, ends: bool):
    # All books are closed before any money moves.
    held: uint256 = self._held(deal)
    self.deals[id].paid = deal.paid + to_payee
    self.deals[id].refunded = deal.refunded + to_payer
    if ends or (to_payee + to_payer == held and deal.stages_funded == len(self.stages_of[id])):
        self.deals[id].state = CLOSED
        log Closed(id=id, by=msg.sender, held_before=held, held_after=0)
    payments: DynArray[Payment, MAX_PAYMENTS] = self._divide(id, deal.payee, to_payee)
    for payment: Payment in payments:
        claims._pay(id, deal.token, payment.to, payment.amount)
    claims._pay(id, deal.token, deal.payer, to_payer)


@internal
def _divide(id: bytes32, payee: address, amount: uint256) -> DynArray[Payment, MAX_PAYMENTS]:
    """
    @dev Books who gets the payee's money: agreed amounts, liens, shares, the payee. The payments add up to `amount`.
    """
    payments: DynArray[Payment, MAX_PAYMENTS] = []
    left: uint256 = amount
    legs: DynArray[Leg, MAX_LEGS] = self.legs_of[id]
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        part: uint256 = min(left, legs[i].amount)
        if part > 0:
            self.legs_of[id][i].amount = legs[i].amount - part
            left -= part
            payments.append(Payment(to=legs[i].to, amount=part))
            log LegPaid(id=id, to=legs[i].to, rank=AGREED, value=part)
    for i: uint256 in range(len(self.liens_of[id]), bound=MAX_LIENS):
        lien: Lien = self.liens_of[id][i]
        part: uint256 = min(left, lien.amount - lien.paid)
        if part > 0:
            self.liens_of[id][i].paid = lien.paid + part
            left -= part
            payments.append(Payment(to=lien.to, amount=part))
            log LegPaid(id=id, to=lien.to, rank=ASSIGNED, value=part)
    weights: DynArray[uint256, split.MAX_LEGS] = [split.BASIS_POINTS]
    for leg: Leg in legs:
        weights[0] -= leg.basis_points
        weights.append(leg.basis_points)
    shares: DynArray[uint256, split.MAX_LEGS] = split._split(left, weights)
    for i: uint256 in range(len(legs), bound=MAX_LEGS):
        part: uint256 = shares[i + 1]
        if part > 0:
            payments.append(Payment(to=legs[i].to, amount=part))
            log LegPaid(id=id, to=legs[i].to, rank=SHARED, value=part)
    payments.append(Payment(to=payee, amount=shares[0]))
    return payments


@internal
@view
def _deal(id: bytes32) -> Deal:
    # In one place: reading it anew in each function would double the size of this contract.
    return self.deals[id]


@internal
@view
def _check_legs(id: bytes32, deal: Deal, legs: DynArray[Leg, MAX_LEGS]):
    fixed: uint256 = 0
    shared: uint256 = 0
    for leg: Leg in legs:
        assert leg.to not in [empty(address), self, deal.token], "escrow: not a receiver"
        assert (leg.amount == 0) != (leg.basis_points == 0), "escrow: either amount or share"
        assert leg.amount <= self._expected(deal) - fixed, "escrow: more than is left"
        assert leg.basis_points <= split.BASIS_POINTS - shared, "escrow: shares over the whole"
        fixed += leg.amount
        shared += leg.basis_points
    assigned: uint256 = self._assigned(id)
    assert assigned == 0 or fixed <= self._agreed(id), "escrow: assigned to another"


@internal
@view
def _check_payer(deal: Deal):
    assert msg.sender == deal.payer, "escrow: not the payer"


@internal
@view
def _check_payee(deal: Deal):
    assert msg.sender == deal.payee, "escrow: not the payee"


@internal
@view
def _check_party(deal: Deal):
    assert msg.sender in [deal.payer, deal.payee], "escrow: not a party"


@internal
@view
def _check_in_time(deadline: uint256):
    assert not deadlines._has_passed(deadline), "escrow: deadline has passed"


@internal
@view
def _check_stage(id: bytes32, deal: Deal, stage: uint256):
    assert deal.state == FUNDED, "escrow: not funded"
    assert stage < deal.stages_funded, "escrow: stage not funded"
    assert self._stage_held(id, stage) > 0, "escrow: stage holds nothing"


@internal
@pure
def _check_holding(deal: Deal):
    assert deal.state in [FUNDED, DISPUTED], "escrow: holds nothing"


@internal
@pure
def _check_alive(deal: Deal):
    assert deal.state in [OPEN, FUNDED, DISPUTED], "escrow: not a live deal"


@internal
@view
def _due(id: bytes32, deal: Deal) -> uint256:
    """
    @dev What is the payee's already, of what the stages hold.
    """
    due: uint256 = 0
    for stage: uint256 in range(deal.stages_funded, bound=MAX_STAGES):
        if self._is_deemed_approved(id, stage) or self._is_met(id, stage):
            due += self._stage_held(id, stage)
    return due


@internal
@view
def _is_deemed_approved(id: bytes32, stage: uint256) -> bool:
    review_deadline: uint256 = self.stages_of[id][stage].review_deadline
    return review_deadline != 0 and deadlines._has_passed(review_deadline)


@internal
@view
def _is_met(id: bytes32, stage: uint256) -> bool:
    """
    @dev A source that does not answer in form has not decided: nobody can hold up a deal by it.
    """
    trigger: Trigger = self.triggers[id][stage]
    if trigger.conditions == empty(address):
        return False
    answered: bool = False
    answer: Bytes[64] = b""
    answered, answer = raw_call(
        trigger.conditions,
        abi_encode(trigger.question, method_id=method_id("outcome(bytes32)")),
        max_outsize=64,
        gas=CONDITION_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not answered or len(answer) != 64:
        return False
    return extract32(answer, 0, output_type=uint256) == 1 and extract32(
        answer, 32, output_type=uint256
    ) >= trigger.at_least


@internal
@view
def _stage_held(id: bytes32, stage: uint256) -> uint256:
    return self.stages_of[id][stage].funded - self.stages_of[id][stage].released


@internal
@view
def _agreed(id: bytes32) -> uint256:
    total: uint256 = 0
    for leg: Leg in self.legs_of[id]:
        total += leg.amount
    return total


@internal
@view
def _assigned(id: bytes32) -> uint256:
    total: uint256 = 0
    for lien: Lien in self.liens_of[id]:
        total += lien.amount - lien.paid
    return total


@internal
@view
def _settlement_digest(id: bytes32, to_payee: uint256, to_payer: uint256, expiry: uint256) -> bytes32:
    message: bytes32 = keccak256(abi_encode(SETTLEMENT_TYPE, id, to_payee, to_payer, expiry))
    return signatures._digest(signatures._domain(NAME, VERSION), message)


@internal
@pure
def _expected(deal: Deal) -> uint256:
    """
    @dev The most that the payee may still get.
    """
    return deal.amount - deal.paid - deal.refunded


@internal
@pure
def _held(deal: Deal) -> uint256:
    return deal.funded - deal.paid - deal.refunded


@internal
@pure
def _last_deadline(deal: Deal) -> uint256:
    if deal.state == DISPUTED:
        return deal.ruling_deadline
    return max(deal.deadline, deal.answer_deadline)
