"""evidence.jsonl: the equivocations recorded so far, one JSON object a line.

The rule: a line that cannot be read costs itself alone; the evidence around it is what somebody may have to show.
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import orjson

from node.storage.durable import translated

log = logging.getLogger("jiaozi.node")


def read_evidence(path: Path) -> Sequence[dict[str, object]]:
    """What of the file is whole. Raises StorageError."""
    with translated(str(path)):
        lines = path.read_bytes().split(b"\n") if path.exists() else []
    entries: list[dict[str, object]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entry = _parse(line)
        if entry is not None:
            entries.append(entry)
        else:
            what = "is torn, as by a crash" if number == len(lines) else "is damaged"
            log.warning("%s: line %d %s and is passed over; what it said of a validator is lost", path, number, what)
    return entries


def append_evidence(path: Path, entry: dict[str, object]) -> None:
    """On a line of its own, whatever the last one looks like. Raises StorageError."""
    with translated(str(path)), path.open("a+b", buffering=0) as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - 1))
        torn = file.read(1) not in (b"", b"\n")
        line = (b"\n" if torn else b"") + json.dumps(entry).encode() + b"\n"
        while line:  # a write may stop short where the space ends; the next one says why
            line = line[file.write(line) :]


def _parse(line: bytes) -> dict[str, object] | None:
    try:
        entry = orjson.loads(line)  # bounds the depth, which json leaves to the C stack
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
