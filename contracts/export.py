"""Artifacts of the suite in files, for tools that don't compile Vyper: Brownie, Hardhat, Foundry, ethers, explorers.

FOLDER/artifacts/<name>.json   what Hardhat calls an artifact, with the storage layout and the integrity hash besides
FOLDER/abi/<name>.json         the ABI alone, as Brownie takes it for an interface
FOLDER/addresses.json          what stands at the same place on every network: the deployer, the genesis suite
FOLDER/input/<name>.json       the compiler's standard JSON input, from which anyone makes the same code again

What was exported before is replaced. The same sources give the same files, byte for byte.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from eth_utils.address import to_checksum_address

from contracts.addresses import CREATE2_DEPLOYER, OF_GENESIS
from contracts.artifact import Artifact
from contracts.errors import ExportFailed
from contracts.library import load

FORMAT: Final = "hh-vyper-artifact-1"
PLACES: Final = {"deployer": CREATE2_DEPLOYER, **OF_GENESIS}


def export(folder: Path, names: Iterable[str]) -> list[Path]:
    """Writes the addresses and three files for each contract, and says which. Raises ExportFailed."""
    written = [_write(folder / "addresses.json", {name: to_checksum_address(place) for name, place in PLACES.items()})]
    for name in names:
        artifact = load(name)
        documents = {
            "artifacts": exported_artifact(artifact),
            "abi": artifact.abi_json(),
            "input": artifact.standard_json(),
        }
        written += [_write(folder / kind / f"{name}.json", document) for kind, document in documents.items()]
    return written


def exported_artifact(artifact: Artifact) -> dict[str, Any]:
    """`deployedBytecode` is without immutables, which a constructor appends to it."""
    return {
        "_format": FORMAT,
        "contractName": artifact.name,
        "sourceName": artifact.main_source,
        "abi": artifact.abi_json(),
        "bytecode": "0x" + artifact.creation_code.hex(),
        "deployedBytecode": "0x" + artifact.runtime_code.hex(),
        "linkReferences": {},
        "deployedLinkReferences": {},
        "storageLayout": dict(artifact.storage_layout),
        "integrity": artifact.integrity_hash,
        "compiler": {"name": "vyper", "version": artifact.settings.compiler_version},
        "evmVersion": artifact.settings.evm_version,
    }


def _write(path: Path, document: object) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ExportFailed(path, error.strerror or str(error)) from error
    return path
