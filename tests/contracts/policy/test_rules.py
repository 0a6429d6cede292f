"""Rules, tiers and lists: what each refuses, at its limit, and by which numbers."""

import pytest
from eth.exceptions import Revert

from contracts import ECASH, REASONS, Refusal, load
from tests.contracts.placed import NOBODY, Placed, now, wait, wait_until
from tests.contracts.policy.world import (
    ADMIN,
    ALICE,
    ALLOWED,
    BANK,
    BOB,
    CAROL,
    CUSTODIAN,
    DAVE,
    DAY,
    DENIED,
    LIST_OWNER,
    NO_LIMIT,
    NO_SUBJECT,
    OFFICER,
    REGISTRAR,
    RULE,
    RULE_SUBJECT,
    Kind,
    Mood,
    World,
    new_world,
    set_mood,
)

CODES = {reason.name: reason.code for reason in REASONS.values()}
REFERENCE = b"INV-7".ljust(32, b"\0")
ZERO = bytes(20)


@pytest.fixture
def world() -> World:
    """Tier 0 may pay 1,000 at once and 1,500 a day, and hold 31,000; everybody holds 30,000."""
    world = new_world()
    world.policy.do("set_limits", 0, 1_000, 1_500, 31_000, sender=ADMIN)
    return world


def refusal(world: World, name: str, rule: int) -> Refusal:
    return Refusal(CODES[name], rule, world.policy.read("version"))


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_the_table_of_limits_is_in_major_units(decimals: int) -> None:
    policy = Placed(load("policy"), b"\xd2" * 20, ECASH, ADMIN, decimals)
    unit = 10**decimals
    table = [tuple(policy.read("limits", tier).values()) for tier in range(4)]
    assert table == [
        (2_000 * unit, 5_000 * unit, 10_000 * unit),
        (5_000 * unit, 10_000 * unit, 20_000 * unit),
        (50_000 * unit, 100_000 * unit, 500_000 * unit),
        (NO_LIMIT, NO_LIMIT, NO_LIMIT),
    ]


def test_a_policy_needs_a_currency_and_an_admin() -> None:
    for arguments, words in (
        ((ZERO, ADMIN, 2), "policy: no currency"),
        ((ECASH, ZERO, 2), "policy: no admin"),
        ((ECASH, ADMIN, 19), "policy: too many decimals"),
    ):
        with pytest.raises(Revert, match=words):
            Placed(load("policy"), b"\xd3" * 20, *arguments)


def test_the_administrator_hands_over_in_two_steps(world: World) -> None:
    for contract in (world.policy, world.directory):
        contract.do("propose_admin", DAVE, sender=ADMIN)
        assert contract.attempt("accept_admin", sender=ADMIN).words == "roles: not the proposed admin"
        changed = contract.attempt("accept_admin", sender=DAVE).event("AdminChanged")
        assert (changed["former"], changed["admin"]) == (ADMIN, DAVE)
        assert contract.read("admin") == DAVE and contract.read("proposed_admin") == ZERO


def test_without_rules_everything_is_permitted(world: World) -> None:
    assert world.agree(ALICE, BOB, 30_000) == Refusal(0, 0, world.policy.read("version"))


def test_one_payment_has_a_limit(world: World) -> None:
    world.set_rules(Kind.PER_PAYMENT)
    assert world.agree(ALICE, BOB, 1_001) == refusal(world, "PAYMENT_LIMIT", 1)
    assert world.agree(ALICE, BOB, 1_000).code == 0


def test_a_day_has_a_limit_and_ends_at_midnight(world: World) -> None:
    wait_until((now() // DAY + 1) * DAY)
    world.set_rules(Kind.NONE, Kind.PER_DAY)
    assert world.agree(ALICE, BOB, 1_000).code == 0
    assert world.agree(ALICE, BOB, 501) == refusal(world, "DAY_LIMIT", 2)
    assert world.agree(ALICE, BOB, 500).code == 0
    assert world.policy.read("spent_today", ALICE) == 1_500
    assert world.agree(ALICE, BOB, 1) == refusal(world, "DAY_LIMIT", 2)
    wait(DAY - 1)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "DAY_LIMIT", 2)
    wait(1)
    assert world.policy.read("spent_today", ALICE) == 0
    assert world.agree(ALICE, BOB, 1).code == 0
    account = world.policy.read("account", ALICE)
    assert account == {"tier": 0, "holds": 0, "day": now() // DAY, "spent": 1}


def test_counting_a_payment_leaves_the_tier_as_it_was(world: World) -> None:
    world.set_rules(Kind.PER_DAY)
    world.identify(ALICE, 2)
    world.agree(ALICE, BOB, 700)
    assert world.policy.read("account", ALICE) == {"tier": 2, "holds": 0, "day": now() // DAY, "spent": 700}


def test_what_is_exempt_is_counted_up_to_the_limit_and_no_further(world: World) -> None:
    world.set_rules(Kind.PER_DAY)
    for payer in (CUSTODIAN, BANK):
        for amount in (1_000, 501, 20_000):
            assert world.agree(payer, ALICE, amount).code == 0
        assert world.policy.read("account", payer) == {"tier": 0, "holds": 0, "day": now() // DAY, "spent": 1_000}


def test_a_lowered_limit_binds_at_once(world: World) -> None:
    world.set_rules(Kind.PER_DAY)
    world.agree(ALICE, BOB, 1_000)
    world.policy.do("set_limits", 0, 1_000, 900, 31_000, sender=ADMIN)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "DAY_LIMIT", 1)


def test_a_payee_holds_at_most_its_limit(world: World) -> None:
    world.set_rules(Kind.BALANCE)
    assert world.agree(ALICE, BOB, 1_001) == refusal(world, "BALANCE_LIMIT", 1)
    assert world.agree(ALICE, BOB, 1_000).code == 0
    assert world.agree(ALICE, BOB, 0).code == 0
    # To oneself nothing is added.
    assert world.agree(BOB, BOB, 20_000).code == 0


def test_new_money_respects_what_its_receiver_may_hold(world: World) -> None:
    world.set_rules(Kind.BALANCE)
    assert world.ecash.attempt("mint", ALICE, 1_001, sender=BANK).words == str(refusal(world, "BALANCE_LIMIT", 1))
    world.ecash.do("mint", ALICE, 1_000, sender=BANK)


def test_tiers_have_their_own_limits(world: World) -> None:
    world.set_rules(Kind.PER_PAYMENT)
    outcome = world.policy.attempt("set_tier", ALICE, 3, sender=REGISTRAR)
    assert dict(outcome.event("TierSet").arguments) == {
        "account": ALICE,
        "by": REGISTRAR,
        "tier_before": 0,
        "tier_after": 3,
    }
    assert world.agree(ALICE, BOB, 30_000).code == 0
    assert world.policy.read("account", ALICE)["tier"] == 3


def test_custody_and_issuers_have_no_limits(world: World) -> None:
    world.set_rules(Kind.PER_PAYMENT, Kind.PER_DAY, Kind.BALANCE)
    world.identify(ALICE, 3)
    assert world.agree(ALICE, CUSTODIAN, 10_000).code == 0
    assert world.agree(ALICE, BANK, 10_000).code == 0
    assert world.agree(CUSTODIAN, ALICE, 20_000).code == 0
    assert world.agree(BANK, ALICE, 20_000).code == 0
    # What custody pays out still respects what its payee may hold.
    assert world.agree(CUSTODIAN, BOB, 1_001) == refusal(world, "BALANCE_LIMIT", 3)


def test_delisted_custody_keeps_its_exemption(world: World) -> None:
    """Otherwise what it holds for others above a limit could never be paid to them."""
    world.set_rules(Kind.PER_PAYMENT)
    world.directory.do("set_custodian", CUSTODIAN, False, sender=ADMIN)
    assert world.agree(CUSTODIAN, ALICE, 20_000).code == 0


def test_a_deny_list_binds_both_ends(world: World) -> None:
    world.set_rules(Kind.NONE, Kind.NONE, Kind.DENY)
    world.list(DENIED, ALICE, True)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "PAYER_DENIED", 3)
    assert world.agree(BOB, ALICE, 1) == refusal(world, "PAYEE_DENIED", 3)
    world.list(DENIED, ALICE, False)
    assert world.agree(ALICE, BOB, 1).code == 0


def test_an_allow_list_binds_both_ends(world: World) -> None:
    world.set_rules(Kind.ALLOW)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "PAYER_NOT_ALLOWED", 1)
    world.list(ALLOWED, ALICE, True)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "PAYEE_NOT_ALLOWED", 1)
    world.list(ALLOWED, BOB, True)
    assert world.agree(ALICE, BOB, 1).code == 0


def test_custody_needs_no_listing(world: World) -> None:
    world.set_rules(Kind.DENY, Kind.ALLOW)
    world.list(DENIED, CUSTODIAN, True)
    world.list(ALLOWED, ALICE, True)
    assert world.agree(ALICE, CUSTODIAN, 1).code == 0
    assert world.agree(CUSTODIAN, ALICE, 1).code == 0


def test_the_lowest_rule_that_objects_names_the_refusal(world: World) -> None:
    world.set_rules(Kind.PER_DAY, Kind.PER_PAYMENT)
    assert world.agree(ALICE, BOB, 1_501) == refusal(world, "DAY_LIMIT", 1)
    assert world.agree(ALICE, BOB, 1_001) == refusal(world, "PAYMENT_LIMIT", 2)


def test_all_sixteen_rules_are_asked(world: World) -> None:
    world.set_rules(*[Kind.PER_DAY] * 15, Kind.PER_PAYMENT)
    assert world.agree(ALICE, BOB, 1_001) == refusal(world, "PAYMENT_LIMIT", 16)
    assert world.agree(ALICE, BOB, 1_000).code == 0


@pytest.mark.parametrize("mood", [Mood.REVERTS, Mood.BURNS_ALL_GAS, Mood.SAYS_NOTHING])
def test_a_rule_contract_that_fails_closes(world: World, mood: Mood) -> None:
    world.set_rules(Kind.CONTRACT)
    set_mood(world, mood)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "RULE_FAILED", 1)


@pytest.mark.parametrize("mood", [Mood.USES_ALL_IT_MAY, Mood.TALKS_TOO_MUCH])
def test_a_rule_contract_that_permits_in_too_many_words_permits(world: World, mood: Mood) -> None:
    world.set_rules(Kind.CONTRACT)
    set_mood(world, mood)
    assert world.agree(ALICE, BOB, 1).code == 0


def test_a_rule_contract_refuses_and_permits(world: World) -> None:
    world.set_rules(Kind.CONTRACT)
    assert world.agree(ALICE, BOB, 1).code == 0
    set_mood(world, Mood.REFUSES_ODD)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "RULE_REFUSED", 1)
    assert world.agree(ALICE, BOB, 2).code == 0
    set_mood(world, Mood.NEEDS_A_REFERENCE)
    assert world.agree(ALICE, BOB, 1) == refusal(world, "RULE_REFUSED", 1)
    assert world.agree(ALICE, BOB, 1, REFERENCE).code == 0


def test_a_policy_that_answers_nothing_closes(world: World) -> None:
    ecash = Placed(load("ecash"), b"\xd4" * 20, "Jiaozi", "JZ", 2, ADMIN, ZERO, b"\xd5" * 20)
    assert ecash.read("check", ALICE, BOB, 0, NO_SUBJECT) == (CODES["POLICY_FAILED"], 0, 0)
    assert ecash.attempt("transfer", BOB, 0, sender=ALICE).words == str(Refusal(CODES["POLICY_FAILED"], 0, 0))


def test_each_change_of_rules_limits_and_lists_counts_the_version(world: World) -> None:
    before = world.policy.read("version")
    set_rule = world.policy.attempt("set_rule", 5, Kind.DENY, DENIED, sender=ADMIN)
    set_limits = world.policy.attempt("set_limits", 1, 1, 2, 3, sender=ADMIN)
    listed = world.policy.attempt("set_list", DENIED, BOB, True, sender=LIST_OWNER)
    assert dict(set_rule.event("RuleSet").arguments) == {
        "rule": 5,
        "version": before + 1,
        "kind_before": 0,
        "kind_after": Kind.DENY,
        "subject_before": NO_SUBJECT,
        "subject_after": DENIED,
    }
    assert dict(set_limits.event("LimitsSet").arguments) == {
        "tier": 1,
        "version": before + 2,
        "per_payment": 1,
        "per_day": 2,
        "balance": 3,
    }
    assert dict(listed.event("Listed").arguments) == {
        "list_id": DENIED,
        "account": BOB,
        "version": before + 3,
        "listed": True,
    }
    assert world.policy.read("version") == before + 3
    assert world.policy.read("rule", 5) == {"kind": Kind.DENY, "subject": DENIED}
    removed = world.policy.attempt("set_rule", 5, Kind.NONE, NO_SUBJECT, sender=ADMIN).event("RuleSet")
    assert (removed["kind_before"], removed["kind_after"], removed["version"]) == (Kind.DENY, 0, before + 4)


def test_bad_rules_are_refused(world: World) -> None:
    for arguments, words in (
        ((0, Kind.PER_DAY, NO_SUBJECT), "policy: no such rule"),
        ((17, Kind.PER_DAY, NO_SUBJECT), "policy: no such rule"),
        ((1, 7, NO_SUBJECT), "policy: no such kind"),
        ((1, Kind.DENY, b"unknown".ljust(32, b"\0")), "policy: no such list"),
        ((1, Kind.PER_DAY, DENIED), "policy: takes no subject"),
        ((1, Kind.CONTRACT, bytes(12) + ALICE), "policy: not a rule contract"),
        ((1, Kind.CONTRACT, b"\1" + bytes(11) + RULE), "policy: not a rule contract"),
    ):
        assert world.policy.attempt("set_rule", *arguments, sender=ADMIN).words == words
    world.policy.do("set_rule", 16, Kind.CONTRACT, RULE_SUBJECT, sender=ADMIN)


def test_bad_limits_tiers_and_lists_are_refused(world: World) -> None:
    for name, arguments, sender, words in (
        ("set_limits", (4, 1, 1, 1), ADMIN, "policy: no such tier"),
        ("set_limits", (0, 1, 1, NO_LIMIT + 1), ADMIN, "policy: limit out of range"),
        ("set_limits", (0, NO_LIMIT + 1, 1, 1), ADMIN, "policy: limit out of range"),
        ("set_tier", (ALICE, 4), REGISTRAR, "policy: no such tier"),
        ("set_tier", (ZERO, 1), REGISTRAR, "policy: no account"),
        ("open_list", (NO_SUBJECT, ALICE), ADMIN, "policy: no list"),
        ("open_list", (DENIED, ZERO), ADMIN, "policy: no owner"),
        ("set_list", (DENIED, ZERO, True), LIST_OWNER, "policy: no account"),
        ("set_list", (DENIED, BOB, False), LIST_OWNER, "policy: is that already"),
    ):
        assert world.policy.attempt(name, *arguments, sender=sender).words == words


def test_a_list_passes_to_another_owner(world: World) -> None:
    passed = world.policy.attempt("open_list", DENIED, CAROL, sender=ADMIN).event("ListOpened")
    assert (passed["list_id"], passed["owner"], passed["owner_before"]) == (DENIED, CAROL, LIST_OWNER)
    outcome = world.policy.attempt("set_list", DENIED, BOB, True, sender=LIST_OWNER)
    assert outcome.words == "policy: not the list's owner"
    world.policy.do("set_list", DENIED, BOB, True, sender=CAROL)


def test_each_power_is_its_roles_alone(world: World) -> None:
    for name, arguments, words in (
        ("set_rule", (1, 1, NO_SUBJECT), "roles: not the admin"),
        ("set_limits", (1, 1, 1, 1), "roles: not the admin"),
        ("open_list", (ALLOWED, DAVE), "roles: not the admin"),
        ("set_registrar", (DAVE, True), "roles: not the admin"),
        ("set_officer", (DAVE, True), "roles: not the admin"),
        ("set_board", (DAVE, True), "roles: not the admin"),
        ("propose_admin", (DAVE,), "roles: not the admin"),
        ("set_tier", (DAVE, 3), "policy: not a registrar"),
        ("set_list", (ALLOWED, DAVE, True), "policy: not the list's owner"),
        ("note", (ALICE, DAVE, 1), "policy: not the currency"),
    ):
        for caller in (DAVE, OFFICER, NOBODY):
            assert world.policy.attempt(name, *arguments, sender=caller).words == words


def test_appointments_are_logged_and_withdrawn(world: World) -> None:
    for name, event, of in (
        ("set_registrar", "RegistrarSet", "is_registrar"),
        ("set_officer", "OfficerSet", "is_officer"),
        ("set_board", "BoardSet", "is_board"),
    ):
        for allowed in (True, False):
            logged = world.policy.attempt(name, DAVE, allowed, sender=ADMIN).event(event)
            assert (logged["account"], logged["allowed"]) == (DAVE, allowed)
            assert world.policy.read(of, DAVE) is allowed
        assert world.policy.attempt(name, ZERO, True, sender=ADMIN).words == "policy: no account"
