"""A fresh desk for each test."""

import pytest

from tests.contracts.factoring.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
