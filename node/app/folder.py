"""A node's data folder: its keys, its settings, its genesis, its database and what it has signed.

genesis.json   the network's            node.key        Ed25519 seed, who the node is to its peers
node.toml      local settings           validator.key   secp256k1 secret; absent on a node that only follows
db/            the LevelDB              sign-state      what the validator key has signed; never copied or restored
journal        payments that our own RPC accepted and no block has yet
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from node.app.config import NodeConfig, load_config, render_config
from node.app.errors import BadFolder
from node.network.identity import NodeIdentity
from node.primitives.genesis import Genesis, parse_genesis
from node.primitives.keys import PrivateKey
from node.storage.record import FileRecord


@dataclass(frozen=True, slots=True)
class NodeFolder:
    path: Path

    @property
    def genesis_path(self) -> Path:
        return self.path / "genesis.json"

    @property
    def config_path(self) -> Path:
        return self.path / "node.toml"

    @property
    def database_path(self) -> Path:
        return self.path / "db"

    @property
    def sign_state_path(self) -> Path:
        return self.path / "sign-state"

    @property
    def journal_path(self) -> Path:
        return self.path / "journal"

    @property
    def evidence_path(self) -> Path:
        return self.path / "evidence.jsonl"

    def config(self) -> NodeConfig:
        return load_config(self.config_path) if self.config_path.exists() else NodeConfig()

    def genesis(self) -> Genesis:
        return read_genesis(self.genesis_path)

    def identity(self) -> NodeIdentity:
        return NodeIdentity(read_secret(self.path / "node.key"))

    def validator_key(self) -> PrivateKey | None:
        path = self.path / "validator.key"
        if not path.exists():
            return None
        try:
            return PrivateKey(read_secret(path))
        except ValueError as error:
            raise BadFolder(str(path), f"is no secp256k1 key: {error}") from None


def read_genesis(path: Path) -> Genesis:
    """Raises BadFolder for a file that is not JSON, InvalidGenesis for JSON that is no genesis."""
    try:
        text = path.read_bytes()
        orjson.loads(text)  # bounds the depth, which json leaves to the C stack; json keeps large integers
        document = json.loads(text)
    except OSError as error:
        raise BadFolder(str(path), f"cannot be read: {error.strerror}; `jiaozi-node genesis init` makes one") from error
    except ValueError as error:
        raise BadFolder(str(path), f"is not JSON: {error}") from error
    return parse_genesis(document)


def create_folder(
    path: Path, genesis_text: str, config: NodeConfig, node_seed: bytes, validator_secret: bytes | None
) -> NodeFolder:
    """Lays a new node's folder. A validator's starts with an empty sign-state: it has signed nothing yet."""
    make_empty(path)
    folder = NodeFolder(path)
    folder.genesis_path.write_text(genesis_text, encoding="utf-8")
    folder.config_path.write_text(render_config(config), encoding="utf-8")
    write_secret(path / "node.key", node_seed)
    if validator_secret is not None:
        write_secret(path / "validator.key", validator_secret)
        FileRecord(folder.sign_state_path, create=True).close()
    return folder


def make_empty(path: Path) -> None:
    """Raises BadFolder where there is something already, or nothing may be put."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        taken = any(path.iterdir())
    except OSError as error:
        raise BadFolder(str(path), f"cannot be made: {error.strerror}") from error
    if taken:
        raise BadFolder(str(path), "exists and is not empty: choose another folder, or remove it")


def write_secret(path: Path, secret: bytes) -> None:
    """Hexadecimal, readable by its owner only from its first moment on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")


def read_secret(path: Path) -> bytes:
    """32 bytes in hexadecimal. Raises BadFolder."""
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip().removeprefix("0x"))
    except OSError as error:
        raise BadFolder(str(path), f"cannot be read: {error.strerror}") from error
    except ValueError:
        raise BadFolder(str(path), "is not hexadecimal") from None
    if len(secret) != 32:
        raise BadFolder(str(path), f"holds {len(secret)} bytes, expected 32")
    return secret
