"""Settings: a flag, else the environment, else the profile, else the default.

The rule: a profile is TOML whose keys equal the flags, without the dashes in front. A key that is unknown or of
another type is refused: a misspelt `chain-id` must not quietly unpin the network.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contracts.addresses import ECASH, ESCROW
from wallet.addresses import checksummed, parse_address
from wallet.errors import BadProfile, WrongUsage

DEFAULT_RPC: Final = "http://127.0.0.1:8545"
DEFAULT_TIMEOUT_S: Final = 120
KEYS: Final[Mapping[str, type]] = {
    "rpc": str,
    "chain-id": int,
    "keystore": str,
    "from": str,
    "password-file": str,
    "token": str,
    "ecash": str,
    "escrow": str,
    "timeout": int,
}
PATHS: Final = ("keystore", "password-file")


@dataclass(frozen=True, slots=True)
class Settings:
    rpc: str
    chain_id: int | None
    keystore: Path
    account: str | None
    password_file: Path | None
    token: str
    ecash: bytes
    escrow: bytes
    timeout_s: int


def settings_from(flags: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """`flags` by their names; those not given are absent or None. Reads the profile, if there is one."""
    given = {key: flags[key] for key in KEYS if key in flags and flags[key] is not None}
    profile = read_profile(profile_path(flags, environment))
    return resolve(given, environment, profile)


def resolve(flags: Mapping[str, Any], environment: Mapping[str, str], profile: Mapping[str, Any]) -> Settings:
    chosen: dict[str, Any] = {
        "rpc": DEFAULT_RPC,
        "keystore": str(data_folder(environment) / "keystore"),
        "token": "ecash",
        "ecash": checksummed(ECASH),
        "escrow": checksummed(ESCROW),
        "timeout": DEFAULT_TIMEOUT_S,
        **profile,
        **from_environment(environment),
        **flags,
    }
    chain_id, account, password_file = (chosen.get(key) for key in ("chain-id", "from", "password-file"))  # optional
    return Settings(
        rpc=_checked_url(chosen["rpc"]),
        chain_id=chain_id,
        keystore=Path(chosen["keystore"]).expanduser(),
        account=account,
        password_file=None if password_file is None else Path(password_file).expanduser(),
        token=chosen["token"],
        ecash=parse_address(chosen["ecash"]),
        escrow=parse_address(chosen["escrow"]),
        timeout_s=chosen["timeout"],
    )


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    variables = {"rpc": "JIAOZI_RPC", "keystore": "JIAOZI_KEYSTORE"}
    return {key: environment[name] for key, name in variables.items() if environment.get(name)}


def profile_path(flags: Mapping[str, Any], environment: Mapping[str, str]) -> Path | None:
    """The one named, which must be there; else the usual one, if it is there."""
    named = flags.get("profile") or environment.get("JIAOZI_PROFILE")
    if named:
        return Path(named).expanduser()
    usual = _xdg_folder(environment, "XDG_CONFIG_HOME", ".config") / "wallet.toml"
    return usual if usual.exists() else None


def read_profile(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadProfile(path, f"cannot be read ({error.strerror}); name another with --profile") from error
    except ValueError as error:  # what TOML and UTF-8 errors have in common
        raise BadProfile(path, f"is not TOML: {error}") from error
    return check_profile(document, path)


def check_profile(document: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Paths in a profile start from the folder that it is in."""
    for key, value in document.items():
        if key not in KEYS:
            raise BadProfile(path, f"has the unknown key {key!r}; the keys are {', '.join(KEYS)}")
        if type(value) is not KEYS[key]:
            raise BadProfile(path, f"has a {key!r} that is no {'text' if KEYS[key] is str else 'whole number'}")
    placed = {key: str(path.parent / Path(document[key]).expanduser()) for key in PATHS if key in document}
    return {**document, **placed}


def data_folder(environment: Mapping[str, str]) -> Path:
    return _xdg_folder(environment, "XDG_DATA_HOME", ".local/share")


def _xdg_folder(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    chosen = Path(environment.get(variable) or ".")
    # The XDG specification asks that a relative path be ignored.
    return (chosen if chosen.is_absolute() else Path.home() / usual) / "jiaozi"


def _checked_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise WrongUsage(f"{url!r} is not the address of a node; --rpc takes one such as {DEFAULT_RPC}")
    return url
