"""`jiaozi-node sign-state`: shown as it is, never replaced; laid anew only where it is lost and that is accepted."""

import secrets
from pathlib import Path

import pytest

from node.app.folder import NodeFolder
from node.app.network_folder import create_network
from node.cli import main
from tests.unit.node.app.test_genesis_file import development_options


@pytest.fixture
def folder(tmp_path: Path) -> NodeFolder:
    return create_network(tmp_path / "net", development_options(), random_bytes=secrets.token_bytes).nodes[0]


def test_a_new_validator_has_signed_nothing(folder: NodeFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign-state", "--data-dir", str(folder.path)]) == 0
    assert capsys.readouterr().out == "nothing signed yet\n"


def test_a_lost_one_is_named_and_laid_anew_only_on_request(
    folder: NodeFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.sign_state_path.unlink()
    assert main(["sign-state", "--data-dir", str(folder.path)]) == 1
    assert "sign-state does not exist" in capsys.readouterr().err
    assert main(["sign-state", "--data-dir", str(folder.path), "--accept-loss"]) == 0
    assert main(["sign-state", "--data-dir", str(folder.path), "--json"]) == 0
    assert capsys.readouterr().out == "null\n"


def test_one_that_is_there_stays(folder: NodeFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign-state", "--data-dir", str(folder.path), "--accept-loss"]) == 1
    assert "is not lost, so it stays" in capsys.readouterr().err


def test_a_node_that_only_follows_has_none(folder: NodeFolder, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.path / "validator.key").unlink()
    assert main(["sign-state", "--data-dir", str(folder.path)]) == 1
    assert "has no validator.key" in capsys.readouterr().err
