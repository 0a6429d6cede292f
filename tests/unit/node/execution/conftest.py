"""Every test runs on every engine that is installed."""

from collections.abc import Callable, Mapping

import pytest

from node.execution.engine import Engine, Rules
from node.execution.engines import NAMES, load_engine
from node.primitives.genesis import GenesisAccount
from node.primitives.types import Address
from node.state import genesis_state
from tests.unit.node.execution.world import ETHER, RICH, World, account


@pytest.fixture(params=[name for name in NAMES if name != "auto"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return load_engine(request.param)


@pytest.fixture
def world(engine: Engine) -> Callable[..., World]:
    """`world({address: account(...)})`; RICH has 100 ether unless it is among them."""

    def make(alloc: Mapping[Address, GenesisAccount] | None = None, rules: Rules | None = None) -> World:
        update, code = genesis_state({RICH.address: account(100 * ETHER), **(alloc or {})})
        made = World(engine, dict(update.added), dict(code), update.root)
        if rules is not None:
            made.rules = rules
        return made

    return make
