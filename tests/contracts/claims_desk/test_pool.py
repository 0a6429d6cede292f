"""Pools and policies: who pays in, what is reserved, and what the insurer can take out."""

from typing import Any

import pytest

from tests.contracts.claims_desk.setting import (
    ALICE,
    ASSESSOR,
    BOB,
    COVER,
    DAY,
    DECIDE,
    ENDED,
    EVIDENCE,
    INSURER,
    LIVE,
    NOBODY,
    OFFERED,
    PREMIUM,
    ROUND,
    SECOND,
    STRANGER,
    TEN_YEARS,
    TERM,
    UNKNOWN,
    WEALTH,
    World,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

SELF = b"\xe5" * 20


def test_an_opened_pool_is_recorded_and_logged(world: World) -> None:
    terms, foretold = world.pool_terms(default_pays=True), world.desk.read("next_id", INSURER)
    outcome = world.desk.attempt("open_pool", *terms.values(), sender=INSURER)
    assert outcome.result == foretold
    assert outcome.event("PoolOpened").arguments == {"id": foretold, "insurer": INSURER, **terms}
    record = world.desk.read("pool_of", foretold)
    assert record == {
        "insurer": INSURER,
        **terms,
        **dict.fromkeys(("funded", "paid", "withdrawn", "reserved", "owed", "allocated"), 0),
        **dict.fromkeys(("open_claims", "undecided", "round"), 0),
        "state": LIVE,
    }
    assert world.desk.read("last_deadline", foretold) == terms["ends"] + 3 * DECIDE + ROUND


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"token": STRANGER}, "claims_desk: not a token"),
        ({"token": SELF}, "claims_desk: not a token"),
        ({"assessor": NOBODY}, "claims_desk: not an assessor"),
        ({"assessor": INSURER}, "claims_desk: not an assessor"),
        ({"second": NOBODY}, "claims_desk: not an assessor"),
        ({"second": INSURER}, "claims_desk: not an assessor"),
        ({"second": ASSESSOR}, "claims_desk: not an assessor"),
        ({"ends": 1}, "deadlines: has passed already"),
        ({"ends": 2**40}, "deadlines: too far ahead"),
        ({"decide_seconds": 3_599}, "claims_desk: time out of range"),
        ({"decide_seconds": 90 * DAY + 1}, "claims_desk: time out of range"),
        ({"round_seconds": 90 * DAY + 1}, "claims_desk: time out of range"),
    ],
)
def test_bad_pools_are_refused(world: World, change: dict[str, Any], refusal: str) -> None:
    world.refused(refusal, "open_pool", *world.pool_terms(**change).values(), sender=INSURER)


def test_times_at_their_limits_are_taken(world: World) -> None:
    world.pool(0, decide_seconds=3_600, round_seconds=0, ends=now() + TEN_YEARS)
    world.pool(0, decide_seconds=90 * DAY, round_seconds=90 * DAY)


def test_anyone_pays_in(world: World) -> None:
    id = world.pool(0)
    funded = world.desk.attempt("fund", id, 7, sender=BOB).event("PoolFunded")
    assert funded.arguments == {"id": id, "payer": BOB, "amount": 7, "held_before": 0, "held_after": 7}
    world.desk.do("fund", id, 5, sender=INSURER)
    assert world.desk.read("held", id) == 12 == world.balance(SELF)
    world.refused("claims_desk: no amount", "fund", id, 0, sender=BOB)
    world.refused("claims_desk: no such pool", "fund", UNKNOWN, 1, sender=BOB)
    world.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    world.refused("claims: less arrived than was sent", "fund", id, 100, sender=BOB)


def test_an_offered_policy_is_recorded_and_accepted_for_its_premium(world: World) -> None:
    pool = world.pool(100)
    terms = world.policy_terms(pool, premium=PREMIUM, copay_bps=2_000, deductible=10)
    outcome = world.desk.attempt("offer", *terms.values(), sender=INSURER)
    id = outcome.result
    logged = {("pool" if name == "pool_id" else name): value for name, value in terms.items()}
    assert outcome.event("PolicyOffered").arguments == {"id": id, **logged}
    assert world.desk.read("policy_of", id) == {**logged, "used": 0, "open_claims": 0, "state": OFFERED}
    for caller in (INSURER, BOB):
        world.refused("claims_desk: not the holder", "accept", id, sender=caller)
    accepted = world.desk.attempt("accept", id, sender=ALICE)
    assert accepted.event("PolicyAccepted").arguments == {
        "id": id,
        "pool": pool,
        "holder": ALICE,
        "reserved_before": 0,
        "reserved_after": COVER,
    }
    assert accepted.event("PoolFunded").arguments == {
        "id": pool,
        "payer": ALICE,
        "amount": PREMIUM,
        "held_before": 100,
        "held_after": 100 + PREMIUM,
    }
    assert world.desk.read("pool_of", pool)["reserved"] == COVER
    assert world.balance(ALICE) == WEALTH - PREMIUM
    world.refused("claims_desk: not offered", "accept", id, sender=ALICE)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"pool_id": UNKNOWN}, "claims_desk: no such pool"),
        ({"holder": NOBODY}, "claims_desk: not a holder"),
        ({"holder": INSURER}, "claims_desk: not a holder"),
        ({"holder": ASSESSOR}, "claims_desk: not a holder"),
        ({"holder": SECOND}, "claims_desk: not a holder"),
        ({"holder": SELF}, "claims_desk: not a holder"),
        ({"cover": 0}, "claims_desk: no amount"),
        ({"cover": 2**128 + 1}, "claims_desk: out of range"),
        ({"deductible": 2**128 + 1}, "claims_desk: out of range"),
        ({"premium": 2**128 + 1}, "claims_desk: out of range"),
        ({"copay_bps": 10_001}, "claims_desk: out of range"),
        ({"accept_until": 1}, "claims_desk: time out of range"),
        ({"accept_until": 2**40}, "claims_desk: time out of range"),
        ({"ends": 2**40}, "claims_desk: longer than the pool"),
        ({"conditions": STRANGER}, "claims_desk: no conditions there"),
    ],
)
def test_bad_policies_are_refused(world: World, change: dict[str, Any], refusal: str) -> None:
    terms = world.policy_terms(world.pool(), **change)
    world.refused(refusal, "offer", *terms.values(), sender=INSURER)


def test_policies_at_their_limits_are_taken_and_only_the_insurer_offers(world: World) -> None:
    pool, end = world.pool(), now() + TERM
    world.offered(pool, cover=2**128, deductible=2**128, premium=2**128, copay_bps=10_000, accept_until=end, ends=end)
    now_or_never = world.policy_terms(pool, accept_until=now())
    world.refused("claims_desk: time out of range", "offer", *now_or_never.values(), sender=INSURER)
    over = world.policy_terms(pool, ends=end + 1)
    world.refused("claims_desk: longer than the pool", "offer", *over.values(), sender=INSURER)
    for caller in (ALICE, ASSESSOR, STRANGER):
        world.refused("claims_desk: not the insurer", "offer", *world.policy_terms(pool).values(), sender=caller)


def test_an_offer_is_accepted_up_to_its_last_second(world: World) -> None:
    pool = world.pool()
    first, second = world.offered(pool), world.offered(pool)
    wait(DAY)
    world.desk.do("accept", first, sender=ALICE)
    wait(1)
    world.refused("claims_desk: deadline has passed", "accept", second, sender=ALICE)


def test_the_insurer_takes_out_only_what_nothing_needs(world: World) -> None:
    pool = world.pool(COVER + 100)
    world.refused("claims_desk: no amount", "withdraw", pool, 0, sender=INSURER)
    world.refused("claims_desk: no such pool", "withdraw", UNKNOWN, 1, sender=INSURER)
    for caller in (ALICE, ASSESSOR, SECOND, STRANGER):
        world.refused("claims_desk: not the insurer", "withdraw", pool, 1, sender=caller)
    policy = world.policy(pool)
    world.refused("claims_desk: reserved for cover", "withdraw", pool, 101, sender=INSURER)
    withdrawn = world.desk.attempt("withdraw", pool, 60, sender=INSURER).event("Withdrawn")
    assert withdrawn.arguments == {
        "id": pool,
        "insurer": INSURER,
        "amount": 60,
        "held_before": COVER + 100,
        "held_after": COVER + 40,
    }
    claim = world.due(policy, 300)
    world.refused("claims_desk: reserved for cover", "withdraw", pool, 41, sender=INSURER)
    world.desk.do("settle", pool)
    world.refused("claims_desk: reserved for cover", "withdraw", pool, 41, sender=INSURER)
    world.desk.do("pay", claim)
    world.refused("claims_desk: reserved for cover", "withdraw", pool, 41, sender=INSURER)
    world.desk.do("withdraw", pool, 40, sender=INSURER)
    assert world.desk.read("held", pool) == COVER - 300
    world.refused("claims_desk: reserved for cover", "withdraw", pool, 1, sender=INSURER)


def test_a_pool_that_is_short_of_its_cover_gives_the_insurer_nothing(world: World) -> None:
    pool = world.pool(COVER - 1)
    world.policy(pool)
    world.refused("claims_desk: reserved for cover", "withdraw", pool, 1, sender=INSURER)


def test_a_policy_with_open_claims_keeps_its_cover(world: World) -> None:
    policy = world.policy(world.pool())
    wait(TERM // 2)
    world.refused("claims_desk: deadline has not passed", "end_policy", policy)
    claim = world.filed(policy, 400)
    wait(1)
    world.refused("claims_desk: deadline has passed", "file", policy, 1, EVIDENCE, sender=ALICE)
    world.refused("claims_desk: claims are open", "end_policy", policy)
    world.desk.do("decide", claim, 400, sender=ASSESSOR)
    world.desk.do("end_policy", policy)


def test_an_ended_policy_takes_no_claims(world: World) -> None:
    pool = world.pool()
    policy = world.policy(pool)
    world.due(policy, 400)
    wait(TERM // 2 + 1)
    ended = world.desk.attempt("end_policy", policy, sender=STRANGER).event("PolicyEnded")
    assert ended.arguments == {
        "id": policy,
        "pool": pool,
        "by": STRANGER,
        "reserved_before": COVER - 400,
        "reserved_after": 0,
    }
    assert world.desk.read("policy_of", policy)["state"] == ENDED
    world.refused("claims_desk: not live", "end_policy", policy)
    world.refused("claims_desk: not live", "file", policy, 1, EVIDENCE, sender=ALICE)


def test_a_pool_ends_after_its_last_deadline_to_the_insurer(world: World) -> None:
    pool = world.pool(700)
    offered = world.offered(pool, accept_until=now() + TERM, ends=now() + TERM)
    wait(TERM + 3 * DECIDE + ROUND)
    world.refused("claims_desk: deadline has not passed", "exit", pool)
    wait(1)
    closed = world.desk.attempt("exit", pool, sender=STRANGER).event("PoolClosed")
    assert closed.arguments == {
        "id": pool,
        "insurer": INSURER,
        "by": STRANGER,
        "amount": 700,
        "held_before": 700,
        "held_after": 0,
    }
    assert (world.balance(INSURER), world.desk.read("held", pool)) == (WEALTH, 0)
    assert world.desk.read("pool_of", pool)["state"] == ENDED
    world.refused("claims_desk: nothing to exit", "exit", pool)
    world.refused("claims_desk: nothing to exit", "exit", UNKNOWN)
    world.refused("claims_desk: no such pool", "fund", pool, 1, sender=INSURER)
    world.refused("claims_desk: no such pool", "withdraw", pool, 1, sender=INSURER)
    world.refused("claims_desk: deadline has passed", "accept", offered, sender=ALICE)
