"""Aliases: commit, reveal, confirm, move on, give up."""

import pytest

from contracts import load
from tests.contracts.placed import NOBODY, Outcome, Placed, now, wait

ADMIN, ALICE, BOB, REGISTRAR = (bytes([0xA0 + number]) * 20 for number in range(4))
SALT, CASE = b"\5" * 32, b"case 2031/17".ljust(32, b"\0")
ZERO = bytes(20)
MINUTE, DAY = 60, 24 * 60 * 60
ALIAS = "alice@bank"


@pytest.fixture
def directory() -> Placed:
    directory = Placed(load("directory"), b"\xd6" * 20, ADMIN, [], [], [])
    directory.do("set_registrar", REGISTRAR, True, sender=ADMIN)
    return directory


def commit(directory: Placed, alias: str, wallet: bytes, salt: bytes = SALT) -> bytes:
    commitment: bytes = directory.read("commitment_of", alias, wallet, salt)
    directory.do("commit", commitment, sender=wallet)
    return commitment


def register(directory: Placed, alias: str, wallet: bytes) -> Outcome:
    commit(directory, alias, wallet)
    wait(MINUTE)
    return directory.attempt("register", alias, SALT, sender=wallet)


@pytest.fixture
def registered(directory: Placed) -> Placed:
    assert register(directory, ALIAS, ALICE).accepted
    return directory


def test_an_alias_is_committed_to_and_then_revealed(directory: Placed) -> None:
    commitment = directory.read("commitment_of", ALIAS, ALICE, SALT)
    committed = directory.attempt("commit", commitment, sender=ALICE).event("Committed")
    assert (committed["commitment"], committed["by"]) == (commitment, ALICE)
    assert directory.read("committed_at", commitment) == now()
    wait(MINUTE)
    logged = directory.attempt("register", ALIAS, SALT, sender=ALICE).event("Registered")
    assert (logged["wallet"], logged["alias"]) == (ALICE, ALIAS)
    assert directory.read("resolve", ALIAS) == (ALICE, ZERO)
    assert directory.read("alias_of", ALICE) == ALIAS
    assert directory.read("entry", ALIAS)["registered_at"] == now()


def test_a_revelation_waits_a_minute_and_counts_for_a_day(directory: Placed) -> None:
    commit(directory, ALIAS, ALICE)
    wait(MINUTE - 1)
    outcome = directory.attempt("register", ALIAS, SALT, sender=ALICE)
    assert outcome.words == "directory: committed too recently"
    wait(DAY - MINUTE + 2)
    assert directory.attempt("register", ALIAS, SALT, sender=ALICE).words == "directory: not committed"
    commit(directory, ALIAS, ALICE)
    wait(DAY)
    assert directory.attempt("register", ALIAS, SALT, sender=ALICE).accepted


def test_who_sees_a_revelation_is_too_late(directory: Placed) -> None:
    """Bob reads the alias from Alice's transaction while it waits; he has not committed a minute ago."""
    commit(directory, ALIAS, ALICE)
    wait(MINUTE)
    assert directory.attempt("register", ALIAS, SALT, sender=BOB).words == "directory: not committed"
    commit(directory, ALIAS, BOB)
    assert directory.attempt("register", ALIAS, SALT, sender=BOB).words == "directory: committed too recently"
    assert directory.attempt("register", ALIAS, SALT, sender=ALICE).accepted
    wait(MINUTE)
    assert directory.attempt("register", ALIAS, SALT, sender=BOB).words == "directory: alias is taken"


def test_a_commitment_is_made_once_while_it_counts(directory: Placed) -> None:
    commitment = commit(directory, ALIAS, ALICE)
    assert directory.attempt("commit", commitment, sender=BOB).words == "directory: committed already"
    wait(DAY + 1)
    directory.do("commit", commitment, sender=BOB)


def test_a_commitment_is_used_up(registered: Placed) -> None:
    registered.do("drop", ALIAS, sender=ALICE)
    assert registered.attempt("register", ALIAS, SALT, sender=ALICE).words == "directory: not committed"


def test_a_wallet_has_one_alias(registered: Placed) -> None:
    assert register(registered, "alice", ALICE).words == "directory: has an alias"


@pytest.mark.parametrize("alias", ["abc", "a.b-c_d+e@f", "0049-30-1234567", "x" * 64, "azz"])
def test_good_aliases(directory: Placed, alias: str) -> None:
    assert register(directory, alias, ALICE).accepted


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("", "alias is too short"),
        ("ab", "alias is too short"),
        ("Alice", "character not allowed"),
        ("alice bank", "character not allowed"),
        ("alice/bank", "character not allowed"),
        ("al`ce", "character not allowed"),
        ("al{ce", "character not allowed"),
        ("al:ce", "character not allowed"),
        ("alic\u0435", "character not allowed"),
    ],
)
def test_bad_aliases_are_refused(directory: Placed, alias: str, words: str) -> None:
    assert register(directory, alias, ALICE).words == f"directory: {words}"


def test_a_registrar_confirms_and_withdraws(registered: Placed) -> None:
    logged = registered.attempt("authorise", ALIAS, ALICE, True, sender=REGISTRAR).event("Authorised")
    assert (logged["registrar"], logged["wallet"], logged["authorised"]) == (REGISTRAR, ALICE, True)
    assert registered.read("resolve", ALIAS) == (ALICE, REGISTRAR)
    registered.do("authorise", ALIAS, ALICE, False, sender=REGISTRAR)
    assert registered.read("resolve", ALIAS) == (ALICE, ZERO)


def test_only_registrars_confirm_and_only_what_they_saw(registered: Placed) -> None:
    for caller in (ADMIN, ALICE, NOBODY):
        outcome = registered.attempt("authorise", ALIAS, ALICE, True, sender=caller)
        assert outcome.words == "directory: not a registrar"
    for alias, wallet in ((ALIAS, BOB), ("nobody", ZERO), ("nobody", ALICE)):
        outcome = registered.attempt("authorise", alias, wallet, True, sender=REGISTRAR)
        assert outcome.words == "directory: not that wallet's alias"
    registered.do("set_registrar", REGISTRAR, False, sender=ADMIN)
    assert not registered.attempt("authorise", ALIAS, ALICE, True, sender=REGISTRAR).accepted


def test_an_alias_moves_when_the_other_wallet_accepts(registered: Placed) -> None:
    registered.do("authorise", ALIAS, ALICE, True, sender=REGISTRAR)
    offered = registered.attempt("rotate", ALIAS, BOB, sender=ALICE).event("RotationProposed")
    assert (offered["wallet"], offered["successor"]) == (ALICE, BOB)
    assert registered.read("resolve", ALIAS) == (ALICE, REGISTRAR)
    moved = registered.attempt("accept_rotation", ALIAS, sender=BOB).event("Rotated")
    assert (moved["former"], moved["wallet"]) == (ALICE, BOB)
    # The registrar saw Alice's wallet, not this one.
    assert registered.read("resolve", ALIAS) == (BOB, ZERO)
    assert (registered.read("alias_of", ALICE), registered.read("alias_of", BOB)) == ("", ALIAS)
    assert registered.attempt("accept_rotation", ALIAS, sender=BOB).words == "directory: not offered"


def test_an_offer_is_withdrawn_with_zero_and_ends_with_the_alias(registered: Placed) -> None:
    registered.do("rotate", ALIAS, BOB, sender=ALICE)
    registered.do("rotate", ALIAS, ZERO, sender=ALICE)
    for caller in (BOB, ZERO):
        assert registered.attempt("accept_rotation", ALIAS, sender=caller).words == "directory: not offered"
    registered.do("rotate", ALIAS, BOB, sender=ALICE)
    registered.do("drop", ALIAS, sender=ALICE)
    assert registered.attempt("accept_rotation", ALIAS, sender=BOB).words == "directory: not offered"
    assert registered.attempt("accept_rotation", "nobody", sender=ZERO).words == "directory: not offered"


def test_only_the_wallet_moves_or_drops_its_alias(registered: Placed) -> None:
    for caller in (BOB, ADMIN, REGISTRAR):
        assert registered.attempt("rotate", ALIAS, BOB, sender=caller).words == "directory: not your alias"
        assert registered.attempt("drop", ALIAS, sender=caller).words == "directory: not your alias"
    assert registered.attempt("rotate", ALIAS, ALICE, sender=ALICE).words == "directory: has it already"


def test_a_wallet_with_an_alias_accepts_no_other(registered: Placed) -> None:
    assert register(registered, "bob", BOB).accepted
    registered.do("rotate", ALIAS, BOB, sender=ALICE)
    assert registered.attempt("accept_rotation", ALIAS, sender=BOB).words == "directory: has an alias"


def test_a_dropped_alias_is_free_again(registered: Placed) -> None:
    dropped = registered.attempt("drop", ALIAS, sender=ALICE).event("Dropped")
    assert (dropped["wallet"], dropped["by"], dropped["case_id"]) == (ALICE, ALICE, bytes(32))
    assert registered.read("resolve", ALIAS) == (ZERO, ZERO)
    assert register(registered, ALIAS, BOB).accepted
    assert registered.read("resolve", ALIAS) == (BOB, ZERO)


def test_the_administrator_strikes_under_a_case(registered: Placed) -> None:
    assert registered.attempt("strike", ALIAS, bytes(32), sender=ADMIN).words == "directory: no case"
    assert registered.attempt("strike", "nobody", CASE, sender=ADMIN).words == "directory: unknown alias"
    for caller in (REGISTRAR, BOB, ALICE):
        assert registered.attempt("strike", ALIAS, CASE, sender=caller).words == "roles: not the admin"
    struck = registered.attempt("strike", ALIAS, CASE, sender=ADMIN).event("Dropped")
    assert (struck["wallet"], struck["by"], struck["case_id"]) == (ALICE, ADMIN, CASE)
    assert registered.read("alias_of", ALICE) == ""
