"""Across chains: by the preimage of a hash, or by one of two keys as ERC-7573 has it."""

import pytest

from contracts import load
from tests.contracts.dvp.cast import (
    ASSET,
    BUYER,
    BUYER_KEY,
    DVP,
    INCEPTED,
    LOCKED,
    MONEY,
    OTHER,
    PAID,
    REGISTERED,
    RETURNED,
    SECRET,
    SELLER,
    SELLER_KEY,
    STRANGER,
    TERM,
    WEALTH,
    Scene,
    as_bytes,
    hashed,
    new_scene,
    sha256,
)
from tests.contracts.placed import Placed, now, wait

NOBODY = bytes(20)


@pytest.fixture
def scene() -> Scene:
    return new_scene()


def state(scene: Scene, id: bytes | int) -> int:
    return int(scene.dvp.read("lock_of", as_bytes(id) if isinstance(id, int) else id)["state"])


# By hash


def test_the_preimage_pays_the_receiver_whoever_shows_it(scene: Scene) -> None:
    locked = scene.dvp.attempt("lock", SELLER, MONEY, 500, sha256(SECRET), now() + TERM, sender=BUYER)
    id = locked.result
    assert locked.event("Locked").arguments == {
        "id": id,
        "owner": BUYER,
        "receiver": SELLER,
        "token": MONEY,
        "value": 500,
        "receiver_hash": sha256(SECRET),
        "deadline": now() + TERM,
        "held_before": 0,
        "held_after": 500,
    }
    assert scene.dvp.read("held", id) == scene.dvp.read("liabilities", MONEY) == 500
    assert scene.dvp.read("holds", id) == MONEY
    assert scene.dvp.attempt("unlock", id, b"\1" * 32, sender=SELLER).words == "dvp: not the preimage"
    unlocked = scene.dvp.attempt("unlock", id, SECRET, sender=STRANGER)
    assert unlocked.event("Unlocked").arguments == {
        "id": id,
        "receiver": SELLER,
        "preimage": SECRET,
        "value": 500,
        "held_before": 500,
        "held_after": 0,
    }
    assert scene.balances(SELLER) == (WEALTH, WEALTH + 500) and scene.balances(STRANGER) == (0, 0)
    assert scene.holds_nothing() and state(scene, id) == PAID
    assert scene.dvp.attempt("unlock", id, SECRET, sender=SELLER).words == "dvp: not locked by hash"
    assert scene.dvp.attempt("reclaim", id, sender=BUYER).words == "dvp: not locked"


def test_a_preimage_counts_up_to_the_deadline_and_the_owner_reclaims_after_it(scene: Scene) -> None:
    first, second = scene.lock(), scene.lock()
    wait(TERM)
    assert scene.dvp.attempt("reclaim", first, sender=BUYER).words == "dvp: deadline has not passed"
    scene.dvp.do("unlock", first, SECRET, sender=SELLER)
    wait(1)
    assert scene.dvp.attempt("unlock", second, SECRET, sender=SELLER).words == "dvp: deadline has passed"
    assert scene.dvp.attempt("reclaim", second, sender=STRANGER).words == "dvp: not a party"
    returned = scene.dvp.attempt("reclaim", second, sender=BUYER)
    assert returned.event("Returned").arguments == {
        "id": second,
        "owner": BUYER,
        "by": BUYER,
        "held_before": 500,
        "held_after": 0,
    }
    assert scene.balances(BUYER) == (WEALTH, WEALTH - 500) and state(scene, second) == RETURNED
    assert scene.holds_nothing()


def test_the_receiver_gives_it_back_early_and_anyone_late(scene: Scene) -> None:
    given_back, left = scene.lock(), scene.lock()
    scene.dvp.do("reclaim", given_back, sender=SELLER)
    assert scene.dvp.attempt("exit", left, sender=STRANGER).words == "dvp: deadline has not passed"
    wait(TERM + 1)
    scene.dvp.do("exit", left, sender=STRANGER)
    assert scene.balances(BUYER) == (WEALTH, WEALTH) and scene.holds_nothing()
    assert scene.dvp.attempt("exit", left, sender=STRANGER).words == "dvp: nothing to exit"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({0: NOBODY}, "dvp: nobody"),
        ({0: BUYER}, "dvp: not two parties"),
        ({1: OTHER}, "dvp: not a token"),
        ({2: 0}, "dvp: no amount"),
        ({3: bytes(32)}, "dvp: no hash"),
        ({4: 1}, "deadlines: has passed already"),
    ],
)
def test_a_lock_has_a_receiver_a_token_an_amount_a_hash_and_a_deadline(
    scene: Scene, changes: dict[int, object], words: str
) -> None:
    arguments: list[object] = [SELLER, MONEY, 500, sha256(SECRET), now() + TERM]
    for position, value in changes.items():
        arguments[position] = value
    assert scene.dvp.attempt("lock", *arguments, sender=BUYER).words == words


def test_two_chains_exchange_with_one_secret(scene: Scene) -> None:
    """The seller made the secret and locks the asset there, with the longer term; the buyer locks money here."""
    there = Placed(load("dvp"), b"\xd8" * 20)
    asset = there.do("lock", BUYER, ASSET, 10, sha256(SECRET), now() + 2 * TERM, sender=SELLER)
    money = scene.lock()
    wait(TERM)
    shown = scene.dvp.attempt("unlock", money, SECRET, sender=SELLER).event("Unlocked").arguments["preimage"]
    wait(TERM)
    there.do("unlock", asset, shown, sender=BUYER)
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH + 500)
    assert scene.balances(BUYER) == (WEALTH + 10, WEALTH - 500)


# By key


def test_the_selectors_and_topics_are_those_of_erc_7573() -> None:
    signatures = set(load("dvp").selectors.values())
    assert {
        "inceptTransfer(uint256,int256,address,string,string)",
        "confirmTransfer(uint256,int256,address,string,string)",
        "cancelTransfer(uint256,int256,address,string,string)",
        "transferWithKey(uint256,string)",
    } <= signatures
    events = {name: load("dvp").interface.event(name) for name in ("TransferIncepted", "TokenClaimed")}
    assert events["TransferIncepted"].signature == "TransferIncepted(uint256,int256,address,address,string,string)"
    assert events["TokenClaimed"].signature == "TokenClaimed(uint256,string)"
    assert not any(parameter.indexed for event in events.values() for parameter in event.inputs)


def test_a_transfer_is_registered_incepted_and_confirmed(scene: Scene) -> None:
    registered = scene.dvp.attempt("register_transfer", SELLER, ASSET, 10, now() + TERM, sender=BUYER)
    id = registered.result
    assert registered.event("Registered").arguments == {
        "id": as_bytes(id),
        "owner": SELLER,
        "receiver": BUYER,
        "token": ASSET,
        "amount": 10,
        "deadline": now() + TERM,
    }
    assert state(scene, id) == REGISTERED
    assert scene.incept(id).event("TransferIncepted").arguments == {
        "id": id,
        "amount": 10,
        "seller": SELLER,
        "buyer": BUYER,
        "keyHashedSeller": hashed(SELLER_KEY),
        "keyEncryptedSeller": "for the oracle",
    }
    assert state(scene, id) == INCEPTED and scene.dvp.read("held", as_bytes(id)) == 0
    confirmed = scene.confirm(id)
    assert confirmed.event("TransferConfirmed").arguments == {
        "id": id,
        "amount": 10,
        "seller": SELLER,
        "buyer": BUYER,
        "keyHashedBuyer": hashed(BUYER_KEY),
        "keyEncryptedBuyer": "for the oracle too",
    }
    assert confirmed.event("Locked").arguments["held_after"] == 10
    assert state(scene, id) == LOCKED and scene.dvp.read("held", as_bytes(id)) == 10
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH)
    assert scene.dvp.read("lock_of", as_bytes(id))["receiver_hash"] == sha256(BUYER_KEY.encode())


def test_the_buyers_key_pays_the_buyer_and_the_sellers_returns_it(scene: Scene) -> None:
    claimed, reclaimed = scene.lock_by_key(), scene.lock_by_key()
    assert scene.dvp.attempt("transferWithKey", claimed, "another key", sender=BUYER).words == "dvp: not a key"
    done = scene.dvp.attempt("transferWithKey", claimed, BUYER_KEY, sender=STRANGER)
    assert done.event("TokenClaimed").arguments == {"id": claimed, "key": BUYER_KEY}
    unlocked = done.event("Unlocked").arguments
    assert (unlocked["receiver"], unlocked["value"], unlocked["held_after"]) == (BUYER, 10, 0)
    done = scene.dvp.attempt("transferWithKey", reclaimed, SELLER_KEY, sender=BUYER)
    assert done.event("TokenReclaimed").arguments == {"id": reclaimed, "key": SELLER_KEY}
    assert done.event("Returned").arguments["owner"] == SELLER
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH) and scene.balances(BUYER) == (WEALTH + 10, WEALTH)
    assert (state(scene, claimed), state(scene, reclaimed)) == (PAID, RETURNED)
    assert scene.holds_nothing()
    refused = scene.dvp.attempt("transferWithKey", claimed, SELLER_KEY, sender=SELLER)
    assert refused.words == "dvp: not locked by key"


def test_keys_count_up_to_the_deadline_and_then_it_goes_back(scene: Scene) -> None:
    first, second = scene.lock_by_key(), scene.lock_by_key()
    wait(TERM)
    scene.dvp.do("transferWithKey", first, BUYER_KEY, sender=BUYER)
    wait(1)
    refused = scene.dvp.attempt("transferWithKey", second, BUYER_KEY, sender=BUYER)
    assert refused.words == "dvp: deadline has passed"
    scene.dvp.do("exit", as_bytes(second), sender=STRANGER)
    assert scene.balances(SELLER) == (WEALTH - 10, WEALTH)


def test_terms_must_match_word_for_word(scene: Scene) -> None:
    id = scene.register()
    secret, text = hashed(SELLER_KEY), "for the oracle"
    for arguments, sender, words in (
        ((id, 11, SELLER, secret, text), BUYER, "dvp: not the terms"),
        ((id, -10, SELLER, secret, text), BUYER, "dvp: not the terms"),
        ((id, 10, OTHER, secret, text), BUYER, "dvp: not the parties"),
        ((id, 10, SELLER, secret, text), OTHER, "dvp: not the parties"),
        ((id, 10, SELLER, secret[2:], text), BUYER, "dvp: not a hash"),
        ((id, 10, SELLER, "0y" + secret[2:], text), BUYER, "dvp: not a hash"),
        ((id, 10, SELLER, "0x" + "g" * 64, text), BUYER, "dvp: not a hash"),
        ((id, 10, SELLER, "0x" + ":" * 64, text), BUYER, "dvp: not a hash"),
        ((id, 10, SELLER, "0x" + "0" * 64, text), BUYER, "dvp: no hash"),
    ):
        assert scene.dvp.attempt("inceptTransfer", *arguments, sender=sender).words == words
    assert scene.confirm(id).words == "dvp: not incepted"
    assert scene.dvp.attempt("cancelTransfer", id, 10, SELLER, secret, text, sender=BUYER).words == "dvp: not incepted"
    assert scene.incept(id).accepted
    assert scene.incept(id).words == "dvp: not registered"
    assert scene.confirm(id, 11).words == "dvp: not the terms"
    assert scene.confirm(id, key=SELLER_KEY).words == "dvp: one key for both"
    refused = scene.dvp.attempt("confirmTransfer", id, 10, OTHER, hashed(BUYER_KEY), text, sender=SELLER)
    assert refused.words == "dvp: not the parties"
    refused = scene.dvp.attempt("confirmTransfer", id, 10, BUYER, hashed(BUYER_KEY), text, sender=OTHER)
    assert refused.words == "dvp: not the parties"


def test_hashes_are_read_in_either_case(scene: Scene) -> None:
    id = scene.register()
    text = "0x" + hashed(SELLER_KEY)[2:].upper()
    scene.dvp.do("inceptTransfer", id, 10, SELLER, text, "", sender=BUYER)
    assert scene.confirm(id).accepted
    scene.dvp.do("transferWithKey", id, SELLER_KEY, sender=STRANGER)
    assert scene.balances(SELLER) == (WEALTH, WEALTH)


def test_the_buyer_cancels_what_is_not_confirmed_with_its_own_terms(scene: Scene) -> None:
    id = scene.register()
    assert scene.incept(id).accepted
    terms = (id, 10, SELLER, hashed(SELLER_KEY), "for the oracle")
    for arguments, sender, words in (
        ((*terms[:3], hashed(BUYER_KEY), terms[4]), BUYER, "dvp: not the terms"),
        ((*terms[:4], "for another"), BUYER, "dvp: not the terms"),
        (terms, SELLER, "dvp: not the parties"),
    ):
        assert scene.dvp.attempt("cancelTransfer", *arguments, sender=sender).words == words
    cancelled = scene.dvp.attempt("cancelTransfer", *terms, sender=BUYER)
    assert cancelled.event("Returned").arguments["held_before"] == 0
    assert scene.confirm(id).words == "dvp: not incepted"
    assert scene.balances(SELLER) == (WEALTH, WEALTH)


def test_late_steps_are_refused_and_what_was_never_locked_closes(scene: Scene) -> None:
    registered, incepted = scene.register(), scene.register()
    assert scene.incept(incepted).accepted
    wait(TERM + 1)
    assert scene.incept(registered).words == "dvp: deadline has passed"
    assert scene.confirm(incepted).words == "dvp: deadline has passed"
    for id in (registered, incepted):
        assert scene.dvp.attempt("exit", as_bytes(id), sender=STRANGER).event("Returned").arguments["held_before"] == 0
    assert scene.holds_nothing()


def test_a_key_opens_no_lock_by_hash_and_a_preimage_none_by_key(scene: Scene) -> None:
    by_hash, by_key = scene.lock(), scene.lock_by_key()
    refused = scene.dvp.attempt("transferWithKey", int.from_bytes(by_hash, "big"), SELLER_KEY, sender=SELLER)
    assert refused.words == "dvp: not locked by key"
    refused = scene.dvp.attempt("unlock", as_bytes(by_key), SECRET, sender=SELLER)
    assert refused.words == "dvp: not locked by hash"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((NOBODY, ASSET, 10, TERM), "dvp: nobody"),
        ((DVP, ASSET, 10, TERM), "dvp: not two parties"),
        ((SELLER, OTHER, 10, TERM), "dvp: not a token"),
        ((SELLER, ASSET, 0, TERM), "dvp: no amount"),
        ((SELLER, ASSET, 2**255, TERM), "dvp: no amount"),
        ((SELLER, ASSET, 10, 0), "deadlines: has passed already"),
    ],
)
def test_a_transfer_has_a_seller_a_token_an_amount_and_a_deadline(
    scene: Scene, arguments: tuple[object, object, object, int], words: str
) -> None:
    deadline = now() + arguments[3]
    assert scene.dvp.attempt("register_transfer", *arguments[:3], deadline, sender=BUYER).words == words
