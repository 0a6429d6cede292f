"""A flag before the environment before the profile before the default."""

from pathlib import Path

import pytest

from wallet.addresses import checksummed
from wallet.errors import BadProfile, WrongUsage
from wallet.profile import resolve, settings_from

OTHER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def write(folder: Path, text: str) -> Path:
    path = folder / "wallet.toml"
    path.write_text(text)
    return path


def test_each_source_overrides_the_one_after_it() -> None:
    profile, environment = {"rpc": "http://profile"}, {"JIAOZI_RPC": "http://environment"}
    assert resolve({}, {}, {}).rpc == "http://127.0.0.1:8545"
    assert resolve({}, {}, profile).rpc == "http://profile"
    assert resolve({}, environment, profile).rpc == "http://environment"
    assert resolve({"rpc": "http://flag"}, environment, profile).rpc == "http://flag"


def test_all_keys_of_a_profile_arrive(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f'rpc = "https://node"\nchain-id = 20200\nkeystore = "keys"\nfrom = "shop"\npassword-file = "/etc/pw"\n'
        f'token = "eth"\necash = "{OTHER}"\nescrow = "{OTHER}"\ntimeout = 9\n',
    )
    settings = settings_from({"profile": str(path)}, {})
    assert (settings.rpc, settings.chain_id, settings.account) == ("https://node", 20200, "shop")
    assert (settings.keystore, settings.password_file) == (tmp_path / "keys", Path("/etc/pw"))
    assert (settings.token, settings.timeout_s) == ("eth", 9)
    assert checksummed(settings.ecash) == checksummed(settings.escrow) == OTHER


def test_the_usual_profile_is_read_if_it_is_there(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert settings_from({}, environment).chain_id is None
    (tmp_path / "jiaozi").mkdir()
    write(tmp_path / "jiaozi", "chain-id = 7\n")
    assert settings_from({}, environment).chain_id == 7


def test_the_profile_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match="cannot be read"):
        settings_from({}, {"JIAOZI_PROFILE": str(tmp_path / "none.toml")})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("chain_id = 1\n", "unknown key 'chain_id'"),
        ('chain-id = "20200"\n', "'chain-id' that is no whole number"),
        ("chain-id = true\n", "'chain-id' that is no whole number"),
        ("rpc = 8545\n", "'rpc' that is no text"),
        ("password = 'x'\n", "unknown key 'password'"),
        ("rpc = \n", "is not TOML"),
    ],
)
def test_a_profile_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(BadProfile, match=problem):
        settings_from({"profile": str(write(tmp_path, text))}, {})


@pytest.mark.parametrize("url", ["127.0.0.1:8545", "ws://node", "file:///etc/passwd", ""])
def test_a_node_is_reached_over_http(url: str) -> None:
    with pytest.raises(WrongUsage, match="is not the address of a node"):
        resolve({"rpc": url}, {}, {})


def test_a_relative_xdg_folder_is_ignored(tmp_path: Path) -> None:
    assert resolve({}, {"XDG_DATA_HOME": "here"}, {}).keystore == Path.home() / ".local/share/jiaozi/keystore"
    assert resolve({}, {"XDG_DATA_HOME": str(tmp_path)}, {}).keystore == tmp_path / "jiaozi/keystore"
