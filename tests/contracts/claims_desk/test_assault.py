"""Whoever calls whatever: a pool reaches its holders by what assessors or the default say, and else the insurer."""

import boa
import pytest

from contracts import deal_id
from tests.contracts.assault import Custody, among, assail
from tests.contracts.claims_desk.setting import (
    ALICE,
    ASSESSOR,
    BOB,
    CAROL,
    CLOSED,
    COVER,
    DECIDE,
    INSURER,
    ROUND,
    SECOND,
    STRANGER,
    TERM,
    WEALTH,
    World,
    new_world,
)
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Placed, now, wait

OTHER_INSURER = b"\xbe" * 20
EXITS = 2
"""Of a claim: it is decided or paid in the round it is in, and it is paid in the last."""


def custody(world: World | None = None) -> Custody:
    """A pool that covers everything, one that is short with a settled round, one with a decision to appeal, and one of
    another insurer's.

    The claims stand among the deals, so that calls name them too; emptied after the last deadline they hold nothing.
    """
    world = new_world() if world is None else world
    world.token.do("mint", OTHER_INSURER, WEALTH)
    full, short, open_ = world.pool(COVER), world.pool(300), world.pool(500)
    others = world.desk.do("open_pool", *world.pool_terms().values(), sender=OTHER_INSURER)
    world.desk.do("fund", others, 600, sender=OTHER_INSURER)
    claims = [world.filed(world.policy(full), 300)]
    claims += [world.due(world.policy(short, holder=holder), 200) for holder in (ALICE, BOB)]
    claims += [world.filed(world.policy(open_, holder=BOB), 400)]
    world.desk.do("decide", claims[-1], 100, sender=ASSESSOR)
    wait(ROUND + 1)
    world.desk.do("settle", short)

    def leave(desk: Placed, pool: bytes) -> None:
        # What an attacker filed in the meantime is a rightful party's claim like any other; what is missing of a
        # claim may join one more round.
        for _ in range(EXITS):
            for claim in filed(desk):
                desk.attempt("exit", claim, sender=NOBODY)
        assert not {*claims} & {*filed(desk)}
        if desk.read("held", pool):
            desk.do("exit", pool, sender=NOBODY)

    return Custody(
        contract=world.desk,
        token=world.token,
        parties={
            full: frozenset({INSURER, ALICE}),
            short: frozenset({INSURER, ALICE, BOB}),
            open_: frozenset({INSURER, BOB}),
            others: frozenset({OTHER_INSURER}),
            **among((), claims),
        },
        hands_on=("offer",),
        roles={
            "insurer": INSURER,
            "other insurer": OTHER_INSURER,
            "assessor": ASSESSOR,
            "second": SECOND,
            "alice": ALICE,
            "bob": BOB,
            "carol": CAROL,
            "stranger": STRANGER,
        },
        last_deadline=now() + TERM + 3 * DECIDE + ROUND,
        leave=leave,
    )


def filed(desk: Placed) -> list[bytes]:
    """Every id that a holder took and that is an open claim."""
    chain_id = boa.env.evm.chain.chain_id
    ids = [
        deal_id(chain_id, holder, nonce, escrow=desk.address)
        for holder in (ALICE, BOB, CAROL)
        for nonce in range(desk.read("nonces", holder))
    ]
    return [id for id in ids if desk.read("claim_of", id)["state"] not in (0, CLOSED)]


@pytest.mark.parametrize("mood", ["honest", "returns false", "takes a fee"])
def test_nobody_but_holders_and_insurer_gains(mood: str) -> None:
    world = new_world()
    attacked = custody(world)
    world.token.do("set_mode", HOSTILE_MOODS[mood])
    assail(attacked, draws=1)


def test_the_insurer_alone_never_reaches_what_live_cover_needs() -> None:
    world = new_world()
    pool = world.pool(COVER + 200)
    policy = world.policy(pool)
    claim = world.due(policy, 300)
    for amount in (COVER + 200, COVER, 300, 201):
        world.refused("claims_desk: reserved for cover", "withdraw", pool, amount, sender=INSURER)
    world.desk.do("withdraw", pool, 200, sender=INSURER)
    world.desk.do("settle", pool)
    world.desk.do("pay", claim)
    assert world.desk.read("held", pool) == COVER - 300
