"""The development network before any process starts: which ports, which folder, and what it refuses."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.app.devnet import DevnetOptions, _alone, _ports, _prepare, run_devnet
from node.app.errors import AppError, BadConfiguration, BadFolder, NetworkRuns, PortTaken
from node.storage.record import FileRecord


@pytest.fixture
def taken() -> Iterator[int]:
    """A port in use with free ones around it, as far as anybody can know."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def options(tmp_path: Path) -> DevnetOptions:
    return DevnetOptions(
        path=tmp_path / "net", validators=2, rpc_port=None, p2p_port=None, block_period_ms=1_000, engine="auto",
        chain_id=None, as_json=False, issue=False, until_stdin_closes=False,
    )  # fmt: skip


def test_a_port_that_was_asked_for_is_used_or_refused(taken: int) -> None:
    with pytest.raises(PortTaken) as refused:
        _ports(taken, 8545, 1, "JSON-RPC")
    assert str(refused.value) == (
        f"port {taken} (JSON-RPC) is taken by another program: free it, or choose another port"
    )
    with pytest.raises(PortTaken) as refused:
        _ports(taken - 1, 8545, 2, "JSON-RPC")
    assert refused.value.port in (taken - 1, taken)


def test_a_default_port_gives_way_to_the_next_free_ones(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    first = _ports(None, taken, 2, "JSON-RPC")
    assert first > taken
    assert f"Port {taken} (JSON-RPC) is taken; trying from {taken + 1} on." in capsys.readouterr().err


@pytest.mark.parametrize("asked", [0, 65_534, 65_535])
def test_ports_that_do_not_exist_are_refused(asked: int) -> None:
    with pytest.raises(BadConfiguration, match=f"JSON-RPC port is {asked}, but 4 validators need ports from there"):
        _ports(asked, 8545, 4, "JSON-RPC")


def test_the_default_ends_where_the_ports_do() -> None:
    with socket.create_server(("127.0.0.1", 65_535)), pytest.raises(PortTaken):
        _ports(None, 65_535, 1, "JSON-RPC")


def test_ports_of_two_kinds_that_would_meet_are_refused_before_anything_is_laid(options: DevnetOptions) -> None:
    with pytest.raises(BadConfiguration, match="rpc-port is 30304, too near to p2p-port 30303"):
        _prepare(options, 30_304, 30_303)
    assert not options.path.exists()


def test_a_second_start_finds_the_keys_and_moves_the_ports(options: DevnetOptions) -> None:
    first = _prepare(options, 8545, 30303)
    identities = [folder.identity().peer_id for folder in first]
    again = _prepare(options, 9000, 31000)
    assert [folder.identity().peer_id for folder in again] == identities
    assert [folder.config().rpc_port for folder in again] == [9000, 9001]
    assert again[0].config().peers[0].startswith("/ip4/127.0.0.1/tcp/31001/p2p/")


def test_a_folder_whose_network_runs_is_left_as_it_is(options: DevnetOptions) -> None:
    folders = _prepare(options, 8545, 30303)
    with _alone(options.path), pytest.raises(NetworkRuns) as refused:
        run_devnet(options)
    assert str(refused.value) == (
        f"{options.path}: what is here runs already; stop it first, or choose another --data-dir"
    )
    assert folders[0].config().rpc_port == 8545


def test_a_validator_that_was_started_by_hand_keeps_its_ports(options: DevnetOptions) -> None:
    folders = _prepare(options, 8545, 30303)
    by_hand = FileRecord(folders[1].sign_state_path, create=False)
    with pytest.raises(NetworkRuns, match="node-2: what is here runs already"):
        _prepare(options, 9000, 31000)
    assert [folder.config().rpc_port for folder in folders] == [8545, 8546]
    by_hand.close()
    assert _prepare(options, 9000, 31000)[0].config().rpc_port == 9000


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"validators": 3}, "configuration: validators is 3, but {path} holds a network of 2"),
        ({"chain_id": 5}, "configuration: chain-id is 5, but {path} holds chain 20200"),
        (
            {"block_period_ms": 200},
            "configuration: block-period-ms is 200, but the network in {path} has 1000: pass that, or choose another "
            "--data-dir",
        ),
    ],
)
def test_what_the_first_start_fixed_cannot_be_asked_otherwise(
    options: DevnetOptions, changes: dict[str, Any], error: str
) -> None:
    _prepare(options, 8545, 30303)
    with pytest.raises(BadConfiguration) as refused:
        run_devnet(replace(options, **changes))
    assert str(refused.value) == error.format(path=options.path)


def test_a_folder_of_something_else_is_left_alone(options: DevnetOptions) -> None:
    options.path.mkdir()
    (options.path / "letter").write_text("kept", encoding="utf-8")
    with pytest.raises(BadFolder, match="exists and is not empty"):
        run_devnet(options)
    assert [path.name for path in options.path.iterdir()] == ["letter"]


def test_folders_that_are_no_nodes_are_passed_over(options: DevnetOptions) -> None:
    _prepare(options, 8545, 30303)
    (options.path / "node-1.bak").mkdir()
    assert len(_prepare(options, 8545, 30303)) == 2


def test_every_refusal_is_one_sentence(options: DevnetOptions, taken: int) -> None:
    with pytest.raises(AppError) as refused:
        run_devnet(replace(options, rpc_port=taken))
    assert "\n" not in str(refused.value) and not options.path.exists()
