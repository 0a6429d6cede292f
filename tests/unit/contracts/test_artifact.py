"""An artifact carries all that is needed to compile the same bytes again, and what its sources say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts import Artifact, load, names
from contracts.deployment import immutable_bytes


@pytest.fixture(params=names())
def artifact(request: pytest.FixtureRequest) -> Artifact:
    return load(request.param)


def test_the_standard_json_compiles_to_the_same_code_elsewhere(artifact: Artifact, tmp_path: Path) -> None:
    given = tmp_path / "input.json"
    given.write_text(json.dumps(artifact.standard_json()))
    compiler = [str(Path(sys.executable).with_name("vyper-json")), str(given)]
    answer = subprocess.run(compiler, cwd=tmp_path, capture_output=True, text=True, check=True)
    output = json.loads(answer.stdout)
    (compiled,) = [
        contract for contracts in output["contracts"].values() for name, contract in contracts.items() if contract
    ]
    assert compiled["evm"]["bytecode"]["object"].removeprefix("0x") == artifact.creation_code.hex()
    assert not [error for error in output.get("errors", []) if error["severity"] == "error"]


def test_the_storage_layout_names_every_variable(artifact: Artifact) -> None:
    assert artifact.storage_layout["storage_layout"]


def test_no_source_is_named_by_a_place_on_this_machine() -> None:
    for name in names():
        assert not [path for path in load(name).sources if Path(path).is_absolute() or ".." in path]


def test_the_integrity_hash_stands_in_the_tail_of_the_creation_code(artifact: Artifact) -> None:
    assert bytes.fromhex(artifact.integrity_hash) in artifact.creation_code[-100:]


@pytest.mark.parametrize("name", names())
def test_the_code_fits_into_a_block_of_any_ethereum_network(name: str) -> None:
    """EIP-170; what is on chain ends with the immutables."""
    artifact = load(name)
    assert len(artifact.runtime_code) + immutable_bytes(artifact) <= 24_576
