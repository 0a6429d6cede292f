"""Artifacts in files, for tools that don't compile Vyper."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts import ExportFailed, UnknownContract, genesis_suite, load
from contracts.addresses import CREATE2_DEPLOYER
from contracts.export import export


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_an_artifact_carries_what_a_tool_needs(tmp_path: Path) -> None:
    export(tmp_path, ["escrow"])
    artifact, exported = load("escrow"), read(tmp_path / "artifacts" / "escrow.json")
    assert exported["bytecode"] == "0x" + artifact.creation_code.hex()
    assert exported["deployedBytecode"] == "0x" + artifact.runtime_code.hex()
    assert exported["integrity"] == artifact.integrity_hash
    assert "deals" in exported["storageLayout"]["storage_layout"]
    assert exported["abi"] == read(tmp_path / "abi" / "escrow.json") == artifact.abi_json()
    assert exported["compiler"] == {"name": "vyper", "version": "0.4.3"}


def test_what_stands_at_a_fixed_address_is_exported_with_it(tmp_path: Path) -> None:
    export(tmp_path, [])
    places = {name: bytes.fromhex(place[2:]) for name, place in read(tmp_path / "addresses.json").items()}
    assert places.pop("deployer") == CREATE2_DEPLOYER
    suite = genesis_suite([b"\x01" * 20], b"\x02" * 20, b"\x03" * 20)
    assert places == {each.name: each.address for each in suite}


def test_the_exported_input_compiles_to_the_exported_code(tmp_path: Path) -> None:
    export(tmp_path, ["splitter"])
    compiler = [str(Path(sys.executable).with_name("vyper-json")), str(tmp_path / "input" / "splitter.json")]
    answer = subprocess.run(compiler, cwd=tmp_path, capture_output=True, text=True, check=True)
    (compiled,) = [each for found in json.loads(answer.stdout)["contracts"].values() for each in found.values() if each]
    code = compiled["evm"]["bytecode"]["object"].removeprefix("0x")
    assert "0x" + code == read(tmp_path / "artifacts" / "splitter.json")["bytecode"]


def test_the_same_sources_give_the_same_files(tmp_path: Path) -> None:
    files = {path: path.read_bytes() for path in export(tmp_path, ["escrow", "trade"])}
    assert len(files) == 7
    assert {path: path.read_bytes() for path in export(tmp_path, ["escrow", "trade"])} == files


def test_no_file_names_a_place_on_this_machine(tmp_path: Path) -> None:
    assert not [path for path in export(tmp_path, ["trade"]) if str(Path.cwd()) in path.read_text()]


def test_a_contract_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownContract, match="nothing"):
        export(tmp_path, ["nothing"])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "artifacts").write_text("in the way")
    with pytest.raises(ExportFailed, match=r"cannot write .*escrow\.json"):
        export(tmp_path, ["escrow"])


def test_the_command_line_exports_what_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contracts", "export", str(tmp_path), "trade", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [Path(name).relative_to(tmp_path).as_posix() for name in json.loads(done.stdout)] == [
        "addresses.json",
        "artifacts/trade.json",
        "abi/trade.json",
        "input/trade.json",
    ]
