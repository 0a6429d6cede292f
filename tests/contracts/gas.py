"""Figures of gas that are committed, and compared to the unit.

Every transaction is a block of its own and time is given, so the figures are the same on every machine. After a change
that is meant, write them anew and look at the difference: `JIAOZI_WRITE_GAS=1 pytest tests/contracts -k gas`.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def compare(measured: Mapping[str, object], committed: Path) -> None:
    """Fails where a figure differs, one is new or one is gone; with `JIAOZI_WRITE_GAS` set it writes them first."""
    if os.environ.get("JIAOZI_WRITE_GAS"):
        committed.write_text(json.dumps(measured, indent=2) + "\n")
    before = json.loads(committed.read_text())
    changed = [
        f"{what}: {before.get(what, 'not there')} -> {measured.get(what, 'not there')}"
        for what in sorted({*before, *measured})
        if before.get(what) != measured.get(what)
    ]
    assert not changed, "gas has changed (JIAOZI_WRITE_GAS=1 accepts it):\n" + "\n".join(changed)
