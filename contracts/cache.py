"""Compiled contracts kept on disk between runs.

The rule: the cache can only make things faster. Whatever cannot be read, does not add up or cannot be written is
as if it were not there; a file appears whole or not at all, so processes may share the folder.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.artifact import Artifact, artifact_from_json, artifact_to_json

logger = logging.getLogger(__name__)


def cache_folder(environment: Mapping[str, str]) -> Path:
    """JIAOZI_CACHE_DIR, else the user's cache folder as the XDG base directory specification has it."""
    if chosen := environment.get("JIAOZI_CACHE_DIR"):
        return Path(chosen) / "contracts"
    xdg = environment.get("XDG_CACHE_HOME", "")
    # The specification asks that a relative path be ignored.
    root = Path(xdg) if os.path.isabs(xdg) else Path(os.path.expanduser("~")) / ".cache"
    return root / "jiaozi" / "contracts"


def read_cached(folder: Path, key: str, source_path: Path) -> Artifact | None:
    """The artifact kept under `key`, or None."""
    try:
        document = json.loads(_file(folder, key).read_text(encoding="utf-8"))
        if document["checksum"] != _checksum(key, document["artifact"]):
            raise ValueError("checksum differs")
        return artifact_from_json(document["artifact"], source_path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("ignoring the unreadable cache entry %s: %s", _file(folder, key), error)
        return None


def write_cached(folder: Path, key: str, artifact: Artifact) -> None:
    """Keeps the artifact under `key`, whole or not at all. What cannot be written is a warning, never an error."""
    body = artifact_to_json(artifact)
    text = json.dumps({"checksum": _checksum(key, body), "artifact": body})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(_file(folder, key), text)
    except OSError as error:
        logger.warning("cannot keep compiled contracts in %s: %s", folder, error)


def _write_whole(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _file(folder: Path, key: str) -> Path:
    return folder / f"{key}.json"


def _checksum(key: str, body: Mapping[str, Any]) -> str:
    # The key is part of it, so that an entry under another one's name does not pass.
    return hashlib.sha256(f"{key}\n{json.dumps(body, sort_keys=True)}".encode()).hexdigest()
