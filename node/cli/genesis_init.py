"""`jiaozi-node genesis init`: keys, genesis.json and one data folder a validator."""

import argparse
import secrets
import time
from pathlib import Path

from node.app.network_folder import DEVELOPMENT_CHAIN_ID, NetworkOptions, create_network
from node.cli.arguments import Commands, add_command, address, port, positive, print_json, talk


def register(commands: Commands) -> None:
    genesis = commands.add_parser("genesis", help="make a new network")
    actions = genesis.add_subparsers(dest="action", required=True, metavar="ACTION")
    parser = add_command(
        actions,
        "init",
        "Make a network: validator keys, genesis.json, and one data folder a node.",
        "jiaozi-node genesis init ./net --validators 4",
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="where to put it; must be empty or absent")
    parser.add_argument("--validators", type=positive, default=4, metavar="N", help="how many (default 4)")
    parser.add_argument("--chain-id", type=positive, metavar="N", help="default: random; 20200 with --development")
    parser.add_argument("--block-period-ms", type=positive, default=1000, metavar="MS", help="default 1000")
    parser.add_argument(
        "--central-bank", type=address, metavar="ADDRESS", help="default: a new key in central-bank.key"
    )
    parser.add_argument("--guardian", type=address, metavar="ADDRESS", help="default: a new key in guardian.key")
    parser.add_argument("--p2p-port", type=port, default=30303, metavar="PORT", help="of the first node; default 30303")
    parser.add_argument("--rpc-port", type=port, default=8545, metavar="PORT", help="of the first node; default 8545")
    parser.add_argument(
        "--host",
        action="append",
        metavar="HOST",
        help="where the nodes reach each other: once for all on one machine (default 127.0.0.1), or once for each node",
    )
    parser.add_argument(
        "--development",
        action="store_true",
        help="fund the well-known development accounts, and let a client move the clock",
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    chain_id = arguments.chain_id or (DEVELOPMENT_CHAIN_ID if arguments.development else _random_chain_id())
    network = create_network(
        arguments.directory,
        NetworkOptions(
            validators=arguments.validators,
            chain_id=chain_id,
            block_period_ms=arguments.block_period_ms,
            development=arguments.development,
            central_bank=arguments.central_bank,
            guardian=arguments.guardian,
            hosts=tuple(arguments.host or ("127.0.0.1",)),
            p2p_port=arguments.p2p_port,
            rpc_port=arguments.rpc_port,
            timestamp=int(time.time()),
        ),
        random_bytes=secrets.token_bytes,
    )
    if arguments.json:
        print_json(network.describe())
        return 0
    talk(f"Network {chain_id} with {arguments.validators} validators is in {arguments.directory}:")
    for node, validator in zip(network.nodes, network.validators, strict=True):
        print(f"  jiaozi-node run --data-dir {node.path}   # validator 0x{validator.hex()}")
    talk("Start each on its machine; hosts and ports, from --host, are in each node.toml.")
    talk("The validator.key files are secrets: move each to its machine and keep no other copy.")
    if (arguments.directory / "central-bank.key").exists():
        talk("central-bank.key is the key over the currency: whoever has it grants quotas. Move it to a safe place.")
    if (arguments.directory / "guardian.key").exists():
        talk("guardian.key is the second key of the timelock, which vetoes: give it to somebody other than the bank.")
    return 0


def _random_chain_id() -> int:
    """Above every public chain's, and a number that JavaScript keeps exactly."""
    return 2**40 + secrets.randbelow(2**40)
