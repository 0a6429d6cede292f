"""Every transcript in `qbft/` plays as it is written. `python -m tests.scenarios.rewrite` writes down what really
happens, to be read before it is believed."""

from pathlib import Path

import pytest

from tests.scenarios.transcript import play

TRANSCRIPTS = sorted((Path(__file__).parent / "qbft").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    assert play(path).splitlines() == path.read_text().splitlines()


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 20
