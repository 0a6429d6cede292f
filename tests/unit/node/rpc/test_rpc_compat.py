"""The execution-apis transcripts: what geth answered about a Prague chain, this server answers too.

Error messages may differ; a transcript marked `speconly` fixes the shape of the answer alone. Sends go into a pool
that never mines.
"""

import json
import zipfile
from typing import Any


def test_every_transcript_is_answered_as_geth_did(
    vectors: zipfile.ZipFile, vector_node: Any, make_client: Any, subtests: Any
) -> None:
    names = [name for name in vectors.namelist() if name.endswith(".io")]
    assert len(names) >= 47
    client = make_client(vector_node)
    for name in names:
        with subtests.test(name):
            _compare(client, vectors.read(name).decode())


def _compare(client: Any, transcript: str) -> None:
    shape_only = any(line.startswith("//") and "speconly" in line for line in transcript.splitlines())
    request = b""
    for line in transcript.splitlines():
        if line.startswith(">> "):
            request = line.removeprefix(">> ").encode()
        elif line.startswith("<< "):
            expected, found = json.loads(line.removeprefix("<< ")), client.post(request).json()
            if shape_only:
                assert _shape(found) == _shape(expected)
            else:
                assert _without_message(found) == _without_message(expected)


def _without_message(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" not in answer:
        return answer
    return answer | {"error": {key: value for key, value in answer["error"].items() if key != "message"}}


def _shape(value: Any) -> Any:
    """Members and types, not values; hexadecimal of any length is one shape."""
    if isinstance(value, dict):
        return {key: _shape(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_shape(member) for member in value[:1]]
    if isinstance(value, str) and value.startswith("0x"):
        return "0x"
    return type(value).__name__
