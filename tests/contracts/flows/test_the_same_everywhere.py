"""A scenario gives the same events, in order, topics and data, on a bare machine, on the ledger and on a live node."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from contracts import load, names
from contracts.addresses import CREATE2_DEPLOYER
from contracts.examples.town import Town
from contracts.genesis_suite import genesis_suite
from scripts.network import development_network
from tests.contracts.flows.scripts import SCRIPTS
from tests.contracts.flows.stage import BarePlace, LivePlace, Recording, Timed, bare_place, ledger_place

BLOCK_PERIOD_MS: Final = 100
LIVE_LIMIT_S: Final = 240
"""For all scenarios on a live node, and their comparison."""


def told(place: Timed, name: str) -> Recording:
    recording = Recording(place)
    SCRIPTS[name](Town(recording, say=lambda line: None))
    return recording


def assert_the_bare_machine_agrees(place: BarePlace, other: Recording, name: str) -> None:
    """Given the same calls at the same times."""
    place.follow(other)
    bare = told(place, name)
    assert [(each.sender, each.to, each.data) for each in bare.transactions] == [
        (each.sender, each.to, each.data) for each in other.transactions
    ], name
    assert bare.logs == other.logs, name
    assert len(bare.logs) > len(bare.transactions) > 0


def deployed_by(recording: Recording) -> set[str]:
    """The contracts whose creation a scenario sent to the deployer, behind a salt of 32 bytes."""
    sent = [each.data[32:] for each in recording.transactions if each.to == CREATE2_DEPLOYER]
    return {name for name in names() for code in sent if code.startswith(load(name).creation_code)}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_ledger_and_the_bare_machine_tell_the_same(name: str, tmp_path: Path) -> None:
    with ledger_place(tmp_path / "net") as place:
        on_ledger = told(place, name)
    with bare_place() as bare:
        assert_the_bare_machine_agrees(bare, on_ledger, name)


@pytest.mark.e2e
@pytest.mark.timeout(LIVE_LIMIT_S)
def test_a_live_node_and_the_bare_machine_tell_the_same(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """All scenarios one after the other, each on what those before it left, on one node and on one bare machine.

    Between them they place every contract of the suite.
    """
    began = time.monotonic()
    with development_network(tmp_path / "net", validators=1, block_period_ms=BLOCK_PERIOD_MS) as network:
        place = LivePlace(network.urls[0])
        live = {name: told(place, name) for name in sorted(SCRIPTS)}
    with bare_place() as bare:
        for name, recording in live.items():
            assert_the_bare_machine_agrees(bare, recording, name)
    born_with = {each.name for each in genesis_suite([bytes([1]) * 20], bytes([2]) * 20, bytes([3]) * 20)}
    assert born_with.union(*map(deployed_by, live.values())) == set(names())
    took = time.monotonic() - began
    record_property(f"{len(live)} scenarios on a live node", f"{took:.0f} s of {LIVE_LIMIT_S} s")
