"""The one place that runs the Vyper compiler.

The compiler is imported only when there is something to compile: it takes longer to load than most commands to
run. Its state is global, so one compilation runs at a time.
"""

import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contracts.artifact import Artifact, CompilerSettings
from contracts.errors import CompilationFailed, SourceUnreadable

_compiling = threading.Lock()


def compiler_version() -> str:
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
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.warnings import warnings_filter

    bundle = FilesystemInputBundle(list(search_paths))
    try:
        with warnings_filter("error" if warnings_are_errors else None):
            output = compile_from_file_input(
                bundle.load_file(path.resolve()),
                input_bundle=bundle,
                output_formats=["abi", "bytecode", "bytecode_runtime", "integrity", "settings_dict"],
            )
    except Exception as error:
        # Broad, as the compiler has no common base for its errors and lets bare Python ones out on odd sources.
        raise CompilationFailed(path, str(error).strip() or type(error).__name__) from error
    return _artifact(path, output)


def _artifact(path: Path, output: Mapping[str, Any]) -> Artifact:
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
        source_path=path.resolve(),
        settings=CompilerSettings(
            compiler_version=compiler_version(),
            evm_version=settings["evm_version"],
            optimize=str(settings["optimize"]),
            experimental_codegen=settings["experimental_codegen"],
        ),
    )
