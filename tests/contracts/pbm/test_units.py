"""The life of a unit: wrapped, passed on, spent, given up, expired."""

from typing import Any

import pytest

from contracts import load
from tests.contracts.pbm.setting import (
    ALICE,
    BOB,
    CLINIC,
    CLOSED,
    FACE,
    ISSUER,
    MEMO,
    NOBODY,
    OPERATOR,
    OWNER,
    SHOP,
    STRANGER,
    TERM,
    UNITS,
    UNKNOWN,
    WEALTH,
    World,
    number,
    till,
)
from tests.contracts.placed import HOSTILE_MOODS, Outcome, wait

ACCEPTS, ANSWERS_WRONGLY, ANSWERS_SHORTLY, REVERTS = range(4)
SELF = b"\xe5" * 20


def unit_moves(outcome: Outcome) -> list[tuple[object, ...]]:
    return [tuple(event.arguments.values()) for event in outcome.events if event.name == "TransferSingle"]


def test_wrapping_takes_the_backing_and_gives_units(world: World) -> None:
    id = world.create()
    outcome = world.pbm.attempt("wrap", id, BOB, UNITS, sender=ALICE)
    assert outcome.event("Wrapped").arguments == {
        "id": id,
        "payer": ALICE,
        "receiver": BOB,
        "units": UNITS,
        "held_before": 0,
        "held_after": UNITS * FACE,
    }
    assert outcome.event("TokenWrap").arguments == {
        "sender": ALICE,
        "tokenIds": (number(id),),
        "amounts": (UNITS,),
        "sovToken": world.token.address,
        "sovTokenValue": UNITS * FACE,
    }
    assert unit_moves(outcome) == [(ALICE, NOBODY, BOB, number(id), UNITS)]
    assert (world.units(id, BOB), world.pbm.read("live", id)) == (UNITS, UNITS)
    assert world.balance(ALICE) == WEALTH - UNITS * FACE
    again = world.pbm.attempt("safeMint", BOB, number(id), 5, b"", sender=ISSUER).event("Wrapped")
    assert (again["held_before"], again["held_after"]) == (UNITS * FACE, (UNITS + 5) * FACE)
    world.covered(id)


def test_bad_wraps_are_refused(world: World) -> None:
    id = world.create(face_value=2**127)
    for arguments, refusal in (
        ((UNKNOWN, ALICE, 1), "pbm: not open"),
        ((id, NOBODY, 1), "pbm: nobody to receive"),
        ((id, SELF, 1), "pbm: nobody to receive"),
        ((id, ALICE, 0), "pbm: no units"),
        ((id, ALICE, 3), "pbm: out of range"),
    ):
        world.refused(refusal, "wrap", *arguments, sender=ISSUER)
    world.token.do("mint", ISSUER, 2**128)
    world.wrap(id, units=1)
    world.refused("pbm: out of range", "wrap", id, ALICE, 2, sender=ISSUER)
    world.wrap(id, units=1)
    world.refused("pbm: out of range", "wrap", id, ALICE, 1, sender=ISSUER)


def test_a_token_that_takes_a_fee_backs_nothing(world: World) -> None:
    id = world.create()
    world.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    world.refused("claims: less arrived than was sent", "wrap", id, ALICE, 1, sender=ISSUER)


def test_several_types_are_wrapped_in_one(world: World) -> None:
    first, second = world.create(), world.create(face_value=7)
    ids = [number(first), number(second)]
    world.pbm.do("safeMintBatch", ALICE, ids, [2, 3], b"", sender=ISSUER)
    assert (world.units(first, ALICE), world.units(second, ALICE)) == (2, 3)
    assert world.balance(world.pbm.address) == 2 * FACE + 3 * 7
    assert list(world.pbm.read("balanceOfBatch", [ALICE, ALICE, BOB], [*ids, ids[0]])) == [2, 3, 0]
    world.refused("pbm: lists differ in length", "safeMintBatch", ALICE, ids, [1], b"", sender=ISSUER)
    refused = world.pbm.attempt("balanceOfBatch", [ALICE], ids, sender=ALICE)
    assert refused.words == "pbm: lists differ in length"


def test_spending_burns_units_and_pays_a_merchant(world: World) -> None:
    id = world.vouchers()
    outcome = world.pbm.attempt("spend", id, SHOP, 4, MEMO, sender=ALICE)
    assert outcome.event("Spent").arguments == {
        "id": id,
        "holder": ALICE,
        "merchant": SHOP,
        "units": 4,
        "value": 4 * FACE,
        "memo": MEMO,
        "held_before": 10 * FACE,
        "held_after": 6 * FACE,
    }
    assert outcome.event("TokenUnwrapForTarget").arguments == {
        "sender": ALICE,
        "receiver": SHOP,
        "tokenIds": (number(id),),
        "amounts": (4,),
        "sovToken": world.token.address,
        "sovTokenValue": 4 * FACE,
    }
    assert unit_moves(outcome) == [(ALICE, ALICE, NOBODY, number(id), 4)]
    assert (world.balance(SHOP), world.units(id, ALICE), world.units(id, SHOP)) == (4 * FACE, 6, 0)
    record = world.pbm.read("type_of", id)
    assert (record["wrapped"], record["spent"], record["burned"], record["revoked"]) == (10, 4, 0, 0)
    world.covered(id)
    world.pbm.do("spend", id, SHOP, 6, MEMO, sender=ALICE)
    assert world.pbm.read("type_of", id)["spent"] == 10
    world.covered(id)


def test_bad_spends_are_refused(world: World) -> None:
    id = world.vouchers()
    world.refused("pbm: not a merchant for this", "spend", id, STRANGER, 1, MEMO, sender=ALICE)
    world.refused("pbm: not a merchant for this", "spend", UNKNOWN, SHOP, 1, MEMO, sender=ALICE)
    world.refused("pbm: no units", "spend", id, SHOP, 0, MEMO, sender=ALICE)
    world.refused("pbm: more than the balance", "spend", id, SHOP, 11, MEMO, sender=ALICE)
    world.refused("pbm: more than the balance", "spend", id, SHOP, 1, MEMO, sender=BOB)
    wait(TERM)
    world.pbm.do("spend", id, SHOP, 1, MEMO, sender=ALICE)
    wait(1)
    world.refused("pbm: has expired", "spend", id, SHOP, 1, MEMO, sender=ALICE)
    world.refused("pbm: has expired", "wrap", id, ALICE, 1, sender=ISSUER)
    world.refused("pbm: has expired", "safeTransferFrom", ALICE, BOB, number(id), 1, b"", sender=ALICE)


def test_a_transfer_to_a_merchant_spends(world: World) -> None:
    id = world.vouchers(transferable=False)
    outcome = world.pbm.attempt("safeTransferFrom", ALICE, SHOP, number(id), 3, b"", sender=ALICE)
    assert (outcome.event("Spent")["units"], outcome.event("Spent")["memo"]) == (3, bytes(32))
    assert (world.balance(SHOP), world.units(id, SHOP), world.units(id, ALICE)) == (3 * FACE, 0, 7)


def test_units_are_passed_on_where_the_type_allows_it(world: World) -> None:
    bound, free = world.vouchers(transferable=False), world.vouchers()
    world.refused("pbm: not transferable", "safeTransferFrom", ALICE, BOB, number(bound), 1, b"", sender=ALICE)
    outcome = world.pbm.attempt("safeTransferFrom", ALICE, BOB, number(free), 3, b"", sender=ALICE)
    assert unit_moves(outcome) == [(ALICE, ALICE, BOB, number(free), 3)]
    assert (world.units(free, ALICE), world.units(free, BOB), world.pbm.read("live", free)) == (7, 3, 10)
    for receiver in (NOBODY, SELF):
        refused = ("safeTransferFrom", ALICE, receiver, number(free), 1, b"")
        world.refused("pbm: nobody to receive", *refused, sender=ALICE)
    over = ("safeTransferFrom", ALICE, BOB, number(free), 8, b"")
    world.refused("pbm: more than the balance", *over, sender=ALICE)
    world.refused("pbm: no units", "safeTransferFrom", ALICE, BOB, number(free), 0, b"", sender=ALICE)
    world.pbm.do("safeTransferFrom", ALICE, ALICE, number(free), 7, b"", sender=ALICE)
    assert world.units(free, ALICE) == 7


def test_only_the_holder_or_its_operator_moves_units(world: World) -> None:
    id = world.vouchers()
    one, batch = (ALICE, BOB, number(id), 1, b""), (ALICE, BOB, [number(id)], [1], b"")
    burns = (("burn", (ALICE, number(id), 1, b"")), ("burnBatch", (ALICE, [number(id)], [1], b"")))
    calls = (("safeTransferFrom", one), ("safeBatchTransferFrom", batch), *burns)
    for name, arguments in calls:
        for caller in (OPERATOR, ISSUER, OWNER, SHOP, STRANGER):
            world.refused("pbm: not the holder's operator", name, *arguments, sender=caller)
    world.refused("pbm: operator is the holder", "setApprovalForAll", ALICE, True, sender=ALICE)
    approved = world.pbm.attempt("setApprovalForAll", OPERATOR, True, sender=ALICE).event("ApprovalForAll")
    assert approved.arguments == {"account": ALICE, "operator": OPERATOR, "approved": True}
    assert world.pbm.read("isApprovedForAll", ALICE, OPERATOR)
    assert not world.pbm.read("isApprovedForAll", OPERATOR, ALICE)
    for name, arguments in calls:
        assert unit_moves(world.pbm.attempt(name, *arguments, sender=OPERATOR))[0][:2] == (OPERATOR, ALICE)
    assert world.units(id, ALICE) == 6
    world.pbm.do("setApprovalForAll", OPERATOR, False, sender=ALICE)
    world.refused("pbm: not the holder's operator", "safeTransferFrom", *one, sender=OPERATOR)


def test_a_batch_spends_what_can_be_spent_there_and_passes_on_the_rest(world: World) -> None:
    books, meals = world.vouchers(), world.vouchers(merchants=[CLINIC])
    ids = [number(books), number(meals)]
    outcome = world.pbm.attempt("safeBatchTransferFrom", ALICE, SHOP, ids, [2, 3], b"", sender=ALICE)
    assert unit_moves(outcome) == [(ALICE, ALICE, NOBODY, ids[0], 2), (ALICE, ALICE, SHOP, ids[1], 3)]
    assert (world.balance(SHOP), world.units(meals, SHOP)) == (2 * FACE, 3)
    world.refused("pbm: lists differ in length", "safeBatchTransferFrom", ALICE, BOB, ids, [1], b"", sender=ALICE)
    too_much = ("safeBatchTransferFrom", ALICE, BOB, ids, [1, 8], b"")
    world.refused("pbm: more than the balance", *too_much, sender=ALICE)
    assert world.units(books, BOB) == 0


def test_units_given_up_return_their_value_to_the_issuer(world: World) -> None:
    id = world.create()
    world.wrap(id, payer=ALICE)
    outcome = world.pbm.attempt("burn", ALICE, number(id), 4, b"", sender=ALICE)
    assert outcome.event("Burned").arguments == {
        "id": id,
        "holder": ALICE,
        "issuer": ISSUER,
        "units": 4,
        "value": 4 * FACE,
        "held_before": 10 * FACE,
        "held_after": 6 * FACE,
    }
    assert outcome.event("TokenUnwrapForPBMBurn").arguments == {
        "sender": ALICE,
        "receiver": ISSUER,
        "tokenIds": (number(id),),
        "amounts": (4,),
        "sovToken": world.token.address,
        "sovTokenValue": 4 * FACE,
    }
    assert unit_moves(outcome) == [(ALICE, ALICE, NOBODY, number(id), 4)]
    assert world.balance(ISSUER) == WEALTH + 4 * FACE
    world.pbm.do("burnBatch", ALICE, [number(id), number(id)], [1, 2], b"", sender=ALICE)
    assert (world.units(id, ALICE), world.pbm.read("type_of", id)["burned"]) == (3, 7)
    mismatch = ("burnBatch", ALICE, [number(id)], [], b"")
    world.refused("pbm: lists differ in length", *mismatch, sender=ALICE)
    world.refused("pbm: more than the balance", "burn", ALICE, number(id), 4, b"", sender=ALICE)
    world.refused("pbm: no units", "burn", ALICE, number(id), 0, b"", sender=ALICE)
    wait(TERM + 1)
    world.pbm.do("burn", ALICE, number(id), 1, b"", sender=ALICE)
    world.covered(id)


@pytest.mark.parametrize("name", ["exit", "revoke_expired"])
def test_after_the_expiry_anyone_sends_the_backing_to_the_issuer(world: World, name: str) -> None:
    id = world.vouchers()
    world.pbm.do("spend", id, SHOP, 4, MEMO, sender=ALICE)
    wait(TERM)
    world.refused("pbm: has not expired", name, id, sender=STRANGER)
    wait(1)
    outcome = world.pbm.attempt(name, id, sender=STRANGER)
    assert outcome.event("Revoked").arguments == {
        "id": id,
        "issuer": ISSUER,
        "by": STRANGER,
        "units": 6,
        "value": 6 * FACE,
        "held_before": 6 * FACE,
        "held_after": 0,
    }
    assert outcome.event("PBMrevokeWithdraw").arguments == {
        "beneficiary": ISSUER,
        "PBMTokenId": number(id),
        "sovToken": world.token.address,
        "sovTokenValue": 6 * FACE,
    }
    record = world.pbm.read("type_of", id)
    assert (record["revoked"], record["state"]) == (6, CLOSED)
    assert (world.balance(ISSUER), world.balance(SHOP)) == (WEALTH - 4 * FACE, 4 * FACE)
    assert (world.units(id, ALICE), world.pbm.read("live", id), world.pbm.read("held", id)) == (0, 0, 0)
    world.refused("pbm: nothing to revoke", name, id, sender=STRANGER)
    world.refused("pbm: not open", "burn", ALICE, number(id), 1, b"", sender=ALICE)
    world.refused("pbm: not open", "wrap", id, ALICE, 1, sender=ISSUER)
    world.refused("pbm: not open", "spend", id, SHOP, 1, MEMO, sender=ALICE)
    world.covered(id)


@pytest.mark.parametrize("caller", [ISSUER, OWNER])
def test_erc_7291s_revocation_pays_the_issuer_too(world: World, caller: bytes) -> None:
    id = world.vouchers()
    world.refused("pbm: has not expired", "revokePBM", number(id), sender=caller)
    wait(TERM + 1)
    for other in (ALICE, STRANGER):
        world.refused("pbm: not the issuer", "revokePBM", number(id), sender=other)
    world.pbm.do("revokePBM", number(id), sender=caller)
    assert world.balance(ISSUER) == WEALTH


def test_an_unknown_type_is_empty(world: World) -> None:
    assert (world.pbm.read("held", UNKNOWN), world.pbm.read("last_deadline", UNKNOWN)) == (0, 0)
    assert world.units(UNKNOWN, ALICE) == 0
    world.refused("pbm: nothing to revoke", "exit", UNKNOWN, sender=ALICE)


def test_a_refused_merchant_becomes_a_claim_that_no_delisting_takes(world: World) -> None:
    id = world.vouchers()
    world.token.do("block", SHOP)
    world.pbm.do("spend", id, SHOP, 4, MEMO, sender=ALICE)
    world.pbm.do("remove_merchant", id, SHOP, sender=ISSUER)
    wait(TERM + 1)
    world.pbm.do("exit", id, sender=STRANGER)
    assert world.pbm.read("liabilities", world.token.address) == 4 * FACE == world.balance(world.pbm.address)
    world.token.do("set_mode", HOSTILE_MOODS["honest"])
    world.pbm.do("claim", world.token.address, SHOP, sender=STRANGER)
    assert world.balance(SHOP) == 4 * FACE


def test_a_refused_issuer_becomes_a_claim(world: World) -> None:
    id = world.vouchers()
    world.token.do("block", ISSUER)
    world.pbm.do("burn", ALICE, number(id), 1, b"", sender=ALICE)
    wait(TERM + 1)
    world.pbm.do("exit", id, sender=STRANGER)
    assert world.pbm.read("claimable", world.token.address, ISSUER) == UNITS * FACE


# Contracts that are told


def test_a_receiving_contract_is_told_after_it_has_the_units(world: World) -> None:
    id, contract = world.create(), till()
    world.pbm.do("safeMint", contract.address, number(id), 3, b"hello", sender=ISSUER)
    told = [contract.read(name) for name in ("hook", "operator", "sender", "token_id", "units", "data", "units_then")]
    assert told == [bytes.fromhex("f23a6e61"), ISSUER, NOBODY, number(id), 3, b"hello", 3]
    world.wrap(id)
    world.pbm.do("safeTransferFrom", ALICE, contract.address, number(id), 2, b"again", sender=ALICE)
    told = [contract.read(name) for name in ("operator", "sender", "units", "data", "units_then")]
    assert told == [ALICE, ALICE, 2, b"again", 5]


@pytest.mark.parametrize("mode", [ANSWERS_WRONGLY, ANSWERS_SHORTLY, REVERTS])
def test_a_contract_that_does_not_accept_gets_nothing(world: World, mode: int) -> None:
    id, contract = world.vouchers(), till()
    contract.do("set_mode", mode, False)
    world.refused("pbm: receiver refused", "wrap", id, contract.address, 1, sender=ISSUER)
    one = ("safeTransferFrom", ALICE, contract.address, number(id), 1, b"")
    world.refused("pbm: receiver refused", *one, sender=ALICE)
    world.refused("pbm: receiver refused", "wrap", id, world.token.address, 1, sender=ISSUER)
    assert world.units(id, ALICE) == UNITS


def test_a_merchants_contract_hears_of_what_it_is_paid_if_it_asks_to(world: World) -> None:
    contract = till()
    id = world.vouchers(merchants=[contract.address])
    world.pbm.do("spend", id, contract.address, 1, MEMO, sender=ALICE)
    assert contract.read("hook") == bytes(4)
    contract.do("set_mode", ACCEPTS, True)
    world.pbm.do("safeTransferFrom", ALICE, contract.address, number(id), 2, b"table 7", sender=ALICE)
    told = [contract.read(name) for name in ("hook", "operator", "sender", "token_id", "units", "data", "units_then")]
    assert told == [bytes.fromhex("194d953e"), ALICE, ALICE, number(id), 2, b"table 7", 0]
    assert world.balance(contract.address) == 3 * FACE


def test_a_merchants_contract_may_refuse(world: World) -> None:
    contract = till()
    id = world.vouchers(merchants=[contract.address])
    contract.do("set_mode", REVERTS, True)
    world.refused("pbm: receiver refused", "spend", id, contract.address, 1, MEMO, sender=ALICE)
    contract.do("set_mode", REVERTS, False)
    world.pbm.do("spend", id, contract.address, 1, MEMO, sender=ALICE)
    assert world.balance(contract.address) == FACE


def test_a_merchants_contract_that_answers_nothing_sensible_is_simply_paid(world: World) -> None:
    id = world.vouchers(merchants=[world.token.address])
    world.pbm.do("spend", id, world.token.address, 1, MEMO, sender=ALICE)
    assert world.balance(world.token.address) == FACE


@pytest.mark.parametrize("name", ["wrap", "spend", "burn", "setApprovalForAll", "exit", "held", "claim"])
def test_nothing_re_enters_while_a_contract_is_told(world: World, name: str) -> None:
    contract, id = till(), world.vouchers()
    world.pbm.do("safeTransferFrom", ALICE, contract.address, number(id), 2, b"", sender=ALICE)
    arguments: dict[str, tuple[Any, ...]] = {
        "wrap": (id, ALICE, 1),
        "spend": (id, SHOP, 1, MEMO),
        "burn": (contract.address, number(id), 1, b""),
        "setApprovalForAll": (ALICE, True),
        "exit": (id,),
        "held": (id,),
        "claim": (world.token.address, SHOP),
    }
    contract.do("call_back", world.pbm.address, load("pbm").encode_call(name, *arguments[name]))
    world.token.do("mint", contract.address, WEALTH)
    world.pbm.do("safeTransferFrom", ALICE, contract.address, number(id), 1, b"", sender=ALICE)
    assert contract.read("units") == 1 and not contract.read("calls_back_done")


def test_nothing_re_enters_while_money_moves(world: World) -> None:
    id = world.vouchers()
    payload = load("pbm").encode_call("create_list", [])
    world.token.do("call_back", world.pbm.address, payload)
    world.pbm.do("spend", id, SHOP, 1, MEMO, sender=ALICE)
    world.wrap(id)
    assert (world.token.read("reentries_tried"), world.token.read("reentries_done")) == (2, 0)
