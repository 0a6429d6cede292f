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
# Part of every cache key: raised when what is kept changes its shape, or is read from a source in another way.
CACHE_FORMAT: Final = 6


def names() -> tuple[str, ...]:
    """Of all contracts of the suite, in alphabetical order: each is a source `<name>.vy` of this folder."""
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
    key = f"{name}-{_key(source_path)}"
    artifact = read_cached(folder, key, source_path)
    if artifact is None or not _is_current(artifact, sources):
        artifact = compile_source(source_path, search_paths=[sources], warnings_are_errors=True)
        write_cached(folder, key, artifact)
    return artifact


def compile_file(path: Path) -> Artifact:
    """A source of the user's own; it may import its neighbours, and `contracts.modules` or `contracts.interfaces`.

    Not cached: what it imports is known only by compiling. Raises SourceUnreadable or CompilationFailed.
    """
    return compile_source(path, search_paths=[SOURCES.parent, path.resolve().parent], warnings_are_errors=False)


def _key(source_path: Path) -> str:
    """Of the compiler's version and the contract's own source; what it imports is compared by `_is_current`."""
    digest = hashlib.sha256(f"{CACHE_FORMAT} vyper {compiler_version()}\n".encode())
    digest.update(_content(source_path))
    return digest.hexdigest()


def _is_current(artifact: Artifact, sources: Path) -> bool:
    """Whether every file that the compiler read still says the same."""
    return all(_same(sources / path, text) for path, text in artifact.sources.items())


def _same(path: Path, text: str) -> bool:
    return path.is_file() and _content(path) == text.encode()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceUnreadable(path, error.strerror or str(error)) from error
