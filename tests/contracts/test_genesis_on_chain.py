"""The genesis suite as the node would place it: init code run at fixed addresses, spoken to in bytes alone."""

from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts import (
    ADMISSION,
    DIRECTORY,
    ECASH,
    ESCROW,
    POLICY,
    TIMELOCK,
    VALIDATORS,
    explain_revert,
    genesis_suite,
    load,
)
from contracts.deals import DealState, decode_deal, held_in, last_deadline_of

VALIDATOR_SET = [bytes([number]) * 20 for number in (7, 3, 5)]
CENTRAL_BANK = b"\xcb" * 20
GUARDIAN = b"\x9a" * 20
BANK = b"\xba" * 20
ALICE = b"\xa1" * 20
BOB = b"\xb0" * 20


@pytest.fixture(autouse=True)
def deployed() -> None:
    for deployment in genesis_suite(VALIDATOR_SET, CENTRAL_BANK, GUARDIAN):
        boa.env.deploy_code(bytecode=deployment.init_code, override_address=to_checksum_address(deployment.address))


def call(to: bytes, data: bytes, *, sender: bytes) -> Any:
    return boa.env.execute_code(to_checksum_address(to), sender=to_checksum_address(sender), data=data)


def answer(name: str, to: bytes, function: str, *arguments: object) -> object:
    artifact = load(name)
    computation = call(to, artifact.encode_call(function, *arguments), sender=ALICE)
    assert not computation.is_error
    return artifact.decode_result(function, computation.output)


def send(name: str, to: bytes, function: str, *arguments: object, sender: bytes) -> Any:
    computation = call(to, load(name).encode_call(function, *arguments), sender=sender)
    assert not computation.is_error, explain_revert(computation.output)
    return computation


def test_validators_come_sorted_whatever_order_they_were_named_in() -> None:
    assert answer("validators", VALIDATORS, "getValidators") == tuple(sorted(VALIDATOR_SET))


def test_the_central_bank_owns_the_currency_and_escrow_is_custody() -> None:
    assert answer("ecash", ECASH, "admin") == CENTRAL_BANK
    assert answer("ecash", ECASH, "is_custodian", ESCROW) is True
    assert (answer("ecash", ECASH, "directory"), answer("ecash", ECASH, "policy")) == (DIRECTORY, POLICY)
    assert answer("policy", POLICY, "currency") == ECASH
    assert {answer(name, address, "admin") for name, address in (("policy", POLICY), ("directory", DIRECTORY))} == {
        CENTRAL_BANK
    }
    assert (answer("ecash", ECASH, "name"), answer("ecash", ECASH, "decimals")) == ("Jiaozi", 2)


def test_admission_asks_the_validators_and_lists_nobody() -> None:
    assert answer("admission", ADMISSION, "peer_count") == 0
    send("admission", ADMISSION, "propose", [b"\1" * 32], 2, sender=VALIDATOR_SET[0])
    assert call(ADMISSION, load("admission").encode_call("propose", [b"\1" * 32], 2), sender=BANK).is_error


def test_the_timelock_has_two_keys_and_two_days() -> None:
    assert answer("timelock", TIMELOCK, "proposer") == CENTRAL_BANK
    assert answer("timelock", TIMELOCK, "guardian") == GUARDIAN
    assert answer("timelock", TIMELOCK, "delay_seconds") == 48 * 60 * 60


def test_the_directory_names_every_contract_of_the_genesis() -> None:
    for deployment in genesis_suite(VALIDATOR_SET, CENTRAL_BANK, GUARDIAN):
        assert answer("directory", DIRECTORY, "contract_of", deployment.name) == deployment.address
    assert answer("directory", DIRECTORY, "custodians") == (ESCROW,)


def test_the_central_bank_alone_does_not_change_what_a_name_means() -> None:
    data = load("directory").encode_call("set_contract", "escrow", ECASH)
    assert call(DIRECTORY, data, sender=CENTRAL_BANK).is_error
    operation = send("timelock", TIMELOCK, "queue", DIRECTORY, data, sender=CENTRAL_BANK).output
    boa.env.time_travel(seconds=48 * 60 * 60)
    send("timelock", TIMELOCK, "execute", operation, data, sender=ALICE)
    assert answer("directory", DIRECTORY, "contract_of", "escrow") == ECASH


def test_runtime_code_is_what_the_artifact_says_but_for_immutables() -> None:
    for deployment in genesis_suite(VALIDATOR_SET, CENTRAL_BANK, GUARDIAN):
        on_chain = boa.env.get_code(to_checksum_address(deployment.address))
        assert on_chain.startswith(load(deployment.name).runtime_code)
        assert len(on_chain) < 24_576


def test_an_escrow_from_mint_to_release_in_bytes() -> None:
    send("ecash", ECASH, "set_quota", BANK, 100_00, sender=CENTRAL_BANK)
    send("ecash", ECASH, "mint", ALICE, 100_00, sender=BANK)
    send("ecash", ECASH, "approve", ESCROW, 100_00, sender=ALICE)
    deadline = boa.env.timestamp + 1_000
    opened = send("escrow", ESCROW, "open", BOB, bytes(20), ECASH, 100_00, deadline, b"\1" * 32, sender=ALICE)
    id = load("escrow").decode_result("open", opened.output)
    send("escrow", ESCROW, "fund", id, sender=ALICE)
    send("escrow", ESCROW, "release", id, 40_00, sender=ALICE)
    shown = decode_deal(call(ESCROW, load("escrow").encode_call("deal", id), sender=ALICE).output)
    assert (shown.payer, shown.payee, shown.token, shown.state) == (ALICE, BOB, ECASH, DealState.FUNDED)
    assert (shown.funded, shown.paid, held_in(shown), last_deadline_of(shown)) == (100_00, 40_00, 60_00, deadline)
    assert answer("ecash", ECASH, "balanceOf", BOB) == 40_00


def test_logs_decode_by_the_contract_that_wrote_them() -> None:
    send("ecash", ECASH, "set_quota", BANK, 100_00, sender=CENTRAL_BANK)
    memo = b"RRN 1".ljust(32, b"\0")
    send("ecash", ECASH, "mint", ALICE, 5, sender=BANK)
    computation = send("ecash", ECASH, "transfer_with_memo", BOB, 5, memo, sender=ALICE)
    events = []
    for address, topics, data in computation.get_log_entries():
        assert address == ECASH
        raw_topics = [topic.to_bytes(32, "big") for topic in topics]
        events.append(load("ecash").decode_log(raw_topics, data))
        assert load("validators").decode_log(raw_topics, data) is None
    transfer, with_memo = events
    assert transfer is not None and with_memo is not None
    assert (transfer.name, transfer.arguments) == ("Transfer", {"sender": ALICE, "receiver": BOB, "value": 5})
    assert (with_memo.name, with_memo["memo"], with_memo["value"]) == ("TransferWithMemo", memo, 5)


def test_a_refusal_reads_as_words() -> None:
    computation = call(ECASH, load("ecash").encode_call("transfer", BOB, 1), sender=ALICE)
    assert computation.is_error
    assert explain_revert(computation.output) == "refused: more than the balance (code 3, rule 0, version 0)"
