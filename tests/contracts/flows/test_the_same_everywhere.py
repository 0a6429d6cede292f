"""A scenario gives the same events, in order, topics and data, on a bare machine, on the ledger and on a live node."""

from pathlib import Path

import pytest

from contracts.examples.town import Town
from scripts.network import development_network
from tests.contracts.flows.scripts import SCRIPTS
from tests.contracts.flows.stage import LivePlace, Recording, Timed, bare_place, ledger_place

BLOCK_PERIOD_MS = 100


def told(place: Timed, name: str) -> Recording:
    recording = Recording(place)
    SCRIPTS[name](Town(recording, say=lambda line: None))
    return recording


def assert_the_bare_machine_agrees(other: Recording, name: str) -> None:
    """Given the same calls at the same times."""
    with bare_place(as_in=other) as place:
        bare = told(place, name)
    assert [(each.sender, each.to, each.data) for each in bare.transactions] == [
        (each.sender, each.to, each.data) for each in other.transactions
    ]
    assert bare.logs == other.logs
    assert len(bare.logs) > len(bare.transactions) > 0


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_ledger_and_the_bare_machine_tell_the_same(name: str, tmp_path: Path) -> None:
    with ledger_place(tmp_path / "net") as place:
        on_ledger = told(place, name)
    assert_the_bare_machine_agrees(on_ledger, name)


@pytest.mark.e2e
def test_a_live_node_and_the_bare_machine_tell_the_same(tmp_path: Path) -> None:
    """All scenarios one after the other, each in a network of its own: they must find the same state."""
    for name in sorted(SCRIPTS):
        with development_network(tmp_path / name, validators=1, block_period_ms=BLOCK_PERIOD_MS) as network:
            live = told(LivePlace(network.urls[0]), name)
        assert_the_bare_machine_agrees(live, name)
