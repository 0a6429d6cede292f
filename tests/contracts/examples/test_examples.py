"""Every example tells its story on a real ledger, and no money appears or vanishes while it does."""

import sys
from pathlib import Path

import pytest

from contracts import ECASH
from contracts.errors import ContractsError
from contracts.examples.town import Town, development_key
from contracts.typed import ECash
from tests.contracts.flows.scripts import EXAMPLES
from tests.contracts.ledger_network import ledger_network


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_tells_what_moved(name: str, tmp_path: Path) -> None:
    lines: list[str] = []
    story = EXAMPLES[name]
    words = sys.modules[story.__module__].__doc__
    assert words is not None
    assert f"python -m contracts.examples.{name}\n" in words
    with ledger_network(tmp_path / "net") as network:
        story(Town(network, say=lines.append))
        ecash = ECash(network.account(development_key(0)), ECASH)
        assert ecash.totalSupply() == ecash.total_minted() - ecash.total_burned()
    moves = [line for line in lines if line.startswith("    ")]
    assert len(moves) >= 2, "balances moved"


def test_an_example_that_goes_another_way_says_so(tmp_path: Path) -> None:
    with ledger_network(tmp_path / "net") as network:
        town = Town(network, say=lambda line: None)
        with pytest.raises(ContractsError, match="the example went another way: one is two"):
            town.expect(False, "one is two")
        with pytest.raises(ContractsError, match="looking was not refused"):
            town.refused("looking", lambda: town.ecash(town.person("anybody")).totalSupply())
