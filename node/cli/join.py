"""`jiaozi-node join`: a data folder for one more node of a network that there is."""

import argparse
import secrets
from pathlib import Path

from node.app.config import NodeConfig
from node.app.network_folder import join_network
from node.cli.arguments import Commands, add_command, port, print_json, talk
from node.network.identity import parse_multiaddr


def register(commands: Commands) -> None:
    parser = add_command(
        commands,
        "join",
        "Make a data folder, with keys of its own, for one more node of a network.",
        "jiaozi-node join ./node-5 --genesis genesis.json --validator "
        "--peers /ip4/10.0.0.1/tcp/30303/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="where to put it; must be empty or absent")
    parser.add_argument("--genesis", type=Path, required=True, metavar="FILE", help="the network's genesis.json")
    parser.add_argument(
        "--peers", action="append", required=True, metavar="MULTIADDR", help="whom to dial; may be given several times"
    )
    parser.add_argument("--validator", action="store_true", help="with a validator key, too")
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where its peers reach it")
    parser.add_argument("--p2p-port", type=port, default=30303, metavar="PORT", help="default 30303")
    parser.add_argument("--rpc-port", type=port, default=8545, metavar="PORT", help="default 8545")
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    for text in arguments.peers:
        parse_multiaddr(text)
    config = NodeConfig(
        p2p_host=arguments.host,
        p2p_port=arguments.p2p_port,
        peers=tuple(arguments.peers),
        rpc_port=arguments.rpc_port,
    )
    joined = join_network(
        arguments.directory,
        arguments.genesis,
        config,
        validator=arguments.validator,
        random_bytes=secrets.token_bytes,
    )
    validator = None if joined.validator is None else "0x" + joined.validator.hex()
    if arguments.json:
        print_json({"dataDir": str(joined.node.path), "peerId": joined.peer_id, "validator": validator})
        return 0
    print(f"peer id    {joined.peer_id}")
    if validator is not None:
        print(f"validator  {validator}")
    talk("The validators let it in: jiaozi-node admission propose observer PEER_ID (or validator), and approve.")
    talk(f"Then: jiaozi-node run --data-dir {joined.node.path}")
    if validator is not None:
        talk("To vote: jiaozi-node validators candidate --key validator.key; then the validators propose and approve.")
    return 0
