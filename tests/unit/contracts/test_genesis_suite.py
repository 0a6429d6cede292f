"""What the genesis deploys, where, and for whom."""

import pytest

from contracts import ADMISSION, DIRECTORY, ECASH, ESCROW, POLICY, TIMELOCK, VALIDATORS, BadGenesis, genesis_suite

BANK = b"\xcb" * 20
GUARDIAN = b"\x9a" * 20


def member(number: int) -> bytes:
    return number.to_bytes(20, "big")


def test_each_contract_has_its_fixed_address() -> None:
    deployments = genesis_suite([member(2), member(1)], BANK, GUARDIAN)
    assert [(deployment.name, deployment.address.hex()) for deployment in deployments] == [
        ("validators", "4a69616f7a690000000000000000000000000001"),
        ("admission", "4a69616f7a690000000000000000000000000002"),
        ("timelock", "4a69616f7a690000000000000000000000000003"),
        ("ecash", "4a69616f7a690000000000000000000000000101"),
        ("policy", "4a69616f7a690000000000000000000000000102"),
        ("escrow", "4a69616f7a690000000000000000000000000201"),
        ("directory", "4a69616f7a690000000000000000000000000103"),
    ]
    assert all(deployment.address.startswith(b"Jiaozi") for deployment in deployments)
    assert {ADMISSION, DIRECTORY, ECASH, ESCROW, POLICY, TIMELOCK, VALIDATORS} == {each.address for each in deployments}


def test_the_order_in_which_validators_are_named_does_not_matter() -> None:
    assert genesis_suite([member(2), member(1)], BANK, GUARDIAN) == genesis_suite(
        [member(1), member(2)], BANK, GUARDIAN
    )
    assert genesis_suite([member(3), member(1)], BANK, GUARDIAN) != genesis_suite(
        [member(1), member(2)], BANK, GUARDIAN
    )


@pytest.mark.parametrize(
    ("validators", "bank", "words"),
    [
        ([], BANK, "1 to 100 validators, not 0"),
        ([member(number) for number in range(1, 102)], BANK, "1 to 100 validators, not 101"),
        ([member(1), member(1)], BANK, "named twice"),
        ([bytes(20)], BANK, "a validator needs a 20-byte address other than zero"),
        ([b"\1" * 19], BANK, "a validator needs a 20-byte address"),
        ([member(1)], bytes(20), "the central bank needs a 20-byte address other than zero"),
        ([member(1)], b"\1" * 21, "the central bank needs a 20-byte address"),
    ],
)
def test_bad_parties_are_refused(validators: list[bytes], bank: bytes, words: str) -> None:
    with pytest.raises(BadGenesis, match=words):
        genesis_suite(validators, bank, GUARDIAN)


@pytest.mark.parametrize(
    ("guardian", "words"),
    [(BANK, "a second key beside the central bank's"), (bytes(20), "the guardian needs a 20-byte address")],
)
def test_the_guardian_is_somebody_and_somebody_else(guardian: bytes, words: str) -> None:
    with pytest.raises(BadGenesis, match=words):
        genesis_suite([member(1)], BANK, guardian)
