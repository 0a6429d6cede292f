"""Holds: under a case, with an appeal that silence decides for the held."""

import pytest

from contracts import REASONS
from tests.contracts.placed import NOBODY, now, wait_until
from tests.contracts.policy.world import ADMIN, ALICE, BOARD, BOB, CUSTODIAN, DAY, OFFICER, World, new_world

CASE, OTHER_CASE = b"case 2031/17".ljust(32, b"\0"), b"case 2031/18".ljust(32, b"\0")
ON_HOLD = next(reason.code for reason in REASONS.values() if reason.name == "ON_HOLD")
ZERO = bytes(20)


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
def held(world: World) -> World:
    world.policy.do("hold", ALICE, CASE, sender=OFFICER)
    return world


def test_a_held_account_is_paid_and_does_not_pay(held: World) -> None:
    said = held.agree(ALICE, BOB, 1)
    assert (said.code, said.rule, said.version) == (ON_HOLD, 0, held.policy.read("version"))
    assert held.agree(BOB, ALICE, 1).code == 0


def test_holding_and_releasing_are_logged(world: World) -> None:
    held = world.policy.attempt("hold", ALICE, CASE, sender=OFFICER).event("Held")
    assert (held["case_id"], held["account"], held["officer"], held["holds_before"], held["holds_after"]) == (
        CASE,
        ALICE,
        OFFICER,
        0,
        1,
    )
    released = world.policy.attempt("release", CASE, sender=BOARD).event("Released")
    assert (released["account"], released["by"], released["holds_before"], released["holds_after"]) == (
        ALICE,
        BOARD,
        1,
        0,
    )
    assert world.agree(ALICE, BOB, 1).code == 0


def test_every_case_must_be_released(held: World) -> None:
    held.policy.do("hold", ALICE, OTHER_CASE, sender=OFFICER)
    held.policy.do("release", CASE, sender=OFFICER)
    assert held.agree(ALICE, BOB, 1).code == ON_HOLD
    held.policy.do("release", OTHER_CASE, sender=OFFICER)
    assert held.agree(ALICE, BOB, 1).code == 0


def test_a_case_is_used_once(held: World) -> None:
    assert held.policy.attempt("hold", BOB, CASE, sender=OFFICER).words == "policy: case was used"
    held.policy.do("release", CASE, sender=OFFICER)
    assert held.policy.attempt("hold", BOB, CASE, sender=OFFICER).words == "policy: case was used"
    assert held.policy.attempt("release", CASE, sender=OFFICER).words == "policy: nothing is held"


def test_bad_holds_are_refused(world: World) -> None:
    for arguments, words in (
        ((ZERO, CASE), "policy: no account"),
        ((ALICE, bytes(32)), "policy: no case"),
        ((CUSTODIAN, CASE), "policy: custody is never held"),
    ):
        assert world.policy.attempt("hold", *arguments, sender=OFFICER).words == words
    for caller in (ADMIN, BOARD, ALICE):
        assert world.policy.attempt("hold", ALICE, CASE, sender=caller).words == "policy: not an officer"


def test_a_contract_held_before_it_was_listed_pays_once_it_is(world: World) -> None:
    world.directory.do("set_custodian", CUSTODIAN, False, sender=ADMIN)
    assert world.policy.attempt("hold", CUSTODIAN, CASE, sender=OFFICER).words == "policy: custody is never held"
    other = world.moody.address
    world.ecash.do("transfer", other, 100, sender=ALICE)
    world.policy.do("hold", other, CASE, sender=OFFICER)
    assert world.agree(other, ALICE, 1).code == ON_HOLD
    world.directory.do("set_custodian", other, True, sender=ADMIN)
    assert world.agree(other, ALICE, 1).code == 0


def test_at_most_255_holds_stand(world: World) -> None:
    for number in range(255):
        world.policy.do("hold", ALICE, (number + 1).to_bytes(32, "big"), sender=OFFICER)
    assert world.policy.attempt("hold", ALICE, CASE, sender=OFFICER).words == "policy: too many holds"
    assert world.policy.read("account", ALICE)["holds"] == 255


def test_silence_on_an_appeal_frees(held: World) -> None:
    appealed = held.policy.attempt("appeal", CASE, sender=ALICE).event("Appealed")
    assert (appealed["account"], appealed["decide_by"]) == (ALICE, now() + 14 * DAY)
    wait_until(now() + 14 * DAY)
    assert held.policy.attempt("release", CASE, sender=NOBODY).words == "policy: the board may still decide"
    wait_until(now() + 1)
    assert held.policy.attempt("uphold", CASE, sender=BOARD).words == "policy: too late to decide"
    held.policy.do("release", CASE, sender=NOBODY)
    assert held.agree(ALICE, BOB, 1).code == 0


def test_the_board_upholds_in_time_and_once(held: World) -> None:
    held.policy.do("appeal", CASE, sender=ALICE)
    wait_until(now() + 14 * DAY)
    upheld = held.policy.attempt("uphold", CASE, sender=BOARD).event("Upheld")
    assert (upheld["case_id"], upheld["account"], upheld["by"]) == (CASE, ALICE, BOARD)
    assert held.policy.attempt("uphold", CASE, sender=BOARD).words == "policy: decided already"
    wait_until(now() + DAY)
    assert held.policy.attempt("release", CASE, sender=NOBODY).words == "policy: not an officer"
    assert held.policy.attempt("appeal", CASE, sender=ALICE).words == "policy: appealed already"
    held.policy.do("release", CASE, sender=OFFICER)


def test_only_the_held_appeal_and_only_the_board_decides(held: World) -> None:
    for caller in (BOB, OFFICER, BOARD):
        assert held.policy.attempt("appeal", CASE, sender=caller).words == "policy: not your hold"
    assert held.policy.attempt("uphold", CASE, sender=BOARD).words == "policy: no appeal"
    held.policy.do("appeal", CASE, sender=ALICE)
    for caller in (ALICE, OFFICER, ADMIN):
        assert held.policy.attempt("uphold", CASE, sender=caller).words == "policy: not the board"
    assert held.policy.attempt("release", CASE, sender=ALICE).words == "policy: the board may still decide"


def test_nobody_is_officer_and_board(world: World) -> None:
    assert world.policy.attempt("set_board", OFFICER, True, sender=ADMIN).words == "policy: is an officer"
    assert world.policy.attempt("set_officer", BOARD, True, sender=ADMIN).words == "policy: is of the board"
