"""Session keys: a cap, an expiry, named receivers, and an end that any owner can make."""

from typing import Any

import pytest

from contracts import load
from tests.contracts.account.stage import (
    ACCOUNT,
    ANN,
    BEN,
    CEM,
    DAY,
    LANDLORD,
    PHONE,
    SESSION,
    SHOP,
    THIEF,
    TIERS,
    Stage,
    owner_fields,
)
from tests.contracts.placed import Outcome, hostile_token, now, wait
from tests.contracts.signers import Signer

CAP = 500
TOKEN = b"\xe6" * 20


@pytest.fixture
def stage() -> Stage:
    stage = Stage.set()
    assert grant(stage, targets=[SHOP, LANDLORD, b"\xe7" * 20]).accepted
    return stage


def grant(stage: Stage, *, key: bytes = SESSION, term: int = DAY, targets: Any = (SHOP,)) -> Outcome:
    call = stage.of_itself("set_session", key, CAP, now() + term, list(targets))
    return stage.batch([call], [ANN, BEN, PHONE])


def use(stage: Stage, data: bytes, *, to: bytes = TOKEN, key: bytes = SESSION) -> Outcome:
    return stage.account.attempt("execute_session", to, data, sender=key)


def paying(amount: int, to: bytes = SHOP, function: str = "transfer") -> bytes:
    return load("ecash").encode_call(function, to, amount, *([bytes(32)] if "memo" in function else []))


def test_a_session_key_pays_up_to_its_cap(stage: Stage) -> None:
    used = use(stage, paying(300)).event("SessionUsed").arguments
    assert used == {"key": SESSION, "to": TOKEN, "spent_before": 0, "spent_after": 300}
    assert use(stage, paying(201)).words == "account: over the session's cap"
    assert use(stage, paying(200, LANDLORD)).accepted
    assert use(stage, paying(1)).words == "account: over the session's cap"
    assert (stage.balance(SHOP), stage.balance(LANDLORD)) == (300, 200)
    record = stage.read("session", SESSION)
    assert (record["cap"], record["spent"], record["expires_at"]) == (CAP, CAP, now() + DAY)


def test_it_pays_only_its_targets_and_does_nothing_else_with_the_currency(stage: Stage) -> None:
    artifact = stage.token.artifact
    for data, words in (
        (paying(1, THIEF), "account: not a target"),
        (paying(1, THIEF, "approve"), "account: not a target"),
        (paying(1, SESSION, "transfer_with_memo"), "account: not a target"),
        (artifact.encode_call("transferFrom", ACCOUNT, SHOP, 1), "account: not a payment"),
        (artifact.encode_call("set_mode", 1), "account: not a payment"),
        (paying(1) + b"\0", "account: not a payment"),
        (b"", "account: not a payment"),
        (paying(1)[:4] + b"\1" + paying(1)[5:], "account: not a target"),
        (paying(CAP + 1, SHOP, "approve"), "account: over the session's cap"),
    ):
        assert use(stage, data).words == words
    assert stage.read("session", SESSION)["spent"] == 0


def test_it_calls_its_target_contracts_and_no_others(stage: Stage) -> None:
    other = hostile_token(b"\xe7" * 20)
    data = other.artifact.encode_call("mint", SHOP, 5)
    assert use(stage, data, to=other.address).accepted
    assert other.read("balanceOf", SHOP) == 5
    for to in (SHOP, ACCOUNT, THIEF, b"\xe8" * 20):
        assert use(stage, data, to=to).words == "account: not a target"


def test_it_expires(stage: Stage) -> None:
    wait(DAY)
    assert use(stage, paying(1)).accepted
    wait(1)
    assert use(stage, paying(1)).words == "account: session has expired"


def test_nobody_else_has_it(stage: Stage) -> None:
    for key in (THIEF, SHOP, ANN.address):
        assert use(stage, paying(1), key=key).words == "account: no such session"


@pytest.mark.parametrize("owner", [ANN, BEN, CEM])
def test_any_owner_ends_it_at_once(stage: Stage, owner: Signer) -> None:
    assert stage.account.attempt("revoke_session", SESSION, sender=THIEF).words == "account: not an owner"
    assert stage.account.attempt("revoke_session", THIEF, sender=owner.address).words == "account: no such session"
    revoked = stage.account.attempt("revoke_session", SESSION, sender=owner.address).event("SessionRevoked")
    assert revoked.arguments == {"key": SESSION, "by": owner.address}
    assert use(stage, paying(1)).words == "account: no such session"


def test_the_account_itself_ends_it_too(stage: Stage) -> None:
    assert stage.batch([stage.of_itself("revoke_session", SESSION)], [ANN, BEN, CEM]).accepted
    assert use(stage, paying(1)).words == "account: no such session"


def test_new_owners_end_it(stage: Stage) -> None:
    owners = [owner_fields(owner) for owner in (ANN, BEN, CEM)]
    assert stage.batch([stage.of_itself("set_owners", owners, TIERS)], [ANN, BEN, CEM]).accepted
    assert use(stage, paying(1)).words == "account: no such session"


def test_a_second_grant_replaces_the_first(stage: Stage) -> None:
    assert use(stage, paying(CAP)).accepted
    granted = grant(stage).event("SessionSet").arguments
    assert (granted["key"], granted["cap"], granted["targets"]) == (SESSION, CAP, (SHOP,))
    assert use(stage, paying(1)).accepted
    assert use(stage, paying(1, LANDLORD)).words == "account: not a target"


def test_only_the_account_grants_one(stage: Stage) -> None:
    terms = [THIEF, CAP, now() + DAY, [THIEF]]
    for sender in (ANN.address, SESSION, THIEF):
        assert stage.account.attempt("set_session", *terms, sender=sender).words == "account: only by itself"
    assert stage.batch([stage.of_itself("set_session", *terms)], [ANN, BEN]).words == "account: not enough signers"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"key": bytes(20)}, "account: not a session key"),
        ({"key": ACCOUNT}, "account: not a session key"),
        ({"term": 0}, "deadlines: has passed already"),
        ({"targets": [bytes(20)]}, "account: not a target"),
        ({"targets": [ACCOUNT]}, "account: not a target"),
        ({"targets": [SHOP, TOKEN]}, "account: not a target"),
    ],
)
def test_bad_sessions_are_refused(stage: Stage, change: dict[str, Any], refusal: str) -> None:
    assert grant(stage, **change).words == refusal


def test_a_target_gets_nothing_beyond_the_cap_by_calling_back(stage: Stage) -> None:
    call = stage.account.artifact.encode_call("execute_session", TOKEN, paying(CAP))
    stage.token.do("call_back", ACCOUNT, call)
    assert use(stage, paying(1)).accepted
    assert (stage.token.read("reentries_done"), stage.balance(SHOP)) == (0, 1)
