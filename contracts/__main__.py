"""`python -m contracts`: the suite on a network, from a command line. A key comes from a file, never from a flag."""

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from eth_utils.address import to_checksum_address

from contracts.abi import parse_arguments
from contracts.addresses import DIRECTORY, OF_GENESIS
from contracts.deployment import Network, Wanted, deploy, listed_as_custody, read_network, save_network, verify
from contracts.errors import BadInput, ContractsError, UnknownContract, WrongArgument, WrongArgumentCount
from contracts.export import export
from contracts.library import load, names
from contracts.typed import Directory
from contracts.values import Parameter
from contracts.web3_chain import DEFAULT_RPC, Web3Chain, checked_url

DONE: Final = 0
REFUSED: Final = 1
WRONG_USAGE: Final = 2
KEY_VARIABLE: Final = "JIAOZI_PRIVATE_KEY"
PRIVATE_KEY: Final = re.compile("[0-9a-fA-F]{64}")
UNLISTED: Final = """It holds money of others and the directory does not list it as custody yet. Until the central
bank does (python -m contracts list-custody {address}), the currency's keys can freeze, seize or move what it holds."""
OF_THE_NETWORK: Final = (
    """Every network has this contract from its genesis, at {address}: programs and wallets use that one."""
)


def main(words: Sequence[str] | None = None) -> int:
    """The exit code. `words`: those of the command line, unless others are given."""
    arguments = _parser().parse_args(words)
    try:
        return int(arguments.run(arguments))
    except (BadInput, UnknownContract, WrongArgument, WrongArgumentCount) as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USAGE
    except ContractsError as error:
        print(f"error: {error}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # whoever read what we print has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m contracts",
        description="Deploys contracts of the suite, once a network, and says what stands where.",
        epilog="example: python -m contracts deploy splitter --key-file bank.key",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listed = commands.add_parser(
        "list",
        help="the contracts of the suite and what their constructors take",
        epilog="example: python -m contracts list --json",
    )
    listed.set_defaults(run=_list)
    deploying = commands.add_parser(
        "deploy",
        help="put a contract on the network, or find it there",
        epilog="example: python -m contracts deploy splitter --key-file firm.key --label payroll",
    )
    deploying.add_argument("name", metavar="NAME")
    deploying.add_argument("arguments", nargs="*", metavar="ARGUMENT", help="of the constructor, in its order")
    deploying.add_argument(
        "--label", default="", help="names it in the record; tells several of one kind apart (default: NAME)"
    )
    deploying.set_defaults(run=_deploy)
    custody = commands.add_parser(
        "list-custody",
        help="have the directory list a contract as custody, with the central bank's key",
        epilog="example: python -m contracts list-custody 0x5FbD... --key-file central-bank.key",
    )
    custody.add_argument("address", metavar="ADDRESS")
    custody.set_defaults(run=_list_custody)
    verifying = commands.add_parser(
        "verify",
        help="compare the code of all that is recorded with this suite's",
        epilog="example: python -m contracts verify --rpc http://127.0.0.1:8545",
    )
    verifying.set_defaults(run=_verify)
    exporting = commands.add_parser(
        "export",
        help="write artifacts, ABIs and compiler input for other tools",
        epilog="example: python -m contracts export ./out escrow trade",
    )
    exporting.add_argument("folder", type=Path, metavar="FOLDER", help="gets artifacts/, abi/ and input/")
    exporting.add_argument("names", nargs="*", metavar="NAME", help="of the contracts (default: all)")
    exporting.set_defaults(run=_export)
    for command in (deploying, custody):
        command.add_argument("--key-file", type=Path, help=f"holds the private key in hex (default: ${KEY_VARIABLE})")
    for command in (listed, deploying, custody, verifying, exporting):
        command.add_argument("--json", action="store_true", help="one JSON document for programs")
    for command in (deploying, custody, verifying):
        command.add_argument("--rpc", default=os.environ.get("JIAOZI_RPC", DEFAULT_RPC), help="a node's URL")
    for command in (deploying, verifying):
        command.add_argument("--record", type=Path, help="the network's addresses (default: deployments/CHAIN-ID.json)")
    return parser


def _list(arguments: argparse.Namespace) -> int:
    rows = {
        name: [f"{parameter.type} {parameter.name}" for parameter in load(name).interface.constructor]
        for name in names()
    }
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        for name, inputs in rows.items():
            print(f"{name:20} {', '.join(inputs)}".rstrip())
    return DONE


def _deploy(arguments: argparse.Namespace) -> int:
    values = parse_arguments(load(arguments.name).interface.constructor, arguments.arguments, target=arguments.name)
    chain = _chain(arguments)
    path, network = _network(arguments, chain)
    wanted = Wanted(arguments.name, values, arguments.label)
    network = deploy(chain, network, [wanted])
    save_network(path, network)
    deployed = network.contracts[wanted.key]
    address = to_checksum_address(deployed.address)
    listed = listed_as_custody(chain, deployed.address) if load(wanted.name).is_custody else None
    if arguments.json:
        transaction = "0x" + deployed.transaction.hex()
        document = {"label": wanted.key, "address": address, "transaction": transaction, "listed_as_custody": listed}
        print(json.dumps(document))
    else:
        print(address)
        told = "deployed" if deployed.transaction else "was there already"
        print(f"{wanted.key} {told}, its code is this suite's; recorded in {path}", file=sys.stderr)
    if wanted.name in OF_GENESIS and deployed.address != OF_GENESIS[wanted.name]:
        place = to_checksum_address(OF_GENESIS[wanted.name])
        print(OF_THE_NETWORK.format(address=place), file=sys.stderr)
    if listed is False:
        print(UNLISTED.format(address=address), file=sys.stderr)
    return DONE


def _list_custody(arguments: argparse.Namespace) -> int:
    chain = _chain(arguments)
    (address,) = parse_arguments([Parameter("ADDRESS", "address")], [arguments.address], target="list-custody")
    assert isinstance(address, bytes)
    listed_before = listed_as_custody(chain, address)
    if not listed_before:
        Directory(chain, DIRECTORY).set_custodian(address, True)
    if arguments.json:
        print(json.dumps({"address": to_checksum_address(address), "listed_as_custody": True}))
    else:
        told = "is listed already" if listed_before else "is listed now: no key of the currency reaches what it holds"
        print(f"{to_checksum_address(address)} {told}")
    return DONE


def _verify(arguments: argparse.Namespace) -> int:
    chain = Web3Chain(checked_url(arguments.rpc), bytes(31) + b"\1")  # reads only; any key will do
    path, network = _network(arguments, chain)
    if not network.contracts:
        raise ContractsError(f"nothing is recorded in {path}: there is nothing to compare")
    for key, deployed in sorted(network.contracts.items()):
        verify(chain, deployed.name, deployed.address)
        if not arguments.json:
            print(f"{key:20} {to_checksum_address(deployed.address)} is this suite's {deployed.name}")
    if arguments.json:
        print(json.dumps({key: to_checksum_address(each.address) for key, each in network.contracts.items()}))
    return DONE


def _export(arguments: argparse.Namespace) -> int:
    written = export(arguments.folder, arguments.names or names())
    if arguments.json:
        print(json.dumps([str(path) for path in written]))
    else:
        print(f"{len(written)} files in {arguments.folder}", file=sys.stderr)
    return DONE


def _network(arguments: argparse.Namespace, chain: Web3Chain) -> tuple[Path, Network]:
    path = arguments.record or Path("deployments") / f"{chain.chain_id}.json"
    return path, read_network(path, chain.chain_id, chain.genesis_hash)


def _chain(arguments: argparse.Namespace) -> Web3Chain:
    """The network, as the owner of the key acts on it. Raises BadInput."""
    url = checked_url(arguments.rpc)
    try:
        return Web3Chain(url, _key(arguments.key_file))
    except ValueError:
        raise BadInput(f"{_source(arguments.key_file)} holds no private key: it is not on the curve") from None


def _key(path: Path | None) -> bytes:
    """32 bytes. Raises BadInput with what to do."""
    source = _source(path)
    try:
        text = path.read_text(encoding="utf-8") if path else os.environ.get(KEY_VARIABLE, "")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{source} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from error
    if path is None and not text:
        raise BadInput(f"there is no private key: give --key-file, or 64 hex digits in {KEY_VARIABLE}")
    digits = text.strip().removeprefix("0x")
    if not PRIVATE_KEY.fullmatch(digits):
        raise BadInput(f"{source} holds no private key: 64 hex digits are needed (a wallet's key file does not serve)")
    return bytes.fromhex(digits)


def _source(path: Path | None) -> str:
    return str(path) if path else KEY_VARIABLE


if __name__ == "__main__":
    sys.exit(main())
