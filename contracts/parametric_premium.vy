# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Cover that a fact decides: late flights, dry summers, strong winds
@license Apache-2.0
@notice An insurer offers a holder cover for a premium and puts the whole cover aside with the offer. Once the holder
        has paid the premium, the cover is paid if the fact that attestors decide is final with a value of at least
        the threshold, and goes back if it is final with less. Nobody files or judges a claim. The premium is the
        insurer's either way.
        Who disappears: attestors, and the question's own default decides when it expires; a source of facts that
        never answers, and thirty days after its deadline both have back what they paid in; a holder that does not
        pay in time, and the cover goes back. Anyone can settle. No role can take anything out for itself.
@dev    Truths that hold after every transaction, for each cover: while it is live, all of cover and premium is held,
        and when it is closed nothing is; liabilities(token) = sum of held + sum of claims <= the token's balance of
        this contract. The fact must not be decided yet when the premium is paid.
"""

from .interfaces import IConditions
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

struct Cover:
    insurer: address
    holder: address
    token: address
    premium: uint256
    amount: uint256
    conditions: address
    question: bytes32
    at_least: uint256
    # Last second to pay the premium.
    pay_deadline: uint256
    # Last second for the fact to become final.
    fact_deadline: uint256
    held: uint256
    terms_hash: bytes32
    state: uint8

OFFERED: constant(uint8) = 1
LIVE: constant(uint8) = 2
CLOSED: constant(uint8) = 3

# How a cover ended.
WITHDRAWN: constant(uint8) = 1
PAID_OUT: constant(uint8) = 2
NOT_MET: constant(uint8) = 3
NO_ANSWER: constant(uint8) = 4

GRACE_SECONDS: constant(uint256) = 30 * deadlines.DAY_SECONDS
# More than any source of facts needs. A caller who gives so little gas that the question fails keeps a 64th of it,
# too little to finish: everything reverts.
CONDITION_GAS: constant(uint256) = 200_000

covers: HashMap[bytes32, Cover]

event Offered:
    id: indexed(bytes32)
    insurer: indexed(address)
    holder: indexed(address)
    token: address
    premium: uint256
    conditions: address
    question: bytes32
    at_least: uint256
    pay_deadline: uint256
    fact_deadline: uint256
    terms_hash: bytes32
    held_before: uint256
    held_after: uint256

event Bought:
    id: indexed(bytes32)
    holder: indexed(address)
    held_before: uint256
    held_after: uint256

event Settled:
    id: indexed(bytes32)
    by: indexed(address)
    how: uint8
    to_holder: uint256
    to_insurer: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def offer(
    holder: address,
    token: address,
    premium: uint256,
    amount: uint256,
    conditions: address,
    question: bytes32,
    at_least: uint256,
    pay_deadline: uint256,
    terms_hash: bytes32,
) -> bytes32:
    """
    @notice Offers cover with the caller as insurer, and puts all of it aside from an allowance.
    @param holder Who is covered.
    @param token The ERC-20 token; one that takes a fee is refused.
    @param premium What the holder pays.
    @param amount What the holder gets if the fact says so.
    @param conditions The contract that decides the fact.
    @param question Which fact; it must be prepared already.
    @param at_least The smallest value for which the cover is paid.
    @param pay_deadline Last second to pay the premium, not after the fact's own deadline.
    @param terms_hash Hash of the policy in words.
    @return The cover's id.
    """
    assert holder not in [empty(address), self, msg.sender], "parametric_premium: not a holder"
    assert token.is_contract and token != self, "parametric_premium: not a token"
    assert premium > 0 and amount > 0, "parametric_premium: no amount"
    assert max(premium, amount) <= split.MAX_AMOUNT, "parametric_premium: out of range"
    assert conditions.is_contract, "parametric_premium: not a source"
    fact_deadline: uint256 = staticcall IConditions(conditions).last_deadline(question)
    deadlines._check_ahead(fact_deadline)
    deadlines._check_ahead(pay_deadline)
    assert pay_deadline <= fact_deadline, "parametric_premium: paid after fact"
    id: bytes32 = ids._take_id(msg.sender)
    self.covers[id] = Cover(
        insurer=msg.sender,
        holder=holder,
        token=token,
        premium=premium,
        amount=amount,
        conditions=conditions,
        question=question,
        at_least=at_least,
        pay_deadline=pay_deadline,
        fact_deadline=fact_deadline,
        held=amount,
        terms_hash=terms_hash,
        state=OFFERED,
    )
    log Offered(
        id=id,
        insurer=msg.sender,
        holder=holder,
        token=token,
        premium=premium,
        conditions=conditions,
        question=question,
        at_least=at_least,
        pay_deadline=pay_deadline,
        fact_deadline=fact_deadline,
        terms_hash=terms_hash,
        held_before=0,
        held_after=amount,
    )
    claims._pull_exactly(token, msg.sender, amount)
    return id


@external
def buy(id: bytes32):
    """
    @notice Pays the premium: from now on the fact decides. Holder only, up to the deadline, before it is decided.
    @param id The cover.
    """
    cover: Cover = self.covers[id]
    assert cover.state == OFFERED, "parametric_premium: not offered"
    assert msg.sender == cover.holder, "parametric_premium: not the holder"
    assert not deadlines._has_passed(cover.pay_deadline), "parametric_premium: too late to pay"
    final: bool = False
    value: uint256 = 0
    final, value = self._outcome(cover)
    assert not final, "parametric_premium: decided already"
    self.covers[id].state = LIVE
    self.covers[id].held = cover.amount + cover.premium
    log Bought(id=id, holder=msg.sender, held_before=cover.amount, held_after=cover.amount + cover.premium)
    claims._pull_exactly(cover.token, msg.sender, cover.premium)


@external
def withdraw(id: bytes32):
    """
    @notice Takes an offer back. Insurer only, before the premium is paid.
    @param id The cover.
    """
    cover: Cover = self.covers[id]
    assert cover.state == OFFERED, "parametric_premium: not offered"
    assert msg.sender == cover.insurer, "parametric_premium: not the insurer"
    self._settle(id, cover, WITHDRAWN, 0)


@external
def settle(id: bytes32):
    """
    @notice Pays as the fact says. Anyone, once it is final.
    @param id The cover.
    """
    cover: Cover = self.covers[id]
    assert cover.state == LIVE, "parametric_premium: not live"
    assert self._settle_by_fact(id, cover), "parametric_premium: not decided yet"


@external
def exit(id: bytes32):
    """
    @notice Ends a cover after its last deadline: an offer goes back to the insurer; live cover is paid as the fact
            says, or, if its source does not answer even now, both have back what they paid in. Anyone.
    @param id The cover.
    """
    cover: Cover = self.covers[id]
    assert cover.state in [OFFERED, LIVE], "parametric_premium: nothing held"
    assert deadlines._has_passed(self._last_deadline(cover)), "parametric_premium: not over"
    if cover.state == OFFERED:
        self._settle(id, cover, WITHDRAWN, 0)
    elif not self._settle_by_fact(id, cover):
        self._settle(id, cover, NO_ANSWER, cover.premium)


@external
@view
def cover(id: bytes32) -> Cover:
    """
    @notice Everything about a cover.
    @param id The cover.
    @return Its record; state 0 unknown, 1 offered, 2 live, 3 closed.
    """
    return self.covers[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is held for a cover.
    @param id The cover.
    @return Minor units.
    """
    return self.covers[id].held


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may end the cover, whatever its source of facts does.
    @param id The cover.
    @return Seconds since 1970; zero for an unknown cover.
    """
    return self._last_deadline(self.covers[id]) if self.covers[id].state != 0 else 0


@internal
def _settle_by_fact(id: bytes32, cover: Cover) -> bool:
    final: bool = False
    value: uint256 = 0
    final, value = self._outcome(cover)
    if not final:
        return False
    if value >= cover.at_least:
        self._settle(id, cover, PAID_OUT, cover.amount)
    else:
        self._settle(id, cover, NOT_MET, 0)
    return True


@internal
def _settle(id: bytes32, cover: Cover, how: uint8, to_holder: uint256):
    self.covers[id].state = CLOSED
    self.covers[id].held = 0
    to_insurer: uint256 = cover.held - to_holder
    log Settled(
        id=id,
        by=msg.sender,
        how=how,
        to_holder=to_holder,
        to_insurer=to_insurer,
        held_before=cover.held,
        held_after=0,
    )
    claims._pay(id, cover.token, cover.holder, to_holder)
    claims._pay(id, cover.token, cover.insurer, to_insurer)


@internal
@view
def _outcome(cover: Cover) -> (bool, uint256):
    """
    @dev A source that does not answer in form has not decided: nobody can hold money up by it.
    """
    answered: bool = False
    answer: Bytes[64] = b""
    answered, answer = raw_call(
        cover.conditions,
        abi_encode(cover.question, method_id=method_id("outcome(bytes32)")),
        max_outsize=64,
        gas=CONDITION_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not answered or len(answer) != 64 or extract32(answer, 0, output_type=uint256) != 1:
        return False, 0
    return True, extract32(answer, 32, output_type=uint256)


@internal
@pure
def _last_deadline(cover: Cover) -> uint256:
    return cover.pay_deadline if cover.state == OFFERED else cover.fact_deadline + GRACE_SECONDS
