"""An operator's part in governing the network, from the command line, against a node that answers JSON-RPC."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.app.config import load_config
from node.cli import main
from node.network.identity import NodeIdentity
from node.rpc.server import RpcOptions, RpcServer
from tests.unit.node.governed import KEYS, Governed

PEER, OTHER = (NodeIdentity(bytes([number]) * 32).peer_id for number in (0x0A, 0x0B))
CANDIDATE = "0x" + KEYS[4].address.hex()
UNKNOWN_ID = "0x" + "12" * 32

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def governed() -> Iterator[Governed]:
    """Four validators."""
    node = Governed(4)
    yield node
    node.close()


@pytest.fixture
def url(governed: Governed) -> Iterator[str]:
    server = RpcServer(governed, RpcOptions(port=0))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def cli(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """A command by the owner of key `by`, or by nobody in particular."""
    for number, key in enumerate(KEYS):
        (tmp_path / f"{number}.key").write_text(key.secret.hex() + "\n", encoding="ascii")

    def call(*argv: object, by: int | None = None) -> tuple[int, str, str]:
        capsys.readouterr()
        key = [] if by is None else ["--key", str(tmp_path / f"{by}.key")]
        code = main([*(str(each) for each in argv), "--rpc", url, *key])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def answer(cli: Cli) -> Callable[..., Any]:
    """What the command says in JSON."""

    def call(*argv: object, by: int | None = None) -> Any:
        code, out, err = cli(*argv, "--json", by=by)
        assert code == 0, err
        return json.loads(out)

    return call


def test_the_list_shows_who_seals_what_is_decided_and_what_is_open(
    governed: Governed, cli: Cli, answer: Callable[..., Any]
) -> None:
    members = ["0x" + key.address.hex() for key in governed.validators]
    shown = {"validators": members, "quorum": 3, "waiting": None, "proposals": []}
    assert answer("validators", "list") == shown
    assert cli("validators", "candidate", by=4)[:2] == (0, f"{CANDIDATE} is ready to become a validator\n")
    proposed = answer("validators", "propose", "add", CANDIDATE, "--not-before", 40, by=0)
    assert (proposed["kind"], proposed["state"], proposed["approvals"], proposed["notBefore"]) == ("add", "open", 1, 40)
    assert [each["id"] for each in answer("validators", "list")["proposals"]] == [proposed["id"]]
    code, out, _ = cli("validators", "list")
    assert code == 0
    assert out.splitlines()[-2:] == [
        "validators: 4; approvals that decide a change: 3",
        f"open: {proposed['id']}  add {CANDIDATE}, 1 of 3 approvals",
    ]
    assert cli("validators", "approve", proposed["id"], by=1)[1].splitlines()[-1] == "2 of 3 approvals"
    code, out, _ = cli("validators", "approve", proposed["id"], by=3)
    assert out.splitlines() == [
        f"{proposed['id']}  add {CANDIDATE}: decided",
        "3 of 3 approvals",
        "from block 40 on there are 5 validators",
    ]
    assert answer("validators", "list")["waiting"]["effective"] == 40
    assert cli("validators", "list")[1].splitlines()[-1] == f"decided: add {CANDIDATE} from block 40 on"


def test_history_tells_every_change_and_every_cancellation(cli: Cli, answer: Callable[..., Any]) -> None:
    assert cli("validators", "history")[1] == "the validators are those of the genesis\n"
    answer("validators", "candidate", by=4)
    gone = "0x" + KEYS[1].address.hex()
    for kind, accounts in (("replace", (gone, CANDIDATE, "--not-before", 500)), ("cancel", ())):
        id = answer("validators", "propose", kind, *accounts, by=0)["id"]
        for by in (1, 2):
            answer("validators", "approve", id, by=by)
    shown = answer("validators", "history")
    assert [(each["kind"], each["cancelled"], each["validators"]) for each in shown] == [
        ("replace", True, 4),
        ("cancel", False, 4),
    ]
    assert (shown[0]["leaving"], shown[0]["incoming"], shown[0]["effective"]) == (gone, CANDIDATE, 500)
    lines = cli("validators", "history")[1].splitlines()
    assert lines[0].endswith(f"replace {gone} by {CANDIDATE} from block 500 on; 4 validators, cancelled")


def test_a_proposal_and_a_candidacy_are_taken_back(cli: Cli, answer: Callable[..., Any]) -> None:
    answer("validators", "candidate", by=4)
    id = answer("validators", "propose", "add", CANDIDATE, by=2)["id"]
    assert answer("validators", "withdraw", id, by=2)["state"] == "withdrawn"
    assert answer("validators", "candidate", "--no-longer", by=4)["ready"] is False


@pytest.mark.parametrize(
    ("argv", "by", "words"),
    [
        (("validators", "approve", UNKNOWN_ID), 0, "ballots: not open"),
        (("validators", "approve", UNKNOWN_ID), 5, "validators: not a validator"),
        (("validators", "propose", "add", CANDIDATE), 0, "validators: not a candidate"),
        (("validators", "propose", "cancel"), 0, "validators: no change is waiting"),
        (("validators", "propose", "remove", "0x" + KEYS[0].address.hex()), 1, "validators: four survive a fault"),
        (("admission", "propose", "observer", PEER), 5, "admission: not a validator"),
    ],
)
def test_a_refusal_is_the_contracts_own_sentence(cli: Cli, argv: tuple[str, ...], by: int, words: str) -> None:
    code, out, err = cli(*argv, by=by)
    assert (code, out) == (1, "")
    assert err.startswith("jiaozi-node: ") and words in err and len(err.splitlines()) == 1


def test_a_key_that_cannot_be_read_is_named(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "none.key"
    code, _, err = cli("validators", "candidate", "--key", path)
    assert (code, err) == (1, f"jiaozi-node: {path}: cannot be read: No such file or directory\n")


def test_nodes_are_listed_by_their_peer_ids(cli: Cli, answer: Callable[..., Any]) -> None:
    assert cli("admission", "list")[1].startswith("nobody is listed: ")
    assert cli("admission", "history")[1] == "the list never changed\n"
    proposed = answer("admission", "propose", "observer", PEER, OTHER, by=0)
    assert (proposed["standing"], proposed["peers"], proposed["state"]) == ("observer", [PEER, OTHER], "open")
    assert cli("admission", "list")[1].splitlines()[1].startswith(f"open: {proposed['id']}  observer: {PEER}, {OTHER}")
    answer("admission", "approve", proposed["id"], by=1)
    assert cli("admission", "approve", proposed["id"], by=2)[1].splitlines()[0].endswith(": decided")
    assert answer("admission", "list") == {"peers": {PEER: "observer", OTHER: "observer"}, "proposals": []}
    assert cli("admission", "list")[1].splitlines() == [f"{PEER}  observer", f"{OTHER}  observer"]
    history = answer("admission", "history")
    assert [(each["peer"], each["former"], each["standing"]) for each in history] == [
        (PEER, "unlisted", "observer"),
        (OTHER, "unlisted", "observer"),
    ]
    assert cli("admission", "history")[1].splitlines()[0].endswith(f"{PEER}  unlisted -> observer")
    other = answer("admission", "propose", "barred", OTHER, by=0)
    assert answer("admission", "withdraw", other["id"], by=0)["state"] == "withdrawn"


def test_join_lays_a_folder_that_dials_the_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["genesis", "init", str(tmp_path / "net"), "--validators", "1"]) == 0
    peer = f"/ip4/10.0.0.1/tcp/30303/p2p/{PEER}"
    genesis, folder = tmp_path / "net" / "genesis.json", tmp_path / "node-2"
    capsys.readouterr()
    argv = ["join", str(folder), "--genesis", str(genesis), "--peers", peer, "--p2p-port", "40000", "--json"]
    assert main([*argv, "--validator"]) == 0
    joined = json.loads(capsys.readouterr().out)
    assert joined["peerId"].startswith("12D3KooW") and len(bytes.fromhex(joined["validator"][2:])) == 20
    config = load_config(folder / "node.toml")
    assert (config.peers, config.p2p_port) == ((peer,), 40000)
    assert (folder / "genesis.json").read_text() == genesis.read_text()
    for name in ("node.key", "validator.key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert (folder / "sign-state").exists()
    follower = tmp_path / "node-3"
    argv[1] = str(follower)
    assert main(argv) == 0
    assert json.loads(capsys.readouterr().out)["validator"] is None
    assert not (follower / "validator.key").exists() and not (follower / "sign-state").exists()


def test_join_refuses_what_is_no_genesis_and_whom_nobody_can_dial(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, missing = tmp_path / "node-2", tmp_path / "genesis.json"
    peer = f"/ip4/10.0.0.1/tcp/30303/p2p/{PEER}"
    assert main(["join", str(folder), "--genesis", str(missing), "--peers", peer]) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main(["join", str(folder), "--genesis", str(missing), "--peers", "10.0.0.1:30303"]) == 1
    assert "expected /ip4/HOST/tcp/PORT/p2p/PEER_ID" in capsys.readouterr().err
    assert not folder.exists()
