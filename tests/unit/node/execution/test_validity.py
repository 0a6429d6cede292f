"""What may not be in a block is refused in geth's words, and a refusal changes nothing."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from eth.vm.forks.cancun.state import fake_exponential
from hypothesis import given
from hypothesis import strategies as st

from node.execution import errors
from node.execution.engine import Fork, Rules
from node.execution.validity import blob_base_fee, floor_gas, intrinsic_gas
from node.primitives.genesis import PRAGUE_BLOBS
from node.primitives.keys import PrivateKey
from node.primitives.transaction import (
    AccessListEntry,
    Authorization,
    TransactionKind,
    UnsignedTransaction,
    sign_transaction,
)
from node.primitives.types import Address, Gas, Hash32
from node.state.model import StateDiff
from tests.unit.node.execution.world import CHAIN_ID, ETHER, OTHER, RICH, World, account, sign

TO = Address(b"\xee" * 20)
BLOB = Hash32(b"\x01" + bytes(31))
AUTHORIZATION = Authorization(CHAIN_ID, TO, 0, 0, 1, 1)
NOTHING = StateDiff({}, {}, frozenset(), {})
DELEGATED = PrivateKey(b"\x03" * 32)
CONTRACT = PrivateKey(b"\x04" * 32)
LAST_NONCE = PrivateKey(b"\x05" * 32)

REFUSED: Mapping[str, tuple[Mapping[str, Any], type[errors.TransactionRefused], str]] = {
    "another chain": ({"chain_id": 5}, errors.WrongChain, "invalid chain id for signer: have 5 want 1337"),
    "nonce of the past": ({"key": OTHER, "nonce": 2}, errors.NonceTooLow, "nonce too low: address 0x"),
    "nonce of the future": ({"key": OTHER, "nonce": 4}, errors.NonceTooHigh, "nonce too high: address 0x"),
    "last nonce": ({"key": LAST_NONCE, "nonce": 2**64 - 1}, errors.NonceAtMaximum, "nonce has max value: address 0x"),
    "a contract": ({"key": CONTRACT, "nonce": 1}, errors.SenderNotExternallyOwned, "sender not an eoa: address 0x"),
    "tip above cap": (
        {"max_priority_fee": 11},
        errors.TipAboveFeeCap,
        "max priority fee per gas higher than max fee per gas: address 0x",
    ),
    "cap below base fee": (
        {"max_fee": 6},
        errors.FeeCapTooLow,
        "max fee per gas less than block base fee: address 0x",
    ),
    "too poor for the value": (
        {"value": 100 * ETHER},
        errors.InsufficientFunds,
        "insufficient funds for gas * price + value: address 0x",
    ),
    "too poor by overflow": (
        {"max_fee": 2**256 - 1},
        errors.InsufficientFunds,
        "insufficient funds for gas * price + value: address 0x",
    ),
    "more gas than the block has": ({"gas": 30_000_001}, errors.BlockGasExceeded, "gas limit reached"),
    "more gas than the cap": (
        {"gas": 20_000_001},
        errors.TransactionGasCapExceeded,
        "transaction gas limit too high (cap: 20000000, tx: 20000001)",
    ),
    "too little gas": ({"gas": 20_999}, errors.IntrinsicGasTooLow, "intrinsic gas too low: have 20999, want 21000"),
    "too little gas for the floor": (
        {"gas": 61_000, "data": b"\x01" * 1_001},
        errors.IntrinsicGasTooLow,
        "insufficient gas for floor data gas cost: have 61000, want 61040",
    ),
    "too much initcode": (
        {"to": None, "data": bytes(49_153), "gas": 2_000_000},
        errors.InitcodeTooLarge,
        "max initcode size exceeded: code size 49153 limit 49152",
    ),
    "no blobs": (
        {"kind": TransactionKind.BLOB, "max_fee_per_blob_gas": 1},
        errors.BadTransactionForm,
        "blob transaction missing blob hashes",
    ),
    "a blob of another version": (
        {"kind": TransactionKind.BLOB, "max_fee_per_blob_gas": 1, "blob_hashes": (BLOB, Hash32(bytes(32)))},
        errors.BadTransactionForm,
        "blob 1 has invalid hash version",
    ),
    "too cheap a blob": (
        {"kind": TransactionKind.BLOB, "max_fee_per_blob_gas": 0, "blob_hashes": (BLOB,)},
        errors.BlobFeeCapTooLow,
        "max fee per blob gas less than block blob gas fee: address 0x",
    ),
    "more blobs than the block has": (
        {"kind": TransactionKind.BLOB, "max_fee_per_blob_gas": 1, "blob_hashes": (BLOB,) * 10},
        errors.BlockGasExceeded,
        "blob gas limit reached",
    ),
    "no authorisations": (
        {"kind": TransactionKind.SET_CODE},
        errors.BadTransactionForm,
        "EIP-7702 transaction with empty auth list",
    ),
}


@pytest.fixture
def people(world: Callable[..., World]) -> World:
    return world(
        {
            OTHER.address: account(ETHER, nonce=3),
            DELEGATED.address: account(ETHER, nonce=1, code="ef0100" + "ee" * 20),
            CONTRACT.address: account(ETHER, nonce=1, code="00"),
            LAST_NONCE.address: account(ETHER, nonce=2**64 - 1),
        },
        Rules(chain_id=CHAIN_ID, transaction_gas_cap=Gas(20_000_000)),
    )


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_says_why_and_changes_nothing(case: str, people: World) -> None:
    fields, kind, words = REFUSED[case]
    session = people.begin()
    with pytest.raises(kind) as refusal:
        session.apply(sign(**fields))
    assert str(refusal.value).startswith(words)
    assert session.gas_used == 0
    assert session.finish().diff == NOTHING


def test_a_delegated_account_may_still_send(people: World) -> None:
    """EIP-7702's exception to EIP-3607."""
    assert people.begin().apply(sign(DELEGATED, nonce=1)).receipt.succeeded


def test_money_to_the_last_wei_is_enough(world: Callable[..., World]) -> None:
    exact = world({RICH.address: account(100_000 * 10 + 5)})
    assert exact.begin().apply(sign(value=5)).receipt.succeeded
    with pytest.raises(errors.InsufficientFunds, match="have 1000005 want 1000006"):
        exact.begin().apply(sign(value=6))


def test_the_block_fills_to_its_last_gas(people: World) -> None:
    session = people.begin(gas_limit=Gas(42_000))
    session.apply(sign(gas=21_000))
    with pytest.raises(errors.BlockGasExceeded):
        session.apply(sign(nonce=1, gas=21_001))
    session.apply(sign(nonce=1, gas=21_000))
    assert session.gas_used == 42_000


def test_blob_gas_of_a_block_adds_up(people: World) -> None:
    session = people.begin()
    blobs = {"kind": TransactionKind.BLOB, "max_fee_per_blob_gas": 1}
    session.apply(sign(**blobs, blob_hashes=(BLOB,) * 8))
    with pytest.raises(errors.BlockGasExceeded, match="blob gas limit reached"):
        session.apply(sign(**blobs, nonce=1, blob_hashes=(BLOB,) * 2))
    assert session.finish().blob_gas_used == 8 * 131_072


def test_before_prague_no_code_is_set_and_no_floor_paid(world: Callable[..., World]) -> None:
    cancun = world(rules=Rules(chain_id=CHAIN_ID, fork=Fork.CANCUN))
    session = cancun.begin()
    with pytest.raises(errors.BadTransactionForm, match="transaction type not supported"):
        session.apply(sign(kind=TransactionKind.SET_CODE, authorizations=(AUTHORIZATION,)))
    data = b"\x01" * 1_000
    assert session.apply(sign(data=data, gas=37_000)).gas_used == 37_000


def test_what_comes_first_is_said_first(people: World) -> None:
    """geth judges nonce, sender, fees, form, funds, block, gas in this order."""
    broken = {"nonce": 9, "max_fee": 5, "max_priority_fee": 6, "value": 200 * ETHER, "gas": 1}
    mends: list[tuple[Mapping[str, Any], type[errors.TransactionRefused]]] = [
        ({}, errors.NonceTooHigh),
        ({"nonce": 0}, errors.TipAboveFeeCap),
        ({"max_priority_fee": 0}, errors.FeeCapTooLow),
        ({"max_fee": 10}, errors.InsufficientFunds),
        ({"value": 0}, errors.IntrinsicGasTooLow),
    ]
    for mend, kind in mends:
        broken = {**broken, **mend}
        with pytest.raises(kind):
            people.begin().apply(sign(**broken))


@pytest.mark.parametrize(
    ("fields", "gas"),
    [
        ({}, 21_000),
        ({"data": b"\x00\x00\x01"}, 21_000 + 4 + 4 + 16),
        ({"to": None}, 53_000),
        ({"to": None, "data": bytes(33)}, 53_000 + 33 * 4 + 2 * 2),
        ({"access_list": (AccessListEntry(TO, (BLOB, BLOB)), AccessListEntry(TO, ()))}, 21_000 + 2 * 2_400 + 2 * 1_900),
        ({"kind": TransactionKind.SET_CODE, "authorizations": (AUTHORIZATION,) * 3}, 21_000 + 3 * 25_000),
    ],
)
def test_intrinsic_gas_is_the_sum_of_its_parts(fields: Mapping[str, Any], gas: int) -> None:
    wanted: dict[str, Any] = {"chain_id": 1, "nonce": 0, "gas": 1_000_000, "to": TO, **fields}
    assert intrinsic_gas(sign_transaction(UnsignedTransaction(**wanted), RICH)) == gas


def test_the_floor_counts_four_tokens_for_a_byte_that_is_not_zero() -> None:
    assert floor_gas(b"") == 21_000
    assert floor_gas(b"\x00" * 10 + b"\x07" * 10) == 21_000 + 10 * (10 + 40)


@given(st.integers(0, 200_000_000))
def test_the_blob_price_is_that_of_py_evm(excess: int) -> None:
    assert blob_base_fee(excess, PRAGUE_BLOBS) == fake_exponential(1, excess, PRAGUE_BLOBS.update_fraction)
