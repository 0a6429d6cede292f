"""What a person types about an escrow deal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wallet.deals import parse_deadline, parse_deal_id, parse_terms
from wallet.errors import WrongUsage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 1_767_225_600  # the same moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("+90s", SECONDS + 90),
        ("+30m", SECONDS + 1_800),
        ("+2h", SECONDS + 7_200),
        ("+7d", SECONDS + 604_800),
        ("+1w", SECONDS + 604_800),
        ("2026-01-01T00:00Z", SECONDS),
        ("2026-01-01T08:00:00+08:00", SECONDS),
        ("2026-01-01T00:00:00.999Z", SECONDS),
    ],
)
def test_a_deadline_is_a_term_or_a_date(text: str, seconds: int) -> None:
    assert parse_deadline(text, NOW, 0) == seconds


def test_a_term_counts_from_the_chain_where_that_is_ahead() -> None:
    assert parse_deadline("+1s", NOW, SECONDS + 100) == SECONDS + 101
    assert parse_deadline("2026-01-01T00:00Z", NOW, SECONDS + 100) == SECONDS


@pytest.mark.parametrize("text", ["", "7d", "+7", "+7y", "-7d", "tomorrow", "+1.5h", "1767225600"])
def test_what_is_no_deadline_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="is no deadline"):
        parse_deadline(text, NOW, 0)


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T12:00"])
def test_a_date_without_a_time_zone_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="has no time zone"):
        parse_deadline(text, NOW, 0)


def test_terms_are_a_hash_or_a_file_to_hash(tmp_path: Path) -> None:
    (tmp_path / "terms").write_bytes(b"")
    # keccak of nothing, as the Ethereum yellow paper has it
    nothing = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert parse_terms(str(tmp_path / "terms")).hex() == nothing
    assert parse_terms("0x" + nothing).hex() == nothing
    assert parse_terms(None) == bytes(32)
    with pytest.raises(WrongUsage, match="cannot read the terms"):
        parse_terms(str(tmp_path / "none"))


@pytest.mark.parametrize("text", ["", "0x12", "12" * 32, "0x" + "g" * 64])
def test_what_is_no_deal_id_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="is no deal"):
        parse_deal_id(text)
