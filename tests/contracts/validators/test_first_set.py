"""The genesis set of validators."""

from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts.library import SOURCES


@pytest.fixture(scope="module")
def source() -> Any:
    return boa.load_partial(str(SOURCES / "validators.vy"))


def account(number: int) -> str:
    return to_checksum_address(number.to_bytes(20, "big"))


@pytest.mark.parametrize("count", [1, 4, 100])
def test_the_set_is_answered_in_ascending_order(source: Any, count: int) -> None:
    members = [account(number) for number in range(1, count + 1)]
    contract = source.deploy(members)
    assert contract.getValidators() == members
    assert contract.isValidator(members[-1])
    assert not contract.isValidator(account(count + 1))


@pytest.mark.parametrize(
    ("numbers", "refusal"),
    [
        ([], "validators: nobody would seal blocks"),
        ([0], "validators: not in ascending order"),
        ([2, 1], "validators: not in ascending order"),
        ([1, 1], "validators: not in ascending order"),
        ([1, 2**160 - 1, 3], "validators: not in ascending order"),
    ],
)
def test_a_set_that_is_empty_unordered_or_repeats_is_refused(source: Any, numbers: list[int], refusal: str) -> None:
    with boa.reverts(refusal):
        source.deploy([account(number) for number in numbers])
