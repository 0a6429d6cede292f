"""The one place that runs the Vyper compiler.

The compiler is imported only when there is something to compile: it takes longer to load than most commands to
run. Its state is global, so one compilation runs at a time.
"""

import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from contracts.artifact import Artifact, CompilerSettings
from contracts.errors import CompilationFailed, SourceUnreadable
from contracts.natspec import documented_functions

OUTPUTS: Final = (
    "abi",
    "bytecode",
    "bytecode_runtime",
    "integrity",
    "settings_dict",
    "layout",
    "interface",
    "userdoc",
    "devdoc",
)

_compiling = threading.Lock()


def compiler_version() -> str:
    """Of the installed compiler, such as "0.4.3"; asked without loading it."""
    return version("vyper")


def compile_source(path: Path, *, search_paths: Sequence[Path], warnings_are_errors: bool) -> Artifact:
    """Compiles one source and what it imports. Raises SourceUnreadable or CompilationFailed."""
    _require_source(path)
    with _compiling:
        return _compile(path, search_paths, warnings_are_errors)


def _require_source(path: Path) -> None:
    if path.suffix != ".vy":
        raise SourceUnreadable(path, "a Vyper source ends in .vy")
    try:
        path.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceUnreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise SourceUnreadable(path, "it is not UTF-8 text") from error


def _compile(path: Path, search_paths: Sequence[Path], warnings_are_errors: bool) -> Artifact:
    from vyper.compiler import compile_from_file_input
    from vyper.compiler.input_bundle import FileInput, FilesystemInputBundle
    from vyper.warnings import warnings_filter

    read: dict[Path, str] = {}

    class RecordingBundle(FilesystemInputBundle):  # type: ignore[misc]  # the compiler ships no types
        def _load_from_path(self, resolved_path: Path, original_path: Path) -> FileInput:
            loaded = super()._load_from_path(resolved_path, original_path)
            read[Path(loaded.resolved_path)] = loaded.contents
            return loaded

    bundle = RecordingBundle([folder.resolve() for folder in search_paths])
    try:
        with warnings_filter("error" if warnings_are_errors else None):
            output = compile_from_file_input(
                bundle.load_file(path.resolve()),
                input_bundle=bundle,
                output_formats=OUTPUTS,
            )
    except Exception as error:
        # Broad, as the compiler has no common base for its errors and lets bare Python ones out on odd sources.
        raise CompilationFailed(path, str(error).strip() or type(error).__name__) from error
    return _artifact(path, output, _named(read, search_paths))


def _named(read: Mapping[Path, str], search_paths: Sequence[Path]) -> dict[str, str]:
    """The sources by their paths from the search path they lie under; the compiler's own interfaces are left out."""
    compiler = Path(str(files("vyper")))
    found = {}
    for path, text in read.items():
        folders = [folder.resolve() for folder in search_paths if path.is_relative_to(folder.resolve())]
        if not path.is_relative_to(compiler):
            nearest = max(folders, key=lambda folder: len(folder.parts))
            found[path.relative_to(nearest).as_posix()] = text
    return found


def _documented(output: Mapping[str, Any], sources: Mapping[str, str], main: Path) -> dict[str, Any]:
    """What the sources say: of the contract under "contract", of each function (and "__init__") in "functions"."""
    developer, user = output["devdoc"], output["userdoc"]
    contract = {key: text for key, text in {**developer, **user}.items() if key != "methods"}
    names = {entry["name"] for entry in output["abi"] if entry["type"] == "function"}
    functions = {
        name: entry
        for path in sorted(sources, key=lambda path: path.count("/"), reverse=True)  # the contract's own word is last
        if path.endswith(".vy")
        for name, entry in documented_functions(sources[path]).items()
        if name in names or (name == "__init__" and main.as_posix().endswith(f"/{path}"))
    }
    return {"contract": contract, "functions": functions}


def _artifact(path: Path, output: Mapping[str, Any], sources: Mapping[str, str]) -> Artifact:
    from vyper.compiler.settings import OptimizationLevel
    from vyper.evm.opcodes import DEFAULT_EVM_VERSION

    # The compiler lists only what a pragma states; the rest is its defaults.
    settings = {
        "evm_version": DEFAULT_EVM_VERSION,
        "optimize": OptimizationLevel.default(),
        "experimental_codegen": False,
        **output["settings_dict"],
    }
    return Artifact(
        name=path.stem,
        abi=tuple(output["abi"]),
        creation_code=bytes.fromhex(output["bytecode"].removeprefix("0x")),
        runtime_code=bytes.fromhex(output["bytecode_runtime"].removeprefix("0x")),
        integrity_hash=output["integrity"],
        storage_layout=output["layout"],
        documentation=_documented(output, sources, path.resolve()),
        sources=sources,
        interface_source=output["interface"],
        source_path=path.resolve(),
        settings=CompilerSettings(
            compiler_version=compiler_version(),
            evm_version=settings["evm_version"],
            optimize=str(settings["optimize"]),
            experimental_codegen=settings["experimental_codegen"],
        ),
    )
