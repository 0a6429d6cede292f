"""`python -m contracts` given what it cannot use says what would do, with the exit code of wrong usage."""

from pathlib import Path

import pytest

from contracts.__main__ import KEY_VARIABLE, main
from tests.ports import free_ports


@pytest.fixture(autouse=True)
def no_key_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv("JIAOZI_RPC", raising=False)


@pytest.mark.parametrize(
    ("holds", "told"),
    [
        ("ab" * 31, "holds no private key: 64 hex digits are needed"),
        ('{"crypto": {}}', "holds no private key: 64 hex digits are needed"),
        ("00" * 32, "holds no private key: it is not on the curve"),
        ("ff" * 32, "holds no private key: it is not on the curve"),
    ],
)
def test_a_file_without_a_key_is_named(
    holds: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bank.key"
    path.write_text(holds)
    assert main(["deploy", "conditions", "--key-file", str(path)]) == 2
    assert f"error: {path} {told}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["deploy", "mandte"], "no contract is named 'mandte'; perhaps mandate was meant"),
        (["deploy", "conditions"], f"there is no private key: give --key-file, or 64 hex digits in {KEY_VARIABLE}"),
        (["deploy", "conditions", "--key-file", "no.key"], "no.key cannot be read: No such file or directory"),
        (["verify", "--rpc", "127.0.0.1:8545"], "'127.0.0.1:8545' is not the address of a node; one is such as http"),
        (["deploy", "trade", "more"], "trade was given 1 argument(s)"),
        (["list-custody", "me", "--key-file", "no.key"], "no.key cannot be read"),
    ],
)
def test_wrong_usage_is_told_apart(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert f"error: {told}" in capsys.readouterr().err


def test_where_nobody_answers_it_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (port,) = free_ports(1)
    assert main(["verify", "--rpc", f"http://127.0.0.1:{port}"]) == 1
    assert f"error: http://127.0.0.1:{port} does not answer as a node" in capsys.readouterr().err
