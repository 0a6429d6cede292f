"""Loading compiled contracts: quick when cached, right when the cache is not."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import contracts
from contracts.cache import cache_folder
from contracts.errors import CompilationFailed, SourceUnreadable, UnknownContract
from contracts.library import SOURCES, load_from

ROOT = Path(contracts.__file__).parents[1]
FOR_SIZE = {"factoring", "letter_of_credit"}
"""The longest; optimized for gas, factoring would not fit into 24,576 bytes."""
PUBLIC_VARIABLE = re.compile(r"^(\w+): public\(", re.MULTILINE)


def run_python(program: str, cache: Path) -> str:
    environment = {**os.environ, "JIAOZI_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small suite of one contract and one module."""
    folder = tmp_path / "sources"
    (folder / "modules").mkdir(parents=True)
    shutil.copy(SOURCES / "modules" / "roles.vy", folder / "modules")
    (folder / "purse.vy").write_text(
        "# pragma version 0.4.3\n"
        "from .modules import roles\n"
        "initializes: roles\n"
        "exports: roles.admin\n"
        "@deploy\n"
        "def __init__(admin: address):\n"
        "    roles.__init__(admin)\n"
    )
    return folder


def test_importing_the_package_compiles_nothing_and_needs_no_compiler(tmp_path: Path) -> None:
    program = "import sys, contracts; print('vyper' in sys.modules, 'web3' in sys.modules)"
    assert run_python(program, tmp_path) == "False False"
    assert list(tmp_path.iterdir()) == []


def test_a_cache_hit_needs_no_compiler_and_gives_the_same_artifact(tmp_path: Path) -> None:
    program = (
        "import sys, contracts; a = contracts.load('validators');"
        "print('vyper' in sys.modules, a.creation_code.hex(), a.runtime_code.hex(), a.integrity_hash, a.settings)"
    )
    first, second = run_python(program, tmp_path), run_python(program, tmp_path)
    assert first.startswith("True ")
    assert second == first.replace("True", "False", 1)


@pytest.mark.parametrize("name", contracts.names())
def test_the_suite_is_compiled_as_the_design_says(name: str) -> None:
    artifact = contracts.load(name)
    settings = artifact.settings
    assert (settings.compiler_version, settings.evm_version) == ("0.4.3", "prague")
    assert settings.optimize == ("codesize" if name in FOR_SIZE else "gas")
    assert settings.experimental_codegen is False
    assert 0 < len(artifact.runtime_code) < 24_576
    assert artifact.source_path == SOURCES / f"{name}.vy"
    # The compiler leaves the hash of all sources in the tail of the creation code.
    assert bytes.fromhex(artifact.integrity_hash) in artifact.creation_code[-100:]


@pytest.mark.parametrize("name", contracts.names())
def test_every_function_of_the_suite_is_documented_but_the_getters_of_public_variables(name: str) -> None:
    """Those that come from a module too."""
    artifact = contracts.load(name)
    variables = {word for source in artifact.sources.values() for word in PUBLIC_VARIABLE.findall(source)}
    documented = artifact.documentation["functions"]
    for function in artifact.interface.functions:
        if function.name not in variables or function.name in documented:
            fullest, entry = artifact.function(function.name), documented[function.name]
            assert entry["notice"]
            assert list(entry.get("params", {})) == [parameter.name for parameter in fullest.inputs], function.signature
            assert bool(entry.get("returns")) == bool(fullest.outputs), function.signature


def test_an_unknown_name_gets_the_nearest_or_the_known_ones() -> None:
    with pytest.raises(UnknownContract, match="no contract is named 'cash'; perhaps ecash was meant"):
        contracts.load("cash")
    with pytest.raises(UnknownContract, match=r"no contract is named 'xyzzy'; there are: .*ecash, escrow"):
        contracts.load("xyzzy")
    with pytest.raises(UnknownContract):
        contracts.load("modules/roles")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "null",
        lambda text: text.replace('"0.4.3"', '"0.4.2"'),
        lambda text: json.dumps({**json.loads(text), "checksum": "0" * 64}),
        lambda text: json.dumps({"artifact": json.loads(text)["artifact"]}),
        lambda text: "\0" * 100,
    ],
    ids=["empty", "torn", "list", "null", "altered", "checksum", "no checksum", "zeros"],
)
def test_a_corrupt_cache_entry_is_recompiled_and_replaced(
    sources: Path, tmp_path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(damage)
    cache = tmp_path / "cache"
    good = load_from(sources, "purse", cache)
    [entry] = cache.iterdir()
    whole = entry.read_text()
    entry.write_text(damage(whole))
    with caplog.at_level(logging.WARNING):
        assert load_from(sources, "purse", cache) == good
    assert "ignoring the unreadable cache entry" in caplog.text
    assert entry.read_text() == whole


def test_an_entry_under_another_contracts_name_does_not_pass(sources: Path, tmp_path: Path) -> None:
    (sources / "other.vy").write_text("# pragma version 0.4.3\nx: public(uint256)\n")
    cache = tmp_path / "cache"
    other = load_from(sources, "other", cache)
    [entry] = cache.iterdir()
    shutil.copy(entry, cache / entry.name.replace("other-", "purse-"))
    assert load_from(sources, "purse", cache) != other


@pytest.mark.parametrize("changed", ["purse.vy", "modules/roles.vy"])
def test_changing_any_source_recompiles(sources: Path, tmp_path: Path, changed: str) -> None:
    before = load_from(sources, "purse", tmp_path / "cache")
    source = sources / changed
    source.write_text(source.read_text() + "\n# a remark\n")
    after = load_from(sources, "purse", tmp_path / "cache")
    assert after.integrity_hash != before.integrity_hash
    assert after.runtime_code == before.runtime_code


def test_where_the_sources_lie_does_not_change_the_code(sources: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(sources, elsewhere)
    one = load_from(sources, "purse", tmp_path / "one")
    other = load_from(elsewhere, "purse", tmp_path / "other")
    assert (one.creation_code, one.integrity_hash) == (other.creation_code, other.integrity_hash)


def test_a_cache_that_cannot_be_written_is_only_a_warning(
    sources: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with caplog.at_level(logging.WARNING):
        assert load_from(sources, "purse", tmp_path / "file" / "cache").name == "purse"
    assert "cannot keep compiled contracts" in caplog.text


def test_loading_at_the_same_time_leaves_one_whole_entry(sources: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load_from(sources, "purse", cache), range(4)))
    assert all(artifact == loaded[0] for artifact in loaded)
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"JIAOZI_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/b"}, Path("/a/contracts")),
        ({"XDG_CACHE_HOME": "/b"}, Path("/b/jiaozi/contracts")),
        ({"JIAOZI_CACHE_DIR": "", "XDG_CACHE_HOME": "/b"}, Path("/b/jiaozi/contracts")),
        ({"XDG_CACHE_HOME": "relative"}, Path.home() / ".cache/jiaozi/contracts"),
        ({}, Path.home() / ".cache/jiaozi/contracts"),
    ],
)
def test_the_cache_folder_follows_the_environment(environment: dict[str, str], folder: Path) -> None:
    assert cache_folder(environment) == folder


def test_a_users_file_compiles_with_its_neighbours_and_the_suites_modules(tmp_path: Path) -> None:
    (tmp_path / "neighbour.vy").write_text("# pragma version 0.4.3\nx: public(uint256)\n")
    source = tmp_path / "mine.vy"
    source.write_text(
        "# pragma version 0.4.3\n"
        "import neighbour\n"
        "from contracts.modules import roles\n"
        "initializes: neighbour\n"
        "initializes: roles\n"
        "exports: (neighbour.x, roles.admin)\n"
        "@deploy\n"
        "def __init__(admin: address):\n"
        "    roles.__init__(admin)\n"
    )
    artifact = contracts.compile_file(source)
    assert (artifact.name, artifact.source_path) == ("mine", source)
    assert set(artifact.selectors.values()) == {"x()", "admin()"}
    assert artifact.settings.evm_version == "prague"


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("absent.vy", None, SourceUnreadable, "No such file"),
        ("text.txt", b"x", SourceUnreadable, "ends in .vy"),
        ("binary.vy", b"\xff\xfe\x00", SourceUnreadable, "not UTF-8"),
        ("syntax.vy", b"def (:\n", CompilationFailed, "syntax.vy"),
        ("types.vy", b"x: uint256 = True\n", CompilationFailed, "types.vy"),
        ("import.vy", b"import nowhere\n", CompilationFailed, "nowhere"),
        ("version.vy", b"# pragma version 0.3.10\n", CompilationFailed, "0.3.10"),
        ("pragma.vy", b"# pragma evm-version homestead\n", CompilationFailed, "homestead"),
        ("null.vy", b"x: uint256\0\n", CompilationFailed, "null.vy"),
    ],
)
def test_sources_that_do_not_compile_say_why(
    tmp_path: Path, name: str, content: bytes | None, error: type[Exception], words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=words):
        contracts.compile_file(path)


def test_a_folder_is_not_a_source(tmp_path: Path) -> None:
    (tmp_path / "folder.vy").mkdir()
    with pytest.raises(SourceUnreadable, match="directory"):
        contracts.compile_file(tmp_path / "folder.vy")
