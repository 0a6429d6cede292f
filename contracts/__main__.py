"""`python -m contracts`: the suite on a network, from a command line. A key comes from a file, never from a flag."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final

from eth_utils.address import to_checksum_address

from contracts.abi import parse_arguments
from contracts.deployment import Network, Wanted, deploy, listed_as_custody, read_network, save_network, verify
from contracts.errors import ContractsError, UnknownContract, WrongArgument, WrongArgumentCount
from contracts.export import export
from contracts.library import load, names
from contracts.web3_chain import Web3Chain

DONE: Final = 0
REFUSED: Final = 1
WRONG_USAGE: Final = 2
KEY_VARIABLE: Final = "JIAOZI_PRIVATE_KEY"
DEFAULT_RPC: Final = "http://127.0.0.1:8545"
UNLISTED: Final = """It holds money of others and the directory does not list it as custody yet: until the central bank
calls directory.set_custodian({address}, true), the currency's keys can freeze what it holds."""


def main() -> int:
    parser = _parser()
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except (UnknownContract, WrongArgument, WrongArgumentCount) as error:
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
    deploying.add_argument("name", choices=names(), metavar="NAME")
    deploying.add_argument("arguments", nargs="*", metavar="ARGUMENT", help="of the constructor, in its order")
    deploying.add_argument(
        "--label", default="", help="names it in the record; tells several of one kind apart (default: NAME)"
    )
    deploying.add_argument("--key-file", type=Path, help=f"holds the private key in hex (default: ${KEY_VARIABLE})")
    deploying.set_defaults(run=_deploy)
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
    for command in (listed, deploying, verifying, exporting):
        command.add_argument("--json", action="store_true", help="one JSON document for programs")
    for command in (deploying, verifying):
        command.add_argument("--rpc", default=os.environ.get("JIAOZI_RPC", DEFAULT_RPC), help="a node's URL")
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
    chain = Web3Chain(arguments.rpc, _key(arguments.key_file))
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
    if listed is False:
        print(UNLISTED.format(address=address), file=sys.stderr)
    return DONE


def _verify(arguments: argparse.Namespace) -> int:
    chain = Web3Chain(arguments.rpc, bytes(31) + b"\1")  # reads only; any key will do
    _, network = _network(arguments, chain)
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


def _key(path: Path | None) -> bytes:
    """The private key. Raises ContractsError with what to do."""
    try:
        text = path.read_text(encoding="utf-8") if path else os.environ.get(KEY_VARIABLE, "")
        key = bytes.fromhex(text.strip().removeprefix("0x"))
    except (OSError, ValueError) as error:
        raise ContractsError(f"the private key cannot be read: {error}") from error
    if len(key) != 32:
        raise ContractsError(f"there is no private key: give --key-file, or 64 hex digits in {KEY_VARIABLE}")
    return key


if __name__ == "__main__":
    sys.exit(main())
