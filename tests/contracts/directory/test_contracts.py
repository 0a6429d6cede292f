"""Contracts by name, documents by account, and what counts as custody."""

import boa
import pytest
from eth.exceptions import Revert
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts import load
from tests.contracts.placed import NOBODY, Placed, hostile_token, now, wait

ADMIN, ALICE, BOB = (bytes([0xA0 + number]) * 20 for number in range(3))
GENESIS_CUSTODIAN, TOKEN = b"\xc0" * 20, b"\xe6" * 20
AT, TIMELOCK, GUARDIAN = b"\xd6" * 20, b"\xd9" * 20, b"\x9a" * 20
DAY = 24 * 60 * 60
ZERO = bytes(20)
DOCUMENT = b"\7" * 32


@pytest.fixture
def directory() -> Placed:
    hostile_token(TOKEN)
    return Placed(load("directory"), AT, ADMIN, [GENESIS_CUSTODIAN], ["escrow"], [GENESIS_CUSTODIAN])


def test_a_genesis_names_contracts_whose_code_comes_later(directory: Placed) -> None:
    assert directory.read("contract_of", "escrow") == GENESIS_CUSTODIAN
    assert directory.read("contract_names") == ("escrow",)
    assert directory.read("custodians") == (GENESIS_CUSTODIAN,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((ZERO, [], [], []), "directory: no admin"),
        ((ADMIN, [ZERO], [], []), "directory: no custodian"),
        ((ADMIN, [], ["escrow"], []), "directory: names without accounts"),
        ((ADMIN, [], ["escrow"], [ZERO]), "directory: no contract"),
        ((ADMIN, [], [""], [TOKEN]), "directory: no name"),
    ],
)
def test_bad_beginnings_are_refused(arguments: tuple[object, ...], words: str) -> None:
    with pytest.raises(Revert, match=words):
        boa.env.deploy_code(
            bytecode=load("directory").init_code(*arguments), override_address=to_checksum_address(b"\xd7" * 20)
        )


def test_where_a_timelock_is_named_no_key_alone_changes_what_a_name_means() -> None:
    hostile_token(TOKEN)
    timelock = Placed(load("timelock"), TIMELOCK, ADMIN, GUARDIAN, 2 * DAY)
    names, accounts = ["escrow", "timelock"], [GENESIS_CUSTODIAN, TIMELOCK]
    directory = Placed(load("directory"), AT, ADMIN, [GENESIS_CUSTODIAN], names, accounts)
    words = directory.attempt("set_contract", "escrow", TOKEN, sender=ADMIN).words
    assert words == "directory: only through the timelock"
    renaming = directory.artifact.encode_call("set_contract", "escrow", TOKEN)
    vetoed, queued = (timelock.do("queue", AT, renaming, sender=ADMIN) for _ in range(2))
    timelock.do("veto", vetoed, sender=GUARDIAN)
    wait(2 * DAY)
    for operation, executed in ((vetoed, False), (queued, True)):
        assert timelock.attempt("execute", operation, renaming, sender=NOBODY).accepted is executed
    assert directory.read("contract_of", "escrow") == TOKEN
    # It replaces itself too; without any the administrator names.
    abolishing = directory.artifact.encode_call("set_contract", "timelock", ZERO)
    last = timelock.do("queue", AT, abolishing, sender=ADMIN)
    wait(2 * DAY)
    timelock.do("execute", last, abolishing, sender=NOBODY)
    directory.do("set_contract", "policy", TOKEN, sender=ADMIN)


def test_a_name_means_another_contract_from_then_on(directory: Placed) -> None:
    logged = directory.attempt("set_contract", "escrow", TOKEN, sender=ADMIN).event("ContractSet")
    code = boa.env.get_code(to_checksum_address(TOKEN))
    assert dict(logged.arguments) == {
        "id": keccak(text="escrow"),
        "account": TOKEN,
        "name": "escrow",
        "account_before": GENESIS_CUSTODIAN,
        "code_hash": keccak(code),
    }
    directory.do("set_contract", "policy", TOKEN, sender=ADMIN)
    directory.do("set_contract", "escrow", ZERO, sender=ADMIN)
    assert directory.read("contract_of", "escrow") == ZERO
    assert directory.read("contract_names") == ("escrow", "policy")


def test_bad_names_are_refused(directory: Placed) -> None:
    assert directory.attempt("set_contract", "escrow", ALICE, sender=ADMIN).words == "directory: not a contract"
    assert directory.attempt("set_contract", "", TOKEN, sender=ADMIN).words == "directory: no name"
    assert directory.attempt("set_contract", "escrow", TOKEN, sender=ALICE).words == "roles: not the admin"


def test_a_document_is_its_accounts_own(directory: Placed) -> None:
    logged = directory.attempt("set_document", DOCUMENT, sender=ALICE).event("DocumentSet")
    assert dict(logged.arguments) == {
        "account": ALICE,
        "hash_before": bytes(32),
        "hash_after": DOCUMENT,
        "version": 1,
    }
    assert directory.read("document", ALICE) == {"document_hash": DOCUMENT, "version": 1, "changed_at": now()}
    assert directory.read("document", BOB)["version"] == 0
    wait(5)
    assert directory.attempt("set_document", DOCUMENT, sender=ALICE).words == "directory: is that already"
    directory.do("set_document", bytes(32), sender=ALICE)
    assert directory.read("document", ALICE) == {"document_hash": bytes(32), "version": 2, "changed_at": now()}


def test_custody_is_listed_and_delisted(directory: Placed) -> None:
    logged = directory.attempt("set_custodian", TOKEN, True, sender=ADMIN).event("CustodianSet")
    assert (logged["account"], logged["listed"]) == (TOKEN, True)
    assert directory.read("is_custodian", TOKEN) and directory.read("was_custodian", TOKEN)
    assert directory.attempt("set_custodian", TOKEN, True, sender=ADMIN).words == "directory: listed already"
    directory.do("set_custodian", TOKEN, False, sender=ADMIN)
    assert not directory.read("is_custodian", TOKEN) and directory.read("was_custodian", TOKEN)
    assert directory.attempt("set_custodian", TOKEN, False, sender=ADMIN).words == "directory: not listed"
    directory.do("set_custodian", TOKEN, True, sender=ADMIN)
    assert directory.read("custodians") == (GENESIS_CUSTODIAN, TOKEN)


def test_only_code_of_its_own_is_custody(directory: Placed) -> None:
    assert directory.attempt("set_custodian", ALICE, True, sender=ADMIN).words == "directory: not a contract"
    delegated = to_checksum_address(BOB)
    boa.env.set_code(delegated, b"\xef\x01\x00" + TOKEN)
    assert directory.attempt("set_custodian", BOB, True, sender=ADMIN).words == "directory: not a contract"


def test_names_custody_and_registrars_are_the_administrators(directory: Placed) -> None:
    for name, arguments in (
        ("set_contract", ("policy", TOKEN)),
        ("set_custodian", (TOKEN, True)),
        ("set_registrar", (ALICE, True)),
        ("propose_admin", (ALICE,)),
    ):
        for caller in (ALICE, TOKEN, NOBODY):
            assert directory.attempt(name, *arguments, sender=caller).words == "roles: not the admin"
    assert directory.attempt("set_registrar", ZERO, True, sender=ADMIN).words == "directory: no account"
    logged = directory.attempt("set_registrar", ALICE, True, sender=ADMIN).event("RegistrarSet")
    assert (logged["account"], logged["allowed"]) == (ALICE, True)


def test_there_are_at_most_256_names(directory: Placed) -> None:
    for number in range(255):
        directory.do("set_contract", f"contract-{number}", TOKEN, sender=ADMIN)
    assert directory.attempt("set_contract", "another", TOKEN, sender=ADMIN).words == "directory: too many names"
    directory.do("set_contract", "contract-7", ZERO, sender=ADMIN)


def test_there_are_at_most_256_custodians(directory: Placed) -> None:
    code = boa.env.get_code(to_checksum_address(TOKEN))
    accounts = [number.to_bytes(20, "big") for number in range(0x10000, 0x10000 + 256)]
    for account in accounts:
        boa.env.set_code(to_checksum_address(account), code)
    for account in accounts[:-1]:
        directory.do("set_custodian", account, True, sender=ADMIN)
    outcome = directory.attempt("set_custodian", accounts[-1], True, sender=ADMIN)
    assert outcome.words == "directory: too many custodians"
