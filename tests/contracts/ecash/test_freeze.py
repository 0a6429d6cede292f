"""A freeze names a case and an amount, and leaves the rest free."""

from typing import Any

import boa
import pytest

from tests.contracts.conftest import refused

CASE = b"case 2031/17".ljust(32, b"\0")
OTHER_CASE = b"case 2031/18".ljust(32, b"\0")
ZERO = "0x" + "00" * 20


@pytest.fixture
def frozen(ecash: Any, parties: Any) -> Any:
    ecash.mint(parties.alice, 100_00, sender=parties.bank)
    ecash.freeze(parties.alice, 40_00, CASE, sender=parties.freezer)
    return ecash


def test_a_freeze_is_logged_with_its_case(frozen: Any, parties: Any) -> None:
    [log] = frozen.get_logs()
    assert (log.case_id, log.account, log.by, log.value, log.frozen_before, log.frozen_after) == (
        CASE,
        parties.alice,
        parties.freezer,
        40_00,
        0,
        40_00,
    )


def test_exactly_the_rest_stays_free(frozen: Any, parties: Any) -> None:
    assert frozen.available(parties.alice) == 60_00
    with refused("money is frozen"):
        frozen.transfer(parties.bob, 60_01, sender=parties.alice)
    frozen.transfer(parties.bob, 60_00, sender=parties.alice)
    assert frozen.available(parties.alice) == 0


def test_a_freeze_binds_allowances_and_references_too(frozen: Any, parties: Any) -> None:
    frozen.approve(parties.carol, 100_00, sender=parties.alice)
    with refused("money is frozen"):
        frozen.transferFrom(parties.alice, parties.bob, 60_01, sender=parties.carol)
    with refused("money is frozen"):
        frozen.transfer_with_memo(parties.bob, 60_01, CASE, sender=parties.alice)


def test_freezing_more_than_the_balance_binds_what_arrives(frozen: Any, parties: Any) -> None:
    frozen.freeze(parties.bob, 10, CASE, sender=parties.freezer)
    frozen.transfer(parties.bob, 15, sender=parties.alice)
    assert frozen.available(parties.bob) == 5


def test_cases_add_up_and_are_lifted_one_by_one(frozen: Any, parties: Any) -> None:
    frozen.freeze(parties.alice, 10_00, OTHER_CASE, sender=parties.freezer)
    assert frozen.frozen(parties.alice) == 50_00
    with boa.reverts("ecash: more than the case froze"):
        frozen.unfreeze(parties.alice, 10_01, OTHER_CASE, sender=parties.freezer)
    frozen.unfreeze(parties.alice, 40_00, CASE, sender=parties.freezer)
    [log] = frozen.get_logs()
    assert (log.case_id, log.value, log.frozen_before, log.frozen_after) == (CASE, 40_00, 50_00, 10_00)
    assert frozen.frozen_in_case(CASE, parties.alice) == 0
    assert frozen.frozen_in_case(OTHER_CASE, parties.alice) == 10_00
    assert frozen.available(parties.alice) == 90_00


def test_custody_is_beyond_freezes(ecash: Any, escrow: Any, parties: Any) -> None:
    with boa.reverts("ecash: custody is never frozen"):
        ecash.freeze(escrow.address, 1, CASE, sender=parties.freezer)


def test_bad_freezes_are_refused(frozen: Any, parties: Any) -> None:
    with boa.reverts("ecash: nobody to freeze"):
        frozen.freeze(ZERO, 1, CASE, sender=parties.freezer)
    with boa.reverts("ecash: no case"):
        frozen.freeze(parties.alice, 1, b"\0" * 32, sender=parties.freezer)
    with boa.reverts("ecash: nothing to freeze"):
        frozen.freeze(parties.alice, 0, CASE, sender=parties.freezer)
    with boa.reverts("ecash: frozen amount out of range"):
        frozen.freeze(parties.alice, 2**256 - 40_00, CASE, sender=parties.freezer)
    with boa.reverts("ecash: nothing to unfreeze"):
        frozen.unfreeze(parties.alice, 0, CASE, sender=parties.freezer)


def test_only_freezers_freeze_and_unfreeze(frozen: Any, parties: Any) -> None:
    for caller in (parties.central_bank, parties.pauser, parties.alice):
        with boa.reverts("ecash: not a freezer"):
            frozen.freeze(parties.bob, 1, CASE, sender=caller)
        with boa.reverts("ecash: not a freezer"):
            frozen.unfreeze(parties.alice, 1, CASE, sender=caller)
