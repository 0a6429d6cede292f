"""Contracts of the suite put on a network: once, at an address that follows from what they are, and looked at after.

Deployment goes through the deterministic deployer that every Jiaozi genesis carries (CREATE2, EIP-1014), so an
address follows from the label, the code and the arguments alone. Doing it again sends nothing. What was deployed is
recorded in one file a network, which says which network it is of.

https://eips.ethereum.org/EIPS/eip-1014 and https://github.com/Arachnid/deterministic-deployment-proxy
"""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts.addresses import CREATE2_DEPLOYER, DIRECTORY
from contracts.artifact import Artifact
from contracts.chain import Chain
from contracts.errors import CallRefused, DeploymentError, RecordUnreadable, WrongCode
from contracts.library import load
from contracts.typed.directory import Directory

SALT_DOMAIN: Final = "jiaozi "
RECORD_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contract to be there. `label` tells several of one kind apart, such as a deposit token for each bank."""

    name: str
    arguments: tuple[object, ...] = ()
    label: str = ""

    @property
    def key(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Deployed:
    """`transaction` put it there; empty where that was none of ours, such as from the genesis."""

    name: str
    address: bytes
    integrity_hash: str
    arguments: bytes
    transaction: bytes


@dataclass(frozen=True, slots=True)
class Network:
    """What stands where, on one network."""

    chain_id: int
    genesis_hash: bytes
    contracts: Mapping[str, Deployed] = field(default_factory=dict)

    def address(self, key: str) -> bytes:
        """Raises DeploymentError for what was never deployed here."""
        if key not in self.contracts:
            known = ", ".join(sorted(self.contracts)) or "none"
            raise DeploymentError(f"{key} is not deployed on chain {self.chain_id}; recorded are: {known}")
        return self.contracts[key].address


def deploy(chain: Chain, network: Network, wanted: Iterable[Wanted]) -> Network:
    """The network with all that is wanted on it. Raises DeploymentError, also where a label is taken."""
    for each in wanted:
        known = network.contracts.get(each.key)
        if known is not None and known.address != predicted_address(each):
            raise DeploymentError(
                f"{each.key} is recorded at {to_checksum_address(known.address)}, with other arguments or other code: "
                "give this one another label"
            )
        put_there = put(chain, each)
        if known is not None and not put_there.transaction:
            put_there = replace(put_there, transaction=known.transaction)
        network = replace(network, contracts={**network.contracts, each.key: put_there})
    return network


def put(chain: Chain, wanted: Wanted) -> Deployed:
    """One contract, where it is not there yet. Raises DeploymentError."""
    artifact = load(wanted.name)
    init_code = artifact.init_code(*wanted.arguments)
    address = predicted_address(wanted)
    transaction = b""
    if not chain.code(address):
        if not chain.code(CREATE2_DEPLOYER):
            raise DeploymentError(f"this network lacks the deterministic deployer at 0x{CREATE2_DEPLOYER.hex()}")
        try:
            transaction = chain.send(CREATE2_DEPLOYER, _salt(wanted.key) + init_code).transaction_hash
        except CallRefused as error:
            raise DeploymentError(f"{wanted.key} was refused: {_why(chain, init_code, error)}") from error
    verify(chain, wanted.name, address)
    arguments = init_code[len(artifact.creation_code) :]
    return Deployed(wanted.name, address, artifact.integrity_hash, arguments, transaction)


def _why(chain: Chain, init_code: bytes, refused: CallRefused) -> str:
    """The constructor's own words, which the deployer does not pass on; else the network's."""
    try:
        chain.call(None, init_code)
    except CallRefused as error:
        return error.words
    return refused.words


def predicted_address(wanted: Wanted) -> bytes:
    """Where a contract will stand, on any network with the deployer (EIP-1014)."""
    init_code = load(wanted.name).init_code(*wanted.arguments)
    return keccak(b"\xff" + CREATE2_DEPLOYER + _salt(wanted.key) + keccak(init_code))[12:]


def verify(chain: Chain, name: str, address: bytes) -> None:
    """Raises WrongCode unless the code at the address is this suite's, whatever its immutables hold."""
    artifact, found = load(name), chain.code(address)
    if not found:
        raise WrongCode(name, address, "there is none")
    if not found.startswith(artifact.runtime_code):
        raise WrongCode(name, address, "it was compiled from another source or by another compiler")
    beyond = len(found) - len(artifact.runtime_code)
    if beyond != immutable_bytes(artifact):
        raise WrongCode(name, address, f"it ends with {beyond} bytes of immutables, not {immutable_bytes(artifact)}")


def listed_as_custody(chain: Chain, address: bytes) -> bool:
    """Whether the network's directory lists it: only then are the currency's keys kept from what it holds."""
    return bool(chain.code(DIRECTORY)) and Directory(chain, DIRECTORY).is_custodian(address)


def immutable_bytes(artifact: Artifact) -> int:
    """How many bytes of immutables follow the runtime code on chain."""
    return sum(_lengths(artifact.storage_layout.get("code_layout", {})))  # absent where there are none


def _lengths(layout: Mapping[str, Any]) -> Sequence[int]:
    if "length" in layout and "offset" in layout:
        return [int(layout["length"])]
    return [length for inner in layout.values() for length in _lengths(inner)]


def _salt(key: str) -> bytes:
    return keccak(text=SALT_DOMAIN + key)


def read_network(path: Path, chain_id: int, genesis_hash: bytes) -> Network:
    """What was recorded; an empty network where there is no file. Raises RecordUnreadable."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Network(chain_id, genesis_hash)
    except OSError as error:
        raise RecordUnreadable(path, error.strerror or str(error)) from error
    try:
        network = _from_json(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordUnreadable(path, f"it is damaged ({type(error).__name__}: {error})") from error
    if (network.chain_id, network.genesis_hash) != (chain_id, genesis_hash):
        raise RecordUnreadable(
            path,
            f"it is of another network, chain {network.chain_id} with genesis 0x{network.genesis_hash.hex()}; give "
            "another file, or remove this one if that network is gone",
        )
    return network


def save_network(path: Path, network: Network) -> None:
    """Whole or not at all. Raises RecordUnreadable where it cannot be written."""
    body = {
        "format": RECORD_FORMAT,
        "chain_id": network.chain_id,
        "genesis_hash": "0x" + network.genesis_hash.hex(),
        "contracts": {
            key: {
                "name": deployed.name,
                "address": to_checksum_address(deployed.address),
                "integrity_hash": deployed.integrity_hash,
                "arguments": "0x" + deployed.arguments.hex(),
                "transaction": "0x" + deployed.transaction.hex(),
            }
            for key, deployed in sorted(network.contracts.items())
        },
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        os.fchmod(descriptor, 0o644)  # addresses are public, and a team shares them
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(body, indent=2) + "\n")
        os.replace(name, path)
    except OSError as error:
        raise RecordUnreadable(path, error.strerror or str(error)) from error


def _from_json(body: Any) -> Network:
    if body["format"] != RECORD_FORMAT:
        raise ValueError(f"format {body['format']}, not {RECORD_FORMAT}")
    return Network(
        chain_id=int(body["chain_id"]),
        genesis_hash=_bytes(body["genesis_hash"]),
        contracts={
            key: Deployed(
                name=str(entry["name"]),
                address=_bytes(entry["address"]),
                integrity_hash=str(entry["integrity_hash"]),
                arguments=_bytes(entry["arguments"]),
                transaction=_bytes(entry["transaction"]),
            )
            for key, entry in body["contracts"].items()
        },
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
