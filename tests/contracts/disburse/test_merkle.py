"""The list off chain, and that the chain agrees with it."""

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from contracts.merkle import Entitlement, leaf_hash, subsidy_list, verify
from tests.contracts.disburse.setting import ALICE, World

CHAIN, CONTRACT, CAMPAIGN = 20_200, b"\xe5" * 20, b"\3" * 32


@given(st.integers(1, 40))
def test_every_entry_of_a_list_of_any_length_has_a_proof(count: int) -> None:
    entries = [Entitlement(bytes([number]) * 20, number + 1) for number in range(count)]
    made = subsidy_list(CHAIN, CONTRACT, CAMPAIGN, entries)
    for index, entry in enumerate(entries):
        leaf = leaf_hash(CHAIN, CONTRACT, CAMPAIGN, index, entry.account, entry.amount)
        assert verify(made.root, leaf, made.proof(index))
        wrong = leaf_hash(CHAIN, CONTRACT, CAMPAIGN, index, entry.account, entry.amount + 1)
        assert not verify(made.root, wrong, made.proof(index))
    assert made.total == sum(range(1, count + 1))


def test_three_leaves_by_hand() -> None:
    entries = [Entitlement(bytes([number]) * 20, number) for number in range(3)]
    first, second, third = (leaf_hash(CHAIN, CONTRACT, CAMPAIGN, i, e.account, e.amount) for i, e in enumerate(entries))
    pair = keccak(min(first, second) + max(first, second))
    made = subsidy_list(CHAIN, CONTRACT, CAMPAIGN, entries)
    assert made.root == keccak(min(pair, third) + max(pair, third))
    assert (made.proof(0), made.proof(1), made.proof(2)) == ([second, third], [first, third], [pair])


def test_an_empty_list_and_an_entry_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one entry"):
        subsidy_list(CHAIN, CONTRACT, CAMPAIGN, [])
    made = subsidy_list(CHAIN, CONTRACT, CAMPAIGN, [Entitlement(ALICE, 1)])
    assert made.proof(0) == []
    for index in (-1, 1):
        with pytest.raises(IndexError, match="has 1 entries"):
            made.proof(index)


def test_the_contract_makes_the_same_leaves(world: World) -> None:
    made = world.list()
    campaign = world.disburse.read("next_id", bytes([0xB0]) * 20)
    for index, entry in enumerate(made.entries):
        assert world.disburse.read("leaf", campaign, index, entry.account, entry.amount) == made.levels[0][index]
