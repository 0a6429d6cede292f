"""`check`, ERC-1404's two questions, and the policy that is asked before each payment."""

import pytest

from contracts import ECASH, REASONS, load
from tests.contracts.placed import Placed
from tests.contracts.policy.world import (
    ADMIN,
    ALICE,
    ALLOWED,
    BANK,
    BOB,
    FREEZER,
    NO_LIMIT,
    PAUSER,
    Kind,
    World,
    new_world,
)

CODES = {reason.name: reason.code for reason in REASONS.values()}
ZERO = bytes(20)
CASE = b"\1" * 32


@pytest.fixture
def world() -> World:
    return new_world(money=1_000)


def asked(world: World, payer: bytes, payee: bytes, amount: int) -> str:
    """The reason's name, by `check`, by ERC-1404 and by a transfer alike."""
    by_erc_1404 = world.ecash.read("detectTransferRestriction", payer, payee, amount)
    code = world.agree(payer, payee, amount).code
    assert by_erc_1404 == code
    return REASONS[code].name


def test_each_of_the_currencys_own_reasons(world: World) -> None:
    assert asked(world, ALICE, ZERO, 1) == asked(world, ALICE, ECASH, 1) == "NOBODY_TO_PAY"
    assert asked(world, ALICE, BOB, 1_001) == "MORE_THAN_BALANCE"
    world.ecash.do("freeze", ALICE, 400, CASE, sender=FREEZER)
    assert asked(world, ALICE, BOB, 601) == "FROZEN"
    assert asked(world, ALICE, BOB, 600) == "PERMITTED"
    world.ecash.do("pause", sender=PAUSER)
    assert asked(world, ALICE, BOB, 0) == "PAUSED"


def test_erc_1404_gives_the_code_and_its_words(world: World) -> None:
    code = world.ecash.read("detectTransferRestriction", ALICE, BOB, 1_001)
    assert code == CODES["MORE_THAN_BALANCE"]
    assert world.ecash.read("messageForTransferRestriction", code) == "more than the balance"
    assert world.ecash.read("detectTransferRestriction", ALICE, BOB, 1_000) == 0
    for code, reason in REASONS.items():
        assert world.ecash.read("messageForTransferRestriction", code) == reason.words
    assert world.ecash.read("messageForTransferRestriction", 255) == "unknown reason"


def test_a_pause_refuses_issue_and_new_allowances_by_number(world: World) -> None:
    world.ecash.do("pause", sender=PAUSER)
    refused = "refused: payments are paused (code 1, rule 0, version 0)"
    assert world.ecash.attempt("approve", BOB, 1, sender=ALICE).words == refused
    world.ecash.do("approve", BOB, 0, sender=ALICE)
    assert world.policy.read("currency") == ECASH


def test_issue_asks_the_policy_as_of_a_payment_by_the_issuer(world: World) -> None:
    world.set_rules(Kind.ALLOW)
    refusal = world.check(BANK, BOB, 1)
    assert REASONS[refusal.code].name == "PAYER_NOT_ALLOWED"
    assert world.ecash.attempt("mint", BOB, 1, sender=BANK).words == str(refusal)
    for who in (BANK, BOB):
        world.list(ALLOWED, who, True)
    world.ecash.do("mint", BOB, 1, sender=BANK)


def test_issue_asks_the_policy_with_its_amount(world: World) -> None:
    world.set_rules(Kind.BALANCE)
    world.policy.do("set_limits", 0, NO_LIMIT, NO_LIMIT, 1_500, sender=ADMIN)
    refusal = world.check(BANK, BOB, 501)
    assert REASONS[refusal.code].name == "BALANCE_LIMIT"
    assert world.ecash.attempt("mint", BOB, 501, sender=BANK).words == str(refusal)
    world.ecash.do("mint", BOB, 500, sender=BANK)


def test_the_policy_is_set_and_removed_by_the_central_bank(world: World) -> None:
    world.set_rules(Kind.ALLOW)
    assert asked(world, ALICE, BOB, 1) == "PAYER_NOT_ALLOWED"
    removed = world.ecash.attempt("set_policy", ZERO, sender=ADMIN).event("PolicySet")
    assert (removed["policy_before"], removed["policy_after"]) == (world.policy.address, ZERO)
    assert world.ecash.read("policy") == ZERO
    assert asked(world, ALICE, BOB, 1) == "PERMITTED"
    world.ecash.do("set_policy", world.policy.address, sender=ADMIN)
    assert asked(world, ALICE, BOB, 1) == "PAYER_NOT_ALLOWED"


def test_setting_the_policy_in_a_pause_does_not_end_it(world: World) -> None:
    world.ecash.do("pause", sender=PAUSER)
    until = world.ecash.read("paused_until")
    world.ecash.do("set_policy", ZERO, sender=ADMIN)
    world.ecash.do("set_policy", world.policy.address, sender=ADMIN)
    assert world.ecash.read("paused_until") == until and world.ecash.read("paused")
    world.ecash.do("unpause", sender=PAUSER)
    assert world.ecash.read("policy") == world.policy.address


def test_only_a_policy_of_this_currency_is_one(world: World) -> None:
    other = Placed(load("policy"), b"\xda" * 20, b"\xdb" * 20, ADMIN, 2)
    assert world.ecash.attempt("set_policy", other.address, sender=ADMIN).words == "ecash: another currency's policy"
    assert world.ecash.attempt("set_policy", BOB, sender=ADMIN).words == "ecash: not a policy"


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_limits_follow_the_currencys_decimals(decimals: int) -> None:
    """Tier 0 pays 2,000 major units at once, whatever their decimals."""
    world = new_world(decimals=decimals, money=5_000 * 10**decimals)
    world.set_rules(Kind.PER_PAYMENT, Kind.PER_DAY, Kind.BALANCE)
    assert world.ecash.read("decimals") == decimals
    assert asked(world, ALICE, BOB, 2_000 * 10**decimals + 1) == "PAYMENT_LIMIT"
    assert asked(world, ALICE, BOB, 2_000 * 10**decimals) == "PERMITTED"
