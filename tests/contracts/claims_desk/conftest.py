"""A world of its own for each test."""

import pytest

from tests.contracts.claims_desk.setting import World, new_world


@pytest.fixture
def world() -> World:
    return new_world()
