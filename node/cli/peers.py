"""`jiaozi-node peers`: who the node is connected to."""

import argparse

from node.cli.arguments import Commands, add_command, print_json
from node.cli.rpc_client import NodeRefused, add_rpc_argument, ask


def register(commands: Commands) -> None:
    parser = add_command(commands, "peers", "List the peers of a running node.", "jiaozi-node peers")
    add_rpc_argument(parser)
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    try:
        peers = ask(arguments.rpc, "admin_peers")
    except NodeRefused as refusal:
        raise NodeRefused(f"{refusal}; the node must run with --rpc-admin (rpc-admin = true in node.toml)") from None
    if arguments.json:
        print_json(peers)
        return 0
    for peer in peers:
        validator = peer["validator"] or "not a validator"
        direction = "from" if peer["network"]["inbound"] else "to"
        head = peer["protocols"]["qbft"]["height"]
        print(f"{peer['id']}  {validator}  head {head}  {direction} {peer['network']['remoteAddress']}")
    print(f"{len(peers)} connected" if peers else "no peer is connected: see `peers` in node.toml and the node's log")
    return 0
