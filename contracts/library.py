"""The suite's contracts by name, compiled when first asked for and kept on disk; and any other source by path."""

import functools
import hashlib
import os
from pathlib import Path
from typing import Final

from contracts.artifact import Artifact
from contracts.cache import cache_folder, read_cached, write_cached
from contracts.compiler import compile_source, compiler_version
from contracts.errors import SourceUnreadable, UnknownContract

SOURCES: Final = Path(__file__).parent
# Part of every cache key: raised when the shape of what is kept changes.
CACHE_FORMAT: Final = 1


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in SOURCES.glob("*.vy")))


@functools.cache
def load(name: str) -> Artifact:
    """A contract of the suite, such as "ecash". Raises UnknownContract, or CompilationFailed."""
    if name not in names():
        raise UnknownContract(name, names())
    return load_from(SOURCES, name, cache_folder(os.environ))


def load_from(sources: Path, name: str, folder: Path) -> Artifact:
    """As `load`, from a folder of sources and with the cache kept in another."""
    source_path = sources / f"{name}.vy"
    key = f"{name}-{_content_hash(sources)}"
    artifact = read_cached(folder, key, source_path)
    if artifact is None:
        artifact = compile_source(source_path, search_paths=[sources], warnings_are_errors=True)
        write_cached(folder, key, artifact)
    return artifact


def compile_file(path: Path) -> Artifact:
    """A source of the user's own; it may import its neighbours, and `contracts.modules` or `contracts.interfaces`.

    Not cached: what it imports is known only by compiling. Raises SourceUnreadable or CompilationFailed.
    """
    return compile_source(path, search_paths=[SOURCES.parent, path.resolve().parent], warnings_are_errors=False)


def _content_hash(sources: Path) -> str:
    """Of the compiler's version and every source that any contract might import."""
    digest = hashlib.sha256(f"{CACHE_FORMAT} vyper {compiler_version()}\n".encode())
    paths = sorted(path for pattern in ("*.vy", "*.vyi") for path in sources.rglob(pattern))
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SourceUnreadable(path, error.strerror or str(error)) from error
        digest.update(f"{path.relative_to(sources).as_posix()} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()
