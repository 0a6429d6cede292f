"""A new network on disk: its genesis and one data folder a validator, as `genesis init` and `devnet` make them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_account import Account as EthAccount

from node.app.config import NodeConfig
from node.app.errors import BadConfiguration
from node.app.folder import NodeFolder, create_folder, make_empty, read_genesis, write_secret
from node.app.genesis_document import NetworkPlan, genesis_document, qbft_rules
from node.execution.engines import load_engine
from node.network.identity import NodeIdentity, PeerId, multiaddr
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.types import Address

DEVELOPMENT_CHAIN_ID: Final = 20_200
DEVELOPMENT_MNEMONIC: Final = "test test test test test test test test test test test junk"
DEVELOPMENT_ACCOUNTS: Final = 20
DEVELOPMENT_TIMESTAMP: Final = 1_767_225_600
"""2026-01-01T00:00Z."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOptions:
    """`central_bank` None: account 0 on a development network, else a new key. `guardian` None: the last account there,
    else a new key.

    One host: all nodes are there and node i listens on each port + i. One host a node: all have the same ports.
    """

    validators: int
    chain_id: int
    block_period_ms: int
    development: bool
    central_bank: Address | None
    guardian: Address | None = None
    hosts: tuple[str, ...]
    p2p_port: int
    rpc_port: int
    timestamp: int

    def place(self, index: int) -> tuple[str, int]:
        """The host of node `index`, and what its ports are above the first."""
        return (self.hosts[0], index) if len(self.hosts) == 1 else (self.hosts[index], 0)


@dataclass(frozen=True, slots=True)
class NetworkFolder:
    """What was laid. Validator addresses stand in the order of the folders."""

    path: Path
    nodes: tuple[NodeFolder, ...]
    validators: tuple[Address, ...]
    central_bank: Address

    def describe(self) -> dict[str, Any]:
        return {
            "genesis": str(self.path / "genesis.json"),
            "centralBank": "0x" + self.central_bank.hex(),
            "nodes": [
                {"dataDir": str(node.path), "validator": "0x" + validator.hex()}
                for node, validator in zip(self.nodes, self.validators, strict=True)
            ],
        }


def development_keys() -> tuple[PrivateKey, ...]:
    """The twenty accounts of the well-known mnemonic, m/44'/60'/0'/0/i. Everybody knows these keys."""
    EthAccount.enable_unaudited_hdwallet_features()
    return tuple(
        PrivateKey(bytes(EthAccount.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}").key))
        for index in range(DEVELOPMENT_ACCOUNTS)
    )


def development_validator_key(index: int) -> PrivateKey:
    """Everybody knows these, too: so the same options give the same genesis, which is the repository's genesis.json."""
    return PrivateKey(keccak(f"jiaozi development validator {index + 1}".encode()))


def create_network(path: Path, options: NetworkOptions, *, random_bytes: Callable[[int], bytes]) -> NetworkFolder:
    """Raises BadFolder where `path` holds something already, BadConfiguration for ports that there are not, and
    BadGenesis for a network that cannot be."""
    check_ports(options)
    make_empty(path)
    keys = [
        development_validator_key(index) if options.development else PrivateKey(random_bytes(32))
        for index in range(options.validators)
    ]
    identities = [NodeIdentity(random_bytes(32)) for _ in range(options.validators)]
    funded = tuple(key.address for key in development_keys()) if options.development else ()
    asked = {"central-bank": options.central_bank, "guardian": options.guardian}
    known = {"central-bank": funded[0], "guardian": funded[-1]} if options.development else {}
    made = {role: PrivateKey(random_bytes(32)) for role, account in asked.items() if account is None and not known}
    central_bank, guardian = (
        account or (known[role] if known else made[role].address) for role, account in asked.items()
    )
    plan = NetworkPlan(
        chain_id=options.chain_id,
        validators=tuple(key.address for key in keys),
        central_bank=central_bank,
        guardian=guardian,
        timestamp=DEVELOPMENT_TIMESTAMP if options.development else options.timestamp,
        rules=qbft_rules(block_period_ms=options.block_period_ms, development=options.development),
        funded=funded,
    )
    genesis_text = json.dumps(genesis_document(plan, load_engine("auto")), indent=2) + "\n"
    (path / "genesis.json").write_text(genesis_text, encoding="utf-8")
    for role, secret_key in made.items():
        write_secret(path / f"{role}.key", secret_key.secret)
    nodes = []
    for index, key in enumerate(keys):
        config = node_config(options, index, identities)
        folder = path / f"node-{index + 1}"
        nodes.append(create_folder(folder, genesis_text, config, identities[index].seed, key.secret))
    return NetworkFolder(path, tuple(nodes), plan.validators, central_bank)


@dataclass(frozen=True, slots=True)
class Joined:
    """What was laid for a node that joins a network: who it will be to its peers, and as a validator."""

    node: NodeFolder
    peer_id: PeerId
    validator: Address | None


def join_network(
    path: Path, genesis: Path, config: NodeConfig, *, validator: bool, random_bytes: Callable[[int], bytes]
) -> Joined:
    """A folder for one more node of the network of `genesis`, with keys of its own. Its validator key, if it is to
    have one, has signed nothing yet, so it may vote as soon as the validators take it in. Raises BadFolder or
    InvalidGenesis."""
    read_genesis(genesis)
    identity = NodeIdentity(random_bytes(32))
    key = PrivateKey(random_bytes(32)) if validator else None
    secret = None if key is None else key.secret
    node = create_folder(path, genesis.read_text(encoding="utf-8"), config, identity.seed, secret)
    return Joined(node, identity.peer_id, None if key is None else key.address)


def check_ports(options: NetworkOptions) -> None:
    """Every node has a port of each kind, and no two have the same. One node alone may leave it to the system: 0."""
    if len(options.hosts) not in (1, options.validators):
        raise BadConfiguration("host", f"names {len(options.hosts)} hosts; give one, or one for each validator")
    if options.validators == 1 and 0 in (options.p2p_port, options.rpc_port):
        return
    for key, first in (("p2p-port", options.p2p_port), ("rpc-port", options.rpc_port)):
        if not 0 < first <= 65_536 - options.validators:
            raise BadConfiguration(key, f"is {first}, but {options.validators} nodes need ports from there, 1 to 65535")
    if abs(options.p2p_port - options.rpc_port) < options.validators:
        raise BadConfiguration("rpc-port", f"is {options.rpc_port}, too near to p2p-port {options.p2p_port}: one each")


def node_config(options: NetworkOptions, index: int, identities: list[NodeIdentity]) -> NodeConfig:
    """Node `index` dials every other one."""
    peers = tuple(
        multiaddr(host, options.p2p_port + above, identity.peer_id)
        for other, identity in enumerate(identities)
        for host, above in (options.place(other),)
        if other != index
    )
    host, above = options.place(index)
    return NodeConfig(
        p2p_host=host,
        p2p_port=options.p2p_port + above,
        peers=peers,
        rpc_port=options.rpc_port + above,
        rpc_admin=options.development,
        archive=options.development,
    )
