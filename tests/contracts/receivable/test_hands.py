"""Splitting, endorsing and locking parts."""

import pytest

from tests.contracts.receivable.debts import BANK, CAROL, FACE, LIEN, RECEIVABLE, SUPPLIER, Debts
from tests.contracts.trade.market import ALICE, BOB, NOBODY, STRANGER, TOKEN, YEAR_S, wait_past


def test_a_part_splits_to_the_unit(book: Debts) -> None:
    id = book.accepted()
    book.refused("receivable: not the holder", "split", id, 1, sender=STRANGER)
    book.refused("receivable: no amount", "split", id, 0, sender=BOB)
    book.refused("receivable: more than the part", "split", id, FACE, sender=BOB)
    foretold = book.receivable.read("next_id", BOB)
    outcome = book.receivable.attempt("split", id, FACE - 1, sender=BOB)
    assert outcome.result == foretold
    assert outcome.event("Split").arguments == {
        "id": id,
        "part": id,
        "new_part": foretold,
        "amount": FACE - 1,
        "kept": 1,
    }
    assert (book.part(id)["amount"], book.part(foretold)["amount"]) == (1, FACE - 1)
    assert book.part(foretold)["holder"] == BOB
    assert book.receivable.read("parts_of_credential", id) == (id, foretold)
    assert book.receivable.read("fingerprint_of", foretold) == book.credential(id)["fingerprint"]


def test_a_credential_has_sixteen_parts_at_most(book: Debts) -> None:
    id = book.accepted()
    for _ in range(14):
        book.receivable.do("split", id, 1, sender=BOB)
    other = book.receivable.do("split", id, 2, sender=BOB)
    for part in (id, other):
        book.refused("receivable: too many parts", "split", part, 1, sender=BOB)
    book.refused("receivable: too many parts", "endorse", id, SUPPLIER, 1, True, sender=BOB)
    book.receivable.do("endorse", id, SUPPLIER, FACE - 16, True, sender=BOB)


def test_nobody_uses_up_the_parts_of_another(book: Debts) -> None:
    """Who holds 20 of 10,000 has room for one part of sixteen, however often it tries."""
    id = book.accepted()
    assert book.receivable.read("room", id) == 16
    given = book.endorse(id, SUPPLIER, 20, recourse=False)
    assert (book.receivable.read("room", id), book.receivable.read("room", given)) == (15, 1)
    book.refused("receivable: too many parts", "split", given, 1, sender=SUPPLIER)
    book.refused("receivable: too many parts", "endorse", given, CAROL, 1, False, sender=SUPPLIER)
    for _ in range(14):
        book.receivable.do("split", id, 1, sender=BOB)
    book.refused("receivable: too many parts", "split", id, 1, sender=BOB)
    book.endorse(given, CAROL, 20, recourse=False)


@pytest.mark.parametrize(
    ("amount", "room"),
    [(1, 1), (FACE // 8 - 1, 1), (FACE // 8, 2), (FACE // 2 - 1, 7), (FACE // 2, 8), (FACE - 1, 15)],
)
def test_a_split_divides_the_room_by_the_amounts(book: Debts, amount: int, room: int) -> None:
    id = book.accepted()
    given = book.receivable.do("split", id, amount, sender=BOB)
    assert book.receivable.read("room", given) == room
    assert book.receivable.read("room", id) == 16 - room


def test_a_whole_part_changes_hands_under_its_own_id(book: Debts) -> None:
    id = book.accepted()
    outcome = book.receivable.attempt("endorse", id, SUPPLIER, FACE, True, sender=BOB)
    assert outcome.result == id
    assert [event.name for event in outcome.events] == ["Endorsed"]
    assert outcome.event("Endorsed").arguments == {
        "id": id,
        "part": id,
        "holder": SUPPLIER,
        "endorser": BOB,
        "amount": FACE,
        "with_recourse": True,
    }
    assert book.part(id)["holder"] == SUPPLIER
    assert book.receivable.read("endorsers", id) == (BOB,)
    book.refused("receivable: not the holder", "endorse", id, CAROL, FACE, True, sender=BOB)


def test_the_whole_of_a_smaller_part_changes_hands_under_its_own_id(book: Debts) -> None:
    id = book.accepted()
    small = book.receivable.do("split", id, 1, sender=BOB)
    assert book.endorse(small, SUPPLIER, 1) == small
    assert book.receivable.read("parts_of_credential", id) == (id, small)


def test_a_part_of_a_part_changes_hands_under_a_new_id(book: Debts) -> None:
    id = book.accepted()
    outcome = book.receivable.attempt("endorse", id, SUPPLIER, 4_000, False, sender=BOB)
    given = outcome.result
    assert [event.name for event in outcome.events] == ["Split", "Endorsed"]
    assert given != id
    assert (book.part(id)["holder"], book.part(id)["amount"]) == (BOB, 6_000)
    assert (book.part(given)["holder"], book.part(given)["amount"]) == (SUPPLIER, 4_000)
    assert book.receivable.read("endorsers", given) == ()


def test_endorsers_follow_the_part_that_they_endorsed(book: Debts) -> None:
    id = book.accepted()
    book.endorse(id, SUPPLIER, FACE)
    given = book.endorse(id, CAROL, 1_000)
    assert book.receivable.read("endorsers", given) == (BOB, SUPPLIER)
    assert book.receivable.read("endorsers", id) == (BOB,)


def test_eight_answer_for_a_part_at_most(book: Debts) -> None:
    id = book.accepted()
    for step in range(8):
        book.endorse(id, [SUPPLIER, BOB][step % 2], FACE)
    assert len(book.receivable.read("endorsers", id)) == 8
    book.refused("receivable: too many endorsers", "endorse", id, SUPPLIER, FACE, True, sender=BOB)
    book.endorse(id, SUPPLIER, FACE, recourse=False)


@pytest.mark.parametrize("to", [NOBODY, RECEIVABLE, BOB, ALICE, TOKEN])
def test_some_hold_no_part(book: Debts, to: bytes) -> None:
    book.refused("receivable: not a holder", "endorse", book.accepted(), to, 1, True, sender=BOB)


def test_bad_endorsements_are_refused(book: Debts) -> None:
    id = book.issued()
    book.refused("receivable: not the holder", "endorse", id, SUPPLIER, 1, True, sender=BOB)
    book.receivable.do("accept", id, sender=ALICE)
    book.refused("receivable: more than the part", "endorse", id, SUPPLIER, FACE + 1, True, sender=BOB)
    book.refused("receivable: no amount", "endorse", id, SUPPLIER, 0, True, sender=BOB)
    book.receivable.do("redeem", id, sender=ALICE)
    book.refused("receivable: not accepted", "endorse", id, SUPPLIER, 0, True, sender=BOB)


def test_a_redeemed_part_of_a_live_credential_does_nothing_more(book: Debts) -> None:
    id = book.accepted()
    given = book.endorse(id, SUPPLIER, 1_000)
    book.receivable.do("redeem", given, sender=ALICE)
    for call in (["endorse", given, CAROL, 0, True], ["lock", given, BANK, LIEN], ["split", given, 0]):
        book.refused("receivable: nothing to redeem", *call, sender=SUPPLIER)


def test_a_part_in_default_does_not_change_hands(book: Debts) -> None:
    id = book.accepted()
    wait_past(book.receivable.read("last_deadline", id))
    book.endorse(id, SUPPLIER, FACE)
    book.receivable.do("declare_default", id, sender=STRANGER)
    for call in (["endorse", id, CAROL, 1, True], ["lock", id, BANK, LIEN], ["split", id, 1]):
        book.refused("receivable: not accepted", *call, sender=SUPPLIER)


def test_a_locked_part_is_the_lienholders_to_let_go(book: Debts) -> None:
    id = book.accepted()
    book.refused("receivable: not the holder", "lock", id, BANK, LIEN, sender=STRANGER)
    outcome = book.receivable.attempt("lock", id, BANK, LIEN, sender=BOB)
    assert outcome.event("Locked").arguments == {
        "id": id,
        "part": id,
        "lienholder": BANK,
        "lien_id": LIEN,
        "amount": FACE,
    }
    assert book.receivable.read("position", id)[:4] == (BOB, BANK, LIEN, FACE)
    for call in (["split", id, 1], ["endorse", id, SUPPLIER, FACE, True], ["lock", id, CAROL, LIEN]):
        book.refused("receivable: locked", *call, sender=BOB)
    for nobody in (BOB, STRANGER, ALICE):
        book.refused("receivable: not the lienholder", "release_assigned", id, sender=nobody)
        book.refused("receivable: not the lienholder", "enforce", id, STRANGER, sender=nobody)
    released = book.receivable.attempt("release_assigned", id, sender=BANK)
    assert released.event("Unlocked").arguments == {"id": id, "part": id, "lienholder": BANK, "lien_id": LIEN}
    assert book.receivable.read("position", id)[:4] == (BOB, NOBODY, bytes(32), FACE)
    book.refused("receivable: not the lienholder", "release_assigned", id, sender=BANK)
    book.endorse(id, SUPPLIER, FACE)


@pytest.mark.parametrize("lienholder", [NOBODY, RECEIVABLE, BOB, ALICE, TOKEN])
def test_some_hold_no_lien(book: Debts, lienholder: bytes) -> None:
    book.refused("receivable: not a lienholder", "lock", book.accepted(), lienholder, LIEN, sender=BOB)


def test_a_lienholder_hands_the_part_on(book: Debts) -> None:
    id = book.accepted()
    book.receivable.do("lock", id, BANK, LIEN, sender=BOB)
    for nobody in (NOBODY, RECEIVABLE, TOKEN, ALICE):
        book.refused("receivable: not a holder", "enforce", id, nobody, sender=BANK)
    outcome = book.receivable.attempt("enforce", id, CAROL, sender=BANK)
    assert outcome.event("Enforced").arguments == {
        "id": id,
        "part": id,
        "holder": CAROL,
        "lienholder": BANK,
        "former": BOB,
        "amount": FACE,
    }
    assert book.receivable.read("position", id)[:3] == (CAROL, NOBODY, bytes(32))
    book.refused("receivable: not the lienholder", "enforce", id, BANK, sender=BANK)
    book.refused("receivable: not the holder", "split", id, 1, sender=BOB)


def test_a_lienholder_hands_the_part_on_in_default_too_but_not_to_the_debtor(book: Debts) -> None:
    """Who would otherwise have an endorser pay for its own debt."""
    id = book.accepted()
    book.endorse(id, SUPPLIER, FACE)
    book.receivable.do("lock", id, BANK, LIEN, sender=SUPPLIER)
    wait_past(book.receivable.read("last_deadline", id))
    book.receivable.do("declare_default", id, sender=STRANGER)
    book.refused("receivable: not a holder", "enforce", id, ALICE, sender=BANK)
    book.receivable.do("enforce", id, CAROL, sender=BANK)
    book.receivable.do("recourse", id, BOB, sender=CAROL)
    assert book.balance(CAROL) == FACE


def test_what_a_lienholder_is_paid_is_told(book: Debts) -> None:
    id = book.accepted()
    given = book.endorse(id, SUPPLIER, 4_000)
    assert book.receivable.read("proceeds", given, BANK) == (SUPPLIER, TOKEN, 0, 0)
    book.receivable.do("lock", given, BANK, LIEN, sender=SUPPLIER)
    assert book.receivable.read("proceeds", given, BANK) == (SUPPLIER, TOKEN, 4_000, 0)
    assert book.receivable.read("proceeds", given, CAROL) == (SUPPLIER, TOKEN, 0, 0)
    book.receivable.do("redeem", given, sender=ALICE)
    assert book.receivable.read("proceeds", given, BANK) == (SUPPLIER, TOKEN, 4_000, 4_000)
    assert book.balance(BANK) == 4_000
    book.receivable.do("release_assigned", given, sender=BANK)
    assert book.receivable.read("proceeds", given, BANK) == (SUPPLIER, TOKEN, 4_000, 4_000)


def test_a_lien_that_is_let_go_is_no_longer_assigned(book: Debts) -> None:
    id = book.accepted(due_in=YEAR_S)
    book.receivable.do("lock", id, BANK, LIEN, sender=BOB)
    book.receivable.do("release_assigned", id, sender=BANK)
    assert book.receivable.read("proceeds", id, BANK) == (BOB, TOKEN, 0, 0)
    book.receivable.do("redeem", id, sender=ALICE)
    assert book.receivable.read("proceeds", id, BANK) == (BOB, TOKEN, 0, 0)
