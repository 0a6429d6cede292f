"""node.toml: a node's local settings. Its keys are the flags of `jiaozi-node run`; a flag given wins.

Nothing here decides what a valid block is: that is the genesis' alone.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from node.app.errors import BadConfiguration

ENGINES: Final = ("auto", "pyevm")
LOG_FORMATS: Final = ("text", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """Ports may be 0: the system then picks one, and the log says which."""

    p2p_host: str = "127.0.0.1"
    p2p_port: int = 30303
    peers: tuple[str, ...] = ()
    """Multiaddrs to keep connected to: /ip4/10.0.0.7/tcp/30303/p2p/12D3KooW..."""
    rpc_host: str = "127.0.0.1"
    rpc_port: int = 8545
    rpc_cors: tuple[str, ...] = ()
    """Origins of web pages that may call; `*` for any."""
    rpc_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Host names by which the node may be called; `*` for any. Keeps foreign web pages out (DNS rebinding)."""
    rpc_admin: bool = False
    """Serve admin_ and debug_ to everyone who can reach the port."""
    engine: str = "auto"
    archive: bool = False
    log_level: str = "info"
    log_format: str = "text"


def load_config(path: Path) -> NodeConfig:
    """Raises BadConfiguration, naming the key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfiguration(str(path), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(str(path), f"is not TOML: {error}") from error
    return with_settings(NodeConfig(), document)


def with_settings(config: NodeConfig, settings: Mapping[str, object]) -> NodeConfig:
    """`config` with the given keys (dashes or underscores) set. Raises BadConfiguration."""
    known = {field.name: field.default for field in fields(NodeConfig)}
    changes: dict[str, Any] = {}
    for key, value in settings.items():
        name = key.replace("-", "_")
        if name not in known:
            raise BadConfiguration(key, f"is not a setting; there are {', '.join(sorted(known))}")
        changes[name] = _typed(key, value, known[name])
    return _checked(replace(config, **changes))


def render_config(config: NodeConfig) -> str:
    """The TOML text that `load_config` reads back."""
    lines = [f"{field.name.replace('_', '-')} = {_toml(getattr(config, field.name))}" for field in fields(NodeConfig)]
    return "\n".join(lines) + "\n"


def _typed(key: str, value: object, default: object) -> object:
    wanted: type = type(default)
    if wanted is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
            raise BadConfiguration(key, f"is {value!r}, expected a list of strings")
        return tuple(value)
    if type(value) is not wanted:
        raise BadConfiguration(key, f"is {value!r}, expected {_NAMES[wanted]}")
    return value


_NAMES: Final = {str: "a string", int: "an integer", bool: "true or false"}


def _checked(config: NodeConfig) -> NodeConfig:
    for key in ("p2p_port", "rpc_port"):
        if not 0 <= getattr(config, key) <= 65535:
            raise BadConfiguration(key.replace("_", "-"), f"is {getattr(config, key)}, expected 0 to 65535")
    _one_of("engine", config.engine, ENGINES)
    _one_of("log-format", config.log_format, LOG_FORMATS)
    _one_of("log-level", config.log_level, ("debug", "info", "warning", "error"))
    return config


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BadConfiguration(key, f"is {value!r}, expected one of {', '.join(allowed)}")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert isinstance(value, tuple)
    return "[" + ", ".join(_toml(entry) for entry in value) + "]"
