"""jiaozi-node as its user meets it: exit codes 0, 1 and 2, and every refusal in one sentence on standard error."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from node.cli import main
from node.storage import FileJournal

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Exit code, standard output, standard error."""

    def call(*argv: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main([str(each) for each in argv])
        except SystemExit as exit_:  # argparse leaves so
            code = int(str(exit_.code))
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def refusal(told: tuple[int, str, str]) -> str:
    """The one sentence of a command that refuses."""
    code, out, err = told
    assert (code, out) == (1, ""), told
    lines = err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("jiaozi-node: ") and "Traceback" not in err, err
    return lines[0].removeprefix("jiaozi-node: ")


@pytest.fixture
def network(tmp_path: Path, run: Run) -> Path:
    """Of one validator; its ports are the system's choice."""
    told = run("genesis", "init", tmp_path / "net", "--validators", 1, "--rpc-port", 0, "--p2p-port", 0)
    assert told[0] == 0, told
    return tmp_path / "net"


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["mine"],
        ["genesis"],
        ["genesis", "init"],
        ["genesis", "init", "x", "--validators", "0"],
        ["genesis", "init", "x", "--validators", "four"],
        ["genesis", "init", "x", "--central-bank", "0x12"],
        ["genesis", "init", "x", "--p2p-port", "65536"],
        ["run"],
        ["run", "--data-dir", "x", "--engine", "geth"],
        ["run", "--data-dir", "x", "--rpc-port", "-1"],
        ["devnet", "--block-period-ms", "0"],
        ["status", "--wait", "soon"],
        ["export", "blocks.rlp"],
        ["export", "blocks.rlp", "--data-dir", "x", "--first", "one"],
        ["verify"],
        ["join", "x"],
        ["join", "x", "--genesis", "genesis.json"],
        ["validators"],
        ["validators", "approve", "0x12", "--key", "k"],
        ["validators", "propose", "add", "0x12", "--key", "k"],
        ["validators", "propose", "remove", "0x" + "12" * 20],
        ["validators", "propose", "remove", "0x" + "12" * 20, "--key", "k", "--not-before", "soon"],
        ["admission", "propose", "friend", "12D3KooW", "--key", "k"],
        ["admission", "propose", "observer", "12D3KooW", "--key", "k"],
    ],
    ids=lambda argv: " ".join(argv) or "nothing",
)
def test_wrong_usage_is_code_2_and_shows_how(run: Run, argv: list[str]) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert err.startswith("usage: jiaozi-node")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["genesis", "init"],
        ["join"],
        ["run"],
        ["devnet"],
        ["status"],
        ["peers"],
        ["export"],
        ["import"],
        ["verify"],
        *(["validators", name] for name in ("list", "history", "approve", "withdraw", "candidate")),
        *(["validators", "propose", kind] for kind in ("add", "remove", "replace", "cancel")),
        *(["admission", name] for name in ("list", "history", "propose", "approve", "withdraw")),
    ],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example(run: Run, command: list[str]) -> None:
    code, out, _ = run(*command, "--help")
    assert code == 0 and "example: jiaozi-node" in out


def test_genesis_init_lays_a_network_and_says_so(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("genesis", "init", tmp_path / "net", "--validators", 2, "--json")
    described = json.loads(out)
    assert code == 0 and [Path(node["dataDir"]).name for node in described["nodes"]] == ["node-1", "node-2"]
    assert (tmp_path / "net" / "central-bank.key").stat().st_mode & 0o777 == 0o600
    chain_id = json.loads((tmp_path / "net" / "genesis.json").read_text())["config"]["chainId"]
    assert 2**40 <= chain_id < 2**53


def test_genesis_init_leaves_a_folder_with_something_in_it_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "letter").write_text("kept", encoding="utf-8")
    sentence = refusal(run("genesis", "init", tmp_path / "net"))
    assert sentence == f"{tmp_path / 'net'}: exists and is not empty: choose another folder, or remove it"
    assert [path.name for path in (tmp_path / "net").iterdir()] == ["letter"]


def test_genesis_init_refuses_what_cannot_be(run: Run, tmp_path: Path) -> None:
    assert refusal(run("genesis", "init", tmp_path / "a", "--validators", 1_000)) == (
        "a network has 1 to 100 validators, not 1000"
    )
    assert "p2p-port is 65535, but 4 nodes need ports" in refusal(
        run("genesis", "init", tmp_path / "b", "--p2p-port", 65_535)
    )


def test_a_place_where_nothing_can_be_put_is_one_sentence(run: Run) -> None:
    assert refusal(run("genesis", "init", "/proc/net-of-mine")).startswith("/proc/net-of-mine: cannot be made: ")


def test_run_needs_a_folder_that_genesis_init_made(run: Run, tmp_path: Path) -> None:
    assert refusal(run("run", "--data-dir", tmp_path / "nothing")).endswith(
        "genesis.json: cannot be read: No such file or directory; `jiaozi-node genesis init` makes one"
    )


def test_run_names_a_setting_that_is_none(run: Run, network: Path) -> None:
    (network / "node-1" / "node.toml").write_text("rpc-prot = 1\n", encoding="utf-8")
    assert refusal(run("run", "--data-dir", network / "node-1")).startswith(
        "configuration: rpc-prot is not a setting; there are archive, "
    )


def test_run_names_a_key_that_is_none(run: Run, network: Path) -> None:
    (network / "node-1" / "validator.key").write_text("00" * 32, encoding="ascii")
    assert "validator.key: is no secp256k1 key: " in refusal(run("run", "--data-dir", network / "node-1"))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--peers", "garbage"], "'garbage': expected /ip4/HOST/tcp/PORT/p2p/PEER_ID"),
        (["--p2p-host", "no such host"], "cannot listen on no such host port "),
        (["--p2p-port", "{taken}"], "Address already in use; choose another listen_port or free it"),
    ],
)
def test_run_says_in_one_sentence_why_it_cannot_listen(run: Run, network: Path, flags: list[str], words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        given = [flag.format(taken=server.getsockname()[1]) for flag in flags]
        assert words in refusal(run("run", "--data-dir", network / "node-1", "--log-level", "error", *given))


def test_run_says_in_one_sentence_that_the_rpc_port_is_taken(run: Run, network: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sentence = refusal(run("run", "--data-dir", network / "node-1", "--log-level", "error", "--rpc-port", port))
        assert sentence == f"port {port} on 127.0.0.1 is taken: stop what listens there, or choose another RPC port"


def test_a_folder_in_use_is_one_sentence(run: Run, network: Path) -> None:
    journal = FileJournal(network / "node-1" / "journal")
    try:
        sentence = refusal(run("run", "--data-dir", network / "node-1", "--log-level", "error"))
        assert sentence.endswith("is already in use by another process; stop it or choose another folder")
    finally:
        journal.close()


class Other(BaseHTTPRequestHandler):
    """Something that answers, and is no node."""

    answer = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def other() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"<html>", "what answers at {url} is no node: it spoke no JSON"),
        (b"[]", "what answers at {url} is no node: it spoke no JSON-RPC"),
        (b"7", "what answers at {url} is no node: it spoke no JSON-RPC"),
        (b"{}", "what answers at {url} is no node: it spoke no JSON-RPC"),
        (b'{"error": {"code": -32601, "message": "not available"}}', "qbft_status: not available"),
    ],
)
def test_what_is_no_node_is_named(
    run: Run, other: str, monkeypatch: pytest.MonkeyPatch, answer: bytes, sentence: str
) -> None:
    monkeypatch.setattr(Other, "answer", answer)
    assert refusal(run("status", "--rpc", other)) == sentence.format(url=other)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[::", "ftp://127.0.0.1"])
@pytest.mark.parametrize("command", ["status", "peers"])
def test_nobody_at_the_url_is_one_sentence(run: Run, command: str, url: str) -> None:
    sentence = refusal(run(command, "--rpc", url))
    assert sentence.startswith(f"no node answers at {url} (") and sentence.endswith("name another with --rpc")


def test_devnet_refuses_ports_before_it_starts_anything(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sentence = refusal(run("devnet", "--data-dir", tmp_path / "net", "--rpc-port", port, "--validators", 1))
    assert sentence == f"port {port} (JSON-RPC) is taken by another program: free it, or choose another port"
    assert not (tmp_path / "net").exists()
