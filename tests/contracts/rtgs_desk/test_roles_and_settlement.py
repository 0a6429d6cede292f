"""Who appoints whom, and banks that pay each other."""

import pytest

from contracts import load
from tests.contracts.currency import FREEZER
from tests.contracts.placed import Placed
from tests.contracts.rtgs_desk.cast import (
    ADMIN,
    BANK,
    CHECKER,
    MAKER,
    REFERENCE,
    SECOND_BANK,
    STRANGER,
    Desk,
    desk_in_currency,
)

NOBODY = bytes(20)


@pytest.fixture
def desk() -> Desk:
    return desk_in_currency()


def test_a_settlement_moves_the_whole_amount_at_once(desk: Desk) -> None:
    settled = desk.contract.attempt("settle", SECOND_BANK, 300, REFERENCE, sender=BANK)
    assert settled.event("Settled").arguments == {
        "id": settled.result,
        "payer": BANK,
        "payee": SECOND_BANK,
        "amount": 300,
        "reference": REFERENCE,
    }
    assert desk.money.read("balanceOf", BANK) == 700
    assert desk.money.read("balanceOf", SECOND_BANK) == 300
    assert desk.contract.read("liabilities", desk.money.address) == 0


def test_settlement_is_between_two_listed_banks(desk: Desk) -> None:
    for payee, amount, sender, words in (
        (BANK, 1, STRANGER, "rtgs_desk: not a listed bank"),
        (STRANGER, 1, BANK, "rtgs_desk: payee is no other bank"),
        (BANK, 1, BANK, "rtgs_desk: payee is no other bank"),
        (SECOND_BANK, 0, BANK, "rtgs_desk: no amount"),
    ):
        assert desk.contract.attempt("settle", payee, amount, REFERENCE, sender=sender).words == words


def test_what_is_frozen_does_not_settle(desk: Desk) -> None:
    desk.money.do("freeze", BANK, 701, REFERENCE, sender=FREEZER)
    assert not desk.contract.attempt("settle", SECOND_BANK, 300, REFERENCE, sender=BANK).accepted
    assert desk.money.read("balanceOf", SECOND_BANK) == 0


def test_the_central_bank_alone_appoints(desk: Desk) -> None:
    for name, arguments in (
        ("set_bank", (STRANGER, True)),
        ("set_operators", (STRANGER, BANK)),
        ("propose_admin", (STRANGER,)),
    ):
        for sender in (MAKER, CHECKER, BANK, STRANGER):
            assert desk.contract.attempt(name, *arguments, sender=sender).words == "rtgs_desk: not the admin"
    listed = desk.contract.attempt("set_bank", STRANGER, True, sender=ADMIN)
    assert listed.event("BankSet").arguments == {"bank": STRANGER, "listed": True}
    set_ = desk.contract.attempt("set_operators", STRANGER, BANK, sender=ADMIN)
    assert set_.event("OperatorsSet").arguments == {"maker": STRANGER, "checker": BANK}
    assert (desk.contract.read("maker"), desk.contract.read("checker")) == (STRANGER, BANK)


def test_one_person_is_never_both_operators(desk: Desk) -> None:
    for pair, words in (
        ((MAKER, MAKER), "rtgs_desk: one person is not two"),
        ((NOBODY, CHECKER), "rtgs_desk: no operator"),
        ((MAKER, NOBODY), "rtgs_desk: no operator"),
    ):
        assert desk.contract.attempt("set_operators", *pair, sender=ADMIN).words == words
    assert desk.contract.attempt("set_bank", NOBODY, True, sender=ADMIN).words == "rtgs_desk: no bank"


def test_the_admin_hands_over_in_two_steps(desk: Desk) -> None:
    desk.contract.do("propose_admin", STRANGER, sender=ADMIN)
    assert desk.contract.attempt("accept_admin", sender=BANK).words == "rtgs_desk: not the proposed admin"
    desk.contract.do("accept_admin", sender=STRANGER)
    assert desk.contract.read("admin") == STRANGER
    assert desk.contract.attempt("set_bank", BANK, True, sender=ADMIN).words == "rtgs_desk: not the admin"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((NOBODY, ADMIN, MAKER, CHECKER), "rtgs_desk: no currency"),
        ((BANK, NOBODY, MAKER, CHECKER), "rtgs_desk: no admin"),
        ((BANK, ADMIN, MAKER, MAKER), "rtgs_desk: one person is not two"),
    ],
)
def test_a_desk_without_its_people_is_not_deployed(arguments: tuple[bytes, ...], words: str) -> None:
    with pytest.raises(Exception, match=words):
        Placed(load("rtgs_desk"), b"\x77" * 20, *arguments)
