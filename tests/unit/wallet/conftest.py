"""A desk to run the wallet at, in process, and a foreign node that answers as it is told."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from wallet.cli import run
from wallet.console import Console
from wallet.session import Clock

# The development accounts that every Ethereum tool knows.
WORDS = "test test test test test test test test test test test junk"
ADDRESSES = (
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
)


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class SteppingClock:
    """Every reading is later than the one before; sleeping passes the time at once."""

    seconds: float = 0.0
    start: datetime = field(default_factory=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    def now(self) -> datetime:
        self.seconds += 0.001
        return self.start + timedelta(seconds=self.seconds)

    def monotonic_s(self) -> float:
        return self.seconds

    def sleep_s(self, duration: float) -> None:
        self.seconds += duration


@dataclass(slots=True)
class Desk:
    folder: Path
    environment: dict[str, str]
    clock: SteppingClock

    @property
    def keystore(self) -> Path:
        return self.folder / "keystore"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def run(self, *argv: str, stdin: str = "", secrets: tuple[str, ...] | None = None) -> Ran:
        """With `secrets` there is a terminal, on which they are typed where nothing shows; `stdin` is typed openly."""
        typed = iter(secrets or ())
        out, err = io.StringIO(), io.StringIO()
        console = Console(io.StringIO(stdin), out, err, secrets is not None, lambda prompt: next(typed))
        clock = Clock(self.clock.now, self.clock.monotonic_s, self.clock.sleep_s)
        return Ran(run(argv, console, self.environment, clock), out.getvalue(), err.getvalue())

    def import_words(self, count: int) -> None:
        password, many = str(self.password_file), str(count)
        ran = self.run("import", "-", "--count", many, "--kdf", "light", "--password-file", password, stdin=WORDS)
        assert ran.code == 0, ran.err


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "password").write_text("correct horse\n")
    environment = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "JIAOZI_KEYSTORE": str(tmp_path / "keystore"),
    }
    return Desk(tmp_path, environment, SteppingClock())


class Refuse(Exception):
    """A JSON-RPC error to answer with."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        self.error = {"code": code, "message": message} | ({} if data is None else {"data": data})


class Hang(Exception):
    """Close the connection without a word."""


@dataclass(slots=True)
class ForeignNode:
    """`methods` maps a method to what it answers; `raw`, where set, is the whole body of every response."""

    methods: dict[str, Callable[[list[Any]], Any]] = field(default_factory=dict)
    raw: Callable[[Any], bytes] | None = None
    status: int = 200
    requests: list[tuple[str, list[Any]]] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.requests.append((request["method"], request["params"]))
        try:
            if request["method"] not in self.methods:
                raise Refuse(-32601, "the method does not exist")
            result = self.methods[request["method"]](request["params"])
        except Refuse as refusal:
            return {"jsonrpc": "2.0", "id": request["id"], "error": refusal.error}
        return {"jsonrpc": "2.0", "id": request["id"], "result": result}

    def respond(self, body: bytes) -> bytes:
        asked = json.loads(body)
        if self.raw is not None:
            return self.raw(asked)
        return json.dumps([self.answer(request) for request in asked]).encode()


@pytest.fixture
def foreign_node() -> Iterator[ForeignNode]:
    node = ForeignNode()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                answer = node.respond(body)
            except Hang:
                self.close_connection = True
                return
            self.send_response(node.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            """Not on the test's stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    node.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield node
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def refuse() -> type[Refuse]:
    return Refuse


@pytest.fixture
def hang() -> type[Hang]:
    return Hang
