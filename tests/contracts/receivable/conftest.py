"""A seller whose debts are not issued yet."""

import pytest

from tests.contracts.receivable.debts import Debts, debts


@pytest.fixture
def book() -> Debts:
    return debts()
