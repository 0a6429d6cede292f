"""A line of evidence that cannot be read costs itself alone, and never the node's start."""

from pathlib import Path

import pytest

from node.app.evidence_file import append_evidence, read_evidence


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evidence.jsonl"


def test_no_file_is_no_evidence(path: Path) -> None:
    assert read_evidence(path) == []


def test_what_was_appended_is_read(path: Path) -> None:
    entries: list[dict[str, object]] = [{"height": "0x1"}, {"height": "0x2"}]
    for entry in entries:
        append_evidence(path, entry)
    assert read_evidence(path) == entries


def test_a_torn_last_line_is_passed_over_and_the_next_entry_stands_on_its_own(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b'{"height": "0x1"}\n{"heig')
    assert read_evidence(path) == [{"height": "0x1"}]
    assert f"{path}: line 2 is torn" in caplog.text
    append_evidence(path, {"height": "0x3"})
    assert read_evidence(path) == [{"height": "0x1"}, {"height": "0x3"}]


@pytest.mark.parametrize("bad", [b'{"heig', b"\xff\xfe", b"\0\0\0", b"5", b"[" * 100_000])
def test_a_bad_middle_line_is_passed_over(path: Path, bad: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(b'{"height": "0x1"}\n' + bad + b'\n{"height": "0x2"}\n')
    assert read_evidence(path) == [{"height": "0x1"}, {"height": "0x2"}]
    assert f"{path}: line 2 is damaged" in caplog.text
