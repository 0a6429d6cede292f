"""Types, and the lists of merchants that change only after a delay."""

from typing import Any

import pytest

from contracts import load
from tests.contracts.pbm.setting import (
    ALICE,
    BOB,
    CLINIC,
    DELAY,
    FACE,
    ISSUER,
    MEMO,
    NOBODY,
    OPEN,
    OWNER,
    SHOP,
    STRANGER,
    TEN_YEARS,
    TERM,
    UNITS,
    UNKNOWN,
    World,
    number,
)
from tests.contracts.placed import Placed, now, wait

SELF = b"\xe5" * 20


def test_a_created_type_is_recorded_and_logged_under_both_standards(world: World) -> None:
    expires, foretold = now() + TERM, world.pbm.read("next_id", ISSUER)
    outcome = world.pbm.attempt(
        "create_type", "Books", world.token.address, FACE, expires, True, [SHOP, CLINIC], [], "ipfs://x", sender=ISSUER
    )
    id = outcome.result
    assert id == foretold
    assert outcome.event("TypeCreated").arguments == {
        "id": id,
        "issuer": ISSUER,
        "token": world.token.address,
        "face_value": FACE,
        "expires": expires,
        "transferable": True,
        "categories": (),
    }
    assert outcome.event("NewPBMTypeCreated").arguments == {
        "tokenId": number(id),
        "tokenName": "Books",
        "amount": 0,
        "expiry": expires,
        "creator": ISSUER,
    }
    assert outcome.event("URI").arguments == {"value": "ipfs://x", "id": number(id)}
    assert outcome.event("ListCreated").arguments == {"id": id, "keeper": ISSUER}
    listed = [event for event in outcome.events if event.name == "MerchantListed"]
    assert [event["merchant"] for event in listed] == [SHOP, CLINIC]
    assert {event["since"] for event in listed} == {now()}
    assert outcome.event("MerchantList").arguments == {"action": "add", "addresses": (SHOP, CLINIC), "metadata": ""}
    record = world.pbm.read("type_of", id)
    assert record == {
        "issuer": ISSUER,
        "token": world.token.address,
        "face_value": FACE,
        "expires": expires,
        "transferable": True,
        "categories": (),
        "wrapped": 0,
        "spent": 0,
        "burned": 0,
        "revoked": 0,
        "state": OPEN,
    }
    assert world.pbm.read("getTokenDetails", number(id)) == {
        "name": "Books",
        "faceValue": FACE,
        "expiry": expires,
        "uri": "ipfs://x",
    }
    assert world.pbm.read("uri", number(id)) == "ipfs://x"
    assert world.pbm.read("last_deadline", id) == expires
    assert world.pbm.read("keeper", id) == ISSUER


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"token": STRANGER}, "pbm: not a token"),
        ({"token": SELF}, "pbm: not a token"),
        ({"face_value": 0}, "pbm: no face value"),
        ({"face_value": 2**128 + 1}, "pbm: out of range"),
        ({"expires": 0}, "deadlines: has passed already"),
        ({"expires": 2**40}, "deadlines: too far ahead"),
        ({"categories": [UNKNOWN]}, "pbm: unknown category"),
        ({"merchants": [NOBODY]}, "pbm: not a merchant"),
        ({"merchants": [SHOP, SELF]}, "pbm: not a merchant"),
    ],
)
def test_bad_types_are_refused(world: World, change: dict[str, Any], refusal: str) -> None:
    terms = {
        "name": "",
        "token": world.token.address,
        "face_value": FACE,
        "expires": now() + TERM,
        "transferable": True,
        "merchants": [],
        "categories": [],
        "uri": "",
        **change,
    }
    world.refused(refusal, "create_type", *terms.values(), sender=ISSUER)


def test_the_longest_term_and_the_largest_face_value_are_taken(world: World) -> None:
    id = world.create(face_value=2**128, expires=now() + TEN_YEARS, merchants=[])
    assert not world.pbm.read("is_merchant", id, SHOP)
    world.refused("pbm: out of range", "wrap", id, ALICE, 2, sender=ISSUER)


def test_the_smallest_face_value_is_taken(world: World) -> None:
    assert world.pbm.read("held", world.vouchers(face_value=1)) == UNITS


def test_the_delay_is_between_an_hour_and_thirty_days_and_there_is_an_owner() -> None:
    def placed(owner: bytes, delay: int) -> Placed:
        return Placed(load("pbm"), b"\xe8" * 20, owner, delay)

    for delay in (3_600, 30 * 86_400):
        assert placed(OWNER, delay).read("DELAY_SECONDS") == delay
    for owner, delay in ((NOBODY, 3_600), (OWNER, 3_599), (OWNER, 30 * 86_400 + 1)):
        with pytest.raises(Exception, match=r"pbm: (no owner|delay out of range)"):
            placed(owner, delay)


def test_a_merchant_is_added_after_the_delay(world: World) -> None:
    id = world.vouchers()
    for caller in (OWNER, ALICE, STRANGER):
        world.refused("pbm: not the keeper", "add_merchant", id, CLINIC, sender=caller)
    for nobody in (NOBODY, SELF):
        world.refused("pbm: not a merchant", "add_merchant", id, nobody, sender=ISSUER)
    outcome = world.pbm.attempt("add_merchant", id, CLINIC, sender=ISSUER)
    since = now() + DELAY
    assert outcome.event("MerchantListed").arguments == {"id": id, "merchant": CLINIC, "since": since}
    assert outcome.event("MerchantList").arguments == {"action": "add", "addresses": (CLINIC,), "metadata": ""}
    assert world.pbm.read("listing", id, CLINIC) == {"since": since, "until": 0}
    world.refused("pbm: listed already", "add_merchant", id, CLINIC, sender=ISSUER)
    wait(DELAY - 1)
    assert not world.pbm.read("is_merchant", id, CLINIC)
    world.refused("pbm: not a merchant for this", "spend", id, CLINIC, 1, MEMO, sender=ALICE)
    wait(1)
    assert world.pbm.read("is_merchant", id, CLINIC)
    world.pbm.do("spend", id, CLINIC, 1, MEMO, sender=ALICE)


def test_a_merchant_is_removed_after_the_delay_and_keeps_what_it_got(world: World) -> None:
    id = world.vouchers()
    for caller in (OWNER, SHOP, STRANGER):
        world.refused("pbm: not the keeper", "remove_merchant", id, SHOP, sender=caller)
    world.refused("pbm: not listed", "remove_merchant", id, CLINIC, sender=ISSUER)
    outcome = world.pbm.attempt("remove_merchant", id, SHOP, sender=ISSUER)
    until = now() + DELAY
    assert outcome.event("MerchantDelisted").arguments == {"id": id, "merchant": SHOP, "until": until}
    assert outcome.event("MerchantList").arguments == {"action": "remove", "addresses": (SHOP,), "metadata": ""}
    world.refused("pbm: not listed", "remove_merchant", id, SHOP, sender=ISSUER)
    wait(DELAY - 1)
    world.pbm.do("spend", id, SHOP, 4, MEMO, sender=ALICE)
    wait(1)
    world.refused("pbm: not a merchant for this", "spend", id, SHOP, 1, MEMO, sender=ALICE)
    assert (world.balance(SHOP), world.units(id, ALICE)) == (4 * FACE, 6)
    world.pbm.do("add_merchant", id, SHOP, sender=ISSUER)
    assert world.pbm.read("listing", id, SHOP) == {"since": now() + DELAY, "until": 0}


def test_a_removal_is_withdrawn_without_a_gap(world: World) -> None:
    id = world.vouchers()
    since = now()
    world.pbm.do("remove_merchant", id, SHOP, sender=ISSUER)
    wait(DELAY - 1)
    again = world.pbm.attempt("add_merchant", id, SHOP, sender=ISSUER).event("MerchantListed")
    assert again["since"] == since
    wait(1)
    assert world.pbm.read("is_merchant", id, SHOP)
    assert world.pbm.read("listing", id, SHOP) == {"since": since, "until": 0}


def test_a_removal_that_has_come_into_force_is_not_withdrawn(world: World) -> None:
    id = world.vouchers()
    world.pbm.do("remove_merchant", id, SHOP, sender=ISSUER)
    wait(DELAY)
    world.pbm.do("add_merchant", id, SHOP, sender=ISSUER)
    assert not world.pbm.read("is_merchant", id, SHOP)


def test_an_addition_that_has_not_come_into_force_is_withdrawn_at_once(world: World) -> None:
    id = world.vouchers()
    world.pbm.do("add_merchant", id, CLINIC, sender=ISSUER)
    wait(DELAY - 1)
    assert world.pbm.attempt("remove_merchant", id, CLINIC, sender=ISSUER).event("MerchantDelisted")["until"] == now()
    wait(1)
    assert not world.pbm.read("is_merchant", id, CLINIC)
    assert world.pbm.read("listing", id, CLINIC) == {"since": 0, "until": 0}


def test_an_addition_in_force_is_removed_with_the_delay(world: World) -> None:
    id = world.vouchers()
    world.pbm.do("add_merchant", id, CLINIC, sender=ISSUER)
    wait(DELAY)
    world.pbm.do("remove_merchant", id, CLINIC, sender=ISSUER)
    assert world.pbm.read("is_merchant", id, CLINIC)


def test_a_category_counts_for_every_type_that_names_it(world: World) -> None:
    outcome = world.pbm.attempt("create_list", [CLINIC], sender=BOB)
    assert outcome.event("ListCreated").arguments == {"id": outcome.result, "keeper": BOB}
    empty = world.pbm.do("create_list", [], sender=BOB)
    with_it = world.vouchers(categories=[empty, outcome.result])
    without = world.vouchers()
    assert world.pbm.read("is_merchant", with_it, CLINIC)
    assert world.pbm.read("is_merchant", with_it, SHOP)
    assert not world.pbm.read("is_merchant", without, CLINIC)
    world.pbm.do("spend", with_it, CLINIC, 1, MEMO, sender=ALICE)
    world.refused("pbm: not the keeper", "remove_merchant", outcome.result, CLINIC, sender=ISSUER)
    world.pbm.do("remove_merchant", outcome.result, CLINIC, sender=BOB)
    wait(DELAY)
    assert not world.pbm.read("is_merchant", with_it, CLINIC)


def test_a_ban_waits_like_any_change_and_ends_at_once(world: World) -> None:
    id = world.vouchers()
    for caller in (ISSUER, STRANGER):
        world.refused("pbm: not the owner", "ban", SHOP, sender=caller)
        world.refused("pbm: not the owner", "lift_ban", SHOP, sender=caller)
    world.refused("pbm: nobody to ban", "ban", NOBODY, sender=OWNER)
    world.refused("pbm: not banned", "lift_ban", SHOP, sender=OWNER)
    outcome = world.pbm.attempt("ban", SHOP, sender=OWNER)
    assert outcome.event("Banned").arguments == {"account": SHOP, "since": now() + DELAY}
    assert outcome.event("Blacklist").arguments == {"action": "add", "addresses": (SHOP,), "metadata": ""}
    world.refused("pbm: banned already", "ban", SHOP, sender=OWNER)
    wait(DELAY - 1)
    assert not world.pbm.read("isBlacklisted", SHOP)
    world.pbm.do("spend", id, SHOP, 1, MEMO, sender=ALICE)
    wait(1)
    assert world.pbm.read("isBlacklisted", SHOP)
    world.refused("pbm: not a merchant for this", "spend", id, SHOP, 1, MEMO, sender=ALICE)
    world.refused("pbm: receiver is banned", "wrap", id, SHOP, 1, sender=ISSUER)
    world.refused("pbm: receiver is banned", "safeTransferFrom", ALICE, SHOP, number(id), 1, b"", sender=ALICE)
    lifted = world.pbm.attempt("lift_ban", SHOP, sender=OWNER)
    assert lifted.event("Banned").arguments == {"account": SHOP, "since": 0}
    assert lifted.event("Blacklist")["action"] == "remove"
    world.pbm.do("spend", id, SHOP, 1, MEMO, sender=ALICE)


def test_a_banned_category_merchant_is_not_paid_either(world: World) -> None:
    category = world.pbm.do("create_list", [CLINIC], sender=BOB)
    id = world.vouchers(categories=[category])
    world.pbm.do("ban", CLINIC, sender=OWNER)
    wait(DELAY)
    assert not world.pbm.read("is_merchant", id, CLINIC)


def test_an_owner_is_replaced_in_two_steps(world: World) -> None:
    for caller in (ISSUER, BOB):
        world.refused("pbm: not the owner", "transferOwnership", BOB, sender=caller)
    proposed = world.pbm.attempt("transferOwnership", BOB, sender=OWNER).event("OwnerProposed")
    assert proposed.arguments == {"owner": OWNER, "successor": BOB}
    assert (world.pbm.read("owner"), world.pbm.read("proposed_owner")) == (OWNER, BOB)
    world.refused("pbm: not the proposed owner", "accept_ownership", sender=STRANGER)
    accepted = world.pbm.attempt("accept_ownership", sender=BOB).event("OwnershipTransferred")
    assert accepted.arguments == {"previousOwner": OWNER, "newOwner": BOB}
    assert (world.pbm.read("owner"), world.pbm.read("proposed_owner")) == (BOB, NOBODY)
    world.refused("pbm: not the proposed owner", "accept_ownership", sender=BOB)


@pytest.mark.parametrize(
    ("interface", "supported"),
    [
        ("01ffc9a7", True),
        ("d9b67a26", True),
        ("0e89341c", True),
        ("7f5828d0", True),
        ("ffffffff", False),
        ("f4cedd5a", False),
    ],
)
def test_interfaces_are_told(world: World, interface: str, supported: bool) -> None:
    assert world.pbm.read("supportsInterface", bytes.fromhex(interface)) is supported
