"""Seizure and recovery: two keys, a week, a veto, and never out of custody."""

import pytest

from contracts import DIRECTORY, ECASH, ESCROW, load
from tests.contracts.placed import NOBODY, Placed, now, wait, wait_until

ADMIN, BANK, ALICE, BOB, COURT, PROPOSER, EXECUTOR, VETOER, FREEZER = (
    bytes([0xA0 + number]) * 20 for number in range(9)
)
CASE, OTHER_CASE = b"case 2031/17".ljust(32, b"\0"), b"case 2031/18".ljust(32, b"\0")
ZERO = bytes(20)
DAY = 24 * 60 * 60
SEIZURE, RECOVERY = 1, 2
PROPOSED, VETOED, EXECUTED = 1, 2, 3


@pytest.fixture
def ecash() -> Placed:
    Placed(load("directory"), DIRECTORY, ADMIN, [ESCROW], [], [])
    Placed(load("escrow"), ESCROW)
    ecash = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", 2, ADMIN, DIRECTORY, ZERO)
    for role, who in enumerate((PROPOSER, EXECUTOR, VETOER), start=1):
        ecash.do("set_order_role", who, role, sender=ADMIN)
    ecash.do("set_freezer", FREEZER, True, sender=ADMIN)
    ecash.do("set_quota", BANK, 10_000, sender=ADMIN)
    for who in (ALICE, ESCROW):
        ecash.do("mint", who, 1_000, sender=BANK)
    return ecash


def seize(ecash: Placed, amount: int = 400, case_hash: bytes = CASE) -> bytes:
    id: bytes = ecash.do("propose_seizure", ALICE, COURT, amount, case_hash, sender=PROPOSER)
    return id


def recover(ecash: Placed) -> bytes:
    id: bytes = ecash.do("propose_recovery", ALICE, BOB, CASE, sender=PROPOSER)
    return id


def test_a_seizure_takes_two_keys_and_a_week(ecash: Placed) -> None:
    outcome = ecash.attempt("propose_seizure", ALICE, COURT, 400, CASE, sender=PROPOSER)
    id, ready_at = outcome.result, now() + 7 * DAY
    assert dict(outcome.event("OrderProposed").arguments) == {
        "id": id,
        "account": ALICE,
        "receiver": COURT,
        "kind": SEIZURE,
        "amount": 400,
        "case_hash": CASE,
        "proposer": PROPOSER,
        "ready_at": ready_at,
    }
    wait_until(ready_at - 1)
    assert ecash.attempt("execute_order", id, sender=EXECUTOR).words == "ecash: order may still be vetoed"
    wait(1)
    outcome = ecash.attempt("execute_order", id, sender=EXECUTOR)
    assert "Unfrozen" not in [event.name for event in outcome.events], "the case had frozen nothing"
    assert dict(outcome.event("OrderExecuted").arguments) == {
        "id": id,
        "account": ALICE,
        "receiver": COURT,
        "by": EXECUTOR,
        "value": 400,
        "balance_before": 1_000,
        "balance_after": 600,
    }
    assert (ecash.read("balanceOf", ALICE), ecash.read("balanceOf", COURT)) == (600, 400)
    assert ecash.read("order", id)["state"] == EXECUTED
    assert ecash.attempt("execute_order", id, sender=EXECUTOR).words == "ecash: no such order waits"


def test_an_order_lapses_after_thirty_more_days(ecash: Placed) -> None:
    first, second = seize(ecash), seize(ecash)
    wait(37 * DAY)
    ecash.do("execute_order", first, sender=EXECUTOR)
    wait(1)
    assert ecash.attempt("execute_order", second, sender=EXECUTOR).words == "ecash: order has lapsed"


def test_a_veto_ends_an_order(ecash: Placed) -> None:
    id = seize(ecash)
    for caller in (ALICE, PROPOSER, EXECUTOR, ADMIN):
        assert ecash.attempt("veto_order", id, sender=caller).words == "ecash: may not veto"
    vetoed = ecash.attempt("veto_order", id, sender=VETOER).event("OrderVetoed")
    assert (vetoed["id"], vetoed["account"], vetoed["by"]) == (id, ALICE, VETOER)
    wait(7 * DAY)
    assert ecash.attempt("execute_order", id, sender=EXECUTOR).words == "ecash: no such order waits"
    assert ecash.attempt("veto_order", id, sender=VETOER).words == "ecash: no such order waits"
    assert ecash.read("order", id)["state"] == VETOED


def test_each_role_does_its_part_alone(ecash: Placed) -> None:
    for caller in (EXECUTOR, VETOER, ADMIN, FREEZER, NOBODY):
        outcome = ecash.attempt("propose_seizure", ALICE, COURT, 1, CASE, sender=caller)
        assert outcome.words == "ecash: not a proposer"
        assert ecash.attempt("propose_recovery", ALICE, BOB, CASE, sender=caller).words == "ecash: not a proposer"
    id = seize(ecash)
    wait(7 * DAY)
    for caller in (PROPOSER, VETOER, ADMIN, NOBODY):
        assert ecash.attempt("execute_order", id, sender=caller).words == "ecash: not an executor"


def test_one_account_is_never_both_keys(ecash: Placed) -> None:
    """Not even one that was made executor after it proposed."""
    id = seize(ecash)
    changed = ecash.attempt("set_order_role", PROPOSER, 2, sender=ADMIN).event("OrderRoleSet")
    assert (changed["account"], changed["role_before"], changed["role_after"]) == (PROPOSER, 1, 2)
    wait(7 * DAY)
    assert ecash.attempt("execute_order", id, sender=PROPOSER).words == "ecash: needs another key"
    assert ecash.attempt("propose_seizure", ALICE, COURT, 1, CASE, sender=PROPOSER).words == "ecash: not a proposer"


def test_roles_are_the_central_banks(ecash: Placed) -> None:
    for caller in (PROPOSER, VETOER, NOBODY):
        assert ecash.attempt("set_order_role", caller, 2, sender=caller).words == "roles: not the admin"
    assert ecash.attempt("set_order_role", BOB, 4, sender=ADMIN).words == "ecash: no such role"
    assert ecash.attempt("set_order_role", ZERO, 1, sender=ADMIN).words == "ecash: no account"


def test_bad_orders_are_refused(ecash: Placed) -> None:
    for arguments, words in (
        ((ALICE, COURT, 0, CASE), "ecash: nothing to take"),
        ((ALICE, COURT, 1, bytes(32)), "ecash: no case"),
        ((ZERO, COURT, 1, CASE), "ecash: no account"),
        ((ALICE, ALICE, 1, CASE), "ecash: nobody to have it"),
        ((ALICE, ZERO, 1, CASE), "ecash: nobody to have it"),
        ((ALICE, ECASH, 1, CASE), "ecash: nobody to have it"),
        ((ESCROW, COURT, 1, CASE), "ecash: custody is never seized"),
    ):
        assert ecash.attempt("propose_seizure", *arguments, sender=PROPOSER).words == words
    assert (
        ecash.attempt("propose_recovery", ESCROW, BOB, CASE, sender=PROPOSER).words == "ecash: custody is never seized"
    )


def test_delisting_opens_no_way_into_custody(ecash: Placed) -> None:
    directory = Placed(load("directory"), DIRECTORY, ADMIN, [ESCROW], [], [])
    directory.do("set_custodian", ESCROW, False, sender=ADMIN)
    assert not ecash.read("is_custodian", ESCROW)
    outcome = ecash.attempt("propose_seizure", ESCROW, COURT, 1, CASE, sender=PROPOSER)
    assert outcome.words == "ecash: custody is never seized"
    assert ecash.attempt("freeze", ESCROW, 1, CASE, sender=FREEZER).words == "ecash: custody is never frozen"


def test_what_its_own_case_froze_is_taken_and_freed(ecash: Placed) -> None:
    ecash.do("freeze", ALICE, 900, CASE, sender=FREEZER)
    id = seize(ecash, 400)
    wait(7 * DAY)
    outcome = ecash.attempt("execute_order", id, sender=EXECUTOR)
    assert outcome.event("Unfrozen")["value"] == outcome.event("OrderExecuted")["value"] == 400
    assert (ecash.read("balanceOf", ALICE), ecash.read("frozen", ALICE)) == (600, 500)
    assert ecash.read("available", ALICE) == 100


def test_what_another_case_froze_is_not_taken(ecash: Placed) -> None:
    ecash.do("freeze", ALICE, 700, OTHER_CASE, sender=FREEZER)
    first, second = seize(ecash, 400), seize(ecash, 400)
    wait(7 * DAY)
    assert ecash.attempt("execute_order", first, sender=EXECUTOR).event("OrderExecuted")["value"] == 300
    assert ecash.attempt("execute_order", second, sender=EXECUTOR).words == "ecash: nothing to take"
    assert ecash.read("frozen_in_case", OTHER_CASE, ALICE) == 700


def test_the_last_unit_that_its_case_froze_is_freed(ecash: Placed) -> None:
    ecash.do("freeze", ALICE, 1, CASE, sender=FREEZER)
    id = seize(ecash, 1)
    wait(7 * DAY)
    ecash.do("execute_order", id, sender=EXECUTOR)
    assert (ecash.read("balanceOf", ALICE), ecash.read("frozen", ALICE)) == (999, 0)


def test_nothing_is_taken_where_another_case_froze_more_than_there_is(ecash: Placed) -> None:
    ecash.do("freeze", ALICE, 1_001, OTHER_CASE, sender=FREEZER)
    id = seize(ecash, 400)
    wait(7 * DAY)
    assert ecash.attempt("execute_order", id, sender=EXECUTOR).words == "ecash: nothing to take"


def test_a_seizure_takes_what_is_left(ecash: Placed) -> None:
    id = seize(ecash, 400)
    ecash.do("transfer", BOB, 900, sender=ALICE)
    wait(7 * DAY)
    assert ecash.attempt("execute_order", id, sender=EXECUTOR).event("OrderExecuted")["value"] == 100


def test_a_lost_wallet_is_recovered_but_for_what_is_frozen(ecash: Placed) -> None:
    ecash.do("freeze", ALICE, 300, CASE, sender=FREEZER)
    id = recover(ecash)
    assert ecash.read("order", id)["kind"] == RECOVERY
    wait(7 * DAY)
    ecash.do("execute_order", id, sender=EXECUTOR)
    assert (ecash.read("balanceOf", ALICE), ecash.read("balanceOf", BOB)) == (300, 700)
    assert ecash.read("frozen", ALICE) == 300


def test_who_still_has_the_key_vetoes_its_recovery(ecash: Placed) -> None:
    id = recover(ecash)
    assert ecash.attempt("veto_order", id, sender=BOB).words == "ecash: may not veto"
    ecash.do("veto_order", id, sender=ALICE)
    wait(7 * DAY)
    assert ecash.attempt("execute_order", id, sender=EXECUTOR).words == "ecash: no such order waits"


def test_an_unknown_order_is_none(ecash: Placed) -> None:
    assert ecash.read("order", b"\1" * 32)["state"] == 0
    assert ecash.attempt("execute_order", b"\1" * 32, sender=EXECUTOR).words == "ecash: no such order waits"
    assert ecash.attempt("veto_order", b"\1" * 32, sender=VETOER).words == "ecash: no such order waits"
