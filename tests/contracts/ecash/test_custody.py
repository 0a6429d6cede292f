"""Money in custody: beyond freezes, paid out in a pause, and a party's frozen claims wait where it is held."""

import pytest

from contracts import DIRECTORY, ECASH, ESCROW, load
from tests.contracts.placed import NOBODY, Placed, now, wait, wait_until

ADMIN, BANK, ALICE, BOB, FREEZER, PAUSER = (bytes([0xA0 + number]) * 20 for number in range(6))
CASE, OTHER_CASE = b"case 2031/17".ljust(32, b"\0"), b"case 2031/18".ljust(32, b"\0")
ZERO = bytes(20)
AMOUNT, TERM = 1_000, 1_000
PAUSED, CLAIMS_FROZEN = 1, 5


class Deal:
    """1,000 that Alice put aside for Bob."""

    def __init__(self) -> None:
        self.directory = Placed(load("directory"), DIRECTORY, ADMIN, [ESCROW], [], [])
        self.ecash = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", 2, ADMIN, DIRECTORY, ZERO)
        self.escrow = Placed(load("escrow"), ESCROW)
        self.ecash.do("set_freezer", FREEZER, True, sender=ADMIN)
        self.ecash.do("set_pauser", PAUSER, True, sender=ADMIN)
        self.ecash.do("set_quota", BANK, 10_000, sender=ADMIN)
        self.ecash.do("mint", ALICE, AMOUNT, sender=BANK)
        self.ecash.do("approve", ESCROW, AMOUNT, sender=ALICE)
        self.deadline = now() + TERM
        terms = (BOB, ZERO, ECASH, AMOUNT, self.deadline, bytes(32))
        self.id: bytes = self.escrow.do("open", *terms, sender=ALICE)
        self.escrow.do("fund", self.id, sender=ALICE)

    def release(self) -> None:
        self.escrow.do("release", self.id, AMOUNT, sender=ALICE)

    def owed(self, who: bytes) -> int:
        return int(self.escrow.read("claimable", ECASH, who))

    def balance(self, who: bytes) -> int:
        return int(self.ecash.read("balanceOf", who))


@pytest.fixture
def deal() -> Deal:
    return Deal()


def test_frozen_claims_wait_in_custody_until_every_case_is_lifted(deal: Deal) -> None:
    frozen = deal.ecash.attempt("freeze_claims", BOB, CASE, sender=FREEZER).event("ClaimsFrozen")
    assert (frozen["case_id"], frozen["party"], frozen["by"]) == (CASE, BOB, FREEZER)
    deal.ecash.do("freeze_claims", BOB, OTHER_CASE, sender=FREEZER)
    assert deal.ecash.read("check", ESCROW, BOB, AMOUNT, bytes(32)) == (CLAIMS_FROZEN, 0, 0)
    deal.release()
    assert (deal.owed(BOB), deal.balance(BOB)) == (AMOUNT, 0)
    assert deal.escrow.attempt("claim", ECASH, BOB).words == "claims: transfer still refused"
    lifted = deal.ecash.attempt("unfreeze_claims", BOB, CASE, sender=FREEZER).event("ClaimsUnfrozen")
    assert (lifted["case_id"], lifted["party"], lifted["by"]) == (CASE, BOB, FREEZER)
    assert not deal.escrow.attempt("claim", ECASH, BOB).accepted
    deal.ecash.do("unfreeze_claims", BOB, OTHER_CASE, sender=FREEZER)
    deal.escrow.do("claim", ECASH, BOB, sender=NOBODY)
    assert (deal.owed(BOB), deal.balance(BOB)) == (0, AMOUNT)


def test_frozen_claims_bind_no_payment_between_people(deal: Deal) -> None:
    deal.ecash.do("freeze_claims", BOB, CASE, sender=FREEZER)
    deal.ecash.do("mint", ALICE, 5, sender=BANK)
    deal.ecash.do("transfer", BOB, 5, sender=ALICE)


def test_claims_are_frozen_once_a_case_by_freezers_and_never_custodys(deal: Deal) -> None:
    deal.ecash.do("freeze_claims", BOB, CASE, sender=FREEZER)
    for name, arguments, sender, words in (
        ("freeze_claims", (BOB, CASE), FREEZER, "ecash: frozen in this case"),
        ("unfreeze_claims", (BOB, OTHER_CASE), FREEZER, "ecash: not frozen in this case"),
        ("freeze_claims", (ZERO, CASE), FREEZER, "ecash: nobody to freeze"),
        ("freeze_claims", (BOB, bytes(32)), FREEZER, "ecash: no case"),
        ("freeze_claims", (ESCROW, CASE), FREEZER, "ecash: custody is never frozen"),
        ("freeze_claims", (ALICE, CASE), ADMIN, "ecash: not a freezer"),
        ("unfreeze_claims", (BOB, CASE), ADMIN, "ecash: not a freezer"),
    ):
        assert deal.ecash.attempt(name, *arguments, sender=sender).words == words


def test_custody_pays_and_refunds_in_a_pause(deal: Deal) -> None:
    deal.ecash.do("pause", sender=PAUSER)
    assert deal.ecash.read("check", ALICE, BOB, 0, bytes(32)) == (PAUSED, 0, 0)
    deal.escrow.do("release", deal.id, 400, sender=ALICE)
    wait_until(deal.deadline + 1)
    deal.escrow.do("exit", deal.id, sender=NOBODY)
    assert (deal.balance(BOB), deal.balance(ALICE), deal.owed(BOB)) == (400, 600, 0)


def test_delisted_custody_pays_after_the_pause(deal: Deal) -> None:
    deal.directory.do("set_custodian", ESCROW, False, sender=ADMIN)
    deal.ecash.do("pause", sender=PAUSER)
    deal.release()
    assert deal.owed(BOB) == AMOUNT
    wait(72 * 60 * 60)
    deal.escrow.do("claim", ECASH, BOB, sender=NOBODY)
    assert deal.balance(BOB) == AMOUNT


def test_striking_custody_off_the_list_frees_no_frozen_claims(deal: Deal) -> None:
    deal.ecash.do("freeze_claims", BOB, CASE, sender=FREEZER)
    deal.directory.do("set_custodian", ESCROW, False, sender=ADMIN)
    assert deal.ecash.read("check", ESCROW, BOB, AMOUNT, bytes(32)) == (CLAIMS_FROZEN, 0, 0)
    deal.release()
    assert (deal.owed(BOB), deal.balance(BOB)) == (AMOUNT, 0)
    deal.ecash.do("unfreeze_claims", BOB, CASE, sender=FREEZER)
    deal.escrow.do("claim", ECASH, BOB, sender=NOBODY)
    assert deal.balance(BOB) == AMOUNT


def test_a_contract_frozen_before_it_was_listed_is_free_once_it_is(deal: Deal) -> None:
    other = Placed(load("escrow"), b"\xd9" * 20).address
    deal.ecash.do("mint", other, 50, sender=BANK)
    deal.ecash.do("freeze", other, 50, CASE, sender=FREEZER)
    assert deal.ecash.read("available", other) == 0
    deal.directory.do("set_custodian", other, True, sender=ADMIN)
    assert deal.ecash.read("available", other) == 50
    deal.ecash.do("transfer", BOB, 50, sender=other)


def test_without_a_directory_nobody_is_custody() -> None:
    ecash = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", 2, ADMIN, ZERO, ZERO)
    Placed(load("escrow"), ESCROW)
    assert not ecash.read("is_custodian", ESCROW) and not ecash.read("was_custodian", ESCROW)
    assert ecash.read("directory") == ZERO
