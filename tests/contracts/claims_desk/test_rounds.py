"""Payment: at once from a pool that can meet everything, in proportion from one that is short, and the end."""

import pytest

from contracts import load
from tests.contracts.claims_desk.setting import (
    AFTER_ALL,
    ALICE,
    ASSESSOR,
    BOB,
    CAROL,
    CLOSED,
    COVER,
    DUE,
    INSURER,
    ROUND,
    STRANGER,
    WEALTH,
    World,
)
from tests.contracts.placed import HOSTILE_MOODS, wait

SELF = b"\xe5" * 20


def three_due(world: World, pool: bytes) -> list[bytes]:
    """Claims of 100, 200 and 301."""
    losses = ((ALICE, 100), (BOB, 200), (CAROL, 301))
    return [world.due(world.policy(pool, holder=holder), loss) for holder, loss in losses]


def test_a_pool_that_can_meet_everything_pays_at_once(world: World) -> None:
    pool = world.pool(COVER)
    policy = world.policy(pool)
    world.refused("claims_desk: nothing is due", "settle", pool)
    claim = world.due(policy, 300)
    world.refused("claims_desk: round is open", "pay", claim)
    settled = world.desk.attempt("settle", pool, sender=STRANGER).event("RoundSettled")
    assert settled.arguments == {"id": pool, "by": STRANGER, "round": 0, "due": 300, "money": 300}
    assert world.desk.read("pool_of", pool)["allocated"] == 300
    outcome = world.desk.attempt("pay", claim, sender=STRANGER)
    assert outcome.result == 300
    assert outcome.event("Paid").arguments == {
        "id": claim,
        "pool": pool,
        "holder": ALICE,
        "amount": 300,
        "left": 0,
        "held_before": COVER,
        "held_after": COVER - 300,
    }
    assert outcome.event("ClaimClosed").arguments == {"id": claim, "paid": 300}
    assert world.balance(ALICE) == WEALTH + 300
    record = world.desk.read("pool_of", pool)
    assert (record["owed"], record["allocated"], record["open_claims"], record["paid"]) == (0, 0, 0, 300)
    world.refused("claims_desk: nothing is due", "pay", claim)
    world.refused("claims_desk: nothing is due", "settle", pool)


def test_a_pool_one_unit_short_of_its_cover_gathers_a_round_first(world: World) -> None:
    pool = world.pool(COVER - 1)
    claim = world.due(world.policy(pool), 300)
    wait(ROUND)
    world.refused("claims_desk: round is open", "settle", pool)
    wait(1)
    world.desk.do("settle", pool)
    assert world.desk.do("pay", claim) == 300


def test_a_short_pool_shares_a_round_to_the_unit_and_owes_the_rest(world: World) -> None:
    pool = world.pool(400)
    claims = three_due(world, pool)
    wait(ROUND + 1)
    settled = world.desk.attempt("settle", pool, sender=STRANGER).event("RoundSettled")
    assert (settled["due"], settled["money"]) == (601, 400)
    # 400 of 601 are 66.55, 133.11 and 200.33: each takes its part of what is left, the last exactly the rest.
    paid = [world.desk.do("pay", claim) for claim in claims]
    assert paid == [66, 133, 201] and sum(paid) == 400
    assert world.desk.read("held", pool) == 0
    assert [world.desk.read("claim_of", claim)["due"] for claim in claims] == [34, 67, 100]
    assert all(world.state(claim) == DUE for claim in claims)
    record = world.desk.read("pool_of", pool)
    assert (record["owed"], record["allocated"], record["round"]) == (201, 0, 1)
    assert world.desk.read("round_of", pool, 0) == {
        "opened_at": world.desk.read("round_of", pool, 0)["opened_at"],
        "due": 0,
        "money": 0,
        "settled": True,
    }
    wait(ROUND + 1)
    world.refused("claims_desk: pool is empty", "settle", pool)
    world.desk.do("fund", pool, 201, sender=INSURER)
    world.desk.do("settle", pool)
    assert [world.desk.do("pay", claim) for claim in claims] == [34, 67, 100]
    assert [world.desk.read("claim_of", claim)["paid"] for claim in claims] == [100, 200, 301]
    assert all(world.state(claim) == CLOSED for claim in claims)


def test_a_round_counts_from_its_first_claim_and_later_ones_wait_for_the_next(world: World) -> None:
    pool = world.pool(100)
    first = world.due(world.policy(pool), 150)
    wait(ROUND)
    second = world.due(world.policy(pool, holder=BOB), 50)
    wait(1)
    world.desk.do("settle", pool)
    third = world.due(world.policy(pool, holder=CAROL), 10)
    assert [world.desk.read("claim_of", claim)["round"] for claim in (first, second, third)] == [0, 0, 1]
    world.desk.do("fund", pool, 5, sender=INSURER)
    assert (world.desk.do("pay", second), world.desk.do("pay", first)) == (25, 75)
    world.refused("claims_desk: round is open", "settle", pool)
    world.refused("claims_desk: round is open", "pay", third)


def test_money_of_a_settled_round_is_not_shared_again(world: World) -> None:
    pool = world.pool(100)
    first = world.due(world.policy(pool), 100)
    wait(ROUND + 1)
    world.desk.do("settle", pool)
    second = world.due(world.policy(pool, holder=BOB), 150)
    wait(ROUND + 1)
    world.refused("claims_desk: pool is empty", "settle", pool)
    world.desk.do("fund", pool, 30, sender=INSURER)
    settled = world.desk.attempt("settle", pool, sender=STRANGER).event("RoundSettled")
    assert (settled["due"], settled["money"]) == (150, 30)
    assert (world.desk.do("pay", first), world.desk.do("pay", second)) == (100, 30)


def test_what_is_missing_waits_for_the_next_round_whoever_asks_for_it(world: World) -> None:
    pool = world.pool(COVER)
    claims = [world.due(world.policy(pool, holder=holder), COVER) for holder in (ALICE, BOB)]
    wait(ROUND + 1)
    world.desk.do("settle", pool)
    world.desk.do("pay", claims[1], sender=BOB)
    world.desk.do("fund", pool, COVER // 2, sender=INSURER)
    wait(ROUND + 1)
    world.refused("claims_desk: claims are open", "settle", pool, sender=BOB)
    world.desk.do("pay", claims[0], sender=BOB)
    world.desk.do("settle", pool, sender=BOB)
    assert [world.desk.do("pay", claim) for claim in claims] == [COVER // 4] * 2
    assert [world.balance(who) - WEALTH for who in (ALICE, BOB)] == [COVER * 3 // 4] * 2


def test_after_the_last_deadline_what_is_missing_of_the_last_round_joins_the_next_one_too(world: World) -> None:
    pool = world.pool(COVER)
    first, second = (world.due(world.policy(pool, holder=holder), COVER) for holder in (ALICE, BOB))
    late = world.filed(world.policy(pool, holder=CAROL), COVER)
    world.desk.do("decide", late, 1, sender=ASSESSOR)
    wait(ROUND + 1)
    world.desk.do("settle", pool)
    world.desk.do("fund", pool, COVER // 2, sender=INSURER)
    wait(AFTER_ALL)
    world.desk.do("exit", late)
    assert world.state(late) == DUE
    world.refused("claims_desk: claims are open", "exit", late)
    world.desk.do("exit", first)
    world.refused("claims_desk: claims are open", "exit", first)
    for claim in (second, second, first, late):
        world.desk.do("exit", claim)
    # 500 for 500 + 500 + 1, from the second on.
    assert [world.desk.read("claim_of", claim)["paid"] for claim in (first, second, late)] == [750, 749, 1]
    world.desk.do("exit", pool)


def test_after_the_last_deadline_what_is_missing_is_written_off_and_the_pool_ends(world: World) -> None:
    pool = world.pool(400)
    claims = three_due(world, pool)
    wait(AFTER_ALL - 1)
    world.refused("claims_desk: deadline has not passed", "exit", claims[0])
    wait(1)
    world.refused("claims_desk: claims are open", "exit", pool)
    first = world.desk.attempt("exit", claims[0], sender=STRANGER)
    assert first.event("WrittenOff").arguments == {"id": claims[0], "pool": pool, "amount": 34}
    world.desk.do("pay", claims[1])
    world.desk.do("exit", claims[2])
    assert [world.desk.read("claim_of", claim)["paid"] for claim in claims] == [66, 133, 201]
    world.refused("claims_desk: nothing to exit", "exit", claims[0])
    record = world.desk.read("pool_of", pool)
    assert (record["owed"], record["open_claims"]) == (0, 0)
    world.desk.do("exit", pool)
    assert world.desk.read("liabilities", world.token.address) == 0


@pytest.mark.parametrize("name", ["exit", "pay"])
def test_nothing_is_written_off_while_the_pool_can_pay_it(world: World, name: str) -> None:
    pool = world.pool(COVER // 2)
    claim = world.due(world.policy(pool), COVER)
    wait(ROUND + 1)
    world.desk.do("settle", pool)
    world.desk.do("fund", pool, COVER // 2 - 1, sender=CAROL)
    wait(AFTER_ALL)
    first = world.desk.attempt(name, claim, sender=INSURER)
    assert first.event("ClaimDue").arguments == {"id": claim, "pool": pool, "due": COVER // 2, "round": 1}
    world.refused("claims_desk: claims are open", "exit", pool, sender=INSURER)
    second = world.desk.attempt("exit", claim, sender=INSURER)
    assert second.event("WrittenOff").arguments == {"id": claim, "pool": pool, "amount": 1}
    world.desk.do("exit", pool, sender=INSURER)
    assert (world.balance(ALICE), world.balance(INSURER)) == (WEALTH + COVER - 1, WEALTH - COVER // 2)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_claims_undecided_to_the_end_share_a_short_pool_in_whatever_order_they_come(
    world: World, order: tuple[int, ...]
) -> None:
    pool = world.pool(COVER, default_pays=True)
    claims = [world.filed(world.policy(pool, holder=holder), COVER) for holder in (ALICE, BOB)]
    claims.append(world.due(world.policy(pool, holder=CAROL), COVER // 2))
    wait(AFTER_ALL)
    world.refused("claims_desk: claims are open", "settle", pool)
    assert world.desk.read("pool_of", pool)["undecided"] == 2
    for _ in range(2):
        for number in order:
            world.desk.attempt("exit", claims[number], sender=STRANGER)
    assert world.desk.read("pool_of", pool)["undecided"] == 0
    # 1,000 for 1,000 + 1,000 + 500.
    assert [world.balance(who) - WEALTH for who in (ALICE, BOB, CAROL)] == [400, 400, 200]
    world.desk.do("exit", pool)
    assert world.desk.read("held", pool) == 0


def test_after_the_last_deadline_a_decided_claim_waits_until_all_are(world: World) -> None:
    pool = world.pool(COVER)
    due = world.due(world.policy(pool), COVER)
    undecided = world.filed(world.policy(pool, holder=BOB), COVER)
    wait(AFTER_ALL)
    world.refused("claims_desk: claims are open", "exit", due)
    world.desk.do("lapse", undecided)
    world.desk.do("exit", due)
    assert world.balance(ALICE) == WEALTH + COVER


def test_after_the_last_deadline_a_pool_that_can_meet_everything_pays_each_at_once(world: World) -> None:
    pool = world.pool(2 * COVER, default_pays=True)
    claims = [world.filed(world.policy(pool, holder=holder), COVER) for holder in (ALICE, BOB)]
    wait(AFTER_ALL)
    for claim in claims:
        world.desk.do("exit", claim)
        assert world.state(claim) == CLOSED
    assert [world.balance(who) - WEALTH for who in (ALICE, BOB)] == [COVER] * 2


def test_a_claim_left_undecided_to_the_end_exits_by_the_default(world: World) -> None:
    paying, refusing = world.pool(500, default_pays=True), world.pool(500)
    claims = [world.filed(world.policy(pool), 300) for pool in (paying, refusing)]
    empty = world.pool(0, default_pays=True)
    lost = world.filed(world.policy(empty), 300)
    wait(AFTER_ALL)
    for claim in (*claims, lost):
        world.desk.do("exit", claim)
    assert [world.desk.read("claim_of", claim)["paid"] for claim in (*claims, lost)] == [300, 0, 0]
    for pool in (paying, refusing, empty):
        world.desk.do("exit", pool)
    assert (world.balance(ALICE), world.balance(INSURER)) == (WEALTH + 300, WEALTH - 300)


def test_a_refused_holder_or_insurer_becomes_a_claim(world: World) -> None:
    pool = world.pool(COVER)
    claim = world.due(world.policy(pool), 300)
    world.token.do("block", ALICE)
    world.desk.do("settle", pool)
    world.desk.do("pay", claim)
    assert world.desk.read("claimable", world.token.address, ALICE) == 300
    world.token.do("block", INSURER)
    wait(AFTER_ALL)
    world.desk.do("exit", pool)
    assert world.desk.read("claimable", world.token.address, INSURER) == COVER - 300
    world.token.do("set_mode", HOSTILE_MOODS["honest"])
    for who in (ALICE, INSURER):
        world.desk.do("claim", world.token.address, who)
    assert world.balance(SELF) == 0


def test_nothing_re_enters_while_money_moves(world: World) -> None:
    pool = world.pool()
    claims = three_due(world, pool)
    world.desk.do("settle", pool)
    world.token.do("call_back", SELF, load("claims_desk").encode_call("pay", claims[1]))
    world.desk.do("pay", claims[0])
    assert (world.token.read("reentries_tried"), world.token.read("reentries_done")) == (1, 0)
