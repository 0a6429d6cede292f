"""Issuing a debt, and the buyer's confirmation."""

from typing import Any

import boa
import pytest
from eth.exceptions import Revert

from contracts import load
from tests.contracts.placed import Placed, now, wait, wait_until
from tests.contracts.receivable.debts import (
    ACCEPTED,
    FACE,
    FINGERPRINTS,
    GRACE_S,
    ISSUED,
    LIEN,
    RATE,
    RECEIVABLE,
    TERM_S,
    WITHDRAWN,
    Debts,
)
from tests.contracts.signing_account import signing_account
from tests.contracts.trade.market import (
    ALICE,
    BOB,
    BUYER,
    DAY_S,
    DOCUMENT,
    NET,
    NOBODY,
    OTHER,
    STRANGER,
    TAX,
    TOKEN,
    TRADE,
    YEAR_S,
    domain_in_words,
    refused,
    sign,
    typed_digest,
    wait_past,
)

ACCEPTANCE_FIELDS = {
    "id": "bytes32",
    "seller": "address",
    "token": "address",
    "order": "bytes32",
    "fingerprint": "bytes32",
    "face": "uint256",
    "due": "uint256",
    "last_deadline": "uint256",
    "penalty_rate": "uint256",
}
ACCEPTANCE = f"Acceptance({','.join(f'{kind} {name}' for name, kind in ACCEPTANCE_FIELDS.items())})"


def acceptance(book: Debts, id: bytes, /, **changes: object) -> bytes:
    """What the debtor signs: all that it will owe, to whom, for which goods, and until when."""
    terms = {"id": id, **book.credential(id), **changes}
    values = [terms[name] for name in ACCEPTANCE_FIELDS]
    return typed_digest(book.receivable, ACCEPTANCE, list(ACCEPTANCE_FIELDS.values()), values)


def test_a_matched_order_is_issued_on_its_own_terms(book: Debts) -> None:
    order = book.market.approved()
    book.market.trade.do("acknowledge", order, 33_900_00, LIEN, sender=BOB)
    due = book.market.order(order)["due"]
    for nobody in (ALICE, STRANGER):
        book.refused("receivable: not the seller", "issue", order, GRACE_S, sender=nobody)
    foretold = book.receivable.read("next_id", BOB)
    outcome = book.receivable.attempt("issue", order, GRACE_S, sender=BOB)
    id = outcome.result
    fingerprint = book.fingerprints.read("fingerprint", BOB, DOCUMENT)
    assert id == foretold
    face = NET + TAX - 33_900_00
    assert outcome.event("Issued").arguments == {
        "id": id,
        "seller": BOB,
        "debtor": ALICE,
        "token": TOKEN,
        "order": order,
        "fingerprint": fingerprint,
        "face": face,
        "due": due,
        "last_deadline": due + GRACE_S,
        "penalty_rate": 5,
    }
    assert book.credential(id) == {
        "state": ISSUED,
        "seller": BOB,
        "debtor": ALICE,
        "token": TOKEN,
        "order": order,
        "fingerprint": fingerprint,
        "face": face,
        "live": 0,
        "redeemed": 0,
        "held": 0,
        "due": due,
        "last_deadline": due + GRACE_S,
        "penalty_rate": 5,
    }
    assert book.fingerprints.read("credential", fingerprint) == (RECEIVABLE, id)
    refused(book.receivable, "fingerprints: has a credential", "issue", order, GRACE_S, sender=BOB)


@pytest.mark.parametrize("state", ["invoiced", "received", "propose"])
def test_nothing_is_issued_before_the_match(book: Debts, state: str) -> None:
    order = getattr(book.market, state)()
    book.refused("receivable: not the seller", "issue", order, GRACE_S, sender=BOB)


def test_an_order_that_is_paid_has_nothing_to_issue(book: Debts) -> None:
    order = book.market.approved()
    wait_past(book.market.order(order)["due"])
    book.market.trade.do("acknowledge", order, NET + TAX, LIEN, sender=BOB)
    book.refused("receivable: nothing is owed", "issue", order, GRACE_S, sender=BOB)


def test_an_overdue_order_is_not_issued(book: Debts) -> None:
    order = book.market.approved()
    wait_until(book.market.order(order)["due"])
    book.refused("deadlines: has passed already", "issue", order, GRACE_S, sender=BOB)


def test_goods_under_a_lien_are_not_issued(book: Debts) -> None:
    book.fingerprints.do("authorise", STRANGER, True, sender=BOB)
    fingerprint = book.fingerprints.do("take_lien", BOB, DOCUMENT, LIEN, sender=STRANGER)
    order = book.market.approved()
    book.refused("fingerprints: has a lien", "issue", order, GRACE_S, sender=BOB)
    book.fingerprints.do("drop_lien", fingerprint, sender=STRANGER)
    book.receivable.do("issue", order, GRACE_S, sender=BOB)


@pytest.mark.parametrize(
    ("position", "value", "refusal"),
    [
        (0, NOBODY, "receivable: not a debtor"),
        (0, RECEIVABLE, "receivable: not a debtor"),
        (0, TOKEN, "receivable: not a debtor"),
        (0, BOB, "receivable: not a debtor"),
        (1, STRANGER, "receivable: not a token"),
        (1, RECEIVABLE, "receivable: not a token"),
        (2, 0, "receivable: nothing is owed"),
        (2, 2**128, "receivable: amount out of range"),
        (3, 0, "deadlines: has passed already"),
        (3, YEAR_S + 1, "receivable: term over a year"),
        (4, 90 * DAY_S + 1, "receivable: grace too long"),
        (5, 10_001, "receivable: penalty out of range"),
        (6, bytes(32), "receivable: no document"),
    ],
)
def test_bad_debts_are_refused(book: Debts, position: int, value: object, refusal: str) -> None:
    terms: list[object] = [ALICE, TOKEN, FACE, TERM_S, GRACE_S, RATE, DOCUMENT]
    terms[position] = value
    assert isinstance(terms[3], int)
    terms[3] += now()
    book.refused(refusal, "issue_unmatched", *terms, sender=BOB)


def test_debts_at_their_limits_are_taken(book: Debts) -> None:
    largest = [ALICE, TOKEN, 2**128 - 1, now() + YEAR_S, 90 * DAY_S, 10_000, DOCUMENT]
    book.receivable.do("issue_unmatched", *largest, sender=BOB)
    book.receivable.do("issue_unmatched", ALICE, TOKEN, 1, now() + 1, 0, 0, b"\1" * 32, sender=BOB)


def test_a_seller_first_authorises_the_contract(book: Debts) -> None:
    terms = [ALICE, TOKEN, FACE, now() + 1, 0, 0, DOCUMENT]
    book.refused("fingerprints: not authorised", "issue_unmatched", *terms, sender=STRANGER)


def test_the_debtor_brings_it_to_life(book: Debts) -> None:
    id = book.issued()
    assert book.receivable.read("position", id)[3] == 0
    for nobody in (BOB, STRANGER):
        book.refused("receivable: not the debtor", "accept", id, sender=nobody)
    outcome = book.receivable.attempt("accept", id, sender=ALICE)
    assert outcome.event("Accepted").arguments == {"id": id, "debtor": ALICE, "holder": BOB, "live": FACE}
    assert (book.credential(id)["state"], book.credential(id)["live"]) == (ACCEPTED, FACE)
    assert book.part(id) == {
        "credential": id,
        "holder": BOB,
        "amount": FACE,
        "lienholder": NOBODY,
        "lien_id": bytes(32),
    }
    assert book.receivable.read("parts_of_credential", id) == (id,)
    due = now() + TERM_S
    assert book.receivable.read("position", id) == (BOB, NOBODY, bytes(32), FACE, TOKEN, ALICE, due, due + GRACE_S)
    assert book.receivable.read("last_deadline", id) == due + GRACE_S
    assert book.receivable.read("fingerprint_of", id) == book.fingerprints.read("fingerprint", BOB, DOCUMENT)
    book.refused("receivable: not open to acceptance", "accept", id, sender=ALICE)


def test_acceptance_by_signature(book: Debts) -> None:
    assert book.receivable.read("DOMAIN_SEPARATOR") == domain_in_words("Jiaozi Receivable", RECEIVABLE)
    id = book.issued()
    digest = acceptance(book, id)
    for wrong in (sign(OTHER, digest), b"", sign(BUYER, b"\1" * 32)):
        book.refused("receivable: not signed by the debtor", "accept_signed", id, wrong, sender=STRANGER)
    different: dict[str, object] = {
        "id": b"\1" * 32,
        "seller": STRANGER,
        "token": STRANGER,
        "order": b"\1" * 32,
        "fingerprint": b"\1" * 32,
        "face": FACE - 1,
        "due": now(),
        "last_deadline": now() + TERM_S,
        "penalty_rate": RATE + 1,
    }
    assert different.keys() == ACCEPTANCE_FIELDS.keys()
    for name, value in different.items():
        wrong = sign(BUYER, acceptance(book, id, **{name: value}))
        book.refused("receivable: not signed by the debtor", "accept_signed", id, wrong, sender=STRANGER)
    book.receivable.do("accept_signed", id, sign(BUYER, digest), sender=STRANGER)
    assert book.credential(id)["state"] == ACCEPTED
    again = sign(BUYER, digest)
    book.refused("receivable: not open to acceptance", "accept_signed", id, again, sender=STRANGER)


@pytest.mark.parametrize("changed", [{"document": b"\1" * 32}, {"grace": 0}])
def test_a_signature_given_beforehand_brings_nothing_else_to_life(book: Debts, changed: dict[str, Any]) -> None:
    """Its seller foretells the id, has it signed, and then issues it on other goods or without the grace."""
    due = now() + TERM_S
    told = [ALICE, TOKEN, FACE, due, GRACE_S, RATE, DOCUMENT]
    with boa.env.anchor():
        id = book.receivable.do("issue_unmatched", *told, sender=BOB)
        signature = sign(BUYER, acceptance(book, id))
        book.receivable.do("accept_signed", id, signature, sender=STRANGER)
    issued = [ALICE, TOKEN, FACE, due, changed.get("grace", GRACE_S), RATE, changed.get("document", DOCUMENT)]
    assert book.receivable.do("issue_unmatched", *issued, sender=BOB) == id
    book.refused("receivable: not signed by the debtor", "accept_signed", id, signature, sender=STRANGER)


def test_a_signature_for_a_debt_without_an_order_accepts_no_order(book: Debts) -> None:
    id = book.receivable.do("issue", book.market.approved(), GRACE_S, sender=BOB)
    signature = sign(BUYER, acceptance(book, id, order=bytes(32)))
    book.refused("receivable: not signed by the debtor", "accept_signed", id, signature, sender=STRANGER)
    book.receivable.do("accept_signed", id, sign(BUYER, acceptance(book, id)), sender=STRANGER)


def test_a_contract_account_accepts_by_its_word(book: Debts) -> None:
    account = signing_account(b"\xe9" * 20)
    terms = [account.address, TOKEN, FACE, now() + TERM_S, GRACE_S, RATE, DOCUMENT]
    id = book.receivable.do("issue_unmatched", *terms, sender=BOB)
    account.do("sign", acceptance(book, id))
    book.receivable.do("accept_signed", id, b"", sender=STRANGER)


def test_acceptance_ends_with_the_due_date(book: Debts) -> None:
    late, timely = book.issued(), book.issued(document=b"\1" * 32)
    wait(TERM_S)
    book.receivable.do("accept", timely, sender=ALICE)
    wait(1)
    book.refused("receivable: too late to accept", "accept", late, sender=ALICE)
    book.refused("receivable: too late to accept", "accept_signed", late, b"", sender=ALICE)


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_an_issue_is_declined_or_taken_back_and_its_goods_are_free(book: Debts, who: bytes) -> None:
    id = book.issued()
    book.refused("receivable: not a party", "withdraw", id, sender=STRANGER)
    outcome = book.receivable.attempt("withdraw", id, sender=who)
    assert outcome.event("Withdrawn").arguments == {"id": id, "by": who}
    assert book.credential(id)["state"] == WITHDRAWN
    book.refused("receivable: not open to acceptance", "withdraw", id, sender=who)
    book.refused("receivable: not open to acceptance", "accept", id, sender=ALICE)
    assert book.issued() != id


def test_anyone_ends_an_issue_that_was_never_accepted(book: Debts) -> None:
    id = book.issued()
    wait(TERM_S)
    book.refused("receivable: not a party", "withdraw", id, sender=STRANGER)
    wait(1)
    book.receivable.do("withdraw", id, sender=STRANGER)
    assert book.credential(id)["state"] == WITHDRAWN


def test_an_accepted_debt_is_not_taken_back(book: Debts) -> None:
    id = book.accepted()
    for who in (ALICE, BOB):
        book.refused("receivable: not open to acceptance", "withdraw", id, sender=who)


def test_it_says_which_interfaces_it_has(book: Debts) -> None:
    functions = {signature: int.from_bytes(selector) for selector, signature in load("receivable").selectors.items()}
    custody = ["liabilities(address)", "held(bytes32)", "exit(bytes32)", "claim(address,address)"]
    proceeds = ["proceeds(bytes32,address)", "release_assigned(bytes32)"]
    for signatures in (["supportsInterface(bytes4)"], custody, proceeds):
        interface = 0
        for signature in signatures:
            interface ^= functions[signature]
        assert book.receivable.read("supportsInterface", interface.to_bytes(4)) is True
    assert book.receivable.read("supportsInterface", b"\xff" * 4) is False


def test_it_knows_its_order_book_and_register(book: Debts) -> None:
    assert (book.receivable.read("trade"), book.receivable.read("fingerprints")) == (TRADE, FINGERPRINTS)
    told = (b"\x0f", "Jiaozi Receivable", "1", boa.env.evm.chain.chain_id, RECEIVABLE, bytes(32), ())
    assert book.receivable.read("eip712Domain") == told
    for arguments in ((NOBODY, FINGERPRINTS), (TRADE, NOBODY)):
        with pytest.raises(Revert, match="receivable: no "):
            Placed(load("receivable"), b"\xee" * 20, *arguments)
