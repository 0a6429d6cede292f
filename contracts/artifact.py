"""A compiled contract: its interface, its code, and what it was compiled from.

`creation_code` is what a deployment runs, without constructor arguments; its tail carries the compiler's metadata
with the integrity hash of all sources. `runtime_code` is the code before immutables are written into it, so what
stands on chain is longer by them.

`storage_layout` says where each variable lives, as the compiler gives it. `documentation` is what the sources say of
the contract and of each function. `sources` holds every file that the compiler read, by its path from the folder that
imports are looked up in, so that anyone can compile the same bytes again. `interface_source` is the contract as a
Vyper interface, in the compiler's words.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.abi import AbiEntry, Call, Event, Function, Interface

CUSTODY: Final = frozenset({"liabilities(address)", "held(bytes32)", "exit(bytes32)", "claim(address,address)"})


@dataclass(frozen=True, slots=True)
class CompilerSettings:
    compiler_version: str
    evm_version: str
    optimize: str
    experimental_codegen: bool


@dataclass(frozen=True, slots=True)
class Artifact:
    name: str
    abi: tuple[AbiEntry, ...]
    creation_code: bytes
    runtime_code: bytes
    integrity_hash: str
    source_path: Path
    settings: CompilerSettings
    storage_layout: Mapping[str, Any]
    documentation: Mapping[str, Any]
    sources: Mapping[str, str]
    interface_source: str
    interface: Interface = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The only way to set a derived field of a frozen dataclass.
        object.__setattr__(self, "interface", Interface.from_json(self.name, self.abi))

    def abi_json(self) -> list[dict[str, Any]]:
        """The ABI as web3 and other libraries take it; a copy of the caller's own."""
        return [copy.deepcopy(dict(entry)) for entry in self.abi]

    def function(self, name: str, argument_count: int | None = None) -> Function:
        """The function of that name; where several share it, the one that takes so many arguments, else the fullest.
        Raises UnknownFunction or WrongArgumentCount."""
        return self.interface.function(name, argument_count)

    def encode_call(self, name: str, *arguments: object) -> bytes:
        """The input of a transaction that calls the function. Addresses are 20 bytes or 0x text."""
        return self.function(name, len(arguments)).encode(arguments)

    def decode_result(self, name: str, data: bytes) -> object:
        """What the function answered: None, one value, or a tuple. Addresses are 20 bytes, structs dicts."""
        return self.function(name).decode_result(data)

    def decode_call(self, data: bytes) -> Call | None:
        """What a transaction's input asks for, or None if it calls no function of this contract. Raises Undecodable."""
        return self.interface.decode_call(data)

    def decode_log(self, topics: Sequence[bytes], data: bytes) -> Event | None:
        """The event of a log entry, or None if it is none of this contract's."""
        return self.interface.decode_log(topics, data)

    def event_topic(self, name: str) -> bytes:
        """The first topic of the event's logs: keccak256 of its signature, 32 bytes. Raises UnknownEvent."""
        return self.interface.event(name).topic

    def init_code(self, *arguments: object) -> bytes:
        """What a deploying transaction carries: creation code and constructor arguments."""
        return self.creation_code + self.interface.encode_constructor(arguments)

    def standard_json(self) -> dict[str, Any]:
        """The compiler's standard JSON input (`vyper-json`, block explorers): sources and settings, nothing local."""
        return {
            "language": "Vyper",
            "sources": {path: {"content": text} for path, text in sorted(self.sources.items())},
            "settings": {
                "evmVersion": self.settings.evm_version,
                "optimize": self.settings.optimize,
                "experimentalCodegen": self.settings.experimental_codegen,
                "search_paths": ["."],
                "outputSelection": {self.main_source: ["abi", "evm.bytecode.object"]},
            },
        }

    @property
    def main_source(self) -> str:
        """The key of the contract's own file in `sources`."""
        (found,) = [path for path in self.sources if self.source_path.as_posix().endswith(f"/{path}")]
        return found

    @property
    def is_custody(self) -> bool:
        """Whether it holds money of others: what every custody contract can be asked, this one can."""
        return {function.signature for function in self.interface.functions} >= CUSTODY

    @property
    def selectors(self) -> dict[bytes, str]:
        """Selector -> signature of every function."""
        return self.interface.selectors()


def artifact_to_json(artifact: Artifact) -> dict[str, Any]:
    """The form in the cache. The source path is left out: it belongs to the machine, not to the artifact."""
    return {
        "name": artifact.name,
        "abi": list(artifact.abi),
        "creation_code": artifact.creation_code.hex(),
        "runtime_code": artifact.runtime_code.hex(),
        "integrity_hash": artifact.integrity_hash,
        "storage_layout": dict(artifact.storage_layout),
        "documentation": dict(artifact.documentation),
        "sources": dict(artifact.sources),
        "interface_source": artifact.interface_source,
        "settings": {
            "compiler_version": artifact.settings.compiler_version,
            "evm_version": artifact.settings.evm_version,
            "optimize": artifact.settings.optimize,
            "experimental_codegen": artifact.settings.experimental_codegen,
        },
    }


def artifact_from_json(document: AbiEntry, source_path: Path) -> Artifact:
    """Raises KeyError, TypeError or ValueError on a document of another shape."""
    return Artifact(
        name=document["name"],
        abi=tuple(document["abi"]),
        creation_code=bytes.fromhex(document["creation_code"]),
        runtime_code=bytes.fromhex(document["runtime_code"]),
        integrity_hash=document["integrity_hash"],
        storage_layout=document["storage_layout"],
        documentation=document["documentation"],
        sources=document["sources"],
        interface_source=document["interface_source"],
        source_path=source_path,
        settings=CompilerSettings(**document["settings"]),
    )
