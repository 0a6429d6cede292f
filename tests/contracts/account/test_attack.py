"""Whoever calls whatever, with one key fewer than it takes: nothing leaves the account but a session key's cap to its
receivers, and the account stays whose it is.
"""

import os
import random
from typing import Any

import pytest

from contracts.account_signing import APPROVED, together
from contracts.values import ARRAY, Parameter
from tests.contracts.account.stage import (
    ACCOUNT,
    ANN,
    BEN,
    CEM,
    DAY,
    GUARDIANS,
    NO_LIMIT,
    PHONE,
    SESSION,
    SHOP,
    THIEF,
    WEALTH,
    Stage,
    fields,
    owner_fields,
    owner_id,
)
from tests.contracts.machine import SEED_VARIABLE
from tests.contracts.placed import now, wait

CAP = 400
ROLES = {
    "ann": ANN.address,
    "guardian": GUARDIANS[0],
    "session": SESSION,
    "shop": SHOP,
    "thief": THIEF,
    "token": b"\xe6" * 20,
}
"""One owner of three, one guardian of two, and everybody who has less than that."""
TIERS = [(NO_LIMIT, 2)]


def attacked() -> Stage:
    """Every payment takes two; ann's key is in the wrong hands, and a session key's too."""
    stage = Stage.set()
    owners = [owner_fields(owner) for owner in (ANN, BEN, CEM, PHONE)]
    calls = [
        stage.of_itself("set_owners", owners, TIERS),
        stage.of_itself("set_session", SESSION, CAP, now() + 30 * DAY, [SHOP]),
    ]
    assert stage.batch(calls, [ANN, BEN, CEM]).accepted
    return stage


@pytest.mark.parametrize("draws", [1, pytest.param(10, marks=pytest.mark.long)])
def test_one_owner_one_guardian_and_a_session_key_take_no_more_than_the_sessions_cap(draws: int) -> None:
    chosen = os.environ.get(SEED_VARIABLE)
    seed = int(chosen) if chosen else random.SystemRandom().randrange(2**32)
    print(f"to repeat: {SEED_VARIABLE}={seed}")
    draw = random.Random(seed)
    stage = attacked()
    owners, guardians = stage.read("owners"), stage.read("guardian_list")
    functions = [each for each in stage.account.artifact.interface.functions if each.mutability not in ("view", "pure")]
    attempts = [(function, role) for function in functions for role in ROLES] * draws
    draw.shuffle(attempts)
    for function, role in attempts:
        if draw.random() < 0.05:
            wait(draw.choice([1, DAY, 4 * DAY]))
        arguments = [value(stage, parameter, draw) for parameter in function.inputs]
        if function.name in ("execute", "batch"):
            arguments = forged(stage, function.name, draw)
        outcome = stage.account.attempt_raw(function.encode(arguments), sender=ROLES[role])
        what = f"{function.name} by {role}: {outcome.words}"
        assert stage.balance(SHOP) <= CAP, what
        assert stage.balance(ACCOUNT) == WEALTH - stage.balance(SHOP), what
        assert (stage.read("owners"), stage.read("guardian_list")) == (owners, guardians), what
        assert stage.read("needed", fields([stage.pay(1)])) == 2, what
    assert stage.batch([stage.pay(WEALTH - stage.balance(SHOP), THIEF)], [BEN, PHONE], nonce=10**6).accepted


def forged(stage: Stage, name: str, draw: random.Random) -> list[Any]:
    """A payment to the thief with ann's good signature and something that is none for the others."""
    calls = [
        draw.choice(
            [
                stage.pay(WEALTH, THIEF),
                stage.pay(1, THIEF),
                stage.of_itself("set_owners", [owner_fields(ANN)], [(NO_LIMIT, 1)]),
            ]
        )
    ]
    nonce = draw.randrange(1_000)
    digest = stage.signing.batch(calls, nonce, now())
    other = draw.choice([BEN, CEM, PHONE])
    entry = draw.choice([APPROVED, ANN.sign(digest), draw.randbytes(65), other.sign(bytes(32))])
    good = {owner_id(ANN): draw.choice([ANN.sign(digest), APPROVED])}
    entries = draw.choice(
        [
            together({**good, owner_id(other): entry}),
            together(good) * 2,
            together(good) + together({owner_id(ANN)[:-1] + b"\xff": ANN.sign(digest)}),
            together(good),
        ]
    )
    return [fields(calls)[0] if name == "execute" else fields(calls), nonce, now(), entries]


def value(stage: Stage, parameter: Parameter, draw: random.Random) -> Any:
    """Something of the parameter's type that the account is likely to look at closely."""
    if ARRAY.fullmatch(parameter.type):
        return [value(stage, parameter.item(), draw) for _ in range(draw.randrange(3))]
    if parameter.components:
        if [each.name for each in parameter.components] == ["account", "x", "y"]:
            return owner_fields(draw.choice([ANN, BEN, PHONE]))
        if [each.name for each in parameter.components] == ["up_to", "signers"]:
            return (NO_LIMIT, draw.choice([1, 2]))
        return draw.choice(fields([stage.pay(1, THIEF), stage.pay(1, SHOP)]))
    if parameter.type == "address":
        return draw.choice([*ROLES.values(), ACCOUNT])
    if parameter.type == "bytes32":
        return draw.choice([owner_id(ANN), owner_id(BEN), owner_id(PHONE), draw.randbytes(32)])
    if parameter.type == "bytes":
        pay = stage.pay(draw.choice([1, 150, CAP, CAP + 1]), draw.choice([SHOP, SHOP, THIEF]))
        return draw.choice([pay.data, pay.data, b"", draw.randbytes(64)])[
            : 64 if "signature" in parameter.name else 2_048
        ]
    return draw.choice([0, 1, 2, now() + DAY, CAP, 2**255])
