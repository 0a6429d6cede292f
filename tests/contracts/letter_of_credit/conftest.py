"""A fresh counter for each test, on a Monday morning."""

import pytest

from tests.contracts.letter_of_credit.counter import Counter


@pytest.fixture
def counter() -> Counter:
    return Counter()
