"""One lien at a time and one credential ever, on goods that a seller alone speaks for."""

import pytest

from contracts import load
from tests.contracts.placed import Placed
from tests.contracts.receivable.debts import LIEN
from tests.contracts.trade.market import BOB, DOCUMENT, NOBODY, STRANGER, refused

FACTORING, RECEIVABLE = b"\xc1" * 20, b"\xc2" * 20
CREDENTIAL = b"\x22" * 32


@pytest.fixture
def register() -> Placed:
    placed = Placed(load("fingerprints"), b"\xed" * 20)
    for contract in (FACTORING, RECEIVABLE):
        placed.do("authorise", contract, True, sender=BOB)
    return placed


def test_a_seller_says_who_speaks_for_it(register: Placed) -> None:
    outcome = register.attempt("authorise", STRANGER, True, sender=BOB)
    assert outcome.event("Authorised").arguments == {"seller": BOB, "registrar": STRANGER, "allowed": True}
    assert register.read("authorised", BOB, STRANGER) is True
    register.do("authorise", STRANGER, False, sender=BOB)
    for name in ("take_lien", "register"):
        for sender in (STRANGER, BOB):
            refused(register, "fingerprints: not authorised", name, BOB, DOCUMENT, LIEN, sender=sender)


def test_one_lien_at_a_time(register: Placed) -> None:
    outcome = register.attempt("take_lien", BOB, DOCUMENT, LIEN, sender=FACTORING)
    fingerprint = register.read("fingerprint", BOB, DOCUMENT)
    assert outcome.result == fingerprint
    assert outcome.event("LienTaken").arguments == {
        "fingerprint": fingerprint,
        "holder": FACTORING,
        "seller": BOB,
        "document": DOCUMENT,
        "lien_id": LIEN,
    }
    assert register.read("lien", fingerprint) == (FACTORING, LIEN)
    for sender in (FACTORING, RECEIVABLE):
        refused(register, "fingerprints: has a lien", "take_lien", BOB, DOCUMENT, LIEN, sender=sender)
        refused(register, "fingerprints: has a lien", "register", BOB, DOCUMENT, CREDENTIAL, sender=sender)
    register.do("take_lien", BOB, b"\1" * 32, LIEN, sender=FACTORING)
    for sender in (RECEIVABLE, BOB):
        refused(register, "fingerprints: not the lien's holder", "drop_lien", fingerprint, sender=sender)
    dropped = register.attempt("drop_lien", fingerprint, sender=FACTORING)
    assert dropped.event("LienDropped").arguments == {
        "fingerprint": fingerprint,
        "holder": FACTORING,
        "lien_id": LIEN,
    }
    assert register.read("lien", fingerprint) == (NOBODY, bytes(32))
    refused(register, "fingerprints: not the lien's holder", "drop_lien", fingerprint, sender=FACTORING)
    register.do("take_lien", BOB, DOCUMENT, LIEN, sender=RECEIVABLE)


def test_one_credential_ever(register: Placed) -> None:
    outcome = register.attempt("register", BOB, DOCUMENT, CREDENTIAL, sender=RECEIVABLE)
    fingerprint = outcome.result
    assert outcome.event("CredentialRegistered").arguments == {
        "fingerprint": fingerprint,
        "issuer": RECEIVABLE,
        "seller": BOB,
        "document": DOCUMENT,
        "credential_id": CREDENTIAL,
    }
    assert register.read("credential", fingerprint) == (RECEIVABLE, CREDENTIAL)
    for sender in (FACTORING, RECEIVABLE):
        refused(register, "fingerprints: has a credential", "register", BOB, DOCUMENT, CREDENTIAL, sender=sender)
        refused(register, "fingerprints: has a credential", "take_lien", BOB, DOCUMENT, LIEN, sender=sender)
    for sender in (FACTORING, BOB):
        refused(register, "fingerprints: not the issuer", "withdraw", fingerprint, sender=sender)
    withdrawn = register.attempt("withdraw", fingerprint, sender=RECEIVABLE)
    assert withdrawn.event("CredentialWithdrawn").arguments == {
        "fingerprint": fingerprint,
        "issuer": RECEIVABLE,
        "credential_id": CREDENTIAL,
    }
    refused(register, "fingerprints: not the issuer", "withdraw", fingerprint, sender=RECEIVABLE)
    register.do("take_lien", BOB, DOCUMENT, LIEN, sender=FACTORING)


def test_what_was_taken_outlives_the_authority(register: Placed) -> None:
    fingerprint = register.do("take_lien", BOB, DOCUMENT, LIEN, sender=FACTORING)
    register.do("authorise", FACTORING, False, sender=BOB)
    assert register.read("lien", fingerprint) == (FACTORING, LIEN)
    register.do("drop_lien", fingerprint, sender=FACTORING)


def test_another_sellers_goods_have_another_fingerprint(register: Placed) -> None:
    fingerprint = register.do("take_lien", BOB, DOCUMENT, LIEN, sender=FACTORING)
    register.do("authorise", FACTORING, True, sender=STRANGER)
    assert register.do("take_lien", STRANGER, DOCUMENT, LIEN, sender=FACTORING) != fingerprint
