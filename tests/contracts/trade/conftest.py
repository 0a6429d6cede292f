"""A market where nothing was ordered yet."""

import pytest

from tests.contracts.trade.market import Market, market


@pytest.fixture
def shop() -> Market:
    return market()
