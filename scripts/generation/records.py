"""The names that a contract's source gives to its records; an ABI knows their fields only."""

import re
from typing import Final

from contracts import Artifact
from contracts.values import Parameter

RECORD: Final = re.compile(r"^struct (\w+):\n((?:    .+\n)+)", re.MULTILINE)
FIELD: Final = re.compile(r"^    (\w+):", re.MULTILINE)

Shape = tuple[str, ...]
"""The names of a record's fields, in order."""


def record_names(artifact: Artifact) -> dict[Shape, str]:
    """Its own and those of the modules that it uses."""
    texts = [*artifact.sources.values(), artifact.interface_source]
    return {tuple(FIELD.findall(fields)): name for text in texts for name, fields in RECORD.findall(text)}


def shape_of(parameter: Parameter) -> Shape:
    return tuple(field.name for field in parameter.components)
