"""Who owns the account: how it is set up, how its owners change it, and how guardians bring it back."""

from collections.abc import Sequence
from typing import Any

import pytest
from eth.exceptions import Revert

from contracts import load
from tests.contracts.account.stage import (
    ACCOUNT,
    ANN,
    BEN,
    CEM,
    DAY,
    DELAY,
    GUARDIANS,
    NO_LIMIT,
    PHONE,
    SHOP,
    THIEF,
    TIERS,
    Owner,
    Stage,
    owner_fields,
    owner_id,
)
from tests.contracts.passkeys import Passkey
from tests.contracts.placed import NOBODY, Outcome, Placed, hostile_token, wait
from tests.contracts.signers import Signer

DORA, TABLET = Signer(41), Passkey(42)
NEW_OWNERS = [owner_fields(DORA), owner_fields(TABLET)]
NEW_TIERS = [(50, 1), (NO_LIMIT, 2)]
MONTH = 30 * DAY


@pytest.fixture
def stage() -> Stage:
    return Stage.set()


def support(stage: Stage, guardian: bytes, owners: Any = NEW_OWNERS, tiers: Any = NEW_TIERS) -> Outcome:
    return stage.account.attempt("support_recovery", owners, tiers, sender=guardian)


def finish(stage: Stage) -> Outcome:
    return stage.account.attempt("finish_recovery", NEW_OWNERS, NEW_TIERS, sender=NOBODY)


def test_the_account_shows_who_it_is(stage: Stage) -> None:
    owners = [(each["account"], each["x"], each["y"]) for each in stage.read("owners")]
    assert owners == [owner_fields(owner) for owner in (ANN, BEN, CEM, PHONE)]
    assert [(each["up_to"], each["signers"]) for each in stage.read("thresholds")] == TIERS
    assert list(stage.read("guardian_list")) == GUARDIANS
    assert (stage.read("guardians_needed"), stage.read("recovery_delay")) == (2, DELAY)
    assert (stage.read("currency"), stage.read("epoch")) == (stage.token.address, 1)
    assert stage.read("is_owner", owner_id(PHONE))
    assert not stage.read("is_owner", owner_id(TABLET))


GOOD: dict[str, Any] = {
    "currency": b"\xe6" * 20,
    "owners": [owner_fields(ANN), owner_fields(PHONE)],
    "tiers": [(100, 1), (NO_LIMIT, 2)],
    "guardians": GUARDIANS,
    "needed": 2,
    "delay": DELAY,
}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"owners": [(bytes(20), 0, 0)]}, "account: not an owner's key"),
    ({"owners": [(bytes(20), 5, 5)]}, "account: not an owner's key"),
    ({"owners": [(ACCOUNT, 0, 0)]}, "account: not an owner's key"),
    ({"owners": [(ANN.address, 1, 0)]}, "account: two keys of an owner"),
    ({"owners": [(ANN.address, *PHONE.public)]}, "account: two keys of an owner"),
    ({"owners": [owner_fields(ANN)] * 2}, "account: an owner twice"),
    ({"owners": [owner_fields(PHONE)] * 2}, "account: an owner twice"),
    ({"tiers": []}, "account: no thresholds"),
    ({"tiers": [(NO_LIMIT - 1, 1)]}, "account: last tier has a limit"),
    ({"tiers": [(NO_LIMIT, 0)]}, "account: no signers"),
    ({"tiers": [(NO_LIMIT, 3)]}, "account: more signers than owners"),
    ({"owners": []}, "account: more signers than owners"),
    ({"tiers": [(5, 1), (5, 1), (NO_LIMIT, 2)]}, "account: tiers do not ascend"),
    ({"tiers": [(5, 2), (NO_LIMIT, 1)]}, "account: tiers do not ascend"),
]
REFUSED_GUARDIANS: list[tuple[dict[str, Any], str]] = [
    ({"needed": 4}, "account: more than there are"),
    ({"needed": 0}, "account: no guardians needed"),
    ({"delay": DAY - 1}, "account: delay too short"),
    ({"delay": MONTH + 1}, "account: delay too long"),
    ({"guardians": [GUARDIANS[0], bytes(20)]}, "account: not a guardian"),
    ({"guardians": [GUARDIANS[0], ACCOUNT]}, "account: not a guardian"),
    ({"guardians": [GUARDIANS[0]] * 2}, "account: a guardian twice"),
]


@pytest.mark.parametrize(("change", "refusal"), REFUSED)
def test_owners_that_cannot_be_are_refused(stage: Stage, change: dict[str, Any], refusal: str) -> None:
    terms = {**GOOD, **change}
    call = stage.of_itself("set_owners", terms["owners"], terms["tiers"])
    assert stage.batch([call], [ANN, BEN, CEM]).words == refusal
    assert support(stage, GUARDIANS[0], terms["owners"], terms["tiers"]).words == refusal


@pytest.mark.parametrize(("change", "refusal"), REFUSED_GUARDIANS)
def test_guardians_that_cannot_be_are_refused(stage: Stage, change: dict[str, Any], refusal: str) -> None:
    terms = {**GOOD, **change}
    call = stage.of_itself("set_guardians", terms["guardians"], terms["needed"], terms["delay"])
    assert stage.batch([call], [ANN, BEN, CEM]).words == refusal


def test_an_account_needs_its_currency(stage: Stage) -> None:
    with pytest.raises(Revert, match="account: not a currency"):
        Placed(load("account"), b"\xc8" * 20, *{**GOOD, "currency": SHOP}.values())
    assert Placed(load("account"), b"\xc9" * 20, *GOOD.values()).read("epoch") == 1


def test_owners_replace_themselves(stage: Stage) -> None:
    call = stage.of_itself("set_owners", NEW_OWNERS, NEW_TIERS)
    assert stage.batch([call], [ANN, BEN]).words == "account: not enough signers"
    assert stage.batch([call], [ANN, BEN, PHONE]).event("OwnersSet").arguments["epoch"] == 2
    assert stage.batch([stage.pay(10)], [ANN, BEN, CEM]).words == "account: not enough signers"
    assert stage.batch([stage.pay(10)], [PHONE]).words == "account: not enough signers"
    assert stage.batch([stage.pay(10)], [TABLET]).accepted
    assert stage.batch([stage.pay(500)], [TABLET, DORA]).accepted


@pytest.mark.parametrize("name", ["set_owners", "set_guardians"])
def test_nobody_changes_the_account_from_outside(stage: Stage, name: str) -> None:
    arguments = [NEW_OWNERS, NEW_TIERS] if name == "set_owners" else [GUARDIANS, 1, DELAY]
    for sender in (ANN.address, GUARDIANS[0], THIEF):
        assert stage.account.attempt(name, *arguments, sender=sender).words == "account: only by itself"


def test_guardians_bring_the_account_back_after_the_delay(stage: Stage) -> None:
    first = support(stage, GUARDIANS[0]).event("RecoverySupported").arguments
    assert (first["guardian"], first["supporters"], first["ready_after"]) == (GUARDIANS[0], 1, 0)
    assert finish(stage).words == "account: not enough guardians"
    assert support(stage, GUARDIANS[0]).words == "account: supported already"
    assert support(stage, THIEF).words == "account: not a guardian"
    assert support(stage, ANN.address).words == "account: not a guardian"
    assert support(stage, GUARDIANS[2]).event("RecoverySupported").arguments["supporters"] == 2
    ready = stage.read("ready_at", NEW_OWNERS, NEW_TIERS)
    wait(10)
    assert support(stage, GUARDIANS[1]).accepted
    assert stage.read("ready_at", NEW_OWNERS, NEW_TIERS) == ready
    wait(DELAY - 10)
    assert finish(stage).words == "account: can still be vetoed"
    wait(1)
    recovered = finish(stage)
    assert recovered.event("Recovered").arguments["id"] == first["id"]
    assert stage.batch([stage.pay(10)], [ANN]).words == "account: not enough signers"
    assert stage.batch([stage.pay(10)], [DORA]).accepted
    assert finish(stage).words == "account: not enough guardians"


def test_a_recovery_expires(stage: Stage) -> None:
    for guardian in GUARDIANS:
        support(stage, guardian)
    wait(DELAY + MONTH + 1)
    assert finish(stage).words == "account: recovery has expired"


def test_after_a_recovery_expired_the_guardians_begin_again_with_the_same_owners(stage: Stage) -> None:
    expired = support(stage, GUARDIANS[0]).event("RecoverySupported").arguments
    support(stage, GUARDIANS[1])
    wait(DELAY + MONTH + 1)
    again = support(stage, GUARDIANS[0]).event("RecoverySupported").arguments
    assert (again["recovery"], again["supporters"], again["ready_after"]) == (expired["recovery"] + 1, 1, 0)
    assert support(stage, GUARDIANS[0]).words == "account: supported already"
    assert finish(stage).words == "account: not enough guardians"
    support(stage, GUARDIANS[2])
    assert finish(stage).words == "account: can still be vetoed"
    wait(DELAY + 1)
    assert finish(stage).event("Recovered").arguments["id"] == again["id"]


def test_a_recovery_can_be_finished_up_to_its_last_second(stage: Stage) -> None:
    for guardian in GUARDIANS:
        support(stage, guardian)
    wait(DELAY + MONTH)
    assert finish(stage).accepted


def test_guardians_who_differ_do_not_add_up(stage: Stage) -> None:
    assert support(stage, GUARDIANS[0]).accepted
    assert support(stage, GUARDIANS[1], NEW_OWNERS, [(60, 1), (NO_LIMIT, 2)]).accepted
    wait(DELAY + 1)
    assert finish(stage).words == "account: not enough guardians"


@pytest.mark.parametrize("owner", [ANN, CEM, PHONE])
def test_any_owner_vetoes(stage: Stage, owner: Owner) -> None:
    for guardian in GUARDIANS[:2]:
        support(stage, guardian)
    wait(DELAY + 1)
    number = stage.read("recovery")
    if isinstance(owner, Passkey):
        signature = owner.sign(stage.signing.veto(number))
        outcome = stage.account.attempt("veto_recovery", owner_id(owner), signature, sender=NOBODY)
    else:
        outcome = stage.account.attempt("veto_recovery", owner_id(owner), b"", sender=owner.address)
    assert outcome.event("RecoveryVetoed").arguments == {"recovery": number, "by": owner_id(owner)}
    assert finish(stage).words == "account: not enough guardians"
    assert support(stage, GUARDIANS[0]).accepted


def vetoes() -> Sequence[tuple[Owner, bytes, bytes, str]]:
    return [
        (DORA, b"", DORA.address, "account: not an owner"),
        (TABLET, b"\1" * 64, NOBODY, "account: not an owner"),
        (ANN, b"", NOBODY, "account: not signed by the owner"),
        (ANN, b"\1" * 64, THIEF, "account: not signed by the owner"),
        (PHONE, b"\1" * 64, ANN.address, "account: not signed by the owner"),
        (PHONE, b"", ANN.address, "account: not signed by the owner"),
    ]


@pytest.mark.parametrize(("owner", "signature", "sender", "refusal"), vetoes())
def test_nobody_else_vetoes(stage: Stage, owner: Owner, signature: bytes, sender: bytes, refusal: str) -> None:
    outcome = stage.account.attempt("veto_recovery", owner_id(owner), signature, sender=sender)
    assert outcome.words == refusal


def test_a_veto_is_for_one_recovery(stage: Stage) -> None:
    signature = PHONE.sign(stage.signing.veto(stage.read("recovery")))
    assert stage.account.attempt("veto_recovery", owner_id(PHONE), signature).accepted
    outcome = stage.account.attempt("veto_recovery", owner_id(PHONE), signature)
    assert outcome.words == "account: not signed by the owner"


def test_new_guardians_end_the_recoveries_of_the_former(stage: Stage) -> None:
    for guardian in GUARDIANS:
        support(stage, guardian)
    call = stage.of_itself("set_guardians", [THIEF], 1, DAY)
    guardians = stage.batch([call], [ANN, BEN, CEM]).event("GuardiansSet").arguments
    assert guardians == {"guardians": (THIEF,), "needed": 1, "delay": DAY}
    wait(DELAY + 1)
    assert finish(stage).words == "account: not enough guardians"
    assert support(stage, GUARDIANS[0]).words == "account: not a guardian"


def test_an_account_without_guardians_cannot_be_recovered(stage: Stage) -> None:
    assert stage.batch([stage.of_itself("set_guardians", [], 0, DAY)], [ANN, BEN, CEM]).accepted
    assert support(stage, GUARDIANS[0]).words == "account: not a guardian"
    assert finish(stage).words == "account: not enough guardians"


def test_two_accounts_of_the_same_owners_are_strangers(stage: Stage) -> None:
    token = hostile_token(b"\xe7" * 20)
    other = Placed(load("account"), b"\xc8" * 20, token.address, *list(GOOD.values())[1:])
    call = stage.pay(5)
    signatures = stage.signed(stage.signing.batch([call], 1, 2**64), [ANN])
    arguments = [(call.to, call.amount, call.data), 1, 2**64, signatures]
    assert other.attempt("execute", *arguments).words == "account: not enough signers"
    assert stage.account.attempt("execute", *arguments).accepted
