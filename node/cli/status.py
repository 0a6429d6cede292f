"""`jiaozi-node status`: why the chain is moving, or isn't."""

import argparse
from typing import Any

from node.cli.arguments import Commands, add_command, print_json
from node.cli.rpc_client import add_rpc_argument, ask


def register(commands: Commands) -> None:
    parser = add_command(commands, "status", "Say whether the chain moves, and if not, why.", "jiaozi-node status")
    add_rpc_argument(parser)
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    status = ask(arguments.rpc, "qbft_status")
    if arguments.json:
        print_json(status)
    else:
        print(picture(status))
    return 0


def picture(status: dict[str, Any]) -> str:
    """The status in words, with a line a validator."""
    lines = [status["sentence"], ""]
    lines += [f"  head      {status['head']['number']}  {status['head']['hash']}"]
    lines += [f"  deciding  height {status['height']}, round {status['round']}, step {status['step']}"]
    lines += [f"  quorum    {status['quorum']} of {len(status['validators'])}"]
    lines += [""]
    for validator in status["validators"]:
        marks = [name for name in ("proposer", "self") if validator[name]]
        marks += [name for name in ("prepared", "committed", "roundChanged") if validator[name]]
        reach = "reachable" if validator["connected"] or validator["self"] else "NOT CONNECTED"
        lines.append(f"  {validator['address']}  {reach:<13} {', '.join(marks)}")
    return "\n".join(lines)
