"""node.toml: what is right reads back the same, and what is wrong is named by its key."""

from pathlib import Path

import pytest

from node.app.config import NodeConfig, load_config, render_config, with_settings
from node.app.errors import BadConfiguration


def load(tmp_path: Path, text: str) -> NodeConfig:
    path = tmp_path / "node.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_settings_read_back_are_the_same(tmp_path: Path) -> None:
    config = NodeConfig(
        p2p_port=0, peers=("/ip4/10.0.0.7/tcp/30303/p2p/12D3KooW",), rpc_cors=('"quoted"', "back\\slash"),
        rpc_admin=True, archive=True, log_level="debug", log_format="json", engine="pyevm",
    )  # fmt: skip
    assert load(tmp_path, render_config(config)) == config


def test_dashes_and_underscores_are_one() -> None:
    assert with_settings(NodeConfig(), {"rpc-port": 1, "p2p_port": 2}) == NodeConfig(rpc_port=1, p2p_port=2)


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == NodeConfig()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("rpc-port = '8545'", "configuration: rpc-port is '8545', expected an integer"),
        ("rpc-port = true", "configuration: rpc-port is True, expected an integer"),
        ("rpc-port = 8545.0", "configuration: rpc-port is 8545.0, expected an integer"),
        ("rpc-port = 65536", "configuration: rpc-port is 65536, expected 0 to 65535"),
        ("p2p-port = -1", "configuration: p2p-port is -1, expected 0 to 65535"),
        ("rpc-admin = 'yes'", "configuration: rpc-admin is 'yes', expected true or false"),
        ("rpc-host = 1", "configuration: rpc-host is 1, expected a string"),
        ("peers = '/ip4/1.2.3.4'", "configuration: peers is '/ip4/1.2.3.4', expected a list of strings"),
        ("peers = [1]", "configuration: peers is [1], expected a list of strings"),
        ("engine = 'geth'", "configuration: engine is 'geth', expected one of auto, pyevm"),
        ("log-format = 'xml'", "configuration: log-format is 'xml', expected one of text, json"),
        ("log-level = 'loud'", "configuration: log-level is 'loud', expected one of debug, info, warning, error"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        load(tmp_path, text)
    assert str(refused.value) == error


@pytest.mark.parametrize("text", ["rpc-prot = 1", "[rpc]\nport = 1"])
def test_an_unknown_key_is_refused_and_the_known_ones_are_listed(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadConfiguration, match=r"is not a setting; there are archive, engine, .*, rpc_port"):
        load(tmp_path, text)


@pytest.mark.parametrize("content", [b"rpc-port =", b"\xff\xfe", b"a = 1\na = 2"])
def test_what_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "node.toml"
    path.write_bytes(content)
    with pytest.raises(BadConfiguration, match=r"node\.toml is not TOML: "):
        load_config(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"node\.toml cannot be read: No such file or directory"):
        load_config(tmp_path / "node.toml")
