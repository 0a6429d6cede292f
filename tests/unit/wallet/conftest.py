"""A desk to run the wallet at, in process."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.foreign_node import ForeignNode, Hang, Refuse, serving
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


@pytest.fixture
def foreign_node() -> Iterator[ForeignNode]:
    with serving() as node:
        yield node


@pytest.fixture
def refuse() -> type[Refuse]:
    return Refuse


@pytest.fixture
def hang() -> type[Hang]:
    return Hang
