"""A campaign from its opening to its end."""

from typing import Any

import pytest

from contracts import load
from tests.contracts.disburse.setting import (
    ALICE,
    BOB,
    CAROL,
    CLOSED,
    FUNDER,
    FUNDING,
    PAYING,
    STRANGER,
    TEN_YEARS,
    TERM,
    TOTAL,
    UNKNOWN,
    WEALTH,
    World,
    entry,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

ROOT = b"\2" * 32
SELF = b"\xe5" * 20


def test_an_opened_campaign_is_recorded_and_logged(world: World) -> None:
    deadline, foretold = now() + TERM, world.disburse.read("next_id", FUNDER)
    outcome = world.disburse.attempt("open", world.token.address, ROOT, 7, True, deadline, sender=FUNDER)
    assert outcome.result == foretold
    assert outcome.event("Opened").arguments == {
        "id": foretold,
        "funder": FUNDER,
        "token": world.token.address,
        "root": ROOT,
        "total": 7,
        "pro_rata": True,
        "deadline": deadline,
    }
    assert world.disburse.read("campaign", foretold) == {
        "funder": FUNDER,
        "token": world.token.address,
        "root": ROOT,
        "total": 7,
        "pro_rata": True,
        "deadline": deadline,
        "funded": 0,
        "paid": 0,
        "swept": 0,
        "state": FUNDING,
    }
    assert world.disburse.read("last_deadline", foretold) == deadline


def test_bad_campaigns_are_refused(world: World) -> None:
    token, end = world.token.address, now() + TERM
    for terms, refusal in (
        ((STRANGER, ROOT, 1, False, end), "disburse: not a token"),
        ((SELF, ROOT, 1, False, end), "disburse: not a token"),
        ((token, bytes(32), 1, False, end), "disburse: no list"),
        ((token, ROOT, 0, False, end), "disburse: no amount"),
        ((token, ROOT, 2**128 + 1, False, end), "disburse: out of range"),
        ((token, ROOT, 1, False, now()), "deadlines: has passed already"),
        ((token, ROOT, 1, False, now() + TEN_YEARS + 1), "deadlines: too far ahead"),
    ):
        world.refused(refusal, "open", *terms, sender=FUNDER)
    world.disburse.do("open", token, ROOT, 2**128, False, now() + TEN_YEARS, sender=FUNDER)


def test_a_pool_pays_once_it_is_full(world: World) -> None:
    subsidy = world.list()
    id = world.open(subsidy)
    for caller in (ALICE, STRANGER):
        world.refused("disburse: not the funder", "fund", id, 1, sender=caller)
        world.refused("disburse: not the funder", "start", id, sender=caller)
    world.refused("disburse: no amount", "fund", id, 0, sender=FUNDER)
    world.refused("disburse: more than the list needs", "fund", id, TOTAL + 1, sender=FUNDER)
    funded = world.disburse.attempt("fund", id, TOTAL - 1, sender=FUNDER)
    assert funded.event("Funded").arguments == {
        "id": id,
        "funder": FUNDER,
        "amount": TOTAL - 1,
        "held_before": 0,
        "held_after": TOTAL - 1,
    }
    assert world.disburse.read("campaign", id)["state"] == FUNDING
    world.refused("disburse: pool is short", "start", id, sender=FUNDER)
    world.refused("disburse: not paying", "collect", id, *entry(subsidy, 0))
    world.refused("disburse: more than the list needs", "fund", id, 2, sender=FUNDER)
    filled = world.disburse.attempt("fund", id, 1, sender=FUNDER)
    assert filled.event("Started").arguments == {"id": id, "funded": TOTAL, "total": TOTAL}
    assert (filled.event("Funded")["held_before"], filled.event("Funded")["held_after"]) == (TOTAL - 1, TOTAL)
    assert world.disburse.read("campaign", id)["state"] == PAYING
    world.refused("disburse: not funding", "fund", id, 1, sender=FUNDER)
    world.refused("disburse: not funding", "start", id, sender=FUNDER)


def test_anyone_brings_a_proof_and_only_the_entitled_is_paid_once(world: World) -> None:
    subsidy = world.list()
    id = world.funded(subsidy)
    outcome = world.disburse.attempt("collect", id, *entry(subsidy, 1), sender=STRANGER)
    assert outcome.result == 200
    assert outcome.event("Collected").arguments == {
        "id": id,
        "account": BOB,
        "index": 1,
        "amount": 200,
        "paid": 200,
        "held_before": TOTAL,
        "held_after": TOTAL - 200,
    }
    assert (world.balance(BOB), world.balance(STRANGER)) == (200, 0)
    assert world.disburse.read("is_collected", id, 1) and not world.disburse.read("is_collected", id, 0)
    world.refused("disburse: collected already", "collect", id, *entry(subsidy, 1), sender=BOB)
    for index, who in ((0, ALICE), (2, CAROL)):
        world.disburse.do("collect", id, *entry(subsidy, index), sender=who)
    assert (world.balance(ALICE), world.balance(CAROL), world.disburse.read("held", id)) == (100, 301, 0)
    assert world.disburse.read("campaign", id)["paid"] == TOTAL


def test_what_is_not_on_the_list_is_refused(world: World) -> None:
    subsidy = world.list()
    id = world.funded(subsidy)
    index, account, amount, proof = entry(subsidy, 0)
    for wrong in (
        (1, account, amount, proof),
        (index, STRANGER, amount, proof),
        (index, account, amount + 1, proof),
        (index, account, amount, proof[:-1]),
        (index, account, amount, [*proof, UNKNOWN]),
        (index, account, amount, proof[::-1]),
    ):
        world.refused("disburse: not on the list", "collect", id, *wrong)
    for nobody in (bytes(20), SELF):
        world.refused("disburse: nobody to pay", "collect", id, index, nobody, amount, proof)
    world.refused("disburse: not paying", "collect", UNKNOWN, *entry(subsidy, 0))


def test_a_proof_is_good_for_one_campaign_only(world: World) -> None:
    subsidy = world.list()
    world.funded(subsidy)
    other = world.funded(subsidy)
    world.refused("disburse: not on the list", "collect", other, *entry(subsidy, 0))


def test_a_short_pool_is_shared_in_proportion_and_the_rest_swept(world: World) -> None:
    subsidy = world.list()
    id = world.open(subsidy, pro_rata=True)
    world.refused("disburse: nothing was funded", "start", id, sender=FUNDER)
    world.disburse.do("fund", id, 400, sender=FUNDER)
    world.refused("disburse: not paying", "collect", id, *entry(subsidy, 0))
    started = world.disburse.attempt("start", id, sender=FUNDER).event("Started")
    assert started.arguments == {"id": id, "funded": 400, "total": TOTAL}
    # 400 of 601: 66.55, 133.11 and 200.33, each rounded down.
    for index, share in ((0, 66), (1, 133), (2, 200)):
        assert world.disburse.do("collect", id, *entry(subsidy, index)) == share
    assert world.disburse.read("held", id) == 1
    wait(TERM + 1)
    world.disburse.do("sweep", id)
    assert world.balance(FUNDER) == WEALTH - 399


def test_a_total_stated_too_low_never_overdraws_the_pool(world: World) -> None:
    subsidy = world.list()
    id = world.open(subsidy, total=302)
    world.disburse.do("fund", id, 302, sender=FUNDER)
    world.disburse.do("collect", id, *entry(subsidy, 2))
    world.refused("disburse: pool is empty", "collect", id, *entry(subsidy, 0))
    lower = world.list()
    id = world.open(lower, total=100)
    world.disburse.do("fund", id, 100, sender=FUNDER)
    world.refused("disburse: pool is empty", "collect", id, *entry(lower, 1))
    world.disburse.do("collect", id, *entry(lower, 0))


@pytest.mark.parametrize("name", ["sweep", "exit"])
def test_the_deadline_is_met_in_its_second_and_then_anyone_sweeps(world: World, name: str) -> None:
    subsidy = world.list()
    id = world.funded(subsidy)
    wait(TERM)
    world.refused("disburse: deadline has not passed", name, id)
    world.disburse.do("collect", id, *entry(subsidy, 0))
    wait(1)
    world.refused("disburse: deadline has passed", "collect", id, *entry(subsidy, 1))
    swept = world.disburse.attempt(name, id, sender=STRANGER).event("Swept")
    rest = TOTAL - 100
    assert swept.arguments == {
        "id": id,
        "funder": FUNDER,
        "by": STRANGER,
        "amount": rest,
        "held_before": rest,
        "held_after": 0,
    }
    record = world.disburse.read("campaign", id)
    assert (record["paid"], record["swept"], record["state"]) == (100, rest, CLOSED)
    assert world.balance(FUNDER) == WEALTH - 100
    world.refused("disburse: nothing to sweep", name, id)
    world.refused("disburse: not paying", "collect", id, *entry(subsidy, 1))


def test_a_campaign_never_completed_is_refunded(world: World) -> None:
    subsidy = world.list()
    id = world.funded(subsidy, 5)
    wait(TERM)
    world.disburse.do("fund", id, 1, sender=FUNDER)
    wait(1)
    world.refused("disburse: deadline has passed", "fund", id, 1, sender=FUNDER)
    world.refused("disburse: deadline has passed", "start", id, sender=FUNDER)
    world.disburse.do("exit", id, sender=STRANGER)
    assert world.balance(FUNDER) == WEALTH
    world.refused("disburse: nothing to sweep", "exit", UNKNOWN)


def test_a_token_that_takes_a_fee_funds_nothing(world: World) -> None:
    id = world.open(world.list())
    world.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    world.refused("claims: less arrived than was sent", "fund", id, 100, sender=FUNDER)


def test_a_refused_account_becomes_a_claim(world: World) -> None:
    subsidy = world.list()
    id = world.funded(subsidy)
    world.token.do("block", ALICE)
    world.disburse.do("collect", id, *entry(subsidy, 0))
    assert world.disburse.read("claimable", world.token.address, ALICE) == 100
    wait(TERM + 1)
    world.disburse.do("sweep", id)
    world.token.do("set_mode", HOSTILE_MOODS["honest"])
    world.disburse.do("claim", world.token.address, ALICE)
    assert world.balance(ALICE) == 100
    assert world.disburse.read("liabilities", world.token.address) == world.balance(SELF) == 0


def test_nothing_re_enters_while_money_moves(world: World) -> None:
    subsidy: Any = world.list()
    id = world.funded(subsidy)
    payload = load("disburse").encode_call("collect", id, *entry(subsidy, 0))
    world.token.do("call_back", SELF, payload)
    world.disburse.do("collect", id, *entry(subsidy, 0))
    assert (world.token.read("reentries_tried"), world.token.read("reentries_done")) == (1, 0)
    assert world.balance(ALICE) == 100
