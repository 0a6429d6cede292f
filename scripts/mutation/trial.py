"""One mutant against the tests of its contract.

A worker keeps a copy of the tree, loads everything slow once, and forks a child for each mutant: the child compiles
the changed source and runs the tests, the quick ones first, until one fails.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scripts.mutation.operators import Mutant

COPIED: Final = ("contracts", "node", "wallet", "bridge", "scripts", "tests", "pyproject.toml")
STILLBORN: Final = 77
"""Exit code of a child whose mutant does not compile."""
UNCHANGED: Final = 78
"""Exit code of a child whose mutant compiles to the code of the original."""
SURVIVED: Final = 0


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


def try_mutant(copy: Copy, name: str, mutant: Mutant | None, tests: Sequence[str], timeout_s: float, log: Path) -> str:
    """ "killed", "killed by time", "survived", "stillborn" or "unchanged". Without a mutant: the tests as they are."""
    if mutant is None:
        return _in_child(copy, name, None, tests, timeout_s, log)
    original = _runtime_code(copy, name)
    with copy.mutated(mutant):
        return _in_child(copy, name, original, tests, timeout_s, log)


def _runtime_code(copy: Copy, name: str) -> bytes:
    """Not by `load`, which remembers: a child would take over what this process once loaded."""
    from contracts.cache import cache_folder
    from contracts.library import load_from

    return load_from(copy.root / "contracts", name, cache_folder(os.environ)).runtime_code


def _in_child(copy: Copy, name: str, original: bytes | None, tests: Sequence[str], timeout_s: float, log: Path) -> str:
    child = os.fork()
    if child == 0:
        os.setsid()
        os._exit(_child(copy, name, original, tests, log))
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        finished, status = os.waitpid(child, os.WNOHANG)
        if finished:
            code = os.waitstatus_to_exitcode(status)
            return {STILLBORN: "stillborn", UNCHANGED: "unchanged", SURVIVED: "survived"}.get(code, "killed")
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "killed by time"


def _child(copy: Copy, name: str, original: bytes | None, tests: Sequence[str], log: Path) -> int:
    output = os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(copy.root)
    try:
        import pytest

        from contracts.errors import CompilationFailed

        try:
            if original is not None and _runtime_code(copy, name) == original:
                return UNCHANGED
        except CompilationFailed:
            return STILLBORN
        os.environ["JIAOZI_SEED"] = "1"
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", *tests]
        return int(pytest.main(arguments))
    except BaseException as error:
        print(f"the child failed: {type(error).__name__}: {error}")
        return 1


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
