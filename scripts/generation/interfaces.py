"""The interface of each contract, for other contracts to import."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from contracts import Artifact

MARK: Final = "Written by scripts/generate"
SPELLED: Final = {"ecash": "ECash", "pbm": "PBM"}
SECTION: Final = re.compile(r"^# (Structs|Events|Functions)\n", re.MULTILINE)


def files(artifacts: Iterable[Artifact], folder: Path) -> dict[Path, str]:
    """By path; those written by hand are left alone."""
    found = {}
    for artifact in artifacts:
        path = folder / f"I{camel(artifact.name)}.vyi"
        if not path.exists() or MARK in path.read_text():
            found[path] = interface(artifact)
    return found


def interface(artifact: Artifact) -> str:
    """The compiler's own, without events: there it forgets which of their values are indexed."""
    title = artifact.documentation["contract"].get("title", artifact.name)
    head = (
        f'# pragma version 0.4.3\n"""\n@title {title}\n@license Apache-2.0\n@dev {MARK} from {artifact.name}.vy.\n"""'
    )
    pieces = SECTION.split(artifact.interface_source)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    bodies = [sections[name].strip("\n") for name in ("Structs", "Functions") if sections.get(name, "").strip()]
    return "\n\n\n".join([head, *bodies]) + "\n"


def camel(name: str) -> str:
    """The contract's name as a class."""
    return SPELLED.get(name, "".join(part.capitalize() for part in name.split("_")))
