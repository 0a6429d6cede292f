"""The getters of public variables, with names for the keys of mappings, which an ABI has none for."""

import tomllib
from dataclasses import replace
from typing import Final

from contracts import Artifact
from contracts.abi import Function
from contracts.library import SOURCES

KEYS: Final[dict[str, list[str]]] = tomllib.loads((SOURCES / "tables" / "getters.toml").read_text())
"""By the getter's signature. A getter that is not there keeps the names of the ABI."""


def functions_of(artifact: Artifact) -> list[Function]:
    """All that the contract has."""
    return [_named(function) for function in artifact.interface.functions]


def getters_of(artifact: Artifact) -> list[Function]:
    """Those of public variables: the ones that no source has words for."""
    return [each for each in functions_of(artifact) if each.name not in artifact.documentation["functions"]]


def _named(function: Function) -> Function:
    if function.signature not in KEYS:
        return function
    named = zip(function.inputs, KEYS[function.signature], strict=True)
    return replace(function, inputs=tuple(replace(each, name=name) for each, name in named))
