"""The interface of each contract, for other contracts to import: all that it has.

Where another contract of the suite needs only a part, that part is written by hand and has the contract's name; then
the whole stands in `full/`.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from contracts import Artifact
from scripts.generation.getters import functions_of
from scripts.generation.records import RECORD

MARK: Final = "Written by scripts/generate"
SPELLED: Final = {"ecash": "ECash", "pbm": "PBM"}
SECTION: Final = re.compile(r"^# (Structs|Events|Functions)\n", re.MULTILINE)
DEFAULT: Final = re.compile(r"(^@\w+\n)+def __default__\(\):\n    \.\.\.\n", re.MULTILINE)
"""An interface may not have it."""
GETTER: Final = re.compile(r"^def (?P<name>\w+)\((?P<keys>arg0: [^)]*)\)", re.MULTILINE)
FULL: Final = "full"


def files(artifacts: Iterable[Artifact], folder: Path) -> dict[Path, str]:
    """By path; those written by hand are left alone."""
    return {path_of(artifact, folder): interface(artifact) for artifact in artifacts}


def path_of(artifact: Artifact, folder: Path) -> Path:
    """Where the whole interface stands."""
    path = folder / f"I{camel(artifact.name)}.vyi"
    by_hand = path.exists() and MARK not in path.read_text()
    return folder / FULL / path.name if by_hand else path


def interface(artifact: Artifact) -> str:
    """The compiler's own, without events: there it forgets which of their values are indexed."""
    title = artifact.documentation["contract"]["title"]
    head = (
        f'# pragma version 0.4.3\n"""\n@title {title}\n@license Apache-2.0\n@dev {MARK} from {artifact.name}.vy.\n"""'
    )
    pieces = SECTION.split(artifact.interface_source)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    structs, functions = sections.get("Structs", "").strip("\n"), DEFAULT.sub("", sections["Functions"]).strip("\n")
    bodies = [structs, *_records_of_modules(artifact, structs, functions), _with_keys_named(artifact, functions)]
    return "\n\n\n".join([head, *filter(None, bodies)]) + "\n"


def _records_of_modules(artifact: Artifact, structs: str, functions: str) -> list[str]:
    """Those that the functions name and the compiler left out."""
    known = {name for name, _ in RECORD.findall(structs + "\n")}
    declared = {name: fields for source in artifact.sources.values() for name, fields in RECORD.findall(source)}
    used = set(re.findall(r"\w+", functions)) & declared.keys()
    return [f"struct {name}:\n{declared[name]}".rstrip() for name in sorted(used - known)]


def _with_keys_named(artifact: Artifact, text: str) -> str:
    names = {each.name: [parameter.name for parameter in each.inputs] for each in functions_of(artifact)}

    def named(getter: re.Match[str]) -> str:
        types = [key.partition(": ")[2] for key in getter["keys"].split(", ")]
        keys = ", ".join(f"{name}: {kind}" for name, kind in zip(names[getter["name"]], types, strict=True))
        return f"def {getter['name']}({keys})"

    return GETTER.sub(named, text)


def heading(artifact: Artifact, name: str) -> str:
    """The contract's name as given and its title, without saying the name twice."""
    title: str = artifact.documentation["contract"]["title"]
    beginning = f"{artifact.name} "
    rest = title[len(beginning) :] if title.lower().startswith(beginning) else title
    return f"{name}: {rest}"


def camel(name: str) -> str:
    """The contract's name as a class."""
    return SPELLED.get(name, "".join(part.capitalize() for part in name.split("_")))
