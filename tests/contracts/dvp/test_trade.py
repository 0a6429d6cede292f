"""A trade on one chain: the second delivery settles both legs, and until then everything can go back."""

import pytest

from tests.contracts.dvp.cast import (
    ASSET,
    BUYER,
    CALLED_OFF,
    DVP,
    HALF,
    MONEY,
    OPEN,
    OTHER,
    SELLER,
    SETTLED,
    STRANGER,
    TERM,
    TERMS,
    WEALTH,
    Scene,
    new_scene,
)
from tests.contracts.placed import HOSTILE_MOODS, now, wait

NOBODY = bytes(20)


@pytest.fixture
def scene() -> Scene:
    return new_scene()


def test_a_trade_is_written_down_by_either_party(scene: Scene) -> None:
    for by in (SELLER, BUYER):
        arguments = (SELLER, BUYER, ASSET, 10, MONEY, 990, now() + TERM, TERMS)
        proposed = scene.dvp.attempt("propose", *arguments, sender=by)
        assert proposed.event("Proposed").arguments == {
            "id": proposed.result,
            "seller": SELLER,
            "buyer": BUYER,
            "asset": ASSET,
            "asset_amount": 10,
            "money": MONEY,
            "money_amount": 990,
            "deadline": now() + TERM,
            "terms_hash": TERMS,
        }
        assert scene.dvp.read("trade", proposed.result)["state"] == OPEN
        assert scene.dvp.read("held", proposed.result) == 0
        assert scene.dvp.read("holds", proposed.result) == NOBODY


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({0: OTHER, 1: STRANGER}, "dvp: not a party"),
        ({1: NOBODY}, "dvp: nobody"),
        ({1: SELLER}, "dvp: not two parties"),
        ({1: DVP}, "dvp: not two parties"),
        ({2: OTHER}, "dvp: not a token"),
        ({4: DVP}, "dvp: not a token"),
        ({4: ASSET}, "dvp: the same token twice"),
        ({3: 0}, "dvp: no amount"),
        ({5: 0}, "dvp: no amount"),
        ({6: 1}, "deadlines: has passed already"),
    ],
)
def test_a_trade_has_two_parties_two_tokens_two_amounts_and_a_deadline(
    scene: Scene, changes: dict[int, object], words: str
) -> None:
    arguments: list[object] = [SELLER, BUYER, ASSET, 10, MONEY, 990, now() + TERM, TERMS]
    for position, value in changes.items():
        arguments[position] = value
    assert scene.dvp.attempt("propose", *arguments, sender=SELLER).words == words


@pytest.mark.parametrize("first", [SELLER, BUYER])
def test_the_second_delivery_settles_both(scene: Scene, first: bytes) -> None:
    id = scene.propose()
    second = BUYER if first == SELLER else SELLER
    token, amount = (ASSET, 10) if first == SELLER else (MONEY, 990)
    delivered = scene.dvp.attempt("deliver", id, sender=first)
    assert delivered.event("Delivered").arguments == {
        "id": id,
        "by": first,
        "token": token,
        "value": amount,
        "held_before": 0,
        "held_after": amount,
    }
    assert scene.dvp.read("trade", id)["state"] == HALF
    assert scene.dvp.read("held", id) == scene.dvp.read("liabilities", token) == amount
    assert scene.dvp.read("holds", id) == token
    settled = scene.dvp.attempt("deliver", id, sender=second)
    delivery = settled.event("Delivered").arguments
    assert (delivery["held_before"], delivery["held_after"]) == (0, 990 if second == BUYER else 10)
    assert settled.event("Settled").arguments == {
        "id": id,
        "seller": SELLER,
        "buyer": BUYER,
        "asset_amount": 10,
        "money_amount": 990,
        "asset_held_before": 10,
        "asset_held_after": 0,
        "money_held_before": 990,
        "money_held_after": 0,
    }
    assert scene.dvp.read("trade", id)["state"] == SETTLED
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH + 990)
    assert scene.balances(BUYER) == (WEALTH + 10, WEALTH - 990)
    assert scene.holds_nothing()
    for name in ("deliver", "cancel"):
        assert scene.dvp.attempt(name, id, sender=first).words == "dvp: not pending"


def test_only_parties_deliver_and_each_once(scene: Scene) -> None:
    id = scene.propose()
    for sender in (OTHER, STRANGER):
        assert scene.dvp.attempt("deliver", id, sender=sender).words == "dvp: not a party"
        assert scene.dvp.attempt("cancel", id, sender=sender).words == "dvp: not a party"
    scene.dvp.do("deliver", id, sender=SELLER)
    assert scene.dvp.attempt("deliver", id, sender=SELLER).words == "dvp: delivered already"
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH)


def test_a_second_leg_that_cannot_come_moves_neither(scene: Scene) -> None:
    id = scene.propose(money_amount=WEALTH + 1)
    scene.dvp.do("deliver", id, sender=SELLER)
    assert not scene.dvp.attempt("deliver", id, sender=BUYER).accepted
    assert scene.balances(BUYER) == (WEALTH, WEALTH)
    assert scene.dvp.read("held", id) == 10


@pytest.mark.parametrize("delivered", [None, SELLER, BUYER])
@pytest.mark.parametrize("how", ["seller", "buyer", "exit"])
def test_what_is_called_off_or_late_goes_back(scene: Scene, delivered: bytes | None, how: str) -> None:
    id = scene.propose()
    if delivered:
        scene.dvp.do("deliver", id, sender=delivered)
    held = scene.dvp.read("held", id)
    if how == "exit":
        wait(TERM)
        early = scene.dvp.attempt("exit", id, sender=STRANGER)
        assert early.words == "dvp: deadline has not passed"
        wait(1)
        assert scene.dvp.attempt("deliver", id, sender=BUYER).words in (
            "dvp: deadline has passed",
            "dvp: delivered already",
        )
    sender = {"seller": SELLER, "buyer": BUYER, "exit": STRANGER}[how]
    ended = scene.dvp.attempt("exit" if how == "exit" else "cancel", id, sender=sender)
    assert ended.event("CalledOff").arguments == {"id": id, "by": sender, "held_before": held, "held_after": 0}
    assert scene.dvp.read("trade", id)["state"] == CALLED_OFF
    assert scene.balances(SELLER) == scene.balances(BUYER) == (WEALTH, WEALTH)
    assert scene.holds_nothing()
    assert scene.dvp.attempt("exit", id, sender=STRANGER).words == "dvp: nothing to exit"


def test_in_its_last_second_a_trade_still_settles(scene: Scene) -> None:
    id = scene.propose()
    scene.dvp.do("deliver", id, sender=SELLER)
    assert scene.dvp.read("last_deadline", id) == now() + TERM
    wait(TERM)
    scene.dvp.do("deliver", id, sender=BUYER)


def test_a_party_that_cannot_be_paid_has_a_claim_and_the_other_is_paid(scene: Scene) -> None:
    id = scene.propose()
    scene.dvp.do("deliver", id, sender=SELLER)
    scene.asset.do("block", BUYER)
    settled = scene.dvp.attempt("deliver", id, sender=BUYER)
    assert settled.event("ClaimCredited").arguments["who"] == BUYER
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH + 990)
    assert scene.dvp.read("claimable", ASSET, BUYER) == scene.dvp.read("liabilities", ASSET) == 10
    scene.asset.do("set_mode", HOSTILE_MOODS["honest"])
    scene.dvp.do("claim", ASSET, BUYER, sender=STRANGER)
    assert scene.balances(BUYER) == (WEALTH + 10, WEALTH - 990)


@pytest.mark.parametrize("first", [SELLER, BUYER])
def test_a_token_that_takes_a_fee_is_no_leg(scene: Scene, first: bytes) -> None:
    id = scene.propose(100, 100)
    scene.asset.do("set_mode", HOSTILE_MOODS["takes a fee"])
    if first == BUYER:
        scene.dvp.do("deliver", id, sender=BUYER)
    refused = scene.dvp.attempt("deliver", id, sender=SELLER)
    assert refused.words == "claims: less arrived than was sent"
    assert scene.balances(SELLER) == (WEALTH, WEALTH)


def test_a_token_that_calls_back_gets_nowhere(scene: Scene) -> None:
    id, other = scene.propose(), scene.propose()
    scene.dvp.do("deliver", other, sender=SELLER)
    scene.dvp.do("deliver", id, sender=SELLER)
    payload = scene.dvp.artifact.encode_call("exit", other)
    wait(TERM)
    scene.asset.do("call_back", DVP, payload)
    scene.dvp.do("deliver", id, sender=BUYER)
    assert (scene.asset.read("reentries_tried"), scene.asset.read("reentries_done")) == (1, 0)


def test_an_unknown_id_is_nothing(scene: Scene) -> None:
    assert scene.dvp.attempt("exit", TERMS, sender=STRANGER).words == "dvp: nothing to exit"
    assert scene.dvp.read("last_deadline", TERMS) == 0
