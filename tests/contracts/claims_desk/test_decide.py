"""From a filed claim to what is due: assessors, appeals, silence and facts."""

from typing import Any

import pytest

from tests.contracts.claims_desk.setting import (
    AFTER_ALL,
    ALICE,
    APPEALED,
    ASSESSOR,
    BOB,
    CLOSED,
    COVER,
    DECIDE,
    DECIDED,
    DUE,
    EVIDENCE,
    FILED,
    INSURER,
    NOBODY,
    SECOND,
    STRANGER,
    UNKNOWN,
    World,
    facts,
    odd_source,
)
from tests.contracts.placed import GAS, now, wait

RAIN = b"\6" * 32


def words(*values: int) -> bytes:
    return b"".join(value.to_bytes(32, "big") for value in values)


def test_a_filed_claim_is_recorded_and_logged(world: World) -> None:
    policy = world.policy(world.pool())
    for caller in (INSURER, BOB):
        world.refused("claims_desk: not the holder", "file", policy, 1, EVIDENCE, sender=caller)
    world.refused("claims_desk: no amount", "file", policy, 0, EVIDENCE, sender=ALICE)
    world.refused("claims_desk: out of range", "file", policy, 2**128 + 1, EVIDENCE, sender=ALICE)
    world.refused("claims_desk: no evidence", "file", policy, 1, bytes(32), sender=ALICE)
    world.refused("claims_desk: not live", "file", UNKNOWN, 1, EVIDENCE, sender=ALICE)
    outcome = world.desk.attempt("file", policy, 300, EVIDENCE, sender=ALICE)
    deadline = now() + DECIDE
    assert outcome.event("ClaimFiled").arguments == {
        "id": outcome.result,
        "policy": policy,
        "holder": ALICE,
        "loss": 300,
        "evidence": EVIDENCE,
        "deadline": deadline,
    }
    assert world.desk.read("claim_of", outcome.result) == {
        "policy": policy,
        "loss": 300,
        "evidence": EVIDENCE,
        "accepted": 0,
        "due": 0,
        "paid": 0,
        "round": 0,
        "deadline": deadline,
        "state": FILED,
    }
    assert world.desk.read("held", outcome.result) == 0


def test_four_claims_at_most_are_open(world: World) -> None:
    policy = world.policy(world.pool())
    claims = [world.filed(policy, 1) for _ in range(4)]
    world.refused("claims_desk: claims are open", "file", policy, 1, EVIDENCE, sender=ALICE)
    world.desk.do("decide", claims[0], 1, sender=ASSESSOR)
    world.filed(policy, 1)


@pytest.mark.parametrize(
    ("loss", "copay_bps", "deductible", "paid"),
    [
        (300, 0, 0, 300),
        (300, 2_000, 0, 240),
        (300, 2_000, 100, 160),
        (100, 0, 100, 0),
        (101, 0, 100, 1),
        (99, 0, 100, 0),
        (3_000, 0, 0, COVER),
        (300, 10_000, 0, 0),
        # 30 % of 101 is 30.3 and of 105 is 31.5, which rounds up.
        (101, 3_000, 0, 71),
        (105, 3_000, 0, 73),
    ],
)
def test_what_is_due_is_the_loss_less_deductible_and_copayment_up_to_the_cover(
    world: World, loss: int, copay_bps: int, deductible: int, paid: int
) -> None:
    pool = world.pool()
    policy = world.policy(pool, copay_bps=copay_bps, deductible=deductible)
    assert world.desk.read("benefit", policy, loss) == paid
    claim = world.filed(policy, loss)
    outcome = world.desk.attempt("decide", claim, loss, sender=ASSESSOR)
    assert outcome.event("ClaimDecided").arguments == {
        "id": claim,
        "by": ASSESSOR,
        "accepted": loss,
        "final": True,
        "deadline": now() + DECIDE,
    }
    record = world.desk.read("pool_of", pool)
    assert (record["reserved"], record["owed"]) == (COVER - paid, paid)
    assert world.desk.read("policy_of", policy)["used"] == paid
    if paid:
        assert outcome.event("ClaimDue").arguments == {"id": claim, "pool": pool, "due": paid, "round": 0}
        assert (world.state(claim), record["open_claims"]) == (DUE, 1)
    else:
        assert outcome.event("ClaimClosed").arguments == {"id": claim, "paid": 0}
        assert (world.state(claim), record["open_claims"]) == (CLOSED, 0)


def test_a_cover_is_used_up(world: World) -> None:
    policy = world.policy(world.pool())
    first, second = world.filed(policy, COVER - 1), world.filed(policy, COVER)
    world.desk.do("decide", first, COVER - 1, sender=ASSESSOR)
    third = world.filed(policy, 5)
    world.desk.do("decide", second, COVER, sender=ASSESSOR)
    assert world.desk.read("claim_of", second)["due"] == 1
    world.refused("claims_desk: cover is used up", "file", policy, 1, EVIDENCE, sender=ALICE)
    world.desk.do("decide", third, 5, sender=ASSESSOR)
    assert world.state(third) == CLOSED


def test_only_the_first_assessor_decides_first(world: World) -> None:
    claim = world.filed(world.policy(world.pool()), 300)
    for caller in (INSURER, ALICE, SECOND, STRANGER):
        world.refused("claims_desk: not the assessor", "decide", claim, 1, sender=caller)
    world.refused("claims_desk: more than the loss", "decide", claim, 301, sender=ASSESSOR)
    world.refused("claims_desk: nothing to decide", "decide", UNKNOWN, 0, sender=ASSESSOR)
    wait(DECIDE)
    decided = world.desk.attempt("decide", claim, 299, sender=ASSESSOR).event("ClaimDecided")
    assert (decided["accepted"], decided["final"], decided["deadline"]) == (299, False, now() + DECIDE)
    assert world.state(claim) == DECIDED
    world.refused("claims_desk: nothing to decide", "decide", claim, 299, sender=ASSESSOR)


def test_a_holder_agrees_or_the_decision_stands_when_nobody_appealed(world: World) -> None:
    policy = world.policy(world.pool())
    agreed, stood = world.filed(policy, 300), world.filed(policy, 300)
    world.refused("claims_desk: not decided", "agree", agreed, sender=ALICE)
    world.refused("claims_desk: not decided", "appeal", agreed, sender=ALICE)
    for claim in (agreed, stood):
        world.desk.do("decide", claim, 100, sender=ASSESSOR)
    for caller in (INSURER, ASSESSOR, STRANGER):
        world.refused("claims_desk: not the holder", "agree", agreed, sender=caller)
        world.refused("claims_desk: not the holder", "appeal", agreed, sender=caller)
    world.desk.do("agree", agreed, sender=ALICE)
    assert world.desk.read("claim_of", agreed)["due"] == 100
    wait(2 * DECIDE)
    world.refused("claims_desk: deadline has not passed", "lapse", stood)
    wait(1)
    world.refused("claims_desk: deadline has passed", "appeal", stood, sender=ALICE)
    lapsed = world.desk.attempt("lapse", stood, sender=STRANGER).event("ClaimDecided")
    assert (lapsed["by"], lapsed["accepted"], lapsed["final"]) == (NOBODY, 100, True)
    assert world.desk.read("claim_of", stood)["due"] == 100
    world.refused("claims_desk: nothing to decide", "lapse", stood)


def test_the_second_assessor_decides_an_appeal_finally(world: World) -> None:
    policy = world.policy(world.pool())
    claim = world.filed(policy, 300)
    filed_at = now()
    world.desk.do("decide", claim, 0, sender=ASSESSOR)
    wait(2 * DECIDE)
    appealed = world.desk.attempt("appeal", claim, sender=ALICE).event("ClaimAppealed")
    assert appealed.arguments == {"id": claim, "holder": ALICE, "deadline": filed_at + 3 * DECIDE}
    assert world.state(claim) == APPEALED
    world.refused("claims_desk: not the second assessor", "decide", claim, 1, sender=ASSESSOR)
    world.refused("claims_desk: deadline has not passed", "lapse", claim)
    wait(DECIDE)
    decided = world.desk.attempt("decide", claim, 120, sender=SECOND).event("ClaimDecided")
    assert (decided["by"], decided["accepted"], decided["final"]) == (SECOND, 120, True)
    assert (world.state(claim), world.desk.read("claim_of", claim)["due"]) == (DUE, 120)


@pytest.mark.parametrize(("default_pays", "due"), [(True, 300), (False, 100)])
def test_an_appeal_met_with_silence_ends_by_the_default(world: World, default_pays: bool, due: int) -> None:
    claim = world.filed(world.policy(world.pool(default_pays=default_pays)), 300)
    world.desk.do("decide", claim, 100, sender=ASSESSOR)
    world.desk.do("appeal", claim, sender=ALICE)
    wait(3 * DECIDE)
    world.refused("claims_desk: deadline has not passed", "lapse", claim)
    wait(1)
    world.refused("claims_desk: deadline has passed", "decide", claim, 1, sender=SECOND)
    world.desk.do("lapse", claim)
    assert world.desk.read("claim_of", claim)["due"] == due


def test_a_silent_first_assessor_loses_its_turn_to_the_second(world: World) -> None:
    claim = world.filed(world.policy(world.pool()), 300)
    wait(DECIDE + 1)
    world.refused("claims_desk: not the second assessor", "decide", claim, 300, sender=ASSESSOR)
    wait(DECIDE - 1)
    world.refused("claims_desk: deadline has not passed", "lapse", claim)
    world.desk.do("decide", claim, 200, sender=SECOND)
    assert world.desk.read("claim_of", claim)["due"] == 200


@pytest.mark.parametrize(("default_pays", "state"), [(True, DUE), (False, CLOSED)])
def test_a_claim_that_nobody_decided_ends_by_the_default(world: World, default_pays: bool, state: int) -> None:
    claim = world.filed(world.policy(world.pool(default_pays=default_pays)), 300)
    wait(2 * DECIDE + 1)
    world.refused("claims_desk: deadline has passed", "decide", claim, 1, sender=SECOND)
    world.desk.do("lapse", claim)
    assert world.state(claim) == state


@pytest.mark.parametrize(("outcome", "state", "accepted"), [(1, DUE, 300), (0, CLOSED, 0), (2, CLOSED, 0)])
def test_a_policy_that_rests_on_a_fact_is_decided_by_it(world: World, outcome: int, state: int, accepted: int) -> None:
    known = facts()
    claim = world.filed(world.policy(world.pool(), conditions=known.address, condition=RAIN), 300)
    world.refused("claims_desk: rests on a fact", "decide", claim, 300, sender=ASSESSOR)
    world.refused("claims_desk: fact is not final", "decide_by_fact", claim)
    known.do("set", RAIN, outcome)
    decided = world.desk.attempt("decide_by_fact", claim, sender=STRANGER).event("ClaimDecided")
    assert (decided["by"], decided["accepted"], decided["final"]) == (known.address, accepted, True)
    assert world.state(claim) == state
    world.refused("claims_desk: nothing to decide", "decide_by_fact", claim)


def test_a_fact_that_never_comes_leaves_the_claim_to_the_second_assessor(world: World) -> None:
    known = facts()
    policy = world.policy(world.pool(), conditions=known.address, condition=UNKNOWN)
    claim = world.filed(policy, 300)
    wait(DECIDE + 1)
    world.desk.do("decide", claim, 300, sender=SECOND)
    assert world.state(claim) == DUE
    plain = world.filed(world.policy(world.pool()), 300)
    world.refused("claims_desk: rests on no fact", "decide_by_fact", plain)


def on_a_fact(world: World, source: bytes, **changes: Any) -> bytes:
    """A claim of 300 that is decided by whether it rained."""
    return world.filed(world.policy(world.pool(**changes), conditions=source, condition=RAIN), 300)


@pytest.mark.parametrize("default_pays", [True, False])
@pytest.mark.parametrize(("outcome", "accepted"), [(1, 300), (0, 0), (2, 0)])
@pytest.mark.parametrize(("name", "after"), [("lapse", 2 * DECIDE + 1), ("exit", AFTER_ALL)])
def test_a_final_fact_decides_though_nobody_brought_it_in_time(
    world: World, default_pays: bool, outcome: int, accepted: int, name: str, after: int
) -> None:
    known = facts()
    claim = on_a_fact(world, known.address, default_pays=default_pays)
    known.do("set", RAIN, outcome)
    wait(after)
    decided = world.desk.attempt(name, claim, sender=STRANGER).event("ClaimDecided")
    assert (decided["by"], decided["accepted"], decided["final"]) == (known.address, accepted, True)
    assert world.desk.read("claim_of", claim)["accepted"] == accepted


@pytest.mark.parametrize("outcome", [0, 1, 2])
def test_the_second_assessor_does_not_overrule_a_final_fact(world: World, outcome: int) -> None:
    known = facts()
    claim = on_a_fact(world, known.address)
    known.do("set", RAIN, outcome)
    wait(DECIDE + 1)
    for accepted in (0, 300):
        world.refused("claims_desk: rests on a fact", "decide", claim, accepted, sender=SECOND)
    world.desk.do("decide_by_fact", claim)
    assert world.desk.read("claim_of", claim)["accepted"] == (300 if outcome == 1 else 0)


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (words(1, 1), True),
        (words(0, 1), False),
        (words(2, 1), False),
        (words(1, 1)[:63], False),
        (b"", False),
    ],
)
def test_only_a_full_answer_is_a_fact(world: World, answer: bytes, final: bool) -> None:
    source = odd_source(answer)
    claim = on_a_fact(world, source.address)
    if not final:
        world.refused("claims_desk: fact is not final", "decide_by_fact", claim)
    wait(2 * DECIDE + 1)
    world.desk.do("lapse", claim)
    assert world.state(claim) == (DUE if final else CLOSED)


@pytest.mark.parametrize("fault", ["set_reverts", "set_burns_gas"])
@pytest.mark.parametrize(("name", "after"), [("lapse", 2 * DECIDE + 1), ("exit", AFTER_ALL), ("decide", DECIDE + 1)])
def test_a_broken_source_holds_no_claim_up(world: World, fault: str, name: str, after: int) -> None:
    source = odd_source(words(1, 1))
    source.do(fault, True)
    claim = on_a_fact(world, source.address)
    wait(after)
    arguments = (claim, 0) if name == "decide" else (claim,)
    outcome = world.desk.attempt(name, *arguments, sender=SECOND)
    assert outcome.accepted and outcome.gas < GAS // 10
    assert world.state(claim) == CLOSED


def test_too_little_gas_for_the_question_decides_nothing(world: World) -> None:
    """Else whoever ends the stage could have the fact overlooked."""
    known = facts()
    claim = on_a_fact(world, known.address)
    known.do("set", RAIN, 1)
    wait(2 * DECIDE + 1)
    for gas in range(25_000, 400_000, 500):
        if world.desk.attempt("lapse", claim, sender=INSURER, gas=gas).accepted:
            break
    assert world.desk.read("claim_of", claim)["accepted"] == 300
