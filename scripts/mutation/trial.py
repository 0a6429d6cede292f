"""One mutant against the tests of its contract.

A worker keeps a copy of the tree, loads everything slow once, and forks a child for each mutant: the child compiles
the changed source and runs the tests, the quick ones first, until one fails.

The rule: a mutant is killed where a test failed, or where the tests did not end in the time given. Whatever else ends
a child says nothing of the mutant, and is an error.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from scripts.mutation.errors import TrialBroken, UnchangedTestsFail
from scripts.mutation.operators import Mutant

COPIED: Final = ("contracts", "node", "wallet", "bridge", "scripts", "tests", "pyproject.toml")
STILLBORN: Final = 77
"""Exit code of a child whose mutant does not compile."""
UNCHANGED: Final = 78
"""Exit code of a child whose mutant compiles to the code of the original."""
BROKEN: Final = 79
"""Exit code of a child that failed before a test did."""
PASSED: Final = 0
FAILED: Final = 1
"""Of pytest: tests failed. Its other codes mean that it was interrupted, broke down or found no tests."""
OUTCOMES: Final[Mapping[int | None, str]] = {
    PASSED: "survived",
    FAILED: "killed",
    None: "killed by time",
    STILLBORN: "stillborn",
    UNCHANGED: "unchanged",
}
"""By how a child ended: its exit code (as the system has it: negative for a signal), or None where time ran out."""


class Copy:
    """A tree of its own to change sources in."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = folder / "tree"
        self.root.mkdir()
        for name in COPIED:
            source = root / name
            if source.is_dir():
                shutil.copytree(source, self.root / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
            else:
                shutil.copy(source, self.root / name)

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        path = self.root / "contracts" / mutant.path
        original = path.read_text()
        path.write_text(mutant.apply(original))
        try:
            yield
        finally:
            path.write_text(original)


@contextmanager
def own_copy(root: Path) -> Iterator[Copy]:
    with tempfile.TemporaryDirectory(prefix="jiaozi-mutation-") as folder:
        yield Copy(root, Path(folder))


def tests_of(copy: Copy, folders: Sequence[str]) -> list[str]:
    """Test files, the quick kinds first: what kills most mutants should do so at once."""
    files = [path for folder in folders for path in (copy.root / "tests" / "contracts" / folder).rglob("test_*.py")]
    slow = ("assault.py", "policy/test_agreement.py", "machine.py")
    files.sort(
        key=lambda path: (next((rank for rank, end in enumerate(slow, 1) if path.as_posix().endswith(end)), 0), path)
    )
    return [path.relative_to(copy.root).as_posix() for path in files]


def run_unchanged(copy: Copy, name: str, tests: Sequence[str], timeout_s: float, log: Path) -> float:
    """The seconds that the tests take without any mutant. Raises UnchangedTestsFail where they do not pass."""
    if not tests:
        raise UnchangedTestsFail(name, "there are none", "")
    began = time.monotonic()
    ended = _in_child(copy, name, None, tests, timeout_s, log)
    if ended != PASSED:
        raise UnchangedTestsFail(name, _ending(ended), log.read_text(errors="replace"))
    return time.monotonic() - began


def try_mutant(copy: Copy, name: str, mutant: Mutant, tests: Sequence[str], timeout_s: float, log: Path) -> str:
    """One of OUTCOMES. Raises TrialBroken where a child ended in no way that is among them."""
    original = _runtime_code(copy, name)
    with copy.mutated(mutant):
        ended = _in_child(copy, name, original, tests, timeout_s, log)
    if ended not in OUTCOMES:
        raise TrialBroken(name, mutant.id, _ending(ended), log.read_text(errors="replace"))
    return OUTCOMES[ended]


def _ending(ended: int | None) -> str:
    if ended is None:
        return "they did not end in time"
    if ended < 0:
        return f"signal {-ended}"
    return f"exit code {ended}"


def _runtime_code(copy: Copy, name: str) -> bytes:
    """Not by `load`, which remembers: a child would take over what this process once loaded."""
    from contracts.cache import cache_folder
    from contracts.library import load_from

    return load_from(copy.root / "contracts", name, cache_folder(os.environ)).runtime_code


def _in_child(
    copy: Copy, name: str, original: bytes | None, tests: Sequence[str], timeout_s: float, log: Path
) -> int | None:
    """How the child ended, as OUTCOMES has it."""
    log.write_bytes(b"")  # what an earlier child printed is not this one's
    child = os.fork()
    if child == 0:
        os.setsid()
        os._exit(_child(copy, name, original, tests, log))
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        finished, status = os.waitpid(child, os.WNOHANG)
        if finished:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _child(copy: Copy, name: str, original: bytes | None, tests: Sequence[str], log: Path) -> int:
    try:
        output = os.open(log, os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(copy.root)
        import pytest

        from contracts.errors import CompilationFailed

        try:
            if original is not None and _runtime_code(copy, name) == original:
                return UNCHANGED
        except CompilationFailed:
            return STILLBORN
        os.environ["JIAOZI_SEED"] = "1"
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", *tests]
        failures = _Failures()
        ended = int(pytest.main(arguments, plugins=[failures]))
        return BROKEN if ended == FAILED and not failures.seen else ended
    except BaseException:  # a child never returns into what its parent was doing
        traceback.print_exc()
        return BROKEN


class _Failures:
    """Of tests. With -x pytest ends as if one had failed where a test file cannot be imported and others follow."""

    def __init__(self) -> None:
        self.seen = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seen |= report.failed


def preload(copy: Copy) -> None:
    """Makes this process import from the copy, once, all that every child needs and that reads no contract."""
    sys.path.insert(0, str(copy.root))
    os.environ["JIAOZI_CACHE_DIR"] = str(copy.root / ".cache")  # what a child compiles is not for anybody else
    for name in [name for name in sys.modules if name.split(".")[0] in ("contracts", "tests", "node")]:
        del sys.modules[name]
    import boa  # noqa: F401  # imported to be there in the children
    import hypothesis.stateful  # noqa: F401  # as above

    import contracts.typed  # noqa: F401  # as above
    import tests.contracts.machine
    import tests.contracts.placed

    tests.contracts.placed.hostile_artifact()
